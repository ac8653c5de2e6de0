"""The Medicare physician fee schedule in frozen values: what CMS publishes, and the amount worked out of it.

Apart from the arithmetic (rates/medicare.py) and from the files (adapters/medicare_tables.py), so that each of them
knows only these shapes. RVUs, GPCIs and amounts are Decimal. No descriptor of a code is held anywhere.
"""

from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, TypedDict

from workflows.domain.frozen import Frozen
from workflows.domain.language import usd

Setting = Literal["office", "facility"]
AppliesTo = Literal["all", "QP", "nonQP"]


class ImagingCap(Frozen):
    """The RVUs that give the hospital outpatient (OPPS) amount, above which Medicare does not pay an image."""

    office_pe: Decimal
    facility_pe: Decimal
    mp: Decimal


class RelativeValues(Frozen):
    """One row of CMS's relative value file. `status` is CMS's status code ("" where the file held did not carry it);
    NA marks a setting where the service is rarely or never done, and CMS then repeats the other setting's PE RVU."""

    code: str
    modifier: str
    status: str
    work: Decimal
    office_pe: Decimal
    office_na: bool
    facility_pe: Decimal
    facility_na: bool
    mp: Decimal
    cap: ImagingCap | None = None

    @property
    def published(self) -> bool:
        """Whether CMS gives any RVU for this row."""
        return any((self.work, self.office_pe, self.facility_pe, self.mp))


class Locality(Frozen):
    """A Medicare payment locality in one year with its three GPCIs; `key` is "carrier-number", such as "10112-00".
    The work GPCI is the one in force, that is with the 1.0 floor."""

    key: str
    name: str
    state: str
    work_gpci: Decimal
    pe_gpci: Decimal
    mp_gpci: Decimal


class ZipLocality(Frozen):
    """The locality CMS gives a five-digit ZIP; `split` when part of the ZIP lies in another one."""

    zip_code: str
    locality: str
    split: bool


class ConversionFactor(Frozen):
    """Dollars for one RVU between two days, for everyone or for (non-)qualifying APM participants."""

    year: int
    starts: date
    ends: date
    amount: Decimal
    applies_to: AppliesTo


class Release(Frozen):
    """The CMS file a year's RVUs come from, and what our copy of it lacks ("" when it is whole)."""

    year: int
    file: str
    released: str
    lacks: str


class StatusCode(Frozen):
    """Why a status code is not paid, as a clause about the code ("Medicare does not cover it"), and what to do then."""

    reason: str
    todo: str


class MedicareTables(Protocol):
    """The published tables, wherever they are kept. Values are None where CMS publishes nothing."""

    def relative_values(self, year: int, code: str, modifier: str) -> RelativeValues | None: ...

    def locality(self, year: int, key: str) -> Locality | None: ...

    def locality_of_zip(self, zip_code: str) -> ZipLocality | None: ...

    def conversion_factors(self) -> tuple[ConversionFactor, ...]: ...

    def release(self, year: int) -> Release: ...

    def status_code(self, status: str) -> StatusCode: ...


class Terms(TypedDict, total=False):
    """Which amount of a code is meant. Give one of `year` (its latest conversion factor) and `on` (the day's). The
    setting is the office unless said. `qualifying_apm` takes the higher factor of 2026 where there is one.
    `even_if_unpaid` prices published RVUs that Medicare itself does not pay by, such as those of preventive visits."""

    year: int | None
    on: date | None
    setting: Setting
    qualifying_apm: bool
    even_if_unpaid: bool


class MedicareAmount(Frozen):
    """What the fee schedule gives for one code in one place on one day, with everything it was worked out of.

    `effective` is the first day this conversion factor holds, `setting` the one priced, `locality` "" for the national
    amount. `pe_rvu` and `mp_rvu` are the ones used, so the hospital outpatient ones when `capped`. `notes` is what a
    reader must know besides. With `paid_by_medicare` False the RVUs are published but Medicare does not pay by them:
    never call such an amount what Medicare pays.
    """

    code: str
    modifier: str
    year: int
    effective: date
    release: str
    locality: str
    locality_name: str
    setting: Setting
    qualifying_apm: bool
    amount: Decimal
    work_rvu: Decimal
    pe_rvu: Decimal
    mp_rvu: Decimal
    work_gpci: Decimal
    pe_gpci: Decimal
    mp_gpci: Decimal
    conversion_factor: Decimal
    capped: bool
    paid_by_medicare: bool
    notes: tuple[str, ...] = ()

    @property
    def national(self) -> bool:
        """Whether this is the amount before any local adjustment (all GPCIs 1.0)."""
        return not self.locality

    @property
    def says(self) -> str:
        """The sum in one line, as a person would check it."""
        label = f"{self.code}-{self.modifier}" if self.modifier else self.code
        return (
            f"{label}, {self.year}, {self.setting}, {self.locality_name}: ({self.work_rvu} work RVU × {self.work_gpci} "
            f"+ {self.pe_rvu} PE RVU × {self.pe_gpci} + {self.mp_rvu} MP RVU × {self.mp_gpci}) "
            f"× ${self.conversion_factor} = {usd(self.amount, cents=True)}"
        )


class Belief(Frozen):
    """A Medicare figure somebody stated, beside the right one. `matches` are the amounts it equals, likeliest first;
    `difference` is stated less actual in dollars, `percent` the same as an unrounded percent of the actual."""

    stated: Decimal
    actual: MedicareAmount
    matches: tuple[MedicareAmount, ...]
    difference: Decimal
    percent: Decimal
    says: str
