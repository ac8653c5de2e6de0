"""Guidance: articles made of passages, passages made of statements that name their sources; questions and replies.

A reply to a question repeats statements word for word, so that each sentence of it stands in the passage it cites.
"""

import hashlib
import re
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from workflows.domain.frozen import Frozen

CORE = ("Short answer", "Steps", "What to say", "What to avoid", "What it depends on")
"""The headings every article has, in this order; they answer its title. Further headings go deeper."""

Part = Literal["prose", "step", "item", "quote"]
ReplyKind = Literal["answered", "partly", "not_covered", "declined", "needs_facts"]


class Statement(Frozen):
    """What one mark holds up: `sources` are ids of the register, empty where it is general knowledge of negotiators;
    `disputes` are ids of disagreements it takes one side of; `part` says how it stands on the page."""

    text: str
    sources: tuple[str, ...] = ()
    disputes: tuple[str, ...] = ()
    part: Part = "prose"


class Passage(Frozen):
    """What stands under one heading of an article: the unit that is found and cited."""

    article: str
    title: str
    heading: str
    statements: tuple[Statement, ...]

    @property
    def text(self) -> str:
        """The passage as one text, without marks."""
        return " ".join(s.text for s in self.statements)

    @property
    def core(self) -> bool:
        """Whether it is one of the five passages every article has."""
        return self.heading in CORE


class DecidingFact(Frozen):
    """A field of the interview that decides the answer for this reader, and the question that asks for it."""

    field: str
    ask: str


class Article(Frozen):
    """One subject: the questions it answers in people's words, its passages, and what its answer hangs on. `clauses`
    are types of knowledge/contracts that it is about: what the reader's own contract says of them opens the answer."""

    id: str
    title: str
    audience: tuple[Literal["administrator", "physician", "consultant"], ...]
    topics: tuple[str, ...]
    questions: Annotated[tuple[str, ...], Field(min_length=1)]
    sources: tuple[str, ...]
    reviewed: date
    disputes: tuple[str, ...]
    state_dependent: bool
    time_sensitive: bool
    facts: Annotated[tuple[DecidingFact, ...], Field(max_length=3)]
    related: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    passages: tuple[Passage, ...]

    def passage(self, heading: str) -> Passage | None:
        """The passage under `heading`, or None."""
        return next((p for p in self.passages if p.heading == heading), None)


class Side(Frozen):
    """One side of a disagreement: who says what, when, and with which interest."""

    says: str
    sources: tuple[str, ...]


class Dispute(Frozen):
    """A matter on which sources disagree, both sides, and how to read it."""

    id: str
    question: str
    sides: Annotated[tuple[Side, ...], Field(min_length=2)]
    reading: str


class Recognized(Frozen):
    """A family of questions that is known by its kind, not found in an article.

    `declined` is help with what competitors may not do together; `beyond` asks for what the shelf cannot hold (another
    practice's rates, medicine, a forecast); `own_terms` hangs on the reader's own contract or figures; `premise` takes
    something false for granted. `samples` are such questions in people's words, `lawful` look-alikes that are not; both
    teach the classifier. `signs` are rules beside it, each a set of names of word lists (AskedWords.shows) that a
    question shows together. `says` is the reply's first sentence where no passage says it; `article` (and `heading`)
    what answers, and `then` the article a corrected premise goes on with.
    """

    id: str
    kind: Literal["declined", "beyond", "own_terms", "premise"]
    says: str = ""
    article: str
    heading: str = "Short answer"
    then: str = ""
    samples: tuple[str, ...] = ()
    lawful: tuple[str, ...] = ()
    signs: tuple[tuple[str, ...], ...] = ()
    facts: Annotated[tuple[DecidingFact, ...], Field(max_length=3)] = ()


class Entry(Frozen):
    """A text of the index: a passage (`kind` passage), an article's question, or a sample of a recognized kind.
    `owner` is the article or the recognized kind, `heading` the passage's; `id` is a hash of what is embedded."""

    kind: Literal["passage", "question", "sample", "lawful"]
    owner: str
    heading: str
    text: str

    @cached_property
    def id(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of the text: the same text has the same vector."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class AskedWords(Frozen):
    """How people word their questions: `filler` says nothing of the subject, `written` maps what is typed to the word
    that is meant, each tuple of `alike` holds words that people use for one another here. Each list of `shows` holds
    regular expressions by which a question shows something (that competitors are in it, that it asks to hide)."""

    filler: tuple[str, ...] = ()
    written: dict[str, str] = {}
    alike: tuple[tuple[str, ...], ...] = ()
    shows: dict[str, tuple[str, ...]] = {}

    def shown(self, question: str) -> frozenset[str]:
        """The names of the lists that the question shows."""
        plain = " ".join(question.lower().replace("\u2019", "'").split())
        return frozenset(name for name, pattern in self.patterns.items() if pattern.search(plain))

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern a list."""
        return {name: re.compile(rf"(?<!\w)(?:{'|'.join(signs)})(?!\w)") for name, signs in self.shows.items()}


class Shelf(Frozen):
    """All guidance. `entries` is what the index holds, in order; `digest` changes when any of it does."""

    articles: dict[str, Article]
    disputes: dict[str, Dispute]
    recognized: dict[str, Recognized]
    words: AskedWords
    entries: tuple[Entry, ...]
    digest: str

    def passage(self, article: str, heading: str) -> Passage | None:
        """The passage under a heading of an article, or None."""
        found = self.articles.get(article)
        return found.passage(heading) if found else None


class Hit(NamedTuple):
    """An entry that was found, with its likeness to the question by meaning (cosine, 0..1) and by words (0..1, the
    best of the search being 1). A bare tuple: a search makes hundreds."""

    entry: Entry
    meaning: float
    words: float


class Citation(Frozen):
    """Where a sentence stands: the passage with the words quoted from it, and the sources behind them. `of` says
    whether that is an article of the shelf, the reader's own answers, contract or plan for an ultimatum."""

    n: int
    of: Literal["guidance", "case", "contract", "plan"] = "guidance"
    article: str
    title: str
    heading: str
    quote: str
    sources: tuple[str, ...] = ()


class Said(Frozen):
    """A sentence of a reply; `citations` are numbers of the reply's citations. `group` is the heading it is shown
    under, "" at the top."""

    text: str
    citations: tuple[int, ...]
    group: str = ""
    part: Part = "prose"


class Reply(Frozen):
    """An answer: every sentence cited, or the reason why there is none. `subject` is the article it is about, which a
    follow-up ("and if they refuse?") keeps; `questions` ask for what decides the answer, at most three. `short` are
    sentences that a model worded (`worded_by`) and the guard kept, with the same citations; they only stand before the
    others. `note` says why there are none where a model was asked."""

    kind: ReplyKind
    sentences: tuple[Said, ...] = ()
    citations: tuple[Citation, ...] = ()
    reason: str = ""
    related: tuple[str, ...] = ()
    questions: tuple[DecidingFact, ...] = ()
    subject: str = ""
    short: tuple[Said, ...] = ()
    worded_by: str = ""
    note: str = ""


class Exchange(Frozen):
    """A question and its reply, kept with the case; `verdict` is the reader's thumb, with a reason."""

    question: str
    reply: Reply
    at: str
    verdict: Literal["", "up", "down"] = ""
    because: str = ""
