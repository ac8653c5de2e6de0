"""Days as contracts count them: months' ends, leap years, business days, windows, amounts in words, the calendar file."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract_scores import reviewed
from workflows.contracts import as_ics
from workflows.contracts.quantities import Quantity, converted, tokens_of
from workflows.domain.days import (
    add_months,
    business_days_after,
    end_of_term,
    federal_holidays,
    is_business_day,
    term_running,
)

GIVEN = Path(__file__).parent / "contracts_given"
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2023-07-15", 24, "2025-07-14"),
        ("2025-01-01", 36, "2027-12-31"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2025-01-31", 1, "2025-02-27"),
        ("2024-01-31", 1, "2024-02-28"),
    ],
)
def test_a_term_ends_the_day_before_its_anniversary(start: str, months: int, end: str) -> None:
    assert end_of_term(date.fromisoformat(start), months).isoformat() == end


@given(DAYS, st.integers(0, 240))
def test_months_on_keep_the_day_or_take_the_last_of_a_shorter_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(DAYS, st.integers(1, 60))
def test_business_days_are_counted_there_and_back(day: date, count: int) -> None:
    later = business_days_after(day, count)
    assert is_business_day(later)
    assert sum(is_business_day(day + timedelta(days=i)) for i in range(1, (later - day).days + 1)) == count
    if is_business_day(day):
        assert business_days_after(later, -count) == day


def test_holidays_are_those_observed() -> None:
    assert date(2026, 7, 3) in federal_holidays(2026)  # July 4, 2026 is a Saturday
    assert date(2026, 11, 26) in federal_holidays(2026)
    assert not is_business_day(date(2021, 12, 31))  # January 1, 2022 is a Saturday


@given(DAYS, st.integers(1, 60), st.integers(1, 36), DAYS)
def test_the_present_term_holds_today_or_is_the_first(start: date, initial: int, renewal: int, today: date) -> None:
    begun, end, count = term_running(start, initial, renewal, today)
    assert today <= end
    assert begun == start if count == 0 else begun <= today


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("within ninety (90) days after", "days", 90),
        ("one hundred eighty (180) days", "days", 180),
        ("120 (one hundred twenty) days", "days", 120),
        ("on sixty days' notice", "days", 60),
        ("a thirty-day period", "days", 30),
        ("five (5) business days", "days", 5),
        ("one (1) year terms", "years", 1),
        ("lasts two years from", "years", 2),
        ("twenty-four months", "months", 24),
        ("one hundred thirty-five percent (135%) of", "percent", 135),
        ("one and one-half percent (1.5%) a month", "percent", Decimal("1.5")),
        ("seventy-two hours", "hours", 72),
        ("$1,000,000 per occurrence", "money", 1_000_000),
        ("the 2023 Medicare schedule", "year", 2023),
    ],
)
def test_an_amount_is_read_once_with_its_unit(text: str, unit: str, amount: Decimal) -> None:
    assert [(q.unit, q.amount) for q in tokens_of(text)[1]] == [(unit, Decimal(amount))]


def test_business_days_are_marked_and_a_unit_carries_over() -> None:
    (five,) = tokens_of("within five (5) business days")[1]
    assert five.business
    both = tokens_of("an electronic claim within thirty (30) days and a paper claim within forty-five (45).")[1]
    assert [(q.unit, q.amount) for q in both] == [("days", 30), ("days", 45)]


def test_units_of_time_are_converted() -> None:
    assert converted(Quantity("days", Decimal(180), 0, 1), "months") == 6
    assert converted(Quantity("years", Decimal(3), 0, 1), "months") == 36
    assert converted(Quantity("years", Decimal(1), 0, 1), "days") == 365
    assert converted(Quantity("percent", Decimal(3), 0, 1), "days") is None


def test_the_clocks_show_their_arithmetic() -> None:
    clocks = {c.what: c for c in reviewed(GIVEN / "dev1.pdf").clocks}
    last = clocks["Last day to give notice of non-renewal"]
    assert last.day == date(2027, 9, 2)
    assert last.shown == "December 31, 2027 - 120 days = September 2, 2027"
    assert last.page == 4
    assert not last.passed
    other = {c.what: c for c in reviewed(GIVEN / "dev2.pdf").clocks}
    assert other["Renewal talks begin"].day == date(2025, 2, 14)
    assert other["End of the initial term"].passed


def test_a_start_that_hangs_on_a_signature_is_never_invented() -> None:
    found = reviewed(Path(__file__).parent / "contracts/form1.pdf")
    assert found.facts["effective_date"] is None
    assert found.facts["nonrenewal_deadline"] is None


def test_the_calendar_file_folds_its_lines_and_holds_every_dated_clock() -> None:
    clocks = reviewed(GIVEN / "dev1.pdf").clocks
    text = as_ics(clocks, datetime(2026, 11, 22, tzinfo=UTC))
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert text.count("BEGIN:VEVENT") == sum(c.day is not None for c in clocks)
    assert "DTSTART;VALUE=DATE:20270902" in lines
