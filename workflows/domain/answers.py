"""What people told us: an Answer to a question, in one canonical form.

Canonical values are text (a number is its plain decimal digits, a date its ISO form to the day, month or year,
yes_no is "yes" or "no"), lists of text (choices) or rows of text (tables). Text is exact, compares equal and
survives JSON unchanged; `domain.language` shows it to people and `Decimal(...)` gives it to arithmetic.
"""

from datetime import date
from typing import Literal

from workflows.domain.frozen import Frozen

Row = dict[str, str]
Value = str | tuple[str, ...] | tuple[Row, ...]
Kind = Literal["text", "count", "money", "percent", "hours", "choice", "choices", "yes_no", "date", "table"]
Visibility = Literal["private", "sendable"]
GivenBy = Literal["person", "notes", "files"]


class Answer(Frozen):
    """One answered question. `field` is "step.question"; `visibility` is copied from the step file, never chosen by a
    caller. `given_by` is "notes" while a value was only read from free words and nobody confirmed it; `quote` holds
    those words verbatim; it is "files" where the practice's own files said it, which `quote` then names. `revision` rises with every change of this answer, so that a second writer can be told."""

    field: str
    value: Value
    given_by: GivenBy = "person"
    given_on: date
    visibility: Visibility
    quote: str = ""
    revision: int = 1


class Proposal(Frozen):
    """A value read from free words, to be confirmed: the verbatim `quote` it came from and a `confidence` in 0..1.
    `field` is "step.question"; for a table, `value` holds the rows found. `read_by` names model and prompt where a
    language model found it."""

    field: str
    value: Value
    quote: str
    confidence: float
    read_by: str = ""


class Unclear(Frozen):
    """Words that seem to answer something but could not be read safely, with the `question` to put to the user."""

    step: str
    quote: str
    question: str


class Reading(Frozen):
    """All that could be read from some free words."""

    proposed: tuple[Proposal, ...] = ()
    unclear: tuple[Unclear, ...] = ()


class Contradiction(Frozen):
    """Answers that cannot all be true (or are certainly impossible); said at once and kept visible until mended.
    `fields` are what it is about; `leave_out` the keys letters go without meanwhile (a field, or a row "table[2]")."""

    fields: tuple[str, ...]
    says: str
    leave_out: tuple[str, ...] = ()
