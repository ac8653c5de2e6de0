"""Everything about fees that follows from one case: which schedule is the payer's, the comparison, the packages."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.comparison import (
    ComparedLine,
    Comparison,
    Leaving,
    PayerComparison,
    PrivateComparison,
    Scenario,
)
from workflows.domain.errors import Refused
from workflows.domain.knowledge import CodeFamily
from workflows.domain.rates import RateSchedule, RatesInput, RateTerms
from workflows.rates import terms
from workflows.rates.arithmetic import total_of
from workflows.rates.beliefs import Fee, level_said
from workflows.rates.billed import same_payer
from workflows.rates.compare import against_others, compare
from workflows.rates.leaving import by_kept, leaving, shares_of
from workflows.rates.scenarios import Key, fee_under, offered_fees, package, sensitivity
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
    warnings += _offer_belief(given, own, yardstick)
    for told in (*own, *(o.held for o in others)):
        warnings += told.warnings
    return Comparison(
        locality=yardstick.key,
        place=yardstick.place,
        year=yardstick.year,
        own=own,
        others=others,
        gaps=against_others(base, [o for o in others if o.held.what != "published"]) if base else (),
        warnings=tuple(dict.fromkeys((*given.warnings, *warnings))),
    )


def _offer_belief(given: RatesInput, own: Sequence[PayerComparison], yardstick: Yardstick) -> list[str]:
    """Where the fees a payer offers in dollars do not come to the percent of Medicare its offer says."""
    sheet = next((c for c in own if c.what == "offer"), None)
    rule = given.offer.terms if given.offer else RateTerms()
    if sheet is None or rule.percent_of_medicare is None:
        return []
    stated = [x for x in sheet.lines if not x.basis and x.medicare]
    counted = [x for x in stated if x.units] or stated
    fees = [
        Fee(code=x.code, modifier=x.modifier, setting=x.setting, units=x.units or Decimal(1), rate=x.rate)
        for x in counted
    ]
    year = rule.medicare_year or yardstick.year
    said = level_said("The offer says", rule.percent_of_medicare, fees, yardstick, year) if not rule.families else ""
    return [said] if said else []


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
    the request and the offer are private; a schedule that comes to what the offer says is told once. One on a frozen Medicare year is weighed on the current year too."""
    base = present(own)
    if base is None:
        return (), ()
    found, warnings = [], []
    for name, rule in known.items():
        try:
            least = _least(known, own, base, yardstick) if name == "opening" else None
            private = name not in SENT
            found.append(package(name, base.lines, rule, yardstick, private=private, least=least))
            if rule.percent_of_medicare is not None and rule.medicare_year not in (None, yardstick.year):
                current = rule.model_copy(update={"medicare_year": None})
                found.append(package(f"{name}_current", base.lines, current, yardstick, private=private, least=least))
        except Refused as error:
            warnings.append(str(error))
    sheet = next((c for c in own if c.what == "offer"), None)
    if sheet and any(x.units for x in base.lines):
        name, years = ("offer_schedule", known["offer"].term_years) if "offer" in known else ("offer", 1)
        fees = offered_fees(name, base.lines, sheet.lines, term_years=years)
        if fees.annual_dollars not in {s.annual_dollars for s in found if s.name == "offer"}:
            found.append(fees)
    return tuple(found), tuple(dict.fromkeys(warnings))


def _least(
    known: Mapping[str, RateTerms], own: Sequence[PayerComparison], base: PayerComparison, yardstick: Yardstick
) -> dict[Key, Decimal]:
    """The fees the request does not go below: the present ones and those offered, as its letters say."""
    sheet = next((c for c in own if c.what == "offer"), None)
    prices = {x.key: x.rate for x in sheet.lines} if sheet else {}
    offer = known.get("offer")

    def offered(x: ComparedLine) -> Decimal | None:
        return prices.get(x.key) if sheet else fee_under(x, offer, yardstick) if offer else None

    return {x.key: max(x.rate, offered(x) or x.rate) for x in base.lines}


def by_volume(
    known: Mapping[str, RateTerms], own: Sequence[PayerComparison], yardstick: Yardstick
) -> dict[str, dict[str, Decimal]]:
    """Annual dollars of the request and the offer at lower and higher volume, by the percent of change."""
    base = present(own)
    if base is None or not any(x.units for x in base.lines):
        return {}
    found = {}
    for name in SENT:
        if name in known:
            least = _least(known, own, base, yardstick) if name == "opening" else None
            steps = sensitivity(name, base.lines, known[name], yardstick, least=least)
            found[name] = {f"{step:+}": s.annual_dollars for step, s in steps.items()}
    return found


def if_leaving(
    given: RatesInput, answers: Mapping[str, Answer], own: Sequence[PayerComparison]
) -> tuple[Leaving | None, tuple[tuple[Decimal, Decimal], ...]]:
    """Leaving against staying, and the same by the percent of patients who stay, where the practice says what it
    expects. At stake is the revenue it states, else what its units come to."""
    shares = shares_of(answers, given.leaving)
    base, told = present(own), answers.get("practice.revenue")
    revenue = Decimal(str(told.value)) if told else total_of(x.paid for x in base.lines) if base else Decimal()
    return (leaving(revenue, **shares), by_kept(revenue, shares)) if shares and revenue else (None, ())


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
