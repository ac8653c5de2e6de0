"""Recognizes the columns of a claims file and refuses those about patients, by heading and by what their cells look like.

A claims file is the one input that practices keep beside their patients. Codes, units, dollars, days and payers are
wanted; a column that could lead to one person is refused even though it would not be read: it should not be here.
"""

import re
from collections.abc import Sequence
from datetime import date

from workflows.domain.claims import ClaimColumns, ClaimMeaning
from workflows.domain.errors import PrivacyRefused, Refused
from workflows.domain.rates import Sheet
from workflows.grounding.first_names import FIRST_NAMES
from workflows.rates.cells import Misread, dollars
from workflows.rates.claim_cells import Cells
from workflows.rates.columns import SEARCHED, meaning_of, refuse_patients

_DAYS = (  # the day of service before the day of payment
    r"\bdos\b|dates? of service|(?:service|svc|serv)\b.*\b(?:date|dt|from)\b|^from(?: date| dt)?$|(?:from|begin|start)\b.*\b(?:date|dt)\b",
    r"^(?:date|day|month|period)$",
    r"\b(?:paid|payment|check|remit\w*|posted|posting|post|era)\b.*\b(?:date|dt)\b|\bdate\b.*\b(?:paid|posted|payment)\b",
)
_A_DAY = re.compile(r"\bdates?\b|\bdt\b|\bdos\b|^(?:day|month|period|from|to|thru|through)$")
_AMOUNTS: tuple[tuple[ClaimMeaning, str], ...] = (
    ("allowed", r"allow|approved am|contract(?:ed|ual)? (?:amount|amt|rate)|negotiated|eligible am|plan rate"),
    ("paid", r"paid|payment|reimb|remit|^(?:amount|amt)$|net pay|^pmt|pmt am"),
)
_SHARE = re.compile(
    r"(?i)(?:patient|pt|member)\W*(?:resp\w*|paid|pays?|due|share|liab\w*|cost|amount|amt|balance|portion|payment)\b"
)
_PERSON = re.compile(
    r"(?i)\b(?:acct|account|encounter|chart|guarantor|beneficiary|enrollee|insured|mbi|hicn?|icn|tcn|dcn)\b|\bmember\b"
    r"|control (?:no|num|number|#)|\bclaim ?(?:id|no|num|number|#|control|ref\w*)|^claim$|policy ?(?:id|no|num|number|#|holder)"
    r"|^(?:(?:first|last|full|middle|given|family) ?)?name$|^(?:age|race|ethnicity|address|city)$|\bpt\.? ?(?:name|id|no)\b"
)
_OF_THE_PRACTICE = re.compile(
    r"(?i)provider|physician|doctor|rendering|attending|referring|ordering|billing|clinician|surgeon|\bnpi\b|\btin\b|tax id"
    r"|facility|location|office|payer|payor|specialty|taxonomy|desc"
)
_LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("Social Security numbers", re.compile(r"\d{3}-\d{2}-\d{4}")),
    ("e-mail addresses", re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")),
    ("telephone numbers", re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}")),
    ("Medicare numbers", re.compile(r"(?i)[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d")),
)  # fmt: skip
_OFTEN = 0.2  # share of a column's cells from which on it is what they look like
_YEARS_BEFORE = 10  # a day so long before the latest one is no day of service
_TODO = (
    "Take out every column about patients and claims' own numbers: codes, units, dollars, dates and payers are enough."
)


def recognize_claims(sheet: Sheet) -> ClaimColumns:
    """The columns of a claims file by its first rows. Raises PrivacyRefused or Refused."""
    header = next((i for i, row in enumerate(sheet.rows[:SEARCHED]) if _is_heading(row)), None)
    if header is None:
        todo = "Give the first row the headings Code, Modifier, Units, Allowed or Paid, Date, Payer."
        raise Refused("has no row of headings with a code and a paid or allowed amount", where=sheet.name, todo=todo)
    headings = sheet.rows[header]
    _refuse_headings(headings, sheet.name)
    columns, notes = _meanings(headings)
    _refuse_content(sheet, header, columns)
    return ClaimColumns(header=header, headings=headings, columns=columns, notes=tuple(notes))


def _is_heading(row: Sequence[str]) -> bool:
    found = _meanings([cell if len(cell) < 60 else "" for cell in row])[0]
    return "code" in found and ("paid" in found or "allowed" in found)


def _meanings(headings: Sequence[str]) -> tuple[dict[ClaimMeaning, int], list[str]]:
    found: dict[ClaimMeaning, int] = {}
    notes: list[str] = []
    days = sorted((rank, i) for i, h in enumerate(headings) if (rank := _day_rank(h)) is not None)
    if days:
        found["date"] = days[0][1]
        if days[0][0] == len(_DAYS) - 1:
            notes.append(f"Quarters are those of {headings[days[0][1]]!r}: the file has no date of service.")
    for i, heading in enumerate(headings):
        meaning = _meaning(heading)
        if meaning is None:
            continue
        if meaning not in found:
            found[meaning] = i
        elif meaning != "modifier":  # the second modifier of a line seldom has a price
            notes.append(f"{headings[found[meaning]]!r} is used for {meaning}; {heading!r} is left out.")
    return found, notes


def _plain(heading: str) -> str:
    return re.sub(r"[_\s]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)).strip().lower()


def _day_rank(heading: str) -> int | None:
    return next((rank for rank, pattern in enumerate(_DAYS) if re.search(pattern, _plain(heading))), None)


def _meaning(heading: str) -> ClaimMeaning | None:
    text = _plain(heading)
    if not text or _A_DAY.search(text) or _SHARE.search(text):
        return None
    match meaning_of(heading):
        case "code":
            return "code"
        case "modifier":
            return "modifier"
        case "units":
            return "units"
        case "payer":
            return "payer"
        case "set_aside" | "charge" | "percent" | "medicare" | "place":
            return None
    return next((meaning for meaning, pattern in _AMOUNTS if re.search(pattern, text)), None)


def _refuse_headings(headings: Sequence[str], name: str) -> None:
    others = [h for h in headings if not _SHARE.search(_plain(h))]
    refuse_patients([_plain(h) for h in others], name)
    about = next((h for h in others if _PERSON.search(_plain(h)) and not _OF_THE_PRACTICE.search(_plain(h))), None)
    if about:
        raise PrivacyRefused(f"the column {about!r} can lead to a patient", where=name, todo=_TODO)


def _refuse_content(sheet: Sheet, header: int, columns: dict[ClaimMeaning, int]) -> None:
    body = sheet.rows[header + 1 :]
    read = {i: meaning for meaning, i in columns.items()}
    latest = max(filter(None, (_day(row, columns.get("date")) for row in body)), default=None)
    for i in range(max(map(len, body), default=0)):
        cells = [row[i] for row in body if i < len(row) and row[i]]
        heading = sheet.rows[header][i] if i < len(sheet.rows[header]) else f"number {i + 1}"
        looks = _looks_like(cells, heading, read.get(i), latest) if read.get(i, "payer") == "payer" else ""
        if looks:
            raise PrivacyRefused(f"the column {heading!r} looks like {looks}", where=sheet.name, todo=_TODO)


def _looks_like(cells: Sequence[str], heading: str, meaning: ClaimMeaning | None, latest: date | None) -> str:
    """What a column that is not read (or names payers) seems to hold of patients, or ""."""
    for what, pattern in _LOOKS:
        if _often(sum(pattern.fullmatch(c.strip()) is not None for c in cells), cells):
            return what
    if _OF_THE_PRACTICE.search(_plain(heading)) and meaning is None:
        return ""
    if _often(sum(map(_is_name, cells)), cells):
        return "names of persons"
    days = [d for d in map(_day_of, cells) if d]
    if latest and _often(sum(d.year < latest.year - _YEARS_BEFORE for d in days), cells):
        return "dates of birth"
    own = {c for c in cells if len(re.findall(r"\d", c)) >= 6 and not _is_money(c) and _day_of(c) is None}
    if len(cells) >= 20 and len(own) > 0.9 * len(cells):
        return "numbers of single claims or patients"
    return ""


def _often(hits: int, cells: Sequence[str]) -> bool:
    return hits > 0 and hits >= _OFTEN * len(cells)


def _is_name(cell: str) -> bool:
    """ "Smith, Maria", "MARIA L SMITH": two to four words, one of them a given name."""
    words = re.findall(r"[^\W\d_]+", cell.lower())
    plain = re.fullmatch(r"[^\W\d_][^\d_]*", cell.strip()) is not None
    return plain and 2 <= len(words) <= 4 and any(w in FIRST_NAMES for w in words)


def _day(row: Sequence[str], index: int | None) -> date | None:
    return _day_of(row[index]) if index is not None and index < len(row) else None


def _day_of(cell: str) -> date | None:
    try:
        found: date | None = Cells().day(cell)
    except Misread:
        try:
            old = re.search(r"(?:^|\D)(19[0-8]\d)(?:\D|$)", cell)
            found = date(int(old[1]), 1, 1) if old and re.fullmatch(r"[\d/.-]{8,10}", cell) else None
        except ValueError:
            found = None
    return found


def _is_money(cell: str) -> bool:
    try:
        return "." in cell and dollars(cell) is not None
    except Misread:
        return False
