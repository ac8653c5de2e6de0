"""Which kind of question a question leans to: a classifier over its vector and over what its words show.

Kernel least squares, fitted in closed form to every sample, look-alike and article question of the shelf, each kind
and each family against the rest. What likeness in meaning adds is then told again by a few thousand of the texts, drawn
with a fixed seed and the oftener the more they weigh, so that a question is compared with those alone. Fitting takes a
minute, so what was learned ships beside the vectors.
"""

from collections import Counter
from typing import TYPE_CHECKING

from workflows.adapters.spelling import SEARCHED, Spelling
from workflows.adapters.word_grams import PLACES, gathered, grams, likeness, rarity
from workflows.domain.guidance import AskedWords, Entry, Shelf

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from workflows.adapters.embeddings import Vectors

    Lesson = dict[str, NDArray[Any]]

_SHOWN = 0.15  # what a word list counts beside a vector of length 1
_WIDTH = 0.5  # of the kernel exp(-WIDTH * squared distance)
_WORDED = 0.3  # what likeness in words and their neighbors counts beside that in meaning
_SMOOTH = 0.2
_KEPT = 3000  # texts a question is compared with; with all of them it is right as often and takes four times as long
_LOOSE = 1e-3  # how little the kept texts may differ from all; 0 would give some of them huge weights
_AT_ONCE = 2000  # rows, which bounds the memory
_QUESTIONS = 16  # of an article that teach; the cost of fitting grows with the cube of all
_COUNTS = {"declined": 3.0, "beyond": 2.0, "own_terms": 4.0, "premise": 2.0, "lawful": 1.5, "question": 1.0}


class Leaning:
    """Scores from about -1 (not at all) to 1 for each kind of Recognized and each family, by its id."""

    def __init__(self, words: AskedWords, lesson: "Lesson") -> None:
        import numpy as np

        self._words, self._names = words, tuple(lesson["names"].tolist())
        kept = np.hstack([lesson["rows"], _SHOWN * lesson["shown"]])
        self._rows: Vectors = np.ascontiguousarray(kept, np.float32)
        self._squares: Vectors = (self._rows**2).sum(1)
        self._weights: Vectors = lesson["weights"].astype(np.float32)
        self._grams: Vectors = lesson["grams"].astype(np.float32)
        self._rare: Vectors = lesson["rare"].astype(np.float32)

    def __call__(self, question: str, vector: "Vectors") -> dict[str, float]:
        """How far the question (with its slips mended) leans to each kind and to each family."""
        import numpy as np

        if not self._names:
            return {}
        shown = np.array(_shown(question, self._words), np.float32)
        row = np.concatenate([vector.astype(np.float32), _SHOWN * shown])
        # Not `@`: its threads wait for one another, which on a busy machine takes ten times as long as one alone.
        distances = (row**2).sum() + self._squares - 2 * np.einsum("ij,j->i", self._rows, row)
        scores = np.einsum("i,ij->j", np.exp(-_WIDTH * distances), self._weights)
        said = grams(question, self._rare)
        scores += _WORDED * (said.values @ self._grams[said.places])
        return dict(zip(self._names, scores.tolist(), strict=True))


def serves(lesson: "Lesson", shelf: Shelf) -> bool:
    """Whether a lesson can be used for the shelf: it tells the same families apart and looks at the same word lists.
    Texts may have changed since; what they would teach anew is little, and fitting takes a minute."""
    same_lists: bool = lesson["shown"].shape[1] == len(shelf.words.shows)
    return same_lists and tuple(lesson["names"].tolist()) == _names(shelf)


def learn(shelf: Shelf, vectors: "Vectors") -> "Lesson":
    """Fit to the entries of the shelf, whose vectors these are: the texts to compare with (`ids`, and `rows`, their
    vectors), what their words show, the names of kinds and families, the weight of each of them and of each place of
    words for each name, and how rare each place is; `of` is the digest of the shelf."""
    import numpy as np

    taught = _taught(shelf)
    names = _names(shelf)
    spelling = Spelling((entry.text for entry in shelf.entries if entry.kind in SEARCHED), shelf.words)
    texts = [spelling.mend(entry.text) for _, entry, _ in taught]
    at = np.array([at for at, _, _ in taught], np.int32)
    shown = np.array([_shown(text, shelf.words) for text in texts], bool).reshape(len(taught), len(shelf.words.shows))
    rare = rarity(texts)
    weights, placed = np.zeros((0, 0), np.float32), np.zeros((PLACES, 0), np.float32)
    if names:
        worded = [grams(text, rare) for text in texts]
        rows = np.hstack([vectors[at], _SHOWN * shown.astype(np.float32)])
        alike = likeness(worded)
        alike *= _WORDED
        alike += _kernel(rows, rows, (rows**2).sum(1))
        smooth = [_SMOOTH * (1 + _WORDED) / _COUNTS[kind] for _, _, kind in taught]
        alike[np.diag_indices_from(alike)] += np.array(smooth, np.float32)
        wanted = [
            [1.0 if name == kind or (name == entry.owner and entry.kind == "sample") else -1.0 for name in names]
            for _, entry, kind in taught
        ]
        weights = np.linalg.solve(alike, np.array(wanted, np.float32)).astype(np.float32)
        placed = gathered(worded, weights)
        kept, weights = _fewer(rows, weights)
        at, shown = at[kept], shown[kept]
    return {
        "of": np.array(shelf.digest),
        "ids": np.array([int(shelf.entries[place].id, 16) for place in at], np.uint64),
        "rows": vectors[at],
        "shown": shown,
        "names": np.array(names),
        "rare": rare,
        "weights": weights,
        "grams": placed.astype(np.float16),
    }


def _fewer(rows: "Vectors", weights: "Vectors") -> "tuple[NDArray[Any], Vectors]":
    """The rows to keep, and the weights with which they alone add up to nearly what all rows do with theirs."""
    import numpy as np

    heavy = (weights.astype(np.float64) ** 2).sum(1)
    drawn = np.random.default_rng(0).choice(len(rows), min(_KEPT, len(rows)), replace=False, p=heavy / heavy.sum())
    kept = np.sort(drawn)
    few, squares = rows[kept], (rows**2).sum(1)
    normal = _LOOSE * _kernel(few, few, squares[kept]).astype(np.float64)
    wanted = np.zeros((len(kept), weights.shape[1]))
    for first in range(0, len(rows), _AT_ONCE):
        some = rows[first : first + _AT_ONCE]
        near = _kernel(some, few, squares[kept]).astype(np.float64)
        normal += near.T @ near
        wanted += near.T @ (_kernel(some, rows, squares) @ weights)
    return kept, np.linalg.solve(normal, wanted).astype(np.float32)


def _names(shelf: Shelf) -> tuple[str, ...]:
    """The kinds and families that samples of the shelf teach."""
    families = sorted({entry.owner for entry in shelf.entries if entry.kind == "sample"})
    return (*sorted({shelf.recognized[family].kind for family in families}), *families)


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

    found: Vectors = left @ right.T
    found *= 2
    found -= (left**2).sum(1)[:, None]
    found -= squares
    found *= _WIDTH
    return np.exp(found, out=found)
