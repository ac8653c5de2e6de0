"""A review beside the words it was made from, so that a program that starts need not read a long contract anew.

It is a cache and no record: it is found only by the same files, the same knowledge and the same program, it goes with
the case, and losing it costs seconds.
"""

import base64
import hashlib
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from workflows.domain.contract import ContractReview

if TYPE_CHECKING:
    from workflows.adapters.store import CaseStore

_ROOT = Path(__file__).resolve().parents[2]
_MADE_BY = ("knowledge/contracts", "workflows/contracts", "workflows/domain", "workflows/catalog/clauses.py")
Kept = Sequence[tuple[str, str]]
"""The files of a review in order: name and hash of the words."""


def load(store: "CaseStore", case_id: str, kept: Kept) -> ContractReview | None:
    """The review of these files, or None where none is kept that this program would make."""
    body = store.contract_files.cached(case_id, _key(kept))
    try:
        return ContractReview.model_validate_json(zlib.decompress(base64.b64decode(body))) if body else None
    except (ValueError, zlib.error, ValidationError):
        return None


def save(store: "CaseStore", case_id: str, kept: Kept, review: ContractReview) -> None:
    """Keep a review. May raise StorageTrouble."""
    body = base64.b64encode(zlib.compress(review.model_dump_json().encode())).decode()
    store.contract_files.put(case_id, {_key(kept): body})


def _key(kept: Kept) -> str:
    told = hashlib.sha256(_program().encode())
    for name, words in kept:
        told.update(f"{name}\0{words}\0".encode())
    return f"review-{told.hexdigest()[:24]}"


@lru_cache(maxsize=1)
def _program() -> str:
    """What a review hangs on besides the files: the knowledge and the code that makes it."""
    total = hashlib.sha256()
    for name in _MADE_BY:
        path = _ROOT / name
        found = (path,) if path.is_file() else path.rglob("*")
        for file in sorted(f for f in found if f.is_file() and f.suffix != ".pyc"):
            total.update(file.read_bytes())
    return total.hexdigest()
