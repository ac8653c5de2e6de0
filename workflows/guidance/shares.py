"""The percents a question tells: a payer's share of revenue, of patients or of its own members, and a change of fees.

A percent is read only by what it is said to be of. A discount, a percent of Medicare or of charges is none of these.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from workflows.domain.guidance import Stated, StatedWhat
from workflows.domain.language import SMALL_NUMBERS, TENS

_SPELLED = {w: n for n, w in enumerate(SMALL_NUMBERS)} | {w: 10 * (n + 2) for n, w in enumerate(TENS)}
_WORDS = "|".join(sorted(_SPELLED, key=len, reverse=True))
_PERCENT = re.compile(
    rf"(?<![\w.\d-])(?P<sign>[-\u2212+])?(?P<n>\d{{1,3}}(?:\.\d+)?|(?:(?:{'|'.join(TENS)})[ -])?(?:{_WORDS}))\s?-?\s?"
    r"(?:%|per ?cent\b|pct\b)(?!\s?-?(?:points?|pts?)\b)",
    re.I,
)
_WHOSE = r"(?:our|my|the|total|all|gross|net|practice'?s?|overall|annual|yearly|of)"
_OURS: tuple[tuple[StatedWhat, re.Pattern[str]], ...] = (
    ("member_share", re.compile(r"^ ?(?:of |from )?(?:their|its|the (?:plan|payer|insurer)'?s|his) (?:\w+ )?(?:members?|enrollees|patients|lives|membership|network)\b", re.I)),
    ("revenue_share", re.compile(rf"^ ?(?:of|off) (?:{_WHOSE} )*(?:revenues?|rev|collections?|receipts|income|business|book|payments|billings|money|what we (?:collect|bring in|take in))\b|^ ?(?:revenue|rev)\b", re.I)),
    ("patient_share", re.compile(rf"^ ?(?:of|off) (?:{_WHOSE} )*(?:patients?|pts|visits?|panel|volume|charts|schedule)\b", re.I)),
)  # fmt: skip
_BEFORE_SHARE = re.compile(r"\b(?:revenue|rev)(?: share)?(?: is| of|:| =)? ?(?:about |around |roughly |some )?$", re.I)
_DOWN = re.compile(r"\b(?:lower\w*|cut\w*|reduc\w+|decreas\w+|drop\w*|down|minus|slash\w*|less|haircut of)\b(?:(?!\b(?:rais|increas|up)\w*)[^.?!;%]){0,45}$", re.I)  # fmt: skip
_DOWN_AFTER = re.compile(
    r"^ ?(?:fee |rate |pay |across[- ]the[- ]board )*(?:cut|reduction|decrease|drop|lower|less|haircut|down)\b", re.I
)
_UP = re.compile(
    r"\b(?:rais\w+|increas\w+|up|plus|bump\w*|go(?:es)? up)\b(?:(?!\b(?:lower|cut|reduc|down)\w*)[^.?!;%]){0,30}$", re.I
)
_UP_AFTER = re.compile(r"^ ?(?:rate |fee |annual |yearly )*(?:increase|raise|bump|rise|more)\b", re.I)
_OTHER = re.compile(
    r"^ ?(?:of (?:\w+ )?(?:medicare|charges?|billed|mcr|mpfs|claims|denials|er |ed )|discount|off\b|denial|interest|\w+ interest)",
    re.I,
)


def shares(question: str) -> Iterator[Stated]:
    """The percents, each as what it is said to be of; a fall is negative."""
    for m in _PERCENT.finditer(question):
        before, after = question[max(0, m.start() - 60) : m.start()], question[m.end() :]
        value = _value(m["n"])
        end = m.end()
        what: StatedWhat | None = None
        for share, pattern in _OURS:
            if found := pattern.search(after):
                what, end = share, m.end() + found.end()
                break
        if what is None and _BEFORE_SHARE.search(before):
            what = "revenue_share"
        if what is not None and value <= 100:
            yield Stated(what=what, words=question[m.start() : end], value=str(value))
        elif what is None and not _OTHER.search(after) and (sign := _sign(m["sign"], before, after)):
            yield Stated(what="change", words=m[0], value=str(sign * value))


def _sign(written: str | None, before: str, after: str) -> int:
    """-1 for a fall, 1 for a rise, 0 where neither is said."""
    if (
        written in ("-", "\u2212")
        or _DOWN_AFTER.search(after)
        or (_DOWN.search(before) and not _UP_AFTER.search(after))
    ):
        return -1
    return 1 if written == "+" or _UP_AFTER.search(after) or _UP.search(before) else 0


def _value(words: str) -> Decimal:
    if words[0].isdigit():
        return Decimal(words)
    return Decimal(sum(_SPELLED[part] for part in re.split(r"[ -]", words.lower())))
