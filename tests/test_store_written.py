"""Where and how the store writes: every connection waits for the disk, and only the owner can read the file."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store_fixtures.plain import a_case
from tests.store_fixtures.uses import Listen
from workflows.adapters import database as database_module
from workflows.adapters.store import CaseStore
from workflows.domain.errors import Refused, StorageTrouble

pytest_plugins = ("tests.store_fixtures.places",)

WANTED = {"journal_mode": "delete", "synchronous": 3, "busy_timeout": 10_000, "foreign_keys": 1, "mmap_size": 0,
          "secure_delete": 1}  # fmt: skip


def differing(link: sqlite3.Connection, wanted: dict[str, object]) -> dict[str, object]:
    """The pragmas of a connection that are not as wanted."""
    found = {name: (link.execute(f"PRAGMA {name}").fetchone() or [0])[0] for name in wanted}
    return {name: value for name, value in found.items() if value != wanted[name]}


def use_from_threads(store: CaseStore) -> None:
    together = threading.Barrier(8)
    store.create(a_case("a"), "Case opened")

    def work(worker: int) -> None:
        together.wait()
        with store._database.reading("test"):
            together.wait()  # so that eight connections are out at once
        store.create(a_case(str(worker)), "Case opened")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


@pytest.fixture
def seen_pragmas(
    listening: Listen,
) -> list[tuple[int, dict[str, object]]]:
    seen: list[tuple[int, dict[str, object]]] = []
    wanted = dict(WANTED)
    if sqlite3.sqlite_version_info >= (3, 51, 3):
        wanted |= {"journal_mode": "wal", "synchronous": 2}
    listening("checkout", lambda link, *_: seen.append((id(link), differing(link, wanted))))
    return seen


def test_every_connection_waits_for_the_disk(
    sqlite_url: str, seen_pragmas: list[tuple[int, dict[str, object]]]
) -> None:
    store = CaseStore.open(sqlite_url)
    use_from_threads(store)
    store.close()
    assert len({link for link, _ in seen_pragmas}) >= 8
    assert [wrong for _, wrong in seen_pragmas if wrong] == []


def test_the_check_of_connections_notices_one_that_does_not_wait(
    sqlite_url: str,
    listening: Listen,
    seen_pragmas: list[tuple[int, dict[str, object]]],
) -> None:
    listening("connect", lambda link, *_: link.execute("PRAGMA synchronous=OFF"))
    store = CaseStore.open(sqlite_url)
    store.close()
    assert {"synchronous": 0} in [wrong for _, wrong in seen_pragmas]


def test_a_library_with_the_wal_reset_bug_does_not_get_wal(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    store = CaseStore.open(sqlite_url)
    assert "journal DELETE, synchronous EXTRA" in store.describe()
    store.close()


def test_a_mended_library_gets_wal_and_full_and_an_older_one_takes_the_file_back(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(sqlite3, "sqlite_version_info", (3, 51, 3))
        store = CaseStore.open(sqlite_url)
        assert "journal WAL, synchronous FULL" in store.describe()
        store.create(a_case("a"), "Case opened")
        newer.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
        newer.setattr(database_module, "PATIENCE", 0)
        with pytest.raises(StorageTrouble, match=r"another program kept it locked"):
            CaseStore.open(sqlite_url)  # both at once would be what corrupts
        store.close()
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    store = CaseStore.open(sqlite_url)
    assert "journal DELETE, synchronous EXTRA" in store.describe()
    assert store.read("a").version == 1
    store.close()


def test_postgresql_waits_for_the_disk_even_where_the_user_turned_that_off(postgres_url: str) -> None:
    store = CaseStore.open(f"{postgres_url}%20-csynchronous_commit%3Doff")
    assert "synchronous_commit=on" in store.describe()
    store.close()


def test_folder_and_file_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = CaseStore.open(f"sqlite:///{tmp_path}/new/deep/cases.db")
    finally:
        os.umask(before)
    store.create(a_case("a"), "Case opened")
    store.close()
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new", tmp_path / "new/deep")]
    assert [*modes, stat.S_IMODE((tmp_path / "new/deep/cases.db").stat().st_mode)] == [0o700, 0o700, 0o600]


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    CaseStore.open(f"sqlite:///{tmp_path}/cases.db").close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_the_start_line_says_where_and_how_but_no_password(postgres_url: str) -> None:
    with_password = postgres_url.replace("postgres@", "postgres:hunter2secret@", 1)
    store = CaseStore.open(with_password)
    assert store.describe().startswith("Cases: PostgreSQL at 127.0.0.1:")
    assert "hunter2" not in store.describe()
    store.close()
    wrong = with_password.replace("/parley_test", "/no_such_database", 1)
    with pytest.raises(StorageTrouble) as trouble:
        CaseStore.open(wrong)
    assert "hunter2" not in "".join(traceback.format_exception(trouble.value))


def test_the_start_line_of_a_file_names_it(store: CaseStore, url: str) -> None:
    assert url.startswith("postgresql") or url.removeprefix("sqlite:///") in store.describe()
    assert "\n" not in store.describe()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "cases",
        "mysql://u:hunter2@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "sqlite:////tmp/what?/cases.db",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(Refused, match=r"sqlite:////path/to/cases.db") as refusal:
        CaseStore.open(address)
    assert "hunter2" not in str(refusal.value)


def test_a_path_may_hold_spaces_and_any_letters(tmp_path: Path) -> None:
    store = CaseStore.open(f"sqlite:///{tmp_path}/Dr. O'Neil & Söhne #1; 50%/cases.db")
    store.create(a_case("a"), "Case opened")
    store.close()
    assert (tmp_path / "Dr. O'Neil & Söhne #1; 50%" / "cases.db").is_file()


def test_importing_the_store_does_not_import_the_database_driver() -> None:
    seen = "import sys, workflows.adapters.store; print({'sqlalchemy', 'psycopg'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True).stdout == "set()\n"


def test_opening_a_file_does_not_import_psycopg(sqlite_url: str) -> None:
    seen = f"""import sys; from workflows.adapters.store import CaseStore
CaseStore.open({sqlite_url!r}).describe(); print('psycopg' in sys.modules)"""
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True).stdout == "False\n"
