"""Words, neighbors of words and parts of words as a vector: what an embedding smooths over ("just us", "asked us to
join") stays visible, and a slip of spelling leaves most of a word standing.

Single words, pairs, pairs with one word between them and four letters in a row fall into a fixed number of places by a
checksum, each weighed by how rare its place is, so nothing has to be kept but one number a place. The vectors are held
as the few places that are not zero.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workflows.adapters.embeddings import Vectors

PLACES = 32768
_LETTERS = 4
_WORD = re.compile(r"[a-z0-9']+|[%$?]")


class Grams(NamedTuple):
    """A unit vector of PLACES numbers (nothing in it where nothing in the text is known): its places and values."""

    places: "NDArray[Any]"
    values: "Vectors"


def rarity(texts: Sequence[str]) -> "Vectors":
    """One weight a place: the logarithm of how many times as many texts there are as texts that use it; 0 where fewer
    than two do."""
    import numpy as np

    used = np.zeros(PLACES, np.float32)
    for text in texts:
        used[sorted({place for place, _ in _placed(text, PLACES)})] += 1
    weights: Vectors = np.where(used > 1, np.log((len(texts) + 1) / (used + 1)), 0).astype(np.float32)
    return weights


def grams(text: str, rare: "Vectors") -> Grams:
    """The vector of a text."""
    import numpy as np

    found: dict[int, float] = {}
    for place, sign in _placed(text, len(rare)):
        found[place] = found.get(place, 0.0) + sign
    places = np.array(list(found), np.int64)
    values: Vectors = np.array(list(found.values()), np.float32) * rare[places]
    length = float(np.linalg.norm(values))
    return Grams(places, values / length if length else values)


def _placed(text: str, places: int) -> Iterator[tuple[int, int]]:
    said = _WORD.findall(text.lower())
    words = ["^", *said, "$"]
    pairs = (f"{a} {b}" for a, b in pairwise(words))
    apart = (f"{a} * {b}" for a, b in zip(words, words[2:], strict=False))
    letters = " ".join(said)
    parts = (f"#{letters[at : at + _LETTERS]}" for at in range(len(letters) - _LETTERS + 1))
    for gram in {*said, *pairs, *apart, *parts}:
        sum_ = zlib.crc32(gram.encode())
        yield sum_ % places, 1 if sum_ & 0x80000000 else -1
