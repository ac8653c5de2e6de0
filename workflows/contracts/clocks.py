"""The dates that rule a contract, worked out from its findings with the arithmetic shown, and the facts in short.

Nothing is invented: where the start is blank or hangs on a signature, the clock says what is missing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from workflows.domain.contract import Clock, ContractFinding
from workflows.domain.days import add_months, end_of_term, said, term_running

_LAW = re.compile(
    r"(?:laws\s+of\s+(?:the\s+)?(?:State|Commonwealth)\s+of\s+|laws\s+of\s+)([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)|\b([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\s+law\s+(?:governs|applies|controls)"
)
Facts = dict[str, str | int | float | None]


def clocks_of(findings: Sequence[ContractFinding], today: date) -> tuple[Clock, ...]:
    """Start, end, renewal, the last days to act, and the windows that open with a notice; in the order of days."""
    found = [*_term(findings, today), *_leaving(findings, today), *_windows(findings)]
    return tuple(sorted(found, key=lambda c: (c.day is None, c.day or today)))


def _current(findings: Sequence[ContractFinding], kind: str, value: str) -> ContractFinding | None:
    """The finding of a type that holds a value and rules: the one nothing replaces, the last among several."""
    holding = [f for f in findings if f.type == kind and value in f.values and not f.product]
    ruling = [f for f in holding if not f.replaced_by] or holding
    return ruling[-1] if any(f.replaces for f in ruling) else (ruling[0] if ruling else None)


def _number(f: ContractFinding | None, value: str) -> int | None:
    held = f.values.get(value) if f else None
    return int(held) if isinstance(held, (int, float)) else None


def start_of(findings: Sequence[ContractFinding]) -> tuple[date | None, ContractFinding | None]:
    """The day the agreement takes effect, and the finding that says so."""
    stated = [f for f in findings if f.type == "term_renewal" and "effective_date" in f.values and not f.product]
    # The day on which an amendment begins is its own, not that of the agreement.
    f = next((f for f in stated if not f.replaces), stated[0] if stated else None)
    try:
        return (date.fromisoformat(str(f.values["effective_date"])), f) if f else (None, None)
    except ValueError:
        return None, f


def _term(findings: Sequence[ContractFinding], today: date) -> Iterator[Clock]:
    start, said_by = start_of(findings)
    long = _current(findings, "term_renewal", "initial_term_months")
    months = _number(long, "initial_term_months")
    if start is None:
        yield Clock(
            what="Effective date", shown="The contract does not state the day it takes effect; ask for it in writing."
        )
        return
    yield _clock("Effective date", start, f"as stated: {said(start)}", said_by, today)
    if not months:
        return
    first_end = end_of_term(start, months)
    yield _clock(
        "End of the initial term",
        first_end,
        f"{said(start)} + {months} months - 1 day = {said(first_end)}",
        long,
        today,
    )
    renews = _current(findings, "term_renewal", "renewal_months")
    renewal = _number(renews, "renewal_months") or 0
    end = first_end
    if renewal:
        begun, end, count = term_running(start, months, renewal, today)
        if count:
            shown = f"{said(start)} + {months} months + {count} x {renewal} months - 1 day = {said(end)}"
            yield _clock(f"End of the present term (since {said(begun)})", end, shown, renews, today)
    yield from _notices(findings, end, renewal, today)


def _notices(findings: Sequence[ContractFinding], end: date, renewal: int, today: date) -> Iterator[Clock]:
    notice = _current(findings, "term_renewal", "nonrenewal_notice_days")
    days = _number(notice, "nonrenewal_notice_days")
    if days:
        last = end - timedelta(days=days)
        yield _clock(
            "Last day to give notice of non-renewal", last, f"{said(end)} - {days} days = {said(last)}", notice, today
        )
        if last < today and renewal:
            later = add_months(end + timedelta(days=1), renewal) - timedelta(days=1)
            later_last = later - timedelta(days=days)
            yield _clock(
                "Next last day to give notice of non-renewal",
                later_last,
                f"{said(later)} - {days} days = {said(later_last)}",
                notice,
                today,
            )
    talks = _current(findings, "term_renewal", "talks_days")
    if before := _number(talks, "talks_days"):
        begin = end - timedelta(days=before)
        yield _clock("Renewal talks begin", begin, f"{said(end)} - {before} days = {said(begin)}", talks, today)


def _leaving(findings: Sequence[ContractFinding], today: date) -> Iterator[Clock]:
    for value, who in (("notice_days_provider", "the practice"), ("notice_days_payer", "the payer")):
        f = _current(findings, "termination_without_cause", value)
        if days := _number(f, value):
            day = today + timedelta(days=days)
            shown = f"{said(today)} + {days} days = {said(day)}, if notice is given today and nothing locks the term"
            yield _clock(f"Earliest end if {who} gives notice today", day, shown, f, today)


def _windows(findings: Sequence[ContractFinding]) -> Iterator[Clock]:
    """Periods that begin with something the contract cannot date: a notice, a breach, a service, a payment."""
    for kind, value, what, since in (
        ("unilateral_amendment", "objection_days", "Days to object to an amendment", "its notice"),
        ("unilateral_amendment", "notice_days", "An amendment takes effect", "its notice"),
        ("all_products", "opt_out_days", "Days to decline a new product", "its notice"),
        ("termination_for_cause", "cure_days", "Days to cure a breach", "the notice of breach"),
        ("timely_filing", "days", "Days to submit a claim", "the service"),
        ("timely_filing", "appeal_days", "Days to appeal a claim", "the decision"),
    ):
        for f in findings:
            days = _number(f, value)
            if f.type == kind and days and not f.replaced_by:
                named = f"{what} ({f.product})" if f.product else what
                shown = f"{days} days from {since}; the day follows when that is known"
                yield Clock(what=named, shown=shown, document=f.document, page=f.page, quote=f.quote)


def _clock(what: str, day: date, shown: str, by: ContractFinding | None, today: date) -> Clock:
    return Clock(
        what=what,
        day=day,
        shown=shown,
        document=by.document if by else "",
        page=by.page if by else None,
        quote=by.quote if by else "",
        passed=day < today,
    )


def facts_of(findings: Sequence[ContractFinding], names: Mapping[str, str], text: str) -> Facts:
    """The contract in short; None where it does not say."""
    start, _ = start_of(findings)
    months = _number(_current(findings, "term_renewal", "initial_term_months"), "initial_term_months")
    renews = _current(findings, "term_renewal", "renewal")
    notice = _number(_current(findings, "term_renewal", "nonrenewal_notice_days"), "nonrenewal_notice_days")
    end = end_of_term(start, months) if start and months else None
    law = _LAW.search(text)
    facts: Facts = {
        "payer": names.get("payer") or None,
        "provider": names.get("practice") or None,
        "state": next((g for g in law.groups() if g), None) if law else None,
        "effective_date": start.isoformat() if start else None,
        "initial_term_months": months,
        "initial_term_end": end.isoformat() if end else None,
        "renewal": str(renews.values["renewal"]) if renews else None,
        "nonrenewal_notice_days": notice,
        "nonrenewal_deadline": (end - timedelta(days=notice)).isoformat() if end and notice else None,
    }
    for kind, value, name in (
        ("termination_without_cause", "notice_days_payer", "without_cause_notice_days_payer"),
        ("termination_without_cause", "notice_days_provider", "without_cause_notice_days_provider"),
        ("termination_for_cause", "cure_days", "cure_days"),
        ("timely_filing", "days", "timely_filing_days"),
        ("recoupment_offset", "lookback_months", "recoupment_lookback_months"),
        ("prompt_payment", "days_electronic", "prompt_pay_days"),
        ("unilateral_amendment", "notice_days", "amendment_notice_days"),
        ("fee_schedule_basis", "percent", "fee_percent"),
        ("fee_schedule_basis", "basis", "fee_basis"),
        ("rate_escalator", "percent", "escalator_percent"),
    ):
        f = _current(findings, kind, value)
        facts[name] = f.values[value] if f else None
    return facts
