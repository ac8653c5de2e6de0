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
MOST_DRAWN = 4_000_000  # bytes of a page; what is longer pypdf reads, which counts its parts and stops
TINY = 3.0  # points; footnotes are set in 6
_WHITE = re.compile(
    rb"(?<![\d.])1(?:\.0*)?\s+(?:g|1(?:\.0*)?\s+1(?:\.0*)?\s+rg|sc|scn)\b|(?<![\d.])0\s+0\s+0\s+0\s+k\b"
)
_UNSEEN = re.compile(rb"\b3\s+Tr\b")
_LOOKS = frozenset((b"Tr", b"g", b"rg", b"sc", b"scn", b"k"))
_ENDS = rb"(?=[\s()<>\[\]{}/%]|\Z)"  # what a name or an operator ends before
# Nothing is tried twice ("*+"), so that no page, however made, takes more than one pass.
_INSIDE = rb"[^()\\]*+(?:\\.[^()\\]*+)*+"  # of a string, up to a bracket that is not escaped
_ENTRY = rb"/[\w.+-]++\s*+(?:[+-]?\d++(?:\.\d++)?+(?![\w.+,-])|/[\w.+-]++|\(" + _INSIDE + rb"\)|\[[\s\w.+/-]*+\])\s*+"
_TOKEN = re.compile(
    rb"[\0\t\n\f\r ]*+(?:"
    rb"\((?P<string>" + _INSIDE + rb"(?:\(" + _INSIDE + rb"\)" + _INSIDE + rb")*+)\)"
    rb"|(?P<whole>[+-]?\d{1,40}+)(?![\d.+,-])"
    rb"|(?P<real>[+-]?(?:\d{1,40}+\.\d{0,40}+|\.\d{1,40}+))(?![\d.+,-])"
    rb"|(?P<operator>(?!BI|R(?![A-Za-z]))[A-Za-z'\"][^\s\0()<>\[\]{}/%]{0,99}+)"
    + _ENDS
    + rb"|(?P<opens>\[)|(?P<closes>\])"
    rb"|/(?P<name>[!\"$&'*-.0-;=?-Z\\^-z|~]{1,99}+)" + _ENDS + rb"|<(?P<digits>[\dA-Fa-f\0\t\n\f\r ]*+)>"
    rb"|(?P<entries><<\s*+(?:" + _ENTRY + rb")*+>>)|(?P<other>.)|\Z)",
    re.DOTALL,
)
_PIECE = re.compile(rb"[^\\]+|\\(?:[0-7]{1,3}|[\r\n]{1,2}|.)", re.DOTALL)
_ESCAPED = {
    **{b"\\%c" % char: b"%c" % char for char in b"()/\\ %<>[]#_&$"},
    **dict(zip((b"\\n", b"\\r", b"\\t", b"\\b", b"\\f"), (b"\n", b"\r", b"\t", b"\b", b"\f"), strict=True)),
    **{b"\\" + one + other: b"" for one in (b"\r", b"\n") for other in (b"", b"\r", b"\n")},
    **{b"\\%0*o" % (width, code): b"%c" % code for width in (1, 2, 3) for code in range(256)},
}
_ODD = re.compile(rb"\\(?:[^0-7nrtbf()]|[4-7][0-7]{2})")  # what Python reads otherwise than a PDF does
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
        try:
            runs, unseen = _runs(page, _prepare(page, stream, drawn), box)
        finally:
            if stream is not None:
                stream.operations = []  # a page that was read does not hold what it took
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001 - see above
        return {"runs": [], "unseen": "", "state": "broken", "width": 612.0}
    state = "text" if runs else ("image" if _has_picture(page, drawn) else "blank")
    return {"runs": runs, "unseen": unseen[:2_000], "state": state, "width": box[2] - box[0]}


def _prepare(page: Any, stream: Any, drawn: bytes) -> bool:
    """Give pypdf the operators of a page, where they are plain, instead of having it cut them byte by byte: that is most
    of its time. Where anything is unusual (comments, pictures between the operators, damage) pypdf reads them itself.
    Returns whether the page draws anything in white or unseen."""
    from pypdf.generic import NameObject

    operators = operators_of(drawn) if len(drawn) <= MOST_DRAWN else None
    if not operators:
        return bool(_WHITE.search(drawn) or _UNSEEN.search(drawn))
    stream.operations = operators
    page[NameObject("/Contents")] = stream
    return any(o in _LOOKS and (given[:1] == [3] if o == b"Tr" else _is_white(o, given)) for given, o in operators)


def _is_white(operator: bytes, operands: Any) -> bool:
    if operator == b"k":  # inks: none of any
        return all(isinstance(v, (int, float)) and v <= 0.01 for v in operands)
    return bool(operands) and all(isinstance(v, (int, float)) and v >= 0.99 for v in operands)


def operators_of(drawn: bytes) -> list[tuple[list[Any], bytes]] | None:
    """The operators of a page, each after its operands, just as pypdf reads them; None where it has to read them itself.
    Entries of marked content, which no reader of text asks for, come back empty."""
    from pypdf.generic import ArrayObject, NameObject

    found: list[tuple[list[Any], bytes]] = []
    operands: list[Any] = []
    held, plain = operands, not _ODD.search(drawn)
    for m in _TOKEN.finditer(drawn):
        kind = m.lastgroup
        if kind == "whole":
            held.append(int(m["whole"]))
        elif kind == "operator" and held is operands:
            found.append((operands, m["operator"]))
            operands = held = []
        elif kind == "string":
            held.append(_unescaped(m["string"], plain))
        elif kind == "real":
            held.append(float(m["real"]))
        elif kind == "name":
            held.append(NameObject("/" + m["name"].decode("ascii")))
        elif kind == "entries" and held is operands:
            held.append({})
        elif kind == "opens" and held is operands:
            held = ArrayObject()
            operands.append(held)
        elif kind == "closes" and held is not operands:
            held = operands
        elif kind == "digits":
            digits = m["digits"].translate(None, b"\0\t\n\f\r ").decode()
            held.append(bytes.fromhex(digits + "0" * (len(digits) % 2)))
        elif kind:
            return None
    return found if held is operands else None


def _unescaped(text: bytes, plain: bool) -> bytes:
    if b"\\" not in text:
        return text
    if plain:  # Python's own way, which is much faster
        return text.replace(b"\\(", b"(").replace(b"\\)", b")").decode("unicode_escape").encode("latin-1")
    return b"".join([_ESCAPED.get(x, x) for x in _PIECE.findall(text)])


def _runs(page: Any, watched: bool, box: list[float]) -> tuple[list[list[Any]], str]:
    found: list[list[Any]] = []
    hidden: list[list[Any]] = []
    look = {"mode": 0, "white": False}
    left, low, right, high = box

    def before(operator: bytes, operands: Any, _cm: Any, _tm: Any) -> None:
        if operator == b"Tr":
            look["mode"] = int(operands[0])
        elif operator in _LOOKS:
            look["white"] = _is_white(operator, operands)

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
