"""What other payers pay: rows for the private table, and nothing else.

Every figure beside another payer's name is taken here first, so that no later reader can use it for a letter.
"""

import re
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.percents import MEDICARE, SHARE_AFTER
from workflows.interview.reading.quantities import plain
from workflows.interview.reading.stances import names_other_payer, other_payers_in


def read_other_payers(page: Page) -> None:
    """What other payers pay, for the private table; every figure they own is taken out of the other readers' reach."""
    for clause in page.open_clauses():
        words = clause.words
        named = other_payers_in(page, words)
        if not named or "table" in clause.tags or not names_other_payer(page, words):
            continue
        for (start, end, who), following in zip(named, [*named[1:], None], strict=True):
            stop = following[0] if following else _own_again(page, words, end)
            _other_rows(page, clause, who, start, end, stop)


def _own_again(page: Page, words: str, begin: int) -> int:
    """Where a sentence about another payer returns to ours."""
    names = "|".join(re.escape(a) for a in (page.payer, *page.aliases) if len(a) > 1)
    m = re.search(
        rf"(?i)\b(?:{names + '|' if names else ''}(?:but|while|whereas|and|vs\.?|versus|so)\s+(?:they|we|"
        rf"this\s+payer|you)\b)",
        words[begin:],
    )
    return begin + m.start() if m else len(words)


def _other_rows(page: Page, clause: Clause, who: str, start: int, end: int, stop: int) -> None:
    figures = [
        q
        for q in page.free(clause)
        if clause.start + end <= q.start < clause.start + stop and q.unit in ("percent", "usd", "count", "code")
    ]
    code, seen = "", False
    after_code = re.search(r"\b(\d{5}|[A-V]\d{4})(?:-\d\d)?\b", clause.words[start:stop])
    for q in figures:
        if q.unit == "code" and re.fullmatch(r"\d{5}", q.words):
            code = q.words
            page.take(clause, q)
            continue
        row: Row = {"payer": who.strip(" ,")}
        paid_code = code or (after_code.group(1) if after_code else "")
        tail = clause.words[q.end - clause.start : stop]
        if q.unit == "usd" or (q.unit == "count" and "." in q.words) or (q.unit == "count" and paid_code):
            row |= {"code": paid_code, "rate": plain(q.amount)} if paid_code else {"rate": plain(q.amount)}
        elif q.unit == "percent" or (
            q.unit == "count" and 60 <= q.amount <= 400 and not re.match(r"\s*(?:days|d\b|visits|patients)", tail)
        ):
            if (Decimal(5) <= q.amount <= 1000 and not SHARE_AFTER.match(tail)) or MEDICARE.match(tail):
                row["percent_of_medicare"] = plain(q.amount)
        else:
            continue
        note = re.match(
            r"(?i)\s*(?:of\s+(?P<of>(?:20\d\d\s*)?(?:medicare|mcr)?)\s*)?(?:on\s+|for\s+)?(?P<scope>surg\w*|"
            r"e\s?[/&]\s?m|imaging|across the board|office visits)?",
            tail,
        )
        if note and note["scope"]:
            row["note"] = note["scope"]
        page.take(clause, q)
        if not (q.doubt or q.high is not None) and len(row) > 1:
            page.see("rates.other_payers", row, clause, clause.start + start if not seen else q.start, q.end, 0.84)
            seen = True
