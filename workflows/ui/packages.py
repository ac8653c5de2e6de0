"""Packages side by side: the request, the target, the walk-away, the offer, in dollars, points and percent.

What is private is not on the page at all until it is asked for: a screen is seen by more people than its owner.
"""

import streamlit as st

from workflows.casework.rates import Weighed
from workflows.domain.case import Case
from workflows.domain.comparison import Scenario
from workflows.domain.language import percent, points, usd
from workflows.ui import leaving, rate_charts, session, sidebar
from workflows.ui.widgets import LOCK, inert


def show(case: Case, weighed: Weighed) -> None:
    """The packages, the picture over the term, and where the offer and the target are written."""
    private = [s for s in weighed.scenarios if s.private]
    shown = weighed.scenarios
    open_to_all = not st.toggle("Show what is private (walk-away, target, leaving)", key="show_private")
    if open_to_all:
        shown = tuple(s for s in shown if not s.private)
    if private and open_to_all:
        hidden = ", ".join(rate_charts.named(s.name) for s in private)
        st.caption(f"{LOCK} Kept from view: {inert(hidden)}.")
    if not weighed.scenarios:
        _none_yet(case)
    for scenario in shown:
        _card(scenario)
    if shown:
        rate_charts.term(shown)
    leaving.volume(weighed)
    if not open_to_all:
        leaving.show(case, weighed)
    with st.expander("The payer's offer and your target", icon=":material/edit:"):
        _offer(case)
        _target(case)


def _none_yet(case: Case) -> None:
    if not case.rates.volumes:
        st.caption("Add how often you bill each code, and this shows what a change of fees is worth in dollars.")
        return
    st.caption("Say in the interview what you ask for, and this shows what it is worth.")
    st.button("Go to that step", key="to_ask", on_click=sidebar.open_step, args=("ask",))


def _card(s: Scenario) -> None:
    with st.container(border=True, key=f"package_{s.name}"):
        lock = f" {LOCK}" if s.private else ""
        st.markdown(f"**{inert(rate_charts.named(s.name))}**{lock} · {inert(s.terms)}")
        told = (
            ("Dollars a year", _signed(usd(s.annual_dollars), s.annual_dollars > 0)),
            ("Change of fees", percent(s.percent) if s.percent is not None else "–"),
            ("Change of level", points(s.points) if s.points is not None else "–"),
            ("Of Medicare", percent(s.percent_of_medicare) if s.percent_of_medicare is not None else "–"),
        )
        with st.grid(4, min_column_width=120, gap="small"):
            for name, value in told:
                st.markdown(f"{name}  \n**{inert(value)}**")
        if len(s.years) > 1:
            st.markdown(f"{inert(usd(s.term_dollars))} over {len(s.years)} years.")
        if s.term_dollars_uncapped != s.term_dollars:
            st.caption(f"Without the cap it would be {inert(usd(s.term_dollars_uncapped))}.")
        for note in s.notes:
            st.caption(f":material/info: {inert(note)}")


def _signed(text: str, more: bool) -> str:
    return f"+{text}" if more else text


def _offer(case: Case) -> None:
    held = case.rates.offer
    at = f"{case.id}.{case.version}"
    st.text_input(
        "What the payer offers",
        held.words if held else "",
        key=f"offer_terms{at}",
        placeholder="105% of 2026 Medicare, or a 2% increase",
        max_chars=300,
        on_change="ignore",
    )
    st.text_input(
        "Dated",
        held.dated.isoformat() if held and held.dated else "",
        key=f"offer_dated{at}",
        placeholder="2026-10-15",
        on_change="ignore",
    )
    st.text_input(
        "To be answered by",
        held.answer_by.isoformat() if held and held.answer_by else "",
        key=f"offer_by{at}",
        placeholder="2026-12-15",
        on_change="ignore",
    )
    st.button("Keep the offer", key="keep_offer", on_click=_keep_offer, args=(case.id, at))


def _target(case: Case) -> None:
    at = f"{case.id}.{case.version}"
    st.text_input(
        "Your own target 🔒",
        key=f"target{at}",
        placeholder="110% of 2026 Medicare, or a 6% increase",
        max_chars=300,
        on_change="ignore",
        help="Private. What you hope for, between the request and the walk-away. Empty takes it out.",
    )
    st.button("Keep the target", key="keep_target", on_click=_keep_target, args=(case.id, at))


def _keep_offer(case_id: str, at: str) -> None:
    names = {"terms": "offer_terms", "date": "offer_dated", "answer_by": "offer_by"}
    with session.told():
        raw = {name: st.session_state.get(f"{key}{at}", "") for name, key in names.items()}
        session.desk().schedules.offer(case_id, raw)
        session.say("Kept.", "done")


def _keep_target(case_id: str, at: str) -> None:
    with session.told():
        session.desk().schedules.target(case_id, str(st.session_state.get(f"target{at}", "")))
        session.say("Kept.", "done")
