"""The shelf of the ultimatum desk: knowledge/ultimatum/*.yaml, checked against the interview and the register.

Apart from the catalog because most visits never need it. Every complaint names file and line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from workflows.catalog import KNOWLEDGE, WORKED_OUT, Catalog, catalog, compiles, repeated
from workflows.catalog.files import read_one
from workflows.domain.errors import KnowledgeFault
from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Dispute
from workflows.domain.knowledge import PLACEHOLDER, Wording, placeholders
from workflows.domain.language import figures
from workflows.domain.ultimatum_shelf import (
    GENERAL,
    ActionCard,
    Card,
    CheckCard,
    ClockCard,
    ConcessionCard,
    KindCard,
    MoveCard,
    ObjectionCard,
    OptionCard,
    RungCard,
    ScriptCard,
    SignCard,
    UltimatumShelf,
    VerdictCard,
    marked,
    unmarked,
)

_FILES: dict[str, type[Frozen]] = {
    "kinds": KindCard,
    "clocks": ClockCard,
    "signs": SignCard,
    "moves": MoveCard,
    "options": OptionCard,
    "concessions": ConcessionCard,
    "escalation": RungCard,
    "scripts": ScriptCard,
    "objections": ObjectionCard,
    "actions": ActionCard,
    "verdicts": VerdictCard,
    "checks": CheckCard,
}
_MARKED = ("says", "means", "act", "because")
_DISPUTES = ("D02", "D27")  # leaving as a tool; how to answer an ultimatum
Problem = tuple[str, str, str]


def load_ultimatum(known: Catalog, root: Path = KNOWLEDGE) -> UltimatumShelf:
    """Read the shelf under `root`; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    cards: dict[str, Any] = {}
    for name, kind in _FILES.items():
        adapter: TypeAdapter[tuple[Any, ...]] = TypeAdapter(tuple[kind, ...])  # type: ignore[valid-type]
        cards[name] = read_one(root / f"ultimatum/{name}.yaml", adapter, problems) or ()
    disputes = read_one(root / "guidance/disputes.yaml", TypeAdapter(tuple[Dispute, ...]), problems) or ()
    if problems:
        raise KnowledgeFault(problems)
    cards["disputes"] = {d.id: d for d in disputes if d.id in _DISPUTES}
    shelf = UltimatumShelf.model_validate(cards)
    found = [_at(root, p) for p in _problems(shelf, known, {d.id for d in disputes})]
    if found:
        raise KnowledgeFault(found)
    return shelf


@lru_cache(maxsize=1)
def ultimatum_shelf() -> UltimatumShelf:
    """The shelf as shipped, loaded once a process."""
    return load_ultimatum(catalog())


def _problems(shelf: UltimatumShelf, known: Catalog, disputes: set[str]) -> Iterator[Problem]:
    for name in _FILES:
        cards = getattr(shelf, name)
        file = f"ultimatum/{name}.yaml"
        for twice in repeated(card.id for card in cards):
            yield file, twice, f"{twice} stands twice"
        for card in cards:
            for what in (*_citations(card, known, disputes), *_wordings(card, known), *_patterns(card)):
                yield file, card.id, f"{card.id} {what}"
    for sign in shelf.signs:
        if sign.field and sign.field not in known.visibility():
            yield "ultimatum/signs.yaml", sign.id, f"{sign.id} looks at the unknown {sign.field}"
        if sign.claim and sign.claim not in {t.id for t in known.topics}:
            yield "ultimatum/signs.yaml", sign.id, f"{sign.id} looks at the unknown claim {sign.claim}"


def _citations(card: Any, known: Catalog, disputes: set[str]) -> Iterator[str]:
    cited = list(card.cited) if isinstance(card, Card) else []
    if isinstance(card, Card) and GENERAL in card.sources and cited:
        yield f"names {GENERAL} beside a source"
    for field in _MARKED if isinstance(card, (KindCard, MoveCard, ConcessionCard)) else ():
        if isinstance(text := getattr(card, field, None), str):
            if unmarked(text) or not marked(text):
                yield f"says something without a mark: {unmarked(text)[:50]}"
            cited += [s for said in marked(text) for s in said.sources]
            yield from (f"cites the unknown {d}" for s in marked(text) for d in s.disputes if d not in disputes)
    yield from (f"cites the unknown {source}" for source in cited if source not in known.sources)


def _wordings(card: Any, known: Catalog) -> Iterator[str]:
    visible = known.visibility()
    for wording in wordings_of(card):
        for template in wording.any:
            if told := figures(PLACEHOLDER.sub("", template)):
                yield f"says a figure that no fact holds: {told[0].words}"
            if template.count("{") != len(placeholders(template)):
                yield f"has a key that cannot be read: {template}"
        keys = [k for t in wording.any for k, _ in placeholders(t)] + [*wording.when, *wording.unless]
        for key in keys:
            field = key.removesuffix(":bare").split("[")[0]
            if visible.get(field) == "private":
                yield f"would tell the payer the private {{{key}}}"
            elif field not in visible and not field.startswith(WORKED_OUT):
                yield f"uses the unknown key {{{key}}}"


def wordings_of(card: Any) -> Iterator[Wording]:
    """Every wording of a card: all of it may be said to the payer."""
    for value in (getattr(card, name) for name in type(card).model_fields):
        if isinstance(value, Wording):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Wording))


def _patterns(card: Any) -> Iterator[str]:
    patterns = [p for name in ("words", "heard", "met_by", "never") for p in getattr(card, name, ())]
    if not compiles(*patterns):
        yield "has a pattern that is no regular expression"


def _at(root: Path, problem: Problem) -> str:
    file, id, what = problem
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    opens = re.compile(rf"^- \{{?id: {re.escape(id)}\b")
    return f"{file}:{next((i for i, text in enumerate(lines, 1) if opens.match(text)), 1)}: {what}"
