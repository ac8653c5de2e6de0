"""What a sentence may say: a table of wordings, good and bad, each with what the guard must make of it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from workflows.domain.draft import Cell, Document, Draft, Gap, Objection, Provenance, Section, Sentence, Table
from workflows.domain.evidence import Evidence, Figure, FromAnswer, FromCalculation, PrivateEvidence, Source, Unit
from workflows.grounding import CHECKS, check_draft, check_wording
from workflows.grounding.figures import check_figures
from workflows.grounding.private import check_private

DAY = date(2026, 11, 22)
Held = tuple[str, Unit, str]


def _source(key: str) -> Source:
    return FromAnswer(field=key.split("[")[0], given_on=DAY)


def _figures(held: tuple[Held, ...]) -> tuple[Figure, ...]:
    return tuple(Figure(amount=Decimal(a), unit=u, role=r) for a, u, r in held)


def fact(key: str, says: str, value: str, *held: Held, parts: Mapping[str, str] | None = None) -> Evidence:
    return Evidence(
        key=key,
        says=says,
        value=value,
        figures=_figures(held),
        source=_source(key),
        grade="asserted",
        parts=parts or {},
    )


def secret(key: str, says: str, value: str, *held: Held, parts: Mapping[str, str] | None = None) -> PrivateEvidence:
    return PrivateEvidence(
        key=key,
        says=says,
        value=value,
        figures=_figures(held),
        source=_source(key),
        grade="asserted",
        parts=parts or {},
    )


OFFER = fact("rates.offer_increase", "You offer an increase of 2%.", "2%", ("2", "percent", "rates.offer_increase"))
ASK = fact("ask.increase", "We ask for an increase of 12%.", "12%", ("12", "percent", "ask.increase"))
MEMBERS = fact(
    "practice.members",
    "We cared for 2,300 members of your plan in the 12 months to September 2026.",
    "2,300 members",
    ("2300", "count", "practice.members"),
)
QUALITY = fact(
    "quality.measures[0]",
    "HbA1c under 8%: 78.4% of 612 patients in 2025, against 71% (plan scorecard 2025).",
    "78.4%",
    ("78.4", "percent", "quality.measures[0].rate"),
    ("71", "percent", "quality.measures[0].comparator"),
    ("612", "count", "quality.measures[0].n"),
)
CODE = fact(
    "rates.codes[0]",
    "Code 99213: allowed $88.10 on 3,900 units.",
    "99213",
    ("99213", "code", "rates.codes[0].code"),
    ("88.10", "usd", "rates.codes[0].current"),
    ("3900", "count", "rates.codes[0].volume"),
    parts={"code": "99213", "current": "$88.10", "volume": "3,900"},
)
SINCE = fact(
    "practice.effective_date",
    "The agreement took effect on March 1, 2017.",
    "March 1, 2017",
    ("20170301", "date", "practice.effective_date"),
)
PAYER = fact("practice.payer", "The payer is Buckeye Health Plan.", "Buckeye Health Plan")
TERMS = fact(
    "ask.others[0]",
    "Termination without cause (section 7.2): 60 days now, 120 days wanted.",
    "Termination",
    ("7.2", "count", "ask.others[0].clause"),
    ("60", "days", "ask.others[0].now"),
    ("120", "days", "ask.others[0].wanted"),
)
FLOOR = secret(
    "walk_away.lowest_percent_of_medicare",
    "Lowest acceptable level: 110% of Medicare.",
    "110%",
    ("110", "percent", "walk_away.lowest_percent_of_medicare"),
)
LEAST = secret(
    "walk_away.lowest_increase", "Lowest acceptable increase: 5%.", "5%", ("5", "percent", "walk_away.lowest_increase")
)
OTHER = secret(
    "rates.other_payers[0]",
    "Summit Mutual pays $131.20.",
    "Summit Mutual",
    ("131.20", "usd", "rates.other_payers[0].rate"),
    parts={"payer": "Summit Mutual", "rate": "$131.20"},
)
NOTE = secret(
    "walk_away.alternatives",
    "Alternatives: two other plans have asked us for more capacity",
    "two other plans have asked us for more capacity",
)

LEDGER = {e.id: e for e in (OFFER, ASK, MEMBERS, QUALITY, CODE, SINCE, PAYER, TERMS)}
PRIVATE = {e.key: e for e in (FLOOR, LEAST, OTHER, NOTE)}

RATE = Sentence(
    slot="rate", kind="request", text="You offered 2%; we ask for an increase of 12%.", evidence=(OFFER.id, ASK.id)
)
CARED = Sentence(slot="cared", kind="assertion", text=MEMBERS.says, evidence=(MEMBERS.id,))
PROOF = Sentence(slot="proof", kind="assertion", text=QUALITY.says, evidence=(QUALITY.id,))
PRICE = Sentence(slot="price", kind="assertion", text="Code 99213 is allowed at $88.10.", evidence=(CODE.id,))
DATED = Sentence(
    slot="dated", kind="assertion", text="The agreement took effect on March 1, 2017.", evidence=(SINCE.id,)
)
CLAUSE = Sentence(slot="clause", kind="request", text=TERMS.says, evidence=(TERMS.id,))
THANKS = Sentence(slot="thanks", kind="courtesy", text="We value this agreement and would like to keep it.")
BLANK = Sentence(slot="blank", kind="gap", text="[members: to be completed]", gaps=("practice.members",))


def against(sentence: Sentence, wording: str) -> tuple[Objection, ...]:
    return check_wording(sentence, wording, LEDGER, PRIVATE)


def hard(sentence: Sentence, wording: str) -> list[str]:
    return [o.says for o in against(sentence, wording) if o.hard]


@pytest.mark.parametrize("sentence", [RATE, CARED, PROOF, PRICE, DATED, THANKS, BLANK], ids=lambda s: s.slot)
def test_the_plain_wording_is_never_objected_to(sentence: Sentence) -> None:
    assert against(sentence, sentence.text) == ()


@pytest.mark.parametrize(
    ("sentence", "wording"),
    [
        (RATE, "We ask for an increase of 12%."),
        (RATE, "We ask for twelve percent."),
        (RATE, "We ask for an increase of １２％."),
        (RATE, "Against your 2 percent we ask for 12 per cent."),
        (CARED, "In the 12 months to September 2026 your members in our care were 2,300."),
        (CARED, "Some 2.3 thousand of your members came to us in the 12 months to September 2026."),
        (CARED, "Buckeye Health Plan had 2,300 members in our care."),
        (PROOF, "Of 612 patients, 78.4% had an HbA1c under 8% in 2025, against 71% (plan scorecard 2025)."),
        (PRICE, "You allow $88.10 for 99213."),
        (PRICE, "You allow 88.10 dollars for code 99213."),
        (DATED, "The agreement has stood since March 2017."),
        (DATED, "The agreement dates from 2017."),
        (DATED, "The agreement took effect on 3/1/2017."),
        (CLAUSE, "Termination without cause (section 7.2): 120 days instead of 60 days."),
        (THANKS, "We value this agreement, and we hope to keep it."),
        (THANKS, "This letter is not a notice of termination."),
    ],
)
def test_a_fair_rewording_meets_no_hard_objection(sentence: Sentence, wording: str) -> None:
    assert hard(sentence, wording) == []


@pytest.mark.parametrize(
    ("sentence", "wording", "words"),
    [
        (RATE, "We ask for an increase of 13%.", "13%"),
        (RATE, "We ask for an increase of 12.5%.", "12.5%"),
        (RATE, "We ask for an increase of thirteen percent.", "thirteen percent"),
        (RATE, "We ask for an increase of １３％.", "13%"),
        (RATE, "We ask for an increase of 1\u200b3%.", "13%"),
        (RATE, "We ask for ½ more.", "1"),
        (CARED, "We cared for 2,400 members.", "2,400"),
        (CARED, "We cared for 2.3k members and 40 more.", "40"),
        (PROOF, "HbA1c under 8%: 78.4% in 2024.", "2024"),
        (PROOF, "HbA1c under 9%: 78.4%.", "9%"),
        (PRICE, "Code 99214 is allowed at $88.10.", "99214"),
        (PRICE, "Code 99213F is allowed at $88.10.", "99213F"),
        (PRICE, "Code 9921З is allowed at $88.10.", "9921"),
        (PRICE, "Code G2211 is allowed at $88.10.", "G2211"),
        (DATED, "The agreement took effect on March 2, 2017.", "March 2, 2017"),
        (DATED, "The agreement took effect on April 2017.", "April 2017"),
        (THANKS, "We value these 9 years.", "9"),
        (BLANK, "We cared for 2,301 members.", "2,301"),
        (RATE, "We ask for the figure...110%", "110%"),
        (RATE, "We ask for x12y more.", "x12y"),
    ],
)
def test_a_figure_that_is_not_in_the_evidence_is_refused(sentence: Sentence, wording: str, words: str) -> None:
    assert any(o.hard and words in o.words for o in against(sentence, wording)), against(sentence, wording)


@pytest.mark.parametrize(
    ("sentence", "wording"),
    [
        (RATE, "We ask for 12 points."),
        (RATE, "We ask for 12 percentage points."),
        (RATE, "We ask for $12."),
        (RATE, "We ask for a rate 12 times as high."),
        (CARED, "We cared for 2,300 visits."),
        (CARED, "We cared for 2,300% of your members."),
        (CARED, "We cared for 2,300 members in the 12 weeks to September 2026."),
        (PRICE, "Code 99213 is allowed at 88.10%."),
        (PRICE, "Code 99213 is allowed at 88.10 euros."),
        (CLAUSE, "Termination without cause (section 7.2): 120 hours instead of 60 days."),
    ],
)
def test_the_right_amount_in_another_unit_is_refused(sentence: Sentence, wording: str) -> None:
    assert hard(sentence, wording)


def test_a_figure_of_another_fact_is_named_with_that_fact() -> None:
    (said,) = hard(CARED, "We cared for 2,300 members and ask for 12%.")
    assert "We ask for an increase of 12%." in said
    assert "add that fact" in said


@pytest.mark.parametrize(
    ("sentence", "wording"),
    [
        (PROOF, "HbA1c under 8%: 71% of 612 patients in 2025, against 78.4% (plan scorecard 2025)."),
        (RATE, "You offered 12%; we ask for an increase of 2%."),
        (RATE, "We ask for an increase of 2%."),
        (CLAUSE, "Termination without cause (section 7.2): 120 days now, 60 days wanted."),
        (PROOF, "HbA1c under 8%: 71% of 612 patients in 2025, against 71% (plan scorecard 2025)."),
    ],
)
def test_figures_in_each_others_place_are_doubted(sentence: Sentence, wording: str) -> None:
    assert any("swapped" in o.says or "stands where" in o.says for o in against(sentence, wording))


@pytest.mark.parametrize(
    "said",
    [
        "110%",
        "110 percent",
        "110 per cent",
        "one hundred ten percent",
        "one hundred and ten percent",
        "110",
        "1.1 times",
        "1.10x",
        "１１０％",
        "1\u200b10%",
        "110 cents on the dollar",
        "$1.10 for each Medicare dollar",
        "10% above Medicare",
        "ten percent above Medicare",
        "110.0%",
        "110pct",
        "110 points",
        "an increase of 5%",
        "five percent",
        "1.05 times",
        "105% of the present rate",
        "$131.20",
        "131.20 dollars",
        "about $131",
        "$43.10 more",
        "Summit Mutual pays better",
        "two other plans have asked us for more capacity",
    ],
)
def test_a_private_figure_is_refused_in_every_form(said: str) -> None:
    for sentence in (CARED, PRICE, THANKS):
        objections = against(sentence, f"{sentence.text} That is {said}.")
        assert any(o.hard and "private" in o.says for o in objections), (sentence.slot, said, objections)


def test_a_private_figure_that_the_sentence_may_send_anyway_is_no_leak() -> None:
    offer = fact(
        "rates.offer_percent_of_medicare",
        "You offer 110% of Medicare.",
        "110%",
        ("110", "percent", "rates.offer_percent_of_medicare"),
    )
    sentence = Sentence(slot="s", kind="assertion", text="You offer 110% of Medicare.", evidence=(offer.id,))
    assert check_wording(sentence, "Your offer is 110% of Medicare.", {offer.id: offer}, PRIVATE) == ()


@pytest.mark.parametrize(
    "threat",
    [
        "Otherwise we will terminate the agreement.",
        "We will leave your network.",
        "We will not renew.",
        "Consider this our notice of termination.",
        "We give notice of non-renewal.",
        "We will withdraw from your panel.",
        "We shall opt out.",
        "We would go out of network.",
        "We will stop seeing your members.",
        "We would no longer participate.",
        "We may have to end our participation.",
        "We are prepared to walk away.",
        "We will let the agreement lapse.",
        "We won't be renewing this contract.",
        "We intend to exit the plan.",
        "Our doctors will refuse new patients of your plan.",
        "This is our final offer.",
        "We will part ways.",
        "We are resigning from the network.",
        "We will drop your plan.",
        "Termination will follow.",
    ],
)
@pytest.mark.parametrize("sentence", [RATE, THANKS], ids=lambda s: s.slot)
def test_a_threat_to_leave_is_refused(sentence: Sentence, threat: str) -> None:
    assert any("end the agreement" in said for said in hard(sentence, f"{sentence.text} {threat}"))


@pytest.mark.parametrize(
    "joint",
    [
        "We ask this together with other practices.",
        "All the groups in town agree.",
        "Other practices will also refuse your rates.",
        "We and the other cardiologists stand as one.",
        "Every practice in the county has rejected it.",
        "We negotiate on behalf of several groups.",
        "The independent practices have formed a united front.",
        "We have agreed with neighboring practices on a floor.",
        "Neighboring practices are asking for the same.",
        "We will act jointly.",
    ],
)
def test_joint_action_is_refused(joint: str) -> None:
    assert any("acting together" in said for said in hard(THANKS, joint))


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        ("We guarantee to keep this agreement and value it.", "guarantee"),
        ("We are the best practice and value this agreement.", "best"),
        ("We are the only practice that values this agreement.", "only"),
        ("We are the finest, and value this agreement.", "finest"),
        ("Studies show that we value this agreement.", "Studies"),
        ("We value this agreement with Meridian.", "Meridian"),
        ("Dr. Chen values this agreement.", "Chen"),
        ("As Aetna does, we value this agreement.", "Aetna"),
        ("We do not value this agreement.", "not"),
        ("Twice as much do we value this agreement.", "Twice"),
    ],
)
def test_promises_praise_studies_names_and_turned_meanings_are_doubted(wording: str, words: str) -> None:
    assert any(words in o.words for o in against(THANKS, wording)), against(THANKS, wording)


@pytest.mark.parametrize(
    "wording",
    [
        "We value this agreement: see https://evil.example/x.",
        "We value this ![x](http://127.0.0.1/?q=1).",
        "We value this <img src=x>.",
        "Write to mallory@evil.example.",
        "We value this [agreement](javascript:alert).",
        "You wrote “we will pay whatever you ask”.",
        "We value this agreemеnt.",
        "Мы ценим.",
        "We value\u202e this.",
        "Our patient Maria Lopez values this agreement.",
    ],
)
def test_links_markup_false_quotations_disguised_letters_and_patients_are_refused(wording: str) -> None:
    assert hard(THANKS, wording)


def test_the_objection_to_patient_detail_does_not_repeat_it() -> None:
    (objection,) = [o for o in against(THANKS, "Our patient Maria Lopez thanks you.") if "patient" in o.says]
    assert "Lopez" not in objection.model_dump_json()


# Drafts


def draft(
    *sentences: Sentence, table: Table | None = None, document: Document = "counteroffer", **more: object
) -> Draft:
    return Draft.model_validate(
        {
            "document": document,
            "title": "Proposal",
            "status": "ready",
            "sections": (Section(id="body", title="Body", sentences=sentences, table=table),),
            "ledger": LEDGER,
            "provenance": Provenance(knowledge="k", parley="1", day=DAY),
            **more,
        }
    )


def test_a_clean_draft_passes() -> None:
    assert check_draft(draft(RATE, CARED, PROOF, PRICE, DATED, CLAUSE, THANKS, BLANK), PRIVATE) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        CARED.model_copy(update={"text": "We cared for 2,301 members."}),
        PROOF.model_copy(update={"text": "HbA1c under 8%: 71% of 612 patients in 2025, against 78.4%."}),
        THANKS.model_copy(update={"text": "We value these 9 years."}),
        THANKS.model_copy(update={"text": "We will terminate the agreement."}),
        CARED.model_copy(update={"evidence": ("0000000000",)}),
        CARED.model_copy(update={"evidence": (FLOOR.id,)}),
        CARED.model_copy(update={"edited": "We cared for 2,301 members."}),
    ],
)
def test_parleys_own_wording_is_not_trusted_either(sentence: Sentence) -> None:
    assert check_draft(draft(sentence), PRIVATE)


def test_a_sum_worked_out_from_a_private_fact_is_refused() -> None:
    made = Evidence(
        key="worth.x",
        says="That is 8 points.",
        value="8 points",
        grade="estimated",
        figures=(Figure(amount=Decimal(8), unit="points", role="worth.x"),),
        source=FromCalculation(rule="ask − floor", inputs=(ASK.id, FLOOR.id), shown="118 − 110"),
    )
    sentence = Sentence(slot="s", kind="assertion", text="That is 8 points.", evidence=(made.id,))
    objections = check_draft(draft(sentence, ledger={**LEDGER, made.id: made}), PRIVATE)
    assert any("private" in o.says for o in objections)


@pytest.mark.parametrize(
    "more",
    [
        {"title": "Proposal (not below 110% of Medicare)"},
        {"notes": ("The least is 110% of Medicare.",)},
        {"notes": ("Summit Mutual pays more.",)},
        {"gaps": (Gap(field="x.y", what="Above 110%.", why="w", where="w"),)},
        {"gaps": (Gap(field="x.y", what="w", why="w", where="The chart of our patient Maria Lopez."),)},
    ],
)
def test_nothing_private_stands_around_the_sentences(more: dict[str, Any]) -> None:
    assert check_draft(draft(RATE, **more), PRIVATE)


def row(*cells: str | tuple[str, Evidence]) -> tuple[Cell, ...]:
    return tuple(Cell(text=c) if isinstance(c, str) else Cell(text=c[0], evidence=c[1].id) for c in cells)


def _line(n: int, code: str, now: str, annual: str) -> tuple[Evidence, Evidence]:
    own = fact(
        f"rates.codes[{n}]",
        f"Code {code}: allowed ${now}.",
        code,
        (code, "code", f"rates.codes[{n}].code"),
        (now, "usd", f"rates.codes[{n}].current"),
    )
    change = Evidence(
        key=f"worth.line[{n}].annual",
        says=f"Annual change of {code}: ${int(annual):,}.",
        value=f"${int(annual):,}",
        figures=_figures(((annual, "usd", f"worth.line[{n}].annual"),)),
        source=FromCalculation(rule="units × (proposed − current)", inputs=(own.id,), shown=f"= ${int(annual):,}"),
        grade="estimated",
    )
    return own, change


ONE, ONE_CHANGE = _line(1, "99214", "121.65", "39455")
TWO, TWO_CHANGE = _line(2, "99203", "104.20", "27171")
SUM = fact("worth.ask", "The request is worth $66,626 a year.", "$66,626", ("66626", "usd", "worth.ask"))
HEAD = ("Code", "Now", "Annual change")
ROWS = (
    row(("99214", ONE), ("$121.65", ONE), ("$39,455", ONE_CHANGE)),
    row(("99203", TWO), ("$104.20", TWO), ("$27,171", TWO_CHANGE)),
)
TOTAL = row("Total of these codes", "", ("$66,626", SUM))
LEDGER_OF_TABLE = {**LEDGER, **{e.id: e for e in (ONE, ONE_CHANGE, TWO, TWO_CHANGE, SUM)}}


def tabled(rows: tuple[tuple[Cell, ...], ...], total: tuple[Cell, ...] | None, head: tuple[str, ...] = HEAD) -> Draft:
    return draft(table=Table(header=head, aligned="lrr", rows=rows, total=total), ledger=LEDGER_OF_TABLE)


def test_a_table_that_adds_up_passes() -> None:
    assert check_draft(tabled(ROWS, TOTAL), PRIVATE) == ()


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ((row(("99214", ONE), ("$121.66", ONE), ("$39,455", ONE_CHANGE)), ROWS[1]), TOTAL),
        ((row(("99215", ONE), ("$121.65", ONE), ("$39,455", ONE_CHANGE)), ROWS[1]), TOTAL),
        ((row(("$121.65", ONE), ("99214", ONE), ("$39,455", ONE_CHANGE)), ROWS[1]), TOTAL),
        ((row(("99214", ONE), ("$121.65", ONE), "$39,455"), ROWS[1]), TOTAL),
        ((row(("99214", ONE), ("$104.20", TWO), ("$39,455", ONE_CHANGE)), ROWS[1]), None),
        (ROWS, row("Total of these codes", "", ("$66,627", SUM))),
        (ROWS[:1], TOTAL),
        (ROWS, row("Total of 110%", "", ("$66,626", SUM))),
    ],
)
def test_a_table_with_one_wrong_cell_is_refused(
    rows: tuple[tuple[Cell, ...], ...], total: tuple[Cell, ...] | None
) -> None:
    assert check_draft(tabled(rows, total), PRIVATE)


def test_a_figure_in_the_column_of_another_role_is_refused() -> None:
    both = fact(
        "rates.codes[3]",
        "Code 17000: allowed $61.30, offered $62.22.",
        "17000",
        ("17000", "code", "code"),
        ("61.30", "usd", "rates.codes[3].current"),
        ("62.22", "usd", "rates.codes[3].offered"),
    )
    table = Table(
        header=("Code", "Now", "Offered"),
        aligned="lrr",
        rows=(row(("17000", both), ("$62.22", both), ("$61.30", both)),),
    )
    objections = check_draft(draft(table=table, ledger={both.id: both}), {})
    assert any("wrong column" in o.says for o in objections)


# Sabotage: a guard with a part switched off must let something through, or the tests above prove nothing


@pytest.mark.parametrize(
    ("part", "sentence", "wording"),
    [
        (check_figures, CARED, "We cared for 2,400 members of your plan in the 12 months to September 2026."),
        (check_private, THANKS, "Summit Mutual values us more."),
    ],
)
def test_a_weakened_guard_lets_it_through(part: object, sentence: Sentence, wording: str) -> None:
    assert [o for o in against(sentence, wording) if o.hard]
    weaker = tuple(c for c in CHECKS if c is not part)
    assert not [o for o in check_wording(sentence, wording, LEDGER, PRIVATE, checks=weaker) if o.hard]
