"""The nouns of a contract's reading: pages with placed words, provisions and sentences, findings, dates, the review.

A finding without a quotation that stands on its page cannot be made by the verbs; what is absent is told as absent.
"""

from datetime import date
from typing import Literal, NamedTuple

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
