"""Whose figure is it: our request, their offer, our limit, what is paid now, or another payer's rate?

The stance of a figure is that of the nearest word before it that takes one ("want", "offered", "won't sign under");
limits are also told after the figure ("below 105 we walk"). A limit always wins: it must never be taken for a request.
"""

import re
from collections.abc import Iterator

from workflows.interview.reading import shapes
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import Compiled
from workflows.interview.reading.names import is_own_payer
from workflows.interview.reading.page import Page

_STANCES = (
    ("floor", "walk_away.lowest_percent_of_medicare"),
    ("offer", "rates.offer_increase"),
    ("ask", "ask.percent_of_medicare"),
    ("now", "rates.percent_of_medicare"),
    ("other", "rates.other_payers"),
)
_OURS = frozenset(  # words that begin a sentence about us, this payer or the codes: never a payer's name
    re.findall(
        r"\S+",
        """
        we they their our it is the blended overall surgery surgical imaging em e/m office labs lab medicare
        medicaid want target ask offer codes code current currently now all everything average about roughly works
        procedures visits denials denial notice cash need between last wouldn't won't lowest below
        under if not and but floor bottom goal also plus that i from at for on hospital radiology drugs therapy dx
        evaluation preventive commercial network plan plans payer members patients practice january february march
        april may june july august september october november december monday tuesday wednesday thursday friday
        saturday sunday q a yes no carve escalator increase answer reply structure tone cpi mei mri ct dexa ed er
        nps pas
        """,
    )
)
_SUBJECT = re.compile(
    r"(?P<who>[A-Z][A-Za-z'’&.-]*(?:\s+(?:[A-Z][A-Za-z'’&.-]*|of|&))*)\s*(?P<verb>(?:(?:currently|already|"
    r"now)\s+)?(?:pays?|paid|paying|gives?|reimburses?|allows?|is\s+(?:at|paying|\x00)|is(?=\s+\$?\d)|are\s+at|"
    r"comes?\s+in|runs?|at(?=\s+\$?\d)|:|=|-|(?=\$?\d)))"
)
_LIMITS = frozenset({"percent", "points", "usd", "count"})  # units a limit may be told in
_VAGUE = re.compile(
    r"(?i)\b(?:(?:our|the|my|all|every(?:body|one)?|most)\s+other\s+(?:payers?|plans?|insurers?|commercials?|"
    r"carriers?)|other\s+(?:commercial\s+)?(?:payers?|plans?|carriers?|insurers?)|everyone\s+else|everybody\s+else|"
    r"the\s+others|another\s+(?:payer|plan)|our\s+best\s+payer|next\s+best)\b"
)
_FOREIGN_FACT = re.compile(
    r"(?i)\b(?:pays?|paid|paying|reimburses?|allows?|gives?\s+us|(?:at|is)\s+\$?\d[\d.,]*+(?!\s*(?:days?|d)\b)|\d+(?:\.\d+)?\s?(?:%|"
    r"percent|pct)|of\s+medicare|1[0-4]\d\b)|\$\s?\d"
)


def _markers(page: Page, clause: Clause) -> list[tuple[int, str]]:
    """The stance words of a clause with the places where they end."""
    key = (clause.note.step, clause.start, clause.end)
    if key in page.marks:
        return page.marks[key]
    found: list[tuple[int, str]] = []
    for stance, name in _STANCES:
        field = page.fields.get(name)
        if field is None or stance == "other":
            continue
        found += [(m.start(), stance) for m in _matches(field.cues, clause.words)]
    page.marks[key] = sorted(found)
    return page.marks[key]


def _matches(cues: Compiled, words: str) -> Iterator[re.Match[str]]:
    if not cues.may(words.lower()):
        return
    for label in cues.labels:
        yield from label.finditer(words)


def stance_at(page: Page, clause: Clause, place: int) -> str:
    """The stance of a figure at a place of the note: floor, offer, ask, now, or ""."""
    at = place - clause.start
    marks = _markers(page, clause)
    before = [m for m in marks if m[0] <= at]
    after = [m for m in marks if m[0] > at and m[1] == "floor" and m[0] - at < 70]
    if after and (not before or before[-1][1] != "floor"):
        own = [q for q in clause.figures if q.unit in _LIMITS and q.start - clause.start > after[0][0]]
        between = clause.words[at : after[0][0]]
        follows = [m for m in marks if at < m[0] < after[0][0] and m[1] in ("ask", "offer")]
        told_after = not own and not any(
            q.start - clause.start > at and q.start - clause.start < after[0][0] and q.unit in _LIMITS
            for q in clause.figures
        )
        if told_after or (
            not re.search(r"[.;]|,\s*(?:and|but|our|the)\b", between)
            and not follows
            and not (before and at - before[-1][0] < 14)
            and after[0][0] - at < 45
        ):
            return "floor"
    if before:
        return before[-1][1]
    if clause.heading:
        for stance, name in _STANCES[:4]:
            if name in page.fields and any(p.search(clause.heading) for p in page.fields[name].cues.labels):
                return stance
    first = next((m for m in marks if m[0] - at < 40), None)
    if first and first[1] in ("ask", "now", "offer") and clause.note.step != "ask":
        return first[1]
    if clause.note.step == "ask" and page.asking.split(".")[0] in ("", "ask") and "inherited" not in clause.tags:
        return "ask"
    return ""


_ASIDE = re.compile(
    r"(?i)\b(?:fyi|for\s+(?:comparison|reference|my\s+file)|just\s+(?:for|between)\s+us|other\s+payers?|don'?t\s+share|not\s+for\s+(?:the\s+)?letter)\b"
)


def other_payers_in(page: Page, words: str) -> list[tuple[int, int, str]]:
    """Other payers named as the subject of a rate: (start, end, name)."""
    if words in page.others:
        return page.others[words]
    found: list[tuple[int, int, str]] = []
    for m in _VAGUE.finditer(words):
        found.append((m.start(), m.end(), m.group()))
    for m in shapes.BRAND.finditer(words):
        if (
            not is_own_payer(page, m.group())
            and not _inside_own(page, words, m.start(), m.end())
            and not _medicaid_percent(words, m.end())
        ):
            found.append((m.start(), m.end(), m.group()))
    for m in _SUBJECT.finditer(words):
        who = m["who"]
        parts = [w for w in re.split(r"[\s.]+", who.lower()) if w]
        while parts and parts[0] in _OURS:
            first = who.split(maxsplit=1)
            who, parts = (first[1] if len(first) > 1 else ""), parts[1:]
        if (
            not parts
            or all(p in _OURS for p in parts)
            or is_own_payer(page, who)
            or (page.practice and who.split()[0] in page.practice.split()[:2])
        ):
            continue
        paying = re.match(r"(?:pay|paid|reimb|give|allow)", m["verb"].strip())
        aside = _ASIDE.search(words) and re.match(
            r"(?i)[\s:=-]*\d{2,3}(?:\.\d+)?\s?%?\s*(?:of\s+)?(?:medicare|mcr|mcare|[,;.]|$)", words[m.end("who") :]
        )
        if not (
            paying
            or (aside and len(parts) > 1)
            or (found and re.match(r"is|at|are", m["verb"].strip()))
            or (len(parts) > 1 and re.search(rf"\b{shapes.PAYER_END}\b|\bBlue\b|\bState\b", who))
        ):
            continue
        start = m.start("who") + m["who"].index(who)
        if not any(s <= start < e or start <= s < start + len(who) for s, e, _ in found):
            found.append((start, start + len(who), who))
    page.others[words] = sorted(found)
    return page.others[words]


def _inside_own(page: Page, words: str, start: int, end: int) -> bool:
    return any(
        m.start() <= start < m.end()
        for a in (page.payer, *page.aliases)
        if a
        for m in re.finditer(re.escape(a), words, re.I)
    )


def _medicaid_percent(words: str, end: int) -> bool:
    return words[max(0, end - 8) : end].lower() == "medicaid" and bool(
        re.match(r"(?i)\s*(?:members|patients|plan|rates?)?\s*$", words[end : end + 12])
    )


def names_other_payer(page: Page, words: str) -> bool:
    """Whether words tell another payer's rate."""
    return bool(other_payers_in(page, words) and _FOREIGN_FACT.search(words))
