"""The desk over a real database: what a user did is there, nobody's answer is lost, and what comes in is checked."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from workflows import interview
from workflows.adapters.case_folder import write_answers
from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.domain.answers import Answer, Proposal
from workflows.domain.case import Case
from workflows.domain.errors import CaseChanged, NotFound, ParleyError, PrivacyRefused, Refused, StorageTrouble
from workflows.grounding import strip_invisible

HOSTILE = Path(os.environ.get("PARLEY_HOSTILE_FILES", Path(__file__).parents[2] / "shared/data/hostile"))
CHANGES = "practice.changes"


def value(case: Case, field: str) -> Any:
    return case.answers[field].value if field in case.answers else None


@pytest.fixture
def case(desk: Desk) -> Case:
    return desk.start_case("Lakeview")


# --- the interview --------------------------------------------------------------------------------------------------


def test_answers_are_stored_in_the_order_of_the_interview_and_name_the_case(desk: Desk, case: Case) -> None:
    desk.record(case.id, {"ask.increase": 12, "practice.payer": "Buckeye", "practice.name": "Lakeview"})
    kept = desk.case(case.id)
    assert list(kept.answers) == ["practice.name", "practice.payer", "ask.increase"]
    assert kept.title == "Lakeview / Buckeye"
    assert kept.answers["ask.increase"].given_on == DAY


def test_all_values_of_one_save_are_taken_or_none(desk: Desk, case: Case) -> None:
    with pytest.raises(Refused, match=r"practice\.visits"):
        desk.record(case.id, {"practice.members": 2300, "practice.visits": "12 points"})
    assert desk.case(case.id) == case


def test_an_empty_value_forgets_an_answer_and_undo_brings_it_back(desk: Desk, case: Case) -> None:
    desk.record(case.id, {"practice.members": 2300})
    assert value(desk.record(case.id, {"practice.members": ""}), "practice.members") is None
    assert value(desk.undo(case.id), "practice.members") == "2300"
    assert value(desk.undo(case.id), "practice.members") is None
    assert not desk.can_undo(case.id)


def test_an_answer_given_again_unchanged_is_no_new_version(desk: Desk, case: Case) -> None:
    saved = desk.record(case.id, {"practice.members": "2,300"})
    assert desk.record(case.id, {"practice.members": 2300}).version == saved.version


def test_an_unknown_field_is_refused_with_the_nearest_name(desk: Desk, case: Case) -> None:
    with pytest.raises(Refused, match=r"Did you mean practice\.members\?"):
        desk.record(case.id, {"practice.member": 1})


def test_a_step_is_skipped_and_taken_up_again_by_an_answer(desk: Desk, case: Case) -> None:
    assert desk.skip(case.id, "quality").skipped == ("quality",)
    assert desk.skip(case.id, "quality", skipped=False).skipped == ()
    desk.skip(case.id, "quality")
    assert desk.record(case.id, {"quality.recognition": "NCQA medical home"}).skipped == ()


def test_check_answers_names_what_would_be_refused_and_stores_nothing(desk: Desk, case: Case) -> None:
    told = desk.check_answers({"practice.members": "many", "practice.visits": 6100, "practice.zip": ""})
    assert list(told) == ["practice.members"]
    assert desk.case(case.id) == case


# --- two people at one case -----------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path, desk: Desk) -> tuple[Desk, Desk]:
    """Two desks over one database."""
    other = Desk(CaseStore.open(f"sqlite:///{tmp_path / 'cases.db'}"), desk.catalog, today=lambda: DAY)
    return desk, other


def seen(case: Case, *fields: str) -> dict[str, int]:
    return {f: case.answers[f].revision if f in case.answers else 0 for f in fields}


def test_two_who_answer_different_questions_are_both_kept(two: tuple[Desk, Desk], case: Case) -> None:
    ours, theirs = two
    theirs.record(case.id, {"practice.members": 2300}, seen=seen(case, "practice.members"))
    ours.record(case.id, {"practice.visits": 6100}, seen=seen(case, "practice.visits"))
    kept = ours.case(case.id)
    assert (value(kept, "practice.members"), value(kept, "practice.visits")) == ("2300", "6100")


def test_the_second_answer_to_the_same_question_is_told_both_values_and_nothing_is_lost(
    two: tuple[Desk, Desk], case: Case
) -> None:
    ours, theirs = two
    theirs.record(case.id, {"practice.members": 2300}, seen=seen(case, "practice.members"))
    with pytest.raises(CaseChanged, match=r"practice\.members: .*2300") as caught:
        ours.record(case.id, {"practice.members": 2400}, seen=seen(case, "practice.members"))
    assert (caught.value.theirs, caught.value.yours) == ("2300", "2400")
    now = ours.case(case.id)
    assert value(now, "practice.members") == "2300"
    over = ours.record(case.id, {"practice.members": 2400}, seen=seen(now, "practice.members"))
    assert value(over, "practice.members") == "2400"


def forget_and_answer(desk: Desk, case: Case) -> None:
    desk.record(case.id, {"practice.members": ""})
    desk.record(case.id, {"practice.members": 2400})


def undo_and_answer(desk: Desk, case: Case) -> None:
    desk.undo(case.id)
    desk.record(case.id, {"practice.members": 2400})


@pytest.mark.parametrize("meanwhile", [forget_and_answer, undo_and_answer])
def test_an_answer_given_anew_is_never_taken_for_the_one_that_was_looked_at(
    two: tuple[Desk, Desk], case: Case, meanwhile: Callable[[Desk, Case], None]
) -> None:
    ours, theirs = two
    looked_at = ours.record(case.id, {"practice.members": 2300})
    meanwhile(theirs, case)
    with pytest.raises(CaseChanged):
        ours.record(case.id, {"practice.members": 2500}, seen=seen(looked_at, "practice.members"))
    assert value(ours.case(case.id), "practice.members") == "2400"


# --- what was read from notes ---------------------------------------------------------------------------------------


def proposal(field: str, value: Any) -> Proposal:
    return Proposal(field=field, value=value, quote="we see 2,300 of their members", confidence=0.9)


def test_an_accepted_proposal_is_the_user_s_own_and_keeps_its_words(desk: Desk, case: Case) -> None:
    kept = desk.accept(case.id, [proposal("practice.members", "2300"), proposal("ask.escalator", "0.5")])
    assert kept.answers["practice.members"].given_by == "person"
    assert kept.answers["practice.members"].quote == "we see 2,300 of their members"
    assert value(kept, "ask.escalator") == "0.5"


def test_accepted_rows_join_the_rows_that_are_there_once(desk: Desk, case: Case) -> None:
    desk.record(case.id, {"diagnoses.top": [{"condition": "asthma", "share": "0.5%"}]})
    more = proposal("diagnoses.top", ({"condition": "asthma", "share": "0.5"}, {"condition": "gout"}))
    kept = desk.accept(case.id, [more])
    assert value(kept, "diagnoses.top") == ({"condition": "asthma", "share": "0.5"}, {"condition": "gout"})


def unconfirmed(desk: Desk, case: Case) -> Case:
    answers = {
        f: a.model_copy(update={"given_by": "notes"}) if f == "practice.members" else a for f, a in case.answers.items()
    }
    return desk.store.save(case.model_copy(update={"answers": answers}), "read from notes")


# --- letters --------------------------------------------------------------------------------------------------------


@pytest.fixture
def worked(desk: Desk) -> Case:
    return desk.open_example()


def first_assertion(desk: Desk, case: Case) -> tuple[str, str]:
    return next(
        (s.slot, s.text) for s in desk.letters.draft(case, "counteroffer").sentences() if s.slot == "next.answer"
    )


def test_an_edit_is_laid_over_the_plain_wording_and_an_empty_one_restores_it(desk: Desk, worked: Case) -> None:
    slot, plain = first_assertion(desk, worked)
    changed, against = desk.letters.edit(
        worked.id, "counteroffer", slot, plain.replace("Please answer", "Kindly answer")
    )
    assert not [o for o in against if o.hard]
    assert "Kindly answer by" in desk.letters.export(desk.letters.draft(changed, "counteroffer"), "md").decode()
    restored, _ = desk.letters.edit(worked.id, "counteroffer", slot, "")
    assert restored.edits == ()


def test_patient_detail_in_a_wording_is_refused_and_not_kept(desk: Desk, worked: Case) -> None:
    slot, _ = first_assertion(desk, worked)
    with pytest.raises(PrivacyRefused):
        desk.letters.edit(worked.id, "counteroffer", slot, "Our patient John Smithers, DOB 3/4/1950, was seen.")
    assert desk.case(worked.id) == worked


def test_an_edit_of_a_sentence_that_is_gone_is_refused(desk: Desk, worked: Case) -> None:
    with pytest.raises(NotFound):
        desk.letters.edit(worked.id, "counteroffer", "no.such", "words")


def test_an_approved_version_is_kept_whole_and_compared_with_the_present_one(desk: Desk, worked: Case) -> None:
    approved = desk.letters.approve(worked.id, "counteroffer", "Ruth Okafor").approved[0]
    assert (approved.number, approved.by) == (1, "Ruth Okafor")
    later = desk.record(worked.id, {"ask.answer_by": "2026-12-18"})
    assert later.approved == (approved,)
    found = desk.letters.compare(approved.draft, desk.letters.draft(later, "counteroffer"))
    assert [("December 11" in d.before, "December 18" in d.after) for d in found] == [(True, True)]
    assert desk.letters.compare(approved.draft, approved.draft) == ()
    assert [a.number for a in desk.letters.approve(worked.id, "counteroffer", "Ruth Okafor").approved] == [1, 2]


@pytest.mark.parametrize(
    "words", ["We ask for 999% of Medicare.", "Otherwise we will terminate the agreement on January 1, 2027."]
)
def test_a_letter_the_guard_objects_to_is_not_approved(desk: Desk, worked: Case, words: str) -> None:
    slot, _ = first_assertion(desk, worked)
    _, against = desk.letters.edit(worked.id, "counteroffer", slot, words)
    assert any(o.hard for o in against)
    with pytest.raises(Refused, match=r"the guard objects"):
        desk.letters.approve(worked.id, "counteroffer", "Ruth Okafor")
    assert desk.case(worked.id).approved == ()


def test_a_letter_on_values_nobody_confirmed_is_not_approved_until_they_are(desk: Desk, worked: Case) -> None:
    unconfirmed(desk, worked)
    with pytest.raises(Refused, match=r"only read from notes"):
        desk.letters.approve(worked.id, "value_proposition", "Ruth Okafor")
    desk.confirm(worked.id, ["practice.members"])
    assert len(desk.letters.approve(worked.id, "value_proposition", "Ruth Okafor").approved) == 1


def test_an_approval_needs_a_name(desk: Desk, worked: Case) -> None:
    with pytest.raises(Refused, match=r"needs a name"):
        desk.letters.approve(worked.id, "value_proposition", " \u200b ")


# --- export and import ----------------------------------------------------------------------------------------------


def as_file(case: Case | Mapping[str, Any], **changes: Any) -> bytes:
    body = case.model_dump(mode="json") if isinstance(case, Case) else dict(case)
    body["contract"] = {}  # its words are in no document; tests/test_pages_contracts.py exports them along
    return json.dumps({"parley_case": 1, "case": {**body, **changes}}).encode()


def test_a_case_comes_back_from_its_export_as_it_was(desk: Desk, worked: Case) -> None:
    desk.record(worked.id, {"ask.escalator": "0.5%", "rates.offer_increase": "-0.25%"})
    slot, plain = first_assertion(desk, worked)
    desk.letters.edit(worked.id, "counteroffer", slot, plain.replace("Please", "Kindly"))
    desk.skip(worked.id, "quality")
    desk.letters.approve(worked.id, "value_proposition", "Ruth Okafor")
    before = desk.case(worked.id)
    after = desk.import_case(desk.export_case(worked.id), "case.json")
    same = {"id": "", "version": 0}
    assert after.model_copy(update=same) == before.model_copy(update=same)
    assert after.id != before.id
    assert desk.case(after.id) == after


def test_an_import_is_a_new_case_and_never_replaces_one(desk: Desk, worked: Case) -> None:
    desk.import_case(as_file(worked), "case.json")
    assert len(desk.cases()) == 2
    assert desk.case(worked.id) == worked


def test_visibility_comes_from_the_step_file_and_never_from_an_imported_case(desk: Desk, worked: Case) -> None:
    body = worked.model_dump(mode="json")
    body["answers"]["walk_away.lowest_percent_of_medicare"]["visibility"] = "sendable"
    kept = desk.import_case(as_file(body), "case.json")
    assert kept.answers["walk_away.lowest_percent_of_medicare"].visibility == "private"


def spoilt(worked: Case, **changes: Any) -> bytes:
    body = worked.model_dump(mode="json")
    for field, new in changes.items():
        body["answers"][field.replace("__", ".")]["value"] = new
    return as_file(body)


def hostile_imports(worked: Case) -> dict[str, bytes]:
    body = worked.model_dump(mode="json")
    whole = as_file(worked)
    return {
        "empty": b"", "no object": b"[]", "no case": b"{}", "null": b'{"case": null}', "a number": b"1e400",
        "UTF-16": whole.decode().encode("utf-16"), "latin-1": '{"case": "é"}'.encode("latin-1"), "NUL": b"\0" * 100,
        "cut short": whole[: len(whole) // 2], "50 MB": b" " * 50_000_000,
        "nested deeply": b'{"case":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "a field too many": as_file(body, colour="red"), "another schema": as_file(body, schema_version=2),
        "no title": as_file({k: v for k, v in body.items() if k != "title"}),
        "answers of another shape": as_file(body, answers={"practice.name": "Lakeview"}),
        "an unknown field": as_file(body, answers={"practice.colour": body["answers"]["practice.name"]}),
        "points for percent": spoilt(worked, ask__percent_of_medicare="112 points"),
        "out of range": spoilt(worked, friction__denial_rate="130"),
        "a table as text": spoilt(worked, rates__codes="99213"),
        "patient detail": spoilt(worked, practice__changes="our patient John Smithers, DOB 3/4/1950, was seen"),
        "patient detail in notes": as_file(body, notes={"practice": "our patient John Smithers, DOB 3/4/1950"}),
        "a huge number": whole.replace(b'"version": 1', b'"version": ' + b"9" * 5000, 1),
    }  # fmt: skip


def test_a_file_that_is_no_sound_case_is_refused_in_one_sentence_and_stores_nothing(desk: Desk, worked: Case) -> None:
    for kind, content in hostile_imports(worked).items():
        with pytest.raises(Refused) as caught:
            desk.import_case(content, "../../etc/odd.json")
        told = str(caught.value)
        assert told.startswith("odd.json"), kind
        assert len(told) < 400, kind
        assert "Smithers" not in told, kind
        assert "\n" not in told, kind
    assert [c.id for c in desk.cases()] == [worked.id]


def test_every_hostile_json_file_is_refused_in_one_sentence(desk: Desk) -> None:
    files = sorted((HOSTILE / "json").glob("*.json"))
    if not files:
        pytest.skip(f"no hostile JSON in {HOSTILE}: set PARLEY_HOSTILE_FILES")
    assert len(files) >= 80
    for path in files:
        for content in (path.read_bytes(), b'{"parley_case": 1, "case": ' + path.read_bytes() + b"}"):
            with pytest.raises(Refused, match=r"is not a case that Parley exported"):
                desk.import_case(content, path.name)
    assert desk.cases() == ()


# --- odd text -------------------------------------------------------------------------------------------------------

ODD = [
    "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "{{7*7}} {value} ${jndi:ldap://x}", "'; DROP TABLE cases; --",
    "﷽ ด้้้้้็็็็็้้้้้", "田中さんにあげて下さい", "👩🏽 Ω≈ç√∫", "NULL", "null",
    "yes", "0x0", "1e5", "- a: b", "# c", "%d%n", "\\u0000 \\", "~",
]  # fmt: skip


def strings() -> list[str]:
    path = HOSTILE / "strings/blns.json"
    return [*ODD, *(json.loads(path.read_text(encoding="utf-8")) if path.exists() else [])]


def test_odd_text_is_kept_byte_for_byte_or_refused_in_one_sentence(desk: Desk, case: Case, tmp_path: Path) -> None:
    kept: list[str] = []
    _, question = desk.question(CHANGES)
    for text in strings():
        told = desk.check_answers({CHANGES: text}).get(CHANGES)
        if told or not text.strip():
            assert not told or (str(told).startswith(CHANGES) and "\n" not in str(told))
            continue
        canonical = interview.canonical(CHANGES, question, text)
        assert canonical == " ".join(strip_invisible(text).split()), "only what nobody can see is taken away"
        kept.append(canonical)
    assert len(kept) >= len(ODD) - 1
    for chunk in (kept[i : i + 20] for i in range(0, len(kept), 20)):
        rows = [{"condition": text[:300]} for text in chunk]
        stored = desk.record(case.id, {"diagnoses.top": rows, CHANGES: chunk[0]})
        assert value(desk.case(case.id), "diagnoses.top") == value(stored, "diagnoses.top")
        exported = desk.import_case(desk.export_case(case.id), "odd.json")
        assert (
            value(exported, "diagnoses.top")
            == value(stored, "diagnoses.top")
            == tuple({"condition": interview.canonical("c", question, text[:300])} for text in chunk)
        )
        assert value(exported, CHANGES) == chunk[0]
        assert from_folder(desk, tmp_path / "odd", stored.answers) == {f: a.value for f, a in stored.answers.items()}
        for format in ("md", "json"):
            assert desk.letters.export(desk.letters.draft(stored, "value_proposition"), format)  # type: ignore[arg-type]


def from_folder(desk: Desk, folder: Path, answers: Mapping[str, Answer]) -> dict[str, Any]:
    write_answers(folder, desk.as_given(answers))
    return {f: a.value for f, a in desk.load_folder(folder, today=DAY).answers.items()}


# --- case folders ---------------------------------------------------------------------------------------------------


def test_the_worked_example_comes_back_from_a_folder_as_it_was(desk: Desk, example: Case, tmp_path: Path) -> None:
    assert from_folder(desk, tmp_path, example.answers) == {f: a.value for f, a in example.answers.items()}


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.decimals(-100, 300, places=2))
def test_what_is_written_to_a_folder_is_read_back(desk: Desk, tmp_path: Path, text: str, amount: Any) -> None:
    answers: dict[str, Answer] = {}
    for field, raw in ((CHANGES, text), ("rates.offer_increase", f"{amount}%")):
        try:
            answers[field] = desk.answer(field, raw, DAY)
        except ParleyError:
            continue
    assert from_folder(desk, tmp_path, answers) == {f: a.value for f, a in answers.items()}


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").mkdir()
    (tmp_path / "answers.yaml/kept.txt").write_text("kept")
    with pytest.raises(StorageTrouble, match=r"answers\.yaml could not be written"):
        write_answers(tmp_path, {"practice.name": "Lakeview"})
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == [
        "answers.yaml",
        "answers.yaml/kept.txt",
    ]
