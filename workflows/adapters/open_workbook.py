"""The child process that opens a workbook nobody trusts: bytes on standard input, rows of text on standard output.

It imports nothing of the product, writes no file, and limits its own memory and time, so that a hostile workbook can
end only itself. openpyxl reads the cells; with lxml off, every part goes through defusedxml, which refuses DTDs and
entities. A cell is given as the user sees it: 1.25 shown as a percent is "125%", a date is ISO, 100 shown as 00100
keeps its zeros. One JSON object comes back: {"rows", "sheet", "others"} or {"refused", "todo"}.
"""

import datetime
import json
import os
import re
import sys
from io import BytesIO
from typing import Any

MEMORY, SECONDS = 1 << 30, 8  # bytes; seconds of processor time
MOST_CELLS, MOST_ROWS = 1_000_000, 200_000
LONGEST_CELL = 4_000  # characters; one shared string can stand in a million cells
_TOO_MANY = ("has more than 1,000,000 cells", "Keep only the sheet and rows that are needed.")


def main() -> None:
    """Read, open, answer. Every failure is an answer; what cannot answer is ended by its limits."""
    _limit()
    os.environ["OPENPYXL_LXML"] = "False"
    sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would import it only to know its number types
    try:
        answer = _first_sheet(sys.stdin.buffer.read())
    except _Refused as refused:
        answer = {"refused": refused.args[0], "todo": refused.args[1]}
    except MemoryError:
        answer = {"refused": "needs more memory than a fee schedule should", "todo": "Save it as CSV."}
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken part provokes
        answer = {"refused": "is damaged or is not an Excel workbook", "todo": "Save it anew as .xlsx or CSV.",
                  "kind": type(error).__name__}  # fmt: skip
    sys.stdout.write(json.dumps(answer))


class _Refused(Exception):
    """Why the workbook is not read, and what to do."""


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock and the caps hold there
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _first_sheet(content: bytes) -> dict[str, Any]:
    """The rows of the first visible sheet, its name, and the names of the sheets that were not read."""
    import warnings

    warnings.simplefilter("ignore")
    from defusedxml.common import DefusedXmlException
    from openpyxl import load_workbook

    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), None)
        if sheet is None:
            raise _Refused("has no sheet to read", "Choose the workbook with the fee schedule.")
        sheet.reset_dimensions()  # a sheet may lie about its size
        rows: list[list[str]] = []
        cells = 0
        for row in sheet.iter_rows():
            told = [_shown(cell) for cell in row]
            while told and not told[-1]:
                told.pop()
            cells += max(len(row), 1)
            rows.append(told)
            if cells > MOST_CELLS or len(rows) > MOST_ROWS:
                raise _Refused(*_TOO_MANY)
    except DefusedXmlException as error:
        raise _Refused(
            "holds XML entities, which no spreadsheet program writes", "Save it anew as .xlsx or CSV."
        ) from error
    while rows and not rows[-1]:
        rows.pop()
    names = [str(s.title)[:31] for s in book.worksheets]
    return {"rows": rows, "sheet": str(sheet.title)[:31], "others": [n for n in names if n != sheet.title]}


def _shown(cell: Any) -> str:
    """A cell as the user sees it, as far as that matters: percents, leading zeros, days, whole numbers."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        shape = str(cell.number_format or "")
        if "%" in shape:
            return f"{round(value * 100, 10):.10f}".rstrip("0").rstrip(".") + "%"
        if re.fullmatch(r"0{2,}", shape) and float(value).is_integer():
            return str(int(value)).zfill(len(shape))
        return str(int(value)) if float(value).is_integer() else repr(value)
    text = str(value)
    if len(text) > LONGEST_CELL:
        raise _Refused(f"holds a cell of {len(text):,} characters", "Choose the sheet with the fee schedule.")
    return " ".join(text.split())


if __name__ == "__main__":
    main()
