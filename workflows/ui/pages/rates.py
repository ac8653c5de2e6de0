"""Rates: what is paid now against Medicare and the practice's other payers, and what the request is worth."""

import streamlit as st

from workflows.casework.rates import Weighed
from workflows.domain.case import Case
from workflows.ui import fees, importing, packages, rate_charts, session
from workflows.ui.widgets import footer, inert, messages, no_case

MOST_SAID = 6


def show() -> None:
    """The page."""
    st.title("Rates", anchor=False)
    case = session.opened_case()
    messages()
    if case is None:
        no_case()
        return
    if not case.rates.schedules:
        _teach()
    else:
        with st.spinner("Working out Medicare's amounts"):
            weighed = session.desk().schedules.weighed(case)
        _compared(case, weighed)
    st.header("Your files", anchor=False)
    fees.kept(case)
    replacing = "fees_replacing" in st.session_state
    with st.expander("Add a file", expanded=replacing or not case.rates.schedules, icon=":material/upload_file:"):
        importing.add(case)
    footer()


def _teach() -> None:
    with st.container(border=True):
        st.markdown(
            "**No fee schedule yet.** A payer says yes to figures it can check. Bring the fees it pays you, as the "
            "file you have, and this page shows each one against Medicare where you practice."
        )
        st.markdown(
            "1. Your own contract or fee schedule with this payer: codes and fees.\n"
            "2. How often you bill each code in 12 months: that turns percents into dollars.\n"
            "3. If there is one, the payer's offer; and what your other payers pay you, which stays private."
        )
        with st.container(horizontal=True):
            name, content = session.desk().schedules.example()
            st.download_button(
                "An example file",
                content,
                name,
                "text/csv",
                key="example_file",
                on_click="ignore",
                icon=":material/download:",
            )
            st.button("Open the worked example", key="example", on_click=_example)


def _example() -> None:
    with session.told():
        session.open_case(session.desk().open_example().id)
        session.goto("rates")


def _compared(case: Case, weighed: Weighed) -> None:
    comparison = weighed.comparison
    fees.level(comparison)
    _mind((*comparison.warnings, *weighed.warnings, *session.desk().derive(case).beliefs))
    if weighed.table:
        st.header("Code by code", anchor=False)
        fees.table(case, weighed.table, comparison)
        rate_charts.codes(weighed.table)
    if comparison.others:
        st.header("Payers side by side", anchor=False)
        fees.others(comparison)
    fees.published(case)
    st.header("What it is worth", anchor=False)
    packages.show(case, weighed)
    fees.export(comparison)


def _mind(warnings: tuple[str, ...]) -> None:
    """What to mind, in the desk's own sentences; the first few, and the rest on request."""
    if not warnings:
        return
    with st.expander(f"To mind: {len(warnings)}", expanded=len(warnings) <= MOST_SAID, icon=":material/warning:"):
        st.markdown("\n".join(f"- {inert(said)}" for said in warnings[:200]))


show()
