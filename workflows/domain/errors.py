"""The error tree. Each error says what happened, where (file, field, row, page) and what to do, in one sentence.

A Refused is the user's to mend: screens and commands show its text as it stands and nothing has been changed.
"""

from collections.abc import Sequence


class ParleyError(Exception):
    """Anything Parley raises on purpose; `str()` of it may be shown to the user."""


class Refused(ParleyError):
    """An input was not taken. `where` names the file, field or row; `todo` says what would be taken."""

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        sentence = f"{where}: {what}" if where else what
        super().__init__(f"{sentence.rstrip('.')}. {todo}".strip() if todo else sentence)


class PrivacyRefused(Refused):
    """Patient-identifying detail was found; the text was not kept."""


class CaseChanged(Refused):
    """Somebody else changed the same answer first. Carries both values so that the user can choose."""

    def __init__(self, field: str, *, theirs: str, yours: str) -> None:
        self.field, self.theirs, self.yours = field, theirs, yours
        super().__init__(
            f"somebody else answered this meanwhile ({theirs})", where=field, todo="Keep theirs or save yours again."
        )


class StaleCase(Refused):
    """Somebody saved the case after it was read: read it again and apply the change to what is there now."""


class NotFound(Refused):
    """The case, document or version asked for is not there."""


class StorageTrouble(ParleyError):
    """The store could not write or read (disk full, read-only, locked). What was typed is still on the screen."""


class KnowledgeFault(ParleyError):
    """A file under knowledge/ or prompts/ is not sound: `problems` are lines of 'file:line: what'."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))
