"""Findings to the redline sheet: what is asked of the payer clause by clause, with the words as they stand.

The wording comes from knowledge/redline and is meant for the payer; what the review says to the practice (why it
hurts, what to fall back on) has no way in here.
"""

import re
from collections.abc import Sequence
from datetime import date

from workflows.domain.contract import ContractFinding, Redline, RedlineRow, RedlineWords

_NUMBER = re.compile(
    r"(?:Section\s+|Article\s+|§\s*)?((?:[A-Z]-?)?\d{1,3}(?:\.\d{1,3}){0,3}(?:\([a-z0-9]{1,3}\)){0,3})\.?$"
)
_TITLE = re.compile(
    r"(?i)(?=.*\b(?:amendment|addendum|exhibit|schedule|attachment|appendix)\b)[a-z0-9][\w ,.'’&/-]{2,60}$"
)


def redline(
    findings: Sequence[ContractFinding],
    reasons: dict[str, str],
    words: RedlineWords,
    *,
    documents: Sequence[str],
    today: date,
) -> Redline:
    """The sheet for these findings in their order. `reasons` holds the practice's own, by a finding's key; `documents`
    are the files of the contract, the base agreement first."""
    rows = []
    for f in findings:
        told = words.clauses[f.type]
        rows.append(
            RedlineRow(
                finding=f.key,
                clause=f"{told.clause} ({f.product})" if f.product else told.clause,
                where=place_in_words(f, documents),
                now=f.quote,
                ask=told.ask,
                reason=reasons.get(f.key) or told.reason,
            )
        )
    return Redline(
        title=words.title,
        opening=words.opening.strip(),
        closing=words.closing.strip(),
        header=words.header,
        rows=tuple(rows),
        day=today,
    )


def section_number(f: ContractFinding) -> str:
    """The number of the section a finding stands in ("4.2"), or "": a heading is no number."""
    told = _NUMBER.match(f.section.split(" / ")[-1].strip())
    return told.group(1) if told else ""


def place_in_words(f: ContractFinding, documents: Sequence[str]) -> str:
    """Where a clause stands, as a letter to the payer names it: "section 4.2, page 6 of the agreement". A file's name
    is the practice's own and stays out, but for one among several amendments."""
    number = section_number(f)
    page = f"page {f.page}" if len(f.pages) < 2 else f"pages {f.pages[0]} and {f.pages[-1]}"
    return f"{f'section {number}, ' if number else ''}{page} of {_document(f, documents)}"


def _document(f: ContractFinding, documents: Sequence[str]) -> str:
    base = not documents or f.document == documents[0]
    title = f.section.split(" / ")[0].strip()
    if not base and _TITLE.match(title):
        return f"the {title.title() if title.isupper() else title}"
    if base:
        return "the agreement"
    return "the amendment" if len(documents) == 2 else f"amendment {documents.index(f.document)}"
