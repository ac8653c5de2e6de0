"""What the checks of one sentence look at: the new wording, the plain wording it replaces and the facts behind it."""

import re
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
class Known:
    """What a draft may say and what it may not: its ledger by evidence id, and the private side of its case. Every
    fact is read once, however many sentences lean on it."""

    ledger: Mapping[str, Evidence]
    private: Mapping[str, PrivateEvidence]

    @cached_property
    def sendable(self) -> tuple[Figure, ...]:
        """The figures of the whole ledger."""
        return tuple(f for e in self.ledger.values() for f in e.figures)

    @cached_property
    def _texts(self) -> dict[str, tuple[str, ...]]:
        return {i: texts(e) for i, e in self.ledger.items()}

    @cached_property
    def _figures(self) -> dict[str, tuple[Figure, ...]]:
        return {}

    def texts_of(self, fact: Evidence) -> tuple[str, ...]:
        """What a fact says, as the guard reads it."""
        return self._texts.get(fact.id) or texts(fact)

    def figures_of(self, fact: Evidence) -> tuple[Figure, ...]:
        """The figures a fact holds, and those its texts write out."""
        if fact.id not in self._figures:
            read = (g for text in self.texts_of(fact) for f in figures(text) for g in as_figures(f))
            self._figures[fact.id] = tuple(dict.fromkeys((*fact.figures, *read)))
        return self._figures[fact.id]

    @cached_property
    def own_names(self) -> str:
        """The practice's own particulars, which any sentence may name."""
        return "\n".join(t for e in self.ledger.values() if e.key.startswith("practice.") for t in self.texts_of(e))

    @cached_property
    def lent(self) -> str:
        """Everything the ledger says, in small letters."""
        return "\n".join(t for e in self.ledger.values() for t in self.texts_of(e)).lower()

    @cached_property
    def secrets(self) -> tuple["Secret", ...]:
        """The private facts, read once."""
        return tuple(Secret.of(fact) for fact in self.private.values())


@dataclass(frozen=True)
class Secret:
    """A private fact as the guard looks for it: its figures, the payer it names, its notes in runs of words."""

    fact: PrivateEvidence
    figures: tuple[Figure, ...]
    payer: str
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, fact: PrivateEvidence) -> "Secret":
        """The secret in a private fact. Codes, dates and years name public things, and the sentence around a note is
        Parley's own wording."""
        read = [g for text in texts(fact) for f in figures(text) for g in as_figures(f)]
        held = dict.fromkeys(f for f in (*fact.figures, *read) if f.unit in TOLD and f.amount not in (0, 1))
        notes = dict.fromkeys((fact.value, *fact.parts.values()))
        return cls(
            fact,
            tuple(held),
            fact.parts.get("payer", "").strip(),
            frozenset(run for note in notes for run in runs_of(readable(note))),
        )


TOLD = ("usd", "percent", "points", "ratio", "count", "days", "hours", "miles")
_RUN = 5  # words in a row that are too many to be chance
_WORD = re.compile(r"[a-z0-9$%.]*[a-z0-9%]")


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, figures included, punctuation not."""
    return _WORD.findall(text.lower())


def runs_of(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of five words of a text."""
    words = words_of(text)
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))


@dataclass(frozen=True)
class Wording:
    """A sentence about to say what was `typed`. `lends` is the wording that may lend its figures and names beside the
    facts ("" when only the facts may)."""

    sentence: Sentence
    typed: str
    lends: str
    known: Known

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
        return tuple(self.known.ledger[i] for i in self.sentence.evidence if i in self.known.ledger)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every text that may lend its words: the plain wording first, then what each fact says."""
        return (*((self.plain,) if self.plain else ()), *(t for e in self.facts for t in self.known.texts_of(e)))

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
        """The figures this sentence may hold: those of its facts, and those of the wording that lends."""
        lent = (figure for found in self.plain_found for figure in as_figures(found))
        return tuple(dict.fromkeys((*(f for e in self.facts for f in self.known.figures_of(e)), *lent)))

    def objection(self, words: str, says: str, *, hard: bool) -> Objection:
        """An objection to `words` of this sentence."""
        return Objection(slot=self.sentence.slot, words=words.strip(), says=says, hard=hard)


Check = Callable[[Wording], Iterator[Objection]]


def texts(fact: Evidence | PrivateEvidence) -> tuple[str, ...]:
    """What a fact says, in every form in which a sentence may repeat it, as the guard reads it."""
    said = [fact.says, fact.value, fact.bare, *fact.parts.values()]
    match fact.source:
        case FromCalculation():
            pass  # a sum shows its inputs' figures, and those are not its own to lend
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
