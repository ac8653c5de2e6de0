"""The files of a contract on the screen: what is kept in which order, and the way in with its progress."""

from typing import TYPE_CHECKING, Literal

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.errors import ParleyError
from workflows.ui import session
from workflows.ui.widgets import inert

if TYPE_CHECKING:
    from workflows.domain.contract import ContractFile


def kept(case: Case) -> None:
    """The files in their order: a later one rules over an earlier one."""
    files = case.contract.files
    if len(files) > 1:
        st.caption("The agreement first, then what changes it: where two speak of the same matter, the later rules.")
    for n, k in enumerate(files):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"contract_{n}"):
            with st.container(width="stretch", gap=None):
                st.markdown(f"**{n + 1}. {inert(k.name)}**")
                unread = f" · not readable: page {', '.join(map(str, k.unread))}" if k.unread else ""
                st.caption(f"{k.pages} page{'' if k.pages == 1 else 's'}{unread}")
            if len(files) > 1:
                _mover(case, k.words, n, "Earlier", -1, disabled=n == 0)
                _mover(case, k.words, n, "Later", 1, disabled=n == len(files) - 1)
            st.button("Remove", key=f"remove_contract_{n}", type="tertiary", on_click=_remove, args=(case.id, k.words))


def _mover(case: Case, words: str, n: int, label: str, by: Literal[-1, 1], *, disabled: bool) -> None:
    icon = ":material/arrow_upward:" if by < 0 else ":material/arrow_downward:"
    st.button(label, key=f"{label.lower()}_{n}", icon=icon, type="tertiary", disabled=disabled, on_click=_move, args=(case.id, words, by))  # fmt: skip


def _move(case_id: str, words: str, by: Literal[-1, 1]) -> None:
    with session.told():
        session.desk().agreement.move(case_id, words, by)


def _remove(case_id: str, words: str) -> None:
    with session.told():
        session.desk().agreement.remove(case_id, words)
        session.say("Taken out. You can take it back with Undo.", "done")


def add(case: Case) -> None:
    """The way in for one or several PDFs; each is read in a program of its own, and one that is refused says why."""
    at = f"contract_files{case.id}.{st.session_state.get('contract_round', 0)}"
    for sentence in st.session_state.get("contract_refused", ()):
        st.error(inert(sentence), icon=":material/error:")
    given = st.file_uploader(
        "PDF of the agreement, its amendments and exhibits",
        type="pdf",
        accept_multiple_files=True,
        key=at,
        help="At most 10 MB and 200 pages a file. A file that is locked with a password, or a scan without text, is refused with the reason.",
    )
    if not given:
        return
    refused: list[str] = []
    bar = st.progress(0.0, "Reading")
    read: list[ContractFile] = []
    for n, file in enumerate(given):
        bar.progress(n / len(given), inert(f"Reading {file.name} ({n + 1} of {len(given)})"))
        try:
            read.append(session.desk().contracts.read(file.getvalue(), file.name))
        except ParleyError as error:
            refused.append(str(error))
    bar.progress(0.9, "Looking for clauses")
    refused += _keep(case, read)
    st.session_state["contract_refused"] = refused
    st.session_state["contract_round"] = st.session_state.get("contract_round", 0) + 1
    st.session_state.pop("finding", None)
    st.rerun()


def _keep(case: Case, read: "list[ContractFile]") -> list[str]:
    """Keep the files together; where one is no contract, the others are kept without it."""
    if not read:
        return []
    agreement = session.desk().agreement
    try:
        agreement.add(case.id, read)
    except ParleyError as error:
        if len(read) == 1:
            return [str(error)]
        return [said for file in read for said in _keep(case, [file])]
    return []
