"""Composes a draft: an outline, filled from a ledger and claims. Plain wording, no model needed.

When what is known is too thin for a proposal, or contradicts itself where the money is, the counteroffer becomes a
first letter that asks for the contract, the fee schedule and the rate history: a full proposal on such facts would be
a bluff that the payer can check.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from string import ascii_uppercase

from workflows.domain.draft import Cell, Draft, Gap, Provenance, Section, Sentence, Table
from workflows.domain.evidence import Evidence
from workflows.domain.knowledge import Outline, OutlineSection, placeholders
from workflows.domain.wording import fill
from workflows.letters.asks import asks
from workflows.letters.derived import derived, pace, phrase, published
from workflows.letters.emergency import emergency
from workflows.letters.ground import Ground, guidance
from workflows.letters.proofs import headline, method, proofs, strong
from workflows.letters.reply import reply_phrases
from workflows.letters.table import rate_table

_MONEY = ("rates.", "ask.")
_IN_TWO_FORMS = ("counteroffer", "ultimatum_response")  # with a proposal, or a first letter that asks for the documents
TOO_MANY = 3  # contradictions after which a full proposal would be taken apart


def compose(outline: Outline, ground: Ground, *, today: date, provenance: Provenance) -> Draft:
    """The draft of one document as of `today`."""
    known = _known(ground, outline, today)
    why_first = why_first_letter(ground, known)
    first = why_first if outline.document in _IN_TWO_FORMS else ""
    if any(not f.startswith("walk_away.") for c in ground.contradictions for f in c.fields):
        known["letter.disagrees"] = phrase(
            "letter.disagrees", "our own file does not agree", "contradictions between answers"
        )
    if not why_first:
        asked = known["request.summary"]
        known["letter.proposal"] = phrase("letter.proposal", asked.value, "the request of the counteroffer", [asked])
    sections: list[Section] = []
    for section in outline.sections:
        if section.path == ("first" if not first else "full") and outline.document in _IN_TWO_FORMS:
            continue
        if first and section.block == "proofs":
            section = section.model_copy(update={"most": 1})
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


def sayable(ground: Ground, outline: Outline, today: date) -> dict[str, Evidence]:
    """All that wording may name, by key: the sendable ledger and the phrases made of it."""
    known = _known(ground, outline, today)
    if "request.summary" in known and not why_first_letter(ground, known):
        asked = known["request.summary"]
        known["letter.proposal"] = phrase("letter.proposal", asked.value, "the request of the counteroffer", [asked])
    return known


def _known(ground: Ground, outline: Outline, today: date) -> dict[str, Evidence]:
    known = dict(ground.ledger.sendable)
    for more in (published(ground.benchmarks), derived(known, today)):
        known |= {e.key: e for e in more}
    known |= {e.key: e for e in (*emergency(known), *pace(known), *_scope(ground, known), *_for_options(known))}
    known |= {e.key: e for e in reply_phrases(known, ground.facts.get("quality", ()))}
    return known | {e.key: e for e in method(outline, ground)}


def _scope(ground: Ground, known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """What the request covers, and what its dollars are reckoned on."""
    if rate_table(ground.lines, known) is None:
        return
    rule = "what the table covers"
    says = "Annual change is units a year × (proposed − now)."
    yield phrase("worth.table", "Annual change is units × (proposed − now)", "the table's own arithmetic", says=says)
    if not ground.lines:
        yield phrase("worth.covers", "all services under the agreement", rule)
        yield phrase("worth.scope", " on all services", rule)
        return
    yield phrase("worth.scope", " on the codes in the table", rule)
    structure = known.get("ask.structure")
    carved = structure is not None and structure.value == "higher rates for a few codes"
    if not carved and any(k in known for k in ("ask.percent_of_medicare", "ask.increase")):
        yield phrase("worth.covers", "all services under the agreement", rule)
        yield phrase("worth.priced", "the table prices the codes that weigh most", rule)
    else:
        yield phrase("worth.covers", "the codes in the table", rule)


def _for_options(known: Mapping[str, Evidence]) -> Iterator[Evidence]:
    """What an option may be exchanged for: the first request besides the rate."""
    other = next((row for key, row in known.items() if key.startswith("ask.others[")), None)
    if other:
        clause = other.parts["clause"]
        named = clause if clause[:2].isupper() else clause[:1].lower() + clause[1:]
        yield phrase("option_d.relief", named, "the first request besides the rate", [other])


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
    if not strong(ground.claims) and not any(k in known for k in ("practice.members", "practice.visits")):
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
            return list(proofs(section, outline, ground, known))
        case "headline":
            return headline(section, ground)
        case "table":
            table = rate_table(ground.lines, known)
            return [Section(id=section.id, title=section.title, style=section.style, sentences=own, table=table)]
        case "asks":
            own = tuple(asks(section, known))
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
    wordings = [t for s in outline.sections for w in s.sentences for t in w.any]
    blanks = {key: blank for t in wordings for key, blank in placeholders(t) if blank}
    extra = tuple(
        Gap(
            field=key,
            what=f"{blanks[key][:1].upper()}{blanks[key][1:]}.",
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
            "set of answers contradicts itself and is"
            if len(ground.contradictions) == 1
            else "sets of answers contradict themselves and are"
        )
        yield f"{len(ground.contradictions)} {sets} left out; the interview says which."
