"""What we write: sentences that name their evidence, tables whose cells do, gaps that show, and the draft of them all.

An assertion without evidence cannot be made; a courtesy has neither evidence nor figures; a gap is a marked blank.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, Self

from pydantic import model_validator

from workflows.domain.evidence import Evidence
from workflows.domain.frozen import Frozen

Document = Literal["value_proposition", "counteroffer", "ultimatum_response", "data_request"]
SentenceKind = Literal["assertion", "request", "reasoning", "courtesy", "gap"]


class Sentence(Frozen):
    """One sentence (or short line) of a document.

    `slot` names its place in the outline and survives recomputing, so that an edit keeps its sentence. `text` is the
    plain wording; `edited` a person's own, or "" when untouched. `evidence` holds ids of the draft's ledger.
    """

    slot: str
    kind: SentenceKind
    text: str
    evidence: tuple[str, ...] = ()
    edited: str = ""
    gaps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _held_by_evidence(self) -> Self:
        if self.kind in ("assertion", "request", "reasoning") and not self.evidence:
            raise ValueError(f"a sentence of kind {self.kind} needs evidence: {self.text!r}")
        if self.kind == "courtesy" and self.evidence:
            raise ValueError(f"a courtesy has no evidence: {self.text!r}")
        return self

    @property
    def wording(self) -> str:
        """What the document says: the person's wording where there is one."""
        return self.edited or self.text


class Cell(Frozen):
    """One cell of a table: its text and the evidence it shows (None for a label or an unknown shown as a dash)."""

    text: str
    evidence: str | None = None


class Table(Frozen):
    """A table with a header, rows of cells and an optional total row; `aligned` is l or r a column."""

    header: tuple[str, ...]
    aligned: str
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    note: Sentence | None = None


class Section(Frozen):
    """A titled part of a document; `title` may be empty. `style` is how it is set: prose, list or lines."""

    id: str
    title: str
    style: Literal["prose", "list", "lines"] = "prose"
    sentences: tuple[Sentence, ...] = ()
    table: Table | None = None


class Gap(Frozen):
    """A thing the letter would need: what, why the payer cares, which report holds it and who has it."""

    field: str
    what: str
    why: str
    where: str
    document: str = ""


class Provenance(Frozen):
    """What a draft was made from: hash of knowledge/, the Parley version, the models and prompts that worded any of its
    sentences ("" where none did) and the day."""

    knowledge: str
    parley: str
    model: str = ""
    day: date


class Draft(Frozen):
    """A document with its own ledger. `status` says what it is fit for: "ready" (nothing marked is missing),
    "with_gaps" (marked blanks), "unconfirmed" (values read from notes that nobody confirmed), "first_letter" (too
    little or contradictory data for a proposal: the letter asks for the contract, schedule and rate history)."""

    document: Document
    title: str
    status: Literal["ready", "with_gaps", "unconfirmed", "first_letter"]
    sections: tuple[Section, ...]
    ledger: dict[str, Evidence]
    gaps: tuple[Gap, ...] = ()
    notes: tuple[str, ...] = ()
    provenance: Provenance

    def sentences(self) -> tuple[Sentence, ...]:
        """Every sentence in reading order, table notes included."""
        found: list[Sentence] = []
        for section in self.sections:
            found.extend(section.sentences)
            if section.table and section.table.note:
                found.append(section.table.note)
        return tuple(found)


class Objection(Frozen):
    """Something the guard found in a wording: the `words`, what is wrong with them and what to do. A `hard` objection
    (private figure, patient detail, termination, figure without evidence) keeps the wording out of an approved letter."""

    slot: str
    words: str
    says: str
    hard: bool = True


class BasisRow(Frozen):
    """One line of the private sheet "Basis for each statement": the sentence as sent, and for each evidence behind it
    what it says, where it comes from in plain words, and its grade."""

    number: int
    sentence: str
    basis: tuple[tuple[str, str, str], ...]


class Approved(Frozen):
    """A version of a document a person approved, kept whole: its number (from 1), who and when (ISO time)."""

    number: int
    by: str
    at: str
    draft: Draft


class CodeLine(Frozen):
    """One line of the practice's business with this payer: fees are allowed amounts in dollars, `volume` is units in
    the stated period, `medicare` the Medicare amount used for comparison (None where unknown), `*_shown` the sum
    behind a fee as a person would write it."""

    code: str
    label: str = ""
    volume: Decimal | None = None
    current: Decimal | None = None
    offered: Decimal | None = None
    proposed: Decimal | None = None
    offered_shown: str = ""
    proposed_shown: str = ""
    medicare: Decimal | None = None
    evidence: str = ""
