"""Questions as people type them: slips put right, filler words left out, the field's synonyms added.

A word is mended only when it is no word of the shelf and exactly one slip (two in a long word) away from one, so that
words the shelf does not know at all stay what they are.
"""

import re
from collections import Counter
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from workflows.domain.guidance import AskedWords

_WORD = re.compile(r"[a-z][a-z0-9']*|\d[\d,.]*\d|\d", re.IGNORECASE)
SEARCHED = ("passage", "question")
"""The kinds of entries that are searched, and whose words are the words of the shelf."""
_SHORTEST, _LONG = 5, 8  # letters: shorter words are too near to each other
_SURE = 3  # a word that stands so often on the shelf is spelled as it should be; samples hold slips on purpose


class Spelling:
    """The words of the shelf, and how a question is brought to them."""

    def __init__(self, texts: Iterable[str], words: AskedWords) -> None:
        self._filler, self._written = frozenset(words.filler), words.written
        self._alike = {word: group for group in words.alike for word in group}
        self._counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        self._known = {word for word, count in self._counts.items() if len(word) >= _SHORTEST and count >= _SURE}

    def mend(self, question: str) -> str:
        """The question with shorthand written out and each word one slip away from a word of the shelf put right."""
        return _WORD.sub(lambda word: self._mended(word[0]), question)

    def terms(self, question: str) -> tuple[str, ...]:
        """What to look for by words: the question's words without filler, each with its synonyms."""
        words = [word.lower() for word in _WORD.findall(question)]
        kept = [word for word in words if word not in self._filler]
        return tuple(dict.fromkeys(term for word in kept for term in (word, *self._alike.get(word, ()))))

    def share(self, question: str) -> float:
        """Which share of the question's words, filler aside, are words of the shelf."""
        words = [word for word in map(str.lower, _WORD.findall(question)) if word not in self._filler]
        return sum(word in self._counts for word in words) / len(words) if words else 0.0

    def _mended(self, word: str) -> str:
        lower = word.lower()
        if lower in self._written and (word == lower or word.isupper()):
            return self._written[lower]
        if len(lower) < _SHORTEST or self._counts[lower] >= _SURE or lower in self._filler or not lower.isalpha():
            return word
        slips = 1 if len(lower) <= _LONG else 2
        found = process.extract(lower, self._known, scorer=OSA.distance, score_cutoff=slips, limit=3)
        near = [(distance, -self._counts[known], known) for known, distance, _ in found if known[0] == lower[0]]
        return min(near)[2] if near else word
