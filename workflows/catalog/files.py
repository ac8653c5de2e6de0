"""Files of knowledge/ to checked values: YAML in, with file and line in every complaint.

Two readers, since they read for different people: `read_one` and `read_many` read what an author of ours wrote, and
collect every problem; `plain_yaml` reads what a stranger may have written, and makes nothing but text.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from workflows.domain.errors import KnowledgeFault

T = TypeVar("T")
_DEEPEST, _MOST = 20, 50_000  # answers.yaml nests four deep and holds a few thousand values


def plain_yaml(text: str, name: str) -> Any:
    """YAML as text, lists and mappings (no numbers, dates or objects are made), or None where there is nothing; raises
    KnowledgeFault with the line. Built event by event: deep nesting cannot exhaust the stack (the library's own
    composer crashes on it), and aliases, which can unfold without end, are refused."""
    try:
        return _built(yaml.parse(text, Loader=yaml.CBaseLoader), name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KnowledgeFault([f"{name}:{line}: not valid YAML ({error.problem})"]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise KnowledgeFault([f"{name}:1: not valid YAML"]) from error


def _built(events: Iterable[yaml.Event], name: str) -> Any:
    root: list[Any] = []
    stack: list[tuple[list[Any] | dict[str, Any], list[str]]] = [(root, [])]  # each with the key that waits for a value
    for count, event in enumerate(events):
        value: Any
        match event:
            case yaml.ScalarEvent():
                value = event.value
            case yaml.SequenceStartEvent():
                value = []
            case yaml.MappingStartEvent():
                value = {}
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                stack.pop()
                continue
            case yaml.AliasEvent():
                raise _fault(name, event, "an alias (*) is not read; write the values out")
            case yaml.DocumentStartEvent() if root:
                raise _fault(name, event, "a second document (---) is not read")
            case _:
                continue
        if len(stack) > _DEEPEST or count > _MOST:
            what = "is nested too deeply" if len(stack) > _DEEPEST else "holds far too many values"
            raise _fault(name, event, what)
        holder, waiting = stack[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif waiting:
            holder[waiting.pop()] = value
        elif not isinstance(value, str):
            raise _fault(name, event, "a name stands before a colon, not a list or a mapping")
        elif value in holder:
            raise _fault(name, event, f"{value[:60]} is given twice")
        else:
            waiting.append(value)
            continue
        if not isinstance(value, str):
            stack.append((value, []))
    return root[0] if root else None


def _fault(name: str, event: yaml.Event, what: str) -> KnowledgeFault:
    return KnowledgeFault([f"{name}:{event.start_mark.line + 1 if event.start_mark else 1}: {what}"])


def _repeated_keys(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key.value, str) and key.value in seen:
                yield key.start_mark.line + 1, key.value
            if isinstance(key.value, str):
                seen.add(key.value)
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated_keys(child)


def read_many(folder: Path, kind: type[T], problems: list[str]) -> tuple[T, ...]:
    """The values of all YAML files of a folder, in the order of their names; problems as for `read_one`."""
    found = (read_one(path, TypeAdapter(kind), problems) for path in sorted(folder.glob("*.yaml")))
    return tuple(item for item in found if item is not None)


def read_one(path: Path, kind: TypeAdapter[T], problems: list[str]) -> T | None:
    """The value in a YAML file, or None with what is wrong added to `problems` (file and line)."""
    name = f"{path.parent.name}/{path.name}"
    try:
        return read_text(path.read_text(encoding="utf-8"), name, kind, problems)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}:1: cannot be read ({error})")
    return None


def read_text(text: str, name: str, kind: TypeAdapter[T], problems: list[str], *, first_line: int = 1) -> T | None:
    """The value in YAML text that begins on line `first_line` of file `name`; None as for `read_one`."""
    before = first_line - 1
    node = None
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        problems.extend(f"{name}:{line + before}: {key} is given twice" for line, key in _repeated_keys(node))
        return kind.validate_python(loader.construct_document(node) if node else None)
    except ValidationError as error:
        problems.extend(
            f"{name}:{_line(node, e['loc']) + before}: {'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors()
        )
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(f"{name}:{line + before}: {error.problem}")
    return None


def _line(node: yaml.Node | None, loc: tuple[str | int, ...]) -> int:
    line = 1
    for part in loc:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return node.start_mark.line + 1 if node is not None else line
