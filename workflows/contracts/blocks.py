"""From lines to blocks: parts (body, exhibits, amendments), articles, numbered or titled provisions, paragraphs.

Which line opens what is told by its words, its type and the space above it; the blocks then become sentences in
sections.py, which needs none of that.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workflows.contracts.layout import Line
from workflows.domain.contract import Part, PartKind

_PART = re.compile(
    r"(?i)^(?:(?:the\s+)?(?:first|second|third|fourth|fifth|sixth|seventh)\s+(?=amendment))?"
    r"(exhibit|schedule|attachment|appendix|addendum|annex|rider|amendment)\b(?:\s+(?:no\.?|number)?\s*"
    r"([a-z]{0,2}-?\d{1,2}|[a-z]|[ivx]{1,4}|one|two|three|four|five))?\s*(?:$|[-:.,(\u2013\u2014]|to\b|(?=[A-Z]))"
)
_ARTICLE = re.compile(
    r"^(?:ARTICLE|Article|SECTION|Section|PART|Part)\s+(?:[IVXL]+|\d{1,2}|[A-Z])\b\s*[-.:\u2013\u2014]?\s*(.*)$"
)
_MARK = re.compile(
    r"^((?:(?:Section|SECTION|Sec\.|§)\s*)?\d{1,2}(?:\.\d{1,2}){1,3}\.?(?:\([a-z]\))?|\d{1,2}[.)]|[A-Z]\d{1,2}\.|(?:Item|Paragraph|Clause)\s+\d{1,2}[.:]?|[A-Z]{1,2}-\d{1,2}(?:\.\d{1,2})?\.?"
    r"|\d{1,2}-\d{1,2}\.?|[A-Z]\.\d{1,2}(?:\.\d{1,2})?\.?|[A-Z]\.|(?:Section|§)\s*\d{1,2}[.:]?|\((?:[a-z]{1,2}|[ivx]{2,4}|\d{1,2})\)|[a-z]\)"
    r"|[\u2022\u25aa\u25cf\u00b7*-])\s+(?=[\"'(A-Za-z$\[])"
)
_HEADING = re.compile(
    r"^((?:[A-Z0-9][\w'/&,-]*|of|and|the|for|to|in|by|or|on|at|with|without|from|a|an|after|&|/|-|\u2013|\((?:[A-Z]|\w+)[^)]{0,30}\))"
    r"(?:\s+(?:[A-Z0-9][\w'/&,-]*|of|and|the|for|to|in|by|or|on|at|with|without|from|a|an|as|upon|after|not|&|/|-|\u2013|\([^)]{1,30}\))){0,9})"
    r"(?:\.|:|\s[-\u2013\u2014])\s+(?=[\"'(A-Z\[$])"
)
_SAYS = re.compile(
    r"(?i)\b(?:is|are|was|has|have|may|shall|will|must|can|does|do|applies|governs?|lasts?|binds?|pays?)\b"
)
_PRODUCTS = (
    ("Medicare Advantage", r"medicare\s+advantage|\bMA\s+(?:plan|product|member|network)|medicare\s+part\s+c"),
    ("Medicaid", r"medicaid|managed\s+medicaid|\bCHIP\b"),
    (
        "exchange",
        r"(?:health\s+insurance\s+)?(?:exchange|marketplace)|qualified\s+health\s+plan|individual\s+on-exchange",
    ),
    ("workers' compensation", r"workers'?\s*compensation|\bauto\s+medical"),
    ("commercial", r"commercial|\bPPO\b|\bHMO\b|\bPOS\b|\bEPO\b"),
)
_PRODUCT = tuple((name, re.compile(rf"(?i)\b(?:{pattern})")) for name, pattern in _PRODUCTS)


class Block(NamedTuple):
    """The lines of a provision, with its section (its article's title first), heading and part."""

    section: str
    heading: str
    part: Part
    lines: tuple[Line, ...]


def products_in(text: str) -> tuple[str, ...]:
    """The lines of business a text names, by their common names."""
    return tuple(name for name, pattern in _PRODUCT if pattern.search(text))


def blocks_of(lines: Sequence[Line], body: Part) -> Iterator[Block]:
    """The blocks of a file in order. `body` is the part that holds until another begins."""
    size = Counter(line.size for line in lines).most_common(1)[0][0] if lines else 0.0
    reader = _Reader(lines, body, _beat(lines), size)
    index = 0
    while index < len(lines):
        index = reader.step(index)
    reader.cut()
    yield from reader.blocks


class _Reader:
    """Where the reading stands: the part, article, section and heading that hold, and the lines held for a block."""

    def __init__(self, lines: Sequence[Line], body: Part, beat: float, size: float) -> None:
        self.lines, self.body, self.beat, self.size = lines, body, beat, size
        self.part, self.article, self.section, self.heading = body, "", "", ""
        self.held: list[Line] = []
        self.blocks: list[Block] = []

    def cut(self) -> None:
        """End the block that is held."""
        if self.held:
            section = " / ".join(x for x in (self.article, self.section) if x)
            self.blocks.append(Block(section, self.heading, self.part, tuple(self.held)))
            self.held.clear()

    def step(self, index: int) -> int:
        """Read the line at `index`; returns the next to read."""
        line = self.lines[index]
        after = self.lines[index + 1] if index + 1 < len(self.lines) else None
        if new := _part_of(line, self.part, self.body, self.lines[index - 1] if index else None):
            self.cut()
            self.part, index, self.article = _titled(new, self.lines, index)
            self.section, self.heading = "", ""
            return index
        if _is_article(line, after):
            self.cut()
            self.article, index = _heading_lines(self.lines, index)
            self.section, self.heading = "", ""
            return index
        mark = _MARK.match(line.text)
        if mark and _begins(mark, line, self.held[-1] if self.held else None):
            self._numbered(mark, line, after)
        elif _is_title(line, after, self.beat, self.size):
            self.cut()
            self.heading, self.section = line.text.rstrip(".:"), ""
        else:
            self._prose(line, marked=bool(mark))
        return index + 1

    def _numbered(self, mark: re.Match[str], line: Line, after: Line | None) -> None:
        self.cut()
        self.section = re.sub(r"(?i)^(?:section|sec\.|§)\s*", "", mark[1]).rstrip(".")
        self.heading, rest = _split_heading(line.text[mark.end() :], line, after)
        if rest:
            self.held.append(line._replace(text=rest))

    def _prose(self, line: Line, *, marked: bool) -> None:
        before = self.held[-1] if self.held else None
        apart = before and (line.gap > 1.6 * self.beat or line.cells > 2 or before.cells > 2)
        if before and apart and _closed(before, line):
            self.cut()
            if not marked and _HEADING.match(line.text):
                self.section = ""
        if not self.held and not marked and (own := _HEADING.match(line.text)) and len(own[1]) < 70:
            self.heading = own[1]
            line = line._replace(text=line.text[own.end() :])
        self.held.append(line)


def _beat(lines: Sequence[Line]) -> float:
    """The step from one line to the next within a paragraph: the smallest of the usual ones, since where paragraphs are
    short most steps are those between them."""
    steps = sorted(line.gap for line in lines if 4 < line.gap < 40)
    usual = Counter(round(step) for step in steps if step > 8)
    often = [step for step, count in usual.items() if count >= max(3, len(steps) // 20)]
    return float(min(often)) if often else steps[len(steps) // 3] if steps else 12.0


def _closed(before: Line, line: Line) -> bool:
    """Whether a paragraph may end here: not in the middle of a sentence that runs on."""
    return before.cells > 2 or line.cells > 2 or not (line.text[:1].islower() and before.text[-1:] not in ".!?")


def _begins(mark: re.Match[str], line: Line, before: Line | None) -> bool:
    """Whether a number or letter opens a provision, or is a reference or item of the sentence before."""
    rest = line.text[mark.end() :]
    ended = (
        before is None
        or before.text[-1:] in '.:!?"'
        or before.text.endswith((".)", "; and", "; or"))
        or line.page != before.page
    )
    if rest[:1].islower():
        return False
    if mark[1][0] == "(" and before is not None and before.text[-1:] not in '.:;!?")':
        return False
    if mark[1][0] in "(\u2022\u25aa\u25cf\u00b7*-" or mark[1][-1] == ")":
        return ended and not (before is not None and before.text.endswith((";", ",", ":")) and len(rest) < 60)
    if before is not None and re.search(
        r"(?i)\b(?:section|sections|article|exhibit|and|or|to|of|under|in)$", before.text
    ):
        return False
    return ended or line.gap > 0


def _part_of(line: Line, part: Part, body: Part, before: Line | None) -> Part | None:
    found = _PART.match(line.text)
    if (
        before is not None
        and before.page == line.page
        and before.text[-1:] not in '.:!?")_'
        and not _capitals(before.text)
    ) and (line.gap < 20 or not line.text.isupper()):
        return None
    if not found or len(line.text) > 90 or (line.text.endswith((".", ";", ",")) and not line.text.isupper()):
        return None
    words = [w for w in line.text.split() if w[:1].isalpha() and w not in ("of", "and", "the", "for", "to", "in")]
    if not (line.text.isupper() or sum(w[:1].isupper() for w in words) >= 0.8 * len(words)):
        return None
    if re.search(r"\b(?:is|are|shall|will|may|means|hereto|attached)\b", line.text):
        return None
    kind: PartKind = "amendment" if found[1].lower() == "amendment" or body.kind == "amendment" else "exhibit"
    return Part(line.text, kind, part.order + 1, body.file)


def _titled(part: Part, lines: Sequence[Line], index: int) -> tuple[Part, int, str]:
    """A part with the lines its title runs over, and the product its title or first sentence names."""
    title, index = _heading_lines(lines, index)
    opening = " ".join(line.text for line in lines[index : index + 4])
    named = products_in(title)
    if not named and re.search(r"(?i)\bappl(?:y|ies)\s+(?:only|solely)\b|\bsolely\b|\bonly\s+to\b", opening):
        named = products_in(opening)
    return part._replace(title=title, product=named[0] if len(named) == 1 else ""), index, title


def _heading_lines(lines: Sequence[Line], index: int) -> tuple[str, int]:
    words = [lines[index].text]
    index += 1
    while index < len(lines) and len(words) < 4 and _capitals(lines[index].text) and not _MARK.match(lines[index].text):
        if _PART.match(lines[index].text) or _ARTICLE.match(lines[index].text):
            break
        words.append(lines[index].text)
        index += 1
    return " ".join(words), index


def _capitals(text: str) -> bool:
    return len(text) < 90 and text.upper() == text and text[-1:] != "-" and sum(map(str.isalpha, text)) > 1


def _is_article(line: Line, after: Line | None) -> bool:
    found = _ARTICLE.match(line.text)
    if (
        found
        and len(line.text) < 90
        and (_capitals(line.text) or (not line.text.endswith(".") and len(found[1].split()) < 9))
    ):
        return not re.search(r"\b(?:shall|will|may|is|are|of this|hereof|above|below)\b", line.text)
    numbered = re.match(r"^(?:\d{1,2}|[IVX]{1,4})\.\s+\S", line.text)
    return bool(
        _capitals(line.text)
        and line.cells < 3
        and (numbered or not _MARK.match(line.text))
        and len(line.text.split()) > 1
    ) or (_capitals(line.text) and len(line.text) > 5 and line.cells < 2)


def _is_title(line: Line, after: Line | None, beat: float, body_size: float) -> bool:
    """A short line of its own, in title case or larger type, over prose."""
    words = line.text.split()
    if (
        after
        and line.size > 1.05 * body_size
        and len(words) < 12
        and line.text[:1].isupper()
        and line.text[-1:] not in ";,-"
    ):
        return not _MARK.match(line.text)
    if (
        not after
        or len(words) > 9
        or line.cells > 1
        or line.text[-1:] in ".;,-"
        or len(line.text) > 70
        or line.gap <= 1.15 * beat
    ):
        return False
    small = {"of", "and", "the", "for", "to", "in", "by", "or", "on", "with", "without", "from", "a", "an", "&"}
    return all(w in small or w[:1].isupper() for w in words) and words[0][:1].isupper() and len(after.text) > 25


def _split_heading(text: str, line: Line, after: Line | None) -> tuple[str, str]:
    found = _HEADING.match(text)
    if found and len(found[1]) < 80:
        return found[1], text[found.end() :]
    plain = re.match(r"^([A-Z][^.:;]{2,45})\.\s+(?=[A-Z\"])", text)
    if plain and len(plain[1].split()) <= 5 and not _SAYS.search(plain[1]):
        return plain[1], text[plain.end() :]
    short = len(text.split()) <= 8 and (after is None or after.text[:1].isupper() or after.text[:1] in "\"'(")
    if short and text.rstrip(".:").istitle() | _capitals(text) and text[-1:] != ";":
        return text.rstrip(".:"), ""
    if text[-1:] in ".:" and len(text.split()) <= 7 and all(w[:1].isupper() or len(w) < 5 for w in text.split()):
        return text.rstrip(".:"), ""
    return "", text
