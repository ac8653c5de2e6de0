"""A draft on the screen: its status, the letter with every sentence selectable, and what it still lacks.

The letter is drawn by a small component of our own (paper.js), because a sentence inside a paragraph is not a widget
that Streamlit has. It gets plain text and gives back the slot that was chosen.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from workflows.domain.draft import Draft, Objection, Section, Sentence, Table
from workflows.ui import session, sidebar
from workflows.ui.widgets import inert

STATUS = {
    "ready": ("Ready to approve", ":material/task_alt:", "green"),
    "with_gaps": ("Has marked gaps", ":material/pending:", "orange"),
    "unconfirmed": ("Values from notes to confirm", ":material/speaker_notes:", "orange"),
    "first_letter": ("First letter: asks for documents", ":material/mail:", "blue"),
}
_HERE = Path(__file__).parent
_PAPER = st.components.v2.component(
    "parley_paper",
    html='<div class="paper" role="group" aria-label="The letter; choose a sentence to see what holds it"></div>',
    css=(_HERE / "paper.css").read_text(encoding="utf-8"),
    js=(_HERE / "paper.js").read_text(encoding="utf-8"),
)


def status(draft: Draft, objections: Sequence[Objection]) -> None:
    """What the draft is fit for, its notes, and what the guard has against it."""
    name, icon, color = STATUS[draft.status]
    with st.container(horizontal=True):
        st.badge(name, icon=icon, color=color)  # type: ignore[arg-type]
        if draft.gaps:
            st.badge(f"{len(draft.gaps)} missing, listed below", icon=":material/pending:", color="orange")
        if objections:
            st.badge(f"{len(objections)} objections of the guard", icon=":material/gpp_maybe:", color="red")
    if objections:
        _objections(draft, objections)
    for note in draft.notes:
        st.info(inert(note), icon=":material/info:")
    if draft.status == "unconfirmed":
        st.button("Confirm them in the review", key="to_review", on_click=sidebar.open_step, args=(session.REVIEW,))


def _objections(draft: Draft, objections: Sequence[Objection]) -> None:
    wordings = {s.slot: s.wording for s in draft.sentences()}
    with st.expander("What the guard objects to", expanded=True, icon=":material/gpp_maybe:"):
        for n, o in enumerate(objections):
            weight = "keeps the letter from being approved" if o.hard else "a remark"
            st.markdown(f"**“{inert(o.words)}”**: {inert(o.says)} ({weight}).")
            if o.slot in wordings:
                st.button(
                    "Show the sentence", key=f"object{n}", on_click=_show, args=(o.slot,), help=inert(wordings[o.slot])
                )


def _show(slot: str) -> None:
    """Turn to a sentence; what was typed for the one shown until now is kept first, and if refused, one stays."""
    if session.keep_wording():
        st.session_state["slot"] = slot


def selected(draft: Draft) -> Sentence | None:
    """The sentence whose evidence is shown: the one chosen, or the first of the running text that rests on any."""
    slot = st.session_state.get("slot")
    sentences = draft.sentences()
    prose = (s for section in draft.sections if section.style != "lines" for s in section.sentences)
    return next((s for s in sentences if s.slot == slot), None) or next(
        (s for s in prose if s.kind in ("assertion", "request") and len(s.evidence) > 1), next(iter(sentences), None)
    )


def letter(draft: Draft, objections: Sequence[Objection]) -> None:
    """The letter as it will read; choosing a sentence shows its evidence."""
    current = selected(draft)
    troubled = {o.slot for o in objections}
    drawn = [_section(section, troubled) for section in draft.sections]
    _PAPER(data={"sections": drawn, "selected": current.slot if current else ""}, key="paper", on_slot_change=_choose)


def _choose() -> None:
    _show(st.session_state["paper"].slot)


def _section(section: Section, troubled: set[str]) -> dict[str, Any]:
    note = section.table.note if section.table else None
    return {
        "title": section.title,
        "style": section.style,
        "sentences": [_sentence(s, troubled) for s in section.sentences],
        "table": _table(section.table) if section.table else None,
        "note": _sentence(note, troubled) if note else None,
    }


def _sentence(s: Sentence, troubled: set[str]) -> dict[str, str]:
    mark = (
        "objection"
        if s.slot in troubled
        else "gap"
        if s.kind == "gap" or s.gaps
        else "your wording"
        if s.edited
        else ""
    )
    return {"slot": s.slot, "text": s.wording, "mark": mark}


def _table(table: Table) -> dict[str, Any]:
    return {
        "header": table.header,
        "aligned": table.aligned,
        "rows": [[cell.text for cell in row] for row in table.rows],
        "total": [cell.text for cell in table.total] if table.total else None,
    }


def gaps(draft: Draft) -> None:
    """What is missing, why the payer cares, who has it, and the way to the step that takes it."""
    if not draft.gaps:
        return
    st.header(f"What is missing ({len(draft.gaps)})", anchor=False)
    for n, gap in enumerate(draft.gaps):
        with st.container(border=True):
            st.markdown(
                f":material/pending: **{inert(gap.what)}**\n\n**Why the payer cares.** {inert(gap.why)}\n\n"
                f"**Where to find it.** {inert(gap.where)}"
            )
            if "." in gap.field:
                st.button(
                    "Answer it in the interview",
                    key=f"gap{n}",
                    on_click=sidebar.open_step,
                    args=(gap.field.partition(".")[0],),
                    help=inert(gap.what),
                )
