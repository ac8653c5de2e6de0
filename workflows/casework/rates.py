"""The fees side of the desk: Medicare's official files and amounts, imports with preview, comparison, packages, exports.

Apart from the desk because most cases never open it, and its readers are heavy.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workflows.domain.claims import Claims, Progress
from workflows.domain.cms import CmsFiles, Loaded
from workflows.domain.comparison import Beside, Comparison, Leaving, PayerComparison, Scenario
from workflows.domain.errors import Refused
from workflows.domain.evidence import Evidence, PrivateEvidence
from workflows.domain.frozen import Frozen
from workflows.domain.medicare import MedicareAmount, Setting, Terms
from workflows.domain.rates import Mapping, Origin, RateSchedule, RatesInput, Sheet, Volume
from workflows.rates import columns, medicare, published, schedules, weigh, writing
from workflows.rates.as_answers import as_answers
from workflows.rates.beside import beside
from workflows.rates.schedule_evidence import Drawn, package_evidence, schedule_evidence
from workflows.rates.standing_out import stands_out
from workflows.rates.yardstick import Yardstick
from workflows.settings import Settings, data_dir

if TYPE_CHECKING:
    from workflows.adapters.loaded_tables import LoadedMedicareTables
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case

_EXPORT = (
    "Payer", "Schedule", "Row", "Code", "Modifier", "Setting", "Family", "Units", "Fee", "Medicare",
    "Percent of Medicare", "Annual dollars", "Basis",
)  # fmt: skip


@lru_cache(maxsize=4)
def _tables(folder: Path) -> "LoadedMedicareTables":
    from workflows.adapters.loaded_tables import LoadedMedicareTables

    return LoadedMedicareTables(folder)


class Preview(Frozen):
    """An import before it is taken: the sheet, what each column is taken for, and what would come of it."""

    sheet: Sheet
    mapping: Mapping
    schedule: RateSchedule


class Weighed(Frozen):
    """A case's fees compared and its packages weighed; evidence for letters, and the private rest apart.
    `sensitivity` gives a package's annual dollars by percent of volume more or less, `leaving_by_kept` what leaving
    loses by the percent of patients who stay."""

    comparison: Comparison
    table: tuple[Beside, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    sensitivity: dict[str, dict[str, Decimal]] = {}
    leaving: Leaving | None = None
    leaving_by_kept: tuple[tuple[Decimal, Decimal], ...] = ()
    warnings: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    private: tuple[PrivateEvidence, ...] = ()


class RatesDesk:
    """What a user can do with fees."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def tables(self) -> "LoadedMedicareTables":
        """The shipped Medicare tables with the years the user loaded laid over them."""
        return _tables(data_dir() / "medicare")

    # Medicare

    def load_medicare(self, *paths: Path) -> Loaded:
        """Take CMS's files (PPRRVU or GPCI; CSV, fixed width or zip) for this machine; all of them or none."""
        from workflows.adapters.cms_files import MOST_BYTES, read_cms
        from workflows.adapters.unpack import read_file

        places = self.tables.shipped_places
        read = [
            read_cms(read_file(path, MOST_BYTES), path.name, factors=self.tables.known_factors, places=places)
            for path in paths
        ]
        found = CmsFiles(rvus=tuple(r for f in read for r in f.rvus), gpcis=tuple(g for f in read for g in f.gpcis))
        self.tables.keep(found)
        says = [
            f"{r.year}: {len(r.rows):,} rows of relative values from {r.file}, conversion factor ${r.factor}."
            for r in found.rvus
        ]
        says += [f"{g.year}: {len(g.rows)} localities from {g.file}." for g in found.gpcis]
        lacking = sorted({r.year for r in found.rvus if not self.tables.has_localities(r.year)})
        warnings = [f"{y}: load its GPCI file as well (--gpci); until then only national amounts." for y in lacking]
        warnings += [
            f"{g.year}: {g.file} gives only the work index without the 1.0 floor." for g in found.gpcis if not g.floored
        ]
        return Loaded(says=tuple(says), warnings=tuple(warnings))

    def price(
        self,
        code: str,
        *,
        zip_code: str = "",
        year: int | None = None,
        setting: Setting = "office",
        today: date | None = None,
    ) -> MedicareAmount:
        """Medicare's amount for "99213" or "70450-26" at a ZIP (national without one)."""
        base, _, modifier = code.strip().partition("-")
        wanted = year or self.year(today or self._desk.day())
        options: Terms = {"year": wanted, "setting": setting, "even_if_unpaid": True}
        held = sorted({f.year for f in self.tables.conversion_factors()})
        if wanted not in held:
            todo = (
                f"Take a year from {held[0]} to {held[-1]}, or load CMS's files of {wanted} with --medicare and --gpci."
            )
            raise Refused(f"no Medicare fee schedule for {wanted} is held here", where=code, todo=todo)
        if not zip_code:
            return medicare.national(self.tables, base, modifier, **options)
        if not self.tables.has_localities(wanted):
            todo = "Load them with --gpci FILE (GPCI….csv of that year), or leave out the ZIP for the national amount."
            raise Refused(f"the geographic indices of {wanted} are not loaded", where=f"ZIP {zip_code}", todo=todo)
        return medicare.price(self.tables, base, modifier, zip_code=zip_code, **options)

    def year(self, today: date) -> int:
        """The Medicare year of a day, or the latest one held before it."""
        years = sorted({f.year for f in self.tables.conversion_factors()})
        return max((y for y in years if y <= today.year), default=years[0])

    # Imports

    def preview(self, content: bytes, name: str, origin: Origin, mapping: Mapping | None = None) -> Preview:
        """A file as it would be taken, with the mapping to confirm or change; nothing is kept. Raises Refused."""
        from workflows.adapters.read_schedule import read_sheet

        schedules.check_origin(origin, name)
        sheet = read_sheet(content, name)
        chosen = mapping or columns.recognize(sheet)
        return Preview(sheet=sheet, mapping=chosen, schedule=schedules.read_schedule(sheet, chosen, origin))

    def columns(self, content: bytes, name: str) -> tuple[Sheet, Mapping]:
        """The cells of a file and what each column is taken for, to be confirmed or changed. Raises Refused."""
        from workflows.adapters.read_schedule import read_sheet

        sheet = read_sheet(content, name)
        return sheet, columns.recognize(sheet)

    def volumes(
        self, content: bytes, name: str, mapping: Mapping | None = None
    ) -> tuple[tuple[Volume, ...], tuple[str, ...]]:
        """Units by code from a file, and a line for each row that was not taken."""
        from workflows.adapters.read_schedule import read_sheet

        sheet = read_sheet(content, name)
        found, bad = schedules.read_volumes(sheet, mapping or columns.recognize(sheet))
        return found, tuple(f"{sheet.name}, row {b.row}: not taken, {b.why}." for b in bad)

    def claims(self, path: Path, progress: Progress | None = None) -> Claims:
        """A file of claim lines, of any size up to the cap, as sums by payer, code, modifier and quarter. Raises
        Refused."""
        from workflows.adapters.read_claims import claims_head, read_claims
        from workflows.rates.claim_cells import Cells
        from workflows.rates.claim_columns import recognize_claims

        most = Settings().max_claims_bytes
        head = claims_head(path, most)
        return read_claims(path, head, recognize_claims(head.sheet), Cells(), progress=progress, most=most)

    def published(
        self,
        path: Path,
        codes: Collection[str],
        origin: Origin | None,
        progress: Progress | None = None,
        content: bytes | None = None,
    ) -> RateSchedule:
        """A payer's published in-network file, for these codes only, of any size up to the cap. Without an `origin` its
        own words say whose it is and of which day. `content` stands for the file at `path` where it came over the web.
        Raises Refused."""
        from workflows.adapters.read_published import Upload, read_published
        from workflows.rates.cells import setting_of

        if not codes:
            todo = "Add your own fees or units first: only the codes you bill are looked up."
            raise Refused("is read for codes, and none is known yet", where=path.name, todo=todo)
        given = path if content is None else Upload(path.name, content)
        found = read_published(given, codes, setting_of, progress=progress, most=Settings().max_claims_bytes)
        if origin is None:
            if found.dated is None or not found.entity:
                raise Refused("does not say whose it is or of which day", where=path.name, todo="Say both yourself.")
            origin = Origin(what="published", payer=found.entity, dated=found.dated)
        schedules.check_origin(origin, path.name)
        return published.schedule_of(found, origin)

    def folder(self, folder: Path, case: "Case", progress: Progress | None = None) -> RatesInput:
        """All that a case folder holds about fees. Raises Refused naming the file."""
        from workflows.casework.rate_folders import rates_input

        return rates_input(folder, _answer(case, "practice.payer"), self._desk.catalog.families, self, progress)

    def filled(self, case: "Case", folder: Path, today: date) -> "Case":
        """The case with the folder's schedules, volumes and offer, and what they say where its answers are silent."""
        from workflows.adapters.rate_folder import has_rates

        if not has_rates(folder):
            return case
        given = self.folder(folder, case)
        case = case.model_copy(update={"rates": given})
        own = self._desk.schedules.weighed(case, today).comparison.own
        found, troubles = self.with_answers(case, own, today)
        if troubles:
            raise troubles[0]
        return found

    def with_answers(
        self, case: "Case", own: tuple[PayerComparison, ...], today: date
    ) -> tuple["Case", tuple[Refused, ...]]:
        """The case with what the payer's own fees and offer say where its answers are silent, and what of that no
        answer may be. Other payers' fees have no way here: they are of another type."""
        more, troubles = {}, []
        for name, filled in as_answers(own, case.rates.offer, case.rates.units_from).items():
            try:
                if name not in case.answers:
                    given = self._desk.answer(name, filled.value, today)
                    more[name] = given.model_copy(update={"given_by": "files", "quote": filled.file})
            except Refused as error:
                troubles.append(error)
        if more:
            case = case.model_copy(update={"answers": self._desk.in_order({**case.answers, **more})})
        return case, tuple(troubles)

    # What follows

    def weigh(
        self, case: "Case", given: RatesInput, *, today: date, year: int | None = None, setting: Setting | None = None
    ) -> Weighed:
        """The comparison, the packages and the evidence of a case."""
        families = self._desk.catalog.families
        usual: Setting = setting or ("facility" if _answer(case, "rates.setting") == "facility" else "office")
        yardstick = Yardstick(
            self.tables, year=year or self.year(today), zip_code=_answer(case, "practice.zip"), setting=usual
        )
        payer = _answer(case, "practice.payer")
        comparison = weigh.compare_all(given, payer, yardstick, families, today=today)
        known = weigh.terms_known(given, case.answers, families)
        scenarios, warnings = weigh.packages(known, comparison.own, yardstick)
        sendable, private = package_evidence(scenarios)
        base = weigh.present(comparison.own)
        source = next((s for s in given.schedules if base and (s.name, s.payer) == (base.schedule, base.payer)), None)
        rows: tuple[Evidence, ...] = ()
        if base and source:
            sheet = next((c for c in comparison.own if c.what == "offer"), None)
            drawn = Drawn(schedule=source, units=given.units_from, offer=sheet)
            rows = schedule_evidence(base, drawn, place=comparison.place, year=comparison.year, today=today)
        left, lost = weigh.if_leaving(given, case.answers, comparison.own)
        return Weighed(
            comparison=comparison,
            table=beside(comparison.own, known.get("offer"), yardstick),
            scenarios=scenarios,
            sensitivity=weigh.by_volume(known, comparison.own, yardstick),
            leaving=left,
            leaving_by_kept=lost,
            warnings=warnings,
            evidence=(*rows, *sendable),
            private=private,
        )

    def stands_out(self, told: PayerComparison) -> tuple[str, ...]:
        """What a payer's schedule shows at once, in sentences for the practice itself."""
        return stands_out(told)

    def export(self, comparison: Comparison, format: Literal["csv", "xlsx"]) -> bytes:
        """The comparison as a table that is inert in a spreadsheet program. It holds other payers' fees: private."""
        from workflows.adapters.write_rates import write_csv, write_xlsx

        rows = writing.table(comparison)
        return write_csv(_EXPORT, rows) if format == "csv" else write_xlsx(_EXPORT, rows, "Comparison (private)")

    def as_json(self, weighed: Weighed) -> dict[str, Any]:
        """The JSON of docs/commands.md."""
        found = writing.as_json(weighed.comparison, weighed.scenarios, weighed.warnings)
        found["sensitivity"] = {
            name: {step: int(dollars) for step, dollars in steps.items()} for name, steps in weighed.sensitivity.items()
        }
        if weighed.leaving:
            found["leaving"] = writing.leaving_json(weighed.leaving)
        return found

    def as_text(self, weighed: Weighed) -> str:
        """The comparison for a terminal."""
        leaving = f"\n\nIf you left (private): {weighed.leaving.says}" if weighed.leaving else ""
        return writing.as_text(weighed.comparison, weighed.scenarios, weighed.warnings) + leaving


def _answer(case: "Case", field: str) -> str:
    given = case.answers.get(field)
    return str(given.value) if given else ""
