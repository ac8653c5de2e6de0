"""What to do on which day: the follow-up of the answer letter, and the clocks that must not pass unseen."""

from collections.abc import Sequence
from datetime import date, timedelta

from workflows.domain.days import business_day_from, business_day_until, business_days_after
from workflows.domain.plan import NextAction, RulingClock, UltimatumKind
from workflows.domain.ultimatum_shelf import UltimatumShelf

SEND_WITHIN = 5  # business days from today to the answer letter (general knowledge: within the week)
BEFORE = 2  # business days before their date, so that the letter is there in time
REPLY = 21  # days to answer, the customary time (S27)


def send_day(today: date, clocks: Sequence[RulingClock]) -> date:
    """The day to send the answer: within the week, and in time for their date where that is still to come."""
    usual = business_days_after(today, SEND_WITHIN)
    dates = [c.day for c in clocks if c.id == "answer_by" and c.day and not c.passed]
    if not dates:
        return usual
    return max(business_day_from(today), min(usual, business_days_after(business_day_until(dates[0]), -BEFORE)))


def answer_day(sent: date, wanted: date | None) -> date:
    """The day their answer is due: the one the practice gives, or three weeks after the letter, on a business day."""
    return wanted if wanted and wanted > sent else business_day_from(sent + timedelta(days=REPLY))


def actions_of(
    kind: UltimatumKind, clocks: Sequence[RulingClock], shelf: UltimatumShelf, today: date, wanted: date | None
) -> tuple[NextAction, ...]:
    """The dated actions in order; `wanted` is the day by which the practice asks for an answer."""
    sent = send_day(today, clocks)
    starts = {"today": business_day_from(today), "send": sent, "answer": answer_day(sent, wanted)}
    found = [
        NextAction(
            day=business_days_after(starts[card.start], card.days), what=card.what, who=card.who, sources=card.cited
        )
        for card in shelf.actions
        if not card.kinds or kind.id in card.kinds
    ]
    by_then = {card.id: card.by_then for card in shelf.clocks if card.by_then}
    found += [
        NextAction(day=max(business_day_until(c.day), business_day_from(today)), what=by_then[c.id], clock=c.what)
        for c in clocks
        if c.id in by_then and c.day and not c.passed
    ]
    late = {card.id: card.once_passed for card in shelf.clocks if card.once_passed}
    found += [
        NextAction(day=starts["today"], what=late[c.id], clock=c.what) for c in clocks if c.id in late and c.passed
    ]
    return tuple(sorted(found, key=lambda a: a.day))
