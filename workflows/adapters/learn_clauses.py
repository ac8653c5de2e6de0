"""What the samples of clauses teach, worked out once and shipped: knowledge/contracts/likeness.tsv and akin.tsv.

A multinomial logistic regression with a small penalty, fitted by AdaGrad over all samples at once: the same samples
give the same weights. Weights too small to matter are left out, so that the files stay small and scoring quick. Beside
the words themselves it learns their meanings: the vector that the embedding gives each word alone, cut to its main
directions. What such a vector adds to a type is worked out for every common word and shipped in place of the vector, so
that a word no sample has still says what its neighbors in meaning say, and nothing is embedded when a contract is read.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

_SCALE = 3.0
_ROUNDS, _STEP, _PENALTY = 250, 0.1, 0.0003
_SEEN = 2  # a feature of one sample only is that sample's, not the type's
_SMALLEST = 0.06
_DIRECTIONS = 64  # of the 384 of the embedding; 128 were no better
_MEANT = 1.5  # how much meanings count beside words; twice as much was no better
_RARE = 1.3
_LETTERS = 30  # steps to either side of nothing
_LEAST = 0.1  # of a word's meaning for a type: less is nothing

Vectors = Mapping[str, np.ndarray]


class Learned(NamedTuple):
    """Types, their biases, for each feature "type:weight ..." with the type's number, and what words add by their
    meaning (the word after its mark): a letter a type, `step` from one letter to the next."""

    types: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, str]
    akin: dict[str, str]
    step: float


def learn(rows: Iterable[tuple[str, frozenset[str]]], vectors: Vectors, mark: str, nothing: str) -> Learned:
    """What rows of type and features teach. Features that begin with `mark` are words; `vectors` are their meanings.
    `nothing` is the letter of a word that adds nothing."""
    held = [(kind, sorted(f for f in found if f[:1] != mark), _words(found, mark, vectors)) for kind, found in rows]
    seen = Counter(f for _, found, _ in held for f in found)
    place = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= _SEEN))}
    types = sorted({kind for kind, _, _ in held})
    y = np.zeros((len(held), len(types)), np.float32)
    y[np.arange(len(held)), [types.index(kind) for kind, _, _ in held]] = 1.0
    weighed = _weighed(vectors, [words for _, _, words in held])
    near = np.zeros((len(held), _size(vectors)), np.float32)
    for row, (_, _, words) in enumerate(held):
        if words:
            near[row] = _MEANT * np.sum([weighed[w] for w in words], axis=0) / np.sqrt(len(words))
    on = [[place[f] for f in found if f in place] for _, found, _ in held]
    weights, senses = _fitted(_Rows(on, len(place)), near, y)
    told = {f: _told(weights[i]) for f, i in place.items()}
    akin, step = _lettered({mark + w: _MEANT * v @ senses for w, v in weighed.items()}, nothing)
    bias = tuple(round(float(b), 3) for b in weights[-1])
    return Learned(tuple(types), bias, {f: text for f, text in told.items() if text}, akin, step)


def common_words(tokens: Path, most: int) -> list[str]:
    """The first `most` whole words of three letters or more that a tokenizer's file names, the commoner first."""
    from tokenizers import Tokenizer

    known = Tokenizer.from_file(str(tokens)).get_vocab()
    plain = (
        w for w in sorted(known, key=known.__getitem__) if len(w) > 2 and w.isascii() and w.isalpha() and w.islower()
    )
    return list(islice(plain, most))


def meanings(words: Sequence[str], embed: Callable[[Sequence[str]], np.ndarray]) -> dict[str, np.ndarray]:
    """The vector of each word alone, cut to the main directions of them all and made as long as every other."""
    given = np.asarray(embed(words), np.float32)
    given = given - given.mean(0)
    _, _, main = np.linalg.svd(given, full_matrices=False)
    cut = given @ main[:_DIRECTIONS].T
    cut /= np.linalg.norm(cut, axis=1, keepdims=True) + 1e-9
    return dict(zip(words, cut, strict=True))


def _words(found: frozenset[str], mark: str, vectors: Vectors) -> list[str]:
    return sorted(f[1:] for f in found if f[:1] == mark and f[1:] in vectors)


def _size(vectors: Vectors) -> int:
    return len(next(iter(vectors.values()), ()))


def _weighed(vectors: Vectors, samples: Sequence[Sequence[str]]) -> dict[str, np.ndarray]:
    """The vectors, those of words that many samples have shortened: such a word tells types less apart."""
    seen, all_of = Counter(w for words in samples for w in words), len(samples) + 1
    return {w: v * min(1.0, _RARE * float(np.log(all_of / (seen[w] + 1)) / np.log(all_of))) for w, v in vectors.items()}


def _lettered(added: Mapping[str, np.ndarray], nothing: str) -> tuple[dict[str, str], float]:
    most = max((float(np.abs(row).max(initial=0.0)) for row in added.values()), default=0.0)
    step = round(most / _LETTERS, 6)
    told = {}
    for word, row in added.items():
        steps = [round(float(x) / step) if abs(x) >= _LEAST else 0 for x in row]
        if any(steps):
            told[word] = "".join(chr(ord(nothing) + n) for n in steps)
    return told, step


class _Rows:
    """Which features each sample has, with the strength they share: few of many, so that only those are added up."""

    def __init__(self, on: Sequence[Sequence[int]], features: int) -> None:
        last = features  # the bias, which every sample has
        feature = np.array([i for row in on for i in (*row, last)], np.int64)
        sample = np.repeat(np.arange(len(on)), [len(row) + 1 for row in on])
        strength = [x for row in on for x in (*([_SCALE / np.sqrt(max(1, len(row)))] * len(row)), 1.0)]
        self.strength = np.array(strength, np.float32)[:, None]
        self.feature, self.starts = feature, np.flatnonzero(np.r_[True, np.diff(sample) > 0])
        order = np.argsort(feature, kind="stable")
        self.sample, self.turned = sample[order], self.strength[order]
        self.present, self.begins = np.unique(feature[order], return_index=True)
        self.size = features + 1

    def times(self, weights: np.ndarray) -> np.ndarray:
        """The weights of each sample's features, added up."""
        return np.asarray(np.add.reduceat(weights[self.feature] * self.strength, self.starts))

    def back(self, off: np.ndarray) -> np.ndarray:
        """For each feature, what is off in the samples that have it."""
        found = np.zeros((self.size, off.shape[1]), np.float32)
        found[self.present] = np.add.reduceat(off[self.sample] * self.turned, self.begins)
        return found


def _fitted(rows: _Rows, near: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights of the features and of the directions of meaning."""
    fitted = [np.zeros((size, y.shape[1]), np.float32) for size in (rows.size, near.shape[1])]
    squares = [np.zeros_like(w) for w in fitted]
    for _ in range(_ROUNDS):
        raw = rows.times(fitted[0]) + near @ fitted[1]
        raw -= raw.max(1, keepdims=True)
        share = np.exp(raw)
        share /= share.sum(1, keepdims=True)
        for weights, square, slope in zip(fitted, squares, (rows.back(share - y), near.T @ (share - y)), strict=True):
            slope = slope / len(y) + _PENALTY * weights
            square += slope * slope
            weights -= _STEP * slope / (np.sqrt(square) + 1e-6)
    return fitted[0], fitted[1]


def _told(row: np.ndarray) -> str:
    return " ".join(f"{i}:{w:.2f}" for i, w in enumerate(row) if abs(w) >= _SMALLEST)


def write(folder: Path, digest: str, learned: Learned) -> None:
    """The files that ship, each named by the digest: types, biases and a line a feature; the step and a line a word."""
    features = (f"{f}\t{text}" for f, text in learned.weights.items())
    lines = [digest, "\t".join(learned.types), "\t".join(map(str, learned.bias)), *features]
    (folder / "likeness.tsv").write_text("\n".join(lines) + "\n")
    words = (f"{word}\t{told}" for word, told in learned.akin.items())
    (folder / "akin.tsv").write_text("\n".join([digest, str(learned.step), *words]) + "\n")
