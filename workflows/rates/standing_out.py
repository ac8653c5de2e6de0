"""What stands out in a comparison, in sentences for the practice itself."""

from decimal import Decimal

from workflows.domain.comparison import PayerComparison
from workflows.domain.language import usd

_MOST_LISTED = 12


def stands_out(told: PayerComparison) -> tuple[str, ...]:
    """What a payer's schedule shows at once: codes below Medicare or without a fee, charges below fees, codes whose office
    and facility amounts differ, and what this year did to fees tied to current Medicare (dollars a year)."""
    found = []
    if told.below:
        found.append(f"{len(told.below)} of {len(told.lines)} codes are paid below Medicare.")
    if told.missing:
        found.append(f"Billed, but without a fee: {_listed(told.missing)}.")
    if told.lesser_of:
        lost = sum((g.lost or Decimal() for g in told.lesser_of), Decimal())
        worth = f", {usd(lost, cents=False)} a year" if lost else ""
        charges = _listed(tuple(g.label for g in told.lesser_of))
        found.append(f"Your charge is below the fee, so a lesser-of clause pays the charge: {charges}{worth}.")
    if told.settings:
        codes = _listed(tuple(g.label for g in told.settings))
        found.append(f"Office and facility differ; the office is meant unless the file says otherwise: {codes}.")
    tied = {x.label for x in told.lines if x.current_rate is not None and x.rate == x.current_rate}
    moved = [y.dollars for y in told.year_changes if y.dollars is not None and y.label in tied]
    if moved:
        change = sum(moved, Decimal())
        way = "less" if change < 0 else "more"
        found.append(f"Tied to current Medicare: this year's change is {usd(abs(change), cents=False)} a year {way}.")
    return tuple(found)


def _listed(labels: tuple[str, ...]) -> str:
    more = len(labels) - _MOST_LISTED
    return ", ".join(labels[:_MOST_LISTED]) + (f" and {more} more" if more > 0 else "")
