"""Turns a code, a place and a day into Medicare's fee schedule amount, and tells what a stated Medicare figure is.

The formula is CMS's own, from the documentation of its relative value file (RVU26A, "formula for 2026 physician fee
schedule payment amount"): [(work RVU x work GPCI) + (PE RVU x PE GPCI) + (MP RVU x MP GPCI)] x conversion factor, with
the facility or the non-facility PE RVU. Imaging is paid at the lower of that and the hospital outpatient amount
(Deficit Reduction Act of 2005, section 5102(b)). Everything is Decimal and rounded once, at the end, half up to cents.

Apart from the rest of rates because it is a published fact and not the practice's: it needs no answer of anybody.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Unpack, get_args

from workflows.domain.errors import Refused
from workflows.domain.frozen import Frozen
from workflows.domain.language import day, joined, usd
from workflows.domain.medicare import (
    Belief,
    ConversionFactor,
    Locality,
    MedicareAmount,
    MedicareTables,
    RelativeValues,
    Setting,
    Terms,
)

_ONE = Decimal("1.000")
NATIONAL = Locality(key="", name="national", state="", work_gpci=_ONE, pe_gpci=_ONE, mp_gpci=_ONE)
PAID_STATUSES = ("A", "R", "T")  # CMS: only the RVUs of these status codes are used for Medicare payment
MODIFIERS = ("", "26", "TC", "53")  # the only ones with rows of their own
_CODE = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_LOCALITY = re.compile(r"([0-9]{5})[- ]?([0-9]{2})")
_ZIP = re.compile(r"([0-9]{5})(?:-?[0-9]{4})?")


class _Asked(Frozen):
    """What is to be priced, its form checked and its conversion factor found."""

    code: str
    modifier: str
    factor: ConversionFactor
    setting: Setting
    even_if_unpaid: bool
    notes: tuple[str, ...] = ()

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
    **terms: Unpack[Terms],
) -> MedicareAmount:
    """The local amount. Give one of `zip_code` and `locality` ("10112-00"). A code that Medicare does not pay by RVUs
    is refused with CMS's reason, unless `even_if_unpaid` asks for its published RVUs all the same."""
    asked = _asked(tables, code, modifier, terms)
    place, notes = _place(tables, asked.factor.year, zip_code, locality)
    return _amount(tables, asked, place, notes)


def national(tables: MedicareTables, code: str, modifier: str = "", **terms: Unpack[Terms]) -> MedicareAmount:
    """The national amount: every GPCI 1.0. No practice is paid it; it is what tables often quote."""
    return _amount(tables, _asked(tables, code, modifier, terms), NATIONAL)


def percent_of_medicare(fee: Decimal, amount: Decimal) -> Decimal:
    """A fee as a percent of a Medicare amount, unrounded: round where it is shown."""
    if _money(amount, "the Medicare amount") == 0:
        raise Refused("a percent of $0 says nothing", todo="Leave this code out of the comparison.")
    return _money(fee, "the fee") * 100 / amount


def check_belief(
    tables: MedicareTables,
    stated_amount: Decimal,
    code: str,
    modifier: str = "",
    *,
    zip_code: str = "",
    locality: str = "",
    **terms: Unpack[Terms],
) -> Belief:
    """What a stated Medicare figure is: people quote another year, the other setting, the national amount or whole
    dollars. The right amount is the local one for what is asked, or the national one when no place is given."""
    stated = _money(stated_amount, "the stated Medicare amount")
    asked = _asked(tables, code, modifier, terms)
    local = bool(zip_code or locality)
    place, notes = _place(tables, asked.factor.year, zip_code, locality) if local else (NATIONAL, ())
    actual = _amount(tables, asked, place, notes)
    candidates = _candidates(tables, asked, place)
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
        says=_belief_says(stated, actual, matches, candidates),
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
        when = on.isoformat() if on else year
        todo = f"Take a year from {held[0].year} to {held[-1].year}."
        raise Refused(f"no Medicare fee schedule for {when} is held here", todo=todo)
    who = ("all", "QP" if qualifying_apm else "nonQP")
    return [f for f in wanted if f.applies_to in who][-1]


def _asked(tables: MedicareTables, code: str, modifier: str, terms: Terms) -> _Asked:
    if strange := terms.keys() - Terms.__annotations__.keys():
        raise TypeError(f"unknown terms: {sorted(strange)}")
    code, modifier = code.strip().upper(), modifier.strip().upper()
    setting, year = terms.get("setting", "office"), terms.get("year")
    if not _CODE.fullmatch(code):
        todo = "Give its five characters alone, such as 99213, and any modifier apart."
        raise Refused("this is not a procedure code", where=code or "procedure code", todo=todo)
    if modifier not in MODIFIERS:
        todo = "Price the code without it and apply the payer's rule for the modifier afterwards."
        raise Refused(f"modifier {modifier} has no row in the fee schedule", where=code, todo=todo)
    if setting not in get_args(Setting):
        raise Refused(f"{setting} is not a setting", where=code, todo='Say "office" or "facility".')
    qualifying = terms.get("qualifying_apm", False)
    factor = conversion_factor(tables, year=year, on=terms.get("on"), qualifying_apm=qualifying)
    earlier = (f for f in tables.conversion_factors() if f.year == year and f.ends < factor.starts)
    return _Asked(
        code=code,
        modifier=modifier,
        factor=factor,
        setting=setting,
        even_if_unpaid=terms.get("even_if_unpaid", False),
        notes=tuple(f"Until {day(f.ends.isoformat())} the factor was ${f.amount}." for f in earlier),
    )


def _place(tables: MedicareTables, year: int, zip_code: str, locality: str) -> tuple[Locality, tuple[str, ...]]:
    """The locality of a ZIP or of "carrier-number", with that year's GPCIs, and what to know about it."""
    if bool(zip_code) == bool(locality):
        raise Refused("a local amount needs one place", todo="Give either the practice's ZIP or its Medicare locality.")
    notes: tuple[str, ...] = ()
    if zip_code:
        form = _ZIP.fullmatch(zip_code.strip())
        if not form:
            todo = "Give five digits with leading zeros, such as 02108."
            raise Refused("this is not a ZIP", where=zip_code, todo=todo)
        found = tables.locality_of_zip(form[1])
        if not found:
            todo = "Check it against the practice's street address, or give the Medicare locality instead."
            raise Refused("Medicare's ZIP list does not have it", where=f"ZIP {form[1]}", todo=todo)
        locality = found.locality
        if found.split:
            notes = (f"Part of ZIP {form[1]} lies in another Medicare locality: confirm with the nine-digit ZIP.",)
    parts = _LOCALITY.fullmatch(locality.strip())
    place = tables.locality(year, f"{parts[1]}-{parts[2]}") if parts else None
    if not place:
        todo = 'Write carrier and locality as "10112-00", or give the practice\'s ZIP.'
        raise Refused(f"Medicare has no such locality in {year}", where=locality, todo=todo)
    return place, notes


def _amount(tables: MedicareTables, asked: _Asked, place: Locality, notes: tuple[str, ...] = ()) -> MedicareAmount:
    factor = asked.factor
    values = _values(tables, asked)
    setting, unpaid, special = _payable(tables, values, asked)
    pe, mp = values.office_pe if setting == "office" else values.facility_pe, values.mp
    exact = unrounded(values.work, pe, mp, place, factor.amount)
    capped = False
    if values.cap:
        cap_pe = values.cap.office_pe if setting == "office" else values.cap.facility_pe
        hospital = unrounded(values.work, cap_pe, values.cap.mp, place, factor.amount)
        if hospital < exact:
            uncapped = usd(_cents(exact), cents=True)
            special = (*special, f"Capped at the hospital outpatient amount; uncapped it would be {uncapped}.")
            pe, mp, exact, capped = cap_pe, values.cap.mp, hospital, True
    release = tables.release(factor.year)
    return MedicareAmount(
        code=asked.code,
        modifier=asked.modifier,
        year=factor.year,
        effective=factor.starts,
        release=f"{release.file} ({release.released})",
        locality=place.key,
        locality_name=place.name,
        setting=setting,
        qualifying_apm=factor.applies_to == "QP",
        amount=_cents(exact),
        work_rvu=values.work,
        pe_rvu=pe,
        mp_rvu=mp,
        work_gpci=place.work_gpci,
        pe_gpci=place.pe_gpci,
        mp_gpci=place.mp_gpci,
        conversion_factor=factor.amount,
        capped=capped,
        paid_by_medicare=not unpaid,
        notes=(*(f"Do not call this what Medicare pays: {why}." for why in unpaid), *special, *notes, *asked.notes),
    )


def _values(tables: MedicareTables, asked: _Asked) -> RelativeValues:
    year = asked.factor.year
    values = tables.relative_values(year, asked.code, asked.modifier)
    if values:
        return values
    lacks = tables.release(year).lacks
    if lacks:
        what = f"the {year} table held here does not have this code (it lacks {lacks})"
        raise Refused(what, where=asked.label, todo="Take a later year, or use Medicare's own fee look-up.")
    if asked.modifier and tables.relative_values(year, asked.code, ""):
        what = f"the {year} fee schedule has no row for modifier {asked.modifier} on this code"
        raise Refused(what, where=asked.label, todo="Price the code without the modifier.")
    raise Refused(f"this code is not in the {year} Medicare fee schedule", where=asked.label, todo="Check the code.")


def _payable(
    tables: MedicareTables, values: RelativeValues, asked: _Asked
) -> tuple[Setting, tuple[str, ...], tuple[str, ...]]:
    """The setting to price, why Medicare does not pay (empty when it does), and what special rule holds."""
    status = tables.status_code(values.status)
    if not values.published:
        raise Refused(f"{status.reason}, so it has no RVUs to price", where=asked.label, todo=status.todo)
    unpaid = () if values.status in PAID_STATUSES else (status.reason,)
    special = (f"Special rule: {status.reason}.",) if values.status in PAID_STATUSES[1:] else ()
    todo, setting = status.todo, asked.setting
    if setting == "office" and values.office_na:
        # CMS repeats the facility PE RVU where it sets none for the office, so the amount is the facility's.
        setting = "facility"
        special = (*special, "CMS sets no office amount (rarely or never done there): this is the facility amount.")
    if setting == "facility" and values.facility_na:
        unpaid = (*unpaid, "in a facility Medicare pays the facility for this and not the physician")
        todo = todo or "Price it in the office, or its professional part with modifier 26."
    if unpaid and not asked.even_if_unpaid:
        raise Refused(f"{unpaid[0]}, though CMS publishes RVUs for it", where=asked.label, todo=todo)
    return setting, unpaid, special


def _candidates(tables: MedicareTables, asked: _Asked, place: Locality) -> tuple[MedicareAmount, ...]:
    """Every amount of the code somebody may have quoted, likeliest first: this year's, then local, then as asked."""
    found: dict[tuple[object, ...], MedicareAmount] = {}
    for factor, setting, key in product(tables.conversion_factors(), get_args(Setting), {place.key, NATIONAL.key}):
        values = tables.relative_values(factor.year, asked.code, asked.modifier)
        where = tables.locality(factor.year, key) if key else NATIONAL
        if values and values.published and where:
            quoted = asked.model_copy(update={"factor": factor, "setting": setting, "even_if_unpaid": True})
            amount = _amount(tables, quoted, where)
            found[factor, amount.setting, key] = amount

    def unlikely(a: MedicareAmount) -> tuple[object, ...]:
        other_factor = a.qualifying_apm != (asked.factor.applies_to == "QP")
        years = abs(a.year - asked.factor.year)
        return years, a.national, a.setting != asked.setting, other_factor, -a.effective.toordinal()

    return tuple(sorted(found.values(), key=unlikely))


def _belief_says(
    stated: Decimal, actual: MedicareAmount, matches: tuple[MedicareAmount, ...], candidates: tuple[MedicareAmount, ...]
) -> str:
    figure = usd(stated)
    place = f"for your locality ({actual.locality_name})" if actual.locality else "nationally"
    reach = actual.locality_name if actual.locality else "your locality's differs: give a ZIP"
    unpaid = "" if actual.paid_by_medicare else " Medicare itself does not pay by it."
    if stated == actual.amount:
        return f"{figure} is right: it is the {_label(actual, candidates)} ({reach}).{unpaid}"
    years = joined([str(year) for year in sorted({c.year for c in candidates})], "or")
    is_what = f"is neither a national nor a local Medicare amount of {actual.code} in {years}"
    if matches:
        whole = "" if matches[0].amount == stated else ", in whole dollars,"
        is_what = f"is{whole} the {_label(matches[0], candidates)}"
    off = stated - actual.amount
    percent = (abs(off) * 100 / actual.amount).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return (
        f"{figure} {is_what}; {place} in {actual.year} ({actual.setting}) it is {usd(actual.amount, cents=True)}, "
        f"so the stated figure is {usd(abs(off), cents=True)} ({percent}%) too {'high' if off > 0 else 'low'}.{unpaid}"
    )


def _label(amount: MedicareAmount, candidates: tuple[MedicareAmount, ...]) -> str:
    """An amount by its year, reach and setting: "2024 national office amount"."""
    text = f"{amount.year} {'national' if amount.national else 'local'} {amount.setting} amount"
    if amount.qualifying_apm:
        text += " for qualifying APM participants"
    if len({c.effective for c in candidates if c.year == amount.year}) > 1:
        text += f" from {day(amount.effective.isoformat())}"
    return text


def _cents(exact: Decimal) -> Decimal:
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _money(amount: Decimal, what: str) -> Decimal:
    if not amount.is_finite() or amount < 0:
        raise Refused(f"{what} is {amount}", todo="Give dollars and cents of $0 or more, such as 97.43.")
    return amount
