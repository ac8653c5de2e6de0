"""Letters: claims and evidence become drafts, along the outlines of knowledge/letters, in plain wording.

No function here takes an answer, a schedule or free text: only evidence that may be sent, and claims on it.
"""

from workflows.domain.draft import BasisRow
from workflows.letters.as_json import as_json, evidence_json
from workflows.letters.basis import basis, where
from workflows.letters.compare import compare
from workflows.letters.compose import compose, sayable
from workflows.letters.ground import Ground
from workflows.letters.markdown import markdown

__all__ = [
    "BasisRow",
    "Ground",
    "as_json",
    "basis",
    "compare",
    "compose",
    "evidence_json",
    "markdown",
    "sayable",
    "where",
]
