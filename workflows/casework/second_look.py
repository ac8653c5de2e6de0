"""A second look at the user's words by a language model: more proposals, none of them saved before it is confirmed."""

from typing import TYPE_CHECKING

from workflows import grounding
from workflows.domain.answers import Reading
from workflows.domain.model import Failure, Given
from workflows.settings import Settings

if TYPE_CHECKING:
    from workflows.casework.desk import Desk


class SecondLookDesk:
    """What a user can do with own words and a model."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def offered(self, step_id: str) -> bool:
        """Whether a model is set up that may read words for this step. Off unless the administrator switches it on:
        whether a model finds more than Parley's own reader is to be measured with it (benchmarks/second_look.py)."""
        wanted = self._desk.catalog.step(step_id).second_look and Settings().model_second_look
        return wanted and self._desk.models.ready()

    def read(self, step_id: str, words: str, *, case_id: str) -> tuple[Reading, str]:
        """What a model finds beyond what is read without it, and one sentence where it finds nothing or cannot be
        asked; nothing is stored. Clauses that may tell something private are not sent. Raises PrivacyRefused on patient
        detail."""
        from workflows.interview import second_look
        from workflows.interview.reading import words_for_model

        desk = self._desk
        step = desk.catalog.step(step_id)
        text = grounding.strip_invisible(words)
        reading = desk.propose(step_id, text, case_id=case_id)
        case, today = desk.case(case_id), desk.day()
        known = case.answers.get("practice.payer")
        shown = words_for_model(desk.steps, step_id, text, today, str(known.value) if known else "")
        if not shown:
            return Reading(), "Nothing in these words may be shown to a model: they may tell something private."

        def stands(value: dict[str, object]) -> bool:
            return not value["found"] or second_look.finds(value, step, shown, Reading(), today, "") != Reading()

        said = desk.models.action("answer").ask(
            "read",
            {"questions": Given(text=second_look.told(step)), "words": Given(text=shown)},
            stands,
            private=desk.standing(case).ledger.private.values(),
        )
        if isinstance(said, Failure):
            return Reading(), f"Read without a model: {said.says}."
        found = second_look.finds(said.value, step, shown, reading, today, said.worded_by)
        return found, "" if found != Reading() else "The model found nothing more in these words."
