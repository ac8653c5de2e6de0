"""The review after the last step: every answer as it will be used, what is missing, and what cannot all be true."""

import streamlit as st

from workflows.domain.answers import Answer
from workflows.domain.case import Case, StepProgress
from workflows.domain.knowledge import Question, Step
from workflows.ui import session, sidebar
from workflows.ui.widgets import LOCK, inert, messages


def show(case: Case) -> None:
    """The review of a case."""
    st.caption("Interview · review")
    st.title("Review your answers", anchor=False)
    contradictions(case)
    messages()
    unread = [a.field for a in case.answers.values() if a.given_by == "notes"]
    if unread:
        st.info(
            f"{len(unread)} values were only read from notes. Letters cannot be approved until they are confirmed.",
            icon=":material/speaker_notes:",
        )
        st.button("Confirm all of them", key="confirm_all", on_click=_confirm, args=(unread,))
    with st.container(horizontal=True):
        st.page_link(session.page("leverage"), label="See your leverage", icon=":material/bar_chart:")
        st.page_link(session.page("letters"), label="Go to the letters", icon=":material/mail:")
    for step, progress in zip(session.desk().steps, session.progress(case), strict=True):
        _step(case, step, progress)


def contradictions(case: Case, here: str = "") -> None:
    """Answers that cannot all be true, with the way to each step they stand in."""
    for n, found in enumerate(session.contradictions(case)):
        st.warning(
            f"**These cannot all be true.** {inert(found.says)} Letters go without them until you mend one.",
            icon=":material/warning:",
        )
        steps = dict.fromkeys(field.partition(".")[0] for field in found.fields)
        elsewhere = [s for s in session.desk().steps if s.id in steps and s.id != here]
        if elsewhere:
            with st.container(horizontal=True):
                for step in elsewhere:
                    st.button(
                        f"Go to {inert(step.title)}",
                        key=f"clash{n}_{step.id}",
                        on_click=sidebar.open_step,
                        args=(step.id,),
                    )


def _step(case: Case, step: Step, progress: StepProgress) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.header(f"{step.icon} {inert(step.title)}", anchor=False, width="content")
            st.button(
                "Edit",
                key=f"edit_{step.id}",
                icon=":material/edit:",
                help=f"Go to {step.title}",
                on_click=sidebar.open_step,
                args=(step.id,),
            )
        answered = [(q, case.answers[f]) for q in step.questions if (f := f"{step.id}.{q.id}") in case.answers]
        if answered:
            st.markdown("\n".join(_line(question, given) for question, given in answered))
        else:
            st.caption("Left for later." if progress.skipped else "Nothing answered yet.")
        for question, given in answered:
            if given.given_by == "notes":
                st.button(
                    f"Confirm: {inert(question.label)}",
                    key=f"confirm_{given.field}",
                    on_click=_confirm,
                    args=([given.field],),
                    icon=":material/check:",
                )
        if progress.lacking:
            st.markdown(
                ":material/pending: **Letters still lack:** " + " ".join(inert(what) for what in progress.lacking)
            )


def _line(question: Question, given: Answer) -> str:
    said = session.desk().in_words(given.field, given.value).split("\n")
    lock = f" {LOCK} private" if given.visibility == "private" else ""
    read = (
        f' :material/speaker_notes: read from your notes: "{inert(given.quote)}"' if given.given_by == "notes" else ""
    )
    label = inert(question.label.removeprefix("... "))
    if len(said) == 1:
        return f"- **{label}:** {inert(said[0])}{lock}{read}"
    return "\n".join([f"- **{label}:**{lock}{read}", *(f"    - {inert(row)}" for row in said)])


def _confirm(fields: list[str]) -> None:
    with session.told():
        session.desk().confirm(st.session_state["case"], fields)
        session.say("Confirmed.", "done")
