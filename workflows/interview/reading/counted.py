"""Counts, money, percents, hours and days: which figure of a clause answers which question.

Every field whose cue stands in a clause competes for every fitting figure there. Nearness decides, commas and other
figures in between count against, and a figure goes to one field only. A figure two fields want equally is asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import MASK, Field, masked
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity, in_days, plain, quantities

_SLOT, _LABEL, _HEADING = 0.92, 0.86, 0.84
_FARTHEST = 64
_BARRIER = re.compile(r",|;|\band\b|\bbut\b|\bplus\b|[()&]| - | / |\+|\bvs?\b|\x00")
_TOTAL = re.compile(
    r"(?i)\b(?:so|total(?:s|ling|ing)?|altogether|in all|all told|combined|overall|makes?|for a total of|"
    r"sum)\b[^,.;\d]{0,14}$"
)
_TOTAL_AFTER = re.compile(r"(?i)^[^,.;\d]{0,24}\b(?:total|altogether|in all|all told|combined|overall)\b")
NOT_PLAIN = frozenset(
    {"practice.advanced_practice", "practice.other_clinicians", "practice.physicians", "practice.years"}
)
POSITIONS = frozenset(
    {
        "ask.percent_of_medicare",
        "ask.medicare_year",
        "ask.increase",
        "ask.escalator",
        "rates.percent_of_medicare",
        "rates.medicare_year",
        "rates.offer_increase",
        "rates.offer_percent_of_medicare",
        "walk_away.lowest_percent_of_medicare",
        "walk_away.lowest_increase",
    }
)
_LEAVING = re.compile(r"(?i)\b(?:would|affected|lose|losing|displac\w*|disrupt\w*|strand\w*)\b")
_PIECE = re.compile(r",\s|;|\s-\s|\s\+\s")
_KINDS = ("count", "money", "percent", "hours")


@dataclass(frozen=True, slots=True)
class Pair:
    """One field's claim on one figure: how strong, and where the cue stands."""

    field: Field
    figure: Quantity
    score: float
    cue_start: int
    cue_end: int


def read_counts(page: Page) -> None:
    """Note down every figure of every clause that answers a counted question."""
    fields = [
        f
        for f in page.fields.values()
        if f.question.kind in _KINDS
        and f.name not in POSITIONS
        and f.name not in NOT_PLAIN
        and f.question.unit != "year"
    ]
    for clause in page.open_clauses():
        if "table" in clause.tags or not page.free(clause):
            continue
        for pair in _assigned(list(_pairs(page, clause, fields))):
            _note_down(page, clause, pair)


def _pairs(page: Page, clause: Clause, fields: list[Field]) -> Iterator[Pair]:
    mask, words, low = masked(clause), clause.words, clause.low
    free = page.free(clause)
    for f in fields:
        if not f.cues.may(low) or (
            f.name == "walk_away.patients_affected"
            and clause.note.step != "walk_away"
            and not _LEAVING.search(words)
            and not clause.tags & {"secret", "limit"}
        ):
            continue
        about = _auths_before(page, clause) if f.name in _OF_AUTHS else ""
        if (clause.heading and f.cues.ruled_out(words, clause.heading)) or not related(clause.note.step, f.step):
            continue
        for q in free:
            fit = fitness(f, q)
            if fit is None or (q.unit == "year" and _OF_TIME.search(words[: q.start - clause.start])):
                continue
            best = _best_cue(f, clause, mask, q)
            if best is None:
                continue
            score, start, end = best
            if f.cues.ruled_out(
                about + words, _around(words, min(start, q.start - clause.start), max(end, q.end - clause.start))
            ):
                continue
            score += fit + (0.04 if clause.note.step == f.step else -0.03 if clause.note.step != "practice" else 0.0)
            yield Pair(f, q, score, start, end)


_OF_AUTHS = frozenset({"friction.prior_auth_hours", "friction.prior_auth_turnaround"})
_AUTHS = re.compile(r"(?i)\b(?:auths?|prior[- ]auth\w*|PAs?|authorizations?|precerts?)\b")
_OTHER_FRICTION = re.compile(
    r"(?i)\b(?:A/?R|denials?|denied|overturn\w*|underpa\w+|open|clinic|wait|appeal\w*|remit\w*)\b"
)


def _auths_before(page: Page, clause: Clause) -> str:
    """The words about authorizations that a short clause goes on from ("940 prior auths a year; 27 staff hours")."""
    if len(clause.words) > 60 or _AUTHS.search(clause.words) or _OTHER_FRICTION.search(clause.words):
        return ""
    for c in reversed(
        [c for c in page.clauses if c.note is clause.note and c.line == clause.line and c.end <= clause.start]
    ):
        if c.closed or _OTHER_FRICTION.search(c.words):
            return ""
        if _AUTHS.search(c.words):
            return "auths; "
        if len(c.words) > 60:
            return ""
    return ""


_OF_TIME = re.compile(
    r"(?i)\b(?:in|since|during|for|of|calendar|cy|fy|year|early|late|mid|through|thru|until|by|from|to)\s+$"
)
_MONEY_STEPS = frozenset({"rates", "ask", "walk_away", "friction"})


def related(note_step: str, field_step: str) -> bool:
    """Whether a note may answer a step's questions: the practice note any, money notes money, care notes care."""
    return (
        note_step == "practice"
        or field_step == "practice"
        or note_step == field_step
        or (note_step in _MONEY_STEPS) == (field_step in _MONEY_STEPS)
    )


def _around(words: str, start: int, end: int) -> str:
    """The words that may rule a figure out: the pieces between commas in which the figure and its cue stand."""
    before = max((m.end() for m in _PIECE.finditer(words, max(0, start - 90), start)), default=max(0, start - 90))
    after = _PIECE.search(words, end, min(len(words), end + 90))
    return words[before : after.start() if after else min(len(words), end + 90)]


def fitness(f: Field, q: Quantity) -> float | None:
    """How well a figure's unit and size fit a question: None if not at all."""
    q = in_days(q)
    kind, unit = f.question.kind, f.question.unit
    if kind == "money":
        fit = {"usd": 0.04, "count": -0.06 if q.amount >= 10_000 else None}.get(q.unit)
    elif kind == "percent":
        fit = {"percent": 0.04, "count": -0.2}.get(q.unit)
    elif kind == "hours":
        fit = {"hours": 0.04, "count": -0.1}.get(q.unit)
    elif unit == "days":
        fit = {"days": 0.04, "count": -0.08}.get(q.unit)
    elif unit == "miles":
        fit = {"miles": 0.04}.get(q.unit)
    elif f.name == "walk_away.cash_months":
        fit = {"months": 0.04, "days": -0.5, "count": -0.15}.get(q.unit)
    elif f.name.endswith(("ed_rate", "ed_rate_comparator")):
        fit = {"per1000": 0.04, "count": -0.02}.get(q.unit)
    else:
        fit = {"count": 0.0, "code": -0.06, "year": -0.3, "years": 0.0 if f.name == "ask.term_years" else None}.get(
            q.unit
        )
    if fit is None or (f.question.whole and kind == "count" and q.amount != q.amount.to_integral_value()):
        return None
    low_high = f.question.range
    if low_high and not low_high[0] <= q.amount <= low_high[1]:
        return fit if kind == "percent" and q.unit == "percent" else None
    return fit


def _best_cue(f: Field, clause: Clause, mask: str, q: Quantity) -> tuple[float, int, int] | None:
    best: tuple[float, int, int] | None = None
    at, end = q.start - clause.start, q.end - clause.start
    for slot in f.cues.slots:
        for m in slot.finditer(mask):
            if m.start("n") <= at < m.end("n"):
                best = max(best or (0.0, 0, 0), (_SLOT, m.start(), m.end()))
    for label in f.cues.labels:
        for m in label.finditer(clause.words):
            inside = m.start() >= at and m.end() <= end
            alone = f.question.kind == "hours" and not mask.strip(f"{MASK} .,")  # "42 hrs" and nothing else
            score = 0.8 * alone if inside else _label_score(mask, m.start(), m.end(), at, end)
            if score and (best is None or score > best[0]):
                best = (score, min(m.start(), at), max(m.end(), end))
        if best is None and clause.heading and label.search(clause.heading):
            barriers = len(_BARRIER.findall(mask[:at]))
            if barriers < 3:
                best = (_HEADING - 0.1 * barriers - 0.001 * at, at, end)
    return best


def _label_score(mask: str, start: int, end: int, at: int, stop: int) -> float:
    """How strongly a label holds a figure: near, on the same side of every comma, before rather than far after."""
    between = mask[end:at] if end <= at else mask[stop:start] if start >= stop else ""
    if len(between) > _FARTHEST:
        return 0.0
    barriers = len(_BARRIER.findall(re.sub(MASK + "+", MASK, between)))
    score = _LABEL - 0.004 * len(between) - 0.11 * barriers
    if start >= stop:
        score += 0.03 if len(between) <= 2 else -0.02
    elif re.fullmatch(r"\s*[:=]?\s*[~≈$]?\s*", between):
        score += 0.03
    return score


def _assigned(pairs: list[Pair]) -> list[Pair]:
    """The strongest claim first; a figure answers one field, a field takes one figure of a clause."""
    kept: list[Pair] = []
    for p in sorted(pairs, key=lambda p: -p.score):
        if any(k.figure.start == p.figure.start or k.field.name == p.field.name for k in kept):
            continue
        rivals = [
            r
            for r in pairs
            if r.figure.start == p.figure.start
            and r.field.name != p.field.name
            and r.score > p.score - 0.015
            and not any(k.field.name == r.field.name for k in kept)
        ]
        kept.append(p if not rivals else Pair(p.field, p.figure, min(p.score, 0.45), p.cue_start, p.cue_end))
    return [p for p in kept if p.score > 0.35]


def _note_down(page: Page, clause: Clause, pair: Pair) -> None:
    f, q = pair.field, in_days(pair.figure)
    start = min(clause.start + pair.cue_start, q.start)
    end = max(clause.start + pair.cue_end, q.end)
    before, after = clause.words[: q.start - clause.start], clause.words[q.end - clause.start :]
    total = bool(_TOTAL.search(before[-40:]) or _TOTAL_AFTER.match(after))
    note_figure(page, f, clause, q, start, end, pair.score, total=total)


def note_figure(
    page: Page, f: Field, clause: Clause, q: Quantity, start: int, end: int, score: float, total: bool = False
) -> None:
    """One figure for one field, with the question it raises when it is doubtful, a range or impossible."""
    ask = doubt_about(f, q, clause.note.raw[q.start : q.end]) or challenged(f, clause, q)
    if q.approx:
        score = min(score, 0.75)
    page.see(f.name, q.text, clause, start, end, min(score, 0.97), ask=ask, total=total)
    page.take(clause, q)


_CHANGED = re.compile(
    r"(?i)^(?:[^.;]{0,50}?|\s*\.{2,}\s*)\b(?:no,|so|actually|make that|no wait|i mean|correction:?|sorry)\s+"
    r"(?P<n>\x00+)(?=\s*(?:[,.;)]|$))"
)
_OTHERWISE = re.compile(
    r"(?i)\b(?:(?:in|per|from)\s+(?:the|my|an?|our)\s+(?:other|old|earlier|second|different)\s+\w+|(?:another|"
    r"the\s+other|my\s+other|other|later|second|old)\s+(?:\w+\s+)?(?:report|count|sheet|log|says|number|system)|"
    r"(?:the\s+|our\s+)?(?:log|records?|report|system)\s+says?|"
    r"(?:my|our|the|her|his)\s+(?:\w+\s+)?(?:log|tally|sheet|count|register)\s+(?:for\s+[\w-]+\s+)?(?:has|shows?|had|gives?|is)|"
    r"(?:might|may|could)\s+(?:say|be)|or\s+(?:maybe|was\s+it|is\s+it)|although\s+i|"
    r"but\s+(?:the\s+)?\w+\s+says)\b[^.\n\x00]{0,60}?(?P<n>\x00+)"
)
_PER_SITE = re.compile(
    r"(?:[A-Z][\w]+:?\s\x00+[^,;]{0,16},\s*(?:and\s)?[A-Z]\w+(?:\s[A-Z]\w+)?:?\s\x00+|\x00+\s(?:at|"
    r"in)\s[A-Z]\w+,\s\x00+\s(?:at|in)\s[A-Z])"
)


def challenged(f: Field, clause: Clause, q: Quantity) -> str:
    """The question when the same words go on to tell another figure for the same thing, or one for each site."""
    note, stop = clause.note, clause.note.words.find("\n", q.end)
    tail_end = min(stop if stop >= 0 else len(note.words), q.end + 160)
    rest = masked(Clause(note, q.end, tail_end, figures=quantities(note.words[q.end : tail_end], q.end)))
    m = _CHANGED.search(rest) or _OTHERWISE.search(rest)
    if m:
        start = q.end + m.start("n")
        other = next((x for x in quantities(note.words[q.end : tail_end], q.end) if x.start <= start < x.end), None)
        if (
            other
            and fitness(f, other) is not None
            and other.amount != q.amount
            and q.amount / 4 <= other.amount <= q.amount * 4
        ):
            return f"{f.question.label}: your notes say {q.words.strip()} and then {other.words.strip()}. Which holds?"
    mask = masked(replace(clause, figures=tuple(x for x in clause.figures if x.unit != "clock")))
    sited = _PER_SITE.search(mask)
    if sited and sited.start() <= q.start - clause.start <= sited.end() + 60 and f.step in ("access", "er_avoidance"):
        return (
            f"{f.question.label}: your notes give a figure for each site (“{clause.words[:110]}”). Which one "
            f"figure may stand for the practice?"
        )
    return ""


def doubt_about(f: Field, q: Quantity, words: str) -> str:
    """The question a figure raises, or ""."""
    low_high = f.question.range
    if q.high is not None:
        unit = {"days": " days", "percent": "%", "hours": " hours"}.get(q.unit, "")
        return (
            f"{f.question.label}: you wrote {words.strip()}. Which one figure may stand ({plain(q.amount)} or "
            f"{plain(q.high)}{unit})?"
        )
    if q.doubt:
        return (
            f"{f.question.label}: you wrote {words.strip()}, but not as certain. Can you look it up? {f.question.ask}"
        )
    if low_high and not low_high[0] <= q.amount <= low_high[1]:
        return f"{f.question.label} cannot be {words.strip()}. What is it? {f.question.ask}"
    if q.amount == Decimal(0) and f.question.unit != "percent" and f.question.kind == "count":
        return ""
    return ""
