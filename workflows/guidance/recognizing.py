"""Which questions are known by their kind: help that competitors may not have, what no article can hold, what hangs
on the reader's own terms, and what takes something false for granted.

A classifier that learned from the samples says how far a question leans to each kind. Where there is no embedding, word
lists that can be read and argued with decide alone. The thresholds were chosen on samples left out of the learning, one
writer's at a time, and on tests/evals/guidance/tuning.yaml.
"""

from collections.abc import Mapping

from workflows.domain.guidance import AskedWords, Recognized

LEANS = {"declined": -0.35, "premise": -0.45, "beyond": -0.3, "own_terms": 0.0}
"""From this leaning on a question is of the kind; the costlier it is to miss one, the lower."""
FAMILY = 0.5
"""What leaning to the nearest family of declined questions adds to leaning to them as a whole."""
ASSERTS = 0.4
"""What leaning to premises as a whole, from the middle on, adds to or takes from the leaning to the nearest one."""
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
    over = {kind: _over(kind, leanings, known) - LEANS[kind] for kind in _ORDER}
    kind = "declined" if over["declined"] >= 0 else max(over, key=lambda name: over[name])
    return _nearest(known, kind, leanings) if over[kind] >= 0 else None


def _ruled(family: Recognized, shown: frozenset[str]) -> bool:
    """Whether the question shows all lists of a row of the family's signs, and nothing that speaks against it."""
    return not shown & _AGAINST and any(shown.issuperset(row) for row in family.signs)


def _over(kind: str, leanings: Mapping[str, float], known: Mapping[str, Recognized]) -> float:
    """How far the question leans to the kind. A premise has to be one in particular."""
    whole = leanings.get(kind, -1.0)
    one = max((leanings.get(family.id, -1.0) for family in known.values() if family.kind == kind), default=-1.0)
    return {"declined": whole + FAMILY * one, "premise": one + ASSERTS * whole}.get(kind, whole)


def _nearest(known: Mapping[str, Recognized], kind: str, leanings: Mapping[str, float]) -> Recognized | None:
    families = [family for family in known.values() if family.kind == kind]
    return max(families, key=lambda family: leanings.get(family.id, -1.0), default=None)
