"""The days of an ultimatum: windows over months' ends and leap years, business days, and actions that never come late."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from tests.conftest import DAY, Answered
from workflows.catalog import catalog
from workflows.catalog.ultimatum import ultimatum_shelf
from workflows.domain.contract import ContractFinding, ContractReview
from workflows.domain.days import (
    business_day_from,
    business_day_until,
    business_days_after,
    business_days_between,
    is_business_day,
)
from workflows.domain.plan import RulingClock
from workflows.ultimatum import Given
from workflows.ultimatum.actions import actions_of, answer_day, send_day
from workflows.ultimatum.clocks import at_odds, clocks_of, differences
from workflows.ultimatum.kind import kind_of

DAYS = st.dates(date(1996, 1, 1), date(2096, 12, 31))
SHELF = ultimatum_shelf()
QUESTIONS = {f"{s.id}.{q.id}": q for s in catalog().every_step for q in s.questions}


@pytest.fixture
def reckon(answered: Answered):  # type: ignore[no-untyped-def]

    def make(
        values: dict[str, object], today: date = DAY, review: ContractReview | None = None
    ) -> dict[str, RulingClock]:
        given = Given(answers=answered(values), questions=QUESTIONS, review=review, today=today)
        kind = kind_of(given, SHELF.kinds)
        return {c.id: c for c in clocks_of(given, kind.id, SHELF.clocks)}

    return make


@for_all(DAYS)
def test_the_nearest_business_days_are_business_days_and_the_nearest(day: date) -> None:
    before, after = business_day_until(day), business_day_from(day)
    assert before <= day <= after
    assert is_business_day(before)
    assert is_business_day(after)
    assert not any(is_business_day(before + timedelta(n)) for n in range(1, (after - before).days))
    assert (before == after == day) == is_business_day(day)


@for_all(DAYS, st.integers(0, 120))
def test_counting_business_days_and_adding_them_agree(day: date, count: int) -> None:
    assert business_days_between(day, business_days_after(day, count)) == count
    assert business_days_between(day, day - timedelta(days=count)) == 0


@for_all(DAYS, st.integers(0, 90), st.integers(0, 90))
def test_business_days_add_up(day: date, one: int, two: int) -> None:
    assert business_days_after(business_days_after(day, one), two) == business_days_after(day, one + two)


@pytest.mark.parametrize(
    ("received", "days", "counted", "last"),
    [
        ("2024-01-30", 30, "calendar", "2024-02-29"),
        ("2025-01-30", 30, "calendar", "2025-03-01"),
        ("2027-11-30", 90, "calendar", "2028-02-28"),
        ("2028-02-28", 1, "calendar", "2028-02-29"),
        ("2026-12-31", 60, "calendar", "2027-03-01"),
        ("2026-11-25", 2, "business", "2026-11-30"),  # Thanksgiving and a weekend between
        ("2026-12-31", 1, "business", "2027-01-04"),
        ("2028-02-25", 3, "business", "2028-03-01"),  # Monday to Wednesday of a leap year's end of February
    ],
)
def test_a_window_to_object_closes_on_its_day(reckon, received: str, days: int, counted: str, last: str) -> None:  # type: ignore[no-untyped-def]
    told = {
        "ultimatum.kind": "amendment",
        "ultimatum.received_on": received,
        "ultimatum.objection_days": days,
        "ultimatum.objection_counted_in": counted,
    }
    clock = reckon(told, today=date.fromisoformat(received))["objection"]
    assert clock.day == date.fromisoformat(last)
    assert f"{days} {'business days' if counted == 'business' else 'days'}" in clock.shown


@for_all(start=DAYS, own=st.integers(1, 400), notice=st.integers(0, 400))
@settings(max_examples=25)
def test_leaving_on_the_last_day_ends_the_agreement_no_later_than_the_change(
    answered: Answered, start: date, own: int, notice: int
) -> None:
    told = {
        "ultimatum.kind": "renewal",
        "ultimatum.effective": start.isoformat(),
        "walk_away.notice_days": own,
        "ultimatum.renews_on": start.isoformat(),
        "ultimatum.renewal_notice_days": notice,
    }
    given = Given(answers=answered(told), questions=QUESTIONS, today=start - timedelta(days=500))
    clocks = {c.id: c for c in clocks_of(given, "renewal", SHELF.clocks)}
    assert clocks["out_before"].day + timedelta(days=own) == start  # type: ignore[operator]
    assert (start - clocks["renewal_notice"].day).days == notice + 1  # type: ignore[operator]
    assert clocks["own_exit"].day == given.today + timedelta(days=own)
    assert not any(c.passed for c in clocks.values())


@for_all(DAYS, st.integers(-20, 90), st.integers(-10, 120))
def test_the_letter_goes_in_time_and_on_business_days(today: date, theirs: int, ours: int) -> None:
    deadline = today + timedelta(days=theirs)
    clock = RulingClock(id="answer_by", what="Theirs", day=deadline, shown="", passed=deadline < today)
    sent = send_day(today, (clock,))
    due = answer_day(sent, today + timedelta(days=ours))
    assert is_business_day(sent)
    assert sent >= today
    assert due > sent
    if not clock.passed and business_days_between(today, deadline) > 3:
        assert sent < deadline
    assert sent <= business_days_after(today, 5)


@for_all(DAYS, st.integers(-20, 90))
def test_actions_are_in_order_on_business_days_and_none_lies_behind(today: date, theirs: int) -> None:
    deadline = today + timedelta(days=theirs)
    clock = RulingClock(id="answer_by", what="Theirs", day=deadline, shown="", passed=deadline < today)
    kind = kind_of(Given(answers={}, questions=QUESTIONS, today=today), SHELF.kinds)
    actions = actions_of(kind, (clock,), SHELF, today, None)
    assert [a.day for a in actions] == sorted(a.day for a in actions)
    assert all(a.day >= today and is_business_day(a.day) for a in actions)
    assert clock.passed == any("has passed" in a.what for a in actions)


def test_an_unknown_term_is_told_as_unknown_with_where_to_look(reckon) -> None:  # type: ignore[no-untyped-def]
    for clock in reckon({}).values():
        assert clock.day is None
        assert re.search(r"Look in|ask for it in writing|section|stand in the papers", clock.shown), clock.what


def test_a_month_stands_for_its_first_day_and_a_year_for_none(reckon) -> None:  # type: ignore[no-untyped-def]
    assert reckon({"ultimatum.effective": "2027-02"})["effective"].day == date(2027, 2, 1)
    assert reckon({"ultimatum.effective": "2027"})["effective"].day is None


def clause(kind: str, quote: str, **values: int) -> ContractFinding:
    return ContractFinding(
        type=kind, title=kind, risk="medium", document="contract.pdf", page=4, pages=(4,), section="7.2", quote=quote,
        values=dict(values), why="w", ask="a",
    )  # fmt: skip


def test_the_contract_rules_over_an_answer_and_the_difference_is_told(answered: Answered) -> None:
    quote = "Either party may terminate without cause upon sixty (60) days' notice."
    found = clause("termination_without_cause", quote, notice_days_provider=60, notice_days_payer=60)
    review = ContractReview(documents=("contract.pdf",), findings=(found,), absent=(), clocks=(), facts={})
    given = Given(answers=answered({"walk_away.notice_days": 90}), questions=QUESTIONS, review=review, today=DAY)
    clock = next(c for c in clocks_of(given, "renewal", SHELF.clocks) if c.id == "own_exit")
    assert clock.day == DAY + timedelta(days=60)
    assert (clock.document, clock.page, clock.quote) == ("contract.pdf", 4, quote)
    assert ["you gave 90 days" in told and "says 60" in told for told in differences(given)] == [True]
    same = given.model_copy(update={"answers": answered({"walk_away.notice_days": 60})})
    assert list(differences(same)) == []


def test_a_clause_that_another_replaces_does_not_count(reckon) -> None:  # type: ignore[no-untyped-def]
    old = clause("unilateral_amendment", "thirty (30) days", objection_days=30).model_copy(update={"replaced_by": "A1"})
    new = clause("unilateral_amendment", "fifteen (15) days", objection_days=15)
    review = ContractReview(documents=("c",), findings=(new, old), absent=(), clocks=(), facts={})
    told = {"ultimatum.kind": "amendment", "ultimatum.received_on": "2026-11-16"}
    assert reckon(told, review=review)["objection"].day == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"ultimatum.received_on": "2026-11-30"}, "lies in the future"),
        ({"ultimatum.received_on": "2026-11-16", "ultimatum.effective": "2026-11-01"}, "takes effect"),
        ({"ultimatum.received_on": "2026-11-16", "rates.offer_answer_by": "2026-11-10"}, "answer-by date"),
        ({"ultimatum.received_on": "2026-11-16", "ultimatum.effective": "2027-01-01"}, ""),
    ],
)
def test_days_that_cannot_be_right_together_are_told(answered: Answered, values: dict[str, object], says: str) -> None:
    given = Given(answers=answered(values), questions=QUESTIONS, today=DAY)
    told = list(at_odds(given))
    assert len(told) == bool(says)
    assert all(says in t for t in told)
