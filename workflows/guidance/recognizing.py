"""Which questions are known by their kind: help that competitors may not have, what no article can hold, what hangs
on the reader's own terms, and what takes something false for granted.

A classifier that learned from the samples says how far a question leans to each kind; word lists that can be read and
argued with raise or lower what it takes to decline. Where there is no embedding the word lists decide alone. The
thresholds were chosen on tests/evals/guidance/tuning.yaml and on samples that were written before they were measured.
"""

from collections.abc import Iterable, Mapping

from workflows.domain.guidance import AskedWords, Recognized

LEANS = {"declined": -0.2, "premise": -0.4, "beyond": -0.2, "own_terms": -0.3}
"""From this leaning on a question is of the kind; the costlier it is to miss one, the lower."""
NO_PARTY = 0.25
"""By how much more a question has to lean to be declined where no other party is in it."""
SPEAKS_AGAINST = 0.08
"""By how much more for each list that speaks against it."""
RULED = 0.2
"""By how much less where a rule of the family fits as well."""
ASSERTS = 0.4
"""What leaning to premises as a whole, from the middle on, adds to or takes from the leaning to the nearest one."""
_PARTIES = frozenset({"others", "venue", "carrier"})
_AGAINST = frozenset({"keepout", "alone", "public", "structure", "care", "toplan", "tothepublic"})
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
    over = {kind: _over(kind, leanings, known) for kind in _ORDER[1:]}
    over["declined"] = leanings.get("declined", -1.0) - _declines(shown, ruled)
    sure = over["declined"] >= 0 and leanings.get("declined", -1.0) >= 0
    kind = "declined" if sure else max(over, key=lambda name: over[name])
    return _nearest(known, kind, leanings) if over[kind] >= 0 else None


def _ruled(family: Recognized, shown: frozenset[str]) -> bool:
    """Whether the question shows all lists of a row of the family's signs, and nothing that speaks against it."""
    return not shown & (_AGAINST | {"learning"}) and any(shown.issuperset(row) for row in family.signs)


def _declines(shown: frozenset[str], ruled: Iterable[Recognized]) -> float:
    """How far a question with these signs has to lean to be declined."""
    needed = LEANS["declined"] + SPEAKS_AGAINST * len(shown & _AGAINST)
    if not shown & _PARTIES:
        needed += NO_PARTY
    if any(family.kind == "declined" for family in ruled):
        needed -= RULED
    return needed


def _over(kind: str, leanings: Mapping[str, float], known: Mapping[str, Recognized]) -> float:
    """How far the question is over what the kind takes. A premise has to be one in particular."""
    leaning = leanings.get(kind, -1.0)
    if kind == "premise":
        one = max((leanings.get(family.id, -1.0) for family in known.values() if family.kind == kind), default=-1.0)
        leaning = one + ASSERTS * leaning
    return leaning - LEANS[kind]


def _nearest(known: Mapping[str, Recognized], kind: str, leanings: Mapping[str, float]) -> Recognized | None:
    families = [family for family in known.values() if family.kind == kind]
    return max(families, key=lambda family: leanings.get(family.id, -1.0), default=None)
