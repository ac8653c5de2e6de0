"""What may be said of single codes of the request: offers that are better or lower, Medicare amounts, the table's cells."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Evidence
from workflows.domain.language import joined, number, usd
from workflows.domain.medicare import MedicareAmount
from workflows.rates.arithmetic import adds_up, annual, calculated, cents, dollar, known, percent_text


def of_codes(shown: Sequence[CodeLine], medicare: Mapping[str, MedicareAmount]) -> Iterator[Evidence]:
    """Evidence on each line: keys "worth.medicare.*", "worth.line[*", "worth.kept_offer" and "worth.cut_offer"."""
    yield from _medicare(shown, medicare)
    yield from _cells(shown)
    yield from _kept_offers(shown)
    yield from _cut_offers(shown)


def _medicare(shown: Sequence[CodeLine], medicare: Mapping[str, MedicareAmount]) -> Iterator[Evidence]:
    for line in shown:
        amount = medicare.get(line.code)
        if amount:
            yield calculated(
                f"worth.medicare.{line.code}",
                amount.says + ".",
                usd(amount.amount, cents=True),
                "Medicare physician fee schedule",
                (),
                amount.says,
            )


def _cells(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    to_the_cent = not adds_up([gain for line in shown if (gain := annual(line)) is not None])
    for i, line in enumerate(shown):
        inputs = (line.evidence,) if line.evidence else ()
        if line.offered is not None:
            yield calculated(
                f"worth.line[{i}].offered",
                f"Code {line.code}: offered {usd(line.offered, cents=True)}.",
                usd(line.offered, cents=True),
                "offered fee",
                inputs,
                line.offered_shown,
            )
        if line.proposed is not None:
            yield calculated(
                f"worth.line[{i}].proposed",
                f"Code {line.code}: proposed {usd(line.proposed, cents=True)}.",
                usd(line.proposed, cents=True),
                "proposed fee",
                inputs,
                line.proposed_shown,
            )
        for name, fee in (
            ("percent_now", line.current),
            ("percent_offered", line.offered),
            ("percent_proposed", line.proposed),
        ):
            if fee is not None and line.medicare:
                level = percent_text(fee / line.medicare * 100)
                yield calculated(
                    f"worth.line[{i}].{name}",
                    f"Code {line.code}: {level} of Medicare.",
                    level,
                    "fee / Medicare amount",
                    inputs,
                    f"{usd(fee, cents=True)} / {usd(line.medicare, cents=True)} = {level}",
                )
        gain = annual(line)
        if gain is not None:
            printed = usd(cents(gain), cents=True) if to_the_cent else usd(dollar(gain), cents=False)
            yield calculated(
                f"worth.line[{i}].annual",
                f"Code {line.code}: {printed} a year.",
                printed,
                "units × (proposed − current)",
                inputs,
                f"{number(line.volume or Decimal())} × ({usd(line.proposed or Decimal(), cents=True)} − "
                f"{usd(line.current or Decimal(), cents=True)}) = {printed}",
            )


def _kept_offers(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    kept = [x for x in shown if x.offered is not None and x.proposed == x.offered and x.offered > known(x.current)]
    if kept and len(kept) < len(shown):
        named = joined([x.code for x in kept])
        inputs = tuple(x.evidence for x in kept if x.evidence)
        yield calculated(
            "worth.kept_offer",
            f"The offer on {named} is above the request.",
            named,
            "max(request, offer)",
            inputs,
            named,
        )


def _cut_offers(shown: Sequence[CodeLine]) -> Iterator[Evidence]:
    cut = [x for x in shown if x.offered is not None and x.current is not None and x.offered < x.current]
    if cut:
        fees = [
            f"{x.code} from {usd(known(x.current), cents=True)} to {usd(known(x.offered), cents=True)}" for x in cut
        ]
        says = f"The offer would lower {joined(fees)}."
        inputs = tuple(x.evidence for x in cut if x.evidence)
        shown_ = "; ".join(x.offered_shown for x in cut)
        yield calculated("worth.cut_offer", says, joined(fees), "offer < current", inputs, shown_)
