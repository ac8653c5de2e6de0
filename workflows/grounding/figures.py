"""Every figure of a sentence must be a figure of the facts behind it, in amount and in unit.

Reading is `domain.language.figures`; what that reading cannot parse (digits glued to letters, a stray percent sign,
number words out of order) must stand in the sources letter by letter, so that nothing numeric passes unread.
"""

import re
from collections.abc import Iterable, Iterator

from workflows.domain.draft import Objection
from workflows.domain.evidence import Evidence, Figure, Unit
from workflows.domain.language import Found, figures
from workflows.grounding.wording import Wording, as_figures

_UNIT_NAMES: dict[Unit, str] = {
    "usd": "dollars",
    "percent": "percent",
    "points": "percentage points",
    "count": "a count",
    "days": "days",
    "hours": "hours",
    "miles": "miles",
    "ratio": "a multiple",
    "date": "a date",
    "year": "a year",
    "code": "a code",
}
_LESS = re.compile(r"(?i)\b(?:cut|decreas\w*|reduc\w*|lower\w*|less|fewer|drop\w*|declin\w*|fell|fall\w*|down)\b")
_SPELLED = re.compile(
    r"(?i)\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|trillions?|dozens?|scores of)\b"
)
_VAGUE = re.compile(
    r"(?i)\b(?:(?:one|two|three|four)[ -](?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|eighths?|tenths?)"
    r"|half|halves|halv(?:e|ed|ing)|thirds|two-thirds|three-quarters|doubl(?:e|es|ed|ing)|twice|thrice"
    r"|tripl(?:e|es|ed|ing)|quadrupl\w+|\w+fold|a (?:third|quarter|fifth|tenth|majority) of|most of|the majority of)\b"
)
_HOUR = re.compile(r"(?i)\b(\d{1,2}(?::\d\d)?)\s?([ap])\.?\s?m\b")
_TAIL = re.compile(r"(?i)(?:st|nd|rd|th|s|am|pm|a\.m|p\.m|k|m|x|-?fold)?(?![a-z])")


def check_figures(wording: Wording) -> Iterator[Objection]:
    """A figure that is neither in the facts of the sentence nor in its plain wording, with the reason in words."""
    for found in wording.found:
        for figure in as_figures(found):
            if not _held(figure, wording.allowed, wording.text):
                yield wording.objection(found.words, _why(wording, found, figure), hard=True)
    yield from _clock(wording)
    yield from _unread(wording)
    for match in _VAGUE.finditer(wording.text):
        if match.group().lower() not in wording.lent:
            yield wording.objection(
                match.group(),
                "this is a quantity that no fact behind the sentence states: write the figure or leave it out",
                hard=False,
            )


def _clock(wording: Wording) -> Iterator[Objection]:
    """An hour of the day that the sources do not have: "9 pm" is no figure of "9 am to 4 pm"."""
    known = {_hour(m) for source in wording.sources for m in _HOUR.finditer(source)}
    for match in _HOUR.finditer(wording.text):
        if _hour(match) not in known:
            yield wording.objection(match.group(), "no fact behind this sentence has this hour", hard=True)


def _hour(match: re.Match[str]) -> tuple[str, str]:
    return match.group(1).removesuffix(":00"), match.group(2).lower()


def _held(figure: Figure, allowed: Iterable[Figure], text: str) -> bool:
    return any(agrees(figure, other) or (_same_size(figure, other) and _LESS.search(text)) for other in allowed)


def _same_size(figure: Figure, other: Figure) -> bool:
    """A fall of 2% may be written "-2%" in the fact and "2% less" in the sentence."""
    return figure.unit == other.unit and other.amount < 0 and figure.amount == -other.amount


def agrees(figure: Figure, other: Figure) -> bool:
    """Whether `figure`, as written, says nothing that `other`, as known, does not: the same amount in the same unit,
    or a date written less exactly (the month, the year, or the day without its year)."""
    if figure.unit == other.unit and figure.amount == other.amount:
        return True
    if other.unit in ("date", "year") and figure.unit in ("date", "year"):
        known, said = f"{other.amount:f}", f"{figure.amount:f}"
        if len(said) in (4, 6):
            return known.startswith(said)
        return len(known) == 8 and len(said) <= 4 and known.endswith(said.zfill(4))
    return False


def _why(wording: Wording, found: Found, figure: Figure) -> str:
    other = elsewhere(wording.known.ledger.values(), figure)
    twin = next((f for f in wording.allowed if f.amount == figure.amount), None)
    if twin and not other:
        return (
            f"the facts behind this sentence hold this as {_UNIT_NAMES[twin.unit]}, not as "
            f"{_UNIT_NAMES[figure.unit]}: write it as they do"
        )
    if other:
        return f"this comes from another fact (“{other.says}”): add that fact to the sentence or remove the figure"
    if wording.sentence.kind == "courtesy":
        return "a courtesy holds no figures: remove it"
    if wording.sentence.kind == "gap":
        return "this is a marked blank: answer the question in the interview, so that the figure has its source"
    if found.spelled:
        return "no fact behind this sentence holds this number: remove it, or answer the question it belongs to"
    return "no fact behind this sentence holds this figure: remove it, or answer the question it belongs to"


def elsewhere(ledger: Iterable[Evidence], figure: Figure) -> Evidence | None:
    """The first other fact that holds `figure`."""
    return next((e for e in ledger if any(agrees(figure, f) for f in e.figures)), None)


def _unread(wording: Wording) -> Iterator[Objection]:
    """What looks like a number and was not read as one must be in the sources as it stands."""
    read = [(f.start, f.end) for f in wording.found]
    known = {_bare(token) for source in wording.sources for token in source.split()}
    says = "this could not be read as a figure of the facts behind the sentence: write it as they do"
    for match in re.finditer(r"\S*\d\S*", wording.text):
        token = _bare(match.group())
        if token not in known and not _covered(match, read, wording.text):
            yield wording.objection(match.group(), says, hard=True)
    for pattern in (_SPELLED, re.compile(r"%")):
        for match in pattern.finditer(wording.text):
            if not _inside(match.start(), read) and not _lends(wording, match.group()):
                yield wording.objection(_around(wording.text, match.start()), says, hard=True)


def _bare(token: str) -> str:
    return token.strip(".,;:!?()[]{}\"'").lower()


def _covered(token: re.Match[str], read: list[tuple[int, int]], text: str) -> bool:
    """All digits of a token belong to figures that were read, and no letters cling to them ("99213F", "1O5")."""
    for at in range(token.start(), token.end()):
        if text[at].isdigit() and not _inside(at, read):
            return False
    for start, end in read:
        if token.start() <= start < token.end():
            before = text[start - 1] if start > token.start() else " "
            if before.isalpha() or not _TAIL.match(text, end):
                return False
    return True


def _inside(at: int, read: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in read)


def _lends(wording: Wording, word: str) -> bool:
    """A stray number word is allowed where the sources have the same word outside a figure too."""
    lowered = word.lower()
    for source in wording.sources:
        read = [(f.start, f.end) for f in figures(source)]
        if any(not _inside(m.start(), read) for m in re.finditer(re.escape(lowered), source.lower())):
            return True
    return False


def _around(text: str, at: int) -> str:
    start, end = text.rfind(" ", 0, at) + 1, text.find(" ", at)
    return text[start : end if end > 0 else len(text)]
