"""The columns of a pasted schedule: named by their headers, checked against their cells.

A header that names another payer makes its column private; without a header a column is only named where one reading
is possible.
"""

import re
from decimal import Decimal, InvalidOperation

from workflows.interview.reading.cues import Field, compile_cues
from workflows.interview.reading.names import is_own_payer
from workflows.interview.reading.page import Page
from workflows.interview.reading.shapes import BRAND

_MONEY = re.compile(r"^\$?\s?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)$")

_PERCENT = re.compile(r"^(?P<n>\d+(?:\.\d+)?)\s?%$")


def cell(words: str) -> tuple[str, Decimal] | None:
    """A cell that is one figure: its kind (money with cents or sign, percent, plain) and amount."""
    text = words.strip()
    m = _PERCENT.match(text)
    if m:
        return "percent", Decimal(m["n"])
    m = _MONEY.match(text)
    if m:
        try:
            return ("money" if "$" in text or "." in m["n"] else "plain"), Decimal(m["n"].replace(",", ""))
        except InvalidOperation:
            return None
    return None


CODE_HEADER = re.compile(r"(?i)\b(?:codes?|cpts?|hcpcs|proc(?:edure)?)\b")


_PAYS = re.compile(r"(?i)\b(?:pays?|paid|rates?|fees?|allows?|allowed|alwd|ppo|hmo|offers?)\b|\$")
_HEADER_WORDS = re.compile(
    r"(?i)(?:our|their|the|they|we|us|you|amt|amount|allowable|allow\w*|per|unit|units?|vol\w*|total|avg|average|curr?|"
    r"present|existing|contract\w*|payer|plan|insurer|medicare|mcr|mcare|cms|mpfs|rbrvs|pfs|part|offer\w*|propos\w*|"
    r"ask\w*|want\w*|target|goal|new|old|today|desc\w*|family|service|code|cpt|hcpcs|mod|proc\w*|schedule|of|to|in|"
    r"and|facility|office|non|usd|dollars?|yr|year|ttm|cy|fy|ytd|jan\w*|feb\w*|mar\w*|apr\w*|may|jun\w*|jul\w*|aug\w*|"
    r"sep\w*|oct\w*|nov\w*|dec\w*|count\w*|visits|claims|billed|charge\w*|collected|request\w*|need\w*|counter\w*|"
    r"pct|percent|increase|change|diff\w*|gap|level|it|is|get|gets|a|b|s)"
)


def column(page: Page, words: str, index: int) -> str:
    """Which column a header names: a column of rates.codes, "other:<payer>", or "" when it says neither."""
    if CODE_HEADER.search(words) and not re.search(r"(?i)\bdesc", words):
        return "code"
    name = re.sub(r"(?i)\b(?:pays?|paid|rates?|allowed|alwd|now|current|fees?|fs|sched(?:ule)?|20\d\d)\b|\$", "", words)
    name = re.sub(r"'s$", "", name.strip(" -:'\"()"))
    if name and _is_this_payer(page, name):
        return "current"
    proper = [w for w in re.findall(r"[A-Z][A-Za-z&']+", name) if not _HEADER_WORDS.fullmatch(w)]
    if BRAND.search(words) or (proper and _PAYS.search(words)):
        return f"other:{name}" if page.payer else ""
    field: Field = page.fields["rates.codes"]
    for column in field.question.columns:
        cues = compile_cues(column.cues)
        if any(p.search(words) for p in (*cues.labels,)) and not cues.ruled_out(words):
            return column.id
    if BRAND.search(words) or (
        re.search(r"(?i)\b(?:pays?|rate|allowed|ppo|hmo|blue|plan|choice)\b", words) and re.match(r"[A-Z]", name)
    ):
        return f"other:{name}" if page.payer else ""
    if re.search(
        r"(?i)^(?:they\s+)?(?:pays?|paid|paying|allowed|allow|rate|fee|current|now|today|contracted|contract)",
        words.strip(),
    ):
        return "current"
    return ""


def _is_this_payer(page: Page, name: str) -> bool:
    """Whether a header means the payer of these notes: by its name, its initials or the beginning of its name."""
    if is_own_payer(page, name):
        return True
    words = [w for w in re.findall(r"[A-Za-z]+", page.payer) if w.lower() not in ("of", "the", "and")]
    initials = "".join(w[0] for w in words).upper()
    short = re.sub(r"[^A-Za-z]", "", name)
    return (len(short) >= 2 and short.isupper() and initials.startswith(short)) or (
        len(short) >= 4 and bool(words) and words[0].lower().startswith(short.lower())
    )


def checked(named: list[str], rows: list[list[str]]) -> list[str]:
    """Header names that their cells do not contradict: a volume has no cents, a percent has its sign or none has."""
    kept = []
    for i, name in enumerate(named):
        cells = [c for r in rows if i < len(r) and (c := cell(r[i])) is not None]
        if name == "volume" and any(
            kind == "percent" or (kind == "money" and n != n.to_integral_value()) for kind, n in cells
        ):
            name = ""
        if (
            name in ("current", "offered", "proposed", "medicare")
            and cells
            and all(kind == "percent" for kind, _ in cells)
        ):
            name = "medicare_percent" if name == "medicare" else ""
        kept.append(name)
    return [n if not n or kept.count(n) == 1 else "" for n in kept]


def by_content(rows: list[list[str]], width: int) -> list[str]:
    """Columns without a header, where only one reading is possible: a count beside one fee."""
    names = ["code"]
    for i in range(1, width):
        cells = [c for r in rows if i < len(r) and (c := cell(r[i])) is not None]
        kinds = {kind for kind, _ in cells}
        names.append(
            "volume?" if cells and kinds == {"plain"} else "fee?" if cells and kinds <= {"money", "plain"} else ""
        )
    if names.count("volume?") <= 1 and names.count("fee?") == 1:
        return [{"volume?": "volume", "fee?": "current"}.get(n, n) for n in names]
    return ["code" if n == "code" else "?" for n in names]
