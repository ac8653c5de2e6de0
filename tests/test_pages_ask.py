"""What the pages Ask and Guidance do, run without a browser: answers and their citations, kinds, refusals, articles."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.test_pages import HOSTILE, ROOT, app, click, desk, opened, run, to  # noqa: F401  (app, desk: fixtures)
from workflows.casework import Desk
from workflows.domain.case import Case
from workflows.domain.guidance import Citation, Exchange, Reply, Said
from workflows.guidance.writing import GENERAL
from workflows.ui import replies

ULTIMATUM = "They sent a take-it-or-leave-it offer and we have ten days. What now?"
PATIENT = "Our patient John Smith, born 3/4/1961, MRN 445566, was denied. What now?"


@pytest.fixture(autouse=True, scope="module")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield
    st.cache_resource.clear()


@pytest.fixture
def case(desk: Desk) -> Case:  # noqa: F811
    return desk.open_example()


def cited(at: AppTest) -> list[dict[str, Any]]:
    """What each piece of cited text on the page was given to draw."""
    return [json.loads(found.proto.json) for found in at.get("bidi_component")]


def ask(at: AppTest, question: str) -> AppTest:
    at.chat_input(key="question").set_value(question)
    return run(at)


def keep(desk: Desk, case: Case, reply: Reply, question: str = "What now?") -> None:  # noqa: F811
    at = "2026-11-22T09:00:00+00:00"
    desk.store.conversations.add(case.id, Exchange(question=question, reply=reply, at=at))


def marks(drawn: dict[str, Any]) -> list[list[str]]:
    return [s["marks"] for part in drawn["sections"] for block in part["blocks"] for s in block["sentences"]]


def test_without_a_case_the_page_teaches_and_says_that_nothing_is_kept(app: AppTest) -> None:  # noqa: F811
    to(app, "ask")
    said = "\n".join(str(e.value) for e in (*app.caption, *app.markdown))
    for words in ("not legal advice", "your plan type", "gone when you reload", "will not do", "refuse jointly"):
        assert words in said
    assert len([b for b in app.button if str(b.key).startswith("example")]) == 6
    click(app, "example0")
    (drawn,) = cited(app)
    assert drawn["sections"]
    assert not app.feedback
    to(app, "cases")
    to(app, "ask")
    assert len(cited(app)) == 1


def test_an_answer_is_kept_with_the_case_and_every_sentence_opens_what_it_rests_on(
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    case: Case,
) -> None:
    opened(app, case, "ask")
    ask(app, ULTIMATUM)
    (drawn,) = cited(app)
    assert drawn["fresh"]
    assert all(marks(drawn))
    for name in {n for each in marks(drawn) for n in each}:
        note = drawn["notes"][name]
        assert any(line["quoted"] for line in note["passage"])
        ours = note["go"].startswith(("field:", "page:"))
        said = all(line["quoted"] in ULTIMATUM for line in note["passage"])
        assert note["sources"] or ours or said or GENERAL in note["remark"].lower()
    own = [note for note in drawn["notes"].values() if note["go"].startswith("field:")]
    assert own
    assert all(note["title"] == "Your own answer" for note in own)
    ways = {note["title"]: note["go"] for note in drawn["notes"].values()}
    assert (ways["Your own contract"], ways["Your own plan"]) == ("page:contracts", "page:ultimatum")
    assert "not legal advice" in drawn["copy"]
    again = opened(AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run(), case, "ask")
    (drawn_again,) = cited(again)
    assert not drawn_again["fresh"]
    assert drawn_again["sections"] == drawn["sections"]


def test_a_follow_up_keeps_its_subject(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "ask")
    ask(app, ULTIMATUM)
    ask(app, "and if they refuse?")
    (_, first), (_, second) = desk.guidance.conversation(case.id)
    near = {first.reply.subject, *desk.guidance.shelf.articles[first.reply.subject].related}
    assert second.reply.subject in near
    assert [drawn["newest"] for drawn in cited(app)] == [False, True]


@pytest.mark.parametrize(("kind", "label"), [(k, v) for k, v in replies.KINDS.items() if v])
def test_each_kind_of_reply_is_named_in_words(
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    case: Case,
    kind: Any,
    label: str,
) -> None:
    asks = desk.guidance.shelf.articles["ultimatum-with-deadline"].facts
    keep(desk, case, Reply(kind=kind, reason="Because of this.", related=("walk-away-point",), questions=asks))
    opened(app, case, "ask")
    (drawn,) = cited(app)
    assert drawn["lead"] == {"label": label, "reason": "Because of this."}
    asked, near = drawn["choices"]
    assert asked["first"] == (kind == "needs_facts")
    assert [one["go"] for one in asked["of"]] == [f"field:{fact.field}" for fact in asks]
    assert near["of"][0]["go"] == "article:walk-away-point"
    assert near["title"].startswith("Nearest" if kind == "not_covered" else "Related")


def test_patient_detail_is_refused_and_stays_in_the_box_to_be_mended(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "ask")
    ask(app, PATIENT)
    assert "looks like detail of a patient" in app.error[0].value
    assert app.chat_input[0].proto.value == PATIENT
    assert app.chat_input[0].proto.set_value
    assert not desk.guidance.conversation(case.id)
    assert not any("445566" in str(m.value) for m in app.markdown)
    ask(app, ULTIMATUM)
    assert not app.error
    assert len(cited(app)) == 1


def test_a_verdict_with_its_reason_is_kept_with_the_case(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    keep(desk, case, Reply(kind="not_covered", reason="Nothing."))
    opened(app, case, "ask")
    assert "on this machine" in "".join(c.value for c in app.caption)
    app.feedback[0].set_value(0)
    run(app)
    next(t for t in app.text_input if str(t.key).endswith("_because")).set_value("Too short")
    run(app)
    ((_, kept),) = desk.guidance.conversation(case.id)
    assert (kept.verdict, kept.because) == ("down", "Too short")


def test_a_conversation_is_cleared_only_behind_a_second_press(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    keep(desk, case, Reply(kind="not_covered", reason="Nothing."))
    opened(app, case, "ask")
    assert app.button(key="clear").label == "Yes, clear it"
    click(app, "clear")
    assert not desk.guidance.conversation(case.id)
    assert app.button(key="example0")


def test_a_case_may_have_any_name_of_letters_dashes_and_underscores(app: AppTest, desk: Desk) -> None:  # noqa: F811
    made = desk.store.create(Case(id="a__b_", title="Practice"), "started")
    keep(desk, made, Reply(kind="not_covered", reason="Nothing."))
    opened(app, made, "ask")
    assert len(cited(app)) == 1


def test_a_quote_that_the_article_no_longer_holds_is_still_shown(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    gone = Citation(n=1, article="walk-away-point", title="T", heading="Short answer", quote="Words since taken out")
    said = (Said(text="Words since taken out.", citations=(1,)),)
    keep(desk, case, Reply(kind="answered", sentences=said, citations=(gone,)))
    opened(app, case, "ask")
    note = cited(app)[0]["notes"]["1"]
    assert "changed since" in note["remark"]
    assert [line["quoted"] for line in note["passage"]] == ["Words since taken out"]


def test_hostile_words_reach_the_pages_only_as_text(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    cite = Citation(n=1, article=HOSTILE, title=HOSTILE, heading=HOSTILE, quote=HOSTILE)
    said = (Said(text=HOSTILE, citations=(1,), group=HOSTILE),)
    keep(desk, case, Reply(kind="partly", sentences=said, citations=(cite,), reason=HOSTILE), question=HOSTILE)
    opened(app, case, "ask")
    shown = [str(e.value) for e in (*app.markdown, *app.caption, *app.error)] + [b.label for b in app.button]
    assert any("onerror" in words for words in shown)
    for words in shown:
        assert not re.search(r"(?<!\\)(!\[|\]\(|<img|:red\[|\$x)", words)
    assert cited(app)[0]["notes"]["1"]["go"] == ""


def test_cited_text_is_drawn_as_text_and_links_nowhere() -> None:
    script = (ROOT / "workflows/ui/cited.js").read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|href|src=|fetch\(", script)


def test_every_article_stands_under_a_subject(app: AppTest, desk: Desk) -> None:  # noqa: F811
    to(app, "articles")
    listed: list[str] = []
    for subject in app.pills(key="subject").options:
        app.pills(key="subject").set_value(subject)
        listed += [one["go"] for one in cited(run(app))[0]["choices"][0]["of"]]
    assert sorted(listed) == sorted(f"article:{name}" for name in desk.guidance.shelf.articles)


@pytest.mark.parametrize("name", ["ultimatum-with-deadline", "how-large-an-increase", "state-law-on-amendments"])
def test_an_article_is_told_whole_with_its_sources_and_both_sides(app: AppTest, desk: Desk, name: str) -> None:  # noqa: F811
    app.query_params["article"] = name
    to(app, "articles")
    held = desk.guidance.shelf.articles[name]
    assert held.title in re.sub(r"\\(.)", r"\1", app.title[0].value)
    (drawn,) = cited(app)
    texts = [s["text"] for part in drawn["sections"] for b in part["blocks"] for s in b["sentences"]]
    assert {s.text for p in held.passages for s in p.statements} <= set(texts)
    for dispute in (desk.guidance.shelf.disputes[d] for d in held.disputes):
        assert {side.says for side in dispute.sides} <= set(texts)
    assert len(drawn["notes"]) >= len(held.sources)
    assert {f"article:{r}" for r in held.related} == {one["go"] for one in drawn["choices"][-1]["of"]}
    assert any("Reviewed" in str(m.value) for m in app.markdown)
    assert app.query_params["article"] in (name, [name])


def test_asking_about_an_article_begins_the_question(app: AppTest, desk: Desk) -> None:  # noqa: F811
    app.query_params["article"] = "walk-away-point"
    to(app, "articles")
    click(app, "ask_this")
    assert app.title[0].value == "Ask"
    assert desk.guidance.shelf.articles["walk-away-point"].title in app.chat_input[0].proto.value


def test_the_search_finds_an_article_by_other_words_and_an_old_address_is_told(app: AppTest) -> None:  # noqa: F811
    app.query_params["article"] = "no-such-article"
    to(app, "articles")
    assert "not here" in app.info[0].value
    app.text_input(key="find_articles").set_value("how long do we have to send a claim")
    found = [one["go"] for one in cited(run(app))[0]["choices"][0]["of"]]
    assert "article:clause-timely-filing" in found[:3]
