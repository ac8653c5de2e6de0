"""Why should the payer say yes? Evidence becomes ranked claims, each with its grade and the rule that ranked it.

Strength is arithmetic over knowledge, never a model's view: the topic's weight, times what the best grade is worth,
plus a little for each further fact. A quality rate below its comparator makes no claim; it is advice to leave it out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.evidence import Claim, Evidence, Figure, FromGuidance, Grade, Ledger, Unit
from workflows.domain.knowledge import Mechanism, QuickWin, RegisterEntry, Topic
from workflows.domain.language import figures

WORTH: Mapping[Grade, Decimal] = {"measured": Decimal("1"), "estimated": Decimal("0.85"), "asserted": Decimal("0.4")}
PER_FURTHER_FACT, MOST_FACTS = 3, 3
FEW = Decimal(3)  # same-specialty practices nearby up to which the payer has little choice
LONG = Decimal(28)  # days: a wait elsewhere that speaks for itself
FAR, TWICE = Decimal(10), Decimal(2)  # miles to a neighbor that is none; how much longer its wait is
MOST_LEAD = 10  # points of strength for a leading fact that is far ahead
SURE = Decimal(2)  # standard errors from which a lead is hardly chance
UNNAMED = Decimal(10)  # the root of the hundred patients that a rate without a number is taken for
WEAK = 45  # below this no claim carries a rate request on its own

_INVERSE = re.compile(
    r"poor control|>\s?9|greater than 9|readmi|ED visits|emergency|complication|infection rate|no.?show|"
    r"cesarean|c-section|episiotomy|inappropriate|overuse|avoidable|imaging for low back",
    re.I,
)

_FOLLOW_UP = re.compile(r"follow.?up", re.I)  # "Follow-up after emergency department visit": more is better


def argue(
    topics: Sequence[Topic], answers: Mapping[str, Answer], ledger: Ledger, register: Mapping[str, RegisterEntry]
) -> tuple[tuple[Claim, ...], tuple[Evidence, ...]]:
    """The claims the ledger supports, strongest first, and the guidance ("gain.*") their reasoning rests on."""
    claims, reasons = [], []
    for topic in topics:
        facts = list(_facts(topic, ledger))
        if not facts:
            continue
        gain = reasoning(topic, answers, register)
        reasons += [gain, _passage(topic, f"gain.{topic.id}.plain", topic.gain, topic.sources, register)]
        mechanism = _mechanism(topic, answers)
        if mechanism:
            reasons.append(_passage(topic, f"gain.{topic.id}.why", mechanism.says, mechanism.sources, register))
        reasons += _gains_of(topic, facts, answers, register)
        claims.append(_claim(topic, facts, gain, answers))
    return tuple(sorted(claims, key=lambda c: (-c.strength, c.topic))), tuple(reasons)


def _claim(topic: Topic, facts: Sequence[Evidence], gain: Evidence, answers: Mapping[str, Answer]) -> Claim:
    best: Grade = facts[0].grade  # the fact the argument leads with
    further = min(len(facts) - 1, MOST_FACTS)
    lead = _lead(facts[0])
    strength = min(100, int(topic.weight * WORTH[best]) + PER_FURTHER_FACT * further + lead)
    shown = facts[:MOST_FACTS]
    advice = tuple(s.say for s in topic.strengthen if not any(field in answers for field in s.missing))
    return Claim(
        topic=topic.id,
        title=topic.title,
        text=" ".join(f.says for f in shown),
        gain=gain.says,
        grade=best,
        strength=strength,
        evidence=tuple(dict.fromkeys([*(f.id for f in shown), gain.id])),
        to_strengthen=advice,
        rule=f"{topic.title} counts {topic.weight} when measured; its leading fact is {best} "
        f"(× {WORTH[best]}); {further} further fact{'' if further == 1 else 's'} × {PER_FURTHER_FACT}"
        f"{f'; the lead of its leading fact + {lead}' if lead else ''}.",
    )


def facts_of(topic: Topic, ledger: Ledger) -> tuple[Evidence, ...]:
    """The evidence a topic may use, best first: what was counted in the topic's order, then what is asserted."""
    return tuple(_facts(topic, ledger))


def _facts(topic: Topic, ledger: Ledger) -> Iterator[Evidence]:
    found: list[Evidence] = []
    for field in topic.fields:
        rows = [row for row in ledger.rows(field) if favorable(row)]
        if field == "quality.measures":
            told = {row.key for row in rows if _weight(row) >= 1 and _of_fact(topic, row)}
            rows.sort(key=lambda row: (row.key not in told, -_weight(row)))
        found.extend(rows)
        own = ledger.sendable.get(field)
        if own and favorable(own) and not (field == "market.independence" and own.bare != "yes"):
            found.append(own)
    said = {key for fact in found for key in fact.uses}
    kept = [fact for fact in found if fact.key not in said]
    kept = [fact for fact in kept if not _by_chance(fact)] or kept
    # Within a topic the order is knowledge's own; only what is merely asserted comes after what was counted.
    return iter(sorted(kept, key=lambda f: f.grade == "asserted"))


def _gains_of(
    topic: Topic, facts: Sequence[Evidence], answers: Mapping[str, Answer], register: Mapping[str, RegisterEntry]
) -> Iterator[Evidence]:
    """What each single fact means for the plan, where something true can be said of it."""
    specialty = answers.get("practice.specialty")
    for fact in facts:
        chosen = _of_fact(topic, fact, str(specialty.value) if specialty else "")
        if chosen:
            yield _passage(topic, f"gain.{fact.key}", chosen.says, chosen.sources, register)


def _of_fact(topic: Topic, fact: Evidence, specialty: str = "") -> Mechanism | None:
    """The reasoning that speaks of this fact; none of a rate without a comparator, or one that chance could explain."""
    if fact.key.startswith("quality.measures[") and ("comparator" not in fact.parts or not _sure(fact)):
        return None
    about = f"{fact.key}: {fact.says}"
    fits = (m for m in topic.mechanisms if any(re.search(f, about, re.I) for f in m.facts))
    return next((m for m in fits if not m.specialties or specialty in m.specialties), None)


def favorable(fact: Evidence) -> bool:
    """False for a rate that is worse than its own comparator, or a neighbor as near and as quick as any: such a fact
    argues for the other side."""
    return _margin(fact) >= 0


def _margin(fact: Evidence) -> Decimal:
    """How far a rate is ahead of its comparator, in points; 0 when there is none."""
    if fact.key == "market.network_peers":  # many of the same specialty nearby speak for the payer
        counts = [f.amount for f in figures(fact.value) if f.unit == "count"]
        return FEW - counts[0] if counts else Decimal()
    if fact.key == "market.nearest_miles":
        return _reach(fact)
    if fact.key == "market.nearest_wait":  # told alone it says something only where it is long
        return next((f.amount for f in figures(fact.value) if f.unit == "days"), LONG) - LONG
    if fact.key == "quality.readmission_rate" or fact.key == "er_avoidance.ed_rate":
        unit: Unit = "percent" if fact.key.startswith("quality") else "count"
        own = fact.figures_of(unit)  # the answer itself comes first
        beside = next((f.amount for f in figures(fact.says.partition(", against ")[2]) if f.unit == unit), None)
        return beside - own if own is not None and beside is not None else Decimal()
    rate, comparator = fact.parts.get("rate"), fact.parts.get("comparator")
    if not rate or not comparator:
        return Decimal()
    ahead = Decimal(rate.rstrip("%").replace(",", "")) - Decimal(comparator.rstrip("%").replace(",", ""))
    return -ahead if lower_is_better(fact) else ahead


def _reach(fact: Evidence) -> Decimal:
    """How far a neighbor is from being one: by its distance, or by its wait over ours where both are told."""
    miles = fact.figures_of("miles") or next((f.amount for f in figures(fact.value)), Decimal())
    waits = [f.amount for f in figures(fact.says) if f.unit == "days"]
    longer = waits[0] - waits[-1] * TWICE if len(waits) > 1 else Decimal(-1)
    return max(miles - FAR, longer)


def _weight(fact: Evidence) -> Decimal:
    """How much a rate's lead says: its margin over the error that chance makes at its number of patients; a rate that
    names no number of them counts as one of few."""
    patients = fact.parts.get("n:bare") or fact.parts.get("reached:bare") or ""
    beside = Decimal(fact.parts.get("comparator", "0").rstrip("%").replace(",", ""))
    spread = (beside * (100 - beside)).sqrt() or Decimal(1)
    return _margin(fact) * (Decimal(patients.replace(",", "")).sqrt() if patients else UNNAMED) / spread


def _lead(fact: Evidence) -> int:
    """Points of strength for a leading fact far ahead of its comparator: by how sure it is, or (where no number of
    patients is told) by how much lower."""
    if "comparator" in fact.parts:
        return min(MOST_LEAD, int(_weight(fact) * 2 / 3))
    if fact.key in ("quality.readmission_rate", "er_avoidance.ed_rate"):
        margin, own = _margin(fact), next((f.amount for f in figures(fact.value)), Decimal())
        return min(MOST_LEAD, int(margin / (own + margin) * 100 / 3)) if margin > 0 else 0
    return 0


def _by_chance(fact: Evidence) -> bool:
    """Whether a rate with its number of patients is so near its comparator that chance alone would explain it."""
    return bool("comparator" in fact.parts and fact.parts.get("n:bare")) and _weight(fact) < 1


def _sure(fact: Evidence) -> bool:
    """Whether chance would hardly explain a rate's lead; a rate without its number of patients is taken at its word."""
    return not fact.parts.get("n:bare") or _weight(fact) >= SURE


def lower_is_better(fact: Evidence) -> bool:
    """Whether a low rate is the good one: as the user said, else by the measure's name."""
    if "lower_is_better" in fact.parts or "not_lower_is_better" in fact.parts:
        return "lower_is_better" in fact.parts
    name = fact.parts.get("measure", "")
    return bool(_INVERSE.search(name)) and not _FOLLOW_UP.search(name)


def reasoning(topic: Topic, answers: Mapping[str, Answer], register: Mapping[str, RegisterEntry]) -> Evidence:
    """What the topic means for the plan: the mechanism that fits the conditions or specialty given, then the gain."""
    chosen = _mechanism(topic, answers)
    says = f"{chosen.says} {topic.gain}" if chosen else topic.gain
    return _passage(topic, f"gain.{topic.id}", says, (*(chosen.sources if chosen else ()), *topic.sources), register)


def _passage(
    topic: Topic, key: str, says: str, sources: Sequence[str], register: Mapping[str, RegisterEntry]
) -> Evidence:
    cited = tuple(s for s in dict.fromkeys(sources) if s in register)
    return Evidence(
        key=key,
        says=says,
        value=says,
        bare=says,
        grade="asserted",
        topic=topic.id,
        source=FromGuidance(article="leverage/topics", heading=topic.title, quote=says, sources=cited),
        figures=tuple(Figure(amount=f.amount, unit=f.unit, role=key) for f in figures(says)),
    )


def _mechanism(topic: Topic, answers: Mapping[str, Answer]) -> Mechanism | None:
    specialty = answers.get("practice.specialty")
    named = str(specialty.value) if specialty else ""
    words = " ".join(
        str(v)
        for field, a in answers.items()
        if field.startswith("diagnoses.")
        for row in (a.value if not isinstance(a.value, str) else ())
        if isinstance(row, dict)
        for v in row.values()
    )
    general = [m for m in topic.mechanisms if not m.facts]
    fits = [m for m in general if named in m.specialties]
    by_condition = [m for m in general if any(re.search(c, words, re.I) for c in m.conditions)]
    both = [m for m in fits if m in by_condition]
    return next(iter(both or fits or [m for m in by_condition if not m.specialties]), None)


def quick_wins(wins: Sequence[QuickWin], claims: Sequence[Claim], answers: Mapping[str, Answer]) -> tuple[str, ...]:
    """What can still be won when nothing here carries a rate request on its own; empty when something does."""
    if any(c.strength >= WEAK and c.topic not in ("independence", "rates_behind") for c in claims):
        return ()
    return tuple(win.say for win in wins if not any(field in answers for field in win.unless))


def advice(ledger: Ledger) -> tuple[str, ...]:
    """What to leave out: facts that argue for the payer."""
    return tuple(
        f"Left out of letters: {fact.says} It would argue for the payer."
        for fact in ledger.sendable.values()
        if not favorable(fact)
    )
