"""The fees a stored case keeps: schedules, units, the payer's offer and the target, each put in and taken out again.

Kept in the case's own document, within bounds, since every save writes a version of it. What follows from them (the
comparison, and answers where the interview is silent) is worked out anew for each version of the case.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from workflows import grounding
from workflows.casework.rate_folders import by_payer
from workflows.casework.rates import Weighed
from workflows.domain.errors import NotFound, Refused
from workflows.domain.evidence import Evidence
from workflows.domain.rates import Mapping as Columns
from workflows.domain.rates import Offer, Origin, RateSchedule, RatesInput, RateTerms, Sheet, Volume, What
from workflows.rates import schedules, terms
from workflows.rates.billed import can_be_typed, same_payer, with_units
from workflows.rates.cells import Misread, code_of, day_of, units_of

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case

MOST_LINES = 10_000  # of one schedule, or of units
MOST_SCHEDULES, MOST_IN_ALL = 20, 30_000
_LONGEST = 2_000  # characters of a name or note
_MOST_TOLD = 500  # rows that were not taken, one by one
_PLAIN = re.compile(r"[0-9A-Z-]{0,12}")  # codes and modifiers, by the thousand
_MOST = Decimal(1_000_000_000)
_SMALLEST = -12  # places after the point
EXAMPLE = Path(__file__).resolve().parents[2] / "knowledge/example"


class SchedulesDesk:
    """What a user can do with the fees of a case."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def origin(self, what: str, payer: str, *, name: str = "", dated: str = "", url: str = "") -> Origin:
        """What a file is, from what the user says of it. Raises Refused; another practice's rates always."""
        payer, url = (grounding.strip_invisible(text).strip()[:200] for text in (payer, url))
        if what == "another":
            raise schedules.another_practice(name)
        known = next((w for w in get_args(What) if w == what), None)
        if known is None:
            raise Refused("is not said to be anything", where=name, todo="Say what this file is.")
        if not payer:
            raise Refused("belongs to no payer yet", where=name, todo="Write whose fees these are.")
        grounding.refuse_patient_detail(payer, "the payer's name")
        try:
            day = day_of(dated)
        except Misread as error:
            raise Refused(str(error), where="The file's date", todo="Write it as 2026-03-01.") from error
        if known == "published" and day is None:
            raise Refused("needs its date", where=name, todo="Write the date the payer gives the file, as 2026-03-01.")
        return Origin(what=known, payer=payer, dated=day, url=url)

    def head(self, sheet: Sheet, columns: Columns, most: int) -> list[tuple[str, ...]]:
        """The first filled rows below the heading, inert in a spreadsheet program: a table on a screen can be saved."""
        from workflows.adapters.write_rates import inert

        start = 0 if columns.header is None else columns.header + 1
        return [tuple(map(inert, row)) for row in sheet.rows[start:] if any(row)][:most]

    def add(
        self,
        case_id: str,
        content: bytes,
        name: str,
        origin: Origin,
        columns: Columns | None = None,
        *,
        replacing: str = "",
    ) -> "Case":
        """Keep a schedule; a file with a column of payers becomes one for each. With `replacing`, the schedule with
        that key makes room for it. The same file taken as the same thing again is kept once."""
        name = grounding.strip_invisible(name)
        new = by_payer(self._desk.rates.preview(content, name, origin, columns).schedule)
        return self._put(case_id, new, replacing)

    def add_published(self, case_id: str, content: bytes, name: str, origin: Origin, *, replacing: str = "") -> "Case":
        """Keep what a payer's published file (.json, .json.gz) says of the codes this case knows. Raises Refused."""
        name = Path(grounding.strip_invisible(name).replace("\\", "/")).name[:120] or "the file"
        given = self._desk.case(case_id).rates
        codes = {x.code for s in given.schedules for x in s.lines} | {v.code for v in given.volumes}
        return self._put(case_id, [self._desk.rates.published(Path(name), codes, origin, content=content)], replacing)

    def _put(self, case_id: str, new: list[RateSchedule], replacing: str) -> "Case":
        checked(RatesInput(schedules=tuple(new)), new[0].name)
        name = new[0].name

        def change(case: "Case") -> "Case":
            held = case.rates.schedules
            if replacing and replacing not in {s.key for s in held}:
                raise NotFound("that schedule is no longer here", where=name, todo="Add the file as a new one.")
            gone = {replacing, *(s.key for s in new)}
            at = next((n for n, s in enumerate(held) if s.key in gone), len(held))
            kept = (*(s for s in held[:at] if s.key not in gone), *new, *(s for s in held[at:] if s.key not in gone))
            return _with(case, schedules=kept)

        return self._desk.change(case_id, change, f"{'replaced' if replacing else 'added'} fees from {new[0].name}")

    def private(self, case: "Case", schedule: RateSchedule) -> bool:
        """Whether these are another payer's fees than the one the case is about: they never enter a letter."""
        payer = case.answers.get("practice.payer")
        return payer is not None and not same_payer(schedule.payer, str(payer.value))

    def remove(self, case_id: str, key: str) -> "Case":
        """Take a schedule out again."""
        return self._desk.change(
            case_id,
            lambda case: _with(case, schedules=tuple(s for s in case.rates.schedules if s.key != key)),
            "took out a fee schedule",
        )

    def count(self, case_id: str, content: bytes, name: str, columns: Columns | None = None) -> "Case":
        """Keep units by code from a file; they take the place of the units before."""
        name = grounding.strip_invisible(name)
        found, told = self._desk.rates.volumes(content, name, columns)
        if not found:
            raise Refused("has no row with a code and units", where=name, todo="Check what the columns mean.")
        told = told[:_MOST_TOLD]
        checked(RatesInput(volumes=found, warnings=told), name)
        return self._desk.change(
            case_id,
            lambda case: _with(case, volumes=found, units_from=Path(name).name[:120], warnings=told),
            f"added units from {Path(name).name}"[:200],
        )

    def type_units(self, case_id: str, typed: Mapping[str, str]) -> "Case":
        """Units of single codes as the user types them, by the code as people write it ("70450-26"). Raises Refused."""
        new = []
        for label, told in typed.items():
            try:
                code = code_of(label)
                new.append(Volume(code=code.code, modifier=code.modifier, units=units_of(told)))
            except Misread as error:
                raise Refused(str(error), where=f"Units of {label}", todo="Write a whole number, as 120.") from error

        def change(case: "Case") -> "Case":
            volumes = case.rates.volumes
            for volume in new:
                volumes = with_units(volumes, self._payer(case), volume)
            return _with(case, volumes=volumes)

        return self._desk.change(case_id, change, f"typed units of {', '.join(typed)}"[:200])

    def can_type_units(self, case: "Case") -> bool:
        """Whether the table takes units: not where the file's are all another payer's."""
        return can_be_typed(case.rates.volumes, self._payer(case))

    def _payer(self, case: "Case") -> str:
        given = case.answers.get("practice.payer")
        return str(given.value) if given else ""

    def uncount(self, case_id: str) -> "Case":
        """Take the units out again."""
        return self._desk.change(
            case_id, lambda case: _with(case, volumes=(), units_from="", warnings=()), "took out the units"
        )

    def offer(self, case_id: str, raw: Mapping[str, Any]) -> "Case":
        """Keep the payer's offer, written as offer.yaml has it; an empty one forgets it. Raises Refused."""
        given: Offer | None = None
        if any(raw.values()):
            words = grounding.strip_invisible(str(raw.get("terms") or ""))
            grounding.refuse_patient_detail(words, "the offer")
            given, told = terms.offer_of({**raw, "terms": words}, self._desk.catalog.families, "The offer")
            if told:
                todo = "Write it as 105% of 2026 Medicare, or as a 2% increase."
                raise Refused("its terms name no figure to work with", where="The offer", todo=todo)
        return self._desk.change(case_id, lambda case: _with(case, offer=given), "changed the payer's offer")

    def target(self, case_id: str, words: str) -> "Case":
        """Keep the practice's own target (private), in words; an empty one forgets it. Raises Refused."""
        rule = terms.terms_in_words(words)
        if words.strip() and rule == RateTerms():
            todo = "Write it as 112% of 2026 Medicare, or as a 6% increase."
            raise Refused("names no figure to work with", where="Your target", todo=todo)

        def change(case: "Case") -> "Case":
            others = {k: v for k, v in case.rates.packages.items() if k != "target"}
            return _with(case, packages=others | ({"target": rule} if words.strip() else {}))

        return self._desk.change(case_id, change, "changed the target")

    # What follows

    def weighed(self, case: "Case", today: date | None = None) -> Weighed:
        """The comparison and the packages of a case, worked out once for each version of a stored one."""
        # A case read from a folder has no version: its fees and answers, as objects, tell it from another reading.
        content = (0, 0) if case.version else (id(case.rates), id(case.answers))
        return _weighed(_AsOf(case.id, case.version, content, today or self._desk.day(), self._desk, case))

    def completed(self, case: "Case", today: date) -> "Case":
        """The case with what its fees say where its answers are silent."""
        if not case.rates.schedules and not case.rates.offer:
            return case
        return self._desk.rates.with_answers(case, self.weighed(case, today).comparison.own, today)[0]

    def evidence(self, case: "Case", today: date) -> tuple[Evidence, ...]:
        """What letters may say of the case's fees, each leading to its file and row."""
        return self.weighed(case, today).evidence if case.rates.schedules else ()

    def example(self) -> tuple[str, bytes]:
        """A small fee schedule to see the layout by: its name and content."""
        path = next(p for p in sorted((EXAMPLE / "schedules").glob("*.csv")))
        return path.name, path.read_bytes()


def checked(given: RatesInput, where: str) -> RatesInput:
    """Fees as they come in, from a file or in an exported case: nobody else's, nothing about patients, within bounds.
    Raises Refused; what is kept can therefore always be exported and imported again."""
    _check_size(given)
    for schedule in given.schedules:
        schedules.check_origin(schedule.origin, schedule.name)
    for text in {t for t in _values(given.model_dump()) if isinstance(t, str)}:
        if len(text) > _LONGEST:
            raise Refused(f"holds a text of {len(text):,} characters", where=where, todo="Shorten it.")
        if grounding.strip_invisible(text) != text:
            raise Refused("holds characters nobody can see", where=where, todo="Take them out and try again.")
        if not _PLAIN.fullmatch(text):
            grounding.refuse_patient_detail(text, where)
    return given


def _with(case: "Case", **fees: Any) -> "Case":
    changed = case.rates.model_copy(update=fees)
    _check_size(changed)
    return case.model_copy(update={"rates": changed})


def _check_size(given: RatesInput) -> None:
    """Refuses more than a case can carry through a hundred versions, and figures no fee has."""
    counts = [(s.name, len(s.lines) + len(s.percents)) for s in given.schedules] + [("The units", len(given.volumes))]
    todo = "Keep the codes you bill."
    for name, count in counts:
        if count > MOST_LINES:
            raise Refused(f"holds {count:,} lines; a case keeps {MOST_LINES:,}", where=name, todo=todo)
    if len(given.schedules) > MOST_SCHEDULES:
        what = f"would be more than {MOST_SCHEDULES} in one case"
        raise Refused(what, where="Fee schedules", todo="Take out one that is no longer needed.")
    if sum(count for _, count in counts) > MOST_IN_ALL:
        raise Refused(f"would hold more than {MOST_IN_ALL:,} lines together", where="Fee schedules", todo=todo)


def _values(of: Any) -> Iterator[Any]:
    """Every value in a document; a figure beyond any fee is refused on the way."""
    if isinstance(of, dict):
        yield from (v for pair in of.items() for one in pair for v in _values(one))
    elif isinstance(of, (list, tuple)):
        yield from (v for one in of for v in _values(one))
    elif isinstance(of, Decimal):
        exponent = of.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < _SMALLEST or abs(of) > _MOST:
            raise Refused("holds a figure that is no fee", where="Fee schedules", todo="Export the case anew.")
    else:
        yield of


@dataclass(frozen=True)
class _AsOf:
    """One version of a case on one day; the desk and the case themselves do not tell one from another. The case is
    held, so that its fees and answers stay the objects they are told by."""

    case_id: str
    version: int
    content: tuple[int, int]
    today: date
    desk: "Desk" = field(compare=False)
    case: "Case" = field(compare=False)


@lru_cache(maxsize=8)
def _weighed(asked: _AsOf) -> Weighed:
    return asked.desk.rates.weigh(asked.case, asked.case.rates, today=asked.today)
