"""Conversations: a follow-up keeps its subject, a new subject is not dragged back, what was declined stays declined."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from workflows.casework import Desk
from workflows.catalog import catalog
from workflows.domain.guidance import Exchange, Reply

TODAY = date(2026, 11, 22)
DIALOGUES = Path(__file__).parent / "evals/guidance/dialogues.yaml"
HELD = {"on": 0.67, "new": 0.6}
"""The share of half "b" that has to stay right; what is reached stands a little above."""


@cache
def halves(*, remembering: bool) -> dict[str, list[bool]]:
    """Whether each turn of half "b" was right, by what it does."""
    right: dict[str, list[bool]] = {"first": [], "on": [], "new": []}
    for dialogue in yaml.safe_load(DIALOGUES.read_text(encoding="utf-8")):
        if dialogue["half"] == "b":
            replies = talked([asked for asked, _, _ in dialogue["turns"]], remembering=remembering)
            for (_, turn, articles), reply in zip(dialogue["turns"], replies, strict=True):
                right[turn].append(reply.subject in articles if articles else reply.kind == "not_covered")
    return right


def talked(questions: Sequence[str], *, remembering: bool = True) -> list[Reply]:
    ask, told = Desk(None, catalog(), today=lambda: TODAY).guidance.ask, list[Exchange]()
    for question in questions:
        reply = ask(question, history=told if remembering else ())
        told.append(Exchange(question=question, reply=reply, at=f"{TODAY}T09:00:00+00:00"))
    return [exchange.reply for exchange in told]


def share(how: str, *, remembering: bool) -> float:
    right = halves(remembering=remembering)[how]
    return sum(right) / len(right)


@pytest.mark.parametrize("how", ["on", "new"])
def test_follow_ups_keep_their_subject_and_new_subjects_are_let_go(how: str) -> None:
    assert share(how, remembering=True) >= HELD[how]


def test_without_what_was_said_before_follow_ups_lose_their_subject() -> None:
    assert share("on", remembering=False) < HELD["on"]


def test_words_that_only_point_stay_with_the_article() -> None:
    first, *more = talked(["What should an escalator clause look like?", "and for how long?", "what do I say then"])
    assert first.subject == "rate-escalators"
    assert {reply.subject for reply in more} <= {
        "rate-escalators",
        *Desk.for_folders().guidance.shelf.articles["rate-escalators"].related,
    }
    assert {reply.kind for reply in more} == {"answered"}


@pytest.mark.parametrize("aside", ["what's the weather tomorrow", "how do i fix the printer"])
def test_what_has_nothing_to_do_with_it_is_not_answered_from_the_old_subject(aside: str) -> None:
    _, reply, back = talked(["should we threaten to leave the network", aside, "and what would that cost us?"])
    assert reply.kind == "not_covered"
    assert back.kind == "answered", "the subject before the aside is still there"


def test_going_on_with_what_was_declined_is_declined() -> None:
    questions = ["should all the clinics here refuse the new rates together?", "what if we only do it quietly"]
    assert [reply.kind for reply in talked(questions)] == ["declined", "declined"]


def test_a_subject_that_is_said_to_be_new_is_taken_as_such() -> None:
    *_, last = talked(["they want money back from claims 3 yrs ago", "separate issue: what is a silent PPO"])
    assert last.subject == "clause-rental-network-silent-ppo"


def test_an_answer_again_in_fewer_words_is_its_short_answer_with_the_same_subject() -> None:
    first, again = talked(["Can they end our contract without a reason?", "can you say that shorter"])
    assert again.subject == first.subject
    assert sum(len(s.text.split()) for s in again.sentences) < 0.6 * sum(len(s.text.split()) for s in first.sentences)
    article = Desk.for_folders().guidance.shelf.articles[first.subject]
    assert {c.quote for c in again.citations} <= {
        s.text.removesuffix(".") for p in article.passages for s in p.statements
    }


def test_thanks_are_not_looked_up_and_do_not_lose_the_subject() -> None:
    first, thanks, on = talked(["What should an escalator clause look like?", "ok great, thanks!", "and for how long?"])
    assert (thanks.kind, thanks.sentences, thanks.related) == ("not_covered", (), ())
    assert first.subject == "rate-escalators"
    assert on.kind == "answered"
    assert on.subject in ("rate-escalators", *Desk.for_folders().guidance.shelf.articles["rate-escalators"].related)


def test_what_a_question_before_told_still_holds() -> None:
    _, reply = talked(
        ["rep called: take it or leave it, they are 30% of our revenue", "and if they refuse to write it down?"]
    )
    assert reply.subject == "ultimatum-by-phone"
    assert any("30%" in c.quote for c in reply.citations if c.of == "question")
    assert "walk_away.revenue_share" not in {q.field for q in reply.questions}
