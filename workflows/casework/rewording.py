"""Rewording a letter with a model: proposals beside their plain twins, taken by a person, sentence by sentence.

A proposal changes nothing. What is taken becomes an edit like a person's own: stored, undone, checked by the guard and
approved in the same way. Where the model fails, the plain letter stands.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from workflows import grounding
from workflows.catalog.rewording import framing_words
from workflows.domain.case import Case, Edit
from workflows.domain.draft import Document, Draft, Objection, Sentence
from workflows.domain.errors import Refused
from workflows.domain.evidence import PrivateEvidence
from workflows.domain.model import Failure, Given
from workflows.domain.rewording import Part, Rewording
from workflows.letters import reword

if TYPE_CHECKING:
    from workflows.casework.desk import Desk

TONES = ("warm", "neutral", "firm")
NOT_SENT = ("data_request",)
"""Documents for the practice's own staff: plain is what they need."""


class RewordingDesk:
    """What a user can do with a letter and a model."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def offered(self, draft: Draft) -> bool:
        """Whether a model is set up that could finish this letter."""
        return draft.document not in NOT_SENT and self._desk.models.ready() and bool(self._parts(draft))

    def propose(self, case_id: str, document: Document) -> Rewording:
        """What a model would make of the letter, or in `note` why nothing; the case stays as it is. Only the draft is
        sent, and of it only our own wording and tokens; the private side of the case is asked that nothing tells it."""
        desk = self._desk
        case = desk.case(case_id)
        draft = desk.letters.draft(case, document)
        found = self._parts(draft)
        if document in NOT_SENT or not found:
            return Rewording(document=document, note="There is nothing in this document for a model to word.")
        private = desk.standing(case).ledger.private
        answer = case.answers.get("ask.tone")
        tone = answer.value if answer and answer.value in TONES else "neutral"
        given = {"tone": Given(text=str(tone)), "letter": Given(text=reword.told(found))}

        def check(sentence: Sentence, wording: str) -> tuple[Objection, ...]:
            return grounding.check_wording(sentence, wording, draft.ledger, private)

        def read(value: dict[str, object]) -> Rewording:
            made = reword.proposals(value, found, framing_words(), check)
            note = "" if made else "The model left the letter as it is."
            return Rewording(document=document, proposals=made, note=note)

        said = desk.models.action("draft").ask("reword", given, lambda value: _some(read(value)), private=_all(private))
        if isinstance(said, Failure):
            return Rewording(document=document, note=said.label)
        return read(said.value).model_copy(update={"worded_by": said.worded_by})

    def take(self, case_id: str, rewording: Rewording, slots: Collection[str]) -> Case:
        """Keep the proposals of these slots as edits, all in one change. Refused where the letter changed meanwhile,
        or where the guard now has anything against one."""
        wanted = [p for p in rewording.proposals if p.slot in slots]

        def change(case: Case) -> Case:
            draft = self._desk.letters.draft(case, rewording.document)
            now = {s.slot: s for s in draft.sentences()}
            private = self._desk.standing(case).ledger.private
            for p in wanted:
                sentence = now.get(p.slot)
                if sentence is None or sentence.text != p.plain:
                    raise Refused("the letter changed meanwhile", where=p.plain[:60], todo="Ask the model again.")
                if not p.sound or grounding.check_wording(sentence, p.wording, draft.ledger, private):
                    raise Refused("the guard objects to this wording", where=p.plain[:60], todo="Keep the plain one.")
            taken = {p.slot for p in wanted}
            others = tuple(e for e in case.edits if e.document != rewording.document or e.slot not in taken)
            new = (
                Edit(
                    document=rewording.document,
                    slot=p.slot,
                    plain=p.plain,
                    text=p.wording,
                    worded_by=rewording.worded_by,
                )
                for p in wanted
            )
            return case.model_copy(update={"edits": (*others, *new)})

        return self._desk.change(case_id, change, f"took {len(wanted)} wordings of a model for {rewording.document}")

    def _parts(self, draft: Draft) -> tuple[Part, ...]:
        labels = {f"{s.id}.{q.id}": q.label for s in self._desk.catalog.every_step for q in s.questions}
        return reword.parts(draft, labels)


def _some(rewording: Rewording) -> bool:
    """Whether one can stand by a reply: it left all as it is, or at least one wording passes the guard."""
    return not rewording.proposals or any(p.sound for p in rewording.proposals)


def _all(private: dict[str, PrivateEvidence]) -> tuple[PrivateEvidence, ...]:
    return tuple(private.values())
