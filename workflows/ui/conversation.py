"""What was asked of the guidance: kept with the open case, or for this session only where none is open.

A question is answered in the run that shows it, not before it, so that a reader who comes before the index is open sees
why it takes a moment. A question that the desk refuses goes back into the box, to be mended there.
"""

from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.errors import ParleyError, PrivacyRefused, Refused
from workflows.domain.guidance import Exchange
from workflows.ui import replies, session
from workflows.ui.widgets import inert

BOX = "question"
"""The key of the box one types into."""
SHOWN = 5
"""Exchanges that are drawn at first: a page stays light, however long one has asked."""
_THUMBS: dict[int | None, Literal["", "up", "down"]] = {1: "up", 0: "down", None: ""}


def of(case: Case | None) -> tuple[tuple[int, Exchange], ...]:
    """What was asked so far, each with its number."""
    if case is not None:
        return session.desk().guidance.conversation(case.id)
    return tuple((n, Exchange.model_validate_json(one)) for n, one in enumerate(st.session_state.get("asked", ()), 1))


def put(question: str) -> None:
    """Ask in the run that follows; for callbacks."""
    st.session_state["asking"] = question


def box() -> None:
    """The box to ask in. It stands where the conversation ends: pinned to the bottom of the window it would scroll each
    long answer to its end."""
    with st.container():
        st.chat_input("Ask in your own words: what happened?", key=BOX, max_chars=2000, on_submit=_hear)


def _hear() -> None:
    put(st.session_state.get(BOX) or "")


def answer(case: Case | None, question: str) -> bool:
    """Ask, under the eyes of the reader; False where the question was refused, which is then said."""
    guidance = session.desk().guidance
    first = "Opening the guidance for the first time; this takes a few seconds"
    asked = st.empty()
    with asked.container():
        _bubble(question)
    try:
        with st.spinner("Looking through the guidance" if guidance.ready else first):
            if case is not None:
                guidance.ask_about(case.id, question)
            else:
                _ask_for_now(question)
    except ParleyError as error:
        asked.empty()
        st.session_state[BOX] = question
        icon = ":material/shield_person:" if isinstance(error, PrivacyRefused) else ":material/error:"
        st.error(inert(_sentence(error)), icon=icon)
        return False
    return True


def word(case: Case | None) -> bool:
    """Let a model word the newest answer, which already stands there; says whether there is something new to show."""
    told, desk = of(case), session.desk()
    if not told or not desk.models.ready():
        return False
    number, exchange = told[-1]
    with st.spinner("A model words it in short; the answer above stands either way"):
        if case is not None:
            return desk.guidance.word(case.id, number)
        reply = desk.guidance.worded(exchange.question, exchange.reply)
    kept = exchange.model_copy(update={"reply": reply}).model_dump_json()
    st.session_state["asked"] = [*st.session_state["asked"][:-1], kept]
    return reply != exchange.reply


def _sentence(error: ParleyError) -> str:
    if not isinstance(error, Refused):
        return str(error)
    return f"{error.what[:1].upper()}{error.what[1:]}. {error.todo} Your words stand in the box below, to be changed."


def _ask_for_now(question: str) -> None:
    reply = session.desk().guidance.ask(question, history=[exchange for _, exchange in of(None)])
    at = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Exchange(question=question.strip(), reply=reply, at=at).model_dump_json()
    st.session_state["asked"] = [*st.session_state.get("asked", ()), kept]


def show(case: Case | None, number: int, exchange: Exchange, *, newest: bool = False, fresh: bool = False) -> None:
    """One question with its reply and, where it is kept, the reader's verdict."""
    at = f"{case.id if case else 'now'}_{number}"
    _bubble(exchange.question)
    with st.container():  # no second bubble: on a telephone a long answer needs the whole width
        replies.show(f"reply_{at}", exchange, in_case=case is not None, newest=newest, fresh=fresh)
        if exchange.reply.worded_by:
            st.caption(f":material/edit: The short version was worded by {inert(exchange.reply.worded_by)}.")
        if exchange.reply.note:
            st.caption(f":material/edit_off: {inert(exchange.reply.note)}")
        if case is not None:
            _verdict(case.id, number, exchange, f"verdict_{at}")


def _bubble(question: str) -> None:
    with st.chat_message("user", avatar=":material/person:"):
        st.markdown(inert(question))


def _verdict(case_id: str, number: int, exchange: Exchange, key: str) -> None:
    given = next(thumb for thumb, verdict in _THUMBS.items() if verdict == exchange.verdict)
    about = (case_id, number, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Useful? Your verdict stays with the case, on this machine.", width="content")
        st.feedback("thumbs", key=key, default=given, on_change=_judge, args=about)
    if exchange.verdict:
        st.text_input(
            "What was right or wrong about it (optional)",
            exchange.because,
            key=f"{key}_because",
            max_chars=400,
            on_change=_judge,
            args=about,
        )


def _judge(case_id: str, number: int, key: str) -> None:
    with session.told():
        because = st.session_state.get(f"{key}_because") or ""
        session.desk().guidance.judge(case_id, number, _THUMBS[st.session_state.get(key)], because)


def clear(case: Case | None) -> None:
    """The way to remove the whole conversation, behind a second press."""
    with st.popover("Clear this conversation", icon=":material/delete:", type="tertiary"):
        st.markdown("All questions and answers shown here are removed for good.")
        st.button("Yes, clear it", key="clear", type="primary", on_click=_clear, args=(case.id if case else "",))


def _clear(case_id: str) -> None:
    with session.told():
        if case_id:
            session.desk().guidance.forget(case_id)
        else:
            st.session_state.pop("asked", None)
        session.say("The conversation was cleared.", "done")
