"""What a user or a payer states about Medicare, worked out again. Amounts of 99213 and 99214 are CMS's for Alabama
(locality 10112-00), as published_amounts_2025_AL.csv and the formula give them; every percent is worked out beside it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from workflows.adapters.medicare_tables import ShippedMedicareTables
from workflows.casework import Desk
from workflows.domain.medicare import Setting
from workflows.domain.rates import RateLine
from workflows.rates.beliefs import Fee, level_said, percent_of_medicare, printed
from workflows.rates.yardstick import Yardstick

TODAY = date(2026, 11, 22)
ALABAMA = Yardstick(ShippedMedicareTables(), year=2026, zip_code="36602")
HEAD = """
practice: {name: Coastal Family Medicine, specialty: familyMedicine, payer: Acme Health Plan, zip: "36602"}
"""


def amount(code: str, year: int = 2026, setting: Setting = "office", *, national: bool = False) -> D:
    found = (ALABAMA.national if national else ALABAMA).amount(code, setting=setting, year=year)
    assert found
    return found.amount


def test_the_amounts_these_cases_stand_on() -> None:
    assert [amount("99213"), amount("99214"), amount("99213", 2025)] == [D("87.79"), D("125.23"), D("81.86")]
    assert [amount("99213", national=True), amount("99213", setting="facility")] == [D("95.19"), D("54.77")]


def fee(rate: str, code: str = "99213", setting: Setting = "office", units: int = 1) -> Fee:
    return Fee(code=code, setting=setting, rate=D(rate), units=D(units))


@pytest.mark.parametrize(
    ("stated", "rate", "says"),
    [
        # 96.57 / 87.79 = 110.0%: right, so nothing is said; 110.4% printed as 110% is right too (96.92 / 87.79 = 110.4%)
        ("110", "96.57", ""),
        ("110", "96.92", ""),
        # 85.95 = 81.86 × 1.05; against 2026 it is 85.95 / 87.79 = 97.9%
        ("105", "85.95", "105% is what they come to against the 2025 local office amounts."),
        # 104.71 = 95.19 × 1.10; against Alabama it is 104.71 / 87.79 = 119.3%
        ("110", "104.71", "110% is what they come to against the 2026 national office amounts."),
        # 65.72 = 54.77 × 1.20; against the office amount it is 65.72 / 87.79 = 74.9%
        ("120", "65.72", "120% is what they come to against the 2026 local facility amounts."),
        # 101.40 / 87.79 = 115.5%, of 2025 123.9%, nationally 106.5%: nobody's 117%, and 117 is no round figure
        ("117", "101.40", "(Alabama)."),
        # 98.50 / 87.79 = 112.2%, of 2025 120.3%, nationally 103.5% and 110.7%: near 110%, and 110 is a round figure
        ("110", "98.50", "110% may be rounded."),
    ],
)  # fmt: skip
def test_a_stated_percent_is_worked_out_again_with_the_likely_reason(stated: str, rate: str, says: str) -> None:
    said = level_said("You say", D(stated), [fee(rate)], ALABAMA, 2026)
    if not says:
        assert said == ""
        return
    assert said.startswith(f"You say {stated}% of 2026 Medicare; these fees come to ")
    assert said.endswith(says)


def test_a_level_over_several_codes_is_weighted_by_units() -> None:
    # 1,000 × 70.23 + 500 × 112.71 = 126,585; 1,000 × 87.79 + 500 × 125.23 = 150,405; 84.2%
    fees = [fee("70.23", units=1000), fee("112.71", "99214", units=500)]
    level = percent_of_medicare(fees, ALABAMA, 2026)
    assert level
    assert level.quantize(D("0.1")) == D("84.2")
    said = level_said("The offer says", D(90), fees, ALABAMA, 2026)
    assert said.startswith(
        "The offer says 90% of 2026 Medicare; these fees come to 84.2% of it (Alabama, weighted by units)"
    )


def test_a_level_over_a_code_without_an_amount_is_not_judged() -> None:
    assert level_said("You say", D(90), [fee("9", "80053")], ALABAMA, 2026) == ""


def test_the_order_of_fees_changes_nothing() -> None:
    fees = [fee("70.23", units=1000), fee("112.71", "99214", units=500)]
    assert percent_of_medicare(fees, ALABAMA, 2026) == percent_of_medicare(fees[::-1], ALABAMA, 2026)


def test_a_sheet_s_own_percents_are_checked_row_by_row() -> None:
    rows = [
        RateLine(code="99213", rate=D("85.95"), printed_percent=D(105), row=3),
        RateLine(code="99214", rate=D("131.49"), printed_percent=D(105), row=4),  # 125.23 × 1.05 = 131.49
        RateLine(code="99213", setting="facility", rate=D("57.51"), printed_medicare=D("87.79"), row=5),
    ]
    said = list(printed("offer.csv", rows, ALABAMA))
    assert said == [
        "offer.csv, row 3: the file calls $85.95 for 99213 105% of Medicare; it is 97.9% of 2026 Medicare (Alabama, "
        "office). 105% is what they come to against the 2025 local office amounts.",
        "offer.csv, row 5: 99213: $87.79 is the 2026 local office amount; for your locality (Alabama) in 2026 (facility) "
        "it is $54.77, so the stated figure is $33.02 (60.3%) too high.",
    ]


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    desk = Desk.for_folders()

    def told(answers: str) -> str:
        folder: Path = tmp_path_factory.mktemp("case")
        (folder / "answers.yaml").write_text(answers)
        return "\n".join(desk.derive(desk.load_folder(folder, today=TODAY), TODAY).beliefs)

    return told


def test_an_amount_of_the_other_setting_is_told_for_the_setting_of_its_row(advice: Callable[[str], str]) -> None:
    codes = "rates: {codes: [{code: '99213', current: 60, volume: 10, setting: facility, medicare: 87.79}]}"
    assert (
        "$87.79 is the 2026 local office amount; for your locality (Alabama) in 2026 (facility) it is $54.77"
        in advice(HEAD + codes)
    )
    assert advice(HEAD + codes.replace("87.79", "54.77")) == ""


def test_a_national_amount_without_a_zip_asks_for_the_zip(advice: Callable[[str], str]) -> None:
    head = HEAD.replace(', zip: "36602"', "")
    said = advice(head + "rates: {codes: [{code: '99213', current: 80, volume: 10, medicare: 95.19}]}")
    assert said == (
        "Code 99213: $95.19 is right: it is the 2026 national office amount (your locality's differs: give a ZIP)."
    )
    assert advice(head + "rates: {codes: [{code: '99213', current: 80, volume: 10, medicare: 91.40}]}") == ""


def test_a_percent_of_another_year_is_checked_against_that_year(advice: Callable[[str], str]) -> None:
    # 85.95 = 105% of 2025's 81.86 in Alabama
    codes = (
        "rates: {codes: [{code: '99213', current: 85.95, volume: 10}], percent_of_medicare: %s, medicare_year: '%s'}"
    )
    assert advice(HEAD + codes % ("105%", 2025)) == ""
    said = advice(HEAD + "ask: {percent_of_medicare: 115, medicare_year: 2026}\n" + codes % ("105%", 2026))
    assert said == (
        "You say 105% of 2026 Medicare; these fees come to 97.9% of it (Alabama). 105% is what they come to against the "
        "2025 local office amounts. Letters use 97.9% of 2026 Medicare."
    )
    assert advice(HEAD + codes % ("105%", 2019)) == ""  # a year that is not held is not judged


def test_an_offer_s_percent_is_checked_against_the_fees_it_offers(advice: Callable[[str], str]) -> None:
    codes = (
        "rates: {codes: [{code: '99213', current: 80, volume: 10, offered: 85.95}], offer_percent_of_medicare: 105%}"
    )
    said = advice(HEAD + codes)
    assert said.startswith("The offer says 105% of 2026 Medicare; these fees come to 97.9% of it (Alabama).")
    assert "2025 local office" in said


def test_a_dollar_sheet_that_is_not_what_the_offer_says_is_told(tmp_path: Path) -> None:
    # 85.95 is 105% of 2025's 81.86 and 97.9% of 2026's 87.79
    (tmp_path / "answers.yaml").write_text(HEAD)
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules/acme_health_offer.csv").write_text("Code,Fee\n99213,85.95\n")
    (tmp_path / "volumes.csv").write_text("code,units\n99213,100\n")
    offer = tmp_path / "offer.yaml"
    desk = Desk.for_folders()

    def warned() -> list[str]:
        weighed = desk.schedules.weighed(desk.load_folder(tmp_path, today=TODAY), TODAY)
        return [w for w in weighed.comparison.warnings if w.startswith("The offer says")]

    offer.write_text("terms: {percent_of_medicare: 105, medicare_year: 2026}\n")
    assert warned() == [
        "The offer says 105% of 2026 Medicare; these fees come to 97.9% of it (Alabama). 105% is what they come to "
        "against the 2025 local office amounts."
    ]
    offer.write_text("terms: {percent_of_medicare: 105, medicare_year: 2025}\n")
    assert warned() == []
