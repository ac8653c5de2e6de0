"""Composes a draft: an outline, filled from a ledger and claims. Plain wording, no model needed.

When what is known is too thin for a proposal, or contradicts itself where the money is, the counteroffer becomes a
first letter that asks for the contract, the fee schedule and the rate history: a full proposal on such facts would be
a bluff that the payer can check.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from string import ascii_uppercase

from workflows.domain.answers import Contradiction
from workflows.domain.draft import Cell, CodeLine, Draft, Gap, Provenance, Section, Sentence, Table
from workflows.domain.evidence import Claim, Evidence, FromGuidance, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import Benchmark, Outline, OutlineSection, Topic
from workflows.domain.language import joined, number, usd
from workflows.letters.derived import derived, phrase, published
from workflows.letters.table import rate_table
from workflows.letters.wording import fill

_MONEY = ("rates.", "ask.")
_PLACE = "network_place"
TOO_MANY = 3  # contradictions after which a full proposal would be taken apart
_NOT_PROOFS = (_PLACE, "rates_behind", "administrative_ease")


class Ground(Frozen):
    """Everything a draft may stand on: the sendable ledger with what was worked out (`worth.*`, `gain.*`), the claims,
    the topics with their facts in order, the lines of the table, gaps and contradictions. `withheld` names options
    ("option_b", "option_c") the practice would not accept, `at_odds` says that the request itself is at odds with what it
    told in private; what that is, is not known here."""

    ledger: Ledger
    claims: tuple[Claim, ...]
    facts: dict[str, tuple[Evidence, ...]]
    topics: tuple[Topic, ...]
    lines: tuple[CodeLine, ...]
    benchmarks: tuple[Benchmark, ...]
    gaps: tuple[Gap, ...]
    contradictions: tuple[Contradiction, ...]
    stronger: tuple[str, ...] = ()
    withheld: frozenset[str] = frozenset()
    at_odds: bool = False
    unconfirmed: int = 0


def compose(outline: Outline, ground: Ground, *, today: date, provenance: Provenance) -> Draft:
    """The draft of one document as of `today`."""
    known = _known(ground, outline, today)
    why_first = why_first_letter(ground, known)
    first = why_first if outline.document == "counteroffer" else ""
    if not why_first:
        asked = known["request.summary"]
        known["letter.proposal"] = phrase("letter.proposal", asked.value, "the request of the counteroffer", [asked])
    sections: list[Section] = []
    for section in outline.sections:
        if section.path == ("first" if not first else "full") and outline.document == "counteroffer":
            continue
        sections.extend(_section(section, outline, ground, known))
    used = {e for s in sections for e in _ids(s)}
    missing = _gaps(sections, outline, ground)
    status = "first_letter" if first else "unconfirmed" if ground.unconfirmed else "with_gaps" if missing else "ready"
    notes = [*([first] if first else []), *_notes(ground)]
    return Draft(
        document=outline.document,
        title=_title(outline, known),
        status=status,
        sections=tuple(sections),
        ledger={e.id: e for e in _closure(used, known)},
        gaps=missing,
        notes=tuple(notes),
        provenance=provenance,
    )


def _title(outline: Outline, known: Mapping[str, Evidence]) -> str:
    name = known.get("practice.name")
    return f"{outline.title} - {name.value}" if name else outline.title


def _known(ground: Ground, outline: Outline, today: date) -> dict[str, Evidence]:
    known = dict(ground.ledger.sendable)
    known |= {e.key: e for e in published(ground.benchmarks)}
    known |= {e.key: e for e in derived(known, today)}
    _scale(known)
    known = {key: e for key, e in known.items() if key.split(".")[0] not in ground.withheld}
    table = rate_table(ground.lines, known)
    if table:
        known["worth.table"] = phrase(
            "worth.table",
            "Annual change is units × (proposed − now)",
            "the table's own arithmetic",
            says="Annual change is units a year × (proposed − now).",
        )
        covers = "the codes in the table" if ground.lines else "all services under the agreement"
        known["worth.covers"] = phrase("worth.covers", covers, "what the table covers")
        scope = " on the codes in the table" if ground.lines else " on all services"
        known["worth.scope"] = phrase("worth.scope", scope, "what the table covers")
    known |= {e.key: e for e in _bonus(ground, known)}
    known |= {e.key: e for e in _method(ground, next((s.most for s in outline.sections if s.id == "proofs"), 0))}
    return known


def _scale(known: dict[str, Evidence]) -> None:
    """The cost of an avoided visit is compared with a published difference only where it speaks for the practice."""
    each, apart = known.get("worth.per_avoided"), known.get("worth.ed_difference")
    visits = known.get("er_avoidance.ed_visits_avoided")
    count = visits.figures_of("count") if visits else None
    dollars = apart.figures_of("usd") if apart else None
    if not (each and apart and visits and count and dollars):
        return
    if (each.figures_of("usd") or 0) >= dollars:
        del known["worth.per_avoided"]
        return
    total = usd(count * dollars, cents=False)
    says = f"{number(count)} visits at a difference of {usd(dollars)} come to {total}."
    made = phrase("worth.ed_total", total, "visits avoided × published difference", [visits, apart], "estimated", says)
    shown = f"{number(count)} × {usd(dollars)} = {total}"
    known["worth.ed_total"] = made.model_copy(update={"source": made.source.model_copy(update={"shown": shown})})


def _bonus(ground: Ground, known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    for row in ground.facts.get("quality", ()):
        if row.key.startswith("quality.measures[") and "comparator" in row.parts and "lower_is_better" not in row.parts:
            ahead = Decimal(row.parts["rate"].rstrip("%")) > Decimal(row.parts["comparator"].rstrip("%"))
            if ahead:
                yield phrase("option_c.measure", row.parts["measure"], "the strongest quality measure", [row])
                yield phrase("option_c.target", row.parts["comparator"], "its comparator", [row])
                break
    other = next((row for key, row in known.items() if key.startswith("ask.others[")), None)
    if other:
        clause = other.parts["clause"]
        named = clause if clause[:2].isupper() else clause[:1].lower() + clause[1:]
        yield phrase("option_c.relief", named, "the first request besides the rate", [other])


def _method(ground: Ground, most: int) -> Iterator[Evidence]:
    """How the figures were made: what was measured, what is estimated, what is stated without a count."""
    by_grade: dict[str, list[str]] = {"measured": [], "estimated": [], "asserted": []}
    used: list[Evidence] = []
    shown = [_PLACE, *[c.topic for c in ground.claims if c.topic not in _NOT_PROOFS][:most]]
    for topic in ground.topics:
        facts = ground.facts.get(topic.id, ())
        if facts and topic.id in shown:
            by_grade[facts[0].grade].append(topic.title.lower())
            used.append(facts[0])
    said = []
    if by_grade["measured"]:
        said.append(f"measured, with the period and comparator or method given, for {joined(by_grade['measured'])}")
    if by_grade["estimated"]:
        said.append(f"estimated for {joined(by_grade['estimated'])}")
    if by_grade["asserted"]:
        said.append(f"stated without a count for {joined(by_grade['asserted'])}")
    if said:
        made = phrase("letter.method", "; ".join(said), "the grades of the facts used", used)
        # It tells grades, not figures: those of its facts are not lent to the sentence.
        yield made.model_copy(update={"source": made.source.model_copy(update={"shown": made.value})})
    lacking = [
        g.what.rstrip(".")
        for g in ground.gaps
        if g.field.split(".")[0] in ("er_avoidance", "quality", "access", "market")
    ][:3]
    if lacking:
        low = [w[:1].lower() + w[1:] for w in lacking]
        yield phrase("letter.unknown", f"Not yet measured: {'; '.join(low)}.", "what the interview still lacks")


def why_first_letter(ground: Ground, known: Mapping[str, Evidence]) -> str:
    """Why no full proposal is drafted, in a sentence; "" when one is due."""
    contradicted = [
        c.says
        for c in ground.contradictions
        if any(f.startswith(_MONEY) for f in c.fields)
        and not all(f in ("ask.answer_by", "ask.effective", "rates.offer_answer_by") for f in c.fields)
    ]
    if ground.at_odds:
        return "The request is at odds with an answer you gave in private, so this is a first letter; mend the answers first."
    if len(ground.contradictions) >= TOO_MANY:
        return f"{len(ground.contradictions)} sets of answers contradict each other, so this is a first letter; mend the answers first."
    if "request.summary" not in known:
        return "There is no request yet, so this is a first letter that asks for the contract, the fee schedule and the rate history."
    if "worth.ask" not in known and "rates.percent_of_medicare" not in known:
        detail = f" ({contradicted[0]})" if contradicted else ""
        return f"What is paid now is not known well enough to price the request{detail}, so this is a first letter that asks for it."
    strong = [c for c in ground.claims if c.topic != "rates_behind" and c.grade != "asserted"]
    if not strong and not any(k in known for k in ("practice.members", "practice.visits")):
        return "No count supports the request yet, so this is a first letter that asks for the documents and the plan's own report."
    return ""


def _section(section: OutlineSection, outline: Outline, ground: Ground, known: dict[str, Evidence]) -> list[Section]:
    own = tuple(s for w in section.sentences if (s := fill(w, known, section.id)))
    if section.lettered:
        own = tuple(
            s.model_copy(update={"text": f"{mark}. {s.text}"}) for mark, s in zip(ascii_uppercase, own, strict=False)
        )
    match section.block:
        case "proofs":
            return _proofs(section, ground, known, headline=any(s.block == "headline" for s in outline.sections))
        case "headline":
            return _headline(section, ground)
        case "table":
            table = rate_table(ground.lines, known)
            return [Section(id=section.id, title=section.title, style=section.style, sentences=own, table=table)]
        case "asks":
            rows = [row for key, row in known.items() if key.startswith("ask.others[")][: section.most]
            own = tuple(
                Sentence(slot=f"{section.id}.{i}", kind="request", text=row.says, evidence=(row.id,))
                for i, row in enumerate(rows)
            )
        case "gaps":
            return [_gap_sheet(section, ground, known)] if ground.gaps else []
        case "contradictions":
            own = tuple(_noted(section.id, i, c.says, known) for i, c in enumerate(ground.contradictions))
        case "stronger":
            own = tuple(_noted(section.id, i, say, known) for i, say in enumerate(ground.stronger[: section.most]))
    return [Section(id=section.id, title=section.title, style=section.style, sentences=own)] if own else []


def _noted(section: str, i: int, says: str, known: dict[str, Evidence]) -> Sentence:
    """A line of the practice's own sheet, held by a guidance passage that is the line itself."""
    fact = guidance(f"letter.{section}[{i}]", says)
    known[fact.key] = fact
    return Sentence(slot=f"{section}.{i}", kind="reasoning", text=says, evidence=(fact.id,))


def guidance(key: str, says: str) -> Evidence:
    """Evidence that is a passage of our own knowledge."""
    made = phrase(key, says, "")
    return made.model_copy(update={"source": FromGuidance(article="interview", heading=key, quote=says)})


def _headline(section: OutlineSection, ground: Ground) -> list[Section]:
    claim = _headline_claim(ground)
    if claim is None:
        return []
    fact = ground.facts[claim.topic][0]
    return [
        Section(
            id=section.id,
            title=section.title,
            sentences=(
                Sentence(slot=f"{section.id}.fact", kind="assertion", text=fact.says, evidence=_held(fact, ground)),
            ),
        )
    ]


def _headline_claim(ground: Ground) -> Claim | None:
    """The strongest claim that speaks for the practice rather than against the rate."""
    held = [c for c in ground.claims if c.grade != "asserted" and (c.topic not in _NOT_PROOFS or c.topic == _PLACE)]
    return next((c for c in held if c.topic != _PLACE), next(iter(held), None))


def _held(fact: Evidence, ground: Ground) -> tuple[str, ...]:
    """A fact's own id and those of the answers its sentence repeats."""
    others = (ground.ledger.sendable.get(key) for key in fact.uses)
    return (fact.id, *(e.id for e in others if e))


def _proofs(section: OutlineSection, ground: Ground, known: Mapping[str, Evidence], *, headline: bool) -> list[Section]:
    if section.id == "place":
        told = headline and (claim := _headline_claim(ground)) is not None and claim.topic == _PLACE
        facts = tuple(f for f in ground.facts.get(_PLACE, ())[1 if told else 0 :] if f.key != "practice.members")[
            : section.most
        ]
        return [_proof(section.id, section.title, facts, ground, known, gain=_PLACE)] if facts else []
    chosen = [c for c in ground.claims if c.topic not in _NOT_PROOFS][: section.most]
    made: list[Section] = []
    said = _headline_claim(ground) if headline else None  # the headline's fact is not told twice
    for claim in chosen:
        facts = ground.facts[claim.topic][1 if claim == said else 0 :][:2]
        made.append(
            _proof(
                f"{section.id}.{claim.topic}",
                claim.title,
                facts,
                ground,
                known,
                gain=claim.topic,
                brief=bool(made) and not headline,
            )
        )
    return made


def _proof(
    id: str,
    title: str,
    facts: Sequence[Evidence],
    ground: Ground,
    known: Mapping[str, Evidence],
    gain: str,
    brief: bool = False,
) -> Section:
    sentences = [
        Sentence(slot=f"{id}.{i}", kind="assertion", text=f.says, evidence=_held(f, ground))
        for i, f in enumerate(facts)
    ]
    # Quality without a comparator says what is done, not that it is better: the reasoning would claim too much.
    compared = gain != "quality" or any(" against " in f.says for f in facts)
    reason = known.get(f"gain.{gain}") if compared else None
    if brief and reason:
        reason = known.get(f"gain.{gain}.plain", reason)
    if reason:
        sentences.append(Sentence(slot=f"{id}.gain", kind="reasoning", text=reason.says, evidence=(reason.id,)))
    return Section(id=id, title=title, sentences=tuple(sentences))


def _gap_sheet(section: OutlineSection, ground: Ground, known: dict[str, Evidence]) -> Section:
    rows = []
    for gap in ground.gaps:
        fact = guidance(f"letter.gap.{gap.field}", f"{gap.what} {gap.why} {gap.where}")
        known[fact.key] = fact
        rows.append(
            (
                Cell(text=gap.what, evidence=fact.id),
                Cell(text=gap.where, evidence=fact.id),
                Cell(text=gap.why, evidence=fact.id),
            )
        )
    table = Table(
        header=("What is needed", "Which report, who has it", "Why the payer cares"), aligned="lll", rows=tuple(rows)
    )
    return Section(id=section.id, title=section.title, table=table)


def _ids(section: Section) -> Iterator[str]:
    for sentence in section.sentences:
        yield from sentence.evidence
    if section.table:
        for row in (*section.table.rows, *([section.table.total] if section.table.total else [])):
            yield from (cell.evidence for cell in row if cell.evidence)


def _closure(used: set[str], known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """The evidence used and, for arithmetic, the evidence it was worked out from."""
    by_id = {e.id: e for e in known.values()}
    seen: set[str] = set()
    waiting = sorted(used)
    while waiting:
        current = waiting.pop()
        if current in seen or current not in by_id:
            continue
        seen.add(current)
        waiting.extend(getattr(by_id[current].source, "inputs", ()))
        yield by_id[current]


def _gaps(sections: Sequence[Section], outline: Outline, ground: Ground) -> tuple[Gap, ...]:
    """The gaps that show in this document or that it needs, in the order of the interview."""
    shown = {key.removesuffix(":bare") for s in sections for sentence in s.sentences for key in sentence.gaps}
    wanted = shown | (set(outline.needs) if outline.document != "data_request" else {g.field for g in ground.gaps})
    known = {g.field for g in ground.gaps}
    extra = tuple(
        Gap(
            field=key,
            what=f"{key.replace('_', ' ').replace('.', ': ')}.",
            why="The letter leaves a marked blank for it.",
            where="The interview.",
            document=outline.document,
        )
        for key in sorted(shown - known)
        if "." in key
    )
    return tuple(g for g in ground.gaps if g.field in wanted) + extra


def _notes(ground: Ground) -> Iterator[str]:
    if ground.unconfirmed:
        one = ground.unconfirmed == 1
        yield f"{ground.unconfirmed} value{' was' if one else 's were'} read from notes and nobody has confirmed {'it' if one else 'them'}."
    if ground.contradictions:
        sets = (
            "set of answers contradicts itself"
            if len(ground.contradictions) == 1
            else "sets of answers contradict themselves"
        )
        yield f"{len(ground.contradictions)} {sets} and is left out; the interview says which."
