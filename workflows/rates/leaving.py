"""Leaving a payer against staying: the revenue that goes, the patients who stay, what fills their places.

Private throughout: the result is the practice's walk-away arithmetic. All figures are shares the practice estimates
itself; the sum is shown so that each of them can be doubted.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.answers import Answer
from workflows.domain.comparison import Leaving
from workflows.domain.errors import Refused
from workflows.domain.language import percent, usd
from workflows.rates.arithmetic import ONE, TENTH, percent_text

_ZERO, _HUNDRED = Decimal(0), Decimal(100)
_TRIED = tuple(map(Decimal, range(0, 101, 10)))  # percent of patients who stay, for the picture
SHARES = {  # the argument of `leaving` -> the private answer that gives it
    "kept": "ultimatum.share_staying",
    "kept_at": "ultimatum.staying_pays",
    "replaced": "ultimatum.refilled",
    "replaced_at": "ultimatum.refilled_pays",
    "cost_saved": "ultimatum.cost_saved",
}


def shares_of(answers: Mapping[str, Answer], others: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The shares the practice expects: its answers, and `others` where they are silent. Empty without one of the two
    that everything turns on: patients who stay, and places filled."""
    told = {name: Decimal(str(answers[field].value)) for name, field in SHARES.items() if field in answers}
    found = {**others, **told}
    return found if {"kept", "replaced"} & found.keys() else {}


def by_kept(revenue: Decimal, shares: Mapping[str, Decimal]) -> tuple[tuple[Decimal, Decimal], ...]:
    """What leaving loses a year (gains, below zero) by the percent of patients who stay, all else as given."""
    return tuple((stay, leaving(revenue, **{**shares, "kept": stay}).lost) for stay in _TRIED)


def leaving(
    revenue: Decimal,
    *,
    kept: Decimal = _ZERO,
    kept_at: Decimal = _HUNDRED,
    replaced: Decimal = _ZERO,
    replaced_at: Decimal = _HUNDRED,
    cost_saved: Decimal = _ZERO,
) -> Leaving:
    """`revenue` is what the payer pays in a year. In percent: `kept` of its patients stay and pay `kept_at` of what the
    payer paid; of the places then free `replaced` are filled by others who pay `replaced_at`; `cost_saved` is the share
    of revenue that care no longer given saves."""
    shares = {"patients kept": kept, "places filled": replaced, "cost saved": cost_saved}
    for name, share in shares.items():
        if not 0 <= share <= 100:
            raise Refused(f"is {share}%", where=name, todo="Give a percent between 0 and 100.")
    if revenue <= 0:
        raise Refused("is not above $0", where="revenue with the payer", todo="Give its payments in twelve months.")
    free = revenue * (100 - kept) / 100
    from_kept = revenue * kept / 100 * kept_at / 100
    from_new = free * replaced / 100 * replaced_at / 100
    saved = (free - free * replaced / 100) * cost_saved / 100
    lost = revenue - from_kept - from_new - saved
    per_place = free * (replaced_at / 100 - cost_saved / 100)
    needed = (revenue - from_kept - free * cost_saved / 100) * 100 / per_place if per_place > 0 else None
    break_even = (-lost * 100 / revenue).quantize(TENTH, ROUND_HALF_UP)
    return Leaving(
        revenue=_whole(revenue),
        kept=_whole(from_kept),
        replaced=_whole(from_new),
        saved=_whole(saved),
        lost=_whole(lost),
        break_even_percent=break_even,
        break_even_replacement=needed.quantize(TENTH, ROUND_HALF_UP) if needed is not None and needed <= 100 else None,
        says=_says(_whole(revenue), _whole(from_kept), _whole(from_new), _whole(saved), break_even),
    )


def _says(revenue: Decimal, kept: Decimal, replaced: Decimal, saved: Decimal, break_even: Decimal) -> str:
    lost = revenue - kept - replaced - saved
    sum_ = (
        f"{usd(revenue)} a year − {usd(kept)} from patients who stay − {usd(replaced)} from places filled "
        f"− {usd(saved)} of cost saved"
    )
    if lost > 0:
        return f"Leaving costs {usd(lost)} a year ({sum_}). It pays only if present fees fell by more than {percent_text(-break_even)}."
    if lost < 0:
        return f"Leaving gains {usd(-lost)} a year ({sum_}). Staying pays only above a raise of {percent_text(break_even)}."
    return f"Leaving and staying come to the same ({sum_}), a change of {percent(_ZERO)}."


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(ONE, ROUND_HALF_UP)
