"""Reading a long contract against pypdf's own extraction, as a ratio in one run: `python benchmarks/contracts.py`.

The two sample agreements are repeated to 200 pages. Reading includes the child process, columns, sections and
sentences; the whole review (26 types of clauses, dates) is given beside it.
"""

import argparse
import time
from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from workflows.adapters.read_pdf import read_pdf
from workflows.catalog.clauses import clauses
from workflows.contracts import review
from workflows.contracts.layout import lines_of
from workflows.contracts.sections import provisions_of

SAMPLES = Path(__file__).parents[1] / "tests/contracts"


def long_contract(pages: int, sources: list[Path]) -> bytes:
    """A PDF of so many pages, made of the sample agreements one after another."""
    writer = PdfWriter()
    while len(writer.pages) < pages:
        for source in sources:
            for page in PdfReader(source).pages:
                if len(writer.pages) < pages:
                    writer.add_page(page)
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def measure(pages: int, sources: list[Path]) -> dict[str, float]:
    """Seconds of pypdf's extraction, of our reading and of the whole review, and the ratios."""
    content = long_contract(pages, sources)
    clauses()
    start = time.perf_counter()
    for page in PdfReader(BytesIO(content)).pages:
        page.extract_text()
    plain = time.perf_counter() - start
    start = time.perf_counter()
    file = read_pdf(content, "long.pdf")
    provisions_of(lines_of(file), file.name)
    read = time.perf_counter() - start
    start = time.perf_counter()
    review([file], clauses(), date(2026, 11, 22))
    reviewed = time.perf_counter() - start
    return {
        "pypdf": plain,
        "reading": read,
        "ratio": read / plain,
        "review": reviewed,
        "all": (read + reviewed) / plain,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    given = parser.parse_args()
    for name, value in measure(given.pages, sorted(SAMPLES.glob("*.pdf"))).items():
        print(f"{name}: {value:.2f}")
