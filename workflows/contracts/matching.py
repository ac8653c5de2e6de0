"""Whether a provision holds a type of clause: signs, marks, amounts and the level that follows from them.

Nothing here knows a clause; what decides stands in knowledge/contracts. A sign is tested on one sentence (with its
provision and headings around it), a level on the marks and amounts of the whole provision.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from workflows.contracts.likeness import NONE, features, leaning, shares
from workflows.contracts.readings import Values, amounts_of
from workflows.contracts.signs import Signs, holds
from workflows.contracts.tagging import Tagged
from workflows.contracts.vocabulary import Vocabulary
from workflows.domain.clauses import ClauseShelf, ClauseType, Condition, Likeness
from workflows.domain.contract import Level, Provision

_HALF = 0.12  # likelihood from which a weak sign counts without a heading that speaks for its type
_LEAST = 0.1  # likelihood below which nothing follows from it
_ALONE = 0.3  # likelihood from which no sign is needed
_DOUBT, _MORE_DOUBT = 0.01, 0.05  # likelihood below which a strong sign, or a weaker one, is not believed by itself
_BESIDE, _MORE_BESIDE = 0.12, 0.5  # and the share of the likeliest type below which it is not
_WORDS = 6  # fewer are a heading or a row of a table, and their likeness says little
_LIKE = 4  # how much likelihood counts beside signs
_AMONG = 0.9  # of the likeliest type's share: less is that type's place
_WIDER = 0.1  # what a further sentence takes off, so that the shortest place is preferred
_OTHERS = 0.5  # likelihood of another type from which a sentence ends what is read for this one
_AGAIN = 0.6  # likelihood from which a second place in a provision is one of its own
_BACK, _ON = 2, 4  # sentences around its place that a level and amounts are read from
_LONGEST = 700  # characters of a quotation of several sentences


class Tagger:
    """Sentences and headings of one contract, tagged with one vocabulary."""

    def __init__(self, shelf: ClauseShelf, parties: Mapping[str, Sequence[str]], year: int | None = None) -> None:
        self.year = year
        self.likeness = shelf.likeness
        self._signs = Signs(shelf.types)
        self._words = Vocabulary(shelf.words, parties)
        self._headings = Vocabulary({**shelf.words, **{f"heading.{t.id}": t.headings for t in shelf.types}})
        self._seen: dict[str, frozenset[str]] = {}

    def read(self, provision: Provision) -> "Read":
        """The provision with its sentences tagged."""
        sentences = tuple(Tagged(s.text, self._words) for s in provision.sentences)
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


def _alike(kind: ClauseType, sentence: Tagged) -> bool:
    """Whether a sentence holds a word that tells a look-alike of a type."""
    return any(sentence.has(group) for group in kind.never)


def _whole(sentences: Sequence[Tagged]) -> bool:
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
                and _whole(self.sentences[start:end])
                and share >= _AMONG * top
                and not any(_alike(kind, s) for s in self.sentences[start:end])
            ):
                best, where = share, (start, end)
        return best, tuple(range(*where))

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


class Match(NamedTuple):
    """A type of clause found in a provision: which sentences say so (`anchors`), which the quotation takes (`span`),
    how surely (`score`), and what follows."""

    type: ClauseType
    aspect: str
    read: Read
    anchors: tuple[int, ...]
    span: tuple[int, int]
    score: int
    marks: frozenset[str]
    values: Values
    level: Level
    rule: str

    @property
    def likelihood(self) -> float:
        """The greatest likelihood of the type for the sentences that say so."""
        own = set(self.anchors)
        return max(
            (x.shares.get(self.type.id, 0.0) for x in self.read.likely if own & {*range(x.start, x.end)}), default=0.0
        )

    @property
    def quote(self) -> str:
        """The words of the finding."""
        return " ".join(s.text for s in self.read.sentences[self.span[0] : self.span[1]])

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages the quotation stands on."""
        return tuple(
            dict.fromkeys(p for s in self.read.provision.sentences[self.span[0] : self.span[1]] for p in s.pages)
        )


def matches(read: Read, types: Sequence[ClauseType]) -> Iterator[Match]:
    """Every type of clause that the provision holds, once for each aspect."""
    for kind in types:
        if kind.id not in read.possible and kind.id not in read.told:
            continue
        speaks = f"heading.{kind.id}"
        own, article = speaks in read.own, speaks in read.article
        likely, where = read.likeliest(kind)
        enough = own or article or likely >= _HALF
        found: dict[str, dict[int, int]] = {}
        for number, i in read.possible.get(kind.id, ()):
            sign, sentence = kind.signs[number], read.sentences[i]
            if (sign.weight > 1 or enough) and holds(sign, sentence, read) and not _alike(kind, sentence):
                weights = found.setdefault(sign.aspect, {})
                weights[i] = max(weights.get(i, 0), sign.weight)
        for aspect, weights in found.items():
            best = max(weights.values())
            if not own and read.doubted(kind, strong=best > 2):
                continue
            anchors = tuple(sorted(i for i, w in weights.items() if w >= best - 1))
            yield _match(
                kind, aspect, read, anchors, 2 * best + 2 * own + (article and not own) + round(_LIKE * likely)
            )
        if not found and likely >= _ALONE:
            yield _match(kind, "", read, where, 3 + 2 * own + round(_LIKE * likely))
        taken = {i for weights in found.values() for i in weights} | ({*where} if not found else set())
        for again in _again(read, kind, taken) if taken else ():
            yield _match(kind, "", read, again, 3 + round(_LIKE * _AGAIN))


def _again(read: Read, kind: ClauseType, taken: set[int]) -> Iterator[tuple[int, ...]]:
    """Further sentences of a long provision that are clearly of a type, away from those that already say so."""
    for start, end, held, _ in read.likely:
        alone = end == start + 1 and held.get(kind.id, 0.0) >= _AGAIN and _whole(read.sentences[start:end])
        if alone and taken.isdisjoint(range(start - 1, end + 1)) and not _alike(kind, read.sentences[start]):
            taken.add(start)
            yield (start,)


def _around(read: Read, kind: ClauseType, anchors: Sequence[int]) -> range:
    """The sentences a match is read from: its own and their neighbors, up to one that is clearly of another type."""
    alone = {start: held for start, end, held, _ in read.likely if end == start + 1}

    own = () if kind.several else (kind.id,)  # of what each place says by itself, a neighbor's words are another's

    def others(i: int) -> bool:
        return any(x >= _OTHERS for n, x in alone.get(i, {}).items() if n not in (*own, NONE))

    start, end = anchors[0], anchors[-1] + 1
    while end < len(read.sentences) and end <= anchors[-1] + _ON and not others(end):
        end += 1
    while not kind.several and start > 0 and start > anchors[0] - _BACK and not others(start - 1):
        start -= 1
    return range(start, end)


def _match(kind: ClauseType, aspect: str, read: Read, anchors: tuple[int, ...], score: int) -> Match:
    near = _around(read, kind, anchors)
    marked: dict[str, set[int]] = {}
    for name, signs in kind.marks.items():
        where = {i for i in near if any(holds(sign, read.sentences[i], read) for sign in signs)}
        if where:
            marked[name] = where
    values, read_in = amounts_of(kind.values, read.sentences[near.start : near.stop], [i - near.start for i in anchors])
    told_by = {i + near.start for i in read_in}
    if read.provision.part.product == "Medicare Advantage" and "product_medicare" in kind.marks:
        marked["product_medicare"] = set()
    named = values.get("year")
    if read.year and isinstance(named, int):
        values["years_behind"] = read.year - named
    marks = frozenset(marked)
    values |= {
        t.value: t.is_ for t in kind.tell if t.value not in values and all(true(c, marks, values) for c in t.when)
    }
    rule = next((r for r in kind.rate if all(true(c, marks, values) for c in r.when)), None)
    span = _span(read, anchors, told_by.union(*marked.values()))
    level = rule.level if rule else kind.otherwise
    return Match(
        kind, aspect, read, anchors, span, score, marks, values, level, ", ".join(rule.when) if rule else "otherwise"
    )


def _span(read: Read, anchors: tuple[int, ...], wanted: set[int]) -> tuple[int, int]:
    """The sentences to quote: from the first that says so, with the neighbors that matter, within the length."""
    sizes = [len(s.text) for s in read.sentences]
    start, end = anchors[0], anchors[0] + 1
    while (
        end < len(sizes)
        and sum(sizes[start : end + 1]) <= _LONGEST
        and (end in wanted or any(a >= end for a in anchors[:4]))
    ):
        end += 1
    while start > 0 and start - 1 in wanted and sum(sizes[start - 1 : end]) <= _LONGEST:
        start -= 1
    return start, end


def true(condition: Condition, marks: frozenset[str], values: Values) -> bool:
    """Whether "mark", "not mark", "value" or "value < 60" holds."""
    negative = condition.startswith("not ")
    name, *rest = condition.removeprefix("not ").split()
    if rest:
        value = values.get(name)
        if not isinstance(value, (int, float)):
            return negative
        other = rest[1] if rest[1][0].isdigit() else values.get(rest[1])
        if other is None or (isinstance(other, str) and not other[0].isdigit()):
            return negative
        limit = float(other)
        held = {
            "<": value < limit,
            "<=": value <= limit,
            ">": value > limit,
            ">=": value >= limit,
            "==": value == limit,
        }[rest[0]]
    else:
        held = name in marks or isinstance(values.get(name), (int, float))  # what is told in words is no amount
    return held != negative


def words_of(text: str) -> str:
    """Letters and digits only, for comparing a quotation with a page."""
    return re.sub(r"[^a-z0-9$%]", "", text.lower())
