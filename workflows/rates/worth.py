"""What the request is worth: from the practice's own lines to a table, annual dollars and the gap to the offer.

One arithmetic for points, percent and dollars, in Decimal, rounded once where it is shown. Every result is Evidence
whose source shows the sum. A proposed fee comes, in this order, from: the fee the user proposes; the level asked for
the code's family; the level asked of Medicare times the Medicare amount; the increase asked; the ratio of two levels
of the same Medicare year. Where none applies, the fee is unknown and shown as such.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.answers import Answer
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Figure, FromCalculation, Grade, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import CodeFamily
from workflows.domain.language import figures, joined, number, percent, points, usd
from workflows.domain.medicare import MedicareAmount

CENT, TENTH, ONE = Decimal("0.01"), Decimal("0.1"), Decimal("1")
MOST = Decimal("0.8")  # share of the money a weighted percent of Medicare must cover to be said
SHOWN = 8  # rows a contract manager will read; letters.md's limit


class Terms(Frozen):
    """The levels and increases of the request and the offer, as far as they are known (percent, or years)."""

    now: Decimal | None = None
    now_year: str = ""
    ask: Decimal | None = None
    ask_year: str = ""
    ask_increase: Decimal | None = None
    offer: Decimal | None = None
    offer_increase: Decimal | None = None
    escalator: Decimal | None = None


def cents(amount: Decimal) -> Decimal:
    """Half up to the cent, the one rounding of a fee."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def change_in_percent(before: Decimal, after: Decimal) -> Decimal:
    """The relative change from `before` to `after` in percent, unrounded: 104 to 118 is 13.46... (and 14 points)."""
    return (after / before - 1) * 100


def terms_of(answers: Mapping[str, Answer], leave_out: frozenset[str] = frozenset()) -> Terms:
    """The levels and increases among the answers; contradicted fields are not used."""

    def decimal(field: str) -> Decimal | None:
        given = answers.get(field)
        return Decimal(given.value) if given and field not in leave_out and isinstance(given.value, str) else None

    def text(field: str) -> str:
        given = answers.get(field)
        return given.value if given and field not in leave_out and isinstance(given.value, str) else ""

    return Terms(
        now=decimal("rates.percent_of_medicare"),
        now_year=text("rates.medicare_year"),
        ask=decimal("ask.percent_of_medicare"),
        ask_year=text("ask.medicare_year"),
        ask_increase=decimal("ask.increase"),
        offer=decimal("rates.offer_percent_of_medicare"),
        offer_increase=decimal("rates.offer_increase"),
        escalator=decimal("ask.escalator"),
    )


def lines(
    answers: Mapping[str, Answer],
    terms: Terms,
    medicare: Mapping[str, MedicareAmount],
    ledger: Ledger,
    families: Sequence[CodeFamily] = (),
    leave_out: frozenset[str] = frozenset(),
) -> tuple[CodeLine, ...]:
    """The practice's code lines with offered and proposed fees worked out, dearest first.

    `medicare` gives the amount of a code for the year and place of the request; where it is silent, the amount the
    user typed stands in. `families` say which codes words such as "imaging" mean.
    """
    given = answers.get("rates.codes")
    if given is None or "rates.codes" in leave_out:
        return ()
    if medicare or any("medicare" in row for row in given.value if isinstance(row, dict)):
        # With Medicare amounts at hand, a code that has none has no percent of Medicare to move: no ratio for it.
        terms = terms.model_copy(update={"now": None})
    found = []
    for index, row in enumerate(given.value):
        if not isinstance(row, dict) or f"rates.codes[{index}]" in leave_out:
            continue
        current = Decimal(row["current"]) if "current" in row else None
        known = medicare.get(row["code"])
        own = Decimal(row["medicare"]) if "medicare" in row else None
        # Stated and worked-out amounts are not mixed in one column: a stated one prices the request, no more.
        amount = known.amount if known else own
        shown = known.amount if known else None if medicare else own
        stated = Decimal(row["offered"]) if "offered" in row else None
        offered = stated if stated is not None else _fee(current, amount, terms.offer_increase, terms.offer, terms)
        family = _family_of(row, answers, families, leave_out)
        evidence = ledger.sendable.get(f"rates.codes[{index}]")
        found.append(
            CodeLine(
                code=row["code"],
                label=row.get("family", ""),
                volume=Decimal(row["volume"]) if "volume" in row else None,
                current=current,
                medicare=shown,
                evidence=evidence.id if evidence else "",
                medicare_evidence=f"worth.medicare.{row['code']}" if known else None,
                offered=offered,
                proposed=Decimal(row["proposed"])
                if "proposed" in row
                else _not_below(_proposed(current, amount, family, terms), current, offered),
            )
        )
    return tuple(sorted(found, key=lambda x: -((x.current or 0) * (x.volume or 0))))


def _family_of(
    row: Mapping[str, str],
    answers: Mapping[str, Answer],
    families: Sequence[CodeFamily],
    leave_out: frozenset[str],
) -> Mapping[str, str]:
    """The row of the request's families that covers a code: by its number, by the practice's own label, then by the
    code's section; "everything else" comes last."""
    given = answers.get("ask.families")
    asked = [r for r in given.value if isinstance(r, dict)] if given and "ask.families" not in leave_out else []
    label, code = row.get("family", "").lower(), row["code"]
    tests: tuple[Callable[[Mapping[str, str]], bool], ...] = (
        lambda r: _listed(code, f"{r.get('codes', '')} {r['family']}"),
        lambda r: bool(label) and r["family"].lower() == label,
        lambda r: any(f.holds(code) and f.named_by(r["family"]) for f in families if f.id != "others"),
        lambda r: any(f.named_by(r["family"]) for f in families if f.id == "others"),
    )
    return next((r for fits in tests for r in asked if fits(r)), {})


def _listed(code: str, words: str) -> bool:
    """Whether words such as "99202-99215, 95251" name a code."""
    spans = re.findall(r"\b([0-9A-Z]\d{3}[0-9A-Z])(?:\s*(?:-|–|to|thru|through)\s*([0-9A-Z]\d{3}[0-9A-Z]))?", words)
    return any(low <= code[:5] <= (high or low) for low, high in spans)


def _proposed(
    current: Decimal | None, amount: Decimal | None, family: Mapping[str, str], terms: Terms
) -> Decimal | None:
    if family:
        level = Decimal(family["percent_of_medicare"]) if "percent_of_medicare" in family else None
        raised = Decimal(family["increase"]) if "increase" in family else None
        fee = _fee(current, amount, raised, level, terms)
        if fee is not None:
            return fee
    if terms.ask is not None:
        fee = _fee(current, amount, None, terms.ask, terms)
        if fee is not None:
            return fee
    return _fee(current, amount, terms.ask_increase, None, terms)


def _not_below(fee: Decimal | None, *others: Decimal | None) -> Decimal | None:
    """A level asked overall never lowers a code that is already paid, or offered, better."""
    return max([fee, *(other for other in others if other is not None)]) if fee is not None else None


def _fee(
    current: Decimal | None, amount: Decimal | None, raised: Decimal | None, level: Decimal | None, terms: Terms
) -> Decimal | None:
    if raised is not None and current is not None:
        return cents(current * (1 + raised / 100))
    if level is not None and amount is not None:
        return cents(amount * level / 100)
    comparable = terms.now is not None and (
        not terms.now_year or not terms.ask_year or terms.now_year == terms.ask_year
    )
    if level is not None and current is not None and comparable and terms.now:
        return cents(current * level / terms.now)
    return None


class Floor(Frozen):
    """The least the practice would accept (private): a percent of Medicare or an increase in percent, if it said."""

    level: Decimal | None = None
    increase: Decimal | None = None


def floor_of(answers: Mapping[str, Answer]) -> Floor:
    """The floor among the answers."""

    def decimal(field: str) -> Decimal | None:
        given = answers.get(field)
        return Decimal(given.value) if given and isinstance(given.value, str) else None

    return Floor(level=decimal("walk_away.lowest_percent_of_medicare"), increase=decimal("walk_away.lowest_increase"))


def withheld(shown: Sequence[CodeLine], floor: Floor) -> frozenset[str]:
    """The options a letter must not offer because they would end below the floor, or cannot be compared with it.
    Only names leave this function, never the floor."""
    if floor.level is None and floor.increase is None:
        return frozenset()
    priced = [line for line in shown if annual(line) is not None]
    half = [(line, (_known(line.current) + _known(line.proposed)) / 2) for line in priced]
    few = few_codes(priced)
    below = {"option_b": few is not None and not _above(few.fees(), floor), "option_c": not _above(half, floor)}
    return frozenset(name for name, out in below.items() if out)


class FewCodes(Frozen):
    """The option "proposed rates on the dearest codes only": those codes, the rest, and whether the rest take the
    offered fees (an offer that would cut a code is not one to fall back on)."""

    top: tuple[CodeLine, ...]
    rest: tuple[CodeLine, ...]
    offered: bool

    def fees(self) -> list[tuple[CodeLine, Decimal]]:
        """What each line would be paid."""
        kept = [(line, _known(line.offered if self.offered else line.current)) for line in self.rest]
        return [*((line, _known(line.proposed)) for line in self.top), *kept]


def few_codes(priced: Sequence[CodeLine]) -> FewCodes | None:
    """The option over `priced` lines, or None where there are too few codes for it to differ from the request."""
    gains = sorted((line for line in priced if (annual(line) or 0) > 0), key=lambda line: -(annual(line) or 0))
    if len(gains) < 3:
        return None
    top = tuple(gains[: min(3, len(gains) - 1)])
    rest = tuple(line for line in priced if not any(line is one for one in top))
    offered = all(line.offered is not None and line.offered >= _known(line.current) for line in rest)
    return FewCodes(top=top, rest=rest, offered=offered)


def _options(shown: Sequence[CodeLine], total: Evidence) -> Iterator[Evidence]:
    """What the other ways to agree are worth. Keys "option_*"."""
    half = usd((_known(total.figures_of("usd")) / 2).quantize(ONE, ROUND_HALF_UP), cents=False)
    says = f"Half of each increase, the other half later, is {half} a year."
    yield calculated("option_c.dollars", says, half, "half of the request", (total.id,), f"{total.value} / 2 = {half}")
    few = few_codes([line for line in shown if annual(line) is not None])
    if few is None:
        return
    inputs = tuple(line.evidence for line in few.top if line.evidence)
    named = joined([line.code for line in few.top])
    gain = _sum(_known(line.volume) * (fee - _known(line.current)) for line, fee in few.fees())
    dollars = usd(gain.quantize(ONE, ROUND_HALF_UP), cents=False)
    kept = "offered rates" if few.offered else "present rates"
    yield calculated(
        "option_b.codes", f"The largest annual changes are on {named}.", named, "largest annual change", inputs, named
    )
    yield calculated(
        "option_b.rest", f"The other codes keep the {kept}.", kept, "what applies to the other codes", inputs, kept
    )
    yield calculated(
        "option_b.dollars",
        f"The proposed rates on {named} and the {kept} on the rest are worth {dollars} a year.",
        dollars,
        "Σ units × (fee − current)",
        inputs,
        f"sum over {len(few.fees())} codes",
    )


def _above(fees: Sequence[tuple[CodeLine, Decimal]], floor: Floor) -> bool:
    paid = _sum(_known(line.volume) * fee for line, fee in fees)
    current = _sum(_known(line.volume) * _known(line.current) for line, _ in fees)
    base = _sum(_known(line.volume) * _known(line.medicare) for line, _ in fees)
    if floor.level is not None and (
        not base or any(not line.medicare for line, _ in fees) or paid / base * 100 < floor.level
    ):
        return False
    return floor.increase is None or bool(current and change_in_percent(current, paid) >= floor.increase)


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
        *_totals(shown, ledger),
        *_levels(terms, ledger),
        *_per_unit(shown, terms, ledger),
    )


def _medicare(shown: Sequence[CodeLine], medicare: Mapping[str, MedicareAmount]) -> Iterator[Evidence]:
    for line in shown:
        known = medicare.get(line.code)
        if known:
            yield calculated(
                f"worth.medicare.{line.code}",
                known.says + ".",
                usd(known.amount, cents=True),
                "Medicare physician fee schedule",
                (),
                known.says,
            )


def _cells(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    for i, line in enumerate(shown):
        inputs = (line.evidence,) if line.evidence else ()
        if line.offered is not None:
            yield calculated(
                f"worth.line[{i}].offered",
                f"Code {line.code}: offered {usd(line.offered, cents=True)}.",
                usd(line.offered, cents=True),
                "offered fee",
                inputs,
                f"offer on {line.code}",
            )
        if line.proposed is not None:
            yield calculated(
                f"worth.line[{i}].proposed",
                f"Code {line.code}: proposed {usd(line.proposed, cents=True)}.",
                usd(line.proposed, cents=True),
                "proposed fee",
                inputs,
                f"request on {line.code}",
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
            yield calculated(
                f"worth.line[{i}].annual",
                f"Code {line.code}: {usd(gain, cents=False)} a year.",
                usd(gain, cents=False),
                "units × (proposed − current), to the dollar",
                inputs,
                f"{number(line.volume or Decimal())} × ({usd(line.proposed or Decimal(), cents=True)} − "
                f"{usd(line.current or Decimal(), cents=True)}) = {usd(gain, cents=False)}",
            )


def annual(line: CodeLine) -> Decimal | None:
    """Annual dollars of the request on one line, rounded to the dollar so that a column adds up as printed."""
    if line.volume is None or line.current is None or line.proposed is None:
        return None
    return (line.volume * (line.proposed - line.current)).quantize(ONE, ROUND_HALF_UP)


def percent_text(value: Decimal) -> str:
    """A percentage to one decimal, without a trailing zero: "104.2%", "118%"."""
    return percent(value.quantize(TENTH, ROUND_HALF_UP))


def _known(amount: Decimal | None) -> Decimal:
    """An amount, or nothing: only for sums over lines that were checked to hold it."""
    return amount if amount is not None else Decimal()


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())


def _totals(shown: Sequence[CodeLine], ledger: Ledger) -> Iterator[Evidence]:
    priced = [line for line in shown if annual(line) is not None]
    inputs = tuple(line.evidence for line in priced if line.evidence)
    if priced:
        total = _sum(_known(annual(line)) for line in priced)
        current = _sum(_known(line.volume) * _known(line.current) for line in priced)
        yield calculated(
            "worth.current",
            f"The codes shown come to {usd(current, cents=False)} a year now.",
            usd(current, cents=False),
            "Σ units × current",
            inputs,
            f"sum over {len(priced)} codes",
        )
        yield calculated(
            "worth.ask",
            f"The request is worth {usd(total, cents=False)} a year on these codes.",
            usd(total, cents=False),
            "Σ units × (proposed − current)",
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
                f"{usd(total, cents=False)} / {usd(current, cents=False)}",
            )
        yield from _against_offer(priced, total, inputs)
        yield from _weighted(priced, inputs)
        return
    revenue, raised = ledger.sendable.get("practice.revenue"), ledger.sendable.get("ask.increase")
    if revenue and raised:
        dollars = next(f.amount for f in revenue.figures if f.unit == "usd")
        share = next(f.amount for f in raised.figures if f.unit == "percent")
        total = (dollars * share / 100).quantize(ONE, ROUND_HALF_UP)
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
            share = next(f.amount for f in offer.figures if f.unit == "percent")
            offered = (dollars * share / 100).quantize(ONE, ROUND_HALF_UP)
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
                f"The gap to the offer is {usd(total - offered, cents=False)} a year.",
                usd(total - offered, cents=False),
                "request − offer",
                (revenue.id, offer.id, raised.id),
                f"{usd(total, cents=False)} − {usd(offered, cents=False)}",
            )


def _against_offer(priced: Sequence[CodeLine], total: Decimal, inputs: tuple[str, ...]) -> Iterator[Evidence]:
    if not all(line.offered is not None for line in priced):
        return
    offered = _sum(_known(line.volume) * (_known(line.offered) - _known(line.current)) for line in priced)
    offered = offered.quantize(ONE, ROUND_HALF_UP)
    yield calculated(
        "worth.offer",
        f"The offer is worth {usd(offered, cents=False)} a year on these codes.",
        usd(offered, cents=False),
        "Σ units × (offered − current)",
        inputs,
        f"sum over {len(priced)} codes",
    )
    yield calculated(
        "worth.gap",
        f"The gap to the offer is {usd(total - offered, cents=False)} a year on these codes.",
        usd(total - offered, cents=False),
        "request − offer",
        inputs,
        f"{usd(total, cents=False)} − {usd(offered, cents=False)} = {usd(total - offered, cents=False)}",
    )


def _weighted(priced: Sequence[CodeLine], inputs: tuple[str, ...]) -> Iterator[Evidence]:
    """Percent of Medicare weighted by volume, over the lines that have a Medicare amount; nothing when those are not
    most of the money, because the figure would then speak for codes it does not know."""
    whole = _sum(_known(line.volume) * _known(line.current) for line in priced)
    priced = [line for line in priced if line.medicare]
    base = _sum(_known(line.volume) * _known(line.medicare) for line in priced)
    covered = _sum(_known(line.volume) * _known(line.current) for line in priced)
    if not base or covered < whole * MOST:
        return
    scope = "the codes below" if covered == whole else "the codes below that have a Medicare amount"
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
            paid = _sum(_known(line.volume) * fee for line, fee in zip(priced, fees, strict=True))
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
        if ask is not None and offer is not None and ask > offer:
            yield calculated(
                key,
                f"Between {percent(offer)} and {percent(ask)} lie {points(ask - offer)}.",
                points(ask - offer),
                "asked − offered, in points",
                used,
                f"{number(ask)} − {number(offer)} = {number(ask - offer)}",
            )


def _per_unit(shown: Sequence[CodeLine], terms: Terms, ledger: Ledger) -> Iterator[Evidence]:
    total = next((e for e in _totals(shown, ledger) if e.key == "worth.ask"), None)
    if total is None:
        return
    yield from _options(shown, total)
    dollars = next(f.amount for f in total.figures if f.unit == "usd")
    members, avoided = ledger.sendable.get("practice.members"), ledger.sendable.get("er_avoidance.ed_visits_avoided")
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
            monthly = cents(dollars / count / 12)
            yield calculated(
                "worth.per_member_month",
                f"That is {usd(monthly, cents=True)} per member per month.",
                usd(monthly, cents=True),
                "request / members / 12",
                (total.id, members.id),
                f"{usd(dollars, cents=False)} / {number(count)} / 12 = {usd(monthly, cents=True)}",
            )
    if avoided and dollars > 0 and avoided.grade != "asserted":
        count = avoided.figures_of("count")
        if count:
            each = (dollars / count).quantize(ONE, ROUND_HALF_UP)
            yield calculated(
                "worth.per_avoided",
                f"That is {usd(each, cents=False)} for each emergency visit avoided.",
                usd(each, cents=False),
                "request / emergency visits avoided",
                (total.id, avoided.id),
                f"{usd(dollars, cents=False)} / {number(count)} = {usd(each, cents=False)}",
                "estimated",
            )


def calculated(
    key: str, says: str, value: str, rule: str, inputs: tuple[str, ...], shown: str, grade: Grade = "measured"
) -> Evidence:
    """Evidence from arithmetic: its figures are those its sentence shows."""
    found = dict.fromkeys((f.amount, f.unit) for text in (says, value) for f in figures(text))
    return Evidence(
        key=key,
        says=says,
        value=value,
        bare=value,
        grade=grade,
        source=FromCalculation(rule=rule, inputs=inputs, shown=shown),
        figures=tuple(Figure(amount=a, unit=u, role=key) for a, u in found),
    )
