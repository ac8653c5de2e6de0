"""Turns a sheet and its confirmed mapping into a RateSchedule or volumes: every row is taken, or named with its reason.

What a file is must be said. Another practice's rates are refused: exchanging rates between competitors is what the
antitrust laws forbid, and a payer's published transparency file says the same lawfully (45 CFR 147.212).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from workflows.domain.errors import Refused
from workflows.domain.medicare import Setting
from workflows.domain.rates import (
    PRICES,
    BadRow,
    Mapping,
    Meaning,
    Origin,
    PercentTerm,
    RateLine,
    RateSchedule,
    Sheet,
    Volume,
)
from workflows.rates.cells import Code, Misread, code_of, day_of, dollars, modifier_of, percent_of, setting_of, units_of

_OTHERS = re.compile(
    r"(?i)\b(?:another|other|colleague'?s?|competitor'?s?|neighbou?r(?:ing)?'?s?|friend'?s?|peer'?s?)\b[\s_-]*"
    r"(?:practice|group|clinic|doctor|physician|office|provider)|\b(?:competitor|colleague)s?\b|their (?:rates|fees)"
)
_TERM = re.compile(
    r"(?i)(\d{2,3}(?:\.\d+)?)\s*(?:%|percent)\s*of\s*(?:the\s*)?(?:(current|prevailing|then[- ]current|cy)\b[^%\d]{0,20})?"
    r"(20\d\d)?[^%\d]{0,25}?(?:medicare|cms|rbrvs|mpfs|physician fee schedule)(?:[^%\d]{0,25}?(20\d\d))?"
)
_MEDICARE = re.compile(r"(?i)medicare|\bmcr\b|\bcms\b|rbrvs|mpfs|physician fee schedule")
_MOST_NAMED = 500  # bad rows kept one by one; the count of the others is told


def check_origin(origin: Origin, *words: str) -> None:
    """Refuses rates that are another practice's by what the user calls them: payer, file name or description."""
    if any(_OTHERS.search(w.replace("_", " ")) for w in (origin.payer, *words)):
        raise another_practice(next(iter(words), "") or origin.payer)


def another_practice(where: str) -> Refused:
    """Why another practice's rates are not taken, and the lawful way to the same figures."""
    return Refused(
        "these look like another practice's rates, which competitors may not exchange (Sherman Act, section 1)",
        where=where,
        todo="Use the payer's published transparency file instead: it lists the same rates lawfully.",
    )


def read_schedule(sheet: Sheet, mapping: Mapping, origin: Origin) -> RateSchedule:
    """The schedule. Raises Refused where another practice's rates are meant or no row holds a price."""
    check_origin(origin, sheet.name, *_titles(sheet, mapping))
    reading = _Reading(sheet, mapping)
    reading.rule(_general_term(_titles(sheet, mapping)))
    if not reading.lines and not reading.percents:
        first = f": row {reading.bad[0].row}: {reading.bad[0].why}" if reading.bad else ""
        raise Refused(
            f"has no row with a code and a price{first}", where=sheet.name, todo="Check what the columns mean."
        )
    lines, twice = _without_contradictions(reading.lines)
    bad = sorted((*reading.bad, *twice), key=lambda b: b.row)
    notes = [*sheet.notes, *mapping.notes, *reading.notes()]
    if len(bad) > _MOST_NAMED:
        notes.append(f"{len(bad):,} rows were not taken; the first {_MOST_NAMED} are named.")
    return RateSchedule(
        name=sheet.name,
        sha256=sheet.sha256,
        origin=origin,
        lines=tuple(lines),
        percents=tuple(reading.percents),
        bad=tuple(bad[:_MOST_NAMED]),
        notes=tuple(notes),
    )


def read_volumes(sheet: Sheet, mapping: Mapping) -> tuple[tuple[Volume, ...], tuple[BadRow, ...]]:
    """Units by code, and the rows that were not taken. Raises Refused without a column of units."""
    if mapping.index("units") is None:
        raise Refused("has no column of units", where=sheet.name, todo="Give it the heading Units.")
    found, bad = [], []
    for number, row in _body(sheet, mapping):
        cell = _cells(row, mapping)
        try:
            code = code_of(cell("code"))
            if code.is_span:
                raise Misread(f"{cell('code')!r} is not one code")
            found.append(
                Volume(
                    code=code.code,
                    modifier=modifier_of(cell("modifier")) or code.modifier,
                    payer=cell("payer"),
                    units=units_of(cell("units")),
                    charge=dollars(cell("charge")),
                    row=number,
                )
            )
        except Misread as error:
            bad.append(BadRow(row=number, why=str(error)))
    return tuple(found), tuple(bad)


_NO_PRICE = "no price"


class _Reading:
    """The rows of one sheet, read once."""

    def __init__(self, sheet: Sheet, mapping: Mapping) -> None:
        self.lines: list[RateLine] = []
        self.percents: list[PercentTerm] = []
        self.bad: list[BadRow] = []
        self.said: list[str] = []
        self.unpriced: list[tuple[int, Code]] = []
        self._restored: list[int] = []
        headings = " ".join(c.heading for c in mapping.columns if c.meaning in PRICES)
        self._of_medicare = bool(_MEDICARE.search(" ".join((*_titles(sheet, mapping), headings))))
        self._heading = next((c.heading for c in mapping.columns if c.meaning == "percent"), "")
        for number, row in _body(sheet, mapping):
            try:
                self._take(number, _cells(row, mapping), mapping)
            except Misread as error:
                self.bad.append(BadRow(row=number, why=str(error)))

    def rule(self, general: PercentTerm | None) -> None:
        """Apply what the title says of every code: the rows are then a list of codes, unless they carry prices."""
        if general is None:
            return
        if self.lines or self.percents:
            year = f" of {general.year}" if general.year else ""
            self.said.append(
                f"The title's {general.percent}%{year} of Medicare is not used: the rows carry their own prices."
            )
            return
        self.bad = [b for b in self.bad if b.why != _NO_PRICE]
        listed = (
            general.model_copy(update={"low": c.code, "high": c.last or c.code, "modifier": c.modifier, "row": row})
            for row, c in self.unpriced
        )
        self.percents = [*listed, general]

    def _take(self, number: int, cell: "_Cells", mapping: Mapping) -> None:
        code = code_of(cell("code"))
        modifier = modifier_of(cell("modifier")) or code.modifier
        place = setting_of(cell("place"))
        effective, ends = day_of(cell("effective")), day_of(cell("ends"))
        if effective and ends and ends < effective:
            raise Misread(f"it ends on {ends} before it begins on {effective}")
        if code.restored:
            self._restored.append(number)
        days = {"effective": effective, "ends": ends}
        found: list[RateLine | PercentTerm] = []
        for meaning, (setting, part) in PRICES.items():
            told, where = cell(meaning), setting or place
            if "%" in told:
                self._check_of_medicare(told)
                found += self._percent(code, told, modifier or part, where, number)
            else:
                found += _line(code, told, modifier or part, where, number, cell, days)
        found = found or self._percent(code, cell("percent"), modifier, place, number)
        if not found:
            self.unpriced.append((number, code.model_copy(update={"modifier": modifier})))
            raise Misread(_NO_PRICE)
        self.lines += [x for x in found if isinstance(x, RateLine)]
        self.percents += [x for x in found if isinstance(x, PercentTerm)]

    def _check_of_medicare(self, told: str) -> None:
        """A percent in a column of fees says of what, in the cell or above the table: most others are of charges."""
        if not _MEDICARE.search(told) and not self._of_medicare:
            raise Misread(f"{told[:30]!r} does not say of what; write it as a percent of Medicare")

    def _percent(
        self, code: Code, told: str, modifier: str, setting: Setting | None, row: int
    ) -> list[RateLine | PercentTerm]:
        percent = percent_of(told)
        if percent is None:
            return []
        named = re.search(r"20\d\d", told) or re.search(r"20\d\d", self._heading)
        year = int(named[0]) if named else None
        last = code.last or code.code
        return [
            PercentTerm(
                low=code.code, high=last, percent=percent, year=year, modifier=modifier, setting=setting, row=row
            )
        ]

    def notes(self) -> Iterator[str]:
        """What was mended on the way."""
        yield from self.said
        if self._restored:
            rows = ", ".join(map(str, self._restored[:10])) + (" …" if len(self._restored) > 10 else "")
            yield f"Leading zeros that the spreadsheet program had dropped were restored in row {rows}."


def _line(
    code: Code,
    told: str,
    modifier: str,
    setting: Setting | None,
    row: int,
    cell: "_Cells",
    days: dict[str, date | None],
) -> list[RateLine | PercentTerm]:
    """The fee of one price cell; none where the cell is empty."""
    rate = dollars(told)
    if rate is None:
        return []
    if code.is_span:
        raise Misread(f"one price for the codes {code.code} to {code.last}; only a percent can span codes")
    return [
        RateLine(
            code=code.code,
            modifier=modifier,
            setting=setting,
            rate=rate,
            charge=dollars(cell("charge")),
            effective=days["effective"],
            ends=days["ends"],
            row=row,
            payer=cell("payer"),
            printed_medicare=_if_read(dollars, cell("medicare")),
            printed_percent=_if_read(percent_of, cell("percent")),
        )
    ]


class _Cells:
    """A row by meaning: the cell, or "" where the column is not there."""

    def __init__(self, row: Sequence[str], mapping: Mapping) -> None:
        self._row, self._mapping = row, mapping

    def __call__(self, meaning: Meaning) -> str:
        index = self._mapping.index(meaning)
        return self._row[index] if index is not None and index < len(self._row) else ""


def _cells(row: Sequence[str], mapping: Mapping) -> _Cells:
    return _Cells(row, mapping)


def _if_read(read: Callable[[str], Decimal | None], cell: str) -> Decimal | None:
    """A cell beside the fee that is only checked: one that cannot be read spoils no row."""
    try:
        return read(cell)
    except Misread:
        return None


def _body(sheet: Sheet, mapping: Mapping) -> Iterator[tuple[int, Sequence[str]]]:
    """The filled rows below the heading with the number the user sees, without repeats of the heading and totals."""
    start = 0 if mapping.header is None else mapping.header + 1
    heading = sheet.rows[mapping.header] if mapping.header is not None else None
    for number, row in enumerate(sheet.rows[start:], start=start + 1):
        if any(row) and row != heading:
            yield number, row


def _titles(sheet: Sheet, mapping: Mapping) -> list[str]:
    return [" ".join(filter(None, row)) for row in sheet.rows[: mapping.header or 0]]


def _general_term(titles: Sequence[str]) -> PercentTerm | None:
    """ "All codes at 125% of 2019 Medicare" above the heading: the rule for every code."""
    for number, title in enumerate(titles, start=1):
        found = term_in(title)
        if found:
            return found.model_copy(update={"row": number})
    return None


def term_in(words: str) -> PercentTerm | None:
    """A percent of Medicare in words, for every code: "125% of 2019 Medicare", "110% of the current Medicare rate"."""
    found = _TERM.search(words)
    if not found:
        return None
    year = None if found[2] and not (found[3] or found[4]) else found[3] or found[4]
    return PercentTerm(
        low="00000", high="ZZZZZ", percent=percent_of(found[1] + "%") or 0, year=int(year) if year else None
    )


def _without_contradictions(lines: Sequence[RateLine]) -> tuple[list[RateLine], list[BadRow]]:
    """The lines without exact repeats, and without those that give one code two prices on the same days: which of them
    is right only the user knows, so neither is used and both are named."""
    kept: dict[tuple[object, ...], RateLine] = {}
    clash: dict[tuple[object, ...], set[RateLine]] = {}
    key: tuple[object, ...]
    for line in lines:
        key = (line.payer.lower(), line.code, line.modifier, line.setting, line.effective, line.ends)
        first = kept.setdefault(key, line)
        if first.rate != line.rate:
            clash.setdefault(key, {first}).add(line)
    bad = []
    for key, both in clash.items():
        kept.pop(key)
        told = sorted(both, key=lambda x: x.row)
        for one in told:
            others = ", ".join(f"${x.rate} in row {x.row}" for x in told if x.row != one.row)
            bad.append(
                BadRow(row=one.row, why=f"{one.label} has another price for the same days ({others}); none is used")
            )
    return list(kept.values()), bad


def in_force(schedule: RateSchedule, today: date) -> tuple[tuple[RateLine, ...], tuple[str, ...]]:
    """The fees that hold on a day, the latest beginning where several do, and what is left out for its dates."""
    latest: dict[tuple[str, str, str, Setting | None], RateLine] = {}
    outside = []
    for line in schedule.lines:
        if not line.holds_on(today):
            when = f"ended on {line.ends}" if line.ends and line.ends < today else f"begins on {line.effective}"
            outside.append(f"{schedule.name}, row {line.row}: {line.label} {when}.")
            continue
        key = (line.payer.lower(), line.code, line.modifier, line.setting)
        held = latest.get(key)
        if held is None or (line.effective or date.min) > (held.effective or date.min):
            latest[key] = line
    return tuple(latest.values()), tuple(outside)
