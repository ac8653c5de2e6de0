"""Labels of a form: "TIN ....... 31-1234567", "Payer | Northpine Health", "Hours? 8 to 5", "Par since -> 2004".

Whatever stands between a label at the head of a line and its value is written as a colon, one character for one
character, so that every reader meets one way to announce a value instead of ten.
"""

import re

from workflows.interview.reading import shapes

_LABEL = (  # no digit in it: a row of figures has no label
    r"(?P<lead>[ \t>|*•-]*)(?P<label>[A-Za-z](?:[A-Za-z'’./&,()#-]|[ ](?![ -])){1,44}?)"
)
_SEPARATOR = (
    r"(?P<gap>[ ]?(?:[.…_·]|[ ]\.){3,}[ ]*|[ ]+\.\.[ ]+|[ ]?-{3,}[ ]*|[ ]?(?:[-=~]+>|»)[ ]*|[ ]?=[ ]?(?!=)|\?+[ ]+|"
    r"[ ]{3,}|[ ]*\t[ ]*|[ ]*\|[ ]*|[ ]-[ ])"
)
_LINE = re.compile(rf"(?m)^{_LABEL}{_SEPARATOR}(?P<value>(?=[^\s.|:=-])[^\n]+)$")
_ROW = re.compile(r"\t|\||[ ]{3,}")
_ORGANISATION = re.compile(rf"(?i)\b{shapes.ORG_END}{shapes.LEGAL}?$")
_MOST_WORDS, _MOST_WORDS_DASHED = 6, 3
_NO_LABEL = re.compile(
    r"(?i)^(?:maybe|perhaps|possibly|probably|i|we|they|he|she|it|not|so|but|and|ok|okay|cpt|codes?|hcpcs|measure)\b"
    r"|\b(?:i think|not sure|guess|maybe)\b"
)


def with_colons(words: str) -> str:
    """The words of a note with a colon behind every label that heads a line; each place stays what it was."""
    return _LINE.sub(_colon, words)


def _colon(m: re.Match[str]) -> str:
    label, gap = m["label"], m["gap"]
    cells = gap.strip(" ") in ("", "\t", "|")
    most = _MOST_WORDS_DASHED if gap == " - " else _MOST_WORDS
    if (
        len(label.split()) > most
        or _NO_LABEL.search(label)
        or (cells and _ROW.search(m["value"].rstrip(" |\t")))
        or (gap == " - " and (len(label) < 3 or _ORGANISATION.search(label)))
        or (gap.strip() == "|" and not re.search(r"[a-z]", label))
    ):
        return m.group()
    return f"{m['lead']}{label}:{' ' * (len(gap) - 1)}{m['value']}"


def label_of(raw: str, words: str) -> str:
    """The label of a line of the folded words, where the note itself had no colon; else ""."""
    at = words.find(":", 0, 60)
    if at < 0 or raw[at : at + 1] == ":":
        return ""
    return words[:at].strip(" \t>|*•-")
