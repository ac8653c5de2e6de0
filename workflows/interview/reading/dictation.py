"""Numbers as people say them: "one eighteen" is 118, "one oh two forty" 102.40, "ninety-four fifty" 94.50.

Apart from domain.language because only notes are spoken like this: a letter never is, and the guard must not read
it so.
"""

import re
from decimal import Decimal

from workflows.domain.language import SMALL_NUMBERS, TENS, figures

_VALUE = {w: i for i, w in enumerate(SMALL_NUMBERS) if i} | {w: 10 * i for i, w in enumerate(TENS, 2)}
_AROUND = re.compile(
    r"(?i)^(?:about|around|roughly|just|a|only|some)\s+|\s*(?:dollars?|bucks|flat|even|each|apiece)\s*$"
)


def dictated(words: str, money: bool) -> Decimal | None:
    """The number said in words, or None where it is none or could be two. In money two pairs are dollars and cents."""
    said = _AROUND.sub("", _AROUND.sub("", words.strip().lower()))
    plain = [f for f in figures(said) if f.unit in ("count", "usd", "year")]
    if len(plain) == 1 and plain[0].words.strip() == said and plain[0].unit != "year":
        return plain[0].amount
    parts = _parts(re.split(r"[\s-]+", said))
    if not parts or len(parts) > 3:
        return None
    if len(parts) == 1:
        return Decimal(parts[0])
    first, second = parts[0], parts[1]
    if first < 10:
        whole = Decimal(100 * first + second) if second >= 10 or _said_oh(said) else None
        if whole is None or len(parts) == 2:
            return whole
        return whole + Decimal(parts[2]) / 100 if money and parts[2] >= 10 else None
    if len(parts) == 3:
        return None
    if not money:
        return Decimal(100 * first + second)
    return Decimal(first) + Decimal(second) / 100 if first >= 20 else None


def _said_oh(said: str) -> bool:
    return bool(re.match(r"\w+[\s-]+oh[\s-]", said))


def _parts(words: list[str]) -> list[int]:
    """Pairs of digits as they are said: "one oh two forty" is 1, 2, 40."""
    parts: list[int] = []
    joins = False
    for word in words:
        if word == "oh" and parts:
            joins = False
            continue
        value = _VALUE.get(word)
        if value is None:
            return []
        if joins and value < 10:
            parts[-1] += value
            joins = False
        else:
            parts.append(value)
            joins = word in TENS
    return parts
