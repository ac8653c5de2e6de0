"""Columns of claim lines as numpy's whole numbers: views of pyarrow's cells, amounts as cents, sums by key.

Apart, and by way of buffers, because pyarrow's own conversions import pandas: half a second and 60 MB for nothing.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from workflows.domain.claims import ClaimCells, ClaimMeaning

Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Truths = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
AMOUNTS: tuple[ClaimMeaning, ...] = ("allowed", "paid")
NO_AMOUNT = int(np.iinfo(np.int64).min)
_ROOM = 1_000_000  # different keys that may come in one sum
_HIGHEST = 100_000_000  # cents of one line
_AMOUNT = r"^\s*-?\s*\$?\s*-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?\s*$"  # what may lose its $ and commas
_TYPES: Mapping[pa.DataType, Any] = {
    pa.int32(): np.int32, pa.int64(): np.int64, pa.float64(): np.float64, pa.uint8(): np.uint8,
}  # fmt: skip


def numbers_of(cells: pa.Array) -> "np.ndarray[Any, Any]":
    """The numbers of an array without gaps, as a view of its buffer."""
    kind = _TYPES[cells.type]
    if cells.null_count:
        raise ValueError("numbers with gaps")
    seen = np.frombuffer(cells.buffers()[1] or b"", dtype=kind)
    return seen[cells.offset : cells.offset + len(cells)]


def truths_of(cells: pa.Array) -> Truths:
    """Yes and no of an array without gaps."""
    found: Truths = numbers_of(pc.cast(cells, pa.uint8())).astype(np.bool_)
    return found


def places_in(cells: pa.DictionaryArray, table: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """For each cell what `table` holds for it, by its place among the different cells."""
    found: np.ndarray[Any, Any] = table[numbers_of(cells.indices)]
    return found


def summed(parts: Sequence[tuple[Numbers, int]], values: Mapping[str, Numbers], places: Numbers) -> dict[str, Numbers]:
    """Lines summed by their numbers, each with the bits it is shifted by in the key: "key", "lines", the values, and as
    "row" the first place. Where different keys are few, each line's place is worked out and nothing is looked up; sums
    stay below 2^53 there, so that doubles hold them exactly."""
    lows = [int(p.min()) for p, _ in parts]
    widths = [int(p.max()) - low + 1 for (p, _), low in zip(parts, lows, strict=True)]
    room = math.prod(widths)
    if room > _ROOM:
        keys = np.zeros(len(places), dtype=np.int64)
        for part, shift in parts:
            keys += part << shift
        return by_key({"key": keys, "lines": np.ones_like(keys), **values, "row": places})
    dense = np.zeros(len(places), dtype=np.int64)
    steps, step = [], 1
    for (part, _), low, width in zip(parts, lows, widths, strict=True):
        dense += (part - low) * step
        steps.append(step)
        step *= width
    counts = np.bincount(dense, minlength=room)
    there = np.flatnonzero(counts)
    first: Numbers = np.zeros(room, dtype=np.int64)
    first[dense[::-1]] = places[::-1]  # of several, the last written stays: the first line
    key: Numbers = np.zeros(len(there), dtype=np.int64)
    for (_, shift), low, width, each in zip(parts, lows, widths, steps, strict=True):
        key += (there // each % width + low) << shift
    sums = {n: _exact(dense, v, room)[there] for n, v in values.items()}
    return {"key": key, "lines": counts[there], **sums, "row": first[there]}


def _exact(dense: Numbers, values: Numbers, room: int) -> Numbers:
    told = np.flatnonzero(values)
    if len(told) < len(values) // 2:  # few lines are unpaid
        dense, values = dense[told], values[told]
    found: Numbers = np.rint(np.bincount(dense, weights=values, minlength=room)).astype(np.int64)
    return found


def by_key(columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Sums of equal keys, in the order of the keys; of "row" the lowest."""
    order = np.argsort(columns["key"], kind="stable")
    key = columns["key"][order]
    starts = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    found: dict[str, Numbers] = {"key": key[starts]}
    for name, column in columns.items():
        if name != "key":
            add = np.minimum if name == "row" else np.add
            found[name] = add.reduceat(column[order], starts)
    return found


def quarters_of(days: Numbers) -> Numbers:
    """year * 4 + quarter - 1 of ordinal days."""
    different: Numbers = np.arange(days.min(), days.max() + 1)
    # numpy counts months from January 1970; date.toordinal counts days from January 1 of year 1.
    months = (different - 719_163).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    found: Numbers = (1970 * 4 + months // 3)[days - days.min()]
    return found


def cents_of(cells: pa.Array, read: ClaimCells) -> Numbers:
    """Amounts as whole cents; NO_AMOUNT where a cell is none.

    A double holds every amount of cents below a million dollars to within a ten-thousandth of a cent, so that rounding
    it gives those very cents. What is not plainly a number goes the slow way, by the rule for one cell.
    """
    if pa.types.is_floating(cells.type):
        return _rounded(numbers_of(cells))
    try:
        plain = numbers_of(pc.cast(cells, pa.float64()))
        odd = None
    except pa.ArrowInvalid:
        like = pc.match_substring_regex(cells, _AMOUNT)
        bare = cells
        for sign in ("$", ",", " "):
            bare = pc.replace_substring(bare, sign, "")
        bare = pc.replace_substring(pc.ascii_trim_whitespace(bare), "--", "x")
        try:
            plain = numbers_of(pc.cast(pc.if_else(like, bare, "0"), pa.float64()))
            odd = ~truths_of(like)
        except pa.ArrowInvalid:
            plain, odd = np.zeros(len(cells)), np.ones(len(cells), dtype=np.bool_)
    found = _rounded(plain)
    if odd is not None and odd.any():
        places = np.flatnonzero(odd)
        # By the few different cells: a column may write all of its amounts the same odd way.
        different = cells.take(pa.Array.from_buffers(pa.int64(), len(places), [None, pa.py_buffer(places)]))
        encoded = different.dictionary_encode()
        table: Numbers = np.array([_slow(read, cell) for cell in encoded.dictionary.to_pylist()], dtype=np.int64)
        found[places] = places_in(encoded, table)
    return found


def _rounded(dollars: "np.ndarray[Any, np.dtype[np.float64]]") -> Numbers:
    with np.errstate(invalid="ignore", over="ignore"):
        exact = dollars * 100
        near = np.rint(exact)
        sound = (np.abs(near) <= _HIGHEST) & (np.abs(exact - near) < 1e-4)
        found: Numbers = near.astype(np.int64)
    if not sound.all():
        found[~sound] = NO_AMOUNT
    return found


def _slow(read: ClaimCells, cell: str) -> int:
    try:
        return read.cents(cell)
    except ValueError:
        return NO_AMOUNT
