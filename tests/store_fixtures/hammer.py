"""Several programs answering questions on one case at the same time, and what may not come of it."""

import os
import signal

from tests.store_fixtures.plain import a_case
from workflows.adapters.store import CaseStore
from workflows.domain.errors import StaleCase

TOO_LONG = 3600  # seconds after which a writer that hangs is ended by the system


def hammer(url: str, writers: int, answers: int, *, polite: bool = True) -> list[str]:
    """`writers` processes each save `answers` answers. What went wrong: an answer lost, a gap, an error shown.

    A writer told that its case is stale reads it again and repeats, as the desk does. An impolite one, for the sabotage
    twin, takes the latest number and saves what it had: what a store without the check would let happen.
    """
    store = CaseStore.open(url)
    store.create(a_case("shared"), "Case opened")
    store.close()
    ready, say_ready = os.pipe()
    wait, go = os.pipe()
    children = [_writer(url, worker, answers, polite, (say_ready, wait, go)) for worker in range(writers)]
    os.close(say_ready)
    for _ in children:
        os.read(ready, 1)
    os.close(go)  # all at once, or the first would be done before the last begins
    os.close(wait)
    os.close(ready)
    problems = [f"a writer failed: {said}" for said in map(_end, children) if said]
    store = CaseStore.open(url)
    found, versions = store.read("shared"), [version for version, *_ in store.history("shared")]
    store.close()
    wanted = {f"{worker}.{number}": "answered" for worker in range(writers) for number in range(answers)}
    problems += [f"lost: {name}" for name in wanted if name not in found.notes]
    if versions != list(range(found.version, 0, -1))[:100] or found.version != 1 + writers * answers:
        problems.append(f"the history has a gap: {versions}")
    return problems


def _writer(url: str, worker: int, answers: int, polite: bool, start: tuple[int, int, int]) -> tuple[int, int]:
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        return child, read
    signal.alarm(TOO_LONG)
    try:
        say_ready, wait, go = start
        os.close(go)
        store = CaseStore.open(url)
        os.write(say_ready, b".")
        os.close(say_ready)
        os.read(wait, 1)
        for number in range(answers):
            _answer(store, f"{worker}.{number}", polite)
    except BaseException as error:  # noqa: BLE001 - a forked child must not run on into the parent's tests
        os.write(write, f"{type(error).__name__}: {error}".encode())
    os._exit(0)


def _answer(store: CaseStore, name: str, polite: bool) -> None:
    case = store.read("shared")
    while True:
        try:
            store.save(case.model_copy(update={"notes": {**case.notes, name: "answered"}}), f"Answered {name}")
            return
        except StaleCase:
            latest = store.read("shared")
            case = latest if polite else case.model_copy(update={"version": latest.version})


def _end(writer: tuple[int, int]) -> str:
    child, read = writer
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
