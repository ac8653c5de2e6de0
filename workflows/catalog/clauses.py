"""The clause shelf: the types of clauses and the words they are known by, loaded on first use and checked.

A clause file may use the shared words, its own, the kinds of amounts, and its heading ("heading.<id>"). Whether its
samples come out as they say is checked where the verbs are at hand (casework.checking).
"""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from workflows.catalog import KNOWLEDGE
from workflows.catalog.files import read_many, read_one
from workflows.domain.clauses import ClauseShelf, ClauseType, Likeness, Reading, Sign
from workflows.domain.errors import KnowledgeFault

AMOUNTS = frozenset(
    {"days", "weeks", "months", "years", "hours", "percent", "points", "money", "date", "year", "period"}
)
ACTORS = frozenset({"payer", "practice", "either", "member", "none"})
WORKED_OUT = frozenset({"years_behind"})  # by the verbs: how far a named year lies before the contract's own
_PHRASE = re.compile(r"[a-z0-9%'*/.() ]+")


def load_clauses(root: Path = KNOWLEDGE) -> ClauseShelf:
    """Read knowledge/contracts; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    folder = root / "contracts"
    shared = read_one(folder / "vocabulary/words.yaml", TypeAdapter(dict[str, tuple[str, ...]]), problems) or {}
    types = read_many(folder, ClauseType, problems)
    if problems:
        raise KnowledgeFault(problems)
    words = dict(shared)
    for kind in types:
        place = f"contracts/{kind.id}.yaml:1"
        # A file's own word that another file has too is kept apart by the file's name.
        words |= {_own(kind, name): phrases for name, phrases in kind.words.items()}
        problems += [f"{place}: {what}" for what in _problems(kind, shared)]
    problems += [f"contracts/vocabulary/words.yaml:1: {what}" for what in _unfit(shared)]
    if problems:
        raise KnowledgeFault(problems)
    resolved = tuple(_resolved(kind) for kind in types)
    samples = tuple(_samples(folder / "samples.tsv", {kind.id for kind in types}, problems))
    if problems:
        raise KnowledgeFault(problems)
    content = ClauseShelf(words=words, types=resolved, samples=samples).model_dump_json()
    return ClauseShelf(
        words=words,
        types=resolved,
        samples=samples,
        likeness=_likeness(folder / "likeness.tsv"),
        digest=_digest(content),
        lesson=_digest(repr((sorted(words.items()), samples, [(k.id, k.matches, k.does_not_match) for k in resolved]))),
    )


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _samples(path: Path, known: set[str], problems: list[str]) -> Iterator[tuple[str, str]]:
    """The lines of samples.tsv: type (or "none") and words."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        kind, tab, text = line.partition("\t")
        if not tab or not text.strip() or kind not in {*known, "none"}:
            problems.append(f"contracts/samples.tsv:{number}: not a type (or none), a tab and words: {line[:50]!r}")
        else:
            yield kind, text.strip()


def _likeness(path: Path) -> Likeness | None:
    """What the samples taught, or None where it was not shipped: then the signs decide alone."""
    if not path.exists():
        return None
    digest, types, bias, *lines = path.read_text(encoding="utf-8").splitlines()
    weights = {}
    for line in lines:
        feature, _, told = line.partition("\t")
        pairs = (pair.split(":") for pair in told.split())
        weights[feature] = tuple((int(i), float(w)) for i, w in pairs)
    named, step, *akin = (path.parent / "akin.tsv").read_text(encoding="utf-8").splitlines()
    words = {word: told for word, _, told in (line.partition("\t") for line in akin)}
    learned = digest if named == digest else ""  # of two that were not learned together neither is current
    return Likeness(tuple(types.split("\t")), tuple(map(float, bias.split("\t"))), weights, learned, words, float(step))


def _own(kind: ClauseType, name: str) -> str:
    return f"{kind.id}.{name}"


def _group(kind: ClauseType, group: str) -> str:
    return "|".join(_own(kind, n) if n in kind.words else n for n in group.split("|"))


def _resolved(kind: ClauseType) -> ClauseType:
    """The type with its own words under their full names."""
    return kind.model_copy(
        update={
            "signs": tuple(_sign(kind, s) for s in kind.signs),
            "never": tuple(_group(kind, g) for g in kind.never),
            "marks": {name: tuple(_sign(kind, s) for s in signs) for name, signs in kind.marks.items()},
            "values": {
                name: r.model_copy(update={f: _group(kind, getattr(r, f)) for f in ("near", "not_near", "does")})
                for name, r in kind.values.items()
            },
        }
    )


def _sign(kind: ClauseType, sign: Sign) -> Sign:
    groups = {f: _group(kind, getattr(sign, f)) for f in ("does", "what", "headed")}
    lists = {f: tuple(_group(kind, g) for g in getattr(sign, f)) for f in ("with_", "never", "beside", "not_beside")}
    return sign.model_copy(update={**groups, **lists})


def _names(signs: tuple[Sign, ...]) -> Iterator[str]:
    for sign in signs:
        for group in (sign.does, sign.what, *sign.with_, *sign.never, *sign.beside, *sign.not_beside):
            yield from (name for name in group.split("|") if name)


def _problems(kind: ClauseType, shared: dict[str, tuple[str, ...]]) -> Iterator[str]:
    known = {*shared, *kind.words, *AMOUNTS}
    every = (*kind.signs, *(s for signs in kind.marks.values() for s in signs))
    used = {
        *_names(every),
        *(n for g in kind.never for n in g.split("|")),
        *(n for r in kind.values.values() for n in _reading_names(r)),
    }
    for name in sorted(used - known):
        yield f"uses the word {name}, which no vocabulary holds"
    for who in sorted({w for s in every for w in s.who.split("|") if w} - ACTORS):
        yield f"names {who}, who is no party"
    falls = (f"{name}_fall_to" for name, r in kind.values.items() if r.take == "all" or r.unit == "percent")
    said = {*kind.marks, *kind.values, *(t.value for t in kind.tell), *WORKED_OUT, *falls}
    ruled = (*(c for r in kind.rate for c in r.when), *(c for t in kind.tell for c in t.when))
    for condition in ruled:
        for name in re.findall(r"[a-z_]+", condition.removeprefix("not ")):
            if name not in said and not name.startswith("product_"):
                yield f"has a condition on {name}, which is neither a mark nor a value"
    for name in sorted(kind.marks.keys() & kind.values.keys()):
        yield f"has {name} both as a mark and as a value"
    yield from _unfit({**kind.words, "headings": kind.headings})


def _reading_names(reading: Reading) -> Iterator[str]:
    for group in (reading.near, reading.not_near, reading.does):
        yield from (name for name in group.split("|") if name)


def _unfit(words: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for name, phrases in words.items():
        for phrase in phrases:
            if not _PHRASE.fullmatch(phrase.lower()):
                yield f"{name}: {phrase!r} is no phrase of words, a/b, (optional), stem* and .."


@lru_cache(maxsize=2)
def clauses(root: Path = KNOWLEDGE) -> ClauseShelf:
    """The clause shelf of `root`, loaded once a process."""
    return load_clauses(root)
