"""Letters: a draft beside its evidence, sentence by sentence; edit, approve, compare and export."""

from typing import get_args

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.draft import Document, Draft
from workflows.ui import drafts, proof, rewording, session, versions
from workflows.ui.widgets import footer, messages, no_case

NAMES: dict[Document, str] = {
    "value_proposition": "Value proposition",
    "counteroffer": "Counteroffer",
    "ultimatum_response": "Answer to an ultimatum",
    "data_request": "Data request",
}
WHAT: dict[Document, str] = {
    "value_proposition": "For the payer: one page on what the practice is worth to the plan.",
    "counteroffer": "For the payer: the rate request, or the answer to an offer.",
    "ultimatum_response": "For the payer: the answer to take it or leave it, with a proposal in its place.",
    "data_request": "For your own staff: the reports to pull. It is not sent to anybody.",
}


def show() -> None:
    """The page."""
    st.title("Letters", anchor=False)
    case = session.opened_case()
    messages()
    if case is None:
        no_case()
        return
    document = _document()
    draft = session.desk().letters.draft(case, document)
    objections = session.objections(case, draft)
    drafts.status(draft, objections)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.header("The draft", anchor=False)
        st.caption("Choose a sentence to see what holds it.")
        drafts.letter(draft, objections)
    with right:
        proof.panel(case, draft, objections)
    _below(case, draft)
    footer()


def _document() -> Document:
    kept = st.session_state.get("document")
    known = get_args(Document)
    chosen = st.segmented_control(
        "Document",
        known,
        default=kept if kept in known else known[0],
        required=True,
        format_func=lambda d: NAMES[d],
        key="choose_document",
        wrap=True,
        on_change=_stay_unless_kept,
    )
    document: Document = chosen or known[0]
    if document != kept:
        st.session_state["document"] = document
        st.session_state.pop("slot", None)
    st.caption(WHAT[document])
    return document


def _stay_unless_kept() -> None:
    if not session.keep_wording():
        st.session_state["choose_document"] = st.session_state["document"]


def _below(case: Case, draft: Draft) -> None:
    drafts.gaps(draft)
    rewording.panel(case, draft)
    left, right = st.columns(2, gap="medium")
    with left:
        versions.approve(case, draft)
    with right:
        versions.export(draft, session.desk().letters.stamp(draft))
    versions.approved(case, draft)


show()
