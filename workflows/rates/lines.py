"""The practice's codes with what is paid, offered and proposed: the rows of the table, and their order.

A proposed fee comes, in this order, from: the fee the user proposes; the level or increase asked for the code's family;
the level asked of Medicare times the Medicare amount; the increase asked; the ratio of two levels of the same Medicare
year where no Medicare amount is at hand. It is never below what is paid or offered. Where none applies it is unknown.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.draft import CodeLine
from workflows.domain.evidence import Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import CodeFamily
from workflows.domain.language import number, usd
from workflows.domain.medicare import MedicareAmount
from workflows.rates.arithmetic import cents

SHOWN = 8  # rows a contract manager will read; letters.md's limit


class Terms(Frozen):
    """The levels and increases of the request and the offer, as far as they are known (percent, or years)."""

    now: Decimal | None = None
    now_year: str = ""
    ask: Decimal | None = None
    ask_year: str = ""
    ask_increase: Decimal | None = None
    offer: Decimal | None = None
    offer_increase: Decimal | None = None


def terms_of(answers: Mapping[str, Answer], leave_out: frozenset[str] = frozenset()) -> Terms:
    """The levels and increases among the answers; contradicted fields are not used."""

    def decimal(field: str) -> Decimal | None:
        given = answers.get(field)
        return Decimal(given.value) if given and field not in leave_out and isinstance(given.value, str) else None

    def text(field: str) -> str:
        given = answers.get(field)
        return given.value if given and field not in leave_out and isinstance(given.value, str) else ""

    return Terms(
        now=decimal("rates.percent_of_medicare"),
        now_year=text("rates.medicare_year"),
        ask=decimal("ask.percent_of_medicare"),
        ask_year=text("ask.medicare_year"),
        ask_increase=decimal("ask.increase"),
        offer=decimal("rates.offer_percent_of_medicare"),
        offer_increase=decimal("rates.offer_increase"),
    )


def lines(
    answers: Mapping[str, Answer],
    terms: Terms,
    medicare: Mapping[str, MedicareAmount],
    ledger: Ledger,
    families: Sequence[CodeFamily] = (),
    leave_out: frozenset[str] = frozenset(),
) -> tuple[CodeLine, ...]:
    """The practice's code lines with offered and proposed fees worked out, dearest first.

    `medicare` gives the amount of a code for the year and place of the request; where it is silent, the amount the
    user typed stands in. `families` say which codes words such as "imaging" mean.
    """
    given = answers.get("rates.codes")
    if given is None or "rates.codes" in leave_out:
        return ()
    if medicare or any("medicare" in row for row in given.value if isinstance(row, dict)):
        # With Medicare amounts at hand, a code that has none has no percent of Medicare to move: no ratio for it.
        terms = terms.model_copy(update={"now": None})
    found = []
    for index, row in enumerate(given.value):
        if not isinstance(row, dict) or f"rates.codes[{index}]" in leave_out:
            continue
        current = Decimal(row["current"]) if "current" in row else None
        known = medicare.get(row["code"])
        own = Decimal(row["medicare"]) if "medicare" in row else None
        # Stated and worked-out amounts are not mixed in one column: a stated one prices the request, no more.
        amount = known.amount if known else own
        shown = known.amount if known else None if medicare else own
        offered = _given(row, "offered") or _fee(current, amount, terms.offer_increase, terms.offer, terms)
        asked = _proposed(current, amount, _family_of(row, answers, families, leave_out), terms)
        proposed = _given(row, "proposed") or _not_below(asked, current, offered)
        evidence = ledger.sendable.get(f"rates.codes[{index}]")
        found.append(
            CodeLine(
                code=row["code"],
                label=row.get("family", ""),
                volume=Decimal(row["volume"]) if "volume" in row else None,
                current=current,
                medicare=shown,
                evidence=evidence.id if evidence else "",
                offered=offered.amount if offered else None,
                offered_shown=offered.shown if offered else "",
                proposed=proposed.amount if proposed else None,
                proposed_shown=proposed.shown if proposed else "",
            )
        )
    return tuple(sorted(found, key=lambda x: -((x.current or 0) * (x.volume or 0))))


def _given(row: Mapping[str, str], name: str) -> "Fee | None":
    if name not in row:
        return None
    fee = Decimal(row[name])
    return Fee(amount=fee, shown=f"as given: {usd(fee, cents=True)}")


def _family_of(
    row: Mapping[str, str],
    answers: Mapping[str, Answer],
    families: Sequence[CodeFamily],
    leave_out: frozenset[str],
) -> Mapping[str, str]:
    """The row of the request's families that covers a code: by its number, by the practice's own label, then by the
    code's section; "everything else" comes last."""
    given = answers.get("ask.families")
    asked = [r for r in given.value if isinstance(r, dict)] if given and "ask.families" not in leave_out else []
    label, code = row.get("family", "").lower(), row["code"]
    tests: tuple[Callable[[Mapping[str, str]], bool], ...] = (
        lambda r: _listed(code, f"{r.get('codes', '')} {r['family']}"),
        lambda r: bool(label) and r["family"].lower() == label,
        lambda r: any(f.holds(code) and f.named_by(r["family"]) for f in families if f.id != "others"),
        lambda r: any(f.named_by(r["family"]) for f in families if f.id == "others"),
    )
    return next((r for fits in tests for r in asked if fits(r)), {})


def _listed(code: str, words: str) -> bool:
    """Whether words such as "99202-99215, 95251" name a code."""
    spans = re.findall(r"\b([0-9A-Z]\d{3}[0-9A-Z])(?:\s*(?:-|–|to|thru|through)\s*([0-9A-Z]\d{3}[0-9A-Z]))?", words)
    return any(low <= code[:5] <= (high or low) for low, high in spans)


class Fee(Frozen):
    """A fee and how it came about, as a person would write the sum."""

    amount: Decimal
    shown: str


def _proposed(current: Decimal | None, amount: Decimal | None, family: Mapping[str, str], terms: Terms) -> Fee | None:
    if family:
        level = Decimal(family["percent_of_medicare"]) if "percent_of_medicare" in family else None
        raised = Decimal(family["increase"]) if "increase" in family else None
        fee = _fee(current, amount, raised, level, terms)
        if fee is not None:
            return fee
    if terms.ask is not None:
        fee = _fee(current, amount, None, terms.ask, terms)
        if fee is not None:
            return fee
    return _fee(current, amount, terms.ask_increase, None, terms)


def _not_below(fee: Fee | None, current: Decimal | None, offered: Fee | None) -> Fee | None:
    """A level asked overall never lowers a code that is already paid, or offered, better."""
    if fee is None:
        return None
    if offered is not None and offered.amount > max(fee.amount, current or Decimal()):
        return Fee(amount=offered.amount, shown=f"the offer of {usd(offered.amount, cents=True)}, above {fee.shown}")
    if current is not None and current > fee.amount:
        return Fee(amount=current, shown=f"the present {usd(current, cents=True)}, above {fee.shown}")
    return fee


def _fee(
    current: Decimal | None, amount: Decimal | None, raised: Decimal | None, level: Decimal | None, terms: Terms
) -> Fee | None:
    if raised is not None and current is not None:
        return _shown(cents(current * (1 + raised / 100)), f"{usd(current, cents=True)} × {number(1 + raised / 100)}")
    if level is not None and amount is not None:
        return _shown(cents(amount * level / 100), f"{usd(amount, cents=True)} × {number(level / 100)}")
    comparable = terms.now is not None and (
        not terms.now_year or not terms.ask_year or terms.now_year == terms.ask_year
    )
    if level is not None and current is not None and comparable and terms.now:
        sum_ = f"{usd(current, cents=True)} × {number(level)} / {number(terms.now)}"
        return _shown(cents(current * level / terms.now), sum_)
    return None


def _shown(amount: Decimal, sum_: str) -> Fee:
    return Fee(amount=amount, shown=f"{sum_} = {usd(amount, cents=True)}")
