"""From whatever was typed, picked or read from a file to one canonical value, or one clear sentence why not.

The screens check as a courtesy; this check is the boundary. Points are not taken for percent, a fraction is not taken
for a percentage, and nothing that identifies a patient is taken at all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from workflows.domain.answers import Answer, GivenBy, Row, Value
from workflows.domain.errors import Refused
from workflows.domain.evidence import Unit
from workflows.domain.knowledge import Column, Question, Step
from workflows.domain.language import Found, figures
from workflows.grounding import refuse_patient_detail, strip_invisible

Raw = str | int | float | Decimal | bool | date | Sequence["Raw"] | Mapping[str, "Raw"] | None
_EMPTY = ("", None)
_LONGEST_FIGURE = 60  # characters; longer ones are pasted by mistake, and arithmetic would round them
_BESIDE = frozenset(" \t.,~≈()")  # what may stand beside a figure without changing it
_YES = {"yes": "yes", "y": "yes", "true": "yes", "no": "no", "n": "no", "false": "no"}


def answer(
    step: Step, question: Question, raw: Raw, *, today: date, by: GivenBy = "person", quote: str = "", revision: int = 1
) -> Answer:
    """The Answer that `raw` gives to `question`; raises Refused (or PrivacyRefused) naming the field."""
    field = f"{step.id}.{question.id}"
    return Answer(
        field=field,
        value=canonical(field, question, raw),
        given_by=by,
        given_on=today,
        visibility=question.visibility,
        quote=strip_invisible(quote),
        revision=revision,
    )


def canonical(field: str, question: Question, raw: Raw) -> Value:
    """`raw` in its one canonical form (see domain.answers); raises Refused with the field, and the row of a table."""
    if question.kind == "table":
        return _table(field, question, raw)
    if question.kind == "choices":
        picked = raw if isinstance(raw, (list, tuple)) else str(raw).split(",")
        keys = [_choice(field, question.options, str(item)) for item in picked if str(item).strip()]
        if not keys:
            raise Refused("is empty", where=field, todo="Pick at least one.")
        return tuple(dict.fromkeys(keys))
    if isinstance(raw, (list, tuple, Mapping)):
        raise Refused("takes one value, not several", where=field, todo="Give one value.")
    return _single(field, question, raw)


def as_given(question: Question, value: Value) -> Raw:
    """A canonical value as somebody would give it, so that `canonical` takes it again: half a percent keeps its sign,
    because a bare 0.5 is refused as a fraction."""
    if isinstance(value, str):
        return _signed(question, value)
    columns = {c.id: c for c in question.columns}
    return [
        {k: _signed(columns[k], v) if k in columns else v for k, v in item.items()} if isinstance(item, dict) else item
        for item in value
    ]


def _signed(asked: Question | Column, value: str) -> str:
    small = asked.kind == "percent" and re.fullmatch(r"-?0\.\d+", value)
    return f"{value}%" if small else value


def _single(where: str, asked: Question | Column, raw: Raw) -> str:
    if isinstance(raw, bool):
        raw = "yes" if raw else "no"
    if isinstance(raw, datetime):
        raw = raw.date()
    text = strip_invisible(raw.isoformat() if isinstance(raw, date) else str(raw)).strip()
    if not text:
        raise Refused("is empty", where=where, todo="Give a value, or leave the field out.")
    match asked.kind:
        case "text":
            return _text(where, asked, text)
        case "choice":
            return _choice(where, asked.options, text)
        case "yes_no":
            if text.lower() not in _YES:
                raise Refused(f"{text[:40]!r} is neither yes nor no", where=where, todo="Write yes or no.")
            return _YES[text.lower()]
        case "date":
            return _date(where, text)
        case _:
            return _figure(where, asked, text)


def _text(where: str, asked: Question | Column, text: str) -> str:
    longest = asked.max_length if isinstance(asked, Question) else 300
    text = re.sub(r"\s+", " ", text)
    if len(text) > longest:
        raise Refused(f"is {len(text):,} characters long; at most {longest} fit", where=where, todo="Shorten it.")
    if asked.pattern and not re.fullmatch(asked.pattern, text):
        raise Refused(f"{text[:40]!r} is not in the form expected", where=where, todo=_form(asked))
    refuse_patient_detail(text, where)
    return text


def _form(asked: Question | Column) -> str:
    example = asked.strong if isinstance(asked, Question) else asked.help
    return f"For example: {example}." if example else "Check it against the label."


def _choice(where: str, options: Mapping[str, str], text: str) -> str:
    wanted = text.strip().lower()
    for key, label in options.items():
        if wanted in (key.lower(), label.lower()):
            return key
    from difflib import get_close_matches

    close = get_close_matches(wanted, [*map(str.lower, options), *map(str.lower, options.values())], n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Choose one of: {', '.join(list(options.values())[:8])}."
    raise Refused(f"{text[:40]!r} is not one of the choices", where=where, todo=hint)


def _date(where: str, text: str) -> str:
    found = [f for f in figures(text) if f.unit in ("date", "year")]
    digits = str(found[0].amount) if found else ""
    dated = found and len(digits) in ((4,) if found[0].unit == "year" else (6, 8))  # "December 4" has no year
    if len(found) != 1 or not dated or found[0].words.strip() != text.strip().rstrip("."):
        raise Refused(f"{text[:40]!r} is not a date", where=where, todo="Write it as 2026-10-15, 2026-10 or 2026.")
    parts = [digits[:4], digits[4:6], digits[6:8]]
    return "-".join(p for p in parts if p)


def _figure(where: str, asked: Question | Column, text: str) -> str:
    if len(text) > _LONGEST_FIGURE:
        raise Refused(f"{text[:40]!r} ... is too long for a figure", where=where, todo="Give one number.")
    bare = re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text)
    amount, unit = (Decimal(text), None) if bare else _one_figure(where, asked, text)
    if asked.kind == "percent" and unit == "points":
        raise Refused(
            f"{text[:40]!r} is points, and points are not percent",
            where=where,
            todo="Give the percentage, or the level before and after.",
        )
    expected = _units_of(asked)
    if unit is not None and unit not in expected:
        raise Refused(
            f"{text[:40]!r} is in {unit}, not in {_unit_name(asked)}",
            where=where,
            todo=f"Give it in {_unit_name(asked)}.",
        )
    if asked.kind == "percent" and unit is None and 0 < abs(amount) < 1:
        raise Refused(
            f"{text} looks like a fraction",
            where=where,
            todo=f"Write {amount * 100:f}% if that is meant, or {amount:f}%.",
        )
    low, high = asked.range or (Decimal("-1e12"), Decimal("1e12"))
    if not low <= amount <= high:
        raise Refused(
            f"{text[:40]} is outside {low:,f} to {high:,f}",
            where=where,
            todo=f"Check the figure; {_unit_name(asked)} expected.",
        )
    if asked.kind == "count" and asked.whole and amount != amount.to_integral_value():
        raise Refused(f"{text[:40]!r} is not a whole number", where=where, todo="Give a whole number.")
    if asked.kind == "money" and amount != round(amount, 2):
        raise Refused(f"{text[:40]!r} has too many decimals", where=where, todo="Give dollars and cents.")
    plain = format(amount, "f")  # exact: normalize() would round to the precision of arithmetic
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "0") else plain


def _one_figure(where: str, asked: Question | Column, text: str) -> tuple[Decimal, Unit]:
    found: tuple[Found, ...] = figures(text)
    rest = text
    for f in reversed(found):
        rest = rest[: f.start] + rest[f.end :]
    noun = " ".join(asked.noun).lower().split() if asked.noun else []
    meant = ("about", "approximately", *noun)
    # Whatever is left would change the figure: "2,30" is not 2, "$-5" is not 5, ">95" is not 95.
    beside = re.sub(r"[^\W\d_]+(?:-[^\W\d_]+)*", lambda m: "" if m.group().lower() in meant else m.group(), rest)
    if len(found) != 1 or not _BESIDE.issuperset(beside) or re.search(r"[.,]\S", beside):
        raise Refused(f"{text[:40]!r} is not one number", where=where, todo=f"Give one number in {_unit_name(asked)}.")
    return found[0].amount, found[0].unit


def _units_of(asked: Question | Column) -> tuple[Unit, ...]:
    by_kind: dict[str, tuple[Unit, ...]] = {
        "money": ("usd", "count", "year", "code"),
        "percent": ("percent", "count"),
        "hours": ("hours", "count"),
    }
    return by_kind.get(asked.kind, (asked.unit, "count", "year", "code"))


def _unit_name(asked: Question | Column) -> str:
    names = {"money": "dollars", "percent": "percent", "hours": "hours"}
    if asked.kind in names:
        return names[asked.kind]
    return asked.noun[1] if asked.noun and asked.noun[1] else ("a year" if asked.unit == "year" else "a number")


def _cell(where: str, column: Column, raw: Raw) -> str:
    if isinstance(raw, (list, tuple, Mapping)):
        raise Refused("takes one value, not several", where=where, todo="Give one value.")
    return _single(where, column, raw)


def _table(field: str, question: Question, raw: Raw) -> tuple[Row, ...]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused(
            "is a table and takes a list of rows",
            where=field,
            todo=f"Give rows with {', '.join(c.id for c in question.columns)}.",
        )
    columns = {c.id: c for c in question.columns}
    rows: list[Row] = []
    for number, given in enumerate(raw, 1):
        assert isinstance(given, Mapping)
        where = f"{field} row {number}"
        for name in given:
            if name not in columns:
                from difflib import get_close_matches

                close = get_close_matches(str(name), columns, n=1)
                raise Refused(
                    f"unknown column {str(name)[:40]!r}",
                    where=where,
                    todo=f"Did you mean {close[0]}?" if close else f"Columns are {', '.join(columns)}.",
                )
        row = {
            name: _cell(f"{where}, {columns[name].label.lower()}", columns[name], value)
            for name, value in given.items()
            if not (value in _EMPTY or str(value).strip() == "")
        }
        if not row:
            continue
        for column in question.columns:
            if column.required and column.id not in row:
                raise Refused(f"has no {column.label.lower()}", where=where, todo=f"Give the {column.label.lower()}.")
        rows.append(row)
    if not rows:
        raise Refused("has no rows", where=field, todo="Give at least one row, or leave the table out.")
    if len(rows) > question.max_rows:
        raise Refused(
            f"has {len(rows)} rows; at most {question.max_rows} are taken",
            where=field,
            todo="Keep the ones that matter most.",
        )
    return tuple(rows)
