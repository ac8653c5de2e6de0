"""Which kind of question a question leans to, from two readings whose scores are averaged.

The one is the encoder's last layers, taught a second time on the samples: a piece of a graph that ships and, put behind
the packaged model's bytes, becomes part of that model, since protobuf merges messages that stand one behind the other. It
takes up the tokens where the encoder's own last layers do, so the vector for the search stays what it was and one run
gives both. The other is a weighted sum over the vector, the words with their neighbors, and the word lists: where a
question is unlike all samples it errs less. tests/teach_kinds.py teaches both; it needs what the product does not (torch,
onnx).
"""

import contextlib
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from workflows.adapters.embeddings import MODEL_SHA256
from workflows.adapters.word_grams import grams
from workflows.domain.guidance import AskedWords, Recognized, Shelf

if TYPE_CHECKING:
    from workflows.adapters.embeddings import Vectors

KINDS = Path(__file__).resolve().parents[2] / "knowledge/guidance/kinds.npz"
ORDINARY = ""
"""The name of the score of a question that is of no family."""


class Taught(NamedTuple):
    """What the samples taught. `piece` is the piece of a graph, whose scores stand for `names`: families, and ORDINARY. For
    each of `kinds`, a column each: the weights of the vector, of the word `lists` and of one (`beside`, a row each), and of
    each place of words (`words`), with how rare the places are. `of` is the digest of the samples."""

    piece: bytes
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    lists: tuple[str, ...]
    beside: "Vectors"
    words: "Vectors"
    rare: "Vectors"
    of: str


class Leaning:
    """The log-odds against an ordinary question of each family, as the first reading has it, and of each kind."""

    def __init__(self, words: AskedWords, known: Mapping[str, Recognized], taught: Taught) -> None:
        self._words, self._taught = words, taught
        self._plain = taught.names.index(ORDINARY)
        self._families = {at: family for at, family in enumerate(taught.names) if family in known}
        of = {at: known[family].kind for at, family in self._families.items()}
        self._places = {kind: [at for at in of if of[at] == kind] for kind in taught.kinds}

    def __call__(self, question: str, vector: "Vectors", scores: "Vectors") -> dict[str, float]:
        """By kind and by family, for a question (with its slips mended), its vector, and what the piece makes of it."""
        import numpy as np

        taught, shown = self._taught, self._words.shown(question)
        odds = scores - scores[self._plain]
        row = np.array([*vector, *(name in shown for name in taught.lists), 1.0], np.float32)
        said = grams(question, taught.rare)
        weighed = row @ taught.beside + said.values @ taught.words[said.places]
        kinds = {
            kind: (float(np.logaddexp.reduce(odds[self._places[kind]])) + float(other)) / 2
            for kind, other in zip(taught.kinds, weighed, strict=True)
            if self._places[kind]
        }
        return kinds | {family: float(odds[at]) for at, family in self._families.items()}


def read_taught(path: Path = KINDS) -> Taught | None:
    """What is in the file; None where it is missing, broken (the archive holds checksums) or made for another
    embedding."""
    import numpy as np

    with (
        contextlib.suppress(OSError, ValueError, KeyError, zipfile.BadZipFile),
        np.load(path, allow_pickle=False) as held,
    ):
        if str(held["model"]) == MODEL_SHA256:
            names, kinds, lists = (tuple(held[name].tolist()) for name in ("names", "kinds", "lists"))
            beside, words, rare = (held[name].astype(np.float32) for name in ("beside", "words", "rare"))
            return Taught(held["piece"].tobytes(), names, kinds, lists, beside, words, rare, str(held["of"]))
    return None


def ship_taught(taught: Taught, path: Path = KINDS) -> None:
    """Write the file."""
    import numpy as np

    told = taught._asdict() | {"piece": np.frombuffer(taught.piece, np.uint8), "words": taught.words.astype(np.float16)}
    tables: dict[str, Any] = {name: np.array(table) for name, table in told.items()}
    np.savez_compressed(path, **tables, model=np.array(MODEL_SHA256))


def taught_problem(shelf: Shelf, path: Path = KINDS) -> str:
    """Why what the file holds does not fit the shelf, or ""."""
    taught = read_taught(path)
    if taught is None:
        return "it is missing, broken or made for another embedding"
    return "" if taught.of == of_samples(shelf) else "it was taught on other samples"


def of_samples(shelf: Shelf) -> str:
    """A digest of what the samples teach. The articles' questions teach what is ordinary, but an edited article changes
    too little to teach everything anew."""
    lines = [f"{e.owner} {e.kind} {e.id}" for e in shelf.entries if e.kind in ("sample", "lawful")]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
