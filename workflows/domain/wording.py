"""Fills an outline's templates from evidence: the keys used become the sentence's evidence, blanks become gaps."""

from collections.abc import Mapping

from workflows.domain.draft import Sentence
from workflows.domain.evidence import Evidence
from workflows.domain.knowledge import PLACEHOLDER, Wording, placeholders


def value_of(key: str, known: Mapping[str, Evidence]) -> tuple[str, Evidence] | None:
    """The wording and evidence behind a key such as "practice.members", "x.y:bare" or "quality.measures[0].rate"."""
    bare = key.endswith(":bare")
    name = key.removesuffix(":bare")
    fact = known.get(name)
    if fact:
        return (fact.bare if bare else fact.value), fact
    table, _, part = name.rpartition(".")
    row = known.get(table)
    if row and part in row.parts:
        return row.parts[f"{part}:bare" if bare and f"{part}:bare" in row.parts else part], row
    return None


def fits(wording: Wording, known: Mapping[str, Evidence]) -> bool:
    """Whether the conditions of a sentence hold."""
    return all(value_of(k, known) for k in wording.when) and not any(value_of(k, known) for k in wording.unless)


def fill(wording: Wording, known: Mapping[str, Evidence], section: str) -> Sentence | None:
    """The sentence of the first template whose keys are known (a key with a blank may be missing); None if none is."""
    if not fits(wording, known):
        return None
    for template in wording.any:
        if all(blank or value_of(key, known) for key, blank in placeholders(template)):
            return _filled(template, wording, known, section)
    return None


def _filled(template: str, wording: Wording, known: Mapping[str, Evidence], section: str) -> Sentence | None:
    used: dict[str, None] = {}
    missing: list[str] = []
    pieces, at = [], 0
    for match in PLACEHOLDER.finditer(template):
        pieces.append(template[at : match.start()])
        at = match.end()
        found = value_of(match.group(1), known)
        if found:
            text, fact = found
            used[fact.id] = None
            pieces.append(_inside(text, template, match.start(), match.end()))
        else:
            missing.append(match.group(1))
            pieces.append(f"[{match.group(2)}: to be completed]")
    text = "".join((*pieces, template[at:]))
    kind = wording.kind
    if kind != "courtesy" and not used:
        # Nothing known stands in it: a line of blanks is a gap, and a line without keys needs no evidence.
        kind = "gap" if missing else "courtesy"
    if kind == "courtesy" and used:
        kind = "assertion"
    return Sentence(slot=f"{section}.{wording.id}", kind=kind, text=text, evidence=tuple(used), gaps=tuple(missing))


def _inside(text: str, template: str, start: int, end: int) -> str:
    """A value set inside a sentence: without its own full stop, and without a capital that only opened its sentence."""
    closing = template[end : end + 1]
    return text.rstrip(".") if closing in (".", ",", ";", ")") and not text.endswith("..") else text
