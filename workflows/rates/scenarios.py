"""What a package is worth on the practice's own units: the request, the target, the walk-away, the payer's offer.

A package has one general rule (an increase in percent, or a percent of Medicare), other percents for code families,
fixed fees for carve-outs, and an escalator over the term, with or without a cap. Medicare after the current year is
taken as it stands: nobody knows its next conversion factor, so nothing is forecast. A fee is what is paid, so to the
cent, as in the table of a letter; sums of fees are exact and rounded once, to whole dollars; percents to one decimal; a
change of level is points, never percent.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.comparison import ComparedLine, Scenario
from workflows.domain.errors import Refused
from workflows.domain.language import joined, percent, usd
from workflows.domain.rates import RateTerms
from workflows.rates.arithmetic import ONE, TENTH, cents, total_of
from workflows.rates.yardstick import Yardstick

Key = tuple[str, str, str]  # code, modifier, setting
LONGEST_TERM = 10  # years; no payer signs a longer one
VOLUME_STEPS = (Decimal(-20), Decimal(-10), Decimal(0), Decimal(10), Decimal(20))  # percent


def package(
    name: str,
    present: Sequence[ComparedLine],
    terms: RateTerms,
    yardstick: Yardstick,
    *,
    private: bool = False,
    least: Mapping[Key, Decimal] | None = None,
) -> Scenario:
    """The package on the present lines; `least` holds fees by line below which it takes none. Raises Refused where no
    line has units, or the terms contradict themselves."""
    _check(terms, name)
    lines = [x for x in present if x.units]
    fees: list[Decimal] = []
    kept: list[str] = []
    better: list[str] = []
    for line in lines:
        fee = fee_under(line, terms, yardstick)
        if fee is None:
            kept.append(line.label)
        floor = (least or {}).get(line.key, Decimal())
        if fee is not None and fee < floor:
            better.append(line.label)
        fees.append(max(floor, line.rate if fee is None else fee))
    notes = []
    if better:
        notes.append(f"{_some(better)}: paid or offered better than asked, kept so.")
    if kept:
        notes.append(f"{_some(kept)}: no Medicare amount, left as paid now.")
    notes += _unused(terms, lines)
    return _scenario(name, lines, fees, terms, private=private, told=in_words(terms), notes=notes)


def offered_fees(
    name: str, present: Sequence[ComparedLine], offered: Sequence[ComparedLine], *, term_years: int = 1
) -> Scenario:
    """A schedule the payer offers, line by line, on the present units. A code it does not price stays as paid now."""
    prices = {x.key: x.rate for x in offered}
    lines = [x for x in present if x.units]
    found = [prices.get(x.key) for x in lines]
    absent = [x.label for x, fee in zip(lines, found, strict=True) if fee is None]
    notes = [f"The offer does not price {joined(absent[:8])}: left as paid now."] if absent else []
    fees = [x.rate if fee is None else fee for x, fee in zip(lines, found, strict=True)]
    terms = RateTerms(term_years=term_years)
    return _scenario(name, lines, fees, terms, private=False, told="the fees of the offered schedule", notes=notes)


def sensitivity(
    name: str,
    present: Sequence[ComparedLine],
    terms: RateTerms,
    yardstick: Yardstick,
    *,
    family: str = "",
    least: Mapping[Key, Decimal] | None = None,
) -> dict[Decimal, Scenario]:
    """The package when units are some percent lower or higher than in the last 12 months, of all codes or of one
    family: how much of the result hangs on the volume."""

    def moved(step: Decimal) -> list[ComparedLine]:
        share = 1 + step / 100
        touched = (x.units is not None and (not family or x.family == family) for x in present)
        return [
            x.model_copy(update={"units": (x.units or 0) * share}) if touch else x
            for x, touch in zip(present, touched, strict=True)
        ]

    return {step: package(name, moved(step), terms, yardstick, least=least) for step in VOLUME_STEPS}


def _some(labels: Sequence[str]) -> str:
    return f"{joined(list(labels[:8]))}{' and others' if len(labels) > 8 else ''}"


def in_words(terms: RateTerms) -> str:
    """Terms as a person says them: "118% of 2025 Medicare, 3% a year from the second year on, for 3 years"."""
    said = []
    if terms.percent_of_medicare is not None:
        year = str(terms.medicare_year) if terms.medicare_year else "current"
        said.append(f"{_p(terms.percent_of_medicare)} of {year} Medicare")
    if terms.increase is not None:
        said.append(f"{_p(terms.increase)} on present fees")
    said += [f"{name.replace('_', ' ')} at {_p(value)} of Medicare" for name, value in terms.families.items()]
    said += [f"{name.replace('_', ' ')} raised by {_p(value)}" for name, value in terms.family_increases.items()]
    said += [f"{code} at {usd(fee, cents=True)}" for code, fee in terms.carve_outs.items()]
    if terms.escalator:
        cap = f", at most {_p(terms.cap)}" if terms.cap is not None else ""
        said.append(f"{_p(terms.escalator)} a year from the second year on{cap}")
    if terms.term_years > 1:
        said.append(f"for {terms.term_years} years")
    return ", ".join(said) or "present fees"


def _p(value: Decimal) -> str:
    return percent(value.normalize())


def _check(terms: RateTerms, name: str) -> None:
    if terms.increase is not None and terms.percent_of_medicare is not None:
        todo = "Give the general rule once, and exceptions as families or carve-outs."
        raise Refused("has both an increase and a percent of Medicare", where=name, todo=todo)
    if not 1 <= terms.term_years <= LONGEST_TERM:
        todo = f"Give 1 to {LONGEST_TERM}."
        raise Refused(f"has a term of {terms.term_years} years", where=name, todo=todo)


def fee_under(line: ComparedLine, terms: RateTerms, yardstick: Yardstick) -> Decimal | None:
    """The fee of a line under the terms, to the cent; None where its rule needs a Medicare amount that there is not."""
    for key in (line.label, line.code):
        if key in terms.carve_outs:
            return terms.carve_outs[key]
    if line.family in terms.family_increases:
        return cents(line.rate * (1 + terms.family_increases[line.family] / 100))
    level = terms.families.get(line.family, terms.percent_of_medicare)
    if level is not None:
        amount = yardstick.amount(
            line.code, line.modifier, setting=line.setting, year=terms.medicare_year or yardstick.year
        )
        return cents(amount.amount * level / 100) if amount else None
    return cents(line.rate * (1 + (terms.increase or Decimal()) / 100))


def _unused(terms: RateTerms, lines: Sequence[ComparedLine]) -> list[str]:
    """Exceptions that no line has: a mistyped code or family would otherwise be worth nothing without a word."""
    known = {x.label for x in lines} | {x.code for x in lines}
    codes = [c for c in terms.carve_outs if c not in known]
    families = [f for f in (*terms.families, *terms.family_increases) if f not in {x.family for x in lines}]
    return [f"No units are known for {joined([*codes, *families])}: it adds nothing here."] if codes or families else []


def _scenario(
    name: str,
    lines: Sequence[ComparedLine],
    fees: Sequence[Decimal],
    terms: RateTerms,
    *,
    private: bool,
    told: str,
    notes: Sequence[str],
) -> Scenario:
    if not lines:
        raise Refused("needs units to be worth anything", where=name, todo="Add volumes.csv with code and units.")
    now = total_of(x.paid for x in lines)
    first = total_of((x.units or 0) * fee for x, fee in zip(lines, fees, strict=True))
    years = _over_the_term(first, terms.yearly, terms.term_years)
    uncapped = _over_the_term(first, terms.escalator, terms.term_years)
    level_now, level = _level(lines, [x.rate for x in lines]), _level(lines, fees)
    by_family: dict[str, Decimal] = {}
    for x, fee in zip(lines, fees, strict=True):
        by_family[x.family] = by_family.get(x.family, Decimal()) + (x.units or 0) * (fee - x.rate)
    return Scenario(
        name=name,
        private=private,
        terms=told,
        annual_total=_dollars(first),
        annual_dollars=_dollars(first - now),
        years=tuple(_dollars(y - now) for y in years),
        years_uncapped=tuple(_dollars(y - now) for y in uncapped),
        term_dollars=_dollars(total_of(years) - now * terms.term_years),
        term_dollars_uncapped=_dollars(total_of(uncapped) - now * terms.term_years),
        percent=_tenth((first / now - 1) * 100) if now else None,
        points=_tenth(level - level_now) if level is not None and level_now is not None else None,
        percent_of_medicare=_tenth(level) if level is not None else None,
        families={name: _dollars(value) for name, value in by_family.items()},
        notes=tuple(notes),
    )


def _over_the_term(first: Decimal, yearly: Decimal, count: int) -> list[Decimal]:
    return [first * (1 + yearly / 100) ** k for k in range(count)]


def _level(lines: Iterable[ComparedLine], fees: Iterable[Decimal]) -> Decimal | None:
    priced = [(x, fee) for x, fee in zip(lines, fees, strict=True) if x.medicare]
    base = total_of((x.units or 0) * x.medicare.amount for x, _ in priced if x.medicare)
    return total_of((x.units or 0) * fee for x, fee in priced) * 100 / base if base else None


def _dollars(amount: Decimal) -> Decimal:
    return amount.quantize(ONE, ROUND_HALF_UP)


def _tenth(amount: Decimal) -> Decimal:
    return amount.quantize(TENTH, ROUND_HALF_UP)
