"""The nouns of a contract's reading: pages with placed words, provisions and sentences, findings, dates, the review.

A finding without a quotation that stands on its page cannot be made by the verbs; what is absent is told as absent.
Of a contract a case keeps what people gave: which files in which order, their words, and what was decided on a finding.
"""

import hashlib
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from workflows.domain.frozen import Frozen

Level = Literal["favorable", "low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("favorable", "low", "medium", "high")
PartKind = Literal["body", "amendment", "exhibit"]


class Run(NamedTuple):
    """Words drawn at one place: x and y in points from the lower left corner, the size of the type, the words."""

    x: float
    y: float
    size: float
    text: str


class ContractPage(NamedTuple):
    """A page as it was read. `state`: text; image (only a picture); blank; broken (could not be read)."""

    number: int
    runs: tuple[Run, ...]
    state: Literal["text", "image", "blank", "broken"]
    width: float
    unseen: str = ""


class ContractFile(NamedTuple):
    """A PDF as it was read: its name, the hash of its bytes, its pages."""

    name: str
    sha256: str
    pages: tuple[ContractPage, ...]

    @property
    def unreadable(self) -> tuple[int, ...]:
        """The numbers of the pages that hold no text to read: pictures and broken pages."""
        return tuple(p.number for p in self.pages if p.state in ("image", "broken"))


class Part(NamedTuple):
    """A part of a contract: the body, an exhibit or schedule, an amendment; `order` counts parts over all files, the
    later ruling where both speak; `product` is the line of business the whole part is about, if one."""

    title: str
    kind: PartKind
    order: int
    file: str
    product: str = ""


class Placed(NamedTuple):
    """A sentence and the pages it stands on."""

    text: str
    pages: tuple[int, ...]


class Provision(NamedTuple):
    """A numbered section, lettered item or paragraph: where it stands, its heading, its sentences."""

    section: str
    heading: str
    part: Part
    sentences: tuple[Placed, ...]


class ContractFinding(Frozen):
    """A clause worth knowing. `quote` stands word for word on `pages`; `values` are what was read from it; `product`
    the line of business it is limited to; `replaces` and `replaced_by` name the clause that another one overrides;
    `also` the places where the contract says more on the same matter."""

    type: str
    title: str
    risk: Level
    document: str
    page: int
    pages: tuple[int, ...]
    section: str
    quote: str
    values: dict[str, str | int | float] = {}
    rule: str = ""
    why: str
    ask: str
    product: str = ""
    replaces: str = ""
    replaced_by: str = ""
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a decision on it is kept by: the same words in the same file for the same type and product."""
        told = (self.type, self.document, self.product, "".join(self.quote.split()))
        return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


class AbsentClause(Frozen):
    """A type of clause that was not found, what its absence means, and how much it weighs."""

    type: str
    title: str
    risk: Level
    means: str


class Clock(Frozen):
    """A date that rules the negotiation; `shown` is the arithmetic; `day` None where the contract does not say, and
    then `shown` says what is missing. `passed` as of the day of the review."""

    what: str
    day: date | None = None
    shown: str
    document: str = ""
    page: int | None = None
    quote: str = ""
    passed: bool = False


class ContractReview(Frozen):
    """Everything read from one or several files in their order (base agreement first, amendments after)."""

    documents: tuple[str, ...]
    findings: tuple[ContractFinding, ...]
    absent: tuple[AbsentClause, ...]
    clocks: tuple[Clock, ...]
    facts: dict[str, str | int | float | None]
    unreadable_pages: tuple[str, ...] = ()
    image_pages: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


class KeptContract(Frozen):
    """A file of a case's contract: its name, the hash of the PDF, the hash of the stored words (by which they are found
    and told whole), how many pages it has and which of them could not be read."""

    name: str
    sha256: str
    words: str
    pages: int
    unread: tuple[int, ...] = ()


Choice = Literal["accepted", "dismissed"]


class FindingDecision(Frozen):
    """What the user decided on a finding, by its key, and why. The reason of an accepted one goes to the payer with the
    redline sheet; that of a dismissed one stays here."""

    finding: str
    choice: Choice
    because: str = ""


class ContractInput(Frozen):
    """All that a practice gave of its agreement: files in order (base first, amendments after) and decisions. `texts`
    holds the read files of a case that lies in a folder, by the hash of their words; `refused` why one of its files was
    not read. Both are never stored: a stored case keeps its words apart."""

    files: tuple[KeptContract, ...] = ()
    decisions: tuple[FindingDecision, ...] = ()
    texts: dict[str, ContractFile] = Field(default={}, exclude=True, repr=False)
    refused: tuple[str, ...] = Field(default=(), exclude=True)

    def decision(self, finding: str) -> FindingDecision | None:
        """What was decided on the finding with this key."""
        return next((d for d in self.decisions if d.finding == finding), None)


class RedlineText(Frozen):
    """The payer-facing words of a type of clause: its name, what is asked for, why, the same in a few words for a
    letter; the names people have for the clause, and what it must say itself (beginnings of words) to be meant by them."""

    clause: str
    ask: str
    reason: str
    short: str
    names: tuple[str, ...]
    said: tuple[str, ...] = ()


class RedlineWords(Frozen):
    """The wording of the redline sheet: its title, what stands above and below the table, the words of each type."""

    title: str
    opening: str
    closing: str
    header: tuple[str, str, str, str, str]
    clauses: dict[str, RedlineText]


class RedlineRow(Frozen):
    """One request of the redline sheet: the clause, where it stands, its words now, what is asked for and why."""

    finding: str
    clause: str
    where: str
    now: str
    ask: str
    reason: str


class Redline(Frozen):
    """The redline sheet: what is asked of the payer clause by clause."""

    title: str
    opening: str
    closing: str
    header: tuple[str, str, str, str, str]
    rows: tuple[RedlineRow, ...]
    day: date


class PageText(Frozen):
    """A page as a person reads it: paragraphs with the parts that are quoted, or why there is no text."""

    document: str
    number: int
    lines: tuple[str, ...] = ()
    state: Literal["text", "image", "blank", "broken"] = "text"
