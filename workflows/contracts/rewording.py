"""Amendments that only strike words and put others in their place: what the amended provision says afterwards.

"In paragraph 2 of Article III, for 'ninety (90) days' there shall be read 'sixty (60) days'" holds no clause by itself. The
provision it speaks of is read again with the new words; what came out otherwise than before is the amendment's clause.
"""

import re
from collections.abc import Iterator, Sequence

from workflows.contracts.matching import Match, matches
from workflows.contracts.seen import Tagger
from workflows.domain.clauses import ClauseType
from workflows.domain.contract import Provision

_WORDS = r"[\"“]([^\"“”]{2,80})[\"”]"
_AWAY = r"(?:strick?en|struck(?:\s+out)?|deleted|replaced|changed|removed|omitted)"
_REWORDED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i){_WORDS}\s+(?:is|are|shall\s+be)\s+(?:hereby\s+)?{_AWAY}\b[^\"“]{{0,80}}{_WORDS}",
        rf"(?i)\b(?:for|instead\s+of)\s+(?:the\s+\w+\s+)?{_WORDS},?\s+[^\"“]{{0,50}}?\b(?:read|substituted?|put|inserted)\b[^\"“]{{0,30}}{_WORDS}",
        rf"(?i)\b(?:replac|chang|strik|delet|substitut)ing\s+(?:the\s+\w+\s+)?{_WORDS}[^\"“]{{0,60}}{_WORDS}",
    )
)
_PLACES = re.compile(
    r"(?i)\b(?:section|paragraph|article|clause|subsection|exhibit|attachment)s?\s+([ivxlc]+|[a-z]|\d[\d.]*)\b"
)
_SAME = re.compile(r"(?i)\bsame\s+(?:article|section|exhibit|attachment)\b")
_NUMBERS = re.compile(r"[A-Za-z]+|\d[\d.]*\d|\d")


def reworded(provisions: Sequence[Provision], tagger: Tagger, types: Sequence[ClauseType]) -> Iterator[Match]:
    """The clauses that amendments change by words struck and substituted, quoted as the amendment has them."""
    base = [p for p in provisions if p.part.kind != "amendment"]
    named: frozenset[str] = frozenset()
    for amending in (p for p in provisions if p.part.kind == "amendment"):
        for i, sentence in enumerate(amending.sentences):
            told = next((m for pattern in _REWORDED if (m := pattern.search(sentence.text))), None)
            if told is None:
                continue
            places = frozenset(x.lower().rstrip(".") for x in _PLACES.findall(sentence.text))
            named = places | named if _SAME.search(sentence.text) else places
            amended = _amended(base, told[1], named)
            if amended is not None:
                again = _with(amended, told[1], told[2])
                before = {m.type.id: m.values for m in matches(tagger.read(amended), types)}
                read = tagger.read(amending)
                for now in matches(tagger.read(again), types):
                    if now.type.id in before and now.values != before[now.type.id]:
                        was = {
                            f"{name}_before": v
                            for name, v in before[now.type.id].items()
                            if now.values.get(name, v) != v
                        }
                        yield now._replace(read=read, anchors=(i,), span=(i, i + 1), values={**now.values, **was})


def _amended(base: Sequence[Provision], words: str, named: frozenset[str]) -> Provision | None:
    """The provision that holds the words struck; of several, the one whose number the amendment gives."""

    def fit(p: Provision) -> int:
        return len(named & {x.lower() for x in _NUMBERS.findall(p.section)})

    holding = [p for p in base if any(words.lower() in s.text.lower() for s in p.sentences)]
    best = max(holding, key=fit, default=None)
    return best if best is not None and (fit(best) or len(holding) == 1) else None


def _with(provision: Provision, old: str, new: str) -> Provision:
    pattern = re.compile(re.escape(old), re.IGNORECASE)
    return provision._replace(
        sentences=tuple(s._replace(text=pattern.sub(lambda _: new, s.text)) for s in provision.sentences)
    )
