"""What the checks of one sentence look at: the new wording, the plain wording it replaces and the facts behind it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from workflows.domain.draft import Objection, Sentence
from workflows.domain.evidence import (
    Evidence,
    Figure,
    FromAnswer,
    FromBenchmark,
    FromCalculation,
    FromGuidance,
    PrivateEvidence,
)
from workflows.domain.language import Found, figures
from workflows.grounding.characters import readable


@dataclass(frozen=True)
class Wording:
    """A sentence about to say what was `typed`. `lends` is the wording that may lend its figures and names beside the
    facts ("" when only the facts may); `ledger` all that may be sent in this draft, by id; `private` what may not."""

    sentence: Sentence
    typed: str
    lends: str
    ledger: Mapping[str, Evidence]
    private: Mapping[str, PrivateEvidence]

    @cached_property
    def text(self) -> str:
        """What was typed, as the guard reads it."""
        return readable(self.typed)

    @cached_property
    def plain(self) -> str:
        """The wording that lends, as the guard reads it."""
        return readable(self.lends)

    @cached_property
    def facts(self) -> tuple[Evidence, ...]:
        """The evidence this sentence names, in its order; unknown ids are left to the check of the draft."""
        return tuple(self.ledger[i] for i in self.sentence.evidence if i in self.ledger)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every text that may lend its words: the plain wording first, then what each fact says."""
        return (*((self.plain,) if self.plain else ()), *(t for e in self.facts for t in texts(e)))

    @cached_property
    def lent(self) -> str:
        """All sources in one text, in small letters, for looking up words."""
        return "\n".join(self.sources).lower()

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """The figures of the new wording in reading order."""
        return figures(self.text)

    @cached_property
    def plain_found(self) -> tuple[Found, ...]:
        """The figures of the plain wording in reading order."""
        return figures(self.plain)

    @cached_property
    def allowed(self) -> tuple[Figure, ...]:
        """The figures this sentence may hold: those of its facts, and those that its sources write out."""
        held = [f for e in self.facts for f in e.figures]
        read = [figure for text in self.sources for found in figures(text) for figure in as_figures(found)]
        return (*held, *read)

    def objection(self, words: str, says: str, *, hard: bool) -> Objection:
        """An objection to `words` of this sentence."""
        return Objection(slot=self.sentence.slot, words=words.strip(), says=says, hard=hard)


Check = Callable[[Wording], Iterator[Objection]]


def texts(fact: Evidence | PrivateEvidence) -> tuple[str, ...]:
    """What a fact says, in every form in which a sentence may repeat it, as the guard reads it."""
    said = [fact.says, fact.value, fact.bare, *fact.parts.values()]
    match fact.source:
        case FromCalculation(shown=shown):
            said.append(shown)
        case FromBenchmark(as_of=as_of, publisher=publisher, url=url):
            said += [as_of, publisher, url]
        case FromGuidance(article=article, heading=heading, quote=quote):
            said += [article, heading, quote]
        case FromAnswer():
            pass
    return tuple(dict.fromkeys(readable(t) for t in said if t))


def as_figures(found: Found) -> tuple[Figure, ...]:
    """A figure found in a text as the ledger holds figures; a range is its two ends."""
    ends = (found.amount,) if found.high is None else (found.amount, found.high)
    return tuple(Figure(amount=end, unit=found.unit, role="") for end in ends)
