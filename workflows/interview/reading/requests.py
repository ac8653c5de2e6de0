"""The other requests: a clause, what it says now and what is wanted ("timely filing 90 d now, want 180").

Each is read from one clause of the notes in which a term is asked for; rates, dates and tone are other questions.
"""

import re

from workflows.domain.answers import Row
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import compile_cues
from workflows.interview.reading.page import Page
from workflows.interview.reading.stances import stance_at
from workflows.interview.reading.tidy import tidy

_FROM_TO = re.compile(
    r"(?i)\b(?:go(?:es)?\s+|move[ds]?\s+|extend(?:ed)?\s+|raise[d]?\s+|"
    r"change[d]?\s+)?from\s+(?P<now>[^,;]{1,40}?)\s+to\s+(?P<wanted>[^,;]{1,40}?)(?=[,;.]|$|\s+and\s)"
)
_INSTEAD = re.compile(
    r"(?i)\s*\b(?:in|at|within|to|of)\s+(?P<wanted>\d[^,;]{0,30}?)\s+(?:instead\s+of|rather\s+than|not|"
    r"vs\.?)\s+(?P<now>\d[^,;.]{0,30})"
)
_INSTEAD_ANY = re.compile(
    r"(?i)(?P<before>^|\s)(?:every|in|at|within|to|of|for)?\s*(?P<wanted>(?:every\s+)?\d+\s*(?:business\s+|calendar\s+)?"
    r"(?:days?|d\b|months?|mos?\b|years?|hours?|weeks?|visits?))(?P<mid>(?:\s+(?:to|for|on)\s+[^,;]{3,30}?)?)\s+(?:instead\s+of|"
    r"rather\s+than|not|vs\.?)\s+(?P<now>(?:every\s+)?(?:\d+|one|two|three|four|five|six|nine|ten|twelve|thirty|sixty|ninety)"
    r"(?:\s+\w+)?)"
)
_NOW_IN_BRACKETS = re.compile(
    r"(?i)\s*[(,]\s*(?:it's\s+|it\s+is\s+|is\s+)?(?:now|currently|today|right\s+now)\s*[:=]?\s*(?:they\s+|it\s+|is\s+|at\s+)?(?P<now>[^();]{1,60}?)\)?\s*$"
)
_NOW_WANT = re.compile(
    r"(?i)(?P<now>\b(?:(?:is|it's|currently|now)\s+)?\d+[^,;()]{0,24}?\s*(?:now|today|currently)|\bis\s+\d+[^,;()]{1,24}?(?=\s*,)|"
    r"\b(?:now|"
    r"currently|today)\s+(?:is\s+|at\s+|it's\s+)?[^,;()]{1,40}?)\s*[,;-]+\s*(?:we\s+)?(?:want(?:ed)?|need|"
    r"ask(?:ing)?(?:\s+for)?|should\s+be|to)\s+(?P<wanted>[^,;.]{1,60})"
)
_WANT_NOW = re.compile(
    r"(?i)(?P<clause>[^,;()]{3,80}?)\s*[,(-]+\s*(?:it's\s+|is\s+)?(?:now|currently|today|"
    r"right\s+now)\s*[:=]?\s*(?:they\s+|it\s+|is\s+|at\s+)?(?P<now>[^,;()]{1,60})\)?"
)
_TO_WANTED = re.compile(
    r"(?i)\b(?:to|at|good\s+for|within|cap(?:ped)?(?:\s+at|\s+of)?|of|for|=|:)\s+(?P<wanted>(?!\d{5}\b)(?:\d+|"
    r"two|three|five|six|ten|fifteen|thirty|sixty|ninety)[^,;()]{0,40})$"
)
_LEAD = re.compile(
    r"(?i)^(?:also|and|plus|others?(?=\s*:)|other\s+(?:asks?|requests?|terms?|points?|things?|items?)|asks?|non-?rate"
    r"(?:\s+\w+)?(?=\s*:)|(?:besides|beyond|apart\s+from|other\s+than|aside\s+from|in\s+addition\s+to)\s+(?:the\s+)?"
    r"(?:rates?|money|fees?|increase)|(?:and\s+)?(?:one|two|three|a\s+few|some)\s+(?:other\s+|more\s+)?(?:things?|asks?|requests?|"
    r"points?)|we(?:'d|\s+would)?\s+(?:also\s+)?(?:want|need|like|ask\s+for)|would\s+like|(?:for\s+)?them\s+to|clause\s+\d\s*:|"
    r"they\s+need\s+to|want|need|please|q:|a:|\(?[a-d1-4][).](?!\d)|[:,-])\s*[?:,-]?\s*(?:the\s+)?"
)
_OPENS_LIST = re.compile(
    r"(?i)^\W*(?:also|plus|others?|(?:the\s+)?other\s+(?:asks?|requests?|terms?|points?|things?|items?)|non-?rate(?:\s+\w+)?|"
    r"(?:besides|beyond|apart\s+from|aside\s+from|in\s+addition\s+to)\s+(?:the\s+)?(?:rates?|money|fees?|increase)|"
    r"(?:and\s+)?(?:one|two|three|a\s+few|some)\s+(?:other\s+|more\s+)?(?:things?|asks?|requests?|points?)|terms?\s+we\s+want|"
    r"contract\s+(?:language|terms?|asks?)|language)\s*[?:]"
)
_ENDS_IN_MARK = re.compile(r"\s\(?[1-4a-d][).]\s*$|\s\([1-4a-d]$")
_MARKED = re.compile(r"(?:^|\s)\(?[1-4][)]\s")
_LEFT_OVER = re.compile(r"(?i)\s+(?:in|within|to|at|of|for|is|every|by|be)$")
_ITEM = re.compile(r"^\W*(?:\(?[1-4a-d][).](?!\d)\s|(?i:clause|term|request|item)\s+\d\s*:)")
_NOT_A_REQUEST = re.compile(
    r"(?i)\b(?:tone|answer|reply|respon[ds]e?|hear\s+back|decision|deadline|firm|warm|polite|courteous|escalat\w+|effective|"
    r"meet\s+with|meeting|because|in\s+return|(?:\d|two|three)[- ]year\s+(?:term|deal)|"
    r"of\s+(?:20\d\d\s+)?(?:medicare|mcr)|"
    r"meet|per\s+year|a\s+year|increase|raise|share\s+of|revenue|cash)\b|^\W*\d[\d.]*\s?%|^\W*(?:none|no|nothing|n/?a|that'?s\s+it)\b|"
    r"^\W*(?:yearly|annual|target|why|term|start)\b"
)
_THEY_DEMAND = re.compile(
    r"^\W*(?:[Tt]hey|(?:[Tt]he|[Tt]his)\s+(?:plan|payer|insurer)|(?!Other|Also|Our|We|Another|Final|Last|Main|Second|Next)[A-Z][\w'&]+)\s+(?:ask|asks|require|requires|want|wants|"
    r"make|makes|demand|demands|insist|deny|denies|take|takes|pend|pends|send|sends)\b|\bstaff\s+time\b|"
    r"^\W*\d[\d,]*\s+(?:prior|PAs?|auths?|denials?)\b"
)


def read_requests(page: Page) -> None:
    """Note down at most a handful of rows; the table itself keeps three."""
    field = page.fields.get("ask.others")
    if field is None:
        return
    cues = compile_cues(field.question.cues)
    listed = ("", 0)  # the note and line on which a list of requests was opened
    for clause in page.open_clauses():
        if {"foreign", "secret", "limit", "aside"} & clause.tags or clause.note.step == "walk_away":
            continue
        here = (clause.note.step, clause.line)
        in_ask = clause.note.step == "ask"
        opened = bool(
            _OPENS_LIST.match(clause.words + ":" if clause.words.lower() in ("also", "other") else clause.words)
            or (clause.heading and _OPENS_LIST.match(clause.heading + ":"))
        )
        if opened and (in_ask or _asks_elsewhere(page, clause)):
            listed = here
        if not in_ask and stance_at(page, clause, clause.end) != "ask" and listed != here:
            continue
        for start, end in _parts(clause, cues.labels):
            words = clause.words[start:end]
            if _THEY_DEMAND.search(words) and not re.search(r"(?i)\bthey\s+(?:need|should|must|have\s+to)\b", words):
                continue
            known = any(p.search(words) for p in cues.labels)
            dated = any(
                q.unit == "date" and start <= q.start - clause.start < end for q in clause.figures
            ) and not re.search(r"(?i)\b(?:since|from|before|after)\b", words)
            if dated:
                continue
            numbered = _ITEM.match(words) or _MARKED.search(clause.words)
            item = (listed == here or (in_ask and numbered)) and not _NOT_A_REQUEST.search(words)
            if (known or item) and not cues.ruled_out(words):
                _request(page, clause, start, end)


def _asks_elsewhere(page: Page, clause: Clause) -> bool:
    """Whether a list opened outside the ask page stands right after words that ask ("ask is 145; and two things:")."""
    return stance_at(page, clause, clause.end) == "ask" or any(
        c.note is clause.note
        and 0 <= clause.line - c.line <= 1
        and c.start < clause.start
        and stance_at(page, c, c.end) == "ask"
        for c in page.clauses
        if not c.closed and c.line >= clause.line - 1
    )


def _parts(clause: Clause, labels: tuple[re.Pattern[str], ...]) -> list[tuple[int, int]]:
    """Run-on requests are cut where "and they need to", "and we want" or "(b)" begin the next."""
    cuts = [
        0,
        *(
            m.end()
            for m in re.finditer(
                r"(?i),?\s+(?:and|plus)\s+(?=(?:they\s+need|we\s+(?:want|need)|stop|drop|also))|"
                r"(?<=\W)(?:\(?[a-d1-4]\)|[1-4]\.)\s(?=\w)|,\s+(?=(?:plus|and)\s+(?:they|we)\s)",
                clause.words,
            )
        ),
    ]
    return list(zip(cuts, [*cuts[1:], len(clause.words)], strict=True))


def _request(page: Page, clause: Clause, start: int, end: int) -> None:
    end = (
        start + len(re.sub(r"\s*\(?[1-4a-d][).]?\s*$", "", clause.words[start:end]))
        if _ENDS_IN_MARK.search(clause.words[start:end])
        else end
    )
    words = clause.words[start:end].rstrip(
        " ,.;)(abcd" if re.search(r"\([a-d]$", clause.words[start:end].rstrip()) else " ,.;"
    )
    body = words
    for _ in range(4):
        body = _LEAD.sub("", body, count=1)
    row: Row = {}
    m = _FROM_TO.search(body)
    instead = _INSTEAD.search(body)
    n = _NOW_WANT.search(body)
    w = _WANT_NOW.search(body)
    freely = _INSTEAD_ANY.search(body)
    bracketed = _NOW_IN_BRACKETS.search(body)
    if freely and not instead:
        unit = re.sub(r"(?i)^every\s+", "", freely["wanted"])
        row = {
            "clause": tidy(body[: freely.start()] + " " + re.sub(r"(?i)^\s*to\s+", "time to ", freely["mid"].lstrip())),
            "now": _with_unit(unit, tidy(freely["now"])),
            "wanted": tidy(_days(freely["wanted"])),
        }
    elif bracketed and not (instead or m or n or w):
        row = {"now": tidy(_days(bracketed["now"]))} | _clause_and_wanted(body[: bracketed.start()])
        if row.get("wanted"):
            row["now"] = _with_unit(row["wanted"], row["now"])
    elif instead:
        row = {
            "clause": tidy(body[: instead.start()]),
            "now": _with_unit(tidy(instead["wanted"]), tidy(instead["now"])),
            "wanted": tidy(instead["wanted"]),
        }
    elif m:
        row = {
            "clause": tidy(
                re.sub(r"(?i)\s+(?:to\s*)?(?:go|move|be\s+\w+|extend\w*|rais\w*|to)$", "", body[: m.start()])
            ),
            "now": tidy(m["now"]),
            "wanted": _with_unit(tidy(m["now"]), tidy(m["wanted"])),
        }
    elif n:
        now = re.sub(r"(?i)^(?:is|it's|currently|now|today)\s+|\s*(?:now|today|currently)$", "", n["now"]).strip()
        row = {
            "clause": tidy(body[: n.start()]),
            "now": tidy(_days(now)),
            "wanted": _with_unit(tidy(_days(now)), tidy(n["wanted"])),
        }
    elif w:
        rest = body[: w.start()] + w["clause"]
        row = {"now": tidy(w["now"])} | _clause_and_wanted(rest)
        if row.get("wanted"):
            row["now"] = _with_unit(row["wanted"], row["now"])
    else:
        row = _clause_and_wanted(body)
    row["clause"] = _LEFT_OVER.sub("", row.get("clause", ""))
    if re.fullmatch(r"(?i)\W*(?:others?|also|asks?|requests?|terms?|besides)\W*", row["clause"]):
        return  # the heading of a list
    if len(row.get("clause", "")) < 3 or len(body) > 240:
        return
    page.see("ask.others", row, clause, clause.start + start, clause.start + start + len(words), 0.78)
    page.take_span(clause, clause.start + start, clause.start + end)


_ENDING_TERM = re.compile(r"(?i)\s+(?P<wanted>\d+\s+(?:business\s+|calendar\s+)?(?:days?|months?|years?))$")


def _clause_and_wanted(words: str) -> Row:
    words = words.strip(" ,-")
    m = _TO_WANTED.search(words) or _ENDING_TERM.search(words)
    if m and len(words[: m.start()].split()) <= 8 and words[: m.start()].strip():
        return {"clause": tidy(words[: m.start()]), "wanted": tidy(m["wanted"])}
    return {"clause": tidy(words)}


def _days(words: str) -> str:
    return re.sub(r"(?i)(?<=\d)\s?d\b", " days", words)


def _with_unit(now: str, wanted: str) -> str:
    """ "90 days now, want 180": the wanted number has the unit of the present one."""
    wanted = _days(wanted)
    unit = re.search(r"(?i)\d+\s+((?:business\s+|calendar\s+)?(?:days?|months?|years?|sessions?|visits?))", now)
    return f"{wanted} {unit.group(1)}" if unit and re.fullmatch(r"\d+", wanted.strip()) else wanted
