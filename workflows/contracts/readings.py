"""Amounts that a clause gives: which of a provision's amounts a reading means, and in which unit it is told."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from workflows.contracts.quantities import Quantity, converted
from workflows.contracts.signs import verbs_of
from workflows.contracts.tagging import Tagged
from workflows.domain.clauses import Reading, Sign

_PLAIN_UNITS = {"days", "months", "percent"}
Values = dict[str, str | int | float]


def amounts_of(
    readings: Mapping[str, Reading], sentences: Sequence[Tagged], anchors: Sequence[int]
) -> tuple[Values, set[int]]:
    """What the readings find, the sentences that say so first, and the sentences it was read in."""
    order = [*anchors, *(i for i in range(len(sentences)) if i not in anchors)]
    values: Values = {}
    told_by: set[int] = set(anchors)
    for name, reading in readings.items():
        found = _amount(reading, sentences, order)
        if found is not None:
            values[name], where_read = found
            told_by.add(where_read)
    _lone(readings, sentences, anchors, values)
    _term_in_months(values)
    return values, told_by


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
    if isinstance(first, str) and isinstance(last, str) and first < last and "initial_term_months" not in values:
        start, after = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
        values["initial_term_months"] = (after.year - start.year) * 12 + after.month - start.month


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
    if q.iso and reading.unit == "date":
        return q.iso
    amount = converted(q, reading.unit) or Decimal(0)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _distance(reading: Reading, sentence: Tagged, q: Quantity) -> int | None:
    """How far an amount stands from the words it is read by; None where it is another's or too far."""
    if q.old or converted(q, reading.unit) is None:
        return None
    best: int | None = None
    if reading.near:
        places = (p for p in sentence.places(reading.near) if not reading.after or p[1] <= q.start)
        best = _least(q, places)
        if best is None or best > reading.within:
            return None
    if reading.does:
        by = Sign.model_validate({"who": reading.who, "does": reading.does})
        verb = _least(q, verbs_of(by, sentence))
        other = _least(q, (p for p in sentence.places(reading.does) if p not in set(verbs_of(by, sentence))))
        if verb is None or (other is not None and other < verb):
            return None
        best = verb if best is None else best
    if reading.not_near:
        rival = _least(q, sentence.places(reading.not_near))
        if rival is not None and (best is None or rival < best):
            return None
    return best or 0


def _least(q: Quantity, places: Iterator[tuple[int, int]]) -> int | None:
    """Words between an amount and a place; those after it count half ("ninety days' prior written notice")."""
    return min((max(q.start - e, (s - q.end) // 2, 0) for s, e in places), default=None)
