"""The shapes of knowledge/contracts: a type of clause, the signs it is known by, how it is rated, what to ask for.

The vocabulary is closed. A sign says who does what to whom, with which other things in the sentence; a mark is a sign
with a name that ratings refer to; a reading takes an amount that stands near a word; a rule is a list of conditions,
each "mark", "not mark", "value" or "value < 60". Anything beyond that is a verb in Python.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from workflows.domain.contract import Level
from workflows.domain.frozen import Frozen

_CONDITION = re.compile(r"(?:not )?[a-z_]+(?: (?:<|<=|>|>=|==) (?:\d+(?:\.\d+)?|[a-z_]+))?")


def _condition(text: str) -> str:
    if not _CONDITION.fullmatch(text):
        raise ValueError(f"not a condition: {text!r}; write mark, not mark, or value < 60")
    return text


Condition = Annotated[str, AfterValidator(_condition)]


class Sign(Frozen):
    """What a sentence must hold. Names are words of the vocabulary, `a|b` either of them. `who` is the subject of
    `does`, `what` stands near it; `mood` whether it is negated; all of `with` and none of `never` stand in the
    sentence; all of `beside` in the provision, `not_beside` nowhere in it; `headed` in its heading or its article's.
    `weight` 1 counts only under a fitting heading. `aspect` parts what one type says twice (a start, a term)."""

    who: str = ""
    does: str = ""
    what: str = ""
    mood: Literal["", "not", "plain"] = ""
    with_: Annotated[tuple[str, ...], Field(alias="with")] = ()
    never: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    not_beside: tuple[str, ...] = ()
    headed: str = ""
    weight: int = 2
    aspect: str = ""


class Reading(Frozen):
    """An amount of `unit`, the nearest to a word in `near` (or to `does` with the subject `who`), at most `within`
    words away and not nearer to one of `not_near`. Units of time are converted into `unit`. `take: all` names every
    amount of money of its sentence; what a reading `alone` takes, no other does."""

    unit: Literal["days", "months", "hours", "percent", "points", "money", "date", "year"]
    near: str = ""
    not_near: str = ""
    who: str = ""
    does: str = ""
    within: int = 14
    after: bool = False
    take: Literal["nearest", "first", "least", "most", "all"] = "nearest"
    alone: bool = False


class Told(Frozen):
    """A value in words (or a number), when the conditions hold."""

    value: str
    is_: Annotated[str | int, Field(alias="is")]
    when: tuple[Condition, ...]


class Rule(Frozen):
    """A level and when it is given; the first rule that holds decides."""

    level: Level
    when: tuple[Condition, ...]


class Absence(Frozen):
    """What it means when no such clause is found."""

    level: Level
    means: str


class Sample(Frozen):
    """Words that must be found, and how they are to be rated and read."""

    text: str
    level: Level
    values: dict[str, str | int | float] = {}
    heading: str = ""


class ClauseType(Frozen):
    """One type of clause. `words` are added to the vocabulary; `headings` are phrases of headings that speak for it;
    `ask` and `why` may differ by level; `look_alikes` says what is not meant; `several` that each place is a matter of its own."""

    id: str
    title: str
    why: str
    ask: str
    keep: str = ""
    absent: Absence
    look_alikes: str
    headings: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = {}
    signs: Annotated[tuple[Sign, ...], Field(min_length=1)]
    marks: dict[str, tuple[Sign, ...]] = {}
    values: dict[str, Reading] = {}
    tell: tuple[Told, ...] = ()
    rate: tuple[Rule, ...]
    otherwise: Level
    by_product: bool = False
    several: bool = False
    matches: Annotated[tuple[Sample, ...], Field(min_length=1)]
    does_not_match: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Likeness:
    """What the samples taught: for each feature of a sentence the weight it adds to a type (by number); `digest` names
    the samples and words it was learned from. `akin` holds what a word adds by its meaning, whether a sample has it or
    not: a letter a type, `step` from one letter to the next."""

    types: tuple[str, ...]
    bias: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    digest: str = ""
    akin: Mapping[str, str] = field(default_factory=dict)
    step: float = 0.0


class ClauseShelf(Frozen):
    """The vocabulary, all types of clauses, further samples (type or "none", words) and what the samples taught.
    `lesson` names the words and samples there are to learn from, as `likeness.digest` those that were."""

    words: dict[str, tuple[str, ...]]
    types: tuple[ClauseType, ...]
    samples: tuple[tuple[str, str], ...] = ()
    likeness: Likeness | None = None
    digest: str = ""
    lesson: str = ""
