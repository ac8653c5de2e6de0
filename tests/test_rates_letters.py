"""The money of the counteroffer in every test case: the table is there, and it adds up as printed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from workflows.casework import Desk
from workflows.domain.draft import Cell, Table

TESTS = Path(__file__).parent
FOLDERS = sorted(p for parent in ("cases", "rates_cases") for p in (TESTS / parent).iterdir() if p.is_dir())


def day_of(folder: Path) -> date:
    told = folder / "case.yaml"
    return date.fromisoformat(str(yaml.safe_load(told.read_text())["today"])) if told.exists() else date(2026, 11, 22)


def money(cell: Cell) -> Decimal:
    return Decimal(cell.text.replace("$", "").replace(",", ""))


def wrong_in(table: Table) -> list[str]:
    """Rows whose annual change is not units × (proposed − now), and a total that is not the sum of the rows."""
    units, now, proposed = (table.header.index(h) for h in ("Units", "Now", "Proposed"))
    found = []
    priced = [row for row in table.rows if row[-1].text != "–"]
    for row in priced:
        exact = money(row[units]) * (money(row[proposed]) - money(row[now]))
        if abs(exact - money(row[-1])) > Decimal("0.5"):
            found.append(f"{row[0].text}: {exact} printed as {row[-1].text}")
    if table.total and money(table.total[-1]) != sum(money(row[-1]) for row in priced):
        found.append(f"total printed as {table.total[-1].text}")
    return found


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module")
def tables(desk: Desk) -> dict[str, Table]:
    found = {}
    for folder in FOLDERS:
        today = day_of(folder)
        draft = desk.letters.draft(desk.load_folder(folder, today=today), "counteroffer", today=today)
        table = next((s.table for s in draft.sections if s.table), None)
        # A first letter proposes nothing, so it has no table.
        assert (table is None) == (draft.status == "first_letter"), folder.name
        if table:
            found[folder.name] = table
    return found


def test_every_counteroffer_that_proposes_rates_carries_a_table_that_adds_up(tables: dict[str, Table]) -> None:
    by_code = {name: table for name, table in tables.items() if "Units" in table.header}
    assert len(by_code) >= 6
    assert {name: wrong_in(table) for name, table in by_code.items() if wrong_in(table)} == {}


def test_a_total_that_is_a_dollar_off_would_be_seen(tables: dict[str, Table]) -> None:
    table = tables["coastal_family"]
    assert table.total
    off = table.total[-1].model_copy(update={"text": f"${money(table.total[-1]) + 1:,}"})
    assert wrong_in(table.model_copy(update={"total": (*table.total[:-1], off)}))
