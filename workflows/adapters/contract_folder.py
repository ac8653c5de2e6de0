"""The contract files of a case folder: contract.pdf first, then contract*.pdf in the order of their names, numbers
counted as numbers. Nothing else opens them."""

import re
from pathlib import Path

from workflows.adapters.read_pdf import LARGEST, read_pdf
from workflows.domain.contract import ContractFile
from workflows.domain.errors import NotFound, Refused

MOST_FILES = 20


def contract_paths(folder: Path) -> tuple[Path, ...]:
    """The contract files of a folder in order; none where there are none."""
    found = [p for p in folder.glob("*") if re.fullmatch(r"(?i)contract.*\.pdf", p.name)]
    if len(found) > MOST_FILES:
        raise Refused(f"holds {len(found)} contract files", where=folder.name, todo=f"Keep at most {MOST_FILES}.")
    return tuple(sorted(found, key=lambda p: (p.stem.lower() != "contract", _natural(p.stem))))


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", name))


def read_contract(path: Path, *, inside: Path | None = None) -> ContractFile:
    """One file, read; raises Refused where it cannot be."""
    if inside is not None and not path.resolve().is_relative_to(inside.resolve()):
        raise Refused("points outside the case folder", where=path.name, todo="Put the file itself there.")
    if not path.exists():
        raise NotFound("there is no such file", where=str(path), todo="Name the PDF of the contract.")
    if not path.is_file():
        raise Refused("is not a file", where=path.name, todo="Name the PDF of the contract.")
    try:
        if path.stat().st_size > LARGEST:
            what = f"is {path.stat().st_size / 1e6:,.0f} MB; at most {LARGEST / 1e6:,.0f} MB are read"
            raise Refused(what, where=path.name, todo="Save it smaller, or split it.")
        return read_pdf(path.read_bytes(), path.name)
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})", where=path.name, todo="Check its permissions.") from error
