"""What a rate is compared with: the second rate of a measure, whose it is, and how many patients stand behind it."""

import re

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.tidy import tidy

_VERSUS = re.compile(
    r"(?i)^[^%.;]{0,70}?(?:\bvs?\b\.?|\bversus\b|\bagainst\b|\bcompared\s+(?:to|with)\b|\bnetwork\b|\bplan\b|"
    r"\bavg\b|\baverage\b|\bstate\b|\bnational\b|\bbenchmark\b|\bmedian\b|\btheirs?\b|\bregion\w*|\bpeer\w*|"
    r"\bwhere\b|\bthan\b)"
)

_N = re.compile(
    r"(?i)\bn\s*(?:=|of|was|is|:)?\s*~?(?P<n>\d[\d,]*)\b|\b(?:on|of|among|in|from|out\s+of|"
    r"for)\s+(?:our\s+)?(?P<m>\d[\d,]*)\s+(?:\w+\s+){0,2}?(?:patients?|pts|members?|kids|children|women|men|adults|"
    r"diabetics?|olds|eligible|joints|cases|procedures|charts|episodes|people|infants|teens|discharges|deliveries|"
    r"colonoscopies|surgeries|joints|visits)\b|\b(?P<of>\d[\d,]*)\s+(?:eligible|patients|pts|members)\b"
)

FRACTION = re.compile(r"(?i)\(?\b(?P<a>\d[\d,]*)\s*(?:of|/|out\s+of)\s*(?P<b>\d[\d,]*)\b\)?")


def compare(page: Page, clause: Clause, start: int, stop: int, rates: list[Quantity], row: Row) -> None:
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
        r"hospital|county|regional|peer|their|our)(?:(?!\bn\s*=)[^,;()=]){0,60}?(?:avg|average|overall|median|benchmark|report|"
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


def size(words: str, row: Row) -> None:
    m = FRACTION.search(words)
    if m and int(m["b"].replace(",", "")) > 10 and int(m["a"].replace(",", "")) <= int(m["b"].replace(",", "")):
        row["numerator"], row["n"] = m["a"].replace(",", ""), m["b"].replace(",", "")
        return
    m = _N.search(words)
    if m:
        row["n"] = (m["n"] or m["m"] or m["of"]).replace(",", "")
