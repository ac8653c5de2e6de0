"""Cited text on the screen: sentences with numbered marks, each of which opens what the sentence rests on in place.

Drawn by a small component of our own (cited.js): a reply has some twenty citations, which would be twenty widgets and
a run of the page for each that is opened. It gets plain text and gives back what was chosen in it, so that nothing of
a question, an answer or an article can act as markup.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from workflows.domain.guidance import Dispute, Part
from workflows.domain.knowledge import RegisterEntry
from workflows.guidance.writing import GENERAL
from workflows.ui import session, sidebar

_HERE = Path(__file__).parent
_CITED = st.components.v2.component(
    "parley_cited",
    html='<div class="cited"></div>',
    css=(_HERE / "cited.css").read_text(encoding="utf-8"),
    js=(_HERE / "cited.js").read_text(encoding="utf-8"),
)
Line = tuple[str, Part, tuple[str, ...]]
"""A sentence, how it stands on the page, and the keys of the notes that its marks open."""


def show(
    key: str,
    sections: Sequence[dict[str, Any]] = (),
    notes: Mapping[str, dict[str, Any]] = MappingProxyType({}),
    *,
    name: str = "",
    lead: tuple[str, str] = ("", ""),
    choices: Iterable[dict[str, Any]] = (),
    copy: str = "",
    newest: bool = False,
    fresh: bool = False,
) -> None:
    """Draw sections of cited text under the hidden heading `name`. The `newest` comes into view by itself; `fresh`
    text appears sentence by sentence."""
    data = {
        "name": name,
        "lead": {"label": lead[0], "reason": lead[1]} if any(lead) else None,
        "sections": list(sections),
        "notes": dict(notes),
        "choices": [c for c in choices if c["of"]],
        "copy": copy,
        "newest": newest,
        "fresh": fresh,
    }
    key = key.replace("_", ".")  # Streamlit refuses a component whose key holds two underscores, as a case id may
    _CITED(data=data, key=key, on_chosen_change=lambda: _follow(st.session_state[key].chosen))


def _follow(chosen: str) -> None:
    kind, _, name = (chosen or "").partition(":")
    if kind == "article":
        open_article(name)
    elif kind == "page":
        session.goto(name)
    elif kind == "field":
        sidebar.open_step(name.partition(".")[0])


def open_article(article: str) -> None:
    """Go to an article of the guidance from anywhere; "" for the list of all."""
    st.session_state["article"] = article
    st.query_params["article"] = article
    session.goto("articles")


def section(title: str, level: str, lines: Iterable[Line]) -> dict[str, Any]:
    """A heading with its sentences; steps and items become lists, quotations stand out."""
    blocks = [
        {"part": part, "sentences": [{"text": text, "marks": list(marks)} for text, _, marks in block]}
        for part, block in groupby(lines, key=lambda line: line[1])
    ]
    return {"title": title, "level": level, "blocks": blocks}


def note(mark: str, title: str, **rest: Any) -> dict[str, Any]:
    """What a mark opens: title, place, passage with the words quoted from it, sources, and a way on."""
    spoken = f"Citation {mark}: {title}" if mark.isdigit() else f"{mark.capitalize()}: {title}"
    plain = {"where": "", "passage": [], "remark": "", "sources": [], "go": "", "does": ""}
    return {"mark": mark, "spoken": spoken, "title": title, **plain, **rest}


def choice(says: str, does: str, go: str, under: str = "") -> dict[str, str]:
    """A line with a button that leads on and words under it; the button is read out with the line it stands in."""
    return {"says": says, "does": does, "go": go, "under": under, "spoken": f"{does}: {says}" if says else does}


def passage(statements: Iterable[tuple[str, Part]], quote: str = "") -> list[dict[str, str]]:
    """The lines of a passage with the quoted words apart; [] where the passage no longer holds them."""
    found = [_parted(text, part, quote) for text, part in statements]
    return found if any(line["quoted"] for line in found) or not quote else []


def _parted(text: str, part: Part, quote: str) -> dict[str, str]:
    before, quoted, after = text.partition(quote) if quote else (text, "", "")
    return {"part": part, "before": before, "quoted": quoted, "after": after}


def sides(dispute: Dispute) -> list[tuple[str, Part]]:
    """Both sides of a dispute and how to read it, as the lines of a passage."""
    return [*((side.says, "item") for side in dispute.sides), (dispute.reading, "prose")]


def sources(ids: Iterable[str], register: Mapping[str, RegisterEntry]) -> list[dict[str, str]]:
    """Sources with publisher, year and address, the address as text: no page here links to a stranger."""
    return [{"says": named(register[s]), "address": register[s].url} for s in ids if s in register]


def named(entry: RegisterEntry) -> str:
    """A source as title, publisher and year."""
    return f"{entry.title}. {entry.publisher or 'Practice-advisory text'}, {entry.year or 'undated'}."


def general(ids: Iterable[str]) -> str:
    """What is said of a statement that has no source."""
    return "" if any(True for _ in ids) else f"{GENERAL[:1].upper()}{GENERAL[1:]}."
