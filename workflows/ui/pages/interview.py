"""The interview: one step at a time as a conversation, any step the same way, and after the last one a review."""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.knowledge import Step
from workflows.ui import asking, questions, review, session, sidebar, words
from workflows.ui.widgets import inert, messages, no_case


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
    _step(case, step, position=steps.index(step))


def _step(case: Case, step: Step, position: int) -> None:
    steps = session.desk().steps
    st.caption(f"Interview · step {position + 1} of {len(steps)}")
    st.title(f"{step.icon} {inert(step.title)}", anchor=False)
    review.contradictions(case, here=step.id)
    messages()
    with st.chat_message("assistant", avatar="🤝"):
        st.markdown(inert(step.opening))
        st.caption(
            "Leave open what you do not know. The line under a field opens to why the payer cares and where to find it. "
            "Every button below saves what you typed."
        )
    on = questions.screen(case, step)
    asking.ask(asking.Sheet(case, step, on, session.progress(case)[position].lacking, questions.problems()))
    before = steps[position - 1].id if position else ""
    after = steps[position + 1].id if position + 1 < len(steps) else session.REVIEW
    _buttons(step, before, after)
    words.conversation(case, step)


def _buttons(step: Step, before: str, after: str) -> None:
    with st.container(horizontal=True):
        if before:
            st.button("Back", key="back", icon=":material/arrow_back:", on_click=sidebar.open_step, args=(before,))
        st.button("Save", key="save", on_click=questions.save_and_tell)
        st.button("Save and continue", key="next", type="primary", on_click=sidebar.open_step, args=(after,))
        st.button("Skip for now", key="skip", type="tertiary", on_click=_skip, args=(step.id, after))
        st.button("Review", key="review", type="tertiary", on_click=sidebar.open_step, args=(session.REVIEW,))


def _skip(step: str, after: str) -> None:
    with session.told():
        if questions.save():
            session.desk().skip(st.session_state["case"], step)
            sidebar.open_step(after)


show()
