"""Small things every page shows: user text made inert, grades, sources, messages.

Streamlit reads Markdown in most places where it shows text: images and links, raw directives such as :red[...], emoji
shortcodes, icons and LaTeX between dollar signs. Text that came from a person or a file goes through `inert` first.
"""

import re
from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from workflows.domain.evidence import Grade
from workflows.domain.knowledge import RegisterEntry
from workflows.ui import session

LOCK = ":material/lock:"
GRADES: dict[Grade, tuple[str, str]] = {
    "measured": ("Measured", "counted or reported, with a period, a comparator or a method"),
    "estimated": ("Estimated", "a figure, but something that would prove it is missing"),
    "asserted": ("Asserted", "said, not yet shown"),
}
_ICONS: dict[Grade, str] = {
    "measured": ":material/check_circle:",
    "estimated": ":material/timelapse:",
    "asserted": ":material/chat_bubble_outline:",
}
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&@])")
# Emoji, icons, directives, web and mail addresses are found in the finished text, where a backslash is already gone; a
# word joiner (invisible, no width) between the mark and the word is what stops them.
_FOUND_LATER = re.compile(r"(\\:|\\@)(?=[\w\\/])|(?<=\bwww)(?=\\\.)", re.I)


class _Named(Protocol):
    @property
    def title(self) -> str: ...


def inert(text: str) -> str:
    """`text` for a place that reads Markdown: shown as it was typed, on one line, and nothing of it acts."""
    one_line = re.sub(r"\s+", " ", text)
    return _FOUND_LATER.sub(lambda m: f"{m.group(1) or ''}\u2060", _MARKS.sub(r"\\\1", one_line))


def label(text: str, private: bool = False) -> str:
    """The label of a widget, with a lock where the answer is private. The words are ours, from knowledge/, and stay as
    they are: Streamlit reads a label aloud as it is written, escapes and icon names included."""
    return f"{text} 🔒" if private else text


def source_line(sources: Sequence[str], register: dict[str, RegisterEntry]) -> str:
    """Sources as "Title (publisher, year)", the title a link where the register gives an address."""
    told = []
    for entry in (register[s] for s in sources if s in register):
        after = ", ".join(inert(part) for part in (entry.publisher or "practice-advisory text", entry.year) if part)
        safe = entry.url.startswith("https://") and not re.search(r"[()\s<>\"]", entry.url)
        told.append(f"[{inert(entry.title)}]({entry.url}) ({after})" if safe else f"{inert(entry.title)} ({after})")
    return "; ".join(told)


def grade_mark(given: Grade) -> str:
    """A grade inside a line: icon and word."""
    return f"{_ICONS[given]} {GRADES[given][0]}"


def grade(given: Grade) -> None:
    """A grade as a badge: a word and an icon, never colour alone."""
    color = {"measured": "green", "estimated": "blue", "asserted": "gray"}[given]
    st.badge(GRADES[given][0], icon=_ICONS[given], color=color, help=GRADES[given][1])  # type: ignore[arg-type]


def messages() -> None:
    """What the desk said since the last run."""
    if found := session.said():
        kind, sentence = found
        match kind:
            case "error":
                st.error(inert(sentence), icon=":material/error:")
            case "done":
                st.toast(inert(sentence), icon=":material/check_circle:")
            case _:
                st.info(inert(sentence), icon=":material/info:")


def no_case() -> None:
    """What a page says when no case is open."""
    with st.container(border=True):
        st.markdown("**No case is open.** A case holds one practice and one payer. Begin with one on the Cases page.")
        st.page_link(session.page("cases"), label="Go to Cases", icon=":material/folder_open:")


def where_words_go() -> str:
    """One sentence: nothing leaves, or what may, where a language model is set up."""
    endpoint = session.desk().models.endpoint
    if endpoint is None:
        return "Everything stays on this machine: nothing is sent anywhere."
    return f"Everything stays on this machine but what Settings names for the language model at {inert(endpoint.host)}."


def footer() -> None:
    """What Parley is not, and where the data stay."""
    st.space("medium")
    st.caption(
        f"General information, not legal advice. {where_words_go()} "
        "Parley acts for one practice alone; never share or settle rates or limits with other practices."
    )
