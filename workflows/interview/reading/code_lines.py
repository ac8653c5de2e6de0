"""Codes with a line each but no columns: "11721 .... nineteen hundred .... thirty-eight dollars", "99213 - 71.25".

A figure is named by the words beside it, else by its turn under a heading that names the columns in order, else, where
a heading says that these are fees and the line holds one figure, it is the fee. Whatever is left over is not read.
"""

import re
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.code_columns import cell, column
from workflows.interview.reading.code_prose import CODE_IN_WORDS
from workflows.interview.reading.dictation import dictated
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import plain
from workflows.interview.reading.stances import names_other_payer

_LINE = re.compile(r"[ \t>*•-]*(?P<code>\d{5}|[A-V]\d{4})(?:s\b)?\s*(?:\.{2,}|[-–—:=]|\t|\s{2,})\s*(?P<rest>\S.*)$")
_PIECE = re.compile(r"\.{2,}|[,;](?=\s)|\s[-–—]\s|\(|\)|\t|\s{2,}|\s+(?=about\s)|\s+@\s*")
_UNITS = re.compile(
    r"(?i)\b(?:a|per|/)\s?(?:yr|year)\b|\b(?:units?|visits?|times)\b|\bof\s+(?:those|them|these)\b|\bdone\b|\bbilled\b"
)
_MEDICARE = re.compile(r"(?i)\b(?:medicare|mcr|mcare)\b")
_FEES = re.compile(r"(?i)\b(?:pay|pays|paid|paying|fees?|allow\w*|rates?|get)\b")
_OFFERED = re.compile(r"(?i)\boffer\w*\b")
_AT = re.compile(r"\d[\d,]*(?:\s+[a-z]+)?\s*@\s*\$?\d")  # "8,150 @ 11.05": units at a fee
_UNSURE = re.compile(r"(?i)\?|\b(?:maybe|not sure|i think|guess|probably)\b")
_NOISE = re.compile(
    r"(?i)\b(?:medicare|mcr|mcare|is|at|pays?|paid|of|those|them|these|a|per|yr|year|units?|visits?|times|done|billed|"
    r"offer\w*|they|we|get|about|around|roughly)\b|[~/]"
)


def read_code_lines(page: Page) -> None:
    """Runs of two and more such lines in notes about rates."""
    for note in page.notes:
        if note.step not in ("rates", "practice"):
            continue
        run: list[tuple[re.Match[str], Clause, int]] = []
        heading, in_brackets = "", ""
        place = 0
        first = {c.line: c for c in reversed(page.clauses) if c.note is note and not c.closed}
        for number, words in enumerate(note.words.split("\n"), 1):
            m = _LINE.match(words[:240])
            clause = first.get(number) if m else None
            if m and clause and not ({"limit", "secret", "foreign", "order"} & clause.tags):
                run.append((m, clause, place))
                if re.search(r"(?i)\([^()]*\b(?:medicare|mcr)\b", words):
                    in_brackets = "medicare"
            elif words.strip():
                _read_run(page, heading, run, in_brackets)
                heading, run, in_brackets = words, [], ""
            place += len(words) + 1
        _read_run(page, heading, run, in_brackets)


def _read_run(page: Page, heading: str, run: list[tuple[re.Match[str], Clause, int]], in_brackets: str) -> None:
    if len(run) < 2 or names_other_payer(page, heading) or re.search(r"(?i)\bother\s+payers?\b", heading):
        return
    heads = [c.strip() for c in re.split(r",|\band\b|/|:\s", heading.rstrip(" :")) if c.strip()]
    named = [column(page, c, i) for i, c in enumerate(heads)]
    if any(n.startswith("other:") for n in named):
        return
    if named.count("current") > 1 and named[0] == "current":
        named[0] = ""  # the payer's name opens the heading: "Sandhill, count, fee"
    turns = [n for n in named if n in ("volume", "current", "offered", "proposed", "medicare")]
    turns = turns if len(turns) >= 2 and len(set(turns)) == len(turns) else []
    fees = bool(_FEES.search(heading)) or turns == ["current"]
    for m, clause, place in run:
        row = _row(m, turns, fees, in_brackets)
        if len(row) > 1:
            page.see("rates.codes", row, clause, place + m.start("code"), place + m.end(), 0.82)
            page.take_span(clause, place + m.start("code"), place + m.end())


def _row(m: re.Match[str], turns: list[str], fees: bool, in_brackets: str) -> Row:
    row: Row = {"code": m["code"]}
    left = list(turns)
    unnamed: list[Decimal] = []
    rest, at = m["rest"], 0
    for piece in _PIECE.split(rest):
        at = rest.find(piece, at)
        bracketed = rest[:at].count("(") > rest[:at].count(")")
        at += len(piece)
        name = (
            "medicare"
            if _MEDICARE.search(piece) or (bracketed and in_brackets)
            else "volume"
            if _UNITS.search(piece)
            else "offered"
            if _OFFERED.search(piece)
            else ""
        )
        if re.search(r"(?i)\b(?:want|ask|need|propos\w+|under|below|floor)\b", piece):
            return {"code": m["code"]}
        if _UNSURE.search(piece) or CODE_IN_WORDS.search(piece) or (bracketed and not name):
            continue
        bare = re.sub(r"\s{2,}", " ", _NOISE.sub(" ", piece)).strip(" .:=$")
        turn = left[0] if left and not name else ""
        found = cell(bare)
        amount = (
            found[1] if found and found[0] != "percent" else dictated(bare, (name or turn or "current") != "volume")
        )
        if amount is None and re.search(r"\d", piece):
            return {"code": m["code"]}  # words between figures: a sentence, read as one
        if amount is None or "%" in piece or re.search(r"(?i)\bpercent\b", piece):
            continue
        if turn:
            left.pop(0)
        name = name or turn
        if name == "volume" and amount != amount.to_integral_value():
            continue
        if name and name not in row:
            row[name] = plain(amount)
        elif not name:
            unnamed.append(amount)
    if not turns and len(unnamed) == 2 and _AT.match(rest) and not {"volume", "current"} & row.keys():
        row["volume"], row["current"] = plain(unnamed[0]), plain(unnamed[1])
    if fees and not turns and len(unnamed) == 1 and "current" not in row:
        row["current"] = plain(unnamed[0])
    return row
