"""How fast Parley feels: import, first page, one step of the interview, a draft, an export, the guard.

    uv run python benchmarks/speed.py

The app runs as a real server on loopback and is driven through Streamlit's own HTTP interface (no browser), so a step
is a whole round: the form's values in, one script run with its save to SQLite, the page's new elements out. Every
figure is also given as a ratio to a bare Streamlit page driven in the same way in the same run, because machines
differ and ratios travel. One start goes before, so that Python's bytecode is there as it is at every start after the
first, whatever PYTHONDONTWRITEBYTECODE says.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BARE = 'import streamlit as st\nst.title("Bare")\nst.text_input("Name", key="name")\nst.button("Save", key="save")\n'
STEPS = 60
READS = 8
"""Seconds in which somebody reads the first step and the server finishes what it loads in the background."""
AIMS = {"first page": 500, "... 1 s later": 500, "step p50": 100, "draft p50": 200}


@contextmanager
def served(script: Path, folder: Path) -> Iterator[tuple[str, float]]:
    """A server on a free loopback port: its address and the seconds until it was healthy."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    env = {**os.environ, "PARLEY_DATABASE_URL": f"sqlite:///{folder / 'cases.db'}"}
    folder.mkdir(exist_ok=True)
    flags = ["--server.port", str(port), "--server.headless", "true", "--server.enableAgentApi", "true"]
    begun = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", str(script), *flags], cwd=ROOT, env=env,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.01)
                if time.perf_counter() - begun > 60:
                    raise
        yield address, time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait(timeout=20)


def interact(address: str, **asked: Any) -> tuple[dict[str, Any], float]:
    """One round with a session: the page as JSON and the milliseconds it took."""
    request = urllib.request.Request(f"{address}/_stcore/agent/interact", json.dumps(asked).encode(),
                                     {"Content-Type": "application/json"})  # fmt: skip
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as reply:
        page = json.load(reply)
    return page, (time.perf_counter() - begun) * 1000


def app_figures(folder: Path) -> dict[str, float]:
    """Server start, first page, and the rounds of saving one answer in the interview's first step.

    The first page is asked for the moment the server is healthy, which no browser can do, and once more of another
    server a second later, when a browser has loaded Streamlit's own scripts.
    """
    with served(ROOT / "app.py", folder / "later") as (address, _):
        time.sleep(1)
        later = interact(address)[1]
    with served(ROOT / "app.py", folder) as (address, healthy):
        page, first = interact(address)
        session = page["session_id"]
        interact(address, session_id=session, trigger={"key": "example"})
        time.sleep(READS)
        rounds = []
        for i in range(STEPS):
            # A field's key carries the revision of its answer, so that a stale form is noticed.
            widgets = {f"practice.changes@{i + 1}": f"a second office opened in 2022, with {i + 2} rooms"}
            _, took = interact(address, session_id=session, widget_state=widgets, trigger={"key": "save"})
            rounds.append(took)
        _, second = interact(address)
    starts = {"server healthy": healthy * 1000, "first page": first, "... 1 s later": later, "next session": second}
    return starts | spread("step", rounds[5:])


def bare_figures(folder: Path) -> dict[str, float]:
    """The same rounds on a page of two widgets."""
    script = folder / "bare.py"
    script.write_text(BARE)
    with served(script, folder) as (address, healthy):
        page, first = interact(address)
        rounds = []
        for i in range(STEPS):
            asked = {"session_id": page["session_id"], "widget_state": {"name": str(i)}, "trigger": {"key": "save"}}
            rounds.append(interact(address, **asked)[1])
    return {"server healthy": healthy * 1000, "first page": first, **spread("step", rounds[5:])}


def drafting_figures() -> dict[str, float]:
    """Drafting, guarding and exporting the worked example's counteroffer, in one process."""
    from workflows.casework import Desk

    desk, today = Desk.for_folders(), date(2026, 11, 22)
    case = desk.load_folder(ROOT / "knowledge/example", today=today)
    begun = time.perf_counter()
    draft = desk.letters.draft(case, "counteroffer", today=today)
    found = {"draft first": (time.perf_counter() - begun) * 1000}
    work = {"draft": lambda: desk.letters.draft(case, "counteroffer", today=today), "guard": lambda: desk.letters.objections(case, draft),
            "docx": lambda: desk.letters.export(draft, "docx"), "pdf": lambda: desk.letters.export(draft, "pdf")}  # fmt: skip
    for name, do in work.items():
        took = []
        for _ in range(12):
            begun = time.perf_counter()
            do()
            took.append((time.perf_counter() - begun) * 1000)
        found |= spread(name, took[2:])
    return found


def spread(name: str, took: list[float]) -> dict[str, float]:
    """The median and the 95th percentile."""
    ordered = sorted(took)
    return {f"{name} p50": statistics.median(ordered), f"{name} p95": ordered[int(len(ordered) * 0.95)]}


def import_ms(module: str) -> float:
    """A fresh interpreter importing `module`, less one importing nothing; the best of five."""

    def best(code: str) -> float:
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
            times.append(time.perf_counter() - begun)
        return min(times) * 1000

    return best(f"import {module}") - best("pass")


def main() -> None:
    """Print the table."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        with served(ROOT / "app.py", folder / "first") as (address, _):
            interact(address)
        figures = {"import desk": import_ms("workflows.casework"), **app_figures(folder), **drafting_figures()}
        bare = bare_figures(folder)
    print(f"{'':18}{'ms':>9}{'bare page':>12}{'ratio':>8}{'aim':>8}")
    for key, value in figures.items():
        other = bare.get(key)
        compared = f"{other:12.0f}{value / other:8.1f}" if other else " " * 20
        print(f"{key:18}{value:9.0f}{compared}{AIMS.get(key, ''):>8}")


if __name__ == "__main__":
    main()
