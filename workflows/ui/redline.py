"""What follows from the findings: the redline sheet for the payer, and answers the contract can fill in."""

from functools import lru_cache

import streamlit as st

from workflows.domain.answers import Proposal
from workflows.domain.case import Case
from workflows.domain.contract import ContractReview
from workflows.domain.draft import Objection
from workflows.ui import session
from workflows.ui.widgets import LOCK, inert


def sheet(case: Case, review: ContractReview) -> None:
    """The redline sheet of the accepted findings, and what keeps it from being sent."""
    desk = session.desk()
    st.header("Redline sheet", anchor=False)
    made = desk.agreement.redlines.of(case)
    if not made.rows:
        st.caption(
            f"Of {len(review.findings)} findings none is asked for yet. “Ask for the change” puts a finding on a sheet for "
            "the payer: clause, where it stands, its words now, what you ask for, and why."
        )
        return
    objections = _objections(case.id, case.version)
    st.markdown(
        "\n".join(
            f"- **{inert(r.clause)}** ({inert(r.where)}). Ask: {inert(r.ask)} Reason: {inert(r.reason)}"
            for r in made.rows
        )
    )
    for o in objections:
        st.error(inert(o.says), icon=":material/gpp_maybe:")
    if objections:
        st.caption("Take the decision back and give another reason; the sheet can be exported then.")
        return
    st.download_button(
        f"Export the sheet (DOCX, {len(made.rows)} clause{'' if len(made.rows) == 1 else 's'})",
        lambda: desk.agreement.redlines.export(made, desk.agreement.redlines.known(case)),
        "requested-changes.docx",
        key="export_redline",
        on_click="ignore",
        icon=":material/download:",
        help="For the payer. Read it before you send it; have counsel read it where much hangs on it.",
    )


@lru_cache(maxsize=32)
def _objections(case_id: str, version: int) -> tuple[Objection, ...]:
    """What the guard has against the sheet; worked out once for each version of the case."""
    case, sheets = session.desk().case(case_id), session.desk().agreement.redlines
    return sheets.objections(sheets.of(case), sheets.known(case))


def silent_answers(case: Case) -> None:
    """What the contract says where the interview has no answer yet: taken over only when the user confirms it."""
    desk = session.desk()
    found = desk.agreement.proposals(case)
    if not found:
        return
    with st.container(border=True, key="contract_answers"):
        st.markdown("**Your contract can answer questions of the interview.** Confirm what is right.")
        for n, p in enumerate(found):
            private = f" {LOCK} private" if desk.question(p.field)[1].visibility == "private" else ""
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{inert(desk.agreement.in_sentence(p))}{private}", width="stretch")
                st.button(
                    "Confirm", key=f"confirm_{n}", on_click=_confirm, args=(case.id, p), help=inert(f"“{p.quote}”")
                )


def _confirm(case_id: str, proposal: Proposal) -> None:
    with session.told():
        session.desk().accept(case_id, [proposal])
        session.say("Kept as your answer. You can take it back with Undo.", "done")
