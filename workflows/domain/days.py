"""Arithmetic with days, as contracts count them: months that end where they can, business days, the last day to act.

Shared by the contract's clocks and the ultimatum's.

A term of two years from July 15, 2023 ends on July 14, 2025. A window of 120 days before the end closes 120 days
before that day. Business days leave out weekends and federal holidays.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from workflows.domain import language


def add_months(day: date, months: int) -> date:
    """The same day of the month that many months on, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of_term(start: date, months: int) -> date:
    """The last day of a term that begins on `start`."""
    return add_months(start, months) - timedelta(days=1)


def business_days_after(day: date, count: int) -> date:
    """The day `count` business days after (or, where negative, before) `day`."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_business_day(day)
    return day


def business_day_from(day: date) -> date:
    """The day itself where it is a business day, else the next one."""
    return day if is_business_day(day) else business_days_after(day, 1)


def business_day_until(day: date) -> date:
    """The day itself where it is a business day, else the last one before."""
    return day if is_business_day(day) else business_days_after(day, -1)


def business_days_between(day: date, until: date) -> int:
    """How many business days lie after `day`, up to and with `until`; 0 where `until` is not later."""
    return sum(is_business_day(day + timedelta(days=n)) for n in range(1, (until - day).days + 1))


def is_business_day(day: date) -> bool:
    """Whether it is no weekend and no federal holiday."""
    return day.weekday() < 5 and day not in federal_holidays(day.year) | federal_holidays(day.year + 1)


@lru_cache(maxsize=256)
def federal_holidays(year: int) -> frozenset[date]:
    """The federal holidays of a year as observed (5 U.S.C. 6103); January 1 of the next year may fall on December 31."""
    fixed = [date(year, 1, 1), date(year, 6, 19), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)]
    observed = [
        d - timedelta(days=1) if d.weekday() == 5 else d + timedelta(days=1) if d.weekday() == 6 else d for d in fixed
    ]
    floating = [
        _nth(year, 1, 0, 3),
        _nth(year, 2, 0, 3),
        _last_monday(year, 5),
        _nth(year, 9, 0, 1),
        _nth(year, 10, 0, 2),
        _nth(year, 11, 3, 4),
    ]
    return frozenset((*observed, *floating))


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, monthrange(year, month)[1])
    return last - timedelta(days=last.weekday())


def term_running(start: date, initial: int, renewal: int, today: date) -> tuple[date, date, int]:
    """The term that runs on `today` (or the first to come) of an agreement that renews by itself: start, end, and how
    often it has renewed. Each term is counted from the first day, so that a 31st does not wander."""
    if today <= end_of_term(start, initial) or renewal <= 0:
        return start, end_of_term(start, initial), 0
    past = (today.year - start.year) * 12 + today.month - start.month - initial
    count = max(past // renewal, 0)
    while end_of_term(start, initial + count * renewal) < today:
        count += 1
    return add_months(start, initial + (count - 1) * renewal), end_of_term(start, initial + count * renewal), count


def said(day: date) -> str:
    """A day as a letter writes it."""
    return language.day(day.isoformat())
