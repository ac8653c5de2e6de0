"""One cell of a claim line, by the rules for a fee schedule's cells, and what only claims have: reversals, zeros, parts
of a unit, several modifiers."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from workflows.rates.cells import HIGHEST, Misread, code_of, day_of, modifier_of

_EARLIEST, _LATEST = 1990, 2099
_PRICED = ("26", "TC", "53")  # what changes Medicare's own amount comes before what only informs
_AMOUNT = re.compile(
    r"(?:\+(?=[\d.]))?(?P<open>\()?(?P<minus>-)?\s*\$?\s*(?P<open2>\()?(?P<minus2>-)?"
    r"(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?P<exponent>[eE][+-]?\d{1,3})?(?P<minus3>-)?(?P<close>\))?"
)


class Cells:
    """The reader of cells that the adapter asks; it keeps nothing."""

    def code(self, cell: str) -> tuple[str, str]:
        """One code and the modifier glued to it."""
        found = code_of(cell)
        if found.is_span:
            raise Misread("several codes")
        return found.code, found.modifier

    def modifier(self, cell: str) -> str:
        """The modifier; of several, the one that has a price of its own, else the first."""
        every = [m for m in map(modifier_of, re.split(r"[\s,;:/|]+", cell.upper())) if m]
        return next((m for m in every if m in _PRICED), every[0] if every else "")

    def payer(self, cell: str) -> str:
        """The payer's name, of a length names have."""
        if len(cell) > 120:
            raise Misread("too long for a name")
        return cell

    def day(self, cell: str) -> date:
        """A day of service, with or without the hour; also as claims print it: 20260131."""
        found = None
        if re.fullmatch(r"(?a)(?:19|20)\d\d(-?)\d\d\1\d\d", cell):
            with suppress(ValueError):
                found = date.fromisoformat(cell)
        found = found or day_of(re.sub(r"(?<=\d{4})[ T]\d.*$", "", cell))
        if found is None or not _EARLIEST <= found.year <= _LATEST:
            raise Misread("not a day of service")
        return found

    def thousandths(self, cell: str) -> int:
        """Units, below 0 for a reversal; at most a million, at least a thousandth."""
        found = _number(cell)
        if found == 0 or abs(found) > 1_000_000 or found * 1000 % 1:
            raise Misread("not a number of units")
        return int(found * 1000)

    def cents(self, cell: str) -> int:
        """Dollars in cents; a spreadsheet's binary remains (97.42999999999999) are the cents they were."""
        exact = _number(cell) * 100
        near = exact.to_integral_value()
        if abs(near) > HIGHEST * 100 or abs(exact - near) >= Decimal("0.0001"):
            raise Misread("not dollars and cents")
        return int(near)


def _number(cell: str) -> Decimal:
    found = _AMOUNT.fullmatch(cell.strip())
    if not found or bool(found["open"] or found["open2"]) != bool(found["close"]):
        raise Misread("not a number")
    minus = [m for m in ("open", "open2", "minus", "minus2", "minus3") if found[m]]
    if len(minus) > 1:
        raise Misread("twice below zero")
    try:
        number = Decimal(found["digits"].replace(",", "") + (found["exponent"] or ""))
    except InvalidOperation as error:
        raise Misread("not a number") from error
    return -number if minus else number
