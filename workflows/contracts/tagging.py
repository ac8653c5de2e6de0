"""Tokens to what they mean: words of the vocabulary found in a sentence, and who does what in it.

A longer phrase hides the shorter actors inside it: the "Plan" of "Benefit Plan" is no party.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from workflows.contracts.quantities import Token, tokens_of
from workflows.contracts.vocabulary import Vocabulary, names_of

ACTORS = ("payer", "practice", "either", "member", "other_plan", "third_party", "state")
_PREPOSITIONS = {"to", "from", "by", "with", "of", "between", "against", "for", "upon", "on", "in", "under", "than", "through",
                 "among", "towards", "toward", "about", "at", "other", "per", "giving", "gives", "give", "named"}  # fmt: skip
_NEGATIVE = {"not", "no", "never", "neither", "nor", "nothing", "none"}
_BE = {"be", "been", "being", "is", "are", "was", "were"}


_FURTHER = 24  # words after a verb in which another party may be named for it


def _by(before: Sequence[Token]) -> bool:
    """Whether words end in "and by" or "and by the"."""
    words = [t.word for t in before]
    return words[-2:] == ["and", "by"] or words == ["and", "by", "the"]


class Tagged:
    """A sentence with its tokens, amounts and the words of the vocabulary found in it."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.tokens, self.quantities = tokens_of(text)
        self.tags = vocabulary.find(self.tokens)
        for q in self.quantities:
            self.tags.setdefault(q.unit, []).append((q.start, q.end))
        if self.quantities and any(q.unit in ("days", "weeks", "months", "years") for q in self.quantities):
            self.tags["period"] = [
                (q.start, q.end) for q in self.quantities if q.unit in ("days", "weeks", "months", "years")
            ]

    def has(self, group: str) -> bool:
        """Whether any of the words `a|b` stands here."""
        return not self.tags.keys().isdisjoint(names_of(group))

    def places(self, group: str) -> Iterator[tuple[int, int]]:
        """Where any of the words `a|b` stands."""
        for name in names_of(group):
            yield from self.tags.get(name, ())

    @cached_property
    def actors(self) -> list[tuple[int, int, str]]:
        """The parties in order, the longest where several begin or overlap, "A or B" as either."""
        names = {*ACTORS, "document"}
        spans = sorted(
            ((s, e, n) for n in names for s, e in self.tags.get(n, ())), key=lambda x: (x[0], -(x[1] - x[0]))
        )
        kept: list[tuple[int, int, str]] = []
        for span in spans:
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        joined: list[tuple[int, int, str]] = []
        for s, e, n in kept:
            pair = joined and {joined[-1][2], n} == {"payer", "practice"} and s - joined[-1][1] == 1
            if pair and self.tokens[s - 1].word in ("or", "and", "nor"):
                joined[-1] = (joined[-1][0], e, "either")
                continue
            joined.append((s, e, n))
        return [x for x in joined if x[2] != "document"]

    def subject(self, at: int, end: int) -> str:
        """Who does the verb at [at, end): after "by" where it is passive, else the nearest party before it that is
        no object of a preposition and no owner."""
        passive = any(self.tokens[i].word in _BE for i in range(max(0, at - 3), at))
        if passive:
            for s, _, name in self.actors:
                if end <= s <= end + 10 and self.tokens[s - 1].word in ("by", "the") and (
                    self.tokens[s - 1].word == "by" or self.tokens[s - 2].word == "by"
                ):  # fmt: skip
                    return name
            return "none"
        for s, e, name in reversed(self.actors):
            if e > at:
                continue
            before = self.tokens[s - 1].word if s else ""
            if before in ("the", "a", "an", "any", "each", "every", "such", "that", "this") and s > 1:
                before = self.tokens[s - 2].word
            if before in _PREPOSITIONS or self.tokens[e - 1].owner:
                continue
            return name
        return "none"

    def further(self, at: int, end: int) -> list[tuple[int, int, str]]:
        """Of a passive verb at [at, end) those who do it too, "and by" whom it may be done."""
        if not any(self.tokens[i].word in _BE for i in range(max(0, at - 3), at)):
            return []
        return [
            (s, e, name)
            for s, e, name in self.actors
            if end < s <= end + _FURTHER and _by(self.tokens[max(0, s - 3) : s])
        ]

    def negated(self, at: int) -> bool:
        """Whether the verb at `at` is denied: a negative word before it in the same clause."""
        crossed = False  # a party between: "not" before it belongs to another verb, "no" and "neither" may not
        parties = {i for s, e, _ in self.actors for i in range(s, e) if not self.tokens[e - 1].owner}
        for i in range(at - 1, max(-1, at - 14), -1):
            word = self.tokens[i].word
            if word in (";", ":"):
                return False
            crossed = crossed or i in parties
            if word in _NEGATIVE and not (word == "not" and crossed):
                return not (word == "not" and self.tokens[i - 1].word in ("or", "if", "whether")) and not (
                    word == "no"
                    and i + 1 < len(self.tokens)
                    and self.tokens[i + 1].word in ("later", "more", "less", "fewer")
                )
        return False


_DEFINED = re.compile(
    r"\(\s*(?:(?:hereinafter|hereafter|herein|collectively|individually|together|each|the|a|an|as|called|referred|to|we|or|and|us|our|you)[\s,]*)*"
    r"\"(?:the\s+)?([A-Z][\w .&'-]{1,40}?),?\"(?:[\s,]*(?:or|and)?\s*(?:the\s+)?\"([A-Z][\w .&'-]{1,40}?),?\")?[^)]{0,60}\)"
)
_MEANS = re.compile(
    r"\"([A-Z][\w '-]{1,40})\"(?:\s*(?:or\s+\"[^\"]+\"))?\s+(?:means|is|refers\s+to|shall\s+mean|are|includes)\s+([^.]{10,220})"
)
_PAYER_WORDS = re.compile(
    r"(?i)health\s*plan|insur|benefit|network|alliance|hmo\b|administrat|payer|payor|\bppo\b|mutual|assurance|managed|blue|indemnity|health\s+(?:care\s+)?service\s+corp|carrier|reinsur|employer|health\s+maintenance|coverage"
)
_PRACTICE_WORDS = re.compile(
    r"(?i)physician|practice|medical\s+group|clinic|p\.c\.|pllc|p\.l\.l\.c|p\.a\.|m\.d\.|associates|pediatric|family\s+medicine|orthop|cardio|dermat|surg|specialist|provider|professional|doctor|medicine|obstetric|psychiatr|gastro|podiatr|oncolog|urolog|neurolog|primary\s+care|s\.c\.|eye|ent\b|women"
)
_RULES = re.compile(
    r"(?i)(?:(?:any|an|a|each|the|plan's|payer's|its|written|collected|administrative|network|provider|operating|current)\s+|[A-Z]\w+(?:'s)?\s+){0,6}"
    r"(?:manual|handbook|guide(?:book)?|policies|rules|procedures|protocols|compendium|requirements|guidelines)\b"
)
_SKIP = {"Agreement", "Effective Date", "Party", "Parties", "Amendment", "Contract", "Exhibit", "Term", "Commencement Date", "Addendum", "Plan Documents",
         "Covered Services", "Services", "Initial Term", "Base Agreement", "Original Agreement", "Schedule", "Attachment"}  # fmt: skip


_DEFAULTS = {
    "payer": ("Plan", "Payer", "Payor", "Payors", "Company", "Network", "Insurer", "HMO", "Administrator", "Carrier"),
    "practice": ("Provider", "Practice", "Group", "Physician", "Practitioner", "Clinic", "Contractor"),
    "member": ("Member", "Covered Person", "Enrollee"),
}
_NAMED = re.compile(
    r"([A-Z][\w'&.-]*(?:[\s,]+(?:[A-Z][\w'&.-]*|of|and|the|for|&)){0,9})\s*,?\s*(?:an?\s[^()]{3,160}?)?\(\s*(?:[a-z,\s]*)?\"([A-Z][\w .&'-]{1,40}?),?\""
)


def names_in(text: str) -> dict[str, str]:
    """The full names of the payer and the practice, as the opening gives them."""
    roles = parties_in(text)
    found: dict[str, str] = {}
    for m in _NAMED.finditer(text[:6_000]):
        role = next((r for r in ("payer", "practice") if m[2] in roles[r]), None)
        if role:
            name = re.sub(r"^.*\b(?:between|among|by and between)\s+", "", m[1].strip(" ,"))
            found.setdefault(role, re.sub(r"^(?:and|And)\s+", "", name))
    return found


def parties_in(text: str) -> dict[str, tuple[str, ...]]:
    """The names a contract gives its parties and those it pays for: payer, practice, member."""
    found: dict[str, dict[str, None]] = {"payer": {}, "practice": {}, "member": {}, "manual": {}}
    unknown: list[str] = []
    for m in _DEFINED.finditer(text[:14_000]):
        names = [n.strip() for n in m.groups() if n and n.strip() not in _SKIP]
        before = re.split(r"\band\s+(?=[A-Z][\w ,.&]+$)|\bbetween\b|;", text[max(0, m.start() - 150) : m.start()])[-1]
        role = _role(before, names)
        for name in names:
            if role:
                found[role].setdefault(name)
            elif not re.search(r"(?i)\b(?:date|term|day|agreement)\b", name):
                unknown.append(name)
    if not found["payer"] and "IPA" in found["practice"] and len(found["practice"]) > 1:
        del found["practice"]["IPA"]  # an association that contracts with practices pays them
        found["payer"]["IPA"] = None
    # Of two parties, one of which is known, the other is the other.
    for role, other in (("payer", "practice"), ("practice", "payer")):
        if unknown and found[other] and not found[role]:
            found[role].setdefault(unknown[0])
    for m in _MEANS.finditer(text[:40_000]):
        name, meaning = m[1].strip(), m[2][:120]
        if _RULES.match(meaning) and name not in _SKIP:
            found["manual"].setdefault(name)
        if name in _SKIP or re.search(
            r"(?i)agreement|services?$|schedule|date|rate|claim|manual|polic|program|product|^benefit", name
        ):
            continue
        if re.match(
            r"(?i)(?:any|an|a|each|the)?\s*(?:eligible\s+)?(?:individual|person|anyone|enrollee|subscriber|insured)",
            meaning,
        ):
            found["member"].setdefault(name)
        elif re.match(
            r"(?i)(?:any|an|a|each|the)?\s*(?:duly\s+|licensed\s+)*(?:physician|practitioner|health\s+care\s+professional|doctor)",
            meaning,
        ):
            found["practice"].setdefault(name)
        elif re.match(
            r"(?i).{0,60}\b(?:employer|insurer|payer|payor|entity|health\s+plan|trust|sponsor)\b", meaning
        ) and not re.search(r"(?i)\bplan\s+document|certificate", meaning):
            found["payer"].setdefault(name)
    taken = {name for names in found.values() for name in names}
    return {role: (*names, *(d for d in _DEFAULTS.get(role, ()) if d not in taken)) for role, names in found.items()}


def _role(before: str, names: list[str]) -> str:
    own = " ".join(names)
    if re.search(r"(?i)^(?:provider|practice|group|physician|clinic|medical group|doctor|you)", own):
        return "practice"
    if re.search(r"(?i)plan|payer|payor|insurer|company|carrier|network|hmo|administrator", own):
        return "payer"
    last_payer = max((m.start() for m in _PAYER_WORDS.finditer(before)), default=-1)
    last_practice = max((m.start() for m in _PRACTICE_WORDS.finditer(before)), default=-1)
    if last_payer == last_practice == -1:
        return ""
    pay, practice = len(_PAYER_WORDS.findall(before)), len(_PRACTICE_WORDS.findall(before))
    if pay != practice:
        return "payer" if pay > practice else "practice"
    return "payer" if last_payer > last_practice else "practice"
