"""The plan as a whole: every part of the answer to an ultimatum, as of one day."""

from collections.abc import Mapping, Sequence

from workflows.domain.answers import Value
from workflows.domain.comparison import Leaving
from workflows.domain.evidence import Claim, Evidence
from workflows.domain.frozen import Frozen
from workflows.domain.plan import Cell, Kind, Move, NegotiationPlan, NextAction, RulingClock, Sign
from workflows.domain.ultimatum_shelf import MoveCard, SignCard, UltimatumShelf, marked
from workflows.ultimatum import sayings
from workflows.ultimatum.actions import actions_of, answer_day, send_day
from workflows.ultimatum.clocks import at_odds, clocks_of, differences
from workflows.ultimatum.given import Given
from workflows.ultimatum.kind import kind_of
from workflows.ultimatum.walk_away import offer_is_clear, walk_away


class Ground(Frozen):
    """What the payer may hear stands on: the sendable evidence by key, the claims, and the facts of each claim."""

    known: dict[str, Evidence]
    claims: tuple[Claim, ...] = ()
    facts: dict[str, tuple[Evidence, ...]] = {}


def plan(
    given: Given, ground: Ground, shelf: UltimatumShelf, *, leaving: Leaving | None, grid: tuple[Cell, ...]
) -> NegotiationPlan:
    """The plan. `leaving` and `grid` are the private arithmetic of leaving, worked out by the caller."""
    kind = kind_of(given, shelf.kinds)
    clocks = clocks_of(given, kind.id, shelf.clocks)
    sent, wanted = send_day(given.today, clocks), given.day("ask.answer_by")
    known = ground.known
    signs = signs_of(shelf.signs, {f: a.value for f, a in given.answers.items()}, ground.claims)
    return NegotiationPlan(
        day=given.today,
        kind=kind,
        clocks=clocks,
        walk_away=walk_away(
            given, known, shelf.verdicts, leaving=leaving, grid=grid, dispute=shelf.disputes.get("D02")
        ),
        signs=signs,
        reading=reading_of(signs),
        moves=moves_of(shelf.moves, kind.id),
        loses=sayings.losses(ground.claims, ground.facts, known),
        options=sayings.options(shelf.options, known, offer_clear=offer_is_clear(given, known)),
        concessions=sayings.concessions(shelf.concessions, known),
        escalation=sayings.ladder(shelf.escalation, known, sent=sent, due=answer_day(sent, wanted)),
        scripts=sayings.scripts(shelf.scripts, known),
        objections=sayings.objections(shelf.objections, known),
        next_actions=actions_of(kind, clocks, shelf, given.today, wanted),
        disputes=tuple(d for id, d in shelf.disputes.items() if id == "D27"),
        warnings=(*at_odds(given), *differences(given)),
    )


def dated(given: Given, shelf: UltimatumShelf) -> tuple[tuple[RulingClock, ...], tuple[NextAction, ...]]:
    """The clocks and the dated actions of the plan by themselves: they need no evidence and cost next to nothing."""
    kind = kind_of(given, shelf.kinds)
    clocks = clocks_of(given, kind.id, shelf.clocks)
    return clocks, actions_of(kind, clocks, shelf, given.today, given.day("ask.answer_by"))


def moves_of(cards: Sequence[MoveCard], kind: Kind) -> tuple[Move, ...]:
    """The moves for a kind, in order."""
    return tuple(Move(id=c.id, title=c.title, says=marked(c.says)) for c in cards if not c.kinds or kind in c.kinds)


def signs_of(cards: Sequence[SignCard], told: Mapping[str, Value], claims: Sequence[Claim]) -> tuple[Sign, ...]:
    """The signs that this case shows."""
    counted = {claim.topic for claim in claims if claim.grade == "measured"}
    return tuple(
        Sign(id=c.id, side=c.side, says=c.says, sources=c.cited)
        for c in cards
        if (c.field and told.get(c.field) in c.values) or (c.claim and c.claim in counted)
    )


def reading_of(signs: Sequence[Sign]) -> str:
    """What the signs come to, without pretending to know."""
    soft, firm = (sum(s.side == side for s in signs) for side in ("moves", "holds"))
    if not signs:
        return "Nothing known yet tells whether it is firm: say how it came, who said it, and how earlier last words ended."
    counted = f"{soft} sign{'' if soft == 1 else 's'} that it may move, {firm} that it may hold"
    if soft > firm:
        return f"{counted}: press on with your proposal, and go up a level. Never call it a bluff aloud."
    if firm > soft:
        return (
            f"{counted}: plan as if it were firm, and put the weight on a smaller package and terms besides the rate."
        )
    return f"{counted}: plan for both, and test it with a concrete proposal."
