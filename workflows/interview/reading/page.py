"""What one reading works on: the fields, the clauses, whose names were found, and which figures are already
spoken for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from workflows.interview.reading.clauses import Clause, Note
from workflows.interview.reading.cues import Field
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.sightings import Sighting

_MOST = 60  # sightings of one field; notes that tell it oftener agree or disagree already


@dataclass(slots=True)
class Page:
    """One reading in progress. `asking` is the field of the open question, if the words answer one."""

    fields: dict[str, Field]
    notes: list[Note]
    clauses: list[Clause]
    today: date
    asking: str = ""
    payer: str = ""
    aliases: tuple[str, ...] = ()
    practice: str = ""
    seen: list[Sighting] = field(default_factory=list)
    taken: set[tuple[str, int]] = field(default_factory=set)
    told: dict[str, int] = field(default_factory=dict)
    marks: dict[tuple[str, int, int], list[tuple[int, str]]] = field(default_factory=dict)  # stance words, by clause
    others: dict[str, list[tuple[int, int, str]]] = field(default_factory=dict)  # other payers, by words

    def open_clauses(self) -> Iterator[Clause]:
        return (c for c in self.clauses if not c.closed)

    def free(self, clause: Clause) -> list[Quantity]:
        """The figures of a clause that no reader has taken yet."""
        return [q for q in clause.figures if (clause.note.step, q.start) not in self.taken]

    def take(self, clause: Clause, *figures: Quantity) -> None:
        for q in figures:
            self.taken.add((clause.note.step, q.start))

    def take_span(self, clause: Clause, start: int, end: int) -> None:
        self.take(clause, *(q for q in clause.figures if start <= q.start < end))

    def see(
        self,
        name: str,
        value: str | tuple[str, ...] | dict[str, str],
        clause: Clause,
        start: int,
        end: int,
        score: float,
        ask: str = "",
        total: bool = False,
    ) -> None:
        """Note down a sighting; places count from the beginning of the note."""
        private_words = (
            "secret" in clause.tags or clause.note.step == "walk_away"
        )  # that page promises: nothing here leaves
        if name in self.fields and self._tells_limit(name, clause, start, end):
            return
        if (
            name in self.fields
            and self.told.get(name, 0) < _MOST
            and not (private_words and self.fields[name].question.visibility == "sendable")
        ):
            self.told[name] = self.told.get(name, 0) + 1
            self.seen.append(Sighting(name, value, clause.note, start, end, score, ask=ask, total=total, clause=clause))

    def _tells_limit(self, name: str, clause: Clause, start: int, end: int) -> bool:
        """Whether the quoted words of a request, a rate or an offer tell our limit: they must not answer for a letter,
        however they were read."""
        floor = self.fields.get("walk_away.lowest_percent_of_medicare")
        if floor is None or name.split(".")[0] not in ("ask", "rates"):
            return False
        if self.fields[name].question.visibility == "private" or self.fields[name].question.kind in ("date", "choice"):
            return False
        words = clause.note.words[start:end]
        return floor.cues.may(words.lower()) and any(p.search(words) for p in floor.cues.labels)
