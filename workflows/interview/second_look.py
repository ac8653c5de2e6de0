"""A language model's second look at free words: what it is asked, and which of its finds may be proposed.

A find counts only where its words stand in what was shown, its figure stands in those words, and the question takes
it; text answers are the user's own words. What it finds beside an answer that was read already is dropped where it
agrees and put to the user where it does not. Nothing is saved before the user confirms it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.domain.answers import Proposal, Reading, Unclear
from workflows.domain.errors import Refused
from workflows.domain.knowledge import Question, Step
from workflows.interview.reading.quantities import Quantity, in_days, quantities
from workflows.interview.record import answer

CONFIDENCE = 0.6
"""Of what a model found: it is listed, but not ticked beforehand."""
_FIGURES = ("count", "money", "percent", "hours")
_NO_AMOUNT = ("clock", "label", "ordinal", "code", "outof", "per1000")
_GROSS = {"dozen": 12, "dozens": 12}


def asked(step: Step) -> tuple[Question, ...]:
    """The questions of a step that a model is asked about: single values that may be sent."""
    return tuple(q for q in step.questions if q.visibility == "sendable" and q.kind != "table")


def told(step: Step) -> str:
    """Those questions as the model is told them, one a line. All of it is Parley's own wording."""
    return "\n".join(f"{q.id}: {q.ask} [{_form(q)}] Example: {q.strong}" for q in asked(step))


def finds(value: Mapping[str, Any], step: Step, shown: str, reading: Reading, today: date, read_by: str) -> Reading:
    """What stands of a model's reply (of the shape in prompts/read.md), in the order of the questions; `reading` is
    what was read without it."""
    known = {p.field: p for p in reading.proposed}
    proposed: dict[str, Proposal] = {}
    unclear: dict[str, Unclear] = {}
    for question, words, given in _entries(value, step, shown):
        field = f"{step.id}.{question.id}"
        found = _proposal(step, question, words, given, today, read_by)
        if found is None or field in proposed:
            continue
        if field in known:
            if known[field].value != found.value:
                says = f"{question.label}: I read {known[field].value}, the model reads {found.value}. Which is right?"
                unclear[field] = Unclear(step=step.id, quote=words, question=says)
        elif _doubted(words, question):
            unclear[field] = Unclear(step=step.id, quote=words, question=f"{question.label}: how much exactly?")
        else:
            proposed[field] = found
    order = [f"{step.id}.{q.id}" for q in step.questions]
    return Reading(
        proposed=tuple(proposed[f] for f in order if f in proposed),
        unclear=tuple(unclear[f] for f in order if f in unclear),
    )


def _form(question: Question) -> str:
    if question.kind in ("choice", "choices"):
        return "one of " + ", ".join(f"{key} ({label})" for key, label in question.options.items())
    if question.kind == "yes_no":
        return "yes or no"
    unit = {"count": question.noun[1] if question.noun else "number", "money": "US dollars"}
    return {"text": "words", "date": "date, YYYY-MM-DD"}.get(question.kind) or unit.get(question.kind, question.kind)


def _entries(value: Mapping[str, Any], step: Step, shown: str) -> Iterator[tuple[Question, str, str]]:
    """The finds whose question was asked and whose words were shown, with the words as they stand there."""
    by_id = {q.id: q for q in asked(step)}
    for entry in value["found"]:
        question = by_id.get(entry["question"].removeprefix(f"{step.id}."))
        words = _verbatim(entry["words"], shown)
        if question and words and entry["value"].strip():
            yield question, words, entry["value"].strip()


def _verbatim(words: str, shown: str) -> str:
    """The words as they stand in what was shown, or "" where they do not; only spaces and quotation marks around them
    may differ."""
    parts = words.strip(" \t\n\"'“”.…").split()
    if not parts:
        return ""
    found = re.search(r"(?<!\w)" + r"\s+".join(map(re.escape, parts)) + r"(?!\w)", shown)
    return found.group() if found else ""


def _proposal(step: Step, question: Question, words: str, given: str, today: date, read_by: str) -> Proposal | None:
    if question.kind in _FIGURES:
        amount = _amount(given)
        if amount is None or not any(amount == a for q in _amounts(words) for a in _values(q, words)):
            return None
        given = f"{amount:f}%" if question.kind == "percent" else f"{amount:f}"
    elif question.kind == "text":
        given = words
    elif question.kind == "date" and not any(q.unit == "date" for q in quantities(words, 0)):
        return None
    try:
        read = answer(step, question, given, today=today, by="notes", quote=words)
    except Refused:
        return None
    return Proposal(field=read.field, value=read.value, quote=words, confidence=CONFIDENCE, read_by=read_by)


def _amount(given: str) -> Decimal | None:
    try:
        amount = Decimal(given.strip(" %$").replace(",", ""))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _amounts(words: str) -> list[Quantity]:
    return [q for q in quantities(words, 0) if q.unit not in _NO_AMOUNT]


def _values(q: Quantity, words: str) -> tuple[Decimal, ...]:
    """What a figure may be taken for: itself, weeks as days, so many dozens."""
    after = re.match(r"\s*(\w+)", words[q.end :])
    times = _GROSS.get(after.group(1).lower(), 1) if after else 1
    return q.amount * times, in_days(q).amount


def _doubted(words: str, question: Question) -> bool:
    return question.kind in _FIGURES and any(q.doubt or q.high is not None for q in _amounts(words))
