"""The samples of the clause files, run through the verbs they are meant for: a file's own test."""

from collections.abc import Iterator

from workflows.contracts.likeness import SAMPLE_PARTIES
from workflows.contracts.matching import Match, matches
from workflows.contracts.sections import sentences_of
from workflows.contracts.seen import Tagger
from workflows.domain.clauses import ClauseShelf, ClauseType
from workflows.domain.contract import Part, Provision


def sample_problems(shelf: ClauseShelf) -> Iterator[str]:
    """Every sample that does not come out as its file says."""
    tagger = Tagger(shelf, SAMPLE_PARTIES)
    for kind in shelf.types:
        place = f"contracts/{kind.id}.yaml:1"
        for sample in kind.matches:
            found = _of(kind, tagger, shelf, sample.text, sample.heading)
            if found is None:
                yield f"{place}: not found: {sample.text[:70]}"
                continue
            if found.level != sample.level:
                yield f"{place}: {found.level} ({found.rule}), not {sample.level}: {sample.text[:70]}"
            for name, value in sample.values.items():
                if found.values.get(name) != value:
                    yield f"{place}: {name} is {found.values.get(name)}, not {value}: {sample.text[:60]}"
        for text in kind.does_not_match:
            if _of(kind, tagger, shelf, text, "") is not None:
                yield f"{place}: found, and should not be: {text[:70]}"


def _of(kind: ClauseType, tagger: Tagger, shelf: ClauseShelf, text: str, heading: str) -> Match | None:
    part = Part("", "body", 0, "sample")
    provision = Provision("", heading, part, sentences_of(text))
    found = list(matches(tagger.read(provision), (kind,)))
    return max(found, key=lambda m: m.score, default=None)
