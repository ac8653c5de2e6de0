"""What a percent means in words about rates: a level of Medicare, a rise, a yearly step or points; of which
year, for which
codes, and whose it is.

Read apart from what is done with it, because the same percent is a request in one mouth and an offer in the other.
"""

import re
from dataclasses import dataclass

from workflows.domain.language import figures
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.stances import stance_at

MEDICARE = re.compile(
    r"(?i)^\s*(?:of|x|times|on)?\s*(?:the\s+)?(?:current\s+|today's\s+|present\s+|this\s+year's\s+)?"
    r"(?:(?P<y>(?:19|20)\d\d)|(?P<w>twenty[ -]twenty(?:[ -]\w+)?))?\s*(?:medicare|mcr(?:\s?'?\d\d)?\b|"
    r"mcare\b|mc\b|m/care|"
    r"rbrvs|cms\b|mpfs|m'care)|^\s*of\s+(?:the\s+)?(?P<y2>20\d\d)\b(?!\s*(?:volume|revenue|claims))|^\s*(?:mcr(?:\s?'?\d\d)?|"
    r"medicare)\b"
)

_YEAR_AFTER = re.compile(
    r"(?i)\b(?P<y>(?:19|20)\d\d)\s*(?:medicare|mcr|mcare|rbrvs|cms|mpfs|rates|fee)|(?:medicare|mcr|mcare|"
    r"rbrvs)\s*(?:for\s+|in\s+|,\s*)?(?:(?P<y2>20\d\d)|'?(?P<y3>[0-3]\d)\b(?![\d%.,]))"
)

_YEARLY = re.compile(
    r"(?i)^[^,.;%\d]{0,26}?(?:/\s?(?:yr|year)|per\s+(?:yr|year|annum)|a\s+year|an\s+year|each\s+(?:year|jan\w*|"
    r"anniversary)|every\s+(?:year|jan\w*)|yearly|annual(?:ly)?|escalat\w+|year\s+after|years?\s+(?:2|two)|(?:the\s+)?(?:second|next|following)\s+year|"
    r"thereafter|p\.?a\.?\b|cola)"
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

_OF_CARE = frozenset({"quality", "diagnoses", "er_avoidance", "access", "friction", "market"})

_NOT_OURS = re.compile(
    r"(?i)\b(?:they|their|offer\w*|current\w*|now|contract|agreement|had|has|has\s+no|no\s+escalator)\b"
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
            stance in ("floor", "ask", "now")
            and 60 <= q.amount <= 400
            and (_bare_level(before, after, stance, clause) or _one_of_a_list(before, after, stance))
        )
        and not (
            stance == "ask" and scheme == _RISE and q.amount <= 40 and re.match(r"(?i)\s*(?:up|across\s+the)\b", after)
        )
    ):
        return None
    if clause.note.step == "walk_away" and stance != "floor":
        return None
    if clause.note.step in _OF_CARE and stance in ("ask", "offer", "now") and not medicare:
        return None  # a target of a quality measure is no request for a rate
    if not stance:
        stance = (
            "ask"
            if scheme == STEP
            and (
                clause.note.step == "ask"
                or (
                    clause.note.step == "practice"
                    and re.search(r"(?i)\bescalator\s*(?:of|is|at|:)?\s*$", before)
                    and not _NOT_OURS.search(words)
                )
            )
            else "now"
            if scheme == LEVEL and medicare and clause.note.step == "rates"
            else ""
        )
    if not stance or (_OTHER_RATE.search(before[-34:] + " " + after[:18]) and not medicare):
        return None
    if _THEY_SAY.search(after[:60]) or _THEY_SAY.search(before[-40:]) or re.search(r"(?i)\bnot\s+$", before):
        return None
    year = _year(words, medicare, after)
    family, end = _family(before, after, q, stance, medicare.end() if medicare else 0)
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


def _one_of_a_list(before: str, after: str, stance: str) -> bool:
    """ "OB 122% of 2026 Medicare, gyn and office 108": the second figure is of the scheme of the first."""
    return (
        stance == "ask"
        and bool(re.search(r"(?i)\d\s?(?:%|percent|pct)?\s*of\s+(?:20\d\d\s+)?(?:medicare|mcr|mcare)", before))
        and bool(_named_before(before))
        and bool(re.match(r"\s*(?:[,.;)]|$)", after))
    )


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
    if medicare and medicare["w"]:
        said = next((f for f in figures(medicare["w"]) if f.unit == "year"), None)
        return str(int(said.amount)) if said else ""
    m = _YEAR_AFTER.search(after[:40]) if medicare else None
    return (m["y"] or m["y2"] or f"20{m['y3']}") if m else ""


def _family(before: str, after: str, q: Quantity, stance: str, medicare: int) -> tuple[str, int]:
    m = _SCOPE.match(after)
    longer = _group(after[medicare:] if medicare else after, medicare > 0) if stance == "ask" else ""
    named = _named_before(before) if stance == "ask" else ""
    if m and named and not m["on"] and re.match(r"\s*,", after):
        return named, 0
    if m and len(longer) <= len(m["family"]) and (m["on"] or not re.match(r"(?i)\s*(?:the\s+)?rest\s+of", after)):
        return re.sub(r"\s+", " ", m["family"]).strip(), m.end()
    m2 = _SCOPE_BEFORE.search(before[-30:])
    if stance != "ask":
        return (m2["family"].strip(), 0) if m2 else ("", 0)
    if longer and not named:
        return longer, medicare + after[medicare:].find(longer) + len(longer)
    return (named, 0) if named else (m2["family"].strip(), 0) if m2 else ("", 0)


_NO_GROUP = re.compile(
    r"(?i)\b(?:we|they|our|their|my|his|her|its|it|us|i|you|he|she|this|that|these|those|medicare|mcr|mcare|rbrvs|cms|target|"
    r"ask(?:ing|s)?|want(?:ed|s)?|goal|need(?:s|ed)?|looking|increases?|raises?|rates?|overall|blended|all|every\w*|across|yearly|year|"
    r"escalat\w*|annual\w*|per|each|floor|cap|percent|offer\w*|level|number|request\w*|propos\w*|counter\w*|least|less|more|"
    r"above|below|under|over|current\w*|present|today|now|flat|bump|about|around|average|is|are|be|was|would|should|"
    r"could|can|will|please|starting|effective|eff|beginning|if|because|when|which|who|as|but|or|not|no|then|than|"
    r"seek(?:ing|s)?|cuts?|reductions?|decreases?|push(?:ing)?|going|go|open(?:ing)?|position|land|duration|effect|"
    r"increase|higher|up|better|plus|minus|lift|hike|adjustment|answer|reply|term|contract|agreement|anniversary|"
    r"january|inflation|cpi|mei|points?|invoice|asp|wac|awp|whatever|works|great|fine|nice|good|fair|bumps)\b"
)
_ASKED_FOR = re.compile(
    r"(?i)^\W*(?:(?:and|also|then|plus|so|ok|we(?:'d|'re| are| would)?|i(?:'d|'m)?|our|the|a|want(?:ing|ed)?|need|"
    r"ask(?:ing)?(?:\s+(?:is|for))?|target|goal|like|looking\s+for|request(?:ing)?|propos(?:e|ing|al)|seek(?:ing)?|push(?:ing)?\s+for|go(?:ing)?\s+in\s+(?:at|with)|counter(?:ing)?|open(?:ing)?|get|put|bring|"
    r"raise|move|take|set|pay|increase|lift|for|on|is|to|at|:|-)\s*[:,-]?\s+)+"
)
_GROUP_AFTER = re.compile(
    r"(?i)\s*(?P<on>(?:on|for)\s+(?:the\s+|our\s+)?)?(?P<g>[A-Za-z][^,;:.()\d%|]{1,40}?)(?=\s*(?:[,;:.()|]|$|\s-\s))"
)
_TO_LEVEL = re.compile(r"(?i)\s*(?:\b(?:up\s+to|back\s+to|to|at|get|by|goes?|back)\b|=|:|->|[-–])*\s*[+~]?$")


_CODES_BESIDE = re.compile(r"(?i)\s*\((?:[\d\s,/&-]|and)+\)\s*[:=-]?\s*$")  # "(95004, 95165):"


def _named_before(before: str) -> str:
    """The kind of code named right before a figure asked for ("infusion admin 115%"), in the notes' own words."""
    coded = _CODES_BESIDE.search(before)
    if coded:
        before = before[: coded.start()] + " "
    elif re.search(r"(?i)\b(?:family|group|codes|services|procedures)\s*[:=]\s*$", before):
        before = before.rstrip(" :=") + " "
    piece = re.split(r"[,;:(.?!|]\s|\s[-–]\s|\b(?:medicare|mcr|mcare|percent)\b|[%\d)]\s", before[-70:])[-1]
    said = _TO_LEVEL.sub("", _TO_LEVEL.sub("", _ASKED_FOR.sub("", " " + piece.strip() + " ").strip())).strip(" ,:-")
    return said if _is_group(said) else ""


def _group(after: str, told: bool) -> str:
    """The kind of code named after a figure asked for ("106% of Medicare exams and testing", "109% scopes")."""
    m = _GROUP_AFTER.match(after)
    said = m["g"].strip() if m else ""
    return said if m and (told or m["on"] or len(said.split()) <= 3) and _is_group(said) else ""


def _is_group(said: str) -> bool:
    return bool(
        re.match(r"[A-Za-z]", said)
        and len(said) >= 2
        and len(said.split()) <= 5
        and not _NO_GROUP.search(said)
        and not re.search(r"\d", said)
    )
