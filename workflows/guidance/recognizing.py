"""Which questions are known by their kind: help that competitors may not have, what no article can hold, what hangs
on the reader's own terms, and what takes something false for granted.

What the samples taught says how far a question leans to each kind. Where there is no embedding, word lists that can be
read and argued with decide alone.

How near and how well known the words of a question are on the shelf was tried as further evidence that no article holds
the answer; beside the leanings it added nothing.
"""

import math
from collections.abc import Mapping

from workflows.domain.guidance import AskedWords, Recognized

AHEAD = {"declined": 0.4, "beyond": 0.3, "premise": 0.0, "own_terms": 0.0}
"""A step ahead in log-odds: the costlier it is to miss a kind, the higher. Chosen on samples left out of the learning and on
tests/evals/guidance/tuning.yaml. Of the hardest look-alikes, by two writers whose samples were all left out, one in forty that
must be declined is missed at this, and one in five that is lawful is taken for something else, before the rest was taught."""
_AGAINST = frozenset({"keepout", "alone", "public", "structure", "care", "toplan", "tothepublic", "learning"})
_ORDER = ("declined", "beyond", "premise", "own_terms")


def recognize(
    question: str, leanings: Mapping[str, float], known: Mapping[str, Recognized], words: AskedWords
) -> Recognized | None:
    """The family that the question belongs to, or None. `leanings` are log-odds against an ordinary question, by kind and
    by family; empty where there is no embedding."""
    shown = words.shown(question)
    ruled = [family for family in known.values() if _ruled(family, shown)]
    if not leanings:
        return min(ruled, key=lambda family: _ORDER.index(family.kind), default=None)
    odds = {kind: leanings[kind] + AHEAD[kind] for kind in _ORDER if kind in leanings}
    kind = max(odds, key=lambda name: odds[name])
    return _nearest(known, kind, leanings) if odds[kind] >= 0 else None


def _ruled(family: Recognized, shown: frozenset[str]) -> bool:
    """Whether the question shows all lists of a row of the family's signs, and nothing that speaks against it."""
    return not shown & _AGAINST and any(shown.issuperset(row) for row in family.signs)


def _nearest(known: Mapping[str, Recognized], kind: str, leanings: Mapping[str, float]) -> Recognized | None:
    families = [family for family in known.values() if family.kind == kind]
    return max(families, key=lambda family: leanings.get(family.id, -math.inf), default=None)
