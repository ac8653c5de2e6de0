"""What several tests begin with: the catalog, a desk over a real SQLite file, and the worked example."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings

from tests.no_network import only_loopback
from workflows import interview
from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.catalog import Catalog, catalog
from workflows.catalog.shelf import shelf as guidance
from workflows.domain.answers import Answer
from workflows.domain.case import Case
from workflows.domain.guidance import Shelf

settings.register_profile("parley", deadline=None)  # a rule holds or not; how long a busy machine took is no matter
settings.load_profile("parley")
DAY = date(2026, 11, 22)
Answered = Callable[[Mapping[str, object]], dict[str, Answer]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--remake", action="store_true", help="write the golden letters anew, to be read as a diff")


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test keeps (cases, the index of the guidance) is not put among the user's own."""
    os.environ["PARLEY_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session", autouse=True)
def _nothing_leaves_this_machine() -> Iterator[None]:
    """No model is set up by the environment of whoever runs the tests, and nothing connects off loopback."""
    for name in ("PARLEY_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        os.environ.pop(name, None)
    with only_loopback() as tried:
        yield
    assert tried == []


@pytest.fixture(scope="session")
def shelf() -> Catalog:
    return catalog()


@pytest.fixture(scope="session")
def answered(shelf: Catalog) -> Answered:
    """Answers by field, each through the same check as a person's."""

    def make(values: Mapping[str, object]) -> dict[str, Answer]:
        made = {}
        for field, raw in values.items():
            step, _, name = field.partition(".")
            question = shelf.step(step).question(name)
            assert question, field
            made[field] = interview.answer(shelf.step(step), question, raw, today=DAY)  # type: ignore[arg-type]
        return {f: made[f] for f in shelf.visibility() if f in made}

    return make


@pytest.fixture(scope="session")
def example(shelf: Catalog) -> Case:
    return Desk(None, shelf).load_folder(Path(__file__).parents[1] / "knowledge/example", today=DAY)


@pytest.fixture
def desk(tmp_path: Path, shelf: Catalog) -> Desk:
    return Desk(CaseStore.open(f"sqlite:///{tmp_path / 'cases.db'}"), shelf, today=lambda: DAY)


@pytest.fixture(scope="session")
def guidance_shelf() -> Shelf:
    return guidance()
