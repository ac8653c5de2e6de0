"""The ultimatum side of the desk: the plan, its calendar, the log of contacts, later rounds and the next counter.

Apart from the desk because its shelf and the contract are needed here only. Every word for the payer passes the guard
once more before it leaves: what it objects to hard is left out, and that is told.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workflows import contracts, grounding, letters, ultimatum
from workflows.domain.answers import Answer
from workflows.domain.comparison import Leaving
from workflows.domain.draft import Draft, Provenance, Section, Sentence
from workflows.domain.errors import Refused
from workflows.domain.evidence import PrivateEvidence
from workflows.domain.plan import Cell, Contact, How, NegotiationPlan, NextAction, Rehearsal, Round, Rounds, RulingClock
from workflows.domain.ultimatum_shelf import UltimatumShelf
from workflows.rates.leaving import SHARES, leaving

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case

_STAYING, _REFILLED = (0, 10, 25, 50), (0, 25, 50, 75)  # percent: what is tried where the user gave no share
_LONGEST = 2000  # characters of a note
_REPLACED = {  # what the latest round of a side stands in for
    "payer": (
        "rates.offer_date",
        "rates.offer_increase",
        "rates.offer_percent_of_medicare",
        "rates.offer_terms",
        "rates.offer_answer_by",
    ),
    "practice": ("ask.increase", "ask.percent_of_medicare", "ask.families"),
}


class UltimatumDesk:
    """What a user can do about an ultimatum."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def shelf(self) -> UltimatumShelf:
        """The wording of the desk."""
        from workflows.catalog.ultimatum import ultimatum_shelf

        return ultimatum_shelf()

    def plan(self, case_id: str, *, today: date | None = None) -> NegotiationPlan:
        """The plan of a stored case."""
        return self.plan_of(self._desk.case(case_id), today=today)

    def folder(self, folder: Path, *, today: date | None = None) -> NegotiationPlan:
        """The plan of a case folder."""
        day = today or self._desk.day()
        return self.plan_of(self._desk.load_folder(folder, today=day), today=day)

    def plan_of(self, case: "Case", *, today: date | None = None) -> NegotiationPlan:
        """The plan of a case as of a day, with its contract where it has one, on the latest round of either side."""
        case = self.as_of_latest(case) if case.rounds else case
        given, ground, private = self._stand(case, today or self._desk.day())
        shares = _shares(given, case)
        revenue = _revenue(given, ground)
        made = ultimatum.plan(given, ground, self.shelf, leaving=_leaving(revenue, shares), grid=_grid(revenue, shares))
        return self._guarded(made, ground, private)

    def _stand(self, case: "Case", day: date) -> tuple[ultimatum.Given, ultimatum.Ground, dict[str, PrivateEvidence]]:
        """What a plan stands on: the case's own answers and contract, apart from them what the payer may hear, and what
        the guard keeps from it."""
        derived = self._desk.derive(case, day)
        known = letters.sayable(derived.ground, self._desk.catalog.outline("ultimatum_response"), day)
        ground = ultimatum.Ground(known=known, claims=derived.ground.claims, facts=derived.ground.facts)
        return self._given(case, day), ground, derived.ground.ledger.private

    def beside_answers(self, case: "Case", *, today: date | None = None) -> dict[str, tuple[str, ...]]:
        """What the clocks add to single answers, by field, for who asks the guidance about this case."""
        day = today or self._desk.day()
        return ultimatum.beside_answers(self._given(case, day))

    def dated(
        self, case: "Case", *, today: date | None = None
    ) -> tuple[tuple[RulingClock, ...], tuple[NextAction, ...]]:
        """The clocks and dated actions of the plan, those of leaving left out, for who asks the guidance."""
        clocks, actions = ultimatum.dated(self._given(case, today or self._desk.day()), self.shelf)
        return tuple(c for c in clocks if not c.private), actions

    def _given(self, case: "Case", day: date) -> ultimatum.Given:
        questions = {f"{s.id}.{q.id}": q for s in self._desk.catalog.every_step for q in s.questions}
        whole = self._desk.schedules.completed(case, day)
        review = self._desk.agreement.review(case, day)
        return ultimatum.Given(answers=whole.answers, questions=questions, review=review, today=day)

    # What happens afterwards

    def log_contact(self, case_id: str, *, day: date, how: How, who: str, said: str, promised: str = "") -> "Case":
        """Note a contact with the payer. Raises PrivacyRefused on patient detail, Refused where nothing is said or the
        day is still to come."""
        who, said, promised = (
            _clean(text, what)
            for text, what in ((who, "who"), (said, "what was said"), (promised, "what was promised"))
        )
        if not who or not said:
            raise Refused("the note is not complete", where="Contact", todo="Write with whom it was and what was said.")
        if day > self._desk.day():
            raise Refused("the day is still to come", where="Contact", todo="Note a contact once it has been.")
        contact = Contact(day=day, how=how, who=who, said=said, promised=promised)

        def change(case: "Case") -> "Case":
            kept = sorted((*case.contacts, contact), key=lambda c: c.day)
            return case.model_copy(update={"contacts": tuple(kept)})

        return self._desk.change(case_id, change, f"noted a contact with {who}"[:200])

    def enter_round(self, case_id: str, one: Round) -> "Case":
        """Enter what one side put forward. Raises Refused where it holds neither a figure nor terms."""
        terms = _clean(one.terms, "the terms")
        if one.increase is None and one.percent_of_medicare is None and not terms:
            raise Refused(
                "there is nothing in it", where="Round", todo="Give an increase, a percent of Medicare or terms."
            )
        for value, field in (
            (one.increase, "rates.offer_increase"),
            (one.percent_of_medicare, "rates.offer_percent_of_medicare"),
        ):
            if value is not None:
                self._desk.answer(field, str(value))
        kept = one.model_copy(update={"terms": terms})

        def change(case: "Case") -> "Case":
            return case.model_copy(update={"rounds": tuple(sorted((*case.rounds, kept), key=lambda r: r.day))})

        return self._desk.change(case_id, change, f"entered a round of the {one.by}")

    def rounds(self, case: "Case", *, today: date | None = None) -> Rounds:
        """All rounds, the gap of each in points and dollars, the pattern, the next step: private."""
        given, ground, _ = self._stand(case, today or self._desk.day())
        return ultimatum.rounds_of(given, ground.known, case.rounds)

    def next_counter(self, case: "Case", *, today: date | None = None) -> Draft:
        """The counteroffer to the payer's latest round, from the same ledger; nothing is stored."""
        return self._desk.letters.draft(case, "counteroffer", today=today)

    def as_of_latest(self, case: "Case") -> "Case":
        """The case with the latest round of either side in place of the first offer and request; not stored."""
        answers, rates = dict(case.answers), case.rates
        if any(
            r.by == "payer" for r in case.rounds
        ):  # a file of the first offer would fill in what the round left open
            kept = tuple(s for s in rates.schedules if s.origin.what != "offer")
            rates = rates.model_copy(update={"offer": None, "schedules": kept})
        for who, step in (("payer", "rates.offer_"), ("practice", "ask.")):
            latest = next((r for r in reversed(case.rounds) if r.by == who), None)
            if latest:
                answers = {f: a for f, a in answers.items() if f not in _REPLACED[who]}
                for name, value in _told(latest).items():
                    field = f"{step}{name}"
                    if value and (who == "payer" or name in ("increase", "percent_of_medicare")):
                        answers[field] = self._desk.answer(field, value)
                answers |= _without_column(answers, "offered" if who == "payer" else "proposed")
        return case.model_copy(update={"answers": self._desk.in_order(answers), "rates": rates})

    # The rehearsal

    def rehearse(self, case: "Case", so_far: Rehearsal | None = None, says: str = "") -> Rehearsal:
        """The rehearsal after the user's next words; a new one without `so_far`. Nothing is stored."""
        if so_far is None:
            return ultimatum.begin()
        grounding.refuse_patient_detail(says, where="your words")
        target = any(f in case.answers for f in ("ask.percent_of_medicare", "ask.increase", "ask.families"))
        floor = any(f.startswith("walk_away.lowest_") for f in case.answers)
        words = grounding.strip_invisible(says)[:_LONGEST]
        return ultimatum.reply(so_far, words, self.shelf.objections, self.shelf.checks, target=target, floor=floor)

    def as_json(self, plan: NegotiationPlan) -> dict[str, Any]:
        """The JSON of docs/commands.md."""
        return ultimatum.as_json(plan)

    def as_text(self, plan: NegotiationPlan) -> str:
        """The plan for a terminal."""
        return ultimatum.as_text(plan)

    def markdown(self, plan: NegotiationPlan, *, private: bool = True) -> str:
        """The plan as Markdown."""
        return ultimatum.markdown(plan, private=private)

    def calendar(self, plan: NegotiationPlan) -> bytes:
        """Clocks and actions as an .ics file; nothing private stands in it."""
        return contracts.as_ics(ultimatum.as_clocks(plan)).encode()

    def _guarded(
        self, plan: NegotiationPlan, ground: ultimatum.Ground, private: dict[str, PrivateEvidence]
    ) -> NegotiationPlan:
        """The plan without the words for the payer that the guard objects to hard."""
        said = plan.to_the_payer()
        draft = Draft(
            document="ultimatum_response",
            title="Words",
            status="ready",
            sections=(Section(id="words", title="", sentences=said),),
            ledger={e.id: e for e in ground.known.values()},
            provenance=Provenance(knowledge=self._desk.catalog.digest, parley="", day=plan.day),
        )
        hard = {o.slot for o in grounding.check_draft(draft, private) if o.hard}
        return _without(plan, hard) if hard else plan


def _clean(text: str, what: str) -> str:
    kept = grounding.strip_invisible(text).strip()[:_LONGEST]
    grounding.refuse_patient_detail(kept, where=what)
    return kept


def _told(latest: Round) -> dict[str, str]:
    """A round as the interview's answers name it; "" where it does not say."""
    return {
        "date": latest.day.isoformat(),
        "increase": "" if latest.increase is None else str(latest.increase),
        "percent_of_medicare": "" if latest.percent_of_medicare is None else str(latest.percent_of_medicare),
        "terms": latest.terms,
        "answer_by": latest.answer_by.isoformat() if latest.answer_by else "",
    }


def _without_column(answers: dict[str, Answer], column: str) -> dict[str, Answer]:
    """The table of codes without a column that an earlier round filled."""
    held = answers.get("rates.codes")
    if held is None:
        return {}
    rows = tuple({k: v for k, v in row.items() if k != column} for row in held.value if isinstance(row, dict))
    return {"rates.codes": held.model_copy(update={"value": rows})}


def _without(plan: NegotiationPlan, slots: set[str]) -> NegotiationPlan:
    def kept(said: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
        return tuple(s for s in said if s.slot not in slots)

    count = len(slots)
    told = (
        f"{count} sentence{'' if count == 1 else 's'} for the payer left out, since the guard objects: it could tell what "
        "is private, or read as a notice."
    )
    return plan.model_copy(
        update={
            "loses": kept(plan.loses),
            "options": tuple(o for o in plan.options if o.say.slot not in slots),
            "escalation": tuple(r.model_copy(update={"say": kept(r.say)}) for r in plan.escalation),
            "scripts": tuple(s.model_copy(update={"say": kept(s.say)}) for s in plan.scripts),
            "objections": tuple(
                o.model_copy(update={"say": kept(o.say)}) for o in plan.objections if o.ask_back.slot not in slots
            ),
            "warnings": (*plan.warnings, told),
        }
    )


def _revenue(given: ultimatum.Given, ground: ultimatum.Ground) -> Decimal | None:
    """What the payer pays in a year: as given, else what the codes come to."""
    codes = ground.known.get("worth.current")
    return given.number("practice.revenue") or (codes.figures_of("usd") if codes else None) or None


def _shares(given: ultimatum.Given, case: "Case") -> dict[str, Decimal]:
    """The user's own shares; those of the case's fees fill what the answers leave open."""
    told = {name: share for name, field in SHARES.items() if (share := given.number(field)) is not None}
    return {**case.rates.leaving, **told}


def _leaving(revenue: Decimal | None, shares: Mapping[str, Decimal]) -> Leaving | None:
    """Leaving against staying, where revenue and at least one of the two shares it turns on are given."""
    return leaving(revenue, **shares) if revenue and {"kept", "replaced"} & shares.keys() else None


def _grid(revenue: Decimal | None, shares: Mapping[str, Decimal]) -> tuple[Cell, ...]:
    """What leaving costs over several shares, the user's own among them."""
    if not revenue:
        return ()
    fixed = {name: share for name, share in shares.items() if name not in ("kept", "replaced")}
    tried = {
        name: sorted({*map(Decimal, usual), *([shares[name]] if name in shares else [])})
        for name, usual in (("kept", _STAYING), ("replaced", _REFILLED))
    }
    return tuple(
        Cell(staying=s, refilled=r, lost=leaving(revenue, kept=s, replaced=r, **fixed).lost)
        for s in tried["kept"]
        for r in tried["replaced"]
    )
