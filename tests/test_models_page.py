"""What Settings says of the model, and how an answer that one worded stands on the page Ask."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.model_server import ModelServer, serving
from tests.test_models_answers import KEY, QUESTION, honest, plain  # noqa: F401  (plain: a fixture)
from tests.test_models_letters import THIN, WRONG, polite
from tests.test_pages import HOSTILE, ROOT, app, click, desk, opened, run, to  # noqa: F401  (app, desk: fixtures)
from workflows.casework import Desk
from workflows.casework.models import _one_model
from workflows.domain.guidance import Exchange, Reply

FAR = "https://far.example/v1"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with serving() as running:
        running.says = lambda body: '{"ready": true}'
        monkeypatch.setenv("PARLEY_MODEL", "a *model*")
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        _one_model.cache_clear()
        yield running
        _one_model.cache_clear()


def said(at: AppTest) -> str:
    shown = (*at.markdown, *at.caption, *at.code, *at.error, *at.info, *at.toast)
    return "\n".join(str(e.value) for e in shown).replace("\\", "").replace("\u2060", "")


def test_without_a_model_the_page_teaches_how_one_is_switched_on(app: AppTest) -> None:  # noqa: F811
    to(app, "settings")
    for words in ("Off.", "nothing is sent anywhere", "PARLEY_MODEL=", "OPENAI_BASE_URL=", "nobody can on a page"):
        assert words in said(app)
    assert [b.key for b in app.button if b.key in ("test_model", "agreement")] == []


def test_the_page_says_which_model_where_what_leaves_and_what_never_does(
    server: ModelServer,
    app: AppTest,  # noqa: F811
) -> None:
    to(app, "settings")
    for words in (
        "a *model*", f"127.0.0.1:{server.port}", "on this machine", "Today: $0.00 of $5.00", "never sent",
        "walk-away point", "Write at most six sentences",
    ):  # fmt: skip
        assert words in said(app)
    assert KEY not in said(app)
    assert server.bodies == []
    click(app, "test_model")
    assert "The model answered after" in said(app)
    assert "90 tokens in, 10 out, 1 calls" in said(app)
    server.fault = "401"
    click(app, "test_model")
    assert "No answer: the model's host refused the key." in said(app)
    for _ in range(4):
        click(app, "test_model")
    assert "rests for" in said(app)
    to(app, "cases")
    assert "what Settings names for the language model" in said(app)
    assert "nothing is sent anywhere" not in said(app)


def test_an_agreement_is_recorded_and_taken_back_by_name(
    server: ModelServer,
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", FAR)
    to(app, "settings")
    assert "no agreement for this host is on file" in said(app)
    assert not desk.models.ready()
    click(app, "agreement")
    assert "Write your name" in said(app)
    assert not desk.models.ready()
    app.text_input(key="agreed_by").set_value(f"R. Ortiz {HOSTILE}"[:70])
    click(app, "agreement")
    assert "Recorded by R. Ortiz" in said(app)
    assert "for far.example" in said(app)
    assert desk.models.ready()
    monkeypatch.setenv("OPENAI_BASE_URL", "https://other.example/v1")
    assert not desk.models.ready(), "an agreement is for one host"
    monkeypatch.setenv("OPENAI_BASE_URL", FAR)
    click(app, "agreement")
    assert "no agreement for this host is on file" in said(app)
    assert not desk.models.ready()


def test_a_worded_answer_stands_over_its_statements_and_a_failure_is_labelled(
    server: ModelServer,
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    plain: Reply,  # noqa: F811
) -> None:
    case = desk.open_example()
    server.says = honest
    desk.store.conversations.add(case.id, Exchange(question=QUESTION, reply=plain, at="2026-11-22T09:00:00+00:00"))
    assert desk.guidance.word(case.id, 1)
    opened(app, case, "ask")
    (drawn,) = [json.loads(found.proto.json) for found in app.get("bidi_component")]
    titles = [part["title"] for part in drawn["sections"]]
    assert titles[0].startswith("In short, worded by a model")
    assert titles[1] == "The statements themselves"
    assert drawn["sections"][0]["blocks"][0]["sentences"][0]["marks"]
    failed = plain.model_copy(update={"note": "Worded without a model: the model took too long."})
    desk.store.conversations.judge(
        case.id, 1, Exchange(question=QUESTION, reply=failed, at="2026-11-22T09:00:00+00:00")
    )
    run(app)
    assert "Worded without a model: the model took too long." in said(app)


def test_a_letter_is_finished_beside_its_plain_twins_and_taken_by_a_person(
    server: ModelServer,
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = desk.record(desk.start_case("letter").id, THIN)
    server.says = polite
    opened(app, case, "letters", document="counteroffer")
    before = desk.letters.draft(case, "counteroffer")
    assert server.bodies == [], "nothing is sent before it is asked for"
    server.fault = "401"
    click(app, "finish")
    assert "Worded without a model: the model's host refused the key." in said(app)
    assert desk.letters.draft(desk.case(case.id), "counteroffer") == before
    server.fault = ""
    click(app, "finish")
    assert "Nothing is taken until you take it" in said(app)
    twins = [m.value for m in app.markdown if m.value.startswith(("**Plain**", "**Proposed**"))]
    assert len(twins) >= 4
    assert desk.case(case.id).edits == ()
    click(app, "take_0")
    assert len(desk.case(case.id).edits) == 1
    click(app, "take_all" if "take_all" in {b.key for b in app.button} else "take_0")
    assert "Nothing waits" in "".join(s.value for s in app.success)
    taken = desk.letters.draft(desk.case(case.id), "counteroffer")
    assert any(s.wording == "Thank you; we value this agreement." for s in taken.sentences())
    server.says = WRONG["invented rate"]
    click(app, "finish")
    assert "its sources do not hold" in said(app)
    monkeypatch.delenv("PARLEY_MODEL")
    assert "finish" not in {b.key for b in run(app).button}


def test_a_model_that_is_set_up_is_not_imported_before_it_is_needed(tmp_path: Path) -> None:
    code = (
        "import sys, workflows.ui.navigation; from workflows.ui import session; d = session.desk(); "
        "assert d.models.standing().endpoint and d.models.ready(); "
        "print([m for m in ('openai', 'langchain_core', 'langchain_openai', 'httpx2', 'langsmith') if m in sys.modules])"
    )
    env = os.environ | {
        "PARLEY_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "PARLEY_DATABASE_URL": f"sqlite:///{tmp_path}/c.db",
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, env=env)
    assert done.stdout.splitlines()[-1] == "[]"
