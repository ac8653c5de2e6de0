"""What may never be sent, in whatever form it is written: the walk-away point and what other payers pay.

A private figure is recognised as a number, percent, multiple, sum in dollars or difference, rounded or not, because
"eleven tenths of Medicare" tells a payer the floor of 110% as well as the figure does.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from workflows.domain.draft import Objection
from workflows.domain.evidence import Figure
from workflows.domain.language import Found
from workflows.grounding.figures import agrees
from workflows.grounding.wording import TOLD, Secret, Wording, as_figures, runs_of, words_of

_HUNDRED = Decimal(100)
_COMMON_PAYERS = {"medicare", "medicaid", "other", "others", "payer", "plan", "overall", "average"}


def check_private(wording: Wording) -> Iterator[Objection]:
    """A private figure, an other payer's name or words of a private note in the new wording."""
    secrets = wording.known.secrets
    for found in wording.found:
        if any(agrees(g, f) for g in as_figures(found) for f in wording.allowed):
            continue
        # "14 points" beside a fact of 14% is a slip of unit, not the distance between a floor and something else
        slip = any(f.amount == found.amount for f in wording.allowed)
        secret = told_by(found, secrets, () if slip else wording.known.sendable)
        if secret:
            yield wording.objection(found.words, _says(secret), hard=True)
    for words, secret in private_words(wording.text, secrets, wording.lent):
        yield wording.objection(words, _says(secret), hard=True)


def _says(secret: Secret) -> str:
    what = "what another payer pays you" if "other_payers" in secret.fact.key else "where you would stop"
    return f"this is private: it tells {what}, and that never enters a letter. Remove it"


def told_by(found: Found, secrets: Iterable[Secret], sendable: tuple[Figure, ...]) -> Secret | None:
    """The private fact that a figure tells, directly or by arithmetic with figures that are sent, or None."""
    for secret in secrets:
        for figure in secret.figures:
            if any(_tells(said, figure, secret.fact.key, sendable) for said in as_figures(found)):
                return secret
    return None


def _tells(said: Figure, figure: Figure, key: str, known: tuple[Figure, ...]) -> bool:
    if said.unit not in TOLD:
        return False
    if figure.unit in ("percent", "points", "ratio"):
        return said.amount in _percent_forms(figure, said, key, known)
    if figure.unit == "usd":
        return said.amount in _money_forms(figure.amount, said, known)
    # a private count of months, days or patients is told by the same number and by no other unit of measure
    return said.unit in ("count", figure.unit) and said.amount == figure.amount


def _percent_forms(figure: Figure, said: Figure, key: str, known: tuple[Figure, ...]) -> set[Decimal]:
    level = figure.amount * _HUNDRED if figure.unit == "ratio" else figure.amount
    over = level - _HUNDRED if "medicare" in key or "other_payers" in key else level + _HUNDRED
    if said.unit in ("ratio", "count", "usd"):  # 1.1 times Medicare; 110 cents and $1.10 on the dollar
        forms = {level, over, level / _HUNDRED, over / _HUNDRED, abs(over) / _HUNDRED}
    else:
        forms = {level, over, abs(over)}
    if said.unit == "points":
        forms |= {abs(level - f.amount) for f in known if f.unit == "percent"}
    if said.unit == "usd":
        sums = [f.amount for f in known if f.unit == "usd"]
        forms |= {_cents(s * share / _HUNDRED) for s in sums for share in (level, over)}
        forms |= {_whole(s * share / _HUNDRED) for s in sums for share in (level, over)}
    return {f for form in forms if abs(form) > 0 for f in (form, *_rounded(form))}


def _money_forms(amount: Decimal, said: Figure, known: tuple[Figure, ...]) -> set[Decimal]:
    sums = [f.amount for f in known if f.unit == "usd" and f.amount > 0]
    if said.unit in ("usd", "count"):
        forms = {amount} | {abs(amount - s) for s in sums}
        return {f for form in forms if form > 0 for f in (form, *_rounded(form))}
    if said.unit in ("percent", "points"):
        shares = [amount / s * _HUNDRED for s in sums]
        return {_tenth(x) for share in shares for x in (share, abs(share - _HUNDRED))} | {
            _whole(x) for share in shares for x in (share, abs(share - _HUNDRED)) if x >= 1
        }
    if said.unit == "ratio":
        return {q for s in sums for q in (_cents(amount / s), _tenth(amount / s))} - {Decimal(1)}
    return set()


def _rounded(amount: Decimal) -> tuple[Decimal, ...]:
    """The amount as people round it: to a whole number, and larger sums to tens, hundreds or thousands."""
    size = abs(amount)
    steps = [Decimal(1)] if size >= 20 else []
    steps += [Decimal(step) for step, least in ((5, 100), (10, 200), (100, 5_000), (1_000, 50_000)) if size >= least]
    return tuple((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step for step in steps)


def _whole(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal(1), ROUND_HALF_UP)


def _tenth(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def private_words(text: str, secrets: Iterable[Secret], lent: str) -> Iterator[tuple[str, Secret]]:
    """Names of other payers and runs of words from private notes that `lent` does not hold."""
    runs = runs_of(text)
    allowed = ""
    for secret in secrets:
        payer = secret.payer.lower()
        if payer and payer not in _COMMON_PAYERS and payer not in lent:
            match = re.search(rf"(?<!\w){re.escape(payer)}(?!\w)", text, re.I)
            if match:
                yield match.group(), secret
        for run in runs & secret.runs:
            allowed = allowed or " ".join(words_of(lent))
            if " ".join(run) not in allowed:
                yield " ".join(run), secret
                break
