"""What may be said: evidence with its figures, its source and its grade, and claims that argue from it.

Evidence that may leave the house and evidence that may not are two types. Nothing that writes to a payer accepts a
PrivateEvidence, so the walk-away point and other payers' rates are kept out by the type checker, not by a habit.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from workflows.domain.frozen import Frozen

Unit = Literal["usd", "percent", "points", "count", "days", "hours", "miles", "ratio", "date", "year", "code"]
Grade = Literal["measured", "estimated", "asserted"]


class Figure(Frozen):
    """An amount with its unit and the role it plays (usually the field it came from). Percent and points differ.
    Dates are held as YYYYMMDD, YYYYMM or YYYY with the unit "date" or "year"; codes and telephone numbers as digits."""

    amount: Decimal
    unit: Unit
    role: str


class FromAnswer(Frozen):
    """An answer of the interview; `row` (from 0) when it is one row of a table; `quote` when read from free words."""

    kind: Literal["answer"] = "answer"
    field: str
    row: int | None = None
    given_by: str = "person"
    given_on: date
    quote: str = ""


class FromCalculation(Frozen):
    """Arithmetic: the `rule` that was applied, the `inputs` (evidence ids) and the sum as a person would write it."""

    kind: Literal["calculation"] = "calculation"
    rule: str
    inputs: tuple[str, ...]
    shown: str


class FromBenchmark(Frozen):
    """A published figure: what it counts, the year it holds for, who published it and where."""

    kind: Literal["benchmark"] = "benchmark"
    benchmark: str
    as_of: str
    publisher: str
    url: str


class FromGuidance(Frozen):
    """A passage of knowledge/, with the register entries (Sxx) that hold it up."""

    kind: Literal["guidance"] = "guidance"
    article: str
    heading: str
    quote: str
    sources: tuple[str, ...] = ()


class FromRates(Frozen):
    """A row of a payer's fee schedule (counted from 1, heading included), of the file with this hash. `beside` names
    the further files and rows the fact draws on, such as the units: "units: volumes.csv, rows 3 and 4"."""

    kind: Literal["rates"] = "rates"
    schedule: str
    row: int
    sha256: str
    beside: tuple[str, ...] = ()


class FromContract(Frozen):
    """A clause of the payer's agreement: the file, the pages, the section, the words as they stand there."""

    kind: Literal["contract"] = "contract"
    document: str
    page: int
    section: str
    quote: str


Source = Annotated[
    FromAnswer | FromCalculation | FromBenchmark | FromGuidance | FromRates | FromContract, Field(discriminator="kind")
]


class _Fact(Frozen):
    key: str
    says: str
    value: str
    figures: tuple[Figure, ...] = ()
    source: Source
    grade: Grade
    topic: str | None = None
    parts: dict[str, str] = {}
    bare: str = ""
    uses: tuple[str, ...] = ()

    def figures_of(self, unit: Unit) -> Decimal | None:
        """The first amount in `unit`, or None."""
        return next((f.amount for f in self.figures if f.unit == unit), None)

    @cached_property
    def id(self) -> str:
        """A short hash of what is said and where it comes from: the same fact has the same id on every machine."""
        content = f"{self.key}\n{self.says}\n{self.source.model_dump_json()}"
        return hashlib.sha256(content.encode()).hexdigest()[:10]


class Evidence(_Fact):
    """A fact that may be sent. `key` names it for wording ("practice.members", "quality.measures[0]", "worth.total"),
    `says` is a full sentence, `value` the wording inside a sentence ("36 visits"), `bare` the same without its noun,
    `parts` the same for each column of a row, `uses` the keys of other evidence that `says` repeats."""

    private: Literal[False] = False


class PrivateEvidence(_Fact):
    """A fact that may not be sent: walk-away figures, other payers' rates, strategy. Same shape, another type."""

    private: Literal[True] = True


class Ledger(Frozen):
    """All evidence of a case by key, the sendable and the private apart."""

    sendable: dict[str, Evidence] = {}
    private: dict[str, PrivateEvidence] = {}

    def with_evidence(self, *more: Evidence) -> "Ledger":
        """This ledger and `more`, the later winning where a key repeats."""
        return Ledger(sendable={**self.sendable, **{e.key: e for e in more}}, private=self.private)

    def rows(self, table: str) -> Iterator[Evidence]:
        """The sendable rows of a table in their order."""
        return (e for key, e in self.sendable.items() if key.startswith(f"{table}["))


class Claim(Frozen):
    """An argument for the payer. `strength` (0..100) comes from knowledge and the grade, never from a model; `rule`
    says how; `to_strengthen` what would raise it. `evidence` holds ids of sendable evidence, at least one."""

    topic: str
    title: str
    text: str
    gain: str
    grade: Grade
    strength: int
    rule: str
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]
    to_strengthen: tuple[str, ...] = ()
