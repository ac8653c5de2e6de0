"""What cannot all be true is said, names its fields and is kept out of letters; what only looks odd is left alone."""

from collections.abc import Mapping

import pytest

from tests.conftest import DAY, Answered
from workflows import interview
from workflows.domain.answers import Contradiction

Given = Mapping[str, object]


def found(answered: Answered, given: Given) -> tuple[Contradiction, ...]:
    return interview.contradictions(answered(given), DAY)


def measure(**cells: object) -> Given:
    return {"quality.measures": [{"measure": "HbA1c under 8%", **cells}]}


def codes(*rows: Given, **more: object) -> Given:
    return {"rates.codes": list(rows), **{k.replace("__", "."): v for k, v in more.items()}}


# rule -> (what contradicts itself, the nearest thing that does not, words of the sentence, what letters go without)
RULES: dict[str, tuple[Given, Given, str, set[str]]] = {
    "shares over one hundred percent": (
        {"diagnoses.top": [{"condition": "a", "share": 60}, {"condition": "b", "share": 41}]},
        {"diagnoses.top": [{"condition": "a", "share": 60}, {"condition": "b", "share": 40}]},
        "add up to 101%", {"diagnoses.top"},
    ),
    "an agreement that begins in the future": (
        {"practice.effective_date": "2026-11-23"}, {"practice.effective_date": "2026-11-22"},
        "November 23, 2026) lies in the future", {"practice.effective_date"},
    ),
    "a rate change in the future, known to the month": (
        {"practice.last_rate_change": "2026-12"}, {"practice.last_rate_change": "2026-11"},
        "December 2026) lies in the future", {"practice.last_rate_change"},
    ),
    "an offer from the future": (
        {"rates.offer_date": "2027"}, {"rates.offer_date": "2026"}, "2027) lies in the future", {"rates.offer_date"},
    ),
    "an answer wanted by a day that is past": (
        {"ask.answer_by": "2026-11-21"}, {"ask.answer_by": "2026-11-22"}, "already past", {"ask.answer_by"},
    ),
    "rates to start on a day that is past": (
        {"ask.effective": "2026-10"}, {"ask.effective": "2026-11"}, "already past", {"ask.effective"},
    ),
    "a payer's deadline that is past": (
        {"rates.offer_answer_by": "2026-11-01"}, {"rates.offer_answer_by": "2026-12-01"}, "already past",
        {"rates.offer_answer_by"},
    ),
    "a rate change before the agreement": (
        {"practice.effective_date": "2019-03-01", "practice.last_rate_change": "2018"},
        {"practice.effective_date": "2019-03-01", "practice.last_rate_change": "2019"},
        "before the agreement took effect", {"practice.effective_date", "practice.last_rate_change"},
    ),
    "fewer visits than members": (
        {"practice.members": 2300, "practice.visits": 2299}, {"practice.members": 2300, "practice.visits": 2300},
        "2,300 members cannot have made only 2,299 visits", {"practice.members", "practice.visits"},
    ),
    "codes worth more than the revenue": (
        # 1,021 x $100 = $102,100, more than 2% above $100,000; 1,020 x $100 = $102,000 is not
        codes({"code": "99213", "volume": 1021, "current": 100}, practice__revenue=100_000),
        codes({"code": "99213", "volume": 1020, "current": 100}, practice__revenue=100_000),
        "$102,100", {"practice.revenue", "rates.codes"},
    ),
    "more visits avoided than calls taken": (
        {"er_avoidance.ed_visits_avoided": 413, "er_avoidance.after_hours_calls": 412},
        {"er_avoidance.ed_visits_avoided": 412, "er_avoidance.after_hours_calls": 412},
        "413 visits avoided", {"er_avoidance.ed_visits_avoided", "er_avoidance.after_hours_calls"},
    ),
    "more patients than all of them": (
        measure(rate=100, numerator=613, n=612), measure(rate=100, numerator=612, n=612),
        "more than all of them", {"quality.measures[0]"},
    ),
    "a rate that is not its own fraction": (
        # 480 / 612 = 78.43%
        measure(rate=80, numerator=480, n=612), measure(rate=79, numerator=480, n=612),
        "480 of 612 is 78.4%, not 80%", {"quality.measures[0]"},
    ),
    "a request below the present level": (
        {"rates.percent_of_medicare": 118, "ask.percent_of_medicare": 118},
        {"rates.percent_of_medicare": 118, "ask.percent_of_medicare": 118.1},
        "not above the present level", {"rates.percent_of_medicare", "ask.percent_of_medicare"},
    ),
    "points called percent": (
        # 104 to 118 is 14 points and 118 / 104 - 1 = 13.46%
        {"rates.percent_of_medicare": 104, "ask.percent_of_medicare": 118, "ask.increase": 14},
        {"rates.percent_of_medicare": 104, "ask.percent_of_medicare": 118, "ask.increase": 13.5},
        "14 points and 13.5%, but the increase given is 14%: points are not percent", {"ask.increase"},
    ),
    "a level not above the level offered": (
        {"ask.percent_of_medicare": 106, "rates.offer_percent_of_medicare": 106},
        {"ask.percent_of_medicare": 107, "rates.offer_percent_of_medicare": 106},
        "not above the offer (106%)", {"ask.percent_of_medicare", "rates.offer_percent_of_medicare"},
    ),
    "an increase not above the increase offered": (
        {"ask.increase": 2, "rates.offer_increase": 2}, {"ask.increase": 2.1, "rates.offer_increase": 2},
        "not above the offer (2%)", {"ask.increase", "rates.offer_increase"},
    ),
    "a code that stands twice with two fees": (
        codes({"code": "99213", "current": 84}, {"code": "99213", "current": 85}),
        codes({"code": "99213", "current": 84}, {"code": "99213-25", "current": 85}),
        "Code 99213 stands twice", {"rates.codes[1]"},
    ),
    "a proposal below what is paid": (
        codes({"code": "99213", "current": 84.10, "proposed": 84.09}),
        codes({"code": "99213", "current": 84.10, "proposed": 84.10}),
        "($84.09) is below what is paid now ($84.10)", {"rates.codes[0]"},
    ),
    "an offered fee that is not the offered increase": (
        # 2% on $100 is $102; 1% of the fee is the tolerance
        codes({"code": "99213", "current": 100, "offered": 103.01}, rates__offer_increase=2),
        codes({"code": "99213", "current": 100, "offered": 103}, rates__offer_increase=2),
        "2% on $100.00 is $102.00, but the offer is given as $103.01", {"rates.offer_increase"},
    ),
    "a floor above the request": (
        {"walk_away.lowest_percent_of_medicare": 119, "ask.percent_of_medicare": 118},
        {"walk_away.lowest_percent_of_medicare": 118, "ask.percent_of_medicare": 118},
        "below the least you would accept", set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_a_contradiction_is_said_once_with_its_fields_and_what_letters_go_without(
    rule: str, answered: Answered
) -> None:
    given, _, words, leave_out = RULES[rule]
    told = found(answered, given)
    assert len(told) == 1, told
    assert words in told[0].says
    assert set(told[0].leave_out) == leave_out
    assert set(told[0].fields) <= set(given)


@pytest.mark.parametrize("rule", RULES)
def test_the_nearest_thing_that_can_be_true_is_no_contradiction(rule: str, answered: Answered) -> None:
    assert found(answered, RULES[rule][1]) == ()


def test_levels_of_two_medicare_years_are_not_compared(answered: Answered) -> None:
    levels = {"rates.percent_of_medicare": 118, "ask.percent_of_medicare": 112}
    assert found(answered, {**levels, "rates.medicare_year": 2019, "ask.medicare_year": 2026}) == ()
    assert found(answered, {**levels, "rates.medicare_year": 2026, "ask.medicare_year": 2026})


def test_visits_avoided_may_exceed_calls_where_same_day_visits_avoid_them_too(answered: Answered) -> None:
    given = {"er_avoidance.ed_visits_avoided": 500, "er_avoidance.after_hours_calls": 412}
    assert found(answered, {**given, "er_avoidance.same_day_slots": 36}) == ()


def test_a_floor_above_the_request_never_tells_the_floor(answered: Answered) -> None:
    told = found(answered, {"walk_away.lowest_increase": 7.77, "ask.increase": 5})
    assert len(told) == 1
    assert "7.77" not in told[0].says


def test_the_worked_example_contradicts_nothing(example) -> None:  # type: ignore[no-untyped-def]
    assert interview.contradictions(example.answers, DAY) == ()
