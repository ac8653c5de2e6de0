"""Words made fit to stand in a letter: office abbreviations written out, marks and machine-talk dropped.

Only abbreviations with one meaning are written out; everything else keeps the user's words. The quote beside the value
is never tidied, so the person who confirms sees both.
"""

import re

_SHORT = (
    (r"w/in\b", "within"),
    (r"w/o\b", "without"),
    (r"w/\s?", "with "),
    (r"\bofc\b\.?", "office"),
    (r"\bmgr\b\.?", "manager"),
    (r"\bdocs\b", "physicians"),
    (r"\bsvc\b\.?", "service"),
    (r"\bsvcs\b\.?", "services"),
    (r"\bpts\b(?=\.|\s|,|$)", "patients"),
    (r"\bpt\b(?=\s(?:said|was|is|says|reported|calls?|called)\b)", "the patient"),
    (r"\bappts\b\.?", "appointments"),
    (r"\bappt\b\.?", "appointment"),
    (r"\bhrs\b\.?", "hours"),
    (r"\bhr\b\.?", "hour"),
    (r"\bwks\b\.?", "weeks"),
    (r"\bwk\b\.?", "week"),
    (r"\byrs\b\.?", "years"),
    (r"\byr\b\.?", "year"),
    (r"\bmos\b\.?", "months"),
    (r"\bmins?\b\.?", "minutes"),
    (r"\brpt\b\.?", "report"),
    (r"\bhosp\b\.?", "hospital"),
    (r"\bmbrs\b\.?", "members"),
    (r"\bavg\b\.?", "average"),
    (r"\bcty\b\.?", "county"),
    (r"\bntwk\b\.?", "network"),
    (r"\beff\b\.?(?=\s)", "effective"),
    (r"\bcalls? back inside\b", "call back within"),
    (r"\bmbr\b\.?", "member"),
    (r"\bthru\b", "through"),
    (r"\btil\b", "until"),
    (r"\bctrl\b", "control"),
    (r"\bspan\b\.?(?=\s|$|,|\()", "Spanish"),
    (r"\beng\b\.?(?=\s|$|,)", "English"),
    (r"\bviet\b\.?(?=\s|$|,)", "Vietnamese"),
    (r"\bMCR\b", "Medicare"),
    (r"\bmcare\b", "Medicare"),
    (r"\bwt gain\b", "weight gain"),
    (r"\bbiz\b", "business"),
    (r"\bauths\b", "authorizations"),
    (r"\bauth\b", "authorization"),
    (r"\bCY\s?'?(\d\d)\b", r"20\1"),
    (r"\bCY(20\d\d)\b", r"\1"),
    (r"\bdept\b\.?", "department"),
    (r"\bgov't\b", "government"),
    (r"\bincl\b\.?", "including"),
    (r"\bpeds\b", "pediatrics"),
    (r"\bindep\b\.?", "independent"),
    (r"\bassoc\b\.(?=\s|$)", "Associates"),
    (r"\bb/c\b", "because"),
    (r"\bbw\b", "between"),
    (r"\bprev\b\.?", "previous"),
    (r"\bsys\b\.?", "system"),
    (r"\bpcps\b", "PCPs"),
    (r"\bucs\b", "urgent care centers"),
    (r"\burgent cares\b", "urgent care centers"),
)
_EXPAND = tuple((re.compile(p, re.I), r) for p, r in _SHORT)
_DAYS = {
    "m": "Monday",
    "mon": "Monday",
    "tu": "Tuesday",
    "tue": "Tuesday",
    "tues": "Tuesday",
    "w": "Wednesday",
    "wed": "Wednesday",
    "th": "Thursday",
    "thu": "Thursday",
    "thur": "Thursday",
    "thurs": "Thursday",
    "f": "Friday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_DAY = re.compile(r"\b(mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?(?!-)", re.I)


def tidy(words: str) -> str:
    """Words as a letter may hold them: known abbreviations written out, spaces and stray marks removed."""
    text = re.sub(r"[\s\x00]+", " ", words)
    for found, full in _EXPAND:
        text = found.sub(full, text)
    text = re.sub(r"\s+([,.;:])", r"\1", re.sub(r"\s{2,}", " ", text))
    text = text.strip(" \t,;:-*>|=")
    text = re.sub(r"(?<![A-Za-z.][A-Za-z])\.$", "", text)
    return _balanced(text)


def days_written_out(text: str) -> str:
    """ "Sat 8-12" as "Saturday 8-12"."""
    return _DAY.sub(lambda m: _DAYS.get(m.group(1).lower(), m.group(1).title()), text)


def _balanced(text: str) -> str:
    if text.count("(") > text.count(")"):
        return text[: text.rindex("(")].strip(" ,;") if text.rstrip().endswith("(") else text + ")"
    if text.count(")") > text.count("("):
        return (
            text.replace(")", "", 1).strip()
            if text.startswith(")")
            else text[: text.rindex(")")].strip() + text[text.rindex(")") + 1 :]
        )
    return text
