"""Ask: a question in the reader's own words, and a cited answer from the guidance; what it covers and what it will not do."""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.guidance import Exchange
from workflows.ui import conversation, session
from workflows.ui.widgets import inert, messages, where_words_go

EXAMPLES = (
    "They sent a take-it-or-leave-it offer and we have ten days. What now?",
    "The payer does not answer our letter. What do we do?",
    "Is 110% of Medicare good?",
    "The payer changed our contract without asking us. Can they do that?",
    "What can we ask for with a small share and little leverage?",
    "What may we say to colleagues at other practices?",
)
WILL_NOT = """**What Parley will not do here**
- Help practices act together: refuse jointly, agree on prices, or swap rates. It says what is lawful instead.
- Give legal or medical advice, or foretell what a payer will do.
- Take anything about a patient. Such a question is not kept.
- Make something up. Where the guidance holds nothing, it says so."""


def show() -> None:
    """The page."""
    st.title("Ask", anchor=False)
    case = session.opened_case()
    messages()
    _standing(case)
    told, asking = conversation.of(case), st.session_state.pop("asking", "")
    answered = _talk(case, told, asking)
    conversation.box()
    if told or answered:
        conversation.clear(case)
    elif not asking:
        _begin()
    guidance = session.desk().guidance
    if guidance.ready and guidance.trouble:
        st.warning(f"The search goes by words only. {inert(guidance.trouble)}", icon=":material/search:")


def _talk(case: Case | None, told: tuple[tuple[int, Exchange], ...], asking: str) -> bool:
    """What was asked so far and what is asked now; says whether that was answered."""
    talk, below = st.container(), st.empty()
    with talk:
        for number, exchange in _latest(told):
            conversation.show(case, number, exchange, newest=not asking and number == told[-1][0])
    if not asking:
        return False
    with below.container():
        if not conversation.answer(case, asking):
            return False
    below.empty()
    with talk:
        conversation.show(case, *conversation.of(case)[-1], newest=True, fresh=True)
    with below.container():
        if conversation.word(case):
            st.rerun()
    return True


def _standing(case: Case | None) -> None:
    st.caption(
        "General information, not legal advice: check your state, your plan type and your own agreement. "
        f"Answers come from the guidance on this machine. {where_words_go()}"
    )
    if case is None:
        st.caption(
            ":material/info: No case is open: this conversation is gone when you reload or close the page, "
            "and answers cannot use your own facts."
        )
    else:
        st.caption(f":material/folder_open: Kept with **{inert(case.title)}**; answers use what you told there.")


def _latest(told: tuple[tuple[int, Exchange], ...]) -> tuple[tuple[int, Exchange], ...]:
    hidden = len(told) - conversation.SHOWN
    if hidden > 0 and not st.toggle(f"Show {hidden} earlier", key="earlier"):
        return told[hidden:]
    return told


def _begin() -> None:
    st.header("Questions that others begin with", anchor=False)
    grid = st.grid(2, min_column_width=270, gap="small")
    for n, example in enumerate(EXAMPLES):
        with grid.container():
            st.button(
                inert(example),
                key=f"example{n}",
                width="stretch",
                wrap=True,
                on_click=conversation.put,
                args=(example,),
            )
    with st.container(border=True):
        st.markdown(WILL_NOT)


show()
