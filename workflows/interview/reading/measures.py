"""Quality measures: a name, our rate, the rate it is compared with, whose that is, the period and the n.

"A1c >9: 14% v 24% plan avg, n=188" is one row. A rate without a comparison is a row too; a rate above 100 is a question.
"""

import re
from dataclasses import replace
from decimal import Decimal

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import compile_cues
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import periods
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.tidy import tidy

_VERSUS = re.compile(
    r"(?i)^[^%.;]{0,70}?(?:\bvs?\b\.?|\bversus\b|\bagainst\b|\bcompared\s+(?:to|with)\b|\bnetwork\b|\bplan\b|"
    r"\bavg\b|\baverage\b|\bstate\b|\bnational\b|\bbenchmark\b|\bmedian\b|\btheirs?\b|\bregion\w*|\bpeer\w*|"
    r"\bwhere\b|\bthan\b)"
)
_SOURCE_BEFORE = re.compile(
    r"(?i)(?P<s>(?:(?:the|their|our)\s+)?(?:[A-Z][\w'&]*\s+){0,3}(?:plan(?:'s)?|network|payer|state|national|"
    r"county|hospital|regional|region|peers?|peer\s+group|health\s+plan|hedis|medicare|market|"
    r"city)?\s*(?:hospital\s+|network\s+|plan\s+)?(?:avg|average|benchmark|median|mean|overall|rate|"
    r"target)?)\s*(?:is|was|of|at|runs?|=|:|\()*\s*$"
)
_NO_COMPARISON = re.compile(
    r"(?i)\bno\s+(?:comparator|benchmark|comparison)\b|\bnothing\s+to\s+compare\b|\bcomparator\s+somewhere\b"
)
_N = re.compile(
    r"(?i)\bn\s*(?:=|of|was|is|:)?\s*~?(?P<n>\d[\d,]*)\b|\b(?:on|of|among|in|from|out\s+of|"
    r"for)\s+(?:our\s+)?(?P<m>\d[\d,]*)\s+(?:\w+\s+){0,2}?(?:patients?|pts|members?|kids|children|women|men|adults|"
    r"diabetics?|olds|eligible|joints|cases|procedures|charts|episodes|people|infants|teens|discharges|deliveries|"
    r"colonoscopies|surgeries|joints|visits)\b|\b(?P<of>\d[\d,]*)\s+(?:eligible|patients|pts|members)\b"
)
_FRACTION = re.compile(r"(?i)\(?\b(?P<a>\d[\d,]*)\s*(?:of|/|out\s+of)\s*(?P<b>\d[\d,]*)\b\)?")
_INVERSE = re.compile(
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
    r"employed|turnover|came\s+back|return(?:ed)?\b|avoid\w*|ed\s+visits|er\s+visits|accept\w*|same[- "
    r"]day\s+(?:slots|appointments)|bundled|mod\b|modifier|paid)\b"
)


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
    rates = [q for q in page.free(clause) if q.unit == "percent" and start <= q.start - clause.start < stop]
    named = any(p.search(words) for p in known)
    if (
        not rates
        or not (named or clause.note.step == "quality")
        or re.search(r"(?i)\breadmi", words)
        and not _qualified(words)
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
    _compare(page, clause, start, stop, rates, row)
    _size(words, row)
    said = [p for p in periods(words) if p.kind not in ("loose", "same")]
    own = [p for p in said if p.start > first.end - clause.start - start or p.end <= first.start - clause.start - start]
    used = row.get("comparator_source", "")
    own = [p for p in own if words[p.start : p.end].strip() not in used] or ([] if used else own)
    around = _from_heading(page, clause)
    if own:
        row["period"] = own[0].says
    elif said and not own:
        row["period"] = said[0].says
    elif around:
        row["period"] = around
    if _INVERSE.search(name) or _LOWER.search(words):
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
    m = _FRACTION.search(re.split(r"[,;]", words[at + len(q.words) :])[0]) or _FRACTION.search(
        words[max(0, at - 24) : max(at, 0)]
    )
    if m and q.unit == "percent":
        a, b = Decimal(m["a"].replace(",", "")), Decimal(m["b"].replace(",", ""))
        if b and a <= b and b not in (Decimal(5), Decimal(10)) and abs(100 * a / b - q.amount) > Decimal("1.5"):
            return f"“{told}”: {m['a']} of {m['b']} is not {q.words.strip()}. Which holds?"
    if q.high is not None or q.doubt:
        return f"You wrote “{told}”, but not as certain. Which rate holds?"
    return ""


def _compare(page: Page, clause: Clause, start: int, stop: int, rates: list[Quantity], row: Row) -> None:
    if len(rates) < 2 and not _plain_second(clause, rates[0], stop):
        return
    first = rates[0]
    second = rates[1] if len(rates) > 1 else _plain_second(clause, rates[0], stop)
    if second is None or second.doubt or second.amount > 100:
        return
    between = clause.words[first.end - clause.start : second.start - clause.start]
    after = clause.words[second.end - clause.start : start + (stop - start)]
    if not (
        _VERSUS.match(between + " ")
        or re.match(r"(?i)\s*(?:plan|network|avg|average|state|national|benchmark|for\s+the\s+plan|overall|\()", after)
    ):
        return
    row["comparator"] = second.text
    source = _source(between, after)
    if source:
        row["comparator_source"] = source


def _plain_second(clause: Clause, first: Quantity, stop: int) -> Quantity | None:
    """A comparison without a percent sign: "93%, Southmark's 2025 report says their network runs 84"."""
    for q in clause.figures:
        if q.unit == "count" and first.end < q.start < clause.start + stop and q.amount <= 100:
            between = clause.words[first.end - clause.start : q.start - clause.start]
            if re.search(
                r"(?i)(?:\bvs?\.?|versus|against|network\s+(?:runs|is|avg|average)|plan(?:'s)?\s+(?:avg|average|is|"
                r"at)|average\s+(?:is|of)?)\s*(?:is|at)?\s*$",
                between,
            ) and not re.search(r"(?i)\bn\s*(?:=|was|of)", between):
                return q
    return None


def _source(between: str, after: str) -> str:
    m = re.match(
        r"(?i)\s*(?:\((?P<p>[^()]{3,110})\)|(?:for|is|was)?\s*(?:the\s+)?(?P<s>(?:plan|network|state|national|"
        r"hospital|county|regional|peer|their|our)[^,;()n=]{0,60}?(?:avg|average|overall|median|benchmark|report|"
        r"scorecard|network|rate)?(?=[,;(]|\s+n\s*=|\s+on\s+\d|$)(?:\s*\((?P<q>[^()]{3,80})\))?))",
        after,
    )
    if m and (m["p"] or m["s"]):
        words = m["p"] or m["s"]
        if m["p"]:
            words = re.split(r",\s*n\s*=", words)[0]
        if m["q"] and not re.match(r"(?i)n\s*=|lower", m["q"]):
            words = f"{words.strip()}, {m['q']}"
        if not re.fullmatch(r"(?i)\s*(?:n\s*=.*|lower.*better|no .*|\d+)", words):
            said = re.sub(
                r"(?i)^[\s(]*(?:vs?\.?|versus|against|compared\s+(?:to|with)|for|the)\s+",
                "",
                re.split(r"(?i)\bvs?\.?\s|\bversus\s|\bagainst\s", between)[-1],
            ).strip(" ,:(")
            extra = (
                tidy(said) if re.search(r"(?i)\b(?:plan|network|average|avg|state|report|scorecard)\b", said) else ""
            )
            return ", ".join(x for x in (extra, tidy(words.strip())) if x)
        return ""
    m2 = re.search(
        r"(?i)(?:,|\bvs?\.?|\bversus|\bagainst|\bcompared\s+(?:to|with)|\(|\.)\s*(?P<s>[^,;%]{3,70}?)\s*(?:is|was|"
        r"of|at|runs?|=|:|says|has)*\s*$",
        between,
    )
    if m2 and re.search(
        r"(?i)\b(?:plan|network|state|national|benchmark|average|avg|median|report|scorecard|peers?|hospital)\b",
        m2["s"],
    ):
        said = re.sub(
            r"(?i)\s+(?:is|was|of|at|runs?|says|has)$",
            "",
            re.sub(r"(?i)^(?:the|vs?\.?|versus)\s+", "", m2["s"].strip()),
        )
        return tidy(re.sub(r"(?i)\bsays\s+their\b", "for the", said))
    return ""


def _size(words: str, row: Row) -> None:
    m = _FRACTION.search(words)
    if m and int(m["b"].replace(",", "")) > 10 and int(m["a"].replace(",", "")) <= int(m["b"].replace(",", "")):
        row["numerator"], row["n"] = m["a"].replace(",", ""), m["b"].replace(",", "")
        return
    m = _N.search(words)
    if m:
        row["n"] = (m["n"] or m["m"] or m["of"]).replace(",", "")


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
