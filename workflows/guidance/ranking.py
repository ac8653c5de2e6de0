"""Hits to ranked articles: likeness by meaning and by words in one sum.

Weights and thresholds were chosen on tests/evals/guidance/tuning.yaml and are reported on reporting.yaml beside it.
"""

from collections.abc import Iterable
from typing import Literal

from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Hit

By = Literal["both", "meaning", "words"]
WORDS = 0.2
"""What the best match by words adds to a likeness by meaning (0..1)."""
COVERED = 0.62
"""An article is about the question from this score on."""
CLOSE = 0.08
"""A second article within this of the first may be the better one."""


class Ranked(Frozen):
    """An article with its score and the heading of the passage that earned it ("" when one of its questions did)."""

    article: str
    score: float
    heading: str
    meaning: float


def score(hit: Hit, by: By = "both") -> float:
    """A hit's score: the likeness by meaning, and WORDS times that by words."""
    match by:
        case "meaning":
            return hit.meaning
        case "words":
            return hit.words
        case "both":
            return hit.meaning + WORDS * hit.words


def rank(hits: Iterable[Hit], by: By = "both") -> tuple[Ranked, ...]:
    """The articles that were found, best first; an article is as near as its nearest passage or question."""
    best: dict[str, tuple[float, Hit]] = {}
    passages: dict[str, tuple[float, str]] = {}
    for hit in hits:
        if hit.entry.kind not in ("passage", "question"):
            continue
        own, of = score(hit, by), hit.entry.owner
        if of not in best or own > best[of][0]:
            best[of] = (own, hit)
        if hit.entry.kind == "passage" and (of not in passages or own > passages[of][0]):
            passages[of] = (own, hit.entry.heading)
    ranked = [
        Ranked(article=of, score=own, heading=passages.get(of, (0.0, ""))[1], meaning=hit.meaning)
        for of, (own, hit) in best.items()
    ]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.article)))
