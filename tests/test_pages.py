"""What the pages do, run without a browser: what is shown, saved, refused and kept."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import DAY
from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.catalog import Catalog
from workflows.domain.case import Case
from workflows.ui import session
from workflows.ui.widgets import inert

ROOT = Path(__file__).parents[1]
HOSTILE = (
    "![x](http://127.0.0.1:9/x.png) <img src=x onerror=alert(1)> <script>alert(1)</script> [a](javascript:alert(1)) "
    "$x^2$ :red[hi] :smile: :material/home: https://evil.example www.evil.example ~~a~~ **b** `c`"
)


@pytest.fixture
def desk(tmp_path: Path, shelf: Catalog, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk the app runs on: a real file, and the day the worked example was written for."""
    made = Desk(CaseStore.open(f"sqlite:///{tmp_path / 'cases.db'}"), shelf, today=lambda: DAY)
    monkeypatch.setattr(session, "desk", lambda: made)
    return made


@pytest.fixture
def app(desk: Desk) -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def to(at: AppTest, page: str) -> AppTest:
    at.switch_page(f"workflows/ui/pages/{page}.py")
    return run(at)


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click()
    return run(at)


def at_step(at: AppTest, case: Case, step: str) -> AppTest:
    return opened(at, case, "interview", step=step)


def opened(at: AppTest, case: Case, page: str, **address: str) -> AppTest:
    """A page as its address opens it."""
    for name, value in {"case": case.id, **address}.items():
        at.query_params[name] = value
    return to(at, page)


def texts(at: AppTest) -> str:
    """Everything a page says, as one text, with the escapes of Markdown taken out again."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info", "success")
    said = [str(element.value) for kind in kinds for element in getattr(at, kind)]
    said += [str(b.label) for kind in ("button", "expander") for b in getattr(at, kind)]
    said += [json.dumps(_paper(at)), *(p.text for p in at.progress)]
    return re.sub(r"\\([^\w\s])", r"\1", "\n".join(said)).replace("\u2060", "")


def _paper(at: AppTest) -> Any:
    found = at.get("bidi_component")
    return json.loads(found[0].proto.json) if found else {}


def widget(at: AppTest, kind: str, field: str) -> Any:
    """The widget of a question, whatever revision its key carries."""
    return next(w for w in getattr(at, kind) if str(w.key).startswith(f"{field}@"))


def test_the_start_page_teaches_when_there_are_no_cases(app: AppTest) -> None:
    said = texts(app)
    assert "evidence behind it" in said
    assert "None yet" in said
    assert "not legal advice" in said
    assert "one practice alone" in said


def test_the_worked_example_opens_with_one_click(app: AppTest, desk: Desk) -> None:
    click(app, "example")
    assert "Your practice" in app.title[0].value
    (card,) = desk.cases()
    assert app.query_params["case"] == card.id
    assert "of 1" in app.sidebar.progress[0].text


def test_every_question_of_every_step_is_asked(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    for step in desk.steps:
        at_step(app, case, step.id)
        assert step.opening.strip() in texts(app)
        for question in step.questions:
            assert question.ask in texts(app), question.ask
            assert question.why in texts(app)
            assert question.where in texts(app)
        assert len(app.data_editor) == sum(q.kind == "table" for q in step.questions)


def test_sources_are_cited_with_publisher_and_year_and_link_only_to_the_register(app: AppTest, desk: Desk) -> None:
    case, known = desk.open_example(), {entry.url for entry in desk.catalog.sources.values()}
    for step in desk.steps:
        at_step(app, case, step.id)
        links = [url for m in app.markdown for url in re.findall(r"(?<!\\)\]\(([^)]*)\)", m.value)]
        assert links
        assert set(links) <= known


def test_a_number_with_a_comma_is_saved_and_shown_as_a_person_writes_it(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "practice")
    widget(app, "text_input", "practice.members").set_value("2300")
    click(app, "save")
    assert desk.case(case.id).answers["practice.members"].value == "2300"
    assert widget(app, "text_input", "practice.members").value == "2,300"


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("practice.physicians", "99999", "outside 0 to 2,000"),
        ("practice.effective_date", "some time in spring", "not a date"),
        ("friction.denial_rate", "14 points", "points are not percent"),
        ("friction.denial_rate", "0.12", "looks like a fraction"),
        ("practice.npi", "12", "not in the form expected"),
        ("practice.changes", "John Smith, DOB 3/4/1961, MRN 123456", "patient"),
    ],
)
def test_what_cannot_be_taken_is_told_beside_the_field_and_stays_typed(
    app: AppTest, desk: Desk, field: str, typed: str, says: str
) -> None:
    case, kind = desk.start_case("Practice"), "text_area" if field == "practice.changes" else "text_input"
    at_step(app, case, field.partition(".")[0])
    widget(app, kind, field).set_value(typed)
    click(app, "save")
    assert any(says in inert_off(e.value) for e in app.error)
    assert widget(app, kind, field).value == typed
    assert field not in desk.case(case.id).answers
    widget(app, kind, field).set_value("")
    click(app, "save")
    assert not app.error


def inert_off(text: str) -> str:
    return text.replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("given", ["2019", "2019-01", "2019-01-31"])
def test_a_date_may_be_a_day_a_month_or_a_year(app: AppTest, desk: Desk, given: str) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "practice")
    widget(app, "text_input", "practice.last_rate_change").set_value(given)
    click(app, "save")
    assert desk.case(case.id).answers["practice.last_rate_change"].value == given


def test_a_table_takes_rows_and_keeps_those_it_had(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    at_step(app, case, "quality")
    key = next(str(e.key) for e in app.data_editor)
    row = {"measure": "Colorectal screening", "rate": "71.5"}
    app.session_state[key] = {"edited_rows": {0: {"n": "2,000"}}, "added_rows": [row], "deleted_rows": [1]}
    click(app, "save")
    rows = desk.case(case.id).answers["quality.measures"].value
    assert [r["measure"] for r in rows if isinstance(r, dict)] == ["HbA1c under 8%", "Colorectal screening"]
    assert isinstance(rows[0], dict)
    assert rows[0]["n"] == "2000"


def test_a_wrong_cell_is_told_with_its_row_and_column(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "quality")
    key = next(str(e.key) for e in app.data_editor)
    app.session_state[key] = {
        "edited_rows": {0: {"measure": "HbA1c", "rate": "140"}}, "added_rows": [], "deleted_rows": []
    }  # fmt: skip
    click(app, "save")
    assert any("Row 1, our rate: 140 is outside 0 to 100" in inert_off(e.value) for e in app.error)


def test_every_button_saves_what_was_typed(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "market")
    widget(app, "text_input", "market.nearest_miles").set_value("14")
    click(app, "next")
    assert "paid" in app.title[0].value
    widget(app, "text_input", "rates.volume_period").set_value("2025")
    click(app, "back")
    assert "network" in app.title[0].value
    widget(app, "text_input", "market.nearest_wait").set_value("26")
    click(app, "skip")
    widget(app, "text_input", "rates.offer_increase").set_value("2")
    app.sidebar.radio(key="steps").set_value("ask")
    run(app)
    assert "ask for" in app.title[0].value
    assert set(desk.case(case.id).answers) == {
        "market.nearest_miles", "market.nearest_wait", "rates.volume_period", "rates.offer_increase"
    }  # fmt: skip
    assert desk.case(case.id).skipped == ("market",)


def test_a_refused_value_keeps_one_on_the_step(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "market")
    widget(app, "text_input", "market.nearest_miles").set_value("far")
    app.sidebar.radio(key="steps").set_value("ask")
    run(app)
    assert "network" in app.title[0].value
    assert app.sidebar.radio(key="steps").value == "market"
    assert widget(app, "text_input", "market.nearest_miles").value == "far"


def test_two_people_who_change_one_answer_are_asked_whose_counts(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    for key, counts in (("theirs", "5"), ("yours", "6")):
        at_step(app, case, "practice")
        widget(app, "text_input", "practice.physicians").set_value("6")
        widget(app, "text_input", "practice.sites").set_value("3")
        desk.record(case.id, {"practice.physicians": 5})
        click(app, "save")
        assert "5 physicians" in inert_off(app.warning[0].value)
        assert widget(app, "text_input", "practice.physicians").value == "6"
        click(app, key)
        if key == "theirs":
            assert widget(app, "text_input", "practice.physicians").value == "5"
            assert widget(app, "text_input", "practice.sites").value == "3"
            click(app, "save")
        answers = desk.case(case.id).answers
        assert (answers["practice.physicians"].value, answers["practice.sites"].value) == (counts, "3")
        desk.record(case.id, {"practice.physicians": 4, "practice.sites": 2})
        app.session_state["screen"] = None


def test_an_answer_somebody_else_changed_is_not_overwritten_by_a_save_of_others(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    at_step(app, case, "practice")
    desk.record(case.id, {"practice.physicians": 5})
    widget(app, "text_input", "practice.sites").set_value("3")
    click(app, "save")
    answers = desk.case(case.id).answers
    assert (answers["practice.physicians"].value, answers["practice.sites"].value) == ("5", "3")


def test_undo_takes_back_the_last_change(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    at_step(app, case, "practice")
    widget(app, "text_input", "practice.physicians").set_value("9")
    click(app, "save")
    assert desk.case(case.id).answers["practice.physicians"].value == "9"
    click(app, "undo")
    assert desk.case(case.id).answers["practice.physicians"].value == "4"
    assert widget(app, "text_input", "practice.physicians").value == "4"


def test_the_address_resumes_the_case_and_the_step(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    fresh = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    fresh.query_params["case"], fresh.query_params["step"] = case.id, "quality"
    to(run(fresh), "interview")
    assert "Quality" in fresh.title[0].value
    to(fresh, "leverage")
    assert fresh.query_params["case"] == case.id


def test_an_unknown_case_in_the_address_is_told_and_forgotten(desk: Desk) -> None:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["case"] = "no-such-case"
    to(run(at), "letters")
    assert "case" not in at.query_params
    assert "No case is open" in texts(at)


def test_a_contradiction_is_said_at_once_and_stays_until_mended(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    at_step(app, case, "practice")
    widget(app, "text_input", "practice.visits").set_value("100")
    click(app, "save")
    assert "cannot have made only 100 visits" in app.warning[0].value
    to(app, "letters")
    assert any("contradict" in b.label for b in app.sidebar.button)
    click(app, "mend0")
    assert "Your practice" in app.title[0].value
    widget(app, "text_input", "practice.visits").set_value("6100")
    click(app, "save")
    assert not app.warning


def test_own_words_are_proposed_and_saved_only_when_confirmed(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "er_avoidance")
    app.chat_input(key="own_words").set_value("We hold 36 same-day slots a week and took 1,240 after-hours calls.")
    run(app)
    assert not desk.case(case.id).answers
    slots = next(c for c in app.checkbox if "36" in c.label)
    assert slots.value
    next(c for c in app.checkbox if "1,240" in c.label).uncheck()
    click(app, "accept")
    answers = desk.case(case.id).answers
    assert answers["er_avoidance.same_day_slots"].value == "36"
    assert "36 same-day slots" in answers["er_avoidance.same_day_slots"].quote
    assert "er_avoidance.after_hours_calls" not in answers
    assert widget(app, "text_input", "er_avoidance.same_day_slots").value == "36"
    assert not app.checkbox


def test_words_about_a_patient_are_refused_and_not_kept(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "er_avoidance")
    app.chat_input(key="own_words").set_value("Patient John Smith, DOB 3/4/1961, MRN 123456 came on Monday")
    run(app)
    assert any("not kept" in e.value for e in app.error)
    assert "Smith" not in str(app.session_state.to_dict())
    assert "Smith" not in desk.case(case.id).model_dump_json()


def test_a_diagnosis_is_looked_up_and_added(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    at_step(app, case, "diagnoses")
    app.text_input(key="icd").set_value("type 2 diabetes")
    run(app)
    click(app, "icd_E11.9")
    (row,) = desk.case(case.id).answers["diagnoses.top"].value
    assert isinstance(row, dict)
    assert row["code"] == "E11.9"


def test_the_review_shows_every_answer_with_a_way_back_and_what_is_missing(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    desk.record(case.id, {"practice.members": ""})
    at_step(app, case, session.REVIEW)
    said = texts(app)
    assert "6,100 visits" in said
    assert "Letters still lack: How many of this payer's members you see" in said.replace("**", "")
    for answer in desk.case(case.id).answers.values():
        assert desk.question(answer.field)[1].label.removeprefix("... ") in said
    click(app, "edit_quality")
    assert "Quality" in app.title[0].value


def test_values_read_from_notes_are_marked_and_stop_the_approval_until_confirmed(app: AppTest, desk: Desk) -> None:
    exported = json.loads(desk.export_case(desk.open_example().id))
    exported["case"]["answers"]["practice.members"] |= {"given_by": "notes", "quote": "about 2300 members I think"}
    case = desk.import_case(json.dumps(exported).encode(), "case.json")
    at_step(app, case, session.REVIEW)
    assert "about 2300 members I think" in texts(app)
    to(app, "letters")
    app.text_input(key="approver").set_value("Ruth Okafor")
    click(app, "approve")
    assert "only read from notes" in app.error[0].value
    at_step(app, case, "practice")
    widget(app, "text_input", "practice.sites").set_value("3")
    click(app, "save")
    assert desk.case(case.id).answers["practice.members"].given_by == "notes"  # saving others confirms nothing
    at_step(app, case, session.REVIEW)
    click(app, "confirm_practice.members")
    assert desk.case(case.id).answers["practice.members"].given_by == "person"


def test_leverage_shows_each_claim_with_its_grade_and_the_rule_that_ranked_it(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    opened(app, case, "leverage")
    said = texts(app)
    for claim in desk.standing(case).claims:
        for text in (claim.title, claim.text, claim.gain, claim.rule, f"strength {claim.strength} of 100"):
            assert text in said
    assert app.get("vega_lite_chart")


def test_little_leverage_gets_the_honest_path(app: AppTest, desk: Desk) -> None:
    case = desk.start_case("Practice")
    opened(app, case, "leverage")
    assert "No claims yet" in texts(app)
    case = desk.record(case.id, {"market.independence": "yes"})
    to(app, "leverage")
    assert "What you can win as things stand" in texts(app)
    for win in desk.standing(case).quick_wins:
        assert win in texts(app)


@pytest.mark.parametrize("document", ["value_proposition", "counteroffer", "data_request"])
def test_nothing_private_is_ever_shown_with_the_letters(app: AppTest, desk: Desk, document: str) -> None:
    secret = {"walk_away.lowest_note": "Never under Zebrafish terms", "walk_away.notice_source": "section Quagga",
              "market.offers_to_join": "Okapi Health asked twice", "walk_away.alternatives": "join Axolotl Group",
              "rates.other_payers": [{"payer": "Narwhal Mutual", "code": "99214", "rate": "141.37"}]}  # fmt: skip
    case = desk.record(desk.open_example().id, secret)
    opened(app, case, "letters", document=document)
    said = texts(app)
    assert "sections" in said
    for word in ("Zebrafish", "Quagga", "Okapi", "Axolotl", "Narwhal", "141.37"):
        assert word not in said
    for slot in [s.slot for s in desk.letters.draft(case, document).sentences()][:6]:  # type: ignore[arg-type]
        app.session_state["slot"] = slot
        assert "Zebrafish" not in texts(run(app))


def test_each_sentence_shows_what_holds_it(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    opened(app, case, "letters", document="counteroffer")
    draft = desk.letters.draft(case, "counteroffer")
    for sentence in [s for s in draft.sentences() if s.evidence][:8]:
        app.session_state["slot"] = sentence.slot
        said = texts(run(app))
        for says, where, _ in desk.letters.evidence_of(draft, sentence):
            assert " ".join(says.split()) in said
            assert " ".join(where.split()) in said


def test_a_foreign_figure_is_objected_to_and_the_letter_cannot_be_approved(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    app.session_state["slot"] = "who.team"
    opened(app, case, "letters", document="counteroffer")
    plain = app.text_area[0].value
    app.text_area[0].set_value("We are 44 physicians in family medicine.")
    click(app, "keep")
    assert any("44" in e.value for e in app.error)
    assert plain in texts(app)
    app.text_input(key="approver").set_value("Ruth Okafor")
    click(app, "approve")
    assert not desk.case(case.id).approved
    click(app, "restore")
    assert app.text_area[0].value == plain
    click(app, "approve")
    (kept,) = desk.case(case.id).approved
    assert kept.by == "Ruth Okafor"
    assert "Version 1, approved by Ruth Okafor" in texts(app)


def test_wording_that_was_typed_is_kept_by_every_way_out_of_the_sentence(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    app.session_state["slot"] = "who.team"
    opened(app, case, "letters", document="counteroffer")
    for wording, leave in (
        ("We are a family practice.", lambda: app.button(key="page_interview").click()),
        ("We are family physicians.", lambda: app.segmented_control(key="choose_document").set_value("data_request")),
        ("We are 44 physicians.", lambda: app.button(key="approve").click()),
    ):
        app.text_area[0].set_value(wording)
        leave()
        run(app)
        assert [e.text for e in desk.case(case.id).edits] == [wording]
        opened(app, case, "letters")
        app.segmented_control(key="choose_document").set_value("counteroffer")
        run(app)
        app.session_state["slot"] = "who.team"
        assert run(app).text_area[0].value == wording
    assert not desk.case(case.id).approved


def test_wording_that_is_refused_keeps_one_at_the_sentence(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    app.session_state["slot"] = "who.team"
    opened(app, case, "letters", document="counteroffer")
    app.text_area[0].set_value("Patient John Smith, DOB 3/4/1961, MRN 123456")
    for leave in (
        lambda: app.button(key="page_interview").click(),
        lambda: app.segmented_control(key="choose_document").set_value("data_request"),
    ):
        leave()
        run(app)
        assert app.title[0].value == "Letters"
        assert "patient" in inert_off(app.error[0].value)
        assert "Smith" in app.text_area[0].value
    assert not desk.case(case.id).edits


def test_an_approved_version_can_be_compared_with_the_draft(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    desk.letters.approve(case.id, "counteroffer", "Ruth Okafor")
    desk.record(case.id, {"practice.physicians": "5"})
    opened(app, case, "letters", document="counteroffer")
    app.toggle(key="comparing").set_value(True)
    said = texts(run(app))
    assert re.search(r"Before:.*4 physicians", said)
    assert re.search(r"After:.*5 physicians", said)


def test_what_is_missing_leads_to_the_step_that_takes_it(app: AppTest, desk: Desk) -> None:
    case = desk.record(desk.start_case("Practice").id, {"practice.name": "Lakeview"})
    opened(app, case, "letters", document="counteroffer")
    draft = desk.letters.draft(case, "counteroffer")
    assert draft.gaps
    for gap in draft.gaps:
        assert gap.what in texts(app)
        assert gap.where in texts(app)
    click(app, "gap0")
    assert app.session_state["step"] == draft.gaps[0].field.partition(".")[0]


def test_a_deleted_case_can_be_taken_back(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    opened(app, case, "cases")
    click(app, f"delete_{case.id}")
    assert not desk.cases()
    assert "case" not in app.query_params
    click(app, "undelete")
    assert [card.id for card in desk.cases()] == [case.id]


def test_a_case_comes_back_from_its_export_and_a_broken_file_is_refused(app: AppTest, desk: Desk) -> None:
    content = desk.export_case(desk.open_example().id)
    app.file_uploader(key="import_file").upload("broken.json", b"{", "application/json")
    run(app)
    click(app, "import")
    assert "broken.json" in inert_off(app.error[0].value)
    app.file_uploader(key="import_file").set_value([])
    app.file_uploader(key="import_file").upload("case.json", content, "application/json")
    run(app)
    click(app, "import")
    assert len(desk.cases()) == 2
    assert "Your practice" in app.title[0].value


def test_the_session_holds_ids_and_what_is_on_screen_never_a_domain_object(app: AppTest, desk: Desk) -> None:
    case = desk.open_example()
    for step in ("rates", session.REVIEW):
        at_step(app, case, step)
    for page in ("leverage", "letters", "cases"):
        to(app, page)

    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(plain(v) for v in value.values())
        if isinstance(value, (list, tuple)):
            return all(plain(v) for v in value)
        return value is None or isinstance(value, (str, int, bool))

    for key, value in app.session_state.to_dict().items():
        assert key == "paper" or plain(value), key


@pytest.mark.parametrize("mark", ["![", "](", "<img", "$x", ":red[", ":smile:", ":material/home:", "https://", "www.e"])
def test_text_made_inert_keeps_no_mark_that_acts(mark: str) -> None:
    assert not re.search(rf"(?<!\\){re.escape(mark)}", inert(HOSTILE))


def test_text_made_inert_reads_the_same() -> None:
    assert re.sub(r"\\(.)", r"\1", inert(HOSTILE)).replace("\u2060", "") == HOSTILE


def test_hostile_text_is_shown_on_every_page_and_never_raw(app: AppTest, desk: Desk) -> None:
    case = desk.record(desk.open_example().id, {"practice.changes": HOSTILE[:300], "practice.agreement": HOSTILE[:150]})
    for step in ("practice", session.REVIEW):
        at_step(app, case, step)
        assert not _raw(app)
    for page in ("leverage", "letters", "cases"):
        to(app, page)
        assert not _raw(app)


def _raw(at: AppTest) -> list[str]:
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "info", "success")
    said = [str(e.value) for kind in kinds for e in getattr(at, kind)] + [b.label for b in at.button]
    return [s for s in said if "![x](" in s or "<img" in s.replace("\\<", "") or ":red[hi]" in s]


def test_no_page_renders_html() -> None:
    for file in (ROOT / "workflows/ui").rglob("*.py"):
        assert not re.search(r"unsafe_allow_html|st\.html|st\.iframe|components\.v1", file.read_text()), file
    script = (ROOT / "workflows/ui/paper.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)


def test_the_first_page_imports_nothing_heavy() -> None:
    code = (
        "import sys, workflows.ui.navigation; heavy = 'pandas altair sqlalchemy docx typst openai yaml'.split(); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_start_tells_where_the_cases_live(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{tmp_path}/here.db")
    st.cache_resource.clear()
    AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    st.cache_resource.clear()
    assert "here.db" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def _no_desk_left_over() -> Iterator[None]:
    yield
    st.cache_resource.clear()
