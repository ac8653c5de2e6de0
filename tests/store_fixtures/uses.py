"""Small things the store's tests do more than once."""

import os
import signal
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path

from workflows.adapters.store import CaseStore

Listen = Callable[[str, Callable[..., object]], None]


def run_sql(file: Path, *statements: str) -> list[tuple[object, ...]]:
    """What some other program does to the file; the rows of the last statement."""
    link = sqlite3.connect(file)
    rows = [link.execute(statement).fetchall() for statement in statements][-1]
    link.commit()
    link.close()
    return rows


def save_notes(store: CaseStore, *values: str) -> None:
    for value in values:
        store.save(store.read("a").model_copy(update={"notes": {"n": value}}), f"Note {value}")


def in_child(work: Callable[[], str]) -> str:
    """What `work` says in a forked child, whose rights and limits may be changed without harm to this process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(120)  # a child that hangs shall fail the test
        try:
            said = work()
        except BaseException as error:  # noqa: BLE001 - a forked child must not run on into the parent's tests
            said = "".join(traceback.format_exception(error))
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said
