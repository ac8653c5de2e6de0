"""Hits to ranked articles: likeness by meaning and by words in one sum.

An article is as near as its questions and its passages are, the nearest few of each: one lucky sentence does not make
an article. Weights and thresholds were chosen on tests/evals/guidance/tuning.yaml and are reported on the other half.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

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
_KINDS = ("question", "passage")


class Ranked(NamedTuple):
    """An article with its score, and the heading of its nearest passage. A bare tuple: a search makes a hundred."""

    article: str
    score: float
    heading: str


def rank(hits: Iterable[Hit], by: By = "both") -> tuple[Ranked, ...]:
    """The articles that were found, best first."""
    found: dict[str, tuple[list[Hit], list[Hit]]] = {}
    floor = 1.0
    for hit in hits:
        entry, meaning, _ = hit
        if entry.kind not in _KINDS:
            continue
        if entry.owner not in found:
            found[entry.owner] = ([], [])
        found[entry.owner][_KINDS.index(entry.kind)].append(hit)
        if 0.0 < meaning < floor:
            floor = meaning
    ranked = [
        _ranked(article, questions, passages, floor - _BELOW, by) for article, (questions, passages) in found.items()
    ]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.article)))


def _ranked(article: str, questions: Sequence[Hit], passages: Sequence[Hit], floor: float, by: By) -> Ranked:
    meaning = ASKED * _mean(questions, QUESTIONS, floor) + SAID * _mean(passages, PASSAGES, floor)
    words = (max([hit[2] for hit in questions], default=0.0) + max([hit[2] for hit in passages], default=0.0)) / 2
    if by == "both":
        # Where nothing was found by meaning, the search goes by words alone.
        score = words * COVERED / KNOWN if floor + _BELOW == 1.0 else meaning + WORDS * words
    else:
        score = meaning if by == "meaning" else words
    nearest = max(passages, key=_likeness, default=None)
    return Ranked(article, score, nearest.entry.heading if nearest else "")


def _likeness(hit: Hit) -> float:
    return hit[1] + WORDS * hit[2]


def _mean(hits: Sequence[Hit], most: int, floor: float) -> float:
    near = sorted([max(hit[1], floor) for hit in hits], reverse=True)[:most]
    return (sum(near) + floor * (most - len(near))) / most
