"""Arguments rank by rule; what argues for the payer is left out; reasons fit the specialty; the weak get quick wins."""

from collections.abc import Mapping

import pytest

from tests.conftest import Answered
from workflows import interview, leverage
from workflows.catalog import Catalog
from workflows.domain.case import Case
from workflows.domain.evidence import Claim, Evidence

Given = Mapping[str, object]


@pytest.fixture(scope="session")
def argue(answered: Answered, shelf: Catalog):  # type: ignore[no-untyped-def]
    def make(given: Given) -> tuple[Claim, ...]:
        answers = answered(given)
        return leverage.argue(shelf.topics, answers, interview.ledger_of(shelf.steps, answers), shelf.sources)[0]

    return make


def measures(*rows: Given) -> Given:
    return {"quality.measures": [{"measure": "HbA1c under 8%", "period": "2025", **row} for row in rows]}


def test_strength_is_the_topic_s_weight_times_the_best_grade_plus_three_for_each_further_fact(argue) -> None:  # type: ignore[no-untyped-def]
    # access weighs 70: asserted 70 x 0.4 = 28; one further fact + 3; measured 70 x 1 = 70; at most three further: + 9
    def strength(given: Given) -> int:
        return next(c.strength for c in argue(given) if c.topic == "access")

    assert strength({"access.weekly_hours": 56}) == 28
    assert strength({"access.weekly_hours": 56, "access.evenings": "Monday until 8 pm"}) == 31
    measured = {"access.third_next_available": 3, "access.wait_source": "our log"}
    assert strength(measured) == 70
    many = {"access.weekly_hours": 56, "access.evenings": "Monday", "access.weekends": "Saturday",
            "access.languages": "Spanish", "access.telehealth_hours": 20}  # fmt: skip
    assert strength({**measured, **many}) == 79


def test_claims_stand_strongest_first_and_what_was_counted_before_what_is_asserted(
    argue, example: Case, shelf: Catalog
) -> None:  # type: ignore[no-untyped-def]
    ledger = interview.ledger_of(shelf.steps, example.answers)
    claims, reasons = leverage.argue(shelf.topics, example.answers, ledger, shelf.sources)
    assert [c.strength for c in claims] == sorted((c.strength for c in claims), reverse=True)
    known = {e.id for e in (*ledger.sendable.values(), *reasons)}
    for claim in claims:
        assert set(claim.evidence) <= known
        assert 0 < claim.strength <= 100
        assert str(next(t.weight for t in shelf.topics if t.id == claim.topic)) in claim.rule
    for topic in shelf.topics:
        asserted = [f.grade == "asserted" for f in leverage.facts_of(topic, ledger)]
        assert asserted == sorted(asserted)


def test_a_topic_without_a_fact_makes_no_claim(argue) -> None:  # type: ignore[no-untyped-def]
    assert argue({}) == ()
    assert [c.topic for c in argue({"access.weekly_hours": 56})] == ["access"]


def test_a_claim_rests_on_no_private_answer(argue) -> None:  # type: ignore[no-untyped-def]
    assert argue({"market.offers_to_join": "the system asked twice", "walk_away.lowest_increase": 7}) == ()


UNFAVOURABLE = {
    "a rate below its comparator": measures({"rate": 70, "comparator": 71}),
    "a rate that should be low, above its comparator": measures(
        {"measure": "HbA1c poor control (>9%)", "rate": 25, "comparator": 20}),
    "the same said by the user": measures({"rate": 25, "comparator": 20, "lower_is_better": "yes"}),
    "readmissions above the comparator": {
        "quality.readmission_rate": 12, "quality.readmission_comparator": 11, "quality.readmission_source": "state"},
    "readmissions above a comparator of 30": {
        "quality.readmission_rate": 31, "quality.readmission_comparator": 30, "quality.readmission_source": "state"},
    "ED visits above the comparator": {
        "er_avoidance.ed_rate": 201, "er_avoidance.ed_rate_comparator": 142,
        "er_avoidance.ed_rate_source": "scorecard"},
    "ED visits above a comparator of 30": {"er_avoidance.ed_rate": 60, "er_avoidance.ed_rate_comparator": 30},
}  # fmt: skip
FAVOURABLE = {
    "a rate above its comparator": measures({"rate": 72, "comparator": 71}),
    "a rate equal to its comparator": measures({"rate": 71, "comparator": 71}),
    "a rate without a comparator": measures({"rate": 10}),
    "a rate that should be low, below its comparator": measures(
        {"measure": "HbA1c poor control (>9%)", "rate": 15, "comparator": 20}),
    "a rate the user says should be high": measures(
        {"measure": "Emergency contact reached", "rate": 90, "comparator": 80, "lower_is_better": "no"}),
    "follow-up after an emergency visit": measures(
        {"measure": "Follow-up after emergency department visit", "rate": 60, "comparator": 50}),
    "readmissions below the comparator": {"quality.readmission_rate": 8.2, "quality.readmission_comparator": 11.5},
    "ED visits below the comparator in a period that holds a number": {
        "er_avoidance.ed_rate": 142, "er_avoidance.ed_rate_comparator": 201, "er_avoidance.ed_rate_source": "scorecard",
        "er_avoidance.ed_rate_period": "the 12 months to June 2026"},
}  # fmt: skip


@pytest.mark.parametrize("case", UNFAVOURABLE)
def test_a_figure_that_argues_for_the_payer_makes_no_claim_and_is_advised_against(
    case: str, answered: Answered, shelf: Catalog, argue
) -> None:  # type: ignore[no-untyped-def]
    ledger = interview.ledger_of(shelf.steps, answered(UNFAVOURABLE[case]))
    assert argue(UNFAVOURABLE[case]) == ()
    told = leverage.advice(ledger)
    assert len(told) == 1
    assert told[0].startswith("Left out of letters")


@pytest.mark.parametrize("case", FAVOURABLE)
def test_a_figure_that_argues_for_the_practice_makes_a_claim(
    case: str, answered: Answered, shelf: Catalog, argue
) -> None:  # type: ignore[no-untyped-def]
    assert len(argue(FAVOURABLE[case])) == 1
    assert leverage.advice(interview.ledger_of(shelf.steps, answered(FAVOURABLE[case]))) == ()


def test_among_quality_measures_the_widest_margin_comes_first(answered: Answered, shelf: Catalog) -> None:
    rows = measures(
        {"rate": 72, "comparator": 71}, {"measure": "BP", "rate": 81, "comparator": 70}, {"rate": 60, "comparator": 70}
    )
    quality = next(t for t in shelf.topics if t.id == "quality")
    facts = leverage.facts_of(quality, interview.ledger_of(shelf.steps, answered(rows)))
    assert [f.key for f in facts] == ["quality.measures[1]", "quality.measures[0]"]


def test_being_part_of_a_hospital_is_no_claim_of_independence(argue) -> None:  # type: ignore[no-untyped-def]
    assert argue({"market.independence": "no"}) == ()
    assert [c.topic for c in argue({"market.independence": "yes"})] == ["independence"]


def reason(shelf: Catalog, answered: Answered, given: Given) -> Evidence:
    topic = next(t for t in shelf.topics if t.id == "ed_avoidance")
    return leverage.reasoning(topic, answered(given), shelf.sources)


@pytest.mark.parametrize(
    ("specialty", "condition", "words"),
    [
        ("pediatrics", "asthma", "children"),
        ("pediatrics", "warts", "children"),  # the specialty decides when no condition fits
        ("cardiology", "heart failure", "cardiac patient"),
        ("orthopedicSurgery", "ankle sprain", "Sprains"),
        ("familyMedicine", "type 2 diabetes", "chronic disease"),  # no mechanism of its own: the conditions decide
    ],
)
def test_the_reason_fits_the_specialty_and_then_the_conditions(
    shelf: Catalog, answered: Answered, specialty: str, condition: str, words: str
) -> None:
    given = {"practice.specialty": specialty, "diagnoses.top": [{"condition": condition}]}
    assert words in reason(shelf, answered, given).says


def test_where_no_mechanism_fits_only_the_plain_gain_is_said(shelf: Catalog, answered: Answered) -> None:
    topic = next(t for t in shelf.topics if t.id == "ed_avoidance")
    assert reason(shelf, answered, {"diagnoses.top": [{"condition": "warts"}]}).says == topic.gain
    # one specialty's mechanism is never lent to another because a condition fits
    foot = {"practice.specialty": "podiatry", "diagnoses.top": [{"condition": "asthma"}]}
    assert "children" not in reason(shelf, answered, foot).says


def test_a_reason_cites_only_sources_of_the_register(shelf: Catalog, answered: Answered) -> None:
    source = reason(shelf, answered, {"practice.specialty": "pediatrics"}).source
    assert source.kind == "guidance"
    assert source.sources
    assert set(source.sources) <= set(shelf.sources)


def test_advice_to_strengthen_is_given_only_while_its_fields_are_open(argue) -> None:  # type: ignore[no-untyped-def]
    def tips(given: Given) -> str:
        return " ".join(argue(given)[0].to_strengthen)

    assert "third-next-available" in tips({"access.weekly_hours": 56})
    assert "third-next-available" not in tips({"access.weekly_hours": 56, "access.new_patient_wait": 7})


def test_quick_wins_are_shown_when_nothing_carries_a_request_and_only_then(
    shelf: Catalog, answered: Answered, argue
) -> None:  # type: ignore[no-untyped-def]
    def wins(given: Given) -> tuple[str, ...]:
        return leverage.quick_wins(shelf.quick_wins, argue(given), answered(given))

    assert len(wins({})) == len(shelf.quick_wins)
    assert wins({"access.weekly_hours": 56})  # 28, below what carries a request
    assert wins({"practice.last_rate_change": "2019"})  # old rates alone are no leverage, however long ago
    assert not wins({"access.third_next_available": 3, "access.wait_source": "our log"})  # 70
    assert not any("escalator" in win for win in wins({"ask.escalator": 3}))


def test_the_same_answers_give_the_same_claims_in_any_order(shelf: Catalog, example: Case) -> None:
    backwards = dict(reversed(example.answers.items()))
    ledgers = [interview.ledger_of(shelf.steps, a) for a in (example.answers, backwards)]
    one, two = (leverage.argue(shelf.topics, example.answers, found, shelf.sources) for found in ledgers)
    assert one == two
