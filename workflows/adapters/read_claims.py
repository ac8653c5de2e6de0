"""Adds up a claims file of any size with pyarrow: streamed in blocks, so that memory does not grow with the file.

pyarrow, because Streamlit brings it anyway and its reader gives a column as codes into its few different cells: each
different cell is read once, in Python, by the same rules as a fee schedule's, and the sums run on numbers. Amounts are
whole cents and units whole thousandths, so that sums are exact in any order. One thread reads while another adds up.
"""

import csv
import io
from datetime import date
from pathlib import Path

import numpy as np

from workflows.adapters.claims_bytes import ClaimsBytes
from workflows.adapters.claims_numbers import Numbers
from workflows.adapters.claims_rows import HEAD_BYTES, Rows
from workflows.adapters.claims_sums import Sums
from workflows.adapters.read_schedule import separator
from workflows.domain.claims import ClaimCells, ClaimColumns, Claims, ClaimsHead, Progress
from workflows.domain.errors import Refused
from workflows.domain.rates import BadRow, Sheet

MOST_BYTES = 2_000_000_000
BLOCK = 4 << 20  # bytes; also the longest row
NAMED = 20  # bad rows told one by one
_HEAD_ROWS = 240


def claims_head(path: Path, most: int = MOST_BYTES) -> ClaimsHead:
    """The first rows, to recognize the columns by. Raises Refused."""
    with ClaimsBytes(path, most) as source:
        start = b""
        while len(start) < HEAD_BYTES and (more := source.read(HEAD_BYTES)):
            start += more
    text = start[:HEAD_BYTES].decode(errors="ignore").removeprefix("\ufeff")
    sign = separator(text[:20_000])
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    csv.field_size_limit(1_000_000)
    # Cut at a line's end: the last one of the sample may be half a row.
    whole = text if len(start) < HEAD_BYTES else "".join(text.splitlines(keepends=True)[:-1])
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
        rows = Rows(source, head, columns, block)
        for batch in rows:
            sums.add(batch)
            if progress:
                progress(source.taken, source.size)
        digest, within = source.sha256(), rows.within
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
