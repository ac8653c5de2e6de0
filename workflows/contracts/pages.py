"""A contract's pages as a person reads them, with the words of a finding marked in them.

Lines that were only broken by the width of the paper are put together again; a quotation is looked up by its letters
and digits alone, so that a hyphen or a line end does not hide it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from workflows.contracts.layout import Line, lines_of
from workflows.domain.contract import ContractFile, PageText

_OPENS = re.compile(
    r"^(?:\([a-z]{1,4}\)|[a-z]{1,2}[.)]|\(?\d{1,3}[.)](?!\d)|\d{1,2}(?:\.\d{1,3})+\b|[A-Z]\d{1,2}\.|Section\b|ARTICLE\b|[•\-–])\s?"
)
_COUNTED = re.compile(r"[a-z0-9$%]", re.ASCII)
Parts = tuple[tuple[str, bool], ...]
"""A paragraph in pieces, each with whether it is marked."""


def pages_of(file: ContractFile) -> tuple[PageText, ...]:
    """All pages in order; one without text says by its state why."""
    lines = {n: list(on) for n, on in groupby(lines_of(file), key=lambda line: line.page)}
    return tuple(
        PageText(
            document=file.name,
            number=page.number,
            state=page.state,
            lines=tuple(_paragraphs(lines.get(page.number, []))),
        )
        for page in file.pages
    )


def _paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    gaps = [line.gap for line in lines if line.gap > 0]
    usual = median(gaps) if gaps else 0.0
    held = ""
    for line in lines:
        apart = line.gap <= 0 or line.gap > 1.25 * usual or line.cells > 1 or _OPENS.match(line.text)
        if held and apart:
            yield held
            held = ""
        held = _joined(held, line.text)
    if held:
        yield held


def _joined(held: str, text: str) -> str:
    if held.endswith("-") and held[-2:-1].isalpha() and text[:1].islower():
        return held + text  # whether the hyphen belongs to the word nobody can say from here; it shows as it stands
    return f"{held} {text}".strip()


def marked(page: PageText, quote: str) -> tuple[Parts, ...]:
    """The paragraphs of a page in pieces, the words of `quote` (or the part of it that stands here) marked."""
    words, places = _counted(page.lines)
    start, end = _found(words, _letters(quote))
    chosen = places[start:end]
    if not chosen:
        return tuple(((text, False),) for text in page.lines)
    first, last = chosen[0], chosen[-1]
    return tuple(_pieces(n, text, first, last) for n, text in enumerate(page.lines))


def _pieces(n: int, text: str, first: tuple[int, int], last: tuple[int, int]) -> Parts:
    if not first[0] <= n <= last[0]:
        return ((text, False),)
    start = first[1] if n == first[0] else 0
    end = last[1] + 1 if n == last[0] else len(text)
    while end < len(text) and text[end] in ".,;:)\"'":
        end += 1
    pieces = ((text[:start], False), (text[start:end], True), (text[end:], False))
    return tuple(piece for piece in pieces if piece[0])


def _counted(lines: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """The letters and digits of a page, and for each the paragraph and the place in it."""
    found = [
        (char, (n, at)) for n, text in enumerate(lines) for at, char in enumerate(text.lower()) if _COUNTED.match(char)
    ]
    return "".join(char for char, _ in found), [place for _, place in found]


def _letters(text: str) -> str:
    return "".join(char for char in text.lower() if _COUNTED.match(char))


def _found(words: str, quote: str) -> tuple[int, int]:
    """Where a quotation stands: whole, or its beginning at the end of the page, or its end at the beginning."""
    if (at := words.find(quote)) >= 0:
        return at, at + len(quote)
    for size in range(min(len(quote), len(words)), 7, -1):
        if words.endswith(quote[:size]):
            return len(words) - size, len(words)
        if words.startswith(quote[-size:]):
            return 0, size
    probe = quote[:40]  # a quotation of several sentences between which the page has other words
    if len(probe) >= 20 and (at := words.find(probe)) >= 0:
        return at, at + len(probe)
    return 0, 0
