"""The rules of the case store, on a real SQLite file and, where PARLEY_TEST_POSTGRES names one, a real PostgreSQL."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store_fixtures.hammer import hammer
from tests.store_fixtures.plain import a_case
from tests.store_fixtures.steps import unsound
from tests.store_fixtures.uses import run_sql, save_notes
from workflows.adapters import store as store_module
from workflows.adapters.migrations import MIGRATIONS, Migration
from workflows.adapters.store import CaseStore
from workflows.domain.errors import NotFound, Refused, StaleCase

pytest_plugins = ("tests.store_fixtures.places",)

# --- versions -------------------------------------------------------------------------------------------------------


def test_a_new_case_is_version_one_and_reads_back_as_it_was(store: CaseStore) -> None:
    notes = {"practice": "4,100 patients — “same-day”\r\n\t visits \0 \U0001f9d1‍⚕️ ﷽", "": "'; DROP TABLE cases; --"}
    created = store.create(a_case("a", notes).model_copy(update={"title": "O'Neil & \0 Söhne"}), "Case opened")
    assert created.version == 1
    assert store.read("a") == created
    assert store.read("a").notes == notes


def test_a_save_is_the_next_version_and_leaves_the_value_it_was_given_alone(store: CaseStore) -> None:
    first = store.create(a_case("a"), "Case opened")
    second = store.save(first.model_copy(update={"notes": {"n": "1"}}), "Note")
    assert (first.version, second.version) == (1, 2)
    assert store.read("a") == second


def test_a_save_from_an_older_version_is_refused_and_changes_nothing(store: CaseStore) -> None:
    first = store.create(a_case("a"), "Case opened")
    theirs = store.save(first.model_copy(update={"notes": {"n": "theirs"}}), "Theirs")
    with pytest.raises(StaleCase, match=r"Case a: somebody changed this case meanwhile") as refusal:
        store.save(first.model_copy(update={"notes": {"n": "mine"}}), "Mine")
    assert isinstance(refusal.value, Refused)
    assert store.read("a") == theirs
    assert len(store.history("a")) == 2


def test_a_save_from_a_version_that_never_was_is_refused(store: CaseStore) -> None:
    first = store.create(a_case("a"), "Case opened")
    with pytest.raises(StaleCase):
        store.save(first.model_copy(update={"version": 7}), "From the future")


def test_an_id_is_given_once_even_when_its_case_is_deleted(store: CaseStore) -> None:
    store.create(a_case("a", {"n": "first"}), "Case opened")
    with pytest.raises(Refused, match=r"already there"):
        store.create(a_case("a"), "Again")
    store.delete("a")
    with pytest.raises(Refused, match=r"already there"):
        store.create(a_case("a"), "Again")
    assert store.restore("a").notes == {"n": "first"}


def test_what_is_not_there_is_said_so(store: CaseStore) -> None:
    for use in (store.read, store.undo, store.delete, store.restore, store.history):
        with pytest.raises(NotFound, match=r"nobody: there is no such case"):
            use("nobody")
    with pytest.raises(NotFound):
        store.save(a_case("nobody"), "Saved")
    assert not store.can_undo("nobody")


def test_cards_are_listed_with_the_latest_change_first(store: CaseStore) -> None:
    assert store.cards() == ()
    for case_id in ("a", "b", "c"):
        store.create(a_case(case_id), "Case opened")
    store.save(store.read("a").model_copy(update={"title": "Renamed"}), "Renamed")
    assert [(card.id, card.title, card.version) for card in store.cards()] == [
        ("a", "Renamed", 2),
        ("c", "Case c", 1),
        ("b", "Case b", 1),
    ]
    assert store.cards()[0].updated == store.history("a")[0][2]


def test_history_tells_version_what_and_when_with_the_latest_first(store: CaseStore) -> None:
    case = store.create(a_case("a"), "Case opened")
    case = store.save(case, "Answered: patients")
    store.save(case, "Answered: payer \0")
    entries = store.history("a")
    assert [(version, what) for version, what, _ in entries] == [
        (3, "Answered: payer "),
        (2, "Answered: patients"),
        (1, "Case opened"),
    ]
    assert [when for *_, when in entries] == sorted((when for *_, when in entries), reverse=True)


# --- undo -----------------------------------------------------------------------------------------------------------


def test_undo_brings_the_previous_content_back_as_a_new_version(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    save_notes(store, "one", "two")
    undone = store.undo("a")
    assert (undone.version, undone.notes) == (4, {"n": "one"})
    assert store.read("a") == undone
    assert store.history("a")[0][:2] == (4, "Undone: Note two")


def test_undo_twice_goes_two_back_and_stops_at_the_beginning(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    save_notes(store, "one", "two")
    assert [store.undo("a").notes, store.undo("a").notes] == [{"n": "one"}, {}]
    assert [what for _, what, _ in store.history("a")][:2] == ["Undone: Note one", "Undone: Note two"]
    assert not store.can_undo("a")
    with pytest.raises(Refused, match=r"nothing to undo"):
        store.undo("a")
    assert store.read("a").version == 5


def test_a_save_after_an_undo_is_undone_to_what_it_was_made_from(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    save_notes(store, "one", "two")
    store.undo("a")
    save_notes(store, "three")
    assert [store.undo("a").notes, store.undo("a").notes] == [{"n": "one"}, {}]


def test_a_fresh_case_has_nothing_to_undo(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    assert not store.can_undo("a")
    save_notes(store, "one")
    assert store.can_undo("a")


def test_the_last_hundred_versions_of_each_case_are_kept(store: CaseStore) -> None:
    store.create(a_case("b"), "Case opened")
    store.create(a_case("a"), "Case opened")
    save_notes(store, *(str(n) for n in range(2, 105)))
    assert [version for version, *_ in store.history("a")] == list(range(104, 4, -1))
    assert len(store.history("b")) == 1
    assert store.undo("a").notes == {"n": "103"}


# --- the trash ------------------------------------------------------------------------------------------------------


def test_a_deleted_case_is_nowhere_until_it_is_restored_as_it_was(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    save_notes(store, "one")
    before = store.read("a")
    store.delete("a")
    assert store.cards() == ()
    assert not store.can_undo("a")
    for use in (store.read, store.undo, store.delete, store.history):
        with pytest.raises(NotFound, match=r"a: this case was deleted. Restore it to go on"):
            use("a")
    with pytest.raises(NotFound):
        store.save(before, "From another tab")
    assert store.restore("a") == before
    assert store.undo("a").notes == {}


def test_the_trash_outlives_a_start_of_the_program(url: str) -> None:
    first = CaseStore.open(url)
    first.create(a_case("a"), "Case opened")
    first.delete("a")
    first.close()
    second = CaseStore.open(url)
    assert second.restore("a").id == "a"
    second.close()


def test_a_start_removes_for_good_what_was_deleted_more_than_a_day_ago(sqlite_url: str, tmp_path: Path) -> None:
    store = CaseStore.open(sqlite_url)
    store.create(a_case("a", {"floor": "118-percent-secret"}), "Case opened")
    store.create(a_case("b", {"floor": "kept"}), "Case opened")
    store.delete("a")
    store.close()
    run_sql(tmp_path / "cases.db", "UPDATE cases SET deleted = '2026-01-01T00:00:00.000000+00:00' WHERE id = 'a'")
    store = CaseStore.open(sqlite_url)
    with pytest.raises(NotFound, match=r"no such case"):
        store.restore("a")
    assert [card.id for card in store.cards()] == ["b"]
    store.close()
    assert run_sql(tmp_path / "cases.db", "SELECT count(*) FROM case_versions") == [(1,)]
    assert b"118-percent-secret" not in (tmp_path / "cases.db").read_bytes(), "deleted words stay readable in the file"


# --- several at once ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("writers", "answers"), [(2, 40), (8, 11)])
def test_writers_on_one_case_lose_nothing_and_leave_no_gap(url: str, writers: int, answers: int) -> None:
    assert hammer(url, writers, answers) == []


def test_the_hammer_notices_a_save_that_does_not_look_at_the_version(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_SAVE", store_module._SAVE.replace("version = :read", ":read = :read"))
    assert hammer(url, 4, 30) != []


def test_the_hammer_notices_writers_who_overwrite_each_other(url: str) -> None:
    assert any("lost" in problem for problem in hammer(url, 4, 30, polite=False))


def test_threads_share_one_store(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")

    def answer(worker: int) -> int:
        conflicts = 0
        for number in range(5):
            while True:
                case = store.read("a")
                try:
                    store.save(case.model_copy(update={"notes": {**case.notes, f"{worker}.{number}": "x"}}), "Note")
                    break
                except StaleCase:
                    conflicts += 1
        return conflicts

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(answer, range(16)))
    assert len(store.read("a").notes) == 80
    assert [version for version, *_ in store.history("a")] == list(range(81, 0, -1))


def test_undo_and_save_at_the_same_time_each_happen_whole(store: CaseStore) -> None:
    store.create(a_case("a"), "Case opened")
    save_notes(store, *(str(number) for number in range(30)))

    def work(worker: int) -> int:
        done = 0
        for number in range(8):
            if worker % 2:
                store.undo("a")
                done += 1
                continue
            try:
                store.save(store.read("a").model_copy(update={"notes": {"n": f"{worker}.{number}"}}), "Note")
                done += 1
            except StaleCase:
                pass
        return done

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(work, range(4)))
    assert [version for version, *_ in store.history("a")] == list(range(31 + done, 0, -1))
    assert unsound(store) == []


def test_several_may_open_a_new_database_at_once(url: str) -> None:
    together = threading.Barrier(6)

    def open_one(worker: int) -> str:
        together.wait()
        store = CaseStore.open(url)
        store.create(a_case(str(worker)), "Case opened")
        store.close()
        return "ok"

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_one, range(6))) == ["ok"] * 6
    store = CaseStore.open(url)
    assert len(store.cards()) == 6
    store.close()


def test_who_opens_while_another_writes_waits_for_its_turn(sqlite_url: str, tmp_path: Path) -> None:
    CaseStore.open(sqlite_url).close()
    begun, done = threading.Event(), threading.Event()

    def write_meanwhile() -> None:
        other = sqlite3.connect(tmp_path / "cases.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO cases VALUES ('x', 'X', 1, '2026', NULL, '{}')")
        begun.set()
        done.wait(0.3)  # until the other one waits for us; how long makes no difference to the outcome
        other.execute("COMMIT")  # needs everybody who reads to be gone
        other.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write_meanwhile)
        begun.wait()
        store = CaseStore.open(sqlite_url, (*MIGRATIONS, Migration("0003_test", ("CREATE TABLE t (n TEXT)",))))
        done.set()
        writer.result()
    store.close()
