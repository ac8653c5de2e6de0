"""A provision as signs and likeness see it: its sentences tagged, what its headings say, how likely each type is."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from workflows.contracts.likeness import NONE, features, leaning, shares
from workflows.contracts.signs import Signs
from workflows.contracts.struck import standing
from workflows.contracts.tagging import Tagged
from workflows.contracts.vocabulary import Vocabulary
from workflows.domain.clauses import ClauseShelf, ClauseType, Likeness
from workflows.domain.contract import Provision

_LEAST = 0.1  # likelihood below which nothing follows from it
_DOUBT, _MORE_DOUBT = 0.01, 0.05  # likelihood below which a strong sign, or a weaker one, is not believed by itself
_BESIDE, _MORE_BESIDE = 0.12, 0.5  # and the share of the likeliest type below which it is not
_WORDS = 6  # fewer are a heading or a row of a table, and their likeness says little
_AMONG = 0.9  # of the likeliest type's share: less is that type's place
_WIDER = 0.1  # what a further sentence takes off, so that the shortest place is preferred
OTHERS = 0.5  # likelihood of another type from which a sentence ends what is read for this one


class Tagger:
    """Sentences and headings of one contract, tagged with one vocabulary."""

    def __init__(
        self, shelf: ClauseShelf, parties: Mapping[str, Sequence[str]], year: int | None = None, *, struck: bool = False
    ) -> None:
        self.year, self._struck = year, struck
        self.likeness = shelf.likeness
        self._signs = Signs(shelf.types)
        self._words = Vocabulary(shelf.words, parties)
        self._headings = Vocabulary({**shelf.words, **{f"heading.{t.id}": t.headings for t in shelf.types}})
        self._seen: dict[str, frozenset[str]] = {}

    def read(self, provision: Provision) -> "Read":
        """The provision with its sentences tagged."""
        told = (standing(s.text) if self._struck else s.text for s in provision.sentences)
        sentences = tuple(Tagged(text, self._words) for text in told)
        read = Read(provision, sentences, self._heading(provision.heading), self._heading(provision.section), self.year)
        read.possible = self._signs.possible(sentences)
        if self.likeness is not None:
            read.likely = tuple(self._likely(sentences, provision.heading, self.likeness))
        return read

    def _likely(self, sentences: Sequence[Tagged], heading: str, likeness: Likeness) -> Iterator["Likely"]:
        """For one, two and three sentences in a row, how likely each type is."""
        parts = [leaning(features(s), likeness) for s in sentences]
        above = [leaning(features(Tagged(heading, self._words)), likeness)] if heading else []
        for width in (1, 2, 3):
            for start in range(len(parts) - width + 1):
                held = shares([*above, *parts[start : start + width]], likeness)
                yield Likely(start, start + width, held, max(x for name, x in held.items() if name != NONE))

    def _heading(self, text: str) -> frozenset[str]:
        if text not in self._seen:
            self._seen[text] = frozenset(Tagged(text, self._headings).tags)
        return self._seen[text]


class Likely(NamedTuple):
    """How likely each type of clause is for the sentences [start, end) of a provision."""

    start: int
    end: int
    shares: Mapping[str, float]
    top: float  # of the likeliest type


def alike(kind: ClauseType, sentence: Tagged) -> bool:
    """Whether a sentence holds a word that tells a look-alike of a type."""
    return any(sentence.has(group) for group in kind.never)


def whole(sentences: Sequence[Tagged]) -> bool:
    """Whether there are words enough, and they are no row of a table."""
    return sum(len(s.tokens) for s in sentences) >= _WORDS and sentences[-1].text[-1:] in ".;:!?\"')"


class Read:
    """A provision as the signs see it: tagged sentences, what its own heading and its article's say."""

    def __init__(
        self,
        provision: Provision,
        sentences: tuple[Tagged, ...],
        own: frozenset[str],
        article: frozenset[str],
        year: int | None = None,
    ) -> None:
        self.provision, self.sentences, self.own, self.article, self.year = provision, sentences, own, article, year
        self.likely: tuple[Likely, ...] = ()
        self.possible: Mapping[str, Sequence[tuple[int, int]]] = {}

    def likeliest(self, kind: ClauseType) -> tuple[float, tuple[int, ...]]:
        """The greatest likelihood of a type, and the sentences it is that of; words of `never` keep a sentence out."""
        best, where = 0.0, (0, 0)
        for start, end, held, top in self.told.get(kind.id, ()):
            share = held[kind.id] * (1.0 - _WIDER * (end - start - 1))
            if (
                share > best
                and whole(self.sentences[start:end])
                and share >= _AMONG * top
                and not any(alike(kind, s) for s in self.sentences[start:end])
            ):
                best, where = share, (start, end)
        return best, tuple(range(*where))

    def of_another(self, kind: ClauseType, sentence: int) -> bool:
        """Whether a sentence by itself is clearly of another type."""
        own = next((x.shares for x in self.likely if (x.start, x.end) == (sentence, sentence + 1)), {})
        return any(x >= OTHERS for name, x in own.items() if name not in (kind.id, NONE))

    @cached_property
    def told(self) -> Mapping[str, list[Likely]]:
        """By type, where its likelihood is one that anything follows from."""
        found: dict[str, list[Likely]] = {}
        for likely in self.likely:
            for name, share in likely.shares.items():
                if share >= _LEAST:
                    found.setdefault(name, []).append(likely)
        return found

    def doubted(self, kind: ClauseType, strong: bool) -> bool:
        """Whether the words of the provision speak against a type that a sign names: nowhere likely, or everywhere much
        less so than another type."""
        least, among = (_DOUBT, _BESIDE) if strong else (_MORE_DOUBT, _MORE_BESIDE)
        return bool(self.likely) and not any(
            held.get(kind.id, 0.0) >= max(least, among * top) for _, _, held, top in self.likely
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the vocabulary that stand in the provision."""
        return frozenset(name for s in self.sentences for name in s.tags)

    def headed(self, group: str) -> bool:
        """Whether the heading, or the article's, says one of `a|b`."""
        return any(name in self.own or name in self.article for name in group.split("|"))
