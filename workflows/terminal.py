"""The interview in a terminal: the same steps, questions and checks as the screen, saved after each answer."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import typer

from workflows import interview
from workflows.casework import Desk
from workflows.domain.answers import Answer, Row, Value
from workflows.domain.case import Case
from workflows.domain.errors import Refused
from workflows.domain.knowledge import Question, Step

_HELP = "Enter leaves a question open; 'skip' leaves the step; 'quit' stops (everything is saved); '?' explains."


class _Leave(Exception):
    """The user left the step."""


def ask_steps(folder: Path, today: date) -> None:
    """Ask every step in order, beginning with what is open; stop and resume at any time."""
    from workflows.adapters.case_folder import write_answers

    desk = Desk.for_folders()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"cannot be a case folder ({error.strerror})", where=str(folder), todo="Name a new or existing folder."
        ) from error
    case = desk.load_folder(folder, notes=False, fees=False, today=today)
    typer.echo(_HELP)
    for step in desk.steps:
        open_now = [q for q in step.questions if f"{step.id}.{q.id}" not in case.answers]
        if not open_now:
            continue
        typer.echo(f"\n{step.order}. {step.title}\n{step.opening}")
        try:
            for question in open_now:
                given = _ask(desk, step, question, today)
                if given:
                    case = case.model_copy(update={"answers": {**case.answers, given.field: given}})
                    write_answers(folder, desk.as_given(case.answers))
                    _contradictions(desk, case, today)
        except _Leave:
            continue
        except (EOFError, KeyboardInterrupt, typer.Abort):
            break
    _where_it_stands(desk, case, folder, today)


def _where_it_stands(desk: Desk, case: Case, folder: Path, today: date) -> None:
    standing = desk.standing(case, today)
    typer.echo(f"\n{len(case.answers)} answers in {folder / 'answers.yaml'}.")
    if standing.gaps:
        typer.echo("Letters still lack:\n" + "\n".join(f"- {g.what}" for g in standing.gaps))
    typer.echo(f"Next: parley leverage {folder}   or   parley draft {folder} --document counteroffer")


def _contradictions(desk: Desk, case: Case, today: date) -> None:
    for contradiction in desk.standing(case, today).contradictions:
        typer.echo(f"  ! {contradiction.says}")


def _ask(desk: Desk, step: Step, question: Question, today: date) -> Answer | None:
    mark = " (private, never in a letter)" if question.visibility == "private" else ""
    typer.echo(f"\n{question.ask}{mark}")
    while True:
        words = _line("  > ")
        if words == "quit":
            raise KeyboardInterrupt
        if words == "skip":
            raise _Leave
        if not words:
            return None
        if words == "?":
            typer.echo(
                f"  Why the payer cares: {question.why}\n  For example: {question.strong}\n  Where: {question.where}"
            )
            continue
        try:
            return desk.answer(
                f"{step.id}.{question.id}", _rows(question, words) if question.kind == "table" else words, today
            )
        except Refused as error:
            typer.echo(f"  {error}")


def _rows(question: Question, first: str) -> list[Row]:
    """Rows of a table: one a line, cells parted by '|', in the order of the columns; an empty line ends it."""
    lines, line = [], first
    while line not in ("", "quit", "skip"):
        lines.append(line)
        try:
            line = _line("  | ")
        except EOFError:  # what was typed before the end is kept; the next question meets the end again
            break
    rows = []
    for text in lines:
        cells = [cell.strip() for cell in text.split("|")]
        if len(cells) > len(question.columns):
            raise Refused(
                f"has {len(cells)} cells, but there are {len(question.columns)} columns",
                where=text[:40],
                todo=f"Columns: {' | '.join(c.label for c in question.columns)}.",
            )
        rows.append({c.id: cell for c, cell in zip(question.columns, cells, strict=False) if cell})
    return rows


def _line(prompt: str) -> str:
    sys.stdout.write(prompt)
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    if any("\ud800" <= c <= "\udfff" for c in line):
        typer.echo("  Those bytes are not UTF-8 text. Type it again.")
        return _line(prompt)
    return line.strip()


def propose_from_notes(folder: Path, *, accept: bool, as_json: bool, today: date) -> None:
    """What notes/ seem to say; written to answers.yaml only with `accept`, and never over an answer that stands."""
    import json

    from workflows.adapters.case_folder import write_answers

    desk = Desk.for_folders()
    reading, case = desk.read_notes(folder, today=today)
    proposed = [p for p in reading.proposed if p.field not in case.answers]
    given = {p.field: interview.as_given(desk.question(p.field)[1], p.value) for p in proposed}
    if accept:
        answers = dict(case.answers)
        for p in proposed:
            answers[p.field] = desk.answer(p.field, given[p.field], today)
        case = case.model_copy(update={"answers": answers})
        write_answers(folder, desk.as_given(answers))
    found_answers = {p.field: desk.answer(p.field, given[p.field], today) for p in proposed}
    would_be = {**case.answers, **found_answers}
    gaps = desk.standing(case.model_copy(update={"answers": would_be}), today).gaps
    if as_json:
        found: dict[str, Any] = {
            "proposed": [
                {
                    "step": p.field.split(".")[0],
                    "field": p.field.split(".")[1],
                    "value": given[p.field],
                    "quote": p.quote,
                    "confidence": round(p.confidence, 2),
                }
                for p in proposed
            ],
            "unclear": [{"step": u.step, "quote": u.quote, "question": u.question} for u in reading.unclear],
            "gaps": [{"what": g.what, "why": g.why, "where": g.where, "field": g.field} for g in gaps],
        }
        typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for p in proposed:
        typer.echo(f"{p.field}: {_short(p.value)}\n    from: {p.quote!r} ({p.confidence:.0%})")
    for u in reading.unclear:
        typer.echo(f"? {u.step}: {u.question}\n    from: {u.quote!r}")
    for g in gaps:
        typer.echo(f"missing: {g.what}")
    typer.echo(
        f"{len(proposed)} values {'written to answers.yaml' if accept else 'proposed; --accept writes them'}.", err=True
    )


def _short(value: Value) -> str:
    return (
        value
        if isinstance(value, str)
        else "; ".join(", ".join(v.values()) if isinstance(v, dict) else v for v in value)
    )
