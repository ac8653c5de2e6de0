"""The ultimatum desk in one screen: what came, the clocks, where one would stop, what to do, words, rounds, documents."""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.plan import NegotiationPlan
from workflows.ui import asking, contract_dates, plan_parts, questions, rehearsal, rounds, session, stopping
from workflows.ui.widgets import footer, inert, messages, no_case

PARTS = {
    "do": ("What to do", plan_parts.doing),
    "ways": ("Ways to agree", plan_parts.ways),
    "words": ("Words", plan_parts.words),
    "rehearse": ("Rehearse", rehearsal.show),
    "rounds": ("Rounds and contacts", rounds.show),
    "documents": ("Documents", plan_parts.documents),
}


def show() -> None:
    """The page."""
    st.title("Take it or leave it?", anchor=False)
    case = session.opened_case()
    messages()
    if case is None:
        no_case()
        return
    st.markdown(
        "Nothing has to be answered on the spot. Get it in writing, read the dates, then answer with a proposal."
    )
    plan = session.desk().ultimatum.plan(case.id)
    _what_came(case, unfold=bool(plan.kind.asks))
    for warning in plan.warnings:
        st.warning(inert(warning), icon=":material/warning:")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _kind(plan)
        _clocks(plan)
    with right:
        stopping.show(plan)
    _part(case, plan)
    footer()


def _what_came(case: Case, *, unfold: bool) -> None:
    step = next(s for s in session.desk().catalog.every_step if s.desk == "ultimatum")
    told = sum(field.startswith("ultimatum.") for field in case.answers)
    title = f"What came, how, and until when · {told} of {len(step.questions)} answered"
    with st.expander(title, expanded=unfold, icon=":material/mark_email_unread:"):
        st.markdown(inert(step.opening))
        on = questions.screen(case, step)
        asking.ask(asking.Sheet(case, step, on, (), questions.problems()))
        st.button("Save", key="save", type="primary", on_click=questions.save_and_tell)


def _kind(plan: NegotiationPlan) -> None:
    st.header(inert(plan.kind.title) or "Which kind?", anchor=False)
    st.markdown(inert(plan.kind.because))
    for ask in plan.kind.asks:
        st.info(f"{inert(ask.ask)} {inert(ask.where)}", icon=":material/help:")
    plan_parts.statements(plan.kind.act, "kind")


def _clocks(plan: NegotiationPlan) -> None:
    st.subheader("Clocks", anchor=False)
    contract_dates.picture([c for c in plan.clocks if c.day], plan.day)
    st.markdown("\n".join(f"- {contract_dates.told(c)}" for c in plan.clocks) or "No date is known yet.")


def _part(case: Case, plan: NegotiationPlan) -> None:
    chosen = st.segmented_control(
        "Part of the plan", list(PARTS), default="do", required=True, format_func=lambda p: PARTS[p][0], key="plan_part"
    )
    PARTS[chosen or "do"][1](case, plan)


show()
