"""The answer to an ultimatum: plans and letters of the invented practices, the desk's verbs, later rounds, rehearsal.

Golden plans stand in tests/cases/<name>/expected; `pytest --remake tests/test_ultimatum.py` writes them anew, and the
change is then read as a diff.
"""

import json
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.conftest import DAY
from workflows import ultimatum
from workflows.casework import Desk
from workflows.catalog import KNOWLEDGE, Catalog
from workflows.catalog.ultimatum import load_ultimatum
from workflows.cli import app
from workflows.domain.case import Case
from workflows.domain.draft import Draft
from workflows.domain.errors import KnowledgeFault, PrivacyRefused, Refused
from workflows.domain.language import figures
from workflows.domain.plan import NegotiationPlan, Rehearsal, Round
from workflows.domain.ultimatum_shelf import marked
from workflows.grounding.phrases import LEAVING
from workflows.ultimatum.walk_away import steps_of

HERE = Path(__file__).parent
TOLD: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "ultimatum_cases.yaml").read_text(encoding="utf-8"))


class Told:
    """A practice of tests/cases with what it says about its ultimatum, its plan and its answer letter."""

    def __init__(self, desk: Desk, name: str) -> None:
        self.folder, self.today = HERE / "cases" / name, DAY
        case = desk.load_folder(self.folder, today=DAY)
        more = {f"ultimatum.{f}": desk.answer(f"ultimatum.{f}", str(v), DAY) for f, v in TOLD[name].items()}
        self.case: Case = case.model_copy(update={"answers": desk.in_order(case.answers | more)})
        self.plan: NegotiationPlan = desk.ultimatum.plan_of(self.case, today=DAY)
        self.draft: Draft = desk.letters.draft(self.case, "ultimatum_response", today=DAY)
        self.letter = desk.letters.export(self.draft, "md").decode()


@pytest.fixture(scope="module")
def quick() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module", params=TOLD)
def told(request: pytest.FixtureRequest, quick: Desk) -> Told:
    return Told(quick, request.param)


@pytest.fixture(scope="module")
def strong(quick: Desk) -> Told:
    return Told(quick, "dermatology_strong")


def test_every_case_has_its_ultimatum() -> None:
    assert set(TOLD) == {p.name for p in (HERE / "cases").iterdir() if p.is_dir()}


# --- the plans ------------------------------------------------------------------------------------------------------


def test_plans_and_answers_read_as_their_golden_copies(told: Told, quick: Desk, request: pytest.FixtureRequest) -> None:
    for name, text in (("plan", quick.ultimatum.markdown(told.plan)), ("ultimatum_response", told.letter)):
        golden = told.folder / "expected" / f"{name}.md"
        if request.config.getoption("--remake"):
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), golden


KINDS = {
    "dermatology_strong": "renewal",
    "cardiology_patient_detail": "fee_notice",
    "endocrinology_hidden_instructions": "amendment",
    "gastroenterology_notes_only": "deadline",
    "orthopedics_contradictions": "new_contract",
    "pediatrics_multisite": "amendment",  # read from their words
    "podiatry_weak": "amendment",
    "psychiatry_thin": "unknown",
}


def test_the_kind_is_told_or_asked_for_in_at_most_three_questions(told: Told) -> None:
    kind = told.plan.kind
    assert kind.id == KINDS[told.folder.name]
    assert len(kind.asks) <= 3
    assert bool(kind.asks) == (kind.id in ("deadline", "unknown"))
    assert not any(told.case.answers.get(a.field) for a in kind.asks), "what is known is not asked"


def test_there_are_three_ways_besides_yes_and_no(told: Told) -> None:
    assert len(told.plan.options) >= 3
    for option in told.plan.options:
        assert option.say.evidence or option.lacks or option.base == "present", option.id


def test_every_objection_has_an_answer_and_no_blank(told: Told) -> None:
    assert [o.id for o in told.plan.objections] == [
        "no_increases", "too_much", "at_market", "committee", "standard", "bonus",
    ]  # fmt: skip
    for said in told.plan.to_the_payer():
        assert "[" not in said.text
        assert "{" not in said.text
        assert not LEAVING.search(said.text), said.text


def test_every_figure_for_the_payer_stands_on_a_fact(told: Told, quick: Desk) -> None:
    known = {e.id: e for e in quick.standing(told.case, DAY).ledger.sendable.values()}
    for said in told.plan.to_the_payer():
        if figures(said.text):
            assert said.evidence, said.text
            assert said.kind != "courtesy"
    assert any(i in known for said in told.plan.to_the_payer() for i in said.evidence)


def test_actions_follow_the_letter(told: Told) -> None:
    by = {a.what.split(":")[0].split(",")[0]: a.day for a in told.plan.next_actions}
    sent = next(d for w, d in by.items() if w.startswith("Draft the answer letter anew"))
    assert DAY < sent <= by["Call"] <= date(2026, 12, 31)
    assert by["Write to the next rung"] > next(d for w, d in by.items() if w.startswith("Their answer is due"))
    rungs = [r.day for r in told.plan.escalation]
    assert rungs == sorted(rungs)
    assert rungs[1] == by["Write to the next rung"]


def test_a_window_that_has_closed_is_told_at_once(quick: Desk) -> None:
    plan = Told(quick, "podiatry_weak").plan
    assert any(a.what.startswith("The window to object has passed") for a in plan.next_actions[:3])


def test_leaving_is_reckoned_by_hand(strong: Told) -> None:
    # $1,486,000; 18% stay at 110% of fees: 294,228; of the 82% free (1,218,520) 55% are filled at 118%: 790,819.48;
    # unfilled 548,334 saves 8% of costs: 43,866.72. Lost 1,486,000 - 294,228 - 790,819.48 - 43,866.72 = 357,085.80
    point = strong.plan.walk_away
    cost = next(f for f in point.figures if f.name == "What leaving costs a year")
    assert abs((cost.amount or Decimal()) - Decimal("357086")) <= 1
    assert point.break_even_percent == Decimal("-24.0")  # 357,086 / 1,486,000
    assert (point.floor_percent, point.offer_percent, point.ask_percent) == (
        Decimal("12.9"), Decimal("1.5"), Decimal("19.8"),
    )  # fmt: skip
    assert point.verdict == "below_floor"
    own = next(c for c in point.grid if (c.staying, c.refilled) == (18, 55))
    assert own.lost == cost.amount


def test_both_sides_of_the_dispute_stand_beside_the_figures(told: Told) -> None:
    dispute = told.plan.walk_away.dispute
    assert dispute
    assert dispute.id == "D02"
    assert len(dispute.sides) >= 2


VERDICTS = [  # answers about the floor, the offer and leaving, and the verdict that follows
    ({"walk_away.lowest_increase": "3%", "rates.offer_increase": "4%"}, "accept_or_better"),
    ({"walk_away.lowest_increase": "5%", "rates.offer_increase": "2%"}, "below_floor"),
    ({"walk_away.lowest_increase": "5%", "rates.offer_increase": "2%", "ultimatum.refilled": "90%", "ultimatum.refilled_pays": "100%"}, "below_floor"),
    ({"walk_away.lowest_increase": "9%", "rates.offer_increase": "2%", "ultimatum.refilled": "90%", "ultimatum.refilled_pays": "120%"}, "leaving_pays"),
    ({"walk_away.lowest_increase": "3%", "rates.offer_increase": "2%", "ultimatum.refilled": "90%", "ultimatum.refilled_pays": "120%"}, "floor_at_odds"),
    ({"rates.offer_increase": "2%", "ultimatum.share_staying": "10%"}, "unknown"),
    ({"walk_away.lowest_increase": "3%"}, "unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "verdict"), VERDICTS)
def test_the_verdict_follows_the_figures(quick: Desk, values: dict[str, str], verdict: str) -> None:
    told = {"practice.revenue": "500000", "practice.payer": "Acme Health", **values}
    answers = {f: quick.answer(f, v, DAY) for f, v in told.items()}
    plan = quick.ultimatum.plan_of(Case(id="v", title="v", answers=quick.in_order(answers)), today=DAY)
    assert plan.walk_away.verdict == verdict
    assert plan.walk_away.says


def test_steps_fall_by_halves_and_stay_clear_of_the_floor() -> None:
    assert steps_of(Decimal(5), Decimal(2), Decimal(12)) == (Decimal("8.3"), Decimal("6.5"), Decimal("5.5"))
    assert steps_of(Decimal(5), Decimal(8), Decimal(12))[-1] == Decimal(8), "nobody asks less than is offered"
    assert steps_of(Decimal(5), Decimal(2), Decimal(6)) == ()
    assert steps_of(None, Decimal(2), Decimal(12)) == ()


def test_moves_carry_their_sources_and_both_sides_where_they_differ(told: Told) -> None:
    ids = [m.id for m in told.plan.moves]
    assert {"slow", "clocks", "walk_away", "interest", "ladder", "leaving", "patients", "alone", "lawyer"} <= set(ids)
    assert ids.index("slow") == 0
    leaving = next(m for m in told.plan.moves if m.id == "leaving")
    assert {"S18", "S19", "S21"} <= {s for said in leaving.says for s in said.sources}


# --- the letter -----------------------------------------------------------------------------------------------------

NEVER = (
    "take it or leave",
    "ultimatum",
    "final offer",
    "terminat",
    "walk away",
    "walk-away",
    "lawyer",
    "attorney",
    "legal",
)


def test_the_answer_slows_down_asks_and_proposes(told: Told) -> None:
    text = told.letter
    assert not [w for w in NEVER if w in text.lower()]
    assert "Please tell us who can decide this" in text
    assert "What the offer has to achieve on your side" in text
    assert "present terms stay in place while we talk" in text
    assert "I will call within the week" in text
    assert re.search(r"answer by \w+ \d+, 2026", text)
    assert "keep every right" in text or "all rights under it stay" in text
    if told.draft.status != "first_letter":
        assert "We propose" in text
    else:
        assert "The complete agreement in force" in text
        assert "What we propose" not in text


def test_the_payer_s_words_are_not_repeated(told: Told) -> None:
    words = str(TOLD[told.folder.name].get("payer_words", ""))
    said = f"{told.letter}\n" + "\n".join(s.text for s in told.plan.to_the_payer())
    runs = [" ".join(words.split()[i : i + 4]) for i in range(max(len(words.split()) - 3, 0))]
    assert not [run for run in runs if run in said]


def test_the_guard_has_nothing_against_the_answer(told: Told, quick: Desk) -> None:
    assert [o for o in quick.letters.objections(told.case, told.draft) if o.hard] == []
    assert told.plan.warnings == ()


def test_the_guard_would_leave_a_threat_out(quick: Desk, strong: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = quick.ultimatum.shelf
    threat = shelf.scripts[0].say[0].model_copy(update={"any": ("Otherwise we will leave your network.",)})
    bad = shelf.model_copy(update={"scripts": (shelf.scripts[0].model_copy(update={"say": (threat,)}),)})
    monkeypatch.setattr("workflows.catalog.ultimatum.ultimatum_shelf", lambda: bad)
    plan = quick.ultimatum.plan_of(strong.case, today=DAY)
    assert plan.scripts[0].say == ()
    assert "1 sentence for the payer left out" in plan.warnings[0]


def test_cases_keep_what_must_stay_inside(told: Told) -> None:
    says = yaml.safe_load((told.folder / "case.yaml").read_text(encoding="utf-8"))["expects"]
    heard = f"{told.letter}\n" + "\n".join(s.text for s in told.plan.to_the_payer())
    assert [w for w in says.get("never", ()) if str(w) != "[" and str(w) in heard] == []


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_command_gives_the_plan_its_json_and_a_calendar(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(HERE / "cases/dermatology_strong", folder)
    lines = "\n".join(f"  {k}: {json.dumps(str(v))}" for k, v in TOLD["dermatology_strong"].items())
    with (folder / "answers.yaml").open("a") as file:
        file.write(f"ultimatum:\n{lines}\n")
    ics = tmp_path / "dates.ics"
    run = CliRunner().invoke(app, ["ultimatum", str(folder), "--json", "--ics", str(ics), "--today", "2026-11-22"])
    assert run.exit_code == 0, run.output
    made = json.loads(run.stdout)
    assert made["kind"] == "renewal"
    assert {"what", "date", "from"} <= made["clocks"][0].keys()
    assert made["walk_away"]["private"] is True
    assert {"moves", "scripts", "escalation", "next_actions"} <= made.keys()
    assert {"date", "what"} <= made["next_actions"][0].keys()
    calendar = ics.read_text()
    assert "DTSTART;VALUE=DATE:20261218" in calendar
    assert "be out before" not in calendar
    assert "108.5" not in calendar
    text = CliRunner().invoke(app, ["ultimatum", str(folder), "--today", "2026-11-22"]).stdout
    assert "Private: for the owners of the practice" in text
    draft = CliRunner().invoke(app, ["draft", str(folder), "-d", "ultimatum_response", "--today", "2026-11-22"])
    assert "Thank you for your letter of October 30, 2026." in draft.stdout


def test_a_wrong_answer_about_the_ultimatum_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_text("ultimatum:\n  kynd: renewal\n")
    run = CliRunner().invoke(app, ["ultimatum", str(tmp_path)])
    assert run.exit_code == 1
    assert "Did you mean ultimatum.kind?" in run.output


def test_the_contract_s_clauses_stand_beside_the_clocks(tmp_path: Path, quick: Desk) -> None:
    shutil.copy(HERE / "contracts/plain1.pdf", tmp_path / "contract.pdf")
    (tmp_path / "answers.yaml").write_text(
        "practice: {payer: Acme Health}\nultimatum: {kind: amendment, channel: letter, received_on: 2026-11-16}\n"
    )
    plan = quick.ultimatum.folder(tmp_path, today=DAY)
    quoted = [c for c in plan.clocks if c.document]
    assert quoted
    assert all(c.page and c.quote for c in quoted)


# --- the desk afterwards --------------------------------------------------------------------------------------------


def test_contacts_are_kept_in_order_and_can_be_undone(desk: Desk) -> None:
    case = desk.start_case("Acme")
    note = {"how": "phone", "who": "Dana Whitfield, Contract Manager"}
    desk.ultimatum.log_contact(case.id, day=date(2026, 11, 20), said="no increases", **note)
    kept = desk.ultimatum.log_contact(case.id, day=date(2026, 11, 13), said="will look", promised="a schedule", **note)
    assert [c.day.day for c in kept.contacts] == [13, 20]
    assert [c.day.day for c in desk.undo(case.id).contacts] == [20]
    with pytest.raises(Refused, match="still to come"):
        desk.ultimatum.log_contact(case.id, day=date(2027, 1, 1), said="x", **note)
    with pytest.raises(Refused, match="not complete"):
        desk.ultimatum.log_contact(case.id, day=DAY, said=" ", **note)
    with pytest.raises(PrivacyRefused):
        desk.ultimatum.log_contact(case.id, day=DAY, said="patient John Smith, DOB 03/14/1961, MRN 4471902", **note)


def test_a_later_round_shows_the_gap_and_makes_the_next_counter(desk: Desk, example: Case) -> None:
    case = desk.store.create(example.model_copy(update={"id": "later"}), "from the example")
    first = desk.ultimatum.rounds(case)
    assert [g.by for g in first.gaps] == ["payer", "practice"]
    desk.ultimatum.enter_round(case.id, Round(by="payer", day=date(2026, 11, 20), increase=Decimal("4.5")))
    case = desk.ultimatum.enter_round(
        case.id, Round(by="payer", day=date(2026, 11, 21), increase=Decimal("5.5"), terms="two-year term")
    )
    rounds = desk.ultimatum.rounds(case)
    moved = [g.moved_points for g in rounds.gaps if g.by == "payer"]
    assert moved[1:] == [Decimal("4.5") - Decimal(str(example.answers["rates.offer_increase"].value)), Decimal("1.0")]
    assert "the steps grow smaller" in rounds.pattern
    gap = rounds.gaps[-1]
    assert gap.points_apart is not None
    assert gap.dollars_apart is not None
    assert f"{gap.dollars_apart:,}" in gap.says
    draft = desk.ultimatum.next_counter(case)
    text = desk.letters.export(draft, "md").decode()
    assert "an increase of 5.5% (two-year term)" in text
    assert "November 21, 2026" in text
    assert [o for o in desk.letters.objections(case, draft) if o.hard] == []
    assert desk.case(case.id).answers == example.answers, "the next counter stores nothing"
    assert len(desk.undo(case.id).rounds) == 1


def test_a_later_round_rules_over_the_file_of_the_first_offer(desk: Desk) -> None:
    folder = HERE / "rates_cases/coastal_family"
    case = desk.load_folder(folder, today=DAY)
    stored = desk.store.create(
        case.model_copy(update={"id": "filed", "rates": desk.rates.folder(folder, case)}), "from a folder"
    )
    later = desk.ultimatum.enter_round(stored.id, Round(by="payer", day=DAY, increase=Decimal("6.5")))
    counted = desk.schedules.completed(desk.ultimatum.as_of_latest(later), DAY)
    assert counted.answers["rates.offer_increase"].value == "6.5"
    assert "rates.offer_percent_of_medicare" not in counted.answers
    assert not [row for row in counted.answers["rates.codes"].value if isinstance(row, dict) and "offered" in row]


def test_an_empty_round_or_an_impossible_one_is_refused(desk: Desk) -> None:
    case = desk.start_case("Acme")
    with pytest.raises(Refused, match="nothing in it"):
        desk.ultimatum.enter_round(case.id, Round(by="payer", day=DAY))
    with pytest.raises(Refused):
        desk.ultimatum.enter_round(case.id, Round(by="payer", day=DAY, increase=Decimal(4000)))


def test_a_case_with_contacts_and_rounds_survives_export_and_import(desk: Desk) -> None:
    case = desk.start_case("Acme")
    desk.ultimatum.log_contact(case.id, day=DAY, how="phone", who="Dana Whitfield", said="no increases")
    desk.ultimatum.enter_round(case.id, Round(by="payer", day=DAY, increase=Decimal("2.5")))
    again = desk.import_case(desk.export_case(case.id), "case.json")
    assert (again.contacts, again.rounds) == (desk.case(case.id).contacts, desk.case(case.id).rounds)


# --- the rehearsal --------------------------------------------------------------------------------------------------

GOOD = [
    "Thank you for taking the call. We want to stay in your network. What has the offer to achieve on your side?",
    "We propose an increase of 12%, because your rates to us last changed in 2019.",
    "Which part is too much for you: the date or the dollars?",
    "Which codes and which year make up that figure?",
    "What would they need to see?",
    "Who may approve a one-page amendment?",
    "Which measures, and when is it paid?",
    "I will send you a note of this today; could we speak again on Monday?",
]
BAD = ["This is ridiculous, you are greedy.", "We cannot go below 9%, that is our bottom line.", "Then we terminate."]


def rehearsed(desk: Desk, case: Case, lines: list[str]) -> Rehearsal:
    so_far = desk.ultimatum.rehearse(case)
    for line in lines:
        so_far = desk.ultimatum.rehearse(case, so_far, line)
    while not so_far.over:
        so_far = desk.ultimatum.rehearse(case, so_far, "Well.")
    return so_far


def test_a_rehearsal_goes_through_every_objection_and_then_judges(quick: Desk, strong: Told) -> None:
    done = rehearsed(quick, strong.case, GOOD)
    assert {t.objection for t in done.turns if t.objection} == {o.id for o in quick.ultimatum.shelf.objections}
    assert [c.id for c in done.checks if not c.met] == []
    assert len(done.checks) == 8


def test_a_rehearsal_says_what_was_missed_and_in_which_words(quick: Desk, strong: Told) -> None:
    checks = {c.id: c for c in rehearsed(quick, strong.case, BAD).checks}
    assert not any(checks[c].met for c in ("walk_away", "opening", "calm", "closing", "question"))
    assert checks["walk_away"].words
    assert all(c.tip for c in checks.values() if not c.met)


def test_a_rehearsal_without_target_or_floor_says_so(quick: Desk) -> None:
    empty = Case(id="e", title="e")
    checks = {c.id: c for c in rehearsed(quick, empty, GOOD).checks}
    assert not checks["target"].met
    assert not checks["walk_away"].met


def test_a_rehearsal_takes_no_patient_detail_and_ends_once(quick: Desk, strong: Told) -> None:
    begun = quick.ultimatum.rehearse(strong.case)
    with pytest.raises(PrivacyRefused):
        quick.ultimatum.rehearse(strong.case, begun, "Mr. John Smith, DOB 03/14/1961, MRN 4471902, was denied")
    done = rehearsed(quick, strong.case, GOOD)
    assert quick.ultimatum.rehearse(strong.case, done, "One more thing") == done
    assert ultimatum.begin().turns[0].by == "payer"


# --- the shelf ------------------------------------------------------------------------------------------------------

MISTAKES = {
    "an unknown source": ("moves.yaml", "[S120]", "[S999]", "unknown S999"),
    "a statement without a mark": ("moves.yaml", "dates may not. [GK]", "dates may not.", "without a mark"),
    "an unknown dispute": ("moves.yaml", "D27]", "D99]", "unknown D99"),
    "an unknown key": ("scripts.yaml", "{letter.proposal}", "{practice.colour}", "unknown key"),
    "a figure in wording": (
        "scripts.yaml",
        "Who else has a say",
        "In 14 days, who has a say",
        "figure that no fact holds",
    ),
    "an unknown field of a sign": ("signs.yaml", "ultimatum.channel", "ultimatum.chanel", "unknown ultimatum.chanel"),
    "a card that stands twice": ("options.yaml", "- id: phase_in", "- id: carve_out", "stands twice"),
    "a broken pattern": ("kinds.yaml", "'\\baddendum\\b'", "'(addendum'", "no regular expression"),
    "general knowledge beside a source": ("signs.yaml", "sources: [S118]", "sources: [S118, GK]", "beside a source"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_on_the_shelf_is_told_with_file_and_line(mistake: str, tmp_path: Path, shelf: Catalog) -> None:
    file, old, new, says = MISTAKES[mistake]
    for name in ("ultimatum", "guidance"):
        shutil.copytree(KNOWLEDGE / name, tmp_path / name, ignore=shutil.ignore_patterns("*.md", "*.npz", "*.tsv"))
    path = tmp_path / "ultimatum" / file
    text = path.read_text(encoding="utf-8")
    assert old in text, "the words to spoil are gone"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeFault, match=says) as caught:
        load_ultimatum(shelf, tmp_path)
    assert re.match(rf"ultimatum/{file}:\d+: ", caught.value.problems[0])


def test_the_marks_come_off_the_text() -> None:
    said = marked("One. [S07] Two, says one. [S117, S120, D27] Three. [GK]")
    assert [(s.text, s.sources, s.disputes) for s in said] == [
        ("One.", ("S07",), ()), ("Two, says one.", ("S117", "S120"), ("D27",)), ("Three.", (), ()),
    ]  # fmt: skip


def test_the_step_of_the_desk_is_none_of_the_interview_s(shelf: Catalog, quick: Desk, strong: Told) -> None:
    assert "ultimatum" not in {s.id for s in shelf.steps}
    assert shelf.step("ultimatum").desk == "ultimatum"
    assert "ultimatum" not in {p.step for p in quick.standing(strong.case, DAY).progress}
    assert not any(g.field.startswith("ultimatum.") for g in quick.standing(strong.case, DAY).gaps)
    assert shelf.visibility()["ultimatum.share_staying"] == "private"


def test_the_guidance_reckons_with_the_case_s_clocks(quick: Desk, strong: Told) -> None:
    own = Desk(None, quick.catalog, today=lambda: DAY)
    facts = own.guidance._facts(strong.case)  # what the reply repeats word for word; an index is not needed for it
    assert facts["rates.offer_answer_by"].says == (
        "They want the answer by December 18, 2026. That leaves 19 business days."
    )
    assert facts["walk_away.notice_days"].says.endswith("it would end the agreement on March 22, 2027.")
