"""The whole way of fees: a case folder in, the JSON of docs/commands.md out, evidence that names file and row, letters
that carry the table, and other payers' fees nowhere in them."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import build_medicare_tables as builder
import pytest

from workflows.adapters.read_schedule import read_sheet
from workflows.casework import Desk
from workflows.casework.rates import RatesDesk, Weighed
from workflows.domain.case import Case
from workflows.domain.errors import Refused
from workflows.domain.evidence import Evidence, FromAnswer, FromRates, PrivateEvidence

ROOT = Path(__file__).parents[1]
COASTAL = Path(__file__).parent / "rates_cases/coastal_family"
TODAY = date(2026, 11, 22)
CANARIES = ("98.77", "131.43", "second mutual", "Second Mutual", "109.4")  # the other payer's fees, name and level
FLOOR = ("104%", "107%", "$30,395", "$35,047")  # the walk-away and the target


def parley(*args: object, data: Path) -> "subprocess.CompletedProcess[str]":
    bare = {"PATH": os.environ["PATH"], "HOME": str(data), "PYTHONPATH": str(ROOT), "PARLEY_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "workflows.cli", "rates", *map(str, args)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=bare, timeout=120, check=False)
    assert "Traceback" not in run.stdout + run.stderr
    return run


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield Desk.for_folders()


@pytest.fixture(scope="module")
def case(desk: Desk) -> Case:
    return desk.load_folder(COASTAL, today=TODAY)


@pytest.fixture(scope="module")
def weighed(desk: Desk, case: Case) -> Weighed:
    return desk.rates.weigh(case, desk.rates.folder(COASTAL, case), today=TODAY)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(COASTAL, tmp_path / "case")
    return tmp_path / "case"


def given(desk: Desk, folder: Path) -> dict[str, Any]:
    case = desk.load_folder(folder, today=TODAY)
    return desk.rates.as_json(desk.rates.weigh(case, desk.rates.folder(folder, case), today=TODAY))


# The command


def test_the_json_has_the_documented_fields_and_adds_up(tmp_path: Path) -> None:
    """Now 1000 x 70.23 + 500 x 112.71 + 200 x 13.95 + 50 x 30.00 = 130,875; Medicare 87,790 + 62,615 + 2,790 + 1,872 =
    155,067: 84.4%. At 110%: 96,570 + 68,875 + 3,070 + 50 x 41.18 (41.184) = 170,574: +39,699 (30.3%, 25.6 points)."""
    run = parley(COASTAL, "--json", "--today", "2026-11-22", data=tmp_path)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert {"locality", "year", "lines", "payers", "scenarios", "warnings"} <= set(found)
    assert (found["locality"], found["year"]) == ("10112-00", 2026)
    line = next(x for x in found["lines"] if x["code"] == "70450")
    documented = ("schedule", "code", "modifier", "setting", "units", "rate", "medicare", "percent_of_medicare")
    assert [line[k] for k in documented] == ["acme_health.csv", "70450", "26", "office", 50, 30, 37.44, 80.1]
    own = next(p for p in found["payers"] if p["schedule"] == "acme_health.csv")
    assert (own["percent_of_medicare"], own["weighted_by"]) == (84.4, "our units with all payers in the last 12 months")
    opening = next(s for s in found["scenarios"] if s["name"] == "opening")
    assert [opening[k] for k in ("annual_dollars", "percent", "points", "percent_of_medicare")] == [
        39_699,
        30.3,
        25.6,
        110,
    ]
    assert {p["schedule"]: p.get("private", False) for p in found["payers"]}["second_mutual.csv"] is True
    assert {s["name"] for s in found["scenarios"] if s.get("private")} == {"walk_away", "target"}
    assert found["leaving"]["break_even_percent"] == -44.5


def documented_fields() -> dict[str, set[str]]:
    """Of the row of `parley rates FOLDER` in docs/commands.md: the fields of the answer ("") and of each list in it; with
    a question mark where a field may be absent."""
    rows = (ROOT / "docs/commands.md").read_text().splitlines()
    shape = next(r for r in rows if r.startswith("| `parley rates FOLDER")).rsplit("| `", 1)[1]
    fields: dict[str, set[str]] = {}
    above: list[str] = []
    for name, mark, sign in re.findall(r'"(\w+)"(\?)?|([\[{}\]])', shape):
        if name:
            fields.setdefault(".".join(filter(None, above)), set()).add(name + mark)
            last = name
        elif sign == "{":
            above.append(last if above else "")
        elif sign == "}":
            above.pop()
    return fields


def test_the_json_is_that_of_the_documentation(desk: Desk) -> None:
    found, told = given(desk, COASTAL), documented_fields()
    held: dict[str, list[dict[str, Any]]] = {"": [found]}
    for name in ("lines", "payers", "scenarios"):
        held[name] = found[name]
    held["payers.lesser_of"] = [x for p in found["payers"] for x in p["lesser_of"]]
    held["payers.settings"] = [x for p in found["payers"] for x in p["settings"]]
    held["payers.year_change"] = [p["year_change"] for p in found["payers"]]
    for place, rows in held.items():
        assert rows, place
        always = {name for name in told[place] if not name.endswith("?")}
        for row in rows:
            assert always <= row.keys() <= {name.rstrip("?") for name in told[place]}, (place, row.keys())


def test_one_price_is_printed_for_a_code_and_a_zip(tmp_path: Path) -> None:
    """Published by CMS for Alabama 2025: 99213 in the office $81.86 (test_medicare.py)."""
    run = parley("--price", "99213", "--zip", "35203", "--year", "2025", "--json", data=tmp_path)
    found = json.loads(run.stdout)
    documented = ("code", "modifier", "year", "locality", "setting", "amount")
    assert [found[k] for k in documented] == ["99213", "", 2025, "10112-00", "office", 81.86]
    facility = parley("--price", "70450-26", "--zip", "36602", "--setting", "facility", data=tmp_path)
    assert facility.stdout.strip().endswith("= $37.44")


@pytest.mark.parametrize(("args", "words"), [
    (("--price", "99213", "--zip", "35203", "--year", "2019"), "load CMS's files of 2019 with --medicare and --gpci"),
    (("--price", "99213", "--zip", "00000"), "Medicare's ZIP list does not have it"),
    (("--price", "visit"), "not a procedure code"),
    (("--medicare", "nowhere.csv"), "there is no such file"),
    (("nowhere",), "there is no such case folder"),
])  # fmt: skip
def test_a_refusal_is_one_sentence(tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    run = parley(*args, data=tmp_path)
    assert run.returncode == 1
    assert run.stdout == ""
    assert words in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_nothing_asked_is_wrong_usage(tmp_path: Path) -> None:
    assert parley(data=tmp_path).returncode == 2


@pytest.mark.skipif(not builder.CMS_FILES.is_dir(), reason="the CMS files are not on this machine")
def test_an_official_file_is_loaded_once_and_serves_later_commands(tmp_path: Path) -> None:
    values, places = builder.CMS_FILES / builder.RVU_FILES[2026], builder.CMS_FILES / "GPCI2026.csv"
    run = parley("--medicare", values, "--gpci", places, "--json", data=tmp_path)
    assert run.returncode == 0
    assert json.loads(run.stdout)["loaded"] == [
        "2026: 19,356 rows of relative values from PPRRVU2026_Jul_nonQPP.nodesc.csv.gz, conversion factor $33.4009.",
        "2026: 109 localities from GPCI2026.csv.",
    ]
    later = parley("--price", "99213", "--zip", "36602", "--json", data=tmp_path)
    assert json.loads(later.stdout)["amount"] == 87.79
    assert json.loads(later.stdout)["release"].startswith("PPRRVU2026_Jul")


# What a file of a folder is


def test_a_yaml_beside_a_schedule_says_what_it_is(desk: Desk, copy: Path) -> None:
    (copy / "schedules/plan_b.csv").write_text("CPT,Fee\n99213,80\n")
    (copy / "schedules/plan_b.yaml").write_text(
        "payer: Third Plan\nwhat: published\ndated: 2026-09-01\nurl: https://x.example\n"
    )
    case = desk.load_folder(copy, today=TODAY)
    found = next(s for s in desk.rates.folder(copy, case).schedules if s.name == "plan_b.csv")
    assert (found.payer, found.origin.what, found.origin.dated) == ("Third Plan", "published", date(2026, 9, 1))


def test_a_published_file_without_its_date_is_refused(desk: Desk, copy: Path) -> None:
    (copy / "schedules/third_in-network.csv").write_text("CPT,Fee\n99213,80\n")
    with pytest.raises(Refused, match=r"third_in-network\.csv: a published transparency file needs its date"):
        desk.load_folder(copy, today=TODAY)


def test_another_practice_s_schedule_in_a_folder_is_refused(desk: Desk, copy: Path) -> None:
    (copy / "schedules/plan.csv").write_text("CPT,Fee\n99213,80\n")
    (copy / "schedules/plan.yaml").write_text("what: rates of a neighboring practice\n")
    with pytest.raises(Refused, match="another practice's rates"):
        desk.load_folder(copy, today=TODAY)


def test_one_file_with_a_payer_column_is_one_schedule_a_payer(desk: Desk, copy: Path) -> None:
    (copy / "schedules/all.csv").write_text("Payer,CPT,Fee\nThird,99213,80\nFourth,99213,85\nThird,99214,120\n")
    found = given(desk, copy)
    assert [(x["payer"], x["code"]) for x in found["lines"] if x["schedule"] == "all.csv"] == [
        ("Third", "99213"), ("Third", "99214"), ("Fourth", "99213"),
    ]  # fmt: skip


def test_bad_rows_of_every_file_are_in_the_warnings(desk: Desk, copy: Path) -> None:
    with (copy / "volumes.csv").open("a") as file:
        file.write("99213,,many,\n")
    (copy / "schedules/second_mutual.csv").write_text("Code,Fee\n99213,98.77\nfoo,1\n")
    warnings = given(desk, copy)["warnings"]
    assert "volumes.csv, row 8: not taken, 'many' is not a number of units." in warnings
    assert "second_mutual.csv, row 3: not taken, 'foo' is not a procedure code." in warnings


def test_an_unreadable_schedule_refuses_the_folder_naming_the_file(desk: Desk, copy: Path) -> None:
    (copy / "schedules/acme_health.csv").write_bytes(b"\0\1\2")
    with pytest.raises(Refused, match=r"acme_health\.csv: is not text"):
        desk.load_folder(copy, today=TODAY)
    (copy / "schedules/acme_health.csv").unlink()
    (copy / "schedules/acme_health.csv").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="points outside the case folder"):
        desk.load_folder(copy, today=TODAY)


def test_a_file_of_another_kind_is_told_and_not_passed_over(desk: Desk, copy: Path) -> None:
    (copy / "schedules/acme fees.pdf").write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(Refused, match=r"acme fees\.pdf: is a PDF, not a table"):
        desk.load_folder(copy, today=TODAY)


def test_units_alone_and_schedules_alone_are_enough_for_what_they_can_say(desk: Desk, copy: Path) -> None:
    (copy / "volumes.csv").unlink()
    found = given(desk, copy)
    assert found["scenarios"] == []
    assert found["payers"][0]["weighted_by"].startswith("each code once")
    assert any("No volumes.csv" in w for w in found["warnings"])


# Evidence and letters


def test_each_row_of_evidence_leads_to_its_row_in_the_file(weighed: Weighed) -> None:
    rows = read_sheet((COASTAL / "schedules/acme_health.csv").read_bytes(), "acme_health.csv").rows
    found = [e for e in weighed.evidence if e.key.startswith("schedule.line[")]
    assert len(found) == 5
    for e in found:
        assert isinstance(e.source, FromRates)
        cells = rows[e.source.row - 1]
        assert e.parts["code"][:5] in cells[0]
        assert e.value == cells[2]
        assert e.source.schedule == "acme_health.csv"


def test_level_and_years_without_a_change_are_evidence(weighed: Weighed) -> None:
    said = {e.key: e.says for e in weighed.evidence}
    level = "your present fees come to 84.4% of 2026 Medicare (Alabama)."
    assert said["schedule.level"] == f"Weighted by our units with all payers in the last 12 months, {level}"
    assert said["schedule.last_change"] == "Your fee schedule was last changed on March 1, 2019."
    assert said["schedule.years_unchanged"] == "It has not changed for 7 years."
    assert "schedule.package.opening" in said


def test_evidence_that_may_be_sent_holds_nothing_of_other_payers_or_the_floor(weighed: Weighed) -> None:
    assert all(isinstance(e, Evidence) for e in weighed.evidence)
    assert all(isinstance(e, PrivateEvidence) for e in weighed.private)
    assert {e.key for e in weighed.private} == {"schedule.package.walk_away", "schedule.package.target"}
    said = " ".join(e.model_dump_json() for e in weighed.evidence)
    assert not [c for c in (*CANARIES, *FLOOR) if c in said]
    # the check can fail: the private comparison does hold them
    assert all(c in weighed.comparison.model_dump_json() for c in CANARIES[:3])


@pytest.mark.parametrize("document", ["value_proposition", "counteroffer", "data_request"])
def test_no_letter_holds_other_payers_fees_or_the_floor(desk: Desk, case: Case, document: Any) -> None:
    draft = desk.letters.draft(case, document, today=TODAY)
    for format in ("md", "json"):
        text = desk.letters.export(draft, format).decode()  # type: ignore[arg-type]
        assert not [c for c in (*CANARIES, "104%", "$30,395") if c in text]


def test_the_counteroffer_carries_the_table_and_it_adds_up(desk: Desk, case: Case, weighed: Weighed) -> None:
    table = next(s.table for s in desk.letters.draft(case, "counteroffer", today=TODAY).sections if s.table)
    assert [[c.text for c in row][:5] for row in table.rows] == [
        ["99213", "1,000", "$70.23", "$85.95", "$96.57"],
        ["99214", "500", "$112.71", "$121.26", "$137.75"],
        ["93000", "200", "$13.95", "$13.25", "$15.35"],
        ["70450-26", "50", "$30.00", "$38.80", "$41.18"],
    ]
    assert table.total
    total = Decimal(table.total[-1].text.replace("$", "").replace(",", ""))
    assert total == sum(Decimal(r[-1].text.replace("$", "").replace(",", "")) for r in table.rows)
    assert total == next(s for s in weighed.scenarios if s.name == "opening").annual_dollars == 39_699


def test_what_a_file_said_is_traced_to_the_file_and_not_to_an_answer(desk: Desk, case: Case) -> None:
    draft = desk.letters.draft(case, "counteroffer", today=TODAY)
    rows = [fact.source for fact in draft.ledger.values() if fact.key.startswith("rates.codes[")]
    # acme_health.csv: 99213 in row 4, 99214 in row 5, 93000 in 6, 70450-26 in 7; volumes.csv: 99214 in rows 3 and 4;
    # acme_health_offer.csv: a title, a heading, then 99213, 99214, 93000 in rows 3 to 5 and 70450 by the title's rule.
    assert sorted((s.schedule, s.row) for s in rows if isinstance(s, FromRates)) == [
        ("acme_health.csv", row) for row in (4, 5, 6, 7)
    ]
    said = [where for row in desk.letters.basis(draft) for _, where, _ in row.basis]
    second = (
        "Fee schedule acme_health.csv, row 5; units: volumes.csv, rows 3 and 4; offered: acme_health_offer.csv, row 4"
    )
    assert second in said
    offer = [where for where in said if "Date of the payer's offer" in where]
    assert offer == ["Your files (the payer's offer): Date of the payer's offer (2026-11-22)"]


def test_rows_a_person_wrote_are_not_traced_to_a_file(desk: Desk, copy: Path) -> None:
    with (copy / "answers.yaml").open("a") as file:
        file.write("rates:\n  codes:\n    - {code: '99213', volume: 1000, current: 70.23, setting: office}\n")
    draft = desk.letters.draft(desk.load_folder(copy, today=TODAY), "counteroffer", today=TODAY)
    rows = [fact.source for fact in draft.ledger.values() if fact.key.startswith("rates.codes[")]
    assert rows
    assert all(isinstance(s, FromAnswer) and s.given_by == "person" for s in rows)


def test_the_years_since_the_last_change_come_from_the_schedule_s_own_dates(desk: Desk, case: Case) -> None:
    draft = desk.letters.draft(case, "counteroffer", today=TODAY)
    text = desk.letters.export(draft, "md").decode()
    assert "Your rates to us last changed on March 1, 2019, more than 7 years ago." in text
    fact = next(f for f in draft.ledger.values() if f.key == "practice.last_rate_change")
    assert isinstance(fact.source, FromRates)
    assert (fact.source.schedule, fact.source.row) == ("acme_health.csv", 4)


def test_more_codes_than_the_table_shows_are_told_in_one_sentence(desk: Desk, copy: Path) -> None:
    """Ten codes at $10, ten units each, 10% more asked: the table holds eight, so $80; all ten gain
    10 × 10 × $1 = $100. The offer of 4% is 10 × 10 × $0.40 = $40."""
    codes = ("99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215", "93000")
    (copy / "schedules/acme_health_offer.csv").unlink()
    (copy / "schedules/acme_health.csv").write_text("Code,Fee\n" + "".join(f"{c},10\n" for c in codes))
    (copy / "volumes.csv").write_text("code,units\n" + "".join(f"{c},10\n" for c in codes))
    (copy / "offer.yaml").write_text("date: 2026-10-01\nterms: a 4% increase\n")
    text = (copy / "answers.yaml").read_text()
    (copy / "answers.yaml").write_text(text.replace("percent_of_medicare: 110\n  medicare_year: 2026", "increase: 10"))
    case = desk.load_folder(copy, today=TODAY)
    letter = desk.letters.export(desk.letters.draft(case, "counteroffer", today=TODAY), "md").decode()
    assert "| $80 |" in letter
    assert re.search(
        r"Over all 10 codes we hold units and fees for, the proposal is worth \$100 a year \(.+?\) and your offer \$40\.",
        letter,
    )
    opening = next(s for s in desk.schedules.weighed(case, TODAY).scenarios if s.name == "opening")
    assert opening.annual_dollars == 100


def test_the_request_lowers_no_fee_that_is_paid_better(desk: Desk, copy: Path) -> None:
    """99213 at 110% of $87.79 is $96.57; paid $100 it stays at $100, so it adds nothing, in the letter and the package:
    without it 39,699 - 1,000 × (96.57 - 70.23) = 13,359 remains."""
    path = copy / "schedules/acme_health.csv"
    path.write_text(path.read_text().replace("$70.23", "$100.00"))
    case = desk.load_folder(copy, today=TODAY)
    opening = next(s for s in desk.schedules.weighed(case, TODAY).scenarios if s.name == "opening")
    assert opening.annual_dollars == 13_359
    assert opening.notes[0] == "99213: paid or offered better than asked, kept so."
    table = next(s.table for s in desk.letters.draft(case, "counteroffer", today=TODAY).sections if s.table)
    assert table.total
    assert table.total[-1].text == "$13,359"
    assert desk.schedules.weighed(case, TODAY).sensitivity["opening"]["+0"] == 13_359


def test_an_answer_of_the_user_stands_before_the_files(desk: Desk, copy: Path) -> None:
    with (copy / "answers.yaml").open("a") as file:
        file.write("rates:\n  codes:\n    - {code: '99213', volume: 10, current: 60}\n")
    codes = desk.load_folder(copy, today=TODAY).answers["rates.codes"].value
    assert [row["code"] for row in codes if isinstance(row, dict)] == ["99213"]


# Export


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_export_comes_back_as_it_was(desk: Desk, weighed: Weighed, format: Any) -> None:
    content = desk.rates.export(weighed.comparison, format)
    rows = read_sheet(content, f"comparison.{format}").rows
    assert rows[0][:5] == ("Payer", "Schedule", "Row", "Code", "Modifier")
    first = dict(zip(rows[0], rows[1], strict=False))
    assert (first["Code"], first["Fee"], first["Medicare"], first["Percent of Medicare"]) == (
        "99213", "70.23", "87.79", "80" if format == "xlsx" else "80.0",
    )  # fmt: skip
    assert len(rows) == 1 + sum(
        len(c.lines) for c in (*weighed.comparison.own, *(o.held for o in weighed.comparison.others))
    )


def test_a_payer_named_like_a_formula_is_text_in_the_export(desk: Desk, copy: Path) -> None:
    (copy / "schedules/evil.csv").write_text('Payer,CPT,Fee\n"=HYPERLINK(""http://x"")",99213,80\n')
    case = desk.load_folder(copy, today=TODAY)
    weighed = desk.rates.weigh(case, desk.rates.folder(copy, case), today=TODAY)
    rows = list(csv.reader(desk.rates.export(weighed.comparison, "csv").decode("utf-8-sig").splitlines()))
    assert '\'=HYPERLINK("http://x")' in [row[0] for row in rows]
    assert isinstance(desk.rates, RatesDesk)
