"""Rates told in percent: our request, their offer, our limit, the present level, other payers.

A percent is a level ("118% of 2026 Medicare"), an increase ("12% across the board") or a yearly step ("3% each year");
points are none of these. Scope matters as much: "110% for surgery" is a request for a family, not for everything.
"""

import re

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.percents import LEVEL, POINTS, STEP, Position, position
from workflows.interview.reading.quantities import plain
from workflows.interview.reading.stances import stance_at
from workflows.interview.reading.tidy import tidy

_ALL = re.compile(
    r"(?i)^[^,.;]{0,34}?\b(?:all\s+codes|everything(?!\s+else)|across[- ]the[- ]board|overall|blended|every\s+code|"
    r"flat|all\s+services)"
)


def read_positions(page: Page) -> None:
    """Read every percent that is a position and note down what it answers."""
    for clause in page.open_clauses():
        if "table" in clause.tags:
            continue
        found = [p for q in page.free(clause) if (p := position(page, clause, q))]
        for stance in ("ask", "offer", "floor", "now"):
            _see(page, clause, stance, [p for p in found if p.stance == stance])
        _beside_par(page, clause)
        for p in found:
            page.take(clause, p.figure)


_YEAR_TOLD = re.compile(r"(?i)\b(20\d\d)\s*(?:medicare|mcr|mcare|mc\b|rbrvs|cms|mpfs)")
_PAR = re.compile(
    r"(?i)\b(?:par|medicare|mcr)\s*(?:\+|plus|and)\s*(?!\d+\s?(?:%|percent))(?P<n>\$?\d{1,3}\b|ten|twelve|fifteen|twenty|five|eight|six)"
    r"(?!\s*(?:days?|visits?|months?))|\b(?:\d{1,2}|ten|twelve|fifteen|twenty|five|eight)\s+(?:over|above)\s+(?:par|medicare)\b"
)


def _beside_par(page: Page, clause: Clause) -> None:
    """ "Par plus ten" may be ten percent, ten points or ten dollars: asked about, never taken."""
    m = _PAR.search(clause.words)
    if m and stance_at(page, clause, clause.start + m.end()) == "ask" and "limit" not in clause.tags:
        page.see(
            "ask.percent_of_medicare",
            "",
            clause,
            clause.start + m.start(),
            clause.start + m.end(),
            0.6,
            ask=f"You wrote “{m.group().strip()}”. Which percent of Medicare is that, of which year?",
        )


def _see(page: Page, clause: Clause, stance: str, found: list[Position]) -> None:
    if not found:
        return
    for p in [p for p in found if p.scheme == POINTS]:
        _points(page, p)
    found = [p for p in found if p.scheme != POINTS]
    steps, rates = [p for p in found if p.scheme == STEP], [p for p in found if p.scheme != STEP]
    for p in steps if stance == "ask" else []:
        tied = re.search(r"(?i)\b(?:mei|cpi|whichever|greater of|higher of|lesser of)\b", clause.words)
        _figure(
            page,
            p,
            "ask.escalator",
            ask="The yearly escalator is tied to an index. Which one percentage may stand as the escalator, if any?"
            if tied
            else "",
        )
    for p in steps if stance == "offer" else []:
        _figure(
            page,
            p,
            "rates.offer_increase",
            ask=(
                f"They offer {p.figure.words.strip()} a year. Is that the whole offer? What increase over the "
                f"present rates does it make?"
            ),
        )
    if stance == "ask":
        _asked(page, clause, rates)
    elif stance == "offer":
        _offered(page, clause, rates)
    elif stance == "now":
        _now(page, clause, rates)
    else:
        for p in rates:
            _figure(
                page, p, "walk_away.lowest_percent_of_medicare" if p.scheme == LEVEL else "walk_away.lowest_increase"
            )


def _points(page: Page, p: Position) -> None:
    name = {
        "ask": "ask.escalator",
        "offer": "rates.offer_increase",
        "floor": "walk_away.lowest_increase",
        "now": "rates.percent_of_medicare",
    }[p.stance]
    _figure(
        page,
        p,
        name,
        ask=(
            f"You wrote {p.figure.words.strip()}: percentage points of Medicare are not a percent of your present "
            f"rates. Which is meant, and how much is it in percent?"
        ),
    )


def _figure(page: Page, p: Position, name: str, ask: str = "") -> None:
    q = p.figure
    label = page.fields[name].question.label if name in page.fields else name
    if q.high is not None:
        ask = ask or f"{label}: you wrote {p.clause.note.raw[q.start : q.end].strip()}. Which one figure?"
    elif q.doubt:
        ask = ask or (
            f"{label}: you wrote {p.clause.note.raw[q.start : q.end].strip()}, but not as certain. Which figure holds?"
        )
    score = 0.9 if p.sure else 0.74
    if q.approx:
        score = min(score, 0.75)
    start = _opening(p)
    page.see(name, plain(q.amount), p.clause, start, max(p.end, q.end), score, ask=ask)
    if p.year and not ask and p.scheme == LEVEL and name.split(".")[0] in ("ask", "rates") and "offer" not in name:
        page.see(f"{name.split('.')[0]}.medicare_year", p.year, p.clause, q.start, max(p.end, q.end), 0.9)


def _opening(p: Position) -> int:
    """Where the words that make a figure what it is begin: up to four words before it in the same piece."""
    earlier = max((q.end for q in p.clause.figures if q.end <= p.figure.start), default=p.clause.start) - p.clause.start
    before = p.clause.words[: p.figure.start - p.clause.start]
    piece = re.split(r"[,;:(]|\s-\s", before[earlier:])[-1]
    kept = " ".join(piece.split()[-5:])
    return p.clause.start + before.rindex(kept) if kept and kept in before else p.figure.start


def _asked(page: Page, clause: Clause, rates: list[Position]) -> None:
    scoped = [p for p in rates if p.family]
    whole = [p for p in rates if not p.family]
    if len(scoped) + len(whole) > 1 and scoped:
        for p in whole:
            if not _ALL.match(clause.words[p.figure.end - clause.start :]):
                page.see(
                    "ask.families",
                    {},
                    clause,
                    p.figure.start,
                    p.end,
                    0.6,
                    ask=f"For which codes do you ask {p.figure.words.strip()}?",
                )
            else:
                _figure(page, p, "ask.percent_of_medicare" if p.scheme == LEVEL else "ask.increase")
    else:
        for p in whole:
            _figure(page, p, "ask.percent_of_medicare" if p.scheme == LEVEL else "ask.increase")
    years = {p.year for p in scoped if p.year}
    told = _YEAR_TOLD.findall(clause.words)
    if not years and scoped and len(set(told)) == 1 and all(p.scheme == LEVEL for p in scoped):
        at = clause.words.rindex(told[0])
        page.see("ask.medicare_year", told[0], clause, clause.start + at, clause.start + at + 4, 0.8)
    for p in scoped:
        row: Row = {"family": p.family}
        codes = re.findall(r"\d{5}(?:\s*-\s*\d{5})?", p.family)
        if codes:
            row["codes"] = ", ".join(codes)
        row["percent_of_medicare" if p.scheme == LEVEL else "increase"] = plain(p.figure.amount)
        doubt = p.figure.doubt or p.figure.high is not None
        page.see(
            "ask.families",
            row,
            clause,
            _opening(p),
            max(p.end, p.figure.end),
            0.84 if p.sure or len(scoped) > 1 else 0.7,
            ask=f"Is {p.figure.words.strip()} for {p.family} certain?" if doubt else "",
        )
    if len(years) == 1 and scoped:
        p = next(p for p in scoped if p.year)
        page.see("ask.medicare_year", p.year, clause, p.figure.start, max(p.end, p.figure.end), 0.88)


def _offered(page: Page, clause: Clause, rates: list[Position]) -> None:
    limited = re.search(
        r"(?i)\b(?:only|nothing on|except|but not|just on|down|flat for|excluding|surgery flat|imaging flat)\b",
        clause.words,
    )
    if (
        len(rates) == 1
        and not rates[0].family
        and not (limited and re.search(r"(?i)\b(?:nothing on|except|excluding|but not)\b", clause.words))
    ):
        _figure(
            page, rates[0], "rates.offer_percent_of_medicare" if rates[0].scheme == LEVEL else "rates.offer_increase"
        )
        return
    if rates:
        _terms(page, clause, rates[0])
        page.see(
            "rates.offer_increase",
            plain(rates[0].figure.amount),
            clause,
            clause.start,
            clause.end,
            0.6,
            ask=(
                "The offer differs by kind of code. If you know it, what does it come to over all your codes, in "
                "percent of the present rates?"
            ),
        )


def _terms(page: Page, clause: Clause, first: Position) -> None:
    """An offer that differs by kind of code is kept whole, in its own words."""
    at = first.figure.start - clause.start
    opening = re.split(r"[:;]|\b(?:w/|with|at)\s|\d\d/\d\d{2,4}\s", clause.words[:at])[-1]
    start = at - len(opening) if len(opening) <= 40 else at
    said = re.split(r"(?i),\s*(?:reply|answer|response|decision|respond)\b", clause.words[start:])[0].strip(" :;,.")
    page.see("rates.offer_terms", tidy(said), clause, clause.start + start, clause.end, 0.84)


def _now(page: Page, clause: Clause, rates: list[Position]) -> None:
    for p in rates:
        if p.scheme != LEVEL:
            continue
        overall = re.search(
            r"(?i)\b(?:overall|blended|average)\b",
            clause.words[max(0, p.figure.start - clause.start - 24) : p.end - clause.start],
        )
        if p.family and not overall and len(rates) > 1:
            continue
        levels = [q for q in clause.figures if q.unit == "percent" and q.amount >= 60]
        split = "Your present level differs by kind of code. What is it over all your codes together, if you know it?"
        _figure(page, p, "rates.percent_of_medicare", ask=split if p.family and not overall and len(levels) > 1 else "")
