"""Where the practice would stop, in figures: what is at stake, where leaving and staying break even, the range in which
agreement is possible, and a plain verdict. All of it is private.

Percents are changes of present fees; levels are percents of Medicare; points are differences of either and never called
percent. Shares that nobody gave are not assumed: they are tried at several values, and that is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from workflows.domain.comparison import Leaving
from workflows.domain.evidence import Evidence
from workflows.domain.guidance import Dispute
from workflows.domain.language import number, percent, points, usd
from workflows.domain.plan import Amount, Cell, Reason, WalkAwayPoint
from workflows.domain.ultimatum_shelf import VerdictCard
from workflows.ultimatum.given import Given

_TENTH = Decimal("0.1")
ROOM = Decimal("0.5")  # points above the floor that an option or a step keeps at least: at the floor it would tell it
_HALVES = (Decimal(4), Decimal(2), Decimal(1))  # each step gives half of the one before
SHARES = ("ultimatum.share_staying", "ultimatum.refilled")  # what leaving turns on
_LARGE = Decimal(25)  # percent of revenue from which leaving is told to be the riskier (general knowledge)
_NEEDED = (
    "practice.revenue", "walk_away.revenue_share", "walk_away.cash_months", "walk_away.patients_affected",
    "walk_away.lowest_increase", *SHARES,
)  # fmt: skip


class Range(NamedTuple):
    """Floor, offer and request as changes of present fees, and as levels, in percent; None where not known."""

    floor: Decimal | None
    offer: Decimal | None
    ask: Decimal | None
    now_level: Decimal | None
    floor_level: Decimal | None
    offer_level: Decimal | None
    ask_level: Decimal | None


def range_of(given: Given, known: Mapping[str, Evidence]) -> Range:
    """The range of agreement, a level turned into a change (and back) only where the present level is known."""
    now = _held(known, "worth.level_current", "percent") or given.number("rates.percent_of_medicare")
    floors = [given.number("walk_away.lowest_increase")]
    floor_level = given.number("walk_away.lowest_percent_of_medicare")
    floors.append(_change(now, floor_level))
    offer_level = _held(known, "worth.level_offered", "percent") or given.number("rates.offer_percent_of_medicare")
    ask_level = _held(known, "worth.level_proposed", "percent") or given.number("ask.percent_of_medicare")
    offer, ask = given.number("rates.offer_increase"), _held(known, "worth.ask_percent", "percent")
    return Range(
        floor=max((f for f in floors if f is not None), default=None),
        offer=offer if offer is not None else _change(now, offer_level),
        ask=ask if ask is not None else (given.number("ask.increase") or _change(now, ask_level)),
        now_level=now,
        floor_level=floor_level,
        offer_level=offer_level,
        ask_level=ask_level,
    )


def offer_is_clear(given: Given, known: Mapping[str, Evidence]) -> bool:
    """Whether a way to agree may rest on the offered rate: it lies clear above every private limit. A limit that cannot
    be compared (in words, or in a unit the offer lacks) counts as not kept. Only this yes or no leaves the module."""
    found = range_of(given, known)
    if given.text("walk_away.lowest_note"):
        return False
    if found.floor is not None and (found.offer is None or found.offer < found.floor + ROOM):
        return False
    return found.floor_level is None or (
        found.offer_level is not None and found.offer_level >= found.floor_level + ROOM
    )


def steps_of(floor: Decimal | None, offer: Decimal | None, ask: Decimal | None) -> tuple[Decimal, ...]:
    """Increases for later rounds, from the request downwards, each giving half as much as the one before and all clear
    of the floor and of the offer; rounded up to a tenth of a percent. Empty where there is no room."""
    if floor is None or ask is None:
        return ()
    end = max(floor + ROOM, offer if offer is not None else floor + ROOM)
    room = ask - end
    if room < 1:
        return ()
    found, at = [], ask
    for part in _HALVES:
        at -= room * part / sum(_HALVES)
        found.append(at.quantize(_TENTH, ROUND_CEILING))
    return tuple(dict.fromkeys(found))


def walk_away(
    given: Given,
    known: Mapping[str, Evidence],
    cards: Sequence[VerdictCard],
    *,
    leaving: Leaving | None,
    grid: tuple[Cell, ...],
    dispute: Dispute | None,
) -> WalkAwayPoint:
    """The private figures and the verdict. `leaving` is leaving against staying with the user's own shares (None where
    none is given), `grid` the same over several shares, `dispute` what sources disagree on about leaving."""
    found, words = range_of(given, known), {card.id: card for card in cards}
    even = leaving.break_even_percent if leaving else None
    verdict, said = _verdict(found, even)
    figures = tuple(_figures(given, known, found, leaving))
    return WalkAwayPoint(
        verdict=verdict,
        says=words[said].says,
        reasons=tuple(_reasons(given, found, leaving, words)),
        figures=figures,
        floor_percent=found.floor,
        offer_percent=found.offer,
        ask_percent=found.ask,
        break_even_percent=even,
        steps=steps_of(found.floor, found.offer, found.ask),
        grid=grid,
        assumed=tuple(given.questions[f].label for f in SHARES if grid and given.number(f) is None),
        missing=tuple(given.ask(f) for f in _NEEDED if not given.text(f) and not _stood_in(f, given)),
        dispute=dispute,
    )


def _stood_in(field: str, given: Given) -> bool:
    return field == "walk_away.lowest_increase" and bool(given.text("walk_away.lowest_percent_of_medicare"))


def _verdict(found: Range, even: Decimal | None) -> tuple[str, str]:
    """The verdict and the card that words it."""
    if found.offer is None or (found.floor is None and even is None):
        return "unknown", "unknown"
    if found.floor is not None and even is not None and found.floor < even:
        return "floor_at_odds", "floor_at_odds"
    if even is not None and found.offer <= even:
        return "leaving_pays", "leaving_pays"
    if found.floor is not None and found.offer < found.floor:
        return "below_floor", "below_floor" if even is not None else "below_floor_open"
    return ("accept_or_better", "accept_or_better") if found.floor is not None else ("unknown", "staying_pays")


def _reasons(given: Given, found: Range, leaving: Leaving | None, words: Mapping[str, VerdictCard]) -> Iterator[Reason]:
    def reason(id: str, **keys: str) -> Reason:
        return Reason(id=id, says=words[id].says.format(**keys), sources=words[id].cited)

    if found.offer is not None and found.floor is not None:
        yield reason("offer", offer=signed(found.offer), floor=signed(found.floor), apart=_apart(found))
    if found.offer_level is not None and found.floor_level is not None:
        yield reason("offer_level", offer_level=percent(found.offer_level), floor_level=percent(found.floor_level))
    if leaving:
        yield reason("leaving", leaving=leaving.says)
        yield reason("break_even", break_even=signed(leaving.break_even_percent))
    share, cash, patients = (
        given.number(f"walk_away.{name}") for name in ("revenue_share", "cash_months", "patients_affected")
    )
    if share is not None:
        yield reason("share", share=percent(share))
        if share >= _LARGE:
            yield reason("concentrated")
    if cash is not None:
        months = f"{number(cash)} month{'' if cash == 1 else 's'}"
        if leaving and leaving.lost > 0:
            yield reason("cash", cash=months, monthly=usd((leaving.lost / 12).quantize(Decimal(1), ROUND_HALF_UP)))
        else:
            yield reason("cash_alone", cash=months)
    if patients:
        yield reason("patients", patients=f"{number(patients)} patients")
    if note := given.text("walk_away.lowest_note"):
        yield reason("note", note=note.rstrip("."))


def _apart(found: Range) -> str:
    return points(
        abs((found.offer or Decimal()) - (found.floor or Decimal())).quantize(_TENTH, ROUND_HALF_UP).normalize()
    )


def _figures(given: Given, known: Mapping[str, Evidence], found: Range, leaving: Leaving | None) -> Iterator[Amount]:
    revenue, share = given.number("practice.revenue"), given.number("walk_away.revenue_share")
    current, asked, offered = (_held(known, f"worth.{n}", "usd") for n in ("current", "ask", "offer"))
    paid = revenue or current
    if paid:
        shown = "allowed amounts in the period given" if revenue else "units × present fees of the codes given"
        yield Amount(name="Revenue at stake a year", amount=paid, unit="usd", shown=shown)
    if revenue and share:
        whole = (revenue * 100 / share).quantize(Decimal(1), ROUND_HALF_UP)
        shown = f"{usd(revenue)} / {percent(share)} = {usd(whole)}"
        yield Amount(name="Revenue of the whole practice", amount=whole, unit="usd", shown=shown)
    for name, dollars in (("The request", asked), ("The offer", offered)):
        if dollars is not None:
            yield Amount(name=f"{name} a year", amount=dollars, unit="usd", shown="as the letter reckons it")
    for name, change in (("Floor", found.floor), ("Offer", found.offer), ("Request", found.ask)):
        if change is not None:
            level = getattr(found, f"{name.lower() if name != 'Request' else 'ask'}_level")
            yield Amount(
                name=f"{name}, change of present fees", amount=change, unit="percent", shown=_shown(found, level)
            )
    if found.floor is not None and current:
        dollars = (current * found.floor / 100).quantize(Decimal(1), ROUND_HALF_UP)
        shown = f"{usd(current)} × {percent(found.floor)} = {usd(dollars)}"
        yield Amount(name="The floor a year, on the codes given", amount=dollars, unit="usd", shown=shown)
    if found.floor is not None and found.ask is not None:
        room = (found.ask - found.floor).quantize(_TENTH, ROUND_HALF_UP)
        shown = f"{number(found.ask)} - {number(found.floor)}"
        yield Amount(name="Range of agreement", amount=room, unit="points", shown=shown)
    yield from _leaving_figures(leaving)


def _leaving_figures(leaving: Leaving | None) -> Iterator[Amount]:
    if leaving is None:
        shown = "not worked out: say which share of patients would stay and which share of places others would fill"
        yield Amount(name="What leaving costs a year", amount=None, unit="usd", shown=shown)
        return
    yield Amount(name="What leaving costs a year", amount=leaving.lost, unit="usd", shown="the sum stands above")
    yield Amount(
        name="Break-even change of present fees",
        amount=leaving.break_even_percent,
        unit="percent",
        shown=f"-{usd(leaving.lost)} / {usd(leaving.revenue)}" if leaving.lost >= 0 else leaving.says,
    )
    if leaving.break_even_replacement is not None:
        shown = "the share of free places that others must fill for leaving to cost nothing"
        yield Amount(
            name="Places to fill to break even", amount=leaving.break_even_replacement, unit="percent", shown=shown
        )


def _shown(found: Range, level: Decimal | None) -> str:
    if level is None or found.now_level is None:
        return "as given"
    return f"{percent(level)} of Medicare against {percent(found.now_level)} now"


def signed(change: Decimal) -> str:
    """A change in percent with its sign: "+3%", "-2.5%", "0%"."""
    return f"+{percent(change)}" if change > 0 else percent(change)


def _change(now: Decimal | None, level: Decimal | None) -> Decimal | None:
    """From one level to another, as a change in percent, to a tenth."""
    return ((level / now - 1) * 100).quantize(_TENTH, ROUND_HALF_UP) if now and level is not None else None


def _held(known: Mapping[str, Evidence], key: str, unit: str) -> Decimal | None:
    fact = known.get(key)
    return next((f.amount for f in fact.figures if f.unit == unit), None) if fact else None
