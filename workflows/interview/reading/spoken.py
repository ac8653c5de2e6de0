"""Dictated dates: "June thirtieth, twenty twenty-six" written as "June 30, 2026", blanks keeping every place true."""

import re

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_UP_TO_99 = {w: i for i, w in enumerate([*_ONES, *_TEENS], 1)}
_UP_TO_99 |= {t: 10 * i for i, t in enumerate(_TENS, 2)}
_UP_TO_99 |= {f"{t} {o}": 10 * i + j for i, t in enumerate(_TENS, 2) for j, o in enumerate(_ONES, 1)}
_NTH = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_TEENTH = [
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
]
_DAYS = [*_NTH, *_TEENTH, "twentieth", *(f"twenty {d}" for d in _NTH), "thirtieth", "thirty first"]
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    r"aug|sept?|oct|nov|dec)\.?"
)


def _any(words: list[str]) -> str:
    return "|".join(w.replace(" ", "[ -]") for w in sorted(words, key=len, reverse=True))


_DAY = re.compile(rf"(?i)(?P<before>\b{_MONTH}\s+(?:the\s+)?)(?P<day>{_any(_DAYS)})\b(?=[\s,.]|$)")
_YEAR = re.compile(
    rf"(?i)(?P<before>\b(?:in|since|of|from|by|until|till|through|calendar(?:\s+year)?|year|{_MONTH}|{_MONTH}\s+\d{{1,2}},?)\s+)"
    rf"(?P<century>two[ -]thousand(?:[ -]and)?|twenty|nineteen)[ -](?P<rest>{_any(list(_UP_TO_99))})\b"
    r"(?=\s*(?:[,.;:)]|$|(?:and|with|to|through|thru|when|we|they|by|on|the|it)\b))"
)


def with_dates(words: str) -> str:
    """The words of a note with dictated days and years in digits; each place stays what it was."""
    return _YEAR.sub(_year, _DAY.sub(_day, words))


def _day(m: re.Match[str]) -> str:
    day = _DAYS.index(m["day"].lower().replace("-", " ")) + 1
    return m["before"] + str(day).ljust(len(m["day"]))


def _year(m: re.Match[str]) -> str:
    century, rest = m["century"].lower(), _UP_TO_99[m["rest"].lower().replace("-", " ")]
    if rest < 10 and not century.startswith("two"):
        return m.group()
    year = (1900 if century == "nineteen" else 2000) + rest
    return m["before"] + str(year).ljust(len(m.group()) - len(m["before"]))
