"""From words with places to lines in the order a person reads them.

Columns are told by where runs begin and whether lines cross the gap; what repeats at the top and bottom of the pages
(running headers, footers, page numbers) is left out, so that it neither breaks a sentence nor passes for one.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import NamedTuple

from workflows.domain.contract import ContractFile, ContractPage, Run

_NARROW = (
    0.42  # of the type size: the mean width of a character in a narrow face, so that a line is not thought too long
)
_WIDE = 0.5
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "’": "'", "‘": "'", "“": '"',
     "”": '"', "\u00ad": "-", "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "",
     "\ufeff": ""}
)  # fmt: skip
_PAGE_NUMBER = re.compile(r"(?i)^\W*(?:page\s+)?#+(?:\s*(?:of|/)\s*#+)?\W*$")


class Line(NamedTuple):
    """A line of text: its page, its height there, the space above it, whether it is set in cells of a table."""

    text: str
    page: int
    y: float
    gap: float
    cells: int
    size: float = 0.0


def lines_of(file: ContractFile) -> tuple[Line, ...]:
    """All lines of a file in reading order, without running headers and footers."""
    pages = [list(_placed(list(_page_lines(page)))) for page in file.pages]
    repeated = _running([[key for _, key in page] for page in pages])
    return tuple(line for page in pages for line, key in page if key not in repeated)


def _page_lines(page: ContractPage) -> Iterator[Line]:
    runs = [Run(r.x, r.y, r.size or 10.0, r.text.translate(_LIGATURES)) for r in page.runs]
    for band in _bands(runs, page.width):
        above: float | None = None
        for y, found in _by_height(band):
            text = _row_text(found)
            if text:
                yield Line(
                    text, page.number, y, 0.0 if above is None else above - y, _cells(found), max(r.size for r in found)
                )
                above = y


def _row_text(row: Sequence[Run]) -> str:
    """The words of a line; a hyphen that was drawn by itself is put back to its word."""
    text = row[0].text
    for before, run in pairwise(row):
        lone = run.text.strip() == "-" or (before.text.strip() == "-" and run.x - before.x < 0.7 * before.size)
        near = (
            before.text.strip() == "-" or run.x - (before.x + len(before.text) * before.size * _NARROW) < 1.6 * run.size
        )
        text = text.rstrip() + run.text.lstrip() if lone and near else f"{text} {run.text}"
    return " ".join(text.split())


def _cells(found: Sequence[Run]) -> int:
    """In how many pieces, set apart by more than two characters, a line is drawn."""
    count = 1
    for one, other in pairwise(found):
        count += other.x - (one.x + len(one.text) * one.size * _WIDE) > 1.2 * one.size
    return count


def _by_height(runs: Iterable[Run]) -> Iterator[tuple[float, list[Run]]]:
    """Runs of one line together, from the top down, each line from left to right."""
    row: list[Run] = []
    for run in sorted(runs, key=lambda r: (-r.y, r.x)):
        if row and row[0].y - run.y > 0.4 * max(run.size, row[0].size):
            yield row[0].y, sorted(row, key=lambda r: r.x)
            row = []
        row.append(run)
    if row:
        yield row[0].y, sorted(row, key=lambda r: r.x)


def _bands(runs: list[Run], width: float) -> list[list[Run]]:
    """The page in pieces to be read one after another: one piece, or columns between the lines that cross them."""
    gutter = _gutter(runs, width)
    if gutter is None:
        return [runs]
    pieces: list[list[Run]] = []
    kept: list[Run] = []

    def flush() -> None:
        pieces.extend(p for p in ([r for r in kept if r.x < gutter - 3], [r for r in kept if r.x >= gutter - 3]) if p)
        kept.clear()

    for run in sorted(runs, key=lambda r: (-r.y, r.x)):
        if _crosses(run, gutter):
            flush()
            pieces.append([run])
        else:
            kept.append(run)
    flush()
    return pieces


def _crosses(run: Run, x: float) -> bool:
    return run.x < x - 8 and run.x + len(run.text) * run.size * _NARROW > x + 10


def _gutter(runs: list[Run], width: float) -> float | None:
    """Where the right column begins, or None: prose on both sides, and hardly a line across."""
    starts = Counter(round(r.x / 2) * 2 for r in runs if 0.33 * width < r.x < 0.67 * width)
    for x, _ in starts.most_common(3):
        right = [r for r in runs if r.x >= x - 3]
        left = [r for r in runs if r.x < x - 3]
        across = sum(_crosses(r, x) for r in left)
        at_edge = sum(abs(r.x - x) <= 3 for r in right)
        if at_edge < 6 or across > 0.12 * max(len(left), 1):
            continue
        if _prose(left) >= 24 and _prose(right) >= 24:
            return float(x)
    return None


def _prose(runs: list[Run]) -> float:
    """How many characters the middling line holds; 0 where there are too few lines for a column."""
    lengths = [sum(len(r.text) + 1 for r in row) for _, row in _by_height(runs)]
    return median(lengths) if len(lengths) >= 6 else 0


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text.lower())


def _placed(page: Sequence[Line]) -> Iterator[tuple[Line, tuple[str, str]]]:
    """Each line with its shape and whether it stands among the highest or the lowest three of its page."""
    heights = sorted((line.y for line in page), reverse=True)
    for line in page:
        if line.y >= heights[min(2, len(heights) - 1)]:
            edge = "top"
        else:
            edge = "bottom" if line.y <= heights[max(-3, -len(heights))] else ""
        yield line, (_shape(line.text), edge)


def _running(pages: Sequence[Sequence[tuple[str, str]]]) -> set[tuple[str, str]]:
    """What repeats at the same edge of many pages, and bare page numbers."""
    seen: Counter[tuple[str, str]] = Counter()
    for page in pages:
        seen.update(set(page))
    filled = sum(1 for page in pages if page)
    enough = max(2, round(0.4 * filled))
    found = {key for key, count in seen.items() if key[1] and count >= enough and filled > 1}
    return found | {key for key in seen if key[1] and _PAGE_NUMBER.match(key[0])}


def page_text(lines: Iterable[Line]) -> dict[int, str]:
    """The words of each page, for looking a quotation up."""
    return {
        n: " ".join(x.text for x in on) for n, on in groupby(sorted(lines, key=lambda x: x.page), key=lambda x: x.page)
    }
