"""The findings of a contract on the screen: the list by risk, the filter, the chosen one beside its page, the decision.

List and page are drawn by a small component of our own (clauses.js): a list of thirty findings would be a hundred
widgets, and a page of a contract must not be read as markup.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.contract import LEVELS, Choice, ContractFinding, ContractReview, Level, PageText
from workflows.domain.errors import ParleyError
from workflows.ui import session
from workflows.ui.widgets import inert

RISKS: dict[Level, tuple[str, str, str]] = {
    "high": ("High risk", ":material/priority_high:", "red"),
    "medium": ("Medium risk", ":material/report:", "orange"),
    "low": ("Low risk", ":material/info:", "gray"),
    "favorable": ("Favorable", ":material/thumb_up:", "green"),
}
_DECIDED = {"accepted": "Change asked for", "dismissed": "Dismissed", "open": "Not decided"}
_STATES = {"image": "This page is only a picture: no words of it could be read. Read it yourself.",
           "broken": "This page is damaged and could not be read.", "blank": "This page is blank."}  # fmt: skip
_HERE = Path(__file__).parent
_DRAWN = st.components.v2.component(
    "parley_clauses",
    html='<div class="clauses" role="group" tabindex="0"></div>',
    css=(_HERE / "clauses.css").read_text(encoding="utf-8"),
    js=(_HERE / "clauses.js").read_text(encoding="utf-8"),
)


def show(case: Case, review: ContractReview) -> None:
    """The findings, filtered, beside the chosen one."""
    st.header("Findings", anchor=False)
    every = session.desk().agreement.ranked(review)
    findings = _filtered(case, review, every)
    if not findings:
        st.info("No finding fits this filter.", icon=":material/filter_alt:")
        return
    first = next((f for f in findings if not f.replaced_by), findings[0])
    chosen = next((f for f in findings if f.key == st.session_state.get("finding")), first)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _list(case, review, findings, chosen)
    with right:
        _chosen(case, review, chosen)


def _filtered(case: Case, review: ContractReview, every: Sequence[ContractFinding]) -> list[ContractFinding]:
    """The findings that fit; each row of the filter leaves all of them until something is chosen in it."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="clause_filter"):
        levels = [level for level in reversed(LEVELS) if any(f.risk == level for f in every)]
        risk = st.pills("Risk", levels, selection_mode="multi", format_func=lambda r: RISKS[r][0], key="filter_risk")
        kinds = {f.type: f.title for f in every}
        kind = st.selectbox("Clause", sorted(kinds, key=kinds.__getitem__), None, format_func=kinds.__getitem__,
                            key="filter_type", placeholder="All clauses", width=215)  # fmt: skip
        document = None
        if len(review.documents) > 1:
            document = st.selectbox(
                "File", review.documents, None, key="filter_file", placeholder="All files", width=165
            )
        decided = st.selectbox("Decision", list(_DECIDED), None, format_func=_DECIDED.__getitem__,
                               key="filter_decision", placeholder="Any", width=135)  # fmt: skip
    return [
        f
        for f in every
        if (not risk or f.risk in risk)
        and kind in (None, f.type)
        and document in (None, f.document)
        and decided in (None, _decision(case, f))
    ]


def _decision(case: Case, f: ContractFinding) -> str:
    made = case.contract.decision(f.key)
    return made.choice if made else "open"


def _list(case: Case, review: ContractReview, findings: Sequence[ContractFinding], chosen: ContractFinding) -> None:
    groups = [
        {
            "risk": level,
            "name": f"{RISKS[level][0]} ({len(found)})",
            "findings": [_line(case, review, f) for f in found],
        }
        for level in reversed(LEVELS)
        if (found := [f for f in findings if f.risk == level and not f.replaced_by])
    ]
    if gone := [f for f in findings if f.replaced_by]:
        lines = [_line(case, review, f) for f in gone]
        groups.append({"risk": "gone", "name": f"No longer holds: replaced ({len(gone)})", "findings": lines})
    data = {"name": "Findings; choose one to see its words", "groups": groups, "pages": [], "selected": chosen.key}
    _DRAWN(data=data, key="findings", on_chosen_change=_choose)


def _choose() -> None:
    st.session_state["finding"] = st.session_state["findings"].chosen


def _line(case: Case, review: ContractReview, f: ContractFinding) -> dict[str, str]:
    decision = _decision(case, f)
    told = "" if decision == "open" else _DECIDED[decision]
    title = f"{f.title} ({f.product})" if f.product else f.title
    return {"key": f.key, "title": title, "where": where(review, f), "decision": told}


def where(review: ContractReview, f: ContractFinding) -> str:
    """Where a finding stands, as the practice names its own files."""
    section = f.section.split(" / ")[-1]
    pages = f"page {f.page}" if len(f.pages) < 2 else f"pages {f.pages[0]} to {f.pages[-1]}"
    file = f.document if len(review.documents) > 1 else ""
    return ", ".join(part for part in (file, pages, f"section {section}" if section[:1].isdigit() else section) if part)


def _chosen(case: Case, review: ContractReview, f: ContractFinding) -> None:
    name, icon, color = RISKS[f.risk]
    st.subheader(inert(f"{f.title} ({f.product})" if f.product else f.title), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(name, icon=icon, color=color)  # type: ignore[arg-type]
        st.caption(inert(where(review, f)), width="content")
    _page(case, f)
    if f.replaced_by:
        st.info(f"**No longer holds.** Replaced: {inert(f.replaced_by)}.", icon=":material/history:")
    if f.replaces:
        st.info(f"**Rules over** {inert(f.replaces)}.", icon=":material/layers:")
    if f.values:
        told = "; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in f.values.items())
        st.caption(f"Read from it: {inert(told)}")
    if f.risk != "favorable":
        st.markdown(f"**Why it matters.** {inert(f.why)}")
    st.markdown(f"**What to ask for.** {inert(f.ask)}")
    if f.also:
        st.caption(f"It also speaks of this on {inert('; '.join(f.also))}.")
    _decide(case, f)


def _decide(case: Case, f: ContractFinding) -> None:
    made = case.contract.decision(f.key)
    at = f"because_{f.key}_{made.choice if made else ''}"
    if made:
        because = f": {inert(made.because)}" if made.because else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/task_alt: **{_DECIDED[made.choice]}**{because}", width="stretch")
            st.button(
                "Take this back", key="undecide", type="tertiary", on_click=_keep, args=(case.id, f.key, None, at)
            )
        return
    st.text_input(
        "Reason (may stay empty)",
        key=at,
        max_chars=400,
        help="If you ask for the change, the payer reads this reason in place of ours. If you dismiss the finding, it stays here.",
    )
    with st.container(horizontal=True):
        st.button("Ask for the change", key="accept", type="primary", icon=":material/edit_note:", on_click=_keep, args=(case.id, f.key, "accepted", at))  # fmt: skip
        st.button("Dismiss", key="dismiss", icon=":material/do_not_disturb_on:", on_click=_keep, args=(case.id, f.key, "dismissed", at))  # fmt: skip


def _keep(case_id: str, finding: str, choice: Choice | None, at: str) -> None:
    with session.told():
        session.desk().agreement.decide(case_id, finding, choice, str(st.session_state.get(at, "")))
        said = {"accepted": "It stands on the redline sheet.", "dismissed": "Dismissed.", None: "Open again."}
        session.say(said[choice], "done")
        st.session_state["finding"] = finding


def _page(case: Case, f: ContractFinding) -> None:
    """The pages the quotation stands on, its words marked; the quotation alone where the words are not to be had."""
    try:
        pages = {p.number: p for p in session.desk().agreement.pages(case, f.document)}
    except ParleyError as error:
        st.warning(inert(str(error)), icon=":material/warning:")
        st.markdown(f"> {inert(f.quote)}")
        return
    shown = [_drawn(pages[n], f) for n in f.pages if n in pages]
    name = f"Page {f.page} of {f.document}, the quoted words marked"
    _DRAWN(data={"name": name, "groups": [], "pages": shown, "selected": ""}, key="clause.page")


def _drawn(page: PageText, f: ContractFinding) -> dict[str, Any]:
    paragraphs = session.desk().agreement.marked(page, f.quote)
    return {
        "title": f"{page.document}, page {page.number}",
        "remark": _STATES.get(page.state, ""),
        "paragraphs": [[list(part) for part in parts] for parts in paragraphs],
    }
