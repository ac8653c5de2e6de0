"""Adds batches of claim lines up by payer, code, modifier and quarter: whole numbers only, a fixed amount of memory.

A batch's columns come as numbers of different cells. Each different cell is read once and kept as a small number; the
four numbers of a line make one key, and the batch is summed by it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from workflows.domain.claims import ClaimCells, ClaimColumns, ClaimGroup, ClaimMeaning
from workflows.domain.errors import PrivacyRefused, Refused

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Truths = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
AMOUNTS: tuple[ClaimMeaning, ...] = ("allowed", "paid")
MOST_PAYERS = 1_000
MOST_GROUPS = 300_000
_BAD, _EMPTY, _HEADING = -1, -2, -3
_MOST_KEPT = 200_000  # different cells remembered; free text in a column of codes never repeats
_PENDING = 250_000  # lines put together before they are summed
_ROOM = 1_000_000  # different keys that may come in one sum
_PAYER, _CODE, _MODIFIER, _QUARTER = 10, 22, 12, 14  # bits of a key
_PARTS = ((0, _QUARTER), (_QUARTER, _MODIFIER), (_QUARTER + _MODIFIER, _CODE), (_QUARTER + _MODIFIER + _CODE, _PAYER))
_HIGHEST = 100_000_000  # cents of one line
_AMOUNT = r"^\s*-?\s*\$?\s*-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?\s*$"  # what may lose its $ and commas
_SUMMED = ("lines", "units", "unpaid_units", "allowed", "paid")
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
        self._sums: pa.Table | None = None
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
        if self._sums is None:
            return ()
        key = self._sums.column("key").to_numpy()
        quarter, modifier, code, payer = (key >> shift & (1 << bits) - 1 for shift, bits in _PARTS)
        payers, of_payer = self._payers(payer)
        pairs, of_pair = self._pairs(code, modifier)
        # In the order of the names, so that the result is sorted by the number alone.
        named = (of_payer << _CODE + _QUARTER) | (of_pair << _QUARTER) | quarter
        summed = _by_key(self._sums.set_column(0, "key", pa.array(named))).sort_by("key")
        key = summed.column("key").to_numpy()
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
            *(summed.column(name).to_pylist() for name in ("lines", "units", "unpaid_units")),
            *(summed.column(name).to_pylist() if name in has else none for name in AMOUNTS),
            number(summed.column("row").to_numpy()).tolist(),
        )
        return tuple(map(ClaimGroup, *columns))

    def _payers(self, each: Numbers) -> tuple[list[str], Numbers]:
        """The payers by name, and the place of each sum's among them. Names that differ only in capitals are one, under
        the spelling that most lines have, the first by letter where several do."""
        names = [str(name) for name in self._names["payer"]]
        lines = np.bincount(each, weights=self._lines_of_sums(), minlength=len(names))
        chosen: dict[str, str] = {}
        for place in sorted(range(len(names)), key=lambda i: (-lines[i], names[i])):
            chosen.setdefault(names[place].casefold(), names[place])
        order = sorted(chosen.values())
        at = {name: i for i, name in enumerate(order)}
        return order, np.array([at[chosen[n.casefold()]] for n in names], dtype=np.int64)[each]

    def _lines_of_sums(self) -> Numbers:
        lines: Numbers = (
            self._sums.column("lines").to_numpy() if self._sums is not None else np.zeros(0, dtype=np.int64)
        )
        return lines

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
            return _cents(cells, self._cells)
        read = [self._one(meaning, cell) for cell in cells.dictionary.to_pylist()]
        table: Numbers = np.array([*read, _EMPTY], dtype=np.int64)
        found: Numbers = table[cells.indices.to_numpy(zero_copy_only=False)]
        return found

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
        wrong |= {m: read[m] == _NO_AMOUNT for m in AMOUNTS if m in read}
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
                empty &= bare[column.indices.to_numpy(zero_copy_only=False)]
            else:
                lengths = pc.binary_length(pc.ascii_trim_whitespace(column)).to_numpy(zero_copy_only=False)
                empty &= lengths == 0
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
            quarter = _quarters(days)
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
        parts = [np.concatenate([p[0][i] for p in self._pending]) for i in range(len(_PARTS))]
        values = {name: np.concatenate([p[1][name] for p in self._pending]) for name in _SUMMED[1:]}
        new = _summed(parts, values, np.concatenate([p[2] for p in self._pending]))
        self._sums = _by_key(pa.concat_tables([self._sums, new])) if self._sums is not None else new
        self._pending, self._waiting = [], 0
        if self._sums.num_rows > MOST_GROUPS:
            what = f"comes to more than {MOST_GROUPS:,} sums by payer, code, modifier and quarter"
            raise Refused(
                what, where=self._name, todo="Check that Code and Payer are what they say, or split the file."
            )


_NO_AMOUNT = np.iinfo(np.int64).min


def _summed(parts: Sequence[Numbers], values: Mapping[str, Numbers], places: Numbers) -> pa.Table:
    """Lines summed by their four numbers. Where these are few, each line's place is worked out and nothing is looked
    up; sums stay below 2^53, so that doubles hold them exactly."""
    lows = [int(p.min()) for p in parts]
    widths = [int(p.max()) - low + 1 for p, low in zip(parts, lows, strict=True)]
    keys = sum((p << shift for p, (shift, _) in zip(parts, _PARTS, strict=True)), np.zeros(len(places), dtype=np.int64))
    room = math.prod(widths)
    if room > _ROOM:
        lines = np.ones(len(places), dtype=np.int64)
        return _by_key(pa.table({"key": keys, "lines": lines, **values, "row": places}))
    dense, step = np.zeros(len(places), dtype=np.int64), 1
    for part, low, width in zip(parts, lows, widths, strict=True):
        dense += (part - low) * step
        step *= width
    counts = np.bincount(dense, minlength=room)
    there = np.flatnonzero(counts)
    first: Numbers = np.zeros(room, dtype=np.int64)
    first[dense[::-1]] = places[::-1]  # of several, the last written stays: the first line
    key: Numbers = np.zeros(room, dtype=np.int64)
    key[dense] = keys
    sums = {
        n: np.rint(np.bincount(dense, weights=v, minlength=room)[there]).astype(np.int64) for n, v in values.items()
    }
    return pa.table({"key": key[there], "lines": counts[there], **sums, "row": first[there]})


def _by_key(table: pa.Table) -> pa.Table:
    wanted = [*((name, "sum") for name in _SUMMED), ("row", "min")]
    summed = table.group_by("key", use_threads=False).aggregate(wanted)
    return summed.rename_columns([name.removesuffix("_sum").removesuffix("_min") for name in summed.column_names])


def _quarters(days: Numbers) -> Numbers:
    """year * 4 + quarter - 1 of ordinal days."""
    different: Numbers = np.arange(days.min(), days.max() + 1)
    # numpy counts months from January 1970; date.toordinal counts days from January 1 of year 1.
    months = (different - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Numbers = (1970 * 4 + months // 3)[days - days.min()]
    return found


def _cents(cells: pa.Array, read: ClaimCells) -> Numbers:
    """Amounts as whole cents; _NO_AMOUNT where a cell is none.

    A double holds every amount of cents below a million dollars to within a ten-thousandth of a cent, so that rounding
    it gives those very cents. What is not plainly a number goes the slow way, by the rule for one cell.
    """
    try:
        plain = pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)
        odd = None
    except pa.ArrowInvalid:
        like = pc.match_substring_regex(cells, _AMOUNT)
        bare = cells
        for sign in ("$", ",", " "):
            bare = pc.replace_substring(bare, sign, "")
        bare = pc.replace_substring(pc.ascii_trim_whitespace(bare), "--", "x")
        try:
            plain = pc.cast(pc.if_else(like, bare, "0"), pa.float64()).to_numpy(zero_copy_only=False)
            odd = ~like.to_numpy(zero_copy_only=False)
        except pa.ArrowInvalid:
            plain, odd = np.zeros(len(cells)), np.ones(len(cells), dtype=np.bool_)
    found = _rounded(plain)
    if odd is not None and odd.any():
        different = cells.filter(pa.array(odd)).dictionary_encode()
        table: Numbers = np.array([_slow(read, cell) for cell in different.dictionary.to_pylist()], dtype=np.int64)
        found[odd] = table[different.indices.to_numpy()]
    return found


def _rounded(dollars: "np.ndarray[Any, np.dtype[np.float64]]") -> Numbers:
    with np.errstate(invalid="ignore", over="ignore"):
        exact = dollars * 100
        near = np.rint(exact)
        sound = (np.abs(near) <= _HIGHEST) & (np.abs(exact - near) < 1e-4)
    found: Numbers = np.where(sound, near, 0).astype(np.int64)
    found[~sound] = _NO_AMOUNT
    return found


def _slow(read: ClaimCells, cell: str) -> int:
    try:
        return read.cents(cell)
    except ValueError:
        return int(_NO_AMOUNT)
