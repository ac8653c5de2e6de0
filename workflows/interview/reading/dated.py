"""Dates: which day, month or year answers which question, by the words around it.

A date goes to one question only. "Since" and "not touched since" tell the last rate change; "eff" beside the agreement
its effective date, beside an offer a term of the offer.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from workflows.domain.language import MONTHS, figures
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import Field
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.stances import stance_at

_MONTH_END = re.compile(
    r"(?i)\b(?:the\s+)?end\s+of\s+(?P<m>(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|"
    r"dec)[a-z]*)\.?,?\s*(?P<y>20\d\d)?"
)
_OFFER_WORDS = re.compile(
    r"(?i)\b(?:offer\w*|propos(?:al|es|ed)|came\s+back|counter\w*|their\s+letter|letter\s+dated|"
    r"amendment\s+they\s+sent)\b"
)
_POINTS_ON = re.compile(r"(?i)\b(?:by|until|through|before|from|on|dated|sent|effective|eff\.?|starting|beginning)$")
_OTHER_DATE = re.compile(
    r"(?i)\b(?:eff(?:ective)?\.?|start(?:s|ing)?|begin(?:s|ning)?|from|by|until|till|through|thru|expir\w+|good\s+to)\W*$"
)
_FARTHEST = 60
_COMING = frozenset(
    {"ask.answer_by", "ask.effective", "rates.offer_answer_by"}
)  # a day without a year is the next such day
_PAST = frozenset({"practice.last_rate_change", "rates.offer_date"})


def read_dates(page: Page) -> None:
    """Note down every date that a cue claims."""
    fields = [f for f in page.fields.values() if f.question.kind == "date"]
    for clause in page.open_clauses():
        if "table" in clause.tags:
            continue
        dates = list(_dates(page, clause))
        low = clause.low if dates else ""
        claims: list[tuple[float, Field, str, Quantity, int, int]] = []
        for q, iso in dates:
            for f in fields:
                if not f.cues.may(low):
                    continue
                cue = _claim(page, f, clause, q)
                if cue:
                    claims.append((cue[0], f, iso, q, cue[1], cue[2]))
        _assign(page, clause, claims)


def _assign(page: Page, clause: Clause, claims: list[tuple[float, Field, str, Quantity, int, int]]) -> None:
    used: set[int] = set()
    answered: set[str] = set()
    for score, f, iso, q, start, end in sorted(claims, key=lambda c: -c[0]):
        if q.start in used or f.name in answered or score < 0.4:
            continue
        used.add(q.start)
        answered.add(f.name)
        ask = (
            f"{f.question.label}: you wrote {q.words.strip()}, but not as certain. {f.question.ask}"
            if q.doubt
            else _misplaced(page.today, f, iso, q.words)
        )
        page.see(f.name, iso, clause, min(start, q.start), max(end, q.end), min(score, 0.95), ask=ask)
        page.take(clause, q)


def _misplaced(today: date, f: Field, iso: str, words: str) -> str:
    """The question a date raises that cannot be: a past event still to come, a deadline already over."""
    now = today.isoformat()[: len(iso)]
    if f.name in _PAST and iso > now:
        return f"{f.question.label}: {words.strip()} is still to come. Which date is right?"
    if f.name in _COMING and iso < now:
        return f"{f.question.label}: {words.strip()} is already over. Which date is right?"
    return ""


def _dates(page: Page, clause: Clause) -> Iterator[tuple[Quantity, str]]:
    for q in page.free(clause):
        if q.unit == "date":
            iso = _iso(page, clause, q)
            if iso:
                yield q, iso
        elif q.unit == "year" and len(q.words.strip()) == 4 and 1950 <= q.amount <= page.today.year + 3:
            yield q, q.text
    for m in _MONTH_END.finditer(clause.words):
        month = next(i for i, n in enumerate(MONTHS, 1) if n.lower().startswith(m["m"].lower()[:3]))
        year = int(m["y"]) if m["y"] else page.today.year + (0 if month >= page.today.month else 1)
        first_after = date(year + month // 12, month % 12 + 1, 1)
        words = clause.words[m.start() : m.end()]
        yield (
            Quantity(
                clause.start + m.start(), clause.start + m.end(), first_after.toordinal() * _ONE, "date", words=words
            ),
            (first_after - timedelta(days=1)).isoformat(),
        )


_ONE = __import__("decimal").Decimal(1)


def _iso(page: Page, clause: Clause, q: Quantity) -> str:
    """The canonical date; a day without its year is the next such day (answers are asked for, not remembered)."""
    digits = str(int(abs(q.amount)))
    found = next((f for f in figures(q.words) if f.unit == "date"), None)
    if found is None:
        return ""
    if len(digits) in (3, 4):
        month, day = int(digits[:-2]), int(digits[-2:])
        for year in (page.today.year, page.today.year + 1):
            try:
                coming = date(year, month, day)
            except ValueError:
                return ""
            if coming >= page.today:
                return coming.isoformat()
    if len(digits) >= 6 and digits[:2] in ("19", "20"):
        return "-".join(x for x in (digits[:4], digits[4:6], digits[6:8]) if x)
    return ""


def _claim(page: Page, f: Field, clause: Clause, q: Quantity) -> tuple[float, int, int] | None:
    words, at, end = clause.words, q.start - clause.start, q.end - clause.start
    if f.cues.ruled_out(words) or (
        q.unit == "year" and f.name not in ("practice.last_rate_change", "practice.effective_date")
    ):
        return None
    if q.unit == "year" and re.match(
        r"(?i)\s*(?:medicare|mcr|rates?\b|schedule|fee|scorecard|report|volume|registry|claims)", words[end:]
    ):
        return None
    offered = bool(_OFFER_WORDS.search(words[:at]) or _OFFER_WORDS.search(clause.heading))
    if f.name == "rates.offer_answer_by" and re.search(r"(?i)\bthey(?:'d)?\s+(?:want|need|asked|expect)", words[:at]):
        offered = True
    if f.name.startswith("rates.offer") and not offered and stance_at(page, clause, q.start) != "offer":
        return None
    if f.name == "rates.offer_date" and _OTHER_DATE.search(words[:at][-18:]):
        return None
    if f.name == "rates.offer_date" and re.search(
        r"(?i)\d\s?(?:%|percent|pct)\s*(?:on|from|in|at|as\s+of)?\s*$", words[:at]
    ):
        return None  # "2% on 1/1/2027": when the rates move, not when the offer came
    if f.name == "rates.offer_answer_by" and re.search(
        r"(?i)\b(?:eff\w*|start\w*|begin\w*|dated|from)\W*$", words[:at][-14:]
    ):
        return None
    if f.name in ("practice.effective_date", "ask.effective") and offered:
        return None
    if f.name == "ask.effective" and clause.note.step != "ask" and stance_at(page, clause, q.start) != "ask":
        return None
    best: tuple[float, int, int] | None = None
    for label in f.cues.labels:
        for m in label.finditer(words):
            if m.start() >= end and _POINTS_ON.search(m.group()):
                continue  # "start 2/1/2027, answer by 12/4": "by" claims the date after it
            score = _nearness(words, m.start(), m.end(), at, end)
            if score and (best is None or score > best[0]):
                best = (score, clause.start + m.start(), clause.start + m.end())
        if best is None and clause.heading and label.search(clause.heading) and at < 40:
            best = (0.82 - 0.002 * at, q.start, q.end)
    if best is None or (
        len(str(int(abs(q.amount)))) < 4 + (q.unit == "date") and f.name not in _COMING and q.unit == "date"
    ):
        return None
    bonus = (0.05 if clause.note.step == f.step else 0.0) + (0.03 if q.unit == "date" else -0.04)
    return best[0] + bonus, best[1], best[2]


def _nearness(words: str, start: int, end: int, at: int, stop: int) -> float:
    between = words[end:at] if end <= at else words[stop:start] if start >= stop else ""
    if len(between) > _FARTHEST:
        return 0.0
    score = (
        0.86
        - 0.005 * len(between)
        - 0.06 * len(re.findall(r"[,;(]", between))
        - 0.08 * len(re.findall(r"\d{1,2}/\d|20\d\d", between))
    )
    return score - (0.0 if start < stop else 0.3 if "," in between else 0.1)
