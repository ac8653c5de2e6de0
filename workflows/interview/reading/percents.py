"""What a percent means in words about rates: a level of Medicare, a rise, a yearly step or points; of which
year, for which
codes, and whose it is.

Read apart from what is done with it, because the same percent is a request in one mouth and an offer in the other.
"""

import re
from dataclasses import dataclass

from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.stances import stance_at

MEDICARE = re.compile(
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

_THEY_SAY = re.compile(
    r"(?i)\b(?:(?:is\s+)?what\s+they\s+(?:say|claim)|they\s+(?:say|claim|think|told\s+us)|according\s+to\s+(?:them|"
    r"the\s+plan)|their\s+(?:claim|math|number\s+is)|supposed(?:ly)?)\b"
)

SHARE_AFTER = re.compile(
    r"(?i)^\s*(?:of|off)\s+(?:our|my|the|total|what|all|gross|net|practice|appealed|claims?|denials?|them|these|"
    r"those|new|pts|patients|visits|revenue|rev|collections|receipts|income|charges|billed|\w+\s+(?:revenue|rev|"
    r"collections|receipts|claims|patients|pts))\b"
)

_OTHER_RATE = re.compile(
    r"(?i)\b(?:deni(?:al|als|ed)|overturn\w*|approv\w*|cost|wages?|salar\w*|payroll|rent|lease|supplies|inflation|"
    r"cpi|premiums?|malpractice|staff|screen\w*|a1c|control|readmi\w*|no[- ]show|show\s+rate|combo|plan\s+avg|"
    r"satisf\w*|survey|share|turnover|collections|mod(?:ifier)?\s+\d+|paid\s+(?:at|as))\b"
)

LEVEL, _RISE, STEP, POINTS = "level", "rise", "step", "points"


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


def position(page: Page, clause: Clause, q: Quantity) -> Position | None:
    words = clause.words
    before, after = words[: q.start - clause.start], words[q.end - clause.start :]
    medicare = MEDICARE.match(after)
    if q.unit not in ("percent", "points", "count") or (SHARE_AFTER.match(after) and not medicare):
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
            if scheme == STEP and clause.note.step == "ask"
            else "now"
            if scheme == LEVEL and medicare and clause.note.step == "rates"
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
        return POINTS, False
    if medicare:
        return (LEVEL, True) if q.amount >= 30 else ("", False)
    if _YEARLY.match(after) or _YEARLY_BEFORE.search(before):
        return (STEP, True) if q.amount <= 20 else ("", False)
    if (_INCREASE.match(after) or _INCREASE_BEFORE.search(before[-34:])) and q.amount <= 60:
        return _RISE, True
    if q.amount >= 60:
        return LEVEL, False
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
