"""Bringing fees in: what a file is, its rows and columns as they were read, and a confirmation before anything is kept."""

import streamlit as st

from workflows.domain.case import Case
from workflows.domain.errors import ParleyError
from workflows.domain.language import joined, percent, usd
from workflows.domain.rates import BadRow, Mapping, Meaning, Origin, RateSchedule, Sheet, Volume
from workflows.ui import session
from workflows.ui.widgets import inert

WHAT = {
    "contract": "Our own contract or fee schedule",
    "offer": "The payer's offer",
    "claims": "What our own claims were paid",
    "volumes": "How often we bill each code (units)",
    "published": "A payer's published transparency file",
    "another": "Another practice's rates",
}
_MEANINGS: dict[Meaning, str] = {
    "set_aside": "Not used",
    "code": "Procedure code",
    "modifier": "Modifier",
    "place": "Place of service",
    "payer": "Payer",
    "rate": "Fee",
    "office_rate": "Fee in the office",
    "facility_rate": "Fee in a facility",
    "professional_rate": "Fee, professional part (26)",
    "technical_rate": "Fee, technical part (TC)",
    "percent": "Percent of Medicare",
    "medicare": "Medicare amount, as printed",
    "charge": "Our charge",
    "effective": "Begins on",
    "ends": "Ends on",
    "units": "Units in 12 months",
}
_SHOWN = 6  # rows of the file
_NAMED = 40  # rows that are not taken, one by one
_PASTED = "pasted rows"


def add(case: Case) -> None:
    """The way in for one file, from what it is to the button that keeps it."""
    at = f"{case.id}.{st.session_state.get('fees_round', 0)}"
    replacing = str(st.session_state.get("fees_replacing", ""))
    old = next((s for s in case.rates.schedules if s.key == replacing), None)
    if old:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"This file will take the place of **{inert(old.name)}**.", width="content")
            st.button("Keep that one", key="keep_old", type="tertiary", on_click=_begin_anew)
    first = list(WHAT).index(old.origin.what) if old else 0
    what = st.selectbox("What is it?", list(WHAT), first, WHAT.__getitem__, key=f"what{at}{replacing}")
    payer = dated = url = ""
    if what not in ("volumes", "another"):
        known = case.answers.get("practice.payer")
        usual = old.payer if old else str(known.value) if known else ""
        payer = st.text_input(
            "Whose fees are these?",
            usual,
            key=f"payer{at}{replacing}",
            max_chars=120,
            help="The payer this case is about, or another payer of yours. Other payers' fees stay private.",
        )
    if what == "published":
        dated = st.text_input("Date of the file", key=f"dated{at}", placeholder="2026-03-01")
        url = st.text_input("Where you got it (address)", key=f"url{at}", max_chars=200)
    if what == "another":
        _told_why_not()
        return
    content, name = _given(at, what)
    if content and name.lower().endswith((".json", ".json.gz")) and what == "published":
        said = (payer, dated, url)
        st.caption("Only the codes this case knows are looked up. A large file takes a minute or two.")
        st.button(
            "Read and keep", key="keep_fees", type="primary", on_click=_keep_published, args=(case, content, name, said)
        )
    elif content:
        _confirm(case, at, what, (payer, dated, url), content, name)


def _told_why_not() -> None:
    try:
        session.desk().schedules.origin("another", "", name="Not taken")
    except ParleyError as error:
        st.error(inert(str(error)), icon=":material/block:")


def _given(at: str, what: str) -> tuple[bytes, str]:
    """The bytes and the name of what was chosen or pasted."""
    published = what == "published"
    title = "In-network file (.json or .json.gz), CSV or Excel file" if published else "CSV or Excel file"
    file = st.file_uploader(title, key=f"file{at}{published}", max_upload_size=200 if published else 10)
    pasted = st.text_area(
        "Or paste rows from a spreadsheet",
        key=f"pasted{at}",
        height=100,
        placeholder="Code\tFee\n99213\t84.10",
        help="Select the rows in your spreadsheet program, the headings too, copy, and paste them here.",
    )
    if file is not None:
        return file.getvalue(), file.name
    return pasted.encode(), _PASTED


def _confirm(case: Case, at: str, what: str, said: tuple[str, str, str], content: bytes, name: str) -> None:
    desk, (payer, dated, url) = session.desk(), said
    try:
        with st.spinner("Reading the rows"):
            origin = None
            if what != "volumes":
                origin = desk.schedules.origin(what, payer, name=name, dated=dated, url=url)
            sheet, recognized = desk.rates.columns(content, name)
    except ParleyError as error:
        st.error(inert(str(error)), icon=":material/error:")
        return
    mapping = _columns(sheet, recognized, at)
    try:
        with st.spinner("Reading the fees"):
            if origin is None:
                found, bad = desk.rates.volumes(content, name, mapping)
                _counted(found, bad)
            else:
                _priced(desk.rates.preview(content, name, origin, mapping).schedule)
    except ParleyError as error:
        st.error(inert(str(error)), icon=":material/error:")
        return
    label = "Keep these units" if origin is None else "Keep these fees"
    st.button(label, key="keep_fees", type="primary", on_click=_keep, args=(case.id, content, name, origin, mapping))


def _columns(sheet: Sheet, recognized: Mapping, at: str) -> Mapping:
    """The first rows as they stand, and for each column what it is taken for; the user's choice wins."""
    rows = session.desk().schedules.head(sheet, recognized, _SHOWN)
    names = [f"{_letter(c.index)} · {c.heading}" if c.heading else _letter(c.index) for c in recognized.columns]
    frame = {n: [row[i] if i < len(row) else "" for row in rows] for i, n in enumerate(names)}
    st.markdown("**As it was read**")
    if recognized.header:
        st.caption(f"The headings stand in row {recognized.header + 1}; what is above them is a title.")
    st.dataframe(frame, hide_index=True, alt=f"The first {len(rows)} rows of the file")
    for note in (*sheet.notes, *recognized.notes):
        st.caption(f":material/info: {inert(note)}")
    st.markdown("**What each column means**")
    keys = [f"column{at}.{sheet.sha256[:8]}.{c.index}" for c in recognized.columns]
    chosen: list[Meaning] = []
    with st.grid(3, min_column_width=200, gap="small"):
        for key, use in zip(keys, recognized.columns, strict=True):
            if key not in st.session_state:
                st.session_state[key] = use.meaning
            title = ", for example ".join(part for part in (use.heading, use.sample) if part) or "empty"
            with st.container(gap="xsmall"):
                choice = st.selectbox(
                    f"Column {_letter(use.index)}",  # read aloud as it is written, so nothing of the file is in it
                    list(_MEANINGS),
                    format_func=_MEANINGS.__getitem__,
                    key=key,
                    on_change=_only_once,
                    args=(key, keys),
                )
                st.caption(inert(title))
            chosen.append(choice)
    columns = tuple(c.model_copy(update={"meaning": m}) for c, m in zip(recognized.columns, chosen, strict=True))
    return recognized.model_copy(update={"columns": columns})


def _letter(index: int) -> str:
    """A column as spreadsheet programs name it: A to Z, AA ..."""
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(ord("A") + index % 26)


def _only_once(changed: str, keys: list[str]) -> None:
    """A meaning belongs to one column: the one that had it before is set aside."""
    meaning = st.session_state[changed]
    for key in keys:
        if key != changed and meaning != "set_aside" and st.session_state.get(key) == meaning:
            st.session_state[key] = "set_aside"


def _priced(schedule: RateSchedule) -> None:
    parts = []
    if schedule.lines:
        first = schedule.lines[0]
        parts.append(f"{_some(len(schedule.lines), 'fee')}, the first {first.label} at {usd(first.rate, cents=True)}")
    rules = [
        f"{'all codes' if t.is_default else t.low if t.low == t.high else f'{t.low} to {t.high}'} at "
        f"{percent(t.percent.normalize())} of {t.year or 'current'} Medicare"
        for t in schedule.percents[:3]
    ]
    if rules:
        more = len(schedule.percents) - len(rules)
        parts.append(joined(rules) + (f" and {more} more" if more else ""))
    st.success(inert(f"Would be kept: {'; '.join(parts)}."), icon=":material/check:")
    for note in schedule.notes:
        st.caption(f":material/info: {inert(note)}")
    _not_taken([_row_told(b) for b in schedule.bad])


def _counted(found: tuple[Volume, ...], bad: tuple[str, ...]) -> None:
    st.success(f"Would be kept: units of {_some(len(found), 'code')}.", icon=":material/check:")
    _not_taken(list(bad))


def _row_told(bad: BadRow) -> str:
    return f"Row {bad.row}: {bad.why}."


def _not_taken(told: list[str]) -> None:
    """Rows that are not taken, each with its reason."""
    if not told:
        return
    with st.expander(f"{_some(len(told), 'row')} not taken", icon=":material/warning:", expanded=len(told) < 6):
        st.markdown("\n".join(f"- {inert(line)}" for line in told[:_NAMED]))
        if len(told) > _NAMED:
            st.caption(f"and {len(told) - _NAMED:,} more")


def _some(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _keep(case_id: str, content: bytes, name: str, origin: Origin | None, mapping: Mapping) -> None:
    with session.told():
        kept = session.desk().schedules
        if origin is None:
            kept.count(case_id, content, name, mapping)
        else:
            replacing = str(st.session_state.get("fees_replacing", ""))
            kept.add(case_id, content, name, origin, mapping, replacing=replacing)
        session.say("Kept. You can take it back with Undo.", "done")
        _begin_anew()


def _keep_published(case: Case, content: bytes, name: str, said: tuple[str, str, str]) -> None:
    payer, dated, url = said
    with session.told():
        kept = session.desk().schedules
        origin = kept.origin("published", payer, name=name, dated=dated, url=url)
        replacing = str(st.session_state.get("fees_replacing", ""))
        kept.add_published(case.id, content, name, origin, replacing=replacing)
        session.say("Kept. You can take it back with Undo.", "done")
        _begin_anew()


def _begin_anew() -> None:
    """An empty way in: new keys for its widgets."""
    st.session_state["fees_round"] = st.session_state.get("fees_round", 0) + 1
    st.session_state.pop("fees_replacing", None)
