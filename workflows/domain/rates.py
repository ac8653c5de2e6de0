"""A payer's fees as the practice holds them: schedules with their rows, volumes, offers, and what a file is.

A schedule belongs to the practice of its case: there is no kind of origin for another practice's rates. Money is
Decimal dollars, percent of Medicare is percent (118 means 118%). Rows are counted as the user's own program counts them.
"""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from workflows.domain.frozen import Frozen
from workflows.domain.medicare import MedicareAmount, Setting

What = Literal["contract", "offer", "claims", "published"]
WHAT_IN_WORDS: dict[What, str] = {
    "contract": "own contract",
    "offer": "the payer's offer",
    "claims": "own claims",
    "published": "published transparency file",
}
Meaning = Literal[
    "code", "modifier", "place", "payer", "rate", "office_rate", "facility_rate", "professional_rate",
    "technical_rate", "percent", "medicare", "charge", "effective", "ends", "units", "set_aside",
]  # fmt: skip
PRICES: dict[Meaning, tuple[Setting | None, str]] = {  # what a price column says of its setting and modifier
    "rate": (None, ""),
    "office_rate": ("office", ""),
    "facility_rate": ("facility", ""),
    "professional_rate": (None, "26"),
    "technical_rate": (None, "TC"),
}


class Sheet(Frozen):
    """The cells of a table as text, trimmed; `first` is the number of its first row. Percents keep their sign."""

    name: str
    sha256: str
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


class ColumnUse(Frozen):
    """What one column is taken for: its place from 0, its heading and a sample, for the user to confirm or change."""

    index: int
    heading: str
    meaning: Meaning
    sample: str = ""


class Mapping(Frozen):
    """How a sheet is read: where its heading stands (from 0; None without one) and what each column means."""

    header: int | None
    columns: tuple[ColumnUse, ...]
    notes: tuple[str, ...] = ()

    def index(self, meaning: Meaning) -> int | None:
        """The column with this meaning, or None."""
        return next((c.index for c in self.columns if c.meaning == meaning), None)

    def changed(self, index: int, meaning: Meaning) -> Self:
        """The mapping with one column taken for something else; the column that had this meaning is set aside."""
        columns = tuple(
            c.model_copy(update={"meaning": meaning})
            if c.index == index
            else c.model_copy(update={"meaning": "set_aside"})
            if c.meaning == meaning != "set_aside"
            else c
            for c in self.columns
        )
        return self.model_copy(update={"columns": columns})


class Origin(Frozen):
    """What an import is. A published transparency file is named with its file and its date; `url` where it was got."""

    what: What
    payer: str
    dated: date | None = None
    url: str = ""

    @model_validator(mode="after")
    def _published_is_dated(self) -> Self:
        if self.what == "published" and self.dated is None:
            raise ValueError("a published transparency file needs its date")
        return self


class BadRow(Frozen):
    """A row that was not taken: its number as the user sees it, and why."""

    row: int
    why: str


class PercentTerm(Frozen):
    """A percent of Medicare for a span of codes; `year` is the frozen Medicare year, None the one then current."""

    low: str
    high: str
    percent: Decimal
    year: int | None = None
    modifier: str = ""
    setting: Setting | None = None
    row: int = 0

    def holds(self, code: str) -> bool:
        """Whether a code lies in the span."""
        return self.low <= code <= self.high

    @property
    def is_default(self) -> bool:
        """Whether it covers every code that nothing else covers."""
        return (self.low, self.high) == ("00000", "ZZZZZ")


class RateLine(Frozen):
    """One fee: dollars for a code with its modifier, in one setting or (None) in either, between two days.
    `printed_medicare` and `printed_percent` are what the file itself says of Medicare, to be checked, never used. Of a
    published file `rate` is the median over `groups` provider groups, between `lowest` and `highest`."""

    code: str
    modifier: str = ""
    setting: Setting | None = None
    rate: Decimal
    charge: Decimal | None = None
    effective: date | None = None
    ends: date | None = None
    row: int
    payer: str = ""
    printed_medicare: Decimal | None = None
    printed_percent: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    groups: int | None = None

    @model_serializer(mode="wrap")
    def _without_empty(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is empty is left out: a case keeps thousands of lines in each of its versions."""
        return {name: value for name, value in dump(self).items() if value not in (None, "")}

    @property
    def label(self) -> str:
        """The code as people write it: "70450-26"."""
        return f"{self.code}-{self.modifier}" if self.modifier else self.code

    def holds_on(self, today: date) -> bool:
        """Whether the fee is in force on a day."""
        return (self.effective or today) <= today <= (self.ends or today)


class RateSchedule(Frozen):
    """One payer's fees from one file: dollars by code, or percents of Medicare, or both; and every row not taken."""

    name: str
    sha256: str
    origin: Origin
    lines: tuple[RateLine, ...] = ()
    percents: tuple[PercentTerm, ...] = ()
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def payer(self) -> str:
        """Whose fees they are."""
        return self.origin.payer

    @property
    def key(self) -> str:
        """What tells it from the other schedules of a case: the same file as the same thing is the same schedule."""
        told = (self.name, self.sha256, self.origin.what, self.payer)
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


class Volume(Frozen):
    """Units of a code in the last twelve months, for one payer or ("") for all of them together; `typed` where a person
    wrote them in place of a file's."""

    code: str
    modifier: str = ""
    payer: str = ""
    units: Decimal
    charge: Decimal | None = None
    row: int = 0
    typed: bool = False

    @model_serializer(mode="wrap")
    def _without_empty(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is empty is left out, as of a fee."""
        return {name: value for name, value in dump(self).items() if value not in (None, "") and value is not False}


class Resolved(Frozen):
    """A percent of Medicare in dollars, on both bases: the frozen year's amount and the current year's. `trouble` says
    why one is missing."""

    code: str
    modifier: str
    term: PercentTerm
    frozen: MedicareAmount | None
    current: MedicareAmount | None
    frozen_rate: Decimal | None
    current_rate: Decimal | None
    trouble: str = ""

    @property
    def rate(self) -> Decimal | None:
        """What is paid: on the frozen year where the term names one, else on the current year."""
        return self.frozen_rate if self.term.year else self.current_rate


class RateTerms(Frozen):
    """Terms of a package. Of `increase` (percent on present fees) and `percent_of_medicare` one is the general rule;
    `families` give another percent of Medicare by code family, `family_increases` another increase, `carve_outs` a fixed fee by code. `medicare_year` freezes
    the Medicare year, None leaves it current. `escalator` is percent a year from the second year on, at most `cap`."""

    increase: Decimal | None = None
    percent_of_medicare: Decimal | None = None
    medicare_year: int | None = None
    families: dict[str, Decimal] = {}
    family_increases: dict[str, Decimal] = {}
    carve_outs: dict[str, Decimal] = {}
    escalator: Decimal = Decimal(0)
    cap: Decimal | None = None
    term_years: int = 1

    @property
    def yearly(self) -> Decimal:
        """The escalator as it is paid: percent a year, capped."""
        return min(self.escalator, self.cap) if self.cap is not None else self.escalator


class Offer(Frozen):
    """What a payer offered: when, until when, and its terms; `words` where they came as text that gives no figure."""

    payer: str = ""
    dated: date | None = None
    answer_by: date | None = None
    effective: date | None = None
    terms: RateTerms = RateTerms()
    words: str = ""


class RatesInput(Frozen):
    """All that a practice gave about fees for one case: schedules, units (and the file they are from), the offer,
    packages it wants weighed, and the shares (percent, by name) it expects if it left the payer."""

    schedules: tuple[RateSchedule, ...] = ()
    volumes: tuple[Volume, ...] = ()
    units_from: str = ""
    offer: Offer | None = None
    packages: dict[str, RateTerms] = {}
    leaving: dict[str, Decimal] = {}
    warnings: tuple[str, ...] = ()
