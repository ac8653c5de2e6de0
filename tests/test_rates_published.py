"""A payer's published in-network file: only the codes asked for, each figure with file, date and address, bounded on the
way. Another practice's rates stay refused where they are not such a file."""

import gzip
import json
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from tests.test_pages import app, click, desk, opened, run, texts, to  # noqa: F401  (app, desk: fixtures)
from tests.test_pages_rates import by_label, case, filled, letters  # noqa: F401  (case: a fixture)
from workflows.adapters import read_published as reader
from workflows.adapters.read_published import Upload, read_published
from workflows.casework import Desk
from workflows.domain.errors import Refused
from workflows.domain.published import Published
from workflows.rates.cells import setting_of

SHARED = Path(__file__).resolve().parents[2] / "shared/data"
MRF, HOSTILE = SHARED / "mrf", SHARED / "hostile/json"


def rate(price: object, groups: int = 1, places: tuple[str, ...] = ("11",), **more: object) -> dict[str, Any]:
    told = {"negotiated_type": "negotiated", "negotiated_rate": price, "expiration_date": "9999-12-31"}
    told |= {"service_code": list(places), "billing_class": "professional", **more}
    return {"provider_references": list(range(groups)), "negotiated_prices": [told]}


def item(code: str, *rates: dict[str, Any], **more: object) -> dict[str, Any]:
    told = {
        "negotiation_arrangement": "ffs",
        "name": "",
        "billing_code_type": "CPT",
        "billing_code_type_version": "2026",
    }
    return {**told, "billing_code": code, "negotiated_rates": list(rates), **more}


def file_of(*items: dict[str, Any]) -> bytes:
    head = {"reporting_entity_name": "Second Mutual", "last_updated_on": "2026-03-01", "version": "2.0.0"}
    return json.dumps({**head, "in_network": list(items)}).encode()


# 99213 in the office: 80.00 once, 90.00 for three groups, 120.00 once: five groups, the third of them is at 90.00.
# In a facility 60.00. Left out: institutional 500, a percentage, an expired price; and 99215, which nobody asked for.
OFFICE = item("99213", rate(80.00), rate(90.00, 3), rate(120.00), rate(60.00, places=("21", "22")),
              rate(500, billing_class="institutional"), rate(65.0, negotiated_type="percentage"),
              rate(99, expiration_date="2025-12-31"))  # fmt: skip
PART = item("70450", rate(41.50, 2, billing_code_modifier=["26"]))
CONTENT = file_of(OFFICE, PART, item("99215", rate(170)), item("99213", rate(9), negotiation_arrangement="capitation"))
WANTED = {"99213", "70450", "99999"}


def read(content: bytes, name: str = "in-network.json") -> Published:
    return read_published(Upload(name, content), WANTED, setting_of)


def spreads(found: Published) -> list[tuple[object, ...]]:
    return [(p.code, p.modifier, p.setting, p.lowest, p.median, p.highest, p.groups) for p in found.prices]


EXPECTED = [
    ("70450", "26", "office", D("41.50"), D("41.50"), D("41.50"), 2),
    ("99213", "", "facility", D("60.00"), D("60.00"), D("60.00"), 1),
    ("99213", "", "office", D("80.00"), D("90.00"), D("120.00"), 5),
]


def test_the_spread_of_the_codes_asked_for_worked_by_hand() -> None:
    found = read(CONTENT)
    assert spreads(found) == EXPECTED
    assert (found.entity, str(found.dated)) == ("Second Mutual", "2026-03-01")
    assert found.left_out == {
        "institutional": 1, "not a price in dollars": 1, "expired": 1, "bundled or capitated": 1,
    }  # fmt: skip


def test_packed_and_from_disk_it_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "in-network.json.gz"
    path.write_bytes(gzip.compress(CONTENT))
    packed = read_published(path, WANTED, setting_of)
    assert spreads(packed) == EXPECTED
    assert packed.sha256 == read(CONTENT).sha256


def test_the_order_of_items_and_of_keys_changes_nothing() -> None:
    late = {key: OFFICE[key] for key in reversed(OFFICE)}  # the code after its prices
    assert next(iter(late)) == "negotiated_rates"
    assert spreads(read(file_of(PART, item("99215", rate(170)), late))) == EXPECTED


def test_places_of_both_kinds_and_a_payer_s_own_signs_are_either_setting() -> None:
    found = read(file_of(item("99213", rate(80, places=("11", "21")), rate(82, places=("CSTM-00",)))))
    assert [(p.setting, p.groups) for p in found.prices] == [(None, 2)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"reporting_structure": []}', "is a table of contents"),
        (b'{"out_of_network": []}', "is an allowed-amounts file"),
        (b'{"a": 1}', "is no in-network file"),
        (file_of(item("99215", rate(170))), "has no professional price for the codes asked for"),
        (CONTENT[:-40], "cannot be read as JSON"),
        (gzip.compress(CONTENT)[:-20], "is damaged"),
        (b"Code,Fee\n99213,84\n", "cannot be read as JSON"),
        (b"", "cannot be read as JSON"),
        (b"[" * 100_000, "is nested more than 40 deep"),
        (b'{"a":' * 100_000, "is nested more than 40 deep"),
    ],
)
def test_what_is_no_in_network_file_is_refused_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read(content)
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="the hostile files are not on this machine")
def test_hostile_json_ends_in_one_sentence_each() -> None:
    for path in sorted(HOSTILE.glob("*.json")):
        with pytest.raises(Refused) as refused:
            read_published(path, WANTED, setting_of)
        assert "\n" not in str(refused.value), path.name
        assert "Traceback" not in str(refused.value)


def test_one_value_without_end_and_a_bomb_are_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LONGEST", 600_000)
    monkeypatch.setattr(reader, "ANYWAY", 600_000)
    endless = b'{"version": "' + b"a" * 2_000_000 + b'", "in_network": []}'
    with pytest.raises(Refused, match="one value of more than 4 MB"):
        read(endless)
    with pytest.raises(Refused, match="unpacks to more than 200 times its size"):
        read(gzip.compress(b'{"in_network": [' + b"1," * 3_000_000))


@pytest.mark.skipif(not MRF.is_dir(), reason="the published files are not on this machine")
def test_a_real_file_of_a_payer() -> None:
    """CareFirst 2022: 30560 stands with 71 prices, one for each provider group; 219.17 is the commonest."""
    path = MRF / "carefirst_2022_in-network_part1.json.gz"
    found = read_published(path, {"30560"}, setting_of)
    assert found.entity == "CareFirst BlueCross BlueShield"
    assert [(p.setting, p.lowest, p.median, p.highest, p.groups) for p in found.prices] == [
        ("facility", D("219.17"), D("219.17"), D("324.17"), 71)
    ]


# In a case


def test_only_the_codes_of_the_case_are_kept_each_with_file_date_and_address(desk: Desk, case: Any) -> None:  # noqa: F811
    filled(desk, case)
    origin = desk.schedules.origin("published", "Second Mutual", dated="2026-03-01", url="https://second.example/mrf")
    kept = desk.schedules.add_published(case.id, CONTENT, "in-network.json", origin)
    weighed = desk.schedules.weighed(kept)
    told = next(o.held for o in weighed.comparison.others if o.held.what == "published")
    assert {x.label for x in told.lines} == {"99213", "70450-26"}  # 99215 is nothing this case bills
    assert {x.basis for x in told.lines if x.code == "99213" and x.setting == "office"} == {
        "median of 5 provider groups, $80.00 to $120.00; in-network.json, 2026-03-01, https://second.example/mrf"
    }
    assert (
        "in-network.json, 2026-03-01, https://second.example/mrf"
        in desk.rates.export(weighed.comparison, "csv").decode()
    )
    assert not any(g.label == "99213" and D("90.00") in {r for _, r in g.others} for g in weighed.comparison.gaps)
    assert "Second Mutual" not in letters(desk, kept)
    assert "$90.00" not in letters(desk, kept)


def test_without_any_code_known_it_says_what_to_add_first(desk: Desk, case: Any) -> None:  # noqa: F811
    origin = desk.schedules.origin("published", "Second Mutual", dated="2026-03-01")
    with pytest.raises(Refused, match="Add your own fees or units first"):
        desk.schedules.add_published(case.id, CONTENT, "in-network.json", origin)


def test_another_practice_s_rates_are_refused_as_a_published_file_too(desk: Desk, case: Any) -> None:  # noqa: F811
    filled(desk, case)
    origin = desk.schedules.origin("published", "Another practice's rates", dated="2026-03-01")
    with pytest.raises(Refused, match="another practice's rates"):
        desk.schedules.add_published(case.id, CONTENT, "in-network.json", origin)


def test_a_published_file_in_a_case_folder_says_itself_whose_it_is(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text(
        'practice: {payer: Acme Health Plan, zip: "36602", specialty: familyMedicine}\n'
    )
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules/acme_health.csv").write_text("Code,Fee\n99213,70.23\n")
    (tmp_path / "schedules/network.json.gz").write_bytes(gzip.compress(CONTENT))
    desk = Desk.for_folders()  # noqa: F811
    found = desk.load_folder(tmp_path).rates.schedules
    assert [(s.name, s.origin.what, s.payer, str(s.origin.dated)) for s in found[1:]] == [
        ("network.json.gz", "published", "Second Mutual", "2026-03-01")
    ]
    (tmp_path / "schedules/network.yaml").write_text(
        "payer: Acme Health\ndated: 2026-04-01\nurl: https://acme.example\n"
    )
    found = desk.load_folder(tmp_path).rates.schedules
    assert (found[1].payer, str(found[1].origin.dated), found[1].origin.url) == (
        "Acme Health Plan", "2026-04-01", "https://acme.example",
    )  # fmt: skip


def test_the_page_shows_the_spread(app: Any, desk: Desk, case: Any) -> None:  # noqa: F811
    filled(desk, case)
    origin = desk.schedules.origin("published", "Second Mutual", dated="2026-03-01", url="https://second.example/mrf")
    kept = desk.schedules.add_published(case.id, CONTENT, "in-network.json", origin)
    opened(app, kept, "rates")
    table = next(d.value for d in app.dataframe if "Provider groups" in d.value)
    assert table[table["Setting"] == "office"].iloc[-1].to_dict() == {
        "Code": "99213", "Setting": "office", "Lowest": 80.0, "Median": 90.0, "Highest": 120.0, "Provider groups": 5,
    }  # fmt: skip
    assert "Published by Second Mutual" in texts(app)
