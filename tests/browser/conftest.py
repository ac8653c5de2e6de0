"""A real server on loopback and a real browser. Needs the e2e group and a chromium; without them nothing is collected.

`PARLEY_BROWSER=1` says that both must be there, so that a run meant to test the browser cannot pass by testing nothing.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = [name for name, there in (("playwright", find_spec("playwright")), ("chromium", CHROMIUM)) if not there]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

if MISSING:
    if os.environ.get("PARLEY_BROWSER"):
        raise pytest.UsageError(f"PARLEY_BROWSER is set, but {' and '.join(MISSING)} cannot be found")
    warnings.warn(f"no {' and no '.join(MISSING)}: the pages are NOT tested in a browser", stacklevel=1)
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app as `streamlit run app.py` starts it, on a free port of loopback, with a database of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    env = os.environ | {"PARLEY_DATABASE_URL": f"sqlite:///{folder}/cases.db"}
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log) as app,
    ):
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(address, app)
            yield address
        finally:
            app.terminate()
            try:
                app.wait(timeout=10)
            except subprocess.TimeoutExpired:
                app.kill()


def _wait(address: str, app: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if app.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, headless=True)
        yield launched
        launched.close()
