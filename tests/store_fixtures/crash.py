"""Kills a writer at a named point and judges what is left.

The writer is a forked child that plays a script of steps on a real store and says each finished step on a pipe. The
parent alone keeps the list of acknowledged steps, in its own synced file, so a kill cannot forge it. The child kills
itself with SIGKILL at a point: before or after a statement, before a commit, when a connection is given back (so after
the commit), or before the first statement of a step. Nothing in the product knows about this.
"""

import os
import random
import select
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from tests.store_fixtures.plain import Notes, PlainStore, a_case
from workflows.adapters.migrations import MIGRATIONS, Migration
from workflows.adapters.store import CaseStore
from workflows.domain.errors import NotFound


@dataclass(frozen=True)
class Step:
    """One thing a user does: the verb, the case, and for a save its new notes."""

    verb: str
    case_id: str = ""
    notes: Notes | None = None


@dataclass(frozen=True)
class Verdict:
    """What a kill left: whether a step nobody was told of was kept, and everything that is wrong."""

    kept_unacknowledged: bool
    problems: tuple[str, ...]


TOO_LONG = 120  # seconds after which a child that hangs is ended by the system, so that a test fails and does not wait
DISK_CALLS = ("pwrite64", "fdatasync", "fsync", "unlink", "ftruncate")
SCRIPT = (  # every verb, on a fresh and on a used case, an undo after an undo and after a save
    Step("open"),
    Step("create", "a", {}),
    Step("save", "a", {"step": "one"}),
    Step("save", "a", {"step": "two " * 900}),  # more than a page, so that overflow pages are written
    Step("undo", "a"),
    Step("save", "a", {"step": "three"}),
    Step("create", "b", {"step": "four"}),
    Step("undo", "a"),
    Step("undo", "a"),
    Step("delete", "a"),
    Step("save", "b", {"step": "five"}),
    Step("restore", "a"),
    Step("undo", "b"),
    Step("delete", "b"),
)


def a_script(chance: random.Random, length: int) -> tuple[Step, ...]:
    """A random script that the rules allow, beginning with opening the store and making a case."""
    plain, steps = PlainStore(), [Step("open"), Step("create", "c0", {})]
    play_plainly(plain, steps[1])
    while len(steps) < length:
        case_id = chance.choice(sorted(plain.cases))
        case = plain.cases[case_id]
        verbs = ["restore"] if case.deleted else ["save"] * 4 + ["delete"] + ["undo"] * 3 * plain.can_undo(case_id)
        verb = chance.choice([*verbs, "create"])
        notes = {"n": str(len(steps)), "text": "x" * chance.choice((0, 10, 5000))}
        step = Step(verb, f"c{len(plain.cases)}" if verb == "create" else case_id, notes)
        play_plainly(plain, step)
        steps.append(step)
    return tuple(steps)


def play_plainly(plain: PlainStore, step: Step) -> None:
    """What a step should do."""
    if step.verb in ("create", "save"):
        getattr(plain, step.verb)(step.case_id, step.notes or {}, _what(step))
    elif step.verb != "open":
        getattr(plain, step.verb)(step.case_id)


def play(store: CaseStore, step: Step) -> None:
    """What a step does."""
    if step.verb == "create":
        store.create(a_case(step.case_id, step.notes), _what(step))
    elif step.verb == "save":
        case = store.read(step.case_id)
        store.save(case.model_copy(update={"notes": step.notes}), _what(step))
    elif step.verb != "open":
        getattr(store, step.verb)(step.case_id)


def _what(step: Step) -> str:
    return f"{step.verb} {(step.notes or {}).get('step', '')[:12]}"


def seen_in(store: CaseStore, case_ids: list[str]) -> dict[str, object]:
    """Everything a user can see of these cases, in the shape of PlainStore.seen."""
    seen: dict[str, object] = {}
    for case_id in case_ids:
        try:
            case = store.read(case_id)
        except NotFound as refusal:
            if "deleted" in refusal.what:
                seen[case_id] = "deleted"
            continue
        log = [(version, what) for version, what, _ in store.history(case_id)]
        seen[case_id] = (case.title, case.version, case.notes, log, store.can_undo(case_id))
    return seen


class Points:
    """Counts the points a step passes, names them, and calls `at` at each."""

    def __init__(self, at: Callable[[str, int, str], None]) -> None:
        self.verb, self.count, self.at = "", 0, at

    def listen(self) -> None:
        """Hear every engine made from now on in this process."""
        event.listen(Engine, "before_cursor_execute", lambda c, cur, sql, *_: self._pass(f"before {_short(sql)}"))
        event.listen(Engine, "after_cursor_execute", lambda c, cur, sql, *_: self._pass(f"after {_short(sql)}"))
        event.listen(Engine, "commit", lambda c: self._pass("before COMMIT"))
        event.listen(Pool, "checkin", lambda *_: self._pass("connection given back"))

    def begin(self, verb: str) -> None:
        """A step begins."""
        self.verb, self.count = verb, 0
        self._pass("begin")

    def _pass(self, name: str) -> None:
        self.at(self.verb, self.count, name)
        self.count += 1


def _short(sql: str) -> str:
    return " ".join(sql.split()[:3])


def named_points(url: str, script: tuple[Step, ...], migrations: tuple[Migration, ...] = MIGRATIONS) -> list[str]:
    """The name of every point this script passes, in order: "3 save 4: after UPDATE cases SET"."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        step_number = -1

        def tell(verb: str, count: int, name: str) -> None:
            nonlocal step_number
            step_number += name == "begin"
            os.write(write, f"{step_number} {verb} {count}: {name}\n".encode())

        _play_and_die(url, script, migrations, Points(tell), lambda number: None)
    os.close(write)
    with os.fdopen(read) as pipe:
        names = pipe.read().splitlines()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, f"the script itself failed: {names[-1:]}"
    return names


def kill_at(
    url: str,
    script: tuple[Step, ...],
    point: str,
    acknowledgements: Path,
    migrations: tuple[Migration, ...] = MIGRATIONS,
    sabotage: Callable[[], None] | None = None,
    acknowledge_early: bool = False,
) -> tuple[int, bool]:
    """Play the script and kill the writer at the point: the steps acknowledged, and whether the point was reached.

    For the sabotage twins: `sabotage` breaks the child, `acknowledge_early` makes it say "done" before it is.
    """
    number_there, verb_there, count_there = point.split(":")[0].split()
    playing = -1

    def kill(verb: str, count: int, name: str) -> None:
        if (playing, verb, count) == (int(number_there), verb_there, int(count_there)):
            os.kill(os.getpid(), signal.SIGKILL)

    def begin(number: int) -> None:
        nonlocal playing
        playing = number
        if acknowledge_early:
            os.write(write, b".")

    def finish(number: int) -> None:
        if not acknowledge_early:
            os.write(write, b".")

    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        if sabotage:
            sabotage()
        _play_and_die(url, script, migrations, Points(kill), finish, begin)
    os.close(write)
    acknowledged = _note(read, acknowledgements)
    _, status = os.waitpid(child, 0)
    return acknowledged, os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def kill_after(url: str, script: tuple[Step, ...], seconds: float, acknowledgements: Path) -> tuple[int, bool]:
    """Play the script and kill the writer from outside, wherever it happens to be."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _play_and_die(url, script, MIGRATIONS, None, lambda number: os.write(write, b"."))
    os.close(write)
    end, acknowledged = time.monotonic() + seconds, 0
    with acknowledgements.open("ab", buffering=0) as notes:
        while (left := end - time.monotonic()) > 0:
            if select.select([read], [], [], left)[0]:
                said = os.read(read, 1)
                if not said:
                    break
                acknowledged += _keep(notes.fileno(), said)
        os.kill(child, signal.SIGKILL)
        while said := os.read(read, 4096):
            acknowledged += _keep(notes.fileno(), said)
    os.close(read)
    _, status = os.waitpid(child, 0)
    return acknowledged, os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def kill_in_system_call(
    url: str, script: tuple[Step, ...], call: str, number: int, acknowledgements: Path
) -> tuple[int, bool]:
    """Play the script; kill the writer as it enters the n-th such system call of its last step."""
    waiting, go_on = os.pipe()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)

        def begin(step: int) -> None:
            if step == len(script) - 1:
                os.read(waiting, 1)

        _play_and_die(url, script, MIGRATIONS, None, lambda _: os.write(write, b"."), begin)
    os.close(write)
    with acknowledgements.open("ab", buffering=0) as notes:
        acknowledged = sum(_keep(notes.fileno(), os.read(read, 1)) for _ in script[1:])
    inject = f"inject={call}:signal=SIGKILL:when={number}"
    command = ["strace", "-f", "-p", str(child), "-e", f"trace={call}", "-e", inject]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr
        assert "attached" in tracer.stderr.readline()
        os.write(go_on, b".")
        acknowledged += _note(read, acknowledgements)
        _, status = os.waitpid(child, 0)
        tracer.communicate()
    os.close(waiting)
    os.close(go_on)
    return acknowledged, os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def _play_and_die(
    url: str,
    script: tuple[Step, ...],
    migrations: tuple[Migration, ...],
    points: Points | None,
    finish: Callable[[int], object],
    begin: Callable[[int], None] = lambda number: None,
) -> None:
    signal.alarm(TOO_LONG)
    try:
        if points:
            points.listen()
        store: CaseStore | None = None
        for number, step in enumerate(script):
            begin(number)
            if points:
                points.begin(step.verb)
            if store is None:
                store = CaseStore.open(url, migrations)
            play(store, step)
            finish(number)
    except BaseException as error:  # noqa: BLE001 - a forked child must not run on into the parent's tests
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(1)
    os._exit(0)


def _note(read: int, acknowledgements: Path) -> int:
    count = 0
    with acknowledgements.open("ab", buffering=0) as notes:
        while said := os.read(read, 4096):
            count += _keep(notes.fileno(), said)
    os.close(read)
    return count


def _keep(notes: int, said: bytes) -> int:
    os.write(notes, said)
    os.fsync(notes)
    return len(said)


def judge(url: str, script: tuple[Step, ...], acknowledged: int) -> Verdict:
    """Open the store again: what was acknowledged must be there, at most one step more, and the file sound."""
    plain, states = PlainStore(), [PlainStore().seen()]
    for step in script:
        play_plainly(plain, step)
        states.append(plain.seen())
    store = CaseStore.open(url)
    try:
        found = seen_in(store, sorted(plain.cases))
        problems = unsound(store)
    finally:
        store.close()
    allowed = states[acknowledged : acknowledged + 2]
    if found not in allowed:
        lost = found in states[:acknowledged]
        problems.append(f"{acknowledged} acknowledged, {'something lost' if lost else 'half a step'}: {found}")
    return Verdict(found in allowed and found != allowed[0], tuple(problems))


def unsound(store: CaseStore) -> list[str]:
    """What the database itself says is wrong, and documents that do not agree with their row."""
    with store._database.reading("check") as link:
        problems: list[str] = []
        if link.dialect.name == "sqlite":
            said = [row[0] for row in link.exec_driver_sql("PRAGMA integrity_check")]
            problems += [] if said == ["ok"] else said
            problems += [str(row) for row in link.exec_driver_sql("PRAGMA foreign_key_check")]
        for row in link.exec_driver_sql("SELECT id, version, body FROM cases").all():
            case_id, version, body = str(row[0]), int(row[1]), str(row[2])
            kept = link.exec_driver_sql(
                "SELECT version, body FROM case_versions WHERE case_id = "
                + ("?" if link.dialect.name == "sqlite" else "%s")
                + " ORDER BY version",
                (case_id,),
            ).all()
            numbers = [int(entry[0]) for entry in kept]
            if f'"version":{version},' not in body or kept[-1][1] != body:
                problems.append(f"{case_id}: row, document and history differ")
            if numbers != list(range(numbers[0], version + 1)):
                problems.append(f"{case_id}: the history has a gap: {numbers}")
    return problems
