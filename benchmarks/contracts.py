"""Reading a long contract against pypdf's own extraction, as ratios in one run: `python benchmarks/contracts.py`.

The sample agreements are repeated to 200 pages. Reading is what makes a PDF into provisions: the child process, columns,
sections, sentences; the whole is what a user waits for, from the PDF to the review of 26 types of clauses with its
dates. All three are taken in turn several times and the medians compared, by the clock and by processor time (children
included), so that a busy machine shows.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from statistics import median

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


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, those of ended children included."""
    before, start = _processor(), time.perf_counter()
    work()
    return time.perf_counter() - start, _processor() - before


def _processor() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def measure(content: bytes, times: int) -> dict[str, tuple[float, float]]:
    """Seconds (clock, processor) of pypdf's extraction, our reading, and reading with the review: medians."""
    shelf = clauses()

    def plain() -> None:
        for page in PdfReader(BytesIO(content)).pages:
            page.extract_text()

    def reading() -> None:
        file = read_pdf(content, "long.pdf")
        provisions_of(lines_of(file), file.name)

    def whole() -> None:
        review([read_pdf(content, "long.pdf")], shelf, date(2026, 11, 22))

    ways = {"pypdf alone": plain, "reading": reading, "reading and review": whole}
    rounds = [{name: taken(work) for name, work in ways.items()} for _ in range(times)]
    return {name: (median(r[name][0] for r in rounds), median(r[name][1] for r in rounds)) for name in ways}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    found = measure(long_contract(given.pages, sorted(SAMPLES.glob("*.pdf"))), given.times)
    clock, processor = found["pypdf alone"]
    for name, (by_clock, by_processor) in found.items():
        print(
            f"{name}: {by_clock:.2f} s by the clock ({by_clock / clock:.2f} x), "
            f"{by_processor:.2f} s of the processor ({by_processor / processor:.2f} x)"
        )
