"""The index of the guidance: every entry by meaning (meaning.py, cosine) and by words (SQLite's FTS5, BM25).

A cache: built from the shelf into two folders named by its content (Chroma has its own), each put in place by one
rename, read by any number of programs, and never written again; what is missing or broken is built anew. Vectors come from the file that
ships beside the articles; only entries whose text changed since are embedded at run time.

Passages and the articles' questions are searched; samples only taught which kind of question a question is (leaning.py).
"""

import contextlib
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from workflows.adapters.embeddings import NAME, Embedder
from workflows.adapters.leaning import KINDS, Leaning, Taught, read_taught
from workflows.adapters.meaning import Meaning
from workflows.adapters.shipped import SHIPPED, packed, read_shipped, searched, unpacked
from workflows.adapters.spelling import Spelling
from workflows.domain.errors import Refused
from workflows.domain.guidance import Hit, Shelf

if TYPE_CHECKING:
    from workflows.adapters.embeddings import Vectors

_FOUND = 300  # entries looked at: an article has some eight questions and eight passages
_WORDS = """SELECT rowid, bm25(entries) FROM entries WHERE entries MATCH ? ORDER BY bm25(entries) LIMIT ?"""


class PassageIndex:
    """Search over all entries. Safe to share between threads. `trouble` says why it goes by words alone, or ""."""

    def __init__(
        self, shelf: Shelf, folder: Path, embedder: Embedder | None, taught: Taught | None = None, trouble: str = ""
    ) -> None:
        self._entries, self._embedder, self.trouble = shelf.entries, embedder, trouble
        self._leaning = Leaning(shelf.words, shelf.recognized, taught) if embedder and taught else None
        places = searched(shelf.entries)
        self._spelling = Spelling((shelf.entries[at].text for at in places), shelf.words)
        self._words = sqlite3.connect(f"file:{folder / 'words.db'}?mode=ro", uri=True, check_same_thread=False)
        if self._words.execute("SELECT count(*) FROM entries").fetchone()[0] != len(places):
            raise ValueError("the index is not whole")
        self._meaning: Meaning | None = None
        if embedder is not None:
            self._meaning = Meaning(folder.with_name(f"{folder.name}-chroma"), places, _read(folder))
        self._asked: dict[str, tuple[Vectors, Vectors]] = {}  # the last questions as they were read, for two roads
        self._lock = Lock()

    @classmethod
    def open(cls, shelf: Shelf, cache: Path, shipped: Path = SHIPPED, kinds: Path = KINDS) -> "PassageIndex":
        """The index of this shelf, from the cache where it is there, else built (in a folder of its own when the
        cache cannot be written)."""
        taught = read_taught(kinds)
        embedder, trouble = _embedder(taught.piece if taught else b"")
        if embedder is not None:
            Thread(target=embedder.warm).start()  # not a daemon: ending the program in native code would abort it
        folder = cache / f"guidance-{shelf.digest}-{_form(embedder, shipped)}"
        if (folder / "words.db").exists():
            with contextlib.suppress(Exception):  # whatever is wrong with a cache, the cure is to build it anew
                return cls(shelf, folder, embedder, taught, trouble)
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
        return cls(shelf, folder, embedder, taught, trouble)

    @property
    def stored(self) -> bool:
        """Whether Chroma is asked by now; until it is open the vectors are searched in memory."""
        return self._meaning is not None and self._meaning.stored

    def settle(self) -> None:
        """Wait until the index is as it will stay; answers need not wait for it."""
        if self._meaning is not None:
            self._meaning.settle()

    def spelled(self, question: str) -> str:
        """The question with words that are no words of the shelf, but one slip away from one, put right."""
        return self._spelling.mend(question)

    def ahead(self, questions: Sequence[str]) -> None:
        """Embed questions that are about to be asked, two at a time: as one batch they would take as long as one after
        the other, and each vector would depend on its company."""
        embedder = self._embedder
        if embedder is None:
            return
        with ThreadPoolExecutor(2) as pool:
            made = dict(zip(questions, pool.map(lambda one: _read_one(embedder, one), questions), strict=True))
        with self._lock:
            self._asked = made

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
        """The log-odds of each kind and family of Recognized against an ordinary question; {} where it goes by words
        alone, or nothing was taught."""
        if self._leaning is None:
            return {}
        with self._lock:
            read = self._read(question)
        return self._leaning(question, *read)

    def _read(self, question: str) -> "tuple[Vectors, Vectors]":
        assert self._embedder is not None
        if question not in self._asked:
            self._asked = {question: _read_one(self._embedder, question)}
        return self._asked[question]

    def _by_meaning(self, question: str, most: int) -> dict[int, float]:
        return self._meaning.near(self._read(question)[0], most) if self._meaning else {}

    def _by_words(self, question: str, most: int) -> dict[int, float]:
        asked = self._spelling.terms(question)
        if not asked:
            return {}
        rows = self._words.execute(_WORDS, (" OR ".join(f'"{term}"' for term in asked), most))
        return {int(at): -float(score) for at, score in rows}


def _embedder(piece: bytes) -> tuple[Embedder | None, str]:
    try:
        return Embedder.open(piece), ""
    except (Refused, ImportError, RuntimeError) as error:
        return None, str(error)


def _read_one(embedder: Embedder, question: str) -> "tuple[Vectors, Vectors]":
    """The vector of a question, and what the taught layers make of it."""
    vectors, scores = embedder.read([question])
    return vectors[0], scores[0]


def _form(embedder: Embedder | None, shipped: Path) -> str:
    """What an index of the same texts may differ in: the embedding, Chroma's files, and the vectors that shipped."""
    if embedder is None:
        return "words"
    with contextlib.suppress(OSError):
        return f"{NAME}-chroma{version('chromadb')}-{hashlib.sha256(shipped.read_bytes()).hexdigest()[:8]}"
    return f"{NAME}-chroma{version('chromadb')}"


def _build(shelf: Shelf, folder: Path, embedder: Embedder | None, shipped: Path) -> None:
    folder.mkdir(parents=True)
    if embedder is not None:
        _write(folder, read_shipped(shipped).of([shelf.entries[at] for at in searched(shelf.entries)], embedder))
    database = sqlite3.connect(folder / "words.db")
    with contextlib.closing(database), database:
        database.execute("CREATE VIRTUAL TABLE entries USING fts5(text, content='', tokenize='porter unicode61')")
        rows = ((at, shelf.entries[at].text) for at in searched(shelf.entries))
        database.executemany("INSERT INTO entries (rowid, text) VALUES (?, ?)", rows)


def _write(folder: Path, vectors: "Vectors") -> None:
    """Keep the vectors as they ship."""
    import numpy as np

    whole, scale = packed(vectors)
    np.savez(folder / "vectors.npz", vectors=whole, scale=scale)


def _read(folder: Path) -> "Vectors":
    import numpy as np

    with np.load(folder / "vectors.npz", allow_pickle=False) as held:
        return unpacked(held["vectors"], held["scale"])
