"""The interview: one step at a time as a conversation, any step the same way, and after the last one a review."""

from typing import Any

import streamlit as st

from workflows.domain.case import Case, Standing
from workflows.domain.knowledge import Question, Step
from workflows.ui import questions, review, session, sidebar, words
from workflows.ui.widgets import LOCK, inert, messages, no_case, source_line


def show() -> None:
    """The page."""
    case = session.opened_case()
    if case is None:
        st.title("Interview", anchor=False)
        messages()
        no_case()
        return
    steps = session.desk().steps
    asked = st.session_state.get("step")
    if asked == session.REVIEW:
        review.show(case)
        return
    step = next((s for s in steps if s.id == asked), steps[0])
    st.session_state["step"] = step.id
    _step(case, step, session.standing(case), position=steps.index(step))


def _step(case: Case, step: Step, standing: Standing, position: int) -> None:
    steps = session.desk().steps
    st.caption(f"Interview · step {position + 1} of {len(steps)}")
    st.title(f"{step.icon} {inert(step.title)}", anchor=False)
    review.contradictions(standing, here=step.id)
    messages()
    with st.chat_message("assistant", avatar="🤝"):
        st.markdown(inert(step.opening))
        st.caption("Leave open what you do not know. Every button below saves what you typed.")
    on = questions.screen(case, step)
    needed = {gap.field for gap in standing.gaps}
    grid = st.grid(2, min_column_width=270, gap=("medium", "medium"))
    for group in _groups(step):
        _group(grid, step, group, on, needed)
    before = steps[position - 1].id if position else ""
    after = steps[position + 1].id if position + 1 < len(steps) else session.REVIEW
    _buttons(step, before, after)
    words.conversation(case, step)


def _groups(step: Step) -> list[list[Question]]:
    """Questions together with those that only complete them (their label begins with dots)."""
    groups: list[list[Question]] = []
    for question in step.questions:
        if groups and question.label.startswith("..."):
            groups[-1].append(question)
        else:
            groups.append([question])
    return groups


def _group(grid: Any, step: Step, group: list[Question], on: dict[str, Any], needed: set[str]) -> None:
    """A question in a cell of its own, across the page where it is long; with those that complete it, in a frame."""
    if len(group) == 1:
        with grid.cell(column_span="all" if questions.is_long(group[0]) else 1), st.container(gap="xsmall"):
            _question(step, group[0], on, needed)
        return
    with grid.cell(column_span="all"), st.container(border=True):
        inner = st.grid(2, min_column_width=240, gap=("medium", "medium"))
        for question in group:
            with inner.cell(column_span="all" if questions.is_long(question) else 1), st.container(gap="xsmall"):
                _question(step, question, on, needed, under="" if question is group[0] else group[0].label)


def _question(step: Step, question: Question, on: dict[str, Any], needed: set[str], under: str = "") -> None:
    name = f"{step.id}.{question.id}"
    if st.session_state.get("conflict") == name:
        _conflict(name)
    if any(c.label == words.ICD for c in question.columns):
        words.look_up(step, question, on)
    questions.field(step, question, on, under)
    need = " :material/pending: Letters need this." if name in needed else ""
    kept = f" {LOCK} Never in a letter." if question.visibility == "private" else ""
    st.caption(f"{inert(question.ask)} {questions.hint(question)}{need}{kept}")
    with st.expander("Why the payer cares, where to find it", type="compact", key=f"why_{name}"):
        register = session.desk().catalog.sources
        st.markdown(
            f"**Why the payer cares.** {inert(question.why)} Source: {source_line(question.sources, register)}.\n\n"
            f"**Where to find it.** {inert(question.where)}\n\n**A strong answer.** {inert(question.strong)}"
        )


def _conflict(name: str) -> None:
    given = session.opened_case()
    theirs = given.answers.get(name) if given else None
    said = session.desk().in_words(name, theirs.value) if theirs else "no answer"
    st.warning(
        f"Somebody else answered this meanwhile: **{inert(said)}**. Yours is still below.", icon=":material/group:"
    )
    with st.container(horizontal=True):
        st.button("Keep theirs", key="theirs", on_click=questions.keep_theirs, args=(name,))
        st.button("Save mine", key="yours", on_click=_save, kwargs={"overrule": name})


def _buttons(step: Step, before: str, after: str) -> None:
    if problems := st.session_state.get("problems"):
        labels = [inert(session.desk().question(field)[1].label.removeprefix("... ")) for field in problems]
        st.error(f"Nothing is saved yet. To mend above: {'; '.join(labels)}.", icon=":material/error:")
    with st.container(horizontal=True):
        if before:
            st.button("Back", key="back", icon=":material/arrow_back:", on_click=sidebar.open_step, args=(before,))
        st.button("Save", key="save", on_click=_save)
        st.button("Save and continue", key="next", type="primary", on_click=sidebar.open_step, args=(after,))
        st.button("Skip for now", key="skip", type="tertiary", on_click=_skip, args=(step.id, after))


def _save(overrule: str = "") -> None:
    if questions.save(overrule=overrule):
        session.say("Saved.", "done")


def _skip(step: str, after: str) -> None:
    with session.told():
        if questions.save():
            session.desk().skip(st.session_state["case"], step)
            sidebar.open_step(after)


show()
