"""Figures as a reader of notes needs them: with their time unit, their range, and how sure the writer was.

`domain.language.figures` says what number stands where. Notes need more: "6 wks" is a time, "5 or 6 weeks" a range,
"~2,300" an approximation (still an answer), "maybe 400? not sure" a doubt (a question to ask), and "7:30a-6p" or
"Rte 35" are no counts at all.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from workflows.domain.language import figures

_CLOCK = re.compile(
    r"""(?ix)
    \b\d{1,2}:\d\d\s*(?:[ap]\.?m?\b\.?)? | \b\d{1,2}(?:\s?[ap]\.?m\b\.?|[ap]\b)
    | (?<![\d$.,])\d{1,2}(?::\d\d)?\s?(?:[ap]m?)?\s?(?:-|to|til|till|until)\s?(?:noon|midnight|\d{1,2}:\d\d
    |\d{1,2}\s?[ap]m?\b)
    | \b(?:m|tu?|w|th|f|sa?t?|su?n?|mon|tues?|wed|thu?r?s?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?
    |weekdays)
      (?:\s?(?:-|to|thru|through)\s?[a-z]{1,9})?\.?,?\s+(?:from\s+)?\d{1,2}(?::\d\d)?\s?(?:-|to|til|till
      |until)\s?(?:\d{1,2}(?::\d\d)?|noon)(?!\d|\s?(?:hours?|hrs?|days?|d\b|wks?|weeks?))
    | (?<![\d$.,])\d{1,2}(?::\d\d)?\s?(?:-|to)\s?\d{1,2}(?::\d\d)?\s+(?:m|mon|tu|tues?|w|wed|th|thu|thurs|f|fri|sat
    |sun|daily|weekdays|every\sday|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b(?=\s?(?:-|to|thru|,|and|;|$|\.|\)))
    | \b(?:til|till|until)\s(?:\d{1,2}(?::\d\d)?)(?=\s?(?:[ap]m?\b|on\s|$|[,.;]))
    | \b24\s?/\s?7\b
    """
)
_NUMBER_OF = re.compile(
    r"""(?ix)(?:\b(?:rte|route|hwy|highway|interstate|suite|ste|apt|room|rm|ext|extension|x|page|pg|section|sec|art
    |article|exhibit|amendment|amend|schedule|appendix|fax|combo|combination|ver|version|sql|form|box|step|tier
    |level|phase
    |bldg|building|gate|no\.|nos\.|mod|modifier|chapter|item|ages?|aged|age\sof|type|stage|grades?|po\sbox
    |\bI-)\s?\.?\#?
    |\#|§)\s*$"""
)
_UNIT_AFTER = re.compile(
    r"""(?ix)\s?-?\s?(?:(?P<days>d\b(?!\.?o\b)|bus(?:iness)?\.?\sdays?|calendar\sdays?)|(?P<weeks>wks?\b|weeks?\b)
    |(?P<months>mos?\b|months?\b|mths?\b)
    |(?P<years>yrs?\b|years?\b|y/o\b)|(?P<outof>/\s?(?:5|10|100)\b|\s?(?:out\s)?of\s(?:5|10|100|five
    |ten)\b(?!\s?[%,\d]))
    |(?P<per1000>\s?(?:/|per)\s?(?:1,?000|k)\b)|(?P<ordinal>st\b|nd\b|rd\b|th\b))"""
)
_APPROX_BEFORE = re.compile(
    r"(?i)(?:~|≈|\b(?:about|around|roughly|approx(?:imately)?\.?|some|nearly|almost|close to|just over|over|just "
    r"under|under|est\.?|estimated?|circa|ca\.?|right at|say|more than|at least|upwards of)\s)\s*(?:\$|a\s)?\s*$"
)
_APPROX_AFTER = re.compile(r"(?i)^\s?(?:\+(?!\s?\d)|-?ish\b|or so\b|give or take\b|approx\b|est\b)")
_DOUBT_BEFORE = re.compile(
    r"(?i)\b(?:maybe|perhaps|possibly|might be|could be|probably|prob|i think|we think|i believe|i'd guess|"
    r"guess(?:ing|es)?|i guess"
    r"|not sure|unsure|supposedly|i heard|somewhere (?:around|between|near)|can't remember|don't know|who knows|"
    r"might say|if memory serves|may be|not positive|say maybe|ballpark|guesstimate)\b[^,.;?!\d]{0,30}$"
)
_DOUBT_AFTER = re.compile(
    r"(?i)^[^.;!\d]{0,30}?(?:\?(?!\s*A:)|\b(?:i think|we think|i guess|i believe|maybe|probably|perhaps|"
    r"supposedly)\s*(?:[,.;)]|$)|\b(?:not sure|unsure|not certain|don't hold me|don't quote me|guess(?:ing)?|need "
    r"to check|have to check"
    r"|to be confirmed|tbc|tbd|unconfirmed|if i remember|ballpark|best guess|or something|who knows|give me a day|"
    r"verify|i heard|double[- ]check|could be wrong|might be off|from memory)\b)"
)
_DOUBT_AT_END = re.compile(
    r"(?i)[,(-]\s*(?:i think|we think|i guess|i believe|maybe|probably|not sure|i'm not sure|not certain|don't "
    r"quote me|if i remember(?: right)?|or thereabouts\?|i'd guess|from memory|need to check)\W*$"
)
_TO = re.compile(r"(?i)^\s?(?:-|to|or|or maybe|through|thru|/)\s?(?:\$\s?)?$")
_FEW = re.compile(
    r"(?i)(?<![\w-])(?:one|single)(?=\s(?!(?:of|half|or|time|the|thing|another|that|way|more|last|place|day|and)\b))"
)
_MOST = 40  # more figures than any sentence holds
_FACTOR = {"weeks": Decimal(7)}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure in a clause. `unit` is a Unit or weeks, months, years, clock, label, outof, per1000, ordinal. `high` is
    the upper end of a range; `approx` and `doubt` say how sure the writer was."""

    start: int
    end: int
    amount: Decimal
    unit: str
    high: Decimal | None = None
    approx: bool = False
    doubt: bool = False
    spelled: bool = False
    words: str = ""

    @property
    def text(self) -> str:
        """Plain decimal digits, as answers are kept."""
        return plain(self.amount)


def plain(amount: Decimal) -> str:
    """A number in its canonical form: digits without commas or trailing zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantities(words: str, offset: int) -> tuple[Quantity, ...]:
    """The figures of a clause whose first character stands at `offset`, ranges joined into one."""
    clocks = [m.span() for m in _CLOCK.finditer(words)]
    found = [Quantity(f.start, f.end, f.amount, f.unit, spelled=f.spelled, words=f.words) for f in figures(words)]
    taken = {(q.start, q.end) for q in found}
    found += [
        Quantity(m.start(), m.end(), Decimal(1), "count", spelled=True, words=m.group())
        for m in _FEW.finditer(words)
        if not any(s < m.end() and m.start() < e for s, e in taken)
    ]
    found = _spoken_points(sorted(found, key=lambda q: q.start)[:_MOST], words)
    read = _no_odds([_in_place(q, words, clocks) for q in found], words)
    counted = [i for i, q in enumerate(read) if q.unit not in ("year", "date", "clock", "label", "code", "ordinal")]
    if counted and _DOUBT_AT_END.search(words):
        read[counted[-1]] = replace(read[counted[-1]], doubt=True)
    return tuple(replace(q, start=q.start + offset, end=q.end + offset) for q in _ranges(read, words))


_POINT = re.compile(r"(?i)\s*point\s*")


def _spoken_points(found: list[Quantity], words: str) -> list[Quantity]:
    """ "One point seven percent" is one figure, 1.7%: dictated figures joined at the word "point"."""
    made: list[Quantity] = []
    for q in found:
        low = made[-1] if made else None
        if (
            low
            and low.spelled
            and q.spelled
            and low.unit in ("count", "points")
            and low.amount == low.amount.to_integral_value()
            and 0 < q.amount < 100
            and q.amount == q.amount.to_integral_value()
            and (
                _POINT.fullmatch(words[low.end : q.start])
                or (low.words.lower().endswith("point") and not words[low.end : q.start].strip())
            )
        ):
            amount = low.amount + q.amount / (10 if q.amount < 10 else 100)
            made[-1] = replace(q, start=low.start, amount=amount, words=words[low.start : q.end])
        else:
            made.append(q)
    return made


_ODDS = re.compile(r"(?i)\s+(?:in|out\s+of)\s+(?:every\s+)?")


def _no_odds(found: list[Quantity], words: str) -> list[Quantity]:
    """ "One in twelve" is neither 1 nor 12 of anything."""
    made = list(found)
    for i, (a, b) in enumerate(pairwise(found)):
        if (
            a.unit == b.unit == "count"
            and 1 <= a.amount < 10
            and a.amount < b.amount <= 1000
            and _ODDS.fullmatch(words[a.end : b.start])
        ):
            made[i], made[i + 1] = replace(a, unit="label"), replace(b, unit="label")
    return made


def _in_place(q: Quantity, words: str, clocks: list[tuple[int, int]]) -> Quantity:
    if q.unit == "date":
        return _with_certainty(q, words)
    if any(s < q.end and q.start < e for s, e in clocks):
        return replace(q, unit="clock")
    if q.unit == "points" and q.amount >= 50 and q.words.lower().rstrip().endswith("pts"):
        q = replace(q, unit="count", end=q.end - 4 if q.words[-4] == " " else q.end - 3, words=q.words[:-3].strip())
    before = words[max(0, q.start - 14) : q.start]
    if q.amount == 1000 and re.search(r"(?i)(?:\bper|/)\s?$", before):
        return replace(q, unit="label")
    if q.unit in ("count", "year", "code") and (_NUMBER_OF.search(before) or re.search(r"[A-Za-z]-$", before)):
        return replace(q, unit="label")
    if (
        q.unit == "count"
        and q.amount < 10
        and re.search(r"(?:^|[\s(])$", before)
        and re.match(r"\)\s", words[q.end :])
        and not re.search(r"\([^()]*\w[^()]*$", words[: q.start])
    ):
        return replace(q, unit="label")  # "(3) no authorization": the number of an item
    if (
        q.unit == "count"
        and q.amount < 10
        and not words[: q.start].strip()
        and re.match(r"\.\s+[A-Za-z]", words[q.end :])
    ):
        return replace(q, unit="label")  # "1. PA decisions": the number of an item
    after = _UNIT_AFTER.match(words, q.end) if q.unit in ("count", "year", "code") else None
    if after and after.lastgroup:
        name = after.lastgroup
        end = after.end() if name != "ordinal" else q.end
        q = replace(q, unit=name, end=end)
    return _with_certainty(q, words)


def _with_certainty(q: Quantity, words: str) -> Quantity:
    before, after = words[max(0, q.start - 70) : q.start], words[q.end : q.end + 60]
    return replace(
        q,
        approx=bool(_APPROX_BEFORE.search(before[-24:]) or _APPROX_AFTER.match(after)),
        doubt=bool(_DOUBT_BEFORE.search(before) or _DOUBT_AFTER.match(after)),
    )


def _ranges(found: list[Quantity], words: str) -> list[Quantity]:
    joined: list[Quantity] = []
    for q in found:
        low = joined[-1] if joined else None
        if low and _is_range(low, q, words):
            joined[-1] = replace(
                low,
                end=q.end,
                high=q.amount,
                unit=q.unit if low.unit == "count" else low.unit,
                approx=low.approx or q.approx,
                doubt=low.doubt or q.doubt,
            )
        else:
            joined.append(q)
    return joined


def _is_range(low: Quantity, high: Quantity, words: str) -> bool:
    kinds = {"count", "percent", "days", "weeks", "months", "years", "hours", "usd", "miles", "points"}
    between = words[low.end : high.start]
    if (
        low.high is not None
        or low.unit not in kinds
        or high.unit not in kinds
        or not (
            _TO.match(between)
            or (between.strip().lower() == "and" and re.search(r"(?i)\bbetween\s+\$?$", words[: low.start]))
        )
    ):
        return False
    if "/" in between or re.search(r"(?i)\bfrom\s+\$?$", words[: low.start]):
        return False
    return low.amount < high.amount and (low.unit in ("count", high.unit))


def in_days(q: Quantity) -> Quantity:
    """A wait told in weeks as the same wait in days; other quantities unchanged."""
    factor = _FACTOR.get(q.unit)
    if factor is None:
        return q
    return replace(q, amount=q.amount * factor, high=q.high * factor if q.high is not None else None, unit="days")
