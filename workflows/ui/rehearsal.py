"""The rehearsal: Parley plays the payer's representative; at the end it says which of the checks were met.

Only the user's own words are remembered, and only in this browser session; the talk is worked out from them anew.
"""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.errors import ParleyError
from workflows.domain.plan import NegotiationPlan, Rehearsal
from workflows.ui import session
from workflows.ui.widgets import inert

_FACES = {"payer": ("assistant", "🏢"), "practice": ("user", "🩺")}


def show(case: Case, _: NegotiationPlan) -> None:
    """The talk so far, the box for the next words, and at the end the checks."""
    st.header("Rehearse the call", anchor=False)
    st.caption(
        "Parley plays the payer's representative and raises the usual objections. Nothing of it is kept or sent. "
        "Do not say where you would stop, and do not repeat the ultimatum."
    )
    held = st.session_state.setdefault("rehearsed", [])
    talk = _replayed(case, held)
    for turn in talk.turns:
        name, face = _FACES[turn.by]
        with st.chat_message(name, avatar=face):
            st.markdown(inert(turn.says))
    if talk.over:
        _verdict(talk)
    elif words := st.chat_input("Your words", key="rehearse", max_chars=1000):
        held.append(words)
        st.rerun()
    if held:
        with st.container(horizontal=True):
            st.button("Take back my last words", key="rehearse_back", icon=":material/undo:", on_click=held.pop)
            st.button("Begin again", key="rehearse_again", icon=":material/restart_alt:", on_click=held.clear)


def _replayed(case: Case, held: list[str]) -> Rehearsal:
    desk = session.desk().ultimatum
    talk = desk.rehearse(case)
    for n, words in enumerate(held):
        try:
            talk = desk.rehearse(case, talk, words)
        except ParleyError as error:  # a patient's detail: the words are forgotten at once
            del held[n:]
            st.error(inert(str(error)), icon=":material/error:")
            break
    return talk


def _verdict(talk: Rehearsal) -> None:
    met = sum(c.met for c in talk.checks)
    with st.container(border=True):
        st.subheader(f"{met} of {len(talk.checks)} checks met", anchor=False)
        for check in talk.checks:
            mark = ":material/check_circle: Met" if check.met else ":material/cancel: Not met"
            heard = f" You said: “{inert(check.words)}”." if check.words else ""
            st.markdown(f"{mark}: **{inert(check.title)}**.{heard} {inert(check.tip)}")
