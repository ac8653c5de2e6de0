"""What a marked copy itself says was deleted: words in brackets, where the file declares that they are struck.

Only a file that says so is read this way; elsewhere brackets hold choices, blanks or editors' words that count.
"""

import re
from collections.abc import Iterable, Iterator

from workflows.domain.contract import Placed, Provision

_SAYS = re.compile(
    r"(?i)\b(?:in|within|between)\s+(?:square\s+)?brackets\b.{0,90}\b(?:delet|struck|strick|remov|no\s+force|omitted)"
    r"|\bbracketed\b.{0,90}\b(?:delet|struck|strick|remov|no\s+force|omitted)"
    r"|\b(?:delet\w+|struck|stricken|removed)\b.{0,60}\b(?:in|within)\s+(?:square\s+)?brackets\b"
)
_GONE = re.compile(r"\[[^\[\]]*(?:\]|$)|^[^\[\]]*\]")


def says_struck(provisions: Iterable[Provision]) -> bool:
    """Whether a file says of itself that words in brackets no longer hold."""
    return any(_SAYS.search(s.text) for p in provisions for s in p.sentences[:12] if "rack" in s.text)


def standing(text: str) -> str:
    """A sentence without its struck words."""
    return " ".join(_GONE.sub(" ", text).split()) if "[" in text or "]" in text else text


def without_struck(provisions: Iterable[Provision]) -> Iterator[Provision]:
    """The provisions without the sentences that are struck as a whole, in pieces where one stood between others: a
    quotation runs over nothing that was deleted. What is struck within a sentence stays in its words, so that the
    quotation is verbatim, and is left out where it is read."""
    for provision in provisions:
        for kept in _pieces(provision.sentences):
            yield provision._replace(sentences=kept)


def _pieces(sentences: Iterable[Placed]) -> Iterator[tuple[Placed, ...]]:
    piece: list[Placed] = []
    within = False  # a bracket of several sentences
    for s in sentences:
        opened, closed = s.text.rfind("["), s.text.rfind("]")
        if (within and closed < 0) or len(standing(s.text)) <= 2:
            if piece:
                yield tuple(piece)
            piece = []
        else:
            piece.append(s)
        within = opened > closed or (within and closed < 0)
    if piece:
        yield tuple(piece)
