"""What a letter makes of single facts: reasons beside requests, two counts of one thing, the payer addressed as you."""

from collections.abc import Callable, Mapping

import pytest

from tests.conftest import DAY, Answered
from workflows.casework import Desk
from workflows.catalog import Catalog
from workflows.domain.case import Case
from workflows.domain.draft import Document, Draft
from workflows.interview import ledger_of

Make = Callable[..., Draft]


@pytest.fixture(scope="module")
def desk(shelf: Catalog) -> Desk:
    return Desk(None, shelf, today=lambda: DAY)


@pytest.fixture
def made(desk: Desk, answered: Answered, example: Case) -> Make:
    """The draft of the worked example with some answers changed, or (None) left out."""

    def make(change: Mapping[str, object], document: Document = "counteroffer") -> Draft:
        new = answered({k: v for k, v in change.items() if v is not None})
        answers = {k: v for k, v in example.answers.items() if k not in change} | new
        return desk.letters.draft(example.model_copy(update={"answers": answers}), document)

    return make


def said(draft: Draft) -> str:
    return " ".join(s.text for s in draft.sentences())


AUTH, FILING = {"clause": "Prior authorization of scans"}, {"clause": "Timely filing (section 4.3)"}


def test_the_practice_s_own_count_stands_beside_the_request_it_is_a_reason_for(made: Make) -> None:
    asks = next(s for s in made({"ask.others": [{"clause": "Notice"}, FILING, AUTH]}).sections if s.id == "requests")
    notice, filing, auth = (s.text for s in asks.sentences)
    assert notice == "Notice."
    assert "11.4% of our claims were denied" in filing
    assert "72% of the denials were overturned" in filing
    assert "46 prior authorizations every week, which take 22 hours" in auth
    assert "96% are approved" in auth


def test_a_reason_stands_once_and_only_where_something_was_counted(made: Make) -> None:
    twice = said(made({"ask.others": [AUTH, {"clause": "Authorization of drugs"}]}))
    assert twice.count("46 prior authorizations") == 1
    nothing = dict.fromkeys(("prior_auths", "prior_auth_hours", "prior_auth_approved", "prior_auth_per"))
    assert "you ask us for" not in said(made({"ask.others": [AUTH], **{f"friction.{k}": None for k in nothing}}))


RATE = {
    "er_avoidance.ed_rate": 142,
    "er_avoidance.ed_rate_comparator": 201,
    "er_avoidance.ed_rate_source": "your 2025 scorecard",
    "er_avoidance.ed_rate_period": "2025",
}


def test_two_counts_that_differ_are_explained_and_money_is_on_the_lower(made: Make) -> None:
    # (201 - 142) x 2,300 / 1,000 = 135.7, beside the 412 of the triage log; 136 x $1,865 = $253,640
    text = said(made(RATE))
    assert "Over 2,300 members the difference between these rates is 136 visits" in text
    assert "for each of 136 emergency visits, the lower count" in text
    assert "come to $253,640" in text
    more = said(made({**RATE, "er_avoidance.ed_rate_comparator": 501}))  # 826 fewer: the log is the lower one
    assert "our count of 412 is lower: it holds only those our record shows" in more
    assert "the 412 emergency visits avoided" in more


def test_counts_of_two_periods_are_not_set_against_each_other(made: Make) -> None:
    assert "between these rates" not in said(made({**RATE, "er_avoidance.ed_rate_period": "2024"}))


def test_a_published_price_of_primary_care_is_not_lent_to_another_specialty(made: Make) -> None:
    assert "$2,032" in said(made({}))
    specialist = said(made({"practice.specialty": "cardiology"}))
    assert "$2,032" not in specialist
    assert "emergency visits avoided." not in specialist.split("worth", 1)[1].split("That is")[0]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("calls to the offices in Buckeye Valley's directory", "calls to the offices in your directory"),
        ("Buckeye Valley Health Plan's directory", "your directory"),
        ("the plan's directory, October 2026", "your directory, October 2026"),
        ("Blue Laurel's directory", "Blue Laurel's directory"),
    ],
)
def test_the_payer_is_addressed_as_you(made: Make, source: str, words: str) -> None:
    assert f"({words})" in said(made({"market.nearest_source": source}))


@pytest.mark.parametrize(
    ("survey", "sentence"),
    [
        ("Survey: 90% of 388 responses", "Survey: 90% of 388 responses."),
        ("our 2025 patient survey: 89%", "Our 2025 patient survey: 89%."),
        ("90% of patients gave 9 or 10", "Patient survey: 90% of patients gave 9 or 10."),
    ],
)
def test_words_do_not_repeat_their_label(answered: Answered, shelf: Catalog, survey: str, sentence: str) -> None:
    ledger = ledger_of(shelf.steps, answered({"quality.satisfaction": survey}))
    assert ledger.sendable["quality.satisfaction"].says == sentence


def test_a_capital_that_opened_the_user_s_words_is_lost_inside_a_sentence(made: Make) -> None:
    assert "meanwhile: staff wages" in said(made({"rates.cost_trend": "Staff wages rose 14% from 2022 to 2025"}))


def test_the_method_line_reads_each_fact_and_not_its_topic(made: Make) -> None:
    line = next(s.text for s in made(RATE, "value_proposition").sentences() if s.slot == "method.method")
    assert "estimated for emergency visits avoided" in line
    assert "other figures are measured, as cited" in line
    assert "emergency department use" not in line


def test_a_gap_is_named_as_a_person_would_name_it(made: Make) -> None:
    gaps = made({"practice.tax_id": None, "practice.npi": None}).gaps
    assert [g.what for g in gaps if g.field == "practice.tax_id"] == ["Tax ID (TIN) or NPI."]


def test_why_this_number_is_told_by_year_beside_the_costs(made: Make) -> None:
    # last changed on January 1, 2019: 7 full years; wages 14% in 3 years is 4.7% a year
    text = said(made({}))
    assert "for each full year from the last change to the new rates" in text
    assert "the costs above rose 4.7% a year" in text
    assert "costs above" not in said(made({"rates.cost_trend": "staff wages fell 14% from 2022 to 2025"}))
    assert "costs above" not in said(made({"rates.cost_trend": "staff wages rose 2% from 2022 to 2025"}))


def test_every_fact_a_topic_draws_on_can_be_named(shelf: Catalog) -> None:
    fields = {f"{step.id}.{q.id}" for step in shelf.steps for q in step.questions}
    for topic in shelf.topics:
        assert set(topic.fields) <= fields
        assert all(topic.fields.values())


# --- what a proof means for the plan, and which facts are told ------------------------------------------------------


def rows(*measures: Mapping[str, object]) -> Mapping[str, object]:
    return {"quality.measures": list(measures), "quality.readmission_rate": None, "quality.satisfaction": None}


def quality(draft: Draft) -> str:
    return " ".join(s.text for x in draft.sections if x.id == "proofs.quality" for s in x.sentences)


def test_what_a_measure_means_is_said_of_that_measure_or_not_at_all(made: Make) -> None:
    beside = {"period": "2025", "comparator": 70, "comparator_source": "your 2025 scorecard", "n": 900}
    assert "HEDIS" in quality(made(rows({"measure": "Blood pressure under 140/90", "rate": 82, **beside})))
    told = quality(made(rows({"measure": "Letters answered within a week", "rate": 82, **beside})))
    assert "82%" in told
    assert "For the plan" not in told


def test_a_lead_that_chance_would_explain_is_not_told_and_a_small_one_claims_no_gain(made: Make) -> None:
    # 1 of 155 beside 1.4%: the error of chance is sqrt(1.4 x 98.6 / 155) = 0.94 points, the lead 0.8
    infection = {"measure": "Infection within 90 days", "rate": "0.6%", "comparator": "1.4%", "period": "2025", "n": 155,
                 "comparator_source": "your 2025 scorecard", "lower_is_better": "yes"}  # fmt: skip
    pressure = {"measure": "Blood pressure under 140/90", "rate": 82, "comparator": 70, "period": "2025", "n": 900,
                "comparator_source": "your 2025 scorecard"}  # fmt: skip
    assert "Infection" not in said(made(rows(infection, pressure), "value_proposition"))
    # with 400 patients the error is 0.59 points and the lead 1.4 errors: told, but nothing is made of it
    told = quality(made(rows({**infection, "n": 400})))
    assert "infection" in told
    assert "complication" not in told
    assert "complication" in quality(made(rows({**infection, "n": 4000})))


@pytest.mark.parametrize(
    ("miles", "wait", "own", "told"),
    [(6, 21, None, False), (6, 40, 9, True), (6, 12, 9, False), (24, None, None, True), (24, 12, 9, True)],
)
def test_a_neighbor_as_near_and_as_quick_as_any_is_not_told(
    made: Make, miles: int, wait: int | None, own: int | None, told: bool
) -> None:
    change = {"market.nearest_miles": miles, "market.nearest_wait": wait, "access.new_patient_wait": own}
    assert (f"{miles} miles away" in said(made(change))) == told


def test_evening_and_weekend_hours_stand_beside_the_emergency_visits(made: Make) -> None:
    hours = {"access.evenings": "Monday until 8 pm", "access.weekends": "Saturday until noon"}
    for document in ("counteroffer", "value_proposition"):
        sections = made(hours, document).sections
        emergency = " ".join(s.text for x in sections if x.id == "proofs.ed_avoidance" for s in x.sentences)
        assert "Evening hours: Monday until 8 pm." in emergency
        assert "Weekend hours: Saturday until noon." in emergency
        assert said(made(hours, document)).count("Saturday until noon") == 1


def test_a_neighbor_closed_to_new_patients_is_told(made: Make) -> None:
    peers = {"market.network_peers": "one other group within 30 miles, closed to new patients"}
    assert "closed to new patients" in said(made(peers))


# --- packages -------------------------------------------------------------------------------------------------------


def test_packages_give_only_what_the_practice_said_it_would_give(made: Make) -> None:
    def packages(change: Mapping[str, object]) -> str:
        return " ".join(s.text for x in made(change).sections if x.id == "options" for s in x.sentences)

    plain = packages({"ask.escalator": None})
    assert "escalator" not in plain
    assert "bonus" not in plain
    assert "Medicare Economic Index" not in plain
    assert "we give in return a four-year term" in packages({"ask.in_return": "a four-year term"})
    nothing = packages({"ask.in_return": None, "ask.with_fair_rate": None})
    assert "in return" not in nothing
    assert "we would" not in nothing


OFFER = ("rates.offer_date", "rates.offer_increase", "rates.offer_percent_of_medicare", "rates.offer_terms")


def test_before_an_offer_no_package_lies_below_the_request(made: Make) -> None:
    alone = made(dict.fromkeys(OFFER))
    packages = [s.text for x in alone.sections if x.id == "options" for s in x.sentences]
    assert len(packages) <= 1
    assert not any("too much" in p or "in the way" in p for p in packages)


def test_a_level_for_all_services_protects_what_is_paid_better(made: Make) -> None:
    level = {"ask.percent_of_medicare": 112, "ask.medicare_year": 2026, "ask.increase": None, "ask.families": None}
    assert "112% of 2026 Medicare, with no code below its present rate" in said(made(level))
