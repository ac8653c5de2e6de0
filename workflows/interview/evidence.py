"""Answers become evidence: each question's own sentences, filled, with their figures, source and grade.

A template may name other fields ({er_avoidance.ed_avoided_period}); the first template whose fields are all answered
is used, so a fact without its period is said more modestly and graded lower. Private answers become PrivateEvidence.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from workflows.domain.answers import Answer, Row
from workflows.domain.evidence import Evidence, Figure, FromAnswer, Grade, Ledger, PrivateEvidence
from workflows.domain.knowledge import PLACEHOLDER, Column, Question, Step, placeholders
from workflows.domain.language import day, figures, joined, number, percent, usd
from workflows.grounding import unfit_to_send
from workflows.grounding.wording import Secret

# Words that carry a capital only because they open a sentence.
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        """
    A All An And Any At Based Both By Calls Only Direct Each Every For From Few If In It Most No None Not On One Our Own
    Same Since Some The Their There These They This Through Two Three Urgent We Weekly When With Within Written Yes You
    Staff Wages Salaries Payroll Clinical Nursing Nurse Labor Benefits Rent Supplies Drug Malpractice Insurance Overhead
    Operating Costs Costing Expenses Practice Medical Vaccine Technician Billing Software Keep Add Open
        """,
    )
)

# Columns that name a thing in the user's words, and the names such words may begin with.
_COMMON_NOUNS = frozenset(("measure", "programme", "pathway", "service", "condition"))
_NAMES = frozenset(
    re.findall(
        r"\w+", "Medicare Medicaid Mohs Pap Apgar Barrett Hodgkin Alzheimer Parkinson Graves Medicine Crohn Lyme Holter"
    )
)


# Words that many payers' names end in, and first words that alone would name anyone.
_SHARED = frozenset(
    re.findall(
        r"\w+", "health plan plans mutual alliance network benefit benefits insurance company inc of care group trust"
    )
)
_ANYONE = frozenset(re.findall(r"\w+", "state first national american united community family premier the health plan"))


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
    """All evidence of the answers; keys in `leave_out` (contradicted ones) and texts not fit to be sent are kept out of
    the sendable part."""
    sendable, private = _all_facts(steps, answers)
    out = leave_out | _unfit(sendable, private).keys()
    return Ledger(
        sendable={
            fact.key: fact
            for _, fact in sendable
            if not out.intersection((fact.key.split("[")[0], fact.key, *fact.uses))
        },
        private=private,
    )


def unfit(steps: Sequence[Step], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """What is kept out of letters because of what it says or how, one sentence each, for the user."""
    sendable, private = _all_facts(steps, answers)
    labels = {fact.key: q.label for q, fact in sendable}
    found = _unfit(sendable, private)
    return tuple(
        dict.fromkeys(f'Left out of letters: your answer to "{labels[k]}", because {why}.' for k, why in found.items())
    )


def _all_facts(
    steps: Sequence[Step], answers: Mapping[str, Answer]
) -> tuple[list[tuple[Question, Evidence]], dict[str, PrivateEvidence]]:
    payer = _payer(answers)
    values = _values(steps, answers, payer)
    sendable: list[tuple[Question, Evidence]] = []
    private: dict[str, PrivateEvidence] = {}
    for step in steps:
        for question in step.questions:
            given = answers.get(f"{step.id}.{question.id}")
            to = payer if question.visibility == "sendable" else None  # what is private keeps every name
            for fact in _facts(question, given, values, answers, to) if given else ():
                if question.visibility == "private":
                    private[fact.key] = _as_private(fact)
                else:
                    sendable.append((question, fact))
    return sendable, private


def _unfit(sendable: Sequence[tuple[Question, Evidence]], private: Mapping[str, PrivateEvidence]) -> dict[str, str]:
    """Key to reason for each fact whose free words must not be sent. Figures of structured fields are not free words:
    an offer of 2% stays an offer of 2% whatever the private floor is."""
    found = {}
    secrets = tuple(Secret.of(fact) for fact in private.values())  # once for all the words
    for question, fact in sendable:
        why = unfit_to_send(_own_words(question, fact), secrets)
        if why:
            found[fact.key] = why
    return found


def _own_words(question: Question, fact: Evidence) -> str:
    if question.kind == "text":
        return fact.value
    return "; ".join(fact.parts[c.id] for c in question.columns if c.kind == "text" and c.id in fact.parts)


def _as_private(fact: Evidence) -> PrivateEvidence:
    return PrivateEvidence.model_validate({**fact.model_dump(exclude={"private"}), "private": True})


def _payer(answers: Mapping[str, Answer]) -> re.Pattern[str]:
    """How free words speak of what is the payer's: by its name, without the words many payers share, or as "the plan's"."""
    given = answers.get("practice.payer")
    name = str(given.value).split("(")[0].strip() if given else ""
    words = name.split()
    while len(words) > 1 and words[-1].strip(".,").lower() in _SHARED:
        words.pop()
    short = " ".join(words)
    names = [re.escape(n) for n in dict.fromkeys((name, short)) if n and n.lower() not in _ANYONE]
    named = "|".join([*(rf"(?:[Tt]he )?{n}" for n in names), r"[Tt]he (?:health )?(?:plan|payer|insurer)"])
    return re.compile(rf"\b(?:{named})['’]s\b")


def _values(steps: Sequence[Step], answers: Mapping[str, Answer], payer: re.Pattern[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for step in steps:
        for q in step.questions:
            given = answers.get(f"{step.id}.{q.id}")
            if given is None or q.kind == "table":
                continue
            if isinstance(given.value, str):
                own = q.kind == "text" and q.visibility == "sendable"
                values[given.field] = payer.sub("your", given.value) if own else shown(q, given.value)
                values[f"{given.field}:bare"] = shown(q, given.value, bare=True)
            else:
                values[given.field] = joined([q.options.get(str(v), str(v)) for v in given.value])
    return values


def _facts(
    q: Question,
    given: Answer,
    values: Mapping[str, str],
    answers: Mapping[str, Answer],
    payer: re.Pattern[str] | None,
) -> list[Evidence]:
    if q.kind != "table":
        own = {"value": values[given.field], "value:bare": values.get(f"{given.field}:bare", values[given.field])}
        says, uses = _fill(
            q, {**values, **own}, fallback=f"{q.label.strip('. ')}: {own['value']}.", on=given.value != "no"
        )
        graded = _grade(q, set(answers))
        if q.kind == "text" and not given.field.startswith("practice."):  # names keep their capital
            own = {key: _set_in(value, "value", at=1) for key, value in own.items()}
        return [_fact(given, given.field, says, own["value"], own["value:bare"], graded, q.topic, uses)]
    facts = []
    for index, row in enumerate(given.value):
        assert isinstance(row, dict)
        parts = _parts(q.columns, row, payer)
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


def _parts(columns: Sequence[Column], row: Row, payer: re.Pattern[str] | None) -> dict[str, str]:
    parts: dict[str, str] = {}
    for column in columns:
        if column.kind == "yes_no" and column.id in row:
            # A yes reads as the column's own words ("lower is better"); a no says nothing in a sentence.
            parts[column.id if row[column.id] == "yes" else f"not_{column.id}"] = (
                column.label[:1].lower() + column.label[1:]
            )
        elif column.id in row:
            value = shown(column, row[column.id])
            named = payer.sub("your", value) if payer and column.kind == "text" else value
            parts[column.id] = _set_in(named, column.id, at=1)
            parts[f"{column.id}:bare"] = shown(column, row[column.id], bare=True)
    return parts


def _fill(q: Question, values: Mapping[str, str], fallback: str, on: bool = True) -> tuple[str, tuple[str, ...]]:
    for template in q.evidence if on else ():
        keys = [key for key, _ in placeholders(template)]
        if all(key in values for key in keys):
            if _echoed(template, values.get("value", "")):
                template = "{value}."
            trimmed = ". " if template.endswith("}.") else ""
            # In one pass: braces inside an answer are words, not keys.
            text = PLACEHOLDER.sub(
                lambda m, end=trimmed: _set_in(values[m.group(1)].rstrip(end), m.group(1), m.start()),  # type: ignore[misc]
                template,
            )
            uses = tuple(dict.fromkeys(k.removesuffix(":bare") for k in keys if "." in k))
            return sentence_case(text), uses
    return fallback, ()


def _echoed(template: str, value: str) -> bool:
    """Whether the words say again what the template sets before them: "Patient survey: our survey of 2025 ..."."""
    label = re.fullmatch(r"[^{}:]*?(\w+): \{value\}\.", template)
    return bool(label and re.search(rf"(?i)\b{label.group(1)}", value))


def _set_in(value: str, key: str, at: int) -> str:
    """A value inside a sentence: a capital that only opened the user's own words goes, a name's or acronym's stays."""
    first = value.split(" ", 1)[0]
    plain = first.replace("-", "").isalpha() and first[1:].islower() and first not in _NAMES
    opens = first in _OPENERS or (key in _COMMON_NOUNS and plain)
    return value[:1].lower() + value[1:] if at and opens else value


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
