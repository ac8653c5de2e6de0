"""Turns a code, a place and a day into Medicare's fee schedule amount, and says what a stated Medicare figure really is.

The formula is CMS's own, from the documentation of its relative value file (RVU26A, "formula for 2026 physician fee
schedule payment amount"): [(work RVU x work GPCI) + (PE RVU x PE GPCI) + (MP RVU x MP GPCI)] x conversion factor, with
the facility or the non-facility PE RVU. Imaging is paid at the lower of that and the hospital outpatient amount
(Deficit Reduction Act of 2005, section 5102(b)). Everything is Decimal and rounded once, at the end, half up to cents.

Apart from rates because it is a published fact and not the practice's: it needs no answer and has no opinion.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from workflows.domain.errors import Refused
from workflows.domain.frozen import Frozen
from workflows.domain.language import joined, usd
from workflows.domain.medicare import (
    Belief,
    ConversionFactor,
    Locality,
    MedicareAmount,
    MedicareTables,
    RelativeValues,
    Setting,
)

NATIONAL = Locality(
    key="", name="national", state="", work_gpci=Decimal(1), pe_gpci=Decimal(1), mp_gpci=Decimal(1)
)  # fmt: skip
PAID_STATUSES = ("A", "R", "T")  # "Only RVUs associated with status codes of A, R, or T are used for Medicare payment"
MODIFIERS = ("", "26", "TC", "53")
SETTINGS: tuple[Setting, Setting] = ("office", "facility")
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_LOCALITY = re.compile(r"([0-9]{5})[- ]?([0-9]{2})")
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")
_CENT = Decimal("0.01")


class _Asked(Frozen):
    """What is to be priced, checked for form."""

    code: str
    modifier: str
    setting: Setting
    even_if_unpaid: bool

    @property
    def label(self) -> str:
        return f"{self.code}-{self.modifier}" if self.modifier else self.code


def price(
    tables: MedicareTables,
    code: str,
    modifier: str = "",
    *,
    zip_code: str = "",
    locality: str = "",
    year: int | None = None,
    on: date | None = None,
    setting: Setting = "office",
    qualifying_apm: bool = False,
    even_if_unpaid: bool = False,
) -> MedicareAmount:
    """The local amount. Give one of `zip_code` and `locality` ("10112-00"), and one of `year` (its latest factor) and
    `on`. A code Medicare does not pay is refused with CMS's reason; `even_if_unpaid` prices its published RVUs all the
    same (a benchmark for preventive visits and consultations) and marks the amount as not paid."""
    factor = conversion_factor(tables, year=year, on=on, qualifying_apm=qualifying_apm)
    asked = _asked(code, modifier, setting, even_if_unpaid)
    place, note = _place(tables, factor.year, zip_code, locality)
    return _amount(tables, asked, factor, place, (*note, *_other_factor(tables, factor, year)))


def national(
    tables: MedicareTables,
    code: str,
    modifier: str = "",
    *,
    year: int | None = None,
    on: date | None = None,
    setting: Setting = "office",
    qualifying_apm: bool = False,
    even_if_unpaid: bool = False,
) -> MedicareAmount:
    """The national amount: the same with every GPCI at 1.0. No practice is paid it; it is what tables often quote."""
    factor = conversion_factor(tables, year=year, on=on, qualifying_apm=qualifying_apm)
    asked = _asked(code, modifier, setting, even_if_unpaid)
    return _amount(tables, asked, factor, NATIONAL, _other_factor(tables, factor, year))


def percent_of_medicare(fee: Decimal, amount: Decimal) -> Decimal:
    """A fee as a percent of a Medicare amount, unrounded: round where it is shown."""
    _money(fee, "the fee")
    if _money(amount, "the Medicare amount") == 0:
        raise Refused("a percent of a Medicare amount of $0 says nothing", todo="Leave this code out of the comparison.")
    return fee * 100 / amount


def check_belief(
    tables: MedicareTables,
    stated_amount: Decimal,
    code: str,
    modifier: str = "",
    *,
    zip_code: str = "",
    locality: str = "",
    year: int | None = None,
    on: date | None = None,
    setting: Setting = "office",
    qualifying_apm: bool = False,
    even_if_unpaid: bool = False,
) -> Belief:
    """What a stated Medicare figure is: people quote another year, the other setting, the national amount or whole
    dollars. The right amount is the local one for what is asked, or the national one when no place is given."""
    stated = _money(stated_amount, "the stated Medicare amount")
    factor = conversion_factor(tables, year=year, on=on, qualifying_apm=qualifying_apm)
    asked = _asked(code, modifier, setting, even_if_unpaid)
    place, note = _place(tables, factor.year, zip_code, locality) if zip_code or locality else (NATIONAL, ())
    actual = _amount(tables, asked, factor, place, (*note, *_other_factor(tables, factor, year)))
    candidates = _candidates(tables, asked, factor, place)
    matches = tuple(c for c in candidates if c.amount == stated)
    if not matches and stated == stated.to_integral_value():
        matches = tuple(c for c in candidates if c.amount.quantize(Decimal(1), ROUND_HALF_UP) == stated)
    difference = stated - actual.amount
    return Belief(
        stated=stated,
        actual=actual,
        matches=matches,
        difference=difference,
        percent=difference * 100 / actual.amount,
        says=_belief_says(stated, actual, matches, sorted({c.year for c in candidates})),
    )


def unrounded(work: Decimal, pe: Decimal, mp: Decimal, place: Locality, conversion_factor: Decimal) -> Decimal:
    """CMS's formula, exact: RVUs times their GPCIs, summed, times the factor."""
    return (work * place.work_gpci + pe * place.pe_gpci + mp * place.mp_gpci) * conversion_factor


def conversion_factor(
    tables: MedicareTables, *, year: int | None = None, on: date | None = None, qualifying_apm: bool = False
) -> ConversionFactor:
    """The factor of a day, or the latest of a year. From 2026 there is a higher one for qualifying APM participants."""
    if (year is None) == (on is None):
        raise Refused("a Medicare amount belongs to one year or one day", todo="Give either the year or the day.")
    held = tables.conversion_factors()
    wanted = [f for f in held if (f.starts <= on <= f.ends if on else f.year == year)]
    if not wanted:
        first, last = held[0].year, held[-1].year
        raise Refused(
            f"no Medicare fee schedule for {on.isoformat() if on else year} is held here",
            todo=f"Take a year from {first} to {last}.",
        )
    who = ("all", "QP") if qualifying_apm else ("all", "nonQP")
    return [f for f in wanted if f.applies_to in who][-1]


def _amount(
    tables: MedicareTables, asked: _Asked, factor: ConversionFactor, place: Locality, notes: tuple[str, ...]
) -> MedicareAmount:
    values = _values(tables, asked, factor.year)
    setting, unpaid, more = _payable(tables, values, asked)
    pe, mp = (values.office_pe if setting == "office" else values.facility_pe), values.mp
    exact = unrounded(values.work, pe, mp, place, factor.amount)
    capped = False
    if values.cap:
        cap_pe = values.cap.office_pe if setting == "office" else values.cap.facility_pe
        hospital = unrounded(values.work, cap_pe, values.cap.mp, place, factor.amount)
        if hospital < exact:
            more = (*more, f"Capped at the hospital outpatient amount; uncapped it would be {usd(_cents(exact))}.")
            pe, mp, exact, capped = cap_pe, values.cap.mp, hospital, True
    release = tables.release(factor.year)
    return MedicareAmount(
        code=asked.code, modifier=asked.modifier, year=factor.year, effective=factor.starts,
        release=f"{release.file} ({release.released})", locality=place.key, locality_name=place.name, setting=setting,
        qualifying_apm=factor.applies_to == "QP", amount=_cents(exact), work_rvu=values.work, pe_rvu=pe, mp_rvu=mp,
        work_gpci=place.work_gpci, pe_gpci=place.pe_gpci, mp_gpci=place.mp_gpci, conversion_factor=factor.amount,
        capped=capped, paid_by_medicare=not unpaid, notes=(*unpaid, *more, *notes),
        says=(
            f"{asked.label}, {factor.year}, {setting}, {place.name}: "
            f"({values.work} work RVU × {place.work_gpci} + {pe} PE RVU × {place.pe_gpci} + {mp} MP RVU × "
            f"{place.mp_gpci}) × ${factor.amount} = {usd(_cents(exact), cents=True)}"
        ),
    )  # fmt: skip


def _values(tables: MedicareTables, asked: _Asked, year: int) -> RelativeValues:
    values = tables.relative_values(year, asked.code, asked.modifier)
    if values is not None:
        return values
    lacks = tables.release(year).lacks
    if lacks:
        raise Refused(
            f"the {year} table held here does not have this code (it lacks {lacks})",
            where=asked.label,
            todo="Check the code, take a later year, or use Medicare's own fee look-up.",
        )
    if asked.modifier and tables.relative_values(year, asked.code, ""):
        raise Refused(
            f"the {year} fee schedule has no separate amount for modifier {asked.modifier} on this code",
            where=asked.label,
            todo="Price the code without the modifier.",
        )
    raise Refused(f"this code is not in the {year} Medicare fee schedule", where=asked.label, todo="Check the code.")


def _payable(
    tables: MedicareTables, values: RelativeValues, asked: _Asked
) -> tuple[Setting, tuple[str, ...], tuple[str, ...]]:
    """The setting to price, why Medicare pays nothing (empty when it pays), and what else to know."""
    status = tables.status_code(values.status) if values.status != "A" else None
    if not values.published:
        reason = status.reason if status else "CMS publishes no RVUs for it"
        raise Refused(
            f"Medicare sets no amount for it: {reason}", where=asked.label, todo=status.todo if status else ""
        )  # fmt: skip
    unpaid: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if status and values.status in PAID_STATUSES:
        notes = (f"Special rule: {status.reason}.",)
    elif status:
        unpaid = (f"Medicare does not pay this amount: {status.reason}.",)
    setting = asked.setting
    if setting == "office" and values.office_na:
        # CMS repeats the facility PE RVU where there is no office one, so the amount is the facility's.
        setting = "facility"
        notes = (*notes, "CMS sets no office amount (rarely or never done in an office): this is the facility amount.")
    if setting == "facility" and values.facility_na:
        unpaid = (*unpaid, "Medicare pays the physician no such amount in a facility, which is paid for it itself.")
    if unpaid and not asked.even_if_unpaid:
        raise Refused(
            f"{unpaid[0].rstrip('.')}, though CMS publishes its RVUs",
            where=asked.label,
            todo=status.todo if status else "Price it in the office, or its professional part with modifier 26.",
        )
    return setting, unpaid, notes


def _place(
    tables: MedicareTables, year: int, zip_code: str, locality: str
) -> tuple[Locality, tuple[str, ...]]:  # fmt: skip
    """The locality of a ZIP or of "carrier-number", with that year's GPCIs."""
    if bool(zip_code) == bool(locality):
        raise Refused("a local amount needs one place", todo="Give either the practice's ZIP or its Medicare locality.")
    notes: tuple[str, ...] = ()
    if zip_code:
        form = _ZIP.fullmatch(zip_code.strip())
        if not form:
            raise Refused("this is not a ZIP", where=zip_code, todo="Give five digits with leading zeros, such as 02108.")
        found = tables.locality_of_zip(form[1])
        if not found:
            raise Refused(
                "Medicare's ZIP list does not have it", where=f"ZIP {form[1]}",
                todo="Check it against the practice's street address, or give the Medicare locality instead.",
            )  # fmt: skip
        locality = found.locality
        if found.split:
            notes = (f"Part of ZIP {form[1]} lies in another Medicare locality: confirm with the nine-digit ZIP.",)
    parts = _LOCALITY.fullmatch(locality.strip())
    place = tables.locality(year, f"{parts[1]}-{parts[2]}") if parts else None
    if not place:
        raise Refused(
            f"Medicare has no such locality in {year}", where=locality,
            todo='Write carrier and locality as "10112-00", or give the practice\'s ZIP.',
        )  # fmt: skip
    return place, notes


def _asked(code: str, modifier: str, setting: Setting, even_if_unpaid: bool) -> _Asked:
    code, modifier = code.strip().upper(), modifier.strip().upper()
    if not _CODE.fullmatch(code):
        raise Refused(
            "this is not a procedure code", where=code or "procedure code",
            todo="Give its five characters alone, such as 99213, and any modifier apart.",
        )  # fmt: skip
    if modifier not in MODIFIERS:
        raise Refused(
            f"modifier {modifier} has no row in the fee schedule", where=code,
            todo="Price the code without it and apply the payer's rule for the modifier afterwards.",
        )  # fmt: skip
    if setting not in SETTINGS:
        raise Refused(f"{setting} is not a setting", where=code, todo='Say "office" or "facility".')
    return _Asked(code=code, modifier=modifier, setting=setting, even_if_unpaid=even_if_unpaid)


def _other_factor(tables: MedicareTables, factor: ConversionFactor, year: int | None) -> tuple[str, ...]:
    """When a whole year was asked for and it had an earlier factor, the note that says so."""
    earlier = [f for f in tables.conversion_factors() if f.year == year and f.ends < factor.starts]
    return tuple(f"Until {f.ends.isoformat()} the {f.year} factor was ${f.amount}." for f in earlier)
