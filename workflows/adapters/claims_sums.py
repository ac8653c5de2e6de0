"""Adds batches of claim lines up by payer, code, modifier and quarter: whole numbers only, a fixed amount of memory.

A batch's columns come as numbers of different cells. Each different cell is read once and kept as a small number; the
four numbers of a line make one key, and the batch is summed by it.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from workflows.domain.claims import ClaimCells, ClaimColumns, ClaimGroup, ClaimMeaning
from workflows.domain.errors import PrivacyRefused, Refused

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
AMOUNTS = ("allowed", "paid")
MOST_PAYERS = 1_000
MOST_GROUPS = 300_000
_BAD, _EMPTY, _HEADING = -1, -2, -3
_MOST_KEPT = 200_000  # different cells remembered; free text in a column of codes never repeats
_PENDING = 400_000  # sums of batches put together before they are summed again
_PAYER, _CODE, _MODIFIER, _QUARTER = 10, 22, 12, 14  # bits of a key
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
        self._seen = 0
        self._kept: dict[ClaimMeaning, dict[str, int]] = {m: {} for m in columns.columns}
        self._names: dict[ClaimMeaning, dict[object, int]] = {"code": {}, "modifier": {"": 0}, "payer": {}}
        if "payer" not in columns.columns:
            self._names["payer"][""] = 0
        self._sums: pa.Table | None = None
        self._pending: list[pa.Table] = []
        self._waiting = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch; columns bear their number in the file as a name."""
        count = batch.num_rows
        read = {m: self._column(m, batch.column(str(i))) for m, i in self._columns.columns.items()}
        good = self._good(read, batch)
        places = np.flatnonzero(good)
        if len(places):
            taken = {m: values[places] for m, values in read.items()}
            self._sum(taken, places + self._seen)
        self._seen += count

    def groups(self, number: Callable[[int], int]) -> tuple[ClaimGroup, ...]:
        """The sums in order; `number` turns a place into the row's number. Names that differ only in capitals are one
        payer, under the spelling that most lines have."""
        self._compact()
        if self._sums is None:
            return ()
        payers, codes = list(self._names["payer"]), list(self._names["code"])
        modifiers = list(self._names["modifier"])
        rows = [dict(zip(self._sums.column_names, values, strict=True)) for values in _tuples(self._sums)]
        spelled = _spelled(((str(payers[_part(r["key"], 0)]), r["lines"]) for r in rows))
        merged: dict[tuple[str, str, str, int], dict[str, int]] = {}
        for r in rows:
            code, glued = codes[_part(r["key"], 1)]  # type: ignore[misc]
            modifier = modifiers[_part(r["key"], 2)] or glued
            payer = spelled[str(payers[_part(r["key"], 0)]).casefold()]
            into = merged.setdefault((payer, code, str(modifier), _part(r["key"], 3)), dict.fromkeys(_SUMMED, 0))
            for name in _SUMMED:
                into[name] += r[name]
            into["row"] = min(into.get("row", r["row"]), r["row"])
        has = self._columns.columns
        return tuple(
            ClaimGroup(
                payer=payer,
                code=code,
                modifier=modifier,
                year=quarter // 4,
                quarter=quarter % 4 + 1 if quarter else 0,
                lines=s["lines"],
                units=_scaled(s["units"], 3),
                unpaid_units=_scaled(s["unpaid_units"], 3),
                allowed=_scaled(s["allowed"], 2) if "allowed" in has else None,
                paid=_scaled(s["paid"], 2) if "paid" in has else None,
                row=number(s["row"]),
            )
            for (payer, code, modifier, quarter), s in sorted(merged.items(), key=lambda item: item[0])
        )

    def _column(self, meaning: ClaimMeaning, cells: pa.Array) -> Numbers:
        if meaning in AMOUNTS:
            return _cents(cells, self._cells)
        read = [self._one(meaning, cell) for cell in cells.dictionary.to_pylist()]
        table: Numbers = np.array([*read, _EMPTY], dtype=np.int64)
        return table[cells.indices.to_numpy(zero_copy_only=False)]

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

    def _good(self, read: Mapping[ClaimMeaning, Numbers], batch: pa.RecordBatch) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Which rows are taken; the others are counted, and the first named."""
        wrong = {m: values == 0 if m == "units" else values < 0 for m, values in read.items() if m not in AMOUNTS}
        wrong |= {m: read[m] == _NO_AMOUNT for m in AMOUNTS if m in read}
        good = ~np.logical_or.reduce(list(wrong.values()))
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
            self.bad.append((self._seen + int(place), why))
        return good

    def _empty(self, batch: pa.RecordBatch) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Rows with nothing in any column that is read."""
        empty = np.ones(batch.num_rows, dtype=np.bool_)
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
        key = read.get("payer", none)
        for part, bits in ((read["code"], _CODE), (read.get("modifier", none), _MODIFIER), (quarter, _QUARTER)):
            key = (key << bits) | part
        self._pending.append(
            _by_key(
                pa.table(
                    {
                        "key": key,
                        "lines": np.ones(count, dtype=np.int64),
                        "units": np.where(unpaid, 0, units),
                        "unpaid_units": np.where(unpaid, units, 0),
                        "allowed": read.get("allowed", none),
                        "paid": read.get("paid", none),
                        "row": places,
                    }
                )
            )
        )
        self._waiting += self._pending[-1].num_rows
        if self._waiting > _PENDING:
            self._compact()

    def _compact(self) -> None:
        parts = [self._sums, *self._pending] if self._sums is not None else self._pending
        if not self._pending:
            return
        self._sums = _by_key(pa.concat_tables(parts))
        self._pending, self._waiting = [], 0
        if self._sums.num_rows > MOST_GROUPS:
            what = f"comes to more than {MOST_GROUPS:,} sums by payer, code, modifier and quarter"
            raise Refused(what, where=self._name, todo="Check that Code and Payer are what they say, or split the file.")


_NO_AMOUNT = np.iinfo(np.int64).min


def _by_key(table: pa.Table) -> pa.Table:
    wanted = [*((name, "sum") for name in _SUMMED), ("row", "min")]
    summed = table.group_by("key", use_threads=False).aggregate(wanted)
    return summed.rename_columns([name.removesuffix("_sum").removesuffix("_min") for name in summed.column_names])


def _quarters(days: Numbers) -> Numbers:
    """year * 4 + quarter - 1 of ordinal days."""
    # numpy counts months from January 1970; date.toordinal counts days from January 1 of year 1.
    months = (days - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Numbers = 1970 * 4 + months // 3
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


def _part(key: int, place: int) -> int:
    """Payer, code, modifier or quarter of a key."""
    for number, bits in ((3, _QUARTER), (2, _MODIFIER), (1, _CODE)):
        if place == number:
            return key & ((1 << bits) - 1)
        key >>= bits
    return key


def _tuples(table: pa.Table) -> "zip[tuple[int, ...]]":
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _spelled(seen: "Any") -> dict[str, str]:
    """The spelling of each payer that stands in the most lines, the first by letter where several do."""
    counts: dict[str, int] = {}
    for name, lines in seen:
        counts[name] = counts.get(name, 0) + lines
    found: dict[str, str] = {}
    for name in sorted(counts, key=lambda n: (-counts[n], n)):
        found.setdefault(name.casefold(), name)
    return found


def _scaled(whole: int, places: int) -> Decimal:
    return Decimal(whole).scaleb(-places)
