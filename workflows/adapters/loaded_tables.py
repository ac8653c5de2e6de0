"""Keeps the CMS files a user loaded, and lays them over the tables that ship with the product.

Each year is its own set of files in the user's data folder, in the same form as the shipped ones, so a year is
replaced as a whole. A year that ships keeps its own conversion factors by day; another has the one its file prints.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from workflows.adapters.case_folder import write_whole
from workflows.adapters.medicare_tables import SHIPPED, ShippedMedicareTables, find_line, relative_values_of
from workflows.domain.cms import GPCI_COLUMNS, RVU_COLUMNS, CmsFiles, RvuFile
from workflows.domain.errors import Refused
from workflows.domain.medicare import ConversionFactor, Locality, RelativeValues, Release, StatusCode, ZipLocality

_RELEASE_COLUMNS = ("year", "file", "released", "factor", "applies_to")


class LoadedMedicareTables:
    """domain.medicare.MedicareTables: the loaded years first, then the shipped ones."""

    def __init__(self, folder: Path, shipped: ShippedMedicareTables | None = None) -> None:
        self._folder, self._shipped = folder, shipped or ShippedMedicareTables()
        self._rvus: dict[int, list[bytes]] = {}
        self._gpcis: dict[int, dict[str, Locality]] = {}

    def relative_values(self, year: int, code: str, modifier: str) -> RelativeValues | None:
        """The row of a code and modifier, from the loaded file of the year where there is one."""
        if year not in self.loaded:
            return self._shipped.relative_values(year, code, modifier) if year in self.shipped_years else None
        if year not in self._rvus:
            self._rvus[year] = gzip.decompress(self._read(f"rvu_{year}.csv.gz")).splitlines()[1:]
        cells = find_line(self._rvus[year], f"{code},{modifier},")
        return relative_values_of(cells) if cells else None

    def locality(self, year: int, key: str) -> Locality | None:
        """The locality with the year's indices, loaded or shipped."""
        if year not in self._gpci_years:
            return self._shipped.locality(year, key)
        if year not in self._gpcis:
            rows = csv.DictReader(io.StringIO(self._read(f"gpci_{year}.csv").decode()))
            self._gpcis[year] = {f"{row['carrier']}-{row['locality']}": _locality(row) for row in rows}
        return self._gpcis[year].get(key)

    def has_localities(self, year: int) -> bool:
        """Whether the indices of a year are here, so that a local amount can be worked out."""
        return year in self._gpci_years or year in self.shipped_years

    def locality_of_zip(self, zip_code: str) -> ZipLocality | None:
        """The locality of a ZIP; CMS's list of late 2025 serves every year."""
        return self._shipped.locality_of_zip(zip_code)

    def conversion_factors(self) -> tuple[ConversionFactor, ...]:
        """The shipped factors and, for other years, those of the loaded files, in order of their first day."""
        return self._factors

    def release(self, year: int) -> Release:
        """The file a year's values come from."""
        if year not in self.loaded:
            return self._shipped.release(year)
        row = self.loaded[year]
        return Release(year=year, file=row["file"], released=row["released"] or "loaded by you", lacks="")

    def status_code(self, status: str) -> StatusCode:
        """Why a status is not paid."""
        return self._shipped.status_code(status)

    @cached_property
    def shipped_years(self) -> frozenset[int]:
        """The years that come with the product."""
        return frozenset(f.year for f in self._shipped.conversion_factors())

    @property
    def shipped_places(self) -> frozenset[str]:
        """The localities that exist, as "carrier-number"."""
        return self._shipped.localities()

    @cached_property
    def loaded(self) -> dict[int, dict[str, str]]:
        """The release row of each loaded year."""
        found = {}
        for path in sorted(self._folder.glob("release_*.csv")):
            for row in csv.DictReader(io.StringIO(path.read_text("utf-8"))):
                found[int(row["year"])] = row
        return found

    @cached_property
    def _gpci_years(self) -> frozenset[int]:
        return frozenset(int(p.stem[5:]) for p in self._folder.glob("gpci_*.csv") if p.stem[5:].isdigit())

    @cached_property
    def _factors(self) -> tuple[ConversionFactor, ...]:
        more = tuple(
            ConversionFactor.model_validate(
                {"year": y, "starts": date(y, 1, 1), "ends": date(y, 12, 31), "amount": row["factor"],
                 "applies_to": row["applies_to"]}
            )
            for y, row in self.loaded.items() if y not in self.shipped_years
        )  # fmt: skip
        return tuple(sorted((*self._shipped.conversion_factors(), *more), key=lambda factor: factor.starts))

    @cached_property
    def known_factors(self) -> dict[int, frozenset[Decimal]]:
        """The conversion factors known for a year, shipped years and earlier ones, to check a file against."""
        found: dict[int, set[Decimal]] = {}
        for factor in self._shipped.conversion_factors():
            found.setdefault(factor.year, set()).add(factor.amount)
        for row in csv.DictReader(io.StringIO((SHIPPED / "earlier_factors.csv").read_text("utf-8"))):
            found.setdefault(int(row["year"]), set()).add(Decimal(row["conversion_factor"]))
        return {year: frozenset(amounts) for year, amounts in sorted(found.items())}

    def keep(self, files: CmsFiles) -> None:
        """Write what was read, a year as a whole; values first, so that a release row always has its values."""
        for rvu in files.rvus:
            table = _csv(RVU_COLUMNS, rvu.rows)
            write_whole(self._folder / f"rvu_{rvu.year}.csv.gz", gzip.compress(table, mtime=0))
            write_whole(self._folder / f"release_{rvu.year}.csv", _csv(_RELEASE_COLUMNS, [_release(rvu)]))
        for gpci in files.gpcis:
            write_whole(self._folder / f"gpci_{gpci.year}.csv", _csv(GPCI_COLUMNS, gpci.rows))
        self._rvus.clear()
        self._gpcis.clear()
        for name in ("loaded", "_factors", "_gpci_years"):
            self.__dict__.pop(name, None)

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise Refused("cannot be read any more", where=name, todo="Load CMS's file again.") from error


def _release(rvu: RvuFile) -> tuple[str, ...]:
    return str(rvu.year), rvu.file, rvu.released, str(rvu.factor), rvu.applies_to


def _locality(row: dict[str, str]) -> Locality:
    return Locality(
        key=f"{row['carrier']}-{row['locality']}",
        name=row["name"],
        state=row["state"],
        work_gpci=Decimal(row["work"]),
        pe_gpci=Decimal(row["pe"]),
        mp_gpci=Decimal(row["mp"]),
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")
