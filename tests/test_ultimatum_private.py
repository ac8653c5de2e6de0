"""Where the practice would stop never reaches the payer: canary floors in random cases, and twins that must go red."""

import io
import random
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import DAY
from workflows import letters, ultimatum
from workflows.casework import Desk
from workflows.catalog.ultimatum import load_ultimatum
from workflows.domain.answers import Answer
from workflows.domain.case import Case
from workflows.domain.errors import KnowledgeFault
from workflows.domain.evidence import Evidence
from workflows.domain.knowledge import Wording
from workflows.domain.plan import NegotiationPlan
from workflows.ultimatum.sayings import options

CASES = sorted(p for p in (Path(__file__).parent / "cases").iterdir() if p.is_dir())
PLANS, WHOLE = 500, 24  # random floors through the verbs; random cases through the desk, letter and calendar


def canaries(pick: random.Random) -> dict[str, object]:
    """Private answers whose figures and words stand nowhere else."""

    def odd(low: int, high: int) -> str:
        return f"{pick.randint(low, high)}.{pick.choice('1379')}{pick.choice('1379')}"

    floor = {"lowest_percent_of_medicare": odd(101, 160)} if pick.random() < 0.5 else {"lowest_increase": odd(2, 40)}
    own = {
        **floor,
        "lowest_note": f"no less than ${odd(61, 190)} on 99213, says quagga {pick.randint(20000, 98000)}",
        "revenue_share": odd(5, 60),
        "patients_affected": pick.choice((4127, 5939, 7043, 8839)),
        "cash_months": f"{pick.randint(2, 11)}.73",
        "alternatives": f"Thylacine Mutual asked for {pick.randint(2, 9)}1173 more visits",
    }
    shares = {
        "share_staying": odd(3, 60),
        "refilled": odd(10, 80),
        "refilled_pays": odd(90, 130),
        "cost_saved": odd(2, 20),
    }
    other = [{"payer": "Quokka Mutual", "code": "99213", "rate": odd(70, 190)}]
    return (
        {f"walk_away.{k}": v for k, v in own.items()}
        | {f"ultimatum.{k}": v for k, v in shares.items()}
        | {"rates.other_payers": other}
    )


def tokens(private: dict[str, object]) -> set[str]:
    """What to look for: every odd figure, and the words that only private answers hold."""
    found = {"quagga", "Thylacine", "Quokka"}
    for value in private.values():
        for word in str(value).replace("'", " ").replace(",", " ").split():
            figure = word.strip("$}]")
            if figure.replace(".", "", 1).isdigit() and len(figure) >= 4 and figure != "99213":
                found.add(figure)
                found.add(f"{Decimal(figure):,}")
    return found


def answers(desk: Desk, values: dict[str, object]) -> dict[str, Answer]:
    return {f: desk.answer(f, v, DAY) for f, v in values.items()}  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module")
def bases(desk: Desk) -> list[Case]:
    loaded = [desk.load_folder(p, today=DAY) for p in (*CASES, Path(__file__).parents[1] / "knowledge/example")]
    visible = desk.catalog.visibility()
    return [
        c.model_copy(update={"answers": {f: a for f, a in c.answers.items() if visible[f] != "private"}})
        for c in loaded
    ]


def heard(plan: NegotiationPlan) -> str:
    return "\n".join(s.text for s in plan.to_the_payer())


def whole_case(desk: Desk, bases: list[Case], seed: int) -> tuple[Case, set[str]]:
    """A random part of a base case with canaries for everything private."""
    pick = random.Random(seed)
    private = canaries(pick)
    base = bases[seed % len(bases)]
    kept = {f: a for f, a in base.answers.items() if pick.random() < 0.8}
    told = {
        "ultimatum.kind": pick.choice(("amendment", "renewal", "new_contract", "fee_notice")),
        "ultimatum.channel": pick.choice(("phone", "email", "letter")),
        "ultimatum.received_on": "2026-11-16",
        "ultimatum.effective": "2027-02-01",
        "walk_away.notice_days": 90,
    }
    return base.model_copy(update={"answers": desk.in_order(kept | answers(desk, {**told, **private}))}), tokens(
        private
    )


def test_no_floor_stands_in_words_for_the_payer_in_500_plans(desk: Desk, bases: list[Case]) -> None:
    grounds = []
    for base in bases:
        derived = desk.derive(base, DAY)
        known = letters.sayable(derived.ground, desk.catalog.outline("ultimatum_response"), DAY)
        grounds.append(ultimatum.Ground(known=known, claims=derived.ground.claims, facts=derived.ground.facts))
    questions = {f"{s.id}.{q.id}": q for s in desk.catalog.every_step for q in s.questions}
    shelf, hits, private_hits = desk.ultimatum.shelf, [], 0
    for seed in range(PLANS):
        private = canaries(random.Random(seed))
        at = seed % len(bases)
        given = ultimatum.Given(answers=bases[at].answers | answers(desk, private), questions=questions, today=DAY)
        plan = ultimatum.plan(given, grounds[at], shelf, leaving=None, grid=())
        calendar = "\n".join(f"{c.what} {c.shown}" for c in ultimatum.as_clocks(plan))
        shared = ultimatum.markdown(plan, private=False)
        hits += [(seed, t) for t in tokens(private) if any(t in text for text in (heard(plan), calendar, shared))]
        private_hits += any(t in ultimatum.markdown(plan) for t in tokens(private))
    assert hits == []
    assert private_hits > PLANS * 0.9, "the canaries must stand on the private side, or the test finds nothing"


def test_no_floor_stands_in_letter_calendar_or_words_of_whole_cases(desk: Desk, bases: list[Case]) -> None:
    hits = []
    for seed in range(WHOLE):
        case, looked_for = whole_case(desk, bases, seed)
        plan = desk.ultimatum.plan_of(case, today=DAY)
        draft = desk.letters.draft(case, "ultimatum_response", today=DAY)
        texts = [heard(plan), desk.ultimatum.calendar(plan).decode(), desk.ultimatum.markdown(plan, private=False)]
        texts += [desk.letters.export(draft, "md").decode(), desk.letters.export(draft, "json").decode()]
        texts += list(file_texts(desk, draft)) if seed < 2 else []
        hits += [(seed, t) for t in looked_for if any(t in text for text in texts)]
        assert not [o for o in desk.letters.objections(case, draft) if o.hard], seed
    assert hits == []


def file_texts(desk: Desk, draft: object) -> Iterator[str]:
    """Every part of the DOCX and the PDF, their metadata too."""
    with zipfile.ZipFile(io.BytesIO(desk.letters.export(draft, "docx"))) as parts:  # type: ignore[arg-type]
        yield "\n".join(parts.read(n).decode(errors="replace") for n in parts.namelist())
    pdf = PdfReader(io.BytesIO(desk.letters.export(draft, "pdf")))  # type: ignore[arg-type]
    yield "\n".join(page.extract_text() for page in pdf.pages) + str(pdf.metadata) + str(pdf.xmp_metadata)


def test_private_answers_can_only_take_words_away(desk: Desk, bases: list[Case]) -> None:
    """Nothing the payer hears is worded by a private answer: without them the same sentences are there."""
    visible = desk.catalog.visibility()
    for seed in range(0, WHOLE, 6):
        case, _ = whole_case(desk, bases, seed)
        bare = {f: a for f, a in case.answers.items() if visible[f] != "private"}
        without = desk.ultimatum.plan_of(case.model_copy(update={"answers": bare}), today=DAY)
        told = {s.text for s in desk.ultimatum.plan_of(case, today=DAY).to_the_payer()}
        assert told <= {s.text for s in without.to_the_payer()}, seed


# --- twins: with the wall taken down, the same looks find what they look for ------------------------------------------


def test_a_script_that_names_the_floor_is_refused_by_the_shelf_and_would_be_heard_without_it(
    desk: Desk, bases: list[Case], tmp_path: Path
) -> None:
    case, looked_for = whole_case(desk, bases, 1)
    ledger = desk.standing(case, DAY).ledger
    leaked = {
        key: Evidence.model_validate({**fact.model_dump(exclude={"private"}), "private": False})
        for key, fact in ledger.private.items()
    }
    shelf = desk.ultimatum.shelf
    bad = Wording(id="floor", kind="assertion", any=("We would not sign: {walk_away.lowest_note}.",))
    script = shelf.scripts[0].model_copy(update={"say": (bad,)})
    sabotaged = shelf.model_copy(update={"scripts": (script,)})
    questions = {f"{s.id}.{q.id}": q for s in desk.catalog.every_step for q in s.questions}
    given = ultimatum.Given(answers=case.answers, questions=questions, today=DAY)
    ground = ultimatum.Ground(known={**ledger.sendable, **leaked})
    plan = ultimatum.plan(given, ground, sabotaged, leaving=None, grid=())
    assert any(t in heard(plan) for t in looked_for), "the look must find a floor that is there"
    whole = ultimatum.plan(given, ultimatum.Ground(known=ledger.sendable), sabotaged, leaving=None, grid=())
    assert not any(t in heard(whole) for t in looked_for), "sendable evidence alone cannot fill it"

    import shutil

    from workflows.catalog import KNOWLEDGE

    for name in ("ultimatum", "guidance"):
        shutil.copytree(KNOWLEDGE / name, tmp_path / name, ignore=shutil.ignore_patterns("*.md", "*.npz", "*.tsv"))
    path = tmp_path / "ultimatum/scripts.yaml"
    path.write_text(path.read_text().replace("{letter.proposal}", "{walk_away.lowest_note}", 1))
    with pytest.raises(KnowledgeFault, match=r"ultimatum/scripts.yaml:\d+: .*private \{walk_away.lowest_note\}"):
        load_ultimatum(desk.catalog, tmp_path)


def test_a_way_to_agree_on_the_offered_rate_waits_for_the_floor(desk: Desk, bases: list[Case]) -> None:
    base = next(b for b in bases if "rates.offer_increase" in b.answers)
    offered = Decimal(str(base.answers["rates.offer_increase"].value))

    def ids(floor: Decimal) -> set[str]:
        private = answers(desk, {"walk_away.lowest_increase": f"{floor}%"})
        case = base.model_copy(update={"answers": desk.in_order(base.answers | private)})
        return {o.id for o in desk.ultimatum.plan_of(case, today=DAY).options}

    assert "shorter_term" in ids(offered - 1)
    assert "shorter_term" not in ids(offered), "at the floor itself it would tell it"
    assert "shorter_term" not in ids(offered + 5)
    known = letters.sayable(desk.derive(base, DAY).ground, desk.catalog.outline("ultimatum_response"), DAY)
    unwatched = options(desk.ultimatum.shelf.options, known, offer_clear=True)
    assert "shorter_term" in {o.id for o in unwatched}, "without the look at the floor it would be offered"


def test_a_limit_in_words_keeps_the_offered_rate_out(desk: Desk, bases: list[Case]) -> None:
    base = next(b for b in bases if "rates.offer_increase" in b.answers)
    private = answers(desk, {"walk_away.lowest_note": "never without an escalator"})
    case = base.model_copy(update={"answers": desk.in_order(base.answers | private)})
    assert "shorter_term" not in {o.id for o in desk.ultimatum.plan_of(case, today=DAY).options}


def test_what_is_private_says_so_in_the_json(desk: Desk, bases: list[Case]) -> None:
    case, looked_for = whole_case(desk, bases, 3)
    made = desk.ultimatum.as_json(desk.ultimatum.plan_of(case, today=DAY))
    assert made["walk_away"]["private"] is True
    assert all(c["private"] is True for c in made["concessions"])
    rest = {k: v for k, v in made.items() if k not in ("walk_away", "concessions", "clocks", "warnings")}
    assert not [t for t in looked_for if t in str(rest)]
    assert all(c.get("private") for c in made["clocks"] if "90 days" in c["from"])
