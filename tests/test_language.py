"""Figures in words: what the shared reading finds, for the reader of notes and the guard over letters alike."""

from decimal import Decimal

import pytest

from workflows.domain.language import figures


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("half a dozen", "6", "count"),
        ("a dozen same day slots", "12", "count"),
        ("a two year term", "2", "count"),
        ("one and a half percent", "1.5", "percent"),
        ("nineteen hundred kids", "1900", "count"),
        ("905 thousand dollars", "905000", "usd"),
        ("ninety-eight percent", "98", "percent"),
        ("6.1k visits", "6100", "count"),
        ("4 bus days", "4", "days"),
        ("9/30/26", "20260930", "date"),
        ("$2.36 million", "2360000", "usd"),
    ],
)
def test_a_figure_is_read_with_its_unit(words: str, amount: str, unit: str) -> None:
    found = figures(words)
    assert (found[0].amount, found[0].unit) == (Decimal(amount), unit)


def test_a_dictated_telephone_is_no_sum() -> None:
    assert [f.amount for f in figures("two five two 555 0118")] == [555, 118]


def test_opening_hours_are_no_millions() -> None:
    assert all(f.amount < 100 for f in figures("8-5 M-F"))
