"""A right figure in a wrong place: swapped with another, beside words of another role, counting another thing.

Amount and unit cannot show that "78% against 71%" became "71% against 78%", that the offered increase stands beside
"we ask", or that 2,300 members became 2,300 visits. Order, role words and nouns can, though only as a suspicion:
these objections ask a person to look, except where the thing counted or its period is plainly another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from workflows.domain.draft import Objection
from workflows.domain.evidence import Evidence, Figure, Unit
from workflows.domain.language import Found, figures, number
from workflows.grounding.characters import readable
from workflows.grounding.figures import agrees
from workflows.grounding.wording import Wording, as_figures

_ROLE_WORDS = {
    "offered": r"offer(?:ed|s|ing)?|your proposal|you propose",
    "proposed": r"propos(?:e|es|ed|ing|al)|ask(?:s|ed|ing)?|request(?:s|ed|ing)?|seek(?:s|ing)?|target|want(?:s|ed)?",
    "current": r"current(?:ly)?|present(?:ly)?|today|existing|now",
    "comparator": r"against|compared|comparison|versus|vs|average|benchmark|elsewhere|others",
}
_ROLE = re.compile("(?i)" + "|".join(rf"(?P<{role}>\b(?:{words})\b)" for role, words in _ROLE_WORDS.items()))
_ROLE_NAMES = {
    "offered": "the payer's offer",
    "proposed": "your request",
    "current": "the present rate",
    "comparator": "the comparison",
}
_STOP = re.compile(r"[,;:.!?)](?:\s|$)|\n")

_THINGS = frozenset(
    re.findall(
        r"\w+",
        """
    member patient visit physician doctor clinician practitioner assistant nurse therapist specialist provider site
    office location clinic call slot appointment practice employer code claim authorization unit referral procedure
    service case denial appeal admission readmission response language program programme payer plan hospital mile
    kilometer minute hour day week month quarter year decade dollar cent point percent
        """,
    )
)
_PERIODS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
    "hourly": "hour",
    "fortnightly": "fortnight",
}
_PERIOD = re.compile(
    r"(?i)\b(?:(?:per|every|each|an?|this|last)[ -](hour|day|week|fortnight|month|quarter|year)"
    r"|(daily|weekly|monthly|quarterly|yearly|annual|annually|hourly|fortnightly))\b"
)


def check_order(wording: Wording) -> Iterator[Objection]:
    """Figures of one unit that stand in another order than in the plain wording, or where another stood."""
    for unit in dict.fromkeys(f.unit for f in wording.found):
        plain = [f.amount for f in wording.plain_found if f.unit == unit]
        new = [f for f in wording.found if f.unit == unit]
        shared = [f for f in new if f.amount in plain]
        if not _follows([f.amount for f in shared], plain):
            words = " … ".join(f.words for f in shared)
            yield wording.objection(
                words,
                "these figures stand in another order than in the plain wording: they may have been swapped",
                hard=False,
            )
        said = [f.amount for f in new]
        gone = [a for a in plain if a not in said]
        for found in new:
            if gone and said.count(found.amount) > plain.count(found.amount) > 0:
                yield wording.objection(
                    found.words,
                    f"the plain wording has this once, and {number(gone[0])} where it now stands again",
                    hard=True,
                )
            if gone and found.amount not in plain and _known(found, wording.facts):
                yield wording.objection(
                    found.words,
                    "this figure of the same facts stands where the plain wording has "
                    "another: check that it is the one you mean",
                    hard=False,
                )


def check_fact_order(wording: Wording) -> Iterator[Objection]:
    """Figures of one fact that stand in another order than in the fact's own sentence, unless a second fact that
    holds them all has them so."""
    orders = [[(f.unit, f.amount) for f in figures(readable(e.says))] for e in wording.facts]
    for own in orders:
        for unit in dict.fromkeys(unit for unit, _ in own):
            said = [f for f in wording.found if f.unit == unit and (unit, f.amount) in own]
            pairs = [(unit, f.amount) for f in said]  # a figure may stand twice when a second fact has it too
            again = [p for p in dict.fromkeys(pairs) if pairs.count(p) > sum(order.count(p) for order in orders)]
            if again and any(unit == one and (one, amount) not in pairs for one, amount in own):
                says = "this figure stands once more than in the facts, and one of theirs is missing"
                yield wording.objection(next(f.words for f in said if (unit, f.amount) in again), says, hard=True)
            held = [order for order in orders if set(pairs) <= set(order)]
            if not any(_in_order([p for p in order if p in pairs], pairs) for order in held):
                words = " … ".join(f.words for f in said)
                yield wording.objection(
                    words,
                    "these figures stand in another order than in the fact behind them: they may have been swapped",
                    hard=False,
                )


def _in_order(own: Sequence[object], said: Sequence[object]) -> bool:
    """Whether a fact's figures are said in its order; what it has twice ("2025", "your 2025 report") may be said once."""
    return _follows(own, said) or (len(said) < len(own) and _follows(said, own))


def check_neighbours(wording: Wording) -> Iterator[Objection]:
    """Two figures of different facts, each standing among the words of the other's fact."""
    told = [f for f in wording.found if f.unit != "code"]
    for i, one in enumerate(told):
        for other in told[i + 1 :]:
            if one.unit != other.unit or one.amount == other.amount:
                continue
            a, b = _content_of(one, other, wording), _content_of(other, one, wording)
            here, there = _around(wording, one), _around(wording, other)
            if a and b and len(here & b) > len(here & a) and len(there & a) > len(there & b):
                yield wording.objection(
                    f"{one.words} … {other.words}",
                    "each of these figures stands among the words of the other: they may have been swapped",
                    hard=False,
                )


def _content_of(found: Found, other: Found, wording: Wording) -> set[str]:
    """The content words of the facts that hold one figure and not the other."""
    own = [e for e in wording.facts if _known(found, [e]) and not _known(other, [e])]
    return {w for e in own for w in re.findall(r"[a-z]+", e.says.lower()) if len(w) > 3}


def _around(wording: Wording, found: Found) -> set[str]:
    """The content words between the figures before and after this one, six on each side at most."""
    start = max((f.end for f in wording.found if f.end <= found.start), default=0)
    end = min((f.start for f in wording.found if f.start >= found.end), default=len(wording.text))
    before = re.findall(r"[a-z]+", wording.text[start : found.start].lower())[-6:]
    after = re.findall(r"[a-z]+", wording.text[found.end : end].lower())[:6]
    return {w for w in (*before, *after) if len(w) > 3}


def _follows(new: Sequence[object], plain: Sequence[object]) -> bool:
    """Whether `new` is `plain` with some left out."""
    rest = iter(plain)
    return all(one in rest for one in new)


def _known(found: Found, facts: Iterable[Evidence]) -> bool:
    return any(agrees(g, f) for g in as_figures(found) for e in facts for f in e.figures)


def check_roles(wording: Wording) -> Iterator[Objection]:
    """A figure beside role words (offer, request, present, comparison) that fit another role than its own."""
    said = {(f.unit, f.amount): _beside(wording.plain, wording.plain_found, f) for f in wording.plain_found}
    for found in wording.found:
        if found.unit in ("date", "year", "code"):
            continue  # a date may stand beside any of these words
        role = _beside(wording.text, wording.found, found)
        known = _roles_of(found, wording.facts)
        if role and known and role not in known and said.get((found.unit, found.amount), "") != role:
            own = " and ".join(_ROLE_NAMES[r] for r in sorted(known))
            yield wording.objection(
                found.words,
                f"this figure is {own}, but the words beside it speak of "
                f"{_ROLE_NAMES[role]}: they may have been swapped",
                hard=False,
            )


def _beside(text: str, all_found: tuple[Found, ...], found: Found) -> str:
    """The role of the nearest role word of the same clause: the last one before the figure, else the first after."""
    start = max((f.end for f in all_found if f.end <= found.start), default=0)
    end = min((f.start for f in all_found if f.start >= found.end), default=len(text))
    before, after = text[start : found.start], text[found.end : end]
    before = _STOP.split(before)[-1]  # in "60 days now, 120 days wanted" the "now" is behind a comma
    after = re.split(r"[,;:.()]", after)[0]
    marks = [*_ROLE.finditer(before)][-1:] or [*_ROLE.finditer(after)][:1]
    return (marks[0].lastgroup or "") if marks else ""


def _roles_of(found: Found, facts: Iterable[Evidence]) -> set[str]:
    held = [f for e in facts for f in e.figures if any(agrees(g, f) for g in as_figures(found))]
    roles = {role for figure in held for role in [role_of(figure)] if role}
    return roles if len(held) == len([f for f in held if role_of(f)]) else set()


def role_of(figure: Figure) -> str:
    """The role a figure plays in a negotiation, as its field or column says, or "" when it has none of the four."""
    name = figure.role.lower()
    column = name.rsplit(".", 1)[-1]
    if "offer" in column:
        return "offered"
    if "comparator" in column or column.endswith("_others") or column.startswith("nearest"):
        return "comparator"
    if column in ("current", "now"):
        return "current"
    return "proposed" if column in ("proposed", "wanted") or name.startswith("ask.") else ""


def roles_in(text: str) -> set[str]:
    """The roles that a text (the head of a column) speaks of."""
    return {m.lastgroup for m in _ROLE.finditer(text) if m.lastgroup}


_CODE = r"\b[0-9A-Z]\d{3}[0-9A-Z]\b"
_CODE_LIST = re.compile(rf"{_CODE}(?:(?:,\s*|\s+and\s+|\s+or\s+){_CODE})+")


def check_listed(wording: Wording) -> Iterator[Objection]:
    """A code named twice in one list: another stood in its place."""
    for match in _CODE_LIST.finditer(wording.text):
        codes = re.findall(_CODE, match.group())
        for code in dict.fromkeys(c for c in codes if codes.count(c) > 1):
            yield wording.objection(code, "this code stands twice in the list: another one is missing", hard=True)


def check_counted(wording: Wording) -> Iterator[Objection]:
    """A count of another thing than in the facts (members, visits), or for another period (a week, a month)."""
    for found in wording.found:
        if found.unit not in ("count", "days", "hours", "miles"):
            continue
        noun = _noun_after(wording.text, found.end if found.unit == "count" else found.start)
        counted = {n for source in wording.sources for n in _nouns(source, found.unit, found.amount)}
        if noun and counted and noun not in counted:
            says = f"the facts count {' or '.join(sorted(counted))} here, not {noun}"
            yield wording.objection(f"{found.words} {noun}", says, hard=True)
    lent = {_period(m) for source in wording.sources for m in _PERIOD.finditer(source)}
    named = {p for source in wording.sources for p in _periods(source)}
    for match in _PERIOD.finditer(wording.text):
        if wording.found and _period(match) not in lent:
            hard = _period(match) not in named  # "12 months" in the facts makes "each month" a doubt, not an error
            yield wording.objection(match.group(), "no fact behind this sentence counts by this period", hard=hard)


def _nouns(text: str, unit: Unit, amount: Decimal) -> Iterator[str]:
    for found in figures(text):
        if found.amount == amount and found.unit == unit:
            noun = _noun_after(text, found.end if unit == "count" else found.start)
            if noun:
                yield noun


def _noun_after(text: str, at: int) -> str:
    """The first thing that can be counted among the next words of the same clause."""
    clause = re.split(r"[,;:.()\d]", text[at:].lstrip(" -"))[0] if text[at : at + 1] not in ",;:.()" else ""
    for word in re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)*", clause)[:6]:  # "after-hours" is no count of hours
        singular = re.sub(r"(?<=[a-z]{3})s$", "", word.lower())
        if singular in _THINGS:
            return singular
    return ""


def _periods(text: str) -> Iterator[str]:
    for word in re.findall(r"[a-z]+", text.lower()):
        yield _PERIODS.get(word, re.sub(r"s$", "", word))


def _period(match: re.Match[str]) -> str:
    word = (match.group(1) or match.group(2)).lower()
    return _PERIODS.get(word, word)
