"""Which questions are known by their kind: help that competitors may not have, what no article can hold, what hangs
on the reader's own terms, and what takes something false for granted.

Signs (regular expressions) decide first, since a rule can be read and argued with; then likeness to the samples, where
the question is nearer to them than to the lawful look-alikes and to every article.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from workflows.domain.guidance import Hit, Recognized

ALIKE = {"declined": 0.66, "beyond": 0.7, "own_terms": 0.72, "premise": 0.74}
"""From this likeness to a sample on, by kind; the costlier a mistake, the lower."""
AHEAD = 0.02
"""By how much a sample has to be nearer than any lawful look-alike or article."""
_ORDER = ("declined", "beyond", "premise", "own_terms")


def recognize(question: str, hits: Iterable[Hit], known: Mapping[str, Recognized]) -> Recognized | None:
    """The kind that the question is, or None; where several fit, the one that matters most."""
    found = [*_by_signs(question, known), *_by_samples(tuple(hits), known)]
    return min(found, key=lambda kind: _ORDER.index(kind.kind), default=None)


def _by_signs(question: str, known: Mapping[str, Recognized]) -> Iterable[Recognized]:
    plain = " ".join(question.lower().replace("\u2019", "'").split())
    for kind in known.values():
        if not kind.signs or any(_pattern(sign).search(plain) for sign in kind.never):
            continue
        if all(any(_pattern(sign).search(plain) for sign in group) for group in kind.signs):
            yield kind


def _by_samples(hits: tuple[Hit, ...], known: Mapping[str, Recognized]) -> Iterable[Recognized]:
    other = max((h.meaning for h in hits if h.entry.kind in ("question", "lawful")), default=0.0)
    samples = [h for h in hits if h.entry.kind == "sample"]
    nearest = max(samples, key=lambda h: h.meaning, default=None)
    if nearest is not None:
        kind = known[nearest.entry.owner]
        if nearest.meaning >= ALIKE[kind.kind] and nearest.meaning >= other + AHEAD:
            yield kind


@lru_cache(maxsize=512)
def _pattern(sign: str) -> re.Pattern[str]:
    return re.compile(sign)
