"""Claim lines added up: sums worked by hand, the same whatever the order and the blocks, every line taken or told,
nothing about patients, and memory that does not grow with the file."""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.adapters.read_claims import claims_head, read_claims
from workflows.casework import Desk
from workflows.domain.claims import Claims
from workflows.domain.errors import PrivacyRefused, Refused
from workflows.domain.rates import Origin
from workflows.rates import claims as verbs
from workflows.rates.cells import Misread
from workflows.rates.claim_cells import Cells
from workflows.rates.claim_columns import recognize_claims

ROOT = Path(__file__).parents[1]
COASTAL = Path(__file__).parent / "rates_cases/coastal_family"
TODAY = date(2026, 11, 22)
HEAD = "Code,Modifier,Units,Allowed,Paid,Service Date,Payer\n"
OWN = Origin(what="claims", payer="Acme")


def load(folder: Path, content: str | bytes, name: str = "claims.csv", **options: int) -> Claims:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    head = claims_head(path)
    return read_claims(path, head, recognize_claims(head.sheet), Cells(), **options)  # type: ignore[arg-type]


def sums(claims: Claims) -> list[tuple[object, ...]]:
    return [
        (g.payer, g.code, g.modifier, g.year, g.quarter, g.lines, str(g.units), str(g.allowed), str(g.paid))
        for g in claims.groups
    ]


SMALL = HEAD + (
    "99213,,1,92.10,73.68,2026-01-05,Acme\n"
    "99213,,2,184.20,147.36,2026-03-31,Acme\n"
    "99213,25,1,92.10,0.00,2026-04-01,Acme\n"  # allowed, all of it the patient's share
    "99213,,1,0.00,0.00,2026-02-01,Acme\n"  # paid nothing
    "99213,,1,80,64,1/9/2026,Beta\n"
    '70450-26,,1,"$1,040.10",832.08,2026-02-02,Acme\n'
    "99213,,1,-92.10,-73.68,2026-01-05,Acme\n"  # takes the first line back
)


def test_sums_worked_by_hand(tmp_path: Path) -> None:
    """Acme, 99213, first quarter: 1 + 2 - 1 = 2 units, 92.10 + 184.20 - 92.10 = 184.20 allowed, 73.68 + 147.36 - 73.68
    = 147.36 paid, over four lines, the one paid nothing included; its unit is apart."""
    found = load(tmp_path, SMALL)
    assert sums(found) == [
        ("Acme", "70450", "26", 2026, 1, 1, "1.000", "1040.10", "832.08"),
        ("Acme", "99213", "", 2026, 1, 4, "2.000", "184.20", "147.36"),
        ("Acme", "99213", "25", 2026, 2, 1, "1.000", "92.10", "0.00"),
        ("Beta", "99213", "", 2026, 1, 1, "1.000", "80.00", "64.00"),
    ]
    assert (found.lines, found.reversals, found.unpaid, found.bad_rows) == (7, 1, 1, 0)
    assert (found.begins, found.ends) == (date(2026, 1, 5), date(2026, 4, 1))
    assert [str(g.unpaid_units) for g in found.groups] == ["0.000", "1.000", "0.000", "0.000"]
    assert [g.row for g in found.groups] == [7, 2, 4, 6]


def test_realised_rates_and_units_of_each_payer(tmp_path: Path) -> None:
    """184.20 over 2 units is $92.10 a unit."""
    found = load(tmp_path, SMALL)
    one, two = verbs.schedules(found, OWN)
    assert (one.payer, one.origin.what, one.sha256) == ("Acme", "claims", found.sha256)
    assert [(x.code, x.modifier, str(x.rate), x.row) for x in one.lines] == [
        ("70450", "26", "1040.10", 7), ("99213", "", "92.10", 2), ("99213", "25", "92.10", 4),
    ]  # fmt: skip
    assert [(x.code, str(x.rate)) for x in two.lines] == [("99213", "80.00")]
    assert [(v.payer, v.code, v.modifier, int(v.units)) for v in verbs.volumes(found)] == [
        ("Acme", "70450", "26", 1), ("Acme", "99213", "", 2), ("Acme", "99213", "25", 1), ("Beta", "99213", "", 1),
    ]  # fmt: skip
    said = " ".join(verbs.told(found))
    assert "1 reversal lines are taken off" in said
    assert "1 lines (1 units) were allowed $0" in said
    assert "87 days: its units are of less than a year" in said


def test_without_an_allowed_column_the_rate_is_what_the_payer_paid(tmp_path: Path) -> None:
    found = load(tmp_path, "CPT,Qty,Payment,DOS\n99213,3,200.00,2026-01-05\n")
    assert (found.basis, [str(x.rate) for x in verbs.schedules(found, OWN)[0].lines]) == ("paid", ["66.67"])
    assert "without what patients pay" in " ".join(verbs.told(found))


def test_a_longer_file_counts_its_last_four_whole_quarters(tmp_path: Path) -> None:
    """From January 2025 to May 2026: the last whole quarters are Q2 2025 to Q1 2026, 4 of the 6 lines."""
    days = ["2025-01-02", "2025-04-01", "2025-09-30", "2025-12-31", "2026-03-31", "2026-05-20"]
    found = load(tmp_path, HEAD + "".join(f"99213,,1,9{i}.00,1,{d},Acme\n" for i, d in enumerate(days)))
    assert int(verbs.volumes(found)[0].units) == 4
    assert str(verbs.schedules(found, OWN)[0].lines[0].rate) == "92.50"  # (91 + 92 + 93 + 94) / 4
    assert any("those of Q2 2025 to Q1 2026" in line for line in verbs.told(found))


def test_a_quarter_that_ends_with_the_file_is_whole(tmp_path: Path) -> None:
    found = load(
        tmp_path, HEAD + "99213,,1,90,1,2025-03-31,A\n99213,,1,92,1,2026-03-31,A\n99213,,5,92,1,2024-12-31,A\n"
    )
    assert int(verbs.volumes(found)[0].units) == 1


# Every line is taken or told

HOSTILE = HEAD + (
    "99213,,1,92.10,80,2026-01-05,Acme\n"
    "visit,,1,92.10,80,2026-01-05,Acme\n"  # 3
    "99213,,0,92.10,80,2026-01-05,Acme\n"  # 4
    "99213,,1,n/a,80,2026-01-05,Acme\n"  # 5
    "99213,,1,92.105,80,2026-01-05,Acme\n"  # 6
    "99213,,1,92.10,80,2026-02-30,Acme\n"  # 7
    "99213,,1,92.10,80\n"  # 8
    "\n"
    "99213,,1,92.10,80,2026-01-05,\n"  # 10
    "99213,,1,-92.10,80,2026-01-05,Acme\n"  # 11
    "99213,X,1,92.10,80,2026-01-05,Acme\n"  # 12
    ",,,,,,\n"
    "99213,,1,nan,80,2026-01-05,Acme\n"  # 14
    "99213,,1,92.10,1e9,2026-01-05,Acme\n"  # 15
    "99213,,1,92.10,80,2026-01-05,Acme,more\n"  # 16
    "Code,Modifier,Units,Allowed,Paid,Service Date,Payer\n"
    ",,1,92.10,80,2026-01-05,Acme\n"  # 18
    "99213,,1,0x10,80,2026-01-05,Acme\n"  # 19
    "99202-99215,,1,92.10,80,2026-01-05,Acme\n"  # 20
    "99213,,1,92.10,80,0001-01-05,Acme\n"  # 21
    "99213,,1,92.10,80,2026-01-06,Acme\n"
)


@pytest.mark.parametrize("block", [64, 200, 1 << 20])
def test_every_row_is_taken_or_named_with_its_number(tmp_path: Path, block: int) -> None:
    found = load(tmp_path, HOSTILE, block=block)
    assert (found.lines, found.blank) == (2, 3)
    assert [b.row for b in found.bad] == [3, 4, 5, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20, 21]
    assert found.bad_rows == len(found.bad)
    assert found.lines + found.blank + found.bad_rows == HOSTILE.count("\n") - 1
    assert found.bad[0].why == "its code is not one procedure code"
    assert found.bad[5].why == "it has 5 cells, the heading has 7"


@pytest.mark.parametrize("block", [80, 700, 5_000, 1 << 20])
def test_what_begins_late_in_a_file_changes_no_row_before_or_after(tmp_path: Path, block: int) -> None:
    """A hundred plain lines, a row too short (102), dollar signs from 103 on, a quotation mark with a line break at 203,
    then a row too long (204) and a bad code (205): 100 x $1.00 + 100 x $2.00 + $3.00 + $4.00 = $307.00."""
    rows = ["99213,,1,1.00,1.00,2026-01-05,Acme"] * 100 + ["99213,,1"]
    rows += ["99213,,1,$2.00,$2.00,2026-01-05,Acme"] * 100
    rows += ['99213,,1,3.00,3.00,2026-01-05,"Ac\nme"', "99213,,1,1,1,2026-01-05,Acme,more", "x,,1,1,1,2026-01-05,Acme"]
    rows += ["99214,,1,4.00,4.00,2026-01-05,Acme"]
    found = load(tmp_path, HEAD + "\n".join(rows) + "\n", block=block)
    assert [b.row for b in found.bad] == [102, 204, 205]
    assert (found.lines, sum(g.amount for g in found.groups)) == (202, Decimal("307.00"))
    assert found.groups[-1].row == 206
    assert found.notes == ("1 line breaks stand within quotation marks.",)


def test_a_row_without_an_end_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="one row is longer than 1,000 bytes"):
        load(tmp_path, HEAD + "9" * 3_000_000, block=1_000)


HOSTILE_FILES = Path(__file__).resolve().parents[2] / "shared/data/hostile"


@pytest.mark.skipif(not HOSTILE_FILES.is_dir(), reason="the hostile files are not on this machine")
def test_a_hostile_file_as_claims_ends_in_one_sentence(tmp_path: Path) -> None:
    files = [p for kind in ("office", "archive", "csv", "json", "strings") for p in (HOSTILE_FILES / kind).glob("*")]
    for path in files:
        with pytest.raises(Refused) as refused:
            load(tmp_path, path.read_bytes(), path.name)
        said = str(refused.value)
        assert "\n" not in said, path.name
        assert not any(word in said for word in ("Traceback", "Exception", "rrow", "NoneType", str(tmp_path))), said


def test_only_the_first_bad_rows_are_named_and_all_are_counted(tmp_path: Path) -> None:
    rows = "".join("x,,1,1,1,2026-01-05,A\n" if i % 2 else "99213,,1\n" for i in range(3_000))
    found = load(tmp_path, HEAD + rows + "99213,,1,90,1,2026-01-05,A\n", block=4_096)
    assert (found.lines, found.bad_rows, [b.row for b in found.bad]) == (1, 3_000, list(range(2, 22)))
    assert found.groups[0].row == 3_002
    assert any("3,000 rows were not taken; the first 20 are named" in line for line in verbs.told(found))


def test_what_a_bad_row_holds_is_not_repeated(tmp_path: Path) -> None:
    found = load(tmp_path, HEAD + "99213,,1,90,1,2026-01-05,A\nMaria Smith,,1,90,1,2026-01-05,A\n")
    assert "Maria" not in found.model_dump_json()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04" + b"x" * 50, "is not a CSV file"),
        (b"%PDF-1.7", "is not a CSV file"),
        (b"a\0b,c\n", "is not a CSV file"),
        (b"name,age\nx,1\n", "no row of headings"),
        (b"CPT,Paid\n", "a heading and no rows"),
        (gzip.compress(b"CPT,Paid\n99213,5\n" * 50_000)[:-900], "is damaged"),
        (b'CPT,Paid,Note\n99213,5,"open\n' + b"99213,5,x\n" * 300_000, "quotation mark is opened and not closed"),
        (b'CPT,Paid,Note\n99213,5,"open\n99213,5,x\n', "quotation mark is opened and not closed"),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says) as caught:
        load(tmp_path, content)
    assert "rrow" not in str(caught.value)


def test_a_file_above_the_cap_is_refused_also_as_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv.gz"
    path.write_bytes(gzip.compress(SMALL.encode() + b"99213,,1,92.10,80,2026-01-05,Acme\n" * 50_000))
    head = claims_head(path)
    with pytest.raises(Refused, match="holds more than 1 MB"):
        read_claims(path, head, recognize_claims(head.sheet), Cells(), most=1_000_000)


# Nothing about patients


@pytest.mark.parametrize(
    "heading",
    ["Patient Name", "Member ID", "DOB", "SSN", "MRN", "Acct #", "Claim Number", "PatientID", "Name", "Last Name",
     "Insured", "Pt Name", "Birth Date", "Encounter", "ICN", "claim_id", "Policy Number"],
)  # fmt: skip
def test_a_heading_about_patients_is_refused(tmp_path: Path, heading: str) -> None:
    with pytest.raises(PrivacyRefused):
        load(tmp_path, f"CPT,Paid,{heading}\n99213,92.10,\n")


@pytest.mark.parametrize(
    ("cells", "looks"),
    [
        (["SMITH, MARIA", "Jones, Robert L"], "names of persons"),
        (["123-45-6789", "987-65-4321"], "Social Security numbers"),
        (["1EG4-TE5-MK73", "1EG4TE5MK72"], "Medicare numbers"),
        (["1951-03-02", "1/9/1948"], "dates of birth"),
        (["(205) 555-0143", "205-555-0144"], "telephone numbers"),
        (["m@example.com", "r@example.com"], "e-mail addresses"),
        ([f"X{i}77{i}31{i}" for i in range(10, 40)], "numbers of single claims"),
    ],
)
def test_a_column_that_looks_like_patients_is_refused_under_any_heading(
    tmp_path: Path, cells: list[str], looks: str
) -> None:
    rows = "".join(f'99213,92.10,2026-01-05,"{cell}"\n' for cell in cells)
    with pytest.raises(PrivacyRefused, match=looks):
        load(tmp_path, "CPT,Paid,Service Date,Other\n" + rows)
    with pytest.raises(PrivacyRefused):
        load(tmp_path, "CPT,Paid,Service Date,Payer\n" + rows)


def test_columns_of_the_practice_are_no_patients(tmp_path: Path) -> None:
    text = "CPT,Paid,Date,Rendering Provider,NPI,Patient Resp,Dx,Check Date\n" + (
        '99213,92.10,2026-01-05,"Smith, Maria",1234567893,10.00,E11.9,2026-02-01\n' * 30
    )
    found = load(tmp_path, text)
    assert (found.lines, found.begins) == (30, date(2026, 1, 5))
    assert "Maria" not in found.model_dump_json()


def test_more_payers_than_there_are_is_a_column_of_persons(tmp_path: Path) -> None:
    with pytest.raises(PrivacyRefused, match="hardly payers"):
        load(tmp_path, HEAD + "".join(f"99213,,1,9,9,2026-01-05,Q{i}x\n" for i in range(1_200)))


# Layouts


def test_gzip_utf16_windows_1252_semicolons_titles_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    text = SMALL.replace("Beta", "Béta")
    plain = sums(load(tmp_path, text))
    for content in (
        gzip.compress(text.encode()),
        text.encode("utf-16"),
        text.encode("cp1252"),
        text.encode("utf-8-sig"),
        text.replace("\n", "\r\n").encode(),
        text.replace("\n", "\r").encode(),
        text.replace('"$1,040.10"', "1040.10").replace(",", ";").encode(),
        ('Claim lines,,,,,,\n"made on\nMonday",,,,,,\n' + text).encode(),
    ):
        assert sums(load(tmp_path, content)) == plain
        assert load(tmp_path, content, block=300).groups == load(tmp_path, content).groups


def test_a_line_break_within_a_cell_keeps_the_numbers_of_rows(tmp_path: Path) -> None:
    text = 'CPT,Paid,Desc\n99213,5.00,"two\nlines"\nx,1,\n'
    for block in (32, 1 << 20):
        found = load(tmp_path, text, block=block)
        assert (found.lines, [b.row for b in found.bad]) == (1, [3])


def test_names_that_differ_in_capitals_are_one_payer(tmp_path: Path) -> None:
    found = load(tmp_path, HEAD + "".join(f"99213,,1,90,1,2026-01-05,{p}\n" for p in ("ACME", "Acme", " Acme ")))
    assert [(g.payer, g.lines) for g in found.groups] == [("Acme", 3)]


# Properties

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["99213", "99214", "70450-26", "J1100"]),
        st.sampled_from(["", "25", "26"]),
        st.decimals("0.5", 40, places=1),
        st.decimals(-500, 5_000, places=2),
        st.dates(date(2024, 1, 1), date(2026, 11, 1)),
        st.sampled_from(["Acme", "Beta", "Gamma"]),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40)
@given(ROWS, st.randoms(use_true_random=False), st.integers(120, 3_000))
def test_order_and_blocks_change_nothing_and_sums_are_exact(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]], shuffle: random.Random, block: int
) -> None:
    folder = tmp_path_factory.mktemp("claims")
    lines = [f"{c},{m},{u},{a},{a},{d},{p}\n" for c, m, u, a, d, p in rows]
    found = load(folder, HEAD + "".join(lines))
    expected: dict[tuple[object, ...], list[Decimal]] = {}
    for code, modifier, units, amount, day, payer in rows:
        bare, _, glued = str(code).partition("-")
        assert isinstance(amount, Decimal)
        assert isinstance(units, Decimal)
        assert isinstance(day, date)
        key = (payer, bare, modifier or glued, day.year, (day.month + 2) // 3)
        into = expected.setdefault(key, [Decimal(), Decimal()])
        into[0] += units.copy_sign(amount) if amount else Decimal()
        into[1] += amount
    assert {g[:5]: [g.units, g.amount] for g in found.groups} == expected
    shuffle.shuffle(lines)
    assert sums(load(folder, HEAD + "".join(lines), block=block)) == sums(found)
    twice = load(folder, HEAD + "".join(lines) * 2)
    assert [(g.units, g.amount) for g in twice.groups] == [(g.units * 2, g.amount * 2) for g in found.groups]


WRITTEN = st.one_of(
    st.decimals(-2_000_000, 2_000_000, places=2).map(str),
    st.decimals(-10_000, 10_000, places=4).map(str),
    st.decimals(0, 99_999, places=2).map(lambda d: f"${d:,}"),
    st.decimals(0, 99_999, places=2).map(lambda d: f"({d})"),
    st.text("0123456789.,-$() eEinfa+x_", max_size=9),
)


@settings(max_examples=60)
@given(st.lists(WRITTEN, min_size=1, max_size=25))
def test_an_amount_among_many_is_read_as_it_is_alone(
    tmp_path_factory: pytest.TempPathFactory, written: list[str]
) -> None:
    """The quick way of whole columns and the rule for one cell agree, whatever else stands in the block."""
    folder = tmp_path_factory.mktemp("claims")
    taken = []
    for cell in written:
        try:
            taken.append(Cells().cents(cell))
        except Misread:
            continue
    rows = "".join(f'99213,"{cell}"\n' for cell in written)
    found = load(folder, "CPT,Paid\n" + rows)
    assert sum((g.amount * 100 for g in found.groups), Decimal()) == sum(taken)
    assert found.lines == len(taken)
    for cell in written:
        alone = load(folder, f'CPT,Paid\n99213,"{cell}"\n99214,1\n')
        try:
            assert sum(g.amount * 100 for g in alone.groups) == Cells().cents(cell) + 100
        except Misread:
            assert alone.lines == 1


# The whole way


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    copy = tmp_path / "case"
    shutil.copytree(COASTAL, copy)
    (copy / "volumes.csv").unlink()
    shutil.rmtree(copy / "schedules")
    rows = "".join(
        f"{code},,{units},{units * fee},{units * fee},2026-0{month}-15,{payer}\n"
        for month in range(1, 10)
        for payer, extra in (("Acme Health", 0), ("Second Mutual", 20))
        for code, units, fee in (("99213", 100, 70 + extra), ("99214", 50, 110 + extra))
    )
    (copy / "claims_2026.csv.gz").write_bytes(gzip.compress((HEAD + rows).encode()))
    return copy


def test_claims_alone_give_comparison_scenarios_and_evidence(case_folder: Path) -> None:
    desk = Desk.for_folders()
    case = desk.load_folder(case_folder, today=TODAY)
    seen: list[tuple[int, int]] = []
    weighed = desk.rates.weigh(
        case, desk.rates.folder(case_folder, case, lambda done, size: seen.append((done, size))), today=TODAY
    )
    (own,) = weighed.comparison.own
    assert own.what == "claims"
    assert [(x.code, int(x.units or 0), str(x.rate)) for x in own.lines] == [
        ("99213", 900, "70.00"), ("99214", 450, "110.00"),
    ]  # fmt: skip
    assert [o.held.payer for o in weighed.comparison.others] == ["Second Mutual"]
    assert {s.name for s in weighed.scenarios} >= {"opening"}
    assert seen[-1][0] == seen[-1][1] > 0


def test_the_command_tells_what_the_claims_say(case_folder: Path, tmp_path: Path) -> None:
    bare = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "PARLEY_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "workflows.cli", "rates", str(case_folder), "--json", "--today", "2026-11-22"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=bare, timeout=120, check=True)
    found = json.loads(run.stdout)
    assert any("claims_2026.csv.gz: 36 lines" in w for w in found["warnings"])
    assert not any("No volumes.csv" in w for w in found["warnings"])
    (case_folder / "claims_copy.csv.gz").write_bytes((case_folder / "claims_2026.csv.gz").read_bytes())
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=bare, timeout=120, check=False)
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert "the same lines as another file" in run.stderr


PEAK = """
import resource, sys
from pathlib import Path
from workflows.adapters.read_claims import claims_head, read_claims
from workflows.rates.claim_cells import Cells
from workflows.rates.claim_columns import recognize_claims
path = Path(sys.argv[1])
head = claims_head(path)
read_claims(path, head, recognize_claims(head.sheet), Cells())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Twenty times the lines (50 MB, and packed) take at most 60 MB more, and stay far below the file held whole."""
    lines = [
        f"{99_200 + i % 90},,{1 + i % 3},{i % 40_000 / 100:.2f},1.00,2026-0{1 + i % 9}-1{i % 9},Payer {i % 7}\n"
        for i in range(60_000)
    ]

    def peak(name: str, times: int) -> int:
        path = tmp_path / name
        with gzip.open(path, "wt", compresslevel=1) if name.endswith("gz") else path.open("w") as file:
            file.write(HEAD)
            for _ in range(times):
                file.writelines(lines)
        run = subprocess.run(
            [sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, cwd=ROOT, timeout=120, check=True
        )
        return int(run.stdout)

    small = peak("small.csv", 1)
    assert peak("large.csv", 20) < small + 60
    assert peak("large.csv.gz", 20) < small + 60
