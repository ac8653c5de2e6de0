"""The rehearsal: the payer's representative plays the stock objections one after the other, and at the end says which
of the eight checks were met. Deterministic: the user's words are judged by the shelf's patterns, nothing is invented.
"""

import re
from collections.abc import Sequence

from workflows.domain.plan import Check, Rehearsal, Turn
from workflows.domain.ultimatum_shelf import CheckCard, ObjectionCard

OPENS = "Thanks for calling. As I said, this is what we can do. What do you want to tell me?"
CLOSES = "All right. I will take it to my side. How do we leave it?"
ENDS = "Understood. Good-bye."


def begin() -> Rehearsal:
    """A rehearsal before the user has spoken."""
    return Rehearsal(turns=(Turn(by="payer", says=OPENS),))


def reply(
    so_far: Rehearsal,
    says: str,
    objections: Sequence[ObjectionCard],
    checks: Sequence[CheckCard],
    *,
    target: bool,
    floor: bool,
) -> Rehearsal:
    """The rehearsal after the user's next words. `target` and `floor` say whether the case has them; the figures
    themselves are not needed here."""
    if so_far.over or not says.strip():
        return so_far
    told = (*so_far.turns, Turn(by="practice", says=says.strip()))
    raised = {t.objection for t in told if t.by == "payer" and t.objection}
    left = [card for card in objections if card.id not in raised]
    closed = any(t.says == CLOSES for t in told)
    if left:
        card = _next(left, says)
        return Rehearsal(turns=(*told, Turn(by="payer", says=card.they_say, objection=card.id)))
    if not closed:
        return Rehearsal(turns=(*told, Turn(by="payer", says=CLOSES)))
    told = (*told, Turn(by="payer", says=ENDS))
    return Rehearsal(turns=told, over=True, checks=judged(told, checks, target=target, floor=floor))


def _next(left: Sequence[ObjectionCard], says: str) -> ObjectionCard:
    """The objection the user's words call up, or the next in order."""
    return next((c for c in left if any(re.search(p, says, re.IGNORECASE) for p in c.heard)), left[0])


def judged(turns: Sequence[Turn], checks: Sequence[CheckCard], *, target: bool, floor: bool) -> tuple[Check, ...]:
    """The checks over the user's own turns: the opening is the first of them, the close the last."""
    own = [t.says for t in turns if t.by == "practice"]
    prepared = {"target": target, "walk_away": floor}
    found = []
    for card in checks:
        words = own[:1] if card.id == "opening" else own[-1:] if card.id == "closing" else own
        broke, met = _match(card.never, words), _match(card.met_by, words)
        kept = bool(own) and not broke and (bool(met) or not card.met_by) and prepared.get(card.id, True)
        found.append(Check(id=card.id, title=card.title, met=kept, words=broke or met, tip="" if kept else card.tip))
    return tuple(found)


def _match(patterns: Sequence[str], words: Sequence[str]) -> str:
    hits = (re.search(p, text, re.IGNORECASE) for text in words for p in patterns)
    return next((m.group() for m in hits if m), "")
