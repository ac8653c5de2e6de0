"""The phrases an answer to an ultimatum needs beside a counteroffer's: what reached us, and how.

The payer's words are never among them: an ultimatum that is repeated is harder to take back.
"""

from collections.abc import Iterator, Mapping, Sequence

from workflows.domain.evidence import Evidence
from workflows.letters.derived import phrase

_CAME = {  # by the answer's own wording: what it was, and the thanks
    "by telephone": "call",
    "in a meeting": "word in our meeting",
    "by e-mail": "e-mail",
    "by letter": "letter",
    "on their portal": "portal notice",
}


def reply_phrases(known: Mapping[str, Evidence], quality: Sequence[Evidence]) -> Iterator[Evidence]:
    """What reached us ("your call of November 20, 2026"), whether it was only spoken, whether a new contract is meant,
    the measure that speaks most for us (of the facts of quality, strongest first), and what the enclosed table covers."""
    if best := next((f for f in quality if f.key.startswith("quality.measures[")), None):
        yield Evidence.model_validate({**best.model_dump(), "key": "letter.best_measure"})
    came, on, kind = (known.get(f"ultimatum.{name}") for name in ("channel", "received_on", "kind"))
    if came and came.value in _CAME:
        held = [came, on] if on else [came]
        when = f" of {on.value}" if on else ""
        yield phrase("letter.message", f"your {_CAME[came.value]}{when}", "how and when it reached us", held)
        if came.value in ("by telephone", "in a meeting"):
            yield phrase("letter.spoken", "spoken", "it reached us in words", [came])
    if kind and kind.value.startswith("a new contract"):
        yield phrase("letter.new_contract", "a new contract", "the kind given", [kind])
    for name in ("scope", "level_scope"):  # the table is not in this letter, it is enclosed
        if held_scope := known.get(f"worth.{name}"):
            words = held_scope.value.replace("in the table", "of the enclosed table")
            yield phrase(f"letter.{name}", words, "what the table covers", [held_scope])
