"""Writes a table of the rates pages as CSV or XLSX that is inert: no text becomes a formula, and numbers stay numbers.

In CSV a text that a spreadsheet program would evaluate gets an apostrophe in front, which read_schedule takes away
again; in XLSX the cell is declared a string. Control characters that neither format can carry are left out.
"""

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal

Value = str | Decimal | int | None
_RISKY = re.compile(r"^\s*[=+\-@\t\r\0'＝＋－＠﹢﹣﹦]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f￾￿]")


def inert(text: str) -> str:
    """Text for a CSV cell that no spreadsheet program evaluates."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if _RISKY.match(text) else clean


def write_csv(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """CSV in UTF-8 with a byte-order mark, which Excel needs to read it as such."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert(h) for h in header])
    writer.writerows([inert(v) if isinstance(v, str) else "" if v is None else str(v) for v in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header: Sequence[str], rows: Sequence[Sequence[Value]], title: str) -> bytes:
    """A workbook of one sheet with a bold, frozen heading."""
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = re.sub(r"[\[\]:*?/\\']", " ", _CONTROL.sub("", title))[:31] or "Rates"
    for r, row in enumerate((header, *rows), start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(row=r, column=c)
            if isinstance(value, str) and isinstance(cell, Cell):
                cell.value = _CONTROL.sub("", value)
                cell.data_type = "s"  # whatever it begins with
            elif value is not None:
                cell.value = value
            if r == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
