"""The sidebar: which case is open, how far it is, what contradicts itself, and the way to every step."""

from collections.abc import Sequence

import streamlit as st

from workflows.domain.case import Case, StepProgress
from workflows.domain.knowledge import Step
from workflows.ui import session
from workflows.ui.widgets import inert

_FOLD = """export default () => {
  if (innerWidth < 768) document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
}"""


def show(page: str) -> None:
    """The sidebar of a run; called last, so that it counts what the page has just saved."""
    case = session.opened_case()
    if case is None:
        return
    desk, progress = session.desk(), session.progress(case)
    with st.sidebar:
        st.markdown(f"**{inert(case.title)}**")
        answered, asked = (sum(getattr(p, name) for p in progress) for name in ("answered", "asked"))
        st.progress(answered / asked, text=f"{answered} of {asked} questions answered")
        _lacking(progress)
        if page != "Interview":
            _contradictions(case)
        _steps(desk.steps, progress, current=st.session_state.get("step", "") if page == "Interview" else "")
        if desk.can_undo(case.id):
            st.button("Undo last change", icon=":material/undo:", key="undo", on_click=_undo, args=(case.id,))
        if step := st.session_state.pop("chosen", ""):  # on a phone the sidebar covers the page, so it folds away
            st.components.v2.component("parley_fold", js=_FOLD)(key=f"fold_{step}")


def _lacking(progress: Sequence[StepProgress]) -> None:
    missing = sum(len(p.lacking) for p in progress)
    if missing:
        things = "thing" if missing == 1 else "things"
        st.caption(f":material/pending: Letters still lack {missing} {things}; the review lists them.")
    else:
        st.caption(":material/task_alt: Letters have all they need.")


def _contradictions(case: Case) -> None:
    for n, found in enumerate(session.contradictions(case)):
        step = found.fields[0].partition(".")[0]
        st.button(
            "Answers contradict each other",
            key=f"mend{n}",
            icon=":material/warning:",
            on_click=open_step,
            args=(step,),
            help="Letters go without them until this is mended.",
        )


def _steps(steps: Sequence[Step], progress: Sequence[StepProgress], current: str) -> None:
    names = {
        step.id: f"{mark(done)} {inert(step.title)} · {done.answered}/{done.asked}"
        for step, done in zip(steps, progress, strict=True)
    }
    names[session.REVIEW] = ":material/fact_check: Review all answers"
    st.session_state["steps"] = current if current in names else None
    st.radio(
        "Steps of the interview", list(names), index=None, key="steps", format_func=names.__getitem__, on_change=_chosen
    )


def _chosen() -> None:
    if step := st.session_state.get("steps"):
        st.session_state["chosen"] = step
        open_step(step)


def mark(progress: StepProgress) -> str:
    """How far a step is, as an icon: done, begun, left for later, or not begun. The count stands beside it in words."""
    if progress.answered and not progress.lacking:
        return ":material/check_circle:"
    if progress.skipped:
        return ":material/schedule:"
    return ":material/timelapse:" if progress.answered else ":material/radio_button_unchecked:"


def open_step(step: str) -> None:
    """Go to a step from anywhere. What stands typed in the open step is saved first; if it is refused, one stays."""
    from workflows.ui.questions import save

    if not save():
        return
    st.session_state["step"] = st.query_params["step"] = step
    session.fresh()
    if st.session_state.get("page") != "Interview":
        session.goto("interview")


def _undo(case_id: str) -> None:
    with session.told():
        session.desk().undo(case_id)
        session.fresh()
        session.say("The last change was taken back.", "done")
