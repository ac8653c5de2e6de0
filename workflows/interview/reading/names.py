"""Names of organisations and people in the notes: the practice, the payer and the people on both sides."""

import re
from collections.abc import Iterator

from workflows.interview.reading import shapes
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.counterparty import Counterparty, counterparties
from workflows.interview.reading.page import Page
from workflows.interview.reading.tidy import tidy

_NAME_CUE = re.compile(
    r"(?i)(?:\b(?:we\s*(?:are|'re)|this\s+is|from|i\s+(?:run|manage|own)|name\s*of\s*(?:the\s+)?practice|"
    r"practice\s*name|practice\s+called|practice(?=\s*[:=])|"
    r"(?:client|entity|provider(?:\s+(?:name|group|entity))?|organi[sz]ation|on\s+behalf\s+of|prepared\s+for|"
    r"letter\s+for|memo\s+for|account)(?=\s*[:=])|(?:practice|clinic|group|we)\s+(?:is|are)\s+called|"
    r"the\s+(?:group|practice|clinic)\s+is|we\s+go\s+by|known\s+as|contract(?:ed)?\s+as|bills?\s+(?:as|under)|group\s*name|legal\s*name|clinic|we're\s+called|"
    r"called|dba|d/b/a|doing\s+business\s+as)\s*[:=?]*\s*(?:at\s+)?)$"
)
_CAPITALS = re.compile(
    r"(?P<org>[A-Z][A-Za-z'’.&-]*(?:\s+(?:[A-Z][A-Za-z'’.&/-]*|&|and|of|for|the))*(?:,?\s+(?:PLLC|LLC|PC|P\.C\.|PA|"
    r"P\.A\.|LLP|Inc\.?|SC|PSC)\b)?)"
)
_PAYER_CUE = re.compile(
    r"(?i)\b(?:payer|payor|insurer|insurance\s+(?:company|co\.?)?|carrier|health\s+plan|plan|which\s+(?:insurer|payer|"
    r"plan)\?)\s*(?:is|=|:|this is about|we're talking about)\s*$"
    r"|\b(?:in[- ]?(?:network|ntwk|netwk)\s+(?:with|w/)|(?:contract|agreement|k|par|participat(?:e|ing)|par'd|"
    r"negotiat(?:e|ing|ion)s?|renewal|letter|dealing|been|contracted|credentialed)\s+(?:with|w/|to)|"
    r"on\s+(?:the\s+)?panel\s+(?:with|for|of)|in\s+the\s+network\s+of)\s+(?:the\s+)?$"
)
_PERSON_AT = re.compile(r"(?i)\b(?:contact|person|manager|rep|representative|name|guy|lady)\b[^.;:]{0,24}$")
_PAYER_NAME = re.compile(
    rf"(?:the\s+)?(?P<payer>[A-Z][A-Za-z'’.&-]*(?:[ -](?:[A-Z0-9][A-Za-z0-9'’.&-]*|of|&|and(?=\s[A-Z])))*|"
    rf"(?i:{shapes.BRANDS}))(?P<lines>\s*\((?:[^()\n]*\b(?i:ppo|hmo|pos|epo|commercial|medicare|medicaid|exchange|"
    rf"ma)\b[^()\n]*)\)|\s+commercial\b)?"
)
_MANAGER_CUE = re.compile(
    r"(?i)\b(?:(?:contract(?:ing|s)?|network|k|provider\s+contracting|payer|provider\s+network)\s*\.?\s*(?:manager|"
    r"mgr|rep|lead|person|contact|director|guy|negotiator)\.?(?:\s+(?:(?:over\s+)?there|at\s+\w+))?|(?:their|the\s+payer's|"
    r"(?:payer|plan|carrier|insurer)(?:'s)?)\s+(?:guy|gal|person|contact|rep|lady|woman|man|manager|negotiator|side|"
    r"lead|counterpart)|(?:our|my)\s+(?:counterpart|opposite\s+number)(?:\s+(?:over\s+there|at\s+\w+))?|"
    r"across\s+the\s+table|"
    r"write\s+to|letter\s+(?:goes\s+)?to|send\s+(?:it\s+)?to|address(?:ed)?\s+(?:it\s+)?to|attn)\b\.?\s*(?:is|=|:|"
    r",|to|-)*\s*$"
)
_MANAGER_AFTER = re.compile(
    r"(?i)^(?:\s+now\b)?[\s,(]*(?:(?:who\s+is|he's|she's|he\s+is|she\s+is|is|,)\s*)?(?:the|their|"
    r"our)?\s*(?:\w+\s+){0,2}(?:contract(?:s|ing)?|network)\s+(?:manager|mgr|director|rep|lead|analyst|specialist|person|guy|"
    r"gal|lady|negotiator|contact)"
)
_CONTACT_CUE = re.compile(
    r"(?i)(?:\b(?:(?<!for\s)us|me|ours|our\s+side|our\s+contact|contact(?:\s+person)?|signed\s+by|"
    r"(?:(?:point\s+of\s+)?contact|poc)(?:\s+(?:here|for\s+(?:us|(?:the|this)\s+(?:letter|practice|matter)|this)))?"
    r"(?:\s+(?:will|should|can|would)\s+be|\s+is)?(?:\s+(?:the|our)\s+(?:practice\s+|office\s+)?(?:administrator|"
    r"manager|president|owner|director|ceo|cfo|coo))?|talk\s+to|speak\s+(?:to|with)|questions\s+(?:go\s+)?to|"
    r"(?:reply|replies|answer|respond|response)\s+(?:goes\s+)?to|signs(?:\s+for\s+us)?|"
    r"signer|signatory|from\s+our\s+side|on\s+our\s+side(?:\s+it's\s+me)?|it's\s+me|i'm|i\s+am|(?:hi|hello),?\s+this\s+is|this\s+is(?=\s+$)|my\s+name\s+is|call|"
    r"reach|ask\s+for|"
    r"(?:your|our)\s+(?:person|rep|signer|lead)|who\s+signs|"
    r"ours?:?\s+(?:dr\.?\s+)?[\w. ]{2,30}'s\s+(?:admin\w*|assistant|manager|biller)|"
    r"who\s+should\s+they\s+call\?|you\s+can\s+use\s+me|our\s+(?:office|practice)\s+(?:manager|"
    r"administrator)(?:\s+is)?|letter\s+from|send\s+replies\s+to|replies\s+to)\s*(?:is|=|:|,|-)*\s*)$"
)
_NOT_CONTACT = re.compile(
    r"(?i)\b(?:payer|insurer|plan|carrier|their)(?:'s)?\s+(?:point\s+of\s+)?contact\s*(?:is|=|:|will\s+be)*\s*$"
    r"|\b(?:they|let|have)\b[^.;]{0,20}\b(?:talk|speak|call|reach)\b[^.;]{0,8}$"
)
_RE_LINE = re.compile(
    rf"(?i:[ \t>]*(?:re|subject|regarding)\s*:\s*(?:our\s+|the\s+|(?:\w+\s+){{0,3}}with\s+)?)"
    rf"(?P<payer>(?:[A-Z][\w'’&.-]*\s+){{1,4}}?"
    rf"(?:{shapes.PAYER_END})(?:\s+(?:{shapes.PAYER_END}))*)(?=\s+(?i:renewal|contract|agreement|rates?|fee|"
    rf"negotiation|re-?negotiation|letter|proposal|offer|counter\w*|amendment|increase|request)|[ \t]*$|[ \t]+[-–—(])"
)
_AGREEMENT = re.compile(
    r"(?<=[\"“])(?P<quoted>[A-Z][^\"”\n]{3,90}?\b(?:Agreement|Contract|Addendum))(?=[,.]?[\"”])"
    r"|(?P<title>(?:[A-Z][\w&'’-]*\s+(?:(?:and|of|for|&)\s+(?=[A-Z]))?){1,7}(?:Agreement|Contract|Addendum)\b"
    r"(?!\s+(?:Manager|Mgr|Director|Rep|Analyst|Specialist|Negotiator|Lead|Admin|Contact|Person|Officer)))(?P<number>\s*,?\s*\(?(?:no\.?|#|"
    r"number|nr\.?|num)\s*[:#]?\s*[A-Z0-9][\w-]*\)?)?"
    r"|(?P<plain>(?i:agreement|contract)\s+(?i:no\.?|#|number)\s*[:#]?\s*[A-Z0-9][\w-]+)"
)
_LEADING = re.compile(
    r"^(?:The|Our|Agmt|Agreement|Contract|It's|Its|Under|We|On|Payer|Signed|Have|K|A)\b[:\s]*(?:the\s+)?", re.I
)
_NO_NAME = re.compile(
    r"(?i)^(?:i|we|they|the|our|their|medicare|payer|plan|commercial|don't|no|not|unknown|tbd|q|a|which|who|who's|"
    r"agreement|contract|est|open|in|since|dr|fm|monday|never)$"
)


_GONE = re.compile(
    r"(?i)^[\s.,;(-]*(?:sorry|no|wait|oh)?[\s.,-]*(?:(?:she|he|they|who)(?:'s|\s+(?:is|has|have))?\s+)(?:since\s+|just\s+)?(?:left|gone|retired|"
    r"moved\s+on|no\s+longer|quit|was\s+(?:let\s+go|replaced))\b"
)
_LEGAL_DOT = re.compile(r"\b[A-Z]\.[A-Z]$")  # "P.C" of "P.C.": the full stop belongs to the name
_NOTHING_BEFORE = re.compile(r"(?i)\W*(?:(?:so|now|and)\s+)?(?:it'?s|it\s+is|that'?s|now\s+it'?s)?\s*(?:now\s+)?")
_RESPELLED = re.compile(
    r"(?i)^[\s,;(-]{0,6}(?:(?:one|two|no|with)\s[^.\n]{0,14}\b)?(?:actually|correction|spelled|rather|i\s+mean|sorry)\b"
)


def read_names(page: Page) -> None:
    """The practice, the payer with its short names, the agreement and the people."""
    _read_payer(page)
    _read_practice(page)
    _read_agreement(page)
    _read_people(page)


def _named(page: Page) -> Iterator[Clause]:
    return (c for c in page.open_clauses() if "table" not in c.tags)


def _read_payer(page: Page) -> None:
    found: list[tuple[float, str, Clause, int, int]] = []
    for clause in _named(page):
        words = clause.words
        for m in _PAYER_NAME.finditer(words):
            name = m["payer"].strip(" .,")
            before = words[: m.start()]
            cued = _PAYER_CUE.search(before) or (
                not before.strip() and re.search(r"(?i)\b(?:insurer|payer|which plan|carrier)\b", clause.heading)
            )
            tenured = (
                re.search(r"(?i)\bwith\s+$", before)
                and re.search(rf"\b{shapes.PAYER_END}$", name)
                and re.match(r"\s+since\s+(?:\w+\s+)?(?:19|20)\d\d", words[m.end() :])
            )
            if (
                not (cued or tenured)
                or _PERSON_AT.search(before)
                or _NO_NAME.match(name)
                or len(name) < 3
                or re.search(r"(?i)\bother\b", before[-30:])
            ):
                continue
            lines = m["lines"] or ""
            found.append(
                (
                    0.92 if ":" in before[-3:] or clause.heading else 0.82,
                    name + lines,
                    clause,
                    m.start("payer"),
                    m.end(),
                )
            )
    found += _of_subject(page, found)
    if not found:
        likely = counterparties(page)
        found = [(c.score, c.name, c.clause, c.start, c.end) for c in likely]
        if len({c.name for c in likely}) > 1 and not page.payer:
            _ask_which_payer(page, likely)
            return
    if page.payer:
        found = [f for f in found if shapes.same_name(f[1], page.payer)] or []
    if not found:
        return
    labelled = [f for f in found if f[0] > 0.9] or found
    longest = max(labelled, key=lambda f: (len(f[1].split("(")[0]), len(f[1])))
    short = re.sub(r"\s*\(.*|\s+commercial$", "", longest[1])
    rest = [f for f in found if not shapes.same_name(re.sub(r"\s*\(.*|\s+commercial$", "", f[1]), short)]
    for score, name, clause, start, end in [longest, *rest]:
        page.see(
            "practice.payer",
            name,
            clause,
            clause.start + start,
            clause.start + end,
            score if name == longest[1] else 0.4,
        )
    page.payer = page.payer or short
    words_of = short.split()
    initials = "".join(w[0] for w in words_of if w[0].isupper())
    told = {initials[:n] for n in range(3, len(initials)) if any(f"{initials[:n]} " in n_.words for n_ in page.notes)}
    page.aliases = tuple(
        dict.fromkeys(
            [
                short,
                " ".join(words_of[:2]),
                words_of[0],
                *([initials] if len(initials) > 1 else []),
                *sorted(told),
            ]
        )
    )


def _of_subject(
    page: Page, found: list[tuple[float, str, Clause, int, int]]
) -> list[tuple[float, str, Clause, int, int]]:
    """The payer of a memo's "Re:" line, unless a label of the notes names another."""
    lines = [(m, c) for c in page.clauses if "mail" in c.tags for m in [_RE_LINE.match(c.words)] if m]
    return [
        (0.92, m["payer"], c, m.start("payer"), m.end("payer"))
        for m, c in lines[:1]
        if all(score < 0.9 or shapes.same_name(name, m["payer"]) for score, name, *_ in found)
    ]


def _ask_which_payer(page: Page, likely: list[Counterparty]) -> None:
    told = " or ".join(dict.fromkeys(c.name for c in likely))
    for c in likely:
        ask = f"Payer: your notes name {told}. Which payer is this about?"
        page.see("practice.payer", c.name, c.clause, c.clause.start + c.start, c.clause.start + c.end, c.score, ask=ask)


def is_own_payer(page: Page, name: str) -> bool:
    """Whether a name means the payer this negotiation is with."""
    return any(shapes.same_name(name, a) for a in (page.payer, *page.aliases) if a)


def _read_practice(page: Page) -> None:
    best: list[tuple[float, str, Clause, int, int]] = []
    first = next((c for c in page.clauses if not c.closed and c.note.step == "practice"), None)
    for clause in _named(page):
        for pattern in (shapes.ORGANISATION, _CAPITALS):
            for m in pattern.finditer(clause.words):
                lead = _LEADING_NAME.match(m["org"])
                start = m.start("org") + (lead.end() if lead else 0)
                name = clause.words[start : m.end("org")]
                score = _practice_score(page, clause, name, start, m.end(), first, pattern is shapes.ORGANISATION)
                if score > 0:
                    best.append((score, _LEGAL_DOT.sub(r"\g<0>.", name.strip(" ,.")), clause, start, m.end("org")))
    best = [b for b in best if len(b[1].split()) > 1 or b[0] > 0.9]
    if best:
        score, name, clause, start, end = max(best, key=lambda b: (b[0], len(b[1])))
        page.practice = name
        page.see(
            "practice.name",
            name,
            clause,
            clause.start + end - len(clause.words[start:end].lstrip()),
            clause.start + end,
            min(score, 0.95),
            ask=(
                "Practice name: your notes correct it themselves. What is the practice called on the agreement?"
                if _RESPELLED.match(clause.note.words[clause.start + end :][:60])
                else ""
            ),
        )


_LEADING_NAME = re.compile(
    r"^(?:Practice(?:\s+Name)?|We|We're|This\s+is|This|Name|Us|Hi|From|Group|At|For)\s+(?=[A-Z])"
)


def _practice_score(
    page: Page, clause: Clause, name: str, start: int, end: int, first: Clause | None, typed: bool
) -> float:
    before = clause.words[:start]
    if (
        _NO_NAME.match(name)
        or re.match(r"(?:Dr|Mr|Mrs|Ms)\b", name)
        or (page.payer and is_own_payer(page, name))
        or re.search(r"Agreement|Contract|Amendment|Schedule|Hospital System", name)
    ):
        return 0.0
    cued = bool(_NAME_CUE.search(before)) or (
        not before.strip()
        and bool(re.search(r"(?i)\bname\b.*practice|practice.*\bname\b|what.*called", clause.heading))
    )
    leading = clause is first and clause.note.step == "practice" and not before.strip(" *-")
    if cued and typed:
        return 0.95
    if (
        typed
        and clause.note.step == "practice"
        and clause.line <= 4
        and not before.strip(" *-")
        and re.match(r"\s*(?:[,.(-]|$)", clause.words[end:])
        and clause is not first
    ):
        return 0.72
    if leading and typed:
        return 0.9
    if (
        cued
        and clause.note.step == "practice"
        and len(name.split()) >= 2
        and not re.search(r"(?i)\b(?:this\s+is|from)\s+$", before)
        and not shapes.PLACE.match(name + clause.words[end : end + 20])
    ):
        return 0.7
    if (
        leading
        and len(name.split()) >= 2
        and re.match(r"\s*(?:[,.(-]|$)", clause.words[end:])
        and clause.words[end:].count("?") == 0
    ):
        return 0.6
    return 0.0


def _read_agreement(page: Page) -> None:
    for clause in _named(page):
        for m in _AGREEMENT.finditer(clause.words):
            whole = (m["title"] or "") + (m["number"] or "") if m["title"] else m["quoted"] or m["plain"]
            clean = whole
            while _LEADING.match(clean) and len(_LEADING.sub("", clean, count=1).split()) > 1:
                clean = _LEADING.sub("", clean, count=1)
            if len(clean.split()) < 2 or (page.payer and len(clean.split()) < 2):
                continue
            end = clause.start + m.end()
            page.see(
                "practice.agreement",
                tidy(clean.strip(" ,")),
                clause,
                end - len(clean),
                end,
                0.88 if clause.note.step == "practice" else 0.7,
            )


def _read_people(page: Page) -> None:
    for clause in _named(page):
        for m in shapes.PERSON.finditer(clause.words):
            name = m["name"]
            before, after = _before(clause, m.start()), clause.words[m.end() :]
            if (
                re.search(shapes.ORG_END + r"$", name)
                or re.search(rf"\b{shapes.PAYER_END}$|['’]s$", name)
                or shapes.BRAND.search(name)
                or _GONE.match(clause.note.words[clause.start + m.end() :][:60])
                or is_own_payer(page, name)
                or (page.practice and name in page.practice)
            ):
                continue
            payer_side = any(
                re.search(
                    rf"(?i)\b{re.escape(a)}(?:'s)?\s+(?:contact|rep|person|manager|side|lead|contract manager|"
                    rf"negotiator)\s*(?:is|=|:|-)*\s*$",
                    before,
                )
                for a in (page.payer, *page.aliases)
                if a
            )
            manager = payer_side or _MANAGER_CUE.search(before) or _MANAGER_AFTER.match(after)
            relations = re.search(r"(?i)provider (?:relations|rep|services|advocate)", before[-40:] + after[:40])
            if manager and not (relations and not re.search(r"(?i)contract", before[-40:] + after[:40])):
                _see_person(page, clause, m, "practice.contract_manager", 0.88)
            elif (_CONTACT_CUE.search(before) and not _NOT_CONTACT.search(before)) or _ours_by_title(
                page, clause, m, after
            ):
                _see_person(page, clause, m, "practice.contact_name", 0.86)


def _before(clause: Clause, start: int) -> str:
    """The words before a name; where it begins its sentence ("It's Ann Lee now"), the label of the line as well."""
    before = clause.words[:start]
    return f"{clause.heading}: " if clause.heading and _NOTHING_BEFORE.fullmatch(before) else before


def _ours_by_title(page: Page, clause: Clause, m: re.Match[str], after: str) -> bool:
    titled = re.match(
        r"(?i)^\s*[,(]\s*(?:practice|office|ofc|clinic|billing|medical)?\s*(?:manager|administrator|director|"
        r"president|owner|managing partner|coo|ceo)\b",
        after,
    )
    return bool(
        titled
        and (shapes.PHONE.search(after[:90]) or shapes.EMAIL.search(after[:120]))
        and not re.search(r"(?i)contract|network", after[:60])
    )


def _see_person(page: Page, clause: Clause, m: re.Match[str], name: str, score: float) -> None:
    after = clause.words[m.end() :]
    end = m.end()
    joined = re.match(
        r"(?i)^(?:\s+now\b)?\s*(?:[,(-]|\s(?:he's|she's|who is|is)\s(?:the|our|their)?)\s*(?:and\s+)?(?:our\s+|the\s+|"
        r"their\s+)?(?P<title>(?<=\()[^;()\n0-9]{2,60}|[^,;()\n0-9]{2,60})",
        after,
    )
    title = ""
    if joined:
        found = shapes.TITLE.match(joined["title"].strip())
        if found:
            title = found.group().strip()
            end = m.end() + joined.start("title") + joined["title"].index(title) + len(title)
    degree = (m["degree"] or "").strip(" ,.")
    value = ", ".join(x for x in (m["name"].strip(), degree, tidy(title)) if x)
    page.see(name, value, clause, clause.start + m.start(), clause.start + end, score)
    page.take_span(clause, clause.start + m.start(), clause.start + end)
