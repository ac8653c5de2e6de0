"""What was asked of the guidance for each case: questions, replies and the reader's verdict on them, in order."""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from workflows.adapters.database import Database
from workflows.domain.errors import NotFound, StorageTrouble
from workflows.domain.guidance import Exchange

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

# The first word is a write of the case's row, so that two who ask at once get two numbers, also in PostgreSQL.
_HOLD = "UPDATE cases SET updated = updated WHERE id = :case AND deleted IS NULL"
_ADD = """INSERT INTO exchanges (case_id, number, body)
    SELECT :case, coalesce(max(number), 0) + 1, :body FROM exchanges WHERE case_id = :case"""
_ALL = "SELECT number, body FROM exchanges WHERE case_id = :case ORDER BY number"
_CHANGE = "UPDATE exchanges SET body = :body WHERE case_id = :case AND number = :number"
_FORGET = "DELETE FROM exchanges WHERE case_id = :case"


class Conversations:
    """The exchanges of all cases of one database; may raise StorageTrouble, and has then changed nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, case_id: str, exchange: Exchange) -> None:
        """Keep an exchange after those there are. Raises NotFound where the case is not there."""
        with self._database.writing("The question was not kept") as link:
            self._hold(link, case_id)
            _run(link, _ADD, case=case_id, body=exchange.model_dump_json())

    def of(self, case_id: str) -> tuple[tuple[int, Exchange], ...]:
        """The exchanges of a case with their numbers, the first first."""
        with self._database.reading("The questions could not be read") as link:
            return tuple((row.number, self._parse(row.body)) for row in _run(link, _ALL, case=case_id))

    def judge(self, case_id: str, number: int, exchange: Exchange) -> None:
        """Put an exchange in the place of the one with this number. Raises NotFound."""
        with self._database.writing("The verdict was not kept") as link:
            self._hold(link, case_id)
            if _run(link, _CHANGE, case=case_id, number=number, body=exchange.model_dump_json()).rowcount != 1:
                raise NotFound("that question is not there any more", where=case_id, todo="Ask it again.")

    def forget(self, case_id: str) -> None:
        """Remove all exchanges of a case."""
        with self._database.writing("The questions were not removed") as link:
            self._hold(link, case_id)
            _run(link, _FORGET, case=case_id)

    def _hold(self, link: "Connection", case_id: str) -> None:
        if _run(link, _HOLD, case=case_id).rowcount != 1:
            raise NotFound("there is no such case", where=case_id, todo="Choose one from the list.")

    def _parse(self, body: str) -> Exchange:
        try:
            return Exchange.model_validate_json(body)
        except ValidationError:
            raise StorageTrouble(
                f"A question could not be read: it is damaged, or a newer Parley has written it "
                f"({self._database.where}). Update Parley, or put a copy made earlier in its place."
            ) from None


def _run(link: "Connection", statement: str, **values: Any) -> "CursorResult[Any]":
    from sqlalchemy import text

    return link.execute(text(statement), values)
