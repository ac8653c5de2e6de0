"""Leverage: why the payer should say yes, as a picture and as cards; with little leverage, the honest path."""

from typing import Any

import streamlit as st

from workflows.domain.evidence import Claim
from workflows.ui import session, sidebar
from workflows.ui.widgets import GRADES, footer, grade, inert, messages, no_case

INK, TEAL = "#101a20", "#0b5d6b"


def show() -> None:
    """The page."""
    st.title("Leverage", anchor=False)
    case = session.opened_case()
    messages()
    if case is None:
        no_case()
        return
    standing = session.desk().standing(case)
    if not standing.claims:
        _empty()
        return
    st.markdown("What your answers argue, strongest first. A claim is worth most when it is measured.")
    if standing.quick_wins:
        _quick_wins(standing.quick_wins)
    _picture(standing.claims)
    for advice in standing.advice:
        st.info(inert(advice), icon=":material/lightbulb:")
    st.header("Claim by claim", anchor=False)
    for claim in standing.claims:
        _card(claim)
    footer()


def _empty() -> None:
    with st.container(border=True):
        st.markdown(
            "**No claims yet.** A claim needs one fact a payer can check. Most practices find their strongest in the "
            "step *Keeping members out of the emergency room*: same-day visits, after-hours calls, visits avoided."
        )
        st.button("Go to that step", key="begin", type="primary", on_click=sidebar.open_step, args=("er_avoidance",))


def _quick_wins(wins: tuple[str, ...]) -> None:
    with st.container(border=True):
        st.header("What you can win as things stand", anchor=False)
        st.markdown(
            "Nothing here carries a rate request on its own yet, and a bluff that the payer can check costs you the "
            "next talk as well. These asks are small, fair and often granted; strengthen the claims below meanwhile."
        )
        st.markdown("\n".join(f"- {inert(win)}" for win in wins))


def _picture(claims: tuple[Claim, ...]) -> None:
    said = [f"{c.strength} · {GRADES[c.grade][0].lower()}" for c in claims]
    rows = [
        {"Claim": c.title, "Strength": c.strength, "Grade": GRADES[c.grade][0], "said": words}
        for c, words in zip(claims, said, strict=True)
    ]
    told = [f"{c.title}: strength {c.strength} of 100, {GRADES[c.grade][0].lower()}" for c in claims]
    st.vega_lite_chart(_spec(rows), alt=f"Strength of each claim. {'; '.join(told)}.", key="claims")
    with st.expander("The picture in words", type="compact"):
        st.markdown("\n".join(f"- {inert(line)}" for line in told))


def _spec(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Bars by topic; the grade is told by colour, by outline (dashed: asserted) and by the word at the bar's end."""
    names = [name for name, _ in GRADES.values()]
    axis = {"labelLimit": 190, "ticks": False, "domain": False, "labelColor": INK, "labelFontSize": 13}
    y = {"field": "Claim", "type": "nominal", "sort": None, "title": None, "axis": axis}
    x = {"field": "Strength", "type": "quantitative", "scale": {"domain": [0, 185]}, "axis": None}
    bar = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "strokeWidth": 1.5},
        "encoding": {
            "y": y,
            "x": x,
            "color": {
                "field": "Grade",
                "scale": {"domain": names, "range": [TEAL, "#7fb3bd", "#e8eef0"]},
                "legend": None,
            },
            "stroke": {"value": TEAL},
            "strokeDash": {"condition": {"test": "datum.Grade == 'Asserted'", "value": [4, 3]}, "value": [1, 0]},
        },
    }
    words = {
        "mark": {"type": "text", "align": "left", "dx": 6, "color": INK, "fontSize": 13},
        "encoding": {"y": y, "x": x, "text": {"field": "said"}},
    }
    return {"data": {"values": rows}, "layer": [bar, words], "height": {"step": 34}}


def _card(claim: Claim) -> None:
    with st.container(border=True, key=f"claim_{claim.topic}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(inert(claim.title), anchor=False, width="content")
            grade(claim.grade)
            st.badge(f"Strength {claim.strength} of 100", color="gray")
        st.markdown(inert(claim.text))
        st.markdown(f"**What it means for the plan.** {inert(claim.gain)}")
        if claim.to_strengthen:
            st.markdown(
                "**What would make it stronger**\n" + "\n".join(f"- {inert(say)}" for say in claim.to_strengthen)
            )
        st.caption(f"How it was ranked: {inert(claim.rule)}")


show()
