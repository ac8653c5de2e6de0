"""Turns the CMS files in ../shared/data/cms_pfs into the compact tables of knowledge/rates/medicare.

Apart from the product because it runs once for each CMS release and needs files the product does not ship. Run it with
`python tests/build_medicare_tables.py`; test_medicare.py proves that the shipped tables equal what it builds.
No descriptor is read or written: CPT descriptors belong to the AMA, dental ones to the ADA.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
CMS_FILES = REPOSITORY.parent / "shared" / "data" / "cms_pfs"
SHIPPED = REPOSITORY / "knowledge" / "rates" / "medicare"

RELEASES = (
    (2024, "RVU24D", "October 2024", "codes without RVUs and codes with a professional and technical split"),
    (2025, "RVU25D", "October 2025", ""),
    (2026, "RVU26C", "July 2026", ""),
)
FIRST_YEAR = RELEASES[0][0]
RVU_FILES = {2025: "PPRRVU2025_Oct.nodesc.csv.gz", 2026: "PPRRVU2026_Jul_nonQPP.nodesc.csv.gz"}
RVU_FILE_2024 = "pfs2024_oct_codes_without_modifier_rows.csv.gz"
RVU_COLUMNS = (
    "code", "modifier", "status", "work", "office_pe", "office_na", "facility_pe", "facility_na", "mp",
    "cap_office_pe", "cap_facility_pe", "cap_mp",
)  # fmt: skip
NAME_WORDS = {
    "Cntys": "Counties", "Cnty": "County", "Of": "of", "Nj": "NJ", "Nyc": "NYC",
    "Dc": "DC", "Md/Va": "MD/VA", "Baltimore/Surr.": "Baltimore/Surrounding", "Poughkpsie/N": "Poughkeepsie/North",
}  # fmt: skip


def build(source: Path) -> dict[str, str]:
    """Every shipped table as text, by file name (a name in .gz is compressed when written)."""
    latest = {row[0]: row for row in _cms_rows(source / RVU_FILES[2025]) if not row[1]}
    return {
        "releases.csv": _csv(("year", "file", "released", "lacks"), RELEASES),
        "conversion_factors.csv": _conversion_factors(source / "conversion_factors.csv"),
        "gpci.csv": _gpcis(source),
        "zip_locality.csv.gz": _zips(source / "zip5_carrier_locality_2025Q4.csv.gz"),
        "rvu_2024.csv.gz": _csv(RVU_COLUMNS, _rvus_2024(source / RVU_FILE_2024, latest)),
        **{
            f"rvu_{year}.csv.gz": _csv(RVU_COLUMNS, map(_rvu, _cms_rows(source / name)))
            for year, name in RVU_FILES.items()
        },
    }


def compressed(text: str) -> bytes:
    """gzip without a time stamp, so that the same table is the same file."""
    return gzip.compress(text.encode("ascii"), compresslevel=9, mtime=0)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(sorted(rows, key=lambda row: [str(cell) for cell in row]))
    return out.getvalue()


def _cms_rows(path: Path) -> list[list[str]]:
    """The data rows of a PPRRVU file: below ten lines of title, copyright and stacked headings."""
    with gzip.open(path, "rt", newline="") as text:
        rows = list(csv.reader(text))
    start = next(i for i, row in enumerate(rows) if row and row[0] == "HCPCS")
    return rows[start + 1 :]


def _rvu(row: list[str]) -> tuple[str, ...]:
    """One PPRRVU row cut to what pricing reads. The OPPS columns are the last three (2026 has one column more in the
    middle), all zero where the imaging cap does not apply. A row without RVUs keeps only its status."""
    code, modifier, status = row[0], row[1], row[3]
    work, office, office_na, facility, facility_na, mp = row[5:11]
    if not any(map(Decimal, (work, office, facility, mp))):
        return (code, modifier, status, *[""] * 9)
    cap = row[-3:] if any(map(Decimal, row[-3:])) else ["", "", ""]
    return (code, modifier, status, work, office, office_na, facility, facility_na, mp, *cap)


def _rvus_2024(path: Path, latest: dict[str, list[str]]) -> Iterable[tuple[str, ...]]:
    """2024 came without status and NA columns: both are taken from the 2025 file, and left blank for the codes that
    2025 no longer has. G0071, G0511 and G0512 are NA in 2025 but still had two amounts, so NA holds only for equals."""
    with gzip.open(path, "rt", newline="") as text:
        for row in csv.DictReader(text):
            later = latest.get(row["HCPCS"], [""] * 11)
            office, facility = row["NONFAC_PE_RVU"], row["FAC_PE_RVU"]
            office_na, facility_na = (later[7], later[9]) if office == facility else ("", "")
            yield (row["HCPCS"], "", later[3], row["WORK_RVU"], office, office_na, facility, facility_na,
                   row["MP_RVU"], "", "", "")  # fmt: skip


def _conversion_factors(path: Path) -> str:
    columns = ("year", "effective_from", "effective_to", "conversion_factor", "applies_to", "evidence")
    with path.open(newline="") as text:
        rows = [row for row in csv.DictReader(text) if int(row["year"]) >= FIRST_YEAR]
    return _csv(columns, ([row[column] for column in columns] for row in rows))


def _gpcis(source: Path) -> str:
    """GPCIs of each year with the work GPCI that was in force: the column with the 1.0 floor (see SOURCE.md)."""
    rows = []
    for year, *_ in RELEASES:
        with (source / f"GPCI{year}.csv").open(newline="") as text:
            lines = [line for line in csv.reader(text) if len(line) > 6]
        header = next(line for line in lines if line[1] == "State")
        work = next(i for i, name in enumerate(header) if "PW GPCI (with 1.0 Floor)" in name)
        for line in lines:
            if re.fullmatch(r"\d{5}", line[0]):
                indices = (f"{Decimal(line[i]):.3f}" for i in (work, -2, -1))
                rows.append((year, line[0], line[2], line[1], _readable(line[3]), *indices))
    return _csv(("year", "carrier", "locality", "state", "name", "work", "pe", "mp"), rows)


def _readable(name: str) -> str:
    """CMS's capitals as a person writes them, without the asterisks of the footnotes."""
    words = re.split(r"([ (])", name.strip("* ").title())
    return "".join(_readable_word(word) for word in words)


def _readable_word(word: str) -> str:
    bare = word.rstrip(")")
    return NAME_WORDS.get(bare, bare) + ")" * (len(word) - len(bare))


def _zips(path: Path) -> str:
    """ZIP to carrier and locality. The file's STATE has carrier regions such as EM and WK, so it is left behind; its
    plus-four flag says that part of the ZIP lies in another locality."""
    with gzip.open(path, "rt", newline="") as text:
        rows = [(r["ZIP"], r["CARRIER"], r["LOCALITY"], r["PLUS4_FLAG"]) for r in csv.DictReader(text)]
    return _csv(("zip", "carrier", "locality", "split"), rows)


def main() -> None:
    """Writes the tables, replacing those that are there."""
    SHIPPED.mkdir(parents=True, exist_ok=True)
    for name, text in build(CMS_FILES).items():
        content = compressed(text) if name.endswith(".gz") else text.encode("ascii")
        (SHIPPED / name).write_bytes(content)
        print(f"{name}: {len(text.splitlines()) - 1} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
