"""May a model add these words to a letter? A closed list instead of a search for what is wrong.

What leads from one fact to the next needs few words, and a list of them lets no fact, name, number, promise, threat,
condition or denial through that nobody thought of. The honest limit: words of the list can still be put together to
something beside the point, so a person reads each wording beside its plain twin.
"""

import re

from workflows.domain.language import figures
from workflows.domain.rewording import FramingWords
from workflows.grounding.characters import foreign_words, hidden, mixed_scripts, readable

_ACTS = re.compile(r"[<>\[\]{}`*_#|\\@~^=$%/]|://|www\.")
_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
_MARKS = re.compile(r"[^A-Za-z\s.,:;'\-]")
_OPENS = re.compile(r"(?:^|[.:]\s+)[\"']?$")
_WE = re.compile(
    r"(?i)(?<!what )(?<!how )(?<!why )(?<!where )\bwe\s+(?:(?:also|now|first|then|next|finally|would|like|want|to|here|once|"
    r"more|again|simply|briefly|plainly|have|had|do)\s+)*([a-z]+)"
)
_GRATEFUL = re.compile(r"(?i)(?:are|were)\s+(?:\w+\s+)?(?:grateful|glad|pleased)\b")
_BEGINS = re.compile(r"(?:^|[.:]\s+)([A-Za-z']+)(?:\s+([A-Za-z']+))?")
_ENDINGS = ("'s", "s", "es", "ed", "d", "ing")


def why_not_added(added: str, lent: str, vocabulary: FramingWords) -> str:
    """What speaks against adding these words, as the end of a sentence; "" where nothing does. `lent` are texts whose
    words may be used beside the vocabulary."""
    text = readable(added)
    if hidden(added) or mixed_scripts(added) or foreign_words(added) or _ACTS.search(text):
        return "it holds characters that have no place in a letter"
    if figures(text) or re.search(r"\d", text):
        return "it brings a figure"
    if '"' in text:
        return "it brings a quotation"
    if _MARKS.search(text):
        return "it holds characters that have no place in a letter"
    known = vocabulary.all | {w.lower() for w in _WORD.findall(readable(lent))}
    for found in _WORD.finditer(text):
        word = found.group()
        if not _forms(word.lower()) & known:
            return f"“{word}” is a word that a model may not add"
        if word != "I" and not word.islower() and not _OPENS.search(text[: found.start()]) and word not in lent:
            return f"“{word}” reads like a name"
    return ""


def why_not_stated(added: str, vocabulary: FramingWords) -> str:
    """What speaks against words beside a sentence that say what the practice does, wants or offers, or how anything
    is; "" where they only thank or point."""
    text = readable(added).strip()
    for found in _WE.finditer(text):
        verb = found.group(1).lower()
        if not _forms(verb) & vocabulary.verbs and not _GRATEFUL.match(text, found.start(1)):
            return f"“we {verb}” would state something that no fact holds"
    for first, second in _BEGINS.findall(text):
        opens, after = first.lower(), second.lower()
        if opens not in vocabulary.opens.split() and not (opens == "the" and after in vocabulary.opens_the.split()):
            return f"“{first}{' ' * bool(second)}{second}” begins a statement of its own"
    return ""


def _forms(word: str) -> set[str]:
    """A word and what it is a form of: "asked", "asking", "asks" of "ask"; "writing" of "write"."""
    stems = {word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)} | {word}
    return stems | {stem + "e" for stem in stems if word.endswith(("ing", "ed")) and stem != word}
