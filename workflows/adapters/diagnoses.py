"""The ICD-10-CM look-up: 74,714 billable codes by code or by words, from one compressed text held as bytes.

The list (CDC/NCHS, April 1, 2026 update, free to use in the United States) is half a megabyte on disk and six in
memory; a search walks it with the bytes of the rarest word, so no index has to be built or shipped.
"""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from workflows.domain.frozen import Frozen

LIST = Path(__file__).resolve().parents[2] / "knowledge/interview/icd10cm_2026-04-01.csv.gz"
_MOST_READ = 4000  # lines looked at for the rarest word; more would not change the first answers


class Diagnosis(Frozen):
    """A billable ICD-10-CM code and its description."""

    code: str
    description: str


@lru_cache(maxsize=1)
def _lines() -> tuple[bytes, bytes]:
    text = gzip.decompress(LIST.read_bytes())
    return text, text.lower()


def find(words: str, most: int = 12) -> tuple[Diagnosis, ...]:
    """Codes that begin with `words`, or whose descriptions hold all of them; shorter descriptions first."""
    text, lower = _lines()
    asked = words.strip().lower()[:80]
    if re.fullmatch(r"[a-z]\d[0-9a-z]?\.?[0-9a-z]{0,4}", asked):
        dotted = asked if "." in asked or len(asked) <= 3 else f"{asked[:3]}.{asked[3:]}"
        return tuple(_found(text, lower, b"\n" + dotted.encode(), (), most))
    parts = sorted((w.encode() for w in re.findall(r"[a-z0-9']{2,}", asked)), key=len, reverse=True)
    if not parts:
        return ()
    hits = list(_found(text, lower, parts[0], tuple(parts[1:]), _MOST_READ))
    return tuple(sorted(hits, key=lambda d: (_rank(d.description.lower(), asked), len(d.description), d.code))[:most])


def _rank(description: str, asked: str) -> tuple[bool, bool, bool]:
    """The plain form of a disease first: its very name (words in brackets aside: "essential (primary) hypertension"),
    then the words asked as they stand, then without complication or specification."""
    name = re.sub(r"\s*\([^)]*\)", "", description)
    plain = description.endswith(("unspecified", "without complications", "uncomplicated"))
    return name != asked, asked not in name, not plain and "(primary)" not in description


def _found(text: bytes, lower: bytes, rarest: bytes, others: tuple[bytes, ...], most: int) -> list[Diagnosis]:
    hits: list[Diagnosis] = []
    at = lower.find(rarest)
    while at != -1 and len(hits) < most:
        start = lower.rfind(b"\n", 0, at + 1) + 1
        end = lower.find(b"\n", start)
        line = lower[start:end]
        if all(word in line for word in others):
            code, _, description = text[start:end].decode().partition(",")
            hits.append(Diagnosis(code=code, description=description.strip('"\r')))
        at = lower.find(rarest, end)
    return hits
