"""Turns an uploaded CSV or Excel workbook into a Sheet: cells as text, within the caps, whatever the file tries.

The kind is told by content and not by name. CSV is read here (the standard library's reader is safe within the caps); a
workbook is opened by a child process with limits on memory and time. Every failure is one sentence to the user.
"""

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from workflows.adapters.child import ask_child
from workflows.adapters.unpack import INFLATION, MOST_MEMBERS, OLE, PDF, ZIP, check_size, text_of
from workflows.domain.errors import Refused
from workflows.domain.rates import Sheet

MOST_CELLS = 1_000_000
SECONDS = 15  # for the child, start included
LONGEST_CELL = 4_000  # characters; a fee schedule's cell is a code, an amount or a phrase
_CHILD = Path(__file__).with_name("open_workbook.py")
_AS_CSV = "Save the sheet as CSV and choose that."


def read_sheet(content: bytes, name: str) -> Sheet:
    """The first visible sheet, or the CSV's rows. `name` is what the user calls it; only its last part is shown."""
    name = Path(name.replace("\\", "/").replace("\0", "")).name[:120] or "the file"
    check_size(content, name)
    if content[:8] == OLE:
        # Excel wraps a workbook that has a password in the same container as the old .xls.
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise Refused("is protected by a password", where=name, todo="Save it without the password.")
        raise Refused("is an old Excel file (.xls)", where=name, todo="Save it as .xlsx or CSV.")
    if PDF in content[:1024]:
        raise Refused("is a PDF, not a table", where=name, todo="Ask the payer for the schedule as CSV or Excel.")
    rows, notes = _workbook(content, name) if content[:4] == ZIP else (_csv(content, name), ())
    if not any(any(row) for row in rows):
        raise Refused("has no filled cell", where=name, todo="Choose the file that holds the rows.")
    return Sheet(name=name, sha256=hashlib.sha256(content).hexdigest(), rows=rows, notes=notes)


def _csv(content: bytes, name: str) -> tuple[tuple[str, ...], ...]:
    text = text_of(content, name)
    sign = separator(text[:20_000])
    csv.field_size_limit(1_000_000)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        # A quote that is never closed would swallow the rest of the file into one cell.
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=False):
            cells += max(len(row), 1)
            if cells > MOST_CELLS:
                raise Refused("has more than 1,000,000 cells", where=name, todo="Keep only the rows that are needed.")
            long = next((cell for cell in row if len(cell) > LONGEST_CELL), None)
            if long is not None:
                what = f"holds a cell of {len(long):,} characters; a quotation mark may be open"
                raise Refused(what, where=f"{name}, row {len(rows) + 1}", todo="Close it and try again.")
            rows.append(tuple(" ".join(_unguarded(cell).split()) for cell in row))
    except csv.Error as error:
        raise Refused(f"cannot be read as CSV ({error})", where=name, todo="Save it as CSV (UTF-8).") from error
    return tuple(rows)


def separator(sample: str) -> str:
    """What parts the cells: the sign that stands in the most lines, a comma where no sign stands in half of them."""
    lines = [line for line in sample.splitlines() if line.strip()]
    found = {sign: sum(sign in line for line in lines) for sign in (",", ";", "\t", "|")}
    best = max(found, key=lambda sign: found[sign])
    return best if found[best] * 2 >= len(lines) else ","


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that keeps spreadsheet programs from evaluating it."""
    return cell[1:] if cell.startswith("'") else cell


def _workbook(content: bytes, name: str) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The rows of the first visible sheet, and a note naming the sheets that were not read."""
    _check_zip(content, name)
    answer = ask_child(_CHILD, content, name=name, seconds=SECONDS, kind="a fee schedule", todo=_AS_CSV)
    if "refused" in answer:
        raise Refused(str(answer["refused"]), where=name, todo=str(answer["todo"]))
    rows = answer.get("rows")
    if not isinstance(rows, list):
        raise Refused("could not be opened", where=name, todo=_AS_CSV)
    others = ", ".join(repr(str(n)) for n in answer.get("others", [])[:8])
    note = f"Only the sheet {str(answer.get('sheet'))!r} was read; left aside: {others}."
    return tuple(tuple(str(cell)[:LONGEST_CELL] for cell in row) for row in rows), (note,) if others else ()


def _check_zip(content: bytes, name: str) -> None:
    """That it is a workbook, and that its parts do not claim to be a bomb; the child's limits hold where they lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts: Sequence[zipfile.ZipInfo] = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Refused("is damaged: it cannot be unpacked", where=name, todo="Save it anew.") from error
    names = {p.filename for p in parts}
    if "word/document.xml" in names:
        raise Refused("is a Word document, not a table", where=name, todo="Choose a CSV or an Excel workbook.")
    if any(n.endswith("workbook.bin") for n in names):
        raise Refused("is a binary Excel workbook (.xlsb)", where=name, todo="Save it as .xlsx or CSV.")
    if "[Content_Types].xml" not in names or len(parts) > MOST_MEMBERS:
        raise Refused("is a zip, not an Excel workbook", where=name, todo="Unpack it and choose the table itself.")
    if any(p.flag_bits & 1 for p in parts):
        raise Refused("is protected by a password", where=name, todo="Save it without the password.")
    if sum(p.file_size for p in parts) > max(len(content), 1) * INFLATION:
        what = "unpacks to more than a hundred times its size"
        raise Refused(what, where=name, todo="It looks like a decompression bomb; save it anew in your own program.")
