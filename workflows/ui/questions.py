"""A question as a widget, and what was typed into it as values for the desk. One way for each of the ten kinds.

The screen of a step is pinned when it opens: which revision of each answer was shown, and as what. A save sends only
what differs from it, so a field nobody touched can neither overwrite another person's change nor confirm a value read
from notes. Widget keys carry the revision, so a saved or undone answer appears afresh and a refused one stays as typed.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from workflows.domain.answers import Answer
from workflows.domain.case import Case
from workflows.domain.errors import CaseChanged, ParleyError, Refused
from workflows.domain.knowledge import Column, Question, Step
from workflows.domain.language import number, usd
from workflows.ui import session
from workflows.ui.widgets import inert, label

BLANK_ROWS = 3
MOST_TOLD = 10_000  # bounds above this only guard against slips and would puzzle a reader
LONG = 200
"""Text answers that may be longer than this get a box of several lines."""
_ICONS = {
    "money": ":material/attach_money:",
    "percent": ":material/percent:",
    "hours": ":material/schedule:",
    "date": ":material/calendar_today:",
}


def screen(case: Case, step: Step) -> dict[str, Any]:
    """What is on the screen of `step`: by field the revision seen and the value shown. Pinned until `session.fresh`."""
    pinned = st.session_state.get("screen")
    if pinned is None or pinned["of"] != (case.id, step.id):
        fields = {f"{step.id}.{q.id}": q for q in step.questions}
        pinned = {
            "of": (case.id, step.id),
            "seen": {f: case.answers[f].revision if f in case.answers else 0 for f in fields},
            "shown": {f: shown(q, case.answers.get(f)) for f, q in fields.items()},
        }
        st.session_state["screen"] = pinned
    return dict(pinned)


def shown(question: Question, given: Answer | None) -> Any:
    """An answer as its widget shows it."""
    if question.kind == "table":
        rows = [r for r in given.value if isinstance(r, dict)] if given else []
        return [{c.id: _plain(c, row.get(c.id, "")) for c in question.columns} for row in rows]
    if question.kind == "choices":
        return list(given.value) if given else []
    return _plain(question, str(given.value)) if given else ""


def _plain(asked: Question | Column, value: str) -> str:
    if not value or asked.kind in ("text", "choice", "yes_no", "date") or asked.unit == "year":
        return value
    return usd(Decimal(value)).replace("$", "") if asked.kind == "money" else number(Decimal(value))


def key(field: str, seen: Mapping[str, int]) -> str:
    """The key of a question's widget."""
    return f"{field}@{seen.get(field, 0)}"


def is_long(question: Question) -> bool:
    """Whether a question takes the whole width."""
    return question.kind in ("table", "choices") or (question.kind == "text" and question.max_length > LONG)


def field(name: str, question: Question, on: Mapping[str, Any], under: str = "") -> None:
    """The widget of one question; `under` is the question it completes.

    Nothing runs while one types ("ignore"): what was typed comes with the next button, whichever that is.
    """
    value, at = on["shown"][name], key(name, on["seen"])
    own = question.label.removeprefix("... ")
    title = label(f"{under}: {own}" if under else own, question.visibility == "private")
    match question.kind:
        case "table":
            _table(question, value, at)
        case "choice" | "choices" | "yes_no":
            _choice(title, question, value, at)
        case "text" if is_long(question):
            st.text_area(title, value, key=at, height=80, on_change="ignore")
        case _:
            partial = "2026-10-15, 2026-10 or 2026" if question.kind == "date" else None
            icon = _ICONS.get(question.kind)
            st.text_input(title, value, key=at, icon=icon, placeholder=partial, on_change="ignore")


def _choice(title: str, question: Question, value: Any, at: str) -> None:
    if question.kind == "choices":
        names = {o: inert(said) for o, said in question.options.items()}
        st.pills(
            title,
            list(names),
            selection_mode="multi",
            default=value,
            key=at,
            on_change="ignore",
            wrap=True,
            format_func=names.__getitem__,
        )
        return
    options = ["", *(question.options or ("yes", "no"))]
    index = options.index(value) if value in options else 0

    def said(option: str) -> str:
        return question.options.get(option, option.capitalize()) if option else "Not answered"

    if question.kind == "choice":
        st.selectbox(title, options, index, said, key=at, on_change="ignore")
    else:
        st.radio(title, options, index, said, key=at, horizontal=True, on_change="ignore")


def _table(question: Question, rows: list[dict[str, str]], at: str) -> None:
    given = rows or [{}] * BLANK_ROWS
    frame = {c.id: [row.get(c.id, "") for row in given] for c in question.columns}
    st.markdown(f"**{label(question.label, question.visibility == 'private')}**")
    st.data_editor(
        frame,
        key=at,
        num_rows="dynamic",
        hide_index=True,
        on_change="ignore",
        alt=question.label,
        column_config={c.id: _column(c) for c in question.columns},
    )


def _column(column: Column) -> Any:
    unit = {"money": " ($)", "percent": " (%)"}.get(column.kind, "")
    title = column.label if "ercent" in column.label else column.label + unit
    if column.kind in ("choice", "yes_no"):
        options = list(column.options) if column.kind == "choice" else ["yes", "no"]
        return st.column_config.SelectboxColumn(title, options=options, help=column.help or None)
    return st.column_config.TextColumn(title, help=column.help or None, required=False)


def hint(question: Question) -> str:
    """What form the answer takes: unit, range, whole or not."""
    low, high = question.range or (None, None)
    bounds = f", {low:,f} to {high:,f}" if low is not None and high is not None and high <= MOST_TOLD else ""
    unit = question.unit if question.unit in ("days", "miles") else ""
    match question.kind:
        case "count" if question.unit == "year":
            return "A year."
        case "count" if unit:
            return f"In {unit}{bounds}."
        case "count":
            return f"A whole number{bounds}." if question.whole else f"A number{bounds}."
        case "money":
            return "In dollars."
        case "percent" | "hours":
            return f"In {question.kind}{bounds}."
        case "date":
            return "A day, a month or a year."
        case "table":
            return f"Up to {question.max_rows} rows; leave cells empty that you do not know."
        case _:
            return ""


def typed() -> dict[str, Any]:
    """What was typed into the open step and differs from what was shown, by field."""
    on = st.session_state.get("screen")
    if not on:
        return {}
    raws = {f: _raw(on["shown"][f], st.session_state.get(key(f, on["seen"]), on["shown"][f])) for f in on["seen"]}
    return {f: raw for f, raw in raws.items() if raw != on["shown"][f]}


def _raw(base: Any, state: Any) -> Any:
    """A widget's state as a plain value; a table's edits are laid over the rows that were shown."""
    if not isinstance(state, Mapping) or "edited_rows" not in state:
        return state if state is not None else ""
    rows: list[dict[str, Any]] = [dict(row) for row in base] or [{} for _ in range(BLANK_ROWS)]
    for at, edits in state["edited_rows"].items():
        rows[int(at)].update(edits)
    kept = [row for n, row in enumerate(rows) if n not in state["deleted_rows"]]
    merged = [*kept, *({k: v for k, v in row.items() if k != "_index"} for row in state["added_rows"])]
    told = [{k: "" if v is None else str(v) for k, v in row.items()} for row in merged]
    return [row for row in told if any(v.strip() for v in row.values())]


def save(*, overrule: str = "", extra: Mapping[str, Any] | None = None) -> bool:
    """Save what was typed into the open step or letter; False when something is to be mended first, and is told so.
    `overrule` names a field whose change by somebody else the user has seen and overrules; `extra` holds values that
    did not come from a widget."""
    if not session.keep_wording():
        return False
    on, values = st.session_state.get("screen"), {**typed(), **(extra or {})}
    for name in ("refused", "conflict"):
        st.session_state.pop(name, None)
    if not on or not values:
        return True
    desk, case_id = session.desk(), on["of"][0]
    seen = dict(on["seen"])
    try:
        if overrule:
            now = desk.case(case_id).answers.get(overrule)
            seen[overrule] = now.revision if now else 0
        if desk.check_answers(values):
            st.session_state["refused"] = True
            return False
        desk.record(case_id, values, seen=seen)
    except CaseChanged as error:
        st.session_state["conflict"] = error.field
        return False
    except ParleyError as error:
        session.say(str(error))
        return False
    st.session_state.pop("screen", None)
    return True


def save_and_tell(overrule: str = "") -> None:
    """Save, and say so."""
    if save(overrule=overrule):
        session.say("Saved.", "done")


def problems() -> dict[str, str]:
    """What is wrong with what stands typed, by field, as one sentence each."""
    desk = session.desk()
    return {f: sentence(desk.question(f)[1], f, e) for f, e in desk.check_answers(typed()).items()}


def keep_theirs(field: str) -> None:
    """Drop what was typed into one field, and show what somebody else saved there."""
    on = st.session_state["screen"]
    given = session.desk().case(on["of"][0]).answers.get(field)
    on["seen"][field] = given.revision if given else 0
    on["shown"][field] = shown(session.desk().question(field)[1], given)
    st.session_state.pop("conflict", None)


def sentence(question: Question, name: str, error: Refused) -> str:
    """Why a value was not taken, as one sentence beside its field."""
    where = error.where.removeprefix(name).strip(" ,") if error.where.startswith(name) else ""
    what = error.what
    if what.startswith(("is ", "has ", "takes ")):
        what = f"{where or question.label.removeprefix('... ')} {what}"
    elif where:
        what = f"{where}: {what}"
    text = f"{what.rstrip('.')}. {error.todo}".strip()
    return text[:1].upper() + text[1:]
