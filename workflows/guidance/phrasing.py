"""A cited reply to a few connected sentences, where a model words them, and the guard over what it worded.

Only statements of the guidance that already stand in the plain reply are given to it: not the reader's own answers,
and not the sides of a dispute, which stay as they are. A sentence is kept when the statements it names hold it: a quote
that stands there word for word, no figure or name of its own, no "not", "may", "must" or "unless" lost or gained, and
most of its words theirs. The rest is dropped, and the plain reply stands under it in any case.

The honest limit: a wrong inference in the statements' own words is not seen.
"""

import re
from collections.abc import Mapping
from typing import Any

from workflows.domain.guidance import Reply, Said
from workflows.domain.language import figures
from workflows.grounding import strip_invisible
from workflows.grounding.characters import foreign_words, mixed_scripts, readable
from workflows.guidance.composing import DISAGREE

SUPPORT = 0.7
"""The share of a sentence's longer words that its statements must hold."""
_SHORTEST_QUOTE = 4  # words
_LONGEST = 60  # words of a sentence
_NUMBERED = re.compile(r"^\s*\[\d+\]\s*")  # a quote with the number of its statement before it
_ACTS = re.compile(r"[<>\[\]{}`*_#|\\@]|://|www\.|javascript:|data:", re.I)
_NAME = re.compile(r"(?<=[\w,;:)] )[A-Z][\w'-]*|\b\w*[A-Z]\w*[A-Z]\w*")
_LONG_WORD = re.compile(r"[a-z]{4,}")
_NOT = re.compile(r"\b(?:not|no|never|none|nor|neither|without|cannot|nobody|nothing|refus\w+|declin\w+)\b|n't\b")
_HEDGE = re.compile(
    r"\b(?:may|might|can|could|usually|often|sometimes|some|most|many|likely|perhaps|generally|typically)\b"
)
_STRONG = re.compile(
    r"\b(?:must|always|never|only|every|all|will|shall|guarantee\w*|certain\w*|illegal\w*|unlawful\w*|required?|prov(?:e|es|en)|"
    r"best|sure|promis\w+|entitled|any)\b"
)
_CONDITION = re.compile(r"\b(?:unless|except|if|until|provided|before|after|where|when|while)\b")


def can_be_phrased(reply: Reply) -> bool:
    """Whether there is something for a model to word: a plain answer of at least two statements. Declined questions,
    what is not covered and what hangs on the reader's own terms keep the wording of the house."""
    return reply.kind in ("answered", "partly") and len(numbered_statements(reply)) >= 2


def numbered_statements(reply: Reply) -> tuple[tuple[int, str], ...]:
    """The statements of the guidance in a reply, each with the number of its citation."""
    of_guidance = {c.n for c in reply.citations if c.of == "guidance"}
    return tuple(
        (said.citations[0], said.text)
        for said in reply.sentences
        if said.group != DISAGREE and len(said.citations) == 1 and said.citations[0] in of_guidance
    )


def supported(value: Mapping[str, Any], reply: Reply) -> tuple[Said, ...]:
    """The sentences of a model's reply (prompts/answer.md) that the statements they name hold, with their citations."""
    held = dict(numbered_statements(reply))
    kept: dict[str, Said] = {}
    for one in value["sentences"]:
        text = " ".join(one["sentence"].split())
        numbers = tuple(dict.fromkeys(n for n in one["passages"] if n in held))
        if (
            numbers
            and len(numbers) == len(set(one["passages"]))
            and not why_not(text, one["quote"], [held[n] for n in numbers])
        ):
            kept.setdefault(text, Said(text=text, citations=numbers))
    return tuple(kept.values())


def why_not(sentence: str, quote: str, statements: list[str]) -> str:
    """What speaks against a sentence, in a word; "" where its statements hold it."""
    said, basis = _plain(sentence), [_plain(s) for s in statements]
    words = _plain(_NUMBERED.sub("", quote)).strip(" .,;:\"'")
    source = next((b for b in basis if words in b), "")
    together = " ".join(basis)
    if not source or len(words.split()) < _SHORTEST_QUOTE:
        return "quote"
    if not said or len(said.split()) > _LONGEST or _unfit(sentence):
        return "form"
    if not _same_figures(sentence, statements):
        return "figure"
    if any(name.lower() not in together for name in _NAME.findall(sentence)):
        return "name"
    if bool(_NOT.search(said)) != bool(_NOT.search(source)):
        return "not"
    if bool(_HEDGE.search(source)) and not _HEDGE.search(said):
        return "hedge"
    if any(word not in together for word in _STRONG.findall(said)):
        return "strength"
    if set(_CONDITION.findall(source)) - set(_CONDITION.findall(said)):
        return "condition"
    return "" if _share(said, together) >= SUPPORT else "support"


def _plain(text: str) -> str:
    return " ".join(readable(text).lower().split())


def _unfit(sentence: str) -> bool:
    """Whether a sentence could act on a page, or hides something."""
    seen = strip_invisible(sentence) != sentence or mixed_scripts(sentence) or foreign_words(sentence)
    return bool(seen or _ACTS.search(sentence))


def _same_figures(sentence: str, statements: list[str]) -> bool:
    """Whether every figure of the sentence stands in the statements, in the same unit and in the same order: 2 to 3
    percent is not 3 to 3, and what was 2011 and then 2012 did not change places."""
    known = {(f.amount, f.high, f.unit) for s in statements for f in figures(s)}
    if any((f.amount, f.high, f.unit) not in known for f in figures(sentence)):
        return False
    left = iter(re.findall(r"\d+", readable(" ".join(statements))))
    return all(digits in left for digits in re.findall(r"\d+", readable(sentence)))


def _share(said: str, together: str) -> float:
    """The share of longer words that the statements hold, by their first five letters."""
    wanted = {w[:5] for w in _LONG_WORD.findall(said)}
    there = {w[:5] for w in _LONG_WORD.findall(together)}
    return len(wanted & there) / len(wanted) if wanted else 0.0
