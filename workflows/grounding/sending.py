"""May these words leave the machine? Asked of everything that would go to a language model on somebody's host."""

from collections.abc import Iterable

from workflows.domain.evidence import PrivateEvidence
from workflows.domain.language import figures
from workflows.grounding.characters import readable
from workflows.grounding.private import private_words, told_by
from workflows.grounding.wording import Secret


def tells_private(text: str, private: Iterable[PrivateEvidence]) -> bool:
    """Whether `text` holds a private figure in any form it may be written in, another payer's name, or words of a
    private note. Errs to the careful side: a figure that only happens to be the same counts as well."""
    secrets = tuple(Secret.of(fact) for fact in private)
    if not secrets:
        return False
    plain = readable(text)
    if any(told_by(found, secrets, ()) for found in figures(plain)):
        return True
    return next(private_words(plain, secrets, ""), None) is not None
