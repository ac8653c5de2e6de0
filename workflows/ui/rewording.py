"""A letter's wording finished by a model, on the screen: each proposal beside its plain twin, taken one by one or all.

Nothing here is shown where no model is set up. A proposal is asked for in the run that shows it, so that the reader
sees what takes a moment; it stays for this session only, and only for the version of the letter it was made for.
"""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.draft import Draft
from workflows.domain.rewording import Proposed, Rewording
from workflows.ui import session
from workflows.ui.widgets import inert

_KEPT, _ASKED = "rewording", "rewording_asked"


def panel(case: Case, draft: Draft) -> None:
    """The button, and what came of it."""
    if not session.desk().rewording.offered(draft):
        return
    st.header("Finish the wording", anchor=False)
    st.caption(
        "A language model may lead from one sentence to the next and smooth the courtesies. It sees none of your "
        "figures, names or facts, and each wording waits for you beside its plain twin."
    )
    st.button(
        "Finish the wording with the model",
        key="finish",
        icon=":material/edit_note:",
        on_click=_ask,
        args=(draft.document,),
    )
    if st.session_state.pop(_ASKED, "") == draft.document:
        with st.spinner("The model words it; the plain letter stands either way"), session.told():
            made = session.desk().rewording.propose(case.id, draft.document)
            st.session_state[_KEPT] = (case.id, made.model_dump_json())
    if found := _kept(case, draft):
        _show(draft, found)


def _ask(document: str) -> None:
    if session.keep_wording():
        st.session_state[_ASKED] = document


def _kept(case: Case, draft: Draft) -> Rewording | None:
    """What was proposed in this session for this letter."""
    owner, kept = st.session_state.get(_KEPT, ("", ""))
    if owner != case.id:
        return None
    found = Rewording.model_validate_json(kept)
    return found if found.document == draft.document else None


def _show(draft: Draft, found: Rewording) -> None:
    if found.note:
        st.info(inert(found.note), icon=":material/edit_off:")
        return
    now = {s.slot: s for s in draft.sentences()}
    sound = [p for p in found.proposals if p.sound and p.slot in now and now[p.slot].text == p.plain]
    waiting = [p for p in sound if now[p.slot].wording != p.wording]
    st.caption(f":material/edit: Worded by {inert(found.worded_by)}. Nothing is taken until you take it.")
    if not waiting:
        st.success("Nothing waits: what you took stands in the letter.", icon=":material/task_alt:")
    for n, proposal in enumerate(waiting):
        _twins(n, proposal)
    with st.container(horizontal=True):
        if len(waiting) > 1:
            slots = tuple(p.slot for p in waiting)
            st.button(f"Take all {len(waiting)}", key="take_all", type="primary", on_click=_take, args=(slots,))
        st.button("Put these away", key="put_away", on_click=_put_away)
    _refused([p for p in found.proposals if not p.sound])


def _twins(n: int, proposal: Proposed) -> None:
    with st.container(border=True, key=f"twins_{n}"):
        left, right = st.columns(2, gap="medium")
        left.markdown(f"**Plain**\n\n{inert(proposal.plain)}")
        right.markdown(f"**Proposed**\n\n{inert(proposal.wording)}")
        st.button("Take this wording", key=f"take_{n}", on_click=_take, args=((proposal.slot,),))


def _refused(proposals: list[Proposed]) -> None:
    if not proposals:
        return
    with st.expander(f"The guard kept {len(proposals)} plain", icon=":material/gpp_maybe:", key="kept_plain"):
        for proposal in proposals:
            st.markdown(f"{inert(proposal.plain)}\n\nProposed: “{inert(proposal.wording)}”")
            st.caption(f"Not taken: {inert(proposal.why_not)}.")


def _take(slots: tuple[str, ...]) -> None:
    case_id, kept = st.session_state[_KEPT]
    if not session.keep_wording():
        return
    with session.told():
        session.desk().rewording.take(case_id, Rewording.model_validate_json(kept), slots)
        session.say("Taken. Undo takes it back.", "done")


def _put_away() -> None:
    st.session_state.pop(_KEPT, None)
