"""May this sentence say this? Every check of one wording, in the order in which a person should read them."""

from collections.abc import Iterator, Mapping, Sequence

from workflows.domain.draft import Objection, Sentence
from workflows.domain.evidence import Evidence, PrivateEvidence
from workflows.grounding.characters import hidden
from workflows.grounding.figures import check_figures
from workflows.grounding.names import check_links, check_names, check_quotations
from workflows.grounding.phrases import (
    check_claims,
    check_joint_action,
    check_leaving,
    check_letters,
    check_turned,
)
from workflows.grounding.privacy import patient_detail
from workflows.grounding.private import check_private
from workflows.grounding.roles import (
    check_counted,
    check_fact_order,
    check_listed,
    check_neighbours,
    check_order,
    check_roles,
)
from workflows.grounding.wording import Check, Known, Wording


def check_hidden(wording: Wording) -> Iterator[Objection]:
    """Characters nobody can see in what was typed; every entrance strips them, so here they are an attempt."""
    if hidden(wording.typed):
        yield wording.objection("", "hidden characters stand in this sentence: type it again", hard=True)


def check_patients(wording: Wording) -> Iterator[Objection]:
    """Detail that could identify a patient; the objection does not repeat it."""
    for kind in dict.fromkeys(i.kind for i in patient_detail(wording.text)):
        yield wording.objection(
            kind, f"this could identify a patient ({kind}), and no letter needs it: remove it", hard=True
        )


ALWAYS: tuple[Check, ...] = (
    check_private,
    check_patients,
    check_leaving,
    check_joint_action,
    check_figures,
    check_counted,
    check_listed,
    check_roles,
    check_fact_order,
    check_neighbours,
    check_links,
    check_letters,
    check_hidden,
)
AGAINST_PLAIN: tuple[Check, ...] = (check_order, check_names, check_quotations, check_claims, check_turned)
CHECKS: tuple[Check, ...] = ALWAYS + AGAINST_PLAIN


def check_wording(
    sentence: Sentence,
    wording: str,
    ledger: Mapping[str, Evidence],
    private: Mapping[str, PrivateEvidence],
    *,
    checks: Sequence[Check] = CHECKS,
) -> tuple[Objection, ...]:
    """What is wrong with saying `wording` in the place of `sentence`; nothing when it may be said.

    `ledger` is the draft's, by evidence id. The facts the sentence names and its plain text lend figures and names;
    nothing else does. `checks` is the whole guard unless a test weakens it on purpose.
    """
    new = Wording(sentence, wording, lends=sentence.text, known=Known(ledger, private))
    return objections(new, checks)


def objections(wording: Wording, checks: Sequence[Check]) -> tuple[Objection, ...]:
    """What `checks` find, each thing once: a figure called private is not also called unsupported."""
    found: dict[str, Objection] = {}
    for check in checks:
        for objection in check(wording):
            key = objection.words.lower() or objection.says
            if key not in found or (objection.hard and not found[key].hard):
                found[key] = objection
    return tuple(found.values())
