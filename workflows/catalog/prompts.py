"""Loads and checks prompts/: Markdown with front matter to Prompts, with file and line in every complaint.

The front matter declares `purpose`, `pace`, `most_tokens`, the `inputs` and the shape of the `reply`; what follows it
are the instructions. The fingerprint of the whole file is the prompt's version, which stands in the provenance of
whatever was worded with it.
"""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workflows.catalog.files import read_text
from workflows.domain.errors import KnowledgeFault
from workflows.domain.model import Prompt

PROMPTS = Path(__file__).resolve().parents[2] / "prompts"
_FRONT = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
_NOT_A_PROMPT = "README.md"


def load_prompts(root: Path = PROMPTS) -> dict[str, Prompt]:
    """All prompts by name; raises KnowledgeFault with all problems found."""
    problems: list[str] = []
    files = sorted(path for path in root.glob("*.md") if path.name != _NOT_A_PROMPT)
    found = [prompt for path in files if (prompt := _read(path, problems))]
    if problems:
        raise KnowledgeFault(problems)
    return {prompt.id: prompt for prompt in found}


@lru_cache(maxsize=2)
def prompts(root: Path = PROMPTS) -> dict[str, Prompt]:
    """The prompts of `root`, loaded once a process."""
    return load_prompts(root)


def _read(path: Path, problems: list[str]) -> Prompt | None:
    name = f"prompts/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}:1: cannot be read ({error})")
        return None
    front = _FRONT.match(text)
    if front is None:
        problems.append(f"{name}:1: begins without front matter between two lines of ---")
        return None
    head = read_text(front[1], name, TypeAdapter(dict[str, Any]), problems, first_line=2)
    instructions = text[front.end() :].strip()
    if head is None:
        return None
    own = {"id": path.stem, "version": hashlib.sha256(text.encode()).hexdigest()[:12], "instructions": instructions}
    try:
        prompt = Prompt.model_validate({**head, **own})
    except ValidationError as error:
        problems.extend(f"{name}:2: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return None
    before = len(problems)
    if not instructions:
        problems.append(f"{name}:1: says nothing after the front matter")
    if prompt.reply.type != "object":
        problems.append(f"{name}:2: reply: the reply itself is an object")
    for declared in prompt.inputs:
        if not re.fullmatch(r"[a-z]+", declared) or f"<{declared}>" not in instructions:
            problems.append(f"{name}:2: inputs.{declared}: the instructions do not speak of <{declared}>")
    return prompt if len(problems) == before else None
