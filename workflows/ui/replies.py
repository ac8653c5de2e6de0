"""A reply of the guidance on the screen: its kind in words, its sentences by group, and what each citation rests on."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from workflows.domain.guidance import Citation, Exchange, Reply, Shelf
from workflows.domain.knowledge import RegisterEntry
from workflows.guidance.writing import as_text
from workflows.ui import cited, session

KINDS = {
    "answered": "",
    "partly": "Answered in part",
    "not_covered": "Not covered",
    "declined": "Declined",
    "needs_facts": "Depends on your own terms",
}


def show(key: str, exchange: Exchange, *, in_case: bool, newest: bool, fresh: bool) -> None:
    """Draw the reply to a question; with a case open, what the reader can still say leads to the interview."""
    desk = session.desk()
    shelf, register, reply = desk.guidance.shelf, desk.catalog.sources, exchange.reply
    cited.show(
        key,
        _sections(reply),
        {str(c.n): _note(c, shelf, register) for c in reply.citations},
        name=f"Answer to: {' '.join(exchange.question.split())}",
        lead=(KINDS[reply.kind], reply.reason),
        choices=[_asks(reply, in_case), _related(reply, shelf)],
        copy=as_text(reply, shelf.articles, register) if reply.sentences else "",
        newest=newest,
        fresh=fresh,
    )


def _sections(reply: Reply) -> list[dict[str, Any]]:
    plain = [
        cited.section(group, "h3", [(s.text, s.part, tuple(map(str, s.citations))) for s in said])
        for group, said in groupby(reply.sentences, key=lambda s: s.group)
    ]
    if not reply.short:
        return plain
    short = [(s.text, s.part, tuple(map(str, s.citations))) for s in reply.short]
    return [
        cited.section("In short, worded by a model and checked against the statements below", "h3", short),
        cited.section("The statements themselves", "h3", []),
        *plain,
    ]


def _asks(reply: Reply, in_case: bool) -> dict[str, Any]:
    does = "Answer it" if in_case else ""
    return {
        "title": "To say more, it would help to know",
        "first": reply.kind == "needs_facts",
        "of": [cited.choice(q.ask, does, f"field:{q.field}" if in_case else "") for q in reply.questions],
    }


def _related(reply: Reply, shelf: Shelf) -> dict[str, Any]:
    known = [shelf.articles[r] for r in reply.related if r in shelf.articles]
    title = "Nearest articles" if reply.kind == "not_covered" else "Related articles"
    return {"title": title, "first": False, "of": [cited.choice("", a.title, f"article:{a.id}") for a in known]}


def _note(c: Citation, shelf: Shelf, register: Mapping[str, RegisterEntry]) -> dict[str, Any]:
    if c.of == "case":
        lines = cited.passage([(c.quote, "prose")], c.quote)
        go = {"go": f"field:{c.article}", "does": "Go to that question"}
        return cited.note(str(c.n), "Your own answer", where=c.heading, passage=lines, **go)
    if c.of == "question":
        lines = cited.passage([(c.quote, "prose")], c.quote)
        return cited.note(str(c.n), "Your question", where="as you asked it", passage=lines)
    if c.of == "contract":
        remark = "From your own contract; look at the page before you rely on it."
        lines = cited.passage([(c.quote, "prose")], c.quote)
        go = {"go": "page:contracts", "does": "Open the contract page"}
        return cited.note(str(c.n), "Your own contract", where=c.heading, passage=lines, remark=remark, **go)
    if c.of == "plan":
        lines = cited.passage([(c.quote, "prose")], c.quote)
        go = {"go": "page:ultimatum", "does": "Open the plan"}
        return cited.note(str(c.n), "Your own plan", where=c.heading, passage=lines, **go)
    lines = cited.passage(_statements(c, shelf), c.quote)
    changed = "" if lines else "The article has changed since; these are the words it held. "
    there = c.article in shelf.articles
    return cited.note(
        str(c.n),
        c.title,
        where=c.heading,
        passage=lines or cited.passage([(c.quote, "prose")], c.quote),
        remark=changed + cited.general(c.sources),
        sources=cited.sources(c.sources, register),
        go=f"article:{c.article}" if there else "",
        does="Read the article" if there else "",
    )


def _statements(c: Citation, shelf: Shelf) -> list[Any]:
    if c.article.startswith("disputes:"):
        dispute = shelf.disputes.get(c.article.removeprefix("disputes:"))
        return cited.sides(dispute) if dispute else []
    passage = shelf.passage(c.article, c.heading)
    return [(s.text, s.part) for s in passage.statements] if passage else []
