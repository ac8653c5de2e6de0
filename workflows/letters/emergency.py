"""Emergency visits in money and in two counts: what a letter may make of the visits avoided.

A practice may have its own count of visits avoided and the plan's rate beside an average. The two never mean the same
number; where both are told, the letter says why, and money is reckoned on the lower one.
"""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.evidence import Evidence
from workflows.domain.language import number, usd
from workflows.letters.derived import phrase

_OWN, _RATE = "er_avoidance.ed_visits_avoided", "er_avoidance.ed_rate"
_ALIKE = Decimal("0.1")  # two counts nearer than this need no explanation


def emergency(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """What follows from the visits avoided, with keys "worth.*"."""
    own = known.get(_OWN)
    count = own.figures_of("count") if own and own.grade != "asserted" else None
    if own is None or not count:
        return
    fewer = _fewer(known)
    unlike = fewer is not None and abs(fewer - count) > count * _ALIKE
    counts = _two_counts(known, own, count, fewer) if fewer and unlike else None
    if counts:
        yield counts
    if counts and fewer and fewer < count:
        held, count = counts, fewer
        words = f"{number(count)} emergency visits, the lower count"
    else:
        held, words = own, f"the {number(count)} emergency visits avoided"
    yield from _money(known, phrase("worth.avoided", words, "the lower of the counts", [held]), count)


def _fewer(known: Mapping[str, Evidence]) -> Decimal | None:
    """Visits fewer than at the rate compared, over the members; None where one of them, or the period, is unlike."""
    rate, beside, members = (known.get(k) for k in (_RATE, f"{_RATE}_comparator", "practice.members"))
    periods = {e.value for k in (f"{_RATE}_period", "er_avoidance.ed_avoided_period") if (e := known.get(k))}
    if not (rate and beside and members) or len(periods) > 1:
        return None
    low, high, people = (e.figures_of("count") or Decimal() for e in (rate, beside, members))
    fewer = ((high - low) * people / 1000).quantize(Decimal(1), ROUND_HALF_UP)
    return fewer if fewer > 0 else None


def _two_counts(known: Mapping[str, Evidence], own: Evidence, count: Decimal, fewer: Decimal) -> Evidence:
    inputs = [e for k in (_RATE, f"{_RATE}_comparator", "practice.members") if (e := known.get(k))]
    low, high, people = (e.figures_of("count") or Decimal() for e in inputs)
    kept = (
        "higher: it also holds visits other practices would avoid"
        if fewer < count
        else "lower: it holds only those our record shows"
    )
    says = f"Over {number(people)} members the difference between these rates is {number(fewer)} visits; our count of {number(count)} is {kept}."
    made = phrase("worth.two_counts", says, "difference of the rates × members", [*inputs, own], "estimated", says)
    shown = f"({number(high)} − {number(low)}) × {number(people)} / 1000 = {number(fewer)}"
    return made.model_copy(update={"source": made.source.model_copy(update={"shown": shown})})


def _money(known: Mapping[str, Evidence], avoided: Evidence, count: Decimal) -> Iterator[Evidence]:
    """What the request comes to for each visit avoided, only where a published difference in cost puts it in scale."""
    ask, apart = known.get("worth.ask"), known.get("worth.ed_difference")
    dollars, difference = (e.figures_of("usd") or Decimal() if e else Decimal() for e in (ask, apart))
    each = (dollars / count).quantize(Decimal(1), ROUND_HALF_UP)
    if not (ask and apart and 0 < each < difference):
        return
    yield avoided
    for key, amount, shown, rule, inputs in (
        ("worth.per_avoided", each, f"{usd(dollars)} / {number(count)}", "request / visits avoided", [ask, avoided]),
        (
            "worth.ed_total",
            count * difference,
            f"{number(count)} × {usd(difference)}",
            "visits avoided × published difference",
            [avoided, apart],
        ),
    ):
        value = usd(amount, cents=False)
        made = phrase(key, value, rule, inputs, "estimated", f"{shown} comes to {value}.")
        yield made.model_copy(update={"source": made.source.model_copy(update={"shown": f"{shown} = {value}"})})
