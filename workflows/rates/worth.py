"""What the request is worth: from the table's lines to annual dollars, levels and the gap to the offer, as evidence.

Every result is Evidence with a key "worth.*" whose source shows the sum. Totals and differences are made of exact
amounts and rounded once; a column whose rounded rows would not add up is printed to the cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Ledger
from workflows.domain.language import number, percent, points, usd
from workflows.domain.medicare import MedicareAmount
from workflows.rates.arithmetic import (
    TENTH,
    adds_up,
    annual,
    calculated,
    cents,
    dollar,
    known,
    percent_text,
    sum_shown,
    total_of,
)
from workflows.rates.by_code import of_codes
from workflows.rates.levels import levels, weighted
from workflows.rates.lines import SHOWN, Terms


def worth(
    shown: Sequence[CodeLine],
    terms: Terms,
    ledger: Ledger,
    medicare: Mapping[str, MedicareAmount],
) -> tuple[Evidence, ...]:
    """Everything the letters may say about the money, as evidence with keys "worth.*"."""
    return (
        *of_codes(shown, medicare),
        *_totals(shown, ledger),
        *levels(terms, ledger),
        *_per_unit(shown, ledger),
    )


def worth_of_all(every: Sequence[CodeLine]) -> tuple[Evidence, ...]:
    """What request and offer come to over all codes with units and fees, where those are more than the table shows;
    keys "worth.all_*"."""
    priced = [line for line in every if annual(line) is not None]
    if len(every) <= SHOWN or len(priced) <= SHOWN:
        return ()
    inputs = tuple(line.evidence for line in priced if line.evidence)
    count = f"{len(priced)} codes"
    asked = total_of(known(annual(line)) for line in priced)
    dollars = usd(dollar(asked), cents=False)
    rule = "Σ units × (proposed − current)"
    found = [
        calculated(
            "worth.all_codes", f"Units and fees are known for {count}.", count, "codes with units", inputs, count
        ),
        calculated(
            "worth.all_ask",
            f"Over {count} the request is worth {dollars} a year.",
            dollars,
            rule,
            inputs,
            f"sum of {len(priced)} annual changes = {dollars}",
        ),
    ]
    if all(line.offered is not None for line in priced):
        given = total_of(known(line.volume) * (known(line.offered) - known(line.current)) for line in priced)
        offered = usd(dollar(given), cents=False)
        says, shown = f"Over {count} the offer is worth {offered} a year.", f"sum of {len(priced)} changes = {offered}"
        found.append(calculated("worth.all_offer", says, offered, "Σ units × (offered − current)", inputs, shown))
    told = {e.key: e for e in weighted(priced, inputs)}
    if "worth.level_current" in told and "worth.level_proposed" in told:
        for name in ("current", "proposed"):
            level = told[f"worth.level_{name}"]
            says = f"Over {count}: {level.value} of Medicare."
            found.append(Evidence(**{**dict(level), "key": f"worth.all_level_{name}", "says": says}))
    return tuple(found)


def _totals(shown: Sequence[CodeLine], ledger: Ledger) -> Iterator[Evidence]:
    priced = [line for line in shown if annual(line) is not None]
    inputs = tuple(line.evidence for line in priced if line.evidence)
    if priced:
        total = total_of(known(annual(line)) for line in priced)
        yield from _asked(priced, total, inputs)
        yield from _against_offer(priced, total, inputs, ledger)
        yield from weighted(priced, inputs)
    else:
        yield from _of_revenue(ledger)


def _asked(priced: Sequence[CodeLine], total: Decimal, inputs: tuple[str, ...]) -> Iterator[Evidence]:
    asked = usd(dollar(total), cents=False)
    current = total_of(known(line.volume) * known(line.current) for line in priced)
    yield calculated(
        "worth.current",
        f"The codes shown come to {usd(dollar(current), cents=False)} a year now.",
        usd(dollar(current), cents=False),
        "Σ units × current",
        inputs,
        sum_shown(((line.volume, known(line.current)) for line in priced), dollar(current)),
    )
    yield calculated(
        "worth.ask",
        f"The request is worth {asked} a year on these codes.",
        asked,
        "Σ units × (proposed − current)",
        inputs,
        f"sum of the {len(priced)} annual changes",
    )
    if not adds_up([known(annual(line)) for line in priced]):
        summed = usd(cents(total), cents=True)
        yield calculated(
            "worth.total",
            f"The annual changes add up to {summed}.",
            summed,
            "Σ units × (proposed − current), to the cent",
            inputs,
            f"sum of the {len(priced)} annual changes",
        )
    if current:
        yield calculated(
            "worth.ask_percent",
            f"That is {percent_text(total / current * 100)} on these codes.",
            percent_text(total / current * 100),
            "request / current",
            inputs,
            f"{usd(cents(total), cents=None)} / {usd(cents(current), cents=None)}",
        )


def _of_revenue(ledger: Ledger) -> Iterator[Evidence]:
    """The worth of an increase on all payments, where no codes are given."""
    revenue, raised = ledger.sendable.get("practice.revenue"), ledger.sendable.get("ask.increase")
    if not (revenue and raised):
        return
    dollars = next(f.amount for f in revenue.figures if f.unit == "usd")
    share = next(f.amount for f in raised.figures if f.unit == "percent")
    exact = dollars * share / 100
    total = dollar(exact)
    yield calculated(
        "worth.current",
        f"Your payments to us come to {usd(dollars, cents=False)} a year now.",
        usd(dollars, cents=False),
        "allowed amounts in the period",
        (revenue.id,),
        revenue.says,
    )
    yield calculated(
        "worth.ask",
        f"The request is worth {usd(total, cents=False)} a year.",
        usd(total, cents=False),
        "allowed amounts × increase",
        (revenue.id, raised.id),
        f"{usd(dollars, cents=False)} × {percent(share)} = {usd(total, cents=False)}",
    )
    offer = ledger.sendable.get("rates.offer_increase")
    if offer:
        yield from _offer_of_revenue(revenue, raised, offer, dollars, exact)


def _offer_of_revenue(
    revenue: Evidence, raised: Evidence, offer: Evidence, dollars: Decimal, exact: Decimal
) -> Iterator[Evidence]:
    share = next(f.amount for f in offer.figures if f.unit == "percent")
    given = dollars * share / 100
    offered, gap = dollar(given), usd(dollar(exact - given), cents=False)
    yield calculated(
        "worth.offer",
        f"The offer is worth {usd(offered, cents=False)} a year.",
        usd(offered, cents=False),
        "allowed amounts × offered increase",
        (revenue.id, offer.id),
        f"{usd(dollars)} × {percent(share)}",
    )
    yield calculated(
        "worth.gap",
        f"The gap to the offer is {gap} a year.",
        gap,
        "request − offer",
        (revenue.id, offer.id, raised.id),
        f"{usd(cents(exact), cents=None)} − {usd(cents(given), cents=None)}",
    )


def _against_offer(
    priced: Sequence[CodeLine], total: Decimal, inputs: tuple[str, ...], ledger: Ledger
) -> Iterator[Evidence]:
    if not all(line.offered is not None for line in priced):
        return
    offered = total_of(known(line.volume) * (known(line.offered) - known(line.current)) for line in priced)
    yield calculated(
        "worth.offer",
        f"The offer is worth {usd(dollar(offered), cents=False)} a year on these codes.",
        usd(dollar(offered), cents=False),
        "Σ units × (offered − current)",
        inputs,
        sum_shown(((line.volume, known(line.offered) - known(line.current)) for line in priced), dollar(offered)),
    )
    gap = usd(dollar(total - offered), cents=False)
    yield calculated(
        "worth.gap",
        f"The gap to the offer is {gap} a year on these codes.",
        gap,
        "request − offer",
        inputs,
        f"{usd(cents(total), cents=None)} − {usd(cents(offered), cents=None)} = {gap}",
    )
    current = total_of(known(line.volume) * known(line.current) for line in priced)
    if current and total > offered and _all_increases(ledger):
        apart = points(((total - offered) / current * 100).quantize(TENTH, ROUND_HALF_UP))
        yield calculated(
            "worth.gap_weighted_points",
            f"Weighted by our volumes, request and offer are {apart} of increase apart.",
            apart,
            "(request − offer) / current, in points",
            inputs,
            f"{usd(cents(total - offered), cents=None)} / {usd(cents(current), cents=None)} × 100 = {apart}",
        )


def _all_increases(ledger: Ledger) -> bool:
    """Whether the offer is an increase and so is the request, by family."""
    rows = tuple(ledger.rows("ask.families"))
    return (
        "rates.offer_increase" in ledger.sendable
        and "ask.percent_of_medicare" not in ledger.sendable
        and bool(rows)
        and all("increase" in row.parts for row in rows)
    )


def _per_unit(shown: Sequence[CodeLine], ledger: Ledger) -> Iterator[Evidence]:
    total = next((e for e in _totals(shown, ledger) if e.key == "worth.ask"), None)
    if total is None:
        return
    dollars = next(f.amount for f in total.figures if f.unit == "usd")
    members = ledger.sendable.get("practice.members")
    if members and dollars > 0:
        count = members.figures_of("count")
        if count:
            each = cents(dollars / count)
            yield calculated(
                "worth.per_member",
                f"That is {usd(each, cents=True)} a year for each of your members in our care.",
                usd(each, cents=True),
                "request / members",
                (total.id, members.id),
                f"{usd(dollars, cents=False)} / {number(count)} = {usd(each, cents=True)}",
            )
