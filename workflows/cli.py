"""The command line, the product's second face: plain text for people, one JSON object with --json for programs.

Status 0: done. 1: the input was refused, with one sentence on standard error (what, where, what to do). 2: wrong
usage. Never a traceback: what nobody foresaw is told in a sentence too.
"""

import io
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, ParamSpec

import typer
from pydantic import ValidationError

from workflows.domain.errors import KnowledgeFault, ParleyError
from workflows.domain.medicare import Setting
from workflows.settings import quiet_libraries

P = ParamSpec("P")
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Parley: from a practice's answers to letters it can send. No key, no network.",
)
Folder = Annotated[
    Path, typer.Argument(help="A case folder: answers.yaml and/or notes/<step>.txt.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Today = Annotated[str, typer.Option("--today", help="Work as of this day (YYYY-MM-DD).", show_default="the day it is")]


class DocumentName(StrEnum):
    """The document types."""

    value_proposition = "value_proposition"
    counteroffer = "counteroffer"
    ultimatum_response = "ultimatum_response"
    data_request = "data_request"


class SettingName(StrEnum):
    """Where a service is done."""

    office = "office"
    facility = "facility"


Format = Literal["md", "docx", "pdf", "json"]


class FormatName(StrEnum):
    """The formats a document can be written in."""

    md = "md"
    docx = "docx"
    pdf = "pdf"
    json = "json"


def spoken(command: Callable[P, None]) -> Callable[P, None]:
    """Run a command so that every failure ends in one sentence on standard error and status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        quiet_libraries()
        try:
            command(*args, **kwargs)
        except KnowledgeFault as fault:
            refuse("\n".join(fault.problems))
        except ParleyError as error:
            refuse(str(error))
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except RecursionError:
            refuse("The input is nested too deeply to read. Flatten it and try again.")

    return run


def settings_faults(error: ValidationError) -> tuple[str, ...]:
    """What is wrong with which environment variable; its value may be a secret and is not shown."""
    return tuple(
        f"settings: {f'PARLEY_{place}: ' if (place := '_'.join(map(str, e['loc'])).upper()) else ''}"
        f"{e['msg'].removeprefix('Value error, ')}"
        for e in error.errors()
    )


def refuse(sentence: str) -> None:
    """Say why and end with status 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def say(text: str) -> None:
    """Text for people on standard output."""
    typer.echo(text)


def give(found: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1))


def day(text: str) -> date:
    """The day of --today; wrong usage when it is not one."""
    try:
        return date.fromisoformat(text) if text else date.today()  # noqa: DTZ011 - the user's own day is meant
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day like 2026-11-22", param_hint="--today") from None


@app.command()
@spoken
def serve(port: Annotated[int, typer.Option(help="The port on this machine.", min=1, max=65535)] = 8501) -> None:
    """Open the app in the browser (on this machine only)."""
    door = find_spec("workflows.ui.navigation")
    if door is None or door.origin is None:
        refuse("The app's pages are not installed. Install Parley again.")
        return
    flags = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.showEmailPrompt": "false",
        "server.fileWatcherType": "none",
        "server.maxUploadSize": 10,
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "type",
        "client.showErrorLinks": "false",
    }
    from workflows.settings import Settings

    Settings()  # unsafe ones refuse here, in a sentence, not on every page
    # The app takes over this process, so that a signal to it is a signal to the server.
    os.execv(
        sys.executable,
        [sys.executable, "-m", "streamlit", "run", door.origin, *(f"--{k}={v}" for k, v in flags.items())],
    )


@app.command()
@spoken
def interview(
    folder: Folder,
    from_notes: Annotated[
        bool, typer.Option("--from-notes", help="Read notes/ and propose answers instead of asking.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help="With --from-notes: write the proposed answers to answers.yaml.")
    ] = False,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """Ask the steps in the terminal, saving after each answer; or read notes and propose answers."""
    from workflows.terminal import ask_steps, propose_from_notes

    if from_notes:
        propose_from_notes(folder, accept=accept, as_json=as_json, today=day(today))
    elif accept:
        raise typer.BadParameter("--accept goes with --from-notes")
    else:
        ask_steps(folder, today=day(today))


@app.command()
@spoken
def leverage(folder: Folder, as_json: AsJson = False, today: Today = "") -> None:
    """The ranked arguments, their grade, and what would make each stronger."""
    from workflows.casework import Desk
    from workflows.letters import evidence_json

    desk = Desk.for_folders()
    case = desk.load_folder(folder, today=day(today))
    standing = desk.standing(case, day(today))
    used = {e for c in standing.claims for e in c.evidence}
    if as_json:
        give(
            {
                "claims": [
                    {
                        "topic": c.topic,
                        "text": c.text,
                        "grade": c.grade,
                        "strength": c.strength,
                        "evidence": list(c.evidence),
                        "to_strengthen": list(c.to_strengthen),
                        "gain": c.gain,
                        "rule": c.rule,
                    }
                    for c in standing.claims
                ],
                "ledger": {e.id: evidence_json(e) for e in standing.ledger.sendable.values() if e.id in used},
                "gaps": [{"what": g.what, "why": g.why, "where": g.where, "field": g.field} for g in standing.gaps],
                "contradictions": [{"fields": list(c.fields), "says": c.says} for c in standing.contradictions],
                "quick_wins": list(standing.quick_wins),
                "advice": list(standing.advice),
            }
        )
        return
    for c in standing.claims:
        say(f"{c.strength:3d}  {c.title} ({c.grade})\n     {c.text}\n     {c.gain}\n     Rule: {c.rule}")
        for tip in c.to_strengthen:
            say(f"     Stronger: {tip}")
    if not standing.claims:
        say("Nothing supports a request yet. Begin with `parley interview`.")
    for title, lines in (
        ("Little leverage; what can still be won", standing.quick_wins),
        ("Mind", standing.advice),
        ("Contradictions", tuple(c.says for c in standing.contradictions)),
        ("Still missing", tuple(f"{g.what} Where: {g.where}" for g in standing.gaps)),
    ):
        if lines:
            say(f"\n{title}:\n" + "\n".join(f"- {line}" for line in lines))


@app.command()
@spoken
def draft(
    folder: Folder,
    document: Annotated[DocumentName, typer.Option("--document", "-d", help="Which document.")],
    format: Annotated[FormatName, typer.Option("--format", "-f", help="How to write it.")] = FormatName.md,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write to this file instead of the screen.")] = None,
    basis: Annotated[
        bool, typer.Option("--basis", help="DOCX and PDF: add the private sheet 'Basis for each statement'.")
    ] = False,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """Draft a letter. Values that were only read from notes are used, marked as unconfirmed."""
    from workflows.casework import Desk

    desk = Desk.for_folders()
    case = desk.load_folder(folder, today=day(today))
    made = desk.letters.draft(case, document.value, today=day(today))
    wanted: Format = "json" if as_json else format.value
    content = desk.letters.export(made, wanted, basis=basis, stamp=desk.letters.stamp(made))
    for note in made.notes:
        typer.echo(f"note: {note}", err=True)
    for contradiction in desk.standing(case, day(today)).contradictions:
        typer.echo(f"contradiction: {contradiction.says}", err=True)
    for objection in desk.letters.objections(case, made):
        if objection.hard:
            typer.echo(f"guard: {objection.slot}: {objection.words!r}: {objection.says}", err=True)
    if out:
        from workflows.adapters.case_folder import write_whole

        write_whole(out, content)
        typer.echo(
            f"{out}: {document.value.replace('_', ' ')}, {made.status.replace('_', ' ')}, {len(made.gaps)} gaps",
            err=True,
        )
    elif wanted in ("docx", "pdf"):
        raise typer.BadParameter(f"a {wanted} goes to a file: name it with --out", param_hint="--out")
    else:
        sys.stdout.write(content.decode())


@app.command()
@spoken
def batch(
    folder: Annotated[Path, typer.Argument(help="A folder of case folders.", show_default=False)],
    document: Annotated[DocumentName, typer.Option("--document", "-d", help="Which document.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to write to.")],
    format: Annotated[FormatName, typer.Option("--format", "-f", help="How to write them.")] = FormatName.docx,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """Draft the same document for many cases; one bad case never stops the rest."""
    from workflows.adapters.case_folder import write_whole
    from workflows.casework import Desk

    desk = Desk.for_folders()
    done: list[str] = []
    refused: list[dict[str, str]] = []
    inside = folder.iterdir() if folder.is_dir() else ()
    cases = sorted(p for p in inside if p.is_dir() and not p.name.startswith(".") and p.resolve() != out.resolve())
    day(today)
    with typer.progressbar(cases, label="Drafting", file=sys.stderr) as bar:
        for path in bar:
            try:
                case = desk.load_folder(path, today=day(today))
                made = desk.letters.draft(case, document.value, today=day(today))
                target = out / f"{path.name}.{format.value}"
                write_whole(target, desk.letters.export(made, format.value, stamp=desk.letters.stamp(made)))
                done.append(str(target))
            except ParleyError as error:
                refused.append({"case": path.name, "why": str(error)})
            except Exception as error:  # noqa: BLE001 - one bad case never stops the rest
                why = f"Parley met something it did not foresee ({type(error).__name__}); please report it."
                refused.append({"case": path.name, "why": why})
    if as_json:
        give({"done": done, "refused": refused})
    else:
        say(f"{len(done)} drafted, {len(refused)} refused")
        for one in refused:
            say(f"- {one['case']}: {one['why']}")
    if not cases:
        refuse(f"{folder}: holds no case folders. Name a folder with one folder a case.")


@app.command()
@spoken
def ask(
    question: Annotated[str, typer.Argument(help="What happened, or what you want to know, in your own words.")],
    case: Annotated[Path | None, typer.Option("--case", help="A case folder whose answers the reply may use.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the guidance, every sentence with its citation."""
    from workflows.casework import Desk
    from workflows.guidance import writing

    desk = Desk.for_folders()
    reply = desk.guidance.ask(question, case=desk.load_folder(case) if case else None)
    articles, register = desk.guidance.shelf.articles, desk.catalog.sources
    if as_json:
        give(writing.as_json(reply, articles, register))
    else:
        say(writing.as_text(reply, articles, register))
    if desk.guidance.trouble:
        typer.echo(desk.guidance.trouble, err=True)


@app.command()
@spoken
def rates(
    folder: Annotated[Path | None, typer.Argument(help="A case folder with schedules/.", show_default=False)] = None,
    medicare: Annotated[
        Path | None, typer.Option("--medicare", help="Load CMS's relative values: PPRRVU as CSV or text, or the zip.")
    ] = None,
    gpci: Annotated[Path | None, typer.Option("--gpci", help="Load CMS's geographic indices (GPCI).")] = None,
    price: Annotated[str, typer.Option("--price", help="Print one Medicare amount: CODE or CODE-MODIFIER.")] = "",
    zip_code: Annotated[str, typer.Option("--zip", help="The practice's ZIP, for the amount there.")] = "",
    year: Annotated[int | None, typer.Option("--year", help="The Medicare year.")] = None,
    setting: Annotated[SettingName | None, typer.Option("--setting", help="Where the service is done.")] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the comparison to this .csv or .xlsx (private).")
    ] = None,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """What the practice is paid, against Medicare and its other payers, and what packages are worth."""
    if folder is None and not (medicare or gpci or price):
        raise typer.BadParameter("name a case folder, or use --price, --medicare or --gpci")
    done: Setting | None = setting.value if setting else None
    if medicare or gpci:
        load_medicare([path for path in (medicare, gpci) if path], as_json=as_json and not price and folder is None)
    if price:
        say_price(price, zip_code, year, done or "office", as_json=as_json, today=day(today))
    elif folder is not None:
        compare_fees(folder, year, done, export, as_json=as_json, today=day(today))


def load_medicare(paths: list[Path], *, as_json: bool) -> None:
    """Load CMS's files and say what they gave."""
    from workflows.casework import Desk

    loaded = Desk.for_folders().rates.load_medicare(*paths)
    typer.echo("\n".join((*loaded.says, *loaded.warnings)), err=True)
    if as_json:
        give({"loaded": list(loaded.says), "warnings": list(loaded.warnings)})


def say_price(code: str, zip_code: str, year: int | None, setting: Setting, *, as_json: bool, today: date) -> None:
    """Print one Medicare amount."""
    from workflows.casework import Desk
    from workflows.rates import writing

    amount = Desk.for_folders().rates.price(code, zip_code=zip_code, year=year, setting=setting, today=today)
    if as_json:
        give(writing.price_json(amount))
    else:
        say("\n".join((amount.says, *amount.notes)))


def file_progress() -> Callable[[int, int], None] | None:
    """A bar on standard error while large files are read, where somebody sees it."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, size: int) -> None:
        filled = 30 * done // max(size, 1)
        end = "\n" if done >= size and done != show.done else ""  # type: ignore[attr-defined]
        show.done = done  # type: ignore[attr-defined]
        sys.stderr.write(f"\rReading files [{'#' * filled:30}] {100 * done // max(size, 1):3d}%{end}")

    show.done = -1  # type: ignore[attr-defined]
    return show


def compare_fees(
    folder: Path, year: int | None, setting: Setting | None, export: Path | None, *, as_json: bool, today: date
) -> None:
    """Print the comparison of a case folder, and write it to a file where one is named."""
    from workflows.casework import Desk

    desk = Desk.for_folders()
    case = desk.load_folder(folder, fees=False, today=today)
    given = desk.rates.folder(folder, case, file_progress())
    weighed = desk.rates.weigh(case, given, today=today, year=year, setting=setting)
    if export:
        from workflows.adapters.case_folder import write_whole

        write_whole(export, desk.rates.export(weighed.comparison, "xlsx" if export.suffix == ".xlsx" else "csv"))
    if as_json:
        give(desk.rates.as_json(weighed))
    else:
        say(desk.rates.as_text(weighed))


@app.command()
@spoken
def review(
    files: Annotated[
        list[Path], typer.Argument(help="The agreement as PDF, then what amends it in order; or a case folder.")
    ],
    ics: Annotated[Path | None, typer.Option("--ics", help="Write the dates to this .ics calendar file.")] = None,
    redline: Annotated[
        Path | None,
        typer.Option("--redline", help="Write what to ask for, clause by clause, to this .docx: for the payer."),
    ] = None,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """Which clauses of a contract will hurt, word for word with page, what to ask for, and the dates that rule."""
    from workflows.casework import Desk

    desk = Desk.for_folders()
    found = desk.contracts.review_paths(files, today=day(today))
    if ics:
        from workflows.adapters.case_folder import write_whole

        write_whole(ics, desk.contracts.calendar(found))
    if redline:
        from workflows.adapters.case_folder import write_whole
        from workflows.domain.evidence import Ledger

        sheet = desk.agreement.redlines.of_review(found, today=day(today))
        write_whole(redline, desk.agreement.redlines.export(sheet, Ledger()))
    if as_json:
        give(desk.contracts.as_json(found))
    else:
        say(desk.contracts.as_text(found))


@app.command()
@spoken
def ultimatum(
    folder: Folder,
    ics: Annotated[
        Path | None, typer.Option("--ics", help="Write clocks and next actions to this .ics calendar file.")
    ] = None,
    as_json: AsJson = False,
    today: Today = "",
) -> None:
    """The plan against a take-it-or-leave-it offer: clocks, where you would stop (private), words, next actions."""
    from workflows.casework import Desk

    desk = Desk.for_folders().ultimatum
    plan = desk.folder(folder, today=day(today))
    if ics:
        from workflows.adapters.case_folder import write_whole

        write_whole(ics, desk.calendar(plan))
    if as_json:
        give(desk.as_json(plan))
    else:
        say(desk.as_text(plan))


@app.command()
@spoken
def check(
    as_json: AsJson = False,
    embed: Annotated[
        bool, typer.Option("--embed", help="First embed guidance whose text changed, and ship it.")
    ] = False,
    learn: Annotated[
        bool, typer.Option("--learn", help="First learn the samples of clauses anew, and ship what they teach.")
    ] = False,
) -> None:
    """Whether knowledge/, prompts/ and the settings are sound; file and line of every problem."""
    from workflows.casework.checking import embed_guidance, knowledge_problems, learn_clauses

    if embed:
        typer.echo(f"{embed_guidance()} texts embedded anew", err=True)
    if learn:
        typer.echo(f"{learn_clauses()} samples of clauses learned anew", err=True)
    problems = knowledge_problems()
    try:
        from workflows.settings import Settings

        Settings()
    except ValidationError as error:
        problems = (*problems, *settings_faults(error))
    if as_json:
        give({"problems": list(problems)})
    else:
        say("\n".join(problems) or "knowledge, prompts and settings are sound")
    if problems:
        raise typer.Exit(1)


def main() -> None:
    """The `parley` command."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # UTF-8 whatever the system's code page; odd bytes are told, not fatal
            stream.reconfigure(
                encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace"
            )
    try:
        app()
    except ValidationError as error:
        typer.echo("; ".join(settings_faults(error)) if error.title == "Settings" else _unforeseen(error), err=True)
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last boundary: a user is told in a sentence, never in a traceback
        typer.echo(_unforeseen(error), err=True)
        sys.exit(1)


def _unforeseen(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"
    return f"Parley met something it did not foresee ({type(error).__name__} at {where}). Nothing was changed."


if __name__ == "__main__":
    main()
