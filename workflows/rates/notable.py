"""What stands out in a schedule beside its level: charges below fees, settings that differ, the step of a Medicare year."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from workflows.domain.comparison import ComparedLine, LesserOf, SettingGap, YearChange
from workflows.domain.medicare import Setting
from workflows.domain.rates import RateLine
from workflows.rates.arithmetic import cents
from workflows.rates.yardstick import Yardstick


def lesser_of(lines: Sequence[ComparedLine]) -> Iterator[LesserOf]:
    """Charges below the contract's fee: where it pays the lesser of both, the difference is lost."""
    for x in lines:
        if x.charge is not None and x.charge < x.rate:
            lost = (x.rate - x.charge) * x.units if x.units is not None else None
            yield LesserOf(label=x.label, charge=x.charge, rate=x.rate, lost=lost)


def setting_gaps(lines: Sequence[ComparedLine], held: Sequence[RateLine], yardstick: Yardstick) -> Iterator[SettingGap]:
    """Codes where Medicare pays differently in office and facility, with what the schedule pays in each. A single fee
    for both is shown as such in both places."""
    fees: dict[tuple[str, str], dict[Setting, Decimal]] = {}
    for line in held:
        for place in _places(line.setting):
            fees.setdefault((line.code, line.modifier), {})[place] = line.rate
    for code, modifier in dict.fromkeys((x.code, x.modifier) for x in lines):
        office = yardstick.amount(code, modifier, setting="office")
        facility = yardstick.amount(code, modifier, setting="facility")
        if office and facility and office.amount != facility.amount:
            paid = fees.get((code, modifier), {})
            yield SettingGap(
                label=f"{code}-{modifier}" if modifier else code,
                office=paid.get("office"),
                facility=paid.get("facility"),
                medicare_office=office.amount,
                medicare_facility=facility.amount,
            )


def year_changes(lines: Iterable[ComparedLine], yardstick: Yardstick, before: int) -> Iterator[YearChange]:
    """What the step from the year `before` to the yardstick's year does to these fees if they are tied to current
    Medicare at their present percent. In 2026 it lowered most facility amounts and raised most office visits."""
    for line in lines:
        old = yardstick.amount(line.code, line.modifier, setting=line.setting, year=before)
        if not old or not line.medicare or not old.amount or line.percent is None:
            continue
        fee_before = line.percent * old.amount / 100
        moved = (line.rate - fee_before) * line.units if line.units is not None else None
        yield YearChange(label=line.label, before=cents(fee_before), after=line.rate, dollars=moved)


def _places(setting: Setting | None) -> tuple[Setting, ...]:
    return (setting,) if setting else ("office", "facility")
