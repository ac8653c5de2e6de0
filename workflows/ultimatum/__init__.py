"""The ultimatum: from "take it or leave it" to a dated plan, words to say, and figures that stay private.

`given` and `walk_away` know private answers; `sayings`, which makes every word for the payer, takes sendable evidence
only. `clocks` and `actions` reckon with days, `rounds` with later offers, `rehearsal` plays the payer's side.
"""

from workflows.ultimatum.clocks import beside_answers
from workflows.ultimatum.given import Given
from workflows.ultimatum.plan import Ground, dated, plan
from workflows.ultimatum.rehearsal import begin, reply
from workflows.ultimatum.rounds import rounds_of
from workflows.ultimatum.writing import as_clocks, as_json, as_text, markdown

__all__ = [
    "Given",
    "Ground",
    "as_clocks",
    "as_json",
    "as_text",
    "begin",
    "beside_answers",
    "dated",
    "markdown",
    "plan",
    "reply",
    "rounds_of",
]
