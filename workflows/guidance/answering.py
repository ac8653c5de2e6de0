"""A question to a Reply: its kind where it is recognized, its parts, what it follows up, and whether it is covered."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from workflows.domain.guidance import Exchange, FromQuestion, Hit, Recognized, Reply, Shelf
from workflows.guidance import following, pressing, telling
from workflows.guidance.composing import CaseFact, Reader, compose, shorter
from workflows.guidance.pressing import on_ultimatum
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
    r"|\b(?:silence|continued participation)\b[^.?!;]{0,12}(?:consent|accept|agree|yes\b)|\bdeemed (?:to )?(?:accept|agree|consent)"
    r"|\bnothing (?:left |more )?to (?:discuss|negotiate|talk about)\b|\bnot open (?:to|for) (?:discussion|negotiation|talks)\b"
    r"|\b(?:if we (?:don'?t|do not|won'?t)|unless we)\b[^.?!;]{0,60}\b(?:(?:as|be|are) terminated|terminate us|drop(?:ped)? us|we are out)\b",
    re.I,
)
ANSWER_BY = "rates.offer_answer_by"  # the day to answer by, where a case holds one
REMEMBERED = 4  # exchanges back whose days and shares still hold
PLAIN = 1.2  # the log-odds from which one clause alone is plainly to be declined
_WITH_OTHERS = frozenset({"joint", "exchange", "signal", "venue"})  # lists of words.yaml
POINTS_BACK = 6  # words of a part that only goes on with the one before


Retell = Callable[[str, str], str]
"""A follow-up and what it goes on with, to one question that stands for itself, or ""."""


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
    today: date | None = None,
    retell: Retell | None = None,
) -> Reply:
    """The reply to a question. `facts` is what the open case holds, by field; None where no case is open. What the
    question itself tells is counted from `today`, and left alone without it. `retell` is asked to say a follow-up as a
    question of its own, for the search; its kind is settled here in any case."""
    asked = index.spelled(question)
    reader = _reader(question, facts, today)
    clauses = _clauses(asked)
    if clauses:
        index.ahead([asked, *clauses])
    whole = _looked_up(asked, shelf, index)
    parts = [_looked_up(clause, shelf, index) for clause in clauses]
    declined = next((part.kind for part in (whole, *parts) if _declined(part, whole)), None)
    if declined is not None:
        return compose(shelf, asked, list(whole.ranked[:1]), recognized=declined)
    told = following.before(history, shelf)
    if shelf.told.only_thanks(asked):
        return Reply(kind="not_covered", reason=shelf.told.says["nothing"])
    if told is not None and told.reply.kind != "declined" and following.asks_for_less(asked, shelf):
        return shorter(shelf, told.reply)
    if told is not None and following.follows(asked, covered=whole.covered):
        thread = following.thread(history, shelf)
        meant = retell(asked, following.so_far(thread, shelf)) if retell else ""
        meant = following.retold(meant, asked, thread, shelf)
        return _followed(whole, thread, shelf, index, _with_thread(reader, history), meant)
    if not _differ(parts):
        parts = [whole]
    return _replied(asked, parts, whole, shelf, reader)


def _reader(question: str, facts: Mapping[str, CaseFact] | None, today: date | None) -> Reader:
    told, held = told_by(question, today), (facts or {}).get(ANSWER_BY)
    return Reader(facts, pressing.with_held(told, held.day) if told and held else told)


def told_by(question: str, today: date | None) -> FromQuestion | None:
    """What the question itself tells of the reader's situation, as of `today`; None without a day to count from."""
    return telling.stated(question, today, pressed=bool(_ULTIMATUM.search(question))) if today else None


def _declined(part: _Part, whole: _Part) -> bool:
    """Whether a part is such that the message is declined as a whole, whatever else it asks; a clause by itself, which
    lacks what stands around it, only where it plainly is."""
    plain = part is whole or part.leanings.get("declined", PLAIN) >= PLAIN
    return plain and part.kind is not None and part.kind.kind == "declined"


def _replied(asked: str, parts: Sequence[_Part], whole: _Part, shelf: Shelf, reader: Reader) -> Reply:
    covered = [part for part in parts if part.covered]
    open_parts = [part for part in parts if not part.covered]
    if not covered:
        return _not_covered(whole, shelf)
    recognized = whole.kind if whole.kind and whole.kind.kind != "beyond" else None
    if recognized and recognized.kind == "own_terms" and _ULTIMATUM.search(asked):
        recognized = None  # what to do now comes before what the figures say
    leads = _leads(asked, covered, whole, shelf, reader, pressed=recognized is None)
    reply = compose(shelf, asked, leads[:2], recognized=recognized, reader=reader)
    if not open_parts:
        return reply
    left = "; ".join(f"\u201c{part.asked.strip()}\u201d" for part in open_parts)
    because = next((part.kind.says for part in open_parts if part.kind and part.kind.says), "")
    return reply.model_copy(
        update={"kind": "partly", "reason": f"The guidance does not answer {left}. {because}".strip()}
    )


def _leads(
    asked: str, covered: Sequence[_Part], whole: _Part, shelf: Shelf, reader: Reader, *, pressed: bool
) -> list[Ranked]:
    """The articles that answer, best first: those of the parts, in the order in which the whole question is near them.
    Where `pressed` allows, whoever stands before an ultimatum has that answered first."""
    tops = {part.ranked[0].article: part.ranked[0] for part in covered}
    order = {ranked.article: place for place, ranked in enumerate(whole.ranked)}
    leads = sorted(tops.values(), key=lambda top: order.get(top.article, len(order)))
    if not pressed:
        return leads
    named, today = shelf.told.articles, reader.told.today if reader.told else None
    cuts = pressing.cuts(told_by(asked, today))  # this question, not one before it
    only_real = [lead.article for lead in leads] == [named.get("real")]  # and nothing else is asked
    if cuts and not on_ultimatum(leads[0].article):
        others = [part.ranked[0] for part in covered if not pressing.cuts(told_by(part.asked, today))]
        leads = [Ranked(named["cut"], leads[0].score, ""), *others]
    elif (_ULTIMATUM.search(asked) and not only_real) or any(on_ultimatum(lead.article) for lead in leads[1:]):
        fit = (r for r in whole.ranked if on_ultimatum(r.article) and (cuts or r.article != named.get("cut")))
        leads = [*([first] if (first := next(fit, None)) else []), *(r for r in leads if not on_ultimatum(r.article))]
    return _on_ultimatum(leads, covered, shelf, reader.told) if on_ultimatum(leads[0].article) else leads


def _on_ultimatum(
    leads: Sequence[Ranked], covered: Sequence[_Part], shelf: Shelf, told: FromQuestion | None
) -> list[Ranked]:
    """The article on the kind of ultimatum that is told of, and beside it another part's own article: none that says
    the same again, and none whose part is answered in passing."""
    first, *others = leads
    if told is not None:
        fit = pressing.fitting(first.article, told, shelf.told)
        first = first if fit == first.article else Ranked(fit, first.score, "")
    lead = shelf.articles[first.article]
    beside = []
    for part in covered:
        other = part.ranked[0]
        if other not in others or on_ultimatum(other.article):
            continue
        same = bool(set(shelf.articles[other.article].clauses) & set(lead.clauses))
        if not same and not pressing.in_passing(part.asked, lead, shelf):
            beside.append(other)
    return [first, *beside]


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
    if kind is not None and kind.kind == "declined" and _alone_with_it(asked, leanings, shelf):
        kind = None
    ranked = rank(index.search(asked))
    told = _ULTIMATUM.search(asked) and ranked and on_ultimatum(ranked[0].article)
    if kind is not None and kind.kind == "beyond" and told and "forecast" not in shelf.words.shown(asked):
        kind = None  # an ultimatum that is only told of asks for no forecast
    return _Part(asked, ranked, kind, leanings)


def _alone_with_it(asked: str, leanings: Mapping[str, float], shelf: Shelf) -> bool:
    """Whether a question that hardly leans to what is declined tells of an ultimatum and of nothing done with others."""
    hardly = leanings.get("declined", PLAIN) < PLAIN and _ULTIMATUM.search(asked)
    return bool(hardly) and not shelf.words.shown(asked) & _WITH_OTHERS


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


def _followed(
    alone: _Part, thread: Sequence[Exchange], shelf: Shelf, index: Search, reader: Reader, meant: str
) -> Reply:
    """The reply to a question that goes on with the exchanges of `thread`, the last of which it follows. `meant` is
    the question as one that stands for itself; where it is empty, it is read behind what it goes on with."""
    told = thread[-1]
    asked, how_far = alone.asked, 0.0 if meant else following.hangs(alone.asked, shelf)
    declined = told.reply.kind == "declined"  # an article on what is lawful instead would hide what is asked for
    title = "" if declined else shelf.articles[told.reply.subject].title
    behind = " ".join((title, *(exchange.question for exchange in thread), asked)).strip()
    under = _looked_up(index.spelled(meant or behind), shelf, index) if meant or how_far else alone
    if declined and under.kind is not None and under.kind.kind == "declined":
        return compose(shelf, asked, alone.ranked[:1], recognized=under.kind)
    ranked = under.ranked if meant else following.together(alone.ranked, under.ranked, thread, shelf, how_far)
    kind = following.kind_of(asked, alone.kind, under.kind, alone.leanings)
    whole = _Part(asked, ranked, kind, alone.leanings)
    return _replied(asked, [whole], whole, shelf, reader)


def _with_thread(reader: Reader, history: Sequence[Exchange]) -> Reader:
    """What is known of the reader with what the questions before told, each counted from the day it was asked; what is
    said now comes first, and a day that has passed since is no clock any more."""
    if reader.told is None:
        return reader
    stated = list(reader.told.stated)
    for exchange in reversed(history[-REMEMBERED:]):
        before = told_by(exchange.question, _asked_on(exchange) or reader.told.today)
        known = {one.what for one in stated}
        fresh = [one for one in (before.stated if before else ()) if one.what not in known]
        stated += [one for one in fresh if one.what == "received_on" or (one.day or date.max) >= reader.told.today]
    return reader._replace(told=reader.told.model_copy(update={"stated": tuple(stated)}))


def _asked_on(exchange: Exchange) -> date | None:
    try:
        return date.fromisoformat(exchange.at[:10])
    except ValueError:
        return None
