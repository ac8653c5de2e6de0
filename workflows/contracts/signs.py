"""Whether a sentence, in its provision, shows a sign: who does what to whom, denied or not, with which words."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from workflows.contracts.tagging import Tagged
from workflows.contracts.vocabulary import names_of
from workflows.domain.clauses import ClauseType, Sign

_BEFORE, _AFTER = 12, 16  # how far from its verb an object may stand, in words


class Around(Protocol):
    """The provision around a sentence, as far as signs ask for it."""

    @property
    def words(self) -> frozenset[str]:
        """All words of the vocabulary that stand in it."""

    def headed(self, group: str) -> bool:
        """Whether its heading, or its article's, says one of `a|b`."""


class Signs:
    """The signs of all types by a word that each cannot do without, so that a sentence is asked about few of them."""

    def __init__(self, types: Iterable[ClauseType]) -> None:
        self._by_word: dict[str, list[tuple[str, int]]] = {}
        for kind in types:
            for number, sign in enumerate(kind.signs):
                groups = [names_of(group) for group in (*sign.with_, sign.does) if group]
                for word in min(groups, key=len, default=("",)):
                    self._by_word.setdefault(word, []).append((kind.id, number))

    def possible(self, sentences: Sequence[Tagged]) -> dict[str, list[tuple[int, int]]]:
        """By type, the numbers of the signs that may be shown, each with the number of the sentence, in order."""
        found: dict[str, set[tuple[int, int]]] = {}
        for i, sentence in enumerate(sentences):
            for word in ("", *sentence.tags):
                for kind, number in self._by_word.get(word, ()):
                    found.setdefault(kind, set()).add((number, i))
        return {kind: sorted(pairs) for kind, pairs in found.items()}


def holds(sign: Sign, sentence: Tagged, read: Around) -> bool:
    """Whether a sentence, in its provision, shows a sign."""
    here = sentence.tags.keys()
    for group in sign.with_:
        if here.isdisjoint(names_of(group)):
            return False
    if sign.does and (here.isdisjoint(names_of(sign.does)) or not any(True for _ in verbs_of(sign, sentence))):
        return False
    for group in sign.never:
        if not here.isdisjoint(names_of(group)):
            return False
    if sign.headed and not read.headed(sign.headed):
        return False
    if any(read.words.isdisjoint(names_of(group)) for group in sign.beside):
        return False
    return all(read.words.isdisjoint(names_of(group)) for group in sign.not_beside)


def verbs_of(sign: Sign, sentence: Tagged) -> Iterator[tuple[int, int]]:
    """The verbs of a sign that have its subject, its mood and its object; where another does it too ("ended by the plan
    on 60 days' notice and by the practice on 90"), that party's place."""
    for at, end in sentence.places(sign.does):
        if sign.what and not any(
            (at - _BEFORE <= s and e <= at) or (end <= s <= end + _AFTER) for s, e in sentence.places(sign.what)
        ):
            continue
        if sign.mood and sentence.negated(at) != (sign.mood == "not"):
            continue
        if sign.who and sentence.subject(at, end) not in (whom := sign.who.split("|")):
            yield from ((s, e) for s, e, name in sentence.further(at, end) if name in whom)
            continue
        yield at, end
