"""Reads the files CMS publishes each quarter: relative values (PPRRVU) and locality indices (GPCI, Addendum E).

CSV, fixed width, or the zip as CMS ships it. CSV columns are found by their stacked headings, because CMS adds some (in
2026 one more in the middle); the fixed-width layout is that of the text file of RVU25A and RVU25D. A file is taken
only whole: each row's printed totals must equal the sum of its parts, all rows carry one conversion factor, the factor
is that of the year, and the localities are those that exist.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from workflows.adapters.unpack import GZIP, ZIP, check_size, gunzipped, members, text_of
from workflows.domain.cms import CmsFiles, GpciFile, RvuFile
from workflows.domain.errors import Refused
from workflows.domain.medicare import AppliesTo

MOST_BYTES = 40_000_000  # a quarter's zip with its documents; each table in it is held to the usual cap
FEWEST_ROWS, MOST_ROWS = 16_000, 24_000  # 2019 to 2026 lie between 17,000 and 19,400
LOCALITIES = {True: 109, False: 112}  # from 2024 on; before, four counties of California stood apart
MERGED_IN_2024 = frozenset({"01112-06", "01112-07", "01182-26"})  # CMS: the same indices before and after
_NEEDED = {
    "code": "HCPCS", "modifier": "MOD", "status": "STATUS CODE", "work": "WORK RVU", "office_pe": "NON-FAC PE RVU",
    "office_na": "NON-FAC NA INDICATOR", "facility_pe": "FACILITY PE RVU", "facility_na": "FACILITY NA INDICATOR",
    "mp": "MP RVU", "office_total": "NON-FACILITY TOTAL", "facility_total": "FACILITY TOTAL", "factor": "CONV FACTOR",
    "cap_office_pe": "NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT",
    "cap_facility_pe": "FACILITY PE USED FOR OPPS PAYMENT AMOUNT", "cap_mp": "MP USED FOR OPPS PAYMENT AMOUNT",
}  # fmt: skip
_FIXED = {
    "code": (0, 5), "modifier": (5, 7), "status": (57, 58), "work": (59, 65), "office_pe": (65, 72),
    "office_na": (72, 74), "facility_pe": (74, 81), "facility_na": (81, 83), "mp": (83, 89),
    "office_total": (89, 96), "facility_total": (96, 102),
}  # fmt: skip
_TAIL = re.compile(r"(\d\d\.\d{4})\s.*?([\d.]+)\s+([\d.]+)\s+([\d.]+)\s*$")
_RVU_NAME = re.compile(r"(?i)^PPRRVU(?:20)?(\d\d).*\.(csv|txt)$")
_GPCI_NAME = re.compile(r"(?i)^GPCI(?:20)?(\d\d)?.*\.(csv|txt)$")
_CODE = re.compile(r"[0-9A-Z]{5}")  # CMS prints placeholders such as GXXX1
_GPCI_LINE = re.compile(r"^\s*(\d{5})\s+([A-Z]{2})\s+(\d\d)\s+(\S.*?)\s{2,}((?:\d\.\d+\s*){3,4})$")
_AGAIN = "Download it again from cms.gov (PFS Relative Value Files) and choose it as it is."
Rows = tuple[tuple[str, ...], ...]


def read_cms(
    content: bytes, name: str, *, factors: Mapping[int, frozenset[Decimal]], places: frozenset[str]
) -> CmsFiles:
    """The relative values and indices in a download. `factors` are the conversion factors known for a year, `places`
    the localities known. Raises Refused, naming the file, for anything that is not whole."""
    check_size(content, name, MOST_BYTES)
    if content[:2] == GZIP:
        content = gunzipped(content, name)
    if content[:4] == ZIP:
        return _zip(content, name, factors, places)
    text = text_of(content, name)
    if re.search(r"(?i)PW GPCI", text[:5000]):
        return CmsFiles(gpcis=(_gpci(text, name, places),))
    return CmsFiles(rvus=(_rvu(text, name, factors),))


def _zip(content: bytes, name: str, factors: Mapping[int, frozenset[Decimal]], places: frozenset[str]) -> CmsFiles:
    found, others = members(content, name, lambda n: bool(_RVU_NAME.match(n) or _GPCI_NAME.match(n)))
    # The same table comes as .csv and .txt: one of them is read, the CSV because its columns name themselves.
    stems = {n.rsplit(".", 1)[0].lower(): n for n in sorted(found, reverse=True)}
    chosen = sorted(stems.values())
    rvus = tuple(_rvu(text_of(found[n], n), n, factors) for n in chosen if _RVU_NAME.match(n))
    gpcis = tuple(_gpci(text_of(found[n], n), n, places) for n in chosen if _GPCI_NAME.match(n))
    if not rvus and not gpcis:
        what = "holds neither a PPRRVU nor a GPCI file as CSV or text"
        raise Refused(what, where=name, todo="Choose the zip of the quarter, such as rvu26c.zip.")
    return CmsFiles(rvus=rvus, gpcis=gpcis, passed_over=(*others, *sorted(set(found) - set(chosen))))


def _rvu(text: str, name: str, factors: Mapping[int, frozenset[Decimal]]) -> RvuFile:
    fixed = text.startswith("HDR") or _FIXED_ROW.match(text) is not None
    rows = list(_fixed_rows(text, name) if fixed else _csv_rows(text, name))
    if not FEWEST_ROWS <= len(rows) <= MOST_ROWS:
        what = f"has {len(rows):,} rows; CMS's relative value file of a year has about 19,000, so this is not the whole of it"
        raise Refused(what, where=name, todo=_AGAIN)
    _no_doubles(rows, name)
    factor = _one_factor(rows, name)
    year = _year(text, name, factor, factors)
    known = factors.get(year, frozenset())
    if known and factor not in known:
        others = [str(y) for y, held in factors.items() if factor in held]
        of = f", that of {others[0]}" if others else ""
        what = f"says it is of {year} but carries the conversion factor {factor}{of}; {year} has {_either(known)}"
        raise Refused(what, where=name, todo=_AGAIN)
    qualifying: AppliesTo = (
        "all" if year < 2026 else "nonQP" if re.search(r"(?i)non_?-?qp", name) else _who(factor, name)
    )
    said = re.search(r"(?i)RELEASED\s+(\d\d/\d\d/\d{4})", text[:5000])
    kept = tuple(sorted(tuple(_cut(row)) for row in rows))
    return RvuFile(
        year=year, file=name, released=said[1] if said else "", factor=factor, applies_to=qualifying, rows=kept
    )


_FIXED_ROW = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z](?:  |26|TC|53).{50}[A-Z] ")


def _who(factor: Decimal, name: str) -> AppliesTo:
    return "QP" if factor == Decimal("33.5675") or re.search(r"(?i)_qp", name) else "nonQP"


def _either(known: frozenset[Decimal]) -> str:
    return " or ".join(str(f) for f in sorted(known))


def _csv_rows(text: str, name: str) -> Iterator[dict[str, str]]:
    try:
        lines = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise Refused(f"cannot be read as CSV ({error})", where=name, todo=_AGAIN) from error
    head = next((i for i, line in enumerate(lines[:40]) if line and line[0].strip() == "HCPCS"), None)
    if head is None:
        what = "is not CMS's relative value file: no heading HCPCS in its first column"
        raise Refused(what, where=name, todo="Choose PPRRVU….csv or .txt, or the zip of the quarter.")
    place = _columns(lines, head, name)
    for number, line in enumerate(lines[head + 1 :], start=head + 2):
        if any(cell.strip() for cell in line):
            if len(line) <= max(place.values()):
                raise Refused(f"ends after {len(line)} columns", where=f"{name}, line {number}", todo=_AGAIN)
            yield _checked({key: line[i].strip() for key, i in place.items()}, name, number)


def _columns(lines: Sequence[Sequence[str]], head: int, name: str) -> dict[str, int]:
    """Where each needed column stands, by its heading read from top to bottom over at most five lines; spaces, signs
    and FACILITY for FAC make no difference."""
    above = lines[max(head - 4, 0) : head + 1]
    stacked = {_plain("".join(row[c] for row in above if c < len(row))): c for c in reversed(range(len(lines[head])))}
    missing = [heading for heading in _NEEDED.values() if _plain(heading) not in stacked]
    if missing:
        raise Refused(f"lacks the column {missing[0]!r} of CMS's relative value file", where=name, todo=_AGAIN)
    return {key: stacked[_plain(heading)] for key, heading in _NEEDED.items()}


def _plain(heading: str) -> str:
    return re.sub(r"[^A-Z]|(?<=FAC)ILITY", "", heading.upper())


def _fixed_rows(text: str, name: str) -> Iterator[dict[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("HDR") or not line.strip():
            continue
        tail = _TAIL.search(line, 115)
        if len(line) < 150 or not tail:
            raise Refused("is cut off or shifted", where=f"{name}, line {number}", todo=_AGAIN)
        row = {key: line[low:high].strip() for key, (low, high) in _FIXED.items()}
        row |= dict(zip(("factor", "cap_office_pe", "cap_facility_pe", "cap_mp"), tail.groups(), strict=True))
        yield _checked(row, name, number)


def _checked(row: dict[str, str], name: str, number: int) -> dict[str, str]:
    """The row, if its numbers are numbers and add up to the totals that CMS prints beside them."""
    where = f"{name}, line {number}"
    if not _CODE.fullmatch(row["code"]):
        raise Refused(f"{row['code'][:20]!r} is not a procedure code", where=where, todo=_AGAIN)
    try:
        work, office, facility, mp, office_total, facility_total = (
            Decimal(row[key]) for key in ("work", "office_pe", "facility_pe", "mp", "office_total", "facility_total")
        )
        tuple(Decimal(row[key]) for key in ("factor", "cap_office_pe", "cap_facility_pe", "cap_mp"))
    except InvalidOperation as error:
        raise Refused("a relative value is not a number", where=where, todo=_AGAIN) from error
    if work + office + mp != office_total or work + facility + mp != facility_total:
        what = f"the parts of {row['code']} do not add up to the totals printed beside them"
        raise Refused(what, where=where, todo=_AGAIN)
    return row


def _no_doubles(rows: Sequence[Mapping[str, str]], name: str) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row["code"], row["modifier"])
        if key in seen:
            raise Refused(f"has {'-'.join(filter(None, key))} twice", where=name, todo=_AGAIN)
        seen.add(key)


def _one_factor(rows: Sequence[Mapping[str, str]], name: str) -> Decimal:
    factors = {Decimal(row["factor"]) for row in rows}
    if len(factors) != 1:
        raise Refused(f"carries {len(factors)} conversion factors", where=name, todo=_AGAIN)
    return factors.pop()


def _year(text: str, name: str, factor: Decimal, factors: Mapping[int, frozenset[Decimal]]) -> int:
    """The year by title, else file name, else factor. The copyright lines do not tell it: they are a year off."""
    said = {int(y) for y in re.findall(r"(20\d\d) National Physician Fee Schedule", text[:2000])}
    named = _RVU_NAME.match(name.replace(".gz", ""))
    if not said and named:
        said = {2000 + int(named[1])}
    if not said:
        said = {year for year, held in factors.items() if factor in held}
    if len(said) != 1:
        raise Refused("does not say of which year it is", where=name, todo="Keep the name CMS gave it, PPRRVU2026_….")
    return said.pop()


def _cut(row: Mapping[str, str]) -> list[str]:
    """One row cut to what pricing reads. A row without relative values keeps only its status, and the imaging cap is
    kept only where there is one."""
    values = [row[key] for key in ("work", "office_pe", "facility_pe", "mp")]
    if not any(map(Decimal, values)):
        return [row["code"], row["modifier"], row["status"], *[""] * 9]
    cap = [row[key] for key in ("cap_office_pe", "cap_facility_pe", "cap_mp")]
    cells = [row[k] for k in ("work", "office_pe", "office_na", "facility_pe", "facility_na", "mp")]
    return [row["code"], row["modifier"], row["status"], *cells, *(cap if any(map(Decimal, cap)) else [""] * 3)]


def _gpci(text: str, name: str, places: frozenset[str]) -> GpciFile:
    years = {int(y) for y in re.findall(r"(20\d\d) PW GPCI", text[:5000])}
    if len(years) != 1:
        raise Refused("does not say of which year its indices are", where=name, todo=_AGAIN)
    year = years.pop()
    rows, floored = _gpci_csv(text, name) if _GPCI_COMMA.search(text) else _gpci_fixed(text)
    keys = [f"{row[0]}-{row[1]}" for row in rows]
    invented = sorted(set(keys) - places - (MERGED_IN_2024 if year < 2024 else frozenset()))
    if invented:
        raise Refused(f"has the locality {invented[0]}, which Medicare does not have", where=name, todo=_AGAIN)
    if len(set(keys)) != len(keys):
        raise Refused("has a locality twice", where=name, todo=_AGAIN)
    wanted = LOCALITIES[year >= 2024]
    if len(keys) != wanted:
        raise Refused(f"has {len(keys)} localities; {year} has {wanted}", where=name, todo=_AGAIN)
    return GpciFile(year=year, file=name, floored=floored, rows=tuple(sorted(rows)))


_GPCI_COMMA = re.compile(r"(?m)^\"?\d{4,5}\"?,")


def _gpci_csv(text: str, name: str) -> tuple[list[tuple[str, ...]], bool]:
    """Comma separated, with the carriers' leading zeros or (as in 2022) without them."""
    lines = [line for line in csv.reader(io.StringIO(text)) if len(line) > 6]
    header = next((line for line in lines if line[1].strip() == "State"), None)
    if header is None:
        raise Refused("lacks the heading State", where=name, todo=_AGAIN)
    work = [i for i, heading in enumerate(header) if "PW GPCI" in heading]
    floored = [i for i in work if "without" not in header[i].lower()]
    pe, mp = (next(i for i, h in enumerate(header) if f"{which} GPCI" in h) for which in ("PE", "MP"))
    rows = [
        (row[0].strip().zfill(5), row[2].strip().zfill(2), row[1].strip(), _place_name(row[3]),
         *(_index(row[i], name) for i in ((floored or work)[-1], pe, mp)))
        for row in lines if re.fullmatch(r"\s*\d{4,5}\s*", row[0])
    ]  # fmt: skip
    return rows, bool(floored)


def _gpci_fixed(text: str) -> tuple[list[tuple[str, ...]], bool]:
    """Fixed width: the last three numbers are work, PE and MP. With four, the first is the work index without floor."""
    found = [m for m in map(_GPCI_LINE.match, text.splitlines()) if m]
    return [(m[1], m[3], m[2], _place_name(m[4]), *m[5].split()[-3:]) for m in found], True


def _index(cell: str, name: str) -> str:
    try:
        return f"{Decimal(cell.strip()):.3f}"
    except InvalidOperation as error:
        raise Refused(f"{cell[:20]!r} is not an index", where=name, todo=_AGAIN) from error


def _place_name(name: str) -> str:
    return re.sub(r"[*,]", "", name).strip().title()
