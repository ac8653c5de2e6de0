"""Which questions are known by their kind: help that competitors may not have, what no article can hold, what hangs
on the reader's own terms, and what takes something false for granted.

A classifier that learned from the samples says how far a question leans to each kind. Where there is no embedding, word
lists that can be read and argued with decide alone. The weights were fitted on samples left out of the learning.

How near and how well known the words of a question are on the shelf was tried as further evidence that no article holds
the answer; beside the leanings it added nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

from workflows.domain.guidance import AskedWords, Recognized


class Weigh(NamedTuple):
    """How the leaning to a kind as a whole and that to its nearest family add up to log-odds against an ordinary
    question. The costlier it is to miss a kind, the higher `ahead`."""

    whole: float
    family: float
    ahead: float


WEIGHED = {
    "declined": Weigh(5.0, 1.6, 1.5),
    "beyond": Weigh(4.2, 4.3, 3.2),
    "premise": Weigh(5.5, 2.0, 1.4),
    "own_terms": Weigh(5.2, 2.1, 2.3),
}
"""Fitted by logistic regression to what samples lean to that were left out of the learning, block by block; `ahead` is
0.4 above the fit for declined and beyond, and 0.5 for own_terms. At this, of look-alikes by other hands, written to be hard
and left out of the learning, one in ten that must be declined was missed and one in five that is lawful was declined; of
look-alikes of the other kinds one in seventy."""
_AGAINST = frozenset({"keepout", "alone", "public", "structure", "care", "toplan", "tothepublic", "learning"})
_ORDER = ("declined", "beyond", "premise", "own_terms")


def recognize(
    question: str, leanings: Mapping[str, float], known: Mapping[str, Recognized], words: AskedWords
) -> Recognized | None:
    """The family that the question belongs to, or None. `leanings` is by kind and by family; empty where there is no
    embedding."""
    shown = words.shown(question)
    ruled = [family for family in known.values() if _ruled(family, shown)]
    if not leanings:
        return min(ruled, key=lambda family: _ORDER.index(family.kind), default=None)
    odds = {kind: _odds(kind, leanings, known) for kind in _ORDER}
    kind = max(odds, key=lambda name: odds[name])
    return _nearest(known, kind, leanings) if odds[kind] >= 0 else None


def _ruled(family: Recognized, shown: frozenset[str]) -> bool:
    """Whether the question shows all lists of a row of the family's signs, and nothing that speaks against it."""
    return not shown & _AGAINST and any(shown.issuperset(row) for row in family.signs)


def _odds(kind: str, leanings: Mapping[str, float], known: Mapping[str, Recognized]) -> float:
    """The log-odds that the question is of the kind and not an ordinary one."""
    one = max((leanings.get(family.id, -1.0) for family in known.values() if family.kind == kind), default=-1.0)
    weigh = WEIGHED[kind]
    return weigh.whole * leanings.get(kind, -1.0) + weigh.family * one + weigh.ahead


def _nearest(known: Mapping[str, Recognized], kind: str, leanings: Mapping[str, float]) -> Recognized | None:
    families = [family for family in known.values() if family.kind == kind]
    return max(families, key=lambda family: leanings.get(family.id, -1.0), default=None)
