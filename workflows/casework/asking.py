"""The guidance side of the desk: questions answered, kept and judged, and the articles to browse and search.

Apart from the desk because the index is heavy: it is opened on the first question of the process.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Literal

from workflows import grounding, guidance
from workflows.casework.phrased import phrased, retelling
from workflows.domain.days import said
from workflows.domain.errors import NotFound, Refused
from workflows.domain.evidence import FromContract, Ledger
from workflows.domain.guidance import Article, Exchange, Reply, Shelf
from workflows.guidance.answering import ANSWER_BY
from workflows.settings import Settings

if TYPE_CHECKING:
    from workflows.adapters.passages import PassageIndex
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case

_COUNTED = ("answer_by", "object_by", "kind", "received_on")  # what the plan's clocks hang on
LONGEST = 2000  # characters: a worried paragraph, not a contract
REASON = 400  # characters of a reason for a verdict


_TO_THE_PAYER = re.compile(r"\byour?s?\b", re.I)
_OPENING = Lock()


def index() -> "PassageIndex":
    """The index over the guidance, opened (or built) once a process; who comes meanwhile waits for it."""
    with _OPENING:
        return _index()


@lru_cache(maxsize=1)
def _index() -> "PassageIndex":
    from workflows.adapters.passages import PassageIndex

    return PassageIndex.open(_shelf(), Settings().data_dir / "index")


def _shelf() -> Shelf:
    from workflows.catalog.shelf import shelf

    return shelf()


class GuidanceDesk:
    """What a user can do with the guidance, for the cases of one desk."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def shelf(self) -> Shelf:
        """All articles and disputes."""
        return _shelf()

    @property
    def ready(self) -> bool:
        """Whether the index is open, so that an answer takes no time to speak of."""
        return _index.cache_info().currsize > 0

    @property
    def trouble(self) -> str:
        """Why the search goes by words alone, or ""."""
        return index().trouble

    def articles(self, words: str = "") -> tuple[Article, ...]:
        """The articles that these words are about, the nearest first; all of them, by title, without words."""
        if not words.strip():
            return tuple(sorted(self.shelf.articles.values(), key=lambda a: a.title))
        asked = index().spelled(" ".join(grounding.strip_invisible(words)[:LONGEST].split()))
        return tuple(self.shelf.articles[r.article] for r in guidance.rank(index().search(asked)))

    def ask(self, question: str, *, case: "Case | None" = None, history: Sequence[Exchange] = ()) -> Reply:
        """The cited answer to a question, with the facts of `case` where one is open; keeps nothing.

        Raises PrivacyRefused before anything else is done with a question that holds patient detail, and Refused where
        there is no question or far too long a one.
        """
        grounding.refuse_patient_detail(question, where="your question")
        asked = " ".join(grounding.strip_invisible(question).split())
        if not any(char.isalnum() for char in asked):
            raise Refused(
                "there is no question", todo="Type what happened or what you want to know, in your own words."
            )
        if len(asked) > LONGEST:
            todo = f"Put it in at most {LONGEST:,}; leave documents out."
            raise Refused(f"the question has {len(asked):,} characters", todo=todo)
        day = self._desk.day()
        facts = self._facts(self._as_told(case, asked, day)) if case else None
        retell = retelling(self._desk, case) if history else None
        return guidance.answer(asked, self.shelf, index(), history=history, facts=facts, today=day, retell=retell)

    def _as_told(self, case: "Case", question: str, day: date) -> "Case":
        """The case with what the question itself tells in place of its answers, so that the plan counts the same days;
        not stored. What cannot be an answer (a day long past) stays out."""
        told = guidance.told_by(question, day)
        answers = dict(case.answers)
        for one in told.stated if told else ():
            for field in self.shelf.told.fields.get(one.what, ()) if one.what in _COUNTED else ():
                with suppress(Refused):
                    answers[field] = self._desk.answer(field, one.value)
        return case.model_copy(update={"answers": self._desk.in_order(answers)})

    def ask_about(self, case_id: str, question: str) -> Exchange:
        """Answer a question on a case in the light of what was asked before, and keep both with the case."""
        history = [exchange for _, exchange in self.conversation(case_id)]
        reply = self.ask(question, case=self._desk.case(case_id), history=history)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        exchange = Exchange(question=grounding.strip_invisible(question).strip(), reply=reply, at=at)
        self._desk.store.conversations.add(case_id, exchange)
        return exchange

    def worded(self, question: str, reply: Reply, case: "Case | None" = None) -> Reply:
        """The reply with a few connected sentences before it, where a model is set up; else as it was."""
        return phrased(self._desk, " ".join(grounding.strip_invisible(question).split()), reply, case)

    def word(self, case_id: str, number: int) -> bool:
        """Let a model word what was answered, and keep that with the case; says whether anything came of it."""
        exchange = dict(self.conversation(case_id)).get(number)
        if exchange is None:
            return False
        reply = self.worded(exchange.question, exchange.reply, self._desk.case(case_id))
        if reply == exchange.reply:
            return False
        self._desk.store.conversations.judge(case_id, number, exchange.model_copy(update={"reply": reply}))
        return True

    def conversation(self, case_id: str) -> tuple[tuple[int, Exchange], ...]:
        """What was asked on a case, with the number of each exchange, the first first."""
        return self._desk.store.conversations.of(case_id)

    def judge(self, case_id: str, number: int, verdict: Literal["", "up", "down"], because: str = "") -> None:
        """Keep the reader's verdict on a reply, with a reason; it stays on this machine."""
        grounding.refuse_patient_detail(because, where="your reason")
        exchange = dict(self.conversation(case_id)).get(number)
        if exchange is None:
            raise NotFound("that question is not there any more", where=case_id, todo="Ask it again.")
        changed = exchange.model_copy(update={"verdict": verdict, "because": because.strip()[:REASON]})
        self._desk.store.conversations.judge(case_id, number, changed)

    def forget(self, case_id: str) -> None:
        """Remove what was asked on a case."""
        self._desk.store.conversations.forget(case_id)

    def _facts(self, case: "Case") -> dict[str, guidance.CaseFact]:
        """What the case says about each field that was answered, as its evidence words it; private matter as well,
        since the reader is the practice itself."""
        ledger = self._desk.standing(case).ledger
        where = {f"{s.id}.{q.id}": f"{s.title}: {q.label}" for s in self._desk.catalog.every_step for q in s.questions}
        known = {**ledger.sendable, **ledger.private}
        beside = self._desk.ultimatum.beside_answers(case)
        own = {
            key: guidance.CaseFact(field=key, says=" ".join((_told(fact.says), *beside.get(key, ()))), where=where[key])
            for key, fact in known.items()
            if key in where
        }
        if ANSWER_BY in own and (by := _day(case.answers[ANSWER_BY].value)):
            says = " ".join((f"They want the answer by {said(by)}.", *beside.get(ANSWER_BY, ())))
            own[ANSWER_BY] = own[ANSWER_BY].model_copy(update={"says": says, "day": by})
        rest = (*self._contract_facts(case, ledger), *self._plan_facts(case))
        return own | {fact.field: fact for fact in rest}

    def _plan_facts(self, case: "Case") -> Iterator[guidance.CaseFact]:
        """The days of the plan for an ultimatum that are still to come; nothing where no day is known."""
        clocks, _ = self._desk.ultimatum.dated(case, today=self._desk.day())
        told = {"answer_by"} if ANSWER_BY in case.answers else set()  # said as an answer, with its days
        for n, clock in enumerate(c for c in clocks if c.day and not c.passed and c.id not in told):
            says, place = f"{clock.what}: {clock.shown.partition(';')[0]}.", "the clocks that rule"
            yield guidance.CaseFact(field=f"plan.clock[{n}]", says=says, where=place, of="plan", clause="clock")

    def _contract_facts(self, case: "Case", ledger: Ledger) -> Iterator[guidance.CaseFact]:
        """What the contract of the case says, clause by clause, and the days still to come that follow from it."""
        several = len(case.contract.files) > 1
        for key, fact in ledger.sendable.items():
            if isinstance(fact.source, FromContract) and key.startswith("contract."):
                clause = key.removeprefix("contract.").split("[")[0]
                place = fact.value if several else fact.value.removeprefix(f"{fact.source.document}, ")
                says = fact.says.replace(f" ({fact.value}) ", f", {place.replace(', Section', ', section')}, ", 1)
                yield guidance.CaseFact(field=key, says=says, where=fact.value, of="contract", clause=clause)
        review = self._desk.agreement.review(case)
        days = (
            sorted(((c.day, c) for c in review.clocks if c.day and not c.passed), key=lambda dated: dated[0])
            if review
            else []
        )
        for n, (_, clock) in enumerate(days):
            where = f"{clock.document}, page {clock.page}" if clock.page else "worked out from your contract"
            says = f"{clock.what}: {clock.shown}."
            yield guidance.CaseFact(field=f"clock[{n}]", says=says, where=where, of="contract", clause="date")


def _day(value: object) -> date | None:
    """An answer as a day, where it is a whole one."""
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-11-22") else None


def _told(says: str) -> str:
    """What is known, for the practice to read: evidence that speaks to the payer ("You asked for ...") as words of the
    letter, since here the reader would take it for himself."""
    return f"In your letter's words: \u201c{says}\u201d" if _TO_THE_PAYER.search(says) else says
