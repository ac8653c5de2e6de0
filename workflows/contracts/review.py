"""Files to a review: provisions, parties, findings, what is absent, the dates, and what could not be read."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from workflows.contracts.clocks import clocks_of, facts_of
from workflows.contracts.findings import as_findings, find
from workflows.contracts.layout import Line, lines_of
from workflows.contracts.matching import words_of
from workflows.contracts.quantities import plain
from workflows.contracts.sections import provisions_of
from workflows.contracts.struck import says_struck
from workflows.contracts.tagging import names_in, parties_in
from workflows.domain import language
from workflows.domain.clauses import ClauseShelf
from workflows.domain.contract import AbsentClause, ContractFile, ContractFinding, ContractReview, Provision
from workflows.domain.errors import Refused

_DEAL = re.compile(r"(?i)\b(?:agreement|amend(?:ment|s|ed)?|contract|addendum|exhibit|fee schedule)\b")
_HEALTH = re.compile(
    r"(?i)\b(?:provider|physician|member|enrollee|patient|health|medical|covered (?:service|person)s?|medicare|practice|payer|payor|claims?)\b"
)
_ADDRESSED = re.compile(
    r"(?i)\b(?:ignore|disregard)\b.{0,40}\b(?:instruction|prompt|previous)|\b(?:ai|language model|assistant|chatbot|reviewer)\b\s*[:,]"
)


class _Read(NamedTuple):
    file: ContractFile
    lines: tuple[Line, ...]
    provisions: tuple[Provision, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def whole(self) -> bool:
        """Whether it is an agreement and no mere amendment or exhibit."""
        body = [p for p in self.provisions if p.part.kind == "body"]
        long = (
            len(body) >= 12 and sum(len(s.text) for p in body for s in p.sentences) > 8_000
        )  # with or without numbers
        return len({p.section for p in body}) >= 8 or long


def review(files: Sequence[ContractFile], shelf: ClauseShelf, today: date) -> ContractReview:
    """The review of a base agreement and what changes it, in the order given. Raises Refused where a file is no
    agreement with a health plan."""
    read: list[_Read] = []
    for number, file in enumerate(files):
        lines = lines_of(file)
        read.append(_Read(file, lines, provisions_of(lines, file.name, first_order=1_000 * number)))
    text = " ".join(s.text for r in read for p in r.provisions for s in p.sentences)
    found = find((p for r in read for p in r.provisions), shelf, parties_in(text), _year(text) or today.year)
    findings = as_findings(found, _page_words(read))
    parts = {r.file.name for r in read if not r.whole}
    for r in read:
        _check_kind(r, any(f.document == r.file.name for f in findings))
    return ContractReview(
        documents=tuple(r.file.name for r in read),
        findings=tuple(f for f in findings if not _start_only(f, parts)),
        absent=tuple(_absent(read, findings, shelf)),
        clocks=clocks_of(findings, today),
        facts=facts_of(findings, names_in(text), text),
        unreadable_pages=tuple(f"{f.name}, p. {n}" for f in files for n in f.unreadable),
        image_pages=tuple(n for f in files for n in f.unreadable),
        warnings=tuple(_warnings(read)),
    )


def _start_only(f: ContractFinding, parts: Collection[str]) -> bool:
    """Whether a finding gives just the day on which an amendment or exhibit (`parts`: such files) begins: no term of its
    own. It still counts for the facts and dates."""
    return f.type == "term_renewal" and set(f.values) <= {"effective_date"} and f.document in parts


def _year(text: str) -> int | None:
    """The year in which the contract, or its amendment, begins, as far as its opening gives a whole date."""
    opening = plain(text[:4_000])
    dates = [f for f in language.figures(opening) if f.unit == "date" and len(str(f.amount)) == 8]
    years = [int(str(f.amount)[:4]) for f in dates[:3]]
    if not years:
        return None
    return max(years) if re.search(r"(?i)\bamend(?:ment|s)?\b", opening[:300]) else years[0]


def _page_words(read: Sequence[_Read]) -> dict[tuple[str, int], str]:
    """The letters and digits of each page, from its words as drawn in reading order."""
    pages: dict[tuple[str, int], list[str]] = defaultdict(list)
    for r in read:
        for line in r.lines:
            pages[(r.file.name, line.page)].append(line.text)
    return {key: words_of("".join(texts)) for key, texts in pages.items()}


def _check_kind(r: _Read, has_findings: bool) -> None:
    deal, health = len(_DEAL.findall(r.text[:60_000])), len({m.lower() for m in _HEALTH.findall(r.text[:60_000])})
    if (deal < 2 or health < 2) and not (has_findings and deal and health):
        what = "does not read like an agreement between a practice and a health plan, so nothing was reviewed"
        raise Refused(what, where=r.file.name, todo="Choose the agreement, its amendment or its fee exhibit.")


def _absent(read: Sequence[_Read], findings: Sequence[ContractFinding], shelf: ClauseShelf) -> Iterator[AbsentClause]:
    if not any(r.whole for r in read):
        return
    there = {f.type for f in findings}
    unread = any(r.file.unreadable for r in read)
    for kind in shelf.types:
        if kind.id not in there:
            means = kind.absent.means + (" Pages that could not be read may hold it." if unread else "")
            yield AbsentClause(type=kind.id, title=kind.title, risk=kind.absent.level, means=means)


def _warnings(read: Sequence[_Read]) -> Iterator[str]:
    for r in read:
        name = r.file.name
        if pages := r.file.unreadable:
            listed = ", ".join(map(str, pages))
            yield f"{name}: page {listed} cannot be read (a picture or damaged); what stands there was not reviewed. Read it yourself."
        for page in r.file.pages:
            if page.unseen.strip():
                told = " ".join(page.unseen.split())[:160]
                yield f"{name}: page {page.number} holds words nobody can see, which were left out: “{told}”"
        if says_struck(r.provisions):
            yield f"{name}: it says that words in brackets were deleted, so they were not reviewed."
        for line in r.lines:
            if _ADDRESSED.search(line.text):
                yield f"{name}: page {line.page} speaks to a reviewing program; it was read as text and not obeyed."
                break
    if not any(r.whole for r in read):
        names = ", ".join(r.file.name for r in read)
        yield f"Only an amendment or exhibit was reviewed ({names}); add the base agreement to see what is missing from the whole."
