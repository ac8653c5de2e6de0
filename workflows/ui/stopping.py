"""Where the practice would stop, private: not on the page at all until it is asked for, since others see a screen too."""

from typing import Any

import streamlit as st

from workflows.domain.guidance import Dispute
from workflows.domain.language import number, percent, points, usd
from workflows.domain.plan import Amount, NegotiationPlan, WalkAwayPoint
from workflows.ui import session, sidebar
from workflows.ui.widgets import LOCK, inert, source_line

INK, TEAL, SAND = "#101a20", "#0b5d6b", "#b0762a"


def show(plan: NegotiationPlan) -> None:
    """The verdict with its reasons, the figures, the picture, both views on leaving, what to give in which order."""
    st.header(f"{LOCK} Where you would stop", anchor=False)
    if not st.toggle("Show what is private", key="show_stop"):
        st.caption("The verdict, its figures and the order of concessions are kept from view. They enter no letter.")
        return
    point = plan.walk_away
    with st.container(border=True):
        st.markdown(f"**{inert(point.says)}**")
        st.markdown("\n".join(f"- {inert(r.says)}" for r in point.reasons))
    _missing(point)
    with st.expander("The figures, each with its sum", icon=":material/calculate:"):
        st.markdown("\n".join(f"- {inert(a.name)}: **{_amount(a)}** ({inert(a.shown)})" for a in point.figures))
    _sensitivity(point)
    with st.expander("What to give, in this order, and what to ask back", icon=":material/swap_horiz:"):
        for one in plan.concessions:
            st.markdown(f"{one.order}. {inert(one.give.wording)} **Ask back:** {inert(one.back)}.")
        if point.steps:
            steps = ", ".join(percent(s) for s in point.steps)
            st.caption(f"Steps for later rounds, each half the one before and clear of your floor: {steps}.")
    if point.dispute:
        both_views(point.dispute)


def _missing(point: WalkAwayPoint) -> None:
    for n, ask in enumerate(point.missing):
        step = ask.field.partition(".")[0]
        with st.container(horizontal=True):
            st.caption(f":material/pending: {inert(ask.ask)} {inert(ask.where)}")
            if step != "ultimatum":
                st.button("Answer it", key=f"missing{n}", type="tertiary", on_click=sidebar.open_step, args=(step,))


def _amount(figure: Amount) -> str:
    if figure.amount is None:
        return "not known"
    match figure.unit:
        case "usd":
            return inert(usd(figure.amount))
        case "percent":
            return percent(figure.amount)
        case "points":
            return points(figure.amount)
        case _:
            return inert(number(figure.amount))


def _sensitivity(point: WalkAwayPoint) -> None:
    if not point.grid:
        return
    values = [
        {"Stay": f"{number(c.staying)}% stay", "Refilled": f"{number(c.refilled)}%", "Lost": float(c.lost), "said": usd(c.lost)}
        for c in point.grid
    ]  # fmt: skip
    axis = {"labelColor": INK, "labelFontSize": 12, "ticks": False, "domain": False, "labelAngle": 0}
    x = {
        "field": "Refilled",
        "type": "ordinal",
        "sort": None,
        "title": "Places filled by others",
        "axis": {**axis, "orient": "top"},
    }
    y = {"field": "Stay", "type": "ordinal", "sort": None, "title": None, "axis": axis}
    colour = {"field": "Lost", "type": "quantitative", "legend": None,
              "scale": {"domainMid": 0, "range": ["#cfe6df", "#ffffff", "#f0d9b8"]}}  # fmt: skip
    cells: dict[str, Any] = {
        "mark": {"type": "rect", "stroke": "#ffffff"},
        "encoding": {"x": x, "y": y, "color": colour},
    }
    text: dict[str, Any] = {
        "mark": {"type": "text", "color": INK, "fontSize": 12},
        "encoding": {"x": x, "y": y, "text": {"field": "said"}},
    }
    told = "; ".join(f"{v['Stay']}, {v['Refilled']} filled: {v['said']}" for v in values)
    st.markdown("**What leaving costs a year** (negative: it gains)")
    st.vega_lite_chart(
        {"data": {"values": values}, "layer": [cells, text], "height": {"step": 34}},
        alt=f"What leaving costs a year by patients who stay and places filled. {told}.",
        key="chart_stop",
    )
    if point.assumed:
        st.caption(inert(f"Nobody gave {' and '.join(point.assumed)}, so several are tried."))


def both_views(dispute: Dispute) -> None:
    """A disagreement of the sources, all sides with their dates."""
    with st.expander(f"The sources disagree: {inert(dispute.question)}", icon=":material/balance:"):
        register = session.desk().catalog.sources
        for side in dispute.sides:
            st.markdown(f"- {inert(side.says)} ({source_line(side.sources, register)})")
        st.markdown(inert(dispute.reading))
