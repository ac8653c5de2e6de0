"""What the store says when it cannot write or read: plainly, with nothing half written, and well again afterwards."""

import os
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store_fixtures.plain import a_case
from tests.store_fixtures.steps import seen_in, unsound
from tests.store_fixtures.uses import Listen, in_child, save_notes
from workflows.adapters.store import CaseStore
from workflows.domain.errors import StorageTrouble

pytest_plugins = ("tests.store_fixtures.places",)


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
    with store._database.reading("test") as link:
        idle = int(link.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    with other._database.reading("test") as link:
        assert link.exec_driver_sql(f"SELECT pg_terminate_backend({idle})").scalar_one()
    use(store, "save")  # an idle connection is tried before it is used

    def cut_in_the_middle() -> None:
        with store._database.writing("The change was not saved") as link:
            link.exec_driver_sql("DELETE FROM case_versions")
            busy = int(link.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
            with other._database.reading("test") as killer:
                killer.exec_driver_sql(f"SELECT pg_terminate_backend({busy})")
            link.exec_driver_sql("DELETE FROM cases")

    with pytest.raises(StorageTrouble, match=r"shut down|cannot be reached"):
        cut_in_the_middle()
    assert store.read("a").version == 3
    other.close()
    store.close()
