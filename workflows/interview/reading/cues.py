"""The cues of the shelves, compiled: the words that name a field, and where they stand in a clause.

A cue is a regular expression written by an expert. `{n}` in it stands for the figure itself ("{n}
(?:docs|physicians)"),
`{rest}` for the words up to the end of the clause, `{words}` for the words up to the next comma. A cue without a
placeholder is a label: the nearest fitting figure belongs to it.
"""

import re
from dataclasses import dataclass, replace
from functools import cache

from workflows.domain.knowledge import Cues, Question, Step
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.stems import stems

MASK = "\x00"
_SLOTS = {
    "{n}": f"[~≈+]?\\s?(?P<n>{MASK}+)",
    "{rest}": r"(?P<rest>[^\n]{2,400})",
    "{words}": r"(?P<rest>[^,;\n]{2,200})",
}
_CAPTURING = ("{rest}", "{words}", "(?P<rest>")


@dataclass(frozen=True, slots=True)
class Compiled:
    """The cues of one field: patterns with a figure in them, labels, patterns that capture words, and exclusions."""

    slots: tuple[re.Pattern[str], ...]
    labels: tuple[re.Pattern[str], ...]
    captures: tuple[re.Pattern[str], ...]
    never: tuple[re.Pattern[str], ...]
    options: tuple[tuple[str, re.Pattern[str]], ...]
    needs: frozenset[str] | None = None  # pieces one of which must stand in words any cue fits

    def may(self, low: str) -> bool:
        """Whether a cue could stand in these lower-case words at all."""
        return self.needs is None or any(piece in low for piece in self.needs)

    def ruled_out(self, words: str, near: str | None = None) -> bool:
        """Whether words rule the field out. With `near`, only the words there do; a cue that begins with ^ still judges
        the clause as a whole."""
        return any(p.search(words if near is None or p.pattern.startswith("^") else near) for p in self.never)


@dataclass(frozen=True, slots=True)
class Field:
    """A question with the step it stands in and its compiled cues."""

    name: str
    step: str
    question: Question
    cues: Compiled


def pattern(cue: str) -> re.Pattern[str]:
    """A cue as a compiled expression, its placeholders filled in."""
    for slot, expression in _SLOTS.items():
        cue = cue.replace(slot, expression)
    return re.compile(cue, re.I)


def _slot(cue: str) -> re.Pattern[str]:
    """A cue with a figure in it; its gaps ("[^.;]{0,30}") may not run across another figure."""
    return pattern(cue.replace("[^", f"[^{MASK}"))


@cache
def compiled(cues: tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]) -> Compiled:
    near, never, options = cues
    made = Compiled(
        slots=tuple(_slot(c) for c in near if "{n}" in c),
        captures=tuple(pattern(c) for c in near if any(s in c for s in _CAPTURING)),
        labels=tuple(pattern(c) for c in near if not any(s in c for s in ("{n}", *_CAPTURING))),
        never=tuple(pattern(c) for c in never),
        options=tuple((key, pattern(word)) for key, words in options for word in words),
    )
    needed = [stems(p) for p in (*made.slots, *made.labels, *made.captures, *(p for _, p in made.options))]
    return made if any(n is None for n in needed) else replace(made, needs=frozenset().union(*(n for n in needed if n)))


def compile_cues(cues: Cues) -> Compiled:
    return compiled((cues.near, cues.never, tuple(cues.options.items())))


def fields_of(steps: tuple[Step, ...]) -> dict[str, Field]:
    """Every field of the interview by its name "step.question"."""
    return {
        f"{s.id}.{q.id}": Field(f"{s.id}.{q.id}", s.id, q, compile_cues(q.cues)) for s in steps for q in s.questions
    }


def masked(clause: Clause) -> str:
    """The words of a clause with every figure blanked, place for place, so that `{n}` can find it."""
    words = list(clause.words)
    for q in clause.figures:
        for i in range(q.start - clause.start, min(q.end - clause.start, len(words))):
            words[i] = MASK
    return "".join(words)


def figure_at(clause: Clause, place: int) -> Quantity | None:
    """The figure that covers a place of the clause (counted from its start)."""
    return next((q for q in clause.figures if q.start <= clause.start + place < q.end), None)
