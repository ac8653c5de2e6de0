"""Everything that follows from a case just now: ledger, worth, claims, gaps, contradictions. Nothing of it is stored."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property

from workflows import interview, leverage
from workflows.casework.agreement import ContractFacts
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
from workflows.rates.beliefs import Fee, level_said
from workflows.rates.lines import SHOWN, lines, terms_of
from workflows.rates.schedule_evidence import traced
from workflows.rates.worth import worth, worth_of_all
from workflows.rates.yardstick import Yardstick

DOUBTFUL = Decimal("0.65")  # a fee below this share of the office amount is checked against the facility amount
_WITHHELD = {
    "option_b": "The option with better rates on a few codes only is left out of letters: it could end below the least you would accept.",
    "option_c": "The option in two steps is left out of letters: its first year could be below the least you would accept.",
    "option_d": "The option with a later date is left out of letters: its first year could be below the least you would accept.",
}


class Derived:
    """What follows from one case as of one day, worked out once and on demand; `fees` is what its fee schedules say, each
    leading to its file and row, `contract` what its agreement says."""

    def __init__(
        self,
        case: Case,
        catalog: Catalog,
        tables: MedicareTables,
        today: date,
        fees: tuple[Evidence, ...] = (),
        contract: ContractFacts = ContractFacts(),  # noqa: B008 - a frozen value
    ) -> None:
        self.case, self.catalog, self.tables, self.today, self.fees = case, catalog, tables, today, fees
        self.contract = contract

    @cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """What cannot all be true."""
        return (*interview.contradictions(self.case.answers, self.today), *self.contract.contradictions)

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
                *self.contract.advice,
            ),
        )

    @cached_property
    def ground(self) -> Ground:
        """What drafts may stand on."""
        answers = self.case.answers
        leave_out = frozenset(key for c in self.contradictions for key in c.leave_out)
        ledger = interview.ledger_of(self.catalog.every_step, answers, leave_out)
        ledger = ledger.with_evidence(*traced(answers, ledger, self.fees))
        ledger = ledger.with_evidence(*self.contract.evidence)
        terms = terms_of(answers, leave_out)
        every = lines(answers, terms, self.medicare, ledger, self.catalog.families, leave_out)
        shown = every[:SHOWN]
        ledger = ledger.with_evidence(*worth(shown, terms, ledger, self.medicare), *worth_of_all(every))
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
            # What the contract says otherwise than a private answer is no matter of the request.
            at_odds=any(self._private(c) for c in self.contradictions if c not in self.contract.contradictions),
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
        held = sorted({factor.year for factor in self.tables.conversion_factors()})
        asked = next((year for year in held if given and str(year) == given.value), None)
        return asked or max((year for year in held if year <= self.today.year), default=held[-1])

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
        """Medicare amounts and percents the user or the payer stated that are not so there and then."""
        given = self.case.answers.get("rates.codes")
        said = list(self._level_belief())
        said.extend(
            f"Code {row['code']}: say whether it is done in your office or in a facility; Medicare's amounts differ, and "
            "letters leave its percent of Medicare open until then."
            for row in (given.value if given else ())
            if isinstance(row, dict) and row["code"] not in self.medicare and self._price(row, "office") and self._zip
        )
        said.extend(filter(None, (self._amount_belief(row) for row in (given.value if given else ()))))
        return tuple(said)

    def _amount_belief(self, row: Row | str) -> str:
        """What a Medicare amount the user typed is, where it is not the one letters use."""
        if not isinstance(row, dict) or "medicare" not in row:
            return ""
        known, stated = self.medicare.get(row["code"]), Decimal(row["medicare"])
        base, _, modifier = row["code"].partition("-")
        if known:
            told = self._yardstick.belief(stated, base, modifier, known.setting)
            return told and f"Code {row['code']}: {told} Letters use {usd(known.amount, cents=True)}."
        quoted = self._yardstick.national_quote(stated, base, modifier) if not self._zip else ""
        return quoted and f"Code {row['code']}: {quoted}"

    def _level_belief(self) -> Iterator[str]:
        """Percents of Medicare, the practice's and the offer's, that the fees given do not bear out."""
        worked, told = (
            self.ground.ledger.sendable.get("worth.level_current"),
            self.case.answers.get("rates.medicare_year"),
        )
        stated_year = int(str(told.value)) if told and str(told.value).isdigit() else self.year
        for field, who, column in (
            ("rates.percent_of_medicare", "You say", "current"),
            ("rates.offer_percent_of_medicare", "The offer says", "offered"),
        ):
            stated = self.case.answers.get(field)
            year = stated_year if column == "current" else self.year
            if stated and year in self._yardstick.years:
                level = Decimal(str(stated.value))
                said = level_said(who, level, self._fees_given(column), self._yardstick, year)
                used = f" Letters use {worked.value} of {self.year} Medicare." if worked and column == "current" else ""
                yield from [said + used] if said else []

    def _fees_given(self, column: str) -> list[Fee]:
        """The fees of the table's codes as they were given, with units and Medicare's setting."""
        given = self.case.answers.get("rates.codes")
        rows = {row["code"]: row for row in (given.value if given else ()) if isinstance(row, dict) and column in row}
        return [
            Fee(
                code=line.code.partition("-")[0],
                modifier=line.code.partition("-")[2],
                setting=self.medicare[line.code].setting,
                units=line.volume,
                rate=Decimal(rows[line.code][column]),
            )
            for line in self.ground.lines
            if line.volume and line.code in rows and line.code in self.medicare
        ]

    @cached_property
    def _yardstick(self) -> Yardstick:
        return Yardstick(self.tables, year=self.year, zip_code=self._zip)
