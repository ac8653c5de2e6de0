"""Medicare as the measure of a payer's fees: one place, one year, one setting, and the amount of a code there.

Apart from medicare.py because a comparison wants an amount or a reason for each of many codes, never an exception, and
because payers' modifiers must first be told apart: most do not change the price, some do.
"""

import re
from decimal import Decimal
from functools import cached_property

from workflows.domain.errors import Refused
from workflows.domain.medicare import MedicareAmount, MedicareTables, Setting, Terms
from workflows.domain.rates import PercentTerm, RateSchedule, Resolved
from workflows.rates import medicare
from workflows.rates.arithmetic import cents

# Modifiers that say when, where or by whom without changing the fee schedule amount.
_INFORMS = re.compile(
    r"2[457]|33|5[789]|7[679]|9[0135]|G[0CENOPQT]|X[EPSU]|[LR]T|KX|QW|J[WZ]|E[1-4]|[FT][A1-9]|C[RS]|AT|Q[56]|SA"
)


def informs(modifier: str) -> bool:
    """Whether a modifier only informs, so that the fee is that of the code without it."""
    return _INFORMS.fullmatch(modifier) is not None


class Yardstick:
    """Medicare amounts for one practice. Without a place they are national, which no practice is paid."""

    def __init__(
        self,
        tables: MedicareTables,
        *,
        year: int,
        zip_code: str = "",
        locality: str = "",
        setting: Setting = "office",
    ) -> None:
        self.tables, self.year, self.setting = tables, year, setting
        self._zip, self._locality = zip_code, locality
        self._known: dict[tuple[str, str, int, Setting], MedicareAmount | str] = {}

    @property
    def place(self) -> str:
        """The locality's name, or "national"."""
        first = self.amount("99213")
        return first.locality_name if first else "national"

    @property
    def key(self) -> str:
        """The locality as "carrier-number", or "" for national amounts."""
        first = self.amount("99213")
        return first.locality if first else ""

    @property
    def years(self) -> tuple[int, ...]:
        """The Medicare years held."""
        return tuple(sorted({f.year for f in self.tables.conversion_factors()}))

    @cached_property
    def national(self) -> "Yardstick":
        """The same without a place: what tables often quote."""
        return Yardstick(self.tables, year=self.year, setting=self.setting)

    def amount(
        self, code: str, modifier: str = "", *, setting: Setting | None = None, year: int | None = None
    ) -> MedicareAmount | None:
        """The amount, or None where Medicare has none to compare with."""
        found = self._priced(code, modifier, setting or self.setting, year or self.year)
        return found if isinstance(found, MedicareAmount) else None

    def why_not(self, code: str, modifier: str = "", *, setting: Setting | None = None, year: int | None = None) -> str:
        """Why there is no amount, or ""."""
        found = self._priced(code, modifier, setting or self.setting, year or self.year)
        return found if isinstance(found, str) else ""

    def belief(self, stated: Decimal, code: str, modifier: str, setting: Setting) -> str:
        """What a Medicare amount is that somebody stated, where it is not the right one; "" where it is, or where there
        is none to hold it against."""
        right = self.amount(code, modifier, setting=setting)
        if right is None or right.amount == stated:
            return ""
        terms: Terms = {"year": self.year, "setting": setting, "even_if_unpaid": True}
        found = medicare.check_belief(
            self.tables,
            stated,
            code,
            "" if informs(modifier) else modifier,
            zip_code=self._zip,
            locality=self._locality,
            **terms,
        )
        return found.says

    def national_quote(self, stated: Decimal, code: str, modifier: str) -> str:
        """What a stated amount is, where it is a national one and so nobody's own; "" else."""
        part = "" if informs(modifier) else modifier
        try:
            found = medicare.check_belief(self.tables, stated, code, part, year=self.year, even_if_unpaid=True)
        except Refused:
            return ""
        return found.says if found.matches else ""

    def _priced(self, code: str, modifier: str, setting: Setting, year: int) -> MedicareAmount | str:
        key = (code, modifier, year, setting)
        if key not in self._known:
            self._known[key] = self._price(code, modifier, setting, year)
        return self._known[key]

    def _price(self, code: str, modifier: str, setting: Setting, year: int) -> MedicareAmount | str:
        part = "" if informs(modifier) else modifier
        terms: Terms = {"year": year, "setting": setting, "even_if_unpaid": True}
        try:
            if self._zip or self._locality:
                return medicare.price(self.tables, code, part, zip_code=self._zip, locality=self._locality, **terms)
            return medicare.national(self.tables, code, part, **terms)
        except Refused as error:
            if error.what.startswith("no Medicare fee schedule for"):
                return (
                    f"{year} is outside the Medicare years held here ({self.years[0]} to {self.years[-1]}): load CMS's files of that "
                    f"year with `parley rates --medicare FILE --gpci FILE`"
                )
            return str(error)


def resolve(term: PercentTerm, code: str, modifier: str, yardstick: Yardstick) -> Resolved:
    """A percent of Medicare for one code in dollars, on the frozen year (where the term names one) and on the current
    year. Fees are to the cent, as a contract would print them."""
    setting = term.setting
    current = yardstick.amount(code, modifier, setting=setting)
    frozen = yardstick.amount(code, modifier, setting=setting, year=term.year) if term.year else None
    wanted = term.year or yardstick.year
    trouble = yardstick.why_not(code, modifier, setting=setting, year=wanted)
    return Resolved(
        code=code,
        modifier=modifier,
        term=term,
        frozen=frozen,
        current=current,
        frozen_rate=_share(term.percent, frozen),
        current_rate=_share(term.percent, current),
        trouble=trouble,
    )


def term_for(schedule: RateSchedule, code: str, modifier: str = "") -> PercentTerm | None:
    """The percent that rules a code: the narrowest span that holds it, one for its modifier before a general one."""
    fits = [t for t in schedule.percents if t.holds(code) and t.modifier in ("", modifier)]
    return min(fits, key=lambda t: (t.is_default, t.low != t.high, t.modifier != modifier, _width(t)), default=None)


def _width(term: PercentTerm) -> int:
    low, high = (int(c, 36) for c in (term.low, term.high))
    return high - low


def _share(percent: Decimal, amount: MedicareAmount | None) -> Decimal | None:
    return cents(amount.amount * percent / 100) if amount else None
