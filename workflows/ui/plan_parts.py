"""The parts of a plan on the screen: what to do and when, ways to agree, words to say, and the documents.

Words that the payer may hear stand in quotation marks; what is private stays behind the lock of `stopping`.
"""

from collections.abc import Iterable, Sequence
from functools import partial

import streamlit as st

from workflows.domain import language
from workflows.domain.case import Case
from workflows.domain.draft import Sentence
from workflows.domain.guidance import Statement
from workflows.domain.plan import NegotiationPlan
from workflows.ui import session, stopping
from workflows.ui.widgets import inert, source_line


def doing(case: Case, plan: NegotiationPlan) -> None:
    """What to do on which day, whether it looks firm, and the moves with their sources."""
    st.header("What to do, and when", anchor=False)
    st.markdown(
        "\n".join(
            f"- **{language.day(a.day.isoformat())}**{f' ({inert(a.who)})' if a.who else ''}: {inert(a.what)}"
            for a in plan.next_actions
        )
    )
    st.subheader("Firm or soft", anchor=False)
    st.markdown(inert(plan.reading))
    marks = {"moves": ":material/trending_up: May move", "holds": ":material/lock_clock: May hold"}
    st.markdown("\n".join(f"- {marks[s.side]}: {inert(s.says)}" for s in plan.signs))
    st.subheader("Moves, in order", anchor=False)
    for number, move in enumerate(plan.moves, 1):
        with st.expander(f"{number}. {inert(move.title)}", expanded=number == 1):
            statements(move.says, move.id)
    for dispute in plan.disputes:
        stopping.both_views(dispute)


def ways(case: Case, plan: NegotiationPlan) -> None:
    """What the plan would lose, and the options besides yes and no."""
    st.header("Ways to agree besides yes and no", anchor=False)
    st.caption("Built from this case's own figures. An option that would end below your private floor is not shown.")
    for option in plan.options:
        with st.container(border=True):
            st.markdown(f"**{inert(option.title)}** · meets: {inert(option.serves)}")
            st.markdown(_said([option.say]))
            told = [
                f"Worth {option.priced}." if option.priced else "",
                option.lacks and f"Still needed: {option.lacks}",
            ]
            if line := " ".join(t for t in told if t):
                st.caption(inert(line))
    st.header("What the plan would lose", anchor=False)
    st.caption("Figures to show, never a threat to make.")
    st.markdown("\n".join(f"- {inert(s.wording)}" for s in plan.loses) or "Nothing is counted yet; the interview asks.")
    _all_sources(i for o in plan.options for i in o.sources)


def words(case: Case, plan: NegotiationPlan) -> None:
    """Scripts, replies to the stock objections, and whom to turn to."""
    st.header("For the call", anchor=False)
    for script in plan.scripts:
        with st.expander(inert(script.title), expanded=script is plan.scripts[0]):
            st.caption(inert(script.when))
            st.markdown(_said(script.say))
    st.header("When they say ...", anchor=False)
    for reply in plan.objections:
        with st.expander(f"“{inert(reply.they_say)}”"):
            st.markdown(f"Ask back:\n\n{_said([reply.ask_back])}\n\nThen:\n\n{_said(reply.say)}")
            if reply.lacks:
                st.caption(inert(reply.lacks))
    st.header("Whom to turn to, in order", anchor=False)
    for rung in plan.escalation:
        when = f"{language.day(rung.day.isoformat())}. {rung.when}"
        with st.expander(f"{rung.order}. {inert(rung.role)} · {inert(when)}"):
            st.markdown(_said(rung.say))
    cited = [
        [s.sources for s in plan.scripts],
        [o.sources for o in plan.objections],
        [r.sources for r in plan.escalation],
    ]
    _all_sources(i for part in cited for ids in part for i in ids)


def documents(case: Case, plan: NegotiationPlan) -> None:
    """The letters, the calendar and the plan as a file."""
    desk = session.desk().ultimatum
    st.header("Documents", anchor=False)
    st.markdown("The answer letter slows it down, asks for the paper in writing and makes a proposal in its place.")
    with st.container(horizontal=True):
        for document, name in (("ultimatum_response", "Answer letter"), ("counteroffer", "Counteroffer")):
            st.button(
                name, key=f"to_{document}", icon=":material/mail:", on_click=_open, args=(document,), type="primary"
            )
        st.download_button(
            "Calendar (.ics)",
            lambda: desk.calendar(plan),
            "negotiation.ics",
            "text/calendar",
            key="plan_ics",
            on_click="ignore",
            icon=":material/event:",
            help="Clocks and actions with reminders; nothing private stands in it.",
        )
        for private, name in ((False, "Plan without what is private (.md)"), (True, "Whole plan, private (.md)")):
            st.download_button(
                name,
                partial(desk.markdown, plan, private=private),
                "plan-private.md" if private else "plan.md",
                "text/markdown",
                key=f"plan_md_{private}",
                on_click="ignore",
                icon=":material/lock:" if private else ":material/description:",
            )


def _open(document: str) -> None:
    st.session_state["document"] = document
    session.goto("letters")


def statements(said: Sequence[Statement], key: str) -> None:
    """Statements one after the other, and where they come from."""
    st.markdown(" ".join(inert(s.text) for s in said))
    sources(i for s in said for i in s.sources)


def sources(ids: Iterable[str]) -> None:
    """Where something comes from, in one small line; general knowledge is said to be that."""
    line = source_line(tuple(dict.fromkeys(ids)), session.desk().catalog.sources)
    st.caption(f"Source: {line}" if line else "General knowledge of negotiators.")


def _all_sources(ids: Iterable[str]) -> None:
    with st.expander("Where this comes from", type="compact", key="plan_sources"):
        sources(ids)


def _said(sentences: Sequence[Sentence]) -> str:
    return "\n".join(f"> {inert(s.wording)}\n>" for s in sentences) or "Nothing yet: answer more of the interview."
