"""What comes out of comparing fees with Medicare and with each other, and of weighing packages against the present.

Results about this payer and results about the practice's other payers are two types: nothing that makes evidence for a
letter takes a PrivateComparison. Percents and points are unrounded here and rounded once, where they are shown.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

from workflows.domain.frozen import Frozen
from workflows.domain.medicare import MedicareAmount, Setting
from workflows.domain.rates import What


class ComparedLine(Frozen):
    """One fee beside Medicare's amount for the same code, modifier and setting. `units` is None where none are known;
    `basis` says how a percent of Medicare became dollars; `row` is the schedule's, `units_rows` those of the file of
    units, unless they were typed; `no_medicare` why there is no amount."""

    schedule: str
    payer: str
    code: str
    modifier: str = ""
    setting: Setting
    family: str = ""
    units: Decimal | None = None
    rate: Decimal
    medicare: MedicareAmount | None = None
    no_medicare: str = ""
    charge: Decimal | None = None
    basis: str = ""
    frozen_rate: Decimal | None = None
    current_rate: Decimal | None = None
    row: int = 0
    units_rows: tuple[int, ...] = ()
    units_typed: bool = False

    @property
    def label(self) -> str:
        """The code as people write it."""
        return f"{self.code}-{self.modifier}" if self.modifier else self.code

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells one service from another: code, modifier, setting."""
        return self.code, self.modifier, self.setting

    @property
    def percent(self) -> Decimal | None:
        """Percent of Medicare, unrounded."""
        return self.rate * 100 / self.medicare.amount if self.medicare and self.medicare.amount else None

    @property
    def paid(self) -> Decimal:
        """Dollars a year at this fee; nothing where units are unknown."""
        return self.rate * (self.units or 0)


class Level(Frozen):
    """A percent of Medicare over several codes, unrounded, with what weighs it and the share of dollars it covers."""

    percent: Decimal
    weighted_by: str
    covered: Decimal
    codes: int


class LesserOf(Frozen):
    """A charge below the contract's fee: a "lesser of" clause then pays the charge. `lost` is dollars a year."""

    label: str
    charge: Decimal
    rate: Decimal
    lost: Decimal | None


class SettingGap(Frozen):
    """A code whose amounts differ between office and facility: the schedule's own, and Medicare's."""

    label: str
    office: Decimal | None
    facility: Decimal | None
    medicare_office: Decimal
    medicare_facility: Decimal


class YearChange(Frozen):
    """What a change of Medicare year does to a fee tied to current Medicare; `dollars` is a year, None without units."""

    label: str
    before: Decimal
    after: Decimal
    dollars: Decimal | None


class PayerComparison(Frozen):
    """One schedule of the payer this case is about, against Medicare. `last_change` is the day its latest fee began,
    where every fee says when it began."""

    payer: str
    schedule: str
    what: What
    lines: tuple[ComparedLine, ...]
    level: Level | None
    last_change: date | None = None
    families: dict[str, Level] = {}
    below: tuple[ComparedLine, ...] = ()
    missing: tuple[str, ...] = ()
    lesser_of: tuple[LesserOf, ...] = ()
    settings: tuple[SettingGap, ...] = ()
    year_changes: tuple[YearChange, ...] = ()
    warnings: tuple[str, ...] = ()


class PrivateComparison(Frozen):
    """A schedule of another payer of the practice. Private: it helps to decide and never enters a letter."""

    private: Literal[True] = True
    held: PayerComparison


class PrivateGap(Frozen):
    """This payer's fee beside what the practice's other payers pay for the same code. `best` is the highest of them;
    `dollars` what paying as they do on average would add in a year."""

    private: Literal[True] = True
    label: str
    ours: Decimal
    others: tuple[tuple[str, Decimal], ...]
    average: Decimal
    best: Decimal
    dollars: Decimal | None


class Comparison(Frozen):
    """All schedules of a case in one place and Medicare year. `own` are the payer's, `others` the private rest."""

    locality: str
    place: str
    year: int
    own: tuple[PayerComparison, ...] = ()
    others: tuple[PrivateComparison, ...] = ()
    gaps: tuple[PrivateGap, ...] = ()
    warnings: tuple[str, ...] = ()


class Beside(Frozen):
    """One code of this payer for the eye: what is paid now (None where only an offer is known), what is offered, what
    Medicare pays. The percent to one decimal, dollars a year whole; `note` how the fee came about, or why no percent."""

    label: str
    setting: Setting
    units: Decimal | None
    now: Decimal | None
    offered: Decimal | None
    medicare: Decimal | None
    percent: Decimal | None
    dollars: Decimal | None
    note: str = ""
    on_frozen_year: Decimal | None = None
    on_current_year: Decimal | None = None


class Scenario(Frozen):
    """A package in dollars. `annual_dollars` is the change in the first year against today, `term_dollars` that over
    all years of the term (`years` one by one, `years_uncapped` without the cap); `percent` the first year's change in percent, `points` the change of the level in percentage
    points of Medicare. Dollars are whole, percents to one decimal. A private one (the walk-away) never leaves."""

    name: str
    private: bool
    terms: str
    annual_total: Decimal
    annual_dollars: Decimal
    years: tuple[Decimal, ...]
    years_uncapped: tuple[Decimal, ...] = ()
    term_dollars: Decimal
    term_dollars_uncapped: Decimal
    percent: Decimal | None
    points: Decimal | None
    percent_of_medicare: Decimal | None
    families: dict[str, Decimal] = {}
    notes: tuple[str, ...] = ()


class Leaving(Frozen):
    """Leaving the payer against staying, in dollars a year. `break_even_percent` is the change of present fees at which
    both come to the same; below it leaving pays. Private: it never enters a letter."""

    private: Literal[True] = True
    revenue: Decimal
    kept: Decimal
    replaced: Decimal
    saved: Decimal
    lost: Decimal
    break_even_percent: Decimal
    break_even_replacement: Decimal | None
    says: str
