"""The contract side of the desk: PDFs reviewed, their clauses as evidence, their dates as a calendar file.

Apart from the desk because the clause shelf and the PDF reader are heavy, and most visits never need them.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows import contracts
from workflows.domain.clauses import ClauseShelf
from workflows.domain.contract import ContractFile, ContractReview
from workflows.domain.errors import NotFound
from workflows.domain.evidence import Evidence

if TYPE_CHECKING:
    from workflows.casework.desk import Desk


class ContractDesk:
    """What a user can do with the payer's agreement."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def shelf(self) -> ClauseShelf:
        """All types of clauses."""
        from workflows.catalog.clauses import clauses

        return clauses()

    def read(self, content: bytes, name: str) -> ContractFile:
        """An uploaded PDF as pages; raises Refused in a plain sentence."""
        from workflows.adapters.read_pdf import read_pdf

        return read_pdf(content, name)

    def review(self, files: Sequence[ContractFile], *, today: date | None = None) -> ContractReview:
        """The review of files in their order: base agreement first, amendments after."""
        return contracts.review(files, self.shelf, today or self._desk.day())

    def review_paths(self, paths: Sequence[Path], *, today: date | None = None) -> ContractReview:
        """The review of PDFs on disk; a case folder stands for its contract*.pdf."""
        from workflows.adapters.contract_folder import contract_paths, read_contract

        files: list[ContractFile] = []
        for path in paths:
            if path.is_dir():
                inside = contract_paths(path)
                if not inside:
                    raise NotFound(
                        "holds no contract", where=str(path), todo="Put the agreement there as contract.pdf."
                    )
                files += [read_contract(p, inside=path) for p in inside]
            else:
                files.append(read_contract(path))
        return self.review(files, today=today)

    def folder(self, folder: Path, *, today: date | None = None) -> ContractReview | None:
        """The review of a case folder's contract files, or None where there are none."""
        from workflows.adapters.contract_folder import contract_paths

        return self.review_paths([folder], today=today) if contract_paths(folder) else None

    def evidence(self, review: ContractReview) -> tuple[Evidence, ...]:
        """The clauses as facts that letters and plans can name."""
        return contracts.contract_evidence(review.findings)

    def calendar(self, review: ContractReview) -> bytes:
        """The dates as an .ics file."""
        return contracts.as_ics(review.clocks).encode()

    def as_json(self, review: ContractReview) -> dict[str, Any]:
        """The JSON of docs/commands.md."""
        return contracts.as_json(review)

    def as_text(self, review: ContractReview) -> str:
        """The review for a terminal."""
        return contracts.as_text(review)
