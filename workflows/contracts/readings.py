"""Amounts that a clause gives: which of a provision's amounts a reading means, and in which unit it is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from workflows.contracts.quantities import Quantity, converted
from workflows.contracts.signs import verbs_of
from workflows.contracts.tagging import Tagged
from workflows.domain.clauses import Reading, Sign

_PLAIN_UNITS = {"days", "months", "percent"}
_POINTED, _POINTING = 20, {"the", "that", "those", "these", "said", "such", "same"}
_ELSE, _PARTING = 5, {"and", "or", "but", "while", "whereas", ";"}
_SHORT = 45  # days: fewer are seldom what is counted in months
Values = dict[str, str | int | float]


class _Place(NamedTuple):
    """An amount and the sentence it stands in."""

    q: Quantity
    sentence: int


def amounts_of(
    readings: Mapping[str, Reading], sentences: Sequence[Tagged], anchors: Sequence[int]
) -> tuple[Values, set[int]]:
    """What the readings find, the sentences that say so first, and the sentences it was read in."""
    order = [*anchors, *(i for i in range(len(sentences)) if i not in anchors)]
    places: dict[str, _Place] = {}
    first = next(iter(readings), "")
    for name, reading in sorted(readings.items(), key=lambda x: not x[1].alone):
        taken = {p for n, p in places.items() if reading.alone or readings[n].alone}
        own = _amount(reading, sentences, anchors, taken) if name == first and reading.take != "first" else None
        own = own or (_only(reading, sentences, anchors, places.values()) if name == first else None)
        found = own or _amount(reading, sentences, order, taken)
        if found is not None:
            places[name] = found
    values: Values = {}
    for name, place in places.items():
        values[name] = _shown(place.q, readings[name])
        values |= _besides(name, place, readings[name], sentences)
    _lone(readings, sentences, anchors, values)
    _term_in_months(values)
    return values, {*anchors, *(p.sentence for p in places.values())}


def _only(
    reading: Reading, sentences: Sequence[Tagged], anchors: Sequence[int], taken: Iterable[_Place]
) -> _Place | None:
    """The one amount of its kind in the sentences that say so: nearer than any other's that has the right word beside it."""
    if reading.unit != "percent" or reading.does:
        return None
    given = [_Place(q, i) for i in anchors for q in sentences[i].quantities if not q.old and q.unit == reading.unit]
    free = [p for p in given if p not in set(taken)]
    return free[0] if len(free) == 1 else None


def _besides(name: str, place: _Place, reading: Reading, sentences: Sequence[Tagged]) -> Values:
    """What else the sentence says of an amount: the one it gives up, every one of several, its own unit."""
    given = sentences[place.sentence].quantities
    told: Values = {}
    old = [q for q in given if q.old and q.unit != "date" and converted(q, reading.unit) is not None]
    if old:
        told[f"{name}_before"] = _shown(old[-1], reading)
        if place.q.unit == old[-1].unit == "percent" and place.q.amount < old[-1].amount:
            told[f"{name}_fall_to"] = _shown(place.q, reading)
    if reading.take == "all":
        every = [q for q in given if q.unit == reading.unit and not q.old]
        told[name] = "; ".join(_money(q) for q in every)
        days = sum(q.unit == "date" for q in given)  # amounts of one day are of several services, not one after another
        if len(every) > 1 and days > 1 and all(a.amount > b.amount for a, b in pairwise(every)):
            told[f"{name}_fall_to"] = _shown(every[-1], reading)
    if reading.unit == "days" and place.q.unit in ("months", "years"):
        told[f"{name}_as_written"] = f"{place.q.amount} {place.q.unit}"
    return told


def _money(q: Quantity) -> str:
    return f"${q.amount:,}"


def _lone(readings: Mapping[str, Reading], sentences: Sequence[Tagged], anchors: Sequence[int], values: Values) -> None:
    """The first amount a type asks for, where no word beside it told it and its place gives just one of its kind."""
    name, reading = next(iter(readings.items()), ("", None))
    if reading is None or name in values or reading.unit not in _PLAIN_UNITS or reading.does:
        return
    near = range(max(0, anchors[0] - 1), min(len(sentences), anchors[-1] + 2))
    given = [
        q
        for i in (*anchors, *(i for i in near if i not in anchors))
        for q in sentences[i].quantities
        if q.unit != "date" and not q.old and converted(q, reading.unit) is not None
    ]
    told = [(readings[n].unit, v) for n, v in values.items() if n in readings]
    free = {_shown(q, reading): q for q in given if not any(converted(q, unit) == v for unit, v in told)}
    if len(free) == 1:
        (q,) = free.values()
        values[name] = _shown(q, reading)


def _term_in_months(values: Values) -> None:
    """Where a term is given by its first and last day, its length."""
    first, last = values.get("effective_date"), values.get("end_date")
    if isinstance(first, str) and isinstance(last, str) and first < last:
        start, after = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
        months = (after.year - start.year) * 12 + after.month - start.month
        if values.get("initial_term_months", values.get("renewal_months", 0)) == values.get("renewal_months", 0):
            values["initial_term_months"] = months or 1


def _amount(reading: Reading, sentences: Sequence[Tagged], order: Sequence[int], taken: set[_Place]) -> _Place | None:
    """The amount a reading takes; where a party is named anywhere, a verb without one is not taken for its own."""
    if "|none" in reading.who:
        named = reading.model_copy(update={"who": reading.who.replace("|none", "")})
        if (found := _nearest(named, sentences, order, taken)) is not None:
            return found
    return _nearest(reading, sentences, order, taken)


def _nearest(reading: Reading, sentences: Sequence[Tagged], order: Sequence[int], taken: set[_Place]) -> _Place | None:
    """Of amounts in months those of a few days come last: they are a notice rather than a look-back."""
    whole = (True, False) if reading.unit == "months" else (False,)
    for long in whole:
        for i in range(len(sentences)) if reading.take == "first" else order:
            found = [
                (distance, q)
                for q in sentences[i].quantities
                if _Place(q, i) not in taken
                and not (long and q.unit == "days" and q.amount < _SHORT)
                and (distance := _distance(reading, sentences[i], q)) is not None
            ]
            if found:
                return _Place(_chosen(reading, found), i)
    return None


def _chosen(reading: Reading, found: Sequence[tuple[float, Quantity]]) -> Quantity:
    if reading.take in ("nearest", "all"):
        return min(found, key=lambda x: x[0])[1]
    if reading.take == "first":
        return found[0][1]
    by_amount = sorted((q for _, q in found), key=lambda q: converted(q, reading.unit) or Decimal(0))
    return by_amount[0 if reading.take == "least" else -1]


def _shown(q: Quantity, reading: Reading) -> str | int | float:
    if q.iso and reading.unit == "date":
        return q.iso
    amount = converted(q, reading.unit) or Decimal(0)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _distance(reading: Reading, sentence: Tagged, q: Quantity) -> float | None:
    """How far an amount stands from the words it is read by; None where it is another's or too far. An amount that is
    only pointed at ("the 138 percent") comes after all that are given."""
    if q.old or converted(q, reading.unit) is None:
        return None
    best: float | None = None
    if reading.near:
        places = (p for p in sentence.places(reading.near) if not reading.after or p[1] <= q.start)
        best = _least(q, places, sentence)
        if best is None or best > reading.within:
            return None
    if reading.does:
        by = Sign.model_validate({"who": reading.who, "does": reading.does})
        verb = _least(q, verbs_of(by, sentence), sentence)
        other = _least(q, (p for p in sentence.places(reading.does) if p not in set(verbs_of(by, sentence))), sentence)
        if verb is None or (other is not None and other < verb):
            return None
        best = verb if best is None else best
    if reading.not_near:
        rival = _least(q, sentence.places(reading.not_near), sentence)
        if rival is not None and (best is None or rival < best):
            return None
    return (best or 0) + (_POINTED if q.start and sentence.tokens[q.start - 1].word in _POINTING else 0)


def _least(q: Quantity, places: Iterator[tuple[int, int]], sentence: Tagged) -> float | None:
    """Words between an amount and a place; those after it count half ("ninety days' prior written notice"), unless
    something else begins between ("in 30 days, and on paper in 45")."""
    return min((_gap(q, s, e, sentence) for s, e in places), default=None)


def _gap(q: Quantity, start: int, end: int, sentence: Tagged) -> float:
    if start < q.end:
        return max(q.start - end, 0)
    between = sentence.tokens[q.end : start]
    return (start - q.end) // 2 + 0.25 + _ELSE * any(t.word in _PARTING for t in between)
