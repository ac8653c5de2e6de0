"""Whether a provision holds a type of clause: signs, marks, amounts and the level that follows from them.

Nothing here knows a clause; what decides stands in knowledge/contracts. A sign is tested on one sentence (with its
provision and headings around it), a level on the marks and amounts of the whole provision.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from workflows.contracts.likeness import NONE
from workflows.contracts.readings import Values, amounts_of
from workflows.contracts.seen import OTHERS, Read, alike, whole
from workflows.contracts.signs import holds
from workflows.contracts.tagging import Tagged
from workflows.domain.clauses import ClauseType, Condition
from workflows.domain.contract import Level

_HALF = 0.12  # likelihood from which a weak sign counts without a heading that speaks for its type
_ALONE = 0.3  # likelihood from which no sign is needed
_LIKE = 4  # how much likelihood counts beside signs
_AGAIN = 0.6  # likelihood from which a second place in a provision is one of its own
_BACK, _ON = 2, 4  # sentences around its place that a level and amounts are read from
_LONGEST = 700  # characters of a quotation of several sentences


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
        return " ".join(s.text for s in self.read.provision.sentences[self.span[0] : self.span[1]])

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
            if (sign.weight > 1 or enough) and holds(sign, sentence, read) and not alike(kind, sentence):
                weights = found.setdefault(sign.aspect, {})
                weights[i] = max(weights.get(i, 0), sign.weight)
        for aspect, weights in found.items():
            best = max(weights.values())
            if not own and read.doubted(kind, strong=best > 2):
                continue
            anchors = tuple(sorted(i for i, w in weights.items() if w >= best - 1))
            score = 2 * best + 2 * own + (article and not own) + round(_LIKE * likely)
            for place in _places(kind, read, anchors):
                yield _match(kind, aspect, read, place, score, anchors)
        if not found and likely >= _ALONE:
            yield _match(kind, "", read, where, 3 + 2 * own + round(_LIKE * likely))
        taken = {i for weights in found.values() for i in weights} | ({*where} if not found else set())
        for again in _again(read, kind, taken) if taken else ():
            yield _match(kind, "", read, again, 3 + round(_LIKE * _AGAIN))


def _places(kind: ClauseType, read: Read, anchors: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The anchors of one match; of a type whose every place is a matter of its own, each with a percent apart from a
    place before it that gives none or another (the rows of a table that came out as one paragraph)."""
    start = 0
    for i in range(1, len(anchors)):
        here, before = (_percents(read.sentences[anchors[k]]) for k in (i, i - 1))
        if kind.several and here and before != here and not read.of_another(kind, anchors[i]):
            yield anchors[start:i]
            start = i
    yield anchors[start:]


def _percents(sentence: Tagged) -> set[Decimal]:
    return {q.amount for q in sentence.quantities if q.unit == "percent"}


def _again(read: Read, kind: ClauseType, taken: set[int]) -> Iterator[tuple[int, ...]]:
    """Further sentences of a long provision that are clearly of a type, away from those that already say so."""
    for start, end, held, _ in read.likely:
        alone = end == start + 1 and held.get(kind.id, 0.0) >= _AGAIN and whole(read.sentences[start:end])
        if alone and taken.isdisjoint(range(start - 1, end + 1)) and not alike(kind, read.sentences[start]):
            taken.add(start)
            yield (start,)


def _around(read: Read, kind: ClauseType, anchors: Sequence[int], ahead: Collection[int] = ()) -> range:
    """The sentences a match is read from: its own and their neighbors, up to one that is clearly of another type."""
    alone = {start: held for start, end, held, _ in read.likely if end == start + 1}

    own = () if kind.several else (kind.id,)  # of what each place says by itself, a neighbor's words are another's

    def others(i: int) -> bool:
        return any(x >= OTHERS for n, x in alone.get(i, {}).items() if n not in (*own, NONE))

    start, end = anchors[0], anchors[-1] + 1
    while end < len(read.sentences) and end <= anchors[-1] + _ON and end not in ahead and not others(end):
        end += 1
    while not kind.several and start > 0 and start > anchors[0] - _BACK and not others(start - 1):
        start -= 1
    return range(start, end)


def _match(
    kind: ClauseType, aspect: str, read: Read, anchors: tuple[int, ...], score: int, every: Collection[int] = ()
) -> Match:
    near = _around(read, kind, anchors, every)
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
