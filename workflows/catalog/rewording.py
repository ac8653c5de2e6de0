"""The words a model may add to a letter, loaded on first use and checked."""

import re
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from workflows.catalog import KNOWLEDGE
from workflows.catalog.files import read_one
from workflows.domain.errors import KnowledgeFault
from workflows.domain.language import figures
from workflows.domain.rewording import FramingWords

FILE = "rewording/words.yaml"


def load_framing(root: Path = KNOWLEDGE) -> FramingWords:
    """Read knowledge/rewording; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    found = read_one(root / FILE, TypeAdapter(FramingWords), problems)
    for word in sorted(found.all) if found else ():
        if not re.fullmatch(r"[a-z]+", word):
            problems.append(f"{FILE}:1: {word} is not one word in small letters")
        if figures(word):
            problems.append(f"{FILE}:1: {word} is a figure, and no figure may be added")
    for verb in sorted(found.verbs - found.all) if found else ():
        problems.append(f"{FILE}:1: {verb} may follow “we”, but is not among the words")
    if problems or found is None:
        raise KnowledgeFault(problems)
    return found


@lru_cache(maxsize=2)
def framing_words(root: Path = KNOWLEDGE) -> FramingWords:
    """The words of `root`, loaded once a process."""
    return load_framing(root)
