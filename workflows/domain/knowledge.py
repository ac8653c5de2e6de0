"""The shapes the shelves of knowledge/ hold: steps and questions, topics, outlines, benchmarks and the source register.

The vocabulary is closed: a question has one of ten kinds, wording is a template whose {keys} name evidence, and a
condition is a list of keys that must (or must not) be known. The day a file needs an `if`, it becomes a verb.
"""

import re
from decimal import Decimal
from typing import Literal, Self

from pydantic import model_validator

from workflows.domain.answers import Kind, Visibility
from workflows.domain.draft import Document, SentenceKind
from workflows.domain.evidence import Grade, Unit
from workflows.domain.frozen import Frozen

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?(?:\[\d+\])?(?:\.[a-z_]+)?(?::bare)?)(?:\|([^{}]+))?\}")


class RegisterEntry(Frozen):
    """A source: who published what, when and where. `year` may be empty where the source states none."""

    id: str
    title: str
    publisher: str
    url: str = ""
    year: str = ""


class Cues(Frozen):
    """How free words name a field: regular expressions for words that announce it, and for words that rule it out.

    In `near`, {n} stands for the figure itself, {rest} for the words to the end of the clause and {words} for those to
    the next comma; a cue without a placeholder is a label near which the figure stands. `options` holds, for a choice,
    the words that mean each option."""

    near: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    options: dict[str, tuple[str, ...]] = {}


class Column(Frozen):
    """A column of a table question; like a question in small. `noun` is singular and plural of what is counted."""

    id: str
    label: str
    kind: Literal["text", "count", "money", "percent", "hours", "choice", "yes_no", "date"]
    unit: Unit = "count"
    noun: tuple[str, str] | None = None
    range: tuple[Decimal, Decimal] | None = None
    whole: bool = True
    pattern: str = ""
    options: dict[str, str] = {}
    required: bool = False
    help: str = ""
    cues: Cues = Cues()


class Question(Frozen):
    """A question of the interview.

    `ask` is what the assistant says; `why` (with `sources`) why the payer cares; `strong` an example of a strong
    answer; `where` which report holds it and who has it. `evidence` are templates, the first whose keys are all known
    wins; {value} is this answer, {column} a column of a table row. `measured_with` / `estimated_with` name the fields
    that raise the grade when they are answered too. `lack` says what letters lack without it ("" = nothing).
    """

    id: str
    label: str
    ask: str
    kind: Kind
    unit: Unit = "count"
    noun: tuple[str, str] | None = None
    range: tuple[Decimal, Decimal] | None = None
    whole: bool = True
    pattern: str = ""
    max_length: int = 400
    options: dict[str, str] = {}
    columns: tuple[Column, ...] = ()
    max_rows: int = 40
    why: str
    sources: tuple[str, ...]
    strong: str
    where: str
    evidence: tuple[str, ...] = ()
    topic: str | None = None
    visibility: Visibility
    grade: Grade = "asserted"
    measured_with: tuple[str, ...] = ()
    estimated_with: tuple[str, ...] = ()
    lack: str = ""
    cues: Cues = Cues()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.kind == "table") != bool(self.columns):
            raise ValueError(f"question {self.id}: a table needs columns, and only a table has them")
        if self.kind in ("choice", "choices") and not self.options:
            raise ValueError(f"question {self.id}: a {self.kind} needs options")
        return self


class Step(Frozen):
    """A step of the interview: what the assistant says when it opens, and its questions in order. A step with a `desk`
    is asked there (the ultimatum desk) and is none of the interview's own: neither progress nor gaps count it. A
    language model may read words of the user for the questions of a step with `second_look`."""

    id: str
    order: int
    title: str
    icon: str
    opening: str
    questions: tuple[Question, ...]
    desk: str = ""
    second_look: bool = False

    def question(self, name: str) -> Question | None:
        """The question called `name` (without its step), or None."""
        return next((q for q in self.questions if q.id == name), None)


class Strengthen(Frozen):
    """Advice given while the fields in `missing` are unanswered."""

    missing: tuple[str, ...]
    say: str


class Mechanism(Frozen):
    """Why one kind of condition or specialty makes a topic matter: chosen when `specialties` or `conditions` (regular
    expressions over the diagnoses given) fit. With `facts` (regular expressions over a fact's field and sentence) it is
    said of such a fact alone, and of none other. `says` is the reasoning in the payer's terms; it holds no figures."""

    facts: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    says: str
    sources: tuple[str, ...]


class Topic(Frozen):
    """A kind of leverage. `weight` (0..100) is what a measured claim is worth before adjustments; `gain` is what it
    means for the plan, the member or the employer; `fields` the evidence it draws on, strongest first, each with the
    name a letter's method line gives it."""

    id: str
    title: str
    weight: int
    gain: str
    sources: tuple[str, ...]
    fields: dict[str, str]
    strengthen: tuple[Strengthen, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()


class QuickWin(Frozen):
    """What a practice with little leverage can still win: `say` it, unless the field in `unless` is answered."""

    id: str
    say: str
    sources: tuple[str, ...]
    unless: tuple[str, ...] = ()


class CodeFamily(Frozen):
    """A family of codes: regular expressions for the words that mean it, and the code numbers it spans (inclusive)."""

    id: str
    words: tuple[str, ...]
    spans: tuple[tuple[str, str], ...]

    def holds(self, code: str) -> bool:
        """Whether a code (with or without modifier) lies in the family."""
        return any(low <= code[:5] <= high for low, high in self.spans)

    def named_by(self, words: str) -> bool:
        """Whether these words mean the family."""
        return any(re.search(pattern, words, re.IGNORECASE) for pattern in self.words)


class Benchmark(Frozen):
    """A published figure with its year, population and source; shown only together with them. `specialties` are those
    of whose patients it speaks (all, where none is named)."""

    id: str
    says: str
    amount: Decimal
    unit: Unit
    year: str
    population: str
    publisher: str
    url: str
    licence: str
    source: str = ""
    specialties: tuple[str, ...] = ()

    def speaks_for(self, specialty: str) -> bool:
        """Whether the figure speaks of the patients of a specialty."""
        return not self.specialties or specialty in self.specialties


class Wording(Frozen):
    """One sentence of an outline: `any` are templates tried in order (the first whose keys are known is used).
    `when` / `unless` are keys that must / must not be known. In a template {key|what is missing} leaves a marked
    blank and a gap when the key is unknown."""

    id: str
    kind: SentenceKind
    any: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class OutlineSection(Frozen):
    """A section of a document: its own sentences and, after them, a block that a verb fills (proofs, a table, options,
    gaps ...) with at most `most` items. `path` limits it to the full or the first letter; `lettered` sentences are
    numbered A, B, C as they come."""

    id: str
    title: str = ""
    style: Literal["prose", "list", "lines"] = "prose"
    path: Literal["full", "first", "both"] = "both"
    sentences: tuple[Wording, ...] = ()
    block: Literal["", "headline", "proofs", "table", "options", "asks", "gaps", "contradictions", "stronger"] = ""
    most: int = 3
    lettered: bool = False


class Outline(Frozen):
    """A document type: its sections in order, the words it should not exceed, and which gaps matter to it."""

    document: Document
    title: str
    words: tuple[int, int]
    pages: Decimal
    sections: tuple[OutlineSection, ...]
    needs: tuple[str, ...] = ()


def placeholders(template: str) -> tuple[tuple[str, str], ...]:
    """The (key, blank) pairs of a template in order; `blank` is "" where the key must be known."""
    return tuple((m.group(1), m.group(2) or "") for m in PLACEHOLDER.finditer(template))
