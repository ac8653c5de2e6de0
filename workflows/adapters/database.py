"""One engine over SQLite or PostgreSQL, set so that a commit is on the disk, and plain sentences when storage fails.

Apart from the store because these are facts about databases, not about cases. SQLAlchemy (and psycopg for PostgreSQL)
are imported when a Database is opened: importing this module costs nothing.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workflows.domain.errors import Refused, StorageTrouble

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

PATIENCE = 10  # seconds to wait for somebody else's lock before saying so
# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write and checkpoint at the same instant
# (sqlite.org/wal.html, "the WAL-reset bug"), so there the rollback journal is used, with its folder synced too.
WAL_IS_SAFE_FROM = (3, 51, 3)

_SQLITE_CAUSES = {  # the longest name that fits wins; what happened, and what to do
    "SQLITE_BUSY": ("another program kept it locked", "Close what else is using it, then try again."),
    "SQLITE_LOCKED": ("another program kept it locked", "Close what else is using it, then try again."),
    "SQLITE_FULL": ("the disk is full", "Free some space, then try again."),
    "SQLITE_READONLY": ("it may only be read", "Make the file and its folder writable, then try again."),
    "SQLITE_READONLY_DBMOVED": ("it was moved or deleted while in use", "Put the file back, then try again."),
    "SQLITE_IOERR": ("the disk refused to read or write", "Check the disk, its free space and quota, then try again."),
    "SQLITE_CANTOPEN": ("it cannot be opened", "Check that file and folder exist and may be written, then try again."),
    "SQLITE_CORRUPT": ("the file is damaged", "Keep the file and put a copy made earlier in its place."),
    "SQLITE_NOTADB": ("the file is not a database", "Check the path, or put a copy made earlier in its place."),
}
_POSTGRES_CAUSES = {  # by the beginning of SQLSTATE
    "08": (
        "the database cannot be reached",
        "Check that it runs and the address is right, then look whether the last change is there.",
    ),
    "57P": ("the database was shut down", "Start it, then look whether the last change is there."),
    "53100": ("the disk of the database is full", "Free some space, then try again."),
    "53": ("the database has no resources left", "Try again in a minute."),
    "25006": ("the database may only be read", "Connect to one that accepts writes, then try again."),
    "55P03": ("somebody else kept it locked", "Try again in a moment."),
    "40": ("somebody else changed it at the same time", "Try again in a moment."),
    "42501": ("the database user lacks the right", "Grant it the right, then try again."),
    "28": ("the database refused user or password", "Check the settings, then start again."),
    "3D000": ("that database does not exist", "Create it or check the settings, then start again."),
}
_one_maker = threading.Lock()
_UNKNOWN = "Try again; if it stays, keep the file as it is and ask for help."


class Database:
    """Where cases live. `where` names it without a password; `file` is the SQLite file, None for PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Prepare the file and the engine. Raises Refused for a URL that cannot be used, StorageTrouble otherwise."""
        from sqlalchemy import URL, create_engine, event

        parsed = _parsed(url)
        self.file: Path | None = None
        self._one_writer: threading.Lock | None = None
        self._suspect = False
        if parsed.drivername == "sqlite":
            file = self.file = Path(str(parsed.database)).expanduser().absolute()
            self.where = str(file)
            with self._trouble("The cases could not be opened"):
                _prepare(file)
            # Waiting threads take turns here; SQLite's own waiting is unfair between connections of one program.
            self._one_writer = threading.Lock()
            plain, connect = URL.create("sqlite", database=self.where), _sqlite(file)
            self.engine: Engine = create_engine(plain, creator=connect, hide_parameters=True, max_overflow=20)
        else:
            self.where = f"PostgreSQL at {parsed.host or 'local socket'}:{parsed.port or 5432}/{parsed.database}"
            parsed = parsed.update_query_dict({"connect_timeout": parsed.query.get("connect_timeout", str(PATIENCE))})
            self.engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True, max_overflow=20)
            event.listen(self.engine, "connect", _postgres_waits_for_disk)
        event.listen(self.engine, "begin", self._begin)

    def describe(self) -> str:
        """One line: where the cases live and how safely they are written. Never shows a password."""
        with self.reading("The cases could not be opened") as link:
            if self.file is None:
                version: object = link.exec_driver_sql("SHOW server_version").scalar_one()
                waits: object = link.exec_driver_sql("SHOW synchronous_commit").scalar_one()
                return f"Cases: {self.where} (server {version}, synchronous_commit={waits})"
            journal = str(link.exec_driver_sql("PRAGMA journal_mode").scalar_one()).upper()
            level = ("OFF", "NORMAL", "FULL", "EXTRA")[int(link.exec_driver_sql("PRAGMA synchronous").scalar_one())]
        return f"Cases: {self.where} (SQLite {sqlite3.sqlite_version}, journal {journal}, synchronous {level})"

    @contextmanager
    def reading(self, failure: str) -> Iterator["Connection"]:
        """A connection that sees one moment of the database. `failure` begins the sentence of a StorageTrouble."""
        with self._trouble(failure), self._connected() as link:
            yield link

    @contextmanager
    def writing(self, failure: str) -> Iterator["Connection"]:
        """A connection whose work is committed as a whole at the end, or not at all when anything is raised."""
        with self._turn(failure), self._trouble(failure), self._connected() as plain:
            link = plain.execution_options(parley_writes=True)
            with link.begin():
                yield link
        self._suspect = False

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _connected(self) -> "Connection":
        # After trouble every use starts on a fresh connection until a write has gone well: one that was opened while
        # the file was read-only or damaged stays so, whatever has been repaired since.
        if self._suspect:
            self.engine.dispose()
        return self.engine.connect()

    @contextmanager
    def _turn(self, failure: str) -> Iterator[None]:
        lock = self._one_writer
        if lock is not None and not lock.acquire(timeout=PATIENCE):
            raise StorageTrouble(f"{failure}: too many changes are waiting ({self.where}). Try again in a moment.")
        try:
            yield
        finally:
            if lock is not None:
                lock.release()

    def _begin(self, link: "Connection") -> None:
        # A write takes its lock at once: a read that turns into a write later could only fail, never wait.
        if self.file is not None:
            link.exec_driver_sql("BEGIN IMMEDIATE" if link.get_execution_options().get("parley_writes") else "BEGIN")

    @contextmanager
    def _trouble(self, failure: str) -> Iterator[None]:
        from sqlalchemy.exc import DBAPIError
        from sqlalchemy.exc import TimeoutError as PoolTimeout

        try:
            yield
        except (DBAPIError, sqlite3.Error) as error:
            cause, todo, busy = _cause(getattr(error, "orig", error))
            self._suspect = self._suspect or not busy
            raise StorageTrouble(f"{failure}: {cause} ({self.where}). {todo}") from error
        except PoolTimeout as error:
            raise StorageTrouble(f"{failure}: too many are at work ({self.where}). Try again in a moment.") from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StorageTrouble(f"{failure}: {reason} ({self.where}). Check the path and its rights.") from error


def _cause(error: object) -> tuple[str, str, bool]:
    """What happened, what to do, and whether somebody else's lock was all it was."""
    if isinstance(error, sqlite3.Error):
        name = getattr(error, "sqlite_errorname", None) or "SQLITE_UNKNOWN"
        fits = [known for known in _SQLITE_CAUSES if name.startswith(known)]
        cause, todo = _SQLITE_CAUSES[max(fits, key=len)] if fits else (f"SQLite says {error}", _UNKNOWN)
        return cause, todo, name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    state = getattr(error, "sqlstate", None) or ("08" if "connect" in str(error) else "")
    fits = [known for known in _POSTGRES_CAUSES if state.startswith(known)]
    if fits:
        return *_POSTGRES_CAUSES[max(fits, key=len)], state.startswith(("55P03", "40"))
    # Only the first message: the details of PostgreSQL quote the row, which is the practice's business.
    message = getattr(getattr(error, "diag", None), "message_primary", None) or type(error).__name__
    return f"the database says {message}", _UNKNOWN, False


def _parsed(url: str) -> "URL":
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    todo = "Use sqlite:////path/to/cases.db or postgresql://user:password@host/database."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise Refused("the address of the database cannot be read", where="database URL", todo=todo) from None
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise Refused(f"{parsed.drivername} is not supported", where="database URL", todo=todo)
    name = parsed.database or ""
    if not name or name == ":memory:" or name.startswith("file:") or "?" in url:
        raise Refused("cases need a file, or they would be gone at the end", where="database URL", todo=todo)
    return parsed.set(drivername="sqlite")


def _prepare(file: Path) -> None:
    """Make the folder (only for its owner) and an empty file (likewise), and their names durable."""
    for folder in reversed([folder for folder in file.parents if not folder.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)
    # Closing a handle drops every lock this program holds on the file, SQLite's too. So a file that is there is never
    # opened here, and while one is being made no other thread gets as far as using it.
    with _one_maker:
        try:
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut. Windows has no such call."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sqlite(file: Path) -> Callable[[], sqlite3.Connection]:
    def connect() -> sqlite3.Connection:
        # mode=rw: a file that has vanished is an error; it is never silently begun anew.
        link = sqlite3.connect(
            f"{file.as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            _make_durable(link)
        except BaseException:
            link.close()
            raise
        return link

    return connect


def _make_durable(link: sqlite3.Connection) -> None:
    wal_is_safe = sqlite3.sqlite_version_info >= WAL_IS_SAFE_FROM
    journal = link.execute(f"PRAGMA journal_mode={'WAL' if wal_is_safe else 'DELETE'}").fetchone()[0]
    if journal not in (("wal", "delete") if wal_is_safe else ("delete",)):
        raise StorageTrouble(f"The cases could not be opened: journal mode {journal} is unsafe. Close other programs.")
    link.execute(f"PRAGMA synchronous={'FULL' if journal == 'wal' else 'EXTRA'}")
    link.execute("PRAGMA fullfsync=ON")  # macOS: an ordinary fsync stops at the drive's cache
    link.execute("PRAGMA foreign_keys=ON")
    link.execute("PRAGMA mmap_size=0")  # with memory mapping a stray write or an I/O error can damage or kill
    link.execute("PRAGMA secure_delete=ON")  # what is deleted for good is overwritten: rates are a practice's secret


def _postgres_waits_for_disk(link: "DBAPIConnection", _record: object) -> None:
    cursor = link.cursor()
    # An administrator may ask for more than "on", never for less.
    off = "current_setting('synchronous_commit') = 'off'"
    cursor.execute(f"SELECT set_config('synchronous_commit', 'on', false) WHERE {off}")
    cursor.execute(f"SET lock_timeout = '{PATIENCE}s'")
    cursor.close()
    link.commit()
