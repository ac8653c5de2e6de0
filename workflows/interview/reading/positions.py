"""Rates told in percent: our request, their offer, our limit, the present level, other payers.

A percent is a level ("118% of 2026 Medicare"), an increase ("12% across the board") or a yearly step ("3% each year");
points are none of these. Scope matters as much: "110% for surgery" is a request for a family, not for everything.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity, plain
from workflows.interview.reading.tidy import tidy
from workflows.interview.reading.stances import names_other_payer, other_payers_in, stance_at

__all__ = ["names_other_payer", "read_other_payers", "read_positions", "stance_at"]

_MEDICARE = re.compile(
    r"(?i)^\s*(?:of|x|times|on)?\s*(?:the\s+)?(?:current\s+)?(?P<y>(?:19|20)\d\d)?\s*(?:medicare|mcr\b|mcare\b|"
    r"rbrvs|cms\b|mpfs|m'care)|^\s*of\s+(?:the\s+)?(?P<y2>20\d\d)\b(?!\s*(?:volume|revenue|claims))|^\s*(?:mcr|"
    r"medicare)\b"
)
_YEAR_AFTER = re.compile(
    r"(?i)\b(?P<y>(?:19|20)\d\d)\s*(?:medicare|mcr|mcare|rbrvs|cms|mpfs|rates|fee)|(?:medicare|mcr|mcare|"
    r"rbrvs)\s*(?:for\s+|in\s+|,\s*)?(?P<y2>20\d\d)"
)
_YEARLY = re.compile(
    r"(?i)^[^,.;%\d]{0,26}?(?:/\s?(?:yr|year)|per\s+(?:yr|year|annum)|a\s+year|an\s+year|each\s+(?:year|jan\w*|"
    r"anniversary)|every\s+(?:year|jan\w*)|yearly|annual(?:ly)?|escalat\w+|year\s+after|years?\s+(?:2|two)|cola)"
)
_YEARLY_BEFORE = re.compile(
    r"(?i)\b(?:escalat\w+|annual(?:ly)?|yearly|per\s+year|each\s+year|every\s+year|cola|"
    r"trend\s+factor)\s*[^,;%\d]{0,32}$"
)
_INCREASE = re.compile(
    r"(?i)^[^,.;]{0,18}?\b(?:increase|raise|bump|more|hike|across[- ]the[- ]board|flat|up|over\s+(?:current|"
    r"present|what|today)|on\s+top|lift|rise|better|higher|adjustment|above\s+(?:current|present|what|today|"
    r"our\s+current))\b"
)
_INCREASE_BEFORE = re.compile(
    r"(?i)\b(?:increase|raise|bump|hike|up|plus|adjustment|rise|lift)\s*(?:of|by|is|at|to|:|=|about|"
    r"around)*\s*\+?$|\+\s?$"
)
_SCOPE = re.compile(
    r"(?i)^\s*(?:of\s+(?:the\s+)?(?:current\s+)?(?:(?:19|20)\d\d\s+)?(?:medicare|mcr|mcare|rbrvs|cms|"
    r"mpfs)(?:\s+20\d\d)?|of\s+(?:the\s+)?20\d\d|increase|raise|medicare|mcr|overall|up|"
    r"flat)?[\s,]*(?:overall\s+)?(?P<on>(?:just\s+)?(?:on|for|to)\s+(?:just\s+|only\s+)?(?:the\s+|our\s+)?)?"
    r"(?P<family>(?:e\s?[/&]\s?m(?:s|\s+codes)?|office\s+(?:visits?|codes)|surg(?:ery|ical|eries)?\w*|procedures?|"
    r"imaging|radiology|labs?|injections?|drugs?|preventive|well\s+(?:visits?|child)|vaccines?|immunizations?|"
    r"endoscop\w+|diagnostics?|echo\w*|psychotherapy|therapy|evals?|deliver(?:y|ies)|"
    r"all\s+else|everything\s+else|the\s+rest|rest|all\s+other(?:s|\s+codes)?|other\s+codes|new\s+patients?|"
    r"anesthesia|path(?:ology)?|infusions?|biops(?:y|ies)|mohs|ultrasounds?|testing|dme|telehealth|"
    r"(?:\d{5}(?:\s*(?:-|–|to|and|,|/|&)\s*\d{5})*))(?:\s*(?:/|and|&)\s*(?:fna|surgery|imaging|labs|procedures|"
    r"injections|\d{5}(?:\s*(?:-|to)\s*\d{5})?(?!\s*(?:at|@|\$))))*(?:\s+(?:codes?|visits?|only))?)"
)
_SCOPE_BEFORE = re.compile(
    r"(?i)(?P<family>\b(?:e\s?[/&]\s?ms?|office(?:\s+visits?|\s+codes)?|surg(?:ery|ical)?|procedures?|imaging|"
    r"radiology|labs?|injections?|drugs|preventive|vaccines|therapy|psychotherapy|diagnostics|"
    r"endoscopy))\s*(?:codes|visits|to|at|is|are|:|=|up|down|back|by|get|should\s+be|-)*\s*(?:to|at)?\s*[+-]?$"
)
_ALL = re.compile(
    r"(?i)^[^,.;]{0,34}?\b(?:all\s+codes|everything(?!\s+else)|across[- ]the[- ]board|overall|blended|every\s+code|"
    r"flat|all\s+services)"
)
_THEY_SAY = re.compile(
    r"(?i)\b(?:(?:is\s+)?what\s+they\s+(?:say|claim)|they\s+(?:say|claim|think|told\s+us)|according\s+to\s+(?:them|"
    r"the\s+plan)|their\s+(?:claim|math|number\s+is)|supposed(?:ly)?)\b"
)
_SHARE_AFTER = re.compile(
    r"(?i)^\s*(?:of|off)\s+(?:our|my|the|total|what|all|gross|net|practice|appealed|claims?|denials?|them|these|"
    r"those|new|pts|patients|visits|revenue|rev|collections|receipts|income|charges|billed|\w+\s+(?:revenue|rev|"
    r"collections|receipts|claims|patients|pts))\b"
)
_OTHER_RATE = re.compile(
    r"(?i)\b(?:deni(?:al|als|ed)|overturn\w*|approv\w*|cost|wages?|salar\w*|payroll|rent|lease|supplies|inflation|"
    r"cpi|premiums?|malpractice|staff|screen\w*|a1c|control|readmi\w*|no[- ]show|show\s+rate|combo|plan\s+avg|"
    r"satisf\w*|survey|share|turnover|collections|mod(?:ifier)?\s+\d+|paid\s+(?:at|as))\b"
)
_LEVEL, _RISE, _STEP, _POINTS = "level", "rise", "step", "points"


@dataclass(frozen=True, slots=True)
class Position:
    """A percent with its stance, scheme (level, rise, step, points), Medicare year and the family it is limited to."""

    clause: Clause
    figure: Quantity
    stance: str
    scheme: str
    year: str
    family: str
    sure: bool
    end: int


def read_positions(page: Page) -> None:
    """Read every percent that is a position and note down what it answers."""
    for clause in page.open_clauses():
        if "table" in clause.tags:
            continue
        found = [p for q in page.free(clause) if (p := _position(page, clause, q))]
        for stance in ("ask", "offer", "floor", "now"):
            _see(page, clause, stance, [p for p in found if p.stance == stance])
        for p in found:
            page.take(clause, p.figure)


def _position(page: Page, clause: Clause, q: Quantity) -> Position | None:
    words = clause.words
    before, after = words[: q.start - clause.start], words[q.end - clause.start :]
    medicare = _MEDICARE.match(after)
    if q.unit not in ("percent", "points", "count") or (_SHARE_AFTER.match(after) and not medicare):
        return None
    stance = stance_at(page, clause, q.start)
    scheme, sure = _scheme(q, before, after, bool(medicare), stance)
    if not scheme or (
        q.unit == "count"
        and not medicare
        and not (
            stance in ("floor", "ask", "now") and 60 <= q.amount <= 400 and _bare_level(before, after, stance, clause)
        )
    ):
        return None
    if clause.note.step == "walk_away" and stance != "floor":
        return None
    if not stance:
        stance = (
            "ask"
            if scheme == _STEP and clause.note.step == "ask"
            else "now"
            if scheme == _LEVEL and medicare and clause.note.step == "rates"
            else ""
        )
    if not stance or (_OTHER_RATE.search(before[-34:] + " " + after[:18]) and not medicare):
        return None
    if _THEY_SAY.search(after[:60]) or _THEY_SAY.search(before[-40:]) or re.search(r"(?i)\bnot\s+$", before):
        return None
    year = _year(words, medicare, after)
    family, end = _family(before, after, q)
    return Position(clause, q, stance, scheme, year, family, sure, q.end + max(end, medicare.end() if medicare else 0))


def _bare_level(before: str, after: str, stance: str, clause: Clause) -> bool:
    """Whether a number without a sign may be a percent of Medicare: "wouldn't sign under 104", "target 118"."""
    if re.match(
        r"(?i)\s*(?:days?|visits?|hours?|members?|patients?|pts|months?|weeks?|miles?|codes?|claims?|units?|slots?|"
        r"d\b|on\s+\d{5}|for\s+(?:a\s+)?\d{5}|minutes?|people|dollars)",
        after,
    ) or before.rstrip().endswith("$"):
        return False
    if stance == "floor":
        return True
    return bool(
        re.search(
            r"(?i)\b(?:target|goal|blended|ask(?:ing)?(?:\s+for|\s+is)?|want|aim(?:ing)?(?:\s+for)?|"
            r"shoot(?:ing)?\s+for|overall)\s*(?:is|of|at|:|=)*\s*$",
            before,
        )
    ) and bool(re.match(r"\s*(?:[,.;)]|$|overall|blended)", after))


def _scheme(q: Quantity, before: str, after: str, medicare: bool, stance: str) -> tuple[str, bool]:
    if q.unit == "points":
        return _POINTS, False
    if medicare:
        return (_LEVEL, True) if q.amount >= 30 else ("", False)
    if _YEARLY.match(after) or _YEARLY_BEFORE.search(before):
        return (_STEP, True) if q.amount <= 20 else ("", False)
    if (_INCREASE.match(after) or _INCREASE_BEFORE.search(before[-34:])) and q.amount <= 60:
        return _RISE, True
    if q.amount >= 60:
        return _LEVEL, False
    if q.amount <= 30:
        return _RISE, stance == "offer"
    return "", False


def _year(words: str, medicare: re.Match[str] | None, after: str) -> str:
    if medicare and (medicare["y"] or medicare["y2"]):
        return medicare["y"] or medicare["y2"]
    m = _YEAR_AFTER.search(after[:40]) if medicare else None
    return (m["y"] or m["y2"]) if m else ""


def _family(before: str, after: str, q: Quantity) -> tuple[str, int]:
    m = _SCOPE.match(after)
    if m and (m["on"] or not re.match(r"(?i)\s*(?:the\s+)?rest\s+of", after)):
        return re.sub(r"\s+", " ", m["family"]).strip(), m.end()
    m2 = _SCOPE_BEFORE.search(before[-30:])
    return (m2["family"].strip(), 0) if m2 else ("", 0)


def _see(page: Page, clause: Clause, stance: str, found: list[Position]) -> None:
    if not found:
        return
    for p in [p for p in found if p.scheme == _POINTS]:
        _points(page, p)
    found = [p for p in found if p.scheme != _POINTS]
    steps, rates = [p for p in found if p.scheme == _STEP], [p for p in found if p.scheme != _STEP]
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
                page, p, "walk_away.lowest_percent_of_medicare" if p.scheme == _LEVEL else "walk_away.lowest_increase"
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
        ask = (
            ask
            or f"{label}: you wrote {p.clause.note.raw[q.start : q.end].strip()}, but not as certain. Which figure "
            f"holds?"
        )
    score = 0.9 if p.sure else 0.74
    if q.approx:
        score = min(score, 0.75)
    start = _opening(p)
    page.see(name, plain(q.amount), p.clause, start, max(p.end, q.end), score, ask=ask)
    if p.year and not ask and p.scheme == _LEVEL and name.split(".")[0] in ("ask", "rates") and "offer" not in name:
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
                _figure(page, p, "ask.percent_of_medicare" if p.scheme == _LEVEL else "ask.increase")
    else:
        for p in whole:
            _figure(page, p, "ask.percent_of_medicare" if p.scheme == _LEVEL else "ask.increase")
    years = {p.year for p in scoped if p.year}
    for p in scoped:
        row: Row = {"family": p.family}
        codes = re.findall(r"\d{5}(?:\s*-\s*\d{5})?", p.family)
        if codes:
            row["codes"] = ", ".join(codes)
        row["percent_of_medicare" if p.scheme == _LEVEL else "increase"] = plain(p.figure.amount)
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
            page, rates[0], "rates.offer_percent_of_medicare" if rates[0].scheme == _LEVEL else "rates.offer_increase"
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
    said = clause.words[start:].strip(" :;,.")
    page.see("rates.offer_terms", tidy(said), clause, clause.start + start, clause.end, 0.84)


def _now(page: Page, clause: Clause, rates: list[Position]) -> None:
    for p in rates:
        if p.scheme != _LEVEL:
            continue
        overall = re.search(
            r"(?i)\b(?:overall|blended|average)\b",
            clause.words[max(0, p.figure.start - clause.start - 24) : p.end - clause.start],
        )
        if p.family and not overall and len(rates) > 1:
            continue
        _figure(page, p, "rates.percent_of_medicare")


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
            if Decimal(5) <= q.amount <= 1000 and not _SHARE_AFTER.match(tail) or _MEDICARE.match(tail):
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
