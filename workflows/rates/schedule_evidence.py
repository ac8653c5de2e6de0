"""What a letter may say from this payer's own schedule: rows, level, families, years without a change, as Evidence.

Only a PayerComparison of the payer itself comes in: other payers' fees are PrivateComparison and have no way here. Keys
begin with "schedule.", so that nothing an answer or the request says is replaced; where the answers themselves came from
these files, `traced` leads them to file and row.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.comparison import ComparedLine, Level, PayerComparison, Scenario
from workflows.domain.evidence import Evidence, Figure, FromRates, Ledger, PrivateEvidence
from workflows.domain.frozen import Frozen
from workflows.domain.language import day, figures, joined, number, percent, usd
from workflows.domain.rates import RateSchedule
from workflows.rates.arithmetic import calculated, percent_text
from workflows.rates.compare import ENOUGH

SHOWN = 40  # rows, the dearest first; a letter shows eight of them


class Drawn(Frozen):
    """The files that fees come from: the payer's schedule, the name of the file of units, the payer's offered fees."""

    schedule: RateSchedule
    units: str = ""
    offer: PayerComparison | None = None


def schedule_evidence(
    told: PayerComparison, drawn: Drawn, *, place: str, year: int, today: date
) -> tuple[Evidence, ...]:
    """Everything a letter may say about the present fees."""
    rows = tuple(_row(i, x, drawn) for i, x in enumerate(told.lines[:SHOWN]))
    inputs = tuple(e.id for e in rows)
    return (
        *rows,
        *_levels(told, place, year, inputs),
        *_unchanged(told, drawn.schedule, today),
    )


def traced(answers: Mapping[str, Answer], ledger: Ledger, fees: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """`fees`, and the facts of the ledger that files filled in, each with the file and row it came from."""
    by_row = {(e.parts["code"], e.parts["setting"], e.value): e for e in fees if "setting" in e.parts}
    found = list(fees)
    for key, fact in ledger.sendable.items():
        field, _, index = key.partition("[")
        given = answers.get(field)
        if given is None or given.given_by != "files":
            continue
        origin = next(
            (e for e in fees if (field, e.key) == ("practice.last_rate_change", "schedule.last_change")), None
        )
        if field == "rates.codes" and index:
            row = given.value[int(index[:-1])]
            assert isinstance(row, dict)
            fee = usd(Decimal(row["current"]), cents=True) if "current" in row else ""
            origin = by_row.get((row["code"], row.get("setting", ""), fee))
        if origin:
            found.append(Evidence(**{**dict(fact), "source": origin.source}))
    return tuple(found)


def package_evidence(scenarios: Sequence[Scenario]) -> tuple[tuple[Evidence, ...], tuple[PrivateEvidence, ...]]:
    """What each package is worth: those that may be sent, and the private ones (walk-away, target) apart."""
    told = [(s, _worth(s)) for s in scenarios]
    private = tuple(PrivateEvidence(**e.model_dump(exclude={"private"})) for s, e in told if s.private)
    return tuple(e for s, e in told if not s.private), private


def _row(index: int, x: ComparedLine, drawn: Drawn) -> Evidence:
    units = f", {number(x.units)} units in the last 12 months" if x.units is not None else ""
    basis = f" ({x.basis})" if x.basis else ""
    says = f"Code {x.label} is paid at {usd(x.rate, cents=True)}{basis}{units}."
    key = f"schedule.line[{index}]"
    parts = {"code": x.label, "setting": x.setting, "current": usd(x.rate, cents=True)}
    if x.units is not None:
        parts["volume"] = number(x.units)
    return Evidence(
        key=key,
        says=says,
        value=usd(x.rate, cents=True),
        bare=usd(x.rate, cents=True),
        parts=parts,
        grade="measured",
        source=FromRates(
            schedule=drawn.schedule.name, row=x.row, sha256=drawn.schedule.sha256, beside=tuple(_beside(x, drawn))
        ),
        figures=tuple(Figure(amount=f.amount, unit=f.unit, role=key) for f in figures(says)),
    )


def _beside(x: ComparedLine, drawn: Drawn) -> Iterator[str]:
    """Where the units and the offered fee of a line stand."""
    if x.units_typed:
        yield "units: typed by you"
    elif x.units is not None and drawn.units:
        where = f"{'rows' if len(x.units_rows) > 1 else 'row'} {joined(list(map(str, x.units_rows)))}"
        yield f"units: {drawn.units}{f', {where}' if x.units_rows else ''}"
    offered = drawn.offer.lines if drawn.offer else ()
    same = next((o for o in offered if o.key == x.key), None)
    if same:
        yield f"offered: {same.schedule}, row {same.row}"


def _levels(told: PayerComparison, place: str, year: int, inputs: tuple[str, ...]) -> Iterator[Evidence]:
    rule = "Σ units × fee / Σ units × Medicare amount"
    if told.level and told.level.covered >= ENOUGH:
        yield _level("schedule.level", "your present fees come to", told.level, place, year, rule, inputs)
    for family, level in told.families.items():
        if level.covered < ENOUGH:
            continue
        subject = f"your present fees for {family.replace('_', ' ')} come to"
        yield _level(f"schedule.level.{family}", subject, level, place, year, rule, inputs)


def _level(key: str, subject: str, level: Level, place: str, year: int, rule: str, inputs: tuple[str, ...]) -> Evidence:
    share = percent_text(level.percent)
    says = f"Weighted by {level.weighted_by}, {subject} {share} of {year} Medicare ({place})."
    if level.weighted_by.startswith("each code once"):
        says = f"Over {level.codes} codes, each counted once, {subject} {share} of {year} Medicare ({place})."
    return calculated(key, says, share, rule, inputs, f"{level.codes} codes with a Medicare amount")


def _unchanged(told: PayerComparison, schedule: RateSchedule, today: date) -> Iterator[Evidence]:
    """Whole years since the latest fee began, where every fee says when it began."""
    last = told.last_change
    if last is None:
        return
    when = day(last.isoformat())
    row = next(x.row for x in schedule.lines if x.effective == last)
    says = f"Your fee schedule was last changed on {when}."
    change = Evidence(
        key="schedule.last_change",
        says=says,
        value=when,
        bare=when,
        grade="measured",
        source=FromRates(schedule=schedule.name, row=row, sha256=schedule.sha256),
        figures=tuple(Figure(amount=f.amount, unit=f.unit, role="schedule.last_change") for f in figures(says)),
    )
    yield change
    years = today.year - last.year - ((today.month, today.day) < (last.month, last.day))
    if years:
        count = "1 year" if years == 1 else f"{years} years"
        yield calculated(
            "schedule.years_unchanged",
            f"It has not changed for {count}.",
            count,
            "whole years from the latest effective date to today",
            (change.id,),
            f"{when} to {day(today.isoformat())}",
        )


def _worth(s: Scenario) -> Evidence:
    level = f", {percent(s.percent_of_medicare)} of Medicare" if s.percent_of_medicare is not None else ""
    dollars = usd(s.annual_dollars, cents=False)
    says = f"{s.terms[:1].upper()}{s.terms[1:]} is worth {dollars} a year on our units{level}."
    rule = "Σ units × (fee of the package − present fee)"
    return calculated(f"schedule.package.{s.name}", says, dollars, rule, (), f"{usd(s.annual_total)} in the first year")
