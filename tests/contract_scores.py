"""Findings against labels: recall, precision, levels, values, look-alikes. A finding fits a label when types agree and
half of the shorter quotation's twelve-letter pieces stand in the other."""

import json
import re
import unicodedata
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from workflows.adapters.read_pdf import read_pdf
from workflows.catalog.clauses import clauses
from workflows.contracts import review
from workflows.domain.contract import ContractFile, ContractReview

DAY = date(2026, 11, 22)
RISKY = ("high", "medium")


@cache
def read(path: Path) -> ContractFile:
    return read_pdf(path.read_bytes(), path.name)


@cache
def reviewed(path: Path) -> ContractReview:
    return review([read(path)], clauses(), DAY)


def labels(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.with_suffix(".labels.jsonl").read_text().splitlines()]


def letters(text: str) -> str:
    return re.sub(r"[^a-z0-9$%]", "", unicodedata.normalize("NFKC", text).lower())


def _pieces(text: str) -> set[str]:
    key = letters(text)
    return {key[i : i + 12] for i in range(max(1, len(key) - 11))}


def overlap(quote: str, label: str) -> float:
    x, y = _pieces(quote), _pieces(label)
    return 0.0 if len(x) > max(600, 4 * len(y)) else len(x & y) / min(len(x), len(y))


def counted(path: Path) -> Counter[str]:
    """What was found, missed, rated and read in one file."""
    found, rows = reviewed(path).findings, labels(path)
    wanted = [r for r in rows if r["kind"] == "clause" and not r["scanned"]]
    count: Counter[str] = Counter(labels=len(wanted), found=len(found))
    used = set()
    for row in wanted:
        best = max(
            ((overlap(f.quote, row["quote"]), i) for i, f in enumerate(found) if f.type == row["type"]), default=(0, 0)
        )
        if best[0] < 0.5:
            continue
        f = found[best[1]]
        used.add(best[1])
        numbers = {float(n) for v in f.values.values() for n in re.findall(r"\d+(?:\.\d+)?", str(v))}
        wants = {float(v) for v in row["values"].values() if isinstance(v, (int, float))}
        count.update(
            hit=1,
            page=f.page in row["pages"],
            level=f.risk == row["risk"],
            values=len(wants),
            read=len(wants & numbers),
        )
        count.update(side=(f.risk in RISKY) == (row["risk"] in RISKY))
    every = [r for r in rows if r["kind"] == "clause"]
    for i, f in enumerate(found):
        good = i in used or any(f.type == r["type"] and overlap(f.quote, r["quote"]) >= 0.5 for r in every)
        alike = any(
            r["kind"] == "decoy" and f.type == r["not_type"] and overlap(f.quote, r["quote"]) >= 0.5 for r in rows
        )
        count.update(good=good, fooled=alike and not good)
    return count


def total(paths: list[Path]) -> dict[str, float]:
    """The scores over several files."""
    c = sum((counted(p) for p in paths), Counter())
    return {
        "recall": c["hit"] / c["labels"],
        "precision": c["good"] / c["found"],
        "page": c["page"] / c["hit"],
        "level": c["level"] / c["hit"],
        "side": c["side"] / c["hit"],
        "values": c["read"] / c["values"],
        "fooled": c["fooled"],
    }
