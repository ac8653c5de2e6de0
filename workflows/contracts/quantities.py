"""Amounts of a sentence: numbers in words or digits or both ("ninety (90) days"), with their unit; dates.

A sentence is first rewritten so that each amount stands once, in digits, before its unit; then its words are cut into
tokens. "one" and "two" without a unit stay words.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from workflows.contracts.ordinals import NTH_DAYS, in_days, with_last_days
from workflows.domain import language

_ONES = ("one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
         "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand")  # fmt: skip
_SPELLED = rf"(?:(?:{_ONES})(?:[\s-]+(?:and[\s-]+)?(?:{_ONES}|half))*)"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_UNIT = r"(?:calendar|business|working|consecutive|full|additional|further|preceding|previous|prior|past|more|successive)?\s*-?(?:days?|weeks?|months?|years?|hours?|points?\b|percent\b|per\s*cent\b|%)"
_BOTH_PERCENT = re.compile(rf"(?i)\b{_SPELLED}\s+(?:percent|per\s*cent)\s*\(\s*({_DIGITS})\s*%\s*\)")
_BOTH = re.compile(rf"(?i)\b{_SPELLED}\s*-?\(\s*({_DIGITS})\s*(%?)\s*\)")
_TURNED = re.compile(rf"(?i)({_DIGITS})\s*\(\s*{_SPELLED}\s*\)")
_WORDS = re.compile(rf"(?i)\b({_SPELLED})(?=[\s-]+{_UNIT})")
_HAS_NUMBER = re.compile(rf"(?i)\d|\b(?:{_ONES})\b")
_TOKEN = re.compile(r"[A-Za-z]+|\d[\d,]*(?:\.\d+)?|[%$\u00a7;:]")
_NOT = re.compile(r"(?i)\b(can|do|does|is|are|wo|would|should|could|was|were|has|have|did)n'?t\b|\bcannot\b")
_BRITISH = re.compile(r"(?<=[a-z]{3})is(e|ed|es|ing|ation|ations)$")
_MONTH_OR_SLASH = re.compile(
    r"(?i)\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d|\d\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d+/\d+/\d+|\d{4}-\d\d-\d\d"
)
_DAY_OF = re.compile(
    rf"(?i)\b(?:(\d{{1,2}})(?:st|nd|rd|th)|({'|'.join(sorted(NTH_DAYS, key=len, reverse=True))}))\s+(?:day\s+)?of\s+"
    rf"(january|february|march|april|may|june|july|august|september|october|november|december),?\s+"
    rf"(?:in\s+the\s+year\s+)?(?:(\d{{4}})|two\s+thousand\s+(?:and\s+)?((?:{_ONES})(?:[\s-]+(?:{_ONES}))?))\b"
)
_WHOLE = re.compile(r"(?i)\b(?:a|an)\s+(?:full|whole|entire|further)\s+(year|month|week)\b")
_OF_THOSE = re.compile(r"(?i)(?<=\d)(\)?) of (?:those|these|such|the) (?=days\b)")
_ONE = re.compile(r"(?i)\b(within|for|after|have|has|over|than|takes?|to|by|up\s+to)\s+a\s+(year|month|week)\b")
_PARTS_OF_TIME = (
    (re.compile(r"(?i)\b(?:a|one)\s+year\s+and\s+a\s+half\b"), "18 months"),
    (re.compile(r"(?i)\bhalf\s+(?:of\s+)?a\s+year\b|\bhalf-year\b"), "6 months"),
    (re.compile(r"(?i)\b(?:a|one)\s+third\s+of\s+a\s+year\b"), "4 months"),
    (re.compile(r"(?i)\b(?:a|one)\s+quarter\s+of\s+a\s+year\b"), "3 months"),
    (re.compile(r"(?i)\ba\s+fortnight\b"), "14 days"),
)  # fmt: skip
_RARE = ("half", "third", "quarter", "fortnight")
_SINGLE = ("year", "month", "week")
_ADJECTIVES = {"calendar", "business", "working", "consecutive", "full", "additional", "further", "whole", "continuous", "preceding",
               "previous", "prior", "past", "more", "successive"}  # fmt: skip
_UNITS = {
    "day": "days",
    "week": "weeks",
    "month": "months",
    "year": "years",
    "hour": "hours",
    "point": "points",
    "percent": "percent",
    "%": "percent",
}


class Token(NamedTuple):
    """A word: lower case and normalized for matching, whether it began with a capital, whether it owns ('s)."""

    word: str
    capital: bool
    owner: bool


class Quantity(NamedTuple):
    """An amount with its unit (days, weeks, months, years, hours, percent, points, money, date, year) at tokens [start, end);
    `old` where the sentence says that it no longer holds ("from 180 days to 90", "until now a year")."""

    unit: str
    amount: Decimal
    start: int
    end: int
    business: bool = False
    iso: str = ""
    old: bool = False


@lru_cache(maxsize=50_000)
def normal(word: str) -> str:
    """A word as it is compared: lower case, British -ise as -ize."""
    return _BRITISH.sub(r"iz\1", word.lower())


def plain(sentence: str) -> str:
    """The sentence with each amount once, in digits, and contractions written out."""
    text = _NOT.sub(_spell_out, sentence) if "n't" in sentence or "annot" in sentence else sentence
    low = text.lower()  # what a pattern cannot do without is looked for first: that is much faster
    if any(word in low for word in _RARE):
        for pattern, told in _PARTS_OF_TIME:
            text = pattern.sub(told, text)
    if any(word in low for word in _SINGLE):
        text = _ONE.sub(r"\1 1 \2", _WHOLE.sub(r"1 \1", text))
    if " day" in low:
        text = in_days(_OF_THOSE.sub(r"\1 ", text))
    if not _HAS_NUMBER.search(text):
        return text
    if " of " in text:
        text = with_last_days(_DAY_OF.sub(_dated, text))
    if "(" in text:
        text = _BOTH_PERCENT.sub(r"\1%", text)
        text = _BOTH.sub(r"\1\2", text)
        text = _TURNED.sub(r"\1", text)
    return _WORDS.sub(_in_digits, text)


def _dated(m: re.Match[str]) -> str:
    """ "The 15th day of March, 2026", "first day of May, Two Thousand Twenty-Six" as month, day and year."""
    day = int(m[1]) if m[1] else NTH_DAYS[m[2].lower()]
    year = int(m[4]) if m[4] else 2000 + int(_value(m[5]) or 0)
    return f"{m[3].title()} {day}, {year}"


def _spell_out(m: re.Match[str]) -> str:
    if not m[1]:
        return "can not"
    return {"wo": "will", "ca": "can"}.get(m[1].lower(), m[1]) + " not"


@lru_cache(maxsize=512)
def _value(words: str) -> str:
    words = " ".join(words.lower().replace("-", " ").split())
    half = words.endswith(" and one half") or words.endswith(" and half")
    words = re.sub(r" and (?:one )?half$", "", words)
    found = language.figures("one hundred" if words == "hundred" else words)
    amount = found[0].amount if found else Decimal(1) if words == "one" else None
    return "" if amount is None else str(amount + (Decimal("0.5") if half else 0))


def _in_digits(m: re.Match[str]) -> str:
    return _value(m[1]) or m[1]


def tokens_of(sentence: str) -> tuple[tuple[Token, ...], tuple[Quantity, ...]]:
    """The words of a sentence and its amounts."""
    text = plain(sentence)
    found: list[Token] = []
    for m in _TOKEN.finditer(text):
        word = m[0]
        if word in ("s", "S") and m.start() and text[m.start() - 1] == "'" and found:
            found[-1] = found[-1]._replace(owner=True)
            continue
        found.append(Token(normal(word), word[0].isupper(), text[m.end() : m.end() + 1] == "'" and word.endswith("s")))
    amounts = _quantities(found, text)
    return tuple(found), tuple(_aged(found, amounts) if len(amounts) > 1 else amounts)


_NO_LONGER = {("used", "to"), ("until", "now"), ("up", "now"), ("instead", "of"), ("rather", "than"), ("in", "place"), ("formerly",), ("replacing",)}  # fmt: skip
_TURNS = {words[0] for words in _NO_LONGER}


_MADE = {
    "shortened",
    "lengthened",
    "changed",
    "reduced",
    "extended",
    "raised",
    "lowered",
    "increased",
    "cut",
    "enlarged",
    "decreased",
}


def _aged(tokens: list[Token], amounts: list[Quantity]) -> list[Quantity]:
    """The amounts, those marked that the sentence itself gives up for another of their kind."""
    old = set()
    for i, token in enumerate(tokens):
        if token.word in _TURNS and any(tuple(t.word for t in tokens[i : i + len(x)]) == x for x in _NO_LONGER):
            later = [q for q in amounts if i < q.start <= i + 14 and q.unit != "date"]
            if later and any(q.unit != "date" and _same_kind(q, later[0]) for q in amounts if q != later[0]):
                old.add(later[0].start)
        if token.word == "from":
            first = next((q for q in amounts if i < q.start <= i + 2 and q.unit != "date"), None)
            after = first and next((q for q in amounts if first.end < q.start <= first.end + 10), None)
            if first and after and tokens[after.start - 1].word == "to" and _same_kind(first, after):
                old.add(first.start)
        if (
            token.word in _MADE
            and i
            and tokens[i - 1].word in ("is", "are", "be", "hereby", "been")
            and not _may(tokens, i)
        ):
            now = next((q for q in amounts if i < q.start <= i + 8 and q.unit != "date"), None)
            was = [q for q in amounts if now and q.end <= i and q.unit != "date" and _same_kind(q, now)]
            if now and was and any(t.word == "to" for t in tokens[i + 1 : now.start]):
                old.update(q.start for q in was)
        if _put_in_place(tokens, i):
            now = next((q for q in amounts if i < q.start and q.unit != "date"), None)
            was = [q for q in amounts if now and i - 30 <= q.start and q.end <= i and _same_kind(q, now)]
            old.update(q.start for q in was[-1:])
    return [q._replace(old=True) if q.start in old else q for q in amounts]


def _put_in_place(tokens: list[Token], at: int) -> bool:
    """Whether what stands before gives way to what follows: "is replaced by", "becomes 110%"."""
    word, after = tokens[at].word, tokens[at + 1].word if at + 1 < len(tokens) else ""
    return (word in ("replaced", "substituted") and after in ("by", "with")) or (
        word in ("becomes", "become") and after[:1].isdigit()
    )


def _may(tokens: list[Token], at: int) -> bool:
    return any(t.word in ("may", "can", "if") for t in tokens[max(0, at - 4) : at])


def _same_kind(one: Quantity, other: Quantity) -> bool:
    return one.unit == other.unit or (one.unit in _DAYS and other.unit in _DAYS)


def _quantities(tokens: list[Token], text: str) -> list[Quantity]:
    found: list[Quantity] = []
    for i, token in enumerate(tokens):
        if not token.word[0].isdigit():
            continue
        amount = Decimal(token.word.replace(",", ""))
        j = i + 1
        business = False
        while j < len(tokens) and tokens[j].word in _ADJECTIVES and j < i + 3:
            business |= tokens[j].word in ("business", "working")
            j += 1
        unit = _unit(tokens, j)
        if (
            not unit
            and found
            and i
            and (tokens[i - 1].word in ("within", "in", "than", "by", "or", "to") or _and_for(tokens, i))
            and found[-1].unit in _ELLIPTIC
            and _elliptic(tokens, i, amount)
        ):
            unit, j = found[-1].unit, i  # "a paper claim within 45": the unit said before
        elif not unit and i and tokens[i - 1].word in ("from", "between") and i + 2 < len(tokens):
            to, later = tokens[i + 1].word, tokens[i + 2].word
            if to in ("to", "and") and later[0].isdigit() and _unit(tokens, i + 3) in _ELLIPTIC:
                unit, j = _unit(tokens, i + 3), i  # "from 180 to 120 days": the unit said after
        if unit:
            found.append(Quantity(unit, amount, i, j + 1, business))
        elif i and tokens[i - 1].word == "$":
            found.append(Quantity("money", amount, i - 1, i + 1))
        elif len(token.word) == 4 and 1990 <= amount <= 2099:
            found.append(Quantity("year", amount, i, i + 1))
    if _MONTH_OR_SLASH.search(text):
        found += _dates(tokens, text)
    return found


def _elliptic(tokens: list[Token], at: int, amount: Decimal) -> bool:
    """Whether a number may stand for an amount whose unit was said before: no year, and nothing is counted by it."""
    if amount != amount.to_integral_value() or 1990 <= amount <= 2099 or amount > 400:
        return False
    return at + 1 >= len(tokens) or tokens[at + 1].word in _AFTER_AMOUNT


def _and_for(tokens: list[Token], at: int) -> bool:
    """ "... and 30 for paper": an amount of the unit said before."""
    return tokens[at - 1].word == "and" and at + 1 < len(tokens) and tokens[at + 1].word in ("for", "if", "on", "when")


def _unit(tokens: list[Token], at: int) -> str:
    if at >= len(tokens):
        return ""
    word = tokens[at].word
    if word == "per" and at + 1 < len(tokens) and tokens[at + 1].word == "cent":
        return "percent"
    return _UNITS.get(word) or _UNITS.get(word.removesuffix("s"), "")


def _dates(tokens: list[Token], text: str) -> list[Quantity]:
    dates = [f for f in language.figures(text) if f.unit == "date" and len(str(f.amount)) == 8]
    found = []
    for f in dates:
        before = len(_TOKEN.findall(text[: f.start]))
        digits = str(f.amount)
        iso = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
        found.append(Quantity("date", f.amount, before, before + len(_TOKEN.findall(f.words)), iso=iso))
    return found


_ELLIPTIC = {"days", "weeks", "months", "years", "hours", "percent"}
_AFTER_AMOUNT = {"if", "when", "where", "for", "on", "after", "before", "from", "unless", "as", "in", "and", "or", "nor", "at", "by", "to", "of",
                 "with", "without", "because", "while", "once", "only", "should", "since", "is", "are", "was", "it", "the", "a",
                 "until", "prior", "following", ";", ":"}  # fmt: skip
_DAYS = {"days": Decimal(1), "weeks": Decimal(7), "months": Decimal(30), "years": Decimal(365)}
_MONTHS = {"days": Decimal(1) / 30, "weeks": Decimal(7) / 30, "months": Decimal(1), "years": Decimal(12)}


def converted(q: Quantity, unit: str) -> Decimal | None:
    """The amount in `unit`, or None where it is of another kind. A year is 12 months or 365 days, a month 30 days; a
    date holds its year."""
    if q.unit == unit:
        return q.amount
    if unit == "days" and q.unit in _DAYS:
        whole = q.unit == "months" and q.amount % 12 == 0
        return q.amount / 12 * _DAYS["years"] if whole else q.amount * _DAYS[q.unit]
    if unit == "year" and q.unit == "date":
        return q.amount // 10_000
    if unit == "months" and q.unit in _MONTHS:
        months = q.amount * _MONTHS[q.unit]
        return months.quantize(Decimal(1)) if q.unit in ("days", "weeks") else months
    if unit == "hours" and q.unit == "days":
        return q.amount * 24
    return None
