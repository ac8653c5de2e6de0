"""The agreement on file for the model's host: who answers for free text going there, and the way to take it back."""

import streamlit as st

from workflows.domain.model import Endpoint, ModelStanding
from workflows.ui import session
from workflows.ui.widgets import inert


def show(standing: ModelStanding, endpoint: Endpoint) -> None:
    """What is recorded, and the form."""
    with st.container(border=True):
        st.markdown("**Agreement on file**")
        if found := standing.agreement:
            st.markdown(f"Recorded by {inert(found.who)} on {found.at[:10]} for {inert(found.host)}.")
            does, act = "Take it back", _revoke
        else:
            st.markdown(
                f"Free text goes to {inert(endpoint.host)} only when somebody answers for it: the practice's agreement "
                "with this host (as a rule a business associate agreement) covers it. Parley keeps who, when and which host."
            )
            does, act = "An agreement is on file", _agree
        st.text_input("Your name", key="agreed_by", max_chars=80)
        st.button(does, key="agreement", on_click=act)


def _agree() -> None:
    with session.told():
        session.desk().models.agree(st.session_state.get("agreed_by", ""))
        session.say("Recorded.", "done")


def _revoke() -> None:
    with session.told():
        session.desk().models.revoke(st.session_state.get("agreed_by", ""))
        session.say("Taken back: from now on nothing of yours is sent.", "done")
