"""What is typed becomes one canonical value or one clear sentence; evidence of it keeps the private apart."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY, Answered
from workflows import interview
from workflows.catalog import Catalog, catalog
from workflows.domain.answers import Answer
from workflows.domain.case import Case
from workflows.domain.errors import PrivacyRefused, Refused
from workflows.domain.evidence import Ledger
from workflows.domain.knowledge import Question

SHELF = catalog()
QUESTIONS: dict[str, Question] = {f"{s.id}.{q.id}": q for s in SHELF.steps for q in s.questions}
MEMBERS, LEVEL, REVENUE = "practice.members", "quality.readmission_rate", "practice.revenue"


def canonical(field: str, raw: Any) -> Any:
    return interview.canonical(field, QUESTIONS[field], raw)


def refused(field: str, raw: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        canonical(field, raw)
    assert str(caught.value).startswith(field), "the sentence names the field"
    return caught.value


# --- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (MEMBERS, "2,300", "2300"), (MEMBERS, "6.1k", "6100"), (MEMBERS, "1.2 million", "1200000"),
        (MEMBERS, "２，３００", "2300"), (MEMBERS, "٢٣٠٠", "2300"), (MEMBERS, "about 40 members", "40"),
        (MEMBERS, "twenty", "20"), (MEMBERS, 2300, "2300"), (MEMBERS, 2300.0, "2300"), (MEMBERS, "0", "0"),
        (REVENUE, "$742,000", "742000"), (REVENUE, "$1.2 million", "1200000"), (REVENUE, "742000.50", "742000.5"),
        (REVENUE, "742000 dollars", "742000"), (LEVEL, "78.4%", "78.4"), (LEVEL, "78.40", "78.4"),
        (LEVEL, "0.5%", "0.5"),
        (LEVEL, "78 percent", "78"), ("access.weekly_hours", "56 hours", "56"), ("access.weekly_hours", "56", "56"),
        ("access.third_next_available", "3 days", "3"), ("market.nearest_miles", "14.5 mi", "14.5"),
        ("rates.offer_increase", "-3%", "-3"), ("rates.medicare_year", "2019", "2019"),
    ],
)  # fmt: skip
def test_a_figure_is_taken_in_the_forms_people_write(field: str, raw: Any, value: str) -> None:
    assert canonical(field, raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "says"),
    [
        (LEVEL, "12 points", "points are not percent"), (LEVEL, "12 pts", "points are not percent"),
        (LEVEL, "0.78", "looks like a fraction"), (LEVEL, 0.78, "looks like a fraction"),
        (LEVEL, "130%", "outside 0 to 100"), (LEVEL, "-1", "outside 0 to 100"), (LEVEL, "$5", "is in usd"),
        (MEMBERS, "$5", "is in usd"), (MEMBERS, "78%", "is in percent"), (MEMBERS, "12 points", "is in points"),
        (MEMBERS, "12.5", "not a whole number"), (MEMBERS, "10-12", "not one number"),
        (MEMBERS, "many", "not one number"),
        (MEMBERS, "2300 visits", "not one number"), (MEMBERS, "6000000", "outside 0 to 5,000,000"),
        (MEMBERS, float("nan"), "not one number"), (MEMBERS, float("inf"), "not one number"),
        (REVENUE, "0.00001", "too many decimals"), (REVENUE, "5%", "is in percent"), (REVENUE, "-$5", "outside 0"),
        ("access.weekly_hours", "3 days", "is in days"), ("access.weekly_hours", "170", "outside 0 to 168"),
        ("walk_away.cash_months", "90 days", "is in days"), ("rates.medicare_year", "1899", "outside 1,992"),
    ],
)  # fmt: skip
def test_a_figure_in_another_unit_or_out_of_range_is_refused_with_what_would_be_taken(
    field: str, raw: Any, says: str
) -> None:
    refusal = refused(field, raw)
    assert says in str(refusal)
    assert refusal.todo


@pytest.mark.parametrize(
    "raw", ["2,30", "1,2,3", "1_000", "<5", ">95", "5+", "5 /", "$-5", "2.300,50", "1.2.3", "5 людей"]
)
@pytest.mark.parametrize("field", [MEMBERS, LEVEL, REVENUE])
def test_a_figure_is_never_read_by_dropping_a_part_of_what_was_typed(field: str, raw: str) -> None:
    refused(field, raw)


@pytest.mark.parametrize("field", [MEMBERS, LEVEL, REVENUE])
@pytest.mark.parametrize("raw", ["9" * 40, "9" * 5000, "0." + "1" * 400, "-" + "9" * 59])
def test_a_figure_too_long_for_arithmetic_is_refused(field: str, raw: str) -> None:
    assert len(str(refused(field, raw))) < 300


# --- dates, choices, yes and no -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2017-03-01", "2017-03-01"), ("March 1, 2017", "2017-03-01"), ("3/1/2017", "2017-03-01"),
        ("3/1/17", "2017-03-01"), ("1 March 2017", "2017-03-01"), ("Mar. 1, 2017", "2017-03-01"),
        ("March 2017", "2017-03"), ("03/2017", "2017-03"),
        ("2017-03", "2017-03"), ("2017", "2017"), (2017, "2017"), (date(2017, 3, 1), "2017-03-01"),
        (datetime(2017, 3, 1, 9, 30), "2017-03-01"), ("２０１７-03-01", "2017-03-01"),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_date_may_be_to_the_day_the_month_or_the_year(raw: Any, value: str) -> None:
    assert canonical("practice.effective_date", raw) == value


@pytest.mark.parametrize(
    "raw",
    ["2026-02-30", "Feb 30, 2026", "2-29-2023", "13/2017", "2017-13", "soon", "1204", "20170301", "2017 to 2018",
     "December 4", "October 15", "March 4"],
)  # fmt: skip
def test_a_date_that_does_not_exist_or_has_no_year_is_refused(raw: str) -> None:
    assert "is not a date" in str(refused("practice.effective_date", raw))


@pytest.mark.parametrize("raw", ["familyMedicine", "family medicine", "Family Medicine", " FAMILY MEDICINE "])
def test_a_choice_is_taken_by_key_or_label(raw: str) -> None:
    assert canonical("practice.specialty", raw) == "familyMedicine"


def test_an_unknown_choice_is_refused_with_the_nearest_one() -> None:
    assert "Did you mean cardiology?" in str(refused("practice.specialty", "cardiolgy"))
    assert "Choose one of:" in str(refused("ask.tone", "purple"))


def test_several_choices_are_taken_once_each_in_the_order_given() -> None:
    assert canonical("ask.structure", "escalator, flat, escalator") == ("escalator", "flat")
    assert canonical("ask.structure", ["a yearly escalator"]) == ("escalator",)
    assert "Pick at least one" in str(refused("ask.structure", []))


@pytest.mark.parametrize(("raw", "value"), [("Yes", "yes"), ("n", "no"), (True, "yes"), (False, "no"), ("TRUE", "yes")])
def test_yes_and_no_are_taken_in_their_forms(raw: Any, value: str) -> None:
    assert canonical("market.independence", raw) == value


@pytest.mark.parametrize("raw", ["maybe", "1", "yes and no"])
def test_neither_yes_nor_no_is_refused(raw: str) -> None:
    assert "neither yes nor no" in str(refused("market.independence", raw))


# --- text -----------------------------------------------------------------------------------------------------------


def test_invisible_characters_are_stripped_and_spaces_folded() -> None:
    assert (
        canonical("practice.name", " Lake\u200bview\u202e\U000e0041\n Family\tMedicine\x00 ")
        == "Lakeview Family Medicine"
    )


def test_text_too_long_is_refused_with_its_length() -> None:
    assert "121 characters long; at most 120 fit" in str(refused("practice.name", "x" * 121))


def test_text_of_another_form_is_refused_with_an_example() -> None:
    assert "For example: 45014." in str(refused("practice.zip", "4501"))
    assert canonical("practice.tax_id", "31-1234567") == "31-1234567"


def test_text_made_of_nothing_visible_is_empty() -> None:
    assert "is empty" in str(refused("practice.name", "\u200b\x00 "))


@pytest.mark.parametrize(
    "field",
    ["market.sole_services", "walk_away.lowest_note", "ask.why_this_figure", "practice.changes"],
)
def test_detail_of_a_patient_is_refused_and_never_repeated(field: str) -> None:
    with pytest.raises(PrivacyRefused) as caught:
        canonical(field, "our patient John Smithers, DOB 3/4/1950, MRN 5551234, was seen")
    told = str(caught.value)
    assert told.startswith(field)
    assert not any(secret in told for secret in ("Smithers", "1950", "5551234"))


def test_detail_of_a_patient_is_refused_inside_a_table_with_its_row() -> None:
    rows = [{"condition": "asthma"}, {"condition": "our patient Mary Kowalski, DOB 1/2/1980"}]
    with pytest.raises(PrivacyRefused, match=r"^diagnoses.top row 2") as caught:
        canonical("diagnoses.top", rows)
    assert "Kowalski" not in str(caught.value)


@pytest.mark.parametrize("raw", [["a"], ("a",), {"a": "b"}])
def test_one_value_is_not_taken_from_several(raw: Any) -> None:
    assert "takes one value" in str(refused("practice.name", raw))
    assert "takes one value" in str(refused("diagnoses.top", [{"condition": raw}]))


# --- tables ---------------------------------------------------------------------------------------------------------


def test_a_row_is_taken_column_by_column_and_empty_cells_and_rows_are_left_out() -> None:
    rows = [{"condition": "asthma", "patients": "1,140", "share": "", "code": None}, {"condition": " "}]
    assert canonical("diagnoses.top", rows) == ({"condition": "asthma", "patients": "1140"},)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ([{"condtion": "asthma"}], "diagnoses.top row 1: unknown column 'condtion'. Did you mean condition?"),
        ([{"condition": "asthma"}, {"patients": 3}], "diagnoses.top row 2: has no condition"),
        ([{"condition": "asthma", "patients": "3%"}], "diagnoses.top row 1, patients: '3%' is in percent"),
        ([{"condition": "asthma"}] * 21, "diagnoses.top: has 21 rows; at most 20 are taken"),
        ([], "diagnoses.top: has no rows"), ([{}], "diagnoses.top: has no rows"),
        ("asthma", "diagnoses.top: is a table and takes a list of rows"),
        (["asthma"], "diagnoses.top: is a table and takes a list of rows"),
        ([{"condition": "asthma", "share": "12 points"}], "diagnoses.top row 1, share of visits: '12 points' is"),
    ],
)  # fmt: skip
def test_a_table_s_refusal_names_its_row_and_column(raw: Any, says: str) -> None:
    assert says in str(refused("diagnoses.top", raw))


# --- properties -----------------------------------------------------------------------------------------------------

NUMBERS = [f for f, q in QUESTIONS.items() if q.kind in ("count", "money", "percent", "hours")]


@given(st.sampled_from(NUMBERS), st.decimals(-200, 6_000_000_000, places=3), st.booleans())
@example("ask.escalator", Decimal("0.5"), False)
def test_a_number_that_is_taken_is_kept_exactly_and_taken_again_as_it_stands(
    field: str, amount: Decimal, whole: bool
) -> None:
    question = QUESTIONS[field]
    amount = amount.to_integral_value() if whole or question.whole else amount
    typed = f"{amount}%" if question.kind == "percent" else f"{amount:,f}"
    try:
        value = interview.canonical(field, question, typed)
    except Refused:
        low, high = question.range or (amount, amount)
        assume(low <= amount <= high)
        raise
    assert isinstance(value, str)
    assert Decimal(value) == amount
    assert interview.canonical(field, question, interview.as_given(question, value)) == value


@given(st.text(max_size=80))
@example("{value} {practice.payer} {{7*7}} <script> =1+1 ﷽")
def test_text_that_is_taken_is_taken_again_unchanged(text: str) -> None:
    question = QUESTIONS["practice.changes"]
    try:
        value = interview.canonical("practice.changes", question, text)
    except Refused:
        return
    assert interview.canonical("practice.changes", question, value) == value


@given(st.lists(st.fixed_dictionaries(
    {"payer": st.sampled_from(["B", "C"]), "percent_of_medicare": st.sampled_from(["104", "98.55%", "5"])},
    optional={"rate": st.decimals(0, 1_000_000, places=2)},
), min_size=1, max_size=5))  # fmt: skip
def test_rows_that_are_taken_are_taken_again_unchanged(rows: list[Mapping[str, Any]]) -> None:
    question = QUESTIONS["rates.other_payers"]
    value = interview.canonical("rates.other_payers", question, rows)
    assert interview.canonical("rates.other_payers", question, interview.as_given(question, value)) == value


# --- evidence -------------------------------------------------------------------------------------------------------


def ledger(answers: Mapping[str, Answer], *, leave_out: frozenset[str] = frozenset(), shelf: Catalog = SHELF) -> Ledger:
    return interview.ledger_of(shelf.steps, answers, leave_out)


def test_the_first_wording_whose_keys_are_known_is_used(answered: Answered) -> None:
    avoided = {"er_avoidance.ed_visits_avoided": 412}
    period = {"er_avoidance.ed_avoided_period": "2025"}
    method = {"er_avoidance.ed_avoided_method": "triage log"}

    def says(*some: Mapping[str, object]) -> str:
        given = {k: v for part in some for k, v in part.items()}
        return ledger(answered(given)).sendable["er_avoidance.ed_visits_avoided"].says

    full = says(avoided, period, method)
    assert "412" in full and "2025" in full and "(triage log)" in full  # noqa: PT018 - one sentence with all three
    assert "2025" in says(avoided, period)
    assert "triage" not in says(avoided, period)
    assert "(triage log)" in says(avoided, method)
    assert says(avoided).startswith("We believe")


def test_what_did_not_happen_is_estimated_with_its_method_and_never_measured(answered: Answered) -> None:
    def grade(**more: object) -> str:
        given = {"er_avoidance.ed_visits_avoided": 412, **{f"er_avoidance.ed_avoided_{k}": v for k, v in more.items()}}
        return ledger(answered(given)).sendable["er_avoidance.ed_visits_avoided"].grade

    assert (grade(), grade(method="log"), grade(method="log", period="2025")) == ("asserted", "estimated", "estimated")


def test_a_row_is_graded_by_its_own_cells(answered: Answered) -> None:
    rows = [{"measure": "A", "rate": 80}, {"measure": "B", "rate": 80, "comparator": 70},
            {"measure": "C", "rate": 80, "comparator": 70, "period": "2025"}]  # fmt: skip
    found = ledger(answered({"quality.measures": rows}))
    assert [e.grade for e in found.rows("quality.measures")] == ["asserted", "estimated", "measured"]
    assert [e.source.row for e in found.rows("quality.measures")] == [0, 1, 2]  # type: ignore[union-attr]


def test_braces_inside_an_answer_are_words_and_never_filled(answered: Answered) -> None:
    rows = [{"measure": "score {rate} {comparator}", "rate": 80, "comparator": 70}]
    says = ledger(answered({"quality.measures": rows})).sendable["quality.measures[0]"].says
    assert says == "Our rate for score {rate} {comparator} is 80%, against 70%."


def test_the_id_of_a_fact_is_stable_and_changes_with_what_it_says(answered: Answered) -> None:
    def fact(members: int, day: date = DAY) -> str:
        made = {f: a.model_copy(update={"given_on": day}) for f, a in answered({MEMBERS: members}).items()}
        return ledger(made).sendable[MEMBERS].id

    assert fact(2300) == fact(2300)
    assert fact(2300) != fact(2301)


def test_what_is_contradicted_is_left_out_with_every_sentence_that_repeats_it(answered: Answered) -> None:
    given = answered({
        "access.new_patient_wait": 3, "access.wait_comparator": 19, "access.wait_source": "our log",
        "quality.measures": [{"measure": "A", "rate": 80}, {"measure": "B", "rate": 70}], MEMBERS: 2300,
    })  # fmt: skip
    found = ledger(given, leave_out=frozenset({"access.wait_comparator", "quality.measures[0]"}))
    assert "access.wait_comparator" not in found.sendable
    assert "access.new_patient_wait" not in found.sendable
    assert [e.key for e in found.rows("quality.measures")] == ["quality.measures[1]"]
    assert MEMBERS in found.sendable


# Every question answered with something of its kind; private answers carry words and digits found nowhere else.
SECRET, SECRET_DIGITS = "Zanzibar", ("777", "778.5")


def everything() -> dict[str, object]:
    values: dict[str, object] = {}
    for field, q in QUESTIONS.items():
        private = q.visibility == "private"
        if q.kind == "table":
            row: dict[str, object] = {}
            for c in q.columns:
                codes = {"code": "99213" if field == "rates.codes" else "E11.9"}
                text = {"payer": SECRET, "code": "99214", "note": SECRET} if private else codes
                other = {"text": "words", "yes_no": "yes", "choice": next(iter(c.options), "")}
                row[c.id] = (
                    text.get(c.id, other["text"]) if c.kind == "text" else other.get(c.kind, "777" if private else "42")
                )
            values[field] = [row]
        elif q.kind == "text":
            values[field] = SECRET if private else q.strong
        elif q.kind in ("choice", "choices"):
            values[field] = next(iter(q.options))
        elif q.kind in ("yes_no", "date"):
            values[field] = q.strong
        else:
            high = q.range[1] if q.range else 1000
            values[field] = ("777" if high >= 777 else str(high)) if private else q.strong
    return values


def leaks(found: Ledger) -> list[str]:
    texts = [
        f"{e.says} {e.value} {e.bare} {' '.join(e.parts.values())} {' '.join(str(f.amount) for f in e.figures)}"
        for e in found.sendable.values()
    ]
    return [t for t in texts if SECRET in t or "777" in t]


ALL = everything()
PRIVATE = {f for f, q in QUESTIONS.items() if q.visibility == "private"}


def test_there_are_private_questions_to_keep() -> None:
    assert {"walk_away.lowest_percent_of_medicare", "rates.other_payers", "market.offers_to_join"} <= PRIVATE
    assert all(f in PRIVATE for f in QUESTIONS if f.startswith("walk_away."))


@settings(max_examples=30)
@given(st.sets(st.sampled_from(sorted(ALL))))
@example(set(ALL))
def test_nothing_private_is_ever_sendable_whatever_else_is_answered(fields: set[str]) -> None:
    found = ledger({f: answer(f, SHELF) for f in QUESTIONS if f in fields})
    assert not leaks(found)
    assert not {e.source.field for e in found.sendable.values()} & PRIVATE  # type: ignore[union-attr]
    assert {e.source.field for e in found.private.values()} == fields & PRIVATE  # type: ignore[union-attr]


def answer(field: str, shelf: Catalog) -> Answer:
    step, _, name = field.partition(".")
    question = shelf.step(step).question(name)
    assert question
    return interview.answer(shelf.step(step), question, ALL[field], today=DAY)  # type: ignore[arg-type]


def test_sabotage_private_questions_made_sendable_are_seen() -> None:
    steps = tuple(
        step.model_copy(
            update={"questions": tuple(q.model_copy(update={"visibility": "sendable"}) for q in step.questions)}
        )
        for step in SHELF.steps
    )
    opened = SHELF.model_copy(update={"steps": steps})
    found = ledger({f: answer(f, opened) for f in QUESTIONS}, shelf=opened)
    assert len(leaks(found)) > 3
    assert {e.source.field for e in found.sendable.values()} & PRIVATE  # type: ignore[union-attr]


def test_sabotage_private_words_in_a_sendable_sentence_are_seen() -> None:
    step = SHELF.step("access")
    hours = step.question("weekly_hours")
    assert hours
    told = hours.model_copy(update={"evidence": ("We stop at {walk_away.lowest_note}.",)})
    questions = tuple(told if q.id == "weekly_hours" else q for q in step.questions)
    steps = tuple(s.model_copy(update={"questions": questions}) if s.id == "access" else s for s in SHELF.steps)
    spoilt = SHELF.model_copy(update={"steps": steps})
    fields = ("access.weekly_hours", "walk_away.lowest_note")
    assert leaks(ledger({f: answer(f, SHELF) for f in fields}, shelf=spoilt))
    assert any("would send the private" in problem for problem in spoilt.problems())


# --- how far one is -------------------------------------------------------------------------------------------------


def test_a_gap_closes_with_its_field_or_with_an_alternative(answered: Answered) -> None:
    def lacks(given: Mapping[str, object], field: str) -> bool:
        return field in {g.field for g in interview.gaps(SHELF.steps, answered(given))}

    assert lacks({}, "access.third_next_available")
    assert not lacks({"access.third_next_available": 3}, "access.third_next_available")
    assert not lacks({"access.new_patient_wait": 3}, "access.third_next_available")
    assert lacks({"access.weekly_hours": 3}, "access.third_next_available")
    assert not lacks({"ask.increase": 12}, "ask.percent_of_medicare")


def test_progress_counts_answers_and_names_what_each_step_lacks(example: Case) -> None:
    lines = {p.step: p for p in interview.progress(SHELF.steps, example.answers, ("quality",))}
    assert list(lines) == [s.id for s in SHELF.steps]
    assert sum(p.answered for p in lines.values()) == len(example.answers)
    assert lines["quality"].skipped
    assert not lines["ask"].skipped
    empty = interview.progress(SHELF.steps, {}, ())
    assert [len(p.lacking) for p in empty] == [sum(bool(q.lack) for q in s.questions) for s in SHELF.steps]
