"""Other ways to agree with an offer in hand: the proposed rates on a few codes, or all of them from a later date.

Each is reckoned over its first year and leaves this module only where that year is clear of the practice's private
limits: at the limit itself, the option would tell it. None pays a code less than the payer offers, or than it pays
today, and none gives terms the practice did not offer.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.language import Found, day, figures, joined, usd
from workflows.rates.arithmetic import (
    ONE,
    annual,
    calculated,
    cents,
    change_in_percent,
    dollar,
    known,
    sum_shown,
    total_of,
)

FEWEST, MOST = 3, 5  # codes of the option over few codes
HOLD = Decimal("0.75")  # of the request's dollars, which the few codes hold
WAIT = 6  # months until the later date
ROOM = Decimal("0.5")  # points (percent, of a fee in dollars) an option lies above the floor at least
_MARKS = re.compile(r"\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b")  # a number such as "TC-4471": no amount


class Floor(Frozen):
    """The least the practice would accept (private): overall as a percent of Medicare or as an increase in percent, and
    a limit in other words."""

    level: Decimal | None = None
    increase: Decimal | None = None
    note: str = ""


def floor_of(answers: Mapping[str, Answer]) -> Floor:
    """The floor among the answers."""

    def text(field: str) -> str:
        given = answers.get(f"walk_away.{field}")
        return given.value if given and isinstance(given.value, str) else ""

    level, increase = text("lowest_percent_of_medicare"), text("lowest_increase")
    return Floor(
        level=Decimal(level) if level else None,
        increase=Decimal(increase) if increase else None,
        note=text("lowest_note"),
    )


class Option(Frozen):
    """One way to agree: its lines with what each gains over the first year, exact, and what tells it from the request."""

    gains: tuple[tuple[CodeLine, Decimal], ...]
    codes: tuple[CodeLine, ...] = ()
    months: int = 12  # until what comes later
    later: str = "a year later"

    @property
    def gain(self) -> Decimal:
        return total_of(gain for _, gain in self.gains)


def options(shown: Sequence[CodeLine], ledger: Ledger, floor: Floor) -> tuple[Evidence, ...]:
    """The options a letter may offer beside the request, at most two, as evidence with keys "option_*". `ledger` holds
    what the request is worth. Before there is an offer there are none: nobody bids against himself."""
    lines = _priced(shown, ledger)
    chosen = {name: one for name, one in _chosen(lines, floor).items() if one}
    if not chosen:
        return ()
    base = _base_words(lines)
    found = [calculated("option_base", f"Until or beside the proposed rates: {base}.", base, "never below", (), base)]
    for name, option in chosen.items():
        found += _evidence(name, option, ledger)
    return tuple(found)


def withheld(shown: Sequence[CodeLine], ledger: Ledger, floor: Floor) -> tuple[str, ...]:
    """The options left out because their first year would not be clear of the floor, or cannot be compared with it.
    Only names leave this function, never the floor."""
    return tuple(name for name, one in _chosen(_priced(shown, ledger), floor).items() if one is None)


def _priced(shown: Sequence[CodeLine], ledger: Ledger) -> list[CodeLine]:
    """The lines with a price; all services as one line where the request is an increase on them."""
    priced = [line for line in shown if annual(line) is not None]
    current, ask = (ledger.sendable.get(f"worth.{name}") for name in ("current", "ask"))
    if priced or not (current and ask):
        return priced
    paid, offer = known(current.figures_of("usd")), ledger.sendable.get("worth.offer")
    offered = paid + known(offer.figures_of("usd")) if offer else None
    one = CodeLine(
        code="",
        volume=ONE,
        current=paid,
        offered=offered,
        proposed=paid + known(ask.figures_of("usd")),
        evidence=ask.id,
    )
    return [one]


def _chosen(lines: Sequence[CodeLine], floor: Floor) -> dict[str, Option | None]:
    """The kinds of option the lines allow, each None where it is not clear of the floor. Which codes and which date
    follow from the table alone: a share or a date picked to pass the floor would tell where it lies. The later date
    is the request itself, so a limit in words does not touch it; the overall limits do."""
    if not any(line.offered is not None for line in lines):
        return {}
    found: dict[str, Option | None] = {}
    few = _few_codes(lines)
    if few:
        found["option_b"] = few if _clear(few, floor) and _keeps_note(few, floor.note) else None
    late = _later(lines)
    if late.gain > 0:
        found["option_d"] = late if _clear(late, floor) else None
    return found


def _base(line: CodeLine) -> Decimal:
    return max(known(line.current), known(line.offered))


def _base_words(lines: Sequence[CodeLine]) -> str:
    better = all(line.offered is not None and line.offered >= known(line.current) for line in lines)
    return "your offered rates" if better else "the better of offered and present rates"


def _gain(line: CodeLine, fee: Decimal) -> Decimal:
    return known(line.volume) * (fee - known(line.current))


def _few_codes(lines: Sequence[CodeLine]) -> Option | None:
    """The proposed rates on the fewest codes that hold most of the annual change, nothing new on the others."""
    gains = sorted((line for line in lines if (annual(line) or 0) > 0), key=lambda line: -(annual(line) or 0))
    if len(gains) < FEWEST:
        return None
    whole = total_of(annual(line) or Decimal() for line in gains)
    held = (count for count in range(FEWEST, MOST) if total_of(map(_annual, gains[:count])) >= whole * HOLD)
    top = tuple(gains[: min(next(held, MOST), len(gains) - 1)])
    return Option(
        gains=tuple((line, _gain(line, known(line.proposed) if line in top else _base(line))) for line in lines),
        codes=top,
    )


def _annual(line: CodeLine) -> Decimal:
    return known(annual(line))


def _later(lines: Sequence[CodeLine]) -> Option:
    """The whole request half a year later: half of each of two annual totals."""
    gains = tuple(
        (line, (_gain(line, _base(line)) + _gain(line, max(known(line.proposed), _base(line)))) / 2) for line in lines
    )
    return Option(gains=gains, months=WAIT, later="half a year later")


def _evidence(name: str, option: Option, ledger: Ledger) -> Iterator[Evidence]:
    inputs = tuple(line.evidence for line, _ in option.gains if line.evidence)
    dollars = usd(dollar(option.gain), cents=False)
    if option.codes:
        fees = (
            (line.volume, known(line.proposed if line in option.codes else _base(line)) - known(line.current))
            for line, _ in option.gains
        )
        shown, rule = sum_shown(fees, dollar(option.gain)), "Σ units × (fee of the first year − current)"
    else:
        lines = [line for line, _ in option.gains]
        base = total_of(_gain(line, _base(line)) for line in lines)
        halves = f"{usd(cents(base), cents=None)} / 2 + {usd(cents(option.gain * 2 - base), cents=None)} / 2"
        shown, rule = f"{halves} = {dollars}", "half a year at each of two annual totals"
    yield calculated(
        f"{name}.dollars",
        f"This option is worth {dollars} a year, beginning with its first year."
        if option.codes
        else f"This option is worth {dollars} in its first year.",
        dollars,
        rule,
        inputs,
        shown,
    )
    if option.codes:
        codes = joined([line.code for line in option.codes])
        held = tuple(line.evidence for line in option.codes if line.evidence)
        says = f"The largest annual changes are on {codes}."
        yield calculated(f"{name}.codes", says, codes, "largest annual change", held, codes)
    start = ledger.sendable.get("ask.effective")
    later = _after(start, option.months) if start else option.later
    if later:
        rule = f"effective date and {option.months} months" if start else "no effective date is given"
        says = f"The later date is {later}."
        yield calculated(f"{name}.later", says, later, rule, (start.id,) if start else (), rule)


def _after(start: Evidence, months: int) -> str:
    """The date some months after another, as exactly as that is known; "" where only its year is."""
    digits = str(next((f.amount for f in start.figures if f.unit == "date"), ""))
    if len(digits) < 6:
        return ""
    count = int(digits[:4]) * 12 + int(digits[4:6]) - 1 + months
    whole = f"{count // 12}-{count % 12 + 1:02}"
    return day(f"{whole}-{min(int(digits[6:8]), 28):02}" if len(digits) == 8 else whole)


def _clear(option: Option, floor: Floor) -> bool:
    """Whether what is paid overall lies clear above the limits given as a level or an increase."""
    lines = [line for line, _ in option.gains]
    current = total_of(known(line.volume) * known(line.current) for line in lines)
    base = total_of(known(line.volume) * known(line.medicare) for line in lines)
    paid = current + option.gain
    if floor.level is not None and (
        not base or any(not line.medicare for line in lines) or paid / base * 100 < floor.level + ROOM
    ):
        return False
    return floor.increase is None or bool(current and change_in_percent(current, paid) >= floor.increase + ROOM)


def _keeps_note(option: Option, note: str) -> bool:
    """Whether the fees are clear of a limit in words: of every amount it gives, on the codes and families it names; on
    all, where it gives more amounts than it names codes or families of ours. Words without an amount, or with one that
    is neither money nor percent, cannot be compared."""
    if not note:
        return True
    told = [f for f in figures(_MARKS.sub("", note)) if f.unit not in ("code", "date", "year", "days")]
    if not told or any(f.unit not in ("usd", "percent") for f in told):
        return False
    fees = [(line, known(line.proposed) if line in option.codes else _base(line)) for line, _ in option.gains]
    names = {line.code[:5] for line, _ in fees} | {line.label.lower() for line, _ in fees}
    named = {name for name in names if name and name in note.lower()}
    meant = [x for x in fees if named & {x[0].code[:5], x[0].label.lower()}] if len(named) >= len(told) else fees
    level = bool(re.search(r"(?i)medicare|\bmcr\b", note))
    return all(_reaches(line, fee, limit, level) for line, fee in meant for limit in told)


def _reaches(line: CodeLine, fee: Decimal, limit: Found, level: bool) -> bool:
    if limit.unit == "usd":
        return fee >= limit.amount * (1 + ROOM / 100)
    if level:
        return bool(line.medicare) and fee / known(line.medicare) * 100 >= limit.amount + ROOM
    return bool(line.current) and change_in_percent(known(line.current), fee) >= limit.amount + ROOM
