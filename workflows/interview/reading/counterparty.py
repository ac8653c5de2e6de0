"""The payer of notes that never say "the payer is": the plan whose members, people and paper the notes speak of.

One sign is not enough: a plan's name must stand where notes name the other side ("joined", "in with", "(the payer)"),
and the notes must then speak of its members or of its people. Two such names are a question, never a choice.
"""

import re
from dataclasses import dataclass

from workflows.interview.reading import shapes
from workflows.interview.reading.clauses import Clause
from workflows.interview.reading.page import Page

_PLAN = re.compile(
    r"\b(?:(?:With|Joined|In|Our|The|From|Par|For|Re|About)\s+)?"
    rf"(?P<plan>(?:[A-Z][\w'’&.-]*\s+){{1,4}}?(?:{shapes.PAYER_END})(?:\s+(?:{shapes.PAYER_END}))*)(?![\w'’])"
)
_BEFORE = re.compile(
    r"(?i)\b(?:joined|in\s+with|with|signed\s+(?:on\s+)?with|contracted\s+(?:with|to)|belong(?:ed)?\s+to|network\s+of|"
    r"against|versus|vs\.?|about|re:?|for)\s+(?:the\s+)?$"
)
_SAID_AFTER = re.compile(
    r"(?i)^\s*(?:\(\s*(?:the|our|this)\s+(?:payer|payor|insurer|plan|carrier)\b|,?\s+(?:is\s+)?(?:the|our|this)\s+(?:payer|payor|"
    r"insurer|carrier)\b)"
)
_SAID_BEFORE = re.compile(r"(?i)\b(?:the|our|this)\s+(?:payer|payor|insurer|carrier),?\s+$")
_THEIRS = (
    r"(?:'s\s+(?:person|people|rep|representative|contact|contract|negotiator|members?|patients?|fee|schedule|network|side)|"
    r"\s+(?:members?|patients|pts|women|men|kids|children|people|enrollees|lives|folks|insureds|contact|rep|volume)\b|(?=[.,;)]|$))"
)
_OTHER = re.compile(r"(?i)\b(?:pays?|paid|other|another|unlike|compared|also take|dropped|left)\b")
_SURE, _LIKELY = 0.86, 0.8


@dataclass(frozen=True, slots=True)
class Counterparty:
    """A plan the notes seem to negotiate with, and where they name it."""

    name: str
    score: float
    clause: Clause
    start: int
    end: int


def counterparties(page: Page) -> list[Counterparty]:
    """Every plan that stands where notes name the other side, once each."""
    found: dict[str, Counterparty] = {}
    for clause in page.open_clauses():
        if "table" in clause.tags or clause.note.step not in ("practice", "rates", "ask"):
            continue
        for m in _PLAN.finditer(clause.words):
            name, before, after = m["plan"].strip(), clause.words[: m.start("plan")], clause.words[m.end() :]
            said = _SAID_AFTER.match(after) or _SAID_BEFORE.search(before)
            if not said and not (
                clause.note.step == "practice"
                and _BEFORE.search(before)
                and not _OTHER.search(before[-40:] + after[:30])
                and _spoken_of(page, name.split()[0], clause, m.start())
            ):
                continue
            found.setdefault(
                name,
                Counterparty(name, _SURE if said else _LIKELY, clause, m.start("plan"), m.start("plan") + len(name)),
            )
    sure = [c for c in found.values() if c.score == _SURE]
    return sure or list(found.values())


def _spoken_of(page: Page, word: str, named: Clause, at: int) -> bool:
    """Whether the notes speak elsewhere of this plan's members or people."""
    theirs = re.compile(rf"\b{re.escape(word)}{_THEIRS}")
    return any(
        theirs.search(c.words) for c in page.open_clauses() if c is not named or theirs.search(c.words, at + len(word))
    )
