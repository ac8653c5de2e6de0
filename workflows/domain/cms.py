"""What a file that CMS publishes holds, once read and checked: relative values, or the locality indices of a year.

Apart from domain.medicare because these are whole files on their way into the tables, not values to price with. Rows
are kept as text, cut to the columns pricing reads: no descriptor is carried.
"""

from decimal import Decimal

from workflows.domain.frozen import Frozen
from workflows.domain.medicare import AppliesTo

RVU_COLUMNS = (
    "code", "modifier", "status", "work", "office_pe", "office_na", "facility_pe", "facility_na", "mp",
    "cap_office_pe", "cap_facility_pe", "cap_mp",
)  # fmt: skip
GPCI_COLUMNS = ("carrier", "locality", "state", "name", "work", "pe", "mp")


class RvuFile(Frozen):
    """CMS's relative value file of a year (PPRRVU): `file` its name, `released` as its title says, `factor` the
    conversion factor printed in every row and whom it is for; `rows` as RVU_COLUMNS name them."""

    year: int
    file: str
    released: str
    factor: Decimal
    applies_to: AppliesTo
    rows: tuple[tuple[str, ...], ...]


class GpciFile(Frozen):
    """CMS's geographic indices of a year (Addendum E): `rows` as GPCI_COLUMNS name them; `floored` is False where the
    file gives only the work index without its floor of 1.0."""

    year: int
    file: str
    floored: bool
    rows: tuple[tuple[str, ...], ...]


class CmsFiles(Frozen):
    """What was found in one download, and the names in it that were not needed."""

    rvus: tuple[RvuFile, ...] = ()
    gpcis: tuple[GpciFile, ...] = ()
    passed_over: tuple[str, ...] = ()


class Loaded(Frozen):
    """What a download gave the tables, in words a user can check, and what to mind."""

    says: tuple[str, ...]
    warnings: tuple[str, ...] = ()
