"""The index of the guidance: every entry by meaning (Chroma, cosine) and by words (SQLite's FTS5, BM25).

A cache: built from the shelf into a folder named by its content, put in place by one rename, read by any number of
programs, and never written again; where it is missing or broken it is built anew. Vectors come from the file that
ships beside the articles; only entries whose text changed since are embedded at run time.

Passages and the articles' questions are searched; samples only teach which kind of question a question is (leaning.py).
"""

import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, cast

from workflows.adapters.embeddings import NAME, Embedder
from workflows.adapters.leaning import Leaning, learn
from workflows.adapters.shipped import SHIPPED, read_shipped
from workflows.adapters.spelling import SEARCHED, Spelling
from workflows.domain.errors import Refused
from workflows.domain.guidance import Entry, Hit, Shelf

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    from workflows.adapters.embeddings import Vectors

_FOUND = 300  # entries looked at: an article has some eight questions and eight passages
_AT_ONCE = 5000  # Chroma takes about 5,400 vectors in one call
_WORDS = """SELECT rowid, bm25(entries) FROM entries WHERE entries MATCH ? ORDER BY bm25(entries) LIMIT ?"""


class PassageIndex:
    """Search over all entries. Safe to share between threads. `trouble` says why it goes by words alone, or ""."""

    def __init__(self, shelf: Shelf, folder: Path, embedder: Embedder | None, trouble: str = "") -> None:
        self._entries, self._embedder, self.trouble = shelf.entries, embedder, trouble
        self._spelling = Spelling((shelf.entries[at].text for at in _searched(shelf.entries)), shelf.words)
        self._words = sqlite3.connect(f"file:{folder / 'words.db'}?mode=ro", uri=True, check_same_thread=False)
        self._meaning: Collection | None = _collection(folder) if embedder else None
        self._leaning = _leaning(shelf, folder) if embedder else None
        self._asked: tuple[str, Vectors] | None = None  # the last question and its vector, which two roads need
        self._lock = Lock()
        self._held: int = self._words.execute("SELECT count(*) FROM entries").fetchone()[0]
        if self._held != len(_searched(self._entries)) or (self._meaning and self._meaning.count() != self._held):
            raise ValueError("the index is not whole")

    @classmethod
    def open(cls, shelf: Shelf, cache: Path, shipped: Path = SHIPPED) -> "PassageIndex":
        """The index of this shelf, from the cache where it is there, else built (in a folder of its own when the
        cache cannot be written)."""
        embedder, trouble = _embedder()
        if embedder is not None:
            Thread(target=embedder.warm).start()  # not a daemon: ending the program in native code would abort it
        folder = cache / f"guidance-{shelf.digest}-{_form(embedder, shipped)}"
        if (folder / "words.db").exists():
            with contextlib.suppress(Exception):  # whatever is wrong with a cache, the cure is to build it anew
                return cls(shelf, folder, embedder, trouble)
            shutil.rmtree(folder, ignore_errors=True)
        try:
            cache.mkdir(parents=True, exist_ok=True)
            building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        except OSError:
            building = Path(tempfile.mkdtemp(prefix="parley-"))
            folder = building / "index"
        _build(shelf, building / "new", embedder, shipped)
        with contextlib.suppress(OSError):  # somebody else built it first: theirs is the same
            (building / "new").rename(folder)
        if building.parent == cache:
            shutil.rmtree(building, ignore_errors=True)
        return cls(shelf, folder, embedder, trouble)

    def spelled(self, question: str) -> str:
        """The question with words that are no words of the shelf, but one slip away from one, put right."""
        return self._spelling.mend(question)

    def search(self, question: str, *, most: int = _FOUND) -> tuple[Hit, ...]:
        """Entries near the question by meaning or by words, each with both likenesses (0 where it was not found so)."""
        with self._lock:
            meaning = self._by_meaning(question, most)
            words = self._by_words(question, most)
        best = max(words.values(), default=0.0)
        # By words alone the best match says nothing of how good it is; how many of the words are known here does.
        whole = (best if self._meaning else best / (self._spelling.share(question) or 1.0)) or 1.0
        entries, near, worded = self._entries, meaning.get, words.get
        return tuple(
            [Hit(entries[at], near(at, 0.0), worded(at, 0.0) / whole) for at in sorted(meaning.keys() | words.keys())]
        )

    def leanings(self, question: str) -> dict[str, float]:
        """How far the question leans to each kind and family of Recognized; {} where it goes by words alone."""
        if self._leaning is None:
            return {}
        with self._lock:
            vector = self._vector(question)
        return self._leaning(question, vector[0])

    def _vector(self, question: str) -> "Vectors":
        assert self._embedder is not None
        if self._asked is None or self._asked[0] != question:
            self._asked = (question, self._embedder([question]))
        return self._asked[1]

    def _by_meaning(self, question: str, most: int) -> dict[int, float]:
        if self._embedder is None or self._meaning is None:
            return {}
        found = self._meaning.query(
            query_embeddings=self._vector(question),
            n_results=min(most, self._held),
            include=["distances"],
        )
        distances = (found["distances"] or [[]])[0]
        return {int(at): 1.0 - distance for at, distance in zip(found["ids"][0], distances, strict=True)}

    def _by_words(self, question: str, most: int) -> dict[int, float]:
        asked = self._spelling.terms(question)
        if not asked:
            return {}
        rows = self._words.execute(_WORDS, (" OR ".join(f'"{term}"' for term in asked), most))
        return {int(at): -float(score) for at, score in rows}


def _embedder() -> tuple[Embedder | None, str]:
    try:
        return Embedder.open(), ""
    except (Refused, ImportError, RuntimeError) as error:
        return None, str(error)


def _form(embedder: Embedder | None, shipped: Path) -> str:
    """What an index of the same texts may differ in: the embedding, Chroma's files, and what the samples taught."""
    if embedder is None:
        return "words"
    with contextlib.suppress(OSError):
        return f"{NAME}-chroma{version('chromadb')}-{hashlib.sha256(shipped.read_bytes()).hexdigest()[:8]}"
    return f"{NAME}-chroma{version('chromadb')}"


def _searched(entries: Sequence[Entry]) -> list[int]:
    return [at for at, entry in enumerate(entries) if entry.kind in SEARCHED]


def _leaning(shelf: Shelf, folder: Path) -> Leaning:
    import numpy as np

    with np.load(folder / "leaning.npz", allow_pickle=False) as held:
        return Leaning(shelf, held["vectors"].astype(np.float32), {name: held[name] for name in held.files})


def _build(shelf: Shelf, folder: Path, embedder: Embedder | None, shipped: Path) -> None:
    import numpy as np

    folder.mkdir(parents=True)
    searched = _searched(shelf.entries)
    if embedder is not None:
        collection = _collection(folder)
        vectors, lesson = read_shipped(shipped).for_shelf(shelf, embedder)
        for start in range(0, len(searched), _AT_ONCE):
            part = searched[start : start + _AT_ONCE]
            collection.add(ids=[str(at) for at in part], embeddings=vectors[part])
        if lesson is None or str(lesson["of"]) != shelf.digest:
            lesson = learn(shelf, vectors)
        np.savez(folder / "leaning.npz", vectors=vectors.astype(np.float16), **cast("dict[str, Any]", lesson))
    database = sqlite3.connect(folder / "words.db")
    with contextlib.closing(database), database:
        database.execute("CREATE VIRTUAL TABLE entries USING fts5(text, content='', tokenize='porter unicode61')")
        rows = ((at, shelf.entries[at].text) for at in searched)
        database.executemany("INSERT INTO entries (rowid, text) VALUES (?, ?)", rows)


def _collection(folder: Path) -> "Collection":
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(folder), settings=settings)
    return client.get_or_create_collection(
        "guidance", embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_construction": 50}}
    )
