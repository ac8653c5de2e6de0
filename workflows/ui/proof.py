"""The evidence of the selected sentence, and the box to say it in one's own words."""

from collections.abc import Sequence

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.draft import Draft, Objection, Sentence
from workflows.ui import drafts, session
from workflows.ui.widgets import grade_mark, inert


def panel(case: Case, draft: Draft, objections: Sequence[Objection]) -> None:
    """What holds the selected sentence up, and its wording."""
    st.header("What holds this sentence", anchor=False)
    sentence = drafts.selected(draft)
    if sentence is None:
        st.caption("Nothing here rests on evidence yet.")
        return
    st.caption(f"“{inert(sentence.wording)}”")
    _evidence(draft, sentence)
    _wording(draft, sentence, [o for o in objections if o.slot == sentence.slot])


def _evidence(draft: Draft, sentence: Sentence) -> None:
    rows = session.desk().letters.evidence_of(draft, sentence)
    if not rows:
        st.markdown(
            "A courtesy: it says nothing that would need evidence."
            if sentence.kind == "courtesy"
            else "A marked gap: nothing is claimed here until it is filled."
        )
        return
    with st.container(border=True, gap="xsmall"):
        for says, where, graded in rows:
            st.markdown(inert(says))
            st.caption(f"{grade_mark(graded)} · {inert(where)}")


def _wording(draft: Draft, sentence: Sentence, objections: Sequence[Objection]) -> None:
    at = f"wording_{draft.document}_{sentence.slot}_{hash(sentence.wording)}"
    st.text_area("Wording", sentence.wording, key=at, height=130, max_chars=2000, on_change="ignore")
    st.session_state["wording"] = (draft.document, sentence.slot, at, sentence.wording)
    with st.container(horizontal=True):
        st.button("Keep this wording", key="keep", type="primary", on_click=_keep)
        if sentence.edited:
            st.button(
                "Restore plain wording",
                key="restore",
                icon=":material/undo:",
                on_click=_restore,
                args=(draft.document, sentence.slot),
            )
    for o in objections:
        told = f"**“{inert(o.words)}”**: {inert(o.says)}"
        if o.hard:
            st.error(told, icon=":material/gpp_maybe:")
        else:
            st.warning(f"{told} (a remark, not a stop)", icon=":material/gpp_maybe:")
    if sentence.edited:
        if not objections:
            st.success("The guard has nothing against this wording.", icon=":material/verified_user:")
        st.markdown("**Plain wording, for comparison**")
        st.markdown(f"> {inert(sentence.text)}")


def _keep() -> None:
    session.keep_wording()


def _restore(document: str, slot: str) -> None:
    with session.told():
        session.desk().letters.edit(st.session_state["case"], document, slot, "")  # type: ignore[arg-type]
        session.say("Plain wording restored.", "done")
