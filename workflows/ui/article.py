"""One article of the guidance on the screen: its passages with their sources, disputes with both sides, and the way on."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from workflows.domain.guidance import Article, Dispute, Shelf, Statement
from workflows.domain.knowledge import RegisterEntry
from workflows.ui import cited, session
from workflows.ui.conversation import BOX
from workflows.ui.widgets import inert

QUESTIONS = 6
"""Questions shown of those an article answers: enough to see what it is about."""


def show(article: Article, *, in_case: bool) -> None:
    """The whole article."""
    desk = session.desk()
    shelf, register = desk.guidance.shelf, desk.catalog.sources
    with st.container(horizontal=True):
        st.button("All articles", key="all", icon=":material/arrow_back:", on_click=cited.open_article, args=("",))
        st.button("Ask about this", key="ask_this", icon=":material/contact_support:", on_click=_ask, args=(article,))
    st.title(inert(article.title), anchor=False)
    _flags(article)
    disputes = [shelf.disputes[d] for d in article.disputes if d in shelf.disputes]
    numbers = _numbers(article, disputes, register)
    cited.show(
        f"article_{article.id}",
        [
            *(cited.section(p.heading, "h2", [_line(s, numbers) for s in p.statements]) for p in article.passages),
            *_disputes(disputes, numbers),
            _sources(numbers, register),
        ],
        {n: _note(n, register[s]) for s, n in numbers.items()} | {d.id: _dispute(d) for d in disputes},
        choices=_choices(article, shelf, in_case),
    )


def _ask(article: Article) -> None:
    st.session_state[BOX] = f"{article.title}: "
    session.goto("ask")


def _flags(article: Article) -> None:
    day = article.reviewed
    with st.container(horizontal=True):
        st.badge(f"Reviewed {day:%B} {day.day}, {day.year}", icon=":material/event:", color="gray")
        if article.state_dependent:
            st.badge("Differs by state", icon=":material/gavel:", color="orange")
        if article.time_sensitive:
            st.badge("Goes stale: check the current rule", icon=":material/history:", color="orange")
    st.caption(
        "General information, not legal advice. A number opens the source of a statement; "
        "a statement without one is general knowledge of negotiators."
    )


def _numbers(article: Article, disputes: list[Dispute], register: Mapping[str, RegisterEntry]) -> dict[str, str]:
    """The numbers of the sources, in the order in which they are met."""
    met = [s for p in article.passages for said in p.statements for s in said.sources]
    met += [s for d in disputes for side in d.sides for s in side.sources]
    return {s: str(n) for n, s in enumerate((s for s in dict.fromkeys(met) if s in register), 1)}


def _line(said: Statement, numbers: Mapping[str, str]) -> cited.Line:
    return said.text, said.part, (*(numbers[s] for s in said.sources if s in numbers), *said.disputes)


def _disputes(disputes: list[Dispute], numbers: Mapping[str, str]) -> list[dict[str, Any]]:
    both = [cited.section("Both sides", "h2", [])] if disputes else []
    for d in disputes:
        sides: list[cited.Line] = [
            (side.says, "item", tuple(numbers[s] for s in side.sources if s in numbers)) for side in d.sides
        ]
        both.append(cited.section(d.question, "h3", [*sides, (f"How to read it: {d.reading}", "prose", ())]))
    return both


def _note(n: str, entry: RegisterEntry) -> dict[str, Any]:
    where = ", ".join(filter(None, (entry.publisher or "Practice-advisory text", entry.year or "undated")))
    return cited.note(n, entry.title, where=where, remark=entry.url)


def _dispute(d: Dispute) -> dict[str, Any]:
    return cited.note("disputed", d.question, passage=cited.passage(cited.sides(d)))


def _sources(numbers: Mapping[str, str], register: Mapping[str, RegisterEntry]) -> dict[str, Any]:
    listed = [{"text": cited.named(register[s]), "marks": [], "address": register[s].url} for s in numbers]
    blocks = [{"part": "step", "sentences": listed}] if listed else []
    return {"title": "Sources" if listed else "", "level": "h2", "blocks": blocks}


def _choices(article: Article, shelf: Shelf, in_case: bool) -> list[dict[str, Any]]:
    does = "Answer it" if in_case else ""
    decides = [cited.choice(f.ask, does, f"field:{f.field}" if in_case else "") for f in article.facts]
    related = [cited.choice("", shelf.articles[r].title, f"article:{r}") for r in article.related]
    return [
        {"title": "What decides it in your case", "first": False, "of": decides},
        {
            "title": "It answers questions such as",
            "first": False,
            "of": [cited.choice(q, "", "") for q in article.questions[:QUESTIONS]],
        },
        {"title": "Related articles", "first": False, "of": related},
    ]
