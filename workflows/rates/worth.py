"""What the request is worth: from the table's lines to annual dollars, levels and the gap to the offer, as evidence.

Every result is Evidence with a key "worth.*" whose source shows the sum. Totals and differences are made of exact
amounts and rounded once; a column whose rounded rows would not add up is printed to the cent.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Ledger
from workflows.domain.language import joined, number, percent, points, usd
from workflows.domain.medicare import MedicareAmount
from workflows.rates.arithmetic import (
    TENTH,
    adds_up,
    annual,
    calculated,
    cents,
    change_in_percent,
    dollar,
    known,
    percent_text,
    sum_shown,
    total_of,
)
from workflows.rates.lines import SHOWN, Terms

MOST = Decimal("0.8")  # share of the money a weighted percent of Medicare must cover to be said


def worth(
    shown: Sequence[CodeLine],
    terms: Terms,
    ledger: Ledger,
    medicare: Mapping[str, MedicareAmount],
) -> tuple[Evidence, ...]:
    """Everything the letters may say about the money, as evidence with keys "worth.*"."""
    return (
        *_medicare(shown, medicare),
        *_cells(shown),
        *_kept_offers(shown),
        *_cut_offers(shown),
        *_totals(shown, ledger),
        *_levels(terms, ledger),
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
    levels = {e.key: e for e in _weighted(priced, inputs)}
    if "worth.level_current" in levels and "worth.level_proposed" in levels:
        for name in ("current", "proposed"):
            level = levels[f"worth.level_{name}"]
            says = f"Over {count}: {level.value} of Medicare."
            found.append(Evidence(**{**dict(level), "key": f"worth.all_level_{name}", "says": says}))
    return tuple(found)


def _kept_offers(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    kept = [x for x in shown if x.offered is not None and x.proposed == x.offered and x.offered > known(x.current)]
    if kept and len(kept) < len(shown):
        named = joined([x.code for x in kept])
        inputs = tuple(x.evidence for x in kept if x.evidence)
        yield calculated(
            "worth.kept_offer",
            f"The offer on {named} is above the request.",
            named,
            "max(request, offer)",
            inputs,
            named,
        )


def _cut_offers(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    cut = [x for x in shown if x.offered is not None and x.current is not None and x.offered < x.current]
    if cut:
        fees = [
            f"{x.code} from {usd(known(x.current), cents=True)} to {usd(known(x.offered), cents=True)}" for x in cut
        ]
        says = f"The offer would lower {joined(fees)}."
        inputs = tuple(x.evidence for x in cut if x.evidence)
        shown_ = "; ".join(x.offered_shown for x in cut)
        yield calculated("worth.cut_offer", says, joined(fees), "offer < current", inputs, shown_)


def _medicare(shown: Sequence[CodeLine], medicare: Mapping[str, MedicareAmount]) -> Iterator[Evidence]:
    for line in shown:
        amount = medicare.get(line.code)
        if amount:
            yield calculated(
                f"worth.medicare.{line.code}",
                amount.says + ".",
                usd(amount.amount, cents=True),
                "Medicare physician fee schedule",
                (),
                amount.says,
            )


def _cells(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    to_the_cent = not adds_up([gain for line in shown if (gain := annual(line)) is not None])
    for i, line in enumerate(shown):
        inputs = (line.evidence,) if line.evidence else ()
        if line.offered is not None:
            yield calculated(
                f"worth.line[{i}].offered",
                f"Code {line.code}: offered {usd(line.offered, cents=True)}.",
                usd(line.offered, cents=True),
                "offered fee",
                inputs,
                line.offered_shown,
            )
        if line.proposed is not None:
            yield calculated(
                f"worth.line[{i}].proposed",
                f"Code {line.code}: proposed {usd(line.proposed, cents=True)}.",
                usd(line.proposed, cents=True),
                "proposed fee",
                inputs,
                line.proposed_shown,
            )
        for name, fee in (
            ("percent_now", line.current),
            ("percent_offered", line.offered),
            ("percent_proposed", line.proposed),
        ):
            if fee is not None and line.medicare:
                level = percent_text(fee / line.medicare * 100)
                yield calculated(
                    f"worth.line[{i}].{name}",
                    f"Code {line.code}: {level} of Medicare.",
                    level,
                    "fee / Medicare amount",
                    inputs,
                    f"{usd(fee, cents=True)} / {usd(line.medicare, cents=True)} = {level}",
                )
        gain = annual(line)
        if gain is not None:
            printed = usd(cents(gain), cents=True) if to_the_cent else usd(dollar(gain), cents=False)
            yield calculated(
                f"worth.line[{i}].annual",
                f"Code {line.code}: {printed} a year.",
                printed,
                "units × (proposed − current)",
                inputs,
                f"{number(line.volume or Decimal())} × ({usd(line.proposed or Decimal(), cents=True)} − "
                f"{usd(line.current or Decimal(), cents=True)}) = {printed}",
            )


def _totals(shown: Sequence[CodeLine], ledger: Ledger) -> Iterator[Evidence]:
    priced = [line for line in shown if annual(line) is not None]
    inputs = tuple(line.evidence for line in priced if line.evidence)
    if priced:
        total = total_of(known(annual(line)) for line in priced)
        yield from _asked(priced, total, inputs)
        yield from _against_offer(priced, total, inputs, ledger)
        yield from _weighted(priced, inputs)
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


def _weighted(priced: Sequence[CodeLine], inputs: tuple[str, ...]) -> Iterator[Evidence]:
    """Percent of Medicare weighted by volume, over the lines that have a Medicare amount; nothing when those are not
    most of the money, because the figure would then speak for codes it does not know."""
    whole = total_of(known(line.volume) * known(line.current) for line in priced)
    priced = [line for line in priced if line.medicare]
    base = total_of(known(line.volume) * known(line.medicare) for line in priced)
    covered = total_of(known(line.volume) * known(line.current) for line in priced)
    if not base or covered < whole * MOST:
        return
    scope = "the codes in the table" if covered == whole else "the codes in the table that have a Medicare amount"
    yield calculated(
        "worth.level_scope",
        f"Percent of Medicare is over {scope}.",
        scope,
        "lines with a Medicare amount",
        inputs,
        scope,
    )
    levels: dict[str, Decimal] = {}
    for name, label in (("current", "now"), ("offered", "under the offer"), ("proposed", "as proposed")):
        fees = [getattr(line, name) for line in priced]
        if all(fee is not None for fee in fees):
            paid = total_of(known(line.volume) * fee for line, fee in zip(priced, fees, strict=True))
            levels[name] = (paid / base * 100).quantize(TENTH, ROUND_HALF_UP)
            level = percent(levels[name])
            yield calculated(
                f"worth.level_{name}",
                f"Weighted by our volumes, these codes are at {level} of Medicare {label}.",
                level,
                "Σ units × fee / Σ units × Medicare amount",
                inputs,
                f"{usd(paid, cents=False)} / {usd(base, cents=False)} = {level}",
            )
    for key, before in (("worth.level_points", "current"), ("worth.gap_level_points", "offered")):
        if before in levels and "proposed" in levels:
            shown = points(levels["proposed"] - levels[before])
            yield calculated(
                key,
                f"From {percent(levels[before])} to {percent(levels['proposed'])} of Medicare is {shown}.",
                shown,
                "difference of two levels, in points",
                inputs,
                f"{number(levels['proposed'])} − {number(levels[before])}",
            )


def _levels(terms: Terms, ledger: Ledger) -> Iterator[Evidence]:
    def ids(*keys: str) -> tuple[str, ...]:
        return tuple(ledger.sendable[k].id for k in keys if k in ledger.sendable)

    same_year = not terms.now_year or not terms.ask_year or terms.now_year == terms.ask_year
    if terms.now is not None and terms.ask is not None and same_year:
        shown = f"{percent(terms.now)} to {percent(terms.ask)}"
        used = ids("rates.percent_of_medicare", "ask.percent_of_medicare")
        yield calculated(
            "worth.points",
            f"From {shown} of Medicare is {points(terms.ask - terms.now)}.",
            points(terms.ask - terms.now),
            "level asked − level now",
            used,
            shown,
        )
        yield calculated(
            "worth.points_percent",
            f"From {shown} of Medicare is {percent_text(change_in_percent(terms.now, terms.ask))}.",
            percent_text(change_in_percent(terms.now, terms.ask)),
            "level asked / level now − 1",
            used,
            shown,
        )
    for key, ask, offer, used in (
        ("worth.gap_points", terms.ask, terms.offer, ids("ask.percent_of_medicare", "rates.offer_percent_of_medicare")),
        (
            "worth.gap_increase_points",
            terms.ask_increase,
            terms.offer_increase,
            ids("ask.increase", "rates.offer_increase"),
        ),
    ):
        if key == "worth.gap_increase_points" and any(ledger.rows("ask.families")):
            continue  # what is asked by family has no one increase
        if ask is not None and offer is not None and ask > offer:
            yield calculated(
                key,
                f"Between {percent(offer)} and {percent(ask)} lie {points(ask - offer)}.",
                points(ask - offer),
                "asked − offered, in points",
                used,
                f"{number(ask)} − {number(offer)} = {number(ask - offer)}",
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
