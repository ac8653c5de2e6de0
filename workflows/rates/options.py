"""Other ways to agree: what they are worth, and which of them a letter must not offer because of the private floor."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.answers import Answer
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence
from workflows.domain.frozen import Frozen
from workflows.domain.language import joined, usd
from workflows.rates.arithmetic import ONE, annual, calculated, change_in_percent, known, sum_shown, total_of


class Floor(Frozen):
    """The least the practice would accept (private): a percent of Medicare or an increase in percent, if it said."""

    level: Decimal | None = None
    increase: Decimal | None = None
    in_words: bool = False


def floor_of(answers: Mapping[str, Answer]) -> Floor:
    """The floor among the answers."""

    def decimal(field: str) -> Decimal | None:
        given = answers.get(field)
        return Decimal(given.value) if given and isinstance(given.value, str) else None

    return Floor(
        level=decimal("walk_away.lowest_percent_of_medicare"),
        increase=decimal("walk_away.lowest_increase"),
        in_words="walk_away.lowest_note" in answers,
    )


def withheld(shown: Sequence[CodeLine], floor: Floor) -> frozenset[str]:
    """The options a letter must not offer because they would end below the floor, or cannot be compared with it.
    Only names leave this function, never the floor."""
    if floor.in_words:  # a limit in other words cannot be compared
        return frozenset(("option_b", "option_c"))
    if floor.level is None and floor.increase is None:
        return frozenset()
    priced = [line for line in shown if annual(line) is not None]
    half = [(line, (known(line.current) + known(line.proposed)) / 2) for line in priced]
    few = few_codes(priced, how_few(shown, floor))
    below = {"option_b": few is not None and not _above(few.fees(), floor), "option_c": not _above(half, floor)}
    return frozenset(name for name, out in below.items() if out)


class FewCodes(Frozen):
    """The option "proposed rates on the dearest codes only": those codes, the rest, and whether the rest take the
    offered fees (an offer that would cut a code is not one to fall back on)."""

    top: tuple[CodeLine, ...]
    rest: tuple[CodeLine, ...]
    offered: bool

    def fees(self) -> list[tuple[CodeLine, Decimal]]:
        """What each line would be paid."""
        kept = [(line, known(line.offered if self.offered else line.current)) for line in self.rest]
        return [*((line, known(line.proposed)) for line in self.top), *kept]


FEWEST, MOST = 3, 5  # codes of that option


def how_few(shown: Sequence[CodeLine], floor: Floor) -> int:
    """How many codes the option needs so as not to end below the floor; the fewest when none is enough."""
    priced = [line for line in shown if annual(line) is not None]
    for count in range(FEWEST, MOST + 1):
        few = few_codes(priced, count)
        if few is not None and _above(few.fees(), floor):
            return count
    return FEWEST


def few_codes(priced: Sequence[CodeLine], count: int = FEWEST) -> FewCodes | None:
    """The option over `priced` lines, or None where there are too few codes for it to differ from the request."""
    gains = sorted((line for line in priced if (annual(line) or 0) > 0), key=lambda line: -(annual(line) or 0))
    if len(gains) < 3:
        return None
    top = tuple(gains[: min(count, len(gains) - 1)])
    rest = tuple(line for line in priced if not any(line is one for one in top))
    offered = all(line.offered is not None and line.offered >= known(line.current) for line in rest)
    return FewCodes(top=top, rest=rest, offered=offered)


def options(shown: Sequence[CodeLine], total: Evidence, count: int = FEWEST) -> Iterator[Evidence]:
    """What the other ways to agree are worth. Keys "option_*"."""
    half = usd((known(total.figures_of("usd")) / 2).quantize(ONE, ROUND_HALF_UP), cents=False)
    says = f"Half of each increase, the other half later, is {half} a year."
    yield calculated("option_c.dollars", says, half, "half of the request", (total.id,), f"{total.value} / 2 = {half}")
    few = few_codes([line for line in shown if annual(line) is not None], count)
    if few is None:
        return
    inputs = tuple(line.evidence for line in few.top if line.evidence)
    named = joined([line.code for line in few.top])
    gain = total_of(known(line.volume) * (fee - known(line.current)) for line, fee in few.fees())
    dollars = usd(gain.quantize(ONE, ROUND_HALF_UP), cents=False)
    kept = "offered rates" if few.offered else "present rates"
    yield calculated(
        "option_b.codes", f"The largest annual changes are on {named}.", named, "largest annual change", inputs, named
    )
    yield calculated(
        "option_b.rest", f"The other codes keep the {kept}.", kept, "what applies to the other codes", inputs, kept
    )
    yield calculated(
        "option_b.dollars",
        f"The proposed rates on {named} and the {kept} on the rest are worth {dollars} a year.",
        dollars,
        "Σ units × (fee − current)",
        inputs,
        sum_shown(((line.volume, fee - known(line.current)) for line, fee in few.fees()), gain),
    )


def _above(fees: Sequence[tuple[CodeLine, Decimal]], floor: Floor) -> bool:
    paid = total_of(known(line.volume) * fee for line, fee in fees)
    current = total_of(known(line.volume) * known(line.current) for line, _ in fees)
    base = total_of(known(line.volume) * known(line.medicare) for line, _ in fees)
    if floor.level is not None and (
        not base or any(not line.medicare for line, _ in fees) or paid / base * 100 < floor.level
    ):
        return False
    return floor.increase is None or bool(current and change_in_percent(current, paid) >= floor.increase)
