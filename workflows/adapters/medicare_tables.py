"""Turns the files of knowledge/rates/medicare into RelativeValues, Localities and ConversionFactors.

The only place that opens them. Each file is read when first asked for: a year's 19,000 rows stay as sorted lines of
bytes, found by bisection, and only the line asked for is parsed. So a start costs nothing and a price microseconds.
"""

import csv
import gzip
from bisect import bisect_left
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from workflows.domain.errors import KnowledgeFault
from workflows.domain.medicare import (
    ConversionFactor,
    ImagingCap,
    Locality,
    RelativeValues,
    Release,
    StatusCode,
    ZipLocality,
)

SHIPPED = Path(__file__).resolve().parents[2] / "knowledge" / "rates" / "medicare"
_ZERO = Decimal(0)


class ShippedMedicareTables:
    """CMS's tables as they ship with the product (domain.medicare.MedicareTables). Safe to share between threads: a
    file read twice at the same moment gives the same lines."""

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._folder = folder
        self._rvus: dict[int, list[bytes]] = {}

    def relative_values(self, year: int, code: str, modifier: str) -> RelativeValues | None:
        """The row of a code and modifier ("" for the whole service), or None."""
        if year not in self._rvus:
            self._rvus[year] = self._lines(f"rvu_{year}.csv.gz")
        cells = find_line(self._rvus[year], f"{code},{modifier},")
        return relative_values_of(cells) if cells else None

    def locality(self, year: int, key: str) -> Locality | None:
        """The locality "carrier-number" with that year's GPCIs, or None."""
        return self._localities.get((year, key))

    def localities(self) -> frozenset[str]:
        """Every locality held, as "carrier-number"."""
        return frozenset(key for _, key in self._localities)

    def locality_of_zip(self, zip_code: str) -> ZipLocality | None:
        """The locality of a five-digit ZIP, or None when CMS does not list it."""
        cells = find_line(self._zips, f"{zip_code},")
        if not cells:
            return None
        zip_code, carrier, number, split = cells
        return ZipLocality(zip_code=zip_code, locality=f"{carrier}-{number}", split=split == "1")

    def conversion_factors(self) -> tuple[ConversionFactor, ...]:
        """Every factor held, in order of its first day."""
        return self._factors

    def release(self, year: int) -> Release:
        """The CMS file of that year's RVUs."""
        return self._releases[year]

    def status_code(self, status: str) -> StatusCode:
        """The reason and the advice for a status code."""
        return self._statuses[status]

    @cached_property
    def _zips(self) -> list[bytes]:
        return self._lines("zip_locality.csv.gz")

    @cached_property
    def _localities(self) -> dict[tuple[int, str], Locality]:
        return {
            (int(row["year"]), key): Locality(
                key=key,
                name=row["name"],
                state=row["state"],
                work_gpci=Decimal(row["work"]),
                pe_gpci=Decimal(row["pe"]),
                mp_gpci=Decimal(row["mp"]),
            )
            for row in self._rows("gpci.csv")
            for key in [f"{row['carrier']}-{row['locality']}"]
        }

    @cached_property
    def _factors(self) -> tuple[ConversionFactor, ...]:
        factors = (
            ConversionFactor.model_validate(
                {
                    "year": row["year"],
                    "starts": row["effective_from"],
                    "ends": row["effective_to"],
                    "amount": row["conversion_factor"],
                    "applies_to": row["applies_to"],
                }
            )
            for row in self._rows("conversion_factors.csv")
        )
        return tuple(sorted(factors, key=lambda factor: factor.starts))

    @cached_property
    def _releases(self) -> dict[int, Release]:
        releases = (Release.model_validate(row) for row in self._rows("releases.csv"))
        return {release.year: release for release in releases}

    @cached_property
    def _statuses(self) -> dict[str, StatusCode]:
        return {r["status"]: StatusCode(reason=r["reason"], todo=r["todo"]) for r in self._rows("status_codes.csv")}

    def _lines(self, name: str) -> list[bytes]:
        try:
            return gzip.decompress((self._folder / name).read_bytes()).splitlines()[1:]
        except (OSError, EOFError) as trouble:
            raise self._fault(name, trouble) from trouble

    def _rows(self, name: str) -> list[dict[str, str]]:
        try:
            return list(csv.DictReader((self._folder / name).read_text("utf-8").splitlines()))
        except OSError as trouble:
            raise self._fault(name, trouble) from trouble

    def _fault(self, name: str, trouble: Exception) -> KnowledgeFault:
        return KnowledgeFault([f"{self._folder / name}:1: the Medicare table cannot be read ({trouble}); reinstall it"])


def find_line(lines: list[bytes], start: str) -> list[str] | None:
    """The cells of the line that begins with `start`. The lines are sorted as the build wrote them: byte by byte."""
    if not start.isascii():
        return None
    wanted = start.encode("ascii")
    place = bisect_left(lines, wanted)
    if place == len(lines) or not lines[place].startswith(wanted):
        return None
    return lines[place].decode("ascii").split(",")


def relative_values_of(cells: list[str]) -> RelativeValues:
    code, modifier, status, work, office_pe, office_na, facility_pe, facility_na, mp, *cap = cells
    return RelativeValues(
        code=code,
        modifier=modifier,
        status=status,
        work=Decimal(work or _ZERO),
        office_pe=Decimal(office_pe or _ZERO),
        office_na=bool(office_na),
        facility_pe=Decimal(facility_pe or _ZERO),
        facility_na=bool(facility_na),
        mp=Decimal(mp or _ZERO),
        cap=ImagingCap(office_pe=Decimal(cap[0]), facility_pe=Decimal(cap[1]), mp=Decimal(cap[2])) if cap[0] else None,
    )
