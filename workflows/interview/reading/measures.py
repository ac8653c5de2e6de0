"""Quality measures: a name, our rate, the rate it is compared with, whose that is, the period and the n.

"A1c >9: 14% v 24% plan avg, n=188" is one row. A rate without a comparison is a row too; a rate above 100 is a
question.
"""

import re
from dataclasses import replace
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.comparisons import FRACTION, compare, size
from workflows.interview.reading.cues import compile_cues
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import periods
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.tidy import tidy

_SOURCE_BEFORE = re.compile(
    r"(?i)(?P<s>(?:(?:the|their|our)\s+)?(?:[A-Z][\w'&]*\s+){0,3}(?:plan(?:'s)?|network|payer|state|national|"
    r"county|hospital|regional|region|peers?|peer\s+group|health\s+plan|hedis|medicare|market|"
    r"city)?\s*(?:hospital\s+|network\s+|plan\s+)?(?:avg|average|benchmark|median|mean|overall|rate|"
    r"target)?)\s*(?:is|was|of|at|runs?|=|:|\()*\s*$"
)
_NO_COMPARISON = re.compile(
    r"(?i)\bno\s+(?:comparator|benchmark|comparison)\b|\bnothing\s+to\s+compare\b|\bcomparator\s+somewhere\b"
)
INVERSE = re.compile(
    r"(?i)poor\s+control|>\s?9|above\s+9|over\s+9|greater\s+than\s+9|readmi|\bed\s+(?:visits?|use|rate)|emergency|"
    r"infection|complication|no[- ]?shows?|c-?sections?|cesarean|mortality|opioid|reoperation|re-?op|"
    r"return\s+to\s+or|falls?\b|amputation|hospitali[sz]ation|admission|uncontrolled|overuse|antibiotic\s+(?:use|"
    r"overuse|prescrib)|low\s+birth|preterm|recurrence|failure|dvt|revision"
)
_LOWER = re.compile(r"(?i)\blower\s*(?:=|is)\s*better\b|\binverse\b")
_LEAD = re.compile(
    r"(?i)^(?:and|also|our|we(?:'re| are| were| have| had| got| run| hit)?|they\s+(?:have|had)\s+us|at|is|was|the|"
    r"their\s+(?:20\d\d\s+)?(?:report|scorecard)\s+(?:had|has|shows?|says|puts?)\s+us(?:\s+at)?|"
    r"(?:plan'?s?\s+)?scorecard\s+(?:says|shows|has\s+us)(?:\s+at)?|per\s+(?:the\s+)?\w+\s+scorecard|q:?|a:?|"
    r"quality|measures?|hedis|for|on|in)\s*[:,-]?\s+"
)
_TRAIL = re.compile(
    r"(?i)[\s,:=–-]*\b(?:is|was|are|were|at|rate\s+is|rate|we(?:'re| are)\s+at|of|about|around|roughly|runs?|"
    r"came\s+in\s+at|sits\s+at|hit|reached|us\s+at|=|:)\s*$"
)
_NAME_AFTER = re.compile(
    r"(?i)^\s*(?:on|for|of\s+(?:our\s+)?|in|with)?\s*(?P<name>[a-z][^,;%()]{2,60}?)(?=\s+(?:vs?\.?|versus|against|"
    r"compared|in\s+20\d\d|on\s+\d|n\s*=|where|\()|[,;]|$)"
)
_NOT_A_MEASURE = re.compile(
    r"(?i)\b(?:deni\w+|revenue|rev|medicare|mcr|offer\w*|increase|raise|escalator|rate\s+change|collections|"
    r"receipts|recommend|satisf\w*|survey|stars?|cost|wages?|overturn\w*|approved|of\s+our\s+(?:visits|patients)|"
    r"no\s+surgery|without\s+(?:surgery|an?\s+operation)|telehealth|share|of\s+visits|mix|payer|started\s+on|"
    r"employed|turnover|came\s+back|return(?:ed)?\b(?!\s+to\s+(?:the\s+)?(?:or|theat))|"
    r"points?\s+(?:better|worse|lower|higher)|experience|"
    r"avoid\w*|ed\s+visits|er\s+visits|accept\w*|same[- "
    r"]day\s+(?:slots|appointments)|bundled|mod\b|modifier|paid)\b"
)


_SCORECARD = re.compile(r"(?i)\b(?:scorecard|report|hedis|gaps?)\b")  # tells our rate and theirs for one year
_OUTSIDE = re.compile(r"(?i)\b(?:state|dept|department|national|cdc|cms)\b")


def read_measures(page: Page) -> None:
    """Note down a row for every clause that tells a measure."""
    field = page.fields.get("quality.measures")
    if field is None:
        return
    known = next((compile_cues(c.cues).labels for c in field.question.columns if c.id == "measure"), ())
    for clause in page.open_clauses():
        for start, stop in _parts(clause):
            _read_part(page, clause, start, stop, known)


def _parts(clause: Clause) -> list[tuple[int, int]]:
    """A clause may list several measures: cut before a name that is followed by its own percent."""
    words = clause.words
    cuts = [0]
    for m in re.finditer(r"[,;]\s+|\s+and\s+|\s/\s", words):
        rest, so_far = words[m.end() : m.end() + 60], words[cuts[-1] : m.start()]
        if re.search(r"\d\s?(?:%|percent|pct)", so_far) and re.match(
            r"(?i)(?!n\s*=|plan|network|their|state|vs|against|compared|national|the plan|avg|average|benchmark|"
            r"hospital|where|on\s|20\d\d|in\s20|per\s|from\s)[a-z][^,;%]{2,44}?\s*(?::|=|at|is|"
            r"was)?\s*~?\d{1,3}(?:\.\d+)?\s?(?:%|percent|pct)",
            rest,
        ):
            cuts.append(m.end())
    return list(zip(cuts, [*cuts[1:], len(words)], strict=True))


def _read_part(page: Page, clause: Clause, start: int, stop: int, known: tuple[re.Pattern[str], ...]) -> None:
    words = clause.words[start:stop]
    rates = [
        q
        for q in page.free(clause)
        if q.unit == "percent"
        and start <= q.start - clause.start < stop
        and not re.search(r"[<>≤≥]=?\s*$", clause.words[: q.start - clause.start])  # "(<8%)" belongs to the name
    ]
    named = any(p.search(words) for p in known)
    if (
        not rates
        or not (named or clause.note.step == "quality")
        or (re.search(r"(?i)\breadmi", words) and not _qualified(words))
    ):
        return
    first = rates[0]
    name, name_start = _name(clause, words, start, first, stop, known)
    if _PLAIN_COMPARISON.fullmatch(name.strip()) and _attach(page, clause, start, stop, first, name, words):
        return
    if (
        not name
        or (_NOT_A_MEASURE.search(words[: first.end - clause.start - start]) and not named)
        or (_NOT_A_MEASURE.search(name))
    ):
        return
    if clause.note.step != "quality" and not any(p.search(name) for p in known):
        return
    row: Row = {"measure": name, "rate": first.text}
    ask = _problem(clause, first, words)
    compare(page, clause, start, stop, rates, row)
    if "comparator" in row and "comparator_source" not in row:
        _same_source(page, clause, row)
    size(words, row)
    said = [p for p in periods(words) if p.kind not in ("loose", "same")]
    own = [p for p in said if p.start > first.end - clause.start - start or p.end <= first.start - clause.start - start]
    used = row.get("comparator_source", "")
    own = [p for p in own if words[p.start : p.end].strip() not in used] or ([] if used else own)
    around = _from_heading(page, clause)
    if own:
        row["period"] = own[0].says
    elif around:
        row["period"] = around
    elif said and _SCORECARD.search(used) and not _OUTSIDE.search(used):
        row["period"] = said[0].says
    if INVERSE.search(name) or _LOWER.search(words):
        row["lower_is_better"] = "yes"
    page.see(
        "quality.measures",
        row,
        clause,
        clause.start + min(name_start, start + len(words)),
        clause.start + stop,
        0.86 if named else 0.74,
        ask=ask,
    )
    page.take(clause, *[q for q in clause.figures if start <= q.start - clause.start < stop])


_PLAIN_COMPARISON = re.compile(
    r"(?i)(?:the\s+|their\s+)?(?:plan|network|state|national|peer|payer|county|hospital)?(?:'s)?\s*(?:network\s+|"
    r"plan\s+)?(?:avg|average|benchmark|median|mean|comparison)?(?:\s+(?:is|was))?"
)


def _attach(page: Page, clause: Clause, start: int, stop: int, first: Quantity, name: str, words: str) -> bool:
    """A comparison told in a sentence of its own ("Plan avg 27%") joins the measure before it on the same line."""
    before = [
        (i, s)
        for i, s in enumerate(page.seen)
        if s.field == "quality.measures"
        and s.clause is not None
        and s.clause.note is clause.note
        and s.clause.line == clause.line
    ]
    if (
        not before
        or not isinstance(before[-1][1].value, dict)
        or "comparator" in before[-1][1].value
        or first.amount > 100
    ):
        return False
    i, held = before[-1]
    assert isinstance(held.value, dict)
    rest = re.match(
        r"(?i)\s*(?:\(|from\s+|per\s+|in\s+)(?:the\s+)?(?P<s>[^()]{3,80}?)\)?$",
        words[first.end - clause.start - start :],
    )
    source = ", ".join(x for x in (tidy(name), tidy(rest["s"]) if rest else "") if x)
    page.seen[i] = replace(
        held, value={**held.value, "comparator": first.text, "comparator_source": source}, end=clause.start + stop
    )
    page.take(clause, *[q for q in clause.figures if start <= q.start - clause.start < stop])
    return True


def _same_source(page: Page, clause: Clause, row: Row) -> None:
    """A list whose first line alone says whose the second rates are: the lines right below go on with it."""
    above = [
        s.value
        for s in page.seen
        if s.field == "quality.measures"
        and s.clause is not None
        and s.clause.note is clause.note
        and s.clause.line == clause.line - 1
    ]
    if len(above) == 1 and isinstance(above[0], dict) and above[0].get("comparator_source"):
        row["comparator_source"] = above[0]["comparator_source"]


def _qualified(words: str) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:hf|chf|heart failure|copd|ami|joint|hip|knee|pneumonia|stroke|cabg|sepsis|"
            r"psych\w*)\b[^.;]{0,20}\breadmi",
            words,
        )
    )


def _name(
    clause: Clause, words: str, start: int, first: Quantity, stop: int, known: tuple[re.Pattern[str], ...]
) -> tuple[str, int]:
    """The measure's name before its rate ("BP ctrl 76%"), else after it ("91 percent on combo ten")."""
    at = first.start - clause.start - start
    before = words[:at]
    name = _TRAIL.sub("", _LEAD.sub("", before.strip(" -*(")).rstrip(" ~≈(+"))
    name = re.split(r"(?i)[.;]\s+|\bthat\s+|,\s*(?:we(?:'re| are)|our)\s+", name)[-1]
    for _ in range(2):
        name = _LEAD.sub("", name.strip())
        name = _TRAIL.sub("", name)
    clean = name.strip(" ,:=-(")
    generic = (
        not re.search(r"[A-Za-z]", clean)
        or bool(
            re.fullmatch(r"(?i)(?:we|they|us|our|at|rate|20\d\d|about|plan|and|it|their.*report.*|.*scorecard)", clean)
        )
        or len(clean) > 70
    )
    if not generic and (
        any(p.search(clean) for p in known) or not _NAME_AFTER.match(words[at:][len(first.words) :]) or len(clean) >= 3
    ):
        low = words.find(clean)
        return tidy(clean), start + max(low, 0)
    m = _NAME_AFTER.match(words[first.end - clause.start - start :])
    if m and any(p.search(m["name"]) for p in known):
        return tidy(m["name"].strip()), start
    return "", start


def _problem(clause: Clause, q: Quantity, words: str) -> str:
    told = words.strip()[:100]
    if q.amount > 100 or q.amount < 0:
        return f"A rate cannot be {q.words.strip()}: “{told}”. What is the right rate?"
    at = words.find(q.words)
    m = FRACTION.search(re.split(r"[,;]", words[at + len(q.words) :])[0]) or FRACTION.search(
        words[max(0, at - 24) : max(at, 0)]
    )
    if m and q.unit == "percent":
        a, b = Decimal(m["a"].replace(",", "")), Decimal(m["b"].replace(",", ""))
        if b and a <= b and b not in (Decimal(5), Decimal(10)) and abs(100 * a / b - q.amount) > Decimal("1.5"):
            return f"“{told}”: {m['a']} of {m['b']} is not {q.words.strip()}. Which holds?"
    if q.high is not None or q.doubt:
        return f"You wrote “{told}”, but not as certain. Which rate holds?"
    return ""


def _from_heading(page: Page, clause: Clause) -> str:
    """The period a heading line gives its list ("CY25, plan's own scorecard:")."""
    titles = [
        c
        for c in page.clauses
        if c.note is clause.note and c.words.rstrip(" :") == clause.heading.rstrip(" :") and clause.heading
    ]
    for c in titles:
        said = [p for p in periods(c.words) if p.kind not in ("loose", "same", "month")]
        if said:
            return said[0].says
    return ""
