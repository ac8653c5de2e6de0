"""A crash at any point: what was acknowledged is there, at most one step more, and never half of one."""

import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.store_fixtures.crash import (
    DISK_CALLS,
    judge,
    kill_after,
    kill_at,
    kill_in_system_call,
    named_points,
)
from tests.store_fixtures.steps import SCRIPT, Step, seen_in, unsound
from tests.store_fixtures.uses import run_sql
from workflows.adapters.migrations import MIGRATIONS, Migration
from workflows.adapters.store import CaseStore
from workflows.domain.errors import Refused

pytest_plugins = ("tests.store_fixtures.places",)
FIXTURES = Path(__file__).parent / "store_fixtures"
NEXT = Migration(
    "0005_payer",
    (
        "ALTER TABLE cases ADD COLUMN payer TEXT",
        "UPDATE cases SET payer = 'unknown'",
        "CREATE INDEX cases_by_payer ON cases (payer)",
    ),
)


def one_of_each(points: list[str]) -> list[str]:
    """The first of each point of each verb."""
    first: dict[str, str] = {}
    for point in points:
        first.setdefault(point.split(" ", 1)[1], point)
    return list(first.values())


@pytest.fixture
def tracer() -> None:
    """strace, where it is installed and allowed."""
    works = shutil.which("strace") and subprocess.run(["strace", "true"], capture_output=True).returncode == 0
    if not works:
        pytest.skip("strace is not installed or not allowed: NOT tested what reaches the disk")


@pytest.mark.parametrize("journal", ["rollback", "wal"])
def test_a_kill_at_any_point_loses_nothing_acknowledged(
    tmp_path: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One writer at a time, so the bug that keeps WAL off older libraries cannot strike here.
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3) if journal == "wal" else (3, 51, 2))
    points = one_of_each(named_points(f"sqlite:///{tmp_path}/points.db", SCRIPT))
    assert len(points) >= 40
    if journal == "wal":  # the statements are the same: it is enough to see that this journal recovers too
        points = [point for point in points if " save " in point or " delete " in point]
    found = []
    for number, point in enumerate(points):
        address = f"sqlite:///{tmp_path}/{number}.db"
        acknowledged, reached = kill_at(address, SCRIPT, point, tmp_path / "acknowledged")
        found += [f"{point}: {problem}" for problem in judge(address, SCRIPT, acknowledged).problems]
        found += [] if reached else [f"{point} was not reached"]
    assert found == []


def test_a_kill_at_any_point_loses_nothing_acknowledged_in_postgresql(postgres_url: str, tmp_path: Path) -> None:
    points = [p for p in one_of_each(named_points(postgres_url, SCRIPT)) if not p.startswith("0 ")]
    found = []
    for number, point in enumerate(points):
        script = own_cases(number)
        acknowledged, reached = kill_at(postgres_url, script, point, tmp_path / "acknowledged")
        found += [f"{point}: {problem}" for problem in judge(postgres_url, script, acknowledged).problems]
        found += [] if reached else [f"{point} was not reached"]
    assert found == []


def own_cases(number: int) -> tuple[Step, ...]:
    """The script on cases of its own, for a database that is shared."""
    return tuple(Step(step.verb, step.case_id and f"{step.case_id}{number}", step.notes) for step in SCRIPT)


def test_a_kill_while_postgresql_tables_are_made_leaves_none_or_all(postgres_url: str, tmp_path: Path) -> None:
    points = named_points(postgres_url, SCRIPT[:1])
    for point in points[:3] + points[len(points) // 2 :]:
        clear_schema(postgres_url)
        acknowledged, _ = kill_at(postgres_url, SCRIPT, point, tmp_path / "acknowledged")
        assert judge(postgres_url, SCRIPT, acknowledged).problems == (), point


def clear_schema(url: str) -> None:
    store = CaseStore.open(url)
    with store._database.writing("test") as link:
        for table in (
            "model_spending",
            "agreements",
            "contract_files",
            "exchanges",
            "case_versions",
            "cases",
            "parley_migrations",
        ):
            link.exec_driver_sql(f"DROP TABLE {table}")
    store.close()


def test_a_kill_at_any_moment_loses_nothing_acknowledged(tmp_path: Path) -> None:
    for number in range(20):
        address = f"sqlite:///{tmp_path}/{number}.db"
        acknowledged, _ = kill_after(address, SCRIPT, 0.02 + number * 0.004, tmp_path / "acknowledged")
        assert judge(address, SCRIPT, acknowledged).problems == ()


@pytest.mark.usefixtures("tracer")
@pytest.mark.parametrize("length", [3, 5, 10], ids=["save", "undo", "delete"])
def test_a_kill_inside_a_commit_loses_nothing_acknowledged(tmp_path: Path, length: int) -> None:
    script, killed, kept = SCRIPT[:length], 0, 0
    for call in DISK_CALLS:
        for number in range(1, 100):
            address = f"sqlite:///{tmp_path}/{call}{number}.db"
            acknowledged, reached = kill_in_system_call(address, script, call, number, tmp_path / "acknowledged")
            if not reached:
                break
            verdict = judge(address, script, acknowledged)
            assert verdict.problems == (), f"{call} {number}"
            killed, kept = killed + 1, kept + verdict.kept_unacknowledged
    assert killed >= 10, "the kills missed the commit"
    assert kept >= 1, "no kill fell between the commit and its acknowledgement"


def saves(tmp_path: Path, moment: str) -> list[str]:
    return [p for p in named_points(f"sqlite:///{tmp_path}/points.db", SCRIPT) if "save" in p and moment in p]


def test_the_harness_notices_an_answer_acknowledged_too_early(tmp_path: Path) -> None:
    points = [
        p for p in named_points(f"sqlite:///{tmp_path}/points.db", SCRIPT) if "save" in p and "before UPDATE" in p
    ]
    address = f"sqlite:///{tmp_path}/early.db"
    acknowledged, _ = kill_at(address, SCRIPT, points[0], tmp_path / "acknowledged", acknowledge_early=True)
    assert any("something lost" in problem for problem in judge(address, SCRIPT, acknowledged).problems)


def commit_each_statement() -> None:
    event.listen(Engine, "after_cursor_execute", lambda link, *_: link.connection.dbapi_connection.commit())


def test_the_harness_notices_a_step_written_in_two_commits(tmp_path: Path) -> None:
    points = [
        p for p in named_points(f"sqlite:///{tmp_path}/points.db", SCRIPT) if "save" in p and "before INSERT" in p
    ]
    address = f"sqlite:///{tmp_path}/halves.db"
    acknowledged, reached = kill_at(
        address, SCRIPT, points[0], tmp_path / "acknowledged", sabotage=commit_each_statement
    )
    assert reached
    assert judge(address, SCRIPT, acknowledged).problems != ()


# --- migrations -----------------------------------------------------------------------------------------------------


def released(file: Path) -> Path:
    """A file as the first released program left it."""
    link = sqlite3.connect(file)
    link.executescript((FIXTURES / "schema_1.sql").read_text(encoding="utf-8"))
    link.close()
    return file


def contents(file: Path, migrations: tuple[Migration, ...]) -> dict[str, object]:
    store = CaseStore.open(f"sqlite:///{file}", migrations)
    try:
        assert unsound(store) == []
        return {"cases": seen_in(store, ["blue-lake", "elm-street", "old-mill"]), "cards": store.cards()}
    finally:
        store.close()


def half_migrated(file: Path) -> list[str]:
    """What of the next schema is there without the rest of it."""
    columns = [row[1] for row in run_sql(file, "PRAGMA table_info(cases)")]
    new = [
        "payer" in columns,
        bool(run_sql(file, "SELECT 1 FROM sqlite_master WHERE name = 'cases_by_payer'")),
        bool(run_sql(file, f"SELECT 1 FROM parley_migrations WHERE name = '{NEXT.name}'")),
        "payer" in columns and run_sql(file, "SELECT DISTINCT payer FROM cases") == [("unknown",)],
    ]
    return [] if all(new) or not any(new) else [f"half migrated: {new}"]


def test_a_kill_at_any_point_of_a_migration_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    upgrade, script = (*MIGRATIONS, NEXT), (Step("open"),)
    original = contents(released(tmp_path / "original.db"), MIGRATIONS)
    points = named_points(f"sqlite:///{released(tmp_path / 'points.db')}", script, upgrade)
    assert sum("ALTER" in p or "UPDATE" in p or "CREATE INDEX" in p or "INSERT" in p for p in points) == 14
    old = 0
    for number, point in enumerate(points):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = released(folder / "cases.db")
        _, reached = kill_at(f"sqlite:///{file}", script, point, tmp_path / "acknowledged", upgrade)
        assert reached
        assert half_migrated(file) == [], point
        if run_sql(file, "SELECT count(*) FROM parley_migrations") == [(1,)]:
            old += 1
            assert contents(file, MIGRATIONS) == original, point
        else:
            with pytest.raises(Refused, match=r"a newer Parley has changed these cases"):
                contents(file, MIGRATIONS)
        for copy in folder.glob("cases.before-*.db"):
            assert contents(copy, MIGRATIONS) == original, point
        assert contents(file, upgrade) == original, point
    assert 0 < old < len(points)


def test_the_migration_harness_notices_statements_committed_one_by_one(tmp_path: Path) -> None:
    upgrade, script = (*MIGRATIONS, NEXT), (Step("open"),)
    points = named_points(f"sqlite:///{released(tmp_path / 'points.db')}", script, upgrade)
    point = next(p for p in points if "before CREATE INDEX" in p)
    file = released(tmp_path / "cases.db")
    kill_at(f"sqlite:///{file}", script, point, tmp_path / "acknowledged", upgrade, sabotage=commit_each_statement)
    assert half_migrated(file) != []


# --- what reaches the disk ------------------------------------------------------------------------------------------

WRITER = """
import os, sys
from sqlalchemy import event
from sqlalchemy.pool import Pool
from tests.store_fixtures.plain import a_case
from workflows.adapters.store import CaseStore
if sys.argv[2] == "sabotage":
    event.listen(Pool, "checkout", lambda link, *_: link.execute("PRAGMA synchronous=OFF"))
store = CaseStore.open(sys.argv[1])
say = lambda number: os.write(1, f"acknowledged {number}".encode())
say(0)
case = store.create(a_case("a"), "Case opened"); say(1)
for number in range(2, 6):
    case = store.save(case.model_copy(update={"notes": {"n": str(number)}}), "Note"); say(number)
store.undo("a"); say(6)
store.delete("a"); say(7)
store.restore("a"); say(8)
"""


def syncs_before_each_acknowledgement(tmp_path: Path, mode: str) -> list[int]:
    """How often the database, its journal or its folder was synced for each of eight acknowledged changes."""
    trace = tmp_path / "trace"
    subprocess.run(
        ["strace", "-f", "-y", "-o", str(trace), "-e", "trace=fsync,fdatasync,write", sys.executable, "-c", WRITER,
         f"sqlite:///{tmp_path}/cases.db", mode],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    counts: list[int] = []
    for line in trace.read_text().splitlines():
        if '"acknowledged ' in line:
            counts.append(0)
        elif counts and re.search(rf"f(data)?sync\(\d+<{re.escape(str(tmp_path))}", line):
            counts[-1] += 1
    return counts[:-1]


@pytest.mark.usefixtures("tracer")
def test_each_acknowledged_change_has_been_synced_to_the_disk(tmp_path: Path) -> None:
    counts = syncs_before_each_acknowledgement(tmp_path, "as it is")
    assert len(counts) == 8
    assert min(counts) >= 1


@pytest.mark.usefixtures("tracer")
def test_the_count_of_syncs_notices_a_store_that_does_not_wait(tmp_path: Path) -> None:
    assert min(syncs_before_each_acknowledgement(tmp_path, "sabotage")) == 0
