"""Patient detail is refused, never redacted: a negotiation needs counts and rates, not one identifier.

The kinds are those of Safe Harbor, 45 CFR 164.514(b)(2). Business text is full of things that look like them (tax ids,
NPIs, office telephones, dates of agreements, physicians' names), so most kinds count only when the words around them
speak of one person in care. What was found is named by kind and place; the identifier itself is never repeated.
"""

import re
from collections.abc import Iterator

from workflows.domain.errors import PrivacyRefused
from workflows.domain.frozen import Frozen
from workflows.grounding.characters import readable
from workflows.grounding.identifiers import Hit, labelled, tied
from workflows.grounding.patient_names import patient_names
from workflows.grounding.patients import about_a_patient, befell_one

_SENTENCE_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\b(?:Mr|Ms|Dr|Jr|Sr|St|pt|Pt|no|No|vs))(?<!\b(?:Mrs|Inc|Ave|ext|tel|Tel|Rev))(?<!\b(?:acct|Acct))"
    r"[.!?]+(?=\s+[\"'(]?[A-Z0-9])|\n+"
)
_WINDOW, _OVERLAP = 800, 160


class Identifier(Frozen):
    """Patient detail found at [start, end) of the text as the guard reads it, and the kind it is of."""

    start: int
    end: int
    kind: str


def patient_detail(text: str) -> tuple[Identifier, ...]:
    """Everything in `text` that could identify a patient, in order, none overlapping."""
    plain = readable(text)
    hits: list[Hit] = []
    for start, segment in _segments(plain):
        names = [*patient_names(segment)]
        found = [*names, *labelled(segment)]
        if found or about_a_patient(segment):
            found += tied(segment, certain=bool(found) or befell_one(segment))
        hits += [(start + s, start + e, kind) for s, e, kind in found]
    return tuple(Identifier(start=s, end=e, kind=kind) for s, e, kind in _apart(hits))


def _segments(text: str) -> Iterator[tuple[int, str]]:
    """The sentences and lines of a text with their offsets: what stands in one may be about the same person. A longer
    one is read in overlapping windows, so that no text can keep the reader busy."""
    start = 0
    for end in (*(m.end() for m in _SENTENCE_END.finditer(text)), len(text)):
        for at in range(start, max(end, start + 1), _WINDOW):
            yield at, text[at : min(at + _WINDOW + _OVERLAP, end)]
        start = end


def _apart(hits: list[Hit]) -> Iterator[Hit]:
    end = -1
    for hit in sorted(hits, key=lambda h: (h[0], -h[1])):
        if hit[0] >= end:
            yield hit
            end = hit[1]


def refuse_patient_detail(text: str, where: str) -> None:
    """Raises PrivacyRefused, naming the kinds and the place, when `text` holds patient detail."""
    kinds = dict.fromkeys(i.kind for i in patient_detail(text))
    if kinds:
        listed = ", ".join(kinds)
        raise PrivacyRefused(
            f"this looks like detail of a patient ({listed}), so it was not kept",
            where=where,
            todo="Say it without the person: counts, rates and periods are enough for a payer.",
        )
