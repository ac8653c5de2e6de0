"""Levels as percents of Medicare, and how far two of them lie apart: in points, and in percent, never one for the other."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Ledger
from workflows.domain.language import number, percent, points, usd
from workflows.rates.arithmetic import TENTH, calculated, change_in_percent, known, percent_text, total_of
from workflows.rates.lines import Terms

MOST = Decimal("0.8")  # share of the money a weighted percent of Medicare must cover to be said


def weighted(priced: Sequence[CodeLine], inputs: tuple[str, ...]) -> Iterator[Evidence]:
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
    at: dict[str, Decimal] = {}
    for name, label in (("current", "now"), ("offered", "under the offer"), ("proposed", "as proposed")):
        fees = [getattr(line, name) for line in priced]
        if all(fee is not None for fee in fees):
            paid = total_of(known(line.volume) * fee for line, fee in zip(priced, fees, strict=True))
            at[name] = (paid / base * 100).quantize(TENTH, ROUND_HALF_UP)
            level = percent(at[name])
            yield calculated(
                f"worth.level_{name}",
                f"Weighted by our volumes, these codes are at {level} of Medicare {label}.",
                level,
                "Σ units × fee / Σ units × Medicare amount",
                inputs,
                f"{usd(paid, cents=False)} / {usd(base, cents=False)} = {level}",
            )
    for key, before in (("worth.level_points", "current"), ("worth.gap_level_points", "offered")):
        if before in at and "proposed" in at:
            shown = points(at["proposed"] - at[before])
            yield calculated(
                key,
                f"From {percent(at[before])} to {percent(at['proposed'])} of Medicare is {shown}.",
                shown,
                "difference of two levels, in points",
                inputs,
                f"{number(at['proposed'])} − {number(at[before])}",
            )


def levels(terms: Terms, ledger: Ledger) -> Iterator[Evidence]:
    """The request against present level and offer, as they are stated."""

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
