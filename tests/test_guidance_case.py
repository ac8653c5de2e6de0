"""Answers with a case open: its own contract and its own answers stand in them, cited, and an ultimatum is met first."""

from collections.abc import Callable

import pytest

from workflows.casework import Desk
from workflows.catalog import KNOWLEDGE
from workflows.domain.case import Case
from workflows.domain.guidance import Reply, Shelf
from workflows.guidance.composing import OWN_WORDS, TOLD_WORDS

MOST = 350
OWN = "From your own contract"


@pytest.fixture(scope="module")
def guidance() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module")
def with_contract(guidance: Desk) -> Case:
    return guidance.load_folder(KNOWLEDGE / "example")


@pytest.fixture(scope="module")
def ask(guidance: Desk, with_contract: Case) -> Callable[[str], Reply]:
    return lambda question: guidance.guidance.ask(question, case=with_contract)


def own(reply: Reply) -> list[str]:
    return [s.text for s in reply.sentences if s.group == OWN]


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("how far back can they take money back?", "contract.recoupment_offset"),
        ("how long do we have to file a claim?", "contract.timely_filing"),
        ("can they change the contract without us signing?", "contract.unilateral_amendment"),
    ],
)
def test_the_readers_own_clause_opens_the_answer_with_page_and_words(
    ask: Callable[[str], Reply], guidance: Desk, with_contract: Case, question: str, clause: str
) -> None:
    reply = ask(question)
    first = reply.sentences[0]
    assert first.group == OWN
    assert first.text.startswith(
        ("Your contract, contract.pdf, page ", "Your contract, contract_amendment_1.pdf, page ")
    )
    assert ' says: "' in first.text
    (cited,) = (c for c in reply.citations if c.n in first.citations)
    assert (cited.of, cited.quote) == ("contract", first.text)
    facts = guidance.standing(with_contract).ledger.sendable
    held = [f for key, f in facts.items() if key.split("[")[0] == clause]
    assert first.text.partition(" says: ")[2] in {f.says.partition(" says: ")[2] for f in held}
    assert cited.heading in {f.value for f in held}


def test_where_there_is_one_file_its_name_is_left_out(guidance: Desk, with_contract: Case) -> None:
    held = with_contract.contract
    one = with_contract.model_copy(update={"contract": held.model_copy(update={"files": held.files[:1]})})
    first = guidance.guidance.ask("how far back can they take money back?", case=one).sentences[0]
    assert first.text.startswith("Your contract, page ")


def test_a_clause_that_has_nothing_to_do_with_the_question_stays_out(ask: Callable[[str], Reply]) -> None:
    assert own(ask("how do we count emergency visits we avoided?")) == []


def test_without_a_contract_nothing_is_said_of_one(guidance: Desk, with_contract: Case) -> None:
    bare = with_contract.model_copy(update={"contract": type(with_contract.contract)()})
    question = "how far back can they take money back?"
    assert own(guidance.guidance.ask(question, case=bare)) == []
    assert own(guidance.guidance.ask(question)) == []


def test_what_is_declined_takes_nothing_from_the_contract(ask: Callable[[str], Reply]) -> None:
    reply = ask("should all the clinics here refuse the new rates together?")
    assert reply.kind == "declined"
    assert own(reply) == []


@pytest.mark.parametrize(
    "question",
    [
        "they gave us a take it or leave it, what now",
        "the amendment says accept by friday or the contract ends, what do we do",
        "they phoned and said final offer, take it or we drop you",
    ],
)
def test_an_ultimatum_is_answered_with_the_plans_own_days_and_ends_in_the_letter(
    ask: Callable[[str], Reply], guidance: Desk, with_contract: Case, question: str
) -> None:
    reply = ask(question)
    plan = {s.text: s.citations for s in reply.sentences if s.group == "From your own plan"}
    assert any(" = " in text and "Earliest end" in text for text in plan)
    assert {c.of for c in reply.citations if (c.n,) in plan.values()} == {"plan"}
    private = [c.what for c in guidance.ultimatum.plan_of(with_contract).clocks if c.private]
    assert private
    assert not any(what in text for what in private for text in plan)
    told = " ".join(s.text for s in reply.sentences)
    assert "Do not repeat the ultimatum" in told
    assert "continuing-care patients" in told
    assert sum(len(s.text.split()) for s in reply.sentences) <= MOST + OWN_WORDS  # the own papers come on top
    assert "counteroffer letter" in reply.sentences[-1].text
    numbers = dict.fromkeys(n for s in reply.sentences for n in s.citations)
    assert [c.n for c in reply.citations] == list(numbers), "numbered as they stand"


@pytest.mark.parametrize(
    "question",
    [
        "they say take it or leave it; can we counter anyway; what happens to our patients if we leave?",
        "Take it or leave it, they said, 14 days. Should we threaten to terminate, or what?",
        "we're only about 2% of their members and got told accept these rates or be dropped. any options at all?",
    ],
)
def test_who_stands_before_an_ultimatum_has_that_answered_first_whatever_else_is_asked(
    guidance: Desk, question: str
) -> None:
    reply = guidance.guidance.ask(question)
    assert reply.subject.startswith(("take-it-or-leave-it", "ultimatum-"))
    told = [s.text for s in reply.sentences]
    assert len(set(told)) == len(told), "nothing is said twice"
    assert any("competing" in text or "alone" in text for text in told)
    assert "counteroffer letter" in told[-1]
    assert sum(len(text.split()) for text in told) <= MOST + TOLD_WORDS


def test_every_clause_an_article_names_is_a_type_the_review_knows(guidance_shelf: Shelf) -> None:
    known = {path.stem for path in (KNOWLEDGE / "contracts").glob("*.yaml")}
    named = {clause for article in guidance_shelf.articles.values() for clause in article.clauses}
    assert named <= known
    assert known <= named, "each type of clause has an article that its words open"
