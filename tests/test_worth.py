"""The money: a table that adds up as printed, dollars, points and percent that agree, and a floor that never shows."""

import random
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DAY, Answered
from workflows import interview
from workflows.casework import Desk
from workflows.catalog import Catalog
from workflows.domain.case import Case
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence
from workflows.rates import arithmetic, lines, options, worth

# Worked by hand. Medicare amounts are stated by the practice; the request is 112% of Medicare, the offer 2% more.
#            units    now   Medicare  proposed = Medicare x 1.12   offered = now x 1.02   units x (proposed - now)
#   99214    2,210  118.60   129.80   145.376 -> 145.38            120.972 -> 120.97      59,183.80 -> 59,184
#   99213    2,450   84.10    91.00   101.92                        85.782 ->  85.78      43,659
#   93000      420   13.90    14.60    16.352 ->  16.35             14.178 ->  14.18       1,029
PRACTICE: dict[str, object] = {
    "practice.members": 2300,
    "practice.visits": 6100,
    "practice.period": "2025",
    "er_avoidance.ed_visits_avoided": 412,
    "er_avoidance.ed_avoided_period": "2025",
    "er_avoidance.ed_avoided_method": "triage log",
    "rates.offer_increase": 2,
    "ask.percent_of_medicare": 112,
    "rates.codes": [
        {"code": "99213", "volume": 2450, "current": "84.10", "medicare": "91.00"},
        {"code": "99214", "volume": 2210, "current": "118.60", "medicare": "129.80"},
        {"code": "93000", "volume": 420, "current": "13.90", "medicare": "14.60"},
    ],
}


def work_out(
    answered: Answered, shelf: Catalog, given: Mapping[str, object]
) -> tuple[tuple[CodeLine, ...], dict[str, Evidence]]:
    answers = answered(given)
    ledger, terms = interview.ledger_of(shelf.steps, answers), lines.terms_of(answers)
    shown = lines.lines(answers, terms, {}, ledger)
    return shown, {e.key: e for e in worth.worth(shown, terms, ledger, {})}


def values(found: Mapping[str, Evidence]) -> dict[str, str]:
    return {key.removeprefix("worth."): e.value for key, e in found.items()}


def test_each_code_is_worked_out_as_by_hand_dearest_first(answered: Answered, shelf: Catalog) -> None:
    shown, found = work_out(answered, shelf, PRACTICE)
    assert [line.code for line in shown] == ["99214", "99213", "93000"]
    assert [line.proposed for line in shown] == [Decimal("145.38"), Decimal("101.92"), Decimal("16.35")]
    assert [line.offered for line in shown] == [Decimal("120.97"), Decimal("85.78"), Decimal("14.18")]
    assert [values(found)[f"line[{i}].annual"] for i in range(3)] == ["$59,184", "$43,659", "$1,029"]
    # 118.60 / 129.80 = 91.371%, 145.38 / 129.80 = 112.003%
    assert values(found)["line[0].percent_now"] == "91.4%"
    assert values(found)["line[0].percent_proposed"] == "112%"


def test_totals_levels_and_the_gap_to_the_offer_are_as_by_hand(answered: Answered, shelf: Catalog) -> None:
    found = values(work_out(answered, shelf, PRACTICE)[1])
    expected = {
        "current": "$473,989",  # 262,106 + 206,045 + 5,838
        "ask": "$103,872",  # 59,184 + 43,659 + 1,029
        "ask_percent": "21.9%",  # 103,872 / 473,989 = 21.914%
        "offer": "$9,471",  # 2,210 x 2.37 + 2,450 x 1.68 + 420 x 0.28 = 9,471.30
        "gap": "$94,401",  # 103,872 - 9,471
        "level_current": "91.9%",  # 473,989 / (2,210 x 129.80 + 2,450 x 91 + 420 x 14.60 = 515,940) = 91.869%
        "level_offered": "93.7%",  # 483,460.30 / 515,940 = 93.705%
        "level_proposed": "112%",  # 577,860.80 / 515,940 = 112.002%
        "level_points": "20.1 points",  # 112.0 - 91.9
        "gap_level_points": "18.3 points",  # 112.0 - 93.7
        "per_member": "$45.16",  # 103,872 / 2,300
        "per_member_month": "$3.76",  # 103,872 / 2,300 / 12
        "per_avoided": "$252",  # 103,872 / 412
        "option_b.dollars": "$102,960",  # 59,183.80 + 43,659 on 99214 and 99213, 117.60 (the offer) on 93000
        "option_b.codes": "99214 and 99213",
        "option_b.rest": "offered rates",
        "option_c.dollars": "$51,936",  # 103,872 / 2
    }
    assert {key: found.get(key) for key in expected} == expected


def test_without_codes_the_request_is_the_increase_on_the_revenue(answered: Answered, shelf: Catalog) -> None:
    given = {"practice.revenue": 742_000, "ask.increase": 12, "rates.offer_increase": 2}
    found = values(work_out(answered, shelf, given)[1])
    # 742,000 x 12% = 89,040; x 2% = 14,840; 12 - 2 = 10 points of increase
    assert (found["ask"], found["offer"], found["gap"]) == ("$89,040", "$14,840", "$74,200")
    assert found["gap_increase_points"] == "10 points"


def test_points_are_not_percent(answered: Answered, shelf: Catalog) -> None:
    found = values(work_out(answered, shelf, {"rates.percent_of_medicare": 104, "ask.percent_of_medicare": 118})[1])
    assert found["points"] == "14 points"
    assert found["points_percent"] == "13.5%"  # 118 / 104 = 1.1346


def test_levels_of_two_medicare_years_are_neither_subtracted_nor_divided(answered: Answered, shelf: Catalog) -> None:
    given = {"rates.percent_of_medicare": 104, "rates.medicare_year": 2019, "ask.percent_of_medicare": 118,
             "ask.medicare_year": 2026, "rates.codes": [{"code": "99213", "volume": 10, "current": 84}]}  # fmt: skip
    shown, found = work_out(answered, shelf, given)
    assert "worth.points" not in found
    assert shown[0].proposed is None


def test_a_fee_is_rounded_half_up_to_the_cent() -> None:
    assert arithmetic.cents(Decimal("1.005")) == Decimal("1.01")
    assert arithmetic.cents(Decimal("1.0049")) == Decimal("1.00")


def test_what_is_not_known_is_left_out_and_never_counted_as_zero(answered: Answered, shelf: Catalog) -> None:
    rows = [{"code": "99213", "volume": 100, "current": 80}, {"code": "99214", "current": 118}, {"code": "93000"}]
    shown, found = work_out(answered, shelf, {"rates.codes": rows, "ask.increase": 10})
    assert {line.code: line.proposed for line in shown} == {
        "99213": Decimal(88),
        "99214": Decimal("129.80"),
        "93000": None,
    }
    assert values(found)["ask"] == "$800"
    assert sum(key.endswith(".annual") for key in found) == 1
    assert "worth.level_current" not in found
    assert "worth.offer" not in found


def test_an_estimate_of_avoided_visits_that_nobody_counted_divides_nothing(answered: Answered, shelf: Catalog) -> None:
    uncounted = {k: v for k, v in PRACTICE.items() if not k.startswith("er_avoidance.ed_avoided")}
    assert "per_avoided" not in values(work_out(answered, shelf, uncounted)[1])


def test_a_family_is_asked_for_at_its_own_level(answered: Answered, shelf: Catalog) -> None:
    given = {
        "rates.codes": [
            {"code": "99213", "family": "office visits", "volume": 100, "current": 84, "medicare": 91},
            {"code": "93000", "volume": 100, "current": 13, "medicare": "14.60"},
        ],
        "ask.percent_of_medicare": 112,
        "ask.families": [
            {"family": "Office visits", "percent_of_medicare": 130},
            {"family": "tests", "codes": "93000", "increase": 20},
        ],
    }  # fmt: skip
    shown, _ = work_out(answered, shelf, given)
    # 91 x 130% = 118.30; 13 x 1.20 = 15.60
    assert {line.code: line.proposed for line in shown} == {"99213": Decimal("118.30"), "93000": Decimal("15.60")}


# --- properties -----------------------------------------------------------------------------------------------------

fees = st.decimals("0.05", 2000, places=2)
rows = st.lists(
    st.fixed_dictionaries(
        {"volume": st.integers(0, 20_000), "current": fees}, optional={"medicare": fees, "offered": fees}
    ),
    min_size=1,
    max_size=8,
).map(lambda found: [{"code": f"{99200 + i}", **row} for i, row in enumerate(found)])
asks = st.one_of(
    st.decimals(5, 400, places=1).map(lambda level: {"ask.percent_of_medicare": level}),
    st.decimals(1, 300, places=1).map(lambda raised: {"ask.increase": f"{raised}%"}),
)
TOTALS = ("ask", "current", "offer", "gap", "ask_percent", "level_current", "level_offered", "level_proposed")


def dollars(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", ""))


@settings(max_examples=30)
@given(rows, asks)
def test_the_total_is_the_sum_of_the_rows_as_printed(
    answered: Answered, shelf: Catalog, codes: list[dict[str, object]], ask: dict[str, object]
) -> None:
    _, found = work_out(answered, shelf, {"rates.codes": codes, **ask})
    annual = [dollars(e.value) for key, e in found.items() if key.endswith(".annual")]
    if "worth.ask" in found:
        assert dollars(found["worth.ask"].value) == sum(annual)
    else:
        assert not annual
    if "worth.gap" in found:
        assert dollars(found["worth.gap"].value) == dollars(found["worth.ask"].value) - dollars(
            found["worth.offer"].value
        )


@settings(max_examples=30)
@given(rows, asks, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(
    answered: Answered, shelf: Catalog, codes: list[dict[str, object]], ask: dict[str, object], chance: random.Random
) -> None:
    other = chance.sample(codes, len(codes))
    one = values(work_out(answered, shelf, {"rates.codes": codes, **ask})[1])
    two = values(work_out(answered, shelf, {"rates.codes": other, **ask})[1])
    assert {k: one.get(k) for k in TOTALS} == {k: two.get(k) for k in TOTALS}


@settings(max_examples=30)
@given(rows, asks, st.integers(2, 9))
def test_twice_the_volume_is_twice_the_money_at_the_same_level(
    answered: Answered, shelf: Catalog, codes: list[dict[str, object]], ask: dict[str, object], times: int
) -> None:
    even = [{**row, "volume": int(str(row["volume"])) * 100} for row in codes]  # so that cents make whole dollars
    more = [{**row, "volume": int(str(row["volume"])) * times} for row in even]
    one = values(work_out(answered, shelf, {"rates.codes": even, **ask})[1])
    two = values(work_out(answered, shelf, {"rates.codes": more, **ask})[1])
    for key in ("ask", "current", "offer", "gap"):
        if key in one:
            assert dollars(two[key]) == dollars(one[key]) * times
    assert {k: one.get(k) for k in TOTALS[4:]} == {k: two.get(k) for k in TOTALS[4:]}


@given(st.decimals(5, 300, places=1), st.decimals("0.1", 300, places=1))
def test_points_and_percent_describe_the_same_step(
    answered: Answered, shelf: Catalog, now: Decimal, more: Decimal
) -> None:
    given = {"rates.percent_of_medicare": now, "ask.percent_of_medicare": now + more}
    found = values(work_out(answered, shelf, given)[1])
    assert Decimal(found["points"].split()[0].replace(",", "")) == more
    share = Decimal(found["points_percent"].rstrip("%").replace(",", ""))
    assert abs(now * (1 + share / 100) - (now + more)) <= now * Decimal("0.0005") + Decimal("0.0001")


@settings(max_examples=30)
@given(rows, st.decimals(5, 400, places=1))
def test_a_level_asked_overall_never_lowers_a_fee(
    answered: Answered, shelf: Catalog, codes: list[dict[str, object]], level: Decimal
) -> None:
    shown, _ = work_out(answered, shelf, {"rates.codes": codes, "ask.percent_of_medicare": level})
    for line in shown:
        assert line.proposed is None or line.current is None or line.proposed >= line.current


# --- the floor ------------------------------------------------------------------------------------------------------

# Of Medicare, option B ends at (473,989 + 102,960.40) / 515,940 = 111.83% and option C begins at
# (473,989 + 51,935.90) / 515,940 = 101.94%; as increases, B is 21.72% and C is 10.96%.
FLOORS = [
    (None, None, set()),
    (101, None, set()), (103, None, {"option_c"}), (112, None, {"option_b", "option_c"}),
    (None, "10.9", set()), (None, 11, {"option_c"}), (None, "21.8", {"option_b", "option_c"}),
    (101, 11, {"option_c"}),
]  # fmt: skip


@pytest.mark.parametrize(("level", "increase", "expected"), FLOORS)
def test_an_option_that_ends_below_the_floor_is_withheld(
    answered: Answered, shelf: Catalog, level: object, increase: object, expected: set[str]
) -> None:
    floor = {"walk_away.lowest_percent_of_medicare": level, "walk_away.lowest_increase": increase}
    given = {**PRACTICE, **{k: v for k, v in floor.items() if v is not None}}
    shown, _ = work_out(answered, shelf, given)
    assert options.withheld(shown, options.floor_of(answered(given))) == expected


def test_an_option_that_cannot_be_compared_with_the_floor_is_withheld(answered: Answered, shelf: Catalog) -> None:
    unpriced = [{k: v for k, v in row.items() if k != "medicare"} for row in PRACTICE["rates.codes"]]  # type: ignore[attr-defined]
    given = {**PRACTICE, "rates.codes": unpriced, "ask.increase": 20, "walk_away.lowest_percent_of_medicare": 50}
    shown, _ = work_out(answered, shelf, given)
    assert options.withheld(shown, options.floor_of(answered(given))) == {"option_b", "option_c"}


@settings(max_examples=30)
@given(rows, asks, st.decimals(0, 200, places=1))
def test_an_option_a_letter_offers_is_never_below_the_floor(
    answered: Answered, shelf: Catalog, codes: list[dict[str, object]], ask: dict[str, object], least: Decimal
) -> None:
    shown, found = work_out(answered, shelf, {"rates.codes": codes, **ask})
    out = options.withheld(shown, options.Floor(increase=least))
    current = sum((x.volume or 0) * (x.current or 0) for x in shown if arithmetic.annual(x) is not None)
    for name in ("option_b", "option_c"):
        gain = found.get(f"worth.{name}.dollars") or found.get(f"{name}.dollars")
        if gain and name not in out and current:
            assert dollars(gain.value) + len(codes) >= current * least / 100  # each row is rounded to the dollar


def test_the_floor_is_in_no_draft_only_in_the_practice_s_own_advice(
    shelf: Catalog, answered: Answered, example: Case
) -> None:
    desk = Desk(None, shelf, today=lambda: DAY)
    floor = answered({"walk_away.lowest_percent_of_medicare": "103.77", "walk_away.lowest_note": "not under $91.19"})
    case = example.model_copy(update={"answers": {**example.answers, **floor}})
    assert desk.derive(case).ground.withheld == {"option_b", "option_c"}  # a limit in words cannot be compared
    assert any("half of each increase" in line for line in desk.standing(case).advice)
    for document in ("counteroffer", "value_proposition"):
        draft = desk.draft(case, document)  # type: ignore[arg-type]
        whole = draft.model_dump_json() + desk.export(draft, "json").decode()
        assert "103.77" not in whole
        assert "91.19" not in whole
        assert "half of each increase" not in desk.export(draft, "md").decode()


def test_no_more_codes_are_shown_than_a_contract_manager_reads(
    shelf: Catalog, answered: Answered, example: Case
) -> None:
    rows = [{"code": f"{99200 + i}", "volume": 100 + i, "current": 50, "proposed": 60} for i in range(20)]
    case = example.model_copy(update={"answers": {**example.answers, **answered({"rates.codes": rows})}})
    ground = Desk(None, shelf, today=lambda: DAY).derive(case).ground
    assert [line.code for line in ground.lines] == [f"{99219 - i}" for i in range(8)]
    # 10 x (119 + 118 + ... + 112) = 9,240
    assert ground.ledger.sendable["worth.ask"].value == "$9,240"
