"""Figures in words: finds every amount, percentage, date and code in a text, and writes values the way letters do.

Both the reader of free words and the guard over letters stand on this one reading, so that what one of them accepts
the other can check. Reading is exact (Decimal), knows units, and understands digits, thousands commas, k/M, "1.2
million", spelled-out numbers, full-width digits, dates in the forms Americans write, and ranges.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from workflows.domain.evidence import Unit
from workflows.domain.frozen import Frozen

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SMALL_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
"""Number words by their value."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""The words of 20 to 90."""
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_WORD_VALUES = (
    {w: i for i, w in enumerate(SMALL_NUMBERS)} | {w: 10 * (i + 2) for i, w in enumerate(TENS)} | {"dozen": 12}
)

_ONE = "|".join(sorted(SMALL_NUMBERS[1:], key=len, reverse=True))
_TEN = "|".join(TENS)
_SPELLED = (
    rf"(?:half[ -](?:a[ -])?dozen\b|(?:a(?=[ -](?:{'|'.join(_SCALES)}|dozen)\b)|{_ONE}|{_TEN}|dozen)\b(?:[ -](?:{_ONE})\b)?"
    rf"(?:[ -](?:and[ -])?(?:{'|'.join(_SCALES)}|{_ONE}|{_TEN}|dozen)\b)*)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"""(?ix)
    (?<![\w/.-])(?:
      (?P<iy>(?:19|20)\d\d)-(?P<im>\d\d)-(?P<id>\d\d)
    | (?P<um>\d{{1,2}})[/-](?P<ud>\d{{1,2}})[/-](?P<uy>(?:19|20)?\d\d)
    | (?P<mm>{_MONTH})\s+(?P<md>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<my>(?:19|20)\d\d)
    | (?P<dd>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<dm>{_MONTH})[\s-]+(?P<dy>(?:19|20)\d\d)
    | (?P<nm>{_MONTH})\s+(?:of\s+)?(?P<ny>(?:19|20)\d\d)
    | (?P<sm>\d{{1,2}})/(?P<sy>(?:19|20)\d\d)
    | (?P<jy>(?:19|20)\d\d)-(?P<jm>\d\d)
    | (?P<bm>{_MONTH})\s+(?P<bd>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[,.]\d)
    )(?![\w/])"""
)
_NUMBER = re.compile(
    rf"""(?ix)
    (?<![\w.,])
    (?P<sign>[-−+])?
    (?P<usd>\$\s*)?
    (?P<num>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|{_SPELLED})
    (?P<half>\s+and\s+(?:a|one)\s+half\b|(?<=\d)(?:\s1/2\b|½))?
    (?P<scale>\s?(?:k|m|mm|thousand|million|billion)\b(?!-[a-z]))?
    (?P<unit>
      \s?%(?:\s*-?\s*points?)? | \s?-?\s?(?:per\s?cent(?:age)?|pct)\b(?:\s*-?\s*points?\b)? | \s?-?\s?(?:points?|pts?)\b
      | \s?(?:dollars|usd|bucks)\b
      | [\s-]?(?:hours?|hrs?)\b | [\s-]?(?:(?:calendar|business|bus\.?|working)\s+)?days?\b | [\s-]?miles?\b | \s?mi\b
      | x\b | \s?times\b
    )?
    (?![\d])"""
)
_SPOKEN_YEAR = re.compile(
    rf"(?P<c>twenty|nineteen)[ -](?P<y>(?:{_TEN})(?:[ -](?:{'|'.join(SMALL_NUMBERS[1:10])}))?|{'|'.join(SMALL_NUMBERS[10:])})",
    re.I,
)
_PHONE = re.compile(r"(?<![\w.])(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?!\d)")
_POINT_WORDS = re.compile(r"point|pt", re.I)


class Found(Frozen):
    """A figure found in a text at [start, end): its words, amount, unit, and the upper end when it is a range."""

    start: int
    end: int
    words: str
    amount: Decimal
    unit: Unit
    high: Decimal | None = None
    spelled: bool = False


def fold(text: str) -> str:
    """Digits and signs of other scripts (full-width, mathematical) as ASCII, one character for one character."""
    return "".join(_fold_char(c) for c in text) if not text.isascii() else text


def _fold_char(c: str) -> str:
    if c.isascii():
        return c
    if c.isdecimal():
        import unicodedata

        return str(unicodedata.decimal(c))
    return {
        "％": "%",
        "＄": "$",
        "，": ",",
        "．": ".",
        "﹪": "%",
        "٪": "%",
        "\u00a0": " ",
        "\u202f": " ",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
    }.get(c, c)


def figures(text: str) -> tuple[Found, ...]:
    """Every figure in `text`, in order, none overlapping. Dates and telephone numbers first, then numbers; a bare
    "one" and "a" are words."""
    # One draft asks for the same short texts many times over; long ones are not worth the memory.
    return _figures_of_short(text) if len(text) <= 600 else _figures(text)


def _figures(text: str) -> tuple[Found, ...]:
    folded = fold(text)
    found = list(_dates(folded, text))
    found += [
        Found(
            start=m.start(),
            end=m.end(),
            words=text[m.start() : m.end()],
            amount=Decimal(re.sub(r"\D", "", m.group())),
            unit="code",
        )
        for m in _PHONE.finditer(folded)
    ]
    taken = [(f.start, f.end) for f in found]
    for f in _numbers(folded, text):
        if not any(f.start < end and start < f.end for start, end in taken):
            found.append(f)
    return tuple(sorted(found, key=lambda f: f.start))


_figures_of_short = lru_cache(maxsize=4096)(_figures)


def _dates(folded: str, text: str) -> Iterator[Found]:
    for m in _DATE.finditer(folded):
        iso = _iso(m)
        if iso:
            digits = iso.replace("-", "")
            yield Found(
                start=m.start(), end=m.end(), words=text[m.start() : m.end()], amount=Decimal(digits), unit="date"
            )


def _iso(m: re.Match[str]) -> str:
    g = m.groupdict()
    if g["iy"]:
        y, mo, d = int(g["iy"]), int(g["im"]), int(g["id"])
    elif g["um"]:
        y, mo, d = _year(g["uy"]), int(g["um"]), int(g["ud"])
    elif g["mm"]:
        y, mo, d = int(g["my"]), _month(g["mm"]), int(g["md"])
    elif g["dd"]:
        y, mo, d = int(g["dy"]), _month(g["dm"]), int(g["dd"])
    elif g["nm"]:
        return f"{g['ny']}-{_month(g['nm']):02d}"
    elif g["sm"]:
        return f"{g['sy']}-{int(g['sm']):02d}" if 1 <= int(g["sm"]) <= 12 else ""
    elif g["jy"]:
        return f"{g['jy']}-{g['jm']}" if 1 <= int(g["jm"]) <= 12 else ""
    else:
        mo, d = _month(g["bm"]), int(g["bd"])
        return f"--{mo:02d}-{d:02d}" if 1 <= d <= 31 else ""
    try:
        return date(y, mo, d).isoformat()
    except ValueError:
        return ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) if int(text) < 70 else 1900 + int(text)


def _month(text: str) -> int:
    return next(i for i, name in enumerate(MONTHS, 1) if name.lower().startswith(text.lower().rstrip(".")[:3]))


def _numbers(folded: str, text: str) -> Iterator[Found]:
    for m in _NUMBER.finditer(folded):
        raw = m.group("num").lower()
        spelled = not raw[-1].isdigit()
        year = _SPOKEN_YEAR.fullmatch(raw) if spelled and not (m.group("unit") or m.group("scale")) else None
        if year:
            value = (2000 if year["c"] == "twenty" else 1900) + (_spelled(year["y"]) or 0)
            yield Found(
                start=m.start("num"),
                end=m.end(),
                words=text[m.start("num") : m.end()],
                amount=Decimal(value),
                unit="year",
                spelled=True,
            )
            continue
        amount = _spelled(raw) if spelled else Decimal(raw.replace(",", ""))
        if amount is None:
            continue
        if m.group("half"):
            amount += Decimal("0.5")
        unit_words = (m.group("unit") or "").lower()
        if spelled and amount == 1 and not (unit_words or m.group("scale")):
            continue
        scale = (m.group("scale") or "").strip().lower()
        amount *= {
            "k": 1000,
            "thousand": 1000,
            "m": 1_000_000,
            "mm": 1_000_000,
            "million": 1_000_000,
            "billion": 1_000_000_000,
        }.get(scale, 1)
        unit = _unit(m, amount, unit_words, spelled or bool(scale))
        start = m.start("usd") if m.group("usd") else m.start("num")
        if m.group("sign") in ("-", "−") and (m.start() == 0 or folded[m.start() - 1] in " (\t\n"):
            start, amount = m.start(), -amount
        yield Found(start=start, end=m.end(), words=text[start : m.end()], amount=amount, unit=unit, spelled=spelled)


def _unit(m: re.Match[str], amount: Decimal, words: str, not_a_code: bool) -> Unit:
    if m.group("usd") or any(w in words for w in ("dollar", "usd", "bucks")):
        return "usd"
    if _POINT_WORDS.search(words):
        return "points"
    if "%" in words or "cent" in words or "pct" in words:
        return "percent"
    for unit, marks in (("hours", ("hour", "hr")), ("days", ("day",)), ("miles", ("mi",)), ("ratio", ("x", "times"))):
        if any(mark in words for mark in marks):
            return unit  # type: ignore[return-value]
    num = m.group("num")
    if not not_a_code and num.isdigit():
        if len(num) == 4 and 1900 <= amount <= 2099:
            return "year"
        if len(num) == 5 or len(num) >= 9:
            return "code"
    return "count"


def _spelled(words: str) -> Decimal | None:
    """The value of spelled-out words, or None where they are no number: "two five two" is a dictated telephone."""
    if words.startswith("half"):
        return Decimal(6)
    total, current, seen, before = 0, 0, False, ""
    for word in re.split(r"[ -]+", words):
        if word == "and":
            continue
        if (
            word in _WORD_VALUES
            and word != "dozen"
            and (before in SMALL_NUMBERS or (before in TENS and _WORD_VALUES[word] > 9))
        ):
            return None
        before = word
        if word == "a":
            current, seen = current or 1, seen
        elif word == "dozen":
            current, seen = (current or 1) * 12, True
        elif word in _WORD_VALUES:
            current, seen = current + _WORD_VALUES[word], True
        elif word == "hundred":
            current, seen = (current or 1) * 100, True
        elif word in _SCALES:
            total, current, seen = total + (current or 1) * _SCALES[word], 0, True
        else:
            return None
    return Decimal(total + current) if seen else None


def usd(amount: Decimal, *, cents: bool | None = None) -> str:
    """Dollars as a letter writes them: "$78.20"; whole dollars without cents ("$96,400") unless `cents` is given."""
    show_cents = (amount != amount.to_integral_value()) if cents is None else cents
    # Half up, as money is rounded everywhere here; a format alone would round half to even.
    rounded = abs(amount).quantize(Decimal("0.01") if show_cents else Decimal(1), ROUND_HALF_UP)
    text = f"{rounded:,f}"
    return f"-${text}" if amount < 0 else f"${text}"


def number(amount: Decimal) -> str:
    """A count or measure with thousands commas and no trailing zeros: "6,100", "4.5"."""
    return f"{amount.normalize():,f}"


def percent(amount: Decimal) -> str:
    """A percentage as given: "78%", "11.5%"."""
    return f"{number(amount)}%"


def points(amount: Decimal) -> str:
    """Percentage points, never called percent: "14 points", "1 point"."""
    return f"{number(amount)} point{'' if abs(amount) == 1 else 's'}"


def day(iso: str) -> str:
    """A canonical date (to the day, the month or the year) as a letter writes it: "March 1, 2017", "March 2017"."""
    parts = iso.split("-")
    if len(parts) == 1:
        return iso
    month = MONTHS[int(parts[1]) - 1]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{month} {int(parts[2])}, {parts[0]}"


def joined(items: tuple[str, ...] | list[str], word: str = "and") -> str:
    """A list in words: "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"
