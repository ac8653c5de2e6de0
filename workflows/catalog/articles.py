"""An article of knowledge/guidance: Markdown with front matter to passages and statements.

A statement is the text up to its mark, `[S03]`, `[S18, D02]` or `[GK]` (general knowledge), so nothing can be said
without one; the marks come off the text and become data. Every problem is told with file and line.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workflows.catalog.files import read_text
from workflows.domain.guidance import CORE, Article, Part, Passage, Statement

GENERAL = "GK"
LONGEST, FULLEST = 45, 170  # words of a statement, and of a passage (longer ones are cut where they are embedded)
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_MARK = re.compile(r"\s*\[((?:S\d+|D\d+|GK)(?:, (?:S\d+|D\d+|GK))*)\](\.?)")
_BLOCK = re.compile(r"(\d+\. |- |> )")
_FOREIGN = re.compile(r"\*\*|__|\]\(|!\[|<[a-zA-Z/]|\u2014")
_HEAD = TypeAdapter(dict[str, Any])
_PARTS: dict[str, Part] = {"- ": "item", "> ": "quote"}


def read_article(path: Path, problems: list[str]) -> Article | None:
    """The article in a file, or None with what is wrong added to `problems`."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}:1: cannot be read ({error})")
        return None
    front = _FRONT.match(text)
    if front is None:
        problems.append(f"{name}:1: begins without front matter between two lines of ---")
        return None
    head = read_text(front[1], name, _HEAD, problems, first_line=2)
    title = str((head or {}).get("title", ""))
    found = len(problems)
    passages = tuple(_passages(text, front.end(), path.stem, title, name, problems))
    if head is None or len(problems) > found:
        return None
    try:
        article = Article.model_validate({**head, "id": path.stem, "passages": passages})
    except ValidationError as error:
        problems.extend(f"{name}:2: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return None
    problems.extend(f"{name}:2: {what}" for what in _unfit(article))
    return article


def _passages(text: str, start: int, article: str, title: str, name: str, problems: list[str]) -> Iterator[Passage]:
    heading, lines, line_no = "", [], text.count("\n", 0, start)
    opened = line_no
    for line in [*text[start:].split("\n"), "## "]:
        line_no += 1
        if not line.startswith("## "):
            lines.append(line)
            continue
        if heading:
            before = len(problems)
            statements = tuple(_statements(lines, f"{name}:{opened}", heading, problems))
            if statements and len(problems) == before:
                yield Passage(article=article, title=title, heading=heading, statements=statements)
            elif not statements:
                problems.append(f"{name}:{opened}: {heading} says nothing")
        elif "".join(lines).strip():
            problems.append(f"{name}:{opened + 1}: text before the first heading")
        heading, lines, opened = line[3:].strip(), [], line_no


def _statements(lines: list[str], place: str, heading: str, problems: list[str]) -> Iterator[Statement]:
    if sum(len(_MARK.sub("", line).split()) for line in lines) > FULLEST:
        problems.append(f"{place}: {heading} has over {FULLEST} words")
    for block in _blocks(lines):
        kind = _BLOCK.match(block)
        part: Part = "prose" if kind is None else _PARTS.get(kind[1], "step")
        body = block[kind.end() :] if kind else block
        if _FOREIGN.search(body):
            problems.append(f"{place}: {heading} holds bold type, a link, a tag or a long dash: {body[:40]}")
        at = 0
        for mark in _MARK.finditer(body):
            said, at = body[at : mark.start()].strip(), mark.end()
            ids = mark[1].split(", ")
            if GENERAL in ids and len(ids) > 1:
                problems.append(f"{place}: {GENERAL} beside a source: {said[:50]}")
            if len(said.split()) > LONGEST:
                problems.append(f"{place}: over {LONGEST} words under one mark: {said[:50]}")
            yield Statement(
                text=said + mark[2],
                sources=tuple(i for i in ids if i.startswith("S")),
                disputes=tuple(i for i in ids if i.startswith("D")),
                part=part,
            )
        if body[at:].strip():
            problems.append(f"{place}: {heading} says something without a mark: {body[at:].strip()[:50]}")


def _blocks(lines: list[str]) -> Iterator[str]:
    """Paragraphs, list items and quotations, each as one line; a line that begins none of them goes on with the last."""
    block = ""
    for line in map(str.strip, lines):
        if block and (not line or _BLOCK.match(line)):
            yield block
            block = ""
        block = f"{block} {line}".strip()
    if block:
        yield block


def _unfit(article: Article) -> Iterator[str]:
    headings = [p.heading for p in article.passages]
    if tuple(headings[: len(CORE)]) != CORE:
        yield f"the first headings are not {', '.join(CORE)}"
    if len(set(headings)) < len(headings):
        yield "a heading stands twice"
    said = [s for p in article.passages for s in p.statements]
    sources = {source for s in said for source in s.sources}
    if sources != set(article.sources):
        yield f"sources and marks differ: {', '.join(sorted(sources ^ set(article.sources)))}"
    disputes = {dispute for s in said for dispute in s.disputes}
    if disputes != set(article.disputes):
        yield f"disputes and marks differ: {', '.join(sorted(disputes ^ set(article.disputes)))}"
    if any(s.disputes and not s.sources for s in said):
        yield "a statement takes a side without a source"
