"""Older and newer programs on the same cases: an upgrade keeps everything, an older program says that it is older."""

import sqlite3
import stat
import traceback
from pathlib import Path

import pytest

from tests.store_fixtures.plain import a_case
from tests.store_fixtures.steps import seen_in, unsound
from tests.store_fixtures.uses import in_child, run_sql
from workflows.adapters.migrations import MIGRATIONS, Migration
from workflows.adapters.store import CaseStore
from workflows.domain.errors import Refused, StorageTrouble

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


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A file as the first released program left it."""
    file = tmp_path / "cases.db"
    link = sqlite3.connect(file)
    link.executescript((FIXTURES / "schema_1.sql").read_text(encoding="utf-8"))
    link.close()
    return file


def contents(store: CaseStore) -> dict[str, object]:
    return {"cases": seen_in(store, ["blue-lake", "elm-street", "old-mill"]), "cards": store.cards()}


def test_a_file_of_schema_1_opens_with_all_that_is_in_it(released: Path) -> None:
    store = CaseStore.open(f"sqlite:///{released}")
    assert store.read("blue-lake").notes == {"practice": "Two doctors, 4,100 patients — “same-day” visits."}
    assert [what for _, what, _ in store.history("blue-lake")] == [
        "Undone: Notes on the payer",
        "Notes on the payer",
        "Notes on the practice",
        "Case opened",
    ]
    assert [card.id for card in store.cards()] == ["elm-street", "blue-lake"]
    assert store.undo("blue-lake").notes == {}
    assert store.restore("old-mill").version == 1
    assert unsound(store) == []
    store.close()


def test_the_first_migration_is_the_released_one(released: Path, tmp_path: Path) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/new.db", MIGRATIONS[:1])
    store.close()
    tables = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    assert run_sql(tmp_path / "new.db", tables) == run_sql(released, tables)


@pytest.mark.parametrize("journal", ["rollback", "wal"])
def test_a_migration_keeps_everything_and_leaves_a_whole_copy_of_the_file_before_it(
    released: Path, journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3) if journal == "wal" else (3, 51, 2))
    old = CaseStore.open(f"sqlite:///{released}", MIGRATIONS)
    before = contents(old)
    old.close()
    new = CaseStore.open(f"sqlite:///{released}", (*MIGRATIONS, NEXT))
    assert contents(new) == before
    assert unsound(new) == []
    new.close()
    assert run_sql(released, "SELECT DISTINCT payer FROM cases") == [("unknown",)]
    (copy,) = released.parent.glob("cases.before-0005_payer.*.db")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    old = CaseStore.open(f"sqlite:///{copy}", MIGRATIONS)
    assert contents(old) == before
    assert unsound(old) == []
    old.close()
    assert list(released.parent.glob("*.part")) == []


def test_a_copy_is_made_once_and_only_where_something_changes(released: Path) -> None:
    for migrations in (MIGRATIONS, (*MIGRATIONS, NEXT), (*MIGRATIONS, NEXT)):
        CaseStore.open(f"sqlite:///{released}", migrations).close()
    assert len(list(released.parent.glob("*.before-*"))) == 2, "one before each step of the tables"


def test_where_no_copy_can_be_made_nothing_is_migrated(released: Path) -> None:
    resource = pytest.importorskip("resource")

    def work() -> str:
        inner = CaseStore.open(f"sqlite:///{released}")
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))  # the journal may grow so far, the copy may not
        try:
            CaseStore.open(f"sqlite:///{released}", (*MIGRATIONS, NEXT))
        except StorageTrouble as trouble:
            said = str(trouble)
        return f"{said}|{inner.read('blue-lake').version}"

    said = in_child(work)
    assert "could not be brought up to date and are as they were: the disk refused to read or write" in said
    assert said.endswith("|4")
    assert [path.name for path in released.parent.iterdir() if "0005" in path.name] == []


def test_a_migration_keeps_everything_on_postgresql(postgres_url: str) -> None:
    old = CaseStore.open(postgres_url)
    old.create(a_case("blue-lake", {"n": "1"}), "Case opened")
    before = contents(old)
    new = CaseStore.open(postgres_url, (*MIGRATIONS, NEXT))
    assert contents(new) == before
    with pytest.raises(Refused, match=r"a newer Parley has changed these cases .0005_payer."):
        CaseStore.open(postgres_url)
    old.close()
    new.close()


def test_an_older_program_refuses_a_newer_file_and_leaves_it_alone(released: Path) -> None:
    CaseStore.open(f"sqlite:///{released}", (*MIGRATIONS, NEXT)).close()
    before = released.read_bytes()
    with pytest.raises(Refused, match=r"a newer Parley has changed these cases .0005_payer.") as refusal:
        CaseStore.open(f"sqlite:///{released}")
    assert "Start that version" in str(refusal.value)
    assert released.read_bytes() == before


def test_a_failing_migration_leaves_the_file_as_it_was(released: Path) -> None:
    broken = Migration("0005_broken", (*NEXT.statements, "INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(StorageTrouble, match=r"could not be brought up to date and are as they were"):
        CaseStore.open(f"sqlite:///{released}", (*MIGRATIONS, broken))
    store = CaseStore.open(f"sqlite:///{released}")
    assert store.read("blue-lake").version == 4
    store.close()


def test_a_document_of_a_newer_program_is_refused_with_a_sentence(released: Path) -> None:
    store = CaseStore.open(f"sqlite:///{released}")
    newer = (
        """UPDATE cases SET body = replace(body, '"schema_version":1', '"schema_version":2') WHERE id = 'elm-street'"""
    )
    run_sql(released, newer)
    with pytest.raises(Refused, match=r"elm-street: a newer Parley has written this case. Open it with that version"):
        store.read("elm-street")
    assert store.read("blue-lake").version == 4
    assert len(store.cards()) == 2
    store.close()


@pytest.mark.parametrize("body", ["", "{}", '{"id": "elm-street", "secret-canary": 1', '{"id":1,"n":"secret-canary"}'])
def test_a_damaged_document_is_told_without_quoting_it(released: Path, body: str) -> None:
    store = CaseStore.open(f"sqlite:///{released}")
    run_sql(released, f"UPDATE cases SET body = '{body}' WHERE id = 'elm-street'")
    with pytest.raises(StorageTrouble, match=r"Case elm-street could not be read") as trouble:
        store.read("elm-street")
    assert "secret-canary" not in "".join(traceback.format_exception(trouble.value))
    store.close()


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    run_sql(tmp_path / "other.db", "CREATE TABLE recipes (name TEXT)")
    with pytest.raises(Refused, match=r"some other program's database"):
        CaseStore.open(f"sqlite:///{tmp_path}/other.db")
    assert run_sql(tmp_path / "other.db", "SELECT name FROM sqlite_master") == [("recipes",)]
