"""Other ways to agree: the proposed rates on a few codes, in two steps, or from a later date.

Each is reckoned over its first year and leaves this module only where that year is not below the practice's private
limits. None pays a code less than the payer offers, or than it pays today.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.answers import Answer
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.language import Found, day, figures, joined, usd
from workflows.rates.arithmetic import ONE, annual, calculated, cents, change_in_percent, known, sum_shown, total_of

FEWEST, MOST = 3, 5  # codes of the option over few codes
STEPS = ((Decimal("0.5"), "half"), (Decimal("0.75"), "three quarters"))  # of the way, in the first year
WAITS = ((6, "half a year later"), (3, "a quarter later"))  # months until the later date


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
    """One way to agree: what each line is paid on average over the first year, and what tells it from the request."""

    fees: tuple[tuple[CodeLine, Decimal], ...]
    codes: tuple[CodeLine, ...] = ()
    share: str = ""
    months: int = 0
    later: str = ""


def options(shown: Sequence[CodeLine], ledger: Ledger, floor: Floor) -> tuple[Evidence, ...]:
    """The options a letter may offer beside the request, at most two, as evidence with keys "option_*". `ledger` holds
    what the request is worth."""
    lines = _priced(shown, ledger)
    if not lines:
        return ()
    chosen = {name: one for name, one in _chosen(lines, floor).items() if one}
    base = _base_words(lines)
    found = [calculated("option_base", f"Until or beside the proposed rates: {base}.", base, "never below", (), base)]
    for name, option in chosen.items():
        found += _evidence(name, option, ledger)
    return tuple(found) if chosen else ()


def withheld(shown: Sequence[CodeLine], ledger: Ledger, floor: Floor) -> tuple[str, ...]:
    """The options left out because their first year would be below the floor, or cannot be compared with it. Only
    names leave this function, never the floor."""
    lines = _priced(shown, ledger)
    return tuple(name for name, one in _chosen(lines, floor).items() if one is None) if lines else ()


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
    """For each kind of option the first that keeps to the floor, or None; a later date only where another is missing.
    The later date is the request itself, so a limit in words does not touch it; the overall limits do."""
    found: dict[str, Option | None] = {}
    for name, ways in (("option_b", list(_few_codes(lines))), ("option_c", list(_two_steps(lines)))):
        if ways:
            keeping = (o for o in ways if _above(o.fees, floor) and _keeps_note(o.fees, floor.note))
            found[name] = next(keeping, None)
    if sum(one is not None for one in found.values()) < 2:
        found["option_d"] = next((o for o in _later(lines) if _above(o.fees, floor)), None)
    return found


def _base(line: CodeLine) -> Decimal:
    return max(known(line.current), known(line.offered))


def _base_words(lines: Sequence[CodeLine]) -> str:
    if not any(line.offered is not None for line in lines):
        return "the present rates"
    better = all(line.offered is not None and line.offered >= known(line.current) for line in lines)
    return "your offered rates" if better else "the better of offered and present rates"


def _on_the_way(line: CodeLine, share: Decimal) -> Decimal:
    base = _base(line)
    return base + max(known(line.proposed) - base, Decimal()) * share


def _few_codes(lines: Sequence[CodeLine]) -> Iterator[Option]:
    """The proposed rates on the codes with the largest annual change, nothing new on the others."""
    gains = sorted((line for line in lines if (annual(line) or 0) > 0), key=lambda line: -(annual(line) or 0))
    for count in range(FEWEST, MOST + 1) if len(gains) >= FEWEST else ():
        top = tuple(gains[: min(count, len(gains) - 1)])
        fees = tuple((line, known(line.proposed) if line in top else _base(line)) for line in lines)
        yield Option(fees=fees, codes=top)


def _two_steps(lines: Sequence[CodeLine]) -> Iterator[Option]:
    """Part of the way now, the rest a year later."""
    for share, words in STEPS:
        fees = tuple((line, cents(_on_the_way(line, share))) for line in lines)
        yield Option(fees=fees, share=words, months=12, later="a year later")


def _later(lines: Sequence[CodeLine]) -> Iterator[Option]:
    """The whole request some months later."""
    for months, words in WAITS:
        fees = tuple((line, cents(_on_the_way(line, Decimal(12 - months) / 12))) for line in lines)
        yield Option(fees=fees, months=months, later=words)


def _evidence(name: str, option: Option, ledger: Ledger) -> Iterator[Evidence]:
    inputs = tuple(line.evidence for line, _ in option.fees if line.evidence)
    gain = total_of(known(line.volume) * (fee - known(line.current)) for line, fee in option.fees)
    dollars = usd(gain.quantize(ONE, ROUND_HALF_UP), cents=False)
    shown = sum_shown(((line.volume, fee - known(line.current)) for line, fee in option.fees), gain)
    rule = "Σ units × (fee of the first year − current)"
    yield calculated(
        f"{name}.dollars",
        f"This option is worth {dollars} a year, beginning with its first year.",
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
    if option.share:
        says = f"In the first year {option.share} of the way."
        yield calculated(f"{name}.share", says, option.share, "share of the way to the request", (), option.share)
    start = ledger.sendable.get("ask.effective")
    months = option.months or 12  # an escalator starts after the first year
    later = _after(start, months) if start else option.later or "a year later"
    if later:
        rule = f"effective date and {months} months" if start else "no effective date is given"
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


def _above(fees: Sequence[tuple[CodeLine, Decimal]], floor: Floor) -> bool:
    """Whether what is paid overall reaches the limits given as a level or an increase."""
    paid = total_of(known(line.volume) * fee for line, fee in fees)
    current = total_of(known(line.volume) * known(line.current) for line, _ in fees)
    base = total_of(known(line.volume) * known(line.medicare) for line, _ in fees)
    if floor.level is not None and (
        not base or any(not line.medicare for line, _ in fees) or paid / base * 100 < floor.level
    ):
        return False
    return floor.increase is None or bool(current and change_in_percent(current, paid) >= floor.increase)


def _keeps_note(fees: Sequence[tuple[CodeLine, Decimal]], note: str) -> bool:
    """Whether the fees keep to a limit in words: every amount it gives, on the codes and families it names; on all,
    where it gives more amounts than it names codes or families of ours. Words without an amount, or with one that is
    neither money nor percent, cannot be compared."""
    if not note:
        return True
    told = [f for f in figures(note) if f.unit not in ("code", "date", "year", "days")]
    if not told or any(f.unit not in ("usd", "percent") for f in told):
        return False
    names = {line.code[:5] for line, _ in fees} | {line.label.lower() for line, _ in fees}
    named = {name for name in names if name and name in note.lower()}
    meant = [x for x in fees if named & {x[0].code[:5], x[0].label.lower()}] if len(named) >= len(told) else fees
    level = bool(re.search(r"(?i)medicare|\bmcr\b", note))
    return all(_reaches(line, fee, limit, level) for line, fee in meant for limit in told)


def _reaches(line: CodeLine, fee: Decimal, limit: Found, level: bool) -> bool:
    if limit.unit == "usd":
        return fee >= limit.amount
    if level:
        return bool(line.medicare) and fee / known(line.medicare) * 100 >= limit.amount
    return bool(line.current) and change_in_percent(known(line.current), fee) >= limit.amount
