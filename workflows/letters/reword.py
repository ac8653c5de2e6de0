"""A draft to what a model is told of it, and its reply back to proposals, one a sentence.

A sentence with a figure, name, date, quotation, a fact of the practice, a denial or a right in it stays here: the model
gets a token and our own words for what the sentence tells. So no fact can come back changed, and no text that anybody
typed is in what is sent. What the model adds is checked word by word, then the whole sentence as a person's edit is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from string import ascii_uppercase
from typing import Any

from workflows.domain.draft import Draft, Objection, Sentence
from workflows.domain.evidence import Evidence
from workflows.domain.language import figures
from workflows.domain.rewording import FramingWords, Part, Proposed
from workflows.grounding.framing import why_not_added, why_not_stated

Check = Callable[[Sentence, str], tuple[Objection, ...]]
"""What the guard has against a new wording of a sentence."""

FRAME = 22
"""The most words put beside one sentence."""
ADDED = 60
"""The most words a letter grows by in all."""
KEPT = 0.6
"""The share of a reworded sentence's longer words that stay."""
_TOKEN = re.compile(r"\[\[([A-Z]{1,2})\]\]")
_HINTED = re.compile(r"(\[\[[A-Z]{1,2}\]\])\s*\((?:tells:|a finished line).*\)$")
_NAME = re.compile(r"(?<=[\w,;)] )[A-Z][\w'-]*|\b\w*[A-Z]\w*[A-Z]\w*")
_WEIGHTY = re.compile(
    r"(?i)\b(?:not|no|nor|never|nothing|none|neither|without|cannot|unless|if|until|rights?|accept\w*|terms?|notice|"
    r"terminat\w*|amend\w*|will|shall|must)\b|n't\b"
)
_HEDGE = re.compile(r"\b(?:can|may|might|could|seldom|often|usually|sometimes|rarely|some|many|most|likely)\b")
_FIRST = re.compile(r"^(?:The|Our|Your|We|It|That|This|These|Those|What|Weighted|Here|For|Please|Where)\b")
_LONG = re.compile(r"[a-z]{4,}")
_WHY = "why that matters to the plan"
_RUN = 3  # words in a row that a fact and a sentence share


def parts(draft: Draft, labels: Mapping[str, str]) -> tuple[Part, ...]:
    """The sentences of the running text, in order. Lines, lists and tables stay as they are. `labels` are the names of
    the questions by field, in our own words."""
    found: list[Part] = []
    facts = [text for fact in draft.ledger.values() for text in _typed(fact)]
    for section in draft.sections:
        for sentence in section.sentences if section.style == "prose" else ():
            fixed = bool(sentence.edited or sentence.gaps) or sentence.kind == "gap" or sentence.text.endswith(":")
            found.append(
                Part(
                    name=_name(len(found)),
                    section=section.id,
                    title=section.title,
                    sentence=sentence,
                    hint="a finished line" if fixed else _hint(draft, sentence, labels),
                    open=not fixed and _may_be_told(sentence, facts),
                    fixed=fixed,
                )
            )
    return tuple(found)


def told(found: tuple[Part, ...]) -> str:
    """The letter as a model is told of it. No figure stands in it, and no section in which nothing may change."""
    lines: list[str] = []
    section = ""
    free = {part.section for part in found if not part.fixed}
    for part in found:
        if part.section not in free:
            continue
        if part.section != section:
            section = part.section
            lines.append(f"\n## {part.title or 'Next'}")
        lines.append(f"{part.name}: {part.told}" + ("" if part.open else f" ({part.hint})"))
    return "\n".join(lines).strip()


def proposals(
    value: Mapping[str, Any], found: tuple[Part, ...], vocabulary: FramingWords, check: Check
) -> tuple[Proposed, ...]:
    """What a model's reply (prompts/reword.md) proposes, sentence by sentence; unchanged sentences are not among it."""
    parts_by_name = {part.name: part for part in found}
    said = [
        (str(one["part"]), _tidied(str(one["words"]), parts_by_name.get(str(one["part"])))) for one in value["parts"]
    ]
    out_of_order = _out_of_order(said, found)
    words = dict(reversed(said))
    room, made = ADDED, []
    for part in found:
        new = words.get(part.name, "")
        if not new or new in (part.token, part.told, part.sentence.text):
            continue
        wording, why = (
            ("", "its section did not come back whole and in order")
            if part.section in out_of_order
            else _worded(part, new, vocabulary)
        )
        if not why and (objections := check(part.sentence, wording)):
            why = objections[0].says
        grown = len(wording.split()) - len(part.sentence.text.split())
        if not why and grown > room:
            why = "the letter would grow too long"
        room -= 0 if why else max(0, grown)
        shown = wording or _TOKEN.sub("…", new)
        made.append(Proposed(slot=part.sentence.slot, plain=part.sentence.text, wording=shown, why_not=why))
    return tuple(made)


def _tidied(words: str, part: Part | None) -> str:
    """What came back for a part, without what weak models repeat of our own: the hint behind a token, which is no word
    of the letter, and a token for a part that was told in words, which then stands as it is."""
    plain = _HINTED.sub(r"\1", " ".join(words.split()))
    return part.told if part and part.open and plain == part.token else plain


def _out_of_order(said: list[tuple[str, str]], found: tuple[Part, ...]) -> set[str]:
    """Sections whose parts, or whose tokens, did not come back each exactly once, in the order of the outline."""
    section = {part.name: part.section for part in found}
    wrong: set[str] = set()
    for here in dict.fromkeys(section.values()):
        wanted = [part for part in found if part.section == here]
        came = [(name, words) for name, words in said if section.get(name) == here]
        tokens = [token for _, words in came for token in _TOKEN.findall(words)]
        if [name for name, _ in came] != [p.name for p in wanted] or tokens != [p.name for p in wanted if not p.open]:
            wrong.add(here)
    # a token that turned up in another section makes both doubtful
    for name, words in said:
        wrong |= {section.get(t, "") for t in _TOKEN.findall(words) if section.get(t) != section.get(name)}
    return wrong


def _worded(part: Part, new: str, vocabulary: FramingWords) -> tuple[str, str]:
    """The new wording of a part, with what speaks against it."""
    if part.open:
        return new, _reworded(part, new, vocabulary)
    before, _, after = (text.strip() for text in new.partition(part.token))
    if part.fixed:
        return "", "nothing may be put beside this line"
    for words in (before, after):
        if why := why_not_added(words, f"{part.title} {part.hint}", vocabulary) or why_not_stated(words, vocabulary):
            return "", why
    if len(before.split()) + len(after.split()) > FRAME:
        return "", "it puts too many words beside the sentence"
    plain = part.sentence.text
    if before and before[-1] not in ".:,":
        return "", "its words do not lead to the sentence"
    if before.endswith(","):
        if not _FIRST.match(plain):
            return "", "its words do not join the sentence"
        plain = plain[0].lower() + plain[1:]
    if after and (after[-1] != "." or not after[0].isupper() or plain[-1] not in ".!?"):
        return "", "its words do not follow from the sentence"
    return " ".join(text for text in (before, plain, after) if text), ""


def _reworded(part: Part, new: str, vocabulary: FramingWords) -> str:
    """What speaks against another wording of a sentence the model saw; "" where nothing does."""
    plain = part.sentence.text
    if why := why_not_added(new, plain, vocabulary):
        return why
    long, kept = set(_LONG.findall(plain.lower())), new.lower()
    if long and sum(word[:5] in kept for word in long) / len(long) < KEPT:
        return "it leaves out too much of the sentence"
    if set(_HEDGE.findall(plain.lower())) != set(_HEDGE.findall(kept)):
        return "it says it more or less surely than the sentence"
    if new[-1] != plain[-1] or not new[0].isupper():
        return "it is no whole sentence"
    return ""


def _may_be_told(sentence: Sentence, facts: list[str]) -> bool:
    """Whether a sentence holds nothing but our own wording, and nothing that hangs on its exact words."""
    text = sentence.text
    if sentence.kind not in ("courtesy", "reasoning") or figures(text) or re.search(r"[\d\"“”$%\[\]]", text):
        return False
    if _NAME.search(text) or _WEIGHTY.search(text) or _TOKEN.search(text):
        return False
    low = " ".join(re.findall(r"[a-z']+", text.lower()))
    return not any(run in low for fact in facts for run in _runs(fact))


def _typed(fact: Evidence) -> Iterator[str]:
    """What a person may have typed of a fact. What guidance says is ours."""
    if fact.source.kind != "guidance":
        yield from (fact.value, fact.bare, *fact.parts.values())


def _runs(fact: str) -> Iterator[str]:
    """Every three words in a row of a typed text; the whole of a shorter one."""
    words = re.findall(r"[a-z']+", fact.lower())
    if sum(map(len, words)) > 3:
        yield from (" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)))


def _hint(draft: Draft, sentence: Sentence, labels: Mapping[str, str]) -> str:
    """What a sentence tells, in our own words: the questions its facts answer, else its name in the outline."""
    keys = [draft.ledger[i].key.split("[")[0] for i in sentence.evidence if i in draft.ledger]
    names = dict.fromkeys(labels[k].strip(". ").lower() for k in keys if k in labels)
    wanted = [
        name.replace("the payer", "the plan").replace("this payer", "the plan")  # whom the letter is written to
        for name in names
        if not re.search(r"\d", name) and not figures(name)
    ][:3]
    own = re.sub(r"[^a-z]+", " ", sentence.slot.split(".")[-1]).strip()
    return "tells: " + (_WHY if sentence.kind == "reasoning" else "; ".join(wanted) or own or "a fact")


def _name(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    high, low = divmod(number, len(ascii_uppercase))
    return (ascii_uppercase[high - 1] if high else "") + ascii_uppercase[low]
