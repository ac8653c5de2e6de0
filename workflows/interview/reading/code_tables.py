"""Pasted schedules: rows of codes under a header in any order, split at tabs, bars, commas, slashes or wide spaces.

A row is only read by a header that names its columns, or where there is no doubt without one. A column headed with
another payer's name is that payer's rate and goes to the private table, never to ours.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause, Note
from workflows.interview.reading.code_columns import CODE_HEADER, by_content, cell, checked, column
from workflows.interview.reading.names import is_own_payer
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import periods
from workflows.interview.reading.quantities import plain
from workflows.interview.reading.shapes import BRAND

CODE = r"(?:\d{5}|[A-V]\d{4}|\d{4}[A-Z])(?:\s?-\s?(?:\d\d|[A-Z][A-Z0-9]))?"
_CODE_CELL = re.compile(rf"^\W{{0,2}}(?P<code>{CODE})\b")
_DELIMITERS = (r"\t+", r"\s*\|\s*", r"\s+/\s+", r"\s*;\s*", r",\s+", r",", r"\s{2,}", r"\s+")
_MOST_ROWS = 150
_EMPTY = re.compile(r"(?i)^(?:n/?a|none|-+|—|tbd|\?+|not sure|unknown|no fee|by report|)$")
_HEADER_WORD = re.compile(
    r"(?i)\b(?:codes?|cpts?|hcpcs|procedure|proc|vol(?:ume)?s?|units?|paid|pays|allowed|alwd|rate|medicare|mcr|mcare|"
    r"offer(?:ed)?|fees?|counts?|now|current|wants?|ask|proposed|qty|freq|ttm|par)(?=[\s\d',/|:;]|\b)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a note that holds a code and other cells: where it stands and its cells under one delimiter."""

    number: int
    start: int
    end: int
    words: str


def read_code_tables(page: Page) -> None:
    """Every block of code rows in every note."""
    for note in page.notes:
        lines = lines_of(note)
        block: list[Line] = []
        for i, line in enumerate(lines):
            if _is_row(line.words):
                if len(block) < _MOST_ROWS:
                    block.append(line)
            elif (
                block
                and line.words.strip()
                and not (i + 1 < len(lines) and _is_row(lines[i + 1].words) and len(line.words) < 12)
            ):
                _read_block(page, note, lines, block)
                block = []
        if block:
            _read_block(page, note, lines, block)


def lines_of(note: Note) -> list[Line]:
    made, place = [], 0
    for number, words in enumerate(note.words.split("\n"), 1):
        made.append(Line(number, place, place + len(words), words[:600]))
        place += len(words) + 1
    return made


def _bare(words: str) -> str:
    return re.sub(r"^[\s>*•|-]+(?:A:\s*)?", "", words).rstrip(" |\r")


def _is_row(words: str) -> bool:
    bare = _bare(words)
    m = _CODE_CELL.match(bare)
    if not m or len(bare) > 240:
        return False
    for delimiter in _DELIMITERS:
        cells = _split(bare, delimiter)
        figures = [c for c in cells[1:] if cell(c) is not None]
        texts = [c for c in cells[1:] if cell(c) is None and not _EMPTY.match(c)]
        if (
            len(cells) >= 3
            and len(figures) >= 2
            and len(texts) <= 1
            and (delimiter != r"\s+" or not texts)
            and _CODE_CELL.fullmatch(cells[0] + "") is not None
        ):
            return True
    return False


def _split(bare: str, delimiter: str) -> list[str]:
    return [c.strip().strip('"') for c in _protected(bare, delimiter)]


def _protected(bare: str, delimiter: str) -> list[str]:
    if delimiter == "," and '"' in bare:
        return re.findall(r'"[^"]*"|[^,]+', bare)
    return re.split(delimiter, bare)


def _read_block(page: Page, note: Note, lines: list[Line], block: list[Line]) -> None:
    header = _header_line(lines, block[0])
    delimiter = _delimiter(block)
    rows = [_split(_bare(line.words), delimiter) for line in block]
    width = max(len(r) for r in rows)
    columns, period = _columns(page, header, width, rows)
    owner = _owner(page, note, header)
    for line, cells in zip(block, rows, strict=True):
        clause = clause_of(page, note, line)
        _read_row(page, clause, line, cells, columns, owner)
        page.take_span(clause, line.start, line.end)
    if period and header and not owner and any(c == "volume" for c in columns):
        clause = clause_of(page, note, header)
        at = header.words.find(period[1])
        page.see(
            "rates.volume_period",
            period[0],
            clause,
            header.start + max(at, 0),
            header.start + max(at, 0) + len(period[1]),
            0.84,
        )
    close_lines(page, note, {line.number for line in block} | ({header.number} if header else set()))


def close_lines(page: Page, note: Note, numbers: set[int]) -> None:
    page.clauses[:] = [replace(c, closed=True) if c.note is note and c.line in numbers else c for c in page.clauses]


def clause_of(page: Page, note: Note, line: Line) -> Clause:
    return next(
        (c for c in page.clauses if c.note is note and c.line == line.number),
        Clause(note, line.start, line.end, line=line.number),
    )


def _header_line(lines: list[Line], first: Line) -> Line | None:
    for line in reversed(lines[max(0, first.number - 4) : first.number - 1]):
        if not line.words.strip():
            continue
        if len(_HEADER_WORD.findall(line.words)) >= 2 or (
            _HEADER_WORD.search(line.words) and re.search(r"\t|\||\s/\s|,|\s{2,}", line.words.strip())
        ):
            return line
    return None


def _delimiter(block: list[Line]) -> str:
    """The delimiter under which the rows agree best on their number of cells."""
    best, chosen = -1.0, _DELIMITERS[-1]
    for delimiter in _DELIMITERS:
        rows = [_split(_bare(line.words), delimiter) for line in block]
        widths = [len(r) for r in rows]
        clean = sum(1 for r in rows for c in r[1:] if cell(c) is not None or _EMPTY.match(c)) / max(
            1, sum(len(r) - 1 for r in rows)
        )
        if min(widths) < 2:
            continue
        agreement = widths.count(max(set(widths), key=widths.count)) / len(widths)
        if clean * agreement > best + 0.05:
            best, chosen = clean * agreement, delimiter
    return chosen


def _columns(
    page: Page, header: Line | None, width: int, rows: list[list[str]]
) -> tuple[list[str], tuple[str, str] | None]:
    if header is None:
        return by_content(rows, width), None
    words = header.words
    inside = re.search(r"\(([^()]*)\)\s*:?\s*$", words)
    asked = re.split(r"[?:]\s+", words.strip())[-1]  # "Top codes? Vol, allowed, Medicare:" names columns after the mark
    tries = [words, inside[1] if inside else "", asked if asked != words.strip() else ""]
    for text in tries:
        for delimiter in (*_DELIMITERS[:-1], r"/"):
            cells = [c for c in _split(_bare(text).rstrip(":"), delimiter) if c]
            if not CODE_HEADER.search(cells[0] if cells else "") and len(cells) == width - 1:
                cells = ["code", *cells]
            if len(cells) == width:
                named = [column(page, c, i) for i, c in enumerate(cells)]
                dated = next((c for c, n in zip(cells, named, strict=True) if n == "volume"), "")
                found = periods(dated)
                return checked(named, rows), ((found[0].says, dated) if found else None)
    aligned = [column(page, c, i) for i, c in enumerate(words.split())]
    return (checked(aligned, rows), None) if len(aligned) == width else (by_content(rows, width), None)


def _owner(page: Page, note: Note, header: Line | None) -> str:
    """Another payer named by the line above a block: then the whole block is private."""
    if header is None:
        return ""
    titled = [c for c in page.clauses if c.note is note and header.number - 2 <= c.line <= header.number]
    for c in titled:
        m = BRAND.search(c.words)
        if (
            m
            and page.payer
            and not is_own_payer(page, m.group())
            and not any(re.search(rf"(?i)\b{re.escape(a)}\b", c.words) for a in page.aliases if len(a) > 1)
            and c.line < header.number
        ):
            return m.group()
        if re.search(r"(?i)\b(?:other|another)\s+payers?\b", c.words):
            return "Another payer"
    return ""


def _read_row(page: Page, clause: Clause, line: Line, cells: list[str], columns: list[str], owner: str) -> None:
    m = _CODE_CELL.match(cells[0])
    if not m:
        return
    row: Row = {"code": re.sub(r"\s", "", m["code"])}
    for name, words in zip(columns[1:], cells[1:], strict=False):
        value = cell(words)
        if name.startswith("other:") and value:
            _other(page, clause, line, name[6:], row["code"], value[1])
        elif name == "family" and value is None and not _EMPTY.match(words):
            row["family"] = words
        elif name in ("volume", "current", "offered", "proposed", "medicare", "medicare_percent") and value is not None:
            row[name] = plain(value[1])
    if owner:
        _other(page, clause, line, owner, row["code"], Decimal(row["current"])) if "current" in row else None
    elif "?" in columns:
        page.see(
            "rates.codes",
            row,
            clause,
            line.start,
            line.end,
            0.6,
            ask=(
                f"Which column is which in “{line.words.strip()[:120]}”? Please name the columns (units, allowed "
                f"now, offered, proposed, Medicare)."
            ),
        )
    elif len(row) > 1:
        page.see("rates.codes", row, clause, line.start, line.end, 0.93)


def _other(page: Page, clause: Clause, line: Line, payer: str, code: str, amount: Decimal) -> None:
    page.see(
        "rates.other_payers", {"payer": payer, "code": code, "rate": plain(amount)}, clause, line.start, line.end, 0.82
    )
