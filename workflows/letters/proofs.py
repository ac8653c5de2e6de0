"""The proofs of a letter: which facts it tells under which claim, what they mean for the plan, how each was made."""

import re
from collections.abc import Iterator, Mapping, Sequence

from workflows.domain.draft import Section, Sentence
from workflows.domain.evidence import Claim, Evidence
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import Outline, OutlineSection
from workflows.domain.language import figures, joined
from workflows.letters.derived import phrase
from workflows.letters.ground import Ground

_PLACE = "network_place"
_NOT_PROOFS = (_PLACE, "rates_behind", "administrative_ease")
_ACCESS, _ED = "access", "ed_avoidance"
_AGAINST = " against "  # a rate beside another: no second one is needed
_FACTS = 2  # of one claim; a third is not read
_HOURS = ("access.evenings", "access.weekends")
_COUNTED_ED = ("er_avoidance.ed_rate", "er_avoidance.ed_visits_avoided", "er_avoidance.same_day_slots")
_YOURS = re.compile(r"\((?:[^()]*\bon )?your\b")  # a source that is the payer's own
_SOURCE = re.compile(r"\((?:[^\s()]+ ){3,}[^()]*\)")  # at least four words: no bare year or count
_GUESSED = re.compile(r"\b(?:estimate|believe)")


class Proof(Frozen):
    """A claim with the facts told under it."""

    topic: str
    title: str
    facts: tuple[Evidence, ...]


def headline(section: OutlineSection, ground: Ground) -> list[Section]:
    """The strongest fact, in one sentence, and what it means where nothing else of its kind is told."""
    claim = _headline_claim(ground)
    if claim is None:
        return []
    fact = ground.facts[claim.topic][0]
    said = [Sentence(slot=f"{section.id}.fact", kind="assertion", text=fact.says, evidence=_held(fact, ground))]
    gain = ground.ledger.sendable.get(f"gain.{fact.key}")
    if gain and len(ground.facts[claim.topic]) == 1:  # else the proof below says what such facts mean
        said.append(Sentence(slot=f"{section.id}.gain", kind="reasoning", text=gain.says, evidence=(gain.id,)))
    return [Section(id=section.id, title=section.title, sentences=tuple(said))]


def _headline_claim(ground: Ground) -> Claim | None:
    """The strongest claim that speaks for the practice rather than against the rate."""
    held = [c for c in ground.claims if c.grade != "asserted" and (c.topic not in _NOT_PROOFS or c.topic == _PLACE)]
    proofs = [c for c in held if c.topic != _PLACE]
    return next((c for c in proofs if _compared(c, ground)), next(iter((*proofs, *held)), None))


def _compared(claim: Claim, ground: Ground) -> bool:
    return _AGAINST in ground.facts[claim.topic][0].says


def _leading(most: int, ground: Ground, first: Claim | None) -> list[Claim]:
    """The strongest claims to tell as proofs, without one whose only fact is the headline; where none of them stands
    beside a comparator, one more that does."""
    claims = [c for c in ground.claims if c.topic not in _NOT_PROOFS]
    claims = [c for c in claims if c != first or len(ground.facts[c.topic]) > 1]
    told = claims[:most]
    if not any(_compared(c, ground) for c in told):
        told += [c for c in claims[most:] if _compared(c, ground)][:1]
    return told


def _is_page(outline: Outline) -> bool:
    return any(s.block == "headline" for s in outline.sections)


def _told(section: OutlineSection, outline: Outline, ground: Ground) -> Iterator[Proof]:
    """The proofs of a section; what stands in the headline, or under another claim, is not told twice."""
    first = _headline_claim(ground) if _is_page(outline) else None
    place = [f for f in ground.facts.get(_PLACE, ()) if f.key != "practice.members"]
    place = place[1 if first and first.topic == _PLACE else 0 :]
    most = max((s.most for s in outline.sections if s.block == "proofs" and s.id != "place"), default=0)
    claims = _leading(most, ground, first)
    if section.id == "place":
        hours = () if any(_with_hours(c.topic, ground) for c in claims) else _hours(ground)
        told = any(c.topic == _ACCESS for c in claims)
        if _is_page(outline):  # one thing that is only said, beside what was counted
            only = [f for f in place if f.grade == "asserted"]
            place = [f for f in place if f not in only[1:]]
        facts = (*place[: section.most], *(() if told else hours))
        if facts:
            yield Proof(topic=_PLACE, title=section.title, facts=facts)
        return
    said = {key for f in place for key in f.uses} | {
        h.key for h in _hours(ground) if any(_with_hours(c.topic, ground) for c in claims)
    }
    for claim in claims if section.most == most else claims[: section.most]:
        rest = [f for f in ground.facts[claim.topic][1 if claim == first else 0 :] if f.key not in said]
        told_here = 1 if rest and claim.topic != _ED and _AGAINST in rest[0].says else _FACTS
        facts = (*rest[:told_here], *(_hours(ground) if _with_hours(claim.topic, ground) else ()))
        if facts:
            yield Proof(topic=claim.topic, title=claim.title, facts=facts)


def _hours(ground: Ground) -> tuple[Evidence, ...]:
    return tuple(f for key in _HOURS if (f := ground.ledger.sendable.get(key)))


def _with_hours(topic: str, ground: Ground) -> bool:
    """Whether evening and weekend hours stand beside a count of emergency visits, which they explain."""
    return topic == _ED and any(f.key in _COUNTED_ED for f in ground.facts.get(_ED, ())[:_FACTS])


def proofs(
    section: OutlineSection, outline: Outline, ground: Ground, known: Mapping[str, Evidence]
) -> Iterator[Section]:
    """One section a proof. A letter tells one mechanism; a page, which may be read alone, tells them all."""
    page = _is_page(outline)
    reasoned = False
    single = {t.id for t in ground.topics if any(m.facts for m in t.mechanisms)}
    for proof in _told(section, outline, ground):
        id = section.id if section.id == "place" else f"{section.id}.{proof.topic}"
        full, plain, why = (known.get(f"gain.{proof.topic}{end}") for end in ("", ".plain", ".why"))
        if proof.topic != _ED:
            full = why or full
        reason = full if page or not reasoned else plain
        if proof.topic in single:  # what one fact means is said of that fact, or not at all
            reason = next((gain for f in proof.facts if (gain := known.get(f"gain.{f.key}"))), None)
        else:
            reasoned = reasoned or bool(reason and plain and reason.says != plain.says)
        yield _section(id, proof, reason, ground, known, page)


def _section(
    id: str, proof: Proof, reason: Evidence | None, ground: Ground, known: Mapping[str, Evidence], page: bool
) -> Section:
    said, counts = [], known.get("worth.two_counts")
    for i, (fact, plain) in enumerate(zip(proof.facts, _briefly(proof.facts), strict=True)):
        text = _noted(plain) if page else plain
        said.append(Sentence(slot=f"{id}.{i}", kind="assertion", text=text, evidence=_held(fact, ground)))
        if counts and not page and fact.key == "er_avoidance.ed_visits_avoided":
            said.append(Sentence(slot=f"{id}.counts", kind="assertion", text=counts.says, evidence=(counts.id,)))
    if reason:
        said.append(Sentence(slot=f"{id}.gain", kind="reasoning", text=reason.says, evidence=(reason.id,)))
    return Section(id=id, title=proof.title, style="list" if page else "prose", sentences=tuple(said))


# A page names its facts as notes do; the letter, in sentences.
_NOTES = (
    (re.compile(r"^Our rate for (.+?) is (?=\d)"), r"\1: "),
    (re.compile(r"^Our (.+? program) reached (.+?), and (\S+) completed it"), r"\1: reached \2; \3 completed it"),
    (re.compile(r"^On our (.+? pathway) (.+?) were treated( \([^()]*\))?: "), r"\1: \2\3; "),
    (re.compile(r"^The (third-next-available appointment) is (.+?) away"), r"\1: \2"),
    (
        re.compile(r"^The (nearest comparable practice)( in the network)? is (.+?) away, and its wait is "),
        r"\1\2: \3 away; its wait is ",
    ),
    (re.compile(r"^We hold (.+?) open every "), r"Held open: \1 every "),
    (re.compile(r"^We offer (.+?) \("), r"\1 ("),
    (re.compile(r"^We manage (.+?) on our (.+?) panel"), r"\2 panel: \1"),
)


def _noted(says: str) -> str:
    for pattern, note in _NOTES:
        text, found = pattern.subn(note, says)
        if found:
            return f"{text[:1].upper()}{text[1:]}"
    return says


def _briefly(facts: Sequence[Evidence]) -> Iterator[str]:
    """What the facts say, a source that was named just before only once."""
    last = ""
    for fact in facts:
        sources = _SOURCE.findall(fact.says)
        yield fact.says.replace(last, "(same source)") if last and sources[:1] == [last] else fact.says
        last = sources[-1] if sources else ""


def _held(fact: Evidence, ground: Ground) -> tuple[str, ...]:
    """A fact's own id and those of the answers its sentence repeats."""
    others = (ground.ledger.sendable.get(key) for key in fact.uses)
    return (fact.id, *(e.id for e in others if e))


_MEASURED, _ESTIMATED, _COUNTED, _STATED = _MADE = (
    "measured, as cited",
    "estimated",
    "from our own records",
    "stated without a count",
)


def method(outline: Outline, ground: Ground) -> Iterator[Evidence]:
    """How each fact that the document tells was made, as its own sentence shows; what is measured carries its source
    in the text."""
    facts = [f for s in outline.sections if s.block == "proofs" for p in _told(s, outline, ground) for f in p.facts]
    first = _headline_claim(ground) if any(s.block == "headline" for s in outline.sections) else None
    facts = [*(ground.facts[first.topic][:1] if first else ()), *facts]
    facts = list({f.key: f for f in facts}.values())
    names = {field: name for topic in ground.topics for field, name in topic.fields.items()}
    made: dict[str, dict[str, None]] = {how: {} for how in _MADE}
    for fact in facts:
        made[_how_made(fact)][names[fact.key.split("[")[0]]] = None
    said = [f"{how} for {joined(list(made[how]))}" for how in (_ESTIMATED, _COUNTED, _STATED) if made[how]]
    if made[_MEASURED]:
        said.append("other figures are measured, as cited" if said else "figures are measured, as cited")
    if said:
        whole = "; ".join(said)
        about = phrase("letter.method", whole, "how the facts were made", facts)
        # It tells how figures were made, not figures: those of its facts are not lent to the sentence.
        yield about.model_copy(update={"source": about.source.model_copy(update={"shown": about.value})})


def _how_made(fact: Evidence) -> str:
    if _GUESSED.search(fact.says):
        return _ESTIMATED
    if fact.grade == "measured" and (_YOURS.search(fact.says) or _SOURCE.search(fact.says)):
        return _MEASURED
    counted = any(f.unit not in ("date", "year") and not f.spelled for f in figures(fact.says))
    return _COUNTED if counted else _STATED


def strong(claims: Sequence[Claim]) -> bool:
    """Whether a count, and not only old rates, supports the request."""
    return any(c.topic != "rates_behind" and c.grade != "asserted" for c in claims)
