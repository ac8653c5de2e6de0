"""The rows of a claims file in batches, read ahead by a thread; and those without the heading's number of cells.

Where no quotation mark has come yet each line's end is a row's, so blocks are cut there and parsed one by one, amounts
as numbers at once. From the first quotation mark on, pyarrow's stream finds the rows: a cell may then hold line breaks.
"""

import io
import threading
from collections.abc import Callable, Iterator
from queue import Queue

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from workflows.adapters.claims_bytes import ClaimsBytes
from workflows.adapters.claims_numbers import AMOUNTS, Numbers
from workflows.domain.claims import ClaimColumns, ClaimsHead
from workflows.domain.errors import Refused

HEAD_BYTES = 256_000
_MOST_RAGGED = 100_000
_QUOTE = "Close it, or export the file again."


class Rows:
    """The batches of a file; to go through once. Each holds columns by their number in the file, amounts as numbers or,
    where one is not plainly a number, as text."""

    def __init__(self, source: ClaimsBytes, head: ClaimsHead, columns: ClaimColumns, block: int) -> None:
        self.ragged: list[tuple[int, str]] = []  # counted from 1 below the heading
        self.within = 0  # line breaks within quotation marks
        self._source, self._name, self._width = source, source.name, len(columns.headings)
        self._block, self._separator = block, head.separator
        self._open_quote, self._heading = 0, columns.header + 1
        self._full = self._before = 0  # rows of full width; rows of any width before what is parsed now
        self._columns, self._plain = columns.columns, True
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
            for batch in self._batches():
                if self._stopped.is_set():
                    return
                self._full += batch.num_rows
                self._queue.put(batch)
            self._queue.put(None)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits for it
            self._queue.put(error)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        left, more = b"", self._below()
        while b'"' not in more:
            block = left + more
            end = _row_ends(block) if more else len(block)
            if end:
                yield from self._parsed(pa.py_buffer(block).slice(0, end))
            elif len(block) > 2 * self._block:
                what = f"one row is longer than {self._block:,} bytes"
                raise Refused(what, where=self._name, todo="Export it again as CSV, a claim line a row.")
            left = block[end:]
            if not more:
                return
            more = self._source.read(self._block)
        yield from self._streamed(left + more)

    def _below(self) -> bytes:
        """The first bytes below the titles and the heading."""
        start = b""
        while len(start) < 4 * HEAD_BYTES and (more := self._source.read(HEAD_BYTES)):
            start += more
        below = b"".join(start.splitlines(keepends=True)[self._skip :])
        if not below.strip():
            raise Refused("has a heading and no rows", where=self._name, todo="Export the claim lines with it.")
        return below

    def _parsed(self, block: pa.Buffer) -> Iterator[pa.RecordBatch]:
        """The rows of a block without quotation marks."""
        self._before = self._full + (ragged := len(self.ragged))
        try:
            table = self._table(block)
        except pa.ArrowInvalid:
            if not self._plain:
                raise
            self._plain = False  # an amount is not plainly a number: amounts are text from here on
            del self.ragged[ragged:]
            table = self._table(block)
        yield from table.to_batches()

    def _table(self, block: pa.Buffer) -> pa.Table:
        read, parse, convert = self._options(block.size + 1, quoted=False)
        return arrow_csv.read_csv(
            pa.BufferReader(block), read_options=read, parse_options=parse, convert_options=convert
        )

    def _streamed(self, start: bytes) -> Iterator[pa.RecordBatch]:
        """The rows from `start` to the end of the file, where cells may stand within quotation marks."""
        self._before, self._plain = (before := self._full + len(self.ragged)), False
        rest = _Rest(self._source, start)
        read, parse, convert = self._options(self._block, quoted=True)
        yield from arrow_csv.open_csv(
            pa.PythonFile(rest, mode="r"), read_options=read, parse_options=parse, convert_options=convert
        )
        self.within = rest.lines - (self._full + len(self.ragged) - before)
        if self.within > 0 and rest.quotes % 2:
            raise Refused("a quotation mark is opened and not closed", where=self._name, todo=_QUOTE)

    def _options(
        self, size: int, *, quoted: bool
    ) -> tuple[arrow_csv.ReadOptions, arrow_csv.ParseOptions, arrow_csv.ConvertOptions]:
        few, amount = pa.dictionary(pa.int32(), pa.string()), pa.float64() if self._plain else pa.string()
        wanted = {str(i): amount if m in AMOUNTS else few for m, i in self._columns.items()}
        names = [str(i) for i in range(self._width)]
        return (
            arrow_csv.ReadOptions(block_size=size, column_names=names, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=self._separator,
                newlines_in_values=quoted,  # else a cell with a line break would depend on where blocks end
                ignore_empty_lines=False,
                invalid_row_handler=self._invalid,
            ),
            arrow_csv.ConvertOptions(
                column_types=wanted, include_columns=list(wanted), null_values=[], check_utf8=False
            ),
        )

    def _invalid(self, row: "arrow_csv.InvalidRow") -> str:
        if "\n" in row.text or "\r" in row.text.rstrip("\r\n"):
            self._open_quote = self._open_quote or self._before + row.number
            return "error"
        if len(self.ragged) >= _MOST_RAGGED:
            return "error"
        why = f"it has {row.actual_columns} cells, the heading has {self._width}"
        self.ragged.append((self._before + row.number, why))
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


class _Rest(io.RawIOBase):
    """What is left of a file, with its quotation marks and lines counted."""

    def __init__(self, source: ClaimsBytes, start: bytes) -> None:
        super().__init__()
        self.quotes = self._breaks = self._returns = 0
        self._open_line = False
        self._left = start
        self._read: Callable[[int], bytes] = source.read

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        if self._left:
            given, self._left = self._left[:size], self._left[size:]
        else:
            given = self._read(size)
        self.quotes += given.count(b'"')
        self._breaks += given.count(b"\n")
        self._returns += 0 if self._breaks else given.count(b"\r")
        self._open_line = given[-1:] not in (b"\n", b"\r") if given else self._open_line
        return given

    @property
    def lines(self) -> int:
        """Lines of text read so far."""
        return (self._breaks or self._returns) + self._open_line


def _row_ends(block: bytes) -> int:
    """Where the last whole row of a block ends; a carriage return at its very end may have its line feed to come."""
    return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, len(block) - 1) + 1
