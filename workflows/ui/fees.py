"""The fees of a case on the screen: the level in a sentence, the table, the other payers, the files, the export."""

from decimal import Decimal

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.comparison import Beside, Comparison
from workflows.domain.language import usd
from workflows.domain.rates import WHAT_IN_WORDS, RateSchedule
from workflows.rates.arithmetic import percent_text
from workflows.ui import rate_charts, session
from workflows.ui.widgets import LOCK, inert

_UNITS = "Units"
_MOST_LISTED = 12
_MOST_ROWS = 2_000  # of the table; the export holds all


def level(comparison: Comparison) -> None:
    """What this payer pays, in one sentence a schedule, and what stands out in it."""
    place = f"{comparison.year} Medicare, {comparison.place}"
    for told in comparison.own:
        name = {"offer": "offers", "published": "publishes"}.get(told.what, "pays")
        if told.level:
            said = f"**{inert(told.payer)} {name} {inert(percent_text(told.level.percent))} of Medicare**"
            st.markdown(f"{said} ({inert(place)}), weighted by {inert(told.level.weighted_by)}.")
        st.markdown("\n".join(f"- {inert(line)}" for line in session.desk().rates.stands_out(told)))


def table(case: Case, rows: tuple[Beside, ...], comparison: Comparison) -> None:
    """Code by code; a click on a heading sorts, and units can be typed over."""
    shown = rows[:_MOST_ROWS]
    editable = session.desk().schedules.can_type_units(case)
    money = st.column_config.NumberColumn
    frame: dict[str, list[object]] = {
        "Code": [x.label for x in shown],
        "Setting": [x.setting for x in shown],
        _UNITS: [_float(x.units) for x in shown],
        "Now": [_float(x.now) for x in shown],
        "Offer": [_float(x.offered) for x in shown],
        "Medicare": [_float(x.medicare) for x in shown],
        "Percent": [_float(x.percent) for x in shown],
        "A year": [_float(x.dollars) for x in shown],
        "Frozen year": [_float(x.on_frozen_year) for x in shown],
        "Current year": [_float(x.on_current_year) for x in shown],
        "Note": [x.note for x in shown],
    }
    frame = {name: cells for name, cells in frame.items() if name == _UNITS or any(c not in (None, "") for c in cells)}
    if set(frame.get("Setting", ())) == {"office"}:
        frame.pop("Setting")
    dollars = {n: money(format="dollar") for n in ("Now", "Offer", "Medicare", "Frozen year", "Current year")}
    at = f"fees_table{case.id}.{case.version}"
    labels = [x.label for x in shown]
    st.data_editor(
        frame,
        hide_index=True,
        key=at,
        placeholder="–",
        disabled=[name for name in frame if name != _UNITS or not editable],
        on_change=_type_units,
        args=(case.id, at, labels),
        alt=f"Fees of this payer against {comparison.year} Medicare, {len(shown)} codes",
        column_config={
            **dollars,
            "Code": st.column_config.TextColumn(pinned=True),
            _UNITS: money(format="localized", min_value=0),
            "Percent": money("% of Medicare", format="%.1f%%"),
            "A year": money("A year now", format="$%,d"),
        },
    )
    told = "A click on a heading sorts." + (" Units can be typed over: a double click, or Enter." if editable else "")
    st.caption(told + (f" The first {_MOST_ROWS:,} codes." if len(rows) > _MOST_ROWS else ""))


def _type_units(case_id: str, at: str, labels: list[str]) -> None:
    with session.told():
        rows = st.session_state[at]["edited_rows"]
        typed = {labels[int(n)]: str(cells[_UNITS] or 0) for n, cells in rows.items() if _UNITS in cells}
        session.desk().schedules.type_units(case_id, typed)
        session.say("Kept. You can take it back with Undo.", "done")


def _float(value: Decimal | None) -> float | None:
    """A rounded figure as a table draws it."""
    return None if value is None else float(value)


def others(comparison: Comparison) -> None:
    """This payer beside the practice's other payers: private."""
    st.caption(f"{LOCK} Private. What your other payers pay helps you decide; it never enters a letter.")
    rate_charts.payers(comparison)
    gaps = [g for g in comparison.gaps if g.average > g.ours][:_MOST_LISTED]
    if gaps:
        with st.expander(f"Codes your other payers pay more for: {len(gaps)}", type="compact"):
            st.markdown("\n".join(f"- {inert(_gap(g.label, g.ours, g.average, g.dollars))}" for g in gaps))


def published(case: Case) -> None:
    """What payers publish of these codes, file by file."""
    for n, schedule in enumerate(s for s in case.rates.schedules if any(x.groups for x in s.lines)):
        lines = schedule.lines[:_MOST_ROWS]
        origin = schedule.origin
        told = f"{schedule.name}, {origin.dated}" + (f", {origin.url}" if origin.url else "")
        st.markdown(f"**Published by {inert(schedule.payer)}**")
        frame: dict[str, list[object]] = {
            "Code": [x.label for x in lines],
            "Setting": [x.setting or "either" for x in lines],
            "Lowest": [_float(x.lowest) for x in lines],
            "Median": [_float(x.rate) for x in lines],
            "Highest": [_float(x.highest) for x in lines],
            "Provider groups": [x.groups for x in lines],
        }
        dollars = {name: st.column_config.NumberColumn(format="dollar") for name in ("Lowest", "Median", "Highest")}
        alt = f"Published prices of {len(lines)} codes"
        st.dataframe(frame, hide_index=True, key=f"published_{n}", alt=alt, column_config=dollars)
        st.caption(inert(told))


def _gap(label: str, ours: Decimal, average: Decimal, dollars: Decimal | None) -> str:
    worth = f"; as they pay it would be {usd(dollars, cents=False)} a year more" if dollars else ""
    return f"{label}: {usd(ours, cents=True)} here, {usd(average, cents=True)} on average there{worth}."


def kept(case: Case) -> None:
    """The files this case keeps, each with what it is and the way to replace or remove it."""
    for n, schedule in enumerate(case.rates.schedules):
        _card(case, n, schedule)
    if case.rates.volumes:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="fees_units"):
            st.markdown(f"**Units** of {len(case.rates.volumes):,} codes in 12 months", width="stretch")
            st.button("Remove", key="remove_units", type="tertiary", on_click=_uncount, args=(case.id,))
    elif case.rates.schedules:
        st.caption(":material/info: No units yet: add how often you bill each code, and percents become dollars.")


def _card(case: Case, n: int, schedule: RateSchedule) -> None:
    private = session.desk().schedules.private(case, schedule)
    what = WHAT_IN_WORDS[schedule.origin.what]
    count = f"{len(schedule.lines):,} fees" if schedule.lines else f"{len(schedule.percents):,} percents of Medicare"
    dated = (
        f", {schedule.origin.dated:%B} {schedule.origin.dated.day}, {schedule.origin.dated.year}"
        if schedule.origin.dated
        else ""
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"fees_{n}"):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{inert(schedule.payer)}** · {inert(what)}{' · ' + LOCK + ' private' if private else ''}")
            bad = f" · {len(schedule.bad)} rows not taken" if schedule.bad else ""
            st.caption(f"{inert(schedule.name)}{dated} · {count}{bad}")
        st.button("Replace", key=f"replace_{n}", type="tertiary", on_click=_replace, args=(schedule.key,))
        st.button("Remove", key=f"remove_{n}", type="tertiary", on_click=_remove, args=(case.id, schedule.key))


def _replace(key: str) -> None:
    st.session_state["fees_replacing"] = key


def _remove(case_id: str, key: str) -> None:
    with session.told():
        session.desk().schedules.remove(case_id, key)
        session.say("Taken out. You can take it back with Undo.", "done")


def _uncount(case_id: str) -> None:
    with session.told():
        session.desk().schedules.uncount(case_id)
        session.say("Taken out. You can take it back with Undo.", "done")


def export(comparison: Comparison) -> None:
    """The comparison as a file in which no text becomes a formula."""
    rates = session.desk().rates
    with st.container(horizontal=True):
        st.download_button(
            "Export CSV (private)",
            lambda: rates.export(comparison, "csv"),
            "private-rates.csv",
            "text/csv",
            key="export_csv",
            on_click="ignore",
            icon=":material/download:",
            help="Holds your other payers' fees too: for your own keeping, never for the payer.",
        )
        st.download_button(
            "Export Excel (private)",
            lambda: rates.export(comparison, "xlsx"),
            "private-rates.xlsx",
            key="export_xlsx",
            on_click="ignore",
            icon=":material/download:",
            help="Holds your other payers' fees too: for your own keeping, never for the payer.",
        )
