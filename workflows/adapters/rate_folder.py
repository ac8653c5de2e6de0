"""The files about fees in a case folder: schedules/*, volumes.csv, claims*.csv, offer.yaml, packages.yaml. Nothing else opens them."""

from pathlib import Path

from workflows.adapters.case_folder import read_text
from workflows.adapters.unpack import read_file
from workflows.domain.errors import Refused
from workflows.domain.frozen import Frozen

SCHEDULES, OFFER, PACKAGES = "schedules", "offer.yaml", "packages.yaml"
VOLUMES = ("volumes.csv", "volumes.xlsx")
CLAIMS = ("claims*.csv", "claims*.csv.gz")
MOST_FILES = 40
_YAML_LIMIT = 100_000  # bytes


class RateFile(Frozen):
    """One file as it lies there, with what its .yaml beside it says ("" without one)."""

    name: str
    content: bytes
    beside: str = ""


class PublishedFile(Frozen):
    """A payer's published file (.json, .json.gz), too large to hold, with what its .yaml beside it says."""

    path: Path
    beside: str = ""


class RateFiles(Frozen):
    """What a case folder holds about fees; files of claim lines and published files are too large to hold and only
    named."""

    schedules: tuple[RateFile, ...] = ()
    published: tuple[PublishedFile, ...] = ()
    volumes: RateFile | None = None
    claims: tuple[Path, ...] = ()
    offer: str = ""
    packages: str = ""


def read_rate_files(folder: Path) -> RateFiles:
    """The files; raises Refused naming the one that cannot be read."""
    # Any other kind of file is tried too, so that an .xls or a PDF is refused in a sentence and not passed over.
    inside = sorted(p for p in (folder / SCHEDULES).glob("[!.]*") if p.suffix.lower() not in (".yaml", ".md"))
    if len(inside) > MOST_FILES:
        raise Refused(f"holds {len(inside)} files", where=SCHEDULES, todo=f"Keep at most {MOST_FILES}.")
    streamed = [p for p in inside if p.name.lower().endswith((".json", ".json.gz"))]
    return RateFiles(
        schedules=tuple(_file(p, folder) for p in inside if p not in streamed),
        published=tuple(PublishedFile(path=_inside(p, folder), beside=_beside(p, folder)) for p in streamed),
        volumes=next((_file(folder / n, folder) for n in VOLUMES if (folder / n).exists()), None),
        claims=tuple(_inside(p, folder) for p in _claims(folder)),
        offer=_yaml(folder / OFFER, folder),
        packages=_yaml(folder / PACKAGES, folder),
    )


def has_rates(folder: Path) -> bool:
    """Whether a case folder holds anything about fees."""
    return (folder / SCHEDULES).is_dir() or (folder / OFFER).exists() or bool(_claims(folder))


def _claims(folder: Path) -> list[Path]:
    return sorted(p for pattern in CLAIMS for p in folder.glob(pattern))


def _file(path: Path, folder: Path) -> RateFile:
    return RateFile(
        name=path.name, content=read_file(_inside(path, folder)), beside=_yaml(path.with_suffix(".yaml"), folder)
    )


def _beside(path: Path, folder: Path) -> str:
    """What the .yaml beside a published file says: name.yaml for name.json and name.json.gz."""
    return _yaml(path.with_name(path.name.removesuffix(".gz").removesuffix(".json") + ".yaml"), folder)


def _inside(path: Path, folder: Path) -> Path:
    name = path.relative_to(folder).as_posix()
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Refused("points outside the case folder", where=name, todo="Put the file itself there.")
    return path


def _yaml(path: Path, folder: Path) -> str:
    return read_text(path, folder, limit=_YAML_LIMIT) if path.exists() else ""
