"""Free words into clauses: the stretches of a note that say one thing, each with its place in the note.

Every later judgement is made inside one clause, so that a cue never reaches across a full stop to another fact. A
clause knows the words that announce it: the question before "A:", or a heading line that ends in a colon. All texts
here are folded one character for one character, so a place in the folded text is the same place in the note.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from workflows.domain.language import fold
from workflows.interview.reading.labels import label_of, with_colons
from workflows.interview.reading.quantities import Quantity, quantities
from workflows.interview.reading.spoken import with_dates

LONGEST_READ = 30_000  # what is read at once of all notes together; more is said, never silently dropped
_LONGEST_LINE = 2_000
_OFTEN = 3
MOST_CLAUSES = 900
_LONGEST_CLAUSE = 500
_OUTLINE = re.compile(r"(?m)^[ \t>*•-]*(?P<n>\d{1,2}(?:\.\d{1,2}){1,3}[.)]?)[ \t]+(?=[A-Za-z\"“~])")  # "4.5 Tele"
_NO_WORD = re.compile(r"[^\s,;|]{120,}")  # runs nobody writes; blanked so that no expression labours over them
_MARK = re.compile(r"[ \t>]*(?:[-*•·▪–]+|\(?[a-h1-9][).](?!\d))?[ \t]*")
_NOT_AN_END = re.compile(
    r"(?:^|[\s(/])(?:dr|drs|mr|mrs|ms|st|sr|jr|no|eff|sec|approx|vs|v|e\.g|i\.e|inc|ext|mos?|wks?|hrs?|yrs?|mgr|dept"
    r"|appt|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|rte|hwy|ave|rd|blvd|ste|co|cty|assoc|avg|bus|art|pts?|est"
    r"|fam|med|int|gen|[A-Z])$",
    re.I,
)
_HALF_OF_DAY = re.compile(r"\d ?[ap]\.m$", re.I)  # "until 9 p.m. on weekdays"
_SAID_NO = re.compile(r"[:?]\s*(?:no|No|NO)\.\s*[A-Z]?$")
_END = re.compile(r"[.!?;](?=\s|$)|\s+(?:--|—|\|\|)\s+")
_RUN_ON = 180
_NEW_SUBJECT = re.compile(
    r"(?i),\s+(?=(?:(?:and|but|so|plus)\s+)?(?:we(?:'re|'ve|'d)?|they(?:'re|'ve)?|our|it's|it|there|i|i'm|every|"
    r"only|nearest|after\s+hours?|telehealth|third\s+next|spanish|denials?|prior\s+auths?|parents|patients|"
    r"on\s+our\s+side|agreement|write\s+to|a\s+hospital|"
    r"the\s+county|need\s+to|just\s+between|worst\s+case|monday|mostly)\b)"
)
_QUESTION = re.compile(
    r"\bQ\s*[:.)]\s*(?P<q>[^\n?]{1,200}\??)[ \t]*[-–—]*[ \t]*(?:\n[ \t>]*)?(?:\bA\s*[:.)]|[-–—])?[ \t]*"
)
_HEADING = re.compile(r"[ \t>*#-]*(?P<h>[^\n]{2,90}?):[ \t*]*$")
_MAIL_HEADER = re.compile(r"[ \t>]*(?:from|to|cc|bcc|sent|date|subject|re|fw|fwd)\s*:.*", re.I)


@dataclass(frozen=True, slots=True)
class Note:
    """What was typed under one step: the words as given and folded."""

    step: str
    raw: str
    words: str


@dataclass(frozen=True, slots=True)
class Clause:
    """The stretch [start, end) of a note, with the figures in it and the words that announce it."""

    note: Note
    start: int
    end: int
    heading: str = ""
    figures: tuple[Quantity, ...] = ()
    closed: bool = False  # not to be read for facts: another payer's, another business's, a mail header
    line: int = 0
    tags: frozenset[str] = field(default_factory=frozenset)

    @property
    def words(self) -> str:
        return self.note.words[self.start : self.end]

    @property
    def low(self) -> str:
        """The clause and the words that announce it in lower case, for a first look."""
        return f"{self.heading}\n{self.words}".lower()

    def tagged(self, *tags: str) -> "Clause":
        return replace(self, tags=self.tags | set(tags))


def note_of(step: str, text: str, most: int = LONGEST_READ) -> Note:
    """A note cut to the length that is read, folded for reading."""
    raw = text[:most]
    words = _NO_WORD.sub(lambda m: " " * len(m.group()), fold(raw))
    return Note(step=step, raw=raw, words=with_dates(with_colons(_without_outline(words))))


def _without_outline(words: str) -> str:
    """The words without the numbers of an outline ("4.5 Tele"), which are no figures; each place stays what it was.
    One such number alone may be a figure, several of one chapter are not."""
    marks = list(_OUTLINE.finditer(words))
    chapters = [m["n"].split(".")[0] for m in marks]
    for m, chapter in zip(marks, chapters, strict=True):
        if chapters.count(chapter) > 1:
            words = words[: m.start("n")] + " " * len(m["n"]) + words[m.end("n") :]
    return words


def clauses(note: Note) -> list[Clause]:
    """The clauses of a note in order."""
    found: list[Clause] = []
    place, heading = 0, ""
    for number, line in enumerate(_lines(note.words), 1):
        if not line.strip():
            heading = ""
        elif _MAIL_HEADER.fullmatch(line) and number < 40:
            found.append(Clause(note, place, place + len(line), closed=True, line=number, tags=frozenset({"mail"})))
        else:
            said, body = _announced(line)
            told = _of_line(note, place, body, len(line), said or heading, number)
            label = label_of(note.raw[place : place + len(line)], line)
            found += [*told[:1], *(replace(c, heading=label).tagged("more") for c in told[1:])] if label else told
            titled = _HEADING.fullmatch(line)
            if titled:
                heading = titled["h"]
            elif said:
                heading = said if len(line) - body < 3 else ""
        place += len(line) + 1
    return _told_once([c for c in found if c.end > c.start])


def _told_once(found: list[Clause]) -> list[Clause]:
    """Clauses without those that only repeat earlier ones word for word, and no more of them than can be read."""
    times: dict[tuple[str, str], int] = {}
    kept = []
    for c in found:
        key = (c.heading, c.words)
        times[key] = times.get(key, 0) + 1
        if times[key] < _OFTEN:
            kept.append(c)
    return kept[:MOST_CLAUSES]


def _lines(words: str) -> Iterator[str]:
    """Lines; one longer than anybody writes is cut at spaces so that no expression meets more than a few thousand
    characters (the cut takes the place of one space, so places stay true)."""
    for line in words.split("\n"):
        while len(line) > _LONGEST_LINE:
            cut = line.rfind(" ", _LONGEST_LINE // 2, _LONGEST_LINE)
            if cut < 0:
                yield line[:_LONGEST_LINE]
                line = line[_LONGEST_LINE + 1 :]
                continue
            yield line[:cut]
            line = line[cut + 1 :]
        yield line


def _announced(line: str) -> tuple[str, int]:
    """The question a line begins with ("Q: Where? A: ..."), and where the answer begins."""
    m = _QUESTION.match(line.lstrip(" \t>*-")) if "Q" in line[:8] else None
    if m is None:
        answer = re.match(r"[ \t>*-]*A\s*[:.)]\s*", line)
        return "", answer.end() if answer else 0
    lead = len(line) - len(line.lstrip(" \t>*-"))
    return m["q"], lead + m.end()


def _of_line(note: Note, place: int, begin: int, length: int, heading: str, number: int) -> list[Clause]:
    line = note.words[place : place + length]
    lead = _MARK.match(line, begin)
    start = lead.end() if lead and not line[lead.end() - 1 : lead.end()].isdigit() else begin
    made: list[Clause] = []
    for end in _cut_run_ons(line, start, [*_ends(line, start), length]):
        left = start + len(line[start:end]) - len(line[start:end].lstrip())
        right = start + len(line[start:end].rstrip(" \t;.!"))
        if right > left:
            words = line[left:right]
            made.append(
                Clause(
                    note,
                    place + left,
                    place + right,
                    heading=heading,
                    line=number,
                    figures=quantities(words, place + left),
                )
            )
        start = end
    return made


def _ends(line: str, begin: int) -> list[int]:
    ends = []
    for m in _END.finditer(line, begin):
        if m.group()[0] == "." and (
            (
                _NOT_AN_END.search(line[max(begin, m.start() - 8) : m.start()])
                and not _SAID_NO.search(line[max(begin, m.start() - 8) : m.end() + 1])
            )
            or not line[m.end() : m.end() + 2].strip()
            or (_HALF_OF_DAY.search(line[max(begin, m.start() - 5) : m.start()]) and line[m.end() + 1 :][:1].islower())
        ):
            continue
        mark = _LIST_NUMBER.search(line[max(begin, m.start() - 3) : m.start()]) if m.group()[0] == "." else None
        if mark and _counts_on(line, begin, m.start() - 1):
            ends.append(m.start() - 1)
            continue
        ends.append(m.end())
    return ends


_LIST_NUMBER = re.compile(r"(?:^|[\s.;,])[1-9]$")


def _counts_on(line: str, begin: int, at: int) -> bool:
    """Whether the digit at a place numbers an item of a list inside a line: its neighbour stands there too."""
    n = int(line[at])
    return bool(
        (n > 1 and re.search(rf"(?:^|\s){n - 1}\.\s", line[begin:at]))
        or (n == 1 and re.search(r"\s2\.\s", line[at:]) and not re.search(r"\w\s*$", line[begin:at][-1:]))
    )


def _cut_run_ons(line: str, start: int, ends: list[int]) -> list[int]:
    """Dictated notes run on for paragraphs with commas only: long stretches are also cut where a new subject begins."""
    cut: list[int] = []
    begin = start
    for end in ends:
        if end - begin > _RUN_ON:
            cut += [m.end() for m in _NEW_SUBJECT.finditer(line, begin, end) if m.end() < end - 8]
        cut.append(end)
        begin = end
    whole, last = [], start
    for end in cut:
        while end - last > _LONGEST_CLAUSE:
            space = line.rfind(" ", last + _LONGEST_CLAUSE // 2, last + _LONGEST_CLAUSE)
            last = space + 1 if space > 0 else last + _LONGEST_CLAUSE
            whole.append(last)
        whole.append(end)
        last = end
    return whole


def quote(note: Note, start: int, end: int) -> str:
    """The note's own words from start to end, widened to whole words and trimmed of the punctuation around them."""
    raw = note.raw
    while start > 0 and raw[start - 1].isalnum() and raw[start : start + 1].isalnum():
        start -= 1
    while end < len(raw) and raw[end].isalnum() and raw[end - 1 : end].isalnum():
        end += 1
    return raw[start:end].strip(" \t\n,;:-*>|")
