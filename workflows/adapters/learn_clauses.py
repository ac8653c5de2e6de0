"""What the samples of clauses teach, worked out once and shipped: knowledge/contracts/likeness.tsv.

A multinomial logistic regression with a small penalty, fitted by AdaGrad over all samples at once: the same samples
give the same weights. Weights too small to matter are left out, so that the file stays small and scoring quick.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

_SCALE = 3.0
_ROUNDS, _STEP, _PENALTY = 250, 0.1, 0.0003
_SEEN = 2  # a feature of one sample only is that sample's, not the type's
_SMALLEST = 0.06


def learn(rows: Iterable[tuple[str, frozenset[str]]]) -> tuple[tuple[str, ...], tuple[float, ...], dict[str, str]]:
    """Types, their biases, and for each feature "type:weight ..." with the type's number."""
    held = list(rows)
    seen = Counter(f for _, found in held for f in found)
    place = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= _SEEN))}
    types = sorted({kind for kind, _ in held})
    x = np.zeros((len(held), len(place) + 1), np.float32)
    y = np.zeros((len(held), len(types)), np.float32)
    for row, (kind, found) in enumerate(held):
        on = [place[f] for f in found if f in place]
        x[row, on] = _SCALE / np.sqrt(max(1, len(on)))
        x[row, -1] = 1.0
        y[row, types.index(kind)] = 1.0
    weights = _fitted(x, y)
    told = {f: _told(weights[i]) for f, i in place.items()}
    bias = tuple(round(float(b), 3) for b in weights[-1])
    return tuple(types), bias, {f: text for f, text in told.items() if text}


def _fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    weights = np.zeros((x.shape[1], y.shape[1]), np.float32)
    squares = np.zeros_like(weights)
    for _ in range(_ROUNDS):
        raw = x @ weights
        raw -= raw.max(1, keepdims=True)
        share = np.exp(raw)
        share /= share.sum(1, keepdims=True)
        slope = x.T @ (share - y) / len(x) + _PENALTY * weights
        squares += slope * slope
        weights -= _STEP * slope / (np.sqrt(squares) + 1e-6)
    return weights


def _told(row: np.ndarray) -> str:
    return " ".join(f"{i}:{w:.2f}" for i, w in enumerate(row) if abs(w) >= _SMALLEST)


def write(path: Path, digest: str, learned: tuple[tuple[str, ...], tuple[float, ...], dict[str, str]]) -> None:
    """The file that ships: digest, types, biases, then a line a feature."""
    types, bias, weights = learned
    lines = [digest, "\t".join(types), "\t".join(map(str, bias)), *(f"{f}\t{text}" for f, text in weights.items())]
    path.write_text("\n".join(lines) + "\n")
