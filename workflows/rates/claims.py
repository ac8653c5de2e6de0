"""What a practice's own claims say of fees: units of the last twelve months, and the rate each code really brought.

A realised rate is dollars by units over the lines that were paid, reversals taken off. Lines that were paid nothing are
counted apart: whatever the fee, they bring nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from workflows.domain.claims import ClaimGroup, Claims
from workflows.domain.errors import Refused
from workflows.domain.language import number, usd
from workflows.domain.rates import BadRow, Origin, RateLine, RateSchedule, Volume
from workflows.rates.arithmetic import cents, total_of
from workflows.rates.schedules import check_origin

_YEAR = 366  # days; up to here a file is one year's
_NEARLY = 351  # days; below this it is told that units are of less than a year


def window(claims: Claims) -> tuple[tuple[ClaimGroup, ...], str]:
    """The groups of the last twelve months and in words which they are: all of a file of at most a year, else those of
    its last four whole quarters."""
    if claims.begins is None or claims.ends is None:
        return claims.groups, "the file gives no dates; its units are taken as those of twelve months"
    days = (claims.ends - claims.begins).days + 1
    covered = f"{claims.begins} to {claims.ends}"
    if days < _NEARLY:
        return claims.groups, f"it covers {covered}, {days} days: its units are of less than a year"
    if days <= _YEAR:
        return claims.groups, f"it covers {covered}"
    last = _last_whole(claims.ends)
    chosen = tuple(g for g in claims.groups if last - 4 < g.year * 4 + g.quarter - 1 <= last)
    said = f"it covers {covered}; units and rates are those of {_named(last - 3)} to {_named(last)}"
    return chosen, said


def volumes(claims: Claims) -> tuple[Volume, ...]:
    """Units that were paid in the last twelve months, by payer, code and modifier."""
    return tuple(
        Volume(code=code, modifier=modifier, payer=payer, units=units, row=row)
        for (payer, code, modifier), units, _, row in _sums(window(claims)[0])
        if units > 0
    )


def schedules(claims: Claims, origin: Origin) -> tuple[RateSchedule, ...]:
    """The realised rates as a schedule a payer; `origin` gives the payer where the file names none. Raises Refused
    where no line was paid."""
    check_origin(origin, claims.name)
    lines: dict[str, list[RateLine]] = defaultdict(list)
    for (payer, code, modifier), units, amount, row in _sums(window(claims)[0]):
        if units > 0 and amount > 0 and cents(amount / units) > 0:
            rate = cents(amount / units)
            lines[payer or origin.payer].append(
                RateLine(code=code, modifier=modifier, rate=rate, row=row, payer=payer or origin.payer)
            )
    if not lines:
        first = f": row {claims.bad[0].row}: {claims.bad[0].why}" if claims.bad else ""
        raise Refused(f"has no line that was paid{first}", where=claims.name, todo="Check what the columns hold.")
    return tuple(
        RateSchedule(
            name=claims.name,
            sha256=claims.sha256,
            origin=origin.model_copy(update={"payer": payer, "what": "claims"}),
            lines=tuple(found),
            bad=claims.bad if number_ == 0 else (),
            notes=claims.notes,
        )
        for number_, (payer, found) in enumerate(sorted(lines.items()))
    )


def told(claims: Claims) -> Iterator[str]:
    """What a reader has to know of the file: what it covers, and all that is not in the sums."""
    yield f"{claims.name}: {claims.lines:,} lines; {window(claims)[1]}."
    basis = "allowed" if claims.basis == "allowed" else "paid by the payer, without what patients pay"
    yield f"{claims.name}: realised rates are dollars {basis}, by unit paid."
    if claims.reversals:
        back = -total_of(g.amount for g in claims.groups if g.amount < 0)
        more = f"; {usd(back, cents=True)} is taken back beyond what it paid" if back else ""
        yield f"{claims.name}: {claims.reversals:,} reversal lines are taken off{more}."
    if claims.unpaid:
        units = total_of(g.unpaid_units for g in claims.groups)
        yield f"{claims.name}: {claims.unpaid:,} lines ({number(units)} units) were {claims.basis} $0; they are left out of units and rates."
    if claims.bad_rows > len(claims.bad):
        yield f"{claims.name}: {claims.bad_rows:,} rows were not taken; the first {len(claims.bad)} are named."
    yield from (f"{claims.name}: {note}" for note in claims.notes)


def together(files: Sequence[Claims]) -> Claims:
    """Several files as one. Raises Refused where one is there twice, or their amounts are not of one kind."""
    first = files[0]
    for i, claims in enumerate(files):
        if claims.sha256 in {c.sha256 for c in files[:i]}:
            raise Refused("holds the same lines as another file", where=claims.name, todo="Keep one of them.")
        if claims.basis != first.basis:
            what = f"gives {claims.basis} amounts, {first.name} gives {first.basis} ones"
            raise Refused(what, where=claims.name, todo="Export both with the same columns.")
    if len(files) == 1:
        return first
    return Claims(
        name=", ".join(c.name for c in files),
        sha256=first.sha256,
        basis=first.basis,
        groups=tuple(g for c in files for g in c.groups),
        begins=min((c.begins for c in files if c.begins), default=None),
        ends=max((c.ends for c in files if c.ends), default=None),
        lines=sum(c.lines for c in files),
        reversals=sum(c.reversals for c in files),
        unpaid=sum(c.unpaid for c in files),
        blank=sum(c.blank for c in files),
        bad_rows=sum(c.bad_rows for c in files),
        bad=tuple(BadRow(row=b.row, why=f"{b.why} ({c.name})") for c in files for b in c.bad)[:20],
        notes=tuple(dict.fromkeys(n for c in files for n in c.notes)),
    )


def _sums(groups: Iterable[ClaimGroup]) -> list[tuple[tuple[str, str, str], Decimal, Decimal, int]]:
    """Units, dollars and first row by payer, code and modifier."""
    units: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    dollars: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    rows: dict[tuple[str, str, str], int] = {}
    for g in groups:
        key = (g.payer, g.code, g.modifier)
        units[key] += g.units
        dollars[key] += g.amount
        rows[key] = min(rows.get(key, g.row), g.row)
    return [(key, units[key], dollars[key], rows[key]) for key in sorted(units)]


def _last_whole(ends: date) -> int:
    """The last quarter (year * 4 + quarter - 1) that a day completes or lies behind."""
    after = ends + timedelta(days=1)
    return after.year * 4 + (after.month - 1) // 3 - 1


def _named(quarter: int) -> str:
    return f"Q{quarter % 4 + 1} {quarter // 4}"
