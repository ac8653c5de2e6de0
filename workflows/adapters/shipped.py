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
_LESSON = "lesson_"
_IN_BYTES = ("vectors", "lesson_grams")
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
        known = {**self.vectors, **dict(zip(missing, embedder(list(missing.values())), strict=True))}
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
            ids = [f"{number:016x}" for number in held["ids"].tolist()]
            lesson = {
                name.removeprefix(_LESSON): _unpacked(held, name)
                for name in held.files
                if name.startswith(_LESSON) and not name.endswith(_SCALE)
            }
            return Shipped(dict(zip(ids, _unpacked(held, "vectors"), strict=True)), lesson or None)
    return Shipped({}, None)


def ship(shelf: Shelf, path: Path = SHIPPED) -> int:
    """Write the file for this shelf; returns how many texts were embedded anew. Raises Refused where the embedding is
    not there."""
    import numpy as np

    held = read_shipped(path)
    rows, _ = held.for_shelf(shelf, Embedder.open())
    by_id = {entry.id: row for entry, row in zip(shelf.entries, rows, strict=True)}
    content: dict[str, Any] = {f"{_LESSON}{name}": value for name, value in learn(shelf, rows).items()}
    content |= {
        "form": np.array(NAME),
        "ids": np.array([int(number, 16) for number in by_id], np.uint64),
        "vectors": np.array(list(by_id.values()), np.float32),
    }
    np.savez_compressed(path, **{name: value for given in content.items() for name, value in _packed(*given).items()})
    return len(by_id.keys() - held.vectors.keys())


def _packed(name: str, table: Any) -> dict[str, Any]:
    """A table under its name, where it is a large one as bytes with the scale of each row beside them."""
    import numpy as np

    if name not in _IN_BYTES or not table.size:
        return {name: table}
    rows = table.astype(np.float32)
    scale = np.abs(rows).max(axis=1, keepdims=True) / _MOST
    whole = np.rint(np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0))
    return {name: whole.astype(np.int8), f"{name}{_SCALE}": scale.astype(np.float32)}


def _unpacked(held: "Mapping[str, Any]", name: str) -> Any:
    """The table as it was packed, in full precision where it was kept as bytes."""
    import numpy as np

    table = held[name]
    return table.astype(np.float32) * held[f"{name}{_SCALE}"] if f"{name}{_SCALE}" in held else table
