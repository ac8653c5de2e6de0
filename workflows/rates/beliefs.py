"""What somebody states about Medicare, a user or a payer's sheet, worked out again for the place, year and setting.

People quote another year, the other setting, national amounts or rounded figures. Where a stated figure is not the right
one, the difference is said, with the likeliest reason when one fits; what is stated is never used.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from workflows.domain.frozen import Frozen
from workflows.domain.language import percent
from workflows.domain.medicare import Setting
from workflows.domain.rates import RateLine
from workflows.rates.arithmetic import percent_text, total_of
from workflows.rates.yardstick import Yardstick

NEAR_WHOLE, NEAR = (
    Decimal("0.6"),
    Decimal("0.15"),
)  # points: "110%" may stand for 110.4%, "110.4%" for no more than itself
ROUND, ROUGHLY = 5, Decimal("2.5")  # a multiple of five this near was probably said roundly
SHOWN = 5  # wrong figures of one file told one by one


class Fee(Frozen):
    """A fee that a stated percent speaks of, with the units that weigh it."""

    code: str
    modifier: str = ""
    setting: Setting
    units: Decimal = Decimal(1)
    rate: Decimal


def percent_of_medicare(
    fees: Sequence[Fee], yardstick: Yardstick, year: int, setting: Setting | None = None
) -> Decimal | None:
    """Σ units × fee / Σ units × Medicare amount in percent, unrounded, each fee in its own setting or all in `setting`.
    None where a fee has no amount: a level over other codes is no answer to the one that was stated."""
    amounts = [yardstick.amount(f.code, f.modifier, setting=setting or f.setting, year=year) for f in fees]
    base = total_of(a.amount * f.units for a, f in zip(amounts, fees, strict=True) if a)
    return total_of(f.rate * f.units for f in fees) * 100 / base if base and all(amounts) else None


def level_said(who: str, stated: Decimal, fees: Sequence[Fee], yardstick: Yardstick, year: int) -> str:
    """What is wrong with a stated percent of Medicare of some year; "" where it is right, or nothing can be said.
    `who` opens the sentence: "You say", "The offer says"."""
    found = percent_of_medicare(fees, yardstick, year) if fees else None
    if found is None or _agrees(stated, found):
        return ""
    weighed = "" if len(fees) == 1 else ", weighted by units"
    return (
        f"{who} {percent(stated)} of {year} Medicare; these fees come to {percent_text(found)} of it "
        f"({yardstick.place}{weighed}).{reason(stated, found, fees, yardstick, year)}"
    )


def reason(stated: Decimal, found: Decimal, fees: Sequence[Fee], yardstick: Yardstick, year: int) -> str:
    """Why somebody may have come to another percent, as a sentence, or ""."""
    for other in sorted(yardstick.years, key=lambda y: (abs(y - year), -y)):
        for measure, reach in ((yardstick, "local"), (yardstick.national, "national")):
            for setting, which in ((None, ""), ("office", " office"), ("facility", " facility")):
                level = percent_of_medicare(fees, measure, other, setting)  # type: ignore[arg-type]
                if level is not None and _agrees(stated, level):
                    if setting is None and len({f.setting for f in fees}) == 1:
                        which = f" {fees[0].setting}"
                    return f" {percent(stated)} is what they come to against the {other} {reach}{which} amounts."
    if stated % ROUND == 0 and abs(stated - found) <= ROUGHLY:
        return f" {percent(stated)} may be rounded."
    return ""


def printed(name: str, held: Sequence[RateLine], yardstick: Yardstick) -> Iterator[str]:
    """What a file prints of Medicare and is not so, the first few one by one: payers quote other years and settings."""
    wrong = []
    for line in held:
        setting = line.setting or yardstick.setting
        if line.printed_medicare is not None:
            said = yardstick.belief(line.printed_medicare, line.code, line.modifier, setting)
            wrong += [f"{name}, row {line.row}: {line.label}: {said}"] if said else []
        amount = yardstick.amount(line.code, line.modifier, setting=setting)
        if line.printed_percent is not None and amount and amount.amount:
            share = line.rate * 100 / amount.amount
            if not _agrees(line.printed_percent, share):
                fee = Fee(code=line.code, modifier=line.modifier, setting=setting, rate=line.rate)
                why = reason(line.printed_percent, share, [fee], yardstick, yardstick.year)
                wrong.append(
                    f"{name}, row {line.row}: the file calls ${line.rate} for {line.label} "
                    f"{percent_text(line.printed_percent)} of Medicare; it is {percent_text(share)} of "
                    f"{yardstick.year} Medicare ({amount.locality_name}, {setting}).{why}"
                )
    yield from wrong[:SHOWN]
    if len(wrong) > SHOWN:
        yield f"{name}: {len(wrong) - SHOWN} more of its figures about Medicare are not those of {yardstick.year}."


def _agrees(stated: Decimal, found: Decimal) -> bool:
    return abs(stated - found) <= (NEAR_WHOLE if stated == stated.to_integral_value() else NEAR)
