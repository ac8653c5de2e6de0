"""The private sheet "Basis for each statement": every sentence beside what holds it, in words a partner can follow."""

from collections.abc import Mapping

from workflows.domain.draft import BasisRow, Draft
from workflows.domain.evidence import (
    Evidence,
    FromAnswer,
    FromBenchmark,
    FromCalculation,
    FromContract,
    FromGuidance,
    FromRates,
)
from workflows.domain.knowledge import RegisterEntry


def basis(draft: Draft, labels: Mapping[str, str], sources: Mapping[str, RegisterEntry]) -> tuple[BasisRow, ...]:
    """One row a sentence that asserts or asks, then one a row of the table; `labels` are the questions' names by field."""
    rows: list[BasisRow] = []
    for sentence in draft.sentences():
        if sentence.evidence:
            held = tuple(
                (e.says, where(e, labels, sources), e.grade) for i in sentence.evidence if (e := draft.ledger.get(i))
            )
            rows.append(BasisRow(number=len(rows) + 1, sentence=sentence.wording, basis=held))
    for row in (row for section in draft.sections if section.table for row in section.table.rows):
        facts = [draft.ledger[i] for i in dict.fromkeys(c.evidence for c in row) if i in draft.ledger]
        if facts:
            held = tuple((e.says, where(e, labels, sources), e.grade) for e in facts)
            shown = f"Table: {'; '.join(cell.text for cell in row)}"
            rows.append(BasisRow(number=len(rows) + 1, sentence=shown, basis=held))
    return tuple(rows)


def where(fact: Evidence, labels: Mapping[str, str], sources: Mapping[str, RegisterEntry]) -> str:
    """Where a fact comes from, in plain words."""
    match fact.source:
        case FromAnswer() as s:
            row = f", row {s.row + 1}" if s.row is not None else ""
            if s.given_by == "files":
                return f"Your files ({s.quote}): {labels.get(s.field, s.field)}{row} ({s.given_on.isoformat()})"
            read = f'; read from your notes: "{s.quote}"' if s.quote else ""
            return f"Your answer: {labels.get(s.field, s.field)}{row} ({s.given_on.isoformat()}){read}"
        case FromCalculation() as s:
            return f"Worked out: {s.rule}. {s.shown}"
        case FromBenchmark() as s:
            return f"Published: {s.publisher}, {s.as_of}, {s.url}"
        case FromRates() as s:
            return "; ".join((f"Fee schedule {s.schedule}, row {s.row}", *s.beside))
        case FromContract() as s:
            return f'Contract {s.document}, page {s.page}{f", {s.section}" if s.section else ""}: "{s.quote}"'
        case FromGuidance() as s:
            cited = "; ".join(
                f"{e.title} ({e.publisher or 'practice-advisory text'}{', ' + e.year if e.year else ''})"
                for i in s.sources
                if (e := sources.get(i))
            )
            return f"Reasoning from our guidance, {s.heading}{': ' + cited if cited else ''}"
