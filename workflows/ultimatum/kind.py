"""Which kind of ultimatum it is: said by the user, or read from the payer's words, the offer or the contract."""

import re
from collections.abc import Sequence
from datetime import timedelta

from workflows.domain.plan import UltimatumKind
from workflows.domain.ultimatum_shelf import KindCard, marked
from workflows.ultimatum.given import Given

_ASKED = ("ultimatum.kind", "ultimatum.channel", "ultimatum.received_on")  # at most three questions
_WORDS = ("ultimatum.payer_words", "rates.offer_terms", "ultimatum.reason_given")
_NEAR = timedelta(days=180)  # a term that ends this soon is what an offer is about, unless it says otherwise


def kind_of(given: Given, cards: Sequence[KindCard]) -> UltimatumKind:
    """The kind, how it is known, and the questions that would settle it where it is not."""
    by_id = {card.id: card for card in cards}
    told = given.text("ultimatum.kind")
    if card := next((c for c in cards if c.id == told), None):
        return _found(card, "You said so.")
    for field in _WORDS:
        words = given.text(field)
        for card in cards:
            if found := next((m for p in card.words if (m := re.search(p, words, re.IGNORECASE))), None):
                where = "the terms of the offer" if field == "rates.offer_terms" else "their words"
                return _found(card, f'Read from {where} ("{found.group()}"); say so if it is another.', sure=False)
    if ends := _term_ending(given):
        return _found(by_id["renewal"], f"{ends}; say so if it is about something else.", sure=False)
    asks = tuple(given.ask(field) for field in _ASKED if not given.text(field))
    spoken = given.text("ultimatum.channel") in ("phone", "meeting")
    because = "It was only spoken." if spoken else "Nothing given so far tells what it would change."
    return _found(by_id["deadline" if spoken else "unknown"], because, sure=False).model_copy(update={"asks": asks})


def _found(card: KindCard, because: str, *, sure: bool = True) -> UltimatumKind:
    means, act = marked(card.means), marked(card.act)
    return UltimatumKind(id=card.id, title=card.title, because=because, means=means, act=act, sure=sure)


def _term_ending(given: Given) -> str:
    """That the contract's term ends soon, in words; "" where it does not, or no offer is on the table."""
    if not given.review or not any(f.startswith("rates.offer_") for f in given.answers):
        return ""
    for clock in given.review.clocks:
        if clock.what.startswith("End of the") and clock.day and given.today <= clock.day <= given.today + _NEAR:
            return f"The term of the agreement ends soon ({clock.shown})"
    return ""
