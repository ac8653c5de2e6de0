"""Fee schedules as people have them: each layout with the fees it must give, every bad row named, hostile files refused."""

import io
import re
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from workflows.adapters.read_schedule import read_sheet
from workflows.adapters.unpack import MOST_BYTES
from workflows.adapters.write_rates import write_csv, write_xlsx
from workflows.domain.errors import PrivacyRefused, Refused
from workflows.domain.rates import Origin, RateSchedule
from workflows.rates import columns, schedules
from workflows.rates.cells import Misread, code_of, dollars, percent_of

CONTRACT = Origin(what="contract", payer="Acme Health Plan")
HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "hostile"
NEVER_SAID = ("Traceback", "Error", "Exception", "0x", "/tmp", "NoneType")


def load(content: str | bytes, name: str = "acme.csv", origin: Origin = CONTRACT) -> RateSchedule:
    sheet = read_sheet(content.encode() if isinstance(content, str) else content, name)
    return schedules.read_schedule(sheet, columns.recognize(sheet), origin)


def fees(schedule: RateSchedule) -> list[tuple[object, ...]]:
    """(code, modifier, setting, dollars) in the order of the file."""
    return [(x.code, x.modifier, x.setting or "", str(x.rate)) for x in schedule.lines]


def workbook(rows: Sequence[Sequence[object]], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for place, shape in (formats or {}).items():
        sheet[place].number_format = shape
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Layouts. Each expected fee is read off the text by hand; where zeros, cents or settings are mended, the comment says so.

LAYOUTS: dict[str, tuple[str | bytes, list[tuple[object, ...]]]] = {
    "plain": (
        "CPT,Fee\n99213,92.10\n99214,131\n",
        # 131 is whole dollars: $131.00
        [("99213", "", "", "92.10"), ("99214", "", "", "131.00")],
    ),
    "title rows, byte-order mark, dollar signs, thousands commas": (
        "\ufeffAcme Health Plan,,\nProfessional fee schedule,,\n\nProcedure Code,Description,Allowed Amount\n"
        '99213,Office visit,$92.10\n27447,Knee,"$1,410.55"\n',
        # "$1,410.55" is one thousand four hundred ten dollars and 55 cents
        [("99213", "", "", "92.10"), ("27447", "", "", "1410.55")],
    ),
    "code glued to its description": (
        "Code;Rate\n99213 - Office visit;92.10\n99214OFFICE VISIT;131.20\nCPT 93000;14.10\n",
        [("99213", "", "", "92.10"), ("99214", "", "", "131.20"), ("93000", "", "", "14.10")],
    ),
    "code glued to its modifier": (
        "HCPCS,Price\n70450-26,40.10\n70450TC,71.00\n70450 26,40.10\n93306-TC Echo,99.00\n",
        # the third row repeats the first exactly, so it is one fee
        [("70450", "26", "", "40.10"), ("70450", "TC", "", "71.00"), ("93306", "TC", "", "99.00")],
    ),
    "lost leading zeros": (
        "code,fee\n100,61.00\n0001A,40.00\n42T,55.00\n1999,60.00\n",
        # 100 was 00100, 42T was 0042T, 1999 was 01999
        [("00100", "", "", "61.00"), ("0001A", "", "", "40.00"), ("0042T", "", "", "55.00"), ("01999", "", "", "60.00")],
    ),
    "modifier column": (
        "CPT,Mod,Fee\n70450,,111.10\n70450,26,40.10\n70450,TC,71.00\n70450,00,111.10\n",
        # 00 means no modifier: the last row repeats the first
        [("70450", "", "", "111.10"), ("70450", "26", "", "40.10"), ("70450", "TC", "", "71.00")],
    ),
    "place of service": (
        "CPT,POS,Rate\n99213,11,92.10\n99213,22,70.30\n99213,24,70.30\n",
        # CMS pays places 22 and 24 (outpatient hospital, surgery center) at the facility rate: rows 3 and 4 say the same
        [("99213", "", "office", "92.10"), ("99213", "", "facility", "70.30")],
    ),
    "office and facility columns": (
        "CPT Code\tNon-Facility Fee\tFacility Fee\n99213\t92.10\t70.30\n99221\t\t150.00\n",
        # 99221 has no office price: one fee only
        [("99213", "", "office", "92.10"), ("99213", "", "facility", "70.30"), ("99221", "", "facility", "150.00")],
    ),
    "three prices a row": (
        "HCPCS|Global|Professional (26)|Technical (TC)\n70450|111.10|40.10|71.00\n",
        # 40.10 + 71.00 = 111.10
        [("70450", "", "", "111.10"), ("70450", "26", "", "40.10"), ("70450", "TC", "", "71.00")],
    ),
    "no heading": ("99213,92.10\n99214,131.20\n", [("99213", "", "", "92.10"), ("99214", "", "", "131.20")]),
    "two years of fees": (
        "CPT,2024 Rate,2026 Rate\n99213,88.00,92.10\n",
        # the later year is the fee; the other column is set aside and named
        [("99213", "", "", "92.10")],
    ),
    "utf-16": ("CPT\tFee\n99213\t92.10\n".encode("utf-16"), [("99213", "", "", "92.10")]),
    "windows-1252": ("CPT,Description,Fee\n99213,caf\u00e9,92.10\n".encode("cp1252"), [("99213", "", "", "92.10")]),
    "old Mac line ends": ("CPT,Fee\r99213,92.10\r", [("99213", "", "", "92.10")]),
    "Windows line ends": ("CPT,Fee\r\n99213,92.10\r\n", [("99213", "", "", "92.10")]),
    "heading repeated on a second page": (
        "CPT,Fee\n99213,92.10\n\nCPT,Fee\n99214,131.20\n",
        [("99213", "", "", "92.10"), ("99214", "", "", "131.20")],
    ),
    "workbook with numbers, days and zeros by format": (
        workbook(
            [["Acme"], ["CPT", "Rate", "Effective"], [99213, 92.1, date(2024, 1, 1)], [100, 61, date(2024, 1, 1)]],
            {"A4": "00000"},
        ),
        # 92.1 is $92.10; 100 shown as 00100 is that code
        [("99213", "", "", "92.10"), ("00100", "", "", "61.00")],
    ),
    "workbook with binary remains": (
        workbook([["CPT", "Fee"], [99213, 97.42999999999999], [99214, 0.1 + 0.2]]),
        # 97.42999999999999 was typed as 97.43; 0.30000000000000004 as 0.30
        [("99213", "", "", "97.43"), ("99214", "", "", "0.30")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_gives_its_fees(layout: str) -> None:
    content, expected = LAYOUTS[layout]
    found = load(content, "acme.xlsx" if content[:2] == b"PK" else "acme.csv")
    assert fees(found) == expected
    assert not found.bad


@pytest.mark.parametrize(
    "layout",
    ["title rows, byte-order mark, dollar signs, thousands commas", "lost leading zeros", "three prices a row"],
)
def test_each_layout_gives_the_same_fees_as_a_workbook(layout: str) -> None:
    """All cells as text, as a copy from a CSV opens: "$1,410.55" is text there too."""
    content, expected = LAYOUTS[layout]
    sheet = read_sheet(content.encode() if isinstance(content, str) else content, "acme.csv")
    assert fees(load(workbook(sheet.rows), "acme.xlsx")) == expected


def test_effective_and_end_dates_choose_the_fee_of_the_day() -> None:
    """On November 22, 2026 the first row has ended (December 31, 2024), the second holds, the third begins in 2027."""
    found = load(
        "CPT,Fee,Effective Date,Term Date\n99213,88,1/1/2024,12/31/2024\n99213,92.10,2025-01-01,\n"
        '99213,95,"Jan 1, 2027",12/31/9999\n'
    )
    held, outside = schedules.in_force(found, date(2026, 11, 22))
    assert [str(x.rate) for x in held] == ["92.10"]
    assert [o.split(": ")[1] for o in outside] == ["99213 ended on 2024-12-31.", "99213 begins on 2027-01-01."]


PERCENTS = {
    "title over a list of codes": ("125% of 2019 Medicare,\nCode\n99213\n99214\n", [("99213", "99213", "125", 2019), ("99214", "99214", "125", 2019), ("00000", "ZZZZZ", "125", 2019)]),
    "current Medicare in the title": ("All codes at 110% of the current Medicare fee schedule,\nCode\n99213\n", [("99213", "99213", "110", None), ("00000", "ZZZZZ", "110", None)]),
    "ranges, ratios and the rest": (
        "CPT Range,% of 2025 Medicare\n99202-99499,125%\n70010 to 79999,1.10\nAll other codes,105\n",
        # 1.10 without a sign is the ratio of 110%
        [("99202", "99499", "125", 2025), ("70010", "79999", "110", 2025), ("00000", "ZZZZZ", "105", 2025)],
    ),
    "percent in the fee column": ("CPT,Fee\n99213,118% of 2024 Medicare\n", [("99213", "99213", "118", 2024)]),
}  # fmt: skip


@pytest.mark.parametrize("layout", PERCENTS)
def test_percents_of_medicare_are_read_with_their_year(layout: str) -> None:
    content, expected = PERCENTS[layout]
    assert [(t.low, t.high, f"{t.percent.normalize():f}", t.year) for t in load(content).percents] == expected


def test_a_percent_format_in_a_workbook_is_a_percent() -> None:
    found = load(workbook([["CPT", "Percent of Medicare"], [99213, 1.25], [99214, 1.1]], {"B2": "0%", "B3": "0.0%"}))
    assert [str(t.percent) for t in found.percents] == ["125", "110"]


def test_the_sheets_that_were_not_read_are_named() -> None:
    book = Workbook()
    book.active.title = "Hidden"  # type: ignore[union-attr]
    book.active.sheet_state = "hidden"  # type: ignore[union-attr]
    fees_sheet = book.create_sheet("Fees")
    for row in (["CPT", "Fee"], [99213, 92.1]):
        fees_sheet.append(row)
    book.create_sheet("Drugs")
    out = io.BytesIO()
    book.save(out)
    found = load(out.getvalue())
    assert fees(found) == [("99213", "", "", "92.10")]
    assert found.notes == ("Only the sheet 'Fees' was read; left aside: 'Hidden', 'Drugs'.",)


# Bad rows

BAD = """\
CPT,Fee
99213,92.10
visit,50
99214,"97,43"
99215,(12.00)
9921,10
992133,10
99204,BR
99205,0.00
99203,n/a
99202,"2,000,000"
G0439,one hundred
99211,-5
E+99,4
"""
WHY = {
    3: "'visit' is not a procedure code",
    4: "'97,43' may be $97.43 or $9743",
    5: "is negative",
    6: "'9921' is not a procedure code",
    7: "too many digits",
    8: "priced by another rule",
    9: "the fee is $0",
    10: "no price",
    11: "above $1,000,000",
    12: "is not an amount",
    13: "is negative",
    14: "is not a procedure code",
}


def test_every_row_is_taken_or_named_with_its_number_and_reason() -> None:
    found = load(BAD)
    assert {b.row: b.why for b in found.bad}.keys() == WHY.keys()
    for bad in found.bad:
        assert WHY[bad.row] in bad.why
    assert [(x.row, x.code) for x in found.lines] == [(2, "99213")]


def test_a_percent_of_charges_is_not_a_percent_of_medicare() -> None:
    found = load("CPT,Fee\n99213,92.10\n99214,65% of charges\n99215,65%\n99205,85% of AWP\n99204,110% of Medicare\n")
    assert [(b.row, b.why) for b in found.bad] == [
        (3, "'65% of charges' does not say of what; write it as a percent of Medicare"),
        (4, "'65%' does not say of what; write it as a percent of Medicare"),
        (5, "'85% of AWP' does not say of what; write it as a percent of Medicare"),
    ]
    assert [(t.low, str(t.percent)) for t in found.percents] == [("99204", "110")]
    with pytest.raises(Refused, match="something else than Medicare"):
        load("CPT,% of Medicare\n99213,65% of billed charges\n")


def test_a_row_with_one_bad_price_is_not_taken_at_all() -> None:
    found = load("CPT,Office,Facility\n99213,92.10,(70)\n99214,131.20,100.00\n")
    assert [b.row for b in found.bad] == [2]
    assert [x.row for x in found.lines] == [3, 3]


def test_two_prices_for_one_code_are_both_named_and_neither_is_used() -> None:
    found = load("CPT,Fee\n99213,92.10\n99213,93.10\n99214,131\n")
    assert fees(found) == [("99214", "", "", "131.00")]
    assert [(b.row, "none is used" in b.why) for b in found.bad] == [(2, True), (3, True)]


def test_a_file_without_codes_or_prices_says_what_to_do() -> None:
    with pytest.raises(Refused, match="no column of procedure codes"):
        load("name,age\nx,1\n")
    with pytest.raises(Refused, match=r"no row with a code and a price: row 2: 'foo' is not a procedure code"):
        load("CPT,Fee\nfoo,92\n")


# What a file is


@pytest.mark.parametrize(
    "name", ["other_practice_aetna.csv", "competitor rates.csv", "colleague's group fees.csv", "neighboring_clinic.csv"]
)
def test_another_practice_s_rates_are_refused_with_the_lawful_way(name: str) -> None:
    with pytest.raises(Refused, match=r"another practice's rates.*transparency file"):
        load("CPT,Fee\n99213,92.10\n", name)


def test_another_practice_in_the_title_is_refused_and_another_payer_is_not() -> None:
    with pytest.raises(Refused, match="another practice"):
        load("Rates of a colleague's practice,\nCPT,Fee\n99213,92.10\n")
    assert load("CPT,Fee\n99213,92.10\n", "other_payer_two.csv").lines


def test_a_published_file_needs_its_date() -> None:
    with pytest.raises(ValueError, match="needs its date"):
        Origin(what="published", payer="Acme")
    assert Origin(what="published", payer="Acme", dated=date(2026, 9, 1), url="https://acme.example/mrf").dated


@pytest.mark.parametrize("heading", ["Patient Name", "Member ID", "DOB", "SSN", "MRN", "Subscriber"])
def test_columns_about_patients_are_refused(heading: str) -> None:
    with pytest.raises(PrivacyRefused, match="about patients"):
        load(f"CPT,Paid,{heading}\n99213,92.10,x\n")


# The mapping


def test_the_mapping_is_given_back_and_can_be_changed() -> None:
    sheet = read_sheet(b"CPT,Old,Allowed\n99213,88.00,92.10\n", "acme.csv")
    mapping = columns.recognize(sheet)
    assert [(c.heading, c.meaning) for c in mapping.columns] == [
        ("CPT", "code"),
        ("Old", "set_aside"),
        ("Allowed", "rate"),
    ]
    assert mapping.columns[2].sample == "92.10"
    changed = mapping.changed(1, "rate")
    assert [c.meaning for c in changed.columns] == ["code", "rate", "set_aside"]
    assert fees(schedules.read_schedule(sheet, changed, CONTRACT)) == [("99213", "", "", "88.00")]


HEADINGS = {
    "code": ["CPT", "CPT/HCPCS", "Proc Code", "ProcedureCode", "SERVICE_CODE", "Billing Code", "Code", "Procedure"],
    "modifier": ["Mod", "Modifier", "MOD1", "Modifier Code"],
    "rate": ["Allowed", "Contracted Rate", "2026 Allowed Amt", "Fee Schedule Amount", "Payment Rate", "Max Fee", "Unit Price", "Professional Fee", "Plan Allowed", "Health Plan Rate", "Effective Rate"],
    "office_rate": ["Non-Facility Fee", "NonFacility", "NF Fee", "Office", "Non Fac Price"],
    "facility_rate": ["Facility Fee", "Fac $", "Facility", "Hospital"],
    "professional_rate": ["26", "Professional (26)", "Professional Component", "PC"],
    "technical_rate": ["TC", "Technical", "Technical Component"],
    "percent": ["% of Medicare", "Medicare %", "Pct of 2024 MCR", "Percent", "Medicare Multiplier"],
    "medicare": ["Medicare Fee", "MCR Allowable", "CMS 2026", "Medicare"],
    "effective": ["Eff Date", "Eff. Date", "Effective Date", "Start Date", "Effective"],
    "ends": ["Term Date", "Termination Date", "End Date", "Expires", "Thru Date"],
    "place": ["POS", "Place of Service", "Setting", "Fac/NonFac"],
    "charge": ["Charge", "Billed Amount", "Our Charges", "UCR"],
    "units": ["Units", "Annual Volume", "units_12m", "Qty", "Count", "Frequency"],
    "payer": ["Payer", "Payor", "Health Plan", "Plan Name", "Insurance"],
    "set_aside": ["Description", "Code Description", "Long Name", "Rev Code", "Dx Code", "Total RVU", "Specialty", "Notes", "NPI", "Plan Code", "Facility Name"],
}  # fmt: skip


@pytest.mark.parametrize(("meaning", "heading"), [(m, h) for m, all_ in HEADINGS.items() for h in all_])
def test_headings_are_told_by_what_people_write(meaning: str, heading: str) -> None:
    assert columns.meaning_of(heading) == meaning


def test_professional_beside_technical_is_the_part_with_modifier_26() -> None:
    found = load("CPT,Professional Fee,Technical Fee\n70450,40.10,71.00\n")
    assert fees(found) == [("70450", "26", "", "40.10"), ("70450", "TC", "", "71.00")]


def test_a_medicare_column_is_kept_to_be_checked_and_is_never_the_fee() -> None:
    (line,) = load("CPT,Medicare Fee,% of Medicare,Our Fee\n99213,$87.79,102.5%,90\n").lines
    assert (line.rate, line.printed_medicare, line.printed_percent) == (
        Decimal("90.00"),
        Decimal("87.79"),
        Decimal("102.5"),
    )


def test_a_second_column_that_could_be_the_fee_is_named() -> None:
    found = load("CPT,Rate 2024,Rate 2026\n99213,88,92.10\n")
    assert found.notes == ("Two columns could be the fee: 'Rate 2026' is used, 'Rate 2024' is set aside.",)


# Properties

code_texts = st.from_regex(r"[1-9][0-9]{4}", fullmatch=True)
amounts = st.decimals(min_value="0.01", max_value="99999.99", places=2)


@given(st.dictionaries(code_texts, amounts, min_size=1, max_size=30), st.randoms())
@settings(max_examples=60)
def test_the_order_of_rows_changes_nothing_but_their_order(prices: dict[str, Decimal], random: "object") -> None:
    rows = [f"{code},{fee}" for code, fee in prices.items()]
    shuffled = rows[:]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (load("CPT,Fee\n" + "\n".join(r)) for r in (rows, shuffled))
    assert sorted(fees(one)) == sorted(fees(other)) == sorted((c, "", "", str(f)) for c, f in prices.items())


@given(st.dictionaries(st.tuples(code_texts, st.sampled_from(["", "26", "TC"])), amounts, min_size=1, max_size=12))
@settings(max_examples=40)
def test_fees_written_to_a_file_come_back_to_the_cent(prices: dict[tuple[str, str], Decimal]) -> None:
    rows: list[list[str | Decimal | int | None]] = [[code, modifier, fee] for (code, modifier), fee in prices.items()]
    found = load(write_csv(["CPT", "Modifier", "Fee"], rows))
    assert fees(found) == [(code, modifier, "", str(fee)) for (code, modifier), fee in prices.items()]


@given(amounts)
def test_dollars_survive_every_way_of_writing_them(amount: Decimal) -> None:
    for text in (f"{amount}", f"${amount}", f"${amount:,}", f" $ {amount:,} ", f"{amount} USD", f"USD {amount}"):
        assert dollars(text) == amount, text


@given(st.text(max_size=30))
def test_any_cell_is_a_value_or_a_misread(text: str) -> None:
    for read in (code_of, dollars, percent_of):
        with suppress(Misread):
            read(text)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=12), min_size=1, max_size=5),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=60)
def test_any_table_ends_in_a_schedule_or_one_sentence(rows: list[list[str]]) -> None:
    content = write_csv(rows[0], rows[1:])
    with suppress(Refused):
        load(content)


# Exports

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1+1",
    "＝1+1",
    "'quoted",
    "=cmd|' /C calc'!A0",
    "plain",
    "-5.00",
]


def test_no_text_becomes_a_formula_and_numbers_stay_numbers() -> None:
    rows: list[list[str | Decimal | int | None]] = [[text, Decimal("-5.25")] for text in FORMULAS]
    lines = write_csv(["Payer", "Dollars"], rows).decode("utf-8-sig").split("\r\n")
    assert all(line.endswith(",-5.25") or line.endswith("Dollars") for line in lines if line)
    assert not [line for line in lines if re.match(r'"?\s*[=+\-@＝]', line)]
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(write_xlsx(["Payer", "Dollars"], rows, "x"))).active
    assert sheet is not None
    cells = list(sheet.iter_rows(min_row=2))
    assert {c[0].data_type for c in cells} == {"s"}
    assert {(c[1].data_type, c[1].value) for c in cells} == {("n", -5.25)}


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20))
@settings(max_examples=40)
def test_text_comes_back_as_it_was_from_a_csv(text: str) -> None:
    assert read_sheet(write_csv(["a"], [[text], ["end"]]), "x.csv").rows[1] == (text,)


def test_text_comes_back_as_it_was_from_a_workbook() -> None:
    texts = [t.strip() for t in FORMULAS]
    rows = read_sheet(write_xlsx(["a"], [[t] for t in texts], "x"), "x.xlsx").rows
    assert [r[0] for r in rows[1:]] == texts


# Hostile files

FILES = (
    sorted(p for kind in ("office", "archive", "csv", "json", "strings", "pdf") for p in (HOSTILE / kind).glob("*"))
    if HOSTILE.is_dir()
    else []
)


@pytest.mark.skipif(not FILES, reason="the hostile files are not on this machine")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name[-40:])
def test_a_hostile_file_ends_in_one_sentence(path: Path) -> None:
    with pytest.raises(Refused) as refused:
        load(path.read_bytes(), path.name)
    said = str(refused.value)
    assert "\n" not in said
    assert len(said) < 400
    assert not any(word in said for word in NEVER_SAID), said


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def sheet_xml(body: bytes) -> dict[str, bytes]:
    parts = {}
    with zipfile.ZipFile(io.BytesIO(workbook([["CPT", "Fee"], [99213, 1]]))) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return parts | {"xl/worksheets/sheet1.xml": head + body + b"</sheetData></worksheet>"}


MADE: dict[str, tuple[bytes, str]] = {
    "a zip bomb in a workbook": (zipped(sheet_xml(b"<row>" + b" " * 60_000_000 + b"</row>")), "hundred times"),
    "a million rows": (zipped(sheet_xml(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')), "1,000,000 cells|has no"),
    "a cell far to the right": (zipped(sheet_xml(b'<row r="1"><c r="XFD1"><v>1</v></c></row>' * 70)), "cells|has no"),
    "a DTD in a sheet": (zipped(sheet_xml(b"") | {"xl/workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'}), "damaged|entities"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file"),
    "too many bytes": (b"CPT,Fee\n" + b"99213,1\n" * 1_300_000, "10 MB are read"),
    "too many cells": (b"," * 1_000_001, "1,000,000 cells"),
    "an open quotation mark": (b'CPT,Fee\n"99213,1\n' + b"99214,2\n" * 2000, "quotation mark may be open"),
    "nothing": (b"", "is empty"),
    "only separators": (b",,,\n,,,\n", "no filled cell"),
    "a plain zip": (zipped({"a.csv": b"CPT,Fee\n99213,1\n"}), "is a zip"),
}  # fmt: skip


@pytest.mark.parametrize("what", MADE)
def test_a_made_bomb_or_broken_file_ends_in_one_sentence(what: str) -> None:
    content, reason = MADE[what]
    with pytest.raises(Refused, match=reason) as refused:
        load(content, "acme.xlsx")
    assert not any(word in str(refused.value) for word in NEVER_SAID)
    assert len(content) < MOST_BYTES + 1_000_000


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "a\0b.csv", "x" * 300 + ".csv", "\u202egpj.csv", "C:\\temp\\acme.csv"]
)
def test_a_hostile_name_is_only_a_name(name: str) -> None:
    found = load("CPT,Fee\n99213,92.10\n", name)
    assert not set("/\\\0") & set(found.name)
    assert len(found.name) <= 120
