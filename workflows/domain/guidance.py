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
        plain = _plain(question)
        return frozenset(name for name, pattern in self.patterns.items() if pattern.search(plain))

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """One pattern a list."""
        return {name: re.compile(rf"(?<!\w)(?:{'|'.join(signs)})(?!\w)") for name, signs in self.shows.items()}


def _plain(question: str) -> str:
    """A question in small letters and straight apostrophes, as patterns read it."""
    return " ".join(question.lower().replace("\u2019", "'").split())


StatedWhat = Literal[
    "answer_by",
    "object_by",
    "ends_on",
    "starts_on",
    "planned_on",
    "received_on",
    "notice_days",
    "revenue_share",
    "patient_share",
    "member_share",
    "change",
    "kind",
    "channel",
    "said_by",
]
_CLOCKS = ("answer_by", "object_by", "ends_on", "starts_on")


class Stated(Frozen):
    """One thing that a question tells of the reader's own situation, with the words it was read from.

    `value` is canonical, as an answer of the interview is: an ISO day, a number without its unit, or a choice. A day
    that was counted has `since` (the day it was counted from); `doubt` says why a day may be another one.
    """

    what: StatedWhat
    words: str
    value: str
    since: date | None = None
    doubt: Literal["", "weekday", "from_today", "before"] = ""

    @property
    def day(self) -> date | None:
        """The day it names, or None where it names none."""
        return date.fromisoformat(self.value) if self.what in (*_CLOCKS, "planned_on", "received_on") else None


class FromQuestion(Frozen):
    """All that a question tells, as of the day it was asked: what is stated is not asked for again. `held` is the day
    to answer by that the open case holds, which rules where the question names none."""

    today: date
    stated: tuple[Stated, ...] = ()
    held: date | None = None

    def of(self, what: StatedWhat) -> Stated | None:
        """The first thing of a kind that is stated, or None."""
        return next((told for told in self.stated if told.what == what), None)

    @property
    def ruling(self) -> Stated | None:
        """The clock that decides how fast to act: the earliest day to answer or object by that is still to come, else
        the earliest day of an end or a start; where all have passed, the last of them."""
        days = [(told.day, told) for told in self.stated if told.what in _CLOCKS and told.day]
        coming = [(day, told) for day, told in days if day >= self.today]
        pressing = [(day, told) for day, told in coming if told.what in ("answer_by", "object_by")]
        if found := pressing or coming:
            return min(found, key=lambda dated: dated[0])[1]
        return max(days, key=lambda dated: dated[0])[1] if days else None

    @property
    def ruling_day(self) -> date | None:
        """The day that decides how fast to act."""
        return self.ruling.day if self.ruling else self.held


class Direct(Frozen):
    """What is asked in passing beside an ultimatum ("should we just sign?"), and the passage that answers it, which
    then opens the reply. A question asks it where it shows one of `asked`, and one of `beside` where there are any;
    what is only told `aside` comes after what is asked. `begins` picks one statement of the passage, else its first
    `most` are said."""

    id: str
    aside: bool = False
    asked: Annotated[tuple[str, ...], Field(min_length=1)]
    beside: tuple[str, ...] = ()
    article: str
    heading: str
    begins: str = ""
    most: int = 2

    @cached_property
    def signs(self) -> tuple[re.Pattern[str], ...]:
        """One pattern of `asked`, one of `beside` where there are any."""
        return tuple(re.compile("|".join(f"(?:{s})" for s in signs)) for signs in (self.asked, self.beside) if signs)

    def shown(self, question: str) -> bool:
        """Whether the question asks this."""
        return all(pattern.search(_plain(question)) for pattern in self.signs)

    def place(self, question: str) -> int:
        """Where in the question it is asked, or -1."""
        found = self.signs[0].search(_plain(question))
        return found.start() if found else -1


class StepDay(Frozen):
    """On which day a step that begins with some words is due: business days from today, before the ruling date, or
    halfway to it."""

    counts: Literal["today", "date", "halfway"]
    days: int = 0


class StatedWords(Frozen):
    """The wording of what a question tells (knowledge/guidance/told.yaml): the sentence for each thing stated and for
    each doubt; the fields of the interview it answers; the reader's `own` answers an answer to an ultimatum tells, and what
    else to ask; the article on each kind of
    ultimatum; how people talk about the answer itself; when a step that begins so is due; the passages whose steps fit a date that has passed, is a few days
    off, or days to weeks off; and what is asked in passing."""

    says: dict[str, str] = {}
    fields: dict[StatedWhat, tuple[str, ...]] = {}
    own: tuple[str, ...] = ()
    asks: tuple[DecidingFact, ...] = ()
    articles: dict[str, str] = {}
    talk: dict[Literal["shorter", "thanks"], tuple[str, ...]] = {}
    begins: dict[str, StepDay] = {}
    direct: tuple[Direct, ...] = ()
    steps: dict[Literal["passed", "few", "days"], tuple[str, str]] = {}

    def asks_for_less(self, question: str) -> bool:
        """Whether the question only wants the answer before it in fewer words."""
        return any(re.search(sign, _plain(question)) for sign in self.talk.get("shorter", ()))

    def only_thanks(self, question: str) -> bool:
        """Whether there is nothing in it but thanks."""
        return any(re.fullmatch(sign, _plain(question)) for sign in self.talk.get("thanks", ()))


class Shelf(Frozen):
    """All guidance. `entries` is what the index holds, in order; `digest` changes when any of it does."""

    articles: dict[str, Article]
    disputes: dict[str, Dispute]
    recognized: dict[str, Recognized]
    words: AskedWords
    told: StatedWords = StatedWords()
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
    whether that is an article of the shelf, the reader's own answers, contract or plan for an ultimatum, or the question
    itself, whose own words are then the quote."""

    n: int
    of: Literal["guidance", "case", "contract", "plan", "question"] = "guidance"
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
