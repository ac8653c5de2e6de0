"""Days told by their place in a row ("the ninetieth (90th) day after") or as a month's last, rewritten as they are read."""

import calendar
import re

_NTH = ("first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|"
        "seventeenth|eighteenth|nineteenth|twentieth|twenty-first|twenty-second|twenty-third|twenty-fourth|twenty-fifth|twenty-sixth|"
        "twenty-seventh|twenty-eighth|twenty-ninth|thirtieth|thirty-first")  # fmt: skip
NTH_DAYS = {word: day for day, word in enumerate(_NTH.split("|"), 1)}
_TENS = {"twent": 20, "thirt": 30, "fort": 40, "fift": 50, "sixt": 60, "sevent": 70, "eight": 80, "ninet": 90}
_NTH_TENS = {f"{stem}ieth": n for stem, n in _TENS.items()}
_PLACE = (
    r"(?:(?P<hundred>one|two|three)\s+hundred\s+(?:and\s+)?)?(?:(?P<tens>twent|thirt|fort|fift|sixt|sevent|eight|ninet)y[\s-]+)?"
    rf"(?P<one>{'|'.join(sorted({**NTH_DAYS, **_NTH_TENS}, key=len, reverse=True))})"
)
_NTH_NUMBER = rf"(?:(?P<digits>\d{{1,3}})(?:st|nd|rd|th)|{_PLACE})"
_NTH_BOTH = re.compile(rf"(?i)\b{_PLACE}\s*\(\s*(?P<told>\d{{1,3}}(?:st|nd|rd|th))\s*\)")
_NTH_KIND = r"(?:\s+(?:calendar|business|working|consecutive))?"
_NTH_DAY = re.compile(rf"(?i)\b(?:{_NTH_NUMBER}(?P<kind>{_NTH_KIND})\s+day(?=\s+(?:after|following|from)\b))")
_BY_NTH = re.compile(
    rf"(?i)\b(?P<by>by|than|before|until|within|beyond|after)\s+(?:the\s+)?{_NTH_NUMBER}(?P<kind>{_NTH_KIND})(?P<day>\s+day)?(?!\s+(?:day\s+)?of\b|\s+(?:anniversary|year|month|week|visit|claim|party|time|person)|-|\w)"
)
_ORDINAL = re.compile(
    r"(?i)(?:st|nd|rd|th)\b(?:\s*\(\d+(?:st|nd|rd|th)\))?(?:\s+(?:calendar|business|working|consecutive))?\s+day\b"
)
_MONTHS_NAMED = [name.lower() for name in calendar.month_name[1:]]
_MONTH_END = re.compile(rf"(?i)\b(?:the\s+)?(?:end|last\s+day)\s+of\s+({'|'.join(_MONTHS_NAMED)}),?\s+(\d{{4}})\b")


def in_days(text: str) -> str:
    """ "By the ninetieth (90th) day after", "not later than the thirtieth day, on paper the forty-fifth" in days."""
    if not _ORDINAL.search(text):
        return text
    text, after = _NTH_DAY.subn(_nth, _NTH_BOTH.sub(lambda m: m["told"], text))
    by = next((m.start() for m in _BY_NTH.finditer(text) if m["day"]), len(text))
    first = min(by, text.index(" days") if after else by)  # from there on "the forty-fifth" alone is a day
    return text[:first] + _BY_NTH.sub(lambda m: f"{m['by']} {_nth(m)}", text[first:])


def _nth(m: re.Match[str]) -> str:
    if m["digits"]:
        place = int(m["digits"])
    else:
        hundreds = {"one": 100, "two": 200, "three": 300}.get((m["hundred"] or "").lower(), 0)
        place = hundreds + _TENS.get((m["tens"] or "").lower(), 0) + {**NTH_DAYS, **_NTH_TENS}[m["one"].lower()]
    return f"{place}{m['kind']} days"


def with_last_days(text: str) -> str:
    """ "The end of February 2028" as its last day."""
    return _MONTH_END.sub(_month_end, text)


def _month_end(m: re.Match[str]) -> str:
    month, year = _MONTHS_NAMED.index(m[1].lower()) + 1, int(m[2])
    return f"{m[1]} {calendar.monthrange(year, month)[1]}, {year}"
