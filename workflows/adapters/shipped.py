"""The vectors that ship beside the guidance so that a first start embeds nothing. They are found by the id of their
text; a text that has none is embedded anew.

They are kept as one byte a number with one scale a row: half the size of half precision, and recall on the evaluation
questions stays the same.
"""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from workflows.adapters.embeddings import DIMENSIONS, NAME, Embedder
from workflows.adapters.spelling import SEARCHED
from workflows.domain.guidance import Entry, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.adapters.embeddings import Vectors

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge/guidance/vectors.npz"
_MOST = 127  # the largest number a signed byte holds either way


class Shipped(NamedTuple):
    """Vectors by the id of their text."""

    vectors: "dict[str, Vectors]"

    def of(self, entries: "Sequence[Entry]", embedder: Embedder) -> "Vectors":
        """One row for each entry, embedding those whose text has no vector yet."""
        import numpy as np

        missing = {entry.id: entry.text for entry in entries if entry.id not in self.vectors}
        anew = embedder(list(missing.values())) if missing else ()  # even an empty list would wait for the model
        known = {**self.vectors, **dict(zip(missing, anew, strict=True))}
        rows = np.array([known[entry.id] for entry in entries], np.float32)
        return rows.reshape(len(entries), DIMENSIONS)

    def problem(self, shelf: Shelf) -> str:
        """What does not fit the shelf, or ""."""
        wanted = {shelf.entries[at].id for at in searched(shelf.entries)}
        if missing := len(wanted - self.vectors.keys()):
            return f"{missing} texts have no vector"
        if idle := len(self.vectors.keys() - wanted):
            return f"{idle} vectors have no text"
        return ""


def searched(entries: "Sequence[Entry]") -> list[int]:
    """The places of the entries that are searched, which are those that have a vector."""
    return [at for at, entry in enumerate(entries) if entry.kind in SEARCHED]


def read_shipped(path: Path = SHIPPED) -> Shipped:
    """What is in the file; nothing where it is missing, broken or of another embedding."""
    import numpy as np

    with contextlib.suppress(OSError, ValueError, KeyError), np.load(path, allow_pickle=False) as held:
        if str(held["form"]) == NAME:
            ids = [f"{number:016x}" for number in held["ids"].tolist()]
            return Shipped(dict(zip(ids, unpacked(held["vectors"], held["scale"]), strict=True)))
    return Shipped({})


def ship(shelf: Shelf, path: Path = SHIPPED) -> int:
    """Write the file for this shelf; returns how many texts were embedded anew. Raises Refused where the embedding is
    not there."""
    import numpy as np

    held, entries = read_shipped(path), [shelf.entries[at] for at in searched(shelf.entries)]
    by_id = {e.id: row for e, row in zip(entries, held.of(entries, Embedder.open()), strict=True)}
    vectors, scale = packed(np.array(list(by_id.values()), np.float32).reshape(len(by_id), DIMENSIONS))
    ids = np.array([int(number, 16) for number in by_id], np.uint64)
    np.savez_compressed(path, form=np.array(NAME), ids=ids, vectors=vectors, scale=scale)
    return len(by_id.keys() - held.vectors.keys())


def packed(rows: "Vectors") -> "tuple[Any, Vectors]":
    """Rows as bytes, and the scale of each."""
    import numpy as np

    scale = np.abs(rows).max(axis=1, keepdims=True, initial=0) / _MOST
    whole = np.rint(np.divide(rows, scale, out=np.zeros_like(rows), where=scale > 0))
    return whole.astype(np.int8), scale.astype(np.float32)


def unpacked(whole: Any, scale: "Vectors") -> "Vectors":
    """The rows in full precision."""
    rows: Vectors = whole.astype("float32") * scale
    return rows
