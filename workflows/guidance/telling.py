"""What a question itself tells of the reader's situation: days, shares, a change of fees, which paper, how it came.

Apart from the interview's readers on purpose: those are made for notes and take longer than an answer may, and they
pass over what people say of days in a question ("until Friday", "10 days", "month end"). Nothing is guessed here: a
number of days that nothing ties to an answer, a change or an end stays unread, and so does a percent of something else.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest

from workflows.domain.days import add_months, business_days_after
from workflows.domain.guidance import FromQuestion, Stated, StatedWhat
from workflows.domain.language import SMALL_NUMBERS, TENS, figures
from workflows.guidance.shares import shares

RECENT = 45  # days: a date without its year that was so lately is taken to have passed, not to come next year
FARTHEST = 400  # days ahead: nobody sets a deadline farther off
_NUMBERS = {word: n for n, word in enumerate(SMALL_NUMBERS)} | {word: 10 * (n + 2) for n, word in enumerate(TENS)}
_NUMBERS |= {"a": 1, "an": 1, "couple": 2}
_OPENS: tuple[tuple[str, StatedWhat], ...] = (
    ("out ", "ends_on"), ("from ", "starts_on"), ("starting ", "starts_on"), ("effective ", "starts_on"), ("expir", "answer_by"),
)  # fmt: skip
_LOOSE = frozenset({"today", "tonight", "tomorrow", "yesterday"})
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_DAYS = {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_DAY = rf"(?:{'|'.join(_WEEKDAYS)}|{'|'.join(sorted(_SHORT_DAYS, key=len, reverse=True))})"
_NAMED = re.compile(
    rf"\b(?:(?P<rel>day after tomorrow|today|tonight|tomorrow|yesterday|e\.?o\.?d\b|cob|close of business|end of (?:the )?(?:business )?day)"
    rf"|(?P<end>(?:the )?end of (?:(?:the|this|(?P<after>next)) )?(?P<of>week|month|year)|(?P<of2>month|year)[- ]?end|e\.?o\.?(?P<of3>[my])\b)"
    rf"|(?:(?P<which>next|last|this|coming) )?(?P<wd>{_DAY})\b(?:,? the (?P<wdn>\d{{1,2}})(?:st|nd|rd|th))?"
    rf"|(?:by|until|till|before|on|due|thru|through) the (?P<nth>\d{{1,2}})(?:st|nd|rd|th)\b"
    rf"|(?:by|until|till|before|due|on|out|from|starting|effective|expires?|expiring) (?P<nm>\d{{1,2}})/(?P<nd>\d{{1,2}})(?![\d/]))",
    re.I,
)
_LENGTH = re.compile(
    rf"(?<![\w.$%-])(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?: \(\d+\))?(?: of)?[ -]"
    r"(?P<kind>business|working|bus\.?|calendar)?[ -]?(?P<unit>hours?|hrs?|days?|weeks?|wks?|months?)\b",
    re.I,
)
_SENTENCE = re.compile(r"[^.?!;\n]+(?:\.(?=\d)[^.?!;\n]*)*")
_CUES: tuple[tuple[StatedWhat, re.Pattern[str]], ...] = (
    ("object_by", re.compile(r"\bobject(?:ion|ing)?s?\b|\bopt(?:ed)? out\b|\breject it\b", re.I)),
    ("received_on", re.compile(r"\b(?:came|arrived|received|recieved|dated|mailed|(?:certified|registered) mail|in the mail|postmarked|(?:we |i )?got (?:it|this|the|a|an|one|your|their)|showed up|told us|called|notified)\b", re.I)),
    ("starts_on", re.compile(r"\b(?:take(?:s|n)? effect|effective|eff\.?|go(?:es)? (?:live|into effect)|kicks? in|in force|starts?|starting|begin(?:s|ning)?)\b", re.I)),
    ("ends_on", re.compile(r"\b(?:out(?! of (?:the )?(?:office|town))|(?:be |are |as |get |as of )?(?:terminated|termed|dropped)|contract ends?|agreement ends?|(?:terminat|drop)\w* (?:us|our contract)|end (?:it|us|the contract))\b", re.I)),
    ("planned_on", re.compile(r"\b(?:(?:send|give|serve|mail|file|submit|hand|deliver)(?:ing|s)?\b[^,;.?!]{0,25}\b(?:notice|letter|terminat\w+|resignation)|meet(?:ing|s)?|board|call (?:them|with|is|scheduled)|on vacation|back)\b", re.I)),
    ("answer_by", re.compile(r"\b(?:by|until|till|before|within|due|deadline|expir\w+|sign\w*|accept\w*|answer\w*|respon[ds]\w*|repl(?:y|ies)|return\w*|decid\w+|decision|countersign|(?:gave|give|gives|giving) us|we(?:'ve| have)(?: got)?|only|good (?:for|through|thru)|final|ultimatum|take it or leave it|(?:want|need)s? (?:it|an answer|a yes))\b", re.I)),
)  # fmt: skip
_NOT_A_CLOCK = re.compile(
    r"\b(?:after|last|past|previous|for the|wait(?:ed|ing)?(?: for| about)?|been|since|average|every|aged?|net|pays? (?:us )?(?:in|after|within)|paid (?:in|after|within)"
    r"|fil(?:e|ing) (?:in|within)|look ?back)(?: of| is| about| the)? $",
    re.I,
)
_OVER = re.compile(r"^\W*(?:ago|old|late|overdue|behind|supply|of data|from now on)\b", re.I)
_NOTICE_AFTER = re.compile(
    r"^['\u2019s]*[ -]?(?:of |prior |written |advance |advanced |termination |no[- ]cause |without[- ]cause )*notice\b",
    re.I,
)
_NOTICE_BEFORE = re.compile(
    r"\bnotice(?: period)?(?: clause)?(?: is| of| says| requires| to (?:leave|terminate))*[ :=]*$|\bwithout[- ]cause[^,;]{0,15}$",
    re.I,
)
_THEIRS = re.compile(r"\b(?:gave|give|gives|giving|sent|sends) us\b[^,;]{0,12}$|\bwith(?: only| just)? $", re.I)
_PASSED = re.compile(
    r"\b(?:deadline|date|offer|window|answer|it|that|which) (?:already )?(?:was|expired|passed|lapsed|ran out)(?: (?:due|by|up|over|on|last))*\W*$"
    r"|\b(?:missed|blew) (?:\w+ ){0,3}(?:of |on |by )?$",
    re.I,
)
_GONE = re.compile(r"^\W*(?:(?:has|have|is|was|are) )?(?:already )?(?:passed|gone|over|past|behind us)\b", re.I)
_OWN_PLAN = re.compile(
    r"\b(?:should|shall|can|do|could|must|may|will) (?:we|i)\b[^,;]{0,40}$|\bwhat\b[^,;]{0,40}$", re.I
)
_FIRM = re.compile(
    r"\b(?:by|until|till|before|due|deadline|expir\w+|sign\w*|accept\w*|answer\w*|respond|reply|decide|return|back|want it|need it)\b[^,;]{0,25}$",
    re.I,
)
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("amendment", re.compile(r"\bamend\w*|\baddendum\b", re.I)),
    ("renewal", re.compile(r"\brenew\w*", re.I)),
    ("new_contract", re.compile(r"\b(?:new|first|standard|replacement) (?:\w+ )?(?:contract|agreement)\b|\bjoin(?:ing)? (?:the|their|a) network\b", re.I)),
    ("fee_notice", re.compile(r"\bfee[- ]schedule (?:is |was |will )?(?:chang|updat|notice|cut|revis)\w*|\b(?:new|revised|updated) fee schedule\b|\bnotice of (?:a )?(?:rate|fee|new fee)\b", re.I)),
)  # fmt: skip
_CHANNELS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("phone", re.compile(
        r"\bvoice ?mail\b|\bverbal(?:ly)?\b|\bhung up\b|\bphoned\b|\bphone call\b|\bnothing (?:is )?in writing\b|\boral(?:ly)?\b"
        r"|\b(?:got|had|took|received|after|on) (?:a |an |the |one )?call\b(?! (?:them|him|her))|\bcall from\b|\bcalled (?:us|me|and|today|yesterday|this|to|out)\b"
        r"|\b(?:rep|manager|mgr|lady|guy|she|he|they|payer|plan|insurer)(?: just| has)? (?:called|rang)\b"
        r"|\b(?:told|said|says|telling|tells)\b[^.?!;]{0,40}\b(?:on|over|by) the (?:tele)?phone\b|\b(?:on|over|by) the (?:tele)?phone\b[^.?!;]{0,30}\b(?:told|said|says|that)\b", re.I)),
    ("portal", re.compile(r"\bportal\b|\bwebsite\b|\bposted online\b", re.I)),
    ("email", re.compile(r"\b(?:by|in an?|got an?|received an?|sent (?:us )?an?|the|their|this) e-?mail\b|\be-?mailed (?:us|me)\b", re.I)),
    ("meeting", re.compile(r"\b(?:in|at) (?:a|the|our|this) meeting\b|\bon zoom\b", re.I)),
    ("letter", re.compile(r"\b(?:certified|registered) (?:mail|letter)\b|\bin the mail\b|\benvelope\b|\b(?:a|the|their|this|cover|got|this) letter\b(?! (?:back|to them|in reply))", re.I)),
)  # fmt: skip
_OWN_LETTER = re.compile(r"\b(?:send|write|draft|word|need|prepare)\w* (?:\w+ ){0,3}letter\b", re.I)
_SAID_BY = re.compile(r"\b(?:contract(?:ing)?|network|provider relations|account|our|the|their)[ -]?(?:insurer'?s )?(?:contract(?:ing)? |network )?(?:mgr|manager|rep(?:resentative)?|lady|vp|director)\b", re.I)  # fmt: skip


def stated(question: str, today: date, *, pressed: bool = False) -> FromQuestion:
    """What the question tells, as of `today`. `pressed` says that it is about an ultimatum, where a bare number of days
    ("payer ultimatum, 10 days") is the time to answer."""
    found = [*_notice(question), *_days(question, today, pressed), *shares(question), *_named(question)]
    return FromQuestion(today=today, stated=tuple({(told.what, told.value): told for told in found}.values()))


def _notice(question: str) -> Iterator[Stated]:
    """A notice period of the agreement: nobody's deadline."""
    for m in _LENGTH.finditer(question):
        if _is_notice(question, m) and m["unit"].lower().startswith("day"):
            yield Stated(what="notice_days", words=m[0], value=str(_count(m["n"])))


def _is_notice(question: str, m: re.Match[str]) -> bool:
    before, after = question[max(0, m.start() - 40) : m.start()], question[m.end() :]
    if _THEIRS.search(before):
        return False
    return bool(_NOTICE_AFTER.search(after) or _NOTICE_BEFORE.search(before))


def _days(question: str, today: date, pressed: bool) -> Iterator[Stated]:
    """The days a question names or counts, the one on which it came first, since others are counted from it."""
    sentences = [(m.start(), m[0]) for m in _SENTENCE.finditer(question)]
    found: list[Stated] = []
    for _, sentence in sentences:
        for start, end, day, doubt in _dates(sentence, today):
            passed = bool(_PASSED.search(sentence[:start]) or _GONE.search(sentence[end:]))
            what = _what(sentence, start, end, pressed)
            if what is None:
                continue
            if what == "received_on" or passed:
                day = _lately(sentence[start:end], day, today)
            if what == "received_on" and day > today:
                continue
            if (day - today).days <= FARTHEST:
                found.append(Stated(what=what, words=sentence[start:end], value=day.isoformat(), doubt=doubt))
    yield from found
    came = next((told.day for told in found if told.what == "received_on"), None)
    for _, sentence in sentences:
        for m in _LENGTH.finditer(sentence):
            if _NOTICE_AFTER.search(sentence[m.end() :]) and _THEIRS.search(sentence[: m.start()]):
                yield _counted("starts_on", m, came, today)
                continue
            what = _what(sentence, m.start(), m.end(), pressed)
            if (
                what is None
                or what in ("received_on", "planned_on")
                or _is_notice(sentence, m)
                or _no_clock(sentence, m)
            ):
                continue
            yield _counted(what, m, came, today)


def _counted(what: StatedWhat, m: re.Match[str], came: date | None, today: date) -> Stated:
    """A day counted from the one on which it came, where that is told, else from today."""
    day, doubt = _after(came or today, m), "" if came else "from_today"
    return Stated.model_validate(
        {"what": what, "words": m[0], "value": day.isoformat(), "since": came or today, "doubt": doubt}
    )


def _no_clock(sentence: str, m: re.Match[str]) -> bool:
    return bool(_NOT_A_CLOCK.search(sentence[: m.start()]) or _OVER.search(sentence[m.end() :]))


def _what(sentence: str, start: int, end: int, pressed: bool) -> StatedWhat | None:
    """What a day is, by the nearest words before it, else by those behind it; None where nothing tells."""
    before, after = sentence[max(0, start - 70) : start], sentence[end : end + 45]
    words = sentence[start:end].lower()
    if words in _LOOSE and not _FIRM.search(before):
        return _what_loosely(before, words)
    if words in _LOOSE and _OWN_PLAN.search(before):
        return "planned_on"
    near: list[tuple[int, StatedWhat]] = []
    for what, pattern in _CUES:
        places = [m.start() for m in pattern.finditer(before)]
        if places:
            near.append((len(before) - places[-1], what))
    if re.search(
        r"\b(?:unless|if) (?:we|you|i) (?:don'?t |do not )?(?:object|opt|reject)|^\W*(?:window )?to object", after, re.I
    ):
        return "object_by"
    opens = re.match(r"\s*(?:by|until|till|before|due)\b", words)
    if opening := next((what for word, what in _OPENS if words.startswith(word)), None):
        return opening
    if near:
        what = min(near)[1]
        if opens and what in ("received_on", "planned_on"):
            return "answer_by"
        if what == "answer_by" and any(cue == "object_by" and back <= 40 for back, cue in near):
            return "object_by"
        said = re.search(
            r"^\s*(?:to (?:sign|accept|answer|respond|reply|decide|return|countersign|agree)|deadline)\b", after, re.I
        )
        return "answer_by" if said and what != "object_by" else what
    for what, pattern in _CUES:
        if what not in ("received_on", "planned_on") and pattern.search(after):
            return what
    return "answer_by" if pressed or opens else None


def _what_loosely(before: str, words: str) -> StatedWhat | None:
    """What "today" or "tomorrow" is where nothing says that an answer is due: a day something came or is planned."""
    places = [
        (m.start(), what)
        for what, p in _CUES
        if what in ("received_on", "planned_on", "starts_on", "ends_on")
        for m in p.finditer(before)
    ]
    return max(places)[1] if places else None


def _dates(sentence: str, today: date) -> Iterator[tuple[int, int, date, str]]:
    """Days named in a sentence: where they stand, which day, and what is doubtful about it."""
    for f in figures(sentence):
        if f.unit == "date" and (day := _dated(str(int(abs(f.amount))), today)):
            yield f.start, f.end, day, ""
    named = list(_NAMED.finditer(sentence))
    for m, then in zip_longest(named, named[1:]):
        if m["rel"] and then and not sentence[m.end() : then.start()].strip(" ,on"):
            continue  # "close of business Friday" is Friday
        day, doubt = _named_day(m, today)
        if day:
            yield m.start(), m.end(), day, doubt


def _dated(digits: str, today: date) -> date | None:
    """A calendar date; one without its year is the next such day, or a recent one that has passed."""
    try:
        if len(digits) == 8:
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        if len(digits) in (3, 4):
            return _nearest_year(int(digits[:-2]), int(digits[-2:]), today)
    except ValueError:
        return None
    return None


def _nearest_year(month: int, day: int, today: date) -> date:
    found = date(today.year, month, day)
    if found < today - timedelta(days=RECENT):
        return date(today.year + 1, month, day)
    before = date(today.year - 1, month, day)
    return before if (today - before).days <= RECENT else found


def _named_day(m: re.Match[str], today: date) -> tuple[date | None, str]:
    if rel := m["rel"]:
        rel = rel.lower()
        return today + timedelta(days={"day after tomorrow": 2, "tomorrow": 1, "yesterday": -1}.get(rel, 0)), ""
    if m["end"]:
        return _end_of((m["of"] or m["of2"] or m["of3"]).lower()[0], today, later=bool(m["after"])), ""
    if m["wd"]:
        return _weekday(m, today)
    try:
        if m["nth"]:
            return _nth(int(m["nth"]), today), ""
        return _nearest_year(int(m["nm"]), int(m["nd"]), today), ""
    except ValueError:
        return None, ""


def _weekday(m: re.Match[str], today: date) -> tuple[date | None, str]:
    word = m["wd"].lower()
    index = _WEEKDAYS.index(word) if word in _WEEKDAYS else _SHORT_DAYS[word]
    if m["wdn"]:
        try:
            day = _nth(int(m["wdn"]), today)
        except ValueError:
            return None, ""
        return day, "" if day.weekday() == index else "weekday"
    which = (m["which"] or "").lower()
    ahead = (index - today.weekday()) % 7
    if which == "last":
        return today - timedelta(days=(today.weekday() - index) % 7 or 7), ""
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + index), ""
    return today + timedelta(days=ahead), ""


def _nth(number: int, today: date) -> date:
    """The next such day of a month; raises ValueError where no month has it."""
    if not 1 <= number <= 31:
        raise ValueError(number)
    for months in range(4):
        first = add_months(today.replace(day=1), months)
        try:
            day = first.replace(day=number)
        except ValueError:
            continue
        if day >= today:
            return day
    raise ValueError(number)


def _end_of(span: str, today: date, *, later: bool) -> date:
    """The last day of this (or, `later`, the next) week, month or year; a week ends on Friday."""
    if span == "w":
        return today + timedelta(days=(4 - today.weekday()) % 7 + 7 * later)
    if span == "y":
        return date(today.year + later, 12, 31)
    return add_months(today.replace(day=1), 1 + later) - timedelta(days=1)


def _lately(words: str, day: date, today: date) -> date:
    """The day that has been: a weekday or a day of a month that something came on is the last one, not the next."""
    if day <= today:
        return day
    if re.search(rf"\b{_DAY}\b", words, re.I) and not re.search(r"\d", words):
        return day - timedelta(days=7)
    if re.search(r"\bthe \d", words):
        return add_months(day, -1)
    return add_months(day, -12) if (day - today).days > 320 else day


def _after(start: date, m: re.Match[str]) -> date:
    """The day a counted time ends."""
    count, unit = _count(m["n"]), m["unit"].lower()
    if unit.startswith("h"):
        return start + timedelta(days=-(-count // 24))
    if unit.startswith("w"):
        return start + timedelta(weeks=count)
    if unit.startswith("m"):
        return add_months(start, count)
    business = (m["kind"] or "").lower().startswith(("bus", "work"))
    return business_days_after(start, count) if business else start + timedelta(days=count)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.lower()]


def _named(question: str) -> Iterator[Stated]:
    """Which paper it is, how it came and who spoke, where the question says so and says one thing only."""
    kinds = [(kind, m[0]) for kind, pattern in _KINDS if (m := pattern.search(question))]
    if len({kind for kind, _ in kinds} - {"fee_notice"}) == 1:
        kinds = [one for one in kinds if one[0] != "fee_notice"]
    if len(kinds) == 1:
        yield Stated(what="kind", words=kinds[0][1], value=kinds[0][0])
    for channel, pattern in _CHANNELS:
        if (m := pattern.search(question)) and not (channel == "letter" and _OWN_LETTER.search(question)):
            yield Stated(what="channel", words=m[0], value=channel)
            break
    if m := _SAID_BY.search(question):
        yield Stated(what="said_by", words=m[0], value=m[0])
