"""Words and neighbors of words as a vector: what an embedding smooths over ("just us", "asked us to join") stays visible.

Single words, pairs and pairs with one word between them fall into a fixed number of places by a checksum of their
letters, each weighed by how rare its place is, so nothing has to be kept but one number a place.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.adapters.embeddings import Vectors

PLACES = 4096
_WORD = re.compile(r"[a-z0-9']+|[%$?]")


def rarity(texts: Sequence[str]) -> "Vectors":
    """One weight a place: the logarithm of how many times as many texts there are as texts that use it; 0 where fewer
    than two do."""
    import numpy as np

    used = np.zeros(PLACES, np.float32)
    for text in texts:
        used[sorted({place for place, _ in _placed(text)})] += 1
    weights: Vectors = np.where(used > 1, np.log((len(texts) + 1) / (used + 1)), 0).astype(np.float32)
    return weights


def grams(text: str, rare: "Vectors") -> "Vectors":
    """A unit vector of PLACES numbers; zero where nothing in the text is known."""
    import numpy as np

    found = np.zeros(PLACES, np.float32)
    for place, sign in _placed(text):
        found[place] += sign * rare[place]
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _placed(text: str) -> Iterator[tuple[int, int]]:
    words = ["^", *_WORD.findall(text.lower()), "$"]
    pairs = pairwise(words)
    apart = zip(words, words[2:], strict=False)
    for gram in {*words[1:-1], *(f"{a} {b}" for a, b in pairs), *(f"{a} * {b}" for a, b in apart)}:
        sum_ = zlib.crc32(gram.encode())
        yield sum_ % PLACES, 1 if sum_ & 0x80000000 else -1
