"""One cell at a time: a code with its modifier, dollars, a percent of Medicare, a day, a place of service.

Each function gives the value, or a Misread with the reason in words that fit behind "row 12: ". Descriptors that are
glued to a code are cut off and kept nowhere: they belong to the AMA.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from workflows.domain.frozen import Frozen
from workflows.domain.medicare import Setting

HIGHEST = Decimal(1_000_000)  # dollars; above it two cells ran together
_CODE = re.compile(r"(?:(?:CPT|HCPCS|CODE)\W*)?(\d{4}[0-9A-Z]|[A-Z]\d{4})(.*)", re.DOTALL)
_LOST_ZEROS = re.compile(r"\d{3}|1\d{3}|\d{1,3}[A-Z]")  # 00100 to 01999 are anesthesia; 0001A to 0999T end in a letter
_GLUED_MODIFIER = re.compile(r"[-\s./,]*([0-9A-Z]{2})")
_KNOWN_MODIFIER = re.compile(r"[-\s./,]+(26|TC|53)\b")
_RANGE = re.compile(r"\s*(?:-|–|—|to|thru|through)\s*([0-9A-Z]\d{3}[0-9A-Z])\s*", re.IGNORECASE)
_DEFAULT = re.compile(r"(?i)all\b.*(?:other|code|service)\w*|default\b.*|everything else|others?(?: codes| services)?")
# CMS's place-of-service codes that are paid at the facility rate (Claims Processing Manual, chapter 12, section 20.4.2).
_FACILITY = frozenset(["02", "19", "21", "22", "23", "24", "26", "31", "34", "41", "42", "51", "52", "53", "56", "61"])
_DATES = (
    (r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ].*)?", "ymd"),
    (r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", "mdy"),
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NO_PRICE = re.compile(r"(?i)n/?a|none|nc|not covered|-+|–|—|n/c")
_BY_OTHER_RULE = re.compile(
    r"(?i)by report|\bb\.?r\.?\b|individual consideration|\bi\.?c\.?\b|carrier|manual|case rate|per diem"
)
_OF_SOMETHING_ELSE = re.compile(r"(?i)charge|billed|\bucr\b|\b(?:awp|asp|wac)\b|cost|invoice|medicaid")


class Misread(ValueError):
    """A cell that does not say what its column means, and why."""


class Code(Frozen):
    """A code, its modifier, and the last code where the cell gives a range; `restored` where zeros had been lost."""

    code: str
    modifier: str = ""
    last: str = ""
    restored: bool = False

    @property
    def is_span(self) -> bool:
        """Whether the cell names more than one code."""
        return bool(self.last)


def code_of(cell: str) -> Code:
    """ "99213", "99213-26", "70450TC", "CPT 99213 Office visit", "100" (for 00100), "99202-99215", "all other codes"."""
    text = cell.strip().upper().lstrip("'")
    if _DEFAULT.fullmatch(text):
        return Code(code="00000", last="ZZZZZ")
    if re.fullmatch(r"\d{3,5}\.0+", text):
        text = text.split(".")[0]
    if re.fullmatch(r"[\d.]+E\+?\d+", text):
        raise Misread(f"{cell!r} was turned into a number by the spreadsheet program; write the code as text")
    if _LOST_ZEROS.fullmatch(text):
        return Code(code=text.zfill(5), restored=True)
    found = _CODE.match(text)
    if not found:
        raise Misread(f"{cell[:40]!r} is not a procedure code")
    code, rest = found[1], found[2]
    span = _RANGE.fullmatch(rest)
    if span:
        if span[1] < code:
            raise Misread(f"the range {cell!r} runs backwards")
        return Code(code=code, last=span[1])
    if not rest.strip():
        return Code(code=code)
    modifier = _GLUED_MODIFIER.fullmatch(rest) or _KNOWN_MODIFIER.match(rest)
    if modifier:
        return Code(code=code, modifier=modifier[1])
    if re.match(r"\d", rest):
        raise Misread(f"{cell[:40]!r} has too many digits for a code")
    return Code(code=code)


def modifier_of(cell: str) -> str:
    """A modifier of two characters, or "" for an empty or zero cell; several are not priced."""
    text = cell.strip().upper().strip("-'")
    if text in ("", "00", "0", "NONE", "GLOBAL", "N/A"):
        return ""
    if not re.fullmatch(r"[0-9A-Z]{2}", text):
        raise Misread(f"{cell[:20]!r} is not one modifier")
    return text


def dollars(cell: str) -> Decimal | None:
    """Dollars of a fee; None for an empty cell or one that says there is no price."""
    text = cell.strip()
    if not text or _NO_PRICE.fullmatch(text):
        return None
    if "%" in text:
        raise Misread(f"{cell[:30]!r} is a percent, not dollars")
    if _BY_OTHER_RULE.search(text):
        raise Misread(f"{cell[:30]!r}: priced by another rule, not by a fee")
    if re.search(r"\(.*\d.*\)|-\s*\$?\d|\d-$", text):
        raise Misread(f"{cell[:30]!r} is negative")
    bare = re.sub(r"(?i)^(?:usd|us\$|\$)\s*|\s*(?:usd|\$)$", "", text).strip()
    if re.fullmatch(r"\d+,\d{1,2}", bare):
        raise Misread(
            f"{cell[:30]!r} may be ${bare.replace(',', '.')} or ${bare.replace(',', '')}; write it with a point"
        )
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+", bare):
        raise Misread(f"{cell[:30]!r} is not an amount")
    amount = Decimal(bare.replace(",", ""))
    if amount == 0:
        raise Misread("the fee is $0")
    if amount > HIGHEST:
        raise Misread(f"{cell[:30]!r} is above $1,000,000")
    return _cents(amount)


def _cents(amount: Decimal) -> Decimal:
    """Binary remains of a spreadsheet (97.42999999999999) as the cents they were; finer prices are kept."""
    near = amount.quantize(Decimal("0.01"))
    return near if abs(near - amount) < Decimal("0.000001") else amount.normalize()


def percent_of(cell: str) -> Decimal | None:
    """A percent: "125%", "125", "1.25" (of Medicare, a ratio); None for an empty cell."""
    text = cell.strip()
    if not text or _NO_PRICE.fullmatch(text):
        return None
    if _OF_SOMETHING_ELSE.search(text):
        raise Misread(f"{cell[:40]!r} is a percent of something else than Medicare")
    bare = re.sub(r"(?i)\s*(?:%|percent|pct).*$", "", text).strip()
    try:
        value = Decimal(bare.replace(",", ""))
    except InvalidOperation as error:
        raise Misread(f"{cell[:30]!r} is not a percent") from error
    if value.is_finite() and "%" not in text and Decimal("0.3") <= value < Decimal(6):
        value *= 100  # 1.25 without a sign is the ratio 125%; no contract pays 1.25% of Medicare
    if not value.is_finite() or not 5 <= value <= 1000:
        raise Misread(f"{cell[:30]!r} is not a percent of Medicare between 5 and 1000")
    return value


def day_of(cell: str) -> date | None:
    """A day as US practices write it: 2025-01-31, 1/31/2025, 1/31/25, Jan 31, 2025; None for an empty or endless one."""
    text = cell.strip()
    if not text or re.fullmatch(r"(?i)n/?a|open|present|current|none|-+|9999.*|12/31/9999", text):
        return None
    named = re.fullmatch(r"(?i)([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})", text)
    parts: tuple[str, str, str] | None = None
    if named and named[1].lower() in _MONTHS:
        parts = (named[3], str(_MONTHS.index(named[1].lower()) + 1), named[2])
    for pattern, order in _DATES:
        found = re.fullmatch(pattern, text)
        if found:
            a, b, c = found.groups()
            parts = (a, b, c) if order == "ymd" else (c if len(c) == 4 else f"20{c}", a, b)
    try:
        if parts:
            return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        pass
    raise Misread(f"{cell[:30]!r} is not a day like 1/31/2026")


def setting_of(cell: str) -> Setting | None:
    """Office or facility from a place-of-service number or words; None for an empty cell or "both"."""
    text = cell.strip().lower()
    if not text or text in ("both", "all", "any", "n/a", "00"):
        return None
    if re.fullmatch(r"\d{1,2}(?:\.0)?", text):
        return "facility" if text.split(".")[0].zfill(2) in _FACILITY else "office"
    if re.search(r"non[- ]?fac|\bnf\b|office|clinic", text):
        return "office"
    if re.search(r"\bfac|^f$|hospital|asc\b|outpatient|inpatient", text):
        return "facility"
    raise Misread(f"{cell[:30]!r} is not a place of service")


def units_of(cell: str) -> Decimal:
    """Units of service: 1,240 or 12.5; none is 0."""
    text = cell.strip()
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?", text):
        raise Misread(f"{cell[:30]!r} is not a number of units")
    return Decimal(text.replace(",", ""))
