"""The redline sheet as an editable Word document: one row a clause, on turned paper, set as the letters are.

It holds what the payer is to read and nothing else: no author, no file name, no risk, no trace of where it was made.
"""

from workflows.adapters.write_docx import set_page
from workflows.adapters.write_pdf import Grid, Page, Paragraph, Part, Run, Runs, literal
from workflows.domain.contract import Redline

WIDTHS = (1.35, 1.15, 2.9, 2.6, 1.7)
SIZE = 9.0


def write_redline(sheet: Redline) -> bytes:
    """The sheet as a DOCX, the same bytes every time."""
    rows = tuple(tuple(map(_runs, (r.clause, r.where, f"\u201c{r.now}\u201d", r.ask, r.reason))) for r in sheet.rows)
    grid = Grid(
        header=tuple(map(_runs, sheet.header)),
        aligned=("l",) * 5,
        widths=WIDTHS,
        size=SIZE,
        rows=rows,
        total=None,
        note=None,
        together=False,
    )
    parts = (
        Part(title=_runs(sheet.title), level=1, style="prose", paragraphs=(_said(sheet.opening),), grid=grid),
        Part(title=(), level=2, style="prose", paragraphs=(_said(sheet.closing),), grid=None),
    )
    page = Page(title=literal(sheet.title, line=" "), day=sheet.day, stamp="", parts=parts, basis=None)
    return set_page(page, wide=True)


def _said(text: str) -> Paragraph:
    return Paragraph(runs=_runs(text))


def _runs(text: str) -> Runs:
    return (Run(words=literal(text, line=" ")),)
