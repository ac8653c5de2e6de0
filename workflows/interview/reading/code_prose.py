"""Codes in sentences: "99213: 4,100 visits, pays 78.20, they offered 80, we want 92" as a row.

A sentence is cut from code to code. Inside a cut, the word before (or the unit after) a figure says which column it is.
A figure without such a word stands only where its form leaves one reading.
"""

import re
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.code_tables import CODE
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity, plain
from workflows.interview.reading.stances import names_other_payer, stance_at

CODE_IN_WORDS = re.compile(
    rf"(?<![\w$#.,/-])(?P<code>{CODE})(?![\w%]|,\d|\.\d)(?!\s*(?:-|–|to|through|thru)\s*\d{{5}})"
)
_BEFORE = (
    (
        "offered",
        re.compile(
            r"(?i)\b(?:offer(?:ed|s|ing)?|came back (?:at|with)|counter(?:ed)?(?: at| with)?|propos(?:ed|es|al) "
            r"(?:by them|from them)|their offer(?: is)?|they propose)\s*(?:is|of|at|us|:|=|now)*\s*\$?$"
        ),
    ),
    (
        "proposed",
        re.compile(
            r"(?i)\b(?:want(?:ed|s|ing)?|ask(?:ing|ed|s)?(?: for)?|need|our ask(?: is)?|propose|proposing|target|"
            r"goal|carve out[^,]*|we'd like|would like|looking for|hop(?:e|ing) for|request(?:ing)?|should be|get "
            r"it to|bring (?:it )?(?:up )?to|raise(?:d)? to|up to)\s*(?:is|of|at|us|for|to|:|=)*\s*\$?$"
        ),
    ),
    (
        "medicare",
        re.compile(
            r"(?i)\b(?:medicare|mcr|mcare|cms)\s*(?:20\d\d\s*)?(?:pays|allows|is|rate|at|amount|of|would be|:|=|"
            r"20\d\d)*\s*\$?$"
        ),
    ),
    (
        "current",
        re.compile(
            r"(?i)\b(?:pay(?:s|ing)?|paid|get(?:s|ting)?|allow(?:ed|s|able)?|current(?:ly)?|now|reimburse[sd]?|at|"
            r"@|is at|currently at|rate(?:\s+is)?|we get|they allow|fee(?:\s+is)?)\s*(?:us|is|of|about|only|just|"
            r"me|a|them|at|:|=|now|currently)*\s*~?\$?$|@\s*\$?$"
        ),
    ),
)
_UNITS_AFTER = re.compile(
    r"(?i)^\s*(?:units?|visits?|times?|claims?|x\b|encounters?|procedures?|per\s+(?:yr|year)|/\s?(?:yr|year)|"
    r"a\s+year|billed|done|last\s+year|in\s+20\d\d|annually|annual|of\s+(?:them|those)|vol(?:ume)?)\b"
)
_UNITS_BEFORE = re.compile(
    r"(?i)(?:\b(?:did|do|bill(?:ed|s)?|vol(?:ume)?|units?|count|qty|ran|had|about|was|were|we\s+see|"
    r"freq(?:uency)?)\s*(?:of|is|was|:|=|about|~)*\s*|[:x(/-]\s*|^\s*)$"
)
_MEDICARE_AFTER = re.compile(r"(?i)^\s*(?:is\s+)?(?:medicare|mcr|mcare)\b")
_OFFER_AFTER = re.compile(r"(?i)^\s*(?:is\s+)?(?:offered|their\s+offer|from\s+them)\b")
_PARTLY = re.compile(
    r"^\s+(?P<w>ten|fifteen|twenty|twenty[- ]five|thirty|forty|fifty|sixty|seventy|seventy[- ]five|eighty|"
    r"ninety)\b(?!\s*(?:percent|%|visits|units|cents?\s+of))",
    re.I,
)
_CENTS = {
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "twenty five": 25,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "seventy five": 75,
    "eighty": 80,
    "ninety": 90,
}


_CLAIMS = re.compile(r"(?i)\b(?:denied|denials?|underpaid|underpayments?|audit|appeal\w*|unit\s+cap|doses/visit)\b")


def read_code_prose(page: Page) -> None:
    """Code rows in the sentences of every open clause."""
    for clause in page.open_clauses():
        words = clause.words
        if clause.note.step not in ("rates", "ask", "practice") or "limit" in clause.tags or _CLAIMS.search(words):
            continue
        codes = [m for m in CODE_IN_WORDS.finditer(words) if _plausible(page, clause, m)]
        for m, following in zip(codes, [*codes[1:], None], strict=False):
            end = following.start() if following else len(words)
            if following and not re.search(r"\d|[a-z]{3}", words[m.end() : following.start()]):
                continue
            _read_cut(page, clause, m, end)


def _plausible(page: Page, clause: Clause, m: re.Match[str]) -> bool:
    """A five-digit number that may be a procedure code: not a ZIP, a count of visits or part of a range."""
    words, code = clause.words, m["code"]
    before, after = words[: m.start()], words[m.end() : m.end() + 18]
    if (clause.note.step, clause.start + m.start()) in page.taken or (
        re.search(r"(?i)\b(?:zip|suite|ste|po box|[A-Z]{2}|no\.|#|ext\.?)\s*$", before[-8:])
        and not re.search(r"(?i)\b(?:on|at|is|cpt|code|or|we|do)\s*$", before[-8:])
    ):
        return False
    if (
        re.match(
            r"(?i)\s*(?:visits|members|patients|pts|people|lives|claims|encounters|mbrs|dollars|kids|residents)\b",
            after,
        )
        and code.isdigit()
    ):
        return False
    return not code[:5].isdigit() or code[:2] in ("00", "01") or 10000 <= int(code[:5]) <= 99607


def _read_cut(page: Page, clause: Clause, m: re.Match[str], end: int) -> None:
    row: Row = {"code": re.sub(r"\s", "", m["code"])}
    begin, last = clause.start + m.end(), clause.start + m.end()
    asks: list[str] = []
    stance = "proposed" if "ask" in _stance(page, clause, m.start()) else "current"
    for q in [q for q in page.free(clause) if begin <= q.start < clause.start + end]:
        if q.unit not in ("count", "usd", "code", "year", "percent") or (q.unit == "year" and not row.get("code")):
            continue
        name = _column_of(clause, q, m.end(), row, stance)
        if name is None and q.doubt and q.unit in ("usd", "count"):
            name = "current"
        if name is None or name in row:
            continue
        amount, stop = _with_cents(clause, q)
        if q.doubt or q.high is not None:
            asks.append(
                f"Code {row['code']}: you wrote “{clause.note.raw[q.start : q.end]}”, but not as certain. Which "
                f"figure holds?"
            )
            page.take(clause, q)
            continue
        row[name] = plain(amount)
        last = max(last, stop)
        page.take_span(clause, q.start, stop)
    start = clause.start + m.start()
    for ask in asks:
        page.see("rates.codes", row, clause, start, clause.start + end, 0.6, ask=ask)
    if clause.note.step == "ask" and "proposed" not in row:
        return  # a code named in another request ("pay 59510 as billed, repay the 12 claims") is no row of a schedule
    if len(row) > 1 and not _foreign(page, clause, m.start(), end):
        page.see("rates.codes", row, clause, start, last, 0.84)
        page.take_span(clause, start, start + 5)


def _stance(page: Page, clause: Clause, at: int) -> set[str]:
    return {stance_at(page, clause, clause.start + at)}


def _foreign(page: Page, clause: Clause, start: int, end: int) -> bool:
    return names_other_payer(page, clause.words[max(0, start - 60) : end])


def _column_of(clause: Clause, q: Quantity, code_end: int, row: Row, stance: str) -> str | None:
    before = clause.words[code_end : q.start - clause.start]
    after = clause.words[q.end - clause.start :]
    if q.unit == "percent":
        return "medicare_percent" if re.match(r"(?i)\s*of\s+(?:20\d\d\s+)?(?:medicare|mcr|mcare)", after) else None
    whole = q.amount == q.amount.to_integral_value() and "." not in q.words
    if (
        whole
        and q.unit != "usd"
        and _UNITS_AFTER.match(after)
        and not re.search(r"(?i)(?:\bat|@|pays?|paid|offered|want)\s*\$?$", before)
    ):
        return "volume"
    if re.match(r"(?i)\W*(?:medicare|mcr|mcare)\s*:", clause.words) and (q.unit == "usd" or not whole):
        return "medicare"
    if _MEDICARE_AFTER.match(after) and (q.unit == "usd" or not whole):
        return "medicare"
    if _OFFER_AFTER.match(after):
        return "offered"
    for name, pattern in _BEFORE:
        if pattern.search(before[-40:]):
            return (
                stance
                if name == "current" and stance == "proposed" and re.search(r"(?i)\b(?:at|@)\s*\$?$", before)
                else name
            )
    if q.unit == "usd" or not whole:
        return stance if "current" not in row else None
    if (
        q.unit == "count"
        and "volume" not in row
        and len(before) < 24
        and _UNITS_BEFORE.search(before)
        and "current" not in row
        and (q.amount >= 20 or q.amount == 0)
    ):
        return "volume" if re.search(r"(?i)(?:\bat\b|@|pays?|paid|\$)", after[:24]) else None
    return None


def _with_cents(clause: Clause, q: Quantity) -> tuple[Decimal, int]:
    """ "104 fifty" is $104.50 when dictated."""
    after = clause.words[q.end - clause.start :]
    m = _PARTLY.match(after)
    if m and q.unit == "count" and not q.spelled and q.amount == q.amount.to_integral_value():
        return q.amount + Decimal(_CENTS[re.sub("-", " ", m["w"].lower())]) / 100, q.end + m.end()
    return q.amount, q.end
