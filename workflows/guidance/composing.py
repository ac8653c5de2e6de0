"""Articles to the sentences of a reply: statements repeated word for word, cut to the question, each with its citation.

A reply holds at most WORDS words. What decides goes first: the correction of a false premise, the short answer, what
the reader's own case says, the passage that met the question; steps, words to say, cautions and conditions follow, and
where a statement takes a side in a dispute, both sides stand beside it or the statement is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from workflows.domain.frozen import Frozen
from workflows.domain.guidance import (
    CORE,
    Article,
    DecidingFact,
    FromQuestion,
    Passage,
    Recognized,
    Reply,
    Shelf,
    Stated,
    Statement,
)
from workflows.guidance import pressing
from workflows.guidance.pressing import on_ultimatum
from workflows.guidance.ranking import Ranked
from workflows.guidance.sentences import DISAGREE, TERM, Sentences, cost_of, unopened

__all__ = ["DISAGREE", "CaseFact", "Reader", "compose", "on_ultimatum", "shorter"]

QUESTIONS = 3
QUOTES, DATES = 2, 3
"""How many clauses of the reader's own contract open an answer, and how many of its days."""
CLOCKS, ANSWERS = 1, 4
"""How many days an answer to an ultimatum takes from the reader's own plan, and how many of the reader's answers: the
rest is one page away, and what not to do needs the room. What to do on which day its own steps tell."""
NOTICE = "termination_without_cause"
DATED = frozenset({"term_renewal", NOTICE, "unilateral_amendment"})
"""Types of clauses that the days of a contract hang on."""
_SHARES = {"Short answer": 4, "Steps": 6, "What to say": 3, "What to avoid": 4, "What it depends on": 4}
"""The most statements an answer takes from each core passage when one article answers; half as many when two do, or
when the question asks for one thing to know rather than for what to do."""
LEADING = 310  # words of an ultimatum article beside another: all its core passages
TOLD_WORDS, OWN_WORDS = 15, 55
"""What an answer to an ultimatum may be longer by where it also tells what the question stated, and where it tells what
the reader's own papers and answers say."""
_ONE_THING = re.compile(
    r"^\W*(?:so |and |but )?(?:what(?:'s| is| are| does| counts)|how (?:often|much|many|long|far)|is|are|does|do|who|which|when|where)\b"
    r"(?!.*\b(?:what (?:now|next)|do (?:we|i) do|should (?:we|i)|how (?:do|can|should) (?:we|i))\b)",
    re.I,
)


class CaseFact(Frozen):
    """What the open case says: the sentence, and where it stands. Of an answer, `field` and the step and label it was
    asked under; `of` contract, what the reader's own contract says, `clause` being its type, or "date" for a day worked
    out from it, and `where` its place; `of` plan, a "clock" of the plan for an ultimatum. `day` is the day an answer
    names, where it is one."""

    field: str
    says: str
    where: str
    of: Literal["case", "contract", "plan"] = "case"
    clause: str = ""
    day: date | None = None


class Reader(NamedTuple):
    """What is known of who asks: what the open case holds, by field (None where none is open), and what the question
    itself tells (None where it was not read)."""

    facts: Mapping[str, CaseFact] | None = None
    told: FromQuestion | None = None


NOBODY = Reader()


class _Telling(NamedTuple):
    """How one article is told: the passage that met the question, the question, whether it shares the reply, the words
    it may take, what the case says, what the question tells, and headings that were told already."""

    heading: str
    asked: str
    sharing: bool
    room: int
    known: Sequence[CaseFact]
    told: FromQuestion | None = None
    done: frozenset[str] = frozenset()


def compose(
    shelf: Shelf,
    asked: str,
    leads: Sequence[Ranked],
    *,
    recognized: Recognized | None = None,
    reader: Reader = NOBODY,
) -> Reply:
    """The reply that these articles give to a question, best article first."""
    articles = _articles(shelf, leads, recognized)
    writing, facts, declined = Sentences(), reader.facts or {}, recognized is not None and recognized.kind == "declined"
    wanted = _wanted(recognized, articles)
    if recognized is not None and recognized.kind == "premise":
        _premise(writing, shelf, recognized)
    stated = frozenset(_fields(reader.told, shelf))
    sharing, leading = len(articles) > 1, bool(articles) and on_ultimatum(articles[0].id)
    tells = shelf.told.own if leading else [fact.field for fact in wanted]
    known = [facts[field] for field in tells if field in facts and field not in stated]
    if leading:
        writing.left += OWN_WORDS if facts else TOLD_WORDS if reader.told and reader.told.stated else 0
    done: frozenset[str] = frozenset()
    if not declined:
        done = _in_passing(writing, shelf, asked, articles)
        quoted = _contract(writing, articles, facts)
        if NOTICE in quoted:  # the clause gives the days
            known = [fact for fact in known if fact.field != "walk_away.notice_days"]
    told = known[:ANSWERS] if leading else known
    for place, article in enumerate(articles):
        heading = next((lead.heading for lead in leads if lead.article == article.id), "")
        halved = sharing and not (leading and place == 0)
        room = writing.left if not sharing or place else min(LEADING, writing.left) if leading else writing.left // 2
        own = _Telling(heading, asked, halved, room, told, None if declined else reader.told, done)
        _article(writing, shelf, article, own if not place else own._replace(known=(), told=None))
    if leading:
        writing.end_in("Steps")
    asks = [*wanted, *(shelf.told.asks if leading and reader.told else ())]
    missing = tuple(fact for fact in asks if fact.field not in facts and fact.field not in stated)[:QUESTIONS]
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


def shorter(shelf: Shelf, before: Reply) -> Reply:
    """An answer again in fewer words: the short answer of the article it stood on, and its last step."""
    article, writing = shelf.articles[before.subject], Sentences()
    for heading, most in ((CORE[0], None), ("Steps", -1)):
        passage = next(p for p in article.passages if p.heading == heading)
        for statement in passage.statements if most is None else passage.statements[most:]:
            writing.repeat(passage, statement, "" if heading == CORE[0] else heading)
    return before.model_copy(
        update={
            "kind": "answered",
            "sentences": tuple(writing.sentences),
            "citations": tuple(writing.citations),
            "reason": "",
            "short": (),
            "worded_by": "",
            "note": "",
        }
    )


def _articles(shelf: Shelf, leads: Sequence[Ranked], recognized: Recognized | None) -> list[Article]:
    """The articles a reply is told from: those found, or what the recognized kind leads to."""
    articles = [shelf.articles[lead.article] for lead in leads]
    if recognized is None:
        return articles
    if recognized.kind != "premise":
        return [shelf.articles[recognized.article]]
    onward = [shelf.articles[recognized.then]] if recognized.then else []
    others = articles if len(leads) > 1 or not onward else []  # the other part of a question in two
    return list({article.id: article for article in (*onward, *others)}.values())[:2]


def _fields(told: FromQuestion | None, shelf: Shelf) -> Iterable[str]:
    """The questions of the interview that the question answered by the way."""
    return (field for one in told.stated for field in shelf.told.fields.get(one.what, ())) if told else ()


def _in_passing(writing: Sentences, shelf: Shelf, asked: str, articles: Sequence[Article]) -> frozenset[str]:
    """Answer first what is asked beside the subject; the core passages that need not be told again."""
    found = pressing.in_passing(asked, articles[0] if articles else None, shelf)
    for _, passage, statements in found:
        for statement in statements:
            if not writing.repeats(statement):
                writing.repeat(passage, statement, "What to say" if passage.heading == "What to say" else "")
    return frozenset(passage.heading for _, passage, _ in found if passage.heading == "What to say")


def _wanted(recognized: Recognized | None, articles: Sequence[Article]) -> list[DecidingFact]:
    """What decides the answer: what the recognized kind asks for, then the articles; a field once."""
    asked = [*(recognized.facts if recognized else ()), *(fact for article in articles for fact in article.facts)]
    return list({fact.field: fact for fact in asked}.values())


def _premise(writing: Sentences, shelf: Shelf, recognized: Recognized) -> None:
    if passage := shelf.passage(recognized.article, recognized.heading):
        for statement in passage.statements[:3]:
            writing.repeat(passage, statement, "")
        writing.sides(shelf, passage.statements[:3])


def _article(writing: Sentences, shelf: Shelf, article: Article, telling: _Telling) -> None:
    """The statements of one article in reading order, without those that were said already."""
    heading, floor = telling.heading, writing.left - telling.room
    own = _stated(shelf, article, telling.told)
    fresh = [(p, s) for p, s in _plan(article, telling, shelf) if not writing.repeats(s)]
    reserve = sum(len(fact.says.split()) for fact in telling.known) + sum(len(text.split()) for _, text in own)
    chosen = _that_fit(fresh, telling.room - reserve, shelf, writing.disputes)
    told = False
    asked_of: int | None = None
    for passage, statement in sorted(chosen, key=lambda pair: _order(shelf, article, pair, heading)):
        if not told and passage.heading != CORE[0]:
            asked_of, told = _known(writing, telling, own), True
        if writing.left > floor:
            by = pressing.due(statement, telling.told, shelf.told) if telling.told and _steps(shelf, passage) else None
            shown = pressing.by(by, telling.told.today) if by and telling.told else ""
            beside = (asked_of,) if shown and asked_of and not statement.text.startswith("Send") else ()
            group = _group(shelf, article, passage, sharing=telling.sharing)
            writing.repeat(passage, statement, group, by=shown, beside=beside)
    if not told:
        _known(writing, telling, own)
    writing.sides(shelf, (s for _, s in chosen))


def _stated(shelf: Shelf, article: Article, told: FromQuestion | None) -> list[tuple[Stated, str]]:
    """What the question tells that bears on the article: all of it where its days press, else what decides."""
    if told is None:
        return []
    fields = None if on_ultimatum(article.id) else frozenset(fact.field for fact in article.facts)
    return list(pressing.sentences(told, shelf.told, fields))


def _known(writing: Sentences, telling: _Telling, own: Sequence[tuple[Stated, str]]) -> int | None:
    """Say what the question tells and what the case holds; the citation of the date that rules, where one does."""
    ruling = None
    for one, text in own:
        place = {"of": "question", "article": one.what, "title": "Your question", "heading": "", "quote": one.words}
        if writing.say(text, "From your question", "item", place) and telling.told and one is telling.told.ruling:
            ruling = len(writing.citations)
    _case(writing, telling.known)
    return ruling


def _order(shelf: Shelf, article: Article, pair: tuple[Passage, Statement], heading: str) -> tuple[int, int]:
    """Where a statement stands in the reply: by its passage, then as its passage has it."""
    passage, statement = pair
    if _steps(shelf, passage):
        return 2 * CORE.index("Steps") + (passage.heading != "Steps"), _at(passage.statements, statement)
    return _place(passage, heading), 100 * _at(article.passages, passage) + _at(passage.statements, statement)


def _at(things: Sequence[object], one: object) -> int:
    """The place of a thing among others, by identity: comparing two by value takes longer than all else."""
    return next(at for at, other in enumerate(things) if other is one)


def _steps(shelf: Shelf, passage: Passage) -> bool:
    """Whether a passage is told as steps: the article's own, or one that stands in for them."""
    return passage.heading == "Steps" or _instead(shelf, passage)


def _instead(shelf: Shelf, passage: Passage) -> bool:
    """Whether a passage only stands in for steps that would take too long."""
    return any(passage.heading == heading for _, heading in shelf.told.steps.values())


def _plan(article: Article, telling: _Telling, shelf: Shelf) -> list[tuple[Passage, Statement]]:
    """What could be said, the most needed first: by passage in order of use, by nearness to the question within it."""
    heading, asked = telling.heading, telling.asked
    terms = set(TERM.findall(asked.lower()))
    found: list[tuple[float, Passage, Statement]] = []
    for passage in article.passages:
        if passage.heading == DISAGREE or passage.heading in telling.done or _instead(shelf, passage):
            continue  # disputes are laid open by the list of both sides
        if passage.heading == "Steps" and on_ultimatum(article.id):
            found += [
                (_need(passage, heading, at), p, s)
                for at, (p, s) in enumerate(pressing.steps(shelf, article, telling.told))
            ]
            continue
        most = _SHARES.get(passage.heading, 4 if passage.heading == heading else 0)
        one_thing = _ONE_THING.search(asked) and passage.heading != CORE[0] and not on_ultimatum(article.id)
        if most and (telling.sharing or one_thing):
            most = max(1, most // 2)
        wanted = passage.core and on_ultimatum(article.id)  # whole where there is room, so in its own order
        near = list(passage.statements if wanted else sorted(passage.statements, key=lambda s: -_nearness(s, terms)))
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
            return -1.5 + 0.1 * at
        if passage.heading in ("What to avoid", "What it depends on"):
            return 0.1 * at + (0.5 if passage.heading == "What it depends on" else 0.0)
    if passage.heading == heading and not passage.core:
        return -1.0 + at * 0.6
    return at + 0.1 * CORE.index(passage.heading)


def _nearness(statement: Statement, terms: set[str]) -> int:
    return sum(1 for term in set(TERM.findall(statement.text.lower())) if term in terms)


def _that_fit(
    plan: Iterable[tuple[Passage, Statement]], room: int, shelf: Shelf, open_disputes: set[str]
) -> list[tuple[Passage, Statement]]:
    """As much of the plan as there is room for, counting what a dispute costs to lay open."""
    chosen, opened = [], set(open_disputes)
    for passage, statement in plan:
        cost = len(statement.text.split())
        fresh = [d for d in unopened(statement, shelf) if d not in opened]
        cost += sum(cost_of(shelf.disputes[d]) for d in fresh)
        if cost > room:
            continue
        room -= cost
        opened.update(fresh)
        chosen.append((passage, statement))
    return chosen


def _place(passage: Passage, heading: str) -> int:
    if passage.heading in CORE:
        return 2 * CORE.index(passage.heading)
    return 1 if passage.heading == heading else 2 * len(CORE)


def _group(shelf: Shelf, article: Article, passage: Passage, *, sharing: bool) -> str:
    if sharing:
        return article.title
    if _steps(shelf, passage):
        return "Steps"
    return "" if passage.heading == CORE[0] else passage.heading


def _contract(writing: Sentences, articles: Sequence[Article], facts: Mapping[str, CaseFact]) -> set[str]:
    """What the reader's own contract says on the subject of the first article, then the days that follow from it; the
    types of the clauses quoted."""
    asked = articles[0].clauses if articles else ()
    quotes, dates = (1, 1) if articles and on_ultimatum(articles[0].id) else (QUOTES, DATES)  # it needs the room
    told = [fact for clause in asked for fact in facts.values() if fact.clause == clause][:quotes]
    planned = bool(articles) and on_ultimatum(articles[0].id) and any(fact.of == "plan" for fact in facts.values())
    if set(asked) & DATED and not planned:  # the plan counts the same days
        told += [fact for fact in facts.values() if fact.clause == "date"][:dates]
    for fact in told:
        _own(writing, fact, "Your contract", "From your own contract")
    if planned:
        for fact in [f for f in facts.values() if f.of == "plan"][:CLOCKS]:
            _own(writing, fact, "Your plan", "From your own plan")
    return {fact.clause for fact in told}


def _own(writing: Sentences, fact: CaseFact, title: str, group: str) -> None:
    """What the reader's own papers say, cited as such."""
    place = {"of": fact.of, "article": fact.field, "title": title, "heading": fact.where, "quote": fact.says}
    writing.say(fact.says, group, "item", place)


def _case(writing: Sentences, known: Sequence[CaseFact]) -> None:
    for fact in known:
        _own(writing, fact, "Your answers", "From your own answers")


def _related(articles: Sequence[Article], leads: Sequence[Ranked]) -> tuple[str, ...]:
    used = {article.id for article in articles}
    near = [r for article in articles for r in article.related] + [lead.article for lead in leads]
    return tuple(r for r in dict.fromkeys(near) if r not in used)[:5]
