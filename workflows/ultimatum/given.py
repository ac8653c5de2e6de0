"""What the verbs of the ultimatum desk stand on: the case's answers as plain figures and days, and its contract."""

from datetime import date
from decimal import Decimal

from workflows.domain.answers import Answer
from workflows.domain.contract import ContractFinding, ContractReview
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import Question
from workflows.domain.plan import Ask


class Given(Frozen):
    """The answers of a case by field, the questions behind them, the review of its contract where there is one, and
    the day it is looked at. Private answers are among them: what writes to the payer does not take this type."""

    answers: dict[str, Answer]
    questions: dict[str, Question]
    review: ContractReview | None = None
    today: date

    def text(self, field: str) -> str:
        """An answer as text, "" where there is none."""
        held = self.answers.get(field)
        return held.value if held and isinstance(held.value, str) else ""

    def number(self, field: str) -> Decimal | None:
        """An answer as a number, or None."""
        return Decimal(value) if (value := self.text(field)) else None

    def whole(self, field: str) -> int | None:
        """An answer as a whole number, or None."""
        value = self.number(field)
        return int(value) if value is not None else None

    def day(self, field: str) -> date | None:
        """An answer as a day; a month stands for its first day, a year alone for none."""
        value = self.text(field)
        return date.fromisoformat(f"{value}-01" if len(value) == 7 else value) if len(value) >= 7 else None

    def ask(self, field: str) -> Ask:
        """The question behind a field, to be put to the user."""
        question = self.questions[field]
        return Ask(field=field, ask=question.ask, where=question.where)

    def finding(self, kind: str, value: str) -> ContractFinding | None:
        """The contract's ruling clause of a kind that holds a value: none that another replaces, none of one product
        alone."""
        held = self.review.findings if self.review else ()
        ruling = [f for f in held if f.type == kind and value in f.values and not f.product and not f.replaced_by]
        return ruling[-1] if ruling else None


def days_in(finding: ContractFinding | None, value: str) -> int | None:
    """A number of days among the values of a clause, or None."""
    held = finding.values.get(value) if finding else None
    return int(held) if isinstance(held, (int, float)) else None
