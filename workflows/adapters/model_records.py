"""What is written down about the model: who agreed to which host, and what each day took. Never a word of a prompt."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from workflows.adapters.database import Database
from workflows.domain.model import MILLION, Agreement, Endpoint, Spending

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

_AGREE = """INSERT INTO agreements (number, host, given, who, at)
    SELECT coalesce(max(number), 0) + 1, :host, :given, :who, :at FROM agreements"""
_LATEST = "SELECT given, who, at FROM agreements WHERE host = :host ORDER BY number DESC LIMIT 1"
_DAY = """INSERT INTO model_spending (day, micros, tokens_in, tokens_out, calls)
    VALUES (:day, 0, 0, 0, 0) ON CONFLICT (day) DO NOTHING"""
_HOLD = """UPDATE model_spending SET micros = micros + :micros
    WHERE day = :day AND micros + :micros <= :cap"""
_SETTLE = """UPDATE model_spending SET micros = micros + :micros, tokens_in = tokens_in + :tokens_in,
    tokens_out = tokens_out + :tokens_out, calls = calls + :calls WHERE day = :day"""
_SPENT = "SELECT micros, tokens_in, tokens_out, calls FROM model_spending WHERE day = :day"


class ModelRecords:
    """Agreements and spending in one database, shared by all who use it; may raise StorageTrouble."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def agree(self, host: str, who: str, *, given: bool = True) -> None:
        """Record that an agreement for `host` is on file, or (not `given`) that it is so no more."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing("The agreement was not recorded") as link:
            _run(link, _AGREE, host=host, given=int(given), who=who, at=at)

    def agreement(self, host: str) -> Agreement | None:
        """The agreement on file for a host, or None."""
        with self._database.reading("The agreement could not be read") as link:
            row = _run(link, _LATEST, host=host).one_or_none()
        return Agreement(host=host, who=row.who, at=row.at) if row is not None and row.given else None

    def hold(self, endpoint: Endpoint, most: Decimal) -> str:
        """Set dollars aside for one call; gives the day they are booked on, or "" where the day's cap forbids it. One
        statement decides, so that many who ask at once cannot pass the cap together. What costs nothing needs no
        place under the cap, and is not delayed by a write."""
        day = today()
        if not most:
            return day
        with self._database.writing("The spending was not recorded") as link:
            _run(link, _DAY, day=day)
            held = _run(link, _HOLD, day=day, micros=_micros(most), cap=_micros(endpoint.daily_usd)).rowcount == 1
        return day if held else ""

    def settle(self, held: Decimal, took: Spending) -> None:
        """Replace what was set aside by what a call took, on the day it was booked on."""
        micros = _micros(took.usd) - _micros(held)
        with self._database.writing("The spending was not recorded") as link:
            _run(link, _DAY, day=took.day)
            _run(link, _SETTLE, **took.model_dump(exclude={"usd"}), micros=micros)

    def spending(self) -> Spending:
        """What today took."""
        day = today()
        with self._database.reading("The spending could not be read") as link:
            row = _run(link, _SPENT, day=day).one_or_none()
        if row is None:
            return Spending(day=day)
        usd = Decimal(row.micros) / MILLION
        return Spending(day=day, usd=usd, tokens_in=row.tokens_in, tokens_out=row.tokens_out, calls=row.calls)


def today() -> str:
    """The day that spending is booked on: UTC."""
    return datetime.now(UTC).date().isoformat()


def _micros(usd: Decimal) -> int:
    return int((usd * MILLION).to_integral_value())


def _run(link: "Connection", statement: str, **values: Any) -> "CursorResult[Any]":
    from sqlalchemy import text

    return link.execute(text(statement), values)
