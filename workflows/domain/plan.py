"""The nouns of an answer to an ultimatum: what may be said to the payer, what stays private, and what to do when.

Words for the payer are Sentences, which name their evidence; whatever tells where the practice would stop is in
WalkAwayPoint, a type that no function writing to a payer takes.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from workflows.domain.contract import Clock
from workflows.domain.draft import Sentence
from workflows.domain.evidence import Unit
from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Dispute, Statement

Kind = Literal["amendment", "renewal", "new_contract", "fee_notice", "deadline", "unknown"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Base = Literal["proposed", "offered", "present", "beside"]
How = Literal["phone", "meeting", "email", "letter", "portal"]
Who = Literal["payer", "practice"]


class Ask(Frozen):
    """A question that has to be answered first: the interview's field, and the words."""

    field: str
    ask: str
    where: str = ""


class UltimatumKind(Frozen):
    """Which kind of ultimatum it is, how that is known, and at most three questions where it is not. "deadline"
    is a spoken one without a paper. `act` says what the kind asks for first."""

    id: Kind
    title: str
    because: str
    means: tuple[Statement, ...]
    act: tuple[Statement, ...]
    sure: bool = True
    asks: tuple[Ask, ...] = ()


class RulingClock(Clock):
    """A clock of the plan, by the id of its card. `private` marks those that tell of leaving: they are the practice's
    own, and no calendar holds their arithmetic."""

    id: str
    private: bool = False


class Amount(Frozen):
    """A figure of the private side with its name, its unit and its sum; `amount` None where it cannot be worked out,
    and then `shown` says what is missing."""

    name: str
    amount: Decimal | None
    unit: Unit
    shown: str


class Cell(Frozen):
    """One cell of the sensitivity: shares of patients who stay and of places filled (percent), and what leaving then
    costs a year (negative: gains) in dollars."""

    staying: Decimal
    refilled: Decimal
    lost: Decimal


class Reason(Frozen):
    """A reason of the verdict, in a sentence, with the sources that make it one (none: general knowledge)."""

    id: str
    says: str
    sources: tuple[str, ...] = ()


class WalkAwayPoint(Frozen):
    """Where the practice would stop and why: for its own eyes. Money in dollars a year. `floor_percent` is the least
    increase it would accept, in percent of present fees, `offer_percent` and `ask_percent` the same for what is
    offered and asked; `steps` a falling row of increases for later rounds, each clear of the floor. `assumed` names
    the shares that nobody gave and that were tried at several values instead."""

    private: Literal[True] = True
    verdict: Literal["accept_or_better", "below_floor", "leaving_pays", "floor_at_odds", "unknown"]
    says: str
    reasons: tuple[Reason, ...] = ()
    figures: tuple[Amount, ...] = ()
    floor_percent: Decimal | None = None
    offer_percent: Decimal | None = None
    ask_percent: Decimal | None = None
    break_even_percent: Decimal | None = None
    steps: tuple[Decimal, ...] = ()
    grid: tuple[Cell, ...] = ()
    assumed: tuple[str, ...] = ()
    missing: tuple[Ask, ...] = ()
    dispute: Dispute | None = None


class Move(Frozen):
    """Something to do about the ultimatum, in order: a title, and what to do in statements, each with the sources that
    say it (none: general knowledge)."""

    id: str
    title: str
    says: tuple[Statement, ...]


class Sign(Frozen):
    """A sign that the ultimatum is firm ("holds") or soft ("moves"), and whose view it is."""

    id: str
    side: Literal["moves", "holds"]
    says: str
    sources: tuple[str, ...]


class Option(Frozen):
    """A way to agree besides yes and no. `say` is fit for the payer; `base` is the rate it rests on. `priced` is its
    worth in the first year in dollars where it changes fees and could be worked out; `lacks` what would make it
    concrete. `serves` is the payer's interest it meets."""

    id: str
    title: str
    say: Sentence
    base: Base
    serves: str
    sources: tuple[str, ...]
    priced: str = ""
    lacks: str = ""


class Concession(Frozen):
    """Something to give, in its turn (from 1), and what to ask back for it: the practice's own strategy, so private."""

    private: Literal[True] = True
    order: int
    give: Sentence
    back: str
    because: tuple[Statement, ...]
    sources: tuple[str, ...]


class Rung(Frozen):
    """A step of the ladder: whom to turn to, from which day on, and what to say."""

    order: int
    role: str
    day: date
    when: str
    say: tuple[Sentence, ...]
    sources: tuple[str, ...]


class Script(Frozen):
    """Words for one conversation."""

    id: str
    title: str
    when: str
    say: tuple[Sentence, ...]
    sources: tuple[str, ...]


class ObjectionReply(Frozen):
    """A stock objection: how the payer puts it, what to ask back, and an answer from the practice's own facts. `lacks`
    says which fact would make the answer stronger."""

    id: str
    they_say: str
    ask_back: Sentence
    say: tuple[Sentence, ...]
    sources: tuple[str, ...]
    lacks: str = ""


class NextAction(Frozen):
    """A thing to do on a day; `who` does it; `clock` names the date that drives it; `sources` as for advice."""

    day: date
    what: str
    who: str = ""
    clock: str = ""
    sources: tuple[str, ...] = ()


class Contact(Frozen):
    """A contact with the payer as it was noted: day, how, with whom, what was said, and what was promised."""

    day: date
    how: How
    who: str
    said: str
    promised: str = ""


class Round(Frozen):
    """A later round: what one side put forward on a day, as an increase on present fees or a percent of Medicare, with
    its other terms and the payer's answer-by day."""

    by: Who
    day: date
    increase: Decimal | None = None
    percent_of_medicare: Decimal | None = None
    terms: str = ""
    answer_by: date | None = None


class RoundGap(Frozen):
    """One round beside the request that stood then: distance in points (of Medicare or of increase, as `of` says) and
    in dollars a year, and how far its side moved since its last one."""

    by: Who
    day: date
    says: str
    of: Literal["Medicare", "increase", ""] = ""
    points_apart: Decimal | None = None
    dollars_apart: Decimal | None = None
    moved_points: Decimal | None = None


class Rounds(Frozen):
    """All rounds so far, what their pattern is, and what to do next; for the practice's own eyes."""

    private: Literal[True] = True
    gaps: tuple[RoundGap, ...] = ()
    pattern: str = ""
    next_step: str = ""
    sources: tuple[str, ...] = ()


class NegotiationPlan(Frozen):
    """The whole answer to an ultimatum as of a day. `walk_away` and `concessions` are private; the payer may hear what
    `to_the_payer` gives, and nothing else of it is meant for the payer."""

    day: date
    kind: UltimatumKind
    clocks: tuple[RulingClock, ...]
    walk_away: WalkAwayPoint
    signs: tuple[Sign, ...]
    reading: str
    moves: tuple[Move, ...]
    loses: tuple[Sentence, ...]
    options: tuple[Option, ...]
    concessions: tuple[Concession, ...]
    escalation: tuple[Rung, ...]
    scripts: tuple[Script, ...]
    objections: tuple[ObjectionReply, ...]
    next_actions: tuple[NextAction, ...]
    disputes: tuple[Dispute, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_the_payer(self) -> tuple[Sentence, ...]:
        """Every sentence that the payer could hear or read."""
        said = [*self.loses, *(o.say for o in self.options)]
        said += [s for r in self.escalation for s in r.say] + [s for r in self.scripts for s in r.say]
        return (*said, *(s for o in self.objections for s in (o.ask_back, *o.say)))


class Turn(Frozen):
    """One turn of a rehearsal: who speaks, the words, and which objection of the payer it is (or answers)."""

    by: Who
    says: str
    objection: str = ""


class Check(Frozen):
    """One of the checks of a rehearsal: whether it was met, the user's words that met it (or broke it), and a tip."""

    id: str
    title: str
    met: bool
    words: str = ""
    tip: str = ""


class Rehearsal(Frozen):
    """A rehearsal so far: the turns, and at its end the checks."""

    turns: tuple[Turn, ...] = ()
    over: bool = False
    checks: tuple[Check, ...] = ()
