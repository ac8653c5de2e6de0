"""What the Rates page does, run without a browser: files in, columns mapped, fees kept, compared, weighed, exported."""

import csv
import json
from decimal import Decimal
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from tests.test_pages import HOSTILE, app, click, desk, opened, run, texts, to  # noqa: F401  (app, desk: fixtures)
from workflows.adapters.read_schedule import read_sheet
from workflows.casework import Desk
from workflows.casework.schedules import MOST_LINES, MOST_SCHEDULES
from workflows.domain.case import Case
from workflows.domain.errors import NotFound, ParleyError, PrivacyRefused, Refused
from workflows.domain.rates import Meaning, RatesInput
from workflows.ui import importing

OWN = b"""Acme Health Plan,,,
Professional fees,,,
CPT Code,Mod,Allowed,Effective Date
99213,,$70.23,3/1/2019
99214 Office visit,,$112.71,3/1/2019
93000,,$13.95,3/1/2019
70450,26,$30.00,3/1/2019
visit,,$9.00,3/1/2019
"""
OTHER = b"Code,Fee\n99213,98.77\n99214,131.43\n"
UNITS = b"code,modifier,units\n99213,,1000\n99214,,500\n93000,,200\n70450,26,50\n"
CANARIES = ("98.77", "131.43", "Second Mutual")


@pytest.fixture
def case(desk: Desk) -> Case:  # noqa: F811
    """A practice in Mobile, Alabama, with a request, a walk-away and no fees yet."""
    started = desk.start_case("Coastal")
    return desk.record(
        started.id,
        {
            "practice.name": "Coastal Family Medicine, PC",
            "practice.zip": "36602",
            "practice.payer": "Acme Health Plan",
            "practice.specialty": "familyMedicine",
            "ask.percent_of_medicare": "110",
            "ask.medicare_year": "2026",
            "ask.escalator": "3",
            "ask.term_years": "3",
            "er_avoidance.same_day_slots": "30",
            "er_avoidance.same_day_per": "week",
            "er_avoidance.ed_visits_avoided": "240",
            "er_avoidance.ed_avoided_period": "2025",
            "er_avoidance.ed_avoided_method": "triage-log callers who were seen here within a day instead",
            "access.weekly_hours": "52",
            "access.third_next_available": "3",
            "walk_away.lowest_percent_of_medicare": "104",
        },
    )


def keep(
    desk: Desk,  # noqa: F811
    case: Case,
    content: bytes = OWN,
    name: str = "acme.csv",
    what: str = "contract",
    payer: str = "Acme Health Plan",
) -> Case:
    return desk.schedules.add(case.id, content, name, desk.schedules.origin(what, payer, name=name))


def filled(desk: Desk, case: Case) -> Case:  # noqa: F811
    keep(desk, case)
    keep(desk, case, OTHER, "second.csv", payer="Second Mutual")
    return desk.schedules.count(case.id, UNITS, "units.csv")


def letters(desk: Desk, case: Case) -> str:  # noqa: F811
    documents: tuple[Any, ...] = ("value_proposition", "counteroffer", "data_request")
    drafts = [desk.letters.draft(case, document) for document in documents]
    return "\n".join(desk.letters.export(d, f).decode() for d in drafts for f in ("md", "json"))  # type: ignore[arg-type]


def by_label(at: AppTest, kind: str, label: str) -> Any:
    return next(w for w in getattr(at, kind) if label in str(w.label).replace("\\", ""))


def paste(at: AppTest, rows: bytes) -> AppTest:
    by_label(at, "text_area", "paste rows").set_value(rows.decode())
    return run(at)


# What a case keeps


def test_fees_are_kept_with_the_case_and_come_back_from_an_export(desk: Desk, case: Case) -> None:  # noqa: F811
    kept = filled(desk, case)
    assert [s.payer for s in kept.rates.schedules] == ["Acme Health Plan", "Second Mutual"]
    assert desk.case(case.id).rates == kept.rates
    again = desk.import_case(desk.export_case(case.id), "case.json")
    assert again.rates == kept.rates


def test_a_case_written_before_there_were_fees_opens_without_any() -> None:
    assert Case.model_validate({"id": "a", "title": "Old"}).rates == RatesInput()


def test_undo_takes_back_one_schedule_at_a_time(desk: Desk, case: Case) -> None:  # noqa: F811
    filled(desk, case)
    counts = []
    for _ in range(3):
        held = desk.undo(case.id).rates
        counts.append((len(held.schedules), len(held.volumes)))
    assert counts == [(2, 0), (1, 0), (0, 0)]


def test_a_schedule_is_replaced_in_its_place_and_removed(desk: Desk, case: Case) -> None:  # noqa: F811
    first, second = filled(desk, case).rates.schedules
    origin = desk.schedules.origin("contract", "Acme Health Plan")
    newer = OWN.replace(b"$70.23", b"$71.00")
    changed = desk.schedules.add(case.id, newer, "acme 2027.csv", origin, replacing=first.key)
    assert [s.name for s in changed.rates.schedules] == ["acme 2027.csv", "second.csv"]
    with pytest.raises(NotFound, match="no longer here"):
        desk.schedules.add(case.id, OWN, "acme.csv", origin, replacing=first.key)
    assert [s.name for s in desk.schedules.remove(case.id, second.key).rates.schedules] == ["acme 2027.csv"]


def test_the_same_file_again_is_kept_once(desk: Desk, case: Case) -> None:  # noqa: F811
    keep(desk, case)
    assert len(keep(desk, case).rates.schedules) == 1


def test_a_file_with_a_column_of_payers_becomes_one_schedule_each(desk: Desk, case: Case) -> None:  # noqa: F811
    both = b"Payer,Code,Fee\nAcme Health Plan,99213,70\nSecond Mutual,99213,98.77\n"
    assert [s.payer for s in keep(desk, case, both).rates.schedules] == ["Acme Health Plan", "Second Mutual"]


def test_what_a_case_cannot_carry_is_refused_with_the_limit(desk: Desk, case: Case) -> None:  # noqa: F811
    rows = [f"{n:05d},80.00" for n in range(10_000, 10_001 + MOST_LINES)]
    with pytest.raises(Refused, match=r"big\.csv: holds 10,001 lines; a case keeps 10,000"):
        keep(desk, case, "\n".join(["Code,Fee", *rows]).encode(), "big.csv")
    full = keep(desk, case, "\n".join(["Code,Fee", *rows[:-1]]).encode(), "full.csv")
    assert len(desk.export_case(full.id)) < 10_000_000
    for n in range(MOST_SCHEDULES - 1):
        keep(desk, case, OTHER, f"{n}.csv", payer=f"Payer {n}")
    with pytest.raises(Refused, match="more than 20"):
        keep(desk, case, OTHER, "one more.csv", payer="One more")


@pytest.mark.parametrize(("what", "said"), [
    ("another", "competitors may not exchange .* published transparency file"),
    ("published", "needs its date"),
    ("", "is not said to be anything"),
])  # fmt: skip
def test_a_file_is_said_to_be_something_lawful(desk: Desk, what: str, said: str) -> None:  # noqa: F811
    with pytest.raises(Refused, match=said):
        desk.schedules.origin(what, "Acme Health Plan", name="fees.csv")


@pytest.mark.parametrize("spoil", [
    lambda raw: raw["schedules"][0]["lines"][0].update(rate="1e999999"),
    lambda raw: raw["schedules"][0]["lines"][0].update(rate="NaN"),
    lambda raw: raw["schedules"][0].update(name="another practice's rates"),
    lambda raw: raw["schedules"][0].update(name="fees \u202egnp.csv"),
    lambda raw: raw["schedules"][0]["origin"].update(payer="patient John Smith, MRN 445566, born 3/4/1961"),
    lambda raw: raw["schedules"].extend(raw["schedules"] * 30),
    lambda raw: raw.update(unknown=1),
])  # fmt: skip
def test_an_exported_case_that_was_tampered_with_is_refused(desk: Desk, case: Case, spoil: Any) -> None:  # noqa: F811
    exported = json.loads(desk.export_case(filled(desk, case).id))
    spoil(exported["case"]["rates"])
    with pytest.raises(ParleyError):
        desk.import_case(json.dumps(exported).encode(), "case.json")


def test_a_cell_about_a_patient_is_not_kept_even_as_a_row_that_was_not_taken(desk: Desk, case: Case) -> None:  # noqa: F811
    with pytest.raises(PrivacyRefused):
        keep(desk, case, b'Code,Fee\n99213,80\n"patient John Smith, MRN 445566",70\n')
    assert not desk.case(case.id).rates.schedules


# Letters


def test_the_payers_own_fees_reach_the_letter_and_other_payers_never(desk: Desk, case: Case) -> None:  # noqa: F811
    said = letters(desk, filled(desk, case))
    assert "$70.23" in said
    assert not [c for c in CANARIES if c in said]


def test_the_same_fees_as_this_payers_own_do_reach_the_letter(desk: Desk, case: Case) -> None:  # noqa: F811
    """The twin: what keeps them out is whose they are, so the check above can fail."""
    keep(desk, case, OTHER, "acme.csv", payer="Acme Health Plan")
    desk.schedules.count(case.id, UNITS, "units.csv")
    assert "$98.77" in letters(desk, desk.case(case.id))


def test_an_answer_of_the_user_stands_before_the_fees(desk: Desk, case: Case) -> None:  # noqa: F811
    filled(desk, case)
    own = desk.record(case.id, {"rates.codes": [{"code": "99213", "current": "60", "volume": "10"}]})
    said = letters(desk, own)
    assert "$60.00" in said
    assert "$70.23" not in said


# The page


def test_without_fees_the_page_teaches(app: AppTest, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    said = texts(app)
    for words in ("No fee schedule yet", "what your other payers pay you, which stays private", "Add a file"):
        assert words in said
    click(app, "example")
    assert "Buckeye Valley Health Plan pays 91.6% of Medicare" in texts(app)


def test_rows_are_pasted_previewed_and_kept(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    paste(app, OWN)
    said = texts(app)
    assert "headings stand in row 3" in said
    assert "4 fees, the first 99213 at $70.23" in said
    assert "1 row not taken" in said
    assert "Row 8: 'visit' is not a procedure code." in said
    assert not desk.case(case.id).rates.schedules
    click(app, "keep_fees")
    assert len(desk.case(case.id).rates.schedules[0].lines) == 4
    assert by_label(app, "text_area", "paste rows").value == ""
    assert "Acme Health Plan pays" in texts(app)


def test_a_column_the_page_could_not_tell_is_mapped_by_hand(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    paste(app, b"CPT Code,Mod,Alw 27\n99213,,84.10\n99214,,118.60\n")
    assert "no row with a code and a price" in texts(app)
    assert not [b for b in app.button if b.key == "keep_fees"]
    by_label(app, "selectbox", "Column C").set_value("rate")
    run(app)
    assert "2 fees, the first 99213 at $84.10" in texts(app)
    by_label(app, "selectbox", "Column B").set_value("rate")
    run(app)
    assert by_label(app, "selectbox", "Column C").value == "set_aside"
    by_label(app, "selectbox", "Column C").set_value("rate")
    run(app)
    click(app, "keep_fees")
    assert [str(x.rate) for x in desk.case(case.id).rates.schedules[0].lines] == ["84.10", "118.60"]


def test_another_practices_rates_are_refused_and_nothing_can_be_chosen(app: AppTest, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    by_label(app, "selectbox", "What is it?").set_value("another")
    run(app)
    assert "Sherman Act" in app.error[0].value
    assert "transparency file" in app.error[0].value
    assert not app.text_area
    assert not app.get("file_uploader")


def test_a_refusal_keeps_what_was_typed(app: AppTest, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    by_label(app, "selectbox", "What is it?").set_value("published")
    run(app)
    by_label(app, "text_input", "Date of the file").set_value("some day")
    paste(app, OTHER)
    assert app.error
    assert by_label(app, "text_input", "Date of the file").value == "some day"
    assert by_label(app, "text_area", "paste rows").value == OTHER.decode()
    by_label(app, "text_input", "Date of the file").set_value("2026-03-01")
    run(app)
    assert not app.error
    click(app, "keep_fees")


def test_patient_columns_are_refused_before_anything_is_kept(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    paste(app, b"Patient Name,Code,Fee\nJohn Smith,99213,80\n")
    assert "about patients" in app.error[0].value
    assert "John" not in texts(app)
    assert not desk.case(case.id).rates.schedules


def test_the_table_the_level_and_the_packages_are_those_of_the_desk(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    """Now 1000 x 70.23 + 500 x 112.71 + 200 x 13.95 + 50 x 30.00 = 130,875; Medicare in Alabama 2026 155,067: 84.4%.
    At 110% 170,574: +39,699, 30.3%, 25.6 points (worked by hand in test_rates_folder.py)."""
    opened(app, filled(desk, case), "rates")
    said = texts(app)
    assert "**Acme Health Plan pays 84.4% of Medicare** (2026 Medicare, Alabama)" in said
    table = next(d.value for d in app.dataframe if "Percent" in d.value)
    row = table[table["Code"] == "99213"].iloc[0]
    assert [row[k] for k in ("Units", "Now", "Medicare", "Percent", "A year")] == [1000, 70.23, 87.79, 80.0, 70_230]
    for told in (
        "Dollars a year  \n**+$39,699**",
        "Change of fees  \n**30.3%**",
        "**25.6 points**",
        "Medicare  \n**110%**",
    ):
        assert told in said
    assert "Tied to current Medicare" not in said


def test_private_packages_are_not_on_the_page_until_they_are_asked_for(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, filled(desk, case), "rates")

    def everything() -> str:
        pictures = " ".join(str(c.proto) for c in app.get("arrow_vega_lite_chart"))
        return texts(app) + pictures

    floor = next(s for s in desk.schedules.weighed(desk.case(case.id)).scenarios if s.name == "walk_away")
    assert f"{floor.annual_dollars:,}" not in everything()
    app.toggle(key="show_private").set_value(True)
    run(app)
    assert f"{floor.annual_dollars:,}" in everything()


def test_an_offer_in_words_is_weighed_and_one_without_a_figure_is_refused(
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    case: Case,
) -> None:
    opened(app, filled(desk, case), "rates")
    by_label(app, "text_input", "What the payer offers").set_value("something fair")
    click(app, "keep_offer")
    assert "no figure to work with" in app.error[0].value
    assert by_label(app, "text_input", "What the payer offers").value == "something fair"
    by_label(app, "text_input", "What the payer offers").set_value("a 2% increase")
    by_label(app, "text_input", "Dated").set_value("2026-10-15")
    click(app, "keep_offer")
    assert "**Their offer** · 2% on present fees" in texts(app)
    table = next(d.value for d in app.dataframe if "Percent" in d.value)
    assert table[table["Code"] == "99213"].iloc[0]["Offer"] == 71.63  # 70.23 x 1.02 = 71.6346
    said = desk.letters.draft(desk.case(case.id), "counteroffer")
    assert "October 15, 2026" in desk.letters.export(said, "md").decode()


def test_a_target_is_private_and_stays_out_of_letters(desk: Desk, case: Case) -> None:  # noqa: F811
    filled(desk, case)
    kept = desk.schedules.target(case.id, "107% of 2026 Medicare")
    found = next(s for s in desk.schedules.weighed(kept).scenarios if s.name == "target")
    assert found.private
    assert "107" not in letters(desk, kept)
    assert desk.schedules.target(case.id, "").rates.packages == {}


def test_the_files_are_listed_and_one_is_taken_out(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, filled(desk, case), "rates")
    assert "second.csv" in texts(app)
    click(app, "remove_1")
    assert [s.name for s in desk.case(case.id).rates.schedules] == ["acme.csv"]
    click(app, "replace_0")
    assert "take the place of acme.csv" in texts(app).replace("**", "")
    paste(app, OWN.replace(b"$70.23", b"$71.00"))
    click(app, "keep_fees")
    (one,) = desk.case(case.id).rates.schedules
    assert str(one.lines[0].rate) == "71.00"


def test_hostile_names_and_cells_stay_text(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    cell = HOSTILE.replace(",", " ").replace('"', "")
    opened(app, case, "rates")
    paste(app, f"Code,Fee,{cell}\n99213,80,{cell}\n{cell},70,x\n".encode())
    by_label(app, "text_input", "Whose fees").set_value("Plan ![x](http://127.0.0.1:9/x.png) <b>")
    run(app)
    click(app, "keep_fees")
    drawn = [e.value for kind in ("markdown", "caption", "success", "error") for e in getattr(app, kind)]
    assert not [text for text in drawn if "![x](" in text or "<b>" in text.replace("\\<b\\>", "")]


def test_the_rows_shown_before_they_are_kept_are_inert_when_saved_from_the_screen(app: AppTest, case: Case) -> None:  # noqa: F811
    opened(app, case, "rates")
    paste(app, b'Code,Fee,Remark\n99213,80,"=HYPERLINK(""http://x"")"\n')
    assert app.dataframe[0].value.iloc[0].tolist() == ["99213", "80", '\'=HYPERLINK("http://x")']


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_the_export_is_inert_and_reads_back(desk: Desk, case: Case, format: Any) -> None:  # noqa: F811
    keep(desk, case, payer='=HYPERLINK("http://x")', name="evil.csv")
    filled(desk, case)
    content = desk.rates.export(desk.schedules.weighed(desk.case(case.id)).comparison, format)
    rows = read_sheet(content, f"rates.{format}").rows
    assert ("99213", "70.23") in [(r[3], r[8]) for r in rows]
    if format == "csv":
        told = list(csv.reader(content.decode("utf-8-sig").splitlines()))
        assert not [c for row in told for c in row if c.startswith("=")]


def test_the_page_opens_without_a_case(app: AppTest) -> None:  # noqa: F811
    to(app, "rates")
    assert "No case is open" in texts(app)


def test_every_meaning_of_a_column_can_be_chosen() -> None:
    assert set(importing._MEANINGS) == set(get_args(Meaning))


# Units typed over, leaving


def test_units_are_typed_in_the_table_and_the_dollars_follow(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    """99213 from 1,000 to 2,000 units: the request's $26.34 more for each adds $26,340 to $39,699."""
    held = opened(app, filled(desk, case), "rates")
    del held
    kept = desk.schedules.type_units(case.id, {"99213": "2000"})
    opening = next(s for s in desk.schedules.weighed(kept).scenarios if s.name == "opening")
    assert opening.annual_dollars == 39_699 + 26_340
    assert next(v for v in kept.rates.volumes if v.code == "99213").typed
    letter = desk.letters.draft(kept, "counteroffer")
    sources = [w for row in desk.letters.basis(letter) for _, w, _ in row.basis if "acme" in w]
    assert any("units: typed by you" in w for w in sources)
    assert desk.undo(case.id).rates.volumes != kept.rates.volumes
    run(app)
    assert "Units can be typed over" in texts(app)


@pytest.mark.parametrize("typed", ["-5", "many", "1e9", "=2+2"])
def test_units_that_are_no_number_are_refused_in_a_sentence(desk: Desk, case: Case, typed: str) -> None:  # noqa: F811
    filled(desk, case)
    with pytest.raises(Refused, match="is not a number of units"):
        desk.schedules.type_units(case.id, {"99213": typed})


def test_units_that_are_all_another_payer_s_are_not_typed_over(desk: Desk, case: Case) -> None:  # noqa: F811
    filled(desk, case)
    kept = desk.schedules.count(case.id, b"code,units,payer\n99213,100,Second Mutual\n", "units.csv")
    assert not desk.schedules.can_type_units(kept)
    with pytest.raises(Refused, match="units are those of other payers"):
        desk.schedules.type_units(case.id, {"99213": "5"})


def test_leaving_is_reckoned_in_private_and_stays_out_of_letters(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    """Of $130,875: 30% stay and pay 80% ($31,410); of 70% free ($91,612.50) 25% are filled at 120% ($27,483.75); 20% of
    the other $68,709.38 is saved ($13,741.88). 130,875 - 31,410 - 27,484 - 13,742 = 58,239, 44.5%."""
    opened(app, filled(desk, case), "rates")
    assert "If you left" not in texts(app)
    app.toggle(key="show_private").set_value(True)
    run(app)
    for label, value in (
        ("Patients who stay with you (%)", "30"),
        ("What those pay (%)", "80"),
        ("Places filled by others (%)", "25"),
        ("What those others pay (%)", "120"),
        ("Costs that fall away (%)", "20"),
    ):
        by_label(app, "text_input", label).set_value(value)
    next(b for b in app.button if b.label == "Work it out").click()
    run(app)
    assert "Leaving costs $58,239 a year" in texts(app).replace("\\", "")
    kept = desk.case(case.id)
    assert "58,239" not in letters(desk, kept)
    by_kept = dict(desk.schedules.weighed(kept).leaving_by_kept)
    assert by_kept[Decimal(30)] == 58_239
    assert list(by_kept.values()) == sorted(
        by_kept.values(), reverse=True
    )  # those who stay pay more than a place saves


def test_a_package_on_a_frozen_year_stands_beside_the_current_one(desk: Desk, case: Case) -> None:  # noqa: F811
    """105% of 2025 in Alabama is $20,295 a year, of 2026 $31,946 (test_rates_folder.py has the fees)."""
    filled(desk, case)
    kept = desk.schedules.offer(case.id, {"terms": "105% of 2025 Medicare"})
    found = {s.name: s for s in desk.schedules.weighed(kept).scenarios}
    assert (found["offer"].annual_dollars, found["offer_current"].annual_dollars) == (20_295, 31_946)
    assert not found["offer_current"].private
