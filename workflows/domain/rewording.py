"""What a model may put around the sentences of a letter, and what came of it: parts, proposals beside their twins."""

from workflows.domain.draft import Document, Sentence
from workflows.domain.frozen import Frozen


class FramingWords(Frozen):
    """The words a model may add to a letter, in small letters, by what they are for. What is not among them, and not
    in the sentence it rewords, is not taken: so a model can lead from one fact to the next, and state none. `after_we`
    are the verbs that may follow "we" in what it adds: what else the practice does is a fact. `opens` are the words that
    a sentence beside a fact may begin with, `opens_the` those that may follow "the" there."""

    words: dict[str, str]
    after_we: str
    opens: str
    opens_the: str

    @property
    def all(self) -> frozenset[str]:
        """Every word."""
        return frozenset(word for group in self.words.values() for word in group.split())

    @property
    def verbs(self) -> frozenset[str]:
        """What may follow "we"."""
        return frozenset(self.after_we.split())


class Part(Frozen):
    """One sentence of a letter as a model sees it, named by letters ("A"): its words where it may be said in others
    (`open`), else only a token that stands for it, with a `hint` in our own words of what it tells. `fixed`: nothing
    may be put beside it either."""

    name: str
    section: str
    title: str
    sentence: Sentence
    hint: str = ""
    open: bool = False
    fixed: bool = False

    @property
    def token(self) -> str:
        """What stands for the sentence."""
        return f"[[{self.name}]]"

    @property
    def told(self) -> str:
        """The sentence as the model is told of it."""
        return self.sentence.text if self.open else self.token


class Proposed(Frozen):
    """A wording beside its plain twin. `why_not` is empty where the guard has nothing against it; else the plain twin
    stays, and this says why as the end of a sentence."""

    slot: str
    plain: str
    wording: str
    why_not: str = ""

    @property
    def sound(self) -> bool:
        """Whether a person may take it."""
        return not self.why_not


class Rewording(Frozen):
    """What a model made of a letter: the proposals, who worded them, or (`note`) why there are none."""

    document: Document
    proposals: tuple[Proposed, ...] = ()
    worded_by: str = ""
    note: str = ""
