"""Characters a person cannot see, and one plain form of those that only look different.

Hidden characters carry instructions to a model and hide figures from a guard ("1" + zero-width space + "10%"), so
they are removed at every entrance. What is stored stays as typed otherwise (NFC); only reading uses the plain form.
"""

import re
import unicodedata

# Blank by design although Unicode calls them letters or symbols: Hangul fillers, the Khmer inherent vowels, the
# Mongolian separators, the combining grapheme joiner and the empty Braille cell.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_CONTROL = re.compile(r"[^\t\n\x20-\x7e]")
_VARIATION = (range(0xFE00, 0xFE10), range(0xE0000, 0xE1000))  # selectors, and the plane of tags with theirs


def strip_invisible(text: str) -> str:
    """`text` without Tag characters, zero-width and bidirectional controls, variation selectors and other control
    characters; line breaks become newlines, tabs stay, and the rest is NFC."""
    if text.isascii() and text.isprintable():
        return text
    if text.isascii() and not _CONTROL.search(text):
        return text
    lines = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return unicodedata.normalize("NFC", "".join(c for c in lines if not _invisible(c)))


def _invisible(c: str) -> bool:
    if c.isascii():
        return (c < " " and c not in "\n\t") or c == "\x7f"
    if c in _BLANK or any(ord(c) in block for block in _VARIATION):
        return True
    return unicodedata.category(c) in ("Cf", "Cc", "Cs")


def readable(text: str) -> str:
    """`text` as the guard reads it: nothing invisible, full-width and mathematical characters and superscripts in
    their ordinary form (NFKC), typographic quotes and dashes as ASCII."""
    if text.isascii():
        return strip_invisible(text)
    plain = unicodedata.normalize("NFKC", strip_invisible(text).replace("…", " … "))
    return plain.translate(_TYPOGRAPHIC)


_TYPOGRAPHIC = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "⁄": "/",
        "∕": "/",
    }
)


def mixed_scripts(text: str) -> tuple[str, ...]:
    """Words that mix Latin letters with those of another alphabet: a letter that looks Latin and is not hides a word
    from every other check."""
    return tuple(w for w in re.findall(r"[^\W\d_]+", text) if not w.isascii() and 0 < _latin(w) < len(w))


def foreign_words(text: str) -> tuple[str, ...]:
    """Words wholly in another alphabet than Latin."""
    return tuple(w for w in re.findall(r"[^\W\d_]+", text) if not w.isascii() and _latin(w) == 0)


def _latin(word: str) -> int:
    return sum(unicodedata.name(c, "").startswith(("LATIN", "MICRO", "FEMININE", "MASCULINE")) for c in word)


def hidden(text: str) -> bool:
    """Whether `text` holds characters that `strip_invisible` takes away (line breaks of other systems aside)."""
    return any(_invisible(c) for c in text if c not in "\r\x0b\x0c\x85\u2028\u2029")
