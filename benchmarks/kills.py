"""Measures what a crash costs: `python benchmarks/kills.py points|moments|calls|app|together`, figures on stdout.

points    1,200 writers killed at named points of create, save, undo, delete, restore and the making of the tables
moments   writers killed from outside at random moments
calls     writers killed as they enter each system call of a save, an undo and a delete (needs strace)
app       the running application killed at random moments while questions are answered
together  2 and 8 programs answering on one case at the same time, no kills

Each prints how many of the changes that were acknowledged are gone afterwards. 0 of N only says, with 95 % confidence,
that the true rate is below 3/N.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.kills_in_app import in_the_app
from tests.store_fixtures.crash import (
    DISK_CALLS,
    judge,
    kill_after,
    kill_at,
    kill_in_system_call,
    named_points,
)
from tests.store_fixtures.hammer import hammer
from tests.store_fixtures.steps import SCRIPT, Step, a_script
from workflows.adapters.store import CaseStore

SCRIPTS = 40


@dataclass
class Tally:
    """What the kills of one kind came to."""

    kind: str
    kills: int = 0
    acknowledged: int = 0
    kept_unacknowledged: int = 0
    problems: list[str] = field(default_factory=list)
    reopened: list[float] = field(default_factory=list)
    places: Counter[str] = field(default_factory=Counter)

    def judge(self, url: str, script: tuple[Step, ...], acknowledged: int, reached: bool, place: str) -> None:
        """Reopen after one kill and count."""
        start = time.perf_counter()
        CaseStore.open(url).close()
        self.reopened.append(time.perf_counter() - start)
        verdict = judge(url, script, acknowledged)
        self.kills += reached
        self.acknowledged += acknowledged
        self.kept_unacknowledged += verdict.kept_unacknowledged
        self.problems += [f"{place}: {problem}" for problem in verdict.problems]
        self.places[place] += 1

    def tell(self, seconds: float) -> bool:
        """Print the figures; whether all is well."""
        print(
            f"{self.kind}: {self.kills} kills at {len(self.places)} places in {seconds:.0f} s; "
            f"{self.acknowledged} acknowledged changes, {len(self.problems)} lost, half written or unsound; "
            f"{self.kept_unacknowledged} kills left one change nobody had been told of; "
            f"reopened in {max(self.reopened) * 1000:.0f} ms at most"
        )
        for problem in self.problems[:20]:
            print("  ", problem)
        return not self.problems


def at_points(folder: Path, kills: int, chance: random.Random) -> bool:
    """Spread the kills over all named points, the least used first."""
    tally, start = Tally("named points"), time.perf_counter()
    scripts = [SCRIPT, *(a_script(chance, 16) for _ in range(SCRIPTS - 1))]
    for number, script in enumerate(scripts):
        points = named_points(f"sqlite:///{folder}/points{number}.db", script)
        chance.shuffle(points)
        share = kills * (number + 1) // SCRIPTS - kills * number // SCRIPTS
        for turn in range(share):
            point = min(points, key=lambda point: tally.places[_place(point)])
            points.remove(point)
            url = f"sqlite:///{folder}/{number}-{turn}.db"
            acknowledged, reached = kill_at(url, script, point, folder / "acknowledged")
            tally.judge(url, script, acknowledged, reached, _place(point))
    print(f"each point at least {min(tally.places.values())} times")
    return tally.tell(time.perf_counter() - start)


def _place(point: str) -> str:
    return point.split(" ", 1)[1]


def at_moments(folder: Path, kills: int, chance: random.Random) -> bool:
    """Kill from outside, the moment drawn evenly from the time a script takes."""
    tally, start = Tally("random moments"), time.perf_counter()
    number = 0
    while tally.kills < kills:
        number += 1
        script, url = a_script(chance, 30), f"sqlite:///{folder}/{number}.db"
        acknowledged, reached = kill_after(url, script, chance.uniform(0.005, 0.2), folder / "acknowledged")
        tally.judge(url, script, acknowledged, reached, f"after {acknowledged} steps")
    return tally.tell(time.perf_counter() - start)


def at_calls(folder: Path) -> bool:
    """Kill on entering every write, sync, truncation and unlink of one save, one undo and one delete."""
    tally, start = Tally("system calls"), time.perf_counter()
    for length in (2, 3, 4, 5, 10):
        script = SCRIPT[:length]
        for call in DISK_CALLS:
            for number in range(1, 1000):
                url = f"sqlite:///{folder}/{length}{call}{number}.db"
                acknowledged, reached = kill_in_system_call(url, script, call, number, folder / "acknowledged")
                if not reached:
                    break
                tally.judge(url, script, acknowledged, reached, f"{script[-1].verb} {length}: {call} {number}")
    return tally.tell(time.perf_counter() - start)


def together(folder: Path, answers: int) -> bool:
    """Programs that answer on one case at the same time; on PostgreSQL too where PARLEY_TEST_POSTGRES names one."""
    well = True
    for writers in (2, 8):
        urls = {"SQLite": f"sqlite:///{folder}/{writers}.db"}
        if postgres := os.environ.get("PARLEY_TEST_POSTGRES"):
            urls["PostgreSQL"] = f"{postgres}?options=-csearch_path%3D{_schema(postgres)}"
        for name, url in urls.items():
            start = time.perf_counter()
            problems = hammer(url, writers, answers)
            seconds = time.perf_counter() - start
            print(f"{name}: {writers} programs x {answers} answers in {seconds:.0f} s: {len(problems)} lost or failed")
            for problem in problems[:5]:
                print("  ", problem)
            well = well and not problems
    return well


def _schema(postgres: str) -> str:
    from sqlalchemy import create_engine

    name = f"kills{time.time_ns()}"
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.exec_driver_sql(f"CREATE SCHEMA {name}")
    engine.dispose()
    return name


def main() -> int:
    """Run one kind; the exit code is 1 where something was lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("kind", choices=["points", "moments", "calls", "app", "together"])
    parser.add_argument("--count", type=int, help="kills, or answers a program (default: what the promise asks)")
    parser.add_argument("--seed", type=int, default=20261122)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        well = {
            "points": lambda: at_points(folder, asked.count or 1200, chance),
            "moments": lambda: at_moments(folder, asked.count or 200, chance),
            "calls": lambda: at_calls(folder),
            "app": lambda: in_the_app(folder, asked.count or 200, chance),
            "together": lambda: together(folder, asked.count or 1000),
        }[asked.kind]()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
