"""The desk: what a user can do with cases, one method each. Pages and commands have no other door."""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from workflows import grounding, interview
from workflows.casework.agreement import AgreementDesk
from workflows.casework.asking import GuidanceDesk
from workflows.casework.contract_bounds import checked as checked_contract
from workflows.casework.contracts import ContractDesk
from workflows.casework.derive import Derived
from workflows.casework.folders import case_of_folder, checked
from workflows.casework.letters import LettersDesk
from workflows.casework.models import ModelDesk
from workflows.casework.rates import RatesDesk
from workflows.casework.rewording import RewordingDesk
from workflows.casework.schedules import SchedulesDesk
from workflows.casework.schedules import checked as checked_rates
from workflows.casework.second_look import SecondLookDesk
from workflows.casework.ultimatum import UltimatumDesk
from workflows.catalog import Catalog, catalog, nearest
from workflows.domain.answers import Answer, Proposal, Reading, Value
from workflows.domain.case import Case, CaseCard, Standing, StepProgress
from workflows.domain.errors import CaseChanged, NotFound, Refused, StaleCase
from workflows.domain.knowledge import Question, Step
from workflows.interview.record import Raw
from workflows.settings import Settings

if TYPE_CHECKING:
    from workflows.adapters.diagnoses import Diagnosis
    from workflows.adapters.store import CaseStore

EXAMPLE = Path(__file__).resolve().parents[2] / "knowledge/example/answers.yaml"


class Desk:
    """The front desk of one database. Safe to share between sessions: it holds no case, only the way to them."""

    def __init__(self, store: "CaseStore | None", shelf: Catalog, *, today: Callable[[], date] = date.today) -> None:
        self._store, self.catalog, self._today = store, shelf, today

    @classmethod
    def open(cls, settings: Settings | None = None) -> "Desk":
        """The desk over the configured database; makes it when it is not there. May raise StorageTrouble."""
        from workflows.adapters.store import CaseStore

        try:
            settings = settings or Settings()
        except ValidationError as error:
            said = "; ".join(e["msg"].removeprefix("Value error, ") for e in error.errors())
            raise Refused(said, where="settings", todo="Mend the environment, then start Parley again.") from None
        return cls(CaseStore.open(settings.store_url), catalog())

    @classmethod
    def for_folders(cls) -> "Desk":
        """A desk without a database, for case folders on disk."""
        return cls(None, catalog())

    @property
    def store(self) -> "CaseStore":
        """The store behind the desk."""
        if self._store is None:
            raise NotFound("there is no database at this desk", todo="Open the app for stored cases.")
        return self._store

    @property
    def has_store(self) -> bool:
        """Whether there is a database at this desk; one for case folders has none."""
        return self._store is not None

    @property
    def models(self) -> ModelDesk:
        """The language model that may finish the prose."""
        return ModelDesk(self)

    @property
    def letters(self) -> LettersDesk:
        """The documents: drafts, wording, approval, files."""
        return LettersDesk(self)

    @property
    def rewording(self) -> RewordingDesk:
        """Letters whose wording a model may finish."""
        return RewordingDesk(self)

    @property
    def second_look(self) -> SecondLookDesk:
        """The user's own words, read once more by a model."""
        return SecondLookDesk(self)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the interview in order."""
        return self.catalog.steps

    @property
    def guidance(self) -> GuidanceDesk:
        """Questions to the guidance and its articles."""
        return GuidanceDesk(self)

    @property
    def rates(self) -> RatesDesk:
        """Fees: Medicare's amounts, schedules, comparison, packages."""
        return RatesDesk(self)

    @property
    def contracts(self) -> ContractDesk:
        """The payer's agreement: clauses, dates."""
        return ContractDesk(self)

    @property
    def agreement(self) -> AgreementDesk:
        """The contract a case keeps."""
        return AgreementDesk(self)

    @property
    def ultimatum(self) -> UltimatumDesk:
        """The answer to an ultimatum: plan, words, calendar, later rounds."""
        return UltimatumDesk(self)

    @property
    def schedules(self) -> SchedulesDesk:
        """The fees a case keeps."""
        return SchedulesDesk(self)

    # Cases

    def cases(self) -> tuple[CaseCard, ...]:
        """All cases, the latest first."""
        return self.store.cards()

    def case(self, case_id: str) -> Case:
        """The case as it is now; raises NotFound."""
        return self.store.read(case_id)

    def start_case(self, title: str) -> Case:
        """A new, empty case."""
        title = grounding.strip_invisible(title).strip()[:120] or "New case"
        grounding.refuse_patient_detail(title, "the name of the case")
        return self.store.create(Case(id=secrets.token_urlsafe(16), title=title), "started")

    def open_example(self) -> Case:
        """A copy of the worked example, to look around in."""
        text = EXAMPLE.read_text(encoding="utf-8")
        answers = case_of_folder("", text, {}, self.steps, self._today(), name="example.yaml").answers
        case = Case(
            id=secrets.token_urlsafe(16),
            title="Worked example: Lakeview Family Medicine",
            answers=answers,
            example=True,
        )
        given = self.agreement.example()
        words = self.agreement.packed(case.model_copy(update={"contract": given}))
        given = given.model_copy(update={"texts": {}})
        case = case.model_copy(update={"rates": self.rates.folder(EXAMPLE.parent, case), "contract": given})
        return self.store.create(case, "opened the worked example", words)

    def delete_case(self, case_id: str) -> None:
        """Move a case to the trash."""
        self.store.delete(case_id)

    def restore_case(self, case_id: str) -> Case:
        """Take a case out of the trash again."""
        return self.store.restore(case_id)

    def export_case(self, case_id: str) -> bytes:
        """The whole case as JSON: private answers are in it, so it is for the practice's own keeping."""
        case = self.case(case_id)
        whole = {"parley_case": 1, "case": case.model_dump(mode="json"), "contract_words": self.agreement.packed(case)}
        return json.dumps(whole, indent=1).encode()

    def import_case(self, content: bytes, name: str) -> Case:
        """A case from an exported JSON file, as a new case; every answer is checked again."""
        where = Path(name).name[:80] or "the file"
        if len(content) > Settings().max_upload_bytes:
            raise Refused(
                f"is {len(content) / 1e6:,.0f} MB, too large for a case",
                where=where,
                todo="Choose an exported case file.",
            )
        try:
            raw = json.loads(content.decode("utf-8-sig"))
            given = Case.model_validate(raw["case"])
            words = dict(raw.get("contract_words") or {})
        except (UnicodeDecodeError, ValueError, KeyError, TypeError, RecursionError, ValidationError) as error:
            raise Refused(
                "is not a case that Parley exported", where=where, todo="Choose a .json file made by Export case."
            ) from error
        answers = {f: self._checked(f, a, where) for f, a in given.answers.items()}
        title = grounding.strip_invisible(given.title).strip()[:120] or "Imported case"
        notes = {step: grounding.strip_invisible(text) for step, text in given.notes.items()}
        noted = [t for c in given.contacts for t in (c.who, c.said, c.promised)] + [r.terms for r in given.rounds]
        for text in (title, *notes.values(), *(e.text for e in given.edits), *noted):
            grounding.refuse_patient_detail(text, where)
        contract, bodies = checked_contract(given.contract, words, where)
        fresh = given.model_copy(
            update={
                "id": secrets.token_urlsafe(16),
                "title": title,
                "version": 0,
                "answers": answers,
                "notes": notes,
                "rates": checked_rates(given.rates, where),
                "contract": contract,
            }
        )
        return self.store.create(fresh, f"imported {where}", bodies)

    def _checked(self, field: str, given: Answer, where: str) -> Answer:
        try:
            step, question = self.question(field)
            return interview.answer(
                step,
                question,
                interview.as_given(question, given.value),
                today=given.given_on,
                by=given.given_by,
                quote=given.quote,
                revision=given.revision,
            )
        except Refused as error:
            raise type(error)(error.what, where=f"{where}: {error.where}", todo=error.todo) from error

    # Interview

    def question(self, field: str) -> tuple[Step, Question]:
        """The step and question of a field id; raises Refused with the nearest known name."""
        step_id, _, name = field.partition(".")
        for step in self.catalog.every_step:
            if step.id == step_id and (question := step.question(name)):
                return step, question
        close = nearest(field, self.catalog.visibility())
        raise Refused(
            "there is no such question",
            where=field,
            todo=f"Did you mean {close}?" if close else "See the interview's steps.",
        )

    def record(self, case_id: str, values: Mapping[str, Raw], *, seen: Mapping[str, int] | None = None) -> Case:
        """Save answers (field id to value; an empty value forgets the answer), all of them or none.

        `seen` gives the revision of each answer the user was looking at; where somebody changed that answer
        meanwhile, CaseChanged tells both values. Other people's changes of other answers are kept.
        """
        made = {f: None if _empty(raw) else self.answer(f, raw) for f, raw in values.items()}

        def change(case: Case) -> Case:
            answers = dict(case.answers)
            for field, new in made.items():
                old = answers.get(field)
                if old and new and old.value == new.value and old.given_by == new.given_by:
                    continue
                if seen is not None and (old.revision if old else 0) != seen.get(field, 0):
                    raise CaseChanged(field, theirs=_told(old), yours=_told(new))
                if new:
                    answers[field] = new.model_copy(update={"revision": _next(case, old)})
                else:
                    answers.pop(field, None)
            ordered = self.in_order(answers)
            taken_up = {f.partition(".")[0] for f, new in made.items() if new}
            skipped = tuple(s for s in case.skipped if s not in taken_up)
            return case.model_copy(update={"answers": ordered, "title": _title(case, ordered), "skipped": skipped})

        return self.change(case_id, change, f"answered {', '.join(values)}"[:200])

    def check_answers(self, values: Mapping[str, Raw]) -> dict[str, Refused]:
        """Why each value would be refused, by field; empty when all would be taken. Nothing is stored."""
        refused = {}
        for field, raw in values.items():
            try:
                if not _empty(raw):
                    self.answer(field, raw)
            except Refused as error:
                refused[field] = error
        return refused

    def confirm(self, case_id: str, fields: Sequence[str]) -> Case:
        """Take values that were only read from notes as the user's own; the words they came from stay with them."""

        def change(case: Case) -> Case:
            unread = {f: case.answers[f] for f in fields if f in case.answers and case.answers[f].given_by == "notes"}
            own = {
                f: a.model_copy(update={"given_by": "person", "revision": _next(case, a)}) for f, a in unread.items()
            }
            return case.model_copy(update={"answers": case.answers | own})

        return self.change(case_id, change, f"confirmed {', '.join(fields)}"[:200])

    def in_words(self, field: str, value: Value) -> str:
        """A canonical value as a person reads it: "2,300 members", "March 2017"; rows one a line."""
        question = self.question(field)[1]
        if isinstance(value, str):
            return interview.shown(question, value)
        columns = {c.id: c for c in question.columns}
        told = [
            ", ".join(interview.shown(columns[k], v) for k, v in item.items() if k in columns)
            if isinstance(item, dict)
            else question.options.get(item, item)
            for item in value
        ]
        return ("\n" if columns else ", ").join(told)

    def skip(self, case_id: str, step: str, *, skipped: bool = True) -> Case:
        """Leave a step for later, or take it up again."""

        def change(case: Case) -> Case:
            others = tuple(s for s in case.skipped if s != step)
            return case.model_copy(update={"skipped": (*others, step) if skipped else others})

        return self.change(case_id, change, f"{'left' if skipped else 'took up'} {step}")

    def change(self, case_id: str, change: Callable[[Case], Case], what: str) -> Case:
        """Apply `change` to the latest case and save; tried again when somebody saved in between."""
        for _ in range(20):
            case = self.store.read(case_id)
            changed = change(case)
            if changed == case:
                return case
            try:
                return self.store.save(changed, what)
            except StaleCase:
                continue
        raise Refused("too many people are saving this case at once", where=case_id, todo="Try again in a moment.")

    def undo(self, case_id: str) -> Case:
        """Take back the last change."""
        return self.store.undo(case_id)

    def can_undo(self, case_id: str) -> bool:
        """Whether there is a change to take back."""
        return self.store.can_undo(case_id)

    def propose(self, step: str, words: str, *, asking: str | None = None, case_id: str = "") -> Reading:
        """What free words seem to say, to be confirmed; nothing is stored. `case_id` names the case they are
        about: its payer tells our rates from another payer's. Raises PrivacyRefused on patient detail."""
        from workflows.interview.reading import read_words

        text = grounding.strip_invisible(words)
        grounding.refuse_patient_detail(text, "your words")
        known = self.case(case_id).answers.get("practice.payer") if case_id else None
        payer = str(known.value) if known else ""
        return read_words(self.steps, step, text, self._today(), asking=asking, payer=payer)

    def accept(self, case_id: str, proposals: Sequence[Proposal]) -> Case:
        """Save proposals the user confirmed, each with the words it came from; rows join the rows already there."""
        today = self._today()

        def change(case: Case) -> Case:
            answers = dict(case.answers)
            for p in proposals:
                step, question = self.question(p.field)
                old = answers.get(p.field)
                value = p.value
                if old and question.kind == "table":
                    rows = (*old.value, *(row for row in p.value if row not in old.value))
                    value = tuple(row for row in rows if isinstance(row, dict))
                answers[p.field] = interview.answer(
                    step,
                    question,
                    interview.as_given(question, value),
                    today=today,
                    quote=p.quote,
                    revision=_next(case, old),
                )
            ordered = self.in_order(answers)
            return case.model_copy(update={"answers": ordered, "title": _title(case, ordered)})

        return self.change(case_id, change, f"confirmed {', '.join(p.field for p in proposals)}"[:200])

    def find_diagnoses(self, words: str) -> "tuple[Diagnosis, ...]":
        """ICD-10-CM codes by code or words."""
        from workflows.adapters.diagnoses import find

        return find(words)

    # What follows from a case

    def day(self) -> date:
        """The day drafts and contradictions are worked out for."""
        return self._today()

    def progress(self, case_id: str) -> tuple[StepProgress, ...]:
        """How far each step of a case is; cheap, for lists."""
        case = self.case(case_id)
        return interview.progress(self.steps, case.answers, case.skipped)

    def derive(self, case: Case, today: date | None = None) -> Derived:
        """Everything derived from a case just now."""
        day = today or self._today()
        whole = self.schedules.completed(case, day)
        said = self.agreement.facts(whole, day)
        return Derived(whole, self.catalog, self.rates.tables, day, self.schedules.evidence(case, day), said)

    def standing(self, case: Case, today: date | None = None) -> Standing:
        """Ledger, claims, gaps, contradictions and progress of a case."""
        return self.derive(case, today).standing

    # Folders

    def load_folder(self, folder: Path, *, notes: bool = True, fees: bool = True, today: date | None = None) -> Case:
        """A case folder as a Case (not stored). With `notes`, values read safely from notes/ fill what answers.yaml
        leaves open; they are marked as read from notes and unconfirmed. With `fees`, schedules, volumes and
        offer.yaml fill what is still open about fees, and contract*.pdf is read beside them."""
        answers, words = self._texts(folder)
        day = today or self._today()
        case = case_of_folder(folder.resolve().name, answers, words if notes else {}, self.catalog.every_step, day)
        if not fees:
            return case
        return self.rates.filled(case, folder, day).model_copy(update={"contract": self.agreement.folder(folder)})

    def read_notes(self, folder: Path, *, today: date | None = None) -> tuple[Reading, Case]:
        """What the notes of a folder seem to say, and the case as its answers.yaml has it."""
        from workflows.interview.reading import read_notes

        day = today or self._today()
        answers, words = self._texts(folder)
        reading = checked(read_notes(self.steps, words, day), self.steps, day)
        return reading, case_of_folder(folder.resolve().name, answers, {}, self.catalog.every_step, day)

    def _texts(self, folder: Path) -> tuple[str, dict[str, str]]:
        from workflows.adapters.case_folder import read_folder

        return read_folder(folder, [s.id for s in self.steps], limit=Settings().max_upload_bytes)

    def answer(self, field: str, raw: Raw, today: date | None = None) -> Answer:
        """One checked answer, not stored; raises Refused."""
        step, question = self.question(field)
        return interview.answer(step, question, raw, today=today or self._today())

    def as_given(self, answers: Mapping[str, Answer]) -> dict[str, Raw]:
        """Answers in the order of the interview as values of answers.yaml, which are taken again as they stand."""
        ordered = self.in_order(answers)
        return {f: interview.as_given(self.question(f)[1], a.value) for f, a in ordered.items()}

    def in_order(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Answers in the order of the interview."""
        return {f: answers[f] for f in self.catalog.visibility() if f in answers}


def _next(case: Case, old: Answer | None) -> int:
    """The revision of an answer about to be saved: higher than any before, so that an answer that was forgotten or
    undone and given anew is never taken for the one somebody is still looking at."""
    return max(case.version, old.revision if old else 0) + 1


def _empty(raw: Raw) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, (list, tuple)) and not raw)


def _told(given: Answer | None) -> str:
    return "no answer" if given is None else given.value if isinstance(given.value, str) else f"{len(given.value)} rows"


def _title(case: Case, answers: Mapping[str, Answer]) -> str:
    if case.example:
        return case.title
    name, payer = (answers[f].value if f in answers else "" for f in ("practice.name", "practice.payer"))
    return " / ".join(str(part) for part in (name, payer) if part) or case.title
