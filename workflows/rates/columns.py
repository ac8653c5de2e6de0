"""Recognizes what the columns of a sheet mean, and gives it back as a Mapping for the user to confirm or change.

Headings decide; where a sheet has none, the cells do. Nothing is guessed silently: two columns that could both be the
fee are told, and the one that is not used is named. Columns about patients are refused before any cell is looked at.
"""

import re
from collections.abc import Callable, Sequence

from workflows.domain.errors import PrivacyRefused, Refused
from workflows.domain.rates import PRICES, ColumnUse, Mapping, Meaning, Sheet
from workflows.rates.cells import Misread, code_of, day_of, dollars

SEARCHED = 40  # rows above which the heading stands; title rows, addresses and legends come before it
_HEADINGS: tuple[tuple[Meaning, str], ...] = (  # the first that fits wins: the narrower before the wider
    ("effective", r"^eff(?:ective)?\.?(?: ?(?:date|dt|from|on)\.?)?$|(?:start|begin|from)\b.*date|date.*(?:start|from|effective)|valid from|^(?:begins?|start|from)$"),
    ("ends", r"term(?:ination|inates?)? ?(?:date|dt)|^end(?:s|ing)?\b|\bend date|expir|(?:thru|through|to) date|valid (?:to|until)|^(?:thru|through|to|term)$"),
    ("percent", r"(?:%|pct|percent).*(?:medicare|mcr|cms|rbrvs|mpfs)|(?:medicare|mcr|cms|rbrvs).*(?:%|pct|percent|multiplier|factor)|^(?:%|pct|percent(?:age)?|multiplier)$"),
    ("medicare", r"(?:medicare|\bmcr\b|\bcms\b|mpfs).*(?:fee|rate|allow|amount|amt|price|\$)|^(?:medicare|mcr|cms|mpfs|pfs)(?: 20\d\d)?$"),
    ("set_aside", r"medicare|\bmcr\b|\brvu|gpci|desc|(?:short|long|procedure|service|facility) name|category|family|type of|type$|status|notes?$|comment|specialty|region|locality|tax id|\bnpi\b|\btin\b|\brev(?:enue)? |\bdx\b|icd|diagnos|\bzip|\bdrg|\bapc\b|\bndc\b|(?:group|plan|network|product) (?:code|id)"),
    ("modifier", r"\bmod(?:ifier|s)?\b|^mod\d?$"),
    ("place", r"\bpos\b|place of|site of|^site$|^setting$|fac(?:ility)?\s*(?:/|or)\s*non|^facility indicator|^(?:nf/f|f/nf)$"),
    ("office_rate", r"non[- ]?fac|\bnf\b|office"),
    ("facility_rate", r"\bfac\b|facility|hospital"),
    ("professional_rate", r"\b26\b|\bprof(?:essional)? comp|^prof(?:essional)?$|\bpc\b"),
    ("technical_rate", r"\btc\b|technical|\btech\b"),
    ("charge", r"charge|billed|\bucr\b|chargemaster|gross"),
    ("units", r"units?\b(?!.*(?:price|rate|fee|cost))|volume|\bvol\b|qty|quantity|count|freq|utili[sz]ation|times"),
    ("code", r"\bcpt|hcpcs|^proc(?:edure)?$|proc(?:edure)? code|service code|svc code|billing code|^codes?$|\bcode\b"),
    ("payer", r"^(?:payer|payor|insurer|carrier|(?:health )?plan|insurance(?: company)?)(?: name)?$"),
    ("rate", r"rate|fee|allow|price|amount|amt|reimb|payment|paid|contract|negotiated|max|global|\$"),
)  # fmt: skip
_PATIENT = re.compile(
    r"(?i)patient|member ?(?:id|name|no|number|#)|subscriber|\bmrn\b|medical record|\bdob\b|birth|\bssn\b|social security"
    r"|\bsex\b|gender|street|phone|e-?mail"
)


def recognize(sheet: Sheet) -> Mapping:
    """The mapping of a sheet. Raises PrivacyRefused where a heading is about patients, Refused where no column holds
    codes."""
    header = _header(sheet.rows)
    width = max((len(row) for row in sheet.rows), default=0)
    headings = sheet.rows[header] if header is not None else ()
    refuse_patients(headings, sheet.name)
    start = 0 if header is None else header + 1
    body = [row for row in sheet.rows[start : start + 200] if any(row)]
    meanings, notes = _by_headings(headings) if header is not None else _by_cells(body, width)
    if "code" not in meanings.values():
        code = _code_column(body, width)
        if code is None:
            todo = "Give the column of CPT codes the heading Code and that of the fees the heading Fee."
            raise Refused("has no column of procedure codes", where=sheet.name, todo=todo)
        meanings[code] = "code"
    columns = tuple(
        ColumnUse(
            index=i,
            heading=headings[i] if i < len(headings) else "",
            meaning=meanings.get(i, "set_aside"),
            sample=next((row[i] for row in body if i < len(row) and row[i]), "")[:40],
        )
        for i in range(width)
    )
    return Mapping(header=header, columns=columns, notes=tuple(notes))


def meaning_of(heading: str) -> Meaning:
    """What a heading says its column is."""
    text = re.sub(r"[_\s]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)).strip().lower()
    return next((meaning for meaning, pattern in _HEADINGS if re.search(pattern, text)), "set_aside")


def _header(rows: Sequence[Sequence[str]]) -> int | None:
    """The first row that names a code column and a second one besides; a title that is one long cell does not."""
    for number, row in enumerate(rows[:SEARCHED]):
        told = [meaning_of(cell) for cell in row if cell and len(cell) < 60 and not _is_amount(cell)]
        if "code" in told and len({*told} - {"set_aside"}) > 1:
            return number
        if "code" in told and len([c for c in row if c]) == 1 and len(row[0]) < 20:
            return number  # a list of codes alone, priced by the title
    return None


def _is_amount(cell: str) -> bool:
    return re.fullmatch(r"\$?[\d,]*\.?\d+%?", cell.strip()) is not None


def _by_headings(headings: Sequence[str]) -> tuple[dict[int, Meaning], list[str]]:
    meanings: dict[int, Meaning] = {}
    notes: list[str] = []
    for i, heading in enumerate(headings):
        meaning = meaning_of(heading) if heading else "set_aside"
        taken = next((j for j, m in meanings.items() if m == meaning), None)
        if taken is None or meaning == "set_aside":
            meanings[i] = meaning
            continue
        keep, leave = (i, taken) if meaning in PRICES and _year(heading) > _year(headings[taken]) else (taken, i)
        meanings[keep], meanings[leave] = meaning, "set_aside"
        said = {"rate": "the fee", "code": "the code"}.get(meaning, meaning.replace("_", " "))
        notes.append(f"Two columns could be {said}: {headings[keep]!r} is used, {headings[leave]!r} is set aside.")
    if "technical_rate" in meanings.values() and "professional_rate" not in meanings.values():
        # "Professional fee" alone means a physician's fee; beside a technical one it means the part with modifier 26.
        part = next((i for i, heading in enumerate(headings) if re.search(r"(?i)\bprof", heading)), None)
        meanings |= {part: "professional_rate"} if part is not None else {}
    return meanings, notes


def _year(heading: str) -> int:
    found = re.search(r"20\d\d", heading)
    return int(found[0]) if found else 0


def _by_cells(body: Sequence[Sequence[str]], width: int) -> tuple[dict[int, Meaning], list[str]]:
    """Without headings: the column of codes, then the first one of dollars, and of modifiers between them."""
    code = _code_column(body, width)
    if code is None:
        return {}, []
    meanings: dict[int, Meaning] = {code: "code"}
    for i in (i for i in range(width) if i != code):
        cells = [row[i] for row in body if i < len(row) and row[i]]
        if cells and "rate" not in meanings.values() and _share(cells, _is_money) > 0.6:
            meanings[i] = "rate"
        elif cells and "modifier" not in meanings.values() and _share(cells, _is_modifier) > 0.9:
            meanings[i] = "modifier"
        elif cells and "effective" not in meanings.values() and _share(cells, _is_day) > 0.9:
            meanings[i] = "effective"
    return meanings, ["The sheet has no heading: the columns were told by their cells."]


def _code_column(body: Sequence[Sequence[str]], width: int) -> int | None:
    shares = [
        (_share([row[i] for row in body if i < len(row) and row[i]], _is_code), -i)
        for i in range(width)
        if any(i < len(row) and row[i] for row in body)
    ]
    best = max(shares, default=(0.0, 0))
    return -best[1] if best[0] > 0.6 else None


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(test(cell) for cell in cells) / len(cells) if cells else 0.0


def _is_code(cell: str) -> bool:
    try:
        return not code_of(cell).restored
    except Misread:
        return False


def _is_money(cell: str) -> bool:
    try:
        return dollars(cell) is not None and not _is_code(cell)
    except Misread:
        return False


def _is_day(cell: str) -> bool:
    try:
        return day_of(cell) is not None
    except Misread:
        return False


def _is_modifier(cell: str) -> bool:
    return re.fullmatch(r"[0-9A-Z]{2}", cell.strip()) is not None


def refuse_patients(headings: Sequence[str], name: str) -> None:
    """Raises PrivacyRefused where a heading is about patients."""
    about = next((h for h in headings if _PATIENT.search(h)), None)
    if about:
        todo = "Take out every column about patients: a negotiation needs codes, counts and rates only."
        raise PrivacyRefused(f"the column {about!r} is about patients", where=name, todo=todo)
