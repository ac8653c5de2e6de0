"""A sighting: one field seen once in the notes. Reconciling them makes proposals, or questions where they disagree.

The rule that protects the practice stands here: a field seen with two values, or seen under a doubt, is asked about and
never proposed. Agreement between notes raises confidence; nothing else does.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workflows.domain.answers import Proposal, Reading, Row, Unclear
from workflows.domain.knowledge import Question
from workflows.interview.reading.clauses import Clause, Note, quote

LEAST = 0.5
ONE_VALUE = frozenset(
    {
        "practice.name",
        "practice.place",
        "practice.payer",
        "practice.contract_manager",
        "practice.agreement",
        "practice.contact_name",
    }
)
_LONGEST_QUOTE = 400


@dataclass(frozen=True, slots=True)
class Sighting:
    """`value` is canonical text, or the row of a table. `ask` holds the question to put when it must not be proposed.
    `total` marks a figure its writer called the sum ("so 8 surgeons in all"): it outranks the parts."""

    field: str
    value: str | tuple[str, ...] | Row
    note: Note
    start: int
    end: int
    score: float
    ask: str = ""
    total: bool = False
    clause: Clause | None = dataclasses.field(default=None, compare=False)

    @property
    def words(self) -> str:
        return quote(self.note, self.start, self.end)


def reconcile(sightings: Iterable[Sighting], fields: Mapping[str, Question]) -> Reading:
    """One proposal a field, or questions."""
    groups: dict[str, list[Sighting]] = {}
    for s in sightings:
        if s.field in fields and s.words:
            groups.setdefault(s.field, []).append(s)
    proposed: list[Proposal] = []
    unclear: list[Unclear] = []
    for name, question in fields.items():
        seen = groups.get(name, [])
        if not seen:
            continue
        made, asked = _table(name, question, seen) if question.kind == "table" else _single(name, question, seen)
        proposed += made
        unclear += asked
    return Reading(proposed=tuple(proposed), unclear=tuple(_distinct(unclear)))


def unclear_of(name: str, s: Sighting, question: str) -> Unclear:
    return Unclear(step=name.split(".")[0], quote=s.words[:_LONGEST_QUOTE], question=question)


def _distinct(asked: Sequence[Unclear]) -> list[Unclear]:
    return list({(u.step, u.quote, u.question): u for u in asked}.values())


def _single(name: str, question: Question, seen: list[Sighting]) -> tuple[list[Proposal], list[Unclear]]:
    doubted = [s for s in seen if s.ask]
    sure = [s for s in seen if not s.ask and s.score >= LEAST]
    weak = [s for s in seen if not s.ask and s.score < LEAST]
    if not sure:
        rest = doubted or weak
        best = max(rest, key=lambda s: s.score)
        said = best.ask or f"{question.label}: is it “{best.words}”? {question.ask}"
        return [], [unclear_of(name, best, said)]
    if any(s.total for s in sure):
        sure = [s for s in sure if s.total]
    if question.kind == "choices" or (question.kind == "text" and name not in ONE_VALUE and not question.pattern):
        return _joined(name, question, sure), []
    if name in ONE_VALUE:
        top = max(sure, key=lambda s: (s.score, -s.start))
        return [
            Proposal(field=name, value=top.value, quote=top.words[:_LONGEST_QUOTE], confidence=round(top.score, 2))
        ], []
    values = list(dict.fromkeys(str(s.value) for s in sure))
    kept = [v for v in values if not any(_within(v, w) for w in values if w != v)]
    against = [s for s in doubted if isinstance(s.value, str) and s.value and str(s.value) not in values]
    if len(kept) > 1 or (against and max(s.score for s in against) >= LEAST):
        return [], [_disagreement(name, question, sure, kept, against)]
    best = max((s for s in sure if s.value == kept[0]), key=lambda s: s.score)
    confidence = min(0.97, best.score + 0.03 * (len({s.start for s in sure}) - 1))
    return [
        Proposal(field=name, value=best.value, quote=best.words[:_LONGEST_QUOTE], confidence=round(confidence, 2))
    ], []


def _within(short: str, long: str) -> bool:
    """A date told more exactly elsewhere ("2019" beside "2019-01-01") is no disagreement."""
    return len(short) < len(long) and long.startswith(short + "-")


def _disagreement(
    name: str, question: Question, sure: list[Sighting], kept: list[str], against: list[Sighting]
) -> Unclear:
    both = [next(s for s in sure if s.value == v) for v in kept] + against[:1]
    quotes = " … ".join(dict.fromkeys(s.words for s in both))[:_LONGEST_QUOTE]
    told = " and ".join(dict.fromkeys(f"“{s.words[:120]}”" for s in both))
    return Unclear(
        step=name.split(".")[0], quote=quotes, question=f"Your notes say {told}. Which holds? {question.ask}"
    )


def _joined(name: str, question: Question, sure: list[Sighting]) -> list[Proposal]:
    if question.kind == "choices":
        options = [o for s in sure for o in (s.value if isinstance(s.value, tuple) else (str(s.value),))]
        value: str | tuple[str, ...] = tuple(k for k in question.options if k in options)
        best = sorted(sure, key=lambda s: s.start)
    else:
        top = max(s.score for s in sure)
        best = sorted((s for s in sure if s.score >= top - 0.1), key=lambda s: (s.note.step, s.start))
        texts: list[str] = []
        used: list[Sighting] = []
        for s in best:
            told = str(s.value)
            if any(told.lower() in t.lower() for t in texts) or len("; ".join([*texts, told])) > question.max_length:
                continue
            texts.append(told)
            used.append(s)
        value, best = "; ".join(texts), used
    if not value:
        return []
    quotes = " … ".join(dict.fromkeys(s.words for s in best))
    return [Proposal(field=name, value=value, quote=quotes, confidence=round(min(s.score for s in best), 2))]


def _table(name: str, question: Question, seen: list[Sighting]) -> tuple[list[Proposal], list[Unclear]]:
    asked = [unclear_of(name, s, s.ask) for s in seen if s.ask]
    rows: dict[str, Sighting] = {}
    clashes: set[str] = set()
    ids = [c.id for c in question.columns]
    for s in sorted(
        (s for s in seen if not s.ask and s.score >= LEAST and isinstance(s.value, dict)), key=lambda s: -s.score
    ):
        row = s.value
        assert isinstance(row, dict)
        key = "|".join(
            row.get(k, "").lower() for k in (("payer", "code", "note") if name == "rates.other_payers" else ids[:1])
        )
        held = rows.get(key)
        if held is None:
            rows[key] = s
            continue
        assert isinstance(held.value, dict)
        differing = [
            c
            for c in row
            if c in held.value and held.value[c] != row[c] and question.columns[ids.index(c)].kind != "text"
        ]
        if differing:
            clashes.add(key)
            asked.append(
                Unclear(
                    step=name.split(".")[0],
                    quote=f"{held.words} … {s.words}"[:_LONGEST_QUOTE],
                    question=f"Your notes say both “{held.words[:100]}” and “{s.words[:100]}”. Which holds?",
                )
            )
        else:
            joined = {**row, **held.value}
            if (
                name == "diagnoses.pathways"
                and row.get("result")
                and held.value.get("result")
                and row["result"] != held.value["result"]
            ):
                joined["result"] = f"{held.value['result']}; {row['result']}"
            rows[key] = replace(held, value=joined)
    kept = sorted((s for k, s in rows.items() if k not in clashes), key=lambda s: (s.note.step, s.start))[
        : question.max_rows
    ]
    if not kept:
        return [], asked
    values: tuple[Row, ...] = tuple(
        {c: r[c] for c in ids if r.get(c)} for r in (s.value for s in kept) if isinstance(r, dict)
    )
    score = min(s.score for s in kept)
    return [Proposal(field=name, value=values, quote=_span_quote(kept), confidence=round(score, 2))], asked


def _span_quote(kept: list[Sighting]) -> str:
    return " … ".join(dict.fromkeys(s.words for s in kept))
