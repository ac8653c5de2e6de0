"""The requests besides the rate, each with its place in the agreement and the practice's own count that is its reason."""

import re
from collections.abc import Iterator, Mapping

from workflows.domain.draft import Sentence
from workflows.domain.evidence import Evidence
from workflows.domain.knowledge import OutlineSection
from workflows.domain.wording import fill

# Which clauses a reason of the outline belongs to, by the reason's id.
_ABOUT = {
    "prior_auth": re.compile(r"(?i)authori[sz]|pre-?cert"),
    "claims": re.compile(r"(?i)\bclaims?\b|\bdeni|\bappeal|\bfiling|\bedits?\b|\bmodifier|\bbundl|\bdowncod"),
}


def asks(section: OutlineSection, known: Mapping[str, Evidence]) -> Iterator[Sentence]:
    """The requests in the practice's order; a reason stands beside the first request it belongs to."""
    rows = [row for key, row in known.items() if key.startswith("ask.others[")][: section.most]
    reasons = {w.id: said for w in section.sentences if (said := fill(w, known, section.id))}
    for i, row in enumerate(rows):
        about = next((id for id in reasons if _ABOUT[id].search(row.parts["clause"])), "")
        reason = reasons.pop(about, None)
        place = known.get(f"contract.{row.key}")
        text = " ".join((row.says, *((place.says,) if place else ()), *((reason.text,) if reason else ())))
        held = (row.id, *((place.id,) if place else ()), *(reason.evidence if reason else ()))
        yield Sentence(slot=f"{section.id}.{i}", kind="request", text=text, evidence=held)
