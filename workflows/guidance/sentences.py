"""A reply as it grows: sentences with their citations, and the room that is left for more."""

import re
from collections.abc import Iterable, Mapping

from workflows.domain.guidance import Citation, Dispute, Passage, Said, Shelf, Statement

DISAGREE = "Where sources disagree"
WORDS = 350
SAME = 0.75  # of the terms of the shorter of two statements: they say the same, and one is enough
TERM = re.compile(r"[a-z]{4,}|\d+")


class Sentences:
    """A reply as it grows: sentences, citations and the room that is left."""

    def __init__(self) -> None:
        self.sentences: list[Said] = []
        self.citations: list[Citation] = []
        self.left = WORDS
        self.disputes: set[str] = set()

    def repeats(self, statement: Statement) -> bool:
        """Whether what is said already says this."""
        terms = set(TERM.findall(statement.text.lower()))
        for said in self.sentences:
            other = set(TERM.findall(said.text.lower()))
            if len(terms & other) >= SAME * max(1, min(len(terms), len(other))):
                return True
        return False

    def end_in(self, group: str) -> None:
        """Put the sentences of a group last, and number the citations in the new order."""
        self.sentences.sort(key=lambda said: said.group == group)
        order = list(dict.fromkeys(n for said in self.sentences for n in said.citations))
        place = {n: at for at, n in enumerate(order, 1)}
        self.citations = [self.citations[n - 1].model_copy(update={"n": place[n]}) for n in order]
        self.sentences = [
            said.model_copy(update={"citations": tuple(place[n] for n in said.citations)}) for said in self.sentences
        ]

    def say(
        self, text: str, group: str, part: str, place: Mapping[str, object], *, beside: tuple[int, ...] = ()
    ) -> bool:
        """Add a sentence with its citation at `place`, and the citations `beside` it that are there already, where
        there is room; says whether there was."""
        cost = len(text.split())
        if cost > self.left:
            return False
        self.left -= cost
        n = len(self.citations) + 1
        self.citations.append(Citation.model_validate({"n": n, **place}))
        said = {"text": text, "citations": (n, *beside), "group": group, "part": part}
        self.sentences.append(Said.model_validate(said))
        return True

    def repeat(
        self, passage: Passage, statement: Statement, group: str, *, by: str = "", beside: tuple[int, ...] = ()
    ) -> bool:
        """Say a statement word for word, behind the day `by` which it is due where there is one."""
        place = {
            "article": passage.article,
            "title": passage.title,
            "heading": passage.heading,
            "quote": statement.text.removesuffix("."),
            "sources": statement.sources,
        }
        return self.say(f"{by}{statement.text}", group, statement.part, place, beside=beside)

    def sides(self, shelf: Shelf, said: Iterable[Statement]) -> None:
        """Lay open the disputes that these statements take one side of."""
        for dispute in dict.fromkeys(d for statement in said for d in unopened(statement, shelf)):
            if dispute in self.disputes:
                continue
            self.disputes.add(dispute)
            held = shelf.disputes[dispute]
            place = {"article": f"disputes:{held.id}", "title": DISAGREE, "heading": held.question}
            for side in held.sides:
                sources = tuple(s for s in side.sources if s.startswith("S"))
                self.say(side.says, DISAGREE, "item", {**place, "quote": side.says, "sources": sources})
            self.say(held.reading, DISAGREE, "item", {**place, "quote": held.reading})


def unopened(statement: Statement, shelf: Shelf) -> tuple[str, ...]:
    """The disputes that the statement takes a side of; one that cites two sides has laid them open itself."""
    return tuple(
        dispute
        for dispute in statement.disputes
        if sum(bool(set(side.sources) & set(statement.sources)) for side in shelf.disputes[dispute].sides) < 2
    )


def cost_of(dispute: Dispute) -> int:
    """The words it takes to lay a dispute open."""
    return sum(len(side.says.split()) for side in dispute.sides) + len(dispute.reading.split())
