"""A comparison and its packages as the JSON of docs/commands.md, and as text for a terminal.

Money and percents are rounded here, once: dollars to the cent or the whole dollar, percents to one decimal. JSON carries
them as numbers; what is private is marked.
"""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workflows.domain.comparison import ComparedLine, Comparison, Leaving, PayerComparison, Scenario
from workflows.domain.language import number, percent, points, usd
from workflows.domain.medicare import MedicareAmount
from workflows.rates.arithmetic import ONE, TENTH


def as_json(comparison: Comparison, scenarios: Sequence[Scenario], warnings: Sequence[str]) -> dict[str, Any]:
    """The public shape; see docs/commands.md."""
    every = [(c, False) for c in comparison.own] + [(o.held, True) for o in comparison.others]
    return {
        "locality": comparison.locality,
        "locality_name": comparison.place,
        "year": comparison.year,
        "lines": [_line(x, private) for c, private in every for x in c.lines],
        "payers": [_payer(c, private) for c, private in every],
        "scenarios": [_scenario(s) for s in scenarios],
        "private_gaps": [
            {"code": g.label, "rate": _n(g.ours), "others": {p: _n(r) for p, r in g.others}, "average": _n(g.average),
             "annual_dollars": _whole(g.dollars)} for g in comparison.gaps
        ],
        "warnings": [*comparison.warnings, *warnings],
    }  # fmt: skip


def price_json(amount: MedicareAmount) -> dict[str, Any]:
    """One Medicare amount; see docs/commands.md."""
    return {
        "code": amount.code,
        "modifier": amount.modifier,
        "year": amount.year,
        "locality": amount.locality,
        "locality_name": amount.locality_name,
        "setting": amount.setting,
        "amount": _n(amount.amount),
        "paid_by_medicare": amount.paid_by_medicare,
        "shown": amount.says,
        "release": amount.release,
        "notes": list(amount.notes),
    }


def as_text(comparison: Comparison, scenarios: Sequence[Scenario], warnings: Sequence[str]) -> str:
    """The comparison for people."""
    return "\n".join(_text(comparison, scenarios, warnings))


def table(comparison: Comparison) -> list[list[str | Decimal | None]]:
    """The comparison as rows for a spreadsheet: payer, schedule, row, code, modifier, setting, family, units, fee,
    Medicare, percent of Medicare, annual dollars, basis."""
    every = [*comparison.own, *(o.held for o in comparison.others)]
    return [
        [
            x.payer, x.schedule, Decimal(x.row) if x.row else None, x.code, x.modifier, x.setting, x.family, x.units, x.rate,
            x.medicare.amount if x.medicare else None, _tenth(x.percent) if x.percent is not None else None,
            x.paid if x.units is not None else None, x.basis or x.no_medicare,
        ]
        for c in every
        for x in c.lines
    ]  # fmt: skip


def _text(comparison: Comparison, scenarios: Sequence[Scenario], warnings: Sequence[str]) -> Iterator[str]:
    yield f"Measured against {comparison.year} Medicare, {comparison.place}."
    for told in comparison.own:
        yield from _payer_text(told, "")
    for other in comparison.others:
        yield from _payer_text(other.held, " (private: never in a letter)")
    if scenarios:
        yield "\nWhat packages are worth, against today:"
    for s in scenarios:
        level = f"; {percent(s.percent_of_medicare)} of Medicare" if s.percent_of_medicare is not None else ""
        moved = f", {points(s.points)}" if s.points is not None else ""
        change = f" ({percent(s.percent)})" if s.percent is not None else ""
        mark = " [private]" if s.private else ""
        yield f"  {s.name}{mark}: {s.terms}\n    {usd(s.annual_dollars)} a year{change}{level}{moved}"
        if len(s.years) > 1:
            yield f"    {usd(s.term_dollars)} over {len(s.years)} years"
        yield from (f"    {note}" for note in s.notes)
    if comparison.warnings or warnings:
        yield "\nMind:\n" + "\n".join(f"- {w}" for w in (*comparison.warnings, *warnings))


def _payer_text(told: PayerComparison, mark: str) -> Iterator[str]:
    level = (
        f"{_tenth(told.level.percent)}% of Medicare, weighted by {told.level.weighted_by}" if told.level else "no level"
    )
    yield f"\n{told.payer}, {told.schedule}{mark}: {level}"
    for x in told.lines:
        medicare = usd(x.medicare.amount, cents=True) if x.medicare else "–"
        share = f"{_tenth(x.percent)}%" if x.percent is not None else "–"
        units = number(x.units) if x.units is not None else "–"
        basis = f"  {x.basis}" if x.basis else ""
        yield f"  {x.label:9}{x.setting:9}{units:>8}{usd(x.rate, cents=True):>12}{medicare:>12}{share:>8}{basis}"
    if told.missing:
        yield f"  Billed, but not in the schedule: {', '.join(told.missing[:20])}"
    for gap in told.lesser_of:
        lost = f", {usd(gap.lost.quantize(ONE, ROUND_HALF_UP))} a year" if gap.lost is not None else ""
        yield f"  Charge below the fee: {gap.label} {usd(gap.charge, cents=True)} under {usd(gap.rate, cents=True)}{lost}"


def _line(x: ComparedLine, private: bool) -> dict[str, Any]:
    return {
        "schedule": x.schedule,
        "payer": x.payer,
        "code": x.code,
        "modifier": x.modifier,
        "setting": x.setting,
        "family": x.family,
        "units": _n(x.units),
        "rate": _n(x.rate),
        "medicare": _n(x.medicare.amount) if x.medicare else None,
        "percent_of_medicare": _tenth_n(x.percent),
        "row": x.row,
        **({"basis": x.basis, "frozen_rate": _n(x.frozen_rate), "current_rate": _n(x.current_rate)} if x.basis else {}),
        **({"no_medicare": x.no_medicare} if x.no_medicare else {}),
        **({"private": True} if private else {}),
    }


def _payer(c: PayerComparison, private: bool) -> dict[str, Any]:
    moved = [y.dollars for y in c.year_changes if y.dollars is not None]
    return {
        "payer": c.payer,
        "schedule": c.schedule,
        "what": c.what,
        "percent_of_medicare": _tenth_n(c.level.percent) if c.level else None,
        "weighted_by": c.level.weighted_by if c.level else "",
        "covered_percent": _tenth_n(c.level.covered * 100) if c.level else None,
        "families": {name: _tenth_n(level.percent) for name, level in c.families.items()},
        "below_floor": [x.label for x in c.below],
        "missing": list(c.missing),
        "lesser_of": [
            {"code": g.label, "charge": _n(g.charge), "rate": _n(g.rate), "annual_dollars": _whole(g.lost)}
            for g in c.lesser_of
        ],
        "settings": [
            {"code": g.label, "office": _n(g.office), "facility": _n(g.facility),
             "medicare_office": _n(g.medicare_office), "medicare_facility": _n(g.medicare_facility)}
            for g in c.settings
        ],
        "year_change": {"annual_dollars": _whole(sum(moved, Decimal())) if moved else None,
                        "codes": [{"code": y.label, "before": _n(y.before), "after": _n(y.after)} for y in c.year_changes]},
        **({"private": True} if private else {}),
    }  # fmt: skip


def _scenario(s: Scenario) -> dict[str, Any]:
    return {
        "name": s.name,
        "terms": s.terms,
        "annual_dollars": _n(s.annual_dollars),
        "annual_total": _n(s.annual_total),
        "percent": _n(s.percent),
        "points": _n(s.points),
        "percent_of_medicare": _n(s.percent_of_medicare),
        "years": [_n(y) for y in s.years],
        "term_dollars": _n(s.term_dollars),
        "term_dollars_uncapped": _n(s.term_dollars_uncapped),
        "families": {name: _n(value) for name, value in s.families.items()},
        "notes": list(s.notes),
        **({"private": True} if s.private else {}),
    }


def leaving_json(told: Leaving) -> dict[str, Any]:
    """Leaving against staying; private."""
    return {
        "private": True,
        "revenue": _n(told.revenue),
        "kept": _n(told.kept),
        "replaced": _n(told.replaced),
        "saved": _n(told.saved),
        "lost": _n(told.lost),
        "break_even_percent": _n(told.break_even_percent),
        "break_even_replacement": _n(told.break_even_replacement),
        "says": told.says,
    }


def _n(value: Decimal | None) -> int | float | None:
    """A decimal as the JSON number with the same digits: two places and seven digits are exact in print."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(TENTH, ROUND_HALF_UP)


def _tenth_n(value: Decimal | None) -> int | float | None:
    return _n(_tenth(value)) if value is not None else None


def _whole(value: Decimal | None) -> int | float | None:
    return _n(value.quantize(ONE, ROUND_HALF_UP)) if value is not None else None
