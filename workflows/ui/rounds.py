"""Later rounds and the log of contacts: what was put forward, how far apart the sides are, who said what and when."""

from datetime import date
from decimal import Decimal
from typing import get_args

import streamlit as st

from workflows.domain import language
from workflows.domain.case import Case
from workflows.domain.plan import How, NegotiationPlan, Round, Who
from workflows.ui import session
from workflows.ui.widgets import LOCK, inert

_SIDES: dict[Who, str] = {"payer": "The payer", "practice": "We"}


def show(case: Case, _: NegotiationPlan) -> None:
    """The rounds with their gap, the pattern, the next step (private), and the log."""
    st.header("Rounds", anchor=False)
    rounds = session.desk().ultimatum.rounds(case)
    st.markdown(
        "\n".join(f"- **{language.day(g.day.isoformat())}** {inert(g.says)}" for g in rounds.gaps)
        or "No round yet. Enter what they offered in the interview, or their latest figure here."
    )
    if rounds.pattern:
        st.markdown(inert(rounds.pattern))
    if st.toggle("Show the next step (private)", key="show_next"):
        st.markdown(f"{LOCK} {inert(rounds.next_step)}")
    if case.rounds:
        st.caption("The letters answer the latest round.")
    with st.expander("Enter a round", icon=":material/add:"):
        _round_form(case)
    st.header("Contacts", anchor=False)
    st.markdown(
        "\n".join(
            f"- **{language.day(c.day.isoformat())}**, {c.how}, {inert(c.who)}: {inert(c.said)}"
            f"{f' Promised: {inert(c.promised)}' if c.promised else ''}"
            for c in case.contacts
        )
        or "None noted yet. A dated note of each contact is what you will need later."
    )
    with st.expander("Note a contact", icon=":material/add:"):
        _contact_form(case)


def _round_form(case: Case) -> None:
    n = st.session_state.setdefault("round_n", 0)
    with st.form(f"round{n}", border=False):
        st.segmented_control(
            "Whose", list(_SIDES), default="payer", required=True, format_func=lambda s: _SIDES[s], key=f"round_by{n}"
        )
        left, right = st.columns(2)
        left.date_input("Day", session.desk().day(), key=f"round_day{n}", format="YYYY-MM-DD")
        right.date_input("They want an answer by", None, key=f"round_due{n}", format="YYYY-MM-DD")
        left.text_input("Increase on present fees (%)", key=f"round_up{n}", max_chars=12)
        right.text_input("Percent of Medicare (%)", key=f"round_level{n}", max_chars=12)
        st.text_area("Other terms", key=f"round_terms{n}", max_chars=2000, height=80)
        st.form_submit_button("Enter", on_click=_enter, args=(case.id, n), type="primary")


def _enter(case_id: str, n: int) -> None:
    with session.told():
        state = st.session_state
        one = Round(
            by=state[f"round_by{n}"],
            day=_day(state[f"round_day{n}"]),
            increase=_figure("rates.offer_increase", state[f"round_up{n}"]),
            percent_of_medicare=_figure("rates.offer_percent_of_medicare", state[f"round_level{n}"]),
            terms=state[f"round_terms{n}"],
            answer_by=state[f"round_due{n}"],
        )
        session.desk().ultimatum.enter_round(case_id, one)
        state["round_n"] = n + 1
        session.say("The round is kept; the letters answer the latest one.", "done")


def _figure(field: str, typed: str) -> Decimal | None:
    """What was typed, checked like the interview's answer of the same meaning."""
    return Decimal(str(session.desk().answer(field, typed).value)) if typed.strip() else None


def _contact_form(case: Case) -> None:
    n = st.session_state.setdefault("contact_n", 0)
    with st.form(f"contact{n}", border=False):
        left, right = st.columns(2)
        left.date_input("Day", session.desk().day(), key=f"contact_day{n}", format="YYYY-MM-DD")
        right.selectbox("How", get_args(How), key=f"contact_how{n}", format_func=str.capitalize)
        st.text_input("With whom (name, title)", key=f"contact_who{n}", max_chars=200)
        st.text_area("What was said", key=f"contact_said{n}", max_chars=2000, height=80)
        st.text_input("What was promised, until when", key=f"contact_promised{n}", max_chars=300)
        st.form_submit_button("Note it", on_click=_note, args=(case.id, n), type="primary")


def _note(case_id: str, n: int) -> None:
    with session.told():
        state = st.session_state
        session.desk().ultimatum.log_contact(
            case_id,
            day=_day(state[f"contact_day{n}"]),
            how=state[f"contact_how{n}"],
            who=state[f"contact_who{n}"],
            said=state[f"contact_said{n}"],
            promised=state[f"contact_promised{n}"],
        )
        state["contact_n"] = n + 1
        session.say("The contact is noted.", "done")


def _day(chosen: date | None) -> date:
    return chosen or session.desk().day()
