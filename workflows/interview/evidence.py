"""Answers become evidence: each question's own sentences, filled, with their figures, source and grade.

A template may name other fields ({er_avoidance.ed_avoided_period}); the first template whose fields are all answered
is used, so a fact without its period is said more modestly and graded lower. Private answers become PrivateEvidence.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workflows.domain.answers import Answer, Row
from workflows.domain.evidence import Evidence, Figure, FromAnswer, Grade, Ledger, PrivateEvidence
from workflows.domain.knowledge import PLACEHOLDER, Column, Question, Step, placeholders
from workflows.domain.language import day, figures, joined, number, percent, usd
from workflows.grounding import unfit_to_send


def shown(asked: Question | Column, value: str, *, bare: bool = False) -> str:
    """A canonical value as a letter writes it: "36 visits" (or "36" when `bare`), "78.4%", "$114.50", "March 2017"."""
    match asked.kind:
        case "money":
            return usd(Decimal(value), cents=None)
        case "percent":
            return percent(Decimal(value))
        case "hours":
            return number(Decimal(value)) if bare else f"{number(Decimal(value))} hours"
        case "date":
            return day(value)
        case "choice":
            return asked.options.get(value, value)
        case "count" if asked.unit != "year":
            text = number(Decimal(value))
            noun = asked.noun and asked.noun[0 if Decimal(value) == 1 else 1]
            return f"{text} {noun}" if noun and not bare else text
        case _:
            return value


def ledger_of(steps: Sequence[Step], answers: Mapping[str, Answer], leave_out: frozenset[str] = frozenset()) -> Ledger:
    """All evidence of the answers; fields in `leave_out` (contradicted ones) are kept out of the sendable part."""
    values = _values(steps, answers)
    sendable: dict[str, Evidence] = {}
    private: dict[str, PrivateEvidence] = {}
    for step in steps:
        for question in step.questions:
            given = answers.get(f"{step.id}.{question.id}")
            if given is None:
                continue
            for fact in _facts(question, given, values, answers):
                if given.visibility == "private":
                    private[fact.key] = fact if isinstance(fact, PrivateEvidence) else _as_private(fact)
                elif not leave_out.intersection((given.field, fact.key, *fact.uses)) and not unfit_to_send(fact.says):
                    sendable[fact.key] = fact
    return Ledger(sendable=sendable, private=private)


def unfit(steps: Sequence[Step], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """What is kept out of letters because of its form, one sentence each, for the user."""
    said = []
    for step in steps:
        for q in step.questions:
            given = answers.get(f"{step.id}.{q.id}")
            if given is None or given.visibility == "private":
                continue
            texts = [given.value] if isinstance(given.value, str) else [str(v) for v in given.value]
            why = next((w for text in texts if (w := unfit_to_send(text))), "")
            if why:
                said.append(f'Left out of letters: your answer to "{q.label}", because {why}.')
    return tuple(said)


def _as_private(fact: Evidence) -> PrivateEvidence:
    return PrivateEvidence.model_validate({**fact.model_dump(exclude={"private"}), "private": True})


def _values(steps: Sequence[Step], answers: Mapping[str, Answer]) -> dict[str, str]:
    values: dict[str, str] = {}
    for step in steps:
        for q in step.questions:
            given = answers.get(f"{step.id}.{q.id}")
            if given is None or q.kind == "table":
                continue
            if isinstance(given.value, str):
                values[given.field] = shown(q, given.value)
                values[f"{given.field}:bare"] = shown(q, given.value, bare=True)
            else:
                values[given.field] = joined([q.options.get(str(v), str(v)) for v in given.value])
    return values


def _facts(q: Question, given: Answer, values: Mapping[str, str], answers: Mapping[str, Answer]) -> list[Evidence]:
    if q.kind != "table":
        own = {"value": values[given.field], "value:bare": values.get(f"{given.field}:bare", values[given.field])}
        says, uses = _fill(
            q, {**values, **own}, fallback=f"{q.label.strip('. ')}: {own['value']}.", on=given.value != "no"
        )
        graded = _grade(q, set(answers))
        return [_fact(given, given.field, says, own["value"], own["value:bare"], graded, q.topic, uses)]
    facts = []
    for index, row in enumerate(given.value):
        assert isinstance(row, dict)
        parts = _parts(q.columns, row)
        says, uses = _fill(q, {**values, **parts}, fallback="; ".join(parts[c.id] for c in q.columns if c.id in parts))
        first = parts[next(c.id for c in q.columns if c.id in parts)]
        facts.append(
            _fact(
                given,
                f"{given.field}[{index}]",
                says,
                first,
                first,
                _grade(q, set(row)),
                q.topic,
                uses,
                row=index,
                parts=parts,
            )
        )
    return facts


def _parts(columns: Sequence[Column], row: Row) -> dict[str, str]:
    parts: dict[str, str] = {}
    for column in columns:
        if column.id in row:
            parts[column.id] = shown(column, row[column.id])
            parts[f"{column.id}:bare"] = shown(column, row[column.id], bare=True)
    return parts


def _fill(q: Question, values: Mapping[str, str], fallback: str, on: bool = True) -> tuple[str, tuple[str, ...]]:
    for template in q.evidence if on else ():
        keys = [key for key, _ in placeholders(template)]
        if all(key in values for key in keys):
            trimmed = ". " if template.endswith("}.") else ""
            # In one pass: braces inside an answer are words, not keys.
            text = PLACEHOLDER.sub(lambda m, end=trimmed: values[m.group(1)].rstrip(end), template)  # type: ignore[misc]
            uses = tuple(dict.fromkeys(k.removesuffix(":bare") for k in keys if "." in k))
            return sentence_case(text), uses
    return fallback, ()


def sentence_case(text: str) -> str:
    """The text with a capital first letter (a number or a proper abbreviation stays as it is)."""
    return text[:1].upper() + text[1:]


def _grade(q: Question, known: set[str]) -> Grade:
    if q.measured_with and known.issuperset(q.measured_with):
        return "measured"
    if q.estimated_with and known.issuperset(q.estimated_with):
        return "estimated"
    return q.grade


def _fact(
    given: Answer,
    key: str,
    says: str,
    value: str,
    bare: str,
    grade: Grade,
    topic: str | None,
    uses: tuple[str, ...],
    row: int | None = None,
    parts: dict[str, str] | None = None,
) -> Evidence:
    texts = [bare, value, says, *(parts or {}).values()]  # the answer itself first: see figures_of
    found = {(f.amount, f.unit): f for text in texts for f in figures(text)}
    source = FromAnswer(field=given.field, row=row, given_by=given.given_by, given_on=given.given_on, quote=given.quote)
    return Evidence(
        key=key,
        says=says,
        value=value,
        bare=bare,
        source=source,
        grade=grade,
        topic=topic,
        uses=uses,
        parts=parts or {},
        figures=tuple(Figure(amount=a, unit=u, role=key) for a, u in found),
    )
