"""The shapes of knowledge/ultimatum: cards of wording with their sources, checked by the catalog.

Wording for the payer is a list of Wordings (templates over sendable keys). Advice to the practice is plain text. Each
card names its sources, or GK for general knowledge.
"""

import re
from typing import Annotated, Literal

from pydantic import Field

from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Dispute, Statement
from workflows.domain.knowledge import Wording
from workflows.domain.plan import Base, Kind

GENERAL = "GK"
_MARK = re.compile(r"\s*\[((?:S\d+|D\d+|GK)(?:, (?:S\d+|D\d+|GK))*)\]\s*")


def marked(says: str) -> tuple[Statement, ...]:
    """Advice as statements, each the text up to its mark ("... [S07]", "... [GK]"); what stands after the last mark
    is a statement without sources, which the catalog refuses."""
    found, at = [], 0
    for mark in _MARK.finditer(says):
        ids = mark[1].split(", ")
        found.append(
            Statement(
                text=says[at : mark.start()].strip(),
                sources=tuple(i for i in ids if i.startswith("S")),
                disputes=tuple(i for i in ids if i.startswith("D")),
            )
        )
        at = mark.end()
    return tuple(found)


def unmarked(says: str) -> str:
    """What stands after the last mark of advice: it should be nothing."""
    return _MARK.split(says)[-1].strip()


class Card(Frozen):
    """What every card has: an id and the sources that hold it up (GK: general knowledge)."""

    id: str
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def cited(self) -> tuple[str, ...]:
        """The sources, without the mark of general knowledge."""
        return tuple(s for s in self.sources if s != GENERAL)


class KindCard(Frozen):
    """A kind of ultimatum: the words that mean it; what it means and what to do first, each statement marked."""

    id: Kind
    title: str
    words: tuple[str, ...] = ()
    means: str
    act: str


class ClockCard(Card):
    """A clock: its name, where to look while it is unknown, the kinds it matters to (none: to all), whether it tells of
    leaving (`private`), whether its day is a last day to act, and the action it asks for: `by_then`, or, once it has
    passed, `once_passed`."""

    what: str
    look: str
    private: bool = False
    last_day: bool = False
    by_then: str = ""
    once_passed: str = ""
    kinds: tuple[Kind, ...] = ()


class SignCard(Card):
    """A sign, shown when the answer in `field` is one of `values` (or `claim` is among the case's measured claims)."""

    side: Literal["moves", "holds"]
    field: str = ""
    values: tuple[str, ...] = ()
    claim: str = ""
    says: str


class MoveCard(Frozen):
    """A move: advice in marked statements, for the kinds named (none: all)."""

    id: str
    title: str
    says: str
    kinds: tuple[Kind, ...] = ()


class OptionCard(Card):
    """A way to agree. `say` is filled from the case; where its keys are unknown, `plain` is shown with what it lacks.
    `dollars` is the key of its worth."""

    title: str
    base: Base
    serves: str
    say: Wording
    plain: Wording | None = None
    lacks: str = ""
    dollars: str = ""


class ConcessionCard(Card):
    """Something to give, the cheapest to the practice first."""

    give: Wording
    back: str
    because: str


class RungCard(Card):
    """A rung: whom to turn to, how many business days after the letter or after the day an answer is due, the words."""

    role: Wording
    start: Literal["send", "answer"]
    days: int
    when: str
    say: tuple[Wording, ...]


class ScriptCard(Card):
    """Words for a conversation."""

    title: str
    when: str
    say: tuple[Wording, ...]


class ObjectionCard(Card):
    """A stock objection with the reply; `heard` are words by which it is recognized."""

    they_say: str
    heard: tuple[str, ...]
    ask_back: Wording
    say: tuple[Wording, ...]
    lacks: str
    lacks_unless: tuple[str, ...] = ()


class ActionCard(Card):
    """A thing to do: `days` business days after its `start`, at the latest on the `before` clock, for some kinds."""

    what: str
    who: str
    start: Literal["today", "send", "answer"] = "today"
    days: int = 0
    kinds: tuple[Kind, ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class VerdictCard(Card):
    """The verdict's words, and the reasons', by id; keys in braces are private figures."""

    says: str


class CheckCard(Card):
    """A check of the rehearsal: words that meet it or (where `never`) break it."""

    title: str
    met_by: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    tip: str


class UltimatumShelf(Frozen):
    """All cards."""

    kinds: tuple[KindCard, ...]
    clocks: tuple[ClockCard, ...]
    signs: tuple[SignCard, ...]
    moves: tuple[MoveCard, ...]
    options: tuple[OptionCard, ...]
    concessions: tuple[ConcessionCard, ...]
    escalation: tuple[RungCard, ...]
    scripts: tuple[ScriptCard, ...]
    objections: tuple[ObjectionCard, ...]
    actions: tuple[ActionCard, ...]
    verdicts: tuple[VerdictCard, ...]
    checks: tuple[CheckCard, ...]
    disputes: dict[str, Dispute]
