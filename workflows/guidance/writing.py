"""A reply as text for a terminal and as the JSON of docs/commands.md."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from workflows.domain.guidance import Article, Citation, Reply
from workflows.domain.knowledge import RegisterEntry

LEADS = {
    "answered": "",
    "partly": "Answered in part. ",
    "not_covered": "Not covered. ",
    "declined": "Declined. ",
    "needs_facts": "It depends on your own terms. ",
}
GENERAL = "general knowledge of negotiators, no source"


_OWN = {
    "case": "your own answer",
    "contract": "your own contract",
    "plan": "your own plan for the ultimatum",
}


def as_json(reply: Reply, articles: Mapping[str, Article], register: Mapping[str, RegisterEntry]) -> dict[str, Any]:
    """The public shape; see docs/commands.md."""
    found: dict[str, Any] = {
        "kind": reply.kind,
        "sentences": [{"text": s.text, "citations": list(s.citations), "group": s.group} for s in reply.sentences],
        "citations": [_citation(c, register) for c in reply.citations],
        "related": [{"article": r, "title": articles[r].title} for r in reply.related if r in articles],
    }
    if reply.reason:
        found["reason"] = reply.reason
    if reply.questions:
        found["questions"] = [{"field": q.field, "ask": q.ask} for q in reply.questions]
    return found


def as_text(reply: Reply, articles: Mapping[str, Article], register: Mapping[str, RegisterEntry]) -> str:
    """The reply for people: sentences with the numbers of their citations, then where each stands."""
    lines = [f"{LEADS[reply.kind]}{reply.reason}".strip()] if reply.reason or LEADS[reply.kind] else []
    for group, sentences in groupby(reply.sentences, key=lambda s: s.group):
        lines.append(f"\n{group}" if group else "")
        for s in sentences:
            numbers = "".join(f"[{n}]" for n in s.citations)
            lines.append(f"{'- ' if group else ''}{s.text} {numbers}")
    if reply.questions:
        lines += ["\nTo say more, it would help to know:", *(f"- {q.ask}" for q in reply.questions)]
    if reply.citations:
        lines.append("\nWhere it stands")
        lines += [f"[{c.n}] {_place(c, register)}" for c in reply.citations]
    if titles := [articles[r].title for r in reply.related if r in articles]:
        lines.append("\nRelated: " + "; ".join(titles))
    lines.append("\nGeneral information, not legal advice. Check your state, your plan type and your own agreement.")
    return "\n".join(lines).strip()


def _citation(citation: Citation, register: Mapping[str, RegisterEntry]) -> dict[str, Any]:
    sources = [
        {
            "id": s,
            "title": register[s].title,
            "publisher": register[s].publisher,
            "url": register[s].url,
            "year": register[s].year,
        }
        for s in citation.sources
        if s in register
    ]
    return {
        "n": citation.n,
        "of": citation.of,
        "article": citation.article,
        "title": citation.title,
        "heading": citation.heading,
        "quote": citation.quote,
        "sources": sources,
    }


def _place(citation: Citation, register: Mapping[str, RegisterEntry]) -> str:
    """Where a sentence stands: a passage or the reader's own papers with what is behind them, or words of the question."""
    if citation.of == "question":
        return f"{citation.title}: \u201c{citation.quote}\u201d"
    return f"{citation.title}, \u201c{citation.heading}\u201d: {_sources(citation, register)}"


def _sources(citation: Citation, register: Mapping[str, RegisterEntry]) -> str:
    if citation.of != "guidance":
        return _OWN[citation.of]
    names = [
        ", ".join(filter(None, (register[s].title, register[s].publisher, register[s].year)))
        for s in citation.sources
        if s in register
    ]
    return "; ".join(names) or GENERAL
