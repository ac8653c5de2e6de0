"""May this draft go out? Every sentence and every cell against its facts, and nothing private anywhere.

No wording is trusted here, Parley's own included: the plain text of a sentence must be held by its evidence alone,
and only then may it lend its figures to a person's wording.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from workflows.domain.draft import Draft, Objection, Sentence
from workflows.domain.evidence import Figure, FromCalculation, PrivateEvidence
from workflows.domain.language import figures
from workflows.grounding.characters import readable
from workflows.grounding.figures import agrees
from workflows.grounding.phrases import check_leaving
from workflows.grounding.privacy import patient_detail
from workflows.grounding.private import private_words, told_by
from workflows.grounding.sentences import ALWAYS, CHECKS, objections
from workflows.grounding.tables import check_table
from workflows.grounding.wording import Check, Known, Wording, as_figures

_BLANK = re.compile(r"\[[^\]]*\]")
_SECRET_TOPICS = re.compile(
    r"(?i)\b(?:cash|notice|without this payer|walk|lowest|limit|floor|disturb|leav\w+|accept\w*)\b"
)


def check_draft(
    draft: Draft, private: Mapping[str, PrivateEvidence], *, checks: Sequence[Check] = CHECKS
) -> tuple[Objection, ...]:
    """What keeps `draft` from going out; nothing when it may. `private` is the private side of the case's ledger,
    `checks` the whole guard unless a test weakens it on purpose."""
    found: list[Objection] = []
    always = tuple(c for c in checks if c in ALWAYS)
    if draft.document == "data_request":  # the practice's own sheet: there our guidance may speak of leaving a network
        always = tuple(c for c in always if c is not check_leaving)
    known = Known(draft.ledger, private)
    for sentence in draft.sentences():
        found += _ids(sentence, known)
        lends = " ".join(_BLANK.findall(sentence.text)) if sentence.gaps else ""
        found += objections(Wording(sentence, sentence.text, lends, known), always)
        if sentence.edited:
            found += objections(Wording(sentence, sentence.edited, sentence.text, known), checks)
    for section in draft.sections:
        if section.table:
            found += check_table(section.id, section.table, known, always)
    found += _told_around(draft, known)
    return tuple(dict.fromkeys(found))


def _ids(sentence: Sentence, known: Known) -> Iterator[Objection]:
    """Evidence that is not there, is private, or was calculated from what is private."""
    hidden = {e.id for e in known.private.values()}
    for i in sentence.evidence:
        fact = known.ledger.get(i)
        if i in hidden or (fact and isinstance(fact.source, FromCalculation) and hidden & set(fact.source.inputs)):
            yield Objection(slot=sentence.slot, words=i, says="this sentence rests on a private fact: remove it")
        elif not fact:
            yield Objection(
                slot=sentence.slot, words=i, says="this sentence names evidence that the draft does not hold"
            )


def _told_around(draft: Draft, known: Known) -> Iterator[Objection]:
    """Private figures and words, and patient detail, in the texts around the sentences: titles, gaps, notes."""
    for place, text in _around(draft):
        for kind in dict.fromkeys(i.kind for i in patient_detail(text)):
            yield Objection(slot=place, words=kind, says=f"this could identify a patient ({kind}): remove it")
        for found in figures(text):
            if any(agrees(g, f) for g in as_figures(found) for f in known.sendable):
                continue
            fact = told_by(found, known.secrets, ())  # arithmetic with other figures would see chance everywhere
            if fact and _telling(text, as_figures(found)[0]):
                yield Objection(slot=place, words=found.words, says="this figure is private: remove it")
        for words, _ in private_words(text, known.secrets, known.lent):
            yield Objection(slot=place, words=words, says="these words are private: remove them")


def _telling(text: str, figure: Figure) -> bool:
    """Small counts ("12 months", "three measures") are part of Parley's own wording; only beside words of the private
    topic do they tell anything."""
    return figure.unit not in ("count", "days", "hours") or figure.amount >= 1000 or bool(_SECRET_TOPICS.search(text))


def _around(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every text of a draft that is no sentence and no cell, with its place."""
    yield "title", readable(draft.title)
    for section in draft.sections:
        yield section.id, readable(section.title)
        if section.table:
            yield from ((section.id, readable(head)) for head in section.table.header)
    for gap in draft.gaps:
        yield from ((f"gap {gap.field}", readable(t)) for t in (gap.what, gap.why, gap.where))
    yield from (("notes", readable(note)) for note in draft.notes)
