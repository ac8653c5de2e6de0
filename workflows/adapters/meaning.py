"""The guidance by meaning: Chroma, which holds the vectors on disk, and the same search done exactly until it is open.

Importing Chroma takes over a second and building its collection another, and whoever has an ultimatum on the table
waits for neither: a process answers its first questions by one product with all vectors, in memory, while a thread
opens Chroma. Both are asked the same way and find the same entries.
"""

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

    from workflows.adapters.embeddings import Vectors

_AT_ONCE = 5000  # Chroma takes about 5,400 vectors in one call
_NAME = "guidance"
_log = logging.getLogger(__name__)


class Exact:
    """Every row against the question."""

    def __init__(self, ids: Sequence[int], rows: "Vectors") -> None:
        import numpy as np

        self._ids = ids
        self._rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    def near(self, vector: "Vectors", most: int) -> dict[int, float]:
        """The nearest entries by their number, each with its cosine to the question."""
        import numpy as np

        # Not `@`: its threads wait for one another, which on a busy machine takes ten times as long as one alone.
        alike = np.einsum("ij,j->i", self._rows, vector)
        nearest = np.argsort(-alike, kind="stable")[:most]
        return {self._ids[at]: float(alike[at]) for at in nearest}


class Stored:
    """Chroma's collection in a folder, asked as Exact is."""

    def __init__(self, client: "ClientAPI", collection: "Collection") -> None:
        self._client, self._collection, self._held = client, collection, collection.count()

    @classmethod
    def open(cls, place: Path, ids: Sequence[int], rows: "Vectors") -> "Stored":
        """The collection in the folder `place`; built where it is missing, built anew where it is broken."""
        if place.exists():
            with contextlib.suppress(Exception):  # whatever is wrong with a cache, the cure is to build it anew
                return cls._whole(place, len(ids))
            shutil.rmtree(place, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix="building-", dir=place.parent))
        client, collection = _collection(building)
        for start in range(0, len(ids), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            collection.add(ids=[str(at) for at in ids[part]], embeddings=rows[part])
        client.close()  # type: ignore[attr-defined]  # else it keeps all it built in memory
        with contextlib.suppress(OSError):  # somebody else built it first: theirs is the same
            building.rename(place)
        shutil.rmtree(building, ignore_errors=True)
        return cls._whole(place, len(ids))

    @classmethod
    def _whole(cls, place: Path, wanted: int) -> "Stored":
        found = cls(*_collection(place))
        if found._held != wanted:
            raise ValueError("the collection is not whole")
        return found

    def near(self, vector: "Vectors", most: int) -> dict[int, float]:
        """As Exact.near."""
        found = self._collection.query(
            query_embeddings=vector[None, :], n_results=min(most, self._held), include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return {int(at): 1.0 - distance for at, distance in zip(found["ids"][0], distances, strict=True)}


class Meaning:
    """Exact from the start, Stored as soon as that is open. Safe to share between threads."""

    def __init__(self, place: Path, ids: Sequence[int], rows: "Vectors") -> None:
        self._asked: Exact | Stored = Exact(ids, rows)
        # Not a daemon: ending the program while Chroma's native code runs would abort it.
        self._opening = Thread(target=self._open, args=(place, ids, rows))
        self._opening.start()

    @property
    def stored(self) -> bool:
        """Whether Chroma is asked by now."""
        return isinstance(self._asked, Stored)

    def settle(self) -> None:
        """Wait until Chroma is open, or could not be opened."""
        self._opening.join()

    def near(self, vector: "Vectors", most: int) -> dict[int, float]:
        """The nearest entries by their number, each with its cosine to the question."""
        return self._asked.near(vector, most)

    def _open(self, place: Path, ids: Sequence[int], rows: "Vectors") -> None:
        try:
            self._asked = Stored.open(place, ids, rows)
        except Exception:  # noqa: BLE001 - whatever Chroma raises, the exact search goes on
            _log.info("Chroma could not be opened in %s; the search goes on in memory", place, exc_info=True)


def _collection(folder: Path) -> "tuple[ClientAPI, Collection]":
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    hnsw = {"hnsw": {"space": "cosine", "ef_construction": 50}}
    return client, client.get_or_create_collection(_NAME, embedding_function=None, configuration=hnsw)  # type: ignore[arg-type]
