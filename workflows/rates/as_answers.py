"""What a case's files about fees say in the terms of the interview, so that letters take them up where no answer stands.

Only the payer's own schedule and its offer come in; the practice's other payers have no way here.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from workflows.domain.comparison import ComparedLine, PayerComparison
from workflows.domain.rates import Offer, RateTerms
from workflows.rates.scenarios import in_words
from workflows.rates.weigh import present

MOST_ROWS = 40  # the dearest; the table of a letter shows eight of them
PERIOD = "the last 12 months"  # what volumes.csv counts


class Filled(NamedTuple):
    """A value for a field of the interview, and the file it comes from."""

    value: str | list[dict[str, str]]
    file: str


def as_answers(own: Sequence[PayerComparison], offer: Offer | None, units_from: str) -> dict[str, Filled]:
    """Values by field of the interview: the codes with units, present and offered fees; the day the fees last changed;
    the offer's days and terms. `units_from` names the file of units."""
    base = present(own)
    found: dict[str, Filled] = {}
    if base and base.lines:
        sheet = next((c for c in own if c.what == "offer"), None)
        found["rates.codes"] = Filled(_rows(base.lines, sheet.lines if sheet else ()), base.schedule)
        if any(x.units for x in base.lines):
            found["rates.volume_period"] = Filled(PERIOD, units_from or base.schedule)
        if base.last_change:
            found["practice.last_rate_change"] = Filled(base.last_change.isoformat(), base.schedule)
    return found | {field: Filled(value, "the payer's offer") for field, value in _offer(offer).items()}


def _offer(offer: Offer | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if offer:
        days = {"rates.offer_date": offer.dated, "rates.offer_answer_by": offer.answer_by}
        found |= {field: day.isoformat() for field, day in days.items() if isinstance(day, date)}
        frozen = offer.terms.medicare_year is not None  # the interview's level is of the year of the request
        rules = {
            "rates.offer_increase": offer.terms.increase,
            "rates.offer_percent_of_medicare": None if frozen else offer.terms.percent_of_medicare,
        }
        if offer.terms != RateTerms() or offer.words:
            found["rates.offer_terms"] = offer.words or in_words(offer.terms)
        found |= {field: f"{value}%" for field, value in rules.items() if value is not None}
    return found


def _rows(lines: Sequence[ComparedLine], offered: Sequence[ComparedLine]) -> list[dict[str, str]]:
    fees = {x.key: x.rate for x in offered}
    counted = [x for x in lines if x.units] or list(lines)
    return [_row(x, fees.get(x.key)) for x in counted[:MOST_ROWS]]


def _row(x: ComparedLine, offered: Decimal | None) -> dict[str, str]:
    row = {"code": x.label, "current": str(x.rate), "setting": x.setting}
    if x.units is not None:
        row["volume"] = str(x.units)
    if offered is not None:
        row["offered"] = str(offered)
    return row
