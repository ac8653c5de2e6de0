"""Small things the store's tests do more than once."""

import sqlite3
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
