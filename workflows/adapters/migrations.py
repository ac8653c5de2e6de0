"""The tables, made and changed by named steps that are applied once each, in order, all together or not at all.

Before an existing SQLite file is changed, a whole copy of it is made beside it.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workflows.adapters.database import Database, sync_folder
from workflows.domain.errors import Refused

if TYPE_CHECKING:
    from sqlalchemy import Connection

_FAILURE = "The cases could not be brought up to date and are as they were"

_OF_MIGRATIONS = "CREATE TABLE parley_migrations (name TEXT NOT NULL PRIMARY KEY, applied TEXT NOT NULL)"


class Migration(NamedTuple):
    """One change of the tables. A released one is never edited: by its name a file says what it has been through."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        "0001_cases",
        (
            # A document is text, not jsonb: it comes back as it went in, also with a NUL escape in it.
            """CREATE TABLE cases (
                id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, version INTEGER NOT NULL,
                updated TEXT NOT NULL, deleted TEXT, body TEXT NOT NULL)""",
            # `before` is the version an undo of this one goes back to; `change` is what that undo takes back.
            """CREATE TABLE case_versions (
                case_id TEXT NOT NULL REFERENCES cases (id), version INTEGER NOT NULL,
                what TEXT NOT NULL, saved TEXT NOT NULL, before INTEGER, change TEXT NOT NULL, body TEXT NOT NULL,
                PRIMARY KEY (case_id, version))""",
        ),
    ),
    Migration(
        "0002_exchanges",
        (
            # Questions to the guidance and their replies, apart from the document: asking is nothing to undo.
            """CREATE TABLE exchanges (
                case_id TEXT NOT NULL REFERENCES cases (id), number INTEGER NOT NULL, body TEXT NOT NULL,
                PRIMARY KEY (case_id, number))""",
        ),
    ),
    Migration(
        "0003_contract_files",
        (
            # The words of a contract's pages, packed, apart from the document: its hundred versions only name them.
            """CREATE TABLE contract_files (
                case_id TEXT NOT NULL REFERENCES cases (id), words TEXT NOT NULL, added TEXT NOT NULL,
                body TEXT NOT NULL, PRIMARY KEY (case_id, words))""",
        ),
    ),
    Migration(
        "0004_models",
        (
            # Who said when that free text may go to which host; taking it back is a row as well, so nothing is erased.
            """CREATE TABLE agreements (
                number INTEGER NOT NULL PRIMARY KEY, host TEXT NOT NULL, given INTEGER NOT NULL,
                who TEXT NOT NULL, at TEXT NOT NULL)""",
            # Of a day (UTC): millionths of a dollar, tokens in and out, and calls to the host.
            """CREATE TABLE model_spending (
                day TEXT NOT NULL PRIMARY KEY, micros BIGINT NOT NULL, tokens_in BIGINT NOT NULL,
                tokens_out BIGINT NOT NULL, calls INTEGER NOT NULL)""",
        ),
    ),
)


def migrate(database: Database, migrations: tuple[Migration, ...]) -> None:
    """Apply what is missing. Raises Refused, and changes nothing, where a newer program has been at work."""
    from sqlalchemy import text

    with database.reading("The cases could not be opened") as link:
        if _applied(link, database, migrations) == len(migrations):
            return
    with database.writing(_FAILURE) as link:
        if database.file is None:
            link.exec_driver_sql("SELECT pg_advisory_xact_lock(7265796)")  # several may start at once: one migrates
        applied = _applied(link, database, migrations)  # again: another may have done it while we waited
        if applied == 0:
            link.exec_driver_sql(_OF_MIGRATIONS)
        elif database.file is not None and applied < len(migrations):
            copy_beside(database.file, migrations[applied].name)
        for migration in migrations[applied:]:
            for statement in migration.statements:
                link.exec_driver_sql(statement)
            link.execute(
                text("INSERT INTO parley_migrations (name, applied) VALUES (:name, :now)"),
                {"name": migration.name, "now": datetime.now(UTC).isoformat(timespec="seconds")},
            )


def _applied(link: "Connection", database: Database, migrations: tuple[Migration, ...]) -> int:
    from sqlalchemy import inspect

    tables = inspect(link).get_table_names()
    if "parley_migrations" not in tables:
        if tables and database.file is not None:
            raise Refused("this is some other program's database", where=database.where, todo="Choose another file.")
        return 0
    rows = link.exec_driver_sql("SELECT name FROM parley_migrations ORDER BY name")
    done = [str(row[0]) for row in rows]
    if done != [migration.name for migration in migrations[: len(done)]]:
        raise Refused(
            f"a newer Parley has changed these cases ({done[-1]})",
            where=database.where,
            todo="Start that version, or open the copy that was made beside the file before the change.",
        )
    return len(done)


def copy_beside(file: Path, reason: str) -> Path:
    """A whole, synced copy of a SQLite file in use, named after the reason and the time; only its owner may read it.

    Called while a write lock is held, so that nothing is missing from it. It gets its name when it is complete: a copy
    cut short by a crash keeps the ending .part.
    """
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    copy = file.with_name(f"{file.stem}.before-{reason}.{now}{file.suffix}")
    part = copy.with_name(f"{copy.name}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        source, target = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True), sqlite3.connect(part)
        with closing(source), closing(target):
            source.backup(target)
        with part.open("rb+") as copied:
            os.fsync(copied.fileno())
        part.rename(copy)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(copy.parent)
    return copy
