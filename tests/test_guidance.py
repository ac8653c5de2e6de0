"""Answers: every sentence is a passage's own, cut to the question; what is not covered is said; a case is used."""

import re
from collections.abc import Callable

import pytest

from workflows.casework import Desk
from workflows.domain.errors import NotFound, PrivacyRefused, Refused
from workflows.domain.guidance import Citation, Exchange, Reply, Shelf
from workflows.guidance.composing import TOLD_WORDS

MOST = 350 + TOLD_WORDS  # what the question itself states comes on top
ULTIMATUM = "they gave us a take it or leave it, 10 days, what now??"


@pytest.fixture(scope="module")
def ask() -> Callable[..., Reply]:
    return Desk.for_folders().guidance.ask


def unsupported(reply: Reply, shelf: Shelf, question: str) -> list[str]:
    """The sentences whose words do not stand where their citations say."""
    cited = {c.n: c for c in reply.citations}
    return [
        said.text
        for said in reply.sentences
        if not said.citations
        or not all(n in cited and holds(cited[n], said.text, shelf, question) for n in said.citations)
    ]


def holds(cited: Citation, text: str, shelf: Shelf, question: str) -> bool:
    """Whether a citation's words stand in the sentence and in the place it names; a question's, in the question."""
    if cited.of == "question":
        return cited.quote in question
    if cited.quote.strip(" .") not in text:
        return False
    if cited.article.startswith("disputes:"):
        held = shelf.disputes[cited.article.removeprefix("disputes:")]
        return cited.quote in {held.reading, *(side.says for side in held.sides)}
    passage = shelf.passage(cited.article, cited.heading)
    return cited.of != "guidance" or (passage is not None and cited.quote in passage.text)


@pytest.mark.parametrize(
    "question",
    [
        ULTIMATUM,
        "what is the 2026 medicare conversion factor",
        "how do we count ER visits we avoided so they believe us",
        "how far back do payers take money back and which states limit it",
        "should we threaten to leave",
        "what increase can a small practice expect",
    ],
)
def test_every_sentence_stands_word_for_word_where_its_citation_says(
    ask: Callable[..., Reply], guidance_shelf: Shelf, question: str
) -> None:
    reply = ask(question)
    assert reply.kind == "answered"
    assert reply.sentences
    assert all(said.citations for said in reply.sentences)
    assert unsupported(reply, guidance_shelf, question) == []
    assert sum(len(s.text.split()) for s in reply.sentences) <= MOST
    assert len(reply.questions) <= 3


def test_a_reply_with_one_word_changed_is_found_out(ask: Callable[..., Reply], guidance_shelf: Shelf) -> None:
    reply = ask(ULTIMATUM)
    for place, said in enumerate(reply.sentences):
        if said.group == "From your question":
            continue  # worded from told.yaml; its figures have tests of their own
        text = re.sub(r"\w{5,}(?!.*\w{5})", "zebra", said.text)
        twin = reply.model_copy(
            update={
                "sentences": (
                    *reply.sentences[:place],
                    said.model_copy(update={"text": text}),
                    *reply.sentences[place + 1 :],
                )
            }
        )
        assert unsupported(twin, guidance_shelf, ULTIMATUM) == [text]


def test_the_answer_to_an_ultimatum_slows_down_counts_asks_and_ends_in_dated_steps(ask: Callable[..., Reply]) -> None:
    reply = ask(ULTIMATUM)
    told = " ".join(s.text for s in reply.sentences)
    assert reply.subject in ("take-it-or-leave-it", "ultimatum-with-deadline")
    for wanted in ("in writing", "walk-away", "objection", "counteroffer", "decide alone", "patients"):
        assert wanted in told, wanted
    assert {"Steps", "What to say", "What to avoid", "What it depends on"} <= {s.group for s in reply.sentences}


def test_where_sources_disagree_both_sides_are_shown(ask: Callable[..., Reply], guidance_shelf: Shelf) -> None:
    shown = 0
    for question in (
        "what increase can a small practice expect",
        "is timely filing negotiable",
        "how much of ER use is avoidable",
    ):
        reply = ask(question)
        used = {c.quote for c in reply.citations}
        for article in guidance_shelf.articles.values():
            for statement in (s for p in article.passages for s in p.statements):
                if statement.text.removesuffix(".") not in used:
                    continue
                for dispute in (guidance_shelf.disputes[d] for d in statement.disputes):
                    sides = [s for s in dispute.sides if s.says in used or set(s.sources) & set(statement.sources)]
                    assert len(sides) >= 2, (question, statement.text)
                    shown += 1
    assert shown


def test_what_is_not_covered_is_said_with_the_nearest_article(ask: Callable[..., Reply], guidance_shelf: Shelf) -> None:
    for question in ("give me a recipe for lasagna", "qwerty zxcvb", "who won the world cup in 1998"):
        reply = ask(question)
        assert reply.kind == "not_covered", question
        assert not reply.sentences
        assert "nearest article" in reply.reason
        assert set(reply.related) <= guidance_shelf.articles.keys()


def test_two_questions_in_one_are_both_answered_or_the_rest_is_named(ask: Callable[..., Reply]) -> None:
    both = ask("what is recoupment and how do we count avoided ER visits?")
    cited = {c.article for c in both.citations}
    assert "clause-recoupment-and-offset" in cited
    assert cited & {"counting-ed-visits-avoided", "ed-avoidance-case"}
    half = ask("what is a rate escalator and what is the weather tomorrow?")
    assert half.kind == "partly"
    assert "weather" in half.reason
    assert half.subject == "rate-escalators"


def test_a_follow_up_keeps_the_subject(desk: Desk) -> None:
    case = desk.open_example()
    desk.guidance.ask_about(case.id, "the payer does not answer our letter, what do we do")
    again = desk.guidance.ask_about(case.id, "and if they still refuse?")
    assert again.reply.kind == "answered"
    assert again.reply.subject in (
        "following-up-when-they-go-silent",
        *desk.guidance.shelf.articles["following-up-when-they-go-silent"].related,
    )
    kept = desk.guidance.conversation(case.id)
    assert [number for number, _ in kept] == [1, 2]
    assert kept[1][1] == again


def test_with_a_case_the_answer_says_what_the_practice_itself_told(desk: Desk) -> None:
    case = desk.open_example()
    reply = desk.guidance.ask(ULTIMATUM, case=case)
    own = [c for c in reply.citations if c.of == "case"]
    assert own
    assert all(any(c.n in s.citations and c.quote == s.text for s in reply.sentences) for c in own)
    asked = {q.field for q in reply.questions}
    assert not asked & {c.article for c in own}, "what is known is not asked again"


def test_a_question_with_patient_detail_is_refused_before_anything_is_kept(desk: Desk) -> None:
    case = desk.open_example()
    with pytest.raises(PrivacyRefused, match="your question"):
        desk.guidance.ask_about(case.id, "patient Maria Lopez, DOB 03/04/1961, was denied an MRI, what do we do")
    assert desk.guidance.conversation(case.id) == ()


@pytest.mark.parametrize("question", ["", "   ", "?!", "\u200b\u200b"])
def test_no_question_is_said_to_be_none(ask: Callable[..., Reply], question: str) -> None:
    with pytest.raises(Refused, match="no question"):
        ask(question)


def test_a_question_as_long_as_a_contract_is_refused(ask: Callable[..., Reply]) -> None:
    with pytest.raises(Refused, match="Put it in at most"):
        ask("the payer may amend this agreement " * 200)


def test_a_verdict_is_kept_with_its_reason_and_patient_detail_in_it_is_not(desk: Desk) -> None:
    case = desk.open_example()
    desk.guidance.ask_about(case.id, ULTIMATUM)
    desk.guidance.judge(case.id, 1, "down", "too long")
    ((_, kept),) = desk.guidance.conversation(case.id)
    assert (kept.verdict, kept.because) == ("down", "too long")
    with pytest.raises(PrivacyRefused):
        desk.guidance.judge(case.id, 1, "down", "MRN 00482913 was not covered")
    with pytest.raises(NotFound):
        desk.guidance.judge(case.id, 7, "up")
    desk.guidance.forget(case.id)
    assert desk.guidance.conversation(case.id) == ()


def test_asking_is_nothing_to_undo_and_goes_with_the_case(desk: Desk) -> None:
    case = desk.open_example()
    undoable = desk.can_undo(case.id)
    desk.guidance.ask_about(case.id, ULTIMATUM)
    assert desk.can_undo(case.id) == undoable
    assert desk.case(case.id).version == case.version
    desk.delete_case(case.id)
    with pytest.raises(NotFound):
        desk.guidance.ask_about(case.id, ULTIMATUM)


def test_browsing_lists_all_and_searching_puts_the_nearest_first(guidance_shelf: Shelf) -> None:
    guidance = Desk.for_folders().guidance
    assert {a.id for a in guidance.articles()} == guidance_shelf.articles.keys()
    assert guidance.articles("recoupmnt look back")[0].id in (
        "clause-recoupment-and-offset",
        "state-law-on-overpayments",
    )


def test_an_exchange_survives_its_document(ask: Callable[..., Reply]) -> None:
    exchange = Exchange(question=ULTIMATUM, reply=ask(ULTIMATUM), at="2026-01-01T00:00:00+00:00")
    assert Exchange.model_validate_json(exchange.model_dump_json()) == exchange
