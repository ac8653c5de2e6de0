"""From the files of a case folder to RatesInput: each schedule with what it is, units, the offer, packages."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from workflows.adapters.rate_folder import OFFER, PACKAGES, PublishedFile, RateFile, read_rate_files
from workflows.catalog.files import plain_yaml
from workflows.domain.claims import Progress
from workflows.domain.errors import KnowledgeFault, Refused
from workflows.domain.knowledge import CodeFamily
from workflows.domain.rates import Origin, RateSchedule, RatesInput, RateTerms, Volume, What
from workflows.rates import claims, schedules, terms
from workflows.rates.billed import same_payer
from workflows.rates.cells import Misread, day_of

if TYPE_CHECKING:
    from workflows.casework.rates import RatesDesk

_WHAT_WORDS: tuple[tuple[What, str], ...] = (
    ("published", r"in[-_ ]network|\bmrf\b|transparen|published"),
    ("offer", r"offer|propos|counter"),
    ("claims", r"claim|remit|\bera\b|\b835\b|paid|reali[sz]ed"),
)
_NOISE = re.compile(
    r"(?i)\b(?:fee|fees|schedules?|rates?|contract(?:ed)?|current|present|own|payers?|offer(?:ed)?|propos(?:ed|al)|counter(?:offer)?|"
    r"claims?|remits?|paid|published|mrf|in network|transparency|file|final|new|v\d+|(?:19|20)\d\d|\d+)\b"
)


def rates_input(
    folder: Path, payer: str, families: Sequence[CodeFamily], desk: "RatesDesk", progress: Progress | None = None
) -> RatesInput:
    """All that a case folder holds about fees; `payer` is the one the case is about. Raises Refused naming the file."""
    files = read_rate_files(folder)
    found = tuple(
        s for f in files.schedules for s in by_payer(desk.preview(f.content, f.name, _origin(f, payer)).schedule)
    )
    units: tuple[Volume, ...] = ()
    warnings: tuple[str, ...] = ()
    if files.volumes:
        units, warnings = desk.volumes(files.volumes.content, files.volumes.name)
    own, billed, said = _claims(files.claims, payer, desk, progress)
    found, warnings = (*found, *own), (*warnings, *said)
    if units and billed:
        warnings = (*warnings, f"Units are those of {files.volumes.name if files.volumes else ''}, not of the claims.")
    asked = {x.code for s in found for x in s.lines} | {v.code for v in (units or billed)}
    found = (*found, *(_published(f, payer, asked, desk, progress) for f in files.published))
    raw = _mapping_in(files.offer, OFFER)
    offer, told = terms.offer_of(raw, families, OFFER) if raw else (None, ())
    packages, shares, strange = _packages(files.packages, families)
    return RatesInput(
        schedules=found,
        volumes=units or billed,
        units_from=files.volumes.name if units and files.volumes else ", ".join(p.name for p in files.claims),
        offer=offer,
        packages=packages,
        leaving=shares,
        warnings=(*warnings, *told, *strange),
    )


def _published(
    file: PublishedFile, payer: str, codes: Collection[str], desk: "RatesDesk", progress: Progress | None
) -> RateSchedule:
    """A payer's published file, for the codes that the case's own files name. What is not said beside it, it says."""
    name = file.path.name
    said = _mapping_in(file.beside, name)
    origin = _origin(RateFile(name=f"in-network {name}", content=b"", beside=file.beside), payer) if said else None
    found = desk.published(file.path, codes, origin, progress)
    known = payer if payer and same_payer(found.payer, payer) else found.payer
    return found.model_copy(update={"origin": found.origin.model_copy(update={"payer": known})})


def _claims(
    paths: Sequence[Path], payer: str, desk: "RatesDesk", progress: Progress | None
) -> tuple[tuple[RateSchedule, ...], tuple[Volume, ...], tuple[str, ...]]:
    """The practice's own claim lines: a schedule of realised rates a payer, units, and what has to be known of them."""
    if not paths:
        return (), (), ()
    read = claims.together([desk.claims(path, progress) for path in paths])
    return (
        claims.schedules(read, Origin(what="claims", payer=payer or "own claims")),
        claims.volumes(read),
        tuple(claims.told(read)),
    )


def by_payer(schedule: RateSchedule) -> list[RateSchedule]:
    """One schedule a payer where a file has a column of payers; the rows not taken stay with the first."""
    named = list(dict.fromkeys(line.payer for line in schedule.lines if line.payer))
    if not named:
        return [schedule]
    return [
        schedule.model_copy(
            update={
                "origin": schedule.origin.model_copy(update={"payer": payer}),
                "lines": tuple(x for x in schedule.lines if x.payer == payer),
                "bad": schedule.bad if payer == named[0] else (),
            }
        )
        for payer in named
    ]


def _packages(
    text: str, families: Sequence[CodeFamily]
) -> tuple[dict[str, RateTerms], dict[str, Decimal], tuple[str, ...]]:
    """The packages of packages.yaml, what it says of leaving, and what of it is not known."""
    packages: dict[str, RateTerms] = {}
    shares: dict[str, Decimal] = {}
    warnings: list[str] = []
    for name, raw in _mapping_in(text, PACKAGES).items():
        if not isinstance(raw, dict):
            raise Refused("holds no terms", where=f"{PACKAGES}: {name}", todo="Write percent_of_medicare: 118.")
        if name == "leaving":
            shares = terms.shares_of(raw, f"{PACKAGES}: leaving")
            continue
        packages[name], strange = terms.terms_of(raw, families, f"{PACKAGES}: {name}")
        warnings += strange
    return packages, shares, tuple(warnings)


def _mapping_in(text: str, name: str) -> Mapping[str, Any]:
    try:
        raw = plain_yaml(text, name) if text else None
    except KnowledgeFault as fault:
        raise Refused(fault.problems[0], todo="Mend the file and try again.") from fault
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Refused("holds no fields", where=name, todo="Write name: value, one a line.")
    return raw


def _origin(file: RateFile, payer: str) -> Origin:
    """What a file of a folder is: as the .yaml beside it says, else by its name, else the practice's own contract."""
    said = _mapping_in(file.beside, f"{file.name.rsplit('.', 1)[0]}.yaml")
    words = re.sub(r"[-_.]+", " ", file.name.rsplit(".", 1)[0])
    schedules.check_origin(Origin(what="contract", payer=""), words, *map(str, said.values()))
    told = str(said.get("what") or "")
    found = [what for what, pattern in _WHAT_WORDS if re.search(pattern, told or words, re.IGNORECASE)]
    named = str(said.get("payer") or "") or " ".join(_NOISE.sub(" ", words).split()) or payer or words
    named = payer if payer and same_payer(named, payer) else named
    try:
        dated = day_of(str(said.get("dated") or said.get("date") or ""))
        return Origin(what=found[0] if found else "contract", payer=named, dated=dated, url=str(said.get("url") or ""))
    except Misread as error:
        raise Refused(str(error), where=file.name, todo="Write dated: 2026-03-01.") from error
    except ValidationError as error:
        todo = f"Put a file {file.name.rsplit('.', 1)[0]}.yaml beside it with what: published, dated: and url:."
        raise Refused("a published transparency file needs its date", where=file.name, todo=todo) from error
