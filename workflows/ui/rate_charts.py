"""Three pictures of fees: percent of Medicare by code, payers side by side, packages over the term. Each says in words
what it shows, for who cannot see it, and gives the same as a list."""

from typing import Any

import streamlit as st

from workflows.domain.comparison import Beside, Comparison, Scenario
from workflows.domain.language import percent, usd
from workflows.rates.arithmetic import percent_text
from workflows.ui.widgets import inert

INK, TEAL, SAND = "#101a20", "#0b5d6b", "#b0762a"
MOST_CODES = 25  # the dearest; more would be a wall
NAMES = {"opening": "Your request", "offer": "Their offer", "offer_schedule": "Their offered schedule",
         "walk_away": "Walk-away", "target": "Target"}  # fmt: skip
_AXIS = {"labelLimit": 170, "labelColor": INK, "labelFontSize": 13, "ticks": False, "domain": False}
_MEASURE = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "tickCount": 5}
_COLOURS = {"domain": ["At or above Medicare", "Below Medicare"], "range": [TEAL, SAND]}


def codes(table: tuple[Beside, ...]) -> None:
    """Percent of Medicare by code, the circle as large as the dollars a year."""
    shown = [x for x in table if x.percent is not None][:MOST_CODES]
    if not shown:
        return
    values = [
        {
            "Code": x.label if x.setting == "office" else f"{x.label} (facility)",
            "Percent": float(x.percent or 0),
            "Dollars": float(x.dollars or 0),
            "Level": _COLOURS["domain"][(x.percent or 0) < 100],
            "said": percent(x.percent) if x.percent is not None else "",
        }
        for x in shown
    ]
    told = [
        f"{v['Code']}: {v['said']} of Medicare{f', {usd(x.dollars)} a year' if x.dollars else ''}"
        for v, x in zip(values, shown, strict=True)
    ]
    y = {"field": "Code", "type": "nominal", "sort": None, "title": None, "axis": _AXIS}
    x = {"field": "Percent", "type": "quantitative", "title": "Percent of Medicare", "axis": _MEASURE,
         "scale": {"zero": False, "padding": 40}}  # fmt: skip
    size = {"field": "Dollars", "type": "quantitative", "legend": None, "scale": {"range": [60, 900]}}
    colour = {"field": "Level", "scale": _COLOURS, "legend": {"orient": "top", "title": None, "labelFontSize": 12}}
    dots = {"mark": {"type": "circle", "opacity": 0.85}, "encoding": {"y": y, "x": x, "size": size, "color": colour}}
    words = {
        "mark": {"type": "text", "align": "left", "dx": 20, "color": INK, "fontSize": 12},
        "encoding": {"y": y, "x": x, "text": {"field": "said"}},
    }
    line = {"mark": {"type": "rule", "strokeDash": [4, 3], "color": INK}, "encoding": {"x": {"datum": 100}}}
    spec = {"data": {"values": values}, "layer": [line, dots, words], "height": {"step": 30}}
    _picture(spec, "Percent of Medicare by code; a larger circle is more dollars a year.", told, "codes")


def payers(comparison: Comparison) -> None:
    """The level of each schedule side by side; other payers of the practice are private and marked as such."""
    every = [(c, False) for c in comparison.own] + [(o.held, True) for o in comparison.others]
    levels = [(c, private, c.level) for c, private in every if c.level]
    if len(levels) < 2:
        return
    values = [
        {
            "Schedule": f"{c.payer}{' (offer)' if c.what == 'offer' else ''}{' 🔒' if private else ''}",
            "Percent": float(level.percent),
            "Who": "Other payers (private)" if private else "This payer",
            "said": percent_text(level.percent),
        }
        for c, private, level in levels
    ]
    told = [f"{v['Schedule']}: {v['said']} of {comparison.year} Medicare" for v in values]
    y = {"field": "Schedule", "type": "nominal", "sort": None, "title": None, "axis": _AXIS}
    x = {"field": "Percent", "type": "quantitative", "axis": None, "scale": {"domainMin": 0, "padding": 50}}
    scale = {"domain": ["This payer", "Other payers (private)"], "range": [TEAL, "#b9ced3"]}
    colour = {"field": "Who", "scale": scale, "legend": {"orient": "top", "title": None, "labelFontSize": 12}}
    bars = {"mark": {"type": "bar", "cornerRadiusEnd": 3}, "encoding": {"y": y, "x": x, "color": colour}}
    words = {
        "mark": {"type": "text", "align": "left", "dx": 6, "color": INK, "fontSize": 13},
        "encoding": {"y": y, "x": x, "text": {"field": "said"}},
    }
    spec = {"data": {"values": values}, "layer": [bars, words], "height": {"step": 36}}
    _picture(spec, "Percent of Medicare by payer.", told, "payers")


def term(scenarios: tuple[Scenario, ...]) -> None:
    """What each package adds, year by year of its term."""
    values = [
        {"Package": NAMES.get(s.name, s.name), "Year": n, "Dollars": float(dollars)}
        for s in scenarios
        for n, dollars in enumerate(s.years, 1)
    ]
    told = [
        f"{NAMES.get(s.name, s.name)}: " + ", ".join(f"year {n} {usd(d)}" for n, d in enumerate(s.years, 1))
        for s in scenarios
    ]
    longest = max((len(s.years) for s in scenarios), default=0)
    if not values:
        return
    colour = {
        "field": "Package",
        "scale": {"range": [TEAL, SAND, "#7a5200", "#7fb3bd", "#4b5a62"]},
        "legend": {"orient": "top", "title": None, "labelFontSize": 12, "columns": 2},
        "sort": None,
    }
    dollars = {"field": "Dollars", "type": "quantitative", "title": "Dollars a year against today",
               "axis": {**_MEASURE, "format": "$,.0f"}}  # fmt: skip
    if longest == 1:
        name = {"field": "Package", "type": "nominal", "sort": None, "title": None, "axis": _AXIS}
        encoding: dict[str, Any] = {"y": name, "x": dollars, "color": {**colour, "legend": None}}
        spec: dict[str, Any] = {
            "mark": {"type": "bar", "cornerRadiusEnd": 3},
            "encoding": encoding,
            "height": {"step": 36},
        }
    else:
        year = {"field": "Year", "type": "ordinal", "axis": {**_MEASURE, "labelAngle": 0}}
        encoding = {
            "x": year,
            "y": dollars,
            "color": colour,
            "strokeDash": {**colour, "scale": {}},
            "shape": {**colour, "scale": {}},
        }
        spec = {"mark": {"type": "line", "point": {"size": 60}}, "encoding": encoding, "height": 260}
    spec["data"] = {"values": values}
    _picture(spec, "Dollars a year against today, by package.", told, "term")


def _picture(spec: dict[str, Any], title: str, told: list[str], key: str) -> None:
    st.vega_lite_chart(spec, alt=f"{title} {'; '.join(told)}.", key=f"chart_{key}")
    with st.expander("The picture in words", type="compact"):
        st.markdown("\n".join(f"- {inert(line)}" for line in told))
