"""Whether a provision holds a type of clause: signs, marks, amounts and the level that follows from them.

Nothing here knows a clause; what decides stands in knowledge/contracts. A sign is tested on one sentence (with its
provision and headings around it), a level on the marks and amounts of the whole provision.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from workflows.contracts.quantities import Quantity, converted
from workflows.contracts.tagging import Tagged, Vocabulary, names_of
from workflows.domain.clauses import ClauseType, Condition, Reading, Sign
from workflows.domain.contract import Level, Provision

_BEFORE, _AFTER = 12, 16  # how far from its verb an object may stand, in words
_LONGEST = 700  # characters of a quotation of several sentences
Values = dict[str, str | int | float]


class Tagger:
    """Sentences and headings of one contract, tagged with one vocabulary."""

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        headings: Mapping[str, Sequence[str]],
        parties: Mapping[str, Sequence[str]],
        year: int | None = None,
    ) -> None:
        self.year = year
        self._words = Vocabulary(words, parties)
        self._headings = Vocabulary({**words, **headings})
        self._seen: dict[str, frozenset[str]] = {}

    def read(self, provision: Provision) -> "Read":
        """The provision with its sentences tagged."""
        sentences = tuple(Tagged(s.text, self._words) for s in provision.sentences)
        return Read(provision, sentences, self._heading(provision.heading), self._heading(provision.section), self.year)

    def _heading(self, text: str) -> frozenset[str]:
        if text not in self._seen:
            self._seen[text] = frozenset(Tagged(text, self._headings).tags)
        return self._seen[text]


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
        speaks = f"heading.{kind.id}"
        own, article = speaks in read.own, speaks in read.article
        found: dict[str, dict[int, int]] = {}
        for sign in kind.signs:
            for i, sentence in enumerate(read.sentences):
                if holds(sign, sentence, read) and (sign.weight > 1 or own or article):
                    weights = found.setdefault(sign.aspect, {})
                    weights[i] = max(weights.get(i, 0), sign.weight)
        for aspect, weights in found.items():
            best = max(weights.values())
            anchors = tuple(sorted(i for i, w in weights.items() if w >= best - 1))
            yield _match(kind, aspect, read, anchors, 2 * best + 2 * own + (article and not own))


def holds(sign: Sign, sentence: Tagged, read: Read) -> bool:
    """Whether a sentence, in its provision, shows a sign."""
    here = sentence.tags.keys()
    for group in sign.with_:
        if here.isdisjoint(names_of(group)):
            return False
    if sign.does and (here.isdisjoint(names_of(sign.does)) or not any(True for _ in _does(sign, sentence))):
        return False
    for group in sign.never:
        if not here.isdisjoint(names_of(group)):
            return False
    if sign.headed and not read.headed(sign.headed):
        return False
    if any(read.words.isdisjoint(names_of(group)) for group in sign.beside):
        return False
    return all(read.words.isdisjoint(names_of(group)) for group in sign.not_beside)


def _does(sign: Sign, sentence: Tagged) -> Iterator[tuple[int, int]]:
    """The verbs of a sign that have its subject, its mood and its object."""
    for at, end in sentence.places(sign.does):
        if sign.what and not any(
            (at - _BEFORE <= s and e <= at) or (end <= s <= end + _AFTER) for s, e in sentence.places(sign.what)
        ):
            continue
        if sign.mood and sentence.negated(at) != (sign.mood == "not"):
            continue
        if sign.who and sentence.subject(at, end) not in sign.who.split("|"):
            continue
        yield at, end


def _match(kind: ClauseType, aspect: str, read: Read, anchors: tuple[int, ...], score: int) -> Match:
    marked: dict[str, set[int]] = {}
    for name, signs in kind.marks.items():
        where = {i for i, s in enumerate(read.sentences) if any(holds(sign, s, read) for sign in signs)}
        if where:
            marked[name] = where
    order = [*anchors, *(i for i in range(len(read.sentences)) if i not in anchors)]
    values: Values = {}
    told_by: set[int] = set(anchors)
    for name, reading in kind.values.items():
        found = _amount(reading, read.sentences, order)
        if found is not None:
            values[name], where_read = found
            told_by.add(where_read)
    _term_in_months(values)
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


def _term_in_months(values: Values) -> None:
    """Where a term is given by its first and last day, its length."""
    first, last = values.get("effective_date"), values.get("end_date")
    if isinstance(first, str) and isinstance(last, str) and first < last and "initial_term_months" not in values:
        start, after = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
        values["initial_term_months"] = (after.year - start.year) * 12 + after.month - start.month


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


def _amount(
    reading: Reading, sentences: Sequence[Tagged], order: Sequence[int]
) -> tuple[str | int | float, int] | None:
    """The amount a reading takes; where a party is named anywhere, a verb without one is not taken for its own."""
    if "|none" in reading.who:
        named = reading.model_copy(update={"who": reading.who.replace("|none", "")})
        if (found := _nearest(named, sentences, order)) is not None:
            return found
    return _nearest(reading, sentences, order)


def _nearest(
    reading: Reading, sentences: Sequence[Tagged], order: Sequence[int]
) -> tuple[str | int | float, int] | None:
    for i in range(len(sentences)) if reading.take == "first" else order:
        found = [
            (distance, q)
            for q in sentences[i].quantities
            if (distance := _distance(reading, sentences[i], q)) is not None
        ]
        if found:
            if reading.take == "nearest":
                q = min(found, key=lambda x: x[0])[1]
            elif reading.take == "first":
                q = found[0][1]
            else:
                by_amount = sorted((q for _, q in found), key=lambda q: converted(q, reading.unit) or Decimal(0))
                q = by_amount[0 if reading.take == "least" else -1]
            return _shown(q, reading), i
    return None


def _shown(q: Quantity, reading: Reading) -> str | int | float:
    if q.iso:
        return q.iso
    amount = converted(q, reading.unit) or Decimal(0)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _distance(reading: Reading, sentence: Tagged, q: Quantity) -> int | None:
    """How far an amount stands from the words it is read by; None where it is another's or too far."""
    if converted(q, reading.unit) is None:
        return None
    best: int | None = None
    if reading.near:
        places = (p for p in sentence.places(reading.near) if not reading.after or p[1] <= q.start)
        best = _least(q, places)
        if best is None or best > reading.within:
            return None
    if reading.does:
        by = Sign.model_validate({"who": reading.who, "does": reading.does})
        verb = _least(q, _does(by, sentence))
        other = _least(q, (p for p in sentence.places(reading.does) if p not in set(_does(by, sentence))))
        if verb is None or (other is not None and other < verb):
            return None
        best = verb if best is None else best
    if reading.not_near:
        rival = _least(q, sentence.places(reading.not_near))
        if rival is not None and (best is None or rival < best):
            return None
    return best or 0


def _least(q: Quantity, places: Iterator[tuple[int, int]]) -> int | None:
    return min((max(q.start - e, s - q.end, 0) for s, e in places), default=None)


def words_of(text: str) -> str:
    """Letters and digits only, for comparing a quotation with a page."""
    return re.sub(r"[^a-z0-9$%]", "", text.lower())
