"""Kills the running application while questions are answered; run by `python benchmarks/kills.py app`.

The answers are serial numbers, typed in turn into four fields of one step. What counts as acknowledged is what the page
said was saved, noted here in a synced file. After each kill a new server must show, in every field, the latest answer
that was acknowledged, or the one more that was on its way; and the stored version must agree with their number.
"""

import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.store_fixtures.steps import unsound
from workflows.adapters.store import CaseStore

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ("practice.name", "practice.payer", "practice.members", "practice.visits")
NUMBERS = ("practice.members", "practice.visits")


class App:
    """The running application and one browser session on it, through Streamlit's HTTP interface for agents."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        quick = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        with (folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}",
                 "--server.enableAgentApi=true"],
                cwd=ROOT,
                env={**os.environ, **quick, "PARLEY_DATABASE_URL": url},
                stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.session, self.page = "", dict[str, Any]()

    def wait(self) -> None:
        """Until the server answers."""
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the application did not start; see its log")

    def ask(self, **body: object) -> dict[str, Any]:
        """One request: the page as it is afterwards. Raises OSError or HTTPException when the server is gone."""
        if self.session:
            body["session_id"] = self.session
        request = urllib.request.Request(
            f"{self.address}/_stcore/agent/interact", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as reply:
            self.page = json.load(reply)
        self.session = self.page["session_id"]
        return self.page

    def fields(self) -> dict[str, tuple[str, str]]:
        """The widget key and what stands in it, for each field of FIELDS on the page."""
        found: dict[str, tuple[str, str]] = {}
        nodes = [self.page["tree"]]
        while nodes:
            node = nodes.pop()
            nodes += node.get("children", [])
            name = str(node.get("key", "")).split("@")[0]
            if name in FIELDS:
                found[name] = (node["key"], str(node.get("value", "")))
        return found

    def answer(self, serial: int) -> bool:
        """Type one answer and press Save; whether the page then says that it is saved."""
        name = FIELDS[serial % len(FIELDS)]
        typed = {self.fields()[name][0]: str(serial) if name in NUMBERS else f"Number {serial}"}
        page = json.dumps(self.ask(widget_state=typed, trigger={"key": "save"}))
        return "Saved." in page.replace("\\", "")

    def stop(self) -> None:
        """Kill the server as a power switch would."""
        self.server.kill()
        self.server.wait()


class Record:
    """What was acknowledged, in a synced file of its own, and what was found after each kill."""

    def __init__(self, folder: Path) -> None:
        self.notes = (folder / "acknowledged").open("ab", buffering=0)
        self.url = f"sqlite:///{folder}/cases.db"
        self.case_id, self.acknowledged, self.attempted = "", 0, 0
        self.told, self.kept = 0, 0
        self.problems: list[str] = []

    def note(self, serial: int) -> None:
        """An answer the page called saved."""
        os.write(self.notes.fileno(), f"{serial}\n".encode())
        os.fsync(self.notes.fileno())
        self.acknowledged, self.told = serial, self.told + 1

    def look(self, app: App, when: str) -> None:
        """Compare what a fresh server shows and stores with what was acknowledged."""
        shown = {name: int(re.sub(r"\D", "", value) or 0) for name, (_, value) in app.fields().items()}
        here = max(shown.values())
        if not self.acknowledged <= here <= self.attempted:
            self.problems.append(f"{when}: {self.acknowledged} acknowledged, {self.attempted} attempted, {here} there")
        for place, name in enumerate(FIELDS):
            latest = (serial for serial in range(max(1, here - 3), here + 1) if serial % len(FIELDS) == place)
            if shown.get(name) != (due := max(latest, default=0)):
                self.problems.append(f"{when}: {name} shows {shown.get(name)}, {due} was saved")
        store = CaseStore.open(self.url)
        version, wrong = store.read(self.case_id).version, unsound(store)
        store.close()
        self.problems += [f"{when}: {problem}" for problem in wrong]
        if version != 1 + here:
            self.problems.append(f"{when}: version {version} after {here} answers")
        self.kept += here > self.acknowledged
        self.acknowledged = self.attempted = here


def in_the_app(folder: Path, kills: int, chance: random.Random) -> bool:
    """Answer questions in the running app, kill the server at random moments, start it again and look."""
    record, start = Record(folder), time.perf_counter()
    for kill in range(kills + 1):
        app = App(record.url, folder)
        app.wait()
        if not record.case_id:
            app.ask()
            begun = app.ask(widget_state={"new_title": "Kills"}, trigger={"key": "start"})
            record.case_id = begun["query_params"]["case"][0]
        app.ask(page="interview", query_params={"case": [record.case_id], "step": ["practice"]})
        record.look(app, f"after kill {kill}")
        if kill < kills:
            _answer_until_killed(app, record, chance.uniform(0, 2.5))
        app.stop()
    print(
        f"running application: {kills} kills in {time.perf_counter() - start:.0f} s; {record.told} answers shown as "
        f"saved, {len(record.problems)} lost, half written or refused; "
        f"{record.kept} kills left one answer nobody had been told of"
    )
    for problem in record.problems[:20]:
        print("  ", problem)
    return not record.problems


def _answer_until_killed(app: App, record: Record, seconds: float) -> None:
    timer = threading.Timer(seconds, app.server.kill)
    timer.start()
    try:
        while True:
            record.attempted += 1
            if not app.answer(record.attempted):
                record.problems.append(f"answer {record.attempted} was not taken")
                break
            record.note(record.attempted)
    except (OSError, http.client.HTTPException, ValueError):
        pass  # the server is gone in the middle of an answer, which is what this is for
    timer.join()
