"""From the texts of a case folder to a Case: answers checked one by one, notes read where answers are silent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflows import interview
from workflows.catalog import nearest
from workflows.catalog.files import plain_yaml
from workflows.domain.answers import Answer, Proposal, Reading, Unclear
from workflows.domain.case import Case
from workflows.domain.errors import KnowledgeFault, PrivacyRefused, Refused
from workflows.domain.knowledge import Step

SURE = 0.5  # below this a reading is a question to the user, never a value


def case_of_folder(
    title: str,
    answers_text: str,
    notes: Mapping[str, str],
    steps: Sequence[Step],
    today: date,
    name: str = "answers.yaml",
) -> Case:
    """The case; raises Refused naming the file and the field of the first thing that cannot be taken."""
    answers = _answers(answers_text, steps, today, name)
    for field, given in _from_notes(notes, tuple(s for s in steps if not s.desk), today).items():
        answers.setdefault(field, given)
    order = [f"{s.id}.{q.id}" for s in steps for q in s.questions]
    return Case(id=f"folder-{title}", title=title, answers={f: answers[f] for f in order if f in answers})


def _answers(text: str, steps: Sequence[Step], today: date, name: str) -> dict[str, Answer]:
    try:
        raw: Any = plain_yaml(text, name)
    except KnowledgeFault as fault:
        raise Refused(fault.problems[0], todo="Mend the file and try again.") from fault
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Refused("holds no steps", where=name, todo="Write step: and, indented under it, field: value.")
    known = {s.id: s for s in steps}
    found: dict[str, Answer] = {}
    for step_id, fields in raw.items():
        if step_id not in known:
            close = nearest(str(step_id), known)
            raise Refused(
                f"unknown step {str(step_id)[:60]!r}",
                where=name,
                todo=f"Did you mean {close}?" if close else f"Steps are {', '.join(known)}.",
            )
        if fields in ("", None):
            continue
        if not isinstance(fields, dict):
            raise Refused(
                f"step {step_id} holds no fields", where=name, todo="Write field: value, indented under the step."
            )
        found |= _step(known[step_id], fields, today, name)
    return found


def _step(step: Step, fields: Mapping[str, Any], today: date, name: str) -> dict[str, Answer]:
    found = {}
    for field_name, value in fields.items():
        question = step.question(str(field_name))
        if question is None:
            close = nearest(str(field_name), tuple(q.id for q in step.questions))
            raise Refused(
                f"unknown field {step.id}.{str(field_name)[:60]}",
                where=name,
                todo=f"Did you mean {step.id}.{close}?"
                if close
                else f"Fields are {', '.join(q.id for q in step.questions)}.",
            )
        if value in ("", None):
            continue
        try:
            given = interview.answer(step, question, value, today=today)
        except Refused as error:
            raise type(error)(error.what, where=f"{name}: {error.where}", todo=error.todo) from error
        found[given.field] = given
    return found


def _from_notes(notes: Mapping[str, str], steps: Sequence[Step], today: date) -> dict[str, Answer]:
    if not notes:
        return {}
    from workflows.interview.reading import read_notes

    return {
        p.field: _answered(p, steps, today) for p in checked(read_notes(steps, notes, today), steps, today).proposed
    }


def checked(reading: Reading, steps: Sequence[Step], today: date) -> Reading:
    """The reading without what its own questions would refuse: such words become questions to the user."""
    proposed, unclear = [], list(reading.unclear)
    for p in reading.proposed:
        try:
            _answered(p, steps, today)
        except Refused as error:
            private = isinstance(error, PrivacyRefused)
            unclear.append(Unclear(step=p.field.split(".")[0], quote="" if private else p.quote, question=str(error)))
        else:
            if p.confidence >= SURE:
                proposed.append(p)
            else:
                unclear.append(Unclear(step=p.field.split(".")[0], quote=p.quote, question=f"Is this {p.field}?"))
    return Reading(proposed=tuple(proposed), unclear=tuple(unclear))


def _answered(p: Proposal, steps: Sequence[Step], today: date) -> Answer:
    step_id, _, name = p.field.partition(".")
    step = next(s for s in steps if s.id == step_id)
    question = step.question(name)
    if question is None:
        raise Refused("there is no such question", where=p.field)
    value = interview.as_given(question, p.value)
    return interview.answer(step, question, value, today=today, by="notes", quote=p.quote)
