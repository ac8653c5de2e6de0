"""CMS's own files as users download them: every layout gives the same values, and what is not whole is refused."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import build_medicare_tables as builder
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.adapters.cms_files import read_cms
from workflows.adapters.loaded_tables import LoadedMedicareTables
from workflows.domain.cms import CmsFiles, GpciFile, RvuFile
from workflows.domain.errors import Refused
from workflows.rates import medicare

if not builder.CMS_FILES.is_dir():
    pytest.skip("the CMS files are not on this machine", allow_module_level=True)

SOURCE = builder.CMS_FILES
FACTORS = LoadedMedicareTables(Path("nowhere")).known_factors
PLACES = LoadedMedicareTables(Path("nowhere")).shipped_places
CSV_2025 = gzip.decompress((SOURCE / builder.RVU_FILES[2025]).read_bytes()).decode()
CSV_2026 = gzip.decompress((SOURCE / builder.RVU_FILES[2026]).read_bytes()).decode()
# Three rows of the text file of RVU25A as CMS ships it, the descriptor blanked: an ultrasound with a technical part
# whose facility amount is NA, and the imaging cap at the end of the line.
CMS_LINES = """\
HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT
76536                                                    A   0.56   2.67     2.67NA  0.05   3.28  3.281XXX.00.00.0000000             32.3465 090 99      3.47   3.47   0.06
76536TC                                                  A   0.00   2.46     2.46NA  0.02   2.48  2.481XXX.00.00.0000000             32.3465 010 99      3.26   3.26   0.03
7653626                                                  A   0.56   0.21     0.21    0.03   0.80  0.801XXX.00.00.0000000             32.3465 090 99      0.00   0.00   0.00
"""


def read(content: bytes, name: str) -> CmsFiles:
    return read_cms(content, name, factors=FACTORS, places=PLACES)


def rvu(content: bytes, name: str) -> RvuFile:
    return read(content, name).rvus[0]


def gpci(name: str) -> GpciFile:
    return read((SOURCE / name).read_bytes(), name).gpcis[0]


def fixed_width(text: str, factor: str) -> bytes:
    """A CSV of CMS's as the text file of the same release: the layout of CMS_LINES."""
    rows = list(csv.reader(io.StringIO(text)))
    start = next(i for i, row in enumerate(rows) if row and row[0] == "HCPCS")
    lines = ["HDR CPT CODES AND DESCRIPTIONS ONLY ARE COPYRIGHT"]
    for row in rows[start + 1 :]:
        code, mod, _, status, _, work, office, office_na, facility, facility_na, mp, total, facility_total = row[:13]
        head = f"{code:5}{mod:2}{'':50}{status:1} {work:>6}{office:>7}{office_na:2}{facility:>7}{facility_na:2}{mp:>6}"
        cap = "".join(f"{cell:>7}" for cell in row[-3:])
        lines.append(f"{head}{total:>7}{facility_total:>6}0XXX.00.00.0000000             {factor} 090 99   {cap}")
    return "\n".join(lines).encode()


def without_modifier_rows_of(text: str, code: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(f"{code},"))


@pytest.fixture(scope="module")
def years() -> dict[int, RvuFile]:
    return {
        2025: rvu(CSV_2025.encode(), "PPRRVU2025_Oct.csv"),
        2026: rvu(CSV_2026.encode(), "PPRRVU2026_Jul_nonQPP.csv"),
    }


# Every layout


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_csv_gives_the_rows_that_ship(years: dict[int, RvuFile], year: int) -> None:
    shipped = gzip.decompress((builder.SHIPPED / f"rvu_{year}.csv.gz").read_bytes()).decode().splitlines()[1:]
    assert sorted(",".join(row) for row in years[year].rows) == sorted(shipped)


@pytest.mark.parametrize(("year", "factor"), [(2025, "32.3465"), (2026, "33.4009")])
def test_fixed_width_gives_the_rows_of_the_csv(years: dict[int, RvuFile], year: int, factor: str) -> None:
    text = {2025: CSV_2025, 2026: CSV_2026}[year]
    found = rvu(fixed_width(text, factor), f"PPRRVU{year}_Jan.txt")
    assert found.rows == years[year].rows
    assert (found.year, found.factor) == (year, Decimal(factor))


def test_the_generated_text_file_is_laid_out_as_cms_lays_it_out() -> None:
    ours = {line[:7]: line for line in fixed_width(CSV_2025, "32.3465").decode().splitlines()}
    for line in CMS_LINES.splitlines()[1:]:
        mine = ours[line[:7]]
        assert [mine[a:b].strip() == "" for a, b in ((57, 58), (59, 65), (65, 72), (74, 81), (83, 89))] == [False] * 5
        assert [len(mine), mine.index("32.3465")] == [len(line), line.index("32.3465")]
        for low, high in ((59, 65), (65, 72), (83, 89), (89, 96), (96, 102)):
            assert mine[low:high].index(".") == line[low:high].index("."), (low, high)


def test_the_zip_as_cms_ships_it_gives_values_and_localities(years: dict[int, RvuFile]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("RVU26C/PPRRVU2026_Jul_nonQPP.csv", CSV_2026)
        archive.writestr("RVU26C/PPRRVU2026_Jul_nonQPP.txt", fixed_width(CSV_2026, "33.4009"))
        archive.writestr("../../GPCI2026.csv", (SOURCE / "GPCI2026.csv").read_bytes())
        archive.writestr("RVU26C/RVU26C.pdf", b"%PDF-1.7")
    found = read(packed.getvalue(), "rvu26c.zip")
    assert [r.rows for r in found.rvus] == [years[2026].rows]
    assert [len(g.rows) for g in found.gpcis] == [109]
    assert "RVU26C.pdf" in found.passed_over


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_gpci_files_give_the_indices_that_ship(year: int) -> None:
    found = gpci(f"GPCI{year}.csv")
    tables = LoadedMedicareTables(Path("nowhere"))
    for carrier, number, _, _, work, pe, mp in found.rows:
        shipped = tables.locality(year, f"{carrier}-{number}")
        assert shipped
        assert (shipped.work_gpci, shipped.pe_gpci, shipped.mp_gpci) == (Decimal(work), Decimal(pe), Decimal(mp))


def test_a_fixed_width_gpci_file_gives_the_indices_of_the_csv() -> None:
    rows = gpci("GPCI2025.csv").rows
    lines = [
        "ADDENDUM E. FINAL CY 2025",
        "",
        "Medicare Admi State  Locality   Locality Name   2025 PW GPCI2025 PE GPCI",
    ]
    lines += [f"{r[0]:16}{r[2]:8}{r[1]:5}{r[3].upper():92}{r[4]:12}{r[5]:12}{r[6]}" for r in rows]
    found = read("\n".join(lines).encode(), "GPCI2025.txt").gpcis[0]
    assert [(r[0], r[1], r[4], r[5], r[6]) for r in found.rows] == [(r[0], r[1], r[4], r[5], r[6]) for r in rows]


# The lines above the rows of PPRRVU22_JAN.csv and PPRRVU23_JAN.csv as CMS ships them; only year, day and factor differ.
HEAD_2022 = """\
,,2022 National Physician Fee Schedule Relative Value File January Release,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,,CPT codes and descriptions only are copyright 2021 American Medical Association.  All Rights Reserved.  Applicable FARS/DFARS Apply. ,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,, ,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,,RELEASED 12/15/2021,,,,,,,,,,,,,,,,,,,,,,,,,,,,
,, , ,,,,,,,,,,,,,,,,,,,,,,,,,NON-FACILITY,FACILITY,
,,,,NOT USED,,,,,,,,,,,,,,,,,,,,,PHYSICIAN,,DIAGNOSTIC,PE USED,PE USED,MP USED
,,,,FOR,,,NON-FAC,,FACILITY ,,,,,,,,,,,,,,,,SUPERVISION OF,,IMAGING,FOR OPPS,FOR OPPS,FOR OPPS
,,,STATUS,MEDICARE ,WORK,NON-FAC,NA,FACILITY,NA,MP,NON-FACILITY,FACILITY,PCTC,GLOB,PRE,INTRA,POST,MULT,BILAT,ASST,CO-,TEAM,ENDO,CONV,DIAGNOSTIC,CALCULATION,FAMILY,PAYMENT,PAYMENT,PAYMENT
HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL,TOTAL,IND,DAYS,OP,OP,OP,PROC,SURG,SURG,SURG,SURG,BASE,FACTOR,PROCEDURES,FLAG,INDICATOR,AMOUNT,AMOUNT,AMOUNT
"""  # fmt: skip


@pytest.mark.parametrize(("year", "factor"), [(2022, "34.6062"), (2023, "33.8872")])
def test_the_headings_of_2022_and_2023_are_read(years: dict[int, RvuFile], year: int, factor: str) -> None:
    """The rows are those of 2025: what is tested is that each column is found under the headings of that year."""
    lines = CSV_2025.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("HCPCS"))
    rows = "\n".join(lines[start + 1 :]).replace("32.3465", factor)
    found = rvu((HEAD_2022.replace("2022 National", f"{year} National") + rows).encode(), f"PPRRVU{year % 100}_JAN.csv")
    assert (found.year, found.factor, found.released) == (year, Decimal(factor), "12/15/2021")
    assert found.rows == years[2025].rows


def test_the_indices_of_2022_without_leading_zeros_are_read() -> None:
    """CMS's file of 2022 as it is: carrier 2102 is 02102, locality 1 is 01, an index of 1 is 1.000."""
    content = (Path(__file__).parent / "medicare/GPCI2022.csv").read_bytes()
    found = read(content, "GPCI2022.csv").gpcis[0]
    assert (found.year, len(found.rows), found.floored) == (2022, 112, True)
    rows = {f"{r[0]}-{r[1]}": r[4:] for r in found.rows}
    assert rows["02102-01"] == ("1.500", "1.118", "0.614")  # Alaska
    assert rows["01112-05"] == ("1.077", "1.329", "0.458")  # San Francisco
    assert rows["10112-00"] == ("1.000", "0.888", "0.921")  # Alabama


def test_a_placeholder_code_of_cms_does_not_stop_the_file(years: dict[int, RvuFile]) -> None:
    assert any(row[0] == "GXXX1" for row in years[2026].rows)


# What is refused

EDITS: dict[str, tuple[Callable[[str], str], str]] = {
    "cut off": (lambda t: "\n".join(t.splitlines()[:2000]), "rows; CMS's relative value file of a year has about 19,000"),
    "a total that does not add up": (lambda t: t.replace("99213,,,A,,1.30,1.35", "99213,,,A,,1.31,1.35"), "do not add up"),
    "another year's factor": (lambda t: t.replace("32.3465", "33.4009"), "says it is of 2025 but carries the conversion factor 33.4009, that of 2026"),
    "two factors": (lambda t: t.replace("32.3465", "33.4009", 1), "2 conversion factors"),
    "a code twice": (lambda t: t + "\n" + next(x for x in t.splitlines() if x.startswith("99213,")), "has 99213 twice"),
    "a word for a number": (lambda t: t.replace("99213,,,A,,1.30", "99213,,,A,,n/a"), "is not a number"),
    "no work column": (lambda t: t.replace("STATUS,MEDICARE ,WORK", "STATUS,MEDICARE ,HOURS"), "lacks the column"),
}  # fmt: skip


@pytest.mark.parametrize("what", EDITS)
def test_a_relative_value_file_that_is_not_whole_is_refused_with_the_reason(what: str) -> None:
    change, reason = EDITS[what]
    changed = change(CSV_2025)
    assert changed != CSV_2025
    with pytest.raises(Refused, match=reason):
        read(changed.encode(), "PPRRVU2025_Oct.csv")


def test_a_gpci_file_with_an_invented_locality_or_a_wrong_count_is_refused() -> None:
    text = (SOURCE / "GPCI2025.csv").read_text()
    with pytest.raises(Refused, match="has the locality 99999-01, which Medicare does not have"):
        read(text.replace("10112,AL,00", "99999,AL,01").encode(), "GPCI2025.csv")
    with pytest.raises(Refused, match="has 108 localities; 2025 has 109"):
        read("\n".join(x for x in text.splitlines() if not x.startswith("10112")).encode(), "GPCI2025.csv")
    with pytest.raises(Refused, match="a locality twice"):
        read(text.replace("02102,AK,01", "10112,AK,00").encode(), "GPCI2025.csv")


@pytest.mark.parametrize("name", ["ANES2025.csv", "25LOCCO.csv", "conversion_factors.csv", "SOURCE.md"])
def test_another_file_of_the_folder_is_not_taken_for_relative_values(name: str) -> None:
    with pytest.raises(Refused, match="not CMS's relative value file"):
        read((SOURCE / name).read_bytes(), name)


def test_the_derived_file_of_2024_is_not_taken_for_cms_s_own() -> None:
    with pytest.raises(Refused, match="lacks the column"):
        read((SOURCE / builder.RVU_FILE_2024).read_bytes(), builder.RVU_FILE_2024)


def test_the_factor_of_2023_before_congress_raised_it_is_refused() -> None:
    text = CSV_2025.replace("2025 National", "2023 National").replace("32.3465", "33.0607")
    with pytest.raises(Refused, match=r"2023 has 33\.8872"):
        read(text.encode(), "PPRRVU23_JAN.csv")


@given(st.binary(max_size=400))
def test_no_bytes_end_in_anything_but_a_refusal(content: bytes) -> None:
    with pytest.raises(Refused):
        read(content, "PPRRVU2026.csv")


def test_a_bomb_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("PPRRVU2026_Jul.csv", b"0" * 20_000_000)
    with pytest.raises(Refused, match="hundred times"):
        read(packed.getvalue(), "rvu26c.zip")
    with pytest.raises(Refused, match="hundred times"):
        read(gzip.compress(b"0" * 9_000_000), "PPRRVU2026.csv.gz")


# Loaded years price


def test_a_loaded_year_prices_like_the_shipped_one_and_an_earlier_year_becomes_available(tmp_path: Path) -> None:
    """The 2025 files as if they were 2022's, with 2022's factor: 99213 in Alabama is then (1.30 x 1.000 + 1.35 x 0.869
    + 0.10 x 0.575) x 34.6062 = (1.30 + 1.17315 + 0.0575) x 34.6062 = 2.53065 x 34.6062 = 87.576... = $87.58."""
    tables = LoadedMedicareTables(tmp_path)
    with pytest.raises(Refused, match="no Medicare fee schedule for 2022"):
        medicare.price(tables, "99213", zip_code="35203", year=2022)
    text = CSV_2025.replace("2025 National", "2022 National").replace("32.3465", "34.6062")
    read_2022 = rvu(text.encode(), "PPRRVU22_JAN.csv")
    indices = gpci("GPCI2025.csv").model_copy(update={"year": 2022})
    tables.keep(CmsFiles(rvus=(read_2022,), gpcis=(indices,)))
    again = LoadedMedicareTables(tmp_path)  # as another process finds it
    for one in (tables, again):
        assert medicare.price(one, "99213", zip_code="35203", year=2022).amount == Decimal("87.58")
        assert medicare.price(one, "99213", zip_code="35203", year=2025).amount == Decimal("81.86")


def test_a_loaded_2026_file_changes_no_published_amount(tmp_path: Path, years: dict[int, RvuFile]) -> None:
    loaded, shipped = LoadedMedicareTables(tmp_path), LoadedMedicareTables(Path("nowhere"))
    loaded.keep(CmsFiles(rvus=(years[2026],), gpcis=(gpci("GPCI2026.csv"),)))
    for code in ("99213", "99214", "70450", "93000", "20610", "45378"):
        for setting in ("office", "facility"):
            one, other = (
                medicare.price(t, code, zip_code="10001", year=2026, setting=setting, even_if_unpaid=True).amount  # type: ignore[arg-type]
                for t in (loaded, shipped)
            )
            assert one == other
