"""Whatever is done in whatever order, the case store shows what plain lists in memory show."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from tests.store_fixtures.plain import PlainStore, a_case
from tests.store_fixtures.steps import SCRIPT, play, play_plainly, seen_in, unsound
from workflows.adapters import store as store_module
from workflows.adapters.store import CaseStore
from workflows.domain.errors import NotFound, Refused, StaleCase

pytest_plugins = ("tests.store_fixtures.places",)


class StoreMachine(RuleBasedStateMachine):
    """Random sequences on the real store and on plain lists, with a short memory so that its end is met often."""

    address = ""
    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.address = self.fresh()
        self.real, self.plain = CaseStore.open(self.address), PlainStore(store_module.KEPT_VERSIONS)

    def fresh(self) -> str:
        raise NotImplementedError

    @rule(target=ids, notes=st.dictionaries(st.text(max_size=3), st.text(max_size=20), max_size=2))
    def create(self, notes: dict[str, str]) -> str:
        case_id = f"c{len(self.plain.cases)}"
        self.real.create(a_case(case_id, notes), "opened")
        self.plain.create(case_id, notes, "opened")
        return case_id

    @rule(case_id=ids, text=st.text(max_size=20))
    def save(self, case_id: str, text: str) -> None:
        if self.plain.cases[case_id].deleted:
            with pytest.raises(NotFound):
                self.real.save(a_case(case_id), "saved")
            return
        case, what = self.real.read(case_id), f"saved {self.plain.cases[case_id].version}"
        self.real.save(case.model_copy(update={"notes": {"n": text}}), what)
        self.plain.save(case_id, {"n": text}, what)
        with pytest.raises(StaleCase):
            self.real.save(case, "again from the same version")

    @rule(case_id=ids)
    def undo(self, case_id: str) -> None:
        if self.plain.cases[case_id].deleted or not self.plain.can_undo(case_id):
            with pytest.raises(Refused):
                self.real.undo(case_id)
        else:
            self.real.undo(case_id)
            self.plain.undo(case_id)

    @rule(case_id=ids)
    def delete(self, case_id: str) -> None:
        if self.plain.cases[case_id].deleted:
            with pytest.raises(NotFound):
                self.real.delete(case_id)
        else:
            self.real.delete(case_id)
            self.plain.delete(case_id)

    @rule(case_id=ids)
    def restore(self, case_id: str) -> None:
        self.real.restore(case_id)
        self.plain.restore(case_id)

    @precondition(lambda self: self.plain.cases)
    @rule()
    def open_again(self) -> None:
        self.real.close()
        self.real = CaseStore.open(self.address)

    @invariant()
    def same(self) -> None:
        assert seen_in(self.real, sorted(self.plain.cases)) == self.plain.seen()
        live = {case_id for case_id, case in self.plain.cases.items() if not case.deleted}
        assert {card.id for card in self.real.cards()} == live

    def teardown(self) -> None:
        assert unsound(self.real) == []
        self.real.close()


def run_machine(fresh: Callable[[], str], examples: int) -> None:
    class Machine(StoreMachine):
        def fresh(self) -> str:
            return fresh()

    case = Machine.TestCase
    case.settings = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    case().runTest()


EXAMPLES = int(os.environ.get("PARLEY_TEST_EXAMPLES", "15"))


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "KEPT_VERSIONS", 5)


@pytest.mark.usefixtures("short_memory")
def test_any_sequence_of_uses_gives_what_plain_lists_give(tmp_path: Path) -> None:
    numbers = iter(range(10_000_000))
    run_machine(lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db", EXAMPLES)


@pytest.mark.usefixtures("short_memory")
def test_any_sequence_of_uses_gives_what_plain_lists_give_on_postgresql(postgres_url: str) -> None:
    def fresh() -> str:
        store = CaseStore.open(postgres_url)
        with store._database.writing("test") as link:
            link.exec_driver_sql("DELETE FROM case_versions")
            link.exec_driver_sql("DELETE FROM cases")
        store.close()
        return postgres_url

    run_machine(fresh, max(2, EXAMPLES // 4))


def played_on_both(url: str) -> tuple[object, object]:
    real, plain = CaseStore.open(url), PlainStore()
    for step in SCRIPT:
        play(real, step)
        play_plainly(plain, step)
    seen = seen_in(real, sorted(plain.cases))
    real.close()
    return seen, plain.seen()


def test_the_plain_model_notices_an_undo_that_forgets(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_EARLIER", store_module._EARLIER.replace("= latest.before", "= c.version - 1"))
    seen, wanted = played_on_both(url)
    assert seen != wanted


def test_the_plain_model_agrees_with_an_undo_that_remembers(url: str) -> None:
    seen, wanted = played_on_both(url)
    assert seen == wanted
