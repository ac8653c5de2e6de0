"""Compares schedules with Medicare and with each other: by code, by family, and overall weighted by the practice's units.

A level is said only for what it covers: codes without a Medicare amount (laboratory, drugs, carrier-priced) are counted
apart and named. Units of a payer weigh that payer's fees where they are known, else the units of all payers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from workflows.domain.comparison import (
    ComparedLine,
    Level,
    PayerComparison,
    PrivateComparison,
    PrivateGap,
)
from workflows.domain.knowledge import CodeFamily
from workflows.domain.medicare import Setting
from workflows.domain.rates import RateLine, RateSchedule, Volume
from workflows.rates.arithmetic import cents, total_of
from workflows.rates.beliefs import printed
from workflows.rates.billed import Billed, Units, billed, weighing
from workflows.rates.notable import lesser_of, setting_gaps, year_changes
from workflows.rates.published import basis_of
from workflows.rates.schedules import in_force
from workflows.rates.yardstick import Yardstick, resolve, term_for

ENOUGH = Decimal("0.8")  # share of dollars with a Medicare amount above which a level speaks for the schedule


def compare(
    schedule: RateSchedule,
    volumes: Sequence[Volume],
    yardstick: Yardstick,
    families: Sequence[CodeFamily],
    *,
    today: date,
    floor: Decimal = Decimal(100),
) -> PayerComparison:
    """One schedule against Medicare. `floor` is the percent of Medicare below which a code is named."""
    held, outside = in_force(schedule, today)
    own = billed(volumes, schedule.payer)
    lines = tuple(sorted(_lines(schedule, held, own, yardstick, families), key=_order))
    troubles = dict.fromkeys(_troubles(schedule, own, yardstick))
    level = level_of(lines, weighing(volumes, schedule.payer))
    warnings = [*outside, *troubles, *printed(schedule.name, held, yardstick), *_not_covered(schedule, level)]
    warnings += [f"{schedule.name}, row {b.row}: not taken, {b.why}." for b in schedule.bad]
    return PayerComparison(
        payer=schedule.payer,
        schedule=schedule.name,
        what=schedule.origin.what,
        lines=lines,
        level=level,
        last_change=_last_change(schedule.lines, today),
        families=_family_levels(lines, level.weighted_by if level else ""),
        below=tuple(x for x in lines if x.percent is not None and x.percent < floor),
        missing=_missing(lines, own) if schedule.origin.what != "published" else (),
        lesser_of=tuple(lesser_of(lines)),
        settings=tuple(setting_gaps(lines, held, yardstick)),
        year_changes=tuple(year_changes(lines, yardstick, yardstick.year - 1)),
        warnings=tuple(warnings),
    )


def family_of(code: str, families: Sequence[CodeFamily]) -> str:
    """The family a code lies in: the narrowest section; "others" where none holds it."""
    return next((f.id for f in sorted(families, key=_narrow) if f.id != "others" and f.holds(code)), "others")


def level_of(lines: Iterable[ComparedLine], weighing: str) -> Level | None:
    """Percent of Medicare over lines: dollars at the fees against dollars at Medicare's amounts for the same units.
    Where no units are known every code counts once, and `weighted_by` says so."""
    every = list(lines)
    if not any(x.units for x in every):
        weighing = "each code once: no units are known"
        every = [x.model_copy(update={"units": Decimal(1)}) for x in every]
    priced = [x for x in every if x.medicare and x.units]
    base = total_of(x.medicare.amount * (x.units or 0) for x in priced if x.medicare)
    if not base:
        return None
    paid, whole = total_of(x.paid for x in priced), total_of(x.paid for x in every)
    return Level(percent=paid * 100 / base, weighted_by=weighing, covered=paid / whole, codes=len(priced))


def against_others(ours: PayerComparison, others: Sequence[PrivateComparison]) -> tuple[PrivateGap, ...]:
    """For each code, this payer's fee and what the practice's other payers pay for the same service. Private."""
    found = []
    for line in ours.lines:
        same = [(o.held.payer, x.rate) for o in others for x in o.held.lines if x.key == line.key]
        if same:
            average = total_of(rate for _, rate in same) / len(same)
            found.append(
                PrivateGap(
                    label=line.label,
                    ours=line.rate,
                    others=tuple(same),
                    average=cents(average),
                    best=max(rate for _, rate in same),
                    dollars=(average - line.rate) * line.units if line.units is not None else None,
                )
            )
    return tuple(sorted(found, key=lambda gap: (-(gap.dollars or 0), gap.label)))


def _last_change(lines: Sequence[RateLine], today: date) -> date | None:
    """The day the latest fee began, where every fee says when it began."""
    begun = [x.effective for x in lines if x.effective and x.effective <= today]
    return max(begun) if begun and len(begun) == len(lines) else None


def _order(line: ComparedLine) -> tuple[object, ...]:
    return -line.paid, line.code, line.modifier, line.setting


def _narrow(family: CodeFamily) -> int:
    return sum(int(high, 36) - int(low, 36) for low, high in family.spans)


def _lines(
    schedule: RateSchedule,
    held: Sequence[RateLine],
    volumes: Units,
    yardstick: Yardstick,
    families: Sequence[CodeFamily],
) -> Iterator[ComparedLine]:
    settings: dict[tuple[str, str], set[Setting | None]] = {}
    for line in held:
        settings.setdefault((line.code, line.modifier), set()).add(line.setting)
    for line in held:
        key = (line.code, line.modifier)
        setting = line.setting or yardstick.setting
        counted = _counted(line.setting, settings[key], yardstick.setting)
        volume = volumes.get(key) if counted else None
        yield ComparedLine(
            schedule=schedule.name,
            payer=line.payer or schedule.payer,
            code=line.code,
            modifier=line.modifier,
            setting=setting,
            family=family_of(line.code, families),
            units=volume.units if volume else None,
            rate=line.rate,
            medicare=yardstick.amount(*key, setting=setting),
            no_medicare=yardstick.why_not(*key, setting=setting),
            charge=line.charge or (volume.charge if volume else None),
            basis=basis_of(schedule, line),
            row=line.row,
            units_rows=volume.rows if volume else (),
            units_typed=volume.typed if volume else False,
        )
    for code, modifier in _percent_codes(schedule, volumes):
        if (code, modifier) not in settings:
            yield from _resolved(schedule, code, modifier, volumes.get((code, modifier)), yardstick, families)


def _counted(setting: Setting | None, there: set[Setting | None], usual: Setting) -> bool:
    """Whether a line's setting is the one the practice's units belong to: each unit is counted once."""
    return setting == next(s for s in (usual, None, "office", "facility") if s in there)


def _percent_codes(schedule: RateSchedule, volumes: Units) -> list[tuple[str, str]]:
    """The codes a schedule of percents is worked out for: those it names one by one, and those the practice bills."""
    named = [(t.low, t.modifier) for t in schedule.percents if t.low == t.high]
    billed = [key for key in volumes if term_for(schedule, *key)]
    return list(dict.fromkeys((*named, *billed)))


def _resolved(
    schedule: RateSchedule,
    code: str,
    modifier: str,
    volume: Billed | None,
    yardstick: Yardstick,
    families: Sequence[CodeFamily],
) -> Iterator[ComparedLine]:
    term = term_for(schedule, code, modifier)
    found = resolve(term, code, modifier, yardstick) if term else None
    if term and found and found.rate is not None:
        year = f"{term.year} Medicare" if term.year else f"current Medicare ({yardstick.year})"
        yield ComparedLine(
            schedule=schedule.name,
            payer=schedule.payer,
            code=code,
            modifier=modifier,
            setting=term.setting or yardstick.setting,
            family=family_of(code, families),
            units=volume.units if volume else None,
            rate=found.rate,
            medicare=found.current,
            charge=volume.charge if volume else None,
            basis=f"{term.percent.normalize():f}% of {year}",
            frozen_rate=found.frozen_rate,
            current_rate=found.current_rate,
            row=term.row,
            units_rows=volume.rows if volume else (),
            units_typed=volume.typed if volume else False,
        )


def _troubles(schedule: RateSchedule, volumes: Units, yardstick: Yardstick) -> Iterator[str]:
    """Percents of Medicare that could not be turned into dollars, each reason once."""
    for code, modifier in _percent_codes(schedule, volumes):
        term = term_for(schedule, code, modifier)
        found = resolve(term, code, modifier, yardstick) if term else None
        if found and found.trouble:
            yield f"{schedule.name}: {found.trouble.rstrip('.')}."
    if schedule.percents and not _percent_codes(schedule, volumes):
        yield f"{schedule.name}: its percents of Medicare need volumes.csv to be worked out in dollars."


def _not_covered(schedule: RateSchedule, level: Level | None) -> Iterator[str]:
    if level and level.covered < ENOUGH:
        share = (level.covered * 100).quantize(Decimal(1))
        yield f"{schedule.name}: only {share}% of its dollars are on codes that have a Medicare amount."


def _family_levels(lines: Sequence[ComparedLine], weighing: str) -> dict[str, Level]:
    any_units = any(x.units for x in lines)
    found = {}
    for family in dict.fromkeys(x.family for x in lines):
        members = [x for x in lines if x.family == family and (x.units or not any_units)]
        level = level_of(members, weighing) if members else None
        if level:
            found[family] = level
    return found


def _missing(lines: Sequence[ComparedLine], volumes: Units) -> tuple[str, ...]:
    """Codes the practice bills that the schedule does not price, the most frequent first."""
    priced = {(x.code, x.modifier) for x in lines}
    absent = [v for key, v in volumes.items() if key not in priced and v.units]
    return tuple(
        f"{v.code}-{v.modifier}" if v.modifier else v.code for v in sorted(absent, key=lambda v: (-v.units, v.code))
    )
