"""From lines to provisions: parts (body, exhibits, amendments), numbered sections and their headings, sentences.

Numbering that starts again in an exhibit stays apart from the body's, because a section is named with its part. A
lettered item that goes on with the sentence before it stays in that sentence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from workflows.contracts.blocks import Block, blocks_of
from workflows.contracts.layout import Line
from workflows.domain.contract import Part, Placed, Provision

_ABBREVIATED = re.compile(
    r"(?:\b(?:Inc|No|Nos|Sec|Secs|Art|Mr|Ms|Mrs|Dr|St|vs|v|Co|Corp|Ltd|U\.S|U\.S\.C|C\.F\.R|e\.g|i\.e|etc|approx|Ph|M\.D|D\.O|P\.C|P\.A|N\.A|a\.m|p\.m|Rev|Stat|Ann|Ins|Code|seq|Jr|Sr"
    r"|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec)|\b[A-Z]|[A-Z]\.[A-Z])\.$"
)
_STOP = re.compile(r"[.?!][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9\u00a7$])")
_AMENDS = re.compile(r"(?i)\bamend(?:ment|ed)\b|\bhereby\s+amend|\brestated\b|\bdeleted\b.{0,60}\breplaced\b")
_KEPT_HYPHEN = {"self", "non", "third", "one", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
                "fee", "cost", "risk", "most", "long", "short", "high", "low", "day"}  # fmt: skip


def provisions_of(lines: Sequence[Line], file: str, *, first_order: int = 0) -> tuple[Provision, ...]:
    """The provisions of a file. `first_order` counts on from the parts of the files before."""
    opening = " ".join(line.text for line in lines[:14])
    title = lines[0].text if lines else ""
    amends = bool(re.search(r"(?i)\bamend(?:ment|s|ed)\b", opening[:700])) and bool(_AMENDS.search(opening))
    amends = amends and not re.match(r"(?i).{0,80}\bagreement\b(?!.{0,120}\bamendment\b)", opening)
    body = Part(title[:80], "amendment" if amends else "body", first_order, file)
    return tuple(p for block in blocks_of(lines, body) if (p := _provision(block)).sentences)


def sentences_of(text: str) -> tuple[Placed, ...]:
    """The sentences of a text that stands on one page."""
    return tuple(_sentences(text, [(0, 1)]))


def _provision(block: Block) -> Provision:
    text, pages = _joined(block.lines)
    return Provision(block.section, block.heading, block.part, tuple(_sentences(text, pages)))


def _joined(lines: Iterable[Line]) -> tuple[str, list[tuple[int, int]]]:
    """The lines as one text, words cut at line ends made whole, and from which position each page runs."""
    text = ""
    pages: list[tuple[int, int]] = []
    for line in lines:
        if text.endswith("-") and line.text[:1].islower() and len(text) > 1 and text[-2:-1].isalpha():
            stem = re.split(r"[\s(/]", text[:-1])[-1].lower()
            text = text if stem.split("-")[-1] in _KEPT_HYPHEN else text[:-1]
        elif text.endswith("-") and line.text[:1].isupper() and text[-3:-1].isupper():
            text = text[:-1]
        elif text and not text.endswith("-"):
            text += " "
        if not pages or pages[-1][1] != line.page:
            pages.append((len(text), line.page))
        text += line.text
    return text, pages


def _sentences(text: str, pages: Sequence[tuple[int, int]]) -> Iterator[Placed]:
    start = 0
    ends = [m.end() for m in _STOP.finditer(text) if not _ABBREVIATED.search(text[: m.start() + 1])]
    for end in [*ends, len(text)]:
        sentence = text[start:end].strip()
        if sentence:
            on = [
                page
                for i, (at, page) in enumerate(pages)
                if at < end and (i + 1 == len(pages) or pages[i + 1][0] > start)
            ]
            yield Placed(sentence, tuple(dict.fromkeys(on)))
        start = end
