"""Where a model is set up: a few connected sentences before a reply of the guidance, and a follow-up question said as
one that stands for itself, for the search. Else all is as it was."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from workflows.domain.guidance import Reply
from workflows.domain.model import Failure, Given
from workflows.guidance import phrasing

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case


def phrased(desk: "Desk", question: str, reply: Reply, case: "Case | None") -> Reply:
    """The reply as it stands, with `short` where a model worded it and the guard kept at least one sentence, or with a
    note why it did not. The reader's own answers are not among what is sent."""
    models = desk.models
    if not phrasing.can_be_phrased(reply) or not models.ready():
        return reply
    private = desk.standing(case).ledger.private.values() if case else ()
    given = {"question": Given(text=question), "statements": Given(numbered=phrasing.numbered_statements(reply))}
    said = models.action("answer").ask(
        "answer", given, lambda value: bool(phrasing.supported(value, reply)), private=private
    )
    if isinstance(said, Failure):
        return reply.model_copy(update={"note": said.label})
    short = phrasing.supported(said.value, reply)
    return reply.model_copy(update={"short": short, "worded_by": said.worded_by})


def retelling(desk: "Desk", case: "Case | None") -> Callable[[str, str], str] | None:
    """How a model says a follow-up as a question of its own; None where no model is set up. What comes back is used for
    the search only, and "" where nothing came."""
    models = desk.models
    if not models.ready():
        return None

    def retell(question: str, before: str) -> str:
        private = desk.standing(case).ledger.private.values() if case else ()
        given = {"before": Given(text=before), "question": Given(text=question)}
        said = models.action("answer").ask(
            "follow", given, lambda value: bool(value["question"].strip()), private=private
        )
        return "" if isinstance(said, Failure) else str(said.value["question"])

    return retell
