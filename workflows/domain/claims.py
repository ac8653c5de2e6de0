"""A practice's own claim lines added up: what was seen of a file, what its columns mean, and sums by payer and code.

Only sums leave the reader. No line of a claims file is kept, and no column that was not recognized is read.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, Protocol

from pydantic import SkipValidation

from workflows.domain.frozen import Frozen
from workflows.domain.rates import BadRow, Sheet

ClaimMeaning = Literal["code", "modifier", "units", "payer", "date", "allowed", "paid"]
Progress = Callable[[int, int], None]  # bytes read so far, bytes of the file


class ClaimsHead(Frozen):
    """The first rows of a claims file. `lines` says how many lines of text end with each row: a cell may hold some."""

    sheet: Sheet
    separator: str
    lines: tuple[int, ...]


class ClaimColumns(Frozen):
    """Where the heading stands (from 0) and the column of each meaning; columns that are not named here are not read."""

    header: int
    headings: tuple[str, ...]
    columns: Mapping[ClaimMeaning, int]
    notes: tuple[str, ...] = ()

    @property
    def basis(self) -> Literal["allowed", "paid"]:
        """The amount a realised rate is made of: what the contract allows, else what the payer itself paid."""
        return "allowed" if "allowed" in self.columns else "paid"


class ClaimCells(Protocol):
    """Reads one cell; each raises ValueError where the cell does not say what its column means."""

    def code(self, cell: str) -> tuple[str, str]:
        """A code and the modifier glued to it."""

    def modifier(self, cell: str) -> str:
        """The modifier that decides the price, or ""."""

    def payer(self, cell: str) -> str:
        """A payer's name."""

    def day(self, cell: str) -> date:
        """A day."""

    def thousandths(self, cell: str) -> int:
        """Units in thousandths: drugs are billed in parts of a unit."""

    def cents(self, cell: str) -> int:
        """Dollars in cents, below zero for what was taken back."""


class ClaimGroup(NamedTuple):
    """The lines of one payer, code, modifier and quarter (year 0: no day was given), reversals taken off.

    Units (in thousandths) and amounts (in cents) are of lines that were paid; `unpaid` are units of those paid nothing.
    `row` is the first line's. A tuple of whole numbers and no model: a large practice has a hundred thousand of them.
    """

    payer: str
    code: str
    modifier: str
    year: int
    quarter: int
    lines: int
    thousandths: int
    unpaid: int
    allowed_cents: int | None
    paid_cents: int | None
    row: int

    @property
    def units(self) -> Decimal:
        """Units of the lines that were paid."""
        return Decimal(self.thousandths).scaleb(-3)

    @property
    def unpaid_units(self) -> Decimal:
        """Units of the lines that were paid nothing."""
        return Decimal(self.unpaid).scaleb(-3)

    @property
    def allowed(self) -> Decimal | None:
        """Dollars allowed, None where the file does not say."""
        return None if self.allowed_cents is None else Decimal(self.allowed_cents).scaleb(-2)

    @property
    def paid(self) -> Decimal | None:
        """Dollars paid by the payer, None where the file does not say."""
        return None if self.paid_cents is None else Decimal(self.paid_cents).scaleb(-2)

    @property
    def amount(self) -> Decimal:
        """Dollars by which it is paid: allowed where the file says so, else paid."""
        return self.allowed if self.allowed is not None else self.paid or Decimal()


class Claims(Frozen):
    """What a claims file comes to: its groups, the days it covers, and every line that is not among them, counted.
    `bad` names the first rows not taken; `reversals` and `unpaid` are lines."""

    name: str
    sha256: str
    basis: Literal["allowed", "paid"]
    groups: SkipValidation[tuple[ClaimGroup, ...]]  # a hundred thousand, and made by our own reader
    begins: date | None
    ends: date | None
    lines: int
    reversals: int = 0
    unpaid: int = 0
    blank: int = 0
    bad_rows: int = 0
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
