"""Kills a writer at a named point and judges what is left.

The writer is a forked child that plays a script of steps on a real store and says each finished step on a pipe. The
parent alone keeps the list of acknowledged steps, in its own synced file, so a kill cannot forge it. The child kills
itself with SIGKILL at a point: before or after a statement, before a commit, when a connection is given back (so after
the commit), or before the first statement of a step. Nothing in the product knows about this.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from tests.store_fixtures.plain import PlainStore
from tests.store_fixtures.steps import Step, play, play_plainly, seen_in, unsound
from workflows.adapters.migrations import MIGRATIONS, Migration
from workflows.adapters.store import CaseStore


@dataclass(frozen=True)
class Verdict:
    """What a kill left: whether a step nobody was told of was kept, and everything that is wrong."""

    kept_unacknowledged: bool
    problems: tuple[str, ...]


TOO_LONG = 120  # seconds after which a child that hangs is ended by the system, so that a test fails and does not wait
DISK_CALLS = ("pwrite64", "fdatasync", "fsync", "unlink", "ftruncate")


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
