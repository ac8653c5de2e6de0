"""Adds up a claims file of any size with pyarrow: streamed in blocks, so that memory does not grow with the file.

pyarrow, because Streamlit brings it anyway and its reader gives a column as codes into its few different cells: each
different cell is read once, in Python, by the same rules as a fee schedule's, and the sums run on numbers. Amounts are
whole cents and units whole thousandths, so that sums are exact in any order. One thread reads while another adds up.
"""

import csv
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from queue import Queue

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from workflows.adapters.claims_bytes import ClaimsBytes
from workflows.adapters.claims_sums import AMOUNTS, Numbers, Sums
from workflows.adapters.read_schedule import separator
from workflows.domain.claims import ClaimCells, ClaimColumns, Claims, ClaimsHead, Progress
from workflows.domain.errors import Refused
from workflows.domain.rates import BadRow, Sheet

MOST_BYTES = 2_000_000_000
BLOCK = 4 << 20  # bytes; also the longest row
NAMED = 20  # bad rows told one by one
_HEAD_BYTES, _HEAD_ROWS = 256_000, 240
_MOST_RAGGED = 100_000
_QUOTE = "Close it, or export the file again."


def claims_head(path: Path, most: int = MOST_BYTES) -> ClaimsHead:
    """The first rows, to recognize the columns by. Raises Refused."""
    with ClaimsBytes(path, most) as source:
        start = b""
        while len(start) < _HEAD_BYTES and (more := source.read(_HEAD_BYTES)):
            start += more
    text = start[:_HEAD_BYTES].decode(errors="ignore").removeprefix("\ufeff")
    sign = separator(text[:20_000])
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    csv.field_size_limit(1_000_000)
    # Cut at a line's end: the last one of the sample may be half a row.
    whole = text if len(start) < _HEAD_BYTES else "".join(text.splitlines(keepends=True)[:-1])
    reader = csv.reader(io.StringIO(whole, newline=""), delimiter=sign)
    try:
        for row in reader:
            rows.append(tuple(" ".join(cell.split())[:4_000] for cell in row))
            lines.append(reader.line_num)
            if len(rows) == _HEAD_ROWS:
                break
    except csv.Error as error:
        raise Refused(f"cannot be read as CSV ({error})", where=path.name, todo="Save it as CSV (UTF-8).") from error
    return ClaimsHead(sheet=Sheet(name=path.name, sha256="", rows=tuple(rows)), separator=sign, lines=tuple(lines))


def read_claims(
    path: Path,
    head: ClaimsHead,
    columns: ClaimColumns,
    cells: ClaimCells,
    *,
    progress: Progress | None = None,
    most: int = MOST_BYTES,
    block: int = BLOCK,
) -> Claims:
    """The sums of a claims file. Every row is in them, or counted as blank, repeated heading or bad; the first bad ones
    are named. Raises Refused."""
    sums = Sums(columns, cells, path.name)
    with ClaimsBytes(path, most) as source:
        rows = _Rows(source, head, columns, block)
        for batch in rows:
            sums.add(batch)
            if progress:
                progress(source.taken, source.size)
        digest = source.sha256()
        within = source.lines - head.lines[columns.header] - sums.seen - len(rows.ragged)
        if within > 0 and source.quotes % 2:
            raise Refused("a quotation mark is opened and not closed", where=path.name, todo=_QUOTE)
    first = columns.header + 1  # rows before the first one read

    def number(places: Numbers) -> Numbers:
        return first + rows.number(places)

    rows_of = number(np.array([row for row, _ in sums.bad], dtype=np.int64)).tolist()
    bad = [BadRow(row=row, why=why) for row, (_, why) in zip(rows_of, sums.bad, strict=True)]
    bad += [BadRow(row=first + row, why=why) for row, why in rows.ragged[:NAMED]]
    return Claims(
        name=path.name,
        sha256=digest,
        basis=columns.basis,
        groups=sums.groups(number),
        begins=date.fromordinal(sums.begins) if sums.begins else None,
        ends=date.fromordinal(sums.ends) if sums.ends else None,
        lines=sums.lines,
        reversals=sums.reversals,
        unpaid=sums.unpaid,
        blank=sums.blank,
        bad_rows=sums.bad_rows + len(rows.ragged),
        bad=tuple(sorted(bad, key=lambda b: b.row)[:NAMED]),
        notes=(*columns.notes, *([f"{within:,} line breaks stand within quotation marks."] if within > 0 else ())),
    )


class _Rows:
    """The batches of a file, read ahead by a thread; and the rows that do not have the heading's number of cells."""

    def __init__(self, source: ClaimsBytes, head: ClaimsHead, columns: ClaimColumns, block: int) -> None:
        self.ragged: list[tuple[int, str]] = []  # counted from 1 below the heading
        self._source, self._name, self._width = source, source.name, len(columns.headings)
        self._open_quote, self._heading = 0, columns.header + 1
        names = [str(i) for i in range(self._width)]
        few = pa.dictionary(pa.int32(), pa.string())
        wanted = {str(i): pa.string() if m in AMOUNTS else few for m, i in columns.columns.items()}
        self._reading = (
            arrow_csv.ReadOptions(block_size=block, column_names=names, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=head.separator,
                newlines_in_values=True,  # else a cell with a line break would depend on where blocks end
                ignore_empty_lines=False,
                invalid_row_handler=self._invalid,
            ),
            arrow_csv.ConvertOptions(
                column_types=wanted, include_columns=list(wanted), null_values=[], check_utf8=False
            ),
        )
        self._skip = head.lines[columns.header]
        self._queue: Queue[pa.RecordBatch | BaseException | None] = Queue(maxsize=2)
        self._stopped = threading.Event()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        thread = threading.Thread(target=self._read_ahead, daemon=True)
        thread.start()
        try:
            while (got := self._queue.get()) is not None:
                if isinstance(got, BaseException):
                    raise self._said(got) from got
                yield got
        finally:
            self._stopped.set()
            while thread.is_alive():
                while not self._queue.empty():
                    self._queue.get()
                thread.join(0.01)

    def number(self, places: Numbers) -> Numbers:
        """The rows in the file, from 1 below the heading, of those that stand at `places` (from 0) among the rows of
        full width."""
        full: Numbers = np.array([number - i - 1 for i, (number, _) in enumerate(self.ragged)], dtype=np.int64)
        found: Numbers = places + 1 + np.searchsorted(full, places, side="right")
        return found

    def _read_ahead(self) -> None:
        try:
            below = _Below(self._source, self._skip)
            if not below.more:
                raise Refused("has a heading and no rows", where=self._name, todo="Export the claim lines with it.")
            read, parse, convert = self._reading
            reader = arrow_csv.open_csv(
                pa.PythonFile(below, mode="r"), read_options=read, parse_options=parse, convert_options=convert
            )
            for batch in reader:
                if self._stopped.is_set():
                    return
                self._queue.put(batch)
            self._queue.put(None)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits for it
            self._queue.put(error)

    def _invalid(self, row: "arrow_csv.InvalidRow") -> str:
        if "\n" in row.text or "\r" in row.text.rstrip("\r\n"):
            self._open_quote = self._open_quote or row.number
            return "error"
        if len(self.ragged) >= _MOST_RAGGED:
            return "error"
        self.ragged.append((row.number, f"it has {row.actual_columns} cells, the heading has {self._width}"))
        return "skip"

    def _said(self, error: BaseException) -> BaseException:
        """What went wrong as a sentence, where it is the file's doing."""
        if isinstance(error, Refused) or not isinstance(error, (pa.ArrowInvalid, pa.ArrowKeyError, OSError)):
            return error
        if self._open_quote:
            where = f"{self._name}, within the rows from {self._heading + self._open_quote} on"
            return Refused("a quotation mark is opened and not closed", where=where, todo=_QUOTE)
        if "straddling" in str(error):
            return Refused("a quotation mark is opened and not closed", where=self._name, todo=_QUOTE)
        if len(self.ragged) >= _MOST_RAGGED:
            what = f"more than {_MOST_RAGGED:,} rows do not have the heading's number of cells"
            return Refused(what, where=self._name, todo="Export it again as CSV with quotation marks.")
        return Refused("cannot be read as CSV", where=self._name, todo="Save it as CSV (UTF-8).")


class _Below(io.RawIOBase):
    """A stream without its first lines: titles and the heading."""

    def __init__(self, source: ClaimsBytes, skip: int) -> None:
        super().__init__()
        self._read: Callable[[int], bytes] = source.read
        start = b""
        while len(start) < 4 * _HEAD_BYTES and (more := source.read(_HEAD_BYTES)):
            start += more
        self._left = b"".join(_lines(start)[skip:])
        self.more = bool(self._left.strip())

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if self._left:
            given, self._left = self._left[:size], self._left[size:]
            return given
        return self._read(size)


def _lines(start: bytes) -> Sequence[bytes]:
    return start.splitlines(keepends=True)
