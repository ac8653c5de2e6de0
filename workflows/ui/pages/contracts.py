"""Contract: what the payer's agreement says, clause by clause beside its pages, the dates that rule, what to ask for."""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.contract import LEVELS, ContractReview
from workflows.domain.errors import ParleyError
from workflows.ui import clauses, contract_dates, contract_files, session
from workflows.ui.redline import sheet, silent_answers
from workflows.ui.widgets import footer, inert, messages, no_case


def show() -> None:
    """The page."""
    st.title("Contract", anchor=False)
    case = session.opened_case()
    messages()
    if case is None:
        no_case()
        return
    if case.contract.files:
        _reviewed(case)
    else:
        _teach()
    st.header("Your files", anchor=False)
    contract_files.kept(case)
    refused = bool(st.session_state.get("contract_refused"))
    with st.expander("Add files", expanded=refused or not case.contract.files, icon=":material/upload_file:"):
        contract_files.add(case)
    footer()


def _teach() -> None:
    with st.container(border=True):
        st.markdown(
            "**No contract yet.** Bring the agreement with this payer as the PDF you have, its amendments and fee "
            "exhibits too. It is read on this machine and goes nowhere."
        )
        st.markdown(
            "- **Clauses that can hurt**, each with its page and its words: who may change the deal alone, how far back "
            "payments are taken, how long you have to file a claim, and over twenty more.\n"
            "- **What is missing** and what that means, and which amendment rules over which clause.\n"
            "- **The dates**: when it renews, the last day to give notice, worked out in front of you.\n"
            "- **What to ask for**, as a sheet you can send."
        )
        st.button("See it on an example agreement", key="example", icon=":material/play_circle:", on_click=_example)


def _example() -> None:
    with session.told():
        session.open_case(session.desk().open_example().id)
        session.goto("contracts")


def _reviewed(case: Case) -> None:
    try:
        with st.spinner("Reading the clauses"):
            review = session.desk().agreement.review(case)
    except ParleyError as error:
        st.error(inert(str(error)), icon=":material/error:")
        return
    if review is None:
        return
    for warning in review.warnings:
        st.warning(inert(warning), icon=":material/visibility_off:")
    _level(review)
    clauses.show(case, review)
    silent_answers(case)
    sheet(case, review)
    contract_dates.show(review)
    _absent(review)


def _level(review: ContractReview) -> None:
    """How many findings of each risk, and in which order the files rule."""
    with st.container(horizontal=True, key="risk_levels"):
        for level in reversed(LEVELS):
            count = sum(f.risk == level and not f.replaced_by for f in review.findings)
            name, icon, color = clauses.RISKS[level]
            st.badge(f"{name}: {count}", icon=icon, color=color)  # type: ignore[arg-type]
    if len(review.documents) > 1:
        order = " → ".join(inert(d) for d in review.documents)
        st.caption(f":material/layers: Order of precedence, the later ruling over the earlier: {order}")


def _absent(review: ContractReview) -> None:
    if not review.absent:
        return
    st.header("Not found", anchor=False)
    st.caption("A clause that is not there says something too.")
    for a in sorted(review.absent, key=lambda a: -LEVELS.index(a.risk)):
        name, icon, _ = clauses.RISKS[a.risk]
        st.markdown(f"{icon} **{inert(a.title)}** ({name.lower()}). {inert(a.means)}")


show()
