"""The interview: what a practice tells us becomes answers, and answers become evidence.

`record` checks one value against its question; `evidence` fills the question's own sentences; `contradictions` says
what cannot all be true; `progress` says how far one is; `reading` proposes answers from free words.
"""

from workflows.interview.contradictions import contradictions
from workflows.interview.evidence import ledger_of, shown, unfit
from workflows.interview.progress import gaps, progress
from workflows.interview.record import answer, as_given, canonical

__all__ = ["answer", "as_given", "canonical", "contradictions", "gaps", "ledger_of", "progress", "shown", "unfit"]
