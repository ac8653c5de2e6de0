"""What ships beside the guidance so that a first start computes nothing: the vector of every text, and what the samples
taught. Both are checked against the texts they were made from; what does not fit them is computed anew.

Vectors, and the largest table of the lesson, are kept as one byte a number with one scale a row: half the size of half
precision, and recall on the evaluation questions stays the same.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from workflows.adapters.embeddings import DIMENSIONS, NAME, Embedder
from workflows.adapters.leaning import learn
from workflows.domain.guidance import Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workflows.adapters.embeddings import Vectors
    from workflows.adapters.leaning import Lesson

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge/guidance/vectors.npz"
LESSON = "lesson_"
"""How the names of the tables of a lesson begin beside the vectors."""
_IN_BYTES = ("vectors", "lesson_grams", "lesson_rows")
_SCALE = "_scale"
_MOST = 127  # the largest number a signed byte holds either way


class Shipped(NamedTuple):
    """Vectors by the id of their text, and the lesson (None where there is none)."""

    vectors: "dict[str, Vectors]"
    lesson: "Lesson | None"

    def for_shelf(self, shelf: Shelf, embedder: Embedder) -> "tuple[Vectors, Lesson | None]":
        """One row for each entry of the shelf, embedding those whose text has no vector yet; and the lesson."""
        import numpy as np

        missing = {entry.id: entry.text for entry in shelf.entries if entry.id not in self.vectors}
        anew = embedder(list(missing.values())) if missing else ()  # even an empty list would wait for the model
        known = {**self.vectors, **dict(zip(missing, anew, strict=True))}
        rows = np.array([known[entry.id] for entry in shelf.entries], np.float32)
        return rows.reshape(len(shelf.entries), DIMENSIONS), self.lesson

    def problem(self, shelf: Shelf) -> str:
        """What does not fit the shelf, or ""."""
        wanted = {entry.id for entry in shelf.entries}
        if missing := len(wanted - self.vectors.keys()):
            return f"{missing} texts have no vector"
        if idle := len(self.vectors.keys() - wanted):
            return f"{idle} vectors have no text"
        if self.lesson is None or str(self.lesson["of"]) != shelf.digest:
            return "what the samples teach was learned from other texts"
        return ""


def read_shipped(path: Path = SHIPPED) -> Shipped:
    """What is in the file; nothing where it is missing, broken or of another embedding."""
    import numpy as np

    with contextlib.suppress(OSError, ValueError, KeyError), np.load(path, allow_pickle=False) as held:
        if str(held["form"]) == NAME:
            tables = unpacked(held)
            ids = [f"{number:016x}" for number in tables["ids"].tolist()]
            vectors = dict(zip(ids, tables["vectors"], strict=True))
            lesson = {name.removeprefix(LESSON): t for name, t in tables.items() if name.startswith(LESSON)}
            kept = [vectors[f"{number:016x}"] for number in lesson["ids"].tolist()]
            lesson["rows"] = np.array(kept, np.float32).reshape(len(kept), DIMENSIONS)
            return Shipped(vectors, lesson)
    return Shipped({}, None)


def ship(shelf: Shelf, path: Path = SHIPPED) -> int:
    """Write the file for this shelf; returns how many texts were embedded anew. Raises Refused where the embedding is
    not there."""
    import numpy as np

    held = read_shipped(path)
    rows, _ = held.for_shelf(shelf, Embedder.open())
    by_id = {entry.id: row for entry, row in zip(shelf.entries, rows, strict=True)}
    learned = {name: table for name, table in learn(shelf, rows).items() if name != "rows"}  # they are in `vectors`
    content: dict[str, Any] = {f"{LESSON}{name}": value for name, value in learned.items()}
    content |= {
        "form": np.array(NAME),
        "ids": np.array([int(number, 16) for number in by_id], np.uint64),
        "vectors": np.array(list(by_id.values()), np.float32),
    }
    np.savez_compressed(path, **packed(content))
    return len(by_id.keys() - held.vectors.keys())


def packed(tables: "Mapping[str, Any]") -> dict[str, Any]:
    """Tables by name, the large ones as bytes with the scale of each row beside them."""
    found: dict[str, Any] = {}
    for name, table in tables.items():
        found |= _packed(name, table) if name in _IN_BYTES and table.size else {name: table}
    return found


def unpacked(held: "Mapping[str, Any]") -> dict[str, Any]:
    """The tables as they were packed, in full precision where they were kept as bytes."""
    return {
        name: held[name].astype("float32") * held[f"{name}{_SCALE}"] if f"{name}{_SCALE}" in held else held[name]
        for name in held
        if not name.endswith(_SCALE)
    }


def _packed(name: str, table: Any) -> dict[str, Any]:
    import numpy as np

    rows = table.astype(np.float32)
    scale = np.abs(rows).max(axis=1, keepdims=True) / _MOST
    whole = np.rint(np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0))
    return {name: whole.astype(np.int8), f"{name}{_SCALE}": scale.astype(np.float32)}
