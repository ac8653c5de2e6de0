"""The wording of the redline sheet, loaded on first use and checked: every type of clause has its words."""

from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from workflows.catalog import KNOWLEDGE
from workflows.catalog.files import read_one
from workflows.domain.contract import RedlineWords
from workflows.domain.errors import KnowledgeFault


def load_redline(root: Path = KNOWLEDGE) -> RedlineWords:
    """Read knowledge/redline; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    words = read_one(root / "redline/words.yaml", TypeAdapter(RedlineWords), problems)
    if words is not None:
        types = {path.stem for path in (root / "contracts").glob("*.yaml")}
        said = set(words.clauses)
        problems += [f"redline/words.yaml:1: type {kind} has no wording" for kind in sorted(types - said)]
        problems += [f"redline/words.yaml:1: there is no type {kind}" for kind in sorted(said - types)]
    if problems or words is None:
        raise KnowledgeFault(problems)
    return words


@lru_cache(maxsize=2)
def redline_words(root: Path = KNOWLEDGE) -> RedlineWords:
    """The wording of `root`, loaded once a process."""
    return load_redline(root)
