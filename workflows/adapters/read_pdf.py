"""Turns an uploaded PDF into a ContractFile: words with their place, whatever the file tries.

The file is opened by a child process with limits on memory and time (open_pdf.py). Every failure is one sentence to
the user; a page that is only a picture is named as unreadable and never passed over.
"""

import hashlib
from pathlib import Path
from typing import Any

from workflows.adapters.child import ask_child
from workflows.domain.contract import ContractFile, ContractPage, Run
from workflows.domain.errors import Refused

SECONDS = 19  # for the child, start included
LARGEST = 10_000_000  # bytes
_CHILD = Path(__file__).with_name("open_pdf.py")
_PRINT = "Print it to a new PDF and choose that."
_BYTES = {
    b"PK\x03\x04": "is a zip, Word or Excel file, not a PDF",
    b"\xd0\xcf\x11\xe0": "is an old Office file, not a PDF",
    b"\x89PNG": "is a picture, not a PDF",
    b"\xff\xd8\xff": "is a picture, not a PDF",
}


def read_pdf(content: bytes, name: str) -> ContractFile:
    """The pages of a PDF. `name` is what the user calls it; only its last part is shown. Raises Refused."""
    name = Path(name.replace("\\", "/").replace("\0", "")).name[:120] or "the file"
    _check(content, name)
    answer = ask_child(_CHILD, content, name=name, seconds=SECONDS, kind="a contract", todo=_PRINT)
    if "refused" in answer:
        what, todo = str(answer["refused"]), str(answer["todo"])
        if "damaged" in what and b"%%EOF" not in content[-2_048:]:
            what = "breaks off before its end: the copy is not whole"
        raise Refused(what, where=name, todo=todo)
    pages = tuple(_page(number, raw) for number, raw in enumerate(answer.get("pages") or (), 1))
    _check_text(pages, name)
    return ContractFile(name=name, sha256=hashlib.sha256(content).hexdigest(), pages=pages)


def _check(content: bytes, name: str) -> None:
    if not content:
        raise Refused("is empty", where=name, todo="Choose the PDF of the contract.")
    if len(content) > LARGEST:
        what = f"is {len(content) / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read"
        raise Refused(what, where=name, todo="Save it smaller, or split it.")
    if b"%PDF" not in content[:1_024]:
        other = next((what for mark, what in _BYTES.items() if content.startswith(mark)), "is not a PDF")
        raise Refused(other, where=name, todo="Choose the PDF of the contract.")


def _check_text(pages: tuple[ContractPage, ...], name: str) -> None:
    if any(p.state == "text" for p in pages):
        return
    count = f"{len(pages)} page" + ("" if len(pages) == 1 else "s")
    if any(p.state == "image" for p in pages):
        what = f"is a scan: its {count} hold only pictures, so no clause was read and nothing is cleared"
        raise Refused(
            what, where=name, todo="Ask the payer for the PDF with text, or run text recognition on it first."
        )
    if any(p.state == "broken" for p in pages):
        raise Refused("is damaged: no page of it can be read", where=name, todo=_PRINT)
    raise Refused(f"is blank: its {count} hold no text", where=name, todo="Choose the PDF of the contract.")


def _page(number: int, raw: dict[str, Any]) -> ContractPage:
    runs = tuple(Run(float(x), float(y), float(size), str(text)) for x, y, size, text in raw["runs"])
    return ContractPage(number, runs, raw["state"], float(raw["width"]), str(raw["unseen"]))
