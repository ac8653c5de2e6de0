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
_FACTS = 2  # of one claim; a third is not read
_YOURS = re.compile(r"\((?:[^()]*\bon )?your\b")  # a source that is the payer's own
_SOURCE = re.compile(r"\((?:[^\s()]+ ){3,}[^()]*\)")  # at least four words: no bare year or count
_GUESSED = re.compile(r"\b(?:estimate|believe)")


class Proof(Frozen):
    """A claim with the facts told under it."""

    topic: str
    title: str
    facts: tuple[Evidence, ...]


def headline(section: OutlineSection, ground: Ground) -> list[Section]:
    """The strongest fact, in one sentence."""
    claim = _headline_claim(ground)
    if claim is None:
        return []
    fact = ground.facts[claim.topic][0]
    said = Sentence(slot=f"{section.id}.fact", kind="assertion", text=fact.says, evidence=_held(fact, ground))
    return [Section(id=section.id, title=section.title, sentences=(said,))]


def _headline_claim(ground: Ground) -> Claim | None:
    """The strongest claim that speaks for the practice rather than against the rate."""
    held = [c for c in ground.claims if c.grade != "asserted" and (c.topic not in _NOT_PROOFS or c.topic == _PLACE)]
    return next((c for c in held if c.topic != _PLACE), next(iter(held), None))


def _told(section: OutlineSection, outline: Outline, ground: Ground) -> Iterator[Proof]:
    """The proofs of a section; what stands in the headline is not told twice."""
    opens = any(s.block == "headline" for s in outline.sections)
    first = _headline_claim(ground) if opens else None
    if section.id == "place":
        facts = [f for f in ground.facts.get(_PLACE, ()) if f.key != "practice.members"]
        facts = facts[1 if first and first.topic == _PLACE else 0 :][: section.most]
        if facts:
            yield Proof(topic=_PLACE, title=section.title, facts=tuple(facts))
        return
    for claim in [c for c in ground.claims if c.topic not in _NOT_PROOFS][: section.most]:
        rest = ground.facts[claim.topic][1 if claim == first else 0 :]
        yield Proof(topic=claim.topic, title=claim.title, facts=rest[:_FACTS])


def proofs(
    section: OutlineSection, outline: Outline, ground: Ground, known: Mapping[str, Evidence]
) -> Iterator[Section]:
    """One section a proof. A letter tells one mechanism; a page, which may be read alone, tells them all."""
    page = any(s.block == "headline" for s in outline.sections)
    reasoned = False
    for proof in _told(section, outline, ground):
        id = section.id if section.id == "place" else f"{section.id}.{proof.topic}"
        full, plain = (known.get(f"gain.{proof.topic}{end}") for end in ("", ".plain"))
        reason = full if page or not reasoned else plain
        # Quality without a comparator says what is done, not that it is better: the reasoning would claim too much.
        if proof.topic == "quality" and not any(" against " in f.says for f in proof.facts):
            reason = None
        reasoned = reasoned or bool(reason and plain and reason.says != plain.says)
        yield _section(id, proof, reason, ground, known)


def _section(id: str, proof: Proof, reason: Evidence | None, ground: Ground, known: Mapping[str, Evidence]) -> Section:
    said, counts = [], known.get("worth.two_counts")
    for i, (fact, text) in enumerate(zip(proof.facts, _briefly(proof.facts), strict=True)):
        said.append(Sentence(slot=f"{id}.{i}", kind="assertion", text=text, evidence=_held(fact, ground)))
        if counts and fact.key == "er_avoidance.ed_visits_avoided":
            said.append(Sentence(slot=f"{id}.counts", kind="assertion", text=counts.says, evidence=(counts.id,)))
    if reason:
        said.append(Sentence(slot=f"{id}.gain", kind="reasoning", text=reason.says, evidence=(reason.id,)))
    return Section(id=id, title=proof.title, sentences=tuple(said))


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


_OWN, _MEASURED, _ESTIMATED, _COUNTED, _STATED = _MADE = (
    "set beside your own reports",
    "measured as described",
    "estimated",
    "from our own records",
    "stated without a count",
)


def method(outline: Outline, ground: Ground) -> Iterator[Evidence]:
    """How each fact that the document tells was made, as its own sentence shows: in full, and in brief, where what is
    measured carries its source in the text."""
    facts = [f for s in outline.sections if s.block == "proofs" for p in _told(s, outline, ground) for f in p.facts]
    first = _headline_claim(ground) if any(s.block == "headline" for s in outline.sections) else None
    facts = [*(ground.facts[first.topic][:1] if first else ()), *facts]
    names = {field: name for topic in ground.topics for field, name in topic.fields.items()}
    made: dict[str, dict[str, None]] = {how: {} for how in _MADE}
    for fact in facts:
        made[_how_made(fact)][names[fact.key.split("[")[0]]] = None
    full = [f"{how} for {joined(list(named))}" for how, named in made.items() if named]
    brief = [f"{how} for {joined(list(made[how]))}" for how in (_ESTIMATED, _COUNTED, _STATED) if made[how]]
    if made[_OWN] or made[_MEASURED]:
        brief.append("other figures are measured, as cited" if brief else "figures are measured, as cited")
    for key, said in (("letter.method", full), ("letter.method_brief", brief)):
        if said:
            whole = "; ".join(said)
            about = phrase(key, whole, "how the facts were made", facts)
            # It tells how figures were made, not figures: those of its facts are not lent to the sentence.
            yield about.model_copy(update={"source": about.source.model_copy(update={"shown": about.value})})


def _how_made(fact: Evidence) -> str:
    if _GUESSED.search(fact.says):
        return _ESTIMATED
    if fact.grade == "measured":
        return _OWN if _YOURS.search(fact.says) else _MEASURED
    counted = any(f.unit not in ("date", "year") and not f.spelled for f in figures(fact.says))
    return _COUNTED if counted else _STATED


def strong(claims: Sequence[Claim]) -> bool:
    """Whether a count, and not only old rates, supports the request."""
    return any(c.topic != "rates_behind" and c.grade != "asserted" for c in claims)
