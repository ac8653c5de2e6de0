"""How much a sentence reads like the samples of each type of clause: a second signal beside the signs.

Signs say why; they miss wordings that share none of their words. The likeness was learned from the samples of the
shelf (adapters/learn_clauses.py): a sum over the words, pairs of words, parties and vocabulary of a sentence. It finds
a place; what the clause says there, its level and its amounts, is still read by marks and readings.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp, sqrt
from typing import NamedTuple

from workflows.contracts.sections import sentences_of
from workflows.contracts.tagging import Tagged
from workflows.contracts.vocabulary import Vocabulary
from workflows.domain.clauses import ClauseShelf, Likeness

NONE = "none"
SAMPLE_PARTIES = {
    "payer": ("Plan", "Payer", "Payor", "Company", "Client", "Network", "Insurer", "MCO", "HMO", "IPA", "Carrier", "Corporation"),
    "practice": ("Practice", "Provider", "Group", "Physician"),
    "member": ("Member", "Covered Person", "Enrollee"),
}  # fmt: skip
_STEM = 6  # letters: enough to tell words apart, few enough that their endings do not matter
_SCALE = 3.0
_PARTIES = ("payer", "practice", "member", "either", "other_plan")
_SILENT = {"the", "a", "an", "any", "such"}
_COMMON = {"the", "a", "an", "of", "to", "and", "or", "for", "is", "be", "by", "on", "as", "at", "it", "its", "this", "that", "shall", "will",
           "may", "any", "such", "with", "from", "has", "have", "been", "are", "was", "were", "which", "who", "s", "each", "in", "#"}  # fmt: skip


AKIN = "~"  # before a word that stands for its meaning
NOTHING = "M"  # the letter of a word that adds nothing to a type; each letter after or before it is one step


class Leaning(NamedTuple):
    """What the words of one sentence add up to for each type, and how many of them were learned; and the same for their
    meanings, with how many of them are known."""

    sums: tuple[float, ...]
    known: int
    akin: tuple[float, ...]
    meant: int


def features(sentence: Tagged) -> set[str]:
    """The words (their beginnings), pairs of neighbors, kinds of amounts and words of the vocabulary of a sentence.
    Whoever is named as a party counts as the party, whatever its name."""
    party = {i: f"<{name}>" for s, e, name in sentence.actors if name in _PARTIES for i in range(s, e)}
    row: list[str] = []
    for i, token in enumerate(sentence.tokens):
        word = party.get(i) or ("#" if token.word[0].isdigit() else token.word[:_STEM])
        if word not in _SILENT and not (i in party and row and row[-1] == word):
            row.append(word)
    found = {word for word in row if word not in _COMMON}
    found.update(AKIN + t.word for i, t in enumerate(sentence.tokens) if i not in party and len(t.word) > 2)
    found.update(f"{one}_{other}" for one, other in pairwise(row))
    found.update(f"@{q.unit}" for q in sentence.quantities)
    found.update(f"={name}" for name in sentence.tags)
    return found


def leaning(found: Iterable[str], likeness: Likeness) -> Leaning:
    """The weights of the features that were learned, added up by type, and what the words add by their meaning."""
    sums = [0.0] * len(likeness.types)
    count = 0
    meant = []
    learned, akin = likeness.weights, likeness.akin
    for feature in found:
        weights = learned.get(feature)
        if weights is not None:
            count += 1
            for i, weight in weights:
                sums[i] += weight
        elif feature in akin:
            meant.append(_steps(akin[feature]))
    steps = map(sum, zip(*meant, strict=True)) if meant else (0 for _ in sums)
    return Leaning(tuple(sums), count, tuple(x * likeness.step for x in steps), len(meant))


@lru_cache(maxsize=50_000)
def _steps(told: str) -> tuple[int, ...]:
    """What a word adds to each type, as it is written: a letter a type."""
    return tuple(ord(letter) - ord(NOTHING) for letter in told)


def shares(parts: Sequence[Leaning], likeness: Likeness) -> dict[str, float]:
    """How likely each type is for sentences that stand together; all shares, with that of no clause, are 1."""
    count, meant = sum(p.known for p in parts), sum(p.meant for p in parts)
    scale = _SCALE / sqrt(count) if count else 0.0
    nearer = 1.0 / sqrt(meant) if meant else 0.0
    words, meanings = zip(*(p.sums for p in parts), strict=True), zip(*(p.akin for p in parts), strict=True)
    columns = zip(likeness.bias, words, meanings, strict=True)
    raw = [bias + scale * sum(by_word) + nearer * sum(by_meaning) for bias, by_word, by_meaning in columns]
    top = max(raw)
    grown = [exp(x - top) for x in raw]
    whole = sum(grown)
    return {name: x / whole for name, x in zip(likeness.types, grown, strict=True)}


def lessons(shelf: ClauseShelf) -> Iterator[tuple[str, frozenset[str]]]:
    """Every sample of the shelf: the type it shows (or none) and its features."""
    vocabulary = Vocabulary(shelf.words, SAMPLE_PARTIES)
    for kind, text in samples_of(shelf):
        yield kind, frozenset(f for s in sentences_of(text) for f in features(Tagged(s.text, vocabulary)))


def samples_of(shelf: ClauseShelf) -> Iterator[tuple[str, str]]:
    """The samples of the clause files and of samples.tsv, as type and text."""
    for kind in shelf.types:
        for sample in kind.matches:
            yield kind.id, f"{sample.heading}. {sample.text}" if sample.heading else sample.text
        yield from ((NONE, text) for text in kind.does_not_match)
    yield from shelf.samples
