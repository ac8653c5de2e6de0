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
_NOW_WANT = re.compile(
    r"(?i)(?P<now>\b(?:(?:is|it's|currently|now)\s+)?\d+[^,;()]{0,24}?\s*(?:now|today|currently)|\b(?:now|"
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
    r"(?i)^(?:also|and|plus|others?(?=\s*:)|other\s+(?:asks?|requests?|terms?)|asks?|non-?rate|we\s+(?:also\s+)?(?:want|need|would\s+like|ask\s+for)|"
    r"they\s+need\s+to|want|need|please|q:|a:|[:,-])\s*[:,-]?\s*(?:the\s+)?"
)


def read_requests(page: Page) -> None:
    """Note down at most a handful of rows; the table itself keeps three."""
    field = page.fields.get("ask.others")
    if field is None:
        return
    cues = compile_cues(field.question.cues)
    for clause in page.open_clauses():
        if (
            "foreign" in clause.tags
            or "secret" in clause.tags
            or "limit" in clause.tags
            or (clause.note.step not in ("ask",) and stance_at(page, clause, clause.end) != "ask")
        ):
            continue
        for start, end in _parts(clause, cues.labels):
            words = clause.words[start:end]
            if any(p.search(words) for p in cues.labels) and not cues.ruled_out(words):
                _request(page, clause, start, end)


def _parts(clause: Clause, labels: tuple[re.Pattern[str], ...]) -> list[tuple[int, int]]:
    """Run-on requests are cut where "and they need to", "and we want" or "(b)" begin the next."""
    cuts = [
        0,
        *(
            m.end()
            for m in re.finditer(
                r"(?i),?\s+(?:and|plus)\s+(?=(?:they\s+need|we\s+(?:want|need)|stop|drop|also))|"
                r"(?<=\W)\(?[a-d]\)\s|,\s+(?=(?:plus|and)\s+(?:they|we)\s)",
                clause.words,
            )
        ),
    ]
    return list(zip(cuts, [*cuts[1:], len(clause.words)], strict=True))


def _request(page: Page, clause: Clause, start: int, end: int) -> None:
    words = clause.words[start:end].rstrip(
        " ,.;)(abcd" if re.search(r"\([a-d]$", clause.words[start:end].rstrip()) else " ,.;"
    )
    body = words
    for _ in range(3):
        body = _LEAD.sub("", body, count=1)
    row: Row = {}
    m = _FROM_TO.search(body)
    instead = _INSTEAD.search(body)
    n = _NOW_WANT.search(body)
    w = _WANT_NOW.search(body)
    if instead:
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
