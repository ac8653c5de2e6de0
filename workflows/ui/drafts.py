"""A draft on the screen: its status, the letter with every sentence selectable, and what it still lacks."""

from collections.abc import Sequence

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
HEIGHT = 760


def status(draft: Draft, objections: Sequence[Objection]) -> None:
    """What the draft is fit for, its notes, and what the guard has against it."""
    name, icon, color = STATUS[draft.status]
    with st.container(horizontal=True):
        st.badge(name, icon=icon, color=color)  # type: ignore[arg-type]
        if draft.gaps:
            st.badge(f"{len(draft.gaps)} gaps", icon=":material/pending:", color="orange")
        if objections:
            st.badge(f"{len(objections)} objections of the guard", icon=":material/gpp_maybe:", color="red")
    for note in draft.notes:
        st.info(inert(note), icon=":material/info:")
    if draft.status == "unconfirmed":
        st.button("Confirm them in the review", key="to_review", on_click=sidebar.open_step, args=(session.REVIEW,))


def selected(draft: Draft) -> Sentence | None:
    """The sentence whose evidence is shown: the one chosen, or the first that has evidence."""
    slot = st.session_state.get("slot")
    sentences = draft.sentences()
    chosen = next((s for s in sentences if s.slot == slot), None)
    return chosen or next((s for s in sentences if s.evidence), None)


def letter(draft: Draft, objections: Sequence[Objection]) -> None:
    """The letter as it will read; each sentence is a button that shows its evidence."""
    st.subheader("The draft", anchor=False)
    st.caption("Choose a sentence to see what holds it.")
    current = selected(draft)
    troubled = {o.slot for o in objections}
    with st.container(border=True, height=HEIGHT, key="paper", gap="small"):
        for section in draft.sections:
            _section(section, current.slot if current else "", troubled)


def _section(section: Section, current: str, troubled: set[str]) -> None:
    if section.title:
        st.markdown(f"#### {inert(section.title)}")
    with st.container(gap=None):
        for sentence in section.sentences:
            _sentence(sentence, current, troubled)
    if section.table:
        st.markdown(_table(section.table))
        if section.table.note:
            _sentence(section.table.note, current, troubled)


def _sentence(sentence: Sentence, current: str, troubled: set[str]) -> None:
    icon = None
    if sentence.slot in troubled:
        icon = ":material/gpp_maybe:"
    elif sentence.kind == "gap" or sentence.gaps:
        icon = ":material/pending:"
    elif sentence.edited:
        icon = ":material/edit:"
    st.button(inert(sentence.wording), key=f"s_{sentence.slot}", icon=icon, wrap=True, on_click=_choose,
              type="secondary" if sentence.slot == current else "tertiary", args=(sentence.slot,))  # fmt: skip


def _choose(slot: str) -> None:
    st.session_state["slot"] = slot


def _table(table: Table) -> str:
    rows = [*table.rows, *([table.total] if table.total else [])]
    rule = "|".join("---:" if a == "r" else "---" for a in table.aligned)
    body = (f"| {' | '.join(inert(cell.text) for cell in row)} |" for row in rows)
    return "\n".join((f"| {' | '.join(inert(h) for h in table.header)} |", f"|{rule}|", *body))


def gaps(draft: Draft) -> None:
    """What is missing, why the payer cares, who has it, and the way to the step that takes it."""
    if not draft.gaps:
        return
    st.header(f"What is missing ({len(draft.gaps)})", anchor=False)
    for n, gap in enumerate(draft.gaps):
        with st.container(border=True):
            st.markdown(f":material/pending: **{inert(gap.what)}**\n\n**Why the payer cares.** {inert(gap.why)}\n\n"
                        f"**Where to find it.** {inert(gap.where)}")  # fmt: skip
            if "." in gap.field:
                st.button("Answer it in the interview", key=f"gap{n}", on_click=sidebar.open_step,
                          args=(gap.field.partition(".")[0],), help=inert(gap.what))  # fmt: skip
