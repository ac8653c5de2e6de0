"""Fees against Medicare and each other, packages, leaving: figures worked by hand, and rules that always hold.

Medicare in Alabama, 2026, office (CMS's formula, see test_medicare.py): 99213 $87.79, 99214 $125.23, 93000 $13.95,
70450-26 $37.44; facility: 99213 $54.77, 99214 $80.51. In 2025, office: 99213 $81.86, 99214 $115.49, 93000 $12.62.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.adapters.loaded_tables import LoadedMedicareTables
from workflows.adapters.read_schedule import read_sheet
from workflows.catalog import catalog
from workflows.domain.comparison import ComparedLine, PayerComparison
from workflows.domain.errors import Refused
from workflows.domain.rates import Origin, PercentTerm, RateLine, RateSchedule, RateTerms, Volume
from workflows.rates.billed import same_payer
from workflows.rates.columns import recognize
from workflows.rates.compare import against_others, compare
from workflows.rates.leaving import leaving
from workflows.rates.scenarios import package, sensitivity
from workflows.rates.schedules import read_schedule
from workflows.rates.yardstick import Yardstick, resolve

TODAY = date(2026, 11, 22)
TABLES = LoadedMedicareTables(Path("nowhere"))
ALABAMA = Yardstick(TABLES, year=2026, zip_code="36602")
FAMILIES = catalog().families
D = Decimal


def schedule(*lines: RateLine, payer: str = "Acme", percents: tuple[PercentTerm, ...] = ()) -> RateSchedule:
    origin = Origin(what="contract", payer=payer)
    return RateSchedule(name="acme.csv", sha256="0" * 64, origin=origin, lines=lines, percents=percents)


def fee(code: str, rate: str, row: int = 2, **more: object) -> RateLine:
    return RateLine.model_validate({"code": code, "rate": rate, "row": row, **more})


def units(**counts: int) -> list[Volume]:
    return [Volume(code=code.removeprefix("c"), units=D(n)) for code, n in counts.items()]


def compared(told: RateSchedule, volumes: list[Volume] | None = None) -> PayerComparison:
    return compare(told, volumes or [], ALABAMA, FAMILIES, today=TODAY)


THREE = schedule(fee("99213", "70.23"), fee("99214", "112.71"), fee("93000", "13.95"))
VOLUMES = units(c99213=1000, c99214=500, c93000=200)


def present() -> tuple[ComparedLine, ...]:
    return compared(THREE, VOLUMES).lines


# Percent of Medicare


def test_percent_of_medicare_by_code_by_family_and_weighted() -> None:
    """70.23/87.79 = 80.0%; 112.71/125.23 = 90.0%; 13.95/13.95 = 100%.
    Overall: (1000 x 70.23 + 500 x 112.71 + 200 x 13.95) / (1000 x 87.79 + 500 x 125.23 + 200 x 13.95)
    = (70,230 + 56,355 + 2,790) / (87,790 + 62,615 + 2,790) = 129,375 / 153,195 = 84.45...%.
    Visits alone: 126,585 / 150,405 = 84.16...%."""
    found = compared(THREE, VOLUMES)
    assert {x.code: round(x.percent or 0, 1) for x in found.lines} == {
        "99213": D("80.0"),
        "99214": D("90.0"),
        "93000": 100,
    }
    assert found.level
    assert found.level.percent == D(129_375) * 100 / D(153_195)
    assert found.level.weighted_by == "our units with all payers in the last 12 months"
    assert found.families["evaluation_and_management"].percent == D(126_585) * 100 / D(150_405)
    assert [x.code for x in found.below] == ["99213", "99214"]


def test_without_units_every_code_counts_once_and_it_says_so() -> None:
    """(70.23 + 112.71 + 13.95) / (87.79 + 125.23 + 13.95) = 196.89 / 226.97."""
    found = compared(THREE)
    assert found.level
    assert found.level.percent == D("196.89") * 100 / D("226.97")
    assert found.level.weighted_by.startswith("each code once")


def test_codes_without_a_medicare_amount_are_apart_and_named() -> None:
    """80053 is a laboratory test: 300 x 9 = 2,700 of 72,930 dollars is not covered."""
    found = compared(schedule(fee("99213", "70.23"), fee("80053", "9.00")), units(c99213=1000, c80053=300))
    assert found.level
    assert found.level.codes == 1
    assert found.level.covered == D(70_230) / D(72_930)
    assert "not a physician service" in next(x for x in found.lines if x.code == "80053").no_medicare


def test_a_level_over_less_than_four_fifths_of_the_dollars_is_a_warning() -> None:
    found = compared(schedule(fee("99213", "70.23"), fee("80053", "9.00")), units(c99213=10, c80053=3000))
    assert any("only 3% of its dollars" in w for w in found.warnings)  # 702.30 of 27,702.30


def test_the_units_of_this_payer_weigh_before_those_of_all() -> None:
    volumes = [
        Volume(code="99213", units=D(10), payer="Acme Health"),
        Volume(code="99213", units=D(900), payer="Other"),
    ]
    found = compared(THREE, volumes)
    assert found.lines[0].units == 10
    assert found.level
    assert found.level.weighted_by == "our units with this payer in the last 12 months"


def test_modifiers_that_only_inform_add_to_the_code_and_parts_do_not() -> None:
    volumes = [
        Volume(code="99214", modifier="25", units=D(400)), Volume(code="99214", units=D(100)),
        Volume(code="70450", modifier="26", units=D(50)),
    ]  # fmt: skip
    told = schedule(fee("99214", "112.71"), fee("70450", "96.08"), fee("70450", "30.00", modifier="26"))
    found = {x.label: (x.units, x.medicare.amount if x.medicare else None) for x in compared(told, volumes).lines}
    assert found == {"99214": (500, D("125.23")), "70450": (None, D("96.08")), "70450-26": (50, D("37.44"))}


def test_units_are_counted_in_one_setting_only() -> None:
    told = schedule(fee("99213", "90", setting="office"), fee("99213", "60", setting="facility"))
    found = {x.setting: (x.units, x.medicare.amount if x.medicare else None) for x in compared(told, VOLUMES).lines}
    assert found == {"office": (1000, D("87.79")), "facility": (None, D("54.77"))}


def test_codes_billed_but_not_priced_are_missing_the_most_frequent_first() -> None:
    found = compared(THREE, [*VOLUMES, *units(c36415=900, c20610=30)])
    assert found.missing == ("36415", "20610")


def test_a_charge_below_the_fee_is_lost_under_a_lesser_of_clause() -> None:
    """93000: charge 12 under the fee 13.95, 200 times: 200 x 1.95 = $390 a year."""
    volumes = [Volume(code="93000", units=D(200), charge=D(12)), Volume(code="99213", units=D(5), charge=D(150))]
    found = compared(THREE, volumes)
    assert [(g.label, g.lost) for g in found.lesser_of] == [("93000", D("390.00"))]


def test_codes_where_office_and_facility_differ_are_named_with_both() -> None:
    found = compared(schedule(fee("99213", "70.23"), fee("93000", "13.95")))
    assert [(g.label, g.office, g.facility, g.medicare_office, g.medicare_facility) for g in found.settings] == [
        ("99213", D("70.23"), D("70.23"), D("87.79"), D("54.77"))
    ]


def test_what_2026_did_to_a_fee_tied_to_current_medicare() -> None:
    """99213 at 80% of Medicare: 81.86 in 2025 and 87.79 in 2026. 70.23/87.79 x 81.86 = 65.486... = $65.49 before,
    so 1,000 units gained 70.23 - 65.486 = 4.7438... each, $4,744 a year."""
    change = next(y for y in compared(THREE, VOLUMES).year_changes if y.label == "99213")
    assert (change.before, change.after) == (D("65.49"), D("70.23"))
    assert change.dollars is not None
    assert round(change.dollars) == 4744


# Percent-of-Medicare schedules


def test_a_percent_is_dollars_on_the_frozen_year_and_on_the_current_one() -> None:
    """125% of 2025: 81.86 x 1.25 = 102.325 = $102.33; of 2026: 87.79 x 1.25 = 109.7375 = $109.74."""
    found = resolve(PercentTerm(low="99213", high="99213", percent=D(125), year=2025), "99213", "", ALABAMA)
    assert (found.frozen_rate, found.current_rate, found.rate) == (D("102.33"), D("109.74"), D("102.33"))
    now = resolve(PercentTerm(low="99213", high="99213", percent=D(125)), "99213", "", ALABAMA)
    assert (now.frozen_rate, now.rate) == (None, D("109.74"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # 2025: 81.86 x 1.25 = 102.325, 115.49 x 1.25 = 144.3625; 2026: 87.79 x 1.25 = 109.7375, 125.23 x 1.25 = 156.5375
        (
            "125% of 2025 Medicare",
            [("99213", "102.33", "102.33", "109.74"), ("99214", "144.36", "144.36", "156.54")],
        ),
        # tied to the current year: there is no frozen one
        ("125% of current Medicare", [("99213", "109.74", "None", "109.74"), ("99214", "156.54", "None", "156.54")]),
    ],
)
def test_a_file_that_gives_a_percent_comes_to_dollars_on_both_bases(
    title: str, expected: list[tuple[str, ...]]
) -> None:
    sheet = read_sheet(f"{title},\nCode\n99213\n99214\n".encode(), "acme.csv")
    told = read_schedule(sheet, recognize(sheet), Origin(what="contract", payer="Acme"))
    found = compared(told, units(c99213=1000, c99214=500)).lines
    assert [(x.code, str(x.rate), str(x.frozen_rate), str(x.current_rate)) for x in found] == expected


def test_a_year_outside_the_tables_is_said_and_the_file_asked_for() -> None:
    told = schedule(percents=(PercentTerm(low="00000", high="ZZZZZ", percent=D(125), year=2019),))
    found = compared(told, VOLUMES)
    assert found.lines == ()
    assert any("2019 is outside the Medicare years held here (2024 to 2026)" in w for w in found.warnings)
    assert any("parley rates --medicare" in w for w in found.warnings)


def test_the_narrowest_percent_rules_a_code() -> None:
    """99213 alone 130%: 114.13; visits 120%: 99214 150.28; all else 100%: 93000 13.95."""
    terms = tuple(
        PercentTerm(low=low, high=high, percent=D(p), row=i)
        for i, (low, high, p) in enumerate([("00000", "ZZZZZ", 100), ("99202", "99499", 120), ("99213", "99213", 130)])
    )
    found = compared(schedule(percents=terms), VOLUMES)
    assert {x.code: x.rate for x in found.lines} == {"99213": D("114.13"), "99214": D("150.28"), "93000": D("13.95")}


def test_what_a_file_prints_of_medicare_is_worked_out_again() -> None:
    """$81.86 is Alabama's amount of 2025; the payer calls $90 118% of Medicare, and 90 / 87.79 is 102.5%."""
    found = compared(schedule(
        fee("99213", "90", printed_medicare="81.86", printed_percent="118"),
        fee("99214", "125.23", 3, printed_medicare="125.23", printed_percent="100"),
    ))  # fmt: skip
    assert len(found.warnings) == 2
    assert "row 2: 99213: $81.86 is the 2025 local office amount" in found.warnings[0]
    assert "calls $90 for 99213 118% of Medicare; it is 102.5% of 2026 Medicare (Alabama, office)" in found.warnings[1]


# Other payers


def test_the_practice_s_other_payers_are_private_and_beside_it() -> None:
    """99213: 70.23 here, 98.77 and 90.00 elsewhere: average 94.385, 24.155 more each, 1,000 times $24,155."""
    from workflows.domain.comparison import PrivateComparison

    two = PrivateComparison(held=compared(schedule(fee("99213", "98.77"), payer="Second"), VOLUMES))
    three = PrivateComparison(held=compared(schedule(fee("99213", "90.00"), payer="Third"), VOLUMES))
    (gap,) = against_others(compared(THREE, VOLUMES), [two, three])
    assert (gap.private, gap.label, gap.best, gap.dollars) == (True, "99213", D("98.77"), D("24155.000"))


@pytest.mark.parametrize(("one", "other", "same"), [
    ("Acme", "ACME Health Plan, Inc.", True), ("acme health", "Acme", True), ("Acme", "Acmeon", False), ("", "Acme", False),
])  # fmt: skip
def test_names_of_one_payer_are_told_from_names_of_two(one: str, other: str, same: bool) -> None:
    assert same_payer(one, other) is same


# Packages


def test_a_percent_of_medicare_over_a_term_with_an_escalator_and_a_cap() -> None:
    """Now 129,375. 110%: 87.79 -> 96.57, 125.23 -> 137.75, 13.95 -> 15.345 = 15.35: 96,570 + 68,875 + 3,070 = 168,515,
    +$39,140 (30.3%; 84.45% to 110% is 25.5 points). With 4% capped at 2%: 168,515 x (1 + 1.02 + 1.0404) = 168,515 x
    3.0604 = 515,723.306, less 3 x 129,375 = 388,125 is $127,598. Uncapped: x 3.1216 = 526,036.424, that is $137,911."""
    terms = RateTerms(percent_of_medicare=D(110), escalator=D(4), cap=D(2), term_years=3)
    found = package("ask", present(), terms, ALABAMA)
    assert (found.annual_total, found.annual_dollars, found.percent) == (168_515, 39_140, D("30.3"))
    assert (found.percent_of_medicare, found.points) == (110, D("25.5"))
    assert (found.term_dollars, found.term_dollars_uncapped) == (127_598, 137_911)
    assert len(found.years) == 3


def test_a_flat_percent_is_percent_and_its_points_are_fewer() -> None:
    """73.74, 118.35 and 14.65: 73,740 + 59,175 + 2,930 = 135,845, +$6,470; 84.45% becomes 88.67%: 4.2 points, not 5."""
    found = package("offer", present(), RateTerms(increase=D(5)), ALABAMA)
    assert (found.annual_dollars, found.percent, found.points) == (6_470, 5, D("4.2"))


def test_families_and_carve_outs_come_before_the_general_rule() -> None:
    """Visits at 100%: 150,405 - 126,585 = 23,820. 93000 carved out at 20.00: 200 x (20.00 - 13.95) = 1,210."""
    terms = RateTerms(
        increase=D(0), families={"evaluation_and_management": D(100)}, carve_outs={"93000": D("20.00"), "20610": D(90)}
    )
    found = package("mix", present(), terms, ALABAMA)
    assert found.annual_dollars == 25_030
    assert found.families == {"evaluation_and_management": 23_820, "medicine": 1_210}
    assert any("20610" in note for note in found.notes)


def test_frozen_and_current_year_are_two_packages() -> None:
    """110% of 2025: 90.05, 127.04 and 13.88: 90,050 + 63,520 + 2,776 = 156,346, +$26,971; of 2026: +$39,140."""
    frozen, current = (
        package("ask", present(), RateTerms(percent_of_medicare=D(110), medicare_year=year), ALABAMA)
        for year in (2025, None)
    )
    assert (frozen.annual_dollars, current.annual_dollars) == (26_971, 39_140)
    assert frozen.percent_of_medicare == D("102.1")  # 156,346 of 153,195


def test_volume_moves_the_dollars_and_not_the_level() -> None:
    """-20%: 39,140 x 0.8 = 31,312."""
    found = sensitivity("ask", present(), RateTerms(percent_of_medicare=D(110)), ALABAMA)
    assert {step: s.annual_dollars for step, s in found.items()} == {
        D(-20): 31_312, D(-10): 35_226, D(0): 39_140, D(10): 43_054, D(20): 46_968,
    }  # fmt: skip
    assert {s.percent_of_medicare for s in found.values()} == {D(110)}
    one = sensitivity("ask", present(), RateTerms(percent_of_medicare=D(110)), ALABAMA, family="medicine")
    assert one[D(20)].annual_dollars == 39_196  # 93000 gains 1.40 each: 40 more units are 56


def test_terms_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(Refused, match="both an increase and a percent"):
        package("x", present(), RateTerms(increase=D(5), percent_of_medicare=D(110)), ALABAMA)
    with pytest.raises(Refused, match="term of 30 years"):
        package("x", present(), RateTerms(increase=D(5), term_years=30), ALABAMA)
    with pytest.raises(Refused, match="needs units"):
        package("x", compared(THREE).lines, RateTerms(increase=D(5)), ALABAMA)


# Leaving


def test_leaving_against_staying_with_the_break_even() -> None:
    """Of 100,000: 30% stay and pay 80%: 24,000. Of the 70,000 free 25% are filled at 120%: 21,000. Of the 52,500 left
    20% of cost is saved: 10,500. Lost 44,500: leaving pays only if fees fell by more than 44.5%."""
    found = leaving(D(100_000), kept=D(30), kept_at=D(80), replaced=D(25), replaced_at=D(120), cost_saved=D(20))
    assert (found.kept, found.replaced, found.saved, found.lost) == (24_000, 21_000, 10_500, 44_500)
    assert found.break_even_percent == D("-44.5")
    # per place filled 120% - 20% of 70,000 = 70,000; needed 100,000 - 24,000 - 14,000 = 62,000: 88.6%
    assert found.break_even_replacement == D("88.6")
    assert found.private


@given(st.decimals(0, 100, places=1), st.decimals(0, 100, places=1))
def test_filling_exactly_the_break_even_share_makes_leaving_cost_nothing(kept: Decimal, saved: Decimal) -> None:
    found = leaving(D(1_000_000), kept=kept, replaced_at=D(130), cost_saved=saved)
    if found.break_even_replacement is not None:
        again = leaving(
            D(1_000_000), kept=kept, replaced=found.break_even_replacement, replaced_at=D(130), cost_saved=saved
        )
        assert abs(again.lost) <= 1_300  # a tenth of a percent of what a million brings


# Rules

codes = st.sampled_from(["99213", "99214", "99203", "93000", "20610", "45378", "70450"])
books = st.dictionaries(
    codes, st.tuples(st.decimals("1", "900", places=2), st.integers(1, 5000)), min_size=1, max_size=7
)


def book(held: dict[str, tuple[Decimal, int]]) -> PayerComparison:
    lines = [fee(code, str(rate)) for code, (rate, _) in held.items()]
    return compared(schedule(*lines), [Volume(code=code, units=D(n)) for code, (_, n) in held.items()])


@given(books, st.integers(2, 50))
@settings(max_examples=40)
def test_more_of_everything_keeps_the_level(held: dict[str, tuple[Decimal, int]], times: int) -> None:
    one, other = book(held), book({c: (r, n * times) for c, (r, n) in held.items()})
    assert one.level
    assert other.level
    assert abs(one.level.percent - other.level.percent) < D("1e-20")


@given(books)
@settings(max_examples=40)
def test_the_order_of_rows_keeps_the_comparison(held: dict[str, tuple[Decimal, int]]) -> None:
    turned = dict(reversed(held.items()))
    assert book(held).lines == book(turned).lines


@given(books)
@settings(max_examples=40)
def test_asking_for_the_present_level_is_worth_nothing(held: dict[str, tuple[Decimal, int]]) -> None:
    found = book(held)
    assert package("same", found.lines, RateTerms(increase=D(0)), ALABAMA).annual_dollars == 0


@given(books, st.decimals(1, 200, places=1))
@settings(max_examples=40)
def test_families_add_up_to_the_whole(held: dict[str, tuple[Decimal, int]], raised: Decimal) -> None:
    found = package("ask", book(held).lines, RateTerms(increase=raised), ALABAMA)
    assert abs(sum(found.families.values()) - found.annual_dollars) <= len(found.families)
