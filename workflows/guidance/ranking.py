"""Hits to ranked articles: likeness by meaning and by words in one sum.

An article is as near as its questions and its passages are, the nearest few of each: one lucky sentence does not make
an article. Weights and thresholds were chosen on tests/evals/guidance/tuning.yaml and are reported on the other half.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Hit

By = Literal["both", "meaning", "words"]
QUESTIONS, PASSAGES = 3, 2
"""How many of an article's nearest questions and passages count."""
ASKED, SAID, WORDS = 0.6, 0.4, 0.2
"""Shares of the likeness by meaning to its questions and to its passages, and what the best match by words adds."""
COVERED = 0.34
"""From this score on an article is about the question."""
KNOWN = 0.6
"""By words alone, an article is about the question when this share of the words are words of the shelf."""
_BELOW = 0.02
"""By how much an entry that was not found is taken to be less like the question than the last that was."""


class Ranked(Frozen):
    """An article with its score, and the heading of its nearest passage."""

    article: str
    score: float
    heading: str


def rank(hits: Iterable[Hit], by: By = "both") -> tuple[Ranked, ...]:
    """The articles that were found, best first."""
    found: dict[str, dict[str, list[Hit]]] = defaultdict(lambda: {"question": [], "passage": []})
    floor = 1.0
    for hit in hits:
        if hit.entry.kind in ("question", "passage"):
            found[hit.entry.owner][hit.entry.kind].append(hit)
            floor = min(floor, hit.meaning or 1.0)
    ranked = [
        _ranked(article, near["question"], near["passage"], floor - _BELOW, by) for article, near in found.items()
    ]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.article)))


def _ranked(article: str, questions: Sequence[Hit], passages: Sequence[Hit], floor: float, by: By) -> Ranked:
    meaning = ASKED * _mean(questions, QUESTIONS, floor) + SAID * _mean(passages, PASSAGES, floor)
    words = (max((h.words for h in questions), default=0.0) + max((h.words for h in passages), default=0.0)) / 2
    score = {"both": meaning + WORDS * words, "meaning": meaning, "words": words}[by]
    if by == "both" and floor + _BELOW == 1.0:  # nothing was found by meaning: the search goes by words alone
        score = words * COVERED / KNOWN
    nearest = max(passages, key=lambda h: h.meaning + WORDS * h.words, default=None)
    return Ranked(article=article, score=score, heading=nearest.entry.heading if nearest else "")


def _mean(hits: Sequence[Hit], most: int, floor: float) -> float:
    near = sorted((max(h.meaning, floor) for h in hits), reverse=True)[:most]
    return (sum(near) + floor * (most - len(near))) / most
