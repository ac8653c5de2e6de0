"""One row a code for the eye: units, what is paid now, what is offered, Medicare, percent. Rounded here, once."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.comparison import Beside, ComparedLine, PayerComparison
from workflows.domain.rates import RateTerms
from workflows.rates.arithmetic import TENTH, dollar
from workflows.rates.scenarios import fee_under
from workflows.rates.weigh import present
from workflows.rates.yardstick import Yardstick


def beside(own: Sequence[PayerComparison], offer: RateTerms | None, yardstick: Yardstick) -> tuple[Beside, ...]:
    """The payer's present fees, the dearest first, beside its offered schedule, or else beside the terms it offers."""
    base = present(own) or next(iter(own), None)
    sheet = next((c for c in own if c.what == "offer"), None)
    prices = {x.key: x.rate for x in sheet.lines} if sheet else {}

    def offered(x: ComparedLine) -> Decimal | None:
        if base and base.what == "offer":
            return x.rate
        return prices.get(x.key) if sheet else fee_under(x, offer, yardstick) if offer else None

    return tuple(_row(x, offered(x), is_now=base.what != "offer") for x in base.lines) if base else ()


def _row(x: ComparedLine, offered: Decimal | None, *, is_now: bool) -> Beside:
    return Beside(
        label=x.label,
        setting=x.setting,
        units=x.units,
        now=x.rate if is_now else None,
        offered=offered,
        medicare=x.medicare.amount if x.medicare else None,
        percent=x.percent.quantize(TENTH, ROUND_HALF_UP) if x.percent is not None else None,
        dollars=dollar(x.paid) if x.units is not None else None,
        note=x.basis or x.no_medicare,
        on_frozen_year=x.frozen_rate,
        on_current_year=x.current_rate,
    )
