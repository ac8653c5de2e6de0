"""What a contract says: PDF pages to findings with their quotations, what is absent, and the dates that rule."""

from workflows.contracts.calendar import as_ics
from workflows.contracts.evidence import contract_evidence
from workflows.contracts.review import review
from workflows.contracts.writing import as_json, as_text

__all__ = ["as_ics", "as_json", "as_text", "contract_evidence", "review"]
