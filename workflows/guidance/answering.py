"""A question to a Reply: its kind where it is recognized, its parts, what it follows up, and whether it is covered."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from workflows.domain.guidance import Exchange, Hit, Recognized, Reply, Shelf
from workflows.guidance import following
from workflows.guidance.composing import CaseFact, compose, on_ultimatum
from workflows.guidance.ranking import COVERED, Ranked, rank
from workflows.guidance.recognizing import recognize

BARE, NAMED = 3, 0.55  # words of a question that only names something, and the score from which an article is its name
NEAREST = 3  # articles named where a question is not covered
_CLAUSES = re.compile(
    r"(?<=[?])\s+|\s*;\s+|,?\s+(?:and also|also,?|and|&|\+|plus)\s+(?=(?:what'?s?|how'?s?|when'?s?|who'?s?|which|where'?s?|why"
    r"|can|could|do|does|should|is|are|will|would|may|must|give|write|draft|tell|quote)\b)",
    re.I,
)
_ULTIMATUM = re.compile(
    r"\btake[ -]it[ -]or[ -]leave[ -]it\b|\bultimatums?\b|\b(?:final|last) (?:offer|word|version|proposal)\b|\bbest and final\b"
    r"|\b(?:sign|accept|agree|take)\b[^.?!;]{0,40}\bor\b[^.?!;]{0,15}\b(?:out|leave|dropped|terminated|else|ends?)\b"
    r"|\bnothing (?:left |more )?to (?:discuss|negotiate|talk about)\b|\bnot open (?:to|for) (?:discussion|negotiation|talks)\b"
    r"|\b(?:if we (?:don'?t|do not|won'?t)|unless we)\b[^.?!;]{0,60}\b(?:(?:as|be|are) terminated|terminate us|drop(?:ped)? us|we are out)\b",
    re.I,
)
PLAIN = 0.2  # the leaning from which one clause alone is plainly to be declined
POINTS_BACK = 6  # words of a part that only goes on with the one before


class Search(Protocol):
    """What `answer` needs of the index."""

    def spelled(self, question: str) -> str:
        """The question with slips put right."""

    def ahead(self, questions: Sequence[str]) -> None:
        """Get ready for questions that are about to be searched."""

    def search(self, question: str) -> tuple[Hit, ...]:
        """Entries near the question."""

    def leanings(self, question: str) -> Mapping[str, float]:
        """How far the question leans to each kind and family of Recognized."""


class _Part(NamedTuple):
    """One clause of a question, what was found for it and, where it is recognized, its kind."""

    asked: str
    ranked: tuple[Ranked, ...]
    kind: Recognized | None
    leanings: Mapping[str, float]

    @property
    def covered(self) -> bool:
        """Whether an article is about it. A few bare words ("MFN?") that an article is about are never beyond."""
        if not self.ranked or self.ranked[0].score < COVERED:
            return False
        named = len(self.asked.split()) <= BARE and self.ranked[0].score >= NAMED
        return named or self.kind is None or self.kind.kind != "beyond"


def answer(
    question: str,
    shelf: Shelf,
    index: Search,
    *,
    history: Sequence[Exchange] = (),
    facts: Mapping[str, CaseFact] | None = None,
) -> Reply:
    """The reply to a question. `facts` is what the open case holds, by field; None where no case is open."""
    asked = index.spelled(question)
    clauses = _clauses(asked)
    if clauses:
        index.ahead([asked, *clauses])
    whole = _looked_up(asked, shelf, index)
    parts = [_looked_up(clause, shelf, index) for clause in clauses]
    declined = next((part.kind for part in (whole, *parts) if _declined(part, whole)), None)
    if declined is not None:
        return compose(shelf, asked, list(whole.ranked[:1]), recognized=declined)
    told = following.before(history, shelf)
    if told is not None and following.follows(asked, covered=whole.covered):
        return _followed(whole, told, shelf, index, facts)
    if not _differ(parts):
        parts = [whole]
    return _replied(asked, parts, whole, shelf, facts)


def _declined(part: _Part, whole: _Part) -> bool:
    """Whether a part is such that the message is declined as a whole, whatever else it asks; a clause by itself, which
    lacks what stands around it, only where it plainly is."""
    plain = part is whole or part.leanings.get("declined", 1.0) >= PLAIN
    return plain and part.kind is not None and part.kind.kind == "declined"


def _replied(
    asked: str, parts: Sequence[_Part], whole: _Part, shelf: Shelf, facts: Mapping[str, CaseFact] | None
) -> Reply:
    covered = [part for part in parts if part.covered]
    open_parts = [part for part in parts if not part.covered]
    if not covered:
        return _not_covered(whole, shelf)
    recognized = whole.kind if whole.kind and whole.kind.kind != "beyond" else None
    tops = {part.ranked[0].article: part.ranked[0] for part in covered}
    order = {ranked.article: place for place, ranked in enumerate(whole.ranked)}
    leads = sorted(tops.values(), key=lambda top: order.get(top.article, len(order)))
    if recognized is None and (_ULTIMATUM.search(asked) or any(on_ultimatum(lead.article) for lead in leads[1:])):
        leads = _ultimatum_first(leads, whole.ranked)
    reply = compose(shelf, asked, leads[:2], recognized=recognized, facts=facts)
    if not open_parts:
        return reply
    left = "; ".join(f"\u201c{part.asked.strip()}\u201d" for part in open_parts)
    because = next((part.kind.says for part in open_parts if part.kind and part.kind.says), "")
    return reply.model_copy(
        update={"kind": "partly", "reason": f"The guidance does not answer {left}. {because}".strip()}
    )


def _ultimatum_first(leads: Sequence[Ranked], ranked: Sequence[Ranked]) -> list[Ranked]:
    """Whoever stands before an ultimatum needs that answered first, whatever else is asked with it."""
    first = next((found for found in ranked if on_ultimatum(found.article)), None)
    return [*([first] if first else []), *(lead for lead in leads if not on_ultimatum(lead.article))]


def _not_covered(part: _Part, shelf: Shelf) -> Reply:
    says = part.kind.says if part.kind else "The guidance holds nothing on this, so there is no answer to give."
    related = tuple(dict.fromkeys([*([part.kind.article] if part.kind else []), *(r.article for r in part.ranked)]))
    nearest = related[:NEAREST]
    title = shelf.articles[nearest[0]].title if nearest else ""
    reason = f"{says} The nearest article is \u201c{title}\u201d." if title else says
    return Reply(kind="not_covered", reason=reason, related=nearest)


def _looked_up(asked: str, shelf: Shelf, index: Search) -> _Part:
    leanings = index.leanings(asked)
    kind = recognize(asked, leanings, shelf.recognized, shelf.words)
    return _Part(asked, rank(index.search(asked)), kind, leanings)


def _clauses(asked: str) -> list[str]:
    """The parts of a question that ask for something of their own: at least three words each, at most three parts. A
    few words that point back ("and which states limit it") belong to the part before."""
    clauses: list[str] = []
    for clause in (found.strip() for found in _CLAUSES.split(asked) if len(found.split()) >= 3):
        if clauses and len(clause.split()) <= POINTS_BACK and following.points(clause):
            clauses[-1] = f"{clauses[-1]} {clause}"
        else:
            clauses.append(clause)
    return clauses if 2 <= len(clauses) <= 3 else []


def _differ(parts: Sequence[_Part]) -> bool:
    """Whether the parts are about different things; else the question is better answered as a whole."""
    return len({(part.covered, part.ranked[0].article if part.ranked else "") for part in parts}) > 1


def _followed(alone: _Part, told: Exchange, shelf: Shelf, index: Search, facts: Mapping[str, CaseFact] | None) -> Reply:
    """The reply to a question that goes on with the exchange `told`."""
    asked, subject, how_far = alone.asked, told.reply.subject, following.hangs(alone.asked, shelf)
    declined = told.reply.kind == "declined"  # an article on what is lawful instead would hide what is asked for
    behind = f"{'' if declined else shelf.articles[subject].title} {told.question} {asked}".strip()
    under = _looked_up(index.spelled(behind), shelf, index) if how_far else alone
    if declined and under.kind is not None and under.kind.kind == "declined":
        return compose(shelf, asked, alone.ranked[:1], recognized=under.kind)
    ranked = following.together(alone.ranked, under.ranked, subject, shelf, how_far)
    kind = following.kind_of(asked, alone.kind, under.kind, alone.leanings)
    whole = _Part(asked, ranked, kind, alone.leanings)
    return _replied(asked, [whole], whole, shelf, facts)
