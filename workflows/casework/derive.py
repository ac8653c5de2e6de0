"""Everything that follows from a case just now: ledger, worth, claims, gaps, contradictions. Nothing of it is stored."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from workflows import interview, leverage
from workflows.catalog import Catalog
from workflows.domain.answers import Contradiction, Row
from workflows.domain.case import Case, Standing
from workflows.domain.draft import CodeLine
from workflows.domain.errors import Refused
from workflows.domain.evidence import Evidence
from workflows.domain.language import joined, percent, usd
from workflows.domain.medicare import MedicareAmount, MedicareTables, Setting
from workflows.letters import Ground
from workflows.letters.derived import phrase
from workflows.rates import medicare, options
from workflows.rates.lines import SHOWN, lines, terms_of
from workflows.rates.worth import worth

_YEARS = ("2024", "2025", "2026")
DOUBTFUL = Decimal("0.65")  # a fee below this share of the office amount is checked against the facility amount
_WITHHELD = {
    "option_b": "The option with better rates on a few codes only is left out of letters: it could end below the least you would accept.",
    "option_c": "The option in two steps is left out of letters: its first year could be below the least you would accept.",
    "option_d": "The option with a later date is left out of letters: its first year could be below the least you would accept.",
}


class Derived:
    """What follows from one case as of one day, worked out once and on demand."""

    def __init__(self, case: Case, catalog: Catalog, tables: MedicareTables, today: date) -> None:
        self.case, self.catalog, self.tables, self.today = case, catalog, tables, today

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What cannot all be true."""
        return interview.contradictions(self.case.answers, self.today)

    @cached_property
    def standing(self) -> Standing:
        """The summary that screens and commands show."""
        steps, answers = self.catalog.steps, self.case.answers
        return Standing(
            ledger=self.ground.ledger,
            claims=self.ground.claims,
            gaps=self.ground.gaps,
            contradictions=self.contradictions,
            progress=interview.progress(steps, answers, self.case.skipped),
            quick_wins=leverage.quick_wins(self.catalog.quick_wins, self.ground.claims, answers),
            advice=(
                *interview.unfit(steps, answers),
                *leverage.advice(self.ground.ledger),
                *self.beliefs,
                *(_WITHHELD[name] for name in self.withheld),
            ),
        )

    @cached_property
    def ground(self) -> Ground:
        """What drafts may stand on."""
        answers = self.case.answers
        leave_out = frozenset(key for c in self.contradictions for key in c.leave_out)
        ledger = interview.ledger_of(self.catalog.steps, answers, leave_out)
        terms = terms_of(answers, leave_out)
        shown = lines(answers, terms, self.medicare, ledger, self.catalog.families, leave_out)[:SHOWN]
        ledger = ledger.with_evidence(*worth(shown, terms, ledger, self.medicare))
        ledger = ledger.with_evidence(*options.options(shown, ledger, options.floor_of(answers)))
        ledger = ledger.with_evidence(*self._medicare_words(shown))
        claims, reasons = leverage.argue(self.catalog.topics, answers, ledger, self.catalog.sources)
        return Ground(
            ledger=ledger.with_evidence(*reasons),
            claims=claims,
            lines=shown,
            topics=self.catalog.topics,
            facts={t.id: leverage.facts_of(t, ledger) for t in self.catalog.topics},
            benchmarks=tuple(b for b in self.catalog.benchmarks if b.speaks_for(self._specialty)),
            gaps=interview.gaps(self.catalog.steps, answers),
            contradictions=tuple(c for c in self.contradictions if not self._private(c)),
            at_odds=any(self._private(c) for c in self.contradictions),
            stronger=tuple(dict.fromkeys(say for c in claims for say in c.to_strengthen)),
            unconfirmed=sum(a.given_by == "notes" for a in answers.values()),
        )

    @property
    def withheld(self) -> tuple[str, ...]:
        """The options the practice's private limits keep out of letters, by name."""
        return options.withheld(self.ground.lines, self.ground.ledger, options.floor_of(self.case.answers))

    @property
    def _specialty(self) -> str:
        given = self.case.answers.get("practice.specialty")
        return str(given.value) if given else ""

    def _private(self, contradiction: Contradiction) -> bool:
        """Whether a contradiction is about private answers, so that letters must not even tell there is one."""
        visible = self.catalog.visibility()
        return any(visible.get(field) == "private" for field in contradiction.fields)

    @cached_property
    def medicare(self) -> Mapping[str, MedicareAmount]:
        """Medicare's amount for each code of the practice, where it can be worked out; keyed by the code as given."""
        given = self.case.answers.get("rates.codes")
        found = {}
        for row in given.value if given else ():
            if isinstance(row, dict):
                amount = self._amount(row)
                if amount:
                    found[row["code"]] = amount
        return found

    def _amount(self, row: Row) -> MedicareAmount | None:
        """The amount for one line, in its own setting or the practice's; None where it is not known which is right."""
        told = self.case.answers.get("rates.setting")
        setting = row.get("setting") or (str(told.value) if told else "")
        office = self._price(row, "office")
        if setting == "office" or (office and office.setting == "facility"):
            return office
        facility = self._price(row, "facility")
        if setting == "facility":
            return facility
        if office and facility and "current" in row:
            fee = Decimal(row["current"])
            # Far below the office amount and near the facility one: probably done in a facility, so say neither.
            if fee < office.amount * DOUBTFUL and fee > facility.amount * DOUBTFUL:
                return None
        return office

    def _price(self, row: Row, setting: Setting) -> MedicareAmount | None:
        base, _, modifier = row["code"].partition("-")
        modifier = modifier if modifier in ("26", "TC", "53") else ""
        try:
            if self._zip:
                return medicare.price(
                    self.tables,
                    base,
                    modifier,
                    zip_code=self._zip,
                    year=self.year,
                    setting=setting,
                    even_if_unpaid=True,
                )
            if "medicare" in row:
                return None  # the practice's own local amount says more than a national one
            return medicare.national(self.tables, base, modifier, year=self.year, setting=setting, even_if_unpaid=True)
        except Refused:
            return None

    @property
    def _zip(self) -> str:
        given = self.case.answers.get("practice.zip")
        return str(given.value) if given else ""

    @property
    def year(self) -> int:
        """The Medicare year of the request when we hold it; otherwise the year of today, or the latest we hold."""
        given = self.case.answers.get("ask.medicare_year")
        asked = str(given.value) if given else ""
        if asked in _YEARS:
            return int(asked)
        return int(str(self.today.year) if str(self.today.year) in _YEARS else _YEARS[-1])

    def _medicare_words(self, lines: tuple[CodeLine, ...]) -> tuple[Evidence, ...]:
        """The year and place behind the percentages of Medicare, when every priced line has one."""
        if not any(line.medicare for line in lines):
            return ()
        known = [self.medicare[line.code] for line in lines if line.code in self.medicare]
        if not known:
            years = self.case.answers.get("ask.medicare_year") or self.case.answers.get("rates.medicare_year")
            if not years:
                return ()
            return (
                phrase("worth.medicare_year", str(years.value), "the Medicare year given"),
                phrase(
                    "worth.medicare_place",
                    "amounts as our own records give them",
                    "Medicare amounts given, not worked out",
                ),
            )
        one = known[0]
        facility = tuple(dict.fromkeys(m.code for m in known if m.setting == "facility"))
        setting = "facility setting" if len(facility) == len({m.code for m in known}) else "office setting"
        if facility and setting == "office setting":
            setting += f", {joined(facility)} in a facility"
        place = f"{'national amounts' if one.national else one.locality_name}, {setting}"
        rule = "the Medicare locality of the main site's ZIP code" if one.locality else "no ZIP code given"
        said = [
            phrase("worth.medicare_year", str(one.year), f"Medicare amounts: {one.release}"),
            phrase("worth.medicare_place", place, rule),
        ]
        own = self.case.answers.get("rates.percent_of_medicare")
        paper_year = self.case.answers.get("rates.medicare_year")
        if own and paper_year and paper_year.value != str(one.year):
            level = f"{percent(Decimal(str(own.value)))} of {paper_year.value} Medicare"
            said.append(phrase("worth.contract_level", level, "the level the practice gives, of another Medicare year"))
        unpaid = tuple(dict.fromkeys(m.code for m in known if not m.paid_by_medicare))
        if unpaid:
            said.append(
                phrase(
                    "worth.unpaid",
                    joined(unpaid),
                    "CMS publishes relative values for these, but Medicare does not pay them",
                )
            )
        return tuple(said)

    @cached_property
    def beliefs(self) -> tuple[str, ...]:
        """Medicare amounts the user typed that are not what Medicare pays there and then."""
        given = self.case.answers.get("rates.codes")
        said = list(self._level_belief())
        said.extend(
            f"Code {row['code']}: say whether it is done in your office or in a facility; Medicare's amounts differ, and "
            "letters leave its percent of Medicare open until then."
            for row in (given.value if given else ())
            if isinstance(row, dict) and row["code"] not in self.medicare and self._price(row, "office") and self._zip
        )
        for row in given.value if given else ():
            if not isinstance(row, dict) or "medicare" not in row:
                continue
            known, stated = self.medicare.get(row["code"]), Decimal(row["medicare"])
            if known and abs(known.amount - stated) > Decimal("0.01"):
                base, _, modifier = row["code"].partition("-")
                belief = medicare.check_belief(
                    self.tables,
                    stated,
                    base,
                    modifier if modifier in ("26", "TC", "53") else "",
                    zip_code=self._zip,
                    year=self.year,
                    even_if_unpaid=True,
                )
                said.append(f"Code {row['code']}: {belief.says} Letters use {usd(known.amount, cents=True)}.")
        return tuple(said)

    def _level_belief(self) -> Iterator[str]:
        """A percent of Medicare that the practice's own codes do not bear out."""
        stated, worked = (
            self.case.answers.get("rates.percent_of_medicare"),
            self.ground.ledger.sendable.get("worth.level_current"),
        )
        year = self.case.answers.get("rates.medicare_year")
        level = worked.figures_of("percent") if worked else None
        if stated is None or level is None or (year and year.value != str(self.year)):
            return
        if abs(level - Decimal(str(stated.value))) > 1:
            yield (
                f"You say {percent(Decimal(str(stated.value)))} of Medicare; the codes given come to {percent(level)} of {self.year} "
                "Medicare, weighted by volume. Letters use the latter."
            )


@lru_cache(maxsize=1)
def shipped_tables() -> MedicareTables:
    """The Medicare tables that come with Parley, opened once."""
    from workflows.adapters.medicare_tables import ShippedMedicareTables

    return ShippedMedicareTables()


def derive(case: Case, catalog: Catalog, today: date) -> Derived:
    """What follows from `case` as of `today`."""
    return Derived(case, catalog, shipped_tables(), today)
