"""The child process that reads a PDF nobody trusts: bytes on standard input, placed words on standard output.

It imports nothing of the product, writes no file, and limits its own memory and time, so that a hostile PDF can end
only itself. Each page comes back as runs [x, y, size, text] in points from the lower left corner, with what a person
would see of it: text, only a picture, or nothing. Words nobody can see (drawn invisibly, in white, in a tiny size or
off the page) are given apart. One JSON object: {"pages": [...]} or {"refused": why, "todo": what}.
"""

import json
import os
import re
import sys
from io import BytesIO
from typing import Any

MEMORY, SECONDS = 1 << 30, 17  # bytes; seconds of processor time, under the parent's clock
MOST_PAGES, MOST_RUNS, LONGEST_RUN = 200, 400_000, 4_000
TINY = 3.0  # points; footnotes are set in 6
_WHITE = re.compile(
    rb"(?<![\d.])1(?:\.0*)?\s+(?:g|1(?:\.0*)?\s+1(?:\.0*)?\s+rg|sc|scn)\b|(?<![\d.])0\s+0\s+0\s+0\s+k\b"
)
_UNSEEN = re.compile(rb"\b3\s+Tr\b")
_LOCKED = ("needs a password to be opened", "Save a copy without the password and choose that.")
_BROKEN = ("is damaged: it cannot be read to its end", "Download or scan it anew, or print it to a new PDF.")


def main() -> None:
    """Read, open, answer. Every failure is an answer; what cannot answer is ended by its limits."""
    _limit()
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library may print; the answer must stand alone
    try:
        answer: dict[str, Any] = {"pages": _pages(sys.stdin.buffer.read())}
    except _Refused as refused:
        answer = {"refused": refused.args[0], "todo": refused.args[1]}
    except (MemoryError, RecursionError):
        answer = {"refused": "needs more memory than a contract should", "todo": "Print it to a new PDF."}
    except Exception as error:  # noqa: BLE001 - pypdf raises whatever a broken part provokes
        answer = {"refused": _BROKEN[0], "todo": _BROKEN[1], "kind": type(error).__name__}
    with os.fdopen(out, "wb") as stream:
        stream.write(json.dumps(answer).encode())


class _Refused(Exception):
    """Why the file is not read, and what to do."""


def _limit() -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the parent's clock and the caps hold there
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.setrecursionlimit(2_000)


def _pages(content: bytes) -> list[dict[str, Any]]:
    import logging

    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise _Refused(*_LOCKED)
        count = len(reader.pages)
    except (DependencyError, FileNotDecryptedError, WrongPasswordError) as error:
        raise _Refused(*_LOCKED) from error
    if not count:
        raise _Refused("has no page", "Choose the PDF that holds the contract.")
    if count > MOST_PAGES:
        raise _Refused(f"has {count:,} pages; at most {MOST_PAGES} are read", "Split it and choose the parts.")
    pages: list[dict[str, Any]] = []
    runs = 0
    for number in range(count):
        page = _page(reader, number)
        runs += len(page["runs"])
        if runs > MOST_RUNS:
            raise _Refused("holds far more text than a contract", "Choose the contract alone.")
        pages.append(page)
    if all(page["state"] == "broken" for page in pages):
        raise _Refused(*_BROKEN)
    return pages


def _page(reader: Any, number: int) -> dict[str, Any]:
    """One page; a page that fails is told as broken and does not take the others with it."""
    try:
        page = reader.pages[number]
        box = [float(side) for side in page.cropbox]
        stream = page.get_contents()
        drawn = stream.get_data() if stream is not None else b""
        runs, unseen = _runs(page, drawn, box)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - see above
        return {"runs": [], "unseen": "", "state": "broken", "width": 612.0}
    state = "text" if runs else ("image" if _has_picture(page, drawn) else "blank")
    return {"runs": runs, "unseen": unseen[:2_000], "state": state, "width": box[2] - box[0]}


def _runs(page: Any, drawn: bytes, box: list[float]) -> tuple[list[list[Any]], str]:
    found: list[list[Any]] = []
    hidden: list[list[Any]] = []
    look = {"mode": 0, "white": False}
    left, low, right, high = box

    def before(operator: bytes, operands: Any, _cm: Any, _tm: Any) -> None:
        if operator == b"Tr":
            look["mode"] = int(operands[0])
        elif operator in (b"g", b"rg", b"sc", b"scn"):
            look["white"] = bool(operands) and all(isinstance(v, (int, float)) and v >= 0.99 for v in operands)
        elif operator == b"k":
            look["white"] = all(isinstance(v, (int, float)) and v <= 0.01 for v in operands)

    def show(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if not text.strip():
            return
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        tall = abs(size * (tm[3] or tm[1]) * (cm[3] or cm[1] or 1))
        off = not (left - 20 <= x <= right + 20 and low - 20 <= y <= high + 20)
        run = [round(x, 1), round(y, 1), round(tall, 1), text.strip("\n")[:LONGEST_RUN]]
        pale = look["white"] and len(text.strip()) > 40
        if (look["mode"] == 3 or 0 < tall <= TINY or off or pale) and len(text.strip()) > 1:
            hidden.append(run)
        else:
            found.append(run)

    watched = _WHITE.search(drawn) or _UNSEEN.search(drawn)
    page.extract_text(visitor_text=show, visitor_operand_before=before if watched else None)
    if hidden and sum(len(r[3]) for r in found) < 40 < sum(len(r[3]) for r in hidden):
        return hidden, ""  # a scan whose recognized words lie unseen under the picture: they are the text
    return found, " ".join(str(r[3]) for r in hidden)


def _has_picture(page: Any, drawn: bytes) -> bool:
    if b"BI" in drawn and b"EI" in drawn:
        return True
    try:
        resources = page.get("/Resources", {}).get_object()
        forms = resources.get("/XObject", {}).get_object()
        return bool(forms) and b"Do" in drawn
    except Exception:  # noqa: BLE001 - a broken resource is no picture
        return False


if __name__ == "__main__":
    main()
