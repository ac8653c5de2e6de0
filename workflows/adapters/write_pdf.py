"""A draft as a US-letter PDF, and the page both writers set: the same words in the same order, whatever the format.

`lay_out` turns a draft into a Page (clean words, marked blanks, column widths) that write_docx sets too, so that the
editable letter and the PDF cannot differ. Words travel to Typst as JSON data and are never read as markup.
"""

import re
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Literal
from unicodedata import normalize

from workflows.domain.draft import BasisRow, Draft, Section, Table
from workflows.domain.frozen import Frozen

BASIS_TITLE = "Basis for each statement (private: do not send)"
BASIS_HEADER = ("What the evidence says", "Where it comes from", "Grade")
TOGETHER = 14
"""A table of at most this many rows stays on one page; a longer one breaks and repeats its header."""

_GAP = re.compile(r"(\[[^\[\]]*: to be completed\])")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]")
# What Unicode calls default-ignorable: soft hyphens, joiners, direction marks, fillers, variation selectors and tags
# show nothing and can hide or reverse words, so no letter carries them.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# What the embedded fonts draw. Beyond it the machine's own fonts are asked too; the page then depends on the machine.
_BEYOND = re.compile("[^\u0000-\u052f\u1d00-\u22ff\u2460-\u24ff\u2500-\u25ff\ufb00-\ufb06]")
_SIGN_OFF = re.compile(r"(?i)(sincerely|respectfully|(best|kind|warm) regards|regards|yours|cordially)\b[^,]*,$")


class Run(Frozen):
    """Words set alike; `gap` marks a blank the practice still has to fill."""

    words: str
    gap: bool = False


Runs = tuple[Run, ...]


class Paragraph(Frozen):
    """A paragraph, bullet or line; `strong` sets it bold, `sign` leaves room for a signature under it."""

    runs: Runs
    strong: bool = False
    sign: bool = False


class Grid(Frozen):
    """A table ready to set: equal rows, relative column widths, the type size; a small one stays `together`."""

    header: tuple[Runs, ...]
    aligned: tuple[Literal["l", "r"], ...]
    widths: tuple[float, ...]
    size: float
    rows: tuple[tuple[Runs, ...], ...]
    total: tuple[Runs, ...] | None
    note: Runs | None
    together: bool


class Part(Frozen):
    """A section ready to set; `level` is 1 for a title that opens the document."""

    title: Runs
    level: Literal[1, 2]
    style: Literal["prose", "list", "lines"]
    paragraphs: tuple[Paragraph, ...]
    grid: Grid | None


class Statement(Frozen):
    """A sentence of the letter on the private sheet, and its evidence: what it says, where from, which grade."""

    number: int
    runs: Runs
    rows: tuple[tuple[str, str, str], ...]


class Basis(Frozen):
    """The private sheet that shows what each statement of the letter rests on."""

    title: str
    header: tuple[str, str, str]
    statements: tuple[Statement, ...]


class Page(Frozen):
    """All that a writer sets, in order, and nothing it has to decide."""

    title: str
    day: date
    stamp: str
    parts: tuple[Part, ...]
    basis: Basis | None


def write_pdf(draft: Draft, basis: Sequence[BasisRow] | None = None, stamp: str = "") -> bytes:
    """The draft as a PDF, the same bytes every time; `stamp` heads each page, `basis` adds the private sheet."""
    import typst

    page = lay_out(draft, basis, stamp).model_dump_json()
    pdf = typst.compile(
        files("workflows.adapters").joinpath("letter.typ").read_bytes(),
        format="pdf",
        sys_inputs={"data": page},
        ignore_system_fonts=not _BEYOND.search(page),
    )
    assert isinstance(pdf, bytes)
    return pdf


def lay_out(draft: Draft, basis: Sequence[BasisRow] | None = None, stamp: str = "") -> Page:
    """The page of a draft: its wordings cleaned, its blanks marked, its tables measured."""
    return Page(
        title=literal(draft.title, line=" "),
        day=draft.provenance.day,
        stamp=literal(stamp, line=" "),
        parts=tuple(_part(section, first=i == 0) for i, section in enumerate(draft.sections)),
        basis=None if basis is None else _basis(basis),
    )


def literal(text: str, line: str = "\n") -> str:
    """Text as it may be written: what a file cannot hold or an eye cannot see is dropped, an accent joins
    its letter, line ends become `line`."""
    text = normalize("NFC", _UNSEEN.sub("", _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text))))
    lines = (re.sub(r"[ \t]+", " ", part).strip(" ") for part in text.split("\n"))
    return line.join(part for part in lines if part)


def _runs(text: str) -> Runs:
    return tuple(Run(words=w, gap=bool(_GAP.fullmatch(w))) for w in _GAP.split(text) if w)


def _part(section: Section, *, first: bool) -> Part:
    wordings = [w for s in section.sentences if (w := literal(s.wording))]
    whole = [" ".join(wordings)] if section.style == "prose" else wordings
    lines = [line for text in whole for line in text.split("\n") if line]
    as_lines = section.style == "lines"
    return Part(
        title=_runs(literal(section.title, line=" ")),
        level=1 if first else 2,
        style=section.style,
        paragraphs=tuple(
            Paragraph(
                runs=_runs(line),
                strong=as_lines and line.upper().startswith("RE:"),
                sign=as_lines and bool(_SIGN_OFF.match(line)),
            )
            for line in lines
        ),
        grid=_grid(section.table) if section.table else None,
    )


def _grid(table: Table) -> Grid:
    body = [tuple(cell.text for cell in row) for row in (*table.rows, *((table.total,) if table.total else ()))]
    across = max(len(row) for row in (table.header, *body))
    cells = [[literal(text, line=" ") for text in (*row, *[""] * (across - len(row)))] for row in (table.header, *body)]
    header, *rows = [tuple(_runs(text) for text in row) for row in cells]
    total = rows.pop() if table.total else None
    widths, size = _widths(cells)
    return Grid(
        header=header,
        aligned=tuple("r" if side == "r" else "l" for side in table.aligned[:across].ljust(across, "l")),
        widths=widths,
        size=size,
        rows=tuple(rows),
        total=total,
        note=(_runs(literal(table.note.wording, line=" ")) if table.note else ()) or None,
        together=len(cells) <= TOGETHER,
    )


def _widths(cells: list[list[str]], room: float = 100) -> tuple[tuple[float, ...], float]:
    """Relative column widths in characters, and the type size at which they fit.

    First comes what must not break (figures, words), then what would like room; a header and a marked blank may wrap.
    """
    columns = list(zip(*cells, strict=True))
    need = [2.4 + min(28, max((len(w) for text in column for w in text.split()), default=1)) for column in columns]
    want = [2.4 + min(60, max((len(_GAP.sub("x" * 16, text)) for text in column[1:]), default=1)) for column in columns]
    wish = [max(0.0, w - n) for n, w in zip(need, want, strict=True)]
    share = min(1.0, max(0.0, room - sum(need)) / (sum(wish) or 1))
    size = round(9.5 * min(1.0, max(0.7, room / sum(need))), 1)
    return tuple(round(n + share * w, 2) for n, w in zip(need, wish, strict=True)), size


def _basis(rows: Sequence[BasisRow]) -> Basis:
    def clean(text: str) -> str:
        return literal(text, line=" ")

    return Basis(
        title=BASIS_TITLE,
        header=BASIS_HEADER,
        statements=tuple(
            Statement(
                number=row.number,
                runs=_runs(clean(row.sentence)),
                rows=tuple((clean(says), clean(source), clean(grade)) for says, source, grade in row.basis),
            )
            for row in rows
        ),
    )
