"""The one arithmetic of money, percent and points: Decimal throughout, rounded once where it is shown."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Figure, FromCalculation, Grade
from workflows.domain.language import figures, number, percent, usd

CENT, TENTH, ONE = Decimal("0.01"), Decimal("0.1"), Decimal("1")


def cents(amount: Decimal) -> Decimal:
    """Half up to the cent, the one rounding of a fee."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def change_in_percent(before: Decimal, after: Decimal) -> Decimal:
    """The relative change from `before` to `after` in percent, unrounded: 104 to 118 is 13.46... (and 14 points)."""
    return (after / before - 1) * 100


def percent_text(value: Decimal) -> str:
    """A percentage to one decimal, without a trailing zero: "104.2%", "118%"."""
    return percent(value.quantize(TENTH, ROUND_HALF_UP))


def annual(line: CodeLine) -> Decimal | None:
    """Annual dollars of the request on one line, exact: sums are rounded once, where they are shown."""
    if line.volume is None or line.current is None or line.proposed is None:
        return None
    return line.volume * (line.proposed - line.current)


def dollar(amount: Decimal) -> Decimal:
    """Half up to the dollar."""
    return amount.quantize(ONE, ROUND_HALF_UP)


def adds_up(amounts: Sequence[Decimal]) -> bool:
    """Whether a column of these, each printed to the dollar, comes to its total printed to the dollar."""
    return total_of(map(dollar, amounts)) == dollar(total_of(amounts))


def known(amount: Decimal | None) -> Decimal:
    """An amount, or nothing: only for sums over lines that were checked to hold it."""
    return amount if amount is not None else Decimal()


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal())


def sum_shown(fees: Iterable[tuple[Decimal | None, Decimal]], total: Decimal) -> str:
    """A sum of units times dollars as a person would write it: "2,210 × $2.37 + 240 × $3.32 = $6,035"."""
    written = " + ".join(f"{number(units or Decimal())} × {usd(dollars, cents=True)}" for units, dollars in fees)
    return f"{written} = {usd(total, cents=False)}"


def calculated(
    key: str, says: str, value: str, rule: str, inputs: tuple[str, ...], shown: str, grade: Grade = "measured"
) -> Evidence:
    """Evidence from arithmetic: its figures are those its sentence shows."""
    found = dict.fromkeys((f.amount, f.unit) for text in (says, value) for f in figures(text))
    return Evidence(
        key=key,
        says=says,
        value=value,
        bare=value,
        grade=grade,
        source=FromCalculation(rule=rule, inputs=inputs, shown=shown),
        figures=tuple(Figure(amount=a, unit=u, role=key) for a, u in found),
    )
