"""Which kind of question a question leans to: a classifier over its vector and over what its words show.

Kernel least squares, fitted in closed form to every sample, look-alike and article question of the shelf, each kind
and each family against the rest. Fitting takes some seconds, so what was learned ships beside the vectors; asking takes
one product with some thousand rows. There is nothing random in it.
"""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from workflows.domain.guidance import AskedWords, Entry, Shelf

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from workflows.adapters.embeddings import Vectors

    Lesson = dict[str, NDArray[Any]]

_SHOWN = 0.3  # what a word list counts beside a vector of length 1
_WIDTH = 0.5  # of the kernel exp(-WIDTH * squared distance)
_SMOOTH = 0.2
_QUESTIONS = 16  # of an article that teach; the cost of fitting grows with the cube of all
_COUNTS = {"declined": 3.0, "beyond": 2.0, "own_terms": 4.0, "premise": 2.0, "lawful": 1.5, "question": 1.0}


class Leaning:
    """Scores from about -1 (not at all) to 1 for each kind of Recognized and each family, by its id."""

    def __init__(self, names: tuple[str, ...], rows: "Vectors", weights: "Vectors", shelf: Shelf) -> None:
        self._names, self._rows, self._weights, self._words = names, rows, weights, shelf.words
        self._squares: Vectors = (rows**2).sum(1)

    @classmethod
    def learned(cls, shelf: Shelf, vectors: "Vectors", lesson: "Lesson | None") -> "Leaning":
        """What the entries of the shelf teach, whose vectors these are; from the lesson where it is of this shelf."""
        import numpy as np

        if lesson is None or str(lesson["of"]) != shelf.digest:
            lesson = learn(shelf, vectors)
        rows = np.hstack([vectors[lesson["at"]], _SHOWN * lesson["shown"].astype(np.float32)])
        return cls(tuple(lesson["names"].tolist()), rows, lesson["weights"].astype(np.float32), shelf)

    def save(self, path: Path) -> None:
        """Keep what was learned."""
        import numpy as np

        np.savez(path, names=np.array(self._names), rows=self._rows, weights=self._weights)

    @classmethod
    def load(cls, path: Path, shelf: Shelf) -> "Leaning":
        """What was learned before, from this same shelf."""
        import numpy as np

        with np.load(path, allow_pickle=False) as held:
            return cls(tuple(held["names"].tolist()), held["rows"], held["weights"], shelf)

    def __call__(self, question: str, vector: "Vectors") -> dict[str, float]:
        """How far the question leans to each kind and to each family."""
        import numpy as np

        if not self._names:
            return {}
        shown = np.array(_shown(question, self._words), np.float32)
        row = np.concatenate([vector.astype(np.float32), _SHOWN * shown])
        scores = _kernel(row[None, :], self._rows, self._squares)[0] @ self._weights
        return dict(zip(self._names, scores.tolist(), strict=True))


def learn(shelf: Shelf, vectors: "Vectors") -> "Lesson":
    """Fit to the entries of the shelf, whose vectors these are: which entries teach (`at`), what their words show, the
    names of kinds and families, and the weight of each entry for each name; `of` is the digest of the shelf."""
    import numpy as np

    taught = _taught(shelf)
    families = sorted({entry.owner for _, entry, _ in taught if entry.kind == "sample"})
    names = (*sorted({shelf.recognized[family].kind for family in families}), *families)
    wanted = [
        [1.0 if name == kind or (name == entry.owner and entry.kind == "sample") else -1.0 for name in names]
        for _, entry, kind in taught
    ]
    smooth = np.array([_SMOOTH / _COUNTS[kind] for _, _, kind in taught], np.float32)
    at = np.array([at for at, _, _ in taught], np.int32)
    lists = [_shown(entry.text, shelf.words) for _, entry, _ in taught]
    shown = np.array(lists, bool).reshape(len(taught), len(shelf.words.shows))
    weights = np.zeros((0, 0), np.float32)
    if names:
        rows = np.hstack([vectors[at], _SHOWN * shown.astype(np.float32)])
        alike = _kernel(rows, rows, (rows**2).sum(1)) + np.diag(smooth)
        weights = np.linalg.solve(alike, np.array(wanted, np.float32))
    half = weights.astype(np.float16)
    return {"of": np.array(shelf.digest), "at": at, "shown": shown, "names": np.array(names), "weights": half}


def _taught(shelf: Shelf) -> list[tuple[int, Entry, str]]:
    """The entries that teach, with their place on the shelf and what they teach."""
    asked: Counter[str] = Counter()
    found = []
    for at, entry in enumerate(shelf.entries):
        kind = _kind(entry, shelf)
        asked[entry.owner] += kind == "question"
        if kind and (kind != "question" or asked[entry.owner] <= _QUESTIONS):
            found.append((at, entry, kind))
    return found


def _kind(entry: Entry, shelf: Shelf) -> str:
    """What a text teaches: the kind of its family, `lawful`, or `question`; "" where it teaches nothing, as passages
    do, and as the questions of articles do that a declined question leads to, since half of them could be declined."""
    if entry.kind == "sample":
        return shelf.recognized[entry.owner].kind
    if entry.kind == "lawful":
        return "lawful"
    refused = any(kind.article == entry.owner for kind in shelf.recognized.values() if kind.kind == "declined")
    return "question" if entry.kind == "question" and not refused else ""


def _shown(text: str, words: AskedWords) -> list[bool]:
    shown = words.shown(text)
    return [name in shown for name in words.shows]


def _kernel(left: "Vectors", right: "Vectors", squares: "Vectors") -> "Vectors":
    """How alike each of `left` is to each of `right`, whose squared lengths are given."""
    import numpy as np

    distances = (left**2).sum(1)[:, None] + squares[None] - 2 * left @ right.T
    found: Vectors = np.exp(-_WIDTH * distances)
    return found
