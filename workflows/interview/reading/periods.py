"""Periods: "TTM thru 9/30/26", "CY25", "Jan-Sep 2026" as a letter writes them, and which figures they hold for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workflows.domain.language import MONTHS, figures
from workflows.domain.language import day as written
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page

_MON = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATEISH = (
    rf"(?:\d{{1,2}}/\d{{1,2}}/(?:20)?\d\d|\d{{1,2}}/20\d\d|{_MON}\s+(?:\d{{1,2}},?\s+)?20\d\d|"
    rf"20\d\d-\d\d(?:-\d\d)?|{_MON}\s+\d{{1,2}}(?!\d))"
)
_TWELVE = (
    r"(?:ttm|ltm|trailing\s+(?:12|twelve)(?:\s+months?)?|rolling\s+(?:12|twelve)(?:\s+months?)?|(?:last|past|"
    r"prior|previous)\s+(?:12|twelve)\s+(?:mos?|months)|12[- ]?mos?\.?|(?:the\s+)?(?:12|twelve)\s+months|"
    r"last year)"
)
_PERIOD = re.compile(
    rf"""(?ix)
      (?P<span>{_TWELVE}\s*,?\s*(?:\(?\s*(?:thru|through|to|ending|ended|end|as\s+of|-)\s*
      |\s)(?P<spanend>{_DATEISH})\)?)
    | (?P<fromto>(?P<between>between\s+)?(?P<a>{_DATEISH})\s*
      (?:-|to|thru|through|until|(?(between)and|(?!)))\s*(?P<b>{_DATEISH}))
    | (?P<months>(?P<ma>{_MON})\s*(?:-|to|thru|through)\s*(?P<mb>{_MON})\s+(?P<my>(?:19|20)\d\d))
    | (?P<quarter>\bq(?P<q>[1-4])(?:\s*(?:of\s+)?'?(?P<qy>20\d\d|\d\d)\b)?)
    | (?P<ytd>\b(?:(?P<ya>20\d\d)\s*(?:ytd|year[- ]to[- ]date)|(?:ytd|year[- ]to[- ]date)\s*(?P<yb>20\d\d)))
    | (?P<through>\b(?:ytd\s+)?(?:thru|through)\s+(?P<te>{_DATEISH}))
    | (?P<fiscal>\bfy\s?'?(?P<fy>20\d\d|\d\d)\b)
    | (?P<half>\b(?:first|second|1st|2nd)\s+half\s+(?:of\s+)?(?P<hy>20\d\d))
    | (?P<season>\b(?P<sn>spring|summer|fall|autumn|winter)\s+(?:of\s+)?(?P<sy>20\d\d))
    | (?P<year>(?:\b(?:cy|calendar(?:\s+year)?|calendar\s+yr|in|for|during|yr|year|over
    |of)\s*)?(?<!since\s)(?<!since\s\s)'?(?P<y>(?<![\d/.,-])20[012]\d(?![\d/%]|-\d|,\d|\.\d))(?!\s*(?:medicare|mcr
    |rvu|rbrvs|mpfs|cms|schedule|fee)))
    | (?P<cy>\bcy\s?'?(?P<c>\d\d)\b)
    | (?P<month>\b(?:in\s+)?(?P<mo>{_MON}\s+20\d\d)(?!\d))
    | (?P<loose>\b(?:ttm|trailing\s+(?:12|twelve)\s+months|(?:the\s+)?(?:last|past)\s+(?:12|twelve)\s+(?:mos?
    |months)|12[- ]?mos?\b|last\s+year|this\s+year|a\s+year|per\s+year)\b)
    | (?P<same>\b(?:same\s+(?:period|year|time|12\s+months)|that\s+year)\b)
    """
)
_LAST = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


@dataclass(frozen=True, slots=True)
class Period:
    """A period at [start, end) of a text, as a letter writes it; `kind` is the name of the form it was written in."""

    start: int
    end: int
    says: str
    kind: str


def periods(words: str) -> list[Period]:
    """The periods of a text in order."""
    found = []
    for m in _PERIOD.finditer(words):
        kind = m.lastgroup or ""
        kind = next(
            k
            for k in (
                "span",
                "fromto",
                "months",
                "quarter",
                "ytd",
                "through",
                "fiscal",
                "half",
                "season",
                "year",
                "cy",
                "month",
                "loose",
                "same",
            )
            if m[k]
        )
        says = _says(m, kind)
        if says:
            found.append(Period(m.start(), m.end(), says, kind))
    return found


def _says(m: re.Match[str], kind: str) -> str:
    match kind:
        case "span":
            return f"the 12 months to {_until(m['spanend'])}" if _until(m["spanend"]) else ""
        case "fromto":
            return f"{_date(m['a'])} to {_date(m['b'])}" if _date(m["a"]) and _date(m["b"]) else ""
        case "months":
            return f"{_month(m['ma'])} to {_month(m['mb'])} {m['my']}"
        case "quarter":
            year = m["qy"] and (m["qy"] if len(m["qy"]) == 4 else f"20{m['qy']}")
            return f"the {('first', 'second', 'third', 'fourth')[int(m['q']) - 1]} quarter of {year}" if year else ""
        case "ytd":
            return f"{m['ya'] or m['yb']}, year to date"
        case "through":
            until = _until(m["te"])
            return f"{until[-4:]} through {until[:-5].rstrip(',')}" if until[-4:].isdigit() else ""
        case "fiscal":
            return f"fiscal year {m['fy'] if len(m['fy']) == 4 else '20' + m['fy']}"
        case "half":
            return f"the {'first' if m['half'][0] in 'fF1' else 'second'} half of {m['hy']}"
        case "season":
            return f"{m['sn'].lower()} {m['sy']}"
        case "year":
            return m["y"]
        case "cy":
            return f"20{m['c']}"
        case "month":
            return _date(m["mo"])
        case "loose":
            low = m["loose"].lower()
            return (
                "the trailing 12 months"
                if low.startswith(("ttm", "trail"))
                else "the last 12 months"
                if re.match(r"(?:the )?(?:last|past) (?:12|twelve)", low)
                else ""
            )
        case _:
            return ""


def _iso(words: str) -> str:
    found = [f for f in figures(words) if f.unit == "date"]
    if not found:
        return ""
    digits = str(int(found[0].amount)) if found[0].amount else ""
    return "-".join(x for x in (digits[:4], digits[4:6], digits[6:8]) if x) if len(digits) in (6, 8) else ""


def _date(words: str) -> str:
    iso = _iso(words)
    return written(iso) if iso else ""


def _until(words: str) -> str:
    """The end of a period; a month's last day is told as the month."""
    iso = _iso(words)
    if not iso:
        return ""
    parts = iso.split("-")
    if len(parts) == 3 and int(parts[2]) >= _LAST[int(parts[1])]:
        iso = "-".join(parts[:2])
    return written(iso)


def _month(words: str) -> str:
    return next(n for n in MONTHS if n.lower().startswith(words.lower()[:3]))


def period_near(clause: Clause, start: int, end: int) -> Period | None:
    """The period that belongs to a figure at [start, end) of its note: right behind it, else right before it."""
    words, at, stop = clause.words, start - clause.start, end - clause.start
    sources = [
        m.span() for m in re.finditer(r"(?i)\([^()]*\b(?:data|report|average|avg|scorecard|exchange)\b[^()]*\)", words)
    ]
    found = [
        p
        for p in periods(words)
        if p.kind != "same" and not (p.start < stop and at < p.end) and not any(s <= p.start < e for s, e in sources)
    ]
    after = next((p for p in found if p.start >= stop), None)
    before = next((p for p in reversed(found) if p.end <= at), None)
    if after and len(words[stop : after.start]) <= 70:
        return after
    return before or after


_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("practice.period", ("practice.visits", "practice.revenue", "practice.members")),
    ("er_avoidance.ed_avoided_period", ("er_avoidance.ed_visits_avoided",)),
    ("friction.denial_period", ("friction.denial_rate", "friction.denials_overturned")),
    ("quality.readmission_period", ("quality.readmission_rate",)),
    ("er_avoidance.ed_rate_period", ("er_avoidance.ed_rate",)),
)


def read_periods(page: Page, context: Sequence[Clause] = ()) -> None:
    """The period questions: each takes the period that stands with the figures it dates."""
    for name, dated in _GROUPS:
        for s in [s for s in page.seen if s.field in dated and s.clause is not None][:12]:
            assert s.clause is not None
            p = period_near(s.clause, s.start, s.end)
            place = s.clause
            if p is None:
                place, p = _from_around(page, s.clause, name)
            if p is not None:
                page.see(
                    name, p.says, place, place.start + p.start, place.start + p.end, 0.84 if p.kind != "loose" else 0.7
                )


def _from_around(page: Page, clause: Clause, name: str) -> tuple[Clause, Period | None]:
    """A period told once for its neighbours: a heading line, or the same line of the note."""
    near = [
        c
        for c in page.clauses
        if c.note is clause.note and (c.line == clause.line or c.words.rstrip(" :") == clause.heading)
    ]
    found = {p.says: (c, p) for c in near for p in periods(c.words) if p.kind not in ("loose", "same", "month")}
    if len(found) == 1:
        return next(iter(found.values()))
    titled = [
        c for c in page.clauses if c.note is clause.note and c.line < clause.line and name.split(".")[0] in ("quality",)
    ]
    for c in titled[:2]:
        said = [p for p in periods(c.words) if p.kind not in ("loose", "same")]
        if said and c.words.endswith(":"):
            return c, said[0]
    return clause, None
