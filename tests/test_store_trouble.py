"""How the store writes, and what it says when it cannot: plainly, with nothing half written, and well again after."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store_fixtures.crash import seen_in, unsound
from tests.store_fixtures.plain import a_case
from tests.store_fixtures.uses import Listen, in_child, save_notes
from workflows.adapters import database as database_module
from workflows.adapters.store import CaseStore
from workflows.domain.errors import Refused, StorageTrouble

pytest_plugins = ("tests.store_fixtures.places",)

# --- how it is written ----------------------------------------------------------------------------------------------

WANTED = {"journal_mode": "delete", "synchronous": 3, "busy_timeout": 10_000, "foreign_keys": 1, "mmap_size": 0}


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


# --- storage in trouble ---------------------------------------------------------------------------------------------


def use(store: CaseStore, verb: str) -> None:
    """One of the uses that write."""
    if verb == "create":
        store.create(a_case("new", {"n": "x" * 9000}), "Case opened")
    elif verb == "save":
        store.save(store.read("a").model_copy(update={"notes": {"n": "y" * 9000}}), "Note")
    else:
        getattr(store, verb)("b" if verb == "restore" else "a")


VERBS = ("create", "save", "undo", "delete", "restore")


def filled(url: str) -> CaseStore:
    store = CaseStore.open(url)
    store.create(a_case("a", {"n": "0" * 20_000}), "Case opened")
    save_notes(store, "1")
    store.create(a_case("b"), "Case opened")
    store.delete("b")
    return store


def nothing_changed(url: str, before: dict[str, object]) -> None:
    """As a second program sees it."""
    fresh = CaseStore.open(url)
    assert seen_in(fresh, ["a", "b", "new"]) == before
    assert unsound(fresh) == []
    fresh.close()


def impatient(listening: Listen) -> None:
    listening("checkout", lambda link, *_: link.execute("PRAGMA busy_timeout=20"))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "reader"])
def test_a_lock_held_elsewhere_is_told_and_nothing_is_half_written(
    sqlite_url: str, tmp_path: Path, listening: Listen, verb: str, lock: str
) -> None:
    store = filled(sqlite_url)
    before = seen_in(store, ["a", "b", "new"])
    impatient(listening)
    other = sqlite3.connect(tmp_path / "cases.db", isolation_level=None)
    other.execute("BEGIN" if lock == "reader" else lock)
    if lock == "reader":
        other.execute("SELECT * FROM cases").fetchone()  # the writer gets as far as its commit
    with pytest.raises(StorageTrouble, match=r"another program kept it locked .*cases\.db.*then try again"):
        use(store, verb)
    other.close()
    nothing_changed(sqlite_url, before)
    use(store, verb)
    assert seen_in(store, ["a", "b", "new"]) != before
    store.close()


@pytest.mark.parametrize("verb", ["create", "save", "undo"])
def test_a_full_disk_is_told_and_nothing_is_half_written(sqlite_url: str, listening: Listen, verb: str) -> None:
    store = filled(sqlite_url)
    before = seen_in(store, ["a", "b", "new"])
    full = [True]

    def limit(link: sqlite3.Connection, *_: object) -> None:
        pages = link.execute("PRAGMA page_count").fetchone()[0]
        link.execute(f"PRAGMA max_page_count={pages if full[0] else 1_000_000}")

    listening("checkout", limit)
    with pytest.raises(StorageTrouble, match=r"the disk is full .*cases\.db.*Free some space, then try again"):
        use(store, verb)
    full[0] = False
    nothing_changed(sqlite_url, before)
    use(store, verb)
    assert seen_in(store, ["a", "b", "new"]) != before
    store.close()


def fill(store: CaseStore) -> list[str]:
    """Create cases until there is no room for one more."""
    ids: list[str] = []
    while True:
        try:
            ids.append(store.create(a_case(f"c{len(ids)}"), "").id)
        except StorageTrouble:
            return ids


def delete_all(store: CaseStore, ids: list[str], deleted: list[str]) -> None:
    for case_id in ids:
        store.delete(case_id)
        deleted.append(case_id)


def test_a_disk_too_full_to_delete_on_is_told_and_each_delete_is_whole(sqlite_url: str, listening: Listen) -> None:
    """Marking a case as deleted needs few bytes, so the pages are first filled to the brim."""
    store = CaseStore.open(sqlite_url)
    full = [True]

    def limit(link: sqlite3.Connection, *_: object) -> None:
        link.execute(f"PRAGMA max_page_count={40 if full[0] else 1_000_000}")

    listening("checkout", limit)
    ids = fill(store)
    deleted: list[str] = []
    with pytest.raises(StorageTrouble, match=r"The case was not deleted: the disk is full"):
        delete_all(store, ids, deleted)
    fresh = CaseStore.open(sqlite_url)
    assert {card.id for card in fresh.cards()} == set(ids) - set(deleted)
    assert unsound(fresh) == []
    fresh.close()
    full[0] = False
    delete_all(store, ids[len(deleted) :], deleted)
    assert store.cards() == ()
    store.close()


def tried(store: CaseStore, verb: str) -> str:
    try:
        use(store, verb)
    except StorageTrouble as trouble:
        return str(trouble)
    return "done"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder another user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("verb", VERBS)
def test_a_file_that_may_not_grow_is_told_and_nothing_is_half_written(sqlite_url: str, verb: str) -> None:
    resource = pytest.importorskip("resource")
    store = filled(sqlite_url)
    before = seen_in(store, ["a", "b", "new"])
    store.close()

    def work() -> str:
        inner = CaseStore.open(sqlite_url)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        first = tried(inner, verb)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        kept = seen_in(inner, ["a", "b", "new"]) == before
        return f"{first}|{kept}|{tried(inner, verb)}"

    said = in_child(work)
    assert "the disk refused to read or write" in said
    assert "cases.db). Check the disk, its free space and quota, then try again.|True|done" in said


@pytest.mark.parametrize("verb", VERBS)
def test_a_file_that_may_only_be_read_is_told_and_can_still_be_read(open_folder: Path, verb: str) -> None:
    folder, address = open_folder, f"sqlite:///{open_folder}/cases.db"
    store = filled(address)
    before = seen_in(store, ["a", "b", "new"])
    store.close()
    (folder / "cases.db").chmod(0o444)
    folder.chmod(0o555)

    def work() -> str:
        as_root = os.geteuid() == 0
        if as_root:
            os.seteuid(65534)  # root may write anywhere, whatever the file says
        inner = CaseStore.open(address)
        first, kept = tried(inner, verb), seen_in(inner, ["a", "b", "new"]) == before
        if as_root:
            os.seteuid(0)
        folder.chmod(0o777)
        (folder / "cases.db").chmod(0o666)
        if as_root:
            os.seteuid(65534)
        return f"{first}|{kept}|{tried(inner, verb)}"

    said = in_child(work)
    assert "it may only be read" in said
    assert "cases.db). Make the file and its folder writable, then try again.|True|done" in said


def test_a_file_that_vanished_is_told_and_not_begun_anew(sqlite_url: str, tmp_path: Path) -> None:
    store = filled(sqlite_url)
    before = seen_in(store, ["a", "b", "new"])
    (tmp_path / "cases.db").rename(tmp_path / "elsewhere.db")
    with pytest.raises(StorageTrouble, match=r"it was moved or deleted while in use|it cannot be opened"):
        use(store, "save")
    with pytest.raises(StorageTrouble, match=r"it cannot be opened"):
        store.cards()
    assert not (tmp_path / "cases.db").exists()
    (tmp_path / "elsewhere.db").rename(tmp_path / "cases.db")
    assert seen_in(store, ["a", "b", "new"]) == before
    use(store, "save")
    store.close()


def test_a_damaged_file_is_told_and_a_copy_put_in_its_place_works_without_a_restart(
    sqlite_url: str, tmp_path: Path
) -> None:
    store = filled(sqlite_url)
    good = (tmp_path / "cases.db").read_bytes()
    (tmp_path / "cases.db").write_bytes(b"this was a database once " * 1000)
    with pytest.raises(StorageTrouble, match=r"not a database|damaged"):
        store.read("a")
    (tmp_path / "cases.db").write_bytes(good)
    assert store.read("a").version == 2
    store.close()


@pytest.mark.parametrize("there", ["folder", "text"])
def test_a_path_that_holds_something_else_is_told(tmp_path: Path, there: str) -> None:
    path = tmp_path / "cases.db"
    if there == "folder":
        path.mkdir()
    else:
        path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StorageTrouble, match=r"The cases could not be opened: .*cases\.db"):
        CaseStore.open(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageTrouble, match=r"The cases could not be opened: .*file/cases\.db"):
        CaseStore.open(f"sqlite:///{tmp_path}/file/cases.db")


def test_what_a_practice_wrote_is_in_no_error(
    sqlite_url: str, listening: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    canary = "".join(f"{number:x}" for number in range(9000))  # not written out, as tracebacks quote this file
    store = filled(sqlite_url)
    listening("checkout", lambda link, *_: link.execute("PRAGMA max_page_count=1"))
    with pytest.raises(StorageTrouble) as trouble:
        store.create(a_case("c", {"floor": canary}), "Case opened")
    assert canary[:20] not in "".join(traceback.format_exception(trouble.value)) + caplog.text
    store.close()


# --- the same on PostgreSQL -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", VERBS)
def test_a_lock_held_in_postgresql_is_told_and_nothing_is_half_written(
    postgres_url: str, listening: Listen, verb: str
) -> None:
    store = filled(postgres_url)
    before = seen_in(store, ["a", "b", "new"])
    other = CaseStore.open(postgres_url)
    with other._database.writing("test") as link:
        link.exec_driver_sql("LOCK TABLE case_versions, cases IN EXCLUSIVE MODE")
        listening("checkout", lambda link, *_: link.execute("SET lock_timeout = '20ms'"))
        with pytest.raises(StorageTrouble, match=r"somebody else kept it locked .*Try again in a moment"):
            use(store, verb)
    other.close()
    nothing_changed(postgres_url, before)
    use(store, verb)
    store.close()


@pytest.mark.parametrize("verb", VERBS)
def test_a_postgresql_that_may_only_be_read_is_told(postgres_url: str, listening: Listen, verb: str) -> None:
    store = filled(postgres_url)
    before = seen_in(store, ["a", "b", "new"])
    way = ["on"]
    listening(
        "checkout", lambda link, *_: link.execute(f"SET default_transaction_read_only = {way[0]}") and link.commit()
    )
    with pytest.raises(StorageTrouble, match=r"the database may only be read"):
        use(store, verb)
    way[0] = "off"
    nothing_changed(postgres_url, before)
    use(store, verb)
    store.close()


def test_a_postgresql_that_dropped_the_connection_is_told_or_reconnected(postgres_url: str) -> None:
    store, other = filled(postgres_url), CaseStore.open(postgres_url)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE"
    with other._database.writing("test") as link:
        link.exec_driver_sql(f"{cut} '%%case_versions%%'")
    use(store, "save")  # an idle connection is tried before it is used

    def cut_in_the_middle() -> None:
        with store._database.writing("The change was not saved") as link:
            link.exec_driver_sql("DELETE FROM case_versions")
            with other._database.writing("test") as killer:
                killer.exec_driver_sql(f"{cut} '%%case_versions%%'")
            link.exec_driver_sql("DELETE FROM cases")

    with pytest.raises(StorageTrouble, match=r"shut down|cannot be reached"):
        cut_in_the_middle()
    assert store.read("a").version == 3
    other.close()
    store.close()
