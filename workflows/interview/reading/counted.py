"""Counts, money, percents, hours and days: which figure of a clause answers which question.

Every field whose cue stands in a clause competes for every fitting figure there. Nearness decides, commas and other
figures in between count against, and a figure goes to one field only. A figure two fields want equally is asked about.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import MASK, Field, masked
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import Quantity, in_days, plain

_SLOT, _LABEL, _HEADING = 0.92, 0.86, 0.84
_FARTHEST = 64
_BARRIER = re.compile(r",|;|\band\b|\bbut\b|\bplus\b|[()&]| - | / |\+|\bvs?\b|\x00")
_TOTAL = re.compile(r"(?i)\b(?:so|total(?:s|ling|ing)?|altogether|in all|all told|combined|overall|makes?|for a total of|sum)\b[^,.;\d]{0,14}$")
_TOTAL_AFTER = re.compile(r"(?i)^[^,.;\d]{0,24}\b(?:total|altogether|in all|all told|combined|overall)\b")
NOT_PLAIN = frozenset({"practice.advanced_practice", "practice.other_clinicians", "practice.physicians", "practice.years"})
POSITIONS = frozenset({
    "ask.percent_of_medicare", "ask.medicare_year", "ask.increase", "ask.escalator", "rates.percent_of_medicare", "rates.medicare_year",
    "rates.offer_increase", "rates.offer_percent_of_medicare", "walk_away.lowest_percent_of_medicare", "walk_away.lowest_increase",
})
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
    fields = [f for f in page.fields.values()
              if f.question.kind in _KINDS and f.name not in POSITIONS and f.name not in NOT_PLAIN and f.question.unit != "year"]
    for clause in page.open_clauses():
        if "table" in clause.tags or not page.free(clause):
            continue
        for pair in _assigned(list(_pairs(page, clause, fields))):
            _note_down(page, clause, pair)


def _pairs(page: Page, clause: Clause, fields: list[Field]) -> Iterator[Pair]:
    mask, words = masked(clause), clause.words
    free = page.free(clause)
    for f in fields:
        if f.cues.ruled_out(words) or (clause.heading and f.cues.ruled_out(clause.heading)):
            continue
        for q in free:
            fit = fitness(f, q)
            if fit is None:
                continue
            best = _best_cue(f, clause, mask, q)
            if best is None:
                continue
            score, start, end = best
            score += fit + (0.04 if clause.note.step == f.step else -0.03 if clause.note.step != "practice" else 0.0)
            yield Pair(f, q, score, start, end)


def fitness(f: Field, q: Quantity) -> float | None:
    """How well a figure's unit and size fit a question: None if not at all."""
    q = in_days(q)
    kind, unit = f.question.kind, f.question.unit
    if kind == "money":
        fit = {"usd": 0.04, "count": -0.06}.get(q.unit)
    elif kind == "percent":
        fit = {"percent": 0.04, "count": -0.2}.get(q.unit)
    elif kind == "hours":
        fit = {"hours": 0.04, "count": -0.1}.get(q.unit)
    elif unit == "days":
        fit = {"days": 0.04, "count": -0.08}.get(q.unit)
    elif unit == "miles":
        fit = {"miles": 0.04, "count": -0.2}.get(q.unit)
    elif f.name == "walk_away.cash_months":
        fit = {"months": 0.04, "days": -0.5, "count": -0.15}.get(q.unit)
    elif f.name.endswith(("ed_rate", "ed_rate_comparator")):
        fit = {"per1000": 0.04, "count": -0.02}.get(q.unit)
    else:
        fit = {"count": 0.0, "code": -0.06, "year": -0.3, "years": 0.0 if f.name == "ask.term_years" else None}.get(q.unit)
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
            score = _label_score(mask, m.start(), m.end(), at, end)
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
        rivals = [r for r in pairs if r.figure.start == p.figure.start and r.field.name != p.field.name
                  and r.score > p.score - 0.015 and not any(k.field.name == r.field.name for k in kept)]
        kept.append(p if not rivals else Pair(p.field, p.figure, min(p.score, 0.45), p.cue_start, p.cue_end))
    return [p for p in kept if p.score > 0.35]


def _note_down(page: Page, clause: Clause, pair: Pair) -> None:
    f, q = pair.field, in_days(pair.figure)
    start = min(clause.start + pair.cue_start, q.start)
    end = max(clause.start + pair.cue_end, q.end)
    before, after = clause.words[: q.start - clause.start], clause.words[q.end - clause.start :]
    total = bool(_TOTAL.search(before[-40:]) or _TOTAL_AFTER.match(after))
    note_figure(page, f, clause, q, start, end, pair.score, total=total)


def note_figure(page: Page, f: Field, clause: Clause, q: Quantity, start: int, end: int, score: float, total: bool = False) -> None:
    """One figure for one field, with the question it raises when it is doubtful, a range or impossible."""
    ask = doubt_about(f, q, clause.note.raw[q.start : q.end])
    if q.approx:
        score = min(score, 0.75)
    page.see(f.name, q.text, clause, start, end, min(score, 0.97), ask=ask, total=total)
    page.take(clause, q)


def doubt_about(f: Field, q: Quantity, words: str) -> str:
    """The question a figure raises, or ""."""
    low_high = f.question.range
    if q.high is not None:
        unit = {"days": " days", "percent": "%", "hours": " hours"}.get(q.unit, "")
        return f"{f.question.label}: you wrote {words.strip()}. Which one figure may stand ({plain(q.amount)} or {plain(q.high)}{unit})?"
    if q.doubt:
        return f"{f.question.label}: you wrote {words.strip()}, but not as certain. Can you look it up? {f.question.ask}"
    if low_high and not low_high[0] <= q.amount <= low_high[1]:
        return f"{f.question.label} cannot be {words.strip()}. What is it? {f.question.ask}"
    if q.amount == Decimal(0) and f.question.unit != "percent" and f.question.kind == "count":
        return ""
    return ""
