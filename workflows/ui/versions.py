"""Approving a letter, the versions approved, what changed between two of them, and the files to send."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.draft import Approved, Draft
from workflows.ui import session
from workflows.ui.widgets import inert


def approve(case: Case, draft: Draft) -> None:
    """The name of the person who approves, and the button that keeps the version."""
    st.header("Approve", anchor=False)
    st.caption("Read the whole letter first. An approved version is kept as it is, with your name and the time.")
    st.text_input("Your name", key="approver", max_chars=80, on_change="ignore", persist_state="session")
    st.button(
        "Approve this version",
        key="approve",
        type="primary",
        icon=":material/verified:",
        on_click=_approve,
        args=(draft.document,),
    )


def _approve(document: str) -> None:
    if not session.keep_wording():
        return
    with session.told():
        session.desk().letters.approve(st.session_state["case"], document, st.session_state.get("approver") or "")  # type: ignore[arg-type]
        session.say("Approved. The version is kept below.", "done")


def export(draft: Draft, stamp: str, key: str = "draft") -> None:
    """The files of a draft, made when the button is pressed; a copy as text."""
    st.header("Export", anchor=False)
    if stamp:
        st.caption(f"Every page is stamped “{stamp}” until you approve a version and export that one.")
    basis = st.toggle(
        "Add the private sheet “Basis for each statement”",
        key=f"basis_{key}",
        help="For your own file: remove it before sending the letter.",
    )
    _files(draft, stamp, basis, key)
    with st.expander("Copy as text", key=f"copy_{key}"):
        st.code(session.desk().letters.export(draft, "md").decode(), language=None, wrap_lines=True, height=260)


def _files(draft: Draft, stamp: str, basis: bool, key: str) -> None:
    name = f"{'private-' if basis else ''}{draft.document.replace('_', '-')}"
    with st.container(horizontal=True):
        st.download_button(
            "Word (DOCX)",
            _file(draft, "docx", basis, stamp),
            f"{name}.docx",
            key=f"docx_{key}",
            icon=":material/description:",
            on_click="ignore",
        )
        st.download_button(
            "PDF",
            _file(draft, "pdf", basis, stamp),
            f"{name}.pdf",
            "application/pdf",
            key=f"pdf_{key}",
            icon=":material/picture_as_pdf:",
            on_click="ignore",
        )


def _file(draft: Draft, format: str, basis: bool, stamp: str) -> Callable[[], bytes]:
    return lambda: session.desk().letters.export(draft, format, basis=basis, stamp=stamp)  # type: ignore[arg-type]


def approved(case: Case, draft: Draft) -> None:
    """The approved versions of this document, and what changed between two."""
    versions = [a for a in case.approved if a.draft.document == draft.document]
    st.header("Approved versions", anchor=False)
    if not versions:
        st.caption("None yet.")
        return
    for version in reversed(versions):
        with st.container(border=True, key=f"version_{version.number}"):
            st.markdown(f"**{_name(version)}**")
            _files(version.draft, "", bool(st.session_state.get("basis_draft")), f"v{version.number}")
    if st.toggle("Compare two versions", key="comparing"):
        _compare(versions, draft)


def _name(version: Approved) -> str:
    when = datetime.fromisoformat(version.at).astimezone()
    day = f"{when:%B} {when.day}, {when.year}"
    return f"Version {version.number}, approved by {inert(version.by)} on {day} at {when:%H:%M}"


def _compare(versions: list[Approved], draft: Draft) -> None:
    choices = {f"Version {v.number}": v.draft for v in versions} | {"The current draft": draft}
    left, right = st.columns(2)
    before = left.selectbox("From", list(choices), index=len(choices) - 2, key="compare_from")
    after = right.selectbox("To", list(choices), index=len(choices) - 1, key="compare_to")
    found = session.desk().letters.compare(choices[before], choices[after])
    if not found:
        st.caption("They read the same.")
    for change in found:
        with st.container(border=True):
            left, right = st.columns(2)
            left.markdown(f":material/remove: **Before:** {inert(change.before) or 'not there'}")
            right.markdown(f":material/add: **After:** {inert(change.after) or 'taken out'}")
