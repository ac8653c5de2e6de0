"""A bare answer to the open question: "36", "about 2,300", "last March"."""

import re
from datetime import date

from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.counted import fitness, note_figure
from workflows.interview.reading.page import Page
from workflows.interview.reading.quantities import in_days
from workflows.interview.reading.tidy import tidy

_YES = re.compile(r"(?i)^\W*(?:yes|yep|yeah|y|correct|right|we are|sure)\b")
_NO = re.compile(r"(?i)^\W*(?:no|nope|n|not|we aren't|never)\b")


def read_answer(page: Page) -> bool:
    """Whether the words are nothing but an answer to the question asked; then it is noted down."""
    f = page.fields.get(page.asking)
    found = [c for c in page.clauses if not c.closed]
    if f is None or len(found) != 1 or len(found[0].words) > 60:
        return False
    clause, kind = found[0], f.question.kind
    if kind in ("count", "money", "percent", "hours"):
        figures = [q for q in clause.figures if q.unit not in ("date", "clock", "label")]
        rest = (
            re.sub(
                r"(?i)\b(?:about|around|roughly|approximately|or so|we|have|it's|its|is|are|there|i|think|maybe|"
                r"just|only|ok|okay|so|would|say|a|the|per|year|week|day|days|weeks|hours|miles|percent|members|"
                r"visits|total|months?)\b|[^\w]",
                "",
                clause.words[: figures[0].start - clause.start] + clause.words[figures[0].end - clause.start :],
            )
            if len(figures) == 1
            else "x"
        )
        if len(figures) == 1 and len(rest) <= 16:
            q = in_days(figures[0])
            year = f.question.unit == "year" and q.unit == "year"
            if not year and fitness(f, q) is None and not (q.unit in ("year", "code") and kind in ("count", "money")):
                return False
            note_figure(page, f, clause, q, clause.start, clause.end, 0.9)
            return True
        return False
    if kind == "yes_no":
        value = "yes" if _YES.match(clause.words) else "no" if _NO.match(clause.words) else ""
        return _said(page, clause, value, 0.9)
    if kind == "date":
        return _said(page, clause, _only_date(page.today, clause), 0.9)
    if kind == "choice":
        key = next((k for k, p in f.cues.options if p.search(clause.words)), "")
        key = key or next(
            (k for k, shown in f.question.options.items() if shown.lower() == clause.words.strip().lower()), ""
        )
        return _said(page, clause, key, 0.9)
    if kind == "text" and f.question.pattern:
        m = re.fullmatch(f.question.pattern, clause.words.strip())
        return _said(page, clause, m.group() if m else "", 0.9)
    if (
        kind == "text"
        and not re.search(r"(?i)\?|\b(?:not sure|don't know|no idea|maybe|later|skip|none|n/a)\b", clause.words)
        and not re.fullmatch(r"(?i)\W*(?:yes|no|ok|okay|thanks?|hi|hello)\W*", clause.words)
    ):
        return _said(page, clause, tidy(clause.words), 0.72)
    return False


def _only_date(today: date, clause: Clause) -> str:
    dates = [q for q in clause.figures if q.unit in ("date", "year")]
    if len(dates) != 1 or dates[0].doubt:
        return ""
    digits = str(int(dates[0].amount))
    return (
        "-".join(x for x in (digits[:4], digits[4:6], digits[6:8]) if x)
        if len(digits) in (4, 6, 8) and digits[:2] in ("19", "20")
        else ""
    )


def _said(page: Page, clause: Clause, value: str, score: float) -> bool:
    if value:
        page.see(page.asking, value, clause, clause.start, clause.end, score)
    return bool(value)
