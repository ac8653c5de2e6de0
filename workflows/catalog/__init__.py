"""Loads and checks knowledge/: YAML in, frozen values out, and file and line in every complaint.

The shelves are data, so a mistake in them is an author's to mend: `Catalog.load` collects every problem and says
where it stands. The same checks are the command `parley check`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from workflows.catalog.files import read_many, read_one
from workflows.domain.errors import KnowledgeFault
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import (
    Benchmark,
    CodeFamily,
    Outline,
    QuickWin,
    RegisterEntry,
    Step,
    Topic,
    placeholders,
)

KNOWLEDGE = Path(__file__).resolve().parents[2] / "knowledge"

# Keys that wording may use beside the interview's own fields: worked out by a verb, not asked.
WORKED_OUT = ("worth.", "letter.", "gain.", "benchmark.", "team.", "offer.", "request.", "option_")


class Catalog(Frozen):
    """Everything knowledge/ holds, checked. `steps` are the interview's, `desk_steps` those that another desk asks.
    `digest` changes when any file does."""

    steps: tuple[Step, ...]
    desk_steps: tuple[Step, ...] = ()
    topics: tuple[Topic, ...]
    quick_wins: tuple[QuickWin, ...]
    outlines: tuple[Outline, ...]
    benchmarks: tuple[Benchmark, ...]
    families: tuple[CodeFamily, ...]
    sources: dict[str, RegisterEntry]
    digest: str

    @classmethod
    def load(cls, root: Path = KNOWLEDGE) -> "Catalog":
        """Read every shelf under `root`; raises KnowledgeFault with all problems found."""
        problems: list[str] = []
        steps = read_many(root / "interview", Step, problems)
        topics = read_one(root / "leverage/topics.yaml", TypeAdapter(tuple[Topic, ...]), problems) or ()
        wins = read_one(root / "leverage/quick_wins.yaml", TypeAdapter(tuple[QuickWin, ...]), problems) or ()
        outlines = read_many(root / "letters", Outline, problems)
        benchmarks = read_one(root / "rates/benchmarks.yaml", TypeAdapter(tuple[Benchmark, ...]), problems) or ()
        families = read_one(root / "rates/families.yaml", TypeAdapter(tuple[CodeFamily, ...]), problems) or ()
        register = read_one(root / "guidance/sources.yaml", TypeAdapter(tuple[RegisterEntry, ...]), problems) or ()
        if problems:
            raise KnowledgeFault(problems)
        catalog = cls(
            steps=tuple(sorted((s for s in steps if not s.desk), key=lambda s: s.order)),
            desk_steps=tuple(sorted((s for s in steps if s.desk), key=lambda s: s.order)),
            topics=topics,
            quick_wins=wins,
            outlines=outlines,
            benchmarks=benchmarks,
            families=families,
            sources={entry.id: entry for entry in register},
            digest=_digest(root),
        )
        problems.extend(catalog.problems(root))
        for twice in repeated(entry.id for entry in register):
            problems.append(_at(root, ("guidance/sources.yaml", f"id: {twice}", f"source {twice} stands twice")))
        if problems:
            raise KnowledgeFault(problems)
        return catalog

    def problems(self, root: Path = KNOWLEDGE) -> tuple[str, ...]:
        """Everything that does not fit together: unknown sources, keys that nothing defines, secrets in wording."""
        found = (*self._step_problems(), *self._wording_problems(), *self._shelf_problems())
        return tuple(_at(root, what) for what in found)

    @property
    def every_step(self) -> tuple[Step, ...]:
        """The steps of the interview and those of the desks: all that can be answered."""
        return (*self.steps, *self.desk_steps)

    def step(self, name: str) -> Step:
        """The step called `name`."""
        return next(s for s in self.every_step if s.id == name)

    def outline(self, document: str) -> Outline:
        """The outline of a document type."""
        return next(o for o in self.outlines if o.document == document)

    def visibility(self) -> dict[str, str]:
        """Field id to "private" or "sendable", for every question."""
        return {f"{s.id}.{q.id}": q.visibility for s in self.every_step for q in s.questions}

    def _step_problems(self) -> Iterator[tuple[str, str, str]]:
        visible = self.visibility()
        topics = {t.id for t in self.topics}
        for step in self.every_step:
            for twice in repeated(q.id for q in step.questions):
                yield f"interview/{step.id}.yaml", f"id: {twice}", f"question {twice} stands twice"
            for q in step.questions:
                place = (f"interview/{step.id}.yaml", f"id: {q.id}")
                for source in q.sources:
                    if source not in self.sources:
                        yield *place, f"question {q.id} cites {source}, which the register does not hold"
                if not q.sources:
                    yield *place, f"question {q.id} gives a reason without a source"
                if not compiles(q.pattern, *(c.pattern for c in q.columns)):
                    yield *place, f"question {q.id} has a pattern that is no regular expression"
                known = {c.id for c in q.columns} if q.columns else visible
                for field in (*q.measured_with, *q.estimated_with):
                    if field not in known:
                        yield *place, f"question {q.id} is graded by the unknown {field}"
                if q.topic and q.topic not in topics:
                    yield *place, f"question {q.id} names the unknown topic {q.topic}"
                own = {"value", "value:bare"} | {c.id for c in q.columns} | {f"{c.id}:bare" for c in q.columns}
                for template in q.evidence:
                    if template.count("{") != len(placeholders(template)):
                        yield *place, f"question {q.id} has wording with a key that cannot be read: {template}"
                    for key, _ in placeholders(template):
                        field = key.removesuffix(":bare")
                        if key not in own and field not in visible:
                            yield *place, f"question {q.id} uses the unknown key {{{key}}}"
                        elif q.visibility == "sendable" and visible.get(field) == "private":
                            yield *place, f"question {q.id} would send the private {{{key}}}"

    def _wording_problems(self) -> Iterator[tuple[str, str, str]]:
        visible = self.visibility()
        for outline in self.outlines:
            for section in outline.sections:
                for wording in section.sentences:
                    place = (f"letters/{outline.document}.yaml", f"id: {wording.id}")
                    for template in wording.any:
                        if template.count("{") != len(placeholders(template)):
                            yield *place, f"sentence {wording.id} has a key that cannot be read: {template}"
                    keys = [k for t in wording.any for k, _ in placeholders(t)] + [*wording.when, *wording.unless]
                    for key in keys:
                        field = key.removesuffix(":bare").split("[")[0]
                        if visible.get(field) == "private":
                            yield *place, f"sentence {wording.id} would send the private {{{key}}}"
                        elif field not in visible and not field.startswith(WORKED_OUT):
                            yield *place, f"sentence {wording.id} uses the unknown key {{{key}}}"
        for topic in self.topics:
            for field in topic.fields:
                if visible.get(field) != "sendable":
                    yield "leverage/topics.yaml", f"id: {topic.id}", f"topic {topic.id} draws on {field}, not sendable"
            for source in (*topic.sources, *(s for m in topic.mechanisms for s in m.sources)):
                if source not in self.sources:
                    yield "leverage/topics.yaml", f"id: {topic.id}", f"topic {topic.id} cites the unknown {source}"

    def _shelf_problems(self) -> Iterator[tuple[str, str, str]]:
        visible = self.visibility()
        practised = self.step("practice").question("specialty") if any(s.id == "practice" for s in self.steps) else None
        for topic in self.topics:
            place = ("leverage/topics.yaml", f"id: {topic.id}")
            for field in (f for s in topic.strengthen for f in s.missing):
                if field not in visible:
                    yield *place, f"topic {topic.id} waits for the unknown {field}"
            for mechanism in topic.mechanisms:
                for specialty in mechanism.specialties:
                    if practised and specialty not in practised.options:
                        yield *place, f"topic {topic.id} speaks of the unknown specialty {specialty}"
                if not compiles(*mechanism.conditions):
                    yield *place, f"topic {topic.id} has a condition that is no regular expression"
        for win in self.quick_wins:
            place = ("leverage/quick_wins.yaml", f"id: {win.id}")
            for source in win.sources:
                if source not in self.sources:
                    yield *place, f"quick win {win.id} cites the unknown {source}"
            for field in win.unless:
                if field not in visible:
                    yield *place, f"quick win {win.id} waits for the unknown {field}"
        for published in self.benchmarks:
            if published.source not in self.sources:
                place = ("rates/benchmarks.yaml", f"id: {published.id}")
                yield *place, f"benchmark {published.id} cites the unknown {published.source}"
        for outline in self.outlines:
            for field in outline.needs:
                if visible.get(field) != "sendable":
                    yield f"letters/{outline.document}.yaml", "needs:", f"the outline needs {field}, not sendable"


@lru_cache(maxsize=4)
def catalog(root: Path = KNOWLEDGE) -> Catalog:
    """The catalog of `root`, loaded once a process."""
    return Catalog.load(root)


def repeated(names: Iterable[str]) -> Iterator[str]:
    """The names that stand there a second time."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)


def compiles(*patterns: str) -> bool:
    """Whether all are regular expressions."""
    try:
        for pattern in patterns:
            re.compile(pattern)
    except re.error:
        return False
    return True


def _at(root: Path, problem: tuple[str, str, str]) -> str:
    file, mark, what = problem
    lines = (root / file).read_text(encoding="utf-8").splitlines() if (root / file).exists() else []
    line = next((i for i, text in enumerate(lines, 1) if text.strip().lstrip("- {").startswith(mark)), 1)
    return f"{file}:{line}: {what}"


def _digest(root: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def nearest(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """The known name closest to `name`, for a sentence that helps; "" when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return close[0] if close else ""
