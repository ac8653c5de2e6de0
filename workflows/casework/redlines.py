"""The redline sheet: which findings it asks for, whether it is fit to be sent, and the file."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from workflows import grounding
from workflows.contracts.redline import redline
from workflows.contracts.writing import ranked
from workflows.domain.contract import ContractFinding, ContractReview, Redline, RedlineRow
from workflows.domain.draft import Objection, Sentence
from workflows.domain.errors import Refused
from workflows.domain.evidence import Ledger

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case


class RedlineDesk:
    """What a user can do with the sheet of requested changes."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def of(self, case: "Case", today: date | None = None) -> Redline:
        """The sheet of a case's accepted findings, each with the practice's reason or ours."""
        review = self._desk.agreement.review(case)
        accepted = self._desk.agreement.accepted(case, review) if review else ()
        reasons = {d.finding: d.because for d in case.contract.decisions if d.because}
        return self._made(accepted, reasons, review.documents if review else (), today)

    def of_review(self, review: ContractReview, today: date | None = None) -> Redline:
        """The sheet of a review nobody has decided on: every finding of high or medium risk that still holds."""
        wanted = tuple(f for f in ranked(review) if f.risk in ("high", "medium") and not f.replaced_by)
        return self._made(wanted, {}, review.documents, today)

    def _made(
        self, wanted: Sequence[ContractFinding], reasons: dict[str, str], documents: Sequence[str], today: date | None
    ) -> Redline:
        words = self._desk.agreement.words
        return redline(wanted, reasons, words, documents=documents, today=today or self._desk.day())

    def objections(self, sheet: Redline, ledger: Ledger) -> tuple[Objection, ...]:
        """What keeps the sheet from being sent: a reason that tells something private, threatens, or has a figure that
        no fact of the case holds; words that could identify a patient."""
        return tuple(
            Objection(slot=row.finding, words=row.clause, says=f"{row.clause}: {why}")
            for row in sheet.rows
            for why in self._wrong(row, ledger)
        )

    def known(self, case: "Case") -> Ledger:
        """What the sheet of a case is checked against; nothing is worked out where every reason is ours."""
        reasoned = any(d.because and d.choice == "accepted" for d in case.contract.decisions)
        return self._desk.standing(case).ledger if reasoned else Ledger()

    def _wrong(self, row: RedlineRow, ledger: Ledger) -> list[str]:
        found = []
        if row.reason not in {told.reason for told in self._desk.agreement.words.clauses.values()}:
            if unfit := grounding.unfit_to_send(row.reason, ledger.private.values()):
                return [f"your reason cannot be sent: {unfit}."]
            known = {e.id: e for e in ledger.sendable.values()}
            plain = Sentence(slot=row.finding, kind="reasoning", text=row.now, evidence=tuple(known) or ("none",))
            told = grounding.check_wording(plain, row.reason, known, ledger.private)
            found += [f"“{o.words}” in your reason: {o.says}." for o in told if o.hard]
        if any(grounding.patient_detail(text) for text in (row.now, row.reason)):
            found.append("this could identify a patient.")
        return found

    def export(self, sheet: Redline, ledger: Ledger) -> bytes:
        """The sheet as a DOCX. Raises Refused while anything in it is not fit to be sent, or nothing is asked for."""
        from workflows.adapters.write_redline import write_redline

        if objections := self.objections(sheet, ledger):
            raise Refused(objections[0].says, where="The redline sheet", todo="Give another reason, then export it.")
        if not sheet.rows:
            raise Refused("has no row", where="The redline sheet", todo="Accept a finding first.")
        return write_redline(sheet)
