"""Everything about fees that follows from one case: which schedule is the payer's, the comparison, the packages."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.comparison import Comparison, Leaving, PayerComparison, PrivateComparison, Scenario
from workflows.domain.errors import Refused
from workflows.domain.knowledge import CodeFamily
from workflows.domain.rates import RateSchedule, RatesInput, RateTerms
from workflows.rates import terms
from workflows.rates.arithmetic import total_of
from workflows.rates.compare import against_others, compare, same_payer
from workflows.rates.leaving import leaving
from workflows.rates.scenarios import offered_fees, package, sensitivity
from workflows.rates.yardstick import Yardstick

SENT = ("opening", "offer")  # what the payer knows or will know
_BASE = ("contract", "claims")  # what the practice is paid now, the contract before what claims show


def compare_all(
    given: RatesInput,
    payer: str,
    yardstick: Yardstick,
    families: Sequence[CodeFamily],
    *,
    today: date,
    floor: Decimal = Decimal(100),
) -> Comparison:
    """All schedules against Medicare, the payer's own apart from the others, and the two beside each other."""
    mine, rest, warnings = _whose(given.schedules, payer)

    def one(schedule: RateSchedule) -> PayerComparison:
        return compare(schedule, given.volumes, yardstick, families, today=today, floor=floor)

    own = tuple(map(one, mine))
    others = tuple(PrivateComparison(held=one(s)) for s in rest)
    base = present(own)
    if not yardstick.key:
        warnings.append("No ZIP is known, so Medicare amounts are national; no practice is paid those.")
    if not given.volumes and given.schedules:
        warnings.append("No volumes.csv: every code counts once, and nothing can be said in dollars.")
    for told in (*own, *(o.held for o in others)):
        warnings += told.warnings
    return Comparison(
        locality=yardstick.key,
        place=yardstick.place,
        year=yardstick.year,
        own=own,
        others=others,
        gaps=against_others(base, others) if base else (),
        warnings=tuple(dict.fromkeys((*given.warnings, *warnings))),
    )


def present(own: Sequence[PayerComparison]) -> PayerComparison | None:
    """What the payer pays now: the contract, else what claims show."""
    return next((c for what in _BASE for c in own if c.what == what), None)


def terms_known(
    given: RatesInput, answers: Mapping[str, Answer], families: Sequence[CodeFamily]
) -> dict[str, RateTerms]:
    """The packages that are known by name: the request, the payer's offer, the walk-away, and those of the practice."""
    offer = terms.offered(answers)
    if given.offer and given.offer.terms != RateTerms():
        offer = given.offer.terms
    known = {"opening": terms.asked(answers, families), "offer": offer, "walk_away": terms.walk_away(answers)}
    return {name: rule for name, rule in {**known, **given.packages}.items() if rule is not None}


def packages(
    known: Mapping[str, RateTerms], own: Sequence[PayerComparison], yardstick: Yardstick
) -> tuple[tuple[Scenario, ...], tuple[str, ...]]:
    """The packages weighed on the payer's present fees, the offered schedule too, and why any could not be. All but
    the request and the offer are private."""
    base = present(own)
    if base is None:
        return (), ()
    found, warnings = [], []
    for name, rule in known.items():
        try:
            found.append(package(name, base.lines, rule, yardstick, private=name not in SENT))
        except Refused as error:
            warnings.append(str(error))
    sheet = next((c for c in own if c.what == "offer"), None)
    if sheet and any(x.units for x in base.lines):
        name, years = ("offer_schedule", known["offer"].term_years) if "offer" in known else ("offer", 1)
        found.append(offered_fees(name, base.lines, sheet.lines, term_years=years))
    return tuple(found), tuple(dict.fromkeys(warnings))


def by_volume(
    known: Mapping[str, RateTerms], own: Sequence[PayerComparison], yardstick: Yardstick
) -> dict[str, dict[str, Decimal]]:
    """Annual dollars of the request and the offer at lower and higher volume, by the percent of change."""
    base = present(own)
    if base is None or not any(x.units for x in base.lines):
        return {}
    return {
        name: {
            f"{step:+}": s.annual_dollars for step, s in sensitivity(name, base.lines, known[name], yardstick).items()
        }
        for name in SENT
        if name in known
    }


def if_leaving(given: RatesInput, own: Sequence[PayerComparison]) -> Leaving | None:
    """Leaving against staying, where the practice says what it expects and its units give the revenue at stake."""
    base = present(own)
    revenue = total_of(x.paid for x in base.lines) if base else Decimal()
    return leaving(revenue, **given.leaving) if given.leaving and revenue else None


def _whose(schedules: Sequence[RateSchedule], payer: str) -> tuple[list[RateSchedule], list[RateSchedule], list[str]]:
    """The payer's schedules, the others, and a warning where the names do not tell."""
    names = {s.payer for s in schedules}
    mine = [s for s in schedules if payer and same_payer(s.payer, payer)]
    warnings = []
    if schedules and not mine:
        offers = [s.payer for s in schedules if s.origin.what == "offer"]
        only = next(iter(names)) if len(names) == 1 else offers[0] if offers else ""
        mine = [s for s in schedules if s.payer == only]
        who = f"None of the schedules is named after {payer}" if payer else "The answers do not name the payer"
        then = f"{only}'s is taken as this payer's" if mine else "all are taken as other payers'"
        warnings.append(f"{who}: {then}. Name the file after the payer, or say payer: in a .yaml beside it.")
    return mine, [s for s in schedules if s not in mine], warnings
