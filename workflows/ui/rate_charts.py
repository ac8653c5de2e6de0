"""Pictures of fees: percent of Medicare by code, payers side by side, packages over the term and by volume, leaving. Each
says in words what it shows, for who cannot see it, and gives the same as a list."""

from decimal import Decimal
from typing import Any

import streamlit as st

from workflows.domain.comparison import Beside, Comparison, Scenario
from workflows.domain.language import percent, usd
from workflows.domain.rates import What
from workflows.rates.arithmetic import percent_text
from workflows.ui.widgets import inert

INK, TEAL, SAND = "#101a20", "#0b5d6b", "#b0762a"
MOST_CODES = 25  # the dearest; more would be a wall
NAMES = {"opening": "Your request", "offer": "Their offer", "offer_schedule": "Their offered schedule",
         "walk_away": "Walk-away", "target": "Target"}  # fmt: skip
_AXIS = {"labelLimit": 170, "labelColor": INK, "labelFontSize": 13, "ticks": False, "domain": False}
_MEASURE = {"labelColor": INK, "titleColor": INK, "labelFontSize": 12, "tickCount": 5}
_MANY = [TEAL, SAND, "#7fb3bd", "#7a5200", "#4b5a62", "#a02222", "#3d7a3a", "#8a6fb0"]
_KINDS: dict[What, str] = {"offer": " (offer)", "published": " (published)"}
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
    colour = {
        "field": "Level",
        "scale": _COLOURS,
        "legend": {"orient": "top", "title": None, "labelFontSize": 12, "labelColor": INK},
    }
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
            "Schedule": f"{c.payer}{_KINDS.get(c.what, '')}{' 🔒' if private else ''}",
            "Percent": float(level.percent),
            "Who": "Other payers (private)" if private else "This payer",
            "said": percent_text(level.percent),
        }
        for c, private, level in levels
    ]
    told = [f"{v['Schedule']}: {v['said']} of {comparison.year} Medicare" for v in values]
    y = {"field": "Schedule", "type": "nominal", "sort": None, "title": None, "axis": _AXIS}
    room = 1.3 * max(
        float(level.percent) for _, _, level in levels
    )  # the words stand behind the bars, on a telephone too
    x = {"field": "Percent", "type": "quantitative", "axis": None, "scale": {"domain": [0, room], "nice": False}}
    scale = {"domain": ["This payer", "Other payers (private)"], "range": [TEAL, "#b9ced3"]}
    legend = {"orient": "top", "title": None, "labelFontSize": 12, "labelColor": INK, "columns": 1}
    colour = {"field": "Who", "scale": scale, "legend": legend}
    bars = {"mark": {"type": "bar", "cornerRadiusEnd": 3}, "encoding": {"y": y, "x": x, "color": colour}}
    words = {
        "mark": {"type": "text", "align": "left", "dx": 6, "color": INK, "fontSize": 13},
        "encoding": {"y": y, "x": x, "text": {"field": "said"}},
    }
    spec = {"data": {"values": values}, "layer": [bars, words], "height": {"step": 36}}
    _picture(spec, "Percent of Medicare by payer.", told, "payers")


def term(scenarios: tuple[Scenario, ...]) -> None:
    """What each package adds, year by year of its term; without its cap too, where it has one that tells."""
    lines = [(named(s.name), s.years) for s in scenarios]
    lines += [
        (f"{named(s.name)}, no cap", s.years_uncapped)
        for s in scenarios
        if s.years_uncapped != s.years and "_" not in s.name
    ]
    longest = max((len(years) for _, years in lines), default=0)
    values = [{"Package": n, "Year": k, "Dollars": float(d)} for n, years in lines for k, d in enumerate(years, 1)]
    told = [f"{n}: " + ", ".join(f"year {k} {usd(d)}" for k, d in enumerate(years, 1)) for n, years in lines]
    title = "Dollars a year against today"
    if longest == 1:
        name = {"field": "Package", "type": "nominal", "sort": None, "title": None, "axis": _AXIS}
        dollars = {"field": "Dollars", "type": "quantitative", "title": title,
                   "axis": {**_MEASURE, "format": "$,.0f"}}  # fmt: skip
        spec: dict[str, Any] = {
            "mark": {"type": "bar", "cornerRadiusEnd": 3, "color": TEAL},
            "encoding": {"y": name, "x": dollars},
            "height": {"step": 36},
        }
    elif longest:
        spec = _lines("Year", title, {"type": "ordinal", "title": "Year of the term"}, [n for n, _ in lines])
    else:
        return
    _picture({**spec, "data": {"values": values}}, f"{title}, by package.", told, "term")


def volume(sensitivity: dict[str, dict[str, Decimal]]) -> None:
    """What request and offer are worth a year if the practice bills more or less."""
    lines = [(named(name), steps) for name, steps in sensitivity.items()]
    values = [{"Package": n, "Units": int(k), "Dollars": float(d)} for n, steps in lines for k, d in steps.items()]
    told = [f"{n}: " + "; ".join(f"{k}% of units {usd(d)} a year" for k, d in steps.items()) for n, steps in lines]
    x = {"type": "quantitative", "title": "Units against the last 12 months, in percent", "scale": {"nice": False}}
    spec = _lines("Units", "Dollars a year against today", x, [n for n, _ in lines])
    _picture({**spec, "data": {"values": values}}, "Dollars a year by volume.", told, "volume")


def leaving(by_kept: tuple[tuple[Decimal, Decimal], ...]) -> None:
    """What leaving costs or gains a year by the percent of patients who stay."""
    if not by_kept:
        return
    name = "Leaving"
    values = [{"Package": name, "Kept": float(kept), "Dollars": float(-lost)} for kept, lost in by_kept]
    told = [
        f"{percent(kept)} stay: leaving {'gains' if lost < 0 else 'costs'} {usd(abs(lost))} a year"
        for kept, lost in by_kept
    ]
    x = {"type": "quantitative", "title": "Patients who stay, in percent", "scale": {"domain": [0, 100]}}
    spec = _lines("Kept", "Dollars a year against staying", x, [name])
    spec["layer"].insert(
        0, {"mark": {"type": "rule", "strokeDash": [4, 3], "color": INK}, "encoding": {"y": {"datum": 0}}}
    )
    _picture({**spec, "data": {"values": values}}, "Leaving by patients who stay.", told, "leaving")


def named(package: str) -> str:
    """A package as the page calls it."""
    base = package.removesuffix("_current")
    words = NAMES.get(base, base.replace("_", " "))
    return f"{words}, on current Medicare" if base != package else words


def _lines(across: str, title: str, x: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Dollars as lines, one a package: told apart by shape and dash besides colour."""
    colour = {
        "field": "Package",
        "scale": {"domain": names, "range": _MANY},
        "legend": {
            "orient": "top",
            "title": None,
            "labelFontSize": 12,
            "columns": 1,
            "labelLimit": 320,
            "labelColor": INK,
            "symbolStrokeWidth": 0,
            "symbolSize": 70,
        }
        if len(names) > 1
        else None,
    }
    axis = {**_MEASURE, "labelAngle": 0}
    encoding = {
        "x": {"field": across, **x, "axis": axis},
        "y": {"field": "Dollars", "type": "quantitative", "title": title, "axis": {**_MEASURE, "format": "$,.0f"}},
        "color": colour,
    }
    plain = {"domain": names}
    line = {"mark": {"type": "line"}, "encoding": {"strokeDash": {"field": "Package", "scale": plain, "legend": None}}}
    dots = {
        "mark": {"type": "point", "filled": True, "size": 70},
        "encoding": {"shape": {"field": "Package", "scale": plain, "legend": None}},
    }
    return {"layer": [line, dots], "encoding": encoding, "height": 260 + (32 * len(names) if len(names) > 1 else 0)}


def _picture(spec: dict[str, Any], title: str, told: list[str], key: str) -> None:
    st.vega_lite_chart(spec, alt=f"{title} {'; '.join(told)}.", key=f"chart_{key}")
    with st.expander("The picture in words", type="compact"):
        st.markdown("\n".join(f"- {inert(line)}" for line in told))
