"""Names and numbers that identify: the practice, the payer, people, the agreement, NPI, tax ID, ZIP, place, telephones.

They are read first, because knowing the payer's name is what keeps another payer's rates out of the letter.
"""

import re

from workflows.interview.reading import shapes
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page

_NPI = re.compile(r"(?i)\bnpi\b(?:\s*\(?\s*type\s*[12]\s*\)?)?[^\d\n]{0,24}(\d{10})(?!\d)")
_TIN = re.compile(
    r"(?i)\b(?:tin|t\.i\.n\.|fed(?:eral)?\.?\s*(?:tax\s*)?id|employer\s*id(?:entification)?|tax\s*id(?:entification)?|fein|ein|tax\s*(?:no|number|"
    r"#))\b[^\d\n]{0,24}(\d{2}-?\d{7})(?!\d)"
)
_ZIP = re.compile(r"(?i)\bzip(?:\s*code)?\b[^\d\n]{0,14}(\d{5})(?:-\d{4})?(?!\d)")
_NOT_CITY = re.compile(
    r"(?i)^(?:in|the|we|we're|our|at|of|and|from|to|is|near|main|office|clinic|payer|medicare|mcr|practice|based|"
    r"located|group|plan|health|blue|hospital|since|county)\b\s*"
)
_MAIN = re.compile(r"(?i)\b(?:main|hq|headquarters|primary|central)\b")
_EXTRA_DIGITS = re.compile(r"(?i)\bfax\b[^\d]{0,12}$")
_TOLL_FREE = re.compile(r"^\(?8(?:00|33|44|55|66|77|88)\b")


_DIGIT = "|".join(shapes.DIGITS)
_COUNTY_ZIP = re.compile(
    rf"(?i)^[,\s(]*(?:[A-Za-z.' -]{{2,30}}\b(?:county|cty|co|parish)\b[.)]?[,\s]*)?(?:zip\s*)?"
    rf"(?:(?P<zip>\d{{5}})(?![\d,])|"
    rf"(?P<spoken>(?:{_DIGIT})(?:[ -](?:{_DIGIT})){{4}})\b(?![ -](?:{_DIGIT})\b))"
)
_LOWER_PLACE = re.compile(
    r"(?:^|[-,:;.]\s+|\bin\s+)(?P<city>[a-z]{3,}(?:\s[a-z]{3,}){0,2}),?\s+(?P<state>"
    + "|".join(s.lower() for s in shapes.STATES.values())
    + r")\b[,\s]+(?:(?P<county>[a-z]{3,}(?:\s[a-z]{3,})?)\s(?:county|parish),?\s+)?(?P<zip>\d{5})(?!\d)"
)


def read_numbers(page: Page) -> None:
    """NPI, tax ID, ZIP, place, telephone and e-mail."""
    for clause in page.open_clauses():
        words = clause.words
        for name, pattern, score in (
            ("practice.npi", _NPI, 0.96),
            ("practice.tax_id", _TIN, 0.96),
            ("practice.zip", _ZIP, 0.93),
        ):
            for m in pattern.finditer(words):
                page.see(name, m.group(1), clause, clause.start + m.start(), clause.start + m.end(), score)
                page.take_span(clause, clause.start + m.start(1), clause.start + m.end(1))
        _place(page, clause)


def _place(page: Page, clause: Clause) -> None:
    if clause.note.step not in ("practice", "market", "access") or (
        "table" in clause.tags and not _MAIN.search(clause.words)
    ):
        return
    if clause.note.step == "practice":
        _lower_place(page, clause)
    for m in shapes.PLACE.finditer(clause.words):
        city = m["city"]
        while _NOT_CITY.match(city):
            city = _NOT_CITY.sub("", city, count=1)
        if len(city) < 3 or shapes.STREET_END.search(city) or re.search(shapes.ORG_END + r"$", city):
            continue
        if m["state"] in (
            "IN",
            "OR",
            "ME",
            "OK",
            "OH",
            "HI",
            "PA",
            "MD",
            "CO",
            "DE",
            "LA",
            "AL",
            "CA",
            "MA",
            "DC",
            "NP",
            "ID",
        ) and not (
            m["zip"]
            or _COUNTY_ZIP.match(clause.words[m.end() :])
            or re.search(r",\s*(?:[A-Z][\w ]+)?$", clause.words[: m.start("state")])
        ):
            continue
        if m["state"] in ("MD", "PA", "DO") and not m["zip"] and not m["county1"]:
            continue  # "Anneke Dahl, MD": a degree, not a state
        county = m["county1"] or _county(page, clause, m.end())
        sure = bool(
            m["zip"]
            or county
            or clause.heading
            or re.search(r"(?i)\b(?:in|we're|located|based|from)\s+$", clause.words[: m.start()])
        )
        if not sure and clause.note.step != "practice":
            continue
        state = shapes.STATES.get(m["state"], m["state"])
        value = ", ".join(x for x in (city, f"{county} County" if county else "", state) if x)
        start, end = clause.start + m.start() + m.group().index(city), clause.start + m.end()
        main = bool(_MAIN.search(clause.words))
        page.see("practice.place", value, clause, start, end, (0.9 if sure else 0.7) + (0.05 if main else 0))
        if not m["zip"]:
            _zip_after_county(page, clause, m.end(), main)
        if m["zip"]:
            page.see("practice.zip", m["zip"], clause, clause.start + m.start("state"), end, 0.9, total=main)
            page.take_span(clause, clause.start + m.start("zip"), end)


def _lower_place(page: Page, clause: Clause) -> None:
    """ "salmon idaho lemhi county 83467": a place without capitals, believed because its ZIP code stands there."""
    m = _LOWER_PLACE.search(clause.words)
    if m:
        parts = (m["city"], f"{m['county']} county" if m["county"] else "", m["state"])
        value = ", ".join(x.title() for x in parts if x)
        page.see("practice.place", value, clause, clause.start + m.start("city"), clause.start + m.end(), 0.84)
        page.see("practice.zip", m["zip"], clause, clause.start + m.start("state"), clause.start + m.end(), 0.86)
        page.take_span(clause, clause.start + m.start("zip"), clause.start + m.end())


def _zip_after_county(page: Page, clause: Clause, after: int, main: bool) -> None:
    """ "Kearney, Nebraska, Buffalo County, 68845": the ZIP code behind the county, in digits or one digit a word."""
    m = _COUNTY_ZIP.match(clause.words[after:])
    if not m:
        return
    digits = m["zip"] or "".join(shapes.DIGITS[w.lower()] for w in re.split(r"[ -]", m["spoken"]))
    group = "zip" if m["zip"] else "spoken"
    start, end = clause.start + after + m.start(group), clause.start + after + m.end(group)
    page.see("practice.zip", digits, clause, start, end, 0.88, total=main)
    page.take_span(clause, start, end)


def _county(page: Page, clause: Clause, after: int) -> str:
    near = clause.words[after : after + 60]
    for words in (near, *(c.words for c in page.clauses if c.note is clause.note and abs(c.line - clause.line) <= 1)):
        m = shapes.COUNTY.search(words)
        if m and not re.fullmatch(
            r"(?i)(?:the|this|our|a|each|every|in the|one|whole|entire|per)", m["county"].strip()
        ):
            name = re.sub(r"^(?:[a-z]+\s)+(?=[A-Z])", "", m["county"])
            return name if name[:1].isupper() else name.title() if " " not in name else ""
    return ""


def read_contacts(page: Page) -> None:
    """The practice's telephone and e-mail address: the one that is not the payer's."""
    phones: list[tuple[str, Clause, int, int]] = []
    for clause in page.open_clauses():
        for m in shapes.SPOKEN_PHONE.finditer(clause.words):
            area = "".join(shapes.DIGITS[w.lower()] for w in re.split(r"[ -]", m["a"]))
            phones.append((f"{area} {m['b']}", clause, m.start(), m.end()))
            page.take_span(clause, clause.start + m.start(), clause.start + m.end())
        for m in shapes.PHONE.finditer(clause.words):
            page.take_span(clause, clause.start + m.start(), clause.start + m.end())
            if not _EXTRA_DIGITS.search(clause.words[: m.start()]) and not _TOLL_FREE.match(m.group().lstrip("+1 ")):
                phones.append(
                    (clause.note.raw[clause.start + m.start() : clause.start + m.end()], clause, m.start(), m.end())
                )
    mails = [
        (m.group(), c, m.start(), m.end())
        for c in page.clauses
        if "patient" not in c.tags and "order" not in c.tags
        for m in shapes.EMAIL.finditer(c.words)
        if "mail" not in c.tags or re.match(r"(?i)[ >]*from:", c.words)
    ]
    for name, found in (("practice.contact_phone", phones), ("practice.contact_email", mails)):
        ours = [f for f in found if not _theirs(page, f[1], f[2])]
        if name == "practice.contact_email":
            ours = [f for f in ours if not any(same_domain(a, f[0]) for a in (page.payer, *page.aliases) if a)]
        direct = [
            f
            for f in ours
            if re.search(
                r"(?i)\b(?:direct|me|us|ours?|contact|call|reach|cell)\b", f[1].words[max(0, f[2] - 60) : f[2]]
            )
        ]
        use = ours if len({f[0] for f in ours}) == 1 else direct
        for value, clause, start, end in use:
            clean = re.sub(r"\s+(?:extension|ext\.?)\s*", " ext. ", value)
            page.see(name, clean, clause, clause.start + start, clause.start + end, 0.86)


def _theirs(page: Page, clause: Clause, at: int) -> bool:
    before = clause.words[max(0, at - 90) : at]
    payer_named = any(a and re.search(rf"(?i)\b{re.escape(a)}\b", before) for a in (page.payer, *page.aliases))
    ours = re.search(r"(?i)\b(?:us|me|ours?|my|our contact|call us|reach us|reach me)\b", before)
    return bool(
        (
            payer_named
            or re.search(
                r"(?i)\b(?:contract(?:ing)? (?:manager|mgr)|k mgr|their|they|payer(?:'s)?|network manager|provider "
                r"(?:line|relations|contracting))\b",
                before,
            )
        )
        and not ours
    )


def same_domain(payer: str, mail: str) -> bool:
    """Whether a mail address is the payer's own."""
    domain = re.sub(r"[^a-z]", "", mail.split("@")[1].rsplit(".", 1)[0].lower())
    words = re.sub(r"[^a-z ]", "", payer.lower()).split()
    return bool(words) and (
        (len("".join(words[:2])) > 4 and "".join(words[:2]) in domain)
        or (len(words[0]) > 4 and domain.startswith(words[0]))
    )
