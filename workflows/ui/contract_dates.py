"""The dates of a contract on the screen: a picture on a line of time, each with its arithmetic, and the calendar file."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from workflows.domain import language
from workflows.domain.contract import Clock, ContractReview
from workflows.ui import session
from workflows.ui.widgets import inert

INK, TEAL, SAND, GRAY = "#101a20", "#0b5d6b", "#b0762a", "#86979e"
_YEARS_BACK = 400  # days: what lies further back is told in words and would flatten the picture


def show(review: ContractReview) -> None:
    """The dates that are known, those that hang on a notice, and the file for a calendar."""
    st.header("Dates that rule", anchor=False)
    today = session.desk().day()
    dated = [c for c in review.clocks if c.day]
    picture(dated, today)
    st.markdown("\n".join(f"- {told(c)}" for c in review.clocks))
    if dated:
        st.download_button(
            "Put them in a calendar (.ics)",
            lambda: session.desk().agreement.calendar(review),
            "contract-dates.ics",
            "text/calendar",
            key="export_ics",
            on_click="ignore",
            icon=":material/event:",
            help="A reminder comes two weeks before each.",
        )


def told(clock: Clock) -> str:
    """A clock as a line: day, what, arithmetic, page."""
    day = f"**{language.day(clock.day.isoformat())}**" if clock.day else "**Open**"
    passed = " (passed)" if clock.passed else ""
    page = f"; {clock.document}, page {clock.page}" if clock.page else ""
    return f"{day}{passed}: {inert(clock.what)} ({inert(clock.shown + page)})"


def picture(clocks: Sequence[Clock], today: date) -> None:
    """The days of the last year and those to come, each on a line of its own, and today across them."""
    shown = [c for c in clocks if c.day and (c.day - today).days > -_YEARS_BACK]
    if len(shown) < 2:
        return
    values = [
        {"What": c.what, "Day": str(c.day), "State": "Passed" if c.passed else "To come",
         "said": f"{language.day(c.day.isoformat())}: {c.what.split(' (')[0]}" if c.day else ""}
        for c in shown
    ]  # fmt: skip
    y: dict[str, Any] = {"field": "What", "type": "nominal", "sort": None, "axis": None}
    when = {"labelColor": INK, "labelFontSize": 12, "tickCount": 4, "format": "%b %Y", "labelOverlap": True}
    x = {"field": "Day", "type": "temporal", "title": None, "axis": when, "scale": {"padding": 24}}
    scale = {"domain": ["To come", "Passed"], "range": [TEAL, GRAY]}
    legend = {"orient": "top", "title": None, "labelFontSize": 12}
    colour = {"field": "State", "scale": scale, "legend": legend}
    dots = {"mark": {"type": "circle", "size": 140, "opacity": 1}, "encoding": {"y": y, "x": x, "color": colour}}
    # The name of a day stands over its line, from the left: beside it, it would leave a telephone no room for the time.
    words: dict[str, Any] = {
        "mark": {"type": "text", "align": "left", "dy": -15, "color": INK, "fontSize": 12.5},
        "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "said"}},
    }
    halo = {**words, "mark": {**words["mark"], "stroke": "#ffffff", "strokeWidth": 5, "strokeJoin": "round"}}
    lines = {"mark": {"type": "rule", "color": "#dfe6e9"}, "encoding": {"y": y}}
    now = {
        "data": {"values": [{"Day": str(today)}]},
        "mark": {"type": "rule", "strokeDash": [4, 3], "color": SAND, "strokeWidth": 2},
        "encoding": {"x": {"field": "Day", "type": "temporal"}},
    }
    spec = {"data": {"values": values}, "layer": [lines, now, halo, dots, words], "height": {"step": 46}}
    words_told = "; ".join(v["said"] for v in values)
    st.vega_lite_chart(spec, alt=f"Dates of the contract; the dashed line is today. {words_told}.", key="chart_dates")
    st.caption("The dashed line is today.")
