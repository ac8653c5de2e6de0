"""Clinicians and tenure: "4 docs 2 NPs", "a physician and two PAs", "solo", "in network since 2003"."""

import re
from datetime import date

from workflows.domain.language import figures
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import figure_at, masked, pattern
from workflows.interview.reading.page import Page

_SPECIALISTS = (
    r"physicians?|doctors?|docs?|mds?|dos?|mds?/dos?|surgeons?|cardiologists?|pediatricians?|dermatologists?|"
    r"endocrinologists?|psychiatrists?|neurologists?|urologists?|rheumatologists?|"
    r"gastroenterologists?|ob[/-]?gyns?|obstetricians?|gynecologists?|orthopa?edists?|internists?|nephrologists?|"
    r"pulmonologists?|oncologists?|hematologists?|ophthalmologists?|otolaryngologists?|ents?|"
    r"allergists?|podiatrists?|dpms?|anesthesiologists?|hospitalists?|intensivists?|physiatrists?|radiologists?|"
    r"pathologists?|family\s(?:docs|doctors|physicians)|fps?|gps?|geriatricians?|GI\sdocs|electrophysiologists?|"
    r"rheums|ophths?\.?|ophthos|derms|orthos|endos|psychs|neuros|pulms|nephs|obs|cardiology\s+docs|chiropractors?|optometrists?|"
    r"dentists?|perinatologists?"
)
_ADVANCED = (
    r"(?:nurse\s+practitioners?|(?:\w{0,3})nps?(?:/pas?)?|pas?(?:-?cs?)?|p\.a\.s?|"
    r"physician\s+(?:assistants?|associates?|asst\.?)|pmhnps?|fnps?|crnps?|arnps?|aprns?|apps?|cnms?|"
    r"midwives|midwife|nurse\s+midwi(?:fe|ves)|advanced\s+practice\s+(?:clinicians?|providers?|nurses?)|"
    r"mid-?levels?|extenders?|crnas?|cns)"
)
_OTHER = (
    r"(?:\w+\s)?(?:therapists?|psychologists?|psyds?|lcsws?|lpcs?|lmfts?|lmhcs?|counselors?|social\s+workers?|"
    r"audiologists?|dietitians?|dieticians?|nutritionists?|pharmds?(?:\seducators?)?|pharmacists?|"
    r"(?:physical|occupational|speech)\s+therapists?|diabetes\s+educators?|cdces|cdces?|genetic\s+counselors?|"
    r"speech\s+pathologists?|slps?|ods|lactation\s+consultants?|optometrists?|bcbas?)"
)
_BETWEEN = (
    r"(?:\s+(?:board[- ]certified|full[- ]?time|part[- ]?time|employed|own(?:er)?|general|pediatric|"
    r"fellowship[- ]trained|other|more|staff|licensed|psychiatric|psych|adult|family|solo|clinical|partner|"
    r"nurse|certified|registered|cardiac|ft|pt|hand|spine)){0,2}"
)
_SOLO = re.compile(
    r"(?i)\b(?:solo(?!\s+rates)|just\s+me|only\s+me|sole\s+(?:physician|provider|practitioner)|one[- ]doctor|"
    r"single[- ]physician|by\s+myself|i'm\s+the\s+only\s+(?:doc|doctor|physician|md)|it's\s+me\s+and)\b"
)
_A = re.compile(
    rf"(?i)\b(?:a|an|one)\s+(?P<who>{_SPECIALISTS}|{_ADVANCED})\b(?!\s*(?:on\s+call|leads|will|who\s+answers|line|"
    rf"schedule|answers|owned|group|extender))"
)
_LEFT = re.compile(
    r"(?i)\b(?:retir|left|leaving|added|adding|add|hir(?:e|ing|ed)|recruit|joined|lost|used to|next door|nearby|"
    r"nearest|closest|they(?:'ve)?\s+(?:got|have)|competitor|other\s+(?:practice|group)|refer|fluent|per\s+(?:doc|physician|provider)|would\s+let|if\s+we|"
    r"open(?:ing)?\s+for)\b"
)
_KINDS = (
    ("practice.physicians", _SPECIALISTS),
    ("practice.advanced_practice", _ADVANCED),
    ("practice.other_clinicians", _OTHER),
)
_LABEL_LEAD = r"(?:(?:number|no\.?|#|count)\s+of\s+)?"
_MOST_LABELLED = 60  # "PAs: 260" are prior authorizations
_TAKEN_BACK = re.compile(r"(?i)\b(?:no,?\s+wait|wait,?\s+no|make\s+that|scratch\s+that|i\s+mean|correction)\b")
_SINCE = re.compile(
    r"(?i)\b(?:in[- ]?(?:network|ntwk|netwk)|participat\w+|par\b|contracted|credentialed|"
    r"(?:been\s+)?with\s+(?:them|(?!since)\w+(?:\s(?!since)\w+){0,3})|on\s+(?:their|the)\s+panel|their\s+network|"
    r"this\s+network)\b[^.,;]{0,60}?\bsince[\s:]+(?:\w+\s+)?(?P<y>(?:19|20)\d\d)\b"
    r"|(?i:\bjoined\s+(?:the\s+)?[^.,;\d]{2,50}?\b(?:network|panel)\s+(?:in\s+)?)(?P<j>(?:19|20)\d\d)\b"
)
_FOR_YEARS = re.compile(
    r"(?i)\b(?:in[- ]?(?:network|ntwk|netwk)|participat\w+|par\b|contracted|with\s+(?:them|this\s+payer|"
    r"\w+))\b[^.;,\x00]{0,40}?(?P<n>\x00+)|(?P<m>\x00+)\s+(?:in|with)\s+(?:their|the|this|"
    r"\w+'?s?)\s*(?:payer'?s?\s+)?(?:network|ntwk)"
)


def read_staff(page: Page) -> None:
    """How many physicians, advanced practice clinicians and others, summed inside one clause."""
    for clause in page.open_clauses():
        if "table" in clause.tags or clause.note.step not in ("practice", page.asking.split(".")[0] or "practice"):
            continue
        for name, who in _KINDS:
            _count(page, clause, name, who)
        _solo(page, clause)


def _count(page: Page, clause: Clause, name: str, who: str) -> None:
    mask = masked(clause)
    if not re.search(rf"(?i)\b(?:{who})\b", mask):
        return
    spans: list[tuple[int, int]] = []
    amount, ask = 0, ""
    told = [
        m
        for m in pattern(
            rf"(?:^|[^\w\x00]){_LABEL_LEAD}(?!pa\b)(?:{who})[ ]*[:=][ ]*{{n}}(?=\s*(?:$|[,;|(]|\s\w))"
        ).finditer(mask)
        if (q := figure_at(clause, m.start("n"))) and q.amount <= _MOST_LABELLED
    ]
    for m in told or pattern(rf"{{n}}{_BETWEEN}[ -]+(?:{who})\b(?!\s*[:=]\s*\x00)").finditer(mask):
        q = figure_at(clause, m.start("n"))
        if (
            q is None
            or q.unit != "count"
            or (clause.note.step, q.start) in page.taken
            or q.amount > 2000
            or _LEFT.search(mask[max(0, m.start() - 30) : m.start()])
        ):
            continue
        if name == "practice.physicians" and re.match(
            r"(?i)\s+(?:assistants?|associates?|asst|extenders?|visits?)", mask[m.end() :]
        ):
            continue
        if q.doubt or q.high is not None:
            ask = (
                f"You wrote “{clause.note.raw[clause.start + m.start() : clause.start + m.end()].strip()}”. How "
                f"many exactly?"
            )
        if spans and _TAKEN_BACK.search(mask[: m.start()]):
            ask = "Your notes correct the number of clinicians themselves. How many are there now?"
        amount += int(q.amount)
        spans.append((clause.start + m.start("n"), clause.start + m.end()))
        page.take(clause, q)
    for m in _A.finditer(mask):
        if (
            re.fullmatch(who, m["who"], re.I)
            and not any(s <= clause.start + m.start() < e for s, e in spans)
            and not _LEFT.search(mask[max(0, m.start() - 30) : m.start()])
        ):
            if not (spans or re.search(r"(?i)\b(?:and|\+|plus|,|with|we(?:'re| are| have))\b", mask)) or re.search(
                r"(?i)\b(?:as|call|see|sees|by|from|to)\s+$", mask[: m.start()]
            ):
                continue
            amount += 1
            spans.append((clause.start + m.start(), clause.start + m.end()))
    if not spans:
        return
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    total = bool(re.search(r"(?i)\b(?:so|total|altogether|in all)\b[^\x00]{0,12}$", mask[: start - clause.start]))
    page.see(name, str(amount), clause, start, end, 0.9, ask=ask, total=total)


def _solo(page: Page, clause: Clause) -> None:
    m = _SOLO.search(clause.words)
    if m and not any(s.field == "practice.physicians" for s in page.seen):
        page.see("practice.physicians", "1", clause, clause.start + m.start(), clause.start + m.end(), 0.8)


def read_tenure(page: Page) -> None:
    """Years in the network: told as years, or since a year (whole years gone by)."""
    for clause in page.open_clauses():
        if "table" in clause.tags or re.search(r"(?i)\b(?:other payer|out of network)\b", clause.words):
            continue
        mask = masked(clause)
        told = _FOR_YEARS.search(mask)
        q = figure_at(clause, told.start("n") if told["n"] else told.start("m")) if told else None
        if q is not None and told and q.unit == "years" and q.amount <= 90:
            ask = (
                f"You wrote {q.words}, but not as certain. For how many years have you been in this payer's network?"
                if q.doubt or q.high
                else ""
            )
            page.see("practice.years", q.text, clause, clause.start + told.start(), q.end, 0.88, ask=ask)
            page.take(clause, q)
            continue
        m = _SINCE.search(clause.words)
        if m:
            years = _whole_years(page.today, clause.words[m.start() : m.end()], int(m["y"] or m["j"]))
            if 0 <= years <= 90:
                page.see("practice.years", str(years), clause, clause.start + m.start(), clause.start + m.end(), 0.72)


def _whole_years(today: date, words: str, year: int) -> int:
    months = [int(str(int(f.amount))[4:6]) for f in figures(words) if f.unit == "date" and len(str(int(f.amount))) >= 6]
    return today.year - year - (1 if months and months[0] > today.month else 0)
