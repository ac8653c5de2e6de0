"""A Case is everything a practice gave us for one payer, and what it approved; all else is recomputed from it."""

from typing import Literal

from pydantic import Field

from workflows.domain.answers import Answer, Contradiction
from workflows.domain.contract import ContractInput
from workflows.domain.draft import Approved, Document, Gap
from workflows.domain.evidence import Claim, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.plan import Contact, Round
from workflows.domain.rates import RatesInput


class Edit(Frozen):
    """A person's wording for one sentence: the slot, the plain wording it replaced, and the new text. `worded_by`
    names model and prompt where the person took a model's wording."""

    document: Document
    slot: str
    plain: str
    text: str
    worded_by: str = Field(default="", max_length=200)


class Case(Frozen):
    """One practice and one payer. `version` counts saves (optimistic concurrency); `notes` holds free words by step;
    `skipped` the steps the user chose to leave for later; `rates` the fees it was given: schedules, units, the offer;
    `contract` which files its agreement has, and what was decided on their findings;
    `contacts` the log of contacts with the payer, `rounds` what either side put forward after the first offer."""

    id: str
    title: str
    version: int = 0
    schema_version: Literal[1] = 1
    answers: dict[str, Answer] = {}
    notes: dict[str, str] = {}
    skipped: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    approved: tuple[Approved, ...] = ()
    rates: RatesInput = RatesInput()
    contacts: tuple[Contact, ...] = ()
    rounds: tuple[Round, ...] = ()
    contract: ContractInput = ContractInput()
    example: bool = False


class CaseCard(Frozen):
    """A case in the list of cases; `updated` is the ISO time of its latest change."""

    id: str
    title: str
    version: int
    updated: str


class StepProgress(Frozen):
    """How far one step is: questions answered of those asked, and what the letters still lack from it."""

    step: str
    title: str
    answered: int
    asked: int
    lacking: tuple[str, ...]
    skipped: bool


class Standing(Frozen):
    """Everything derived from a Case just now."""

    ledger: Ledger
    claims: tuple[Claim, ...]
    gaps: tuple[Gap, ...]
    contradictions: tuple[Contradiction, ...]
    progress: tuple[StepProgress, ...]
    quick_wins: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
