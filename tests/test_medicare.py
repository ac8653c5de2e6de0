"""The Medicare engine against amounts CMS published, and the rules its arithmetic may never break."""

import csv
import gzip
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import build_medicare_tables as builder
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.adapters.medicare_tables import SHIPPED, ShippedMedicareTables
from workflows.domain.errors import KnowledgeFault, Refused
from workflows.domain.medicare import ConversionFactor, Locality, MedicareAmount, Setting
from workflows.rates import medicare

FIGURES = Path(__file__).parent / "medicare"
TABLES = ShippedMedicareTables()
LAST_FACTOR_2024 = date(2024, 12, 31)


def figures(name: str) -> list[dict[str, str]]:
    with (FIGURES / name).open(newline="") as text:
        return list(csv.DictReader(text))


def shipped_rows(name: str) -> list[dict[str, str]]:
    raw = (SHIPPED / name).read_bytes()
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    return list(csv.DictReader(text.decode().splitlines()))


def priced_anyway(code: str, setting: Setting, year: int, *, qualifying_apm: bool = False) -> MedicareAmount:
    return medicare.national(
        TABLES, code, year=year, setting=setting, qualifying_apm=qualifying_apm, even_if_unpaid=True
    )


ALABAMA = figures("published_amounts_2025_AL.csv")
MASSACHUSETTS = figures("published_amounts_2025_MA99.csv")
REFERENCE = figures("reference_national_payments_2024_2026.csv")
PAID = [r for r in shipped_rows("rvu_2026.csv.gz") if r["status"] in medicare.PAID_STATUSES and r["work"]]
PLACES = sorted({f"{r['carrier']}-{r['locality']}" for r in shipped_rows("gpci.csv")})
paid_rows = st.sampled_from(PAID)
places = st.sampled_from(PLACES)
money = st.decimals(min_value=0, max_value=100_000, places=2)
three_places = st.decimals(min_value="0.3", max_value=3, places=3)
rvus = st.decimals(min_value=0, max_value=400, places=2)


# What CMS published


@pytest.mark.parametrize("row", ALABAMA, ids=lambda row: row["code"])
@pytest.mark.parametrize("setting", ["office", "facility"])
def test_every_amount_cms_published_for_alabama_comes_out_to_the_cent(row: dict[str, str], setting: Setting) -> None:
    amount = medicare.price(
        TABLES, row["code"], row["modifier"], locality="10112-00", year=int(row["year"]), setting=setting
    )
    assert amount.amount == Decimal(row["nonfacility" if setting == "office" else "facility"])
    assert amount.paid_by_medicare


@pytest.mark.parametrize("row", MASSACHUSETTS, ids=lambda row: row["code"] + row["modifier"])
def test_imaging_is_paid_at_the_lower_of_the_fee_and_the_hospital_amount_cms_published(row: dict[str, str]) -> None:
    fee, hospital = Decimal(row["fee_schedule_amount"]), Decimal(row["opps_amount"] or "Infinity")
    amount = medicare.price(TABLES, row["code"], row["modifier"], locality="14212-99", year=2025)
    assert amount.amount == min(fee, hospital)
    assert amount.capped == (hospital < fee)


REFERENCE_COLUMNS = [
    (f"{'nonfac' if setting == 'office' else 'fac'}_{column}", setting, year, qualifying)
    for setting in ("office", "facility")
    for column, year, qualifying in (
        ("2024_cf33.2875", 2024, False), ("2025", 2025, False), ("2026_nonQP", 2026, False), ("2026_QP", 2026, True),
    )
]  # fmt: skip


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: row["code"])
@pytest.mark.parametrize(("column", "setting", "year", "qualifying"), REFERENCE_COLUMNS)
def test_every_national_reference_amount_comes_out_to_the_cent(
    row: dict[str, str], column: str, setting: Setting, year: int, qualifying: bool
) -> None:
    if not row[column]:
        with pytest.raises(Refused, match="the 2024 table held here does not have this code"):
            priced_anyway(row["code"], setting, year)
        return
    amount = priced_anyway(row["code"], setting, year, qualifying_apm=qualifying)
    assert amount.amount == Decimal(row[column])
    facility_na = amount.setting == "facility" and row["fac_na_2026"] == "NA"
    assert amount.paid_by_medicare == (row["status_2026"] == "A" and not facility_na)


def test_the_copies_of_the_test_figures_equal_the_shared_ones() -> None:
    if not builder.CMS_FILES.is_dir():
        pytest.skip("the CMS files are not on this machine")
    for name in ("published_amounts_2025_AL.csv", "reference_national_payments_2024_2026.csv"):
        assert (FIGURES / name).read_bytes() == (builder.CMS_FILES / name).read_bytes()


# The shipped tables


def test_the_shipped_tables_are_what_the_build_makes_of_the_cms_files() -> None:
    if not builder.CMS_FILES.is_dir():
        pytest.skip("the CMS files are not on this machine")
    for name, text in builder.build(builder.CMS_FILES).items():
        shipped = (SHIPPED / name).read_bytes()
        assert (gzip.decompress(shipped) if name.endswith(".gz") else shipped).decode() == text, name


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_shipped_row_is_found_by_its_code_and_modifier(year: int) -> None:
    for row in shipped_rows(f"rvu_{year}.csv.gz"):
        values = TABLES.relative_values(year, row["code"], row["modifier"])
        assert values is not None
        assert (values.code, values.modifier, values.work) == (row["code"], row["modifier"], Decimal(row["work"] or 0))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_tables_hold_codes_and_numbers_and_no_words(year: int) -> None:
    for row in shipped_rows(f"rvu_{year}.csv.gz"):
        assert len(row["code"]) == 5
        assert all(len(cell) <= 2 or cell.replace(".", "").isdigit() for name, cell in row.items() if name != "code")


def test_every_zip_leads_to_a_locality_in_every_year() -> None:
    for row in shipped_rows("zip_locality.csv.gz"):
        found = TABLES.locality_of_zip(row["zip"])
        assert found is not None
        assert all(TABLES.locality(year, found.locality) for year in (2024, 2025, 2026)), row


def test_the_work_gpci_in_force_has_the_floor_of_one_and_alaska_its_own() -> None:
    assert all(Decimal(row["work"]) >= 1 for row in shipped_rows("gpci.csv"))
    assert {row["work"] for row in shipped_rows("gpci.csv") if row["state"] == "AK"} == {"1.500"}


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeFault, match="rvu_2026"):
        medicare.national(_copy_without(tmp_path, "rvu_2026.csv.gz"), "99213", year=2026)


def test_a_cut_off_table_is_named(tmp_path: Path) -> None:
    tables = _copy_without(tmp_path, "rvu_2026.csv.gz")
    (tmp_path / "rvu_2026.csv.gz").write_bytes((SHIPPED / "rvu_2026.csv.gz").read_bytes()[:5000])
    with pytest.raises(KnowledgeFault, match="rvu_2026"):
        medicare.national(tables, "99213", year=2026)


def _copy_without(folder: Path, missing: str) -> ShippedMedicareTables:
    for file in SHIPPED.iterdir():
        if file.name != missing:
            (folder / file.name).write_bytes(file.read_bytes())
    return ShippedMedicareTables(folder)


def test_loading_is_lazy_small_and_quick() -> None:
    tracemalloc.start()
    started = time.perf_counter()
    tables = ShippedMedicareTables()
    medicare.price(tables, "99213", zip_code="35203", year=2026)
    first = time.perf_counter() - started
    for year in (2024, 2025):
        medicare.price(tables, "99213", zip_code="35203", year=year)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    started = time.perf_counter()
    for row in PAID[:500]:
        medicare.price(tables, row["code"], row["modifier"], zip_code="35203", year=2026, even_if_unpaid=True)
    each = (time.perf_counter() - started) / 500
    assert peak < 30_000_000
    assert first < 1, "measured about 0.03 s; the rest is room for a slow machine"
    assert each < 0.005, "measured under 0.0001 s"


# The rules of the arithmetic


class OneFactor(ShippedMedicareTables):
    """The shipped tables with one conversion factor of our choice for 2026."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__()
        self._rvus = TABLES._rvus
        self.amount = amount

    def conversion_factors(self) -> tuple[ConversionFactor, ...]:
        return (
            ConversionFactor(
                year=2026, starts=date(2026, 1, 1), ends=date(2026, 12, 31), amount=self.amount, applies_to="all"
            ),
        )


@settings(deadline=None)
@given(paid_rows, places, st.decimals(20, 50, places=4), st.decimals(0, 20, places=4))
def test_a_higher_conversion_factor_never_pays_less(
    row: dict[str, str], place: str, factor: Decimal, more: Decimal
) -> None:
    def at(amount: Decimal) -> Decimal:
        tables = OneFactor(amount)
        return medicare.price(
            tables, row["code"], row["modifier"], locality=place, year=2026, even_if_unpaid=True
        ).amount

    assert at(factor) <= at(factor + more)


@given(rvus, rvus, rvus, three_places, three_places, three_places)
def test_the_formula_is_exact(
    work: Decimal, pe: Decimal, mp: Decimal, work_gpci: Decimal, pe_gpci: Decimal, mp_gpci: Decimal
) -> None:
    place = Locality(key="", name="", state="", work_gpci=work_gpci, pe_gpci=pe_gpci, mp_gpci=mp_gpci)
    factor = Decimal("33.4009")
    by_fractions = (
        Fraction(work) * Fraction(work_gpci) + Fraction(pe) * Fraction(pe_gpci) + Fraction(mp) * Fraction(mp_gpci)
    ) * Fraction(factor)
    assert Fraction(medicare.unrounded(work, pe, mp, place, factor)) == by_fractions


@settings(deadline=None)
@given(paid_rows, places, st.sampled_from(["office", "facility"]))
def test_an_amount_is_its_own_figures_rounded_once_half_up(row: dict[str, str], place: str, setting: Setting) -> None:
    a = medicare.price(
        TABLES, row["code"], row["modifier"], locality=place, year=2026, setting=setting, even_if_unpaid=True
    )
    exact = (
        Fraction(a.work_rvu) * Fraction(a.work_gpci)
        + Fraction(a.pe_rvu) * Fraction(a.pe_gpci)
        + Fraction(a.mp_rvu) * Fraction(a.mp_gpci)
    ) * Fraction(a.conversion_factor)
    assert a.amount == Decimal(int(exact * 100 + Fraction(1, 2))) / 100
    assert a.amount.as_tuple().exponent == -2


def test_half_a_cent_goes_up() -> None:
    amount = medicare.national(OneFactor(Decimal("33.3")), "99213", year=2026)
    assert amount.amount == Decimal("94.91"), "2.85 RVUs at $33.30 are exactly $94.905"


def test_rounding_the_parts_first_would_give_another_amount() -> None:
    a = medicare.price(TABLES, "99213", locality="10112-00", year=2025)
    parts = ((a.work_rvu, a.work_gpci), (a.pe_rvu, a.pe_gpci), (a.mp_rvu, a.mp_gpci))
    cent = Decimal("0.01")
    early = sum((rvu * gpci).quantize(cent, ROUND_HALF_UP) for rvu, gpci in parts) * a.conversion_factor
    assert Decimal(early).quantize(cent, ROUND_HALF_UP) != a.amount == Decimal("81.86")


@settings(deadline=None)
@given(paid_rows, places)
def test_a_facility_amount_is_not_above_the_office_one_unless_its_practice_expense_is(
    row: dict[str, str], place: str
) -> None:
    office, facility = (
        medicare.price(
            TABLES, row["code"], row["modifier"], locality=place, year=2026, setting=setting, even_if_unpaid=True
        )
        for setting in ("office", "facility")
    )
    assert (facility.amount <= office.amount) or Decimal(row["facility_pe"]) > Decimal(row["office_pe"])


def test_the_one_2026_code_that_pays_more_in_a_facility_does() -> None:
    office, facility = (medicare.national(TABLES, "67820", year=2026, setting=s).amount for s in ("office", "facility"))
    assert facility > office


@settings(deadline=None)
@given(st.sampled_from([row for row in PAID if row["cap_mp"]]), places)
def test_a_capped_image_never_pays_more_than_the_uncapped_formula(row: dict[str, str], place: str) -> None:
    a = medicare.price(TABLES, row["code"], row["modifier"], locality=place, year=2026)
    where = TABLES.locality(2026, place)
    assert where is not None
    work, pe, mp = (Decimal(row[name]) for name in ("work", "office_pe", "mp"))
    assert a.amount <= medicare.unrounded(work, pe, mp, where, a.conversion_factor) + Decimal("0.005")


@given(money, money.filter(bool))
def test_percent_of_medicare_is_exact_and_unrounded(fee: Decimal, amount: Decimal) -> None:
    percent = medicare.percent_of_medicare(fee, amount)
    assert abs(percent * amount - fee * 100) < Decimal("1e-12")
    assert medicare.percent_of_medicare(amount, amount) == 100


# Days, places, settings, modifiers


@pytest.mark.parametrize(
    ("on", "factor"),
    [
        (date(2024, 1, 1), "32.7442"), (date(2024, 3, 8), "32.7442"), (date(2024, 3, 9), "33.2875"),
        (LAST_FACTOR_2024, "33.2875"), (date(2025, 1, 1), "32.3465"), (date(2026, 7, 1), "33.4009"),
    ],
)  # fmt: skip
def test_the_conversion_factor_is_the_one_in_force_on_the_day(on: date, factor: str) -> None:
    amount = medicare.national(TABLES, "99213", on=on)
    assert amount.conversion_factor == Decimal(factor)
    assert amount.effective <= on


def test_a_year_with_two_factors_takes_the_latest_and_says_so() -> None:
    amount = medicare.national(TABLES, "99213", year=2024)
    assert (amount.amount, amount.effective) == (Decimal("90.87"), date(2024, 3, 9))
    assert amount.notes == ("Until March 8, 2024 the factor was $32.7442.",)


def test_qualifying_participants_have_their_own_factor_from_2026_only() -> None:
    assert medicare.national(TABLES, "99213", year=2026, qualifying_apm=True).amount == Decimal("95.67")
    before = medicare.national(TABLES, "99213", year=2025, qualifying_apm=True)
    assert (before.amount, before.qualifying_apm) == (Decimal("88.95"), False)


@pytest.mark.parametrize("zip_code", ["35203", "35203-1234", " 352031234 "])
def test_a_zip_and_its_locality_give_the_same_amount(zip_code: str) -> None:
    by_zip = medicare.price(TABLES, "99213", zip_code=zip_code, year=2025)
    by_locality = medicare.price(TABLES, "99213", locality="1011200", year=2025)
    assert by_zip == by_locality
    assert (by_zip.locality, by_zip.locality_name, by_zip.amount) == ("10112-00", "Alabama", Decimal("81.86"))


def test_a_zip_in_two_localities_is_priced_with_a_warning() -> None:
    amount = medicare.price(TABLES, "99213", zip_code="36855", year=2026)
    assert "Part of ZIP 36855 lies in another Medicare locality" in amount.notes[0]


def test_the_sum_is_shown_in_one_line() -> None:
    assert medicare.price(TABLES, "99213", zip_code="35203", year=2025).says == (
        "99213, 2025, office, Alabama: (1.30 work RVU × 1.000 + 1.35 PE RVU × 0.869 + 0.10 MP RVU × 0.575) "
        "× $32.3465 = $81.86"
    )


def test_professional_and_technical_parts_have_rows_of_their_own() -> None:
    whole, professional, technical = (
        medicare.national(TABLES, "71046", modifier, year=2026).amount for modifier in ("", "26", "TC")
    )
    assert (whole, professional, technical) == (Decimal("33.07"), Decimal("10.02"), Decimal("23.05"))
    assert medicare.national(TABLES, "45378", "53", year=2026).amount == Decimal("189.38")


def test_a_service_without_an_office_amount_is_priced_as_the_facility_and_says_so() -> None:
    amount = medicare.price(TABLES, "27447", zip_code="35203", year=2026)
    assert amount.setting == "facility"
    assert "CMS sets no office amount" in amount.notes[0]


def test_a_technical_service_is_not_paid_to_the_physician_in_a_facility() -> None:
    with pytest.raises(Refused, match="Medicare pays the facility for this and not the physician"):
        medicare.national(TABLES, "93000", year=2026, setting="facility")


def test_published_rvus_of_an_uncovered_code_are_priced_only_on_request_and_marked() -> None:
    with pytest.raises(Refused, match="99396: Medicare does not cover it, though CMS publishes RVUs for it"):
        medicare.national(TABLES, "99396", year=2026)
    amount = medicare.national(TABLES, "99396", year=2026, even_if_unpaid=True)
    assert (amount.amount, amount.paid_by_medicare) == (Decimal("128.93"), False)
    assert amount.notes == ("Do not call this what Medicare pays: Medicare does not cover it.",)


# What is refused


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"code": "DROP"}, "DROP: this is not a procedure code."),
        ({"code": "99213-"}, "99213-: this is not a procedure code."),
        ({"code": "99213-26"}, "99213-26: this is not a procedure code."),
        ({"code": "99213.0"}, "99213.0: this is not a procedure code."),
        ({"code": "９９２１３"}, "this is not a procedure code."),
        ({"code": "99213'; DROP TABLE rvu; --"}, "this is not a procedure code."),
        ({"code": "99213\n"}, None),
        ({"code": ""}, "procedure code: this is not a procedure code."),
        ({"code": "00000"}, "00000: this code is not in the 2026 Medicare fee schedule."),
        ({"code": "00100"}, "00100: it is anesthesia which Medicare pays by base units plus time units"),
        ({"code": "80053"}, "80053: by law it is not a physician service"),
        ({"code": "J1885"}, "J1885: regulation keeps it off the physician fee schedule"),
        ({"code": "99050"}, "99050: Medicare bundles it into other services"),
        ({"code": "D0120"}, "D0120: its coverage is restricted and each Medicare contractor prices it"),
        ({"modifier": "26"}, "99213-26: the 2026 fee schedule has no row for modifier 26 on this code."),
        ({"modifier": "50"}, "99213: modifier 50 has no row in the fee schedule."),
        ({"code": "71046", "year": 2024}, "71046: the 2024 table held here does not have this code"),
        ({"code": "99441", "year": 2024}, "99441: the table held here does not say whether Medicare paid it that year"),
        ({"zip_code": "00000"}, "ZIP 00000: Medicare's ZIP list does not have it."),
        ({"zip_code": "3520"}, "3520: this is not a ZIP."),
        ({"zip_code": "٣٥٢٠٣"}, "this is not a ZIP."),
        ({"zip_code": ""}, "a local amount needs one place."),
        ({"locality": "10112-00"}, "a local amount needs one place."),
        ({"zip_code": "", "locality": "Alabama"}, "Alabama: Medicare has no such locality in 2026."),
        ({"zip_code": "", "locality": "99999-00"}, "99999-00: Medicare has no such locality in 2026."),
        ({"year": 1999}, "no Medicare fee schedule for 1999 is held here. Take a year from 2024 to 2026."),
        ({"year": None, "on": date(2027, 1, 1)}, "no Medicare fee schedule for 2027-01-01 is held here."),
        ({"year": None}, "a Medicare amount belongs to one year or one day."),
        ({"on": date(2026, 1, 1)}, "a Medicare amount belongs to one year or one day."),
        ({"setting": "hospital"}, "99213: hospital is not a setting."),
    ],
)
def test_a_hostile_or_unpriceable_input_gets_one_clear_sentence(wrong: dict[str, object], says: str | None) -> None:
    asked = {"code": "99213", "zip_code": "35203", "year": 2026} | wrong
    if says is None:
        assert medicare.price(TABLES, **asked).amount == Decimal("87.79")  # type: ignore[arg-type]
        return
    with pytest.raises(Refused) as refused:
        medicare.price(TABLES, **asked)  # type: ignore[arg-type]
    assert says in str(refused.value)
    assert refused.value.todo.endswith(".")
    assert "\n" not in str(refused.value)


def test_a_misspelled_term_is_not_silently_ignored() -> None:
    with pytest.raises(TypeError, match="seting"):
        medicare.national(TABLES, "99213", year=2026, seting="facility")  # type: ignore[call-arg]


codes = st.one_of(st.text(max_size=12), st.from_regex(r"[0-9A-Z]\d{3}[0-9A-Z]"), paid_rows.map(lambda r: r["code"]))
modifiers = st.one_of(st.text(max_size=3), st.sampled_from(medicare.MODIFIERS))
zips = st.one_of(st.just(""), st.text(max_size=8), st.from_regex(r"\d{5}(-\d{4})?"))
localities = st.one_of(st.just(""), st.text(max_size=10), places)


@settings(deadline=None, max_examples=400)
@given(codes, modifiers, zips, localities, st.integers(2023, 2027), st.booleans())
def test_any_text_is_priced_or_refused_and_nothing_else(
    code: str, modifier: str, zip_code: str, locality: str, year: int, anyway: bool
) -> None:
    try:
        amount = medicare.price(
            TABLES, code, modifier, zip_code=zip_code, locality=locality, year=year, even_if_unpaid=anyway
        ).amount
    except Refused:
        return
    assert amount > 0


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-1", "sNaN"])
def test_money_that_is_not_money_is_refused(amount: str) -> None:
    with pytest.raises(Refused, match="Give dollars and cents"):
        medicare.percent_of_medicare(Decimal(amount), Decimal(100))
    with pytest.raises(Refused, match="Give dollars and cents"):
        medicare.check_belief(TABLES, Decimal(amount), "99213", year=2026)
    with pytest.raises(Refused, match=r"a percent of \$0 says nothing"):
        medicare.percent_of_medicare(Decimal(100), Decimal(0))


# What a stated figure is


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("104.68", "$104.68 is right: it is the 2026 local office amount (San Diego-Chula Vista-Carlsbad)."),
        ("90.87", "$90.87 is the 2024 national office amount from March 9, 2024; for your locality (San Diego-Chula "
                  "Vista-Carlsbad) in 2026 (office) it is $104.68, so the stated figure is $13.81 (13.2%) too low."),
        ("89.39", "$89.39 is the 2024 national office amount from January 1, 2024; "),
        ("88.95", "$88.95 is the 2025 national office amount; "),
        ("95.19", "$95.19 is the 2026 national office amount; "),
        ("95.67", "$95.67 is the 2026 national office amount for qualifying APM participants; "),
        ("57.45", "$57.45 is the 2026 national facility amount; "),
        ("95", "$95 is, in whole dollars, the 2026 national office amount; "),
        ("105", "$105 is, in whole dollars, the 2026 local office amount; "),
        ("120.00", "$120 is neither a national nor a local Medicare amount of 99213 in 2024, 2025 or 2026; for your "
                   "locality (San Diego-Chula Vista-Carlsbad) in 2026 (office) it is $104.68, so the stated figure is "
                   "$15.32 (14.6%) too high."),
    ],
)  # fmt: skip
def test_a_stated_figure_is_named_for_what_it_is(stated: str, says: str) -> None:
    belief = medicare.check_belief(TABLES, Decimal(stated), "99213", zip_code="92101", year=2026)
    assert belief.says.startswith(says)
    assert belief.difference == Decimal(stated) - Decimal("104.68")


def test_a_stated_national_figure_without_a_place_asks_for_the_zip() -> None:
    belief = medicare.check_belief(TABLES, Decimal("95.19"), "99213", year=2026)
    assert belief.says == (
        "$95.19 is right: it is the 2026 national office amount (your locality's differs: give a ZIP)."
    )
    assert belief.percent == 0


def test_a_belief_about_an_uncovered_code_says_that_medicare_does_not_pay_it() -> None:
    belief = medicare.check_belief(TABLES, Decimal("120.98"), "99396", zip_code="92101", year=2026, even_if_unpaid=True)
    assert belief.says.startswith("$120.98 is the 2025 national office amount; ")
    assert belief.says.endswith("Medicare itself does not pay by it.")


@settings(deadline=None, max_examples=50)
@given(paid_rows, places)
def test_every_right_figure_is_recognized(row: dict[str, str], place: str) -> None:
    for amount in _local_and_national(row, place):
        belief = medicare.check_belief(
            TABLES, amount.amount, row["code"], row["modifier"], locality=place, year=2026, even_if_unpaid=True
        )
        assert amount.amount in {match.amount for match in belief.matches}


def _local_and_national(row: dict[str, str], place: str) -> Iterator[MedicareAmount]:
    code, modifier = row["code"], row["modifier"]
    yield medicare.price(TABLES, code, modifier, locality=place, year=2026, even_if_unpaid=True)
    yield medicare.national(TABLES, code, modifier, year=2026, setting="facility", even_if_unpaid=True)
