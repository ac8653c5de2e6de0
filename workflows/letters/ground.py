"""What a draft stands on, and the short phrases that are passages of our own knowledge."""

from workflows.domain.answers import Contradiction
from workflows.domain.draft import CodeLine, Gap
from workflows.domain.evidence import Claim, Evidence, FromGuidance, Ledger
from workflows.domain.frozen import Frozen
from workflows.domain.knowledge import Benchmark, Topic
from workflows.letters.derived import phrase


class Ground(Frozen):
    """Everything a draft may stand on: the sendable ledger with what was worked out (`worth.*`, `option_*`, `gain.*`),
    the claims, the topics with their facts in order, the lines of the table, the benchmarks that speak of this
    specialty's patients, gaps and contradictions. `at_odds` says that the request itself is at odds with what the
    practice told in private; what that is, is not known here."""

    ledger: Ledger
    claims: tuple[Claim, ...]
    facts: dict[str, tuple[Evidence, ...]]
    topics: tuple[Topic, ...]
    lines: tuple[CodeLine, ...]
    benchmarks: tuple[Benchmark, ...]
    gaps: tuple[Gap, ...]
    contradictions: tuple[Contradiction, ...]
    stronger: tuple[str, ...] = ()
    at_odds: bool = False
    unconfirmed: int = 0


def guidance(key: str, says: str) -> Evidence:
    """Evidence that is a passage of our own knowledge."""
    made = phrase(key, says, "")
    return made.model_copy(update={"source": FromGuidance(article="interview", heading=key, quote=says)})
