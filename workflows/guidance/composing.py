"""Articles to the sentences of a reply: statements repeated word for word, cut to the question, each with its citation.

A reply holds at most WORDS words. What decides goes first: the correction of a false premise, the short answer, what
the reader's own case says, the passage that met the question; steps, words to say, cautions and conditions follow, and
where a statement takes a side in a dispute, both sides stand beside it or the statement is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from workflows.domain.frozen import Frozen
from workflows.domain.guidance import (
    CORE,
    Article,
    Citation,
    DecidingFact,
    Dispute,
    Passage,
    Recognized,
    Reply,
    Said,
    Shelf,
    Statement,
)
from workflows.guidance.ranking import Ranked

WORDS = 345
QUESTIONS = 3
QUOTES, DATES = 2, 3
"""How many clauses of the reader's own contract open an answer, and how many of its days."""
CLOCKS, ACTIONS, ANSWERS = 1, 1, 2
"""How many days and things to do by a day an answer to an ultimatum takes from the reader's own plan, and how many of
the reader's answers: the rest is one page away, and what not to do needs the room."""
DATED = frozenset({"term_renewal", "termination_without_cause", "unilateral_amendment"})
"""Types of clauses that the days of a contract hang on."""
DISAGREE = "Where sources disagree"
_SHARES = {"Short answer": 4, "Steps": 6, "What to say": 3, "What to avoid": 4, "What it depends on": 4}
"""The most statements an answer takes from each core passage when one article answers; half as many when two do, or
when the question asks for one thing to know rather than for what to do."""
ON_ULTIMATUM = ("take-it-or-leave-it", "ultimatum-")
"""How the names of the articles on an ultimatum begin. Such an article leads and keeps most of the room, and its steps,
which are dated and end in the counteroffer letter, stand last."""
LEADING = 310  # words of an ultimatum article beside another: all its core passages
OWN_WORDS = 35
"""What an answer to an ultimatum may be longer by where it also tells what the reader's own papers and answers say."""
SAME = 0.75  # of the terms of the shorter of two statements: they say the same, and one is enough
_ONE_THING = re.compile(
    r"^\W*(?:so |and |but )?(?:what(?:'s| is| are| does| counts)|how (?:often|much|many|long|far)|is|are|does|do|who|which|when|where)\b"
    r"(?!.*\b(?:what (?:now|next)|do (?:we|i) do|should (?:we|i)|how (?:do|can|should) (?:we|i))\b)",
    re.I,
)
_TERM = re.compile(r"[a-z]{4,}|\d+")


class CaseFact(Frozen):
    """What the open case says: the sentence, and where it stands. Of an answer, `field` and the step and label it was
    asked under; `of` contract, what the reader's own contract says, `clause` being its type, or "date" for a day worked
    out from it, and `where` its place; `of` plan, a "clock" or an "action" of the plan for an ultimatum."""

    field: str
    says: str
    where: str
    of: Literal["case", "contract", "plan"] = "case"
    clause: str = ""


class _Telling(NamedTuple):
    """How one article is told: the passage that met the question, the question, whether it shares the reply, the words
    it may take, and what the case says."""

    heading: str
    asked: str
    sharing: bool
    room: int
    known: Sequence[CaseFact]


class _Writing:
    """A reply as it grows: sentences, citations and the room that is left."""

    def __init__(self) -> None:
        self.sentences: list[Said] = []
        self.citations: list[Citation] = []
        self.left = WORDS
        self.disputes: set[str] = set()

    def repeats(self, statement: Statement) -> bool:
        """Whether what is said already says this."""
        terms = set(_TERM.findall(statement.text.lower()))
        for said in self.sentences:
            other = set(_TERM.findall(said.text.lower()))
            if len(terms & other) >= SAME * max(1, min(len(terms), len(other))):
                return True
        return False

    def end_in(self, group: str) -> None:
        """Put the sentences of a group last, and number the citations in the new order."""
        self.sentences.sort(key=lambda said: said.group == group)
        order = [n for said in self.sentences for n in said.citations]
        self.citations = [self.citations[n - 1].model_copy(update={"n": at}) for at, n in enumerate(order, 1)]
        self.sentences = [said.model_copy(update={"citations": (at,)}) for at, said in enumerate(self.sentences, 1)]

    def say(self, text: str, group: str, part: str, **place: object) -> bool:
        """Add a sentence with its citation where there is room; says whether there was."""
        cost = len(text.split())
        if cost > self.left:
            return False
        self.left -= cost
        n = len(self.citations) + 1
        self.citations.append(Citation.model_validate({"n": n, **place}))
        self.sentences.append(Said.model_validate({"text": text, "citations": (n,), "group": group, "part": part}))
        return True


def compose(
    shelf: Shelf,
    asked: str,
    leads: Sequence[Ranked],
    *,
    recognized: Recognized | None = None,
    facts: Mapping[str, CaseFact] | None = None,
) -> Reply:
    """The reply that these articles give to a question, best article first."""
    articles = [shelf.articles[lead.article] for lead in leads]
    if recognized is not None:
        own = shelf.articles[recognized.article]
        if recognized.kind == "premise":
            onward = [shelf.articles[recognized.then]] if recognized.then else []
            others = articles if len(leads) > 1 or not onward else []  # the other part of a question in two
            articles = list({article.id: article for article in (*onward, *others)}.values())[:2]
        else:
            articles = [own]
    writing = _Writing()
    wanted = _wanted(recognized, articles)
    if recognized is not None and recognized.kind == "premise":
        _premise(writing, shelf, recognized)
    known = [facts[fact.field] for fact in wanted if facts and fact.field in facts]
    sharing, leading = len(articles) > 1, bool(articles) and on_ultimatum(articles[0].id)
    if leading and facts:
        writing.left += OWN_WORDS
    if recognized is None or recognized.kind != "declined":
        _contract(writing, articles, facts or {})
    told = known[: ANSWERS - bool(writing.sentences)] if leading else known  # a clause of the contract took the room
    for place, article in enumerate(articles):
        heading = next((lead.heading for lead in leads if lead.article == article.id), "")
        halved = sharing and not (leading and place == 0)
        room = writing.left if not sharing or place else min(LEADING, writing.left) if leading else writing.left // 2
        _article(writing, shelf, article, _Telling(heading, asked, halved, room, () if place else told))
    if leading:
        writing.end_in("Steps")
    missing = tuple(fact for fact in wanted if not (facts and fact.field in facts))[:QUESTIONS]
    kind = {"declined": "declined", "own_terms": "needs_facts" if missing and not known else "answered"}.get(
        recognized.kind if recognized else "", "answered"
    )
    return Reply.model_validate(
        {
            "kind": kind,
            "sentences": tuple(writing.sentences),
            "citations": tuple(writing.citations),
            "reason": recognized.says if recognized and kind in ("declined", "needs_facts") else "",
            "related": _related(articles, leads),
            "questions": missing,
            "subject": articles[0].id if articles else "",
        }
    )


def _wanted(recognized: Recognized | None, articles: Sequence[Article]) -> list[DecidingFact]:
    """What decides the answer: what the recognized kind asks for, then the articles; a field once."""
    asked = [*(recognized.facts if recognized else ()), *(fact for article in articles for fact in article.facts)]
    return list({fact.field: fact for fact in asked}.values())


def _premise(writing: _Writing, shelf: Shelf, recognized: Recognized) -> None:
    if passage := shelf.passage(recognized.article, recognized.heading):
        for statement in passage.statements[:3]:
            _repeat(writing, passage, statement, "")
        _sides(writing, shelf, passage.statements[:3])


def on_ultimatum(article: str) -> bool:
    """Whether the article is one of those on an ultimatum."""
    return article.startswith(ON_ULTIMATUM)


def _article(writing: _Writing, shelf: Shelf, article: Article, telling: _Telling) -> None:
    """The statements of one article in reading order, without those that were said already."""
    heading, floor = telling.heading, writing.left - telling.room
    plan = _plan(article, heading, telling.asked, sharing=telling.sharing)
    fresh = [(passage, statement) for passage, statement in plan if not writing.repeats(statement)]
    reserve = sum(len(fact.says.split()) for fact in telling.known)
    chosen = _that_fit(fresh, telling.room - reserve, shelf, writing.disputes)
    told = False
    used = {id(statement) for _, statement in chosen}  # by identity: comparing two by value takes longer than all else
    headings = {passage.heading for passage, _ in chosen}
    for passage in sorted((p for p in article.passages if p.heading in headings), key=lambda p: _place(p, heading)):
        if not told and passage.heading != CORE[0]:
            _case(writing, telling.known)
            told = True
        for statement in passage.statements:
            if id(statement) in used and writing.left > floor:
                _repeat(writing, passage, statement, _group(article, passage, sharing=telling.sharing))
    if not told:
        _case(writing, telling.known)
    _sides(writing, shelf, (s for _, s in chosen))


def _plan(article: Article, heading: str, asked: str, *, sharing: bool) -> list[tuple[Passage, Statement]]:
    """What could be said, the most needed first: by passage in order of use, by nearness to the question within it."""
    terms = set(_TERM.findall(asked.lower()))
    found: list[tuple[float, Passage, Statement]] = []
    for passage in article.passages:
        if passage.heading == DISAGREE:
            continue  # disputes are laid open by the list of both sides
        most = _SHARES.get(passage.heading, 4 if passage.heading == heading else 0)
        one_thing = _ONE_THING.search(asked) and passage.heading != CORE[0] and not on_ultimatum(article.id)
        if most and (sharing or one_thing):
            most = max(1, most // 2)
        near = sorted(passage.statements, key=lambda s: -_nearness(s, terms))
        if passage.heading == "Steps":  # what it all ends in is the last step, whatever was asked
            near = [passage.statements[-1], *(s for s in near if s is not passage.statements[-1])]
        near = near[:most]
        for at, statement in enumerate(near):
            found.append((_need(passage, heading, at), passage, statement))
    return [(passage, statement) for _, passage, statement in sorted(found, key=lambda entry: entry[0])]


def _need(passage: Passage, heading: str, at: int) -> float:
    """How soon the at-th statement of a passage is wanted: the short answer whole, then the passage that met the
    question, then the core passages in turn, one statement of each before a second of any; on an ultimatum the steps,
    all that must not be done and all it depends on before those, and what goes deeper last: a hasty word cannot be
    taken back."""
    if passage.heading == CORE[0]:
        return -2.0
    if on_ultimatum(passage.article):
        if not passage.core:
            return len(CORE) + at
        if passage.heading == "Steps":
            return -1.5 + at
        if passage.heading in ("What to avoid", "What it depends on"):
            return 0.1 * CORE.index(passage.heading) + 0.2 * at
    if passage.heading == heading and not passage.core:
        return -1.0 + at * 0.6
    return at + 0.1 * CORE.index(passage.heading)


def _nearness(statement: Statement, terms: set[str]) -> int:
    return sum(1 for term in set(_TERM.findall(statement.text.lower())) if term in terms)


def _that_fit(
    plan: Iterable[tuple[Passage, Statement]], room: int, shelf: Shelf, open_disputes: set[str]
) -> list[tuple[Passage, Statement]]:
    """As much of the plan as there is room for, counting what a dispute costs to lay open."""
    chosen, opened = [], set(open_disputes)
    for passage, statement in plan:
        cost = len(statement.text.split())
        fresh = [d for d in _unopened(statement, shelf) if d not in opened]
        cost += sum(_cost(shelf.disputes[d]) for d in fresh)
        if cost > room:
            continue
        room -= cost
        opened.update(fresh)
        chosen.append((passage, statement))
    return chosen


def _unopened(statement: Statement, shelf: Shelf) -> tuple[str, ...]:
    """The disputes that the statement takes a side of; one that cites two sides has laid them open itself."""
    return tuple(
        dispute
        for dispute in statement.disputes
        if sum(bool(set(side.sources) & set(statement.sources)) for side in shelf.disputes[dispute].sides) < 2
    )


def _cost(dispute: Dispute) -> int:
    return sum(len(side.says.split()) for side in dispute.sides) + len(dispute.reading.split())


def _place(passage: Passage, heading: str) -> int:
    if passage.heading in CORE:
        return 2 * CORE.index(passage.heading)
    return 1 if passage.heading == heading else 2 * len(CORE)


def _group(article: Article, passage: Passage, *, sharing: bool) -> str:
    if sharing:
        return article.title
    return "" if passage.heading == CORE[0] else passage.heading


def _repeat(writing: _Writing, passage: Passage, statement: Statement, group: str) -> None:
    writing.say(
        statement.text,
        group,
        statement.part,
        article=passage.article,
        title=passage.title,
        heading=passage.heading,
        quote=statement.text.removesuffix("."),
        sources=statement.sources,
    )


def _contract(writing: _Writing, articles: Sequence[Article], facts: Mapping[str, CaseFact]) -> None:
    """What the reader's own contract says on the subject of the first article, then the days that follow from it."""
    asked = articles[0].clauses if articles else ()
    quotes, dates = (1, 1) if articles and on_ultimatum(articles[0].id) else (QUOTES, DATES)  # it needs the room
    told = [fact for clause in asked for fact in facts.values() if fact.clause == clause][:quotes]
    planned = bool(articles) and on_ultimatum(articles[0].id) and any(fact.of == "plan" for fact in facts.values())
    if set(asked) & DATED and not planned:  # the plan counts the same days
        told += [fact for fact in facts.values() if fact.clause == "date"][:dates]
    for fact in told:
        _own(writing, fact, "Your contract", "From your own contract")
    if planned:
        for part, most in (("clock", CLOCKS), ("action", ACTIONS)):
            for fact in [f for f in facts.values() if f.of == "plan" and f.clause == part][:most]:
                _own(writing, fact, "Your plan", "From your own plan")


def _own(writing: _Writing, fact: CaseFact, title: str, group: str) -> None:
    """What the reader's own papers say, cited as such."""
    place = {"of": fact.of, "article": fact.field, "title": title, "heading": fact.where, "quote": fact.says}
    writing.say(fact.says, group, "item", **place)


def _case(writing: _Writing, known: Sequence[CaseFact]) -> None:
    for fact in known:
        _own(writing, fact, "Your answers", "From your own answers")


def _sides(writing: _Writing, shelf: Shelf, said: Iterable[Statement]) -> None:
    for dispute in dict.fromkeys(d for statement in said for d in _unopened(statement, shelf)):
        if dispute in writing.disputes:
            continue
        writing.disputes.add(dispute)
        held = shelf.disputes[dispute]
        place = {"article": f"disputes:{held.id}", "title": DISAGREE, "heading": held.question}
        for side in held.sides:
            sources = tuple(s for s in side.sources if s.startswith("S"))
            writing.say(side.says, DISAGREE, "item", quote=side.says, sources=sources, **place)
        writing.say(held.reading, DISAGREE, "item", quote=held.reading, **place)


def _related(articles: Sequence[Article], leads: Sequence[Ranked]) -> tuple[str, ...]:
    used = {article.id for article in articles}
    near = [r for article in articles for r in article.related] + [lead.article for lead in leads]
    return tuple(r for r in dict.fromkeys(near) if r not in used)[:5]
