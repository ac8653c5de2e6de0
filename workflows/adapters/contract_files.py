"""The words of the contracts that cases keep: packed by page and place, found by the hash of what is stored.

Apart from the case document, whose hundred versions only name them: taking a file out and undoing that moves no text.
What no version of a case names any more is removed a day later, when the next file comes.
"""

import base64
import hashlib
import json
import math
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from workflows.adapters.database import Database
from workflows.domain.contract import ContractFile, ContractPage, Run
from workflows.domain.errors import NotFound, StorageTrouble

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

LARGEST = 8_000_000  # characters of one packed file
_UNPACKED = 80_000_000  # bytes
_MOST_PAGES, _MOST_RUNS, _LONGEST = 200, 400_000, 4_000  # as the reader of PDFs has it
_STATES = ("text", "image", "blank", "broken")
_HOLD = "UPDATE cases SET updated = updated WHERE id = :case AND deleted IS NULL"
_PUT = """INSERT INTO contract_files (case_id, words, added, body) VALUES (:case, :words, :now, :body)
    ON CONFLICT (case_id, words) DO UPDATE SET added = excluded.added"""
_READ = "SELECT body FROM contract_files WHERE case_id = :case AND words = :words"
# Younger ones may belong to a change that is being saved at this moment.
_PRUNE = """DELETE FROM contract_files WHERE case_id = :case AND added < :limit AND NOT EXISTS (
    SELECT 1 FROM case_versions v WHERE v.case_id = contract_files.case_id
    AND v.body LIKE '%' || contract_files.words || '%')"""
_KEPT = timedelta(days=1)


def packed(file: ContractFile) -> tuple[str, str]:
    """A file as text to be stored, and the hash by which it is found; the name it has in a case is not part of it."""
    pages = [[p.number, p.state, p.width, p.unseen, p.runs] for p in file.pages]
    plain = json.dumps({"sha256": file.sha256, "pages": pages}, separators=(",", ":"))
    body = base64.b64encode(zlib.compress(plain.encode(), 6)).decode()
    return hash_of(body), body


def hash_of(body: str) -> str:
    """The hash by which a packed file is found and told whole."""
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def unpacked(body: str, name: str) -> ContractFile:
    """The file again. Raises ValueError for what `packed` has not made, however it is built."""
    if len(body) > LARGEST:
        raise ValueError("too large")
    try:
        engine = zlib.decompressobj()
        plain = engine.decompress(base64.b64decode(body, validate=True), _UNPACKED)
        if engine.unconsumed_tail:
            raise ValueError("unpacks to too much")
        raw = json.loads(plain)
        pages = tuple(_page(*page) for page in raw["pages"])
        sha256 = str(raw["sha256"])
    except (zlib.error, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError("not a packed file") from error
    if not 0 < len(pages) <= _MOST_PAGES or sum(len(p.runs) for p in pages) > _MOST_RUNS or len(sha256) != 64:
        raise ValueError("not a contract")
    return ContractFile(name=name, sha256=sha256, pages=pages)


def _page(number: int, state: Any, width: float, unseen: str, runs: list[Any]) -> ContractPage:
    if state not in _STATES or type(number) is not int or not 0 < number <= _MOST_PAGES:
        raise ValueError("not a page")
    found = tuple(Run(float(x), float(y), float(size), str(text)) for x, y, size, text in runs)
    if not all(math.isfinite(r.x + r.y + r.size) and len(r.text) <= _LONGEST for r in found):
        raise ValueError("words without a place")
    return ContractPage(number, found, state, float(width), str(unseen)[:2_000])


class ContractFiles:
    """The packed files of all cases of one database; may raise StorageTrouble, and has then changed nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, case_id: str, bodies: Mapping[str, str]) -> None:
        """Keep packed files, before a version of the case names them. Raises NotFound where the case is not there."""
        now = datetime.now(UTC)
        with self._database.writing("The contract was not kept") as link:
            if _run(link, _HOLD, case=case_id).rowcount != 1:
                raise NotFound("there is no such case", where=case_id, todo="Choose one from the list.")
            put(link, case_id, bodies)
            _run(link, _PRUNE, case=case_id, limit=(now - _KEPT).isoformat(timespec="microseconds"))

    def read(self, case_id: str, words: str) -> str:
        """A packed file, whole. Raises NotFound, or StorageTrouble where it is damaged."""
        with self._database.reading("The contract could not be read") as link:
            row = _run(link, _READ, case=case_id, words=words).one_or_none()
        if row is None:
            raise NotFound("the words of this file are not here any more", where="The contract", todo="Add it again.")
        body = str(row.body)
        if hash_of(body) != words:
            raise StorageTrouble(
                f"The words of a contract are damaged ({self._database.where}). Take the file out and add it again."
            )
        return body

    def cached(self, case_id: str, key: str) -> str | None:
        """What was put there under a name that is no hash of words, or None."""
        with self._database.reading("The contract could not be read") as link:
            row = _run(link, _READ, case=case_id, words=key).one_or_none()
        return None if row is None else str(row.body)

    def all(self, case_id: str, words: Iterable[str]) -> dict[str, str]:
        """Several packed files by their hash."""
        return {key: self.read(case_id, key) for key in words}


def put(link: "Connection", case_id: str, bodies: Mapping[str, str]) -> None:
    """Keep packed files inside a write that is under way."""
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    for words, body in bodies.items():
        _run(link, _PUT, case=case_id, words=words, now=now, body=body)


def _run(link: "Connection", statement: str, **values: Any) -> "CursorResult[Any]":
    from sqlalchemy import text

    return link.execute(text(statement), values)
