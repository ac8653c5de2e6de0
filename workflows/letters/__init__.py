"""Letters: claims and evidence become drafts, along the outlines of knowledge/letters, in plain wording.

No function here takes an answer, a schedule or free text: only evidence that may be sent, and claims on it.
"""

from workflows.letters.basis import basis
from workflows.letters.compose import Ground, compose
from workflows.letters.compare import compare
from workflows.letters.markdown import markdown

__all__ = ["Ground", "basis", "compare", "compose", "markdown"]
