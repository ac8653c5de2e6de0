"""The ICD-10-CM look-up: by code or by words, the plain form of a disease first; odd input finds nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.test_interview import QUESTIONS
from workflows.adapters.diagnoses import find
from workflows.interview import canonical


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("type 2 diabetes", "E11.9"), ("essential hypertension", "I10"), ("E11.9", "E11.9"), ("e119", "E11.9"),
        ("I10", "I10"), ("unspecified asthma uncomplicated", "J45.909"), ("low back pain", "M54.50"),
    ],
)  # fmt: skip
def test_the_plain_form_of_a_disease_comes_first(words: str, code: str) -> None:
    assert find(words)[0].code == code


def test_a_code_finds_the_codes_that_begin_with_it() -> None:
    found = find("M54", most=50)
    assert len(found) > 5
    assert all(d.code.startswith("M54") for d in found)
    assert "M54.50" in {d.code for d in found}


def test_all_words_have_to_fit_in_any_order() -> None:
    found = find("knee pain right")
    assert found
    assert all({"knee", "pain", "right"} <= set(d.description.lower().split()) for d in found)


@pytest.mark.parametrize("words", ["", " ", "?", "zzzqqq", "a", "E99.99", "\0", "diabetes zzzqqq"])
def test_what_is_not_there_finds_nothing(words: str) -> None:
    assert find(words) == ()


@settings(max_examples=30)
@given(st.text(max_size=100))
def test_any_words_end_in_a_list_no_longer_than_asked(words: str) -> None:
    assert len(find(words, most=5)) <= 5


def test_every_code_found_is_taken_by_the_interview() -> None:
    for diagnosis in (*find("diabetes", most=200), *find("V97", most=50), *find("O9A", most=50)):
        row = {"condition": "words", "code": diagnosis.code}
        assert canonical("diagnoses.top", QUESTIONS["diagnoses.top"], [row]) == (row,)
        assert "," not in diagnosis.code
        assert not diagnosis.description.startswith('"')
