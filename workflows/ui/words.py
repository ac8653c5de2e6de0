"""The user's own words: what they seem to say is listed with the words it came from, and saved only when confirmed.

Only the words stay in the session; what they say is read again on each run. Words with patient detail are not kept.
"""

import streamlit as st

from workflows.domain.answers import Proposal, Reading, Unclear
from workflows.domain.case import Case
from workflows.domain.errors import ParleyError, PrivacyRefused
from workflows.domain.knowledge import Question, Step
from workflows.ui import questions, session
from workflows.ui.widgets import inert

SURE = 0.8
"""Proposals at or above this confidence are ticked beforehand: a tick suggests agreement."""
_LOOKS, _LOOKED = "looks_again", "looked_again"
ICD = "ICD-10-CM"
"""The label of a column that holds diagnosis codes; its table gets the look-up."""


def conversation(case: Case, step: Step) -> None:
    """What was said in the user's own words, what it seems to mean, and the box to say more."""
    said = st.session_state.get("words")
    if said:
        with st.chat_message("user", avatar=":material/person:"):
            st.markdown(inert(said))
        with st.chat_message("assistant", avatar="🤝"):
            plain = session.desk().propose(step.id, said, case_id=case.id)
            _ask_model(case, step, said)
            reading = _with_second_look(plain)
            if reading.proposed:
                _proposals(case, step, reading.proposed)
            _unclear(reading.unclear, nothing=not reading.proposed)
            _offer_second_look(step)
    if refused := st.session_state.pop("refused_words", None):
        with st.chat_message("assistant", avatar="🤝"):
            st.error(inert(refused), icon=":material/shield_person:")
    with st.container():  # inline: pinned to the bottom it would scroll every step to its end
        st.chat_input("Or tell me in your own words", key="own_words", max_chars=4000, on_submit=_hear, args=(step.id,))


def _hear(step: str) -> None:
    words = st.session_state.get("own_words") or ""
    _forget()
    try:
        session.desk().propose(step, words, case_id=st.session_state["case"])
        st.session_state["words"] = words
    except PrivacyRefused as error:
        st.session_state["refused_words"] = f"{error.what[:1].upper()}{error.what[1:]}. {error.todo}"
    except ParleyError as error:
        session.say(str(error))


def _proposals(case: Case, step: Step, proposed: tuple[Proposal, ...]) -> None:
    st.markdown("**This is what I understood. Tick what is right; nothing is saved before you confirm.**")
    for n, proposal in enumerate(proposed):
        with st.container(gap="xxsmall"):
            _proposal(case, step, n, proposal)
    with st.container(horizontal=True):
        st.button("Confirm ticked", key="accept", type="primary", on_click=_accept, args=(step.id,))
        st.button("Discard", key="discard", on_click=_forget)


def _proposal(case: Case, step: Step, n: int, p: Proposal) -> None:
    desk = session.desk()
    home, question = desk.question(p.field)
    elsewhere = f" ({inert(home.title)})" if home.id != step.id else ""
    value = inert(desk.in_words(p.field, p.value).replace("\n", "; "))
    name = f"**{inert(question.label)}**{elsewhere}: {value}"
    st.checkbox(name, value=p.confidence >= SURE, key=f"take{n}", on_change="ignore")
    old = case.answers.get(p.field)
    instead = ""
    if old and not question.columns:
        same = old.value == p.value
        instead = " · as saved" if same else f" · replaces {inert(desk.in_words(p.field, old.value))}"
    by = f" · read by {inert(p.read_by.split(',')[0])}: check it" if p.read_by else ""
    st.caption(f'from your words: "{inert(p.quote)}"{instead}{by}')


def _unclear(unclear: tuple[Unclear, ...], nothing: bool) -> None:
    if nothing and not unclear:
        st.markdown(
            "I found nothing in that for this interview. Try one fact with its number and period, or use the form."
        )
    for found in unclear:
        st.markdown(f':material/help: {inert(found.question)} (you wrote: "{inert(found.quote)}")')


def _accept(step: str) -> None:
    with session.told():
        said = st.session_state.get("words") or ""
        plain = session.desk().propose(step, said, case_id=st.session_state["case"])
        proposed = _with_second_look(plain).proposed
        chosen = [p for n, p in enumerate(proposed) if st.session_state.get(f"take{n}")]
        if not chosen:
            session.say("Tick at least one line, or discard them.")
            return
        if not questions.save():
            return
        session.desk().accept(st.session_state["case"], chosen)
        session.fresh()
        session.say(f"Saved {len(chosen)} from your words.", "done")


def _forget() -> None:
    for kept in ("words", _LOOKED, _LOOKS):
        st.session_state.pop(kept, None)


def _with_second_look(plain: Reading) -> Reading:
    """What was read, and behind it what the model found for these words."""
    more, _ = _looked()
    return Reading(proposed=(*plain.proposed, *more.proposed), unclear=(*plain.unclear, *more.unclear))


def _looked() -> tuple[Reading, str]:
    kept, note = st.session_state.get(_LOOKED, ("", ""))
    return Reading.model_validate_json(kept) if kept else Reading(), note


def _offer_second_look(step: Step) -> None:
    if _LOOKED in st.session_state:
        if note := _looked()[1]:
            st.caption(f":material/edit_off: {inert(note)}")
    elif session.desk().second_look.offered(step.id):
        st.button(
            "Look again with the model",
            key="second_look",
            icon=":material/search:",
            help="It sees these words, without what may be private, and proposes; you confirm.",
            on_click=_look_again,
        )


def _look_again() -> None:
    st.session_state[_LOOKS] = True


def _ask_model(case: Case, step: Step, said: str) -> None:
    """Asked in the run that shows the answer, so that the reader sees what takes a moment."""
    if st.session_state.pop(_LOOKS, False):
        with st.spinner("The model reads your words; what I understood stands either way"), session.told():
            found, note = session.desk().second_look.read(step.id, said, case_id=case.id)
            st.session_state[_LOOKED] = (found.model_dump_json(), note)


def look_up(step: Step, question: Question) -> None:
    """The ICD-10-CM look-up: words or a code in, rows of the table out."""
    asked = st.text_input(
        "Look up an ICD-10-CM code", type="search", key="icd", placeholder="type 2 diabetes, or E11.9", max_chars=80
    )
    found = session.desk().find_diagnoses(asked) if asked and len(asked.strip()) > 1 else ()
    if asked and not found:
        st.caption("No billable code found; try other words.")
    with st.container(gap=None):
        for d in found:
            st.button(
                f"Add {inert(d.code)}: {inert(d.description)}",
                key=f"icd_{d.code}",
                type="tertiary",
                wrap=True,
                icon=":material/add:",
                on_click=_add_row,
                args=(step.id, question.id, d.code, d.description),
            )


def _add_row(step: str, question: str, code: str, description: str) -> None:
    field = f"{step}.{question}"
    on = st.session_state["screen"]
    columns = session.desk().question(field)[1].columns
    words = next(c.id for c in columns if c.required)
    number = next(c.id for c in columns if c.label == ICD)
    rows = questions.typed().get(field, on["shown"][field])
    if questions.save(extra={field: [*rows, {words: description, number: code}]}):
        session.say(f"Added {code}.", "done")
