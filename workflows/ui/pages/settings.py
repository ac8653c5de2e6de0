"""Settings: the language model that may finish the prose: which host, what leaves, what never does, what it cost."""

import streamlit as st

from workflows.domain.model import Endpoint, ModelStanding, Reply
from workflows.ui import model_agreement, session
from workflows.ui.widgets import footer, inert, messages

SWITCH_ON = """PARLEY_MODEL=the-name-of-the-model
OPENAI_BASE_URL=https://the.host/v1
OPENAI_API_KEY=the-key
PARLEY_MODEL_DAILY_USD=5"""
LEAVES = """**What is sent, when you ask for it**
- A question you type on the Ask page, with the statements of the guidance that answer it.
- On the Letters page, the tone and Parley's own phrases of a letter. Each sentence with a figure, a name, a date or a fact
  of yours stands there as a token only, with the names of the questions it answers.

**What is never sent**
- Your walk-away point, your strategy and what other payers pay you: a text that tells any of it stays here, as far as
  the open case knows it.
- Anything that looks like detail of a patient: such a text is refused at every entrance.
- Keys other than the one for this host, files, fee schedules, contracts, and searches of the guidance."""


def show() -> None:
    """The page."""
    st.title("Settings", anchor=False)
    messages()
    standing = session.desk().models.standing()
    st.header("Language model", anchor=False)
    if standing.endpoint is None:
        _off()
    else:
        _on(standing, standing.endpoint)
    footer()


def _off() -> None:
    with st.container(border=True):
        st.markdown(
            "**Off.** Parley needs no model: it reads, drafts and answers by itself, and nothing is sent anywhere. "
            "A model can only finish the wording; it adds no fact, and where it fails the plain version stands."
        )
        st.markdown("Who runs Parley switches it on by setting these before the start, and nobody can on a page:")
        st.code(SWITCH_ON, language="bash")
        st.markdown(
            "A server on this machine may be http://127.0.0.1:8080/v1, and needs no key. The last line is what a day "
            "may cost at most, in dollars."
        )


def _on(standing: ModelStanding, endpoint: Endpoint) -> None:
    with st.container(border=True):
        place = "on this machine" if endpoint.loopback else "on the network"
        st.markdown(f"**{inert(endpoint.model)}** at **{inert(endpoint.host)}** ({place})")
        st.markdown(_state(standing, endpoint))
        if spent := standing.spending:
            tokens = f"{spent.tokens_in:,} tokens in, {spent.tokens_out:,} out, {spent.calls:,} calls"
            st.markdown(f"Today: \\${spent.usd:.2f} of \\${endpoint.daily_usd:.2f}; {tokens}.")
        st.caption(
            f"An answer waits {endpoint.answer_seconds:g} seconds at most, a draft {endpoint.draft_seconds:g}. Priced "
            f"at \\${endpoint.price_in:g} a million tokens in and \\${endpoint.price_out:g} out. Days are UTC."
        )
        st.button("Test the connection", key="test_model", icon=":material/cable:", on_click=_test)
    if not endpoint.loopback:
        model_agreement.show(standing, endpoint)
    with st.container(border=True):
        st.markdown(LEAVES)
    with st.expander("What is said to the model, word for word"):
        for prompt in session.desk().models.prompts:
            st.markdown(f"**{inert(prompt.id)}** (version {prompt.version}). {inert(prompt.purpose)}")
            st.code(prompt.instructions, language=None, wrap_lines=True)


def _state(standing: ModelStanding, endpoint: Endpoint) -> str:
    if standing.breaker.resting:
        return f":material/pause_circle: It failed several times in a row and rests for {standing.breaker.seconds:.0f} seconds."
    if not standing.ready:
        return ":material/block: Nothing of yours is sent: no agreement for this host is on file."
    if standing.spending and standing.spending.usd >= endpoint.daily_usd:
        return ":material/savings: Today's cap is reached; until tomorrow everything is worded without it."
    return ":material/check_circle: On."


def _test() -> None:
    said = session.desk().models.test_connection()
    if isinstance(said, Reply):
        session.say(f"The model answered after {said.usage.seconds:.1f} seconds ({said.mode}).", "info")
    else:
        session.say(f"No answer: {said.says}.")


show()
