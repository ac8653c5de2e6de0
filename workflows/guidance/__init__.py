"""Questions to cited answers, with no model: which kind of question, which articles, which of their statements.

`answer` is the whole road: a question, the shelf, a search and what is known of the reader's case in; a Reply out,
every sentence of which is repeated word for word from the passage, answer or dispute it cites. Whether a question is
declined is settled by rules and samples in knowledge/guidance/recognized.yaml before anything is looked up.
"""

from workflows.guidance.answering import Search, answer, told_by
from workflows.guidance.composing import CaseFact
from workflows.guidance.ranking import Ranked, rank

__all__ = ["CaseFact", "Ranked", "Search", "answer", "rank", "told_by"]
