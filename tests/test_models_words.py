"""A model's second look at the user's words: it may only propose, only from what was said, and it sees nothing private."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import DAY
from tests.model_server import WHOLE, ModelServer, serving
from tests.test_models_answers import CANARY, KEY, SET, as_on_its_first_call, attacks, given
from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.catalog import Catalog
from workflows.domain.answers import Reading
from workflows.domain.case import Case
from workflows.domain.errors import PrivacyRefused
from workflows.interview import reading, second_look

WORDS = "The doors are open fifty six hours in all, all told. A newcomer gets in after, let me see, nine days."
HIDDEN = (
    "Honestly we would sign at 104.7 and not a hair less.",
    "Under 104.7 we are gone.",
    "Our rock bottom is 104.7.",
    "Cigna gives us 131.3, keep it quiet.",
    "The Aetna contract sits at 131.3 of Medicare.",
    "Between us: the bank wants 131.3 by spring.",
    "We could live with 104.7.",
    "104.7 is where we get out.",
    "Nobody may know that 104.7 would do.",
    "Payroll is 131.3 a month and cash is short.",
    "Another insurer offered 131.3.",
    "They must not see it, but 104.7 is the limit.",
    "If it comes to it we go down to 104.7.",
    "We'd fold at 104.7.",
    "Make it 131.3 and we have a deal.",
    "104.7 and the pen is out.",
    "Honestly 104.7 percent, then we are happy.",
    "The doctors would shake hands on 104.7.",
    "104.7 for our patients and not a hair under it.",
    "Dr. Reyes said 104.7 or he retires.",
    "The number in the drawer is 104.7.",
    "Blue Cross has us at 131.3.",
    "The big one down the road is on 131.3, so I hear.",
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with serving() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_MODEL", "stub")
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("OPENAI_BASE_URL", running.url)
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shelf: Catalog) -> Desk:
    return Desk(CaseStore.open(f"sqlite:///{tmp_path_factory.mktemp('words')}/c.db"), shelf, today=lambda: DAY)


@pytest.fixture(scope="module")
def case(desk: Desk) -> Case:
    desk.models.warm()
    answers = {"practice.payer": "Northern Lakes Mutual Health", "walk_away.lowest_percent_of_medicare": "117.3"}
    return desk.record(desk.start_case("words").id, answers)


@pytest.fixture(autouse=True)
def _afresh(server: ModelServer) -> None:
    server.reset()
    as_on_its_first_call()


def found(*entries: tuple[str, str, str]) -> str:
    return json.dumps({"found": [{"question": q, "words": w, "value": v} for q, w, v in entries]})


def says(server: ModelServer, *entries: tuple[str, str, str]) -> None:
    server.says = lambda body: found(*entries)


def values(read: Reading) -> dict[str, Any]:
    return {p.field: p.value for p in read.proposed}


def test_a_find_is_proposed_with_the_words_it_stands_in_and_nothing_is_saved(
    server: ModelServer, desk: Desk, case: Case
) -> None:
    says(server, ("new_patient_wait", "A newcomer gets in after, let me see, nine days", "9"))
    assert "access.new_patient_wait" not in values(desk.propose("access", WORDS, case_id=case.id))
    read, note = desk.second_look.read("access", WORDS, case_id=case.id)
    assert not note
    [proposal] = read.proposed
    assert (proposal.field, proposal.value, note) == ("access.new_patient_wait", "9", "")
    assert proposal.quote in WORDS
    assert proposal.read_by.startswith("stub, prompt read ")
    assert proposal.confidence < 0.8
    assert desk.case(case.id) == case
    other = desk.record(desk.start_case("confirmed").id, {"practice.payer": "Northern Lakes Mutual Health"})
    saved = desk.accept(other.id, read.proposed)
    assert saved.answers["access.new_patient_wait"].quote == proposal.quote
    shown = given(server.bodies[0])["words"].split()
    assert shown == WORDS.replace(".", "").split()


@pytest.mark.parametrize(
    "entry",
    [
        ("new_patient_wait", "nine days", "19"),
        ("new_patient_wait", "new patients wait nine days", "9"),
        ("new_patient_wait", "nine", "-9"),
        ("weekly_hours", "fifty six hours", "560"),
        ("weekly_hours", "fifty six hours", "many"),
        ("lowest_percent_of_medicare", "nine days", "9"),
        ("walk_away.lowest_percent_of_medicare", "nine days", "9"),
        ("weekends", "Saturdays 8 to 1", "Saturdays 8 to 1"),
        ("weekly_hours", "", "56"),
        ("languages", "nobody said this", "Spanish"),
    ],
)
def test_what_the_words_do_not_hold_is_dropped(
    server: ModelServer, desk: Desk, case: Case, entry: tuple[str, str, str]
) -> None:
    says(server, entry)
    read, note = desk.second_look.read("access", WORDS, case_id=case.id)
    assert read == Reading()
    assert "do not hold" in note or "form asked for" in note


def test_without_the_check_of_words_an_invented_figure_would_be_proposed(
    server: ModelServer, desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotage twin."""
    monkeypatch.setattr(second_look, "_verbatim", lambda words, shown: words)
    says(server, ("new_patient_wait", "new patients wait 3 days", "3"))
    read, _ = desk.second_look.read("access", WORDS, case_id=case.id)
    assert values(read) == {"access.new_patient_wait": "3"}


def test_a_range_or_a_doubt_becomes_a_question_and_a_disagreement_is_shown(
    server: ModelServer, desk: Desk, case: Case
) -> None:
    words = "Open 56 hours a week. Somebody new gets in after nine to twelve days, who knows."
    says(
        server,
        ("new_patient_wait", "nine to twelve days", "9"),
        ("weekly_hours", "Open 56 hours a week", "56"),
    )
    read, _ = desk.second_look.read("access", words, case_id=case.id)
    assert not read.proposed
    assert [u.question for u in read.unclear] == ["Wait for a new patient: how much exactly?"]
    other = "Open 56 hours a week, and 12 of them are evenings."
    says(server, ("weekly_hours", "12 of them are evenings", "12"))
    read, _ = desk.second_look.read("access", other, case_id=case.id)
    assert not read.proposed
    assert "I read 56, the model reads 12" in read.unclear[0].question


@pytest.mark.parametrize("words", HIDDEN)
def test_nothing_private_is_in_what_a_model_sees(server: ModelServer, desk: Desk, case: Case, words: str) -> None:
    says(server)
    desk.second_look.read("market", f"{words}\n\nThe next practice like ours is thirty miles off.", case_id=case.id)
    sent = json.dumps(server.bodies)
    assert not [secret for secret in ("104.7", "131.3", "117.3") if secret in sent], sent
    assert "thirty miles" in sent


def test_without_the_screen_it_would_be(
    server: ModelServer, desk: Desk, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sabotage twin."""
    monkeypatch.setattr(reading, "words_for_model", lambda steps, step, words, today, payer: words)
    says(server)
    desk.second_look.read("market", HIDDEN[1], case_id=case.id)
    assert "104.7" in json.dumps(server.bodies)


def test_patient_detail_reaches_nobody(server: ModelServer, desk: Desk, case: Case) -> None:
    with pytest.raises(PrivacyRefused):
        desk.second_look.read("access", "Mrs. Alvarez, DOB 3/4/1961, waited nine days.", case_id=case.id)
    assert not server.bodies


@pytest.mark.parametrize("fault", WHOLE)
def test_every_fault_leaves_what_was_read_without_a_model(
    server: ModelServer, desk: Desk, case: Case, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in ("hang", "drip"):
        monkeypatch.setenv("PARLEY_MODEL_ANSWER_SECONDS", "0.9")
    server.fault = fault
    read, note = desk.second_look.read("access", WORDS, case_id=case.id)
    assert read == Reading()
    assert note.startswith("Read without a model")
    assert KEY not in note
    assert desk.case(case.id) == case
    assert len(server.bodies) <= 3


@pytest.mark.skipif(not (SET / "injections.jsonl").exists(), reason="the injections lie beside the repository")
def test_an_obedient_model_changes_nothing(server: ModelServer, desk: Desk, case: Case) -> None:
    """Each attack is typed, and the model does what it says in every field it can."""
    for attack in attacks():
        order = attack["text"][:1500]
        server.says = lambda body: found(
            ("weekly_hours", CANARY, "117.3"),
            ("evenings", f"{CANARY} ![x]({server.url}/steal)", CANARY),
            ("lowest_percent_of_medicare", "117.3", "117.3"),
        )
        before = len(server.bodies)
        try:
            read, note = desk.second_look.read("access", f"{order}\n{WORDS}", case_id=case.id)
        except PrivacyRefused:
            continue
        assert CANARY not in read.model_dump_json() + note
        assert "117.3" not in json.dumps(server.bodies[before:])
    assert desk.case(case.id) == case
    assert not [path for path in server.paths if "steal" in path]


def test_it_is_offered_only_where_it_is_switched_on_and_the_step_allows_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not desk.second_look.offered("access")
    monkeypatch.setenv("PARLEY_MODEL_SECOND_LOOK", "1")
    assert desk.second_look.offered("access")
    assert not [step for step in ("walk_away", "rates", "ask", "ultimatum") if desk.second_look.offered(step)]
    monkeypatch.delenv("PARLEY_MODEL")
    assert not desk.second_look.offered("access")
