"""The clocks of an ultimatum, from the user's own terms and the contract, each with its arithmetic and its clause.

Nothing is invented: a term nobody knows is told as unknown, with where to look. Where an answer and the contract
differ, the contract's clause rules and the difference is told.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from workflows.domain.contract import ContractFinding
from workflows.domain.days import (
    business_day_until,
    business_days_after,
    business_days_between,
    is_business_day,
    said,
)
from workflows.domain.plan import Kind, RulingClock
from workflows.domain.ultimatum_shelf import ClockCard
from workflows.ultimatum.given import Given, days_in


class Term(NamedTuple):
    """A number of days and where it stands: a clause, or the user's words for the place."""

    days: int
    by: ContractFinding | None = None
    source: str = ""


class Reckoned(NamedTuple):
    """A day with its arithmetic and where its terms stand."""

    day: date
    shown: str
    by: ContractFinding | None = None
    source: str = ""


_TERMS: dict[str, tuple[str, str, str, str]] = {  # term -> the user's field, and the contract's clause and value
    "own": ("walk_away.notice_days", "walk_away.notice_source", "termination_without_cause", "notice_days_provider"),
    "payer": ("ultimatum.payer_notice_days", "", "termination_without_cause", "notice_days_payer"),
    "objection": ("ultimatum.objection_days", "ultimatum.objection_source", "unilateral_amendment", "objection_days"),
    "renewal": ("ultimatum.renewal_notice_days", "", "term_renewal", "nonrenewal_notice_days"),
    "amendment": ("", "", "unilateral_amendment", "notice_days"),
}


def clocks_of(given: Given, kind: Kind, cards: Sequence[ClockCard]) -> tuple[RulingClock, ...]:
    """The clocks that matter to a kind: the known by their days, then the unknown with where to look."""
    found = []
    for card in cards:
        if card.kinds and kind not in card.kinds:
            continue
        reckoned = _RECKON[card.id](given)
        found.append(_clock(card, reckoned, given.today))
    return tuple(sorted(found, key=lambda c: (c.day is None, c.day or given.today)))


def differences(given: Given) -> Iterator[str]:
    """Where the user's term and the contract's differ, in a sentence."""
    for field, _, kind, value in _TERMS.values():
        own, clause = given.whole(field) if field else None, given.finding(kind, value)
        days = days_in(clause, value)
        if own is not None and clause and days is not None and own != days:
            label = given.questions[field].label
            yield (
                f"{label}: you gave {own} days, the contract ({clause.document}, page {clause.page}) says {days}. "
                "The contract's figure is used."
            )


def at_odds(given: Given) -> Iterator[str]:
    """Days that cannot be right together, in a sentence each."""
    came, change, theirs = (
        given.day(f) for f in ("ultimatum.received_on", "ultimatum.effective", "rates.offer_answer_by")
    )
    if came and came > given.today:
        yield f"The day it reached you ({said(came)}) lies in the future: mend it, since windows are counted from it."
    for day, name in ((change, "The day the change takes effect"), (theirs, "Their answer-by date")):
        if came and day and day < came:
            yield f"{name} ({said(day)}) is before the day it reached you ({said(came)}): one of the two is wrong."


def beside_answers(given: Given) -> dict[str, tuple[str, ...]]:
    """What follows from today for single answers, by field: the business days left, the day a notice would end it."""
    found: dict[str, tuple[str, ...]] = {}
    theirs, ends = _answer_by(given), _own_exit(given)
    if theirs and theirs.day >= given.today:
        left = business_days_between(given.today, theirs.day)
        found["rates.offer_answer_by"] = (f"That leaves {left} business day{'' if left == 1 else 's'}.",)
    if ends:
        found["walk_away.notice_days"] = (f"Given today, it would end the agreement on {said(ends.day)}.",)
    return found


def _term(given: Given, name: str) -> Term | None:
    field, source, kind, value = _TERMS[name]
    clause = given.finding(kind, value)
    if (days := days_in(clause, value)) is not None:
        return Term(days, clause)
    own = given.whole(field) if field else None
    return Term(own, None, given.text(source) if source else "") if own is not None else None


def _clock(card: ClockCard, found: Reckoned | None, today: date) -> RulingClock:
    if found is None:
        return RulingClock(id=card.id, private=card.private, what=card.what, shown=card.look)
    shown = f"{found.shown} ({found.source})" if found.source else found.shown
    if found.day < today:
        shown += "; it has passed"
    elif card.last_day and not is_business_day(found.day):
        shown += f"; no business day, so act by {said(business_day_until(found.day))}"
    else:
        left = business_days_between(today, found.day)
        shown += f"; {left} business day{'' if left == 1 else 's'} from today"
    by = found.by
    return RulingClock(
        id=card.id,
        private=card.private,
        what=card.what,
        day=found.day,
        shown=shown,
        document=by.document if by else "",
        page=by.page if by else None,
        quote=by.quote if by else "",
        passed=found.day < today,
    )


def _answer_by(given: Given) -> Reckoned | None:
    day = given.day("rates.offer_answer_by")
    return Reckoned(day, f"as they gave it: {said(day)}") if day else None


def _objection(given: Given) -> Reckoned | None:
    term, start = _term(given, "objection"), given.day("ultimatum.received_on")
    if not term or not start:
        return None
    business = given.text("ultimatum.objection_counted_in") == "business"
    day = business_days_after(start, term.days) if business else start + timedelta(days=term.days)
    counted = "business days" if business else "days"
    return Reckoned(day, f"{said(start)} + {term.days} {counted} = {said(day)}", term.by, term.source)


def effective_of(given: Given) -> Reckoned | None:
    """The day their change takes effect: as given, or counted from the notice by the contract's amendment clause."""
    if day := given.day("ultimatum.effective"):
        return Reckoned(day, f"as they gave it: {said(day)}")
    term, start = _term(given, "amendment"), given.day("ultimatum.received_on")
    if not term or not start or given.text("ultimatum.kind") not in ("amendment", "fee_notice"):
        return None
    day = start + timedelta(days=term.days)
    return Reckoned(day, f"{said(start)} + {term.days} days' notice of an amendment = {said(day)}", term.by)


def _out_before(given: Given) -> Reckoned | None:
    term, change = _term(given, "own"), effective_of(given)
    if not term or not change:
        return None
    day = change.day - timedelta(days=term.days)
    return Reckoned(day, f"{said(change.day)} - {term.days} days = {said(day)}", term.by, term.source)


def _own_exit(given: Given) -> Reckoned | None:
    return _exit(given, _term(given, "own"))


def _payer_exit(given: Given) -> Reckoned | None:
    return _exit(given, _term(given, "payer"))


def _exit(given: Given, term: Term | None) -> Reckoned | None:
    if not term:
        return None
    day = given.today + timedelta(days=term.days)
    return Reckoned(day, f"{said(given.today)} + {term.days} days = {said(day)}", term.by, term.source)


def _renewal(given: Given) -> Reckoned | None:
    if day := given.day("ultimatum.renews_on"):
        return Reckoned(day, f"as you gave it: {said(day)}")
    for clock in given.review.clocks if given.review else ():
        if clock.what.startswith("End of the") and clock.day and clock.day >= given.today:
            by = next((f for f in given.review.findings if f.quote == clock.quote), None) if given.review else None
            day = clock.day + timedelta(days=1)
            return Reckoned(day, f"{clock.shown}; the day after is {said(day)}", by)
    return None


def _renewal_notice(given: Given) -> Reckoned | None:
    """Counted back from the last day of the term, which is the day before the renewal."""
    term, renewal = _term(given, "renewal"), _renewal(given)
    if not term or not renewal:
        return None
    end = renewal.day - timedelta(days=1)
    day = end - timedelta(days=term.days)
    return Reckoned(day, f"{said(end)} (last day of the term) - {term.days} days = {said(day)}", term.by, term.source)


_RECKON = {
    "answer_by": _answer_by,
    "objection": _objection,
    "effective": effective_of,
    "out_before": _out_before,
    "own_exit": _own_exit,
    "payer_exit": _payer_exit,
    "renewal_notice": _renewal_notice,
    "renewal": _renewal,
}
