"""Adds batches of claim lines up by payer, code, modifier and quarter: whole numbers only, a fixed amount of memory.

A batch's columns come as numbers of different cells. Each different cell is read once and kept as a small number; the
four numbers of a line make one key, and the batch is summed by it.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from workflows.adapters.claims_numbers import (
    AMOUNTS,
    NO_AMOUNT,
    Numbers,
    Truths,
    by_key,
    cents_of,
    numbers_of,
    places_in,
    quarters_of,
    summed,
)
from workflows.domain.claims import ClaimCells, ClaimColumns, ClaimGroup, ClaimMeaning
from workflows.domain.errors import PrivacyRefused, Refused

MOST_PAYERS = 1_000
MOST_GROUPS = 300_000
_BAD, _EMPTY, _HEADING = -1, -2, -3
_MOST_KEPT = 200_000  # different cells remembered; free text in a column of codes never repeats
_PENDING = 250_000  # lines put together before they are summed
_PAYER, _CODE, _MODIFIER, _QUARTER = 10, 22, 12, 14  # bits of a key
_PARTS = ((0, _QUARTER), (_QUARTER, _MODIFIER), (_QUARTER + _MODIFIER, _CODE), (_QUARTER + _MODIFIER + _CODE, _PAYER))
_SUMMED = ("units", "unpaid_units", "allowed", "paid")
_WHY: Mapping[ClaimMeaning, str] = {
    "code": "its code is not one procedure code",
    "modifier": "its modifier cannot be read",
    "payer": "it names no payer",
    "date": "its date is not a day",
    "units": "its units are not a number above 0",
    "allowed": "its allowed amount is not an amount of dollars and cents",
    "paid": "its paid amount is not an amount of dollars and cents",
}
_AT_ODDS = "one of its amounts and units is taken back and another is not"


class Sums:
    """The running sums of one file. `bad` holds (place among the rows of full width, reason) of the first bad rows."""

    def __init__(self, columns: ClaimColumns, cells: ClaimCells, name: str) -> None:
        self.lines = self.reversals = self.unpaid = self.blank = self.bad_rows = self.begins = self.ends = 0
        self.bad: list[tuple[int, str]] = []
        self._columns, self._cells, self._name = columns, cells, name
        self.seen = 0
        self._kept: dict[ClaimMeaning, dict[str, int]] = {m: {} for m in columns.columns}
        self._names: dict[ClaimMeaning, dict[object, int]] = {"code": {}, "modifier": {"": 0}, "payer": {}}
        if "payer" not in columns.columns:
            self._names["payer"][""] = 0
        self._sums: dict[str, Numbers] = {}
        self._pending: list[tuple[tuple[Numbers, ...], dict[str, Numbers], Numbers]] = []
        self._waiting = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch; columns bear their number in the file as a name."""
        count = batch.num_rows
        read = {m: self._column(m, batch.column(str(i))) for m, i in self._columns.columns.items()}
        good = self._good(read, batch)
        places = np.flatnonzero(good)
        if len(places):
            taken = read if len(places) == count else {m: values[places] for m, values in read.items()}
            self._sum(taken, places + self.seen)
        self.seen += count

    def groups(self, number: Callable[[Numbers], Numbers]) -> tuple[ClaimGroup, ...]:
        """The sums in order; `number` turns a place into the row's number."""
        self._compact()
        if not self._sums:
            return ()
        key = self._sums["key"]
        quarter, modifier, code, payer = (key >> shift & (1 << bits) - 1 for shift, bits in _PARTS)
        payers, of_payer = self._payers(payer)
        pairs, of_pair = self._pairs(code, modifier)
        # In the order of the names, so that the result is sorted by the number alone.
        named = (of_payer << _CODE + _QUARTER) | (of_pair << _QUARTER) | quarter
        found = by_key({**self._sums, "key": named})
        key = found["key"]
        has = self._columns.columns
        none = [None] * len(key)
        quarters = key & (1 << _QUARTER) - 1
        pair = [pairs[i] for i in (key >> _QUARTER & (1 << _CODE) - 1).tolist()]
        columns = (
            [payers[i] for i in (key >> _CODE + _QUARTER).tolist()],
            [code for code, _ in pair],
            [modifier for _, modifier in pair],
            (quarters // 4).tolist(),
            np.where(quarters > 0, quarters % 4 + 1, 0).tolist(),
            *(found[name].tolist() for name in ("lines", "units", "unpaid_units")),
            *(found[name].tolist() if name in has else none for name in AMOUNTS),
            number(found["row"]).tolist(),
        )
        # As ClaimGroup._make does, without a call in Python for each of a hundred thousand.
        return tuple(map(partial(tuple.__new__, ClaimGroup), zip(*columns, strict=True)))

    def _payers(self, each: Numbers) -> tuple[list[str], Numbers]:
        """The payers by name, and the place of each sum's among them. Names that differ only in capitals are one, under
        the spelling that most lines have, the first by letter where several do."""
        names = [str(name) for name in self._names["payer"]]
        lines = np.bincount(each, weights=self._sums["lines"], minlength=len(names))
        chosen: dict[str, str] = {}
        for place in sorted(range(len(names)), key=lambda i: (-lines[i], names[i])):
            chosen.setdefault(names[place].casefold(), names[place])
        order = sorted(chosen.values())
        at = {name: i for i, name in enumerate(order)}
        return order, np.array([at[chosen[n.casefold()]] for n in names], dtype=np.int64)[each]

    def _pairs(self, code: Numbers, modifier: Numbers) -> tuple[list[tuple[str, str]], Numbers]:
        """Codes with their modifiers in order, and the place of each sum's. A modifier glued to the code counts where
        the modifier's own column is empty."""
        codes: list[tuple[str, str]] = list(self._names["code"])  # type: ignore[arg-type]
        modifiers = [str(m) for m in self._names["modifier"]]
        different, of_sum = np.unique((code << _MODIFIER) | modifier, return_inverse=True)
        named = []
        for both in different.tolist():
            bare, glued = codes[both >> _MODIFIER]
            named.append((bare, modifiers[both & (1 << _MODIFIER) - 1] or glued))
        order = sorted(set(named))
        at = {pair: i for i, pair in enumerate(order)}
        return order, np.array([at[pair] for pair in named], dtype=np.int64)[of_sum]

    def _column(self, meaning: ClaimMeaning, cells: pa.Array) -> Numbers:
        if meaning in AMOUNTS:
            return cents_of(cells, self._cells)
        read = [self._one(meaning, cell) for cell in cells.dictionary.to_pylist()]
        table: Numbers = np.array([*read, _EMPTY], dtype=np.int64)
        return places_in(cells, table)

    def _one(self, meaning: ClaimMeaning, cell: str) -> int:
        """The number of one cell: a day, thousandths, or the place of its name; below 0 where it says none (units may
        be below 0, and carry what is wrong as 0)."""
        kept = self._kept[meaning]
        if cell in kept:
            return kept[cell]
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[cell] = found = self._read(meaning, cell)
        return found

    def _read(self, meaning: ClaimMeaning, cell: str) -> int:
        bare = " ".join(cell.split()).lstrip("'")
        if meaning == "code" and bare == self._columns.headings[self._columns.columns["code"]]:
            return _HEADING
        if not bare and meaning not in ("modifier", "units"):
            return _EMPTY
        try:
            match meaning:
                case "units":
                    return self._cells.thousandths(bare)
                case "date":
                    return self._cells.day(bare).toordinal()
                case "code":
                    return self._named(meaning, self._cells.code(bare))
                case "modifier":
                    return self._named(meaning, self._cells.modifier(bare))
                case _:
                    return self._named(meaning, self._cells.payer(bare))
        except ValueError:
            return 0 if meaning == "units" else _BAD

    def _named(self, meaning: ClaimMeaning, name: object) -> int:
        names = self._names[meaning]
        place = names.setdefault(name, len(names))
        if meaning == "payer" and place >= MOST_PAYERS:
            what = f"the column of payers holds more than {MOST_PAYERS:,} different names, so they are hardly payers"
            raise PrivacyRefused(what, where=self._name, todo="Take out columns about persons; keep one of payers.")
        return place

    def _good(self, read: Mapping[ClaimMeaning, Numbers], batch: pa.RecordBatch) -> Truths:
        """Which rows are taken; the others are counted, and the first named."""
        wrong = {m: values == 0 if m == "units" else values < 0 for m, values in read.items() if m not in AMOUNTS}
        wrong |= {m: read[m] == NO_AMOUNT for m in AMOUNTS if m in read}
        good: Truths = ~np.logical_or.reduce(list(wrong.values()))
        signs = [read[m] for m in (*AMOUNTS, "units") if m in read]
        below = np.logical_or.reduce([s < 0 for s in signs])
        if below.any():
            # Files write a reversal with its units below 0 or above; an amount above 0 beside one below is a riddle.
            above = np.logical_or.reduce([read[m] > 0 for m in AMOUNTS if m in read])
            odd = good & below & above
            good &= ~odd
        else:
            odd = np.zeros(batch.num_rows, dtype=np.bool_)
        if good.all():
            return good
        aside = read["code"] == _HEADING
        if (read["code"] == _EMPTY).any():
            aside |= self._empty(batch)
        self.blank += int(aside.sum())
        places = np.flatnonzero(~good & ~aside)
        self.bad_rows += len(places)
        for place in places[: max(0, 20 - len(self.bad))]:
            why = next((_WHY[m] for m in _WHY if m in wrong and wrong[m][place]), _AT_ODDS)
            self.bad.append((self.seen + int(place), why))
        return good

    def _empty(self, batch: pa.RecordBatch) -> Truths:
        """Rows with nothing in any column that is read."""
        empty: Truths = np.ones(batch.num_rows, dtype=np.bool_)
        for column in batch.columns:
            if pa.types.is_dictionary(column.type):
                bare = np.array([not cell.strip() for cell in column.dictionary.to_pylist()], dtype=np.bool_)
                empty &= places_in(column, bare)
            elif pa.types.is_floating(column.type):
                empty &= False
            else:
                empty &= numbers_of(pc.binary_length(pc.ascii_trim_whitespace(column))) == 0
        return empty

    def _sum(self, read: Mapping[ClaimMeaning, Numbers], places: Numbers) -> None:
        count = len(places)
        none: Numbers = np.zeros(count, dtype=np.int64)
        basis = read[self._columns.basis]
        units = read.get("units", np.full(count, 1_000, dtype=np.int64))
        back = (units < 0) | np.logical_or.reduce([read[m] < 0 for m in AMOUNTS if m in read])
        units = np.where(back, -np.abs(units), units)
        unpaid = basis == 0
        self.lines += count
        self.reversals += int(back.sum())
        self.unpaid += int((unpaid & ~back).sum())
        quarter = none
        if "date" in read:
            days = read["date"]
            self.begins = min(self.begins or int(days.min()), int(days.min()))
            self.ends = max(self.ends, int(days.max()))
            quarter = quarters_of(days)
        self._pending.append(
            (
                (quarter, read.get("modifier", none), read["code"], read.get("payer", none)),
                {
                    "units": np.where(unpaid, 0, units),
                    "unpaid_units": np.where(unpaid, units, 0),
                    "allowed": read.get("allowed", none),
                    "paid": read.get("paid", none),
                },
                places,
            )
        )
        self._waiting += count
        if self._waiting > _PENDING:
            self._compact()

    def _compact(self) -> None:
        if not self._pending:
            return
        parts = [(np.concatenate([p[0][i] for p in self._pending]), shift) for i, (shift, _) in enumerate(_PARTS)]
        values = {name: np.concatenate([p[1][name] for p in self._pending]) for name in _SUMMED}
        new = summed(parts, values, np.concatenate([p[2] for p in self._pending]))
        old = self._sums
        self._sums = by_key({name: np.concatenate((old[name], new[name])) for name in new}) if old else new
        self._pending, self._waiting = [], 0
        if len(self._sums["key"]) > MOST_GROUPS:
            what = f"comes to more than {MOST_GROUPS:,} sums by payer, code, modifier and quarter"
            raise Refused(
                what, where=self._name, todo="Check that Code and Payer are what they say, or split the file."
            )
