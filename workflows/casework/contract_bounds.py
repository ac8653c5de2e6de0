"""What a case keeps of a contract at most, and a contract as it comes in with an exported case: whole, and checked anew."""

from collections.abc import Mapping
from typing import Any

from workflows import grounding
from workflows.domain.contract import ContractFile, ContractInput, KeptContract
from workflows.domain.errors import Refused

MOST_FILES, MOST_PAGES = 20, 400
MOST_DECISIONS = 500
REASON = 400  # characters of a reason


def kept_of(file: ContractFile, words: str, name: str = "") -> KeptContract:
    """What the case document holds of a file whose packed words have this hash."""
    return KeptContract(
        name=name or tidy(file.name),
        sha256=file.sha256,
        words=words,
        pages=len(file.pages),
        unread=file.unreadable,
    )


def tidy(name: str) -> str:
    """A file's name on one line, without characters nobody can see."""
    return " ".join(grounding.strip_invisible(name).split())[:120] or "contract.pdf"


def check_size(given: ContractInput) -> None:
    """Refuses more than a case keeps."""
    where = "The contract"
    if len(given.files) > MOST_FILES:
        raise Refused(f"would be more than {MOST_FILES} files", where=where, todo="Take out one that is not needed.")
    if sum(k.pages for k in given.files) > MOST_PAGES:
        what = f"would have more than {MOST_PAGES} pages together"
        raise Refused(what, where=where, todo="Leave out attachments without clauses.")
    if len(given.decisions) > MOST_DECISIONS or len({k.name for k in given.files}) < len(given.files):
        raise Refused("is not a contract that Parley kept", where=where, todo="Export the case anew.")


def checked(given: ContractInput, bodies: Mapping[str, Any], where: str) -> tuple[ContractInput, dict[str, str]]:
    """The contract of an exported case and its packed words by their hash; refuses what is not whole, out of bounds, or
    holds patient detail in a name or a reason."""
    from workflows.adapters.contract_files import hash_of, unpacked

    todo = "Export the case anew."
    files, found = [], {}
    for kept in given.files:
        name, body = tidy(kept.name), bodies.get(kept.words)
        if not isinstance(body, str) or hash_of(body) != kept.words:
            raise Refused(f"lacks the words of {name}", where=where, todo=todo)
        try:
            files.append(kept_of(unpacked(body, name), kept.words))
        except ValueError as error:
            raise Refused(f"holds no contract under {name}", where=where, todo=todo) from error
        grounding.refuse_patient_detail(name, where)
        found[kept.words] = body
    decisions = []
    for d in given.decisions:
        because = grounding.strip_invisible(d.because)[:REASON]
        grounding.refuse_patient_detail(because, where)
        decisions.append(d.model_copy(update={"because": because, "finding": d.finding[:16]}))
    whole = ContractInput(files=tuple(files), decisions=tuple(decisions))
    check_size(whole)
    return whole, found
