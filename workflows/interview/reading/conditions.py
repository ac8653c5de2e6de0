"""What a practice treats: conditions by their names and abbreviations, and the tables of the diagnoses step."""

import re
from collections.abc import Iterator

from workflows.domain.answers import Row
from workflows.interview.reading.ailments import CONDITION, full_name
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.cues import figure_at, masked
from workflows.interview.reading.labels import label_of
from workflows.interview.reading.page import Page
from workflows.interview.reading.periods import periods
from workflows.interview.reading.quantities import Quantity
from workflows.interview.reading.tidy import tidy

_TOP = re.compile(
    r"(?i)\b(?:top\s+(?:dx|diagnos[ei]s|conditions?)|main\s+(?:dx|diagnos[ei]s|conditions?)|mostly|mainly|"
    r"bread\s+and\s+butter|we\s+(?:treat|see|do)\s+(?:a\s+lot\s+of|mostly|mainly|tons\s+of|lots\s+of)?|lots?\s+of|"
    r"(?:what|who)\s+(?:do\s+)?(?:you|we)\s+(?:treat|do(?:\s+best)?|see)|what\s+we\s+do\s+best|most\s+common|biggest\s+(?:dx|"
    r"diagnos[ei]s|groups)|diagnos[ei]s(?:\s+mix)?|conditions|dx)\b"
)
_PANEL = re.compile(
    r"(?i)\b(?:registr(?:y|ies)|panels?|on\s+(?:the\s+)?list|(?:on|in)\s+follow[- ]?up|cohort|managed|"
    r"we\s+(?:manage|follow|track|carry)|monitoring\s+list|clinic|whole\s+panel|all\s+comers|tracked|enrolled|"
    r"active\s+(?:patients|pts)|on\s+(?:ccm|warfarin|biologics|dialysis)|ccm)\b"
)
_RECALL = re.compile(
    r"(?i)\b(?:recall(?:s|ed|\s+list)?|outreach|remind\w*|screening(?:s)?|screen(?=\b)|calls?\s+the\s+\w+\s+people|"
    r"calls?\s+(?:every|all)\s+\w+\s+pat\w+|gap\s+(?:list|closure|calls)|in[- ]house\s+\w+\s+camera)\b"
)
_PATHWAY = re.compile(
    r"(?i)\b(?:pathway|before\s+(?:any\s+)?(?:mri|imaging|surgery|surgical|injection|tka|operat\w+|we\s+(?:operate|"
    r"inject|cut)|referral|ct|x-?ray|biopsy|cath\w*)|conservative(?:ly)?|pt\s+first|therapy\s+first|no\s+surgery|"
    r"without\s+(?:surgery|an?\s+operation)|only\s+if\s+it\s+meets|step\s+therapy|watchful\s+waiting|"
    r"active\s+surveillance)\b"
)
_RARE = re.compile(
    r"(?i)\b(?:only\s+(?!\w*\s*if\b)(?:[\w-]+\s+){1,8}?(?:in\s+(?:the\s+)?(?:county|region|area|state|town|valley|"
    r"\d|[A-Z])|within|inside|this\s+side|for\s+\d+|east|west|north|south|around|nearby|between|taking|who\s+do|for\s+an?\s+hour|outside|"
    r"on\s+the\s+(?:peninsula|island|coast|reservation|plains?))|"
    r"(?:nobody|no\s+one)\s+(?:in|around|near)\s+(?:the\s+)?\w+\s+(?:does|has|offers)|"
    r"(?:nobody|no\s+one|no[- ]one)\s+else|none\s+of\s+the\s+others|closest\s+other|nearest\s+other\s+(?:one|place|"
    r"office)\s+(?:that|doing|with)|next\s+(?:nearest|closest)\s+(?:one|place)\s|we(?:'re|\s+are)\s+the\s+only|"
    r"the\s+(?:county|region|area|town|state)'s\s+only|sole\s+(?:provider|source)\s+of|"
    r"first\s+in\s+the\s+(?:county|region|state))\b"
)


def read_conditions(page: Page) -> None:
    """The five tables of the diagnoses step; a clause feeds the most specific one it fits."""
    for clause in page.open_clauses():
        if (
            "table" in clause.tags
            or clause.note.step not in ("diagnoses", "practice", "quality", "er_avoidance")
            or "foreign" in clause.tags
        ):
            continue
        words = clause.words
        if _PATHWAY.search(words) and _pathway(page, clause):
            continue
        if _RARE.search(words) and not re.search(r"(?i)\bhours\b", words) and clause.note.step == "diagnoses":
            _rare(page, clause)
            continue
        pieces = list(_pieces(clause))
        recall = _RECALL.search(words)
        if (
            recall
            and not (len(pieces) >= _A_LIST and _TOP.search(words))
            and clause.note.step in ("diagnoses", "practice")
            and not re.search(r"\d\s?(?:%|percent)\s*(?:vs?\b|versus)", words)
            and _recall(page, clause, recall)
        ):
            continue
        counted = [p for p in pieces if p[1] is not None]
        if counted and (
            _PANEL.search(words)
            or _PANEL.search(clause.heading)
            or (clause.note.step == "diagnoses" and len(counted) >= 2 and not _percents(clause))
        ):
            _panels(page, clause, counted, pieces)
        elif clause.note.step in ("diagnoses", "practice") and _NAMED_PANEL.search(masked(clause)):
            _named_panels(page, clause)
        elif (
            _TOP.search(words)
            or _TOP.search(clause.heading)
            or (clause.note.step == "diagnoses" and len(pieces) >= 3 and not clause.figures)
        ):
            _top(page, clause, pieces)


_WITH = re.compile(r"(?i)\s(?:(?:patients|pts)\s)?(?:with|w/)\s")  # "2,300 with hypertension"
_A_LIST = 4  # so many conditions in a row are what the practice treats, whatever screening stands among them
_NAMED_PANEL = re.compile(
    r"(?i)(?P<c>[a-z][a-z/-]+(?:\s[a-z][a-z/-]+){0,2}?)\s+(?P<k>panel|registry|clinic|(?:\w+\s+)?list)"
    r"\s*(?:is|of|has|at|:|=|~|about)?\s*(?P<n>\x00+)(?!\s*(?:slots?|hours|hrs|days|am|pm|visits))"
)


def _named_panels(page: Page, clause: Clause) -> None:
    """Panels by their own name: "buprenorphine panel 96", "anticoag clinic 640"."""
    for m in _NAMED_PANEL.finditer(masked(clause)):
        q = figure_at(clause, m.start("n"))
        name = re.sub(r"(?i)^(?:(?:our|the|and|a|an|in|on|hf)\s+)+(?=\w)", "", m["c"]).strip()
        if (
            q is None
            or q.unit != "count"
            or q.doubt
            or q.high is not None
            or len(name) < 3
            or q not in page.free(clause)
        ):
            continue
        if re.search(
            r"(?i)\b(?:wait\w*|price|call|task|mailing|to-do|walk|sick|evening|saturday|pump|payer|whole|"
            r"same|free|second|open)\b",
            name,
        ):
            continue
        row: Row = {"condition": full_name(name), "patients": q.text}
        page.see("diagnoses.panels", row, clause, clause.start + m.start("c"), q.end, 0.74)
        page.take(clause, q)


def _percents(clause: Clause) -> bool:
    return any(q.unit == "percent" for q in clause.figures)


def _pieces(clause: Clause) -> Iterator[tuple[re.Match[str], Quantity | None]]:
    """The conditions of a clause, each with the count beside it (before it, or after it up to the next comma)."""
    words = clause.words
    found = list(CONDITION.finditer(words))
    used: set[int] = set()
    counts = [
        q
        for q in clause.figures
        if q.unit in ("count", "year", "code")
        and not q.doubt
        and q.high is None
        and (q.unit != "year" or not re.search(r"(?i)\b(?:in|since|cy|of)\s*$", words[: q.start - clause.start]))
    ]
    leading = sum(
        1
        for q in counts
        for m in found
        if 0 < m.start() - (q.end - clause.start) <= 3
        or _WITH.fullmatch(words, max(0, q.end - clause.start), max(0, m.start()))
    )
    trailing = sum(1 for q in counts for m in found if 0 <= q.start - clause.start - m.end() <= 4)
    for m in found:
        near: Quantity | None = None
        for q in counts:
            at, end = q.start - clause.start, q.end - clause.start
            gap_before = words[end : m.start()] if end <= m.start() else None
            gap_after = words[m.end() : at] if at >= m.end() else None
            before_fits = (
                gap_before is not None
                and re.fullmatch(
                    r"(?i)\s*(?:on|w/|with|kids\s+with|kids|patients\s+(?:with|on)|pts\s+(?:with|on)|of\s+them|are|"
                    r"have|in)?\s*(?:our\s+|the\s+)?",
                    gap_before,
                )
                is not None
                and leading >= trailing
            )
            after_fits = (
                gap_after is not None
                and re.fullmatch(
                    r"(?i)[\s:=(~-]*(?:panel|registry|clinic|list|patients?|pts|kids)?\s*(?:of|is|with|has|at|:|=|"
                    r",|\(|about|~)*\s*",
                    gap_after,
                )
                is not None
                and (
                    trailing >= leading
                    or "panel" in gap_after.lower()
                    or "regist" in gap_after.lower()
                    or "clinic" in gap_after.lower()
                )
            )
            if q.start not in used and (before_fits or after_fits):
                near = q
                used.add(q.start)
                break
        yield m, near


def _panels(
    page: Page,
    clause: Clause,
    counted: list[tuple[re.Match[str], Quantity | None]],
    pieces: list[tuple[re.Match[str], Quantity | None]],
) -> None:
    registry = re.search(r"(?i)\b(?:ehr\s+registry|registry|reviewed\s+\w+(?:\s+by\s+[\w ]{3,30})?)\b", clause.words)
    for m, q in counted:
        if q is None or q.amount > 5_000_000:
            continue
        row: Row = {"condition": full_name(m["c"]), "patients": q.text}
        if registry:
            row["registry"] = "registry" if registry.group().lower() == "registry" else tidy(registry.group())
        start, end = min(q.start, clause.start + m.start()), max(q.end, clause.start + m.end())
        page.see("diagnoses.panels", row, clause, start, end, 0.84 if not q.approx else 0.75)
        page.take(clause, q)
    if clause.note.step == "diagnoses" and len(pieces) >= 3 and not _PANEL.search(clause.words):
        _top(page, clause, pieces)


def _top(page: Page, clause: Clause, pieces: list[tuple[re.Match[str], Quantity | None]]) -> None:
    shares = [q for q in page.free(clause) if q.unit == "percent"]
    if sum((q.amount for q in shares), start=shares[0].amount * 0 if shares else 0) > 100:
        page.see(
            "diagnoses.top",
            {},
            clause,
            clause.start,
            clause.end,
            0.6,
            ask=(
                "These shares come to more than 100%. Do some patients count twice? Which share of visits does "
                "each condition have?"
            ),
        )
        page.take(clause, *shares)
        return
    listed = _listed(clause, pieces)
    if len(listed) < 2 and not _TOP.search(clause.words):
        return
    for start, end, name in listed:
        row: Row = {"condition": name}
        share = next((q for q in shares if 0 <= q.start - clause.start - end <= 3), None)
        if share:
            row["share"] = share.text
            page.take(clause, share)
        page.see("diagnoses.top", row, clause, clause.start + start, clause.start + end, 0.82)


def _listed(clause: Clause, pieces: list[tuple[re.Match[str], Quantity | None]]) -> list[tuple[int, int, str]]:
    """The items of the list around the known conditions; an item that holds one is taken whole if it is short."""
    made: list[tuple[int, int, str]] = []
    for m, _ in pieces:
        if not made or m.start() >= made[-1][1]:
            made.append((m.start(), m.end(), full_name(m["c"])))
    return made


def _recall(page: Page, clause: Clause, cue: re.Match[str]) -> bool:
    words = clause.words
    target = next((m for m in CONDITION.finditer(words)), None)
    named = re.search(
        r"(?i)\b(?P<n>(?:[A-Za-z-]+\s+){1,4}?(?:recall|outreach|screening|screen|reminders?|camera))\b", words
    )
    count = next(
        (
            q
            for q in page.free(clause)
            if q.unit == "count"
            and re.match(
                r"(?i)\s*(?:patients?|pts|people|of\s+them|on\s+(?:her|his|the|our)\s+list|kids|women|men|recalled|"
                r"exams?|members|calls|screened|reached|reminders|teens|babies)\b",
                words[q.end - clause.start :],
            )
        ),
        None,
    )
    rate = next((q for q in page.free(clause) if q.unit == "percent"), None)
    name = _programme_name(words, named, target)
    if not name:
        return False
    row: Row = {"programme": name}
    if count and not count.doubt and count.high is None:
        row["reached"] = count.text
        page.take(clause, count)
    if rate and not rate.doubt and rate.amount <= 100:
        row["rate"] = rate.text
        page.take(clause, rate)
    said = [p for p in periods(words) if p.kind not in ("loose", "same")]
    if said and ("reached" in row or "rate" in row):
        row["period"] = said[0].says
    page.see("diagnoses.programmes", row, clause, clause.start, clause.end, 0.78)
    return True


def _programme_name(words: str, named: re.Match[str] | None, target: re.Match[str] | None) -> str:
    if named:
        if re.search(r"(?i)\b(?:days?|weeks?|wks?|hours?|scopes?)\b", named["n"]):
            return ""
        name = re.sub(
            r"(?i)^(?:(?:we|our|the|a|run|runs|do|have|every|and|of|gets?|baby|weekly|patients?|list|in|on|for|"
            r"registry|or|house)\s+)+",
            "",
            named["n"],
        ).strip()
        if len(name.split()) >= 2:
            return re.sub(r"(?i)\s+(?:programme|program)$", "", tidy(name))
    if target and re.search(r"(?i)\b(?:recall|calls?|remind|outreach)", words):
        return f"{full_name(target['c'])} recall"
    return ""


def _pathway(page: Page, clause: Clause) -> bool:
    words = clause.words
    head = re.match(r"(?i)(?P<h>[^:,;.]{2,60}?)\s*(?:pathway)?\s*:", words)
    target = CONDITION.search(words)
    name = re.sub(r"(?i)\s*pathway$", "", head["h"]) if head else (target["c"] if target else "")
    if not name:
        return False
    name = full_name(name)
    said = [p for p in periods(words) if p.kind not in ("loose", "same")]
    result = tidy(words[head.end() :] if head else words)
    row: Row = {"pathway": name}
    if result and len(result) <= 200:
        row["result"] = re.sub(r"(?i)\bPT before\b", "physical therapy before", result)
    if said:
        row["period"] = said[0].says
    count = next(
        (
            q
            for q in page.free(clause)
            if q.unit == "count"
            and re.match(r"(?i)\s*(?:patients?|pts)\b", words[q.end - clause.start :])
            and not q.doubt
        ),
        None,
    )
    if count:
        row["patients"] = count.text
    page.see("diagnoses.pathways", row, clause, clause.start, clause.end, 0.76)
    page.take(clause, *page.free(clause))
    return True


def _rare(page: Page, clause: Clause) -> None:
    words = clause.words
    told = words[words.index(":") + 1 :] if label_of(clause.note.raw[clause.start : clause.end], words) else words
    if re.search(r"(?i)\b(?:we think|i think|i believe|not sure|probably|maybe)\b", words):
        page.see(
            "diagnoses.rare_services",
            {},
            clause,
            clause.start,
            clause.end,
            0.6,
            ask=(
                f"You wrote “{words.strip()[:120]}”, but not as certain. Is there really no other nearby, and how "
                f"do you know?"
            ),
        )
        return
    miles = next((q for q in page.free(clause) if q.unit == "miles" and not q.doubt), None)
    volume = next(
        (
            q
            for q in page.free(clause)
            if q.unit == "count"
            and re.match(r"(?i)\s*(?:a|per|/)\s?(?:year|yr)", words[q.end - clause.start :])
            and not q.doubt
        ),
        None,
    )
    row: Row = {"service": tidy(re.sub(r"(?i)^(?:we(?:'re| are)?|it's)\s+(?:the\s+)?", "", told.strip()))}
    if miles and not re.search(r"(?i)inside|within", words[: miles.start - clause.start][-12:]):
        row["nearest"] = miles.text
    if volume:
        row["volume"] = volume.text
    page.take(clause, *[q for q in (miles, volume) if q])
    page.see("diagnoses.rare_services", row, clause, clause.start, clause.end, 0.72)
