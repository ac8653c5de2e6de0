"""Where the store's tests keep cases: a SQLite file or a PostgreSQL schema of their own, and ears on the engine."""

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, event
from sqlalchemy.pool import Pool

from tests.store_fixtures.uses import Listen
from workflows.adapters.store import CaseStore

POSTGRES = os.environ.get("PARLEY_TEST_POSTGRES", "")
if not POSTGRES:
    warnings.warn("PARLEY_TEST_POSTGRES is unset: the store is NOT tested on PostgreSQL", stacklevel=1)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/cases.db"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own, so that tests do not meet."""
    if not POSTGRES:
        pytest.skip("PARLEY_TEST_POSTGRES is unset: NOT tested on PostgreSQL")
    schema = f"t{uuid4().hex}"
    engine = create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as link:
        link.exec_driver_sql(f"CREATE SCHEMA {schema}")
    yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    with engine.connect() as link:
        link.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def store(url: str) -> Iterator[CaseStore]:
    store = CaseStore.open(url)
    yield store
    store.close()


@pytest.fixture
def listening() -> Iterator[Listen]:
    """Hear pool events of every engine in this process, until the end of the test."""
    heard: list[tuple[str, Callable[..., object]]] = []

    def listen(name: str, call: Callable[..., object]) -> None:
        event.listen(Pool, name, call)
        heard.append((name, call))

    yield listen
    for name, call in heard:
        event.remove(Pool, name, call)
