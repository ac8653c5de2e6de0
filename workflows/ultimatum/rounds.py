"""Later rounds: how far apart the sides are in points and in dollars, the pattern of concessions, and the next step.

Points of Medicare and points of increase are told apart; dollars are on the present annual payments. The pattern is a
reading of numbers, not a forecast. What the next step could be comes from the private floor: for the practice only.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from workflows.domain.evidence import Evidence
from workflows.domain.language import percent, points, usd
from workflows.domain.plan import Round, RoundGap, Rounds, Who
from workflows.ultimatum.given import Given
from workflows.ultimatum.walk_away import range_of, steps_of

_TENTH = Decimal("0.1")
_SIDES: Mapping[Who, str] = {"payer": "The payer", "practice": "You"}


def rounds_of(given: Given, known: Mapping[str, Evidence], later: Sequence[Round]) -> Rounds:
    """All rounds from the first offer and the first request on, in the order of their days."""
    found = range_of(given, known)
    told = sorted((*_first(given), *later), key=lambda r: r.day)
    current = _usd(known, "worth.current") or given.number("practice.revenue")
    gaps = tuple(_gaps(told, found.now_level, current))
    latest = {who: next((_change(r, found.now_level) for r in reversed(told) if r.by == who), None) for who in _SIDES}
    return Rounds(gaps=gaps, pattern=_pattern(gaps), next_step=_next(gaps, latest, found.floor))


def _first(given: Given) -> Iterator[Round]:
    offered, level = given.number("rates.offer_increase"), given.number("rates.offer_percent_of_medicare")
    day = given.day("rates.offer_date") or given.day("ultimatum.received_on")
    if (offered is not None or level is not None) and day:
        yield Round(by="payer", day=day, increase=offered, percent_of_medicare=level)
    asked, wanted = given.number("ask.increase"), given.number("ask.percent_of_medicare")
    if asked is not None or wanted is not None:
        yield Round(by="practice", day=day or given.today, increase=asked, percent_of_medicare=wanted)


def _gaps(told: Sequence[Round], now: Decimal | None, current: Decimal | None) -> Iterator[RoundGap]:
    last: dict[Who, Round] = {}
    for one in told:
        other = last.get("practice" if one.by == "payer" else "payer")
        before = last.get(one.by)
        apart, of = _apart(one, other, now)
        moved = _apart(one, before, now)[0] if before else None
        dollars = _dollars(one, other, now, current)
        yield RoundGap(
            by=one.by,
            day=one.day,
            says=_says(one, apart, of, dollars),
            of=of,
            points_apart=apart,
            dollars_apart=dollars,
            moved_points=moved,
        )
        last[one.by] = one


def _apart(
    one: Round, other: Round | None, now: Decimal | None
) -> tuple[Decimal | None, Literal["Medicare", "increase", ""]]:
    """The distance of two rounds in points, and of what: of Medicare where both give a level, else of increase."""
    if other is None:
        return None, ""
    if one.percent_of_medicare is not None and other.percent_of_medicare is not None:
        return abs(one.percent_of_medicare - other.percent_of_medicare), "Medicare"
    mine, theirs = _change(one, now), _change(other, now)
    return (abs(mine - theirs), "increase") if mine is not None and theirs is not None else (None, "")


def _change(one: Round, now: Decimal | None) -> Decimal | None:
    """A round as a change of present fees in percent; from a level only where the present level is known."""
    if one.increase is not None:
        return one.increase
    if one.percent_of_medicare is None or not now:
        return None
    return ((one.percent_of_medicare / now - 1) * 100).quantize(_TENTH, ROUND_HALF_UP)


def _dollars(one: Round, other: Round | None, now: Decimal | None, current: Decimal | None) -> Decimal | None:
    mine, theirs = _change(one, now), _change(other, now) if other else None
    if mine is None or theirs is None or current is None:
        return None
    return (current * abs(mine - theirs) / 100).quantize(Decimal(1), ROUND_HALF_UP)


def _says(one: Round, apart: Decimal | None, of: str, dollars: Decimal | None) -> str:
    put = []
    if one.increase is not None:
        put.append(f"{'+' if one.increase > 0 else ''}{percent(one.increase)}")
    if one.percent_of_medicare is not None:
        put.append(f"{percent(one.percent_of_medicare)} of Medicare")
    what = " and ".join(put) or one.terms or "terms without a figure"
    far = f"; {points(apart)} of {of} apart" if apart is not None else ""
    money = f", or {usd(dollars)} a year" if dollars is not None and far else ""
    return f"{_SIDES[one.by]}: {what}{far}{money}."


def _pattern(gaps: Sequence[RoundGap]) -> str:
    said = []
    for who in _SIDES:
        moves = [g.moved_points for g in gaps if g.by == who and g.moved_points is not None]
        name = _SIDES[who]
        if not moves:
            continue
        row = ", then ".join(points(m) for m in moves)
        if all(m == 0 for m in moves):
            said.append(f"{name} {'has' if who == 'payer' else 'have'} not moved.")
        elif len(moves) > 1 and moves[-1] < moves[-2]:
            said.append(f"{name} moved by {row}: the steps grow smaller, which usually means the end is near.")
        elif len(moves) > 1 and moves[-1] > moves[-2]:
            said.append(f"{name} moved by {row}: the steps do not grow smaller, so there is room yet.")
        else:
            said.append(f"{name} moved by {row}.")
    if len(gaps) > 1 and gaps[-1].by == gaps[-2].by == "practice":
        said.append("You moved twice without an answer between: wait for their figure before you move again.")
    return " ".join(said)


def _next(gaps: Sequence[RoundGap], latest: Mapping[Who, Decimal | None], floor: Decimal | None) -> str:
    if not gaps:
        return "Enter what they offered first."
    offer, ask = latest["payer"], latest["practice"]
    if gaps[-1].by == "practice":
        return "It is their turn: wait for a figure, and call when the reply date has passed."
    if offer is None or ask is None:
        return "The two sides' figures are in different units and the present level is not known: ask for both."
    if offer >= ask:
        return "They meet your request: have the whole paper read, then say yes in writing."
    steps = steps_of(floor, offer, ask)
    if steps:
        return f"A next request of {percent(steps[0])} keeps clear of your floor (private); ask something back for it."
    if floor is None:
        return "Set a floor first; then the next step can be reckoned."
    kept = offer >= floor
    where = "at or above" if kept else "below"
    then = (
        "Weigh closing now, with the terms besides the rate." if kept else "There is no room left to give on the rate."
    )
    return f"Their figure is {where} your floor. {then}"


def _usd(known: Mapping[str, Evidence], key: str) -> Decimal | None:
    fact = known.get(key)
    return fact.figures_of("usd") if fact else None
