"""The evaluation questions of the guidance: what was asked, which kind of reply is right, which articles may lead it.

tuning.yaml is what weights, thresholds and samples were chosen on; reporting.yaml, by another hand and in other words,
is only reported on and must not be looked at when something is chosen.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, field_validator

from workflows import guidance
from workflows.adapters.passages import PassageIndex
from workflows.domain.frozen import Frozen
from workflows.domain.guidance import Exchange, Reply, Shelf
from workflows.guidance.ranking import By

FOLDER = Path(__file__).parent / "guidance"


class Asked(Frozen):
    """One evaluation question; `kind` holds every kind that is right, `articles` the acceptable leads, best first."""

    id: str
    ask: str
    kind: tuple[str, ...]
    articles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    follows: str = ""
    premise: str = ""
    note: str = Field(default="", exclude=True)

    @field_validator("kind", mode="before")
    @classmethod
    def _several(cls, kind: Any) -> Any:
        return (kind,) if isinstance(kind, str) else kind

    @field_validator("follows", mode="before")
    @classmethod
    def _nothing(cls, follows: Any) -> Any:
        return follows or ""


def questions(split: str) -> tuple[Asked, ...]:
    """The questions of "tuning", "reporting" or "unseen"."""
    held = yaml.safe_load((FOLDER / f"{split}.yaml").read_text(encoding="utf-8"))
    return tuple(Asked.model_validate(entry) for entry in held)


def replies(asked: Sequence[Asked], shelf: Shelf, index: PassageIndex) -> dict[str, Reply]:
    """The reply to each question, follow-ups in the conversation they belong to."""
    found: dict[str, Reply] = {}
    by_id = {q.id: q for q in asked}
    for question in asked:
        history: list[Exchange] = []
        before = question.follows
        while before:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            history.insert(0, Exchange(question=by_id[before].ask, reply=found[before], at=at))
            before = by_id[before].follows
        found[question.id] = guidance.answer(question.ask, shelf, index, history=history)
    return found


def retrieval(asked: Iterable[Asked], index: PassageIndex, by: By) -> dict[str, float]:
    """Recall at 1 and 5, nDCG at 10 and mean reciprocal rank of the articles found for questions that stand alone and
    have an answer. The best article of a question gains 2, the other acceptable ones 1."""
    totals = {"recall@1": 0.0, "recall@5": 0.0, "nDCG@10": 0.0, "MRR": 0.0}
    count = 0
    for question in asked:
        if question.follows or not question.articles or not {"answered", "partly"} & set(question.kind):
            continue
        count += 1
        ranked = [r.article for r in guidance.rank(index.search(index.spelled(question.ask)), by)]
        gains = {article: 2 if place == 0 else 1 for place, article in enumerate(question.articles)}
        places = [place for place, article in enumerate(ranked) if article in gains]
        totals["recall@1"] += bool(places) and places[0] == 0
        totals["recall@5"] += bool(places) and places[0] < 5
        totals["MRR"] += 1 / (places[0] + 1) if places else 0
        ideal = sum(gain / math.log2(place + 2) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:10]))
        found = sum(gains.get(article, 0) / math.log2(place + 2) for place, article in enumerate(ranked[:10]))
        totals["nDCG@10"] += found / ideal
    return {name: total / count for name, total in totals.items()} | {"questions": count}
