"""The documents of a case: drafted, worded by people, approved as versions, compared, written as files.

A draft is never stored: it is composed anew from the case, and a person's wording laid over it. What is stored are the
edits and the approved versions.
"""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal

from workflows import grounding, letters
from workflows.domain.case import Case, Edit
from workflows.domain.draft import Approved, Document, Draft, Objection, Provenance, Sentence
from workflows.domain.errors import NotFound, Refused
from workflows.domain.evidence import Grade

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.letters.compare import Difference

Format = Literal["md", "docx", "pdf", "json"]


class LettersDesk:
    """What a user can do with the documents of a case."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def draft(self, case: Case, document: Document, *, today: date | None = None) -> Draft:
        """The document as it stands after the latest round, with the person's edits laid over the plain wording."""
        day = today or self._desk.day()
        provenance = Provenance(knowledge=self._desk.catalog.digest, parley=_version(), day=day)
        latest = self._desk.ultimatum.as_of_latest(case) if case.rounds else case
        plain = letters.compose(
            self._desk.catalog.outline(document),
            self._desk.derive(latest, day).ground,
            today=day,
            provenance=provenance,
        )
        return _with_edits(plain, [e for e in case.edits if e.document == document])

    def check_wording(self, case: Case, document: Document, slot: str, text: str) -> tuple[Objection, ...]:
        """What the guard has against a new wording of one sentence."""
        draft = self.draft(case, document)
        sentence = next((s for s in draft.sentences() if s.slot == slot), None)
        if sentence is None:
            raise NotFound("that sentence is no longer in the draft", where=slot, todo="Reload the letter.")
        private = self._desk.standing(case).ledger.private
        return grounding.check_wording(sentence, grounding.strip_invisible(text), draft.ledger, private)

    def edit(self, case_id: str, document: Document, slot: str, text: str) -> tuple[Case, tuple[Objection, ...]]:
        """Keep a person's wording for one sentence (an empty text restores the plain one) and say what the guard has
        against it. Patient detail is refused outright; other hard objections keep the letter from being approved."""
        text = grounding.strip_invisible(text).strip()[:2000]
        grounding.refuse_patient_detail(text, "your wording")
        case = self._desk.case(case_id)
        plain = {s.slot: s.text for s in self.draft(case, document).sentences()}
        if slot not in plain:
            raise NotFound("that sentence is no longer in the draft", where=slot, todo="Reload the letter.")

        def change(case: Case) -> Case:
            kept = tuple(e for e in case.edits if (e.document, e.slot) != (document, slot))
            new = (
                ()
                if not text or text == plain[slot]
                else (Edit(document=document, slot=slot, plain=plain[slot], text=text),)
            )
            return case.model_copy(update={"edits": (*kept, *new)})

        changed = self._desk.change(case_id, change, f"edited {document}")
        return changed, self.check_wording(changed, document, slot, text or plain[slot])

    def objections(self, case: Case, draft: Draft) -> tuple[Objection, ...]:
        """What the guard has against a draft as it stands."""
        return grounding.check_draft(draft, self._desk.standing(case, draft.provenance.day).ledger.private)

    def approve(self, case_id: str, document: Document, by: str) -> Case:
        """Keep the document as it stands as an approved version; refused while a hard objection stands."""
        by = grounding.strip_invisible(by).strip()[:80]
        if not by:
            raise Refused("an approval needs a name", where="Approved by", todo="Write who approves the letter.")

        def change(case: Case) -> Case:
            draft = self.draft(case, document)
            hard = [o for o in self.objections(case, draft) if o.hard]
            if hard:
                raise Refused(
                    f"the guard objects to {hard[0].words!r}: {hard[0].says}",
                    where=document,
                    todo="Mend the wording first.",
                )
            unread = [a.field for a in case.answers.values() if a.given_by == "notes"]
            if unread:
                raise Refused(
                    f"{len(unread)} values were only read from notes",
                    where=document,
                    todo="Confirm them in the interview first.",
                )
            number = 1 + sum(a.draft.document == document for a in case.approved)
            kept = Approved(number=number, by=by, at=datetime.now(UTC).isoformat(timespec="seconds"), draft=draft)
            return case.model_copy(update={"approved": (*case.approved, kept)})

        return self._desk.change(case_id, change, f"approved {document}")

    def compare(self, old: Draft, new: Draft) -> "tuple[Difference, ...]":
        """What changed between two versions."""
        return letters.compare(old, new)

    def export(self, draft: Draft, format: Format, *, basis: bool = False, stamp: str = "") -> bytes:
        """The document as a file; `basis` adds the private sheet "Basis for each statement"."""
        labels = {f"{s.id}.{q.id}": q.label for s in self._desk.catalog.every_step for q in s.questions}
        rows = letters.basis(draft, labels, self._desk.catalog.sources) if basis else None
        match format:
            case "docx":
                from workflows.adapters.write_docx import write_docx

                return write_docx(draft, rows, stamp)
            case "pdf":
                from workflows.adapters.write_pdf import write_pdf

                return write_pdf(draft, rows, stamp)
            case "md":
                return letters.markdown(draft).encode()
            case "json":
                return json.dumps(letters.as_json(draft), indent=1, ensure_ascii=False).encode()

    def basis(self, draft: Draft) -> "tuple[letters.BasisRow, ...]":
        """The basis of each statement of a draft."""
        labels = {f"{s.id}.{q.id}": q.label for s in self._desk.catalog.every_step for q in s.questions}
        return letters.basis(draft, labels, self._desk.catalog.sources)

    def evidence_of(self, draft: Draft, sentence: Sentence) -> tuple[tuple[str, str, Grade], ...]:
        """What holds one sentence: for each fact what it says, where it comes from in plain words, and its grade."""
        labels = {f"{s.id}.{q.id}": q.label for s in self._desk.catalog.every_step for q in s.questions}
        facts = [draft.ledger[i] for i in sentence.evidence if i in draft.ledger]
        return tuple((f.says, letters.where(f, labels, self._desk.catalog.sources), f.grade) for f in facts)

    def stamp(self, draft: Draft) -> str:
        """What an unapproved document carries in its header; the staff's own sheet carries none."""
        if draft.document == "data_request":
            return ""
        return (
            "Draft: values read from notes, not confirmed" if draft.status == "unconfirmed" else "Draft: not approved"
        )


def _with_edits(draft: Draft, edits: Sequence[Edit]) -> Draft:
    wording = {e.slot: e.text for e in edits}
    if not wording:
        return draft

    def edited(s: Sentence) -> Sentence:
        return s.model_copy(update={"edited": wording[s.slot]}) if s.slot in wording else s

    sections = tuple(
        section.model_copy(
            update={
                "sentences": tuple(edited(s) for s in section.sentences),
                "table": section.table.model_copy(update={"note": edited(section.table.note)})
                if section.table and section.table.note
                else section.table,
            }
        )
        for section in draft.sections
    )
    there = {s.slot for s in draft.sentences()}
    models = sorted({e.worded_by for e in edits if e.worded_by and e.slot in there})
    provenance = draft.provenance.model_copy(update={"model": "; ".join(models)})
    return draft.model_copy(update={"sections": sections, "provenance": provenance})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("parley")
    except PackageNotFoundError:
        return "source"
