"""The case store: one JSON document a case, every save a new version, the last hundred versions kept.

Nobody's save is overwritten: a save names the version it was made from and is refused when that is no longer the
latest. A version and its place in the history are written in one transaction, so both are there or neither.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from workflows.adapters.contract_files import ContractFiles
from workflows.adapters.contract_files import put as put_contract_files
from workflows.adapters.conversations import Conversations
from workflows.adapters.database import Database
from workflows.adapters.migrations import MIGRATIONS, Migration, migrate
from workflows.adapters.model_records import ModelRecords
from workflows.domain.case import Case, CaseCard
from workflows.domain.errors import NotFound, Refused, StaleCase, StorageTrouble

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

KEPT_VERSIONS = 100
TRASH_KEPT = timedelta(days=1)  # several programs may share the cases: the start of one is not the start of all

_CREATE = """INSERT INTO cases (id, title, version, updated, body) VALUES (:id, :title, :version, :now, :body)
    ON CONFLICT (id) DO NOTHING"""
_SAVE = """UPDATE cases SET title = :title, version = :version, updated = :now, body = :body
    WHERE id = :id AND version = :read AND deleted IS NULL"""
_REMEMBER = """INSERT INTO case_versions (case_id, version, what, saved, before, change, body)
    VALUES (:id, :version, :what, :now, :before, :change, :body)"""
_FORGET = "DELETE FROM case_versions WHERE case_id = :id AND version <= :oldest"
_READ = "SELECT body, deleted FROM cases WHERE id = :id"
_CARDS = "SELECT id, title, version, updated FROM cases WHERE deleted IS NULL ORDER BY updated DESC, id"
_HISTORY = "SELECT version, what, saved FROM case_versions WHERE case_id = :id ORDER BY version DESC"
_STATE = "SELECT title, deleted FROM cases WHERE id = :id"
# The first word of an undo is a write, so that PostgreSQL holds the row until the end, as SQLite holds the file.
_HOLD = "UPDATE cases SET updated = :now WHERE id = :id AND deleted IS NULL"
_EARLIER = """SELECT c.version, latest.change AS undone, p.body, p.before, p.change
    FROM cases c JOIN case_versions latest ON latest.case_id = c.id AND latest.version = c.version
    JOIN case_versions p ON p.case_id = c.id AND p.version = latest.before
    WHERE c.id = :id AND c.deleted IS NULL"""
_DELETE = "UPDATE cases SET deleted = :now WHERE id = :id AND deleted IS NULL"
_RESTORE = "UPDATE cases SET deleted = NULL WHERE id = :id AND deleted IS NOT NULL"
_OLD_TRASH = "SELECT count(*) FROM cases WHERE deleted < :limit"
# No cascade does this: a later migration that rebuilds the table of cases would empty the histories with it.
_EMPTY_TRASH = (
    "DELETE FROM exchanges WHERE case_id IN (SELECT id FROM cases WHERE deleted < :limit)",
    "DELETE FROM contract_files WHERE case_id IN (SELECT id FROM cases WHERE deleted < :limit)",
    "DELETE FROM case_versions WHERE case_id IN (SELECT id FROM cases WHERE deleted < :limit)",
    "DELETE FROM cases WHERE deleted < :limit",
)


class CaseStore:
    """All cases of one database. Safe to share between threads, and the database between programs.

    Every method may raise StorageTrouble (full, read-only, locked, unreachable): then nothing was changed, and the same
    store works again once the cause is gone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, migrations: tuple[Migration, ...] = MIGRATIONS) -> "CaseStore":
        """Open a SQLite file (made when missing) or a PostgreSQL database and bring its tables up to date.

        Cases deleted more than a day ago are removed for good. Raises Refused where the URL cannot be used or a newer
        Parley has been at work.
        """
        database = Database(url)
        try:
            migrate(database, migrations)
            store = cls(database)
            store._empty_trash()
        except BaseException:
            database.close()
            raise
        return store

    @property
    def conversations(self) -> Conversations:
        """What was asked of the guidance for each case."""
        return Conversations(self._database)

    @property
    def models(self) -> ModelRecords:
        """Agreements on free text for a language model, and what it cost."""
        return ModelRecords(self._database)

    @property
    def contract_files(self) -> ContractFiles:
        """The words of the contracts that cases keep."""
        return ContractFiles(self._database)

    def describe(self) -> str:
        """One line to print at the start: where the cases live and how they are written."""
        return self._database.describe()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def create(self, case: Case, what: str, contract: Mapping[str, str] = MappingProxyType({})) -> Case:
        """Store a new case as version 1, with the packed words of its contract. Raises Refused where its id is taken,
        also by a deleted case."""
        first = case.model_copy(update={"version": 1})
        with self._database.writing("The case was not created") as link:
            row = _row(first)
            if _run(link, _CREATE, row).rowcount != 1:
                raise Refused("a case with this id is already there", where=case.id, todo="Open it, or use another id.")
            _remember(link, row, what, change=what, before=None)
            put_contract_files(link, case.id, contract)
        return first

    def read(self, case_id: str) -> Case:
        """The latest version. Raises NotFound where it is not there or deleted."""
        with self._database.reading("The case could not be read") as link:
            return self._read(link, case_id)

    def save(self, case: Case, what: str) -> Case:
        """Store the next version, made from `case.version`. Raises StaleCase where that is not the latest."""
        saved = case.model_copy(update={"version": case.version + 1})
        with self._database.writing("The change was not saved") as link:
            row = _row(saved)
            if _run(link, _SAVE, {**row, "read": case.version}).rowcount != 1:
                raise _why_not(link, case.id)
            _remember(link, row, what, change=what, before=case.version)
        return saved

    def undo(self, case_id: str) -> Case:
        """Store the content before the latest change as a new version; again goes one further back. Raises Refused
        where nothing earlier is kept."""
        with self._database.writing("The change was not undone") as link:
            if _run(link, _HOLD, {"id": case_id, "now": _now()}).rowcount != 1:
                raise _why_not(link, case_id)
            earlier = _run(link, _EARLIER, {"id": case_id}).mappings().one_or_none()
            if earlier is None:
                raise Refused("there is nothing to undo", where=case_id)
            case = self._parse(earlier["body"], case_id).model_copy(update={"version": earlier["version"] + 1})
            row = _row(case)
            _run(link, _SAVE, {**row, "read": earlier["version"]})
            _remember(link, row, f"Undone: {earlier['undone']}", change=earlier["change"], before=earlier["before"])
        return case

    def can_undo(self, case_id: str) -> bool:
        """Whether `undo` has something to go back to."""
        with self._database.reading("The history could not be read") as link:
            return _run(link, _EARLIER, {"id": case_id}).first() is not None

    def history(self, case_id: str) -> tuple[tuple[int, str, str], ...]:
        """The kept versions, the latest first: number, what was done, and when (ISO, UTC). Raises NotFound."""
        with self._database.reading("The history could not be read") as link:
            state = _run(link, _STATE, {"id": case_id}).one_or_none()
            if state is None or state.deleted is not None:
                raise _absent(case_id, deleted=state is not None)
            return tuple((row.version, row.what, row.saved) for row in _run(link, _HISTORY, {"id": case_id}))

    def cards(self) -> tuple[CaseCard, ...]:
        """What the list of cases shows, the latest changed first."""
        with self._database.reading("The cases could not be read") as link:
            return tuple(CaseCard.model_validate(dict(row)) for row in _run(link, _CARDS, {}).mappings())

    def delete(self, case_id: str) -> None:
        """Put a case in the trash, where `restore` finds it for a day at least. Raises NotFound."""
        with self._database.writing("The case was not deleted") as link:
            if _run(link, _DELETE, {"id": case_id, "now": _now()}).rowcount != 1:
                raise _why_not(link, case_id)

    def restore(self, case_id: str) -> Case:
        """Take a case out of the trash, as it was. Raises NotFound once it is gone for good."""
        with self._database.writing("The case was not restored") as link:
            _run(link, _RESTORE, {"id": case_id})
            return self._read(link, case_id)

    def _read(self, link: "Connection", case_id: str) -> Case:
        row = _run(link, _READ, {"id": case_id}).one_or_none()
        if row is None or row.deleted is not None:
            raise _absent(case_id, deleted=row is not None)
        return self._parse(row.body, case_id)

    def _parse(self, body: str, case_id: str) -> Case:
        try:
            return Case.model_validate_json(body)
        except ValidationError as error:
            if any(problem["loc"] == ("schema_version",) for problem in error.errors()):
                raise Refused(
                    "a newer Parley has written this case", where=case_id, todo="Open it with that version."
                ) from None
            # Without the cause: its text would quote the case.
            raise StorageTrouble(
                f"Case {case_id} could not be read: it is damaged, or a newer Parley has written it "
                f"({self._database.where}). Update Parley, or put a copy made earlier in its place."
            ) from None

    def _empty_trash(self) -> None:
        limit = {"limit": (datetime.now(UTC) - TRASH_KEPT).isoformat(timespec="microseconds")}
        with self._database.reading("The cases could not be read") as link:
            if not _run(link, _OLD_TRASH, limit).scalar_one():
                return  # so that a start writes nothing where there is nothing to do
        with self._database.writing("The trash could not be emptied") as link:
            for statement in _EMPTY_TRASH:
                _run(link, statement, limit)


def _run(link: "Connection", statement: str, values: Mapping[str, Any]) -> "CursorResult[Any]":
    from sqlalchemy import text

    return link.execute(text(statement), dict(values))


def _row(case: Case) -> dict[str, Any]:
    # PostgreSQL takes no NUL in text; the document itself holds it as an escape.
    title = case.title.replace("\0", "")
    return {"id": case.id, "title": title, "version": case.version, "now": _now(), "body": case.model_dump_json()}


def _remember(link: "Connection", row: Mapping[str, Any], what: str, *, change: str, before: int | None) -> None:
    wording = {"what": what.replace("\0", ""), "change": change.replace("\0", "")}
    _run(link, _REMEMBER, {**row, **wording, "before": before})
    _run(link, _FORGET, {"id": row["id"], "oldest": row["version"] - KEPT_VERSIONS})


def _why_not(link: "Connection", case_id: str) -> Refused:
    """Why no row of this case was changed."""
    row = _run(link, _STATE, {"id": case_id}).one_or_none()
    if row is None or row.deleted is not None:
        return _absent(case_id, deleted=row is not None)
    todo = "Look at what is there now, then do it again."
    return StaleCase("somebody changed this case meanwhile", where=row.title, todo=todo)


def _absent(case_id: str, *, deleted: bool) -> NotFound:
    if deleted:
        return NotFound("this case was deleted", where=case_id, todo="Restore it to go on.")
    return NotFound("there is no such case", where=case_id, todo="Choose one from the list.")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
