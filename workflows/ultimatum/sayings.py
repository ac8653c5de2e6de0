"""What may be said to the payer: ways to agree, concessions, the ladder, scripts, replies to objections.

Every function here takes sendable evidence only. Wording comes from the shelf and is filled from that evidence, so a
private figure has no way in; what rests on the offered rate is left out unless the caller says it may stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from workflows.domain.days import business_days_after
from workflows.domain.draft import Sentence
from workflows.domain.evidence import Claim, Evidence
from workflows.domain.knowledge import Wording
from workflows.domain.plan import Concession, ObjectionReply, Option, Rung, Script
from workflows.domain.ultimatum_shelf import (
    ConcessionCard,
    ObjectionCard,
    OptionCard,
    RungCard,
    ScriptCard,
    marked,
)
from workflows.domain.wording import fill, value_of

Known = Mapping[str, Evidence]
_MOST = 7  # facts of what the plan would lose: a list that is read


def options(cards: Sequence[OptionCard], known: Known, *, offer_clear: bool) -> tuple[Option, ...]:
    """The ways to agree, those made of the case's own facts first. One that rests on the offered rate needs
    `offer_clear`; one whose facts are missing is told plainly with what it lacks."""
    own, plain = [], []
    for card in cards:
        if card.base == "offered" and not offer_clear:
            continue
        said = _said(card.say, known, f"option.{card.id}")
        if said:
            worth = known.get(card.dollars)
            own.append(_option(card, said, priced=f"{worth.value} a year" if worth else ""))
        elif card.plain and (said := _said(card.plain, known, f"option.{card.id}")):
            plain.append(_option(card, said, lacks=card.lacks))
    return (*own, *plain)


def _option(card: OptionCard, said: Sentence, *, priced: str = "", lacks: str = "") -> Option:
    return Option(
        id=card.id,
        title=card.title,
        say=said,
        base=card.base,
        serves=card.serves,
        sources=card.cited,
        priced=priced,
        lacks=lacks,
    )


def concessions(cards: Sequence[ConcessionCard], known: Known) -> tuple[Concession, ...]:
    """What to give, in its order, as far as the case has it to give."""
    held = [(card, said) for card in cards if (said := _said(card.give, known, f"give.{card.id}"))]
    return tuple(
        Concession(order=i, give=said, back=card.back, because=marked(card.because), sources=card.cited)
        for i, (card, said) in enumerate(held, 1)
    )


def ladder(cards: Sequence[RungCard], known: Known, *, sent: date, due: date) -> tuple[Rung, ...]:
    """The rungs, each with its day counted from the day the letter is sent or the day an answer is due."""
    found = []
    for order, card in enumerate(cards, 1):
        role = _said(card.role, known, f"rung.{card.id}.role")
        found.append(
            Rung(
                order=order,
                role=_opened(role.text) if role else card.id,
                day=business_days_after(sent if card.start == "send" else due, card.days),
                when=card.when,
                say=_all(card.say, known, f"rung.{card.id}"),
                sources=card.cited,
            )
        )
    return tuple(found)


def scripts(cards: Sequence[ScriptCard], known: Known) -> tuple[Script, ...]:
    """Words for each conversation."""
    return tuple(
        Script(id=c.id, title=c.title, when=c.when, say=_all(c.say, known, f"script.{c.id}"), sources=c.cited)
        for c in cards
    )


def objections(cards: Sequence[ObjectionCard], known: Known) -> tuple[ObjectionReply, ...]:
    """The stock objections, each answered from the case's own facts, with what would make the answer stronger."""
    return tuple(_replies(cards, known))


def _replies(cards: Sequence[ObjectionCard], known: Known) -> Iterator[ObjectionReply]:
    for card in cards:
        back = _said(card.ask_back, known, f"objection.{card.id}")
        if back:
            lacks = "" if any(value_of(key, known) for key in card.lacks_unless) else card.lacks
            said = _all(card.say, known, f"objection.{card.id}")
            yield ObjectionReply(
                id=card.id, they_say=card.they_say, ask_back=back, say=said, sources=card.cited, lacks=lacks
            )


_AT_STAKE = ("practice.members", "practice.visits", "market.employers")
_OURS = ("rates_behind", "administrative_ease")  # what we lack, not what the plan would lose


def losses(claims: Sequence[Claim], facts: Mapping[str, Sequence[Evidence]], known: Known) -> tuple[Sentence, ...]:
    """What the plan would lose, as facts it can check: its members in our care, then the first facts of each claim."""
    told = [fact for key in _AT_STAKE if (fact := known.get(key))]
    for claim in claims:
        if claim.topic not in _OURS:
            told += list(facts.get(claim.topic, ()))[:2]
    return tuple(
        Sentence(slot=f"loses.{fact.key}", kind="assertion", text=fact.says, evidence=_held(fact, known))
        for fact in list({f.key: f for f in told}.values())[:_MOST]
    )


def _held(fact: Evidence, known: Known) -> tuple[str, ...]:
    return (fact.id, *(known[key].id for key in fact.uses if key in known))


def _all(wordings: Sequence[Wording], known: Known, place: str) -> tuple[Sentence, ...]:
    return tuple(said for w in wordings if (said := _said(w, known, place)))


def _said(wording: Wording, known: Known, place: str) -> Sentence | None:
    """The wording filled; None where its facts are missing. What opens with a fact begins with a capital."""
    said = fill(wording, known, place)
    if said is None or said.kind == "gap":
        return None
    return said.model_copy(update={"text": _opened(said.text)})


def _opened(text: str) -> str:
    return text[:1].upper() + text[1:]
