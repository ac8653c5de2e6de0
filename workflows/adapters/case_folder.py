"""A case folder on disk: answers.yaml and notes/<step>.txt in, answers.yaml out. Nothing else opens these files.

Files are hostile: size is checked before reading, encoding is UTF-8 (with or without a byte-order mark) or refused,
links out of the folder are not followed, and a write replaces the file as a whole or not at all.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from workflows.domain.errors import NotFound, Refused, StorageTrouble

ANSWERS, NOTES = "answers.yaml", "notes"


def read_folder(folder: Path, steps: Iterable[str], *, limit: int) -> tuple[str, dict[str, str]]:
    """The text of answers.yaml ("" if there is none) and the notes by step; raises Refused naming the file."""
    if not folder.is_dir():
        raise NotFound(
            "there is no such case folder", where=str(folder), todo="Name a folder with answers.yaml or notes/."
        )
    answers = read_text(folder / ANSWERS, folder, limit=limit) if (folder / ANSWERS).exists() else ""
    known = set(steps)
    notes = {}
    for path in sorted((folder / NOTES).glob("*.txt")) if (folder / NOTES).is_dir() else ():
        if path.stem not in known:
            raise Refused(
                f"there is no step {path.stem!r}",
                where=f"{NOTES}/{path.name}",
                todo=f"Steps are {', '.join(sorted(known))}.",
            )
        notes[path.stem] = read_text(path, folder, limit=limit)
    return answers, notes


def read_text(path: Path, folder: Path, *, limit: int) -> str:
    """A text file inside `folder`, at most `limit` bytes, as UTF-8."""
    name = path.relative_to(folder).as_posix()
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Refused("points outside the case folder", where=name, todo="Put the file itself there.")
        if not path.is_file():
            raise Refused("is not a file", where=name, todo="Put a text file there.")
        size = path.stat().st_size
        if size > limit:
            raise Refused(
                f"is {size / 1e6:,.0f} MB; at most {limit / 1e6:,.0f} MB are read", where=name, todo="Shorten it."
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("is not UTF-8 text", where=name, todo="Save it as UTF-8 and try again.") from error
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})", where=name, todo="Check the file's permissions.") from error


def write_answers(folder: Path, answers: Mapping[str, object]) -> None:
    """answers.yaml with every value by field; written beside and moved into place, synced to the disk."""
    steps: dict[str, dict[str, object]] = {}
    for field, value in answers.items():
        step, _, name = field.partition(".")
        steps.setdefault(step, {})[name] = value
    text = yaml.safe_dump(steps, sort_keys=False, allow_unicode=True, width=110)
    write_whole(folder / ANSWERS, text.encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file completely or leave the old one: a temporary file in the same folder, synced, then renamed."""
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise StorageTrouble(
            f"{path.name} could not be written ({error.strerror}). Free some space or choose another folder."
        ) from error
