"""The vocabulary, ready to be found in sentences.

It is data: phrases such as `terminat*` or `without (any) cause/reason`, `..` for up to five words between. It is laid
out by first and second word once, so that a sentence costs a look-up or two a word.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import NamedTuple

from workflows.contracts.quantities import Token, normal

_GAP = 5
_SOME = ("..",)
Phrase = tuple[tuple[tuple[str, ...], bool], ...]  # alternatives, optional


@cache
def names_of(group: str) -> tuple[str, ...]:
    """The words of a group `a|b`."""
    return tuple(group.split("|"))


class _Compiled(NamedTuple):
    concept: str
    rest: Phrase
    cased: bool


@lru_cache(maxsize=20_000)
def _elements(phrase: str) -> Phrase:
    """The parts of a phrase; who owns ('s) is no word of its own in a sentence, and so none here."""
    made: list[tuple[tuple[str, ...], bool]] = []
    for raw in phrase.replace("'s", "").replace("'", "").split():
        optional = raw.startswith("(") and raw.endswith(")")
        alternatives = tuple(
            a if a == ".." else (normal(a[:-1]) + "*" if a.endswith("*") else normal(a))
            for a in raw.strip("()").split("/")
        )
        made.append((alternatives, optional))
    return tuple(made)


class _Begun:
    """The phrases that begin with one word, by what they go on with."""

    def __init__(self, phrases: Sequence[_Compiled]) -> None:
        self._free: list[tuple[int, _Compiled]] = []  # may end here, or go on with any word
        self._exact: dict[str, list[tuple[int, _Compiled]]] = {}
        self._stems: dict[str, list[tuple[int, _Compiled]]] = {}
        for placed in enumerate(phrases):
            after = _after(placed[1].rest)
            if after is None:
                self._free.append(placed)
            for word in after or ():
                (self._stems if word.endswith("*") else self._exact).setdefault(word.rstrip("*"), []).append(placed)

    def before(self, word: str) -> Iterable[_Compiled]:
        """Those that may go on with `word`, in the order of the vocabulary."""
        found = self._free + self._exact[word] if word in self._exact else self._free
        if self._stems:
            for k in range(1, len(word) + 1):
                if word[:k] in self._stems:
                    found = found + self._stems[word[:k]]
        return dict(found if len(found) < 2 else sorted(found, key=itemgetter(0))).values()


def _after(rest: Phrase) -> tuple[str, ...] | None:
    """The words that a phrase may go on with; None where it may end, or go on with any."""
    found: tuple[str, ...] = ()
    for alternatives, optional in rest:
        if alternatives == _SOME:
            return None
        found += alternatives
        if not optional:
            return found
    return None


class Vocabulary:
    """The phrases of all words, ready to be found."""

    def __init__(self, words: Mapping[str, Sequence[str]], cased: Mapping[str, Sequence[str]] | None = None) -> None:
        self._exact: dict[str, list[_Compiled]] = {}
        self._stems: dict[str, list[_Compiled]] = {}
        self._known: dict[str, _Begun | None] = {}
        for concept, phrases in words.items():
            for phrase in phrases:
                self._add(concept, _elements(phrase), cased=False)
        for concept, phrases in (cased or {}).items():
            for phrase in phrases:
                self._add(concept, _elements(phrase), cased=True)

    def _add(self, concept: str, elements: Phrase, *, cased: bool) -> None:
        first, optional = elements[0]
        for word in first:
            compiled = _Compiled(concept, elements[1:], cased)
            (self._stems if word.endswith("*") else self._exact).setdefault(word.rstrip("*"), []).append(compiled)
        if optional:
            self._add(concept, elements[1:], cased=cased)

    def _begun(self, word: str) -> _Begun | None:
        if word not in self._known:
            found = list(self._exact.get(word, ()))
            for k in range(2, len(word) + 1):
                found += self._stems.get(word[:k], ())
            self._known[word] = _Begun(found) if found else None
        return self._known[word]

    def find(self, tokens: Sequence[Token]) -> dict[str, list[tuple[int, int]]]:
        """Where each word of the vocabulary stands, as [start, end) in tokens."""
        found: dict[str, list[tuple[int, int]]] = {}
        after = [token.word for token in tokens[1:]] + [""]
        for i, token in enumerate(tokens):
            begun = self._begun(token.word)
            for compiled in begun.before(after[i]) if begun else ():
                if compiled.cased and not token.capital:
                    continue
                end = _ends(tokens, i + 1, compiled.rest)
                if end is not None:
                    found.setdefault(compiled.concept, []).append((i, end))
        return found


def _ends(tokens: Sequence[Token], at: int, rest: Phrase) -> int | None:
    """Where a phrase ends that goes on at `at`, or None."""
    for n, (alternatives, optional) in enumerate(rest, 1):
        if alternatives == _SOME:
            more = rest[n:]
            return next((e for skip in range(_GAP + 1) if (e := _ends(tokens, at + skip, more)) is not None), None)
        if at < len(tokens) and _is(tokens[at].word, alternatives):
            if not optional:
                at += 1
            elif (end := _ends(tokens, at + 1, rest[n:])) is not None:
                return end
        elif not optional:
            return None
    return at


@lru_cache(maxsize=200_000)
def _is(word: str, alternatives: tuple[str, ...]) -> bool:
    return any(word == a or (a[-1] == "*" and word.startswith(a[:-1])) for a in alternatives)
