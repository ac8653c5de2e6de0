"""The gateway: the one place a language model is asked, for every call site, and every end of it is a value.

A reply counts only when it was finished, is not empty, fits its shape and is accepted by who asked. All calls of one
user action share a deadline over everything and three upstream calls. The client's own retries are off: they know
neither of the two.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from workflows.adapters.breaker import Breaker
from workflows.adapters.model_records import ModelRecords
from workflows.adapters.upstream import Hear, Heard, client_of, hear
from workflows.domain.errors import StorageTrouble
from workflows.domain.model import (
    MODES,
    Call,
    Endpoint,
    Failure,
    FailureKind,
    Mode,
    Pace,
    Reply,
    Spending,
    Usage,
    asked_in,
)
from workflows.domain.reply_shape import read_reply

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

Accept = Callable[[dict[str, Any]], bool]
"""Whether who asked can stand by a reply: what it says is held by its sources."""

CALLS = 3
"""Upstream calls of one user action."""
FIRST_WAIT = 0.5  # seconds before a second call, doubled for a third, a little more or less by chance
_CHARACTERS = 3  # of a token at the least, where the endpoint counts none: estimates err to the dear side
_AGAIN: frozenset[FailureKind] = frozenset({"unreachable", "busy", "trouble", "garbled", "interrupted", "empty"})
_LOOSER: frozenset[FailureKind] = frozenset({"refused", "shape"})
_HOSTS_FAULT: frozenset[FailureKind] = _AGAIN | {"deadline", "key", "unknown", "moved"}
_NOT_BILLED: frozenset[FailureKind] = frozenset(
    {"unreachable", "address", "moved", "key", "unknown", "busy", "refused"}
)


class LanguageModel:
    """One endpoint, with what was learned about it: which modes it takes, and whether it is left alone just now. Safe
    to share between threads."""

    def __init__(
        self, endpoint: Endpoint, key: SecretStr, *, breaker: Breaker | None = None, first_wait: float = FIRST_WAIT
    ) -> None:
        self.endpoint, self._key, self.breaker, self.first_wait = endpoint, key, breaker or Breaker(), first_wait
        self._mode, self._proven = 0, False
        self._made: ChatOpenAI | None = None
        self._making = Lock()

    def action(self, pace: Pace, records: ModelRecords) -> "Action":
        """Begin one thing that a user asked for; its time runs from here."""
        return Action(self, records, time.monotonic() + self.endpoint.seconds(pace))

    def open(self) -> None:
        """Import and make the client ahead of the first call; reaches nobody."""
        self.client()

    def client(self) -> "ChatOpenAI":
        """The client, made once."""
        with self._making:
            if self._made is None:
                self._made = client_of(self.endpoint, self._key)
            return self._made

    def learned(self, mode: Mode) -> None:
        """Remember that the endpoint takes a mode."""
        self._mode, self._proven = MODES.index(mode), True

    def modes(self) -> tuple[Mode, ...]:
        """The modes to try, the first first."""
        return MODES[self._mode :]

    @property
    def proven(self) -> bool:
        """Whether the first of `modes` has worked before."""
        return self._proven


@dataclass
class Action:
    """The calls of one user action: they share a deadline and the number of upstream calls."""

    model: LanguageModel
    records: ModelRecords
    until: float
    calls: int = 0
    _began: float = field(default_factory=time.monotonic)

    def ask(self, call: Call, accept: Accept, on_text: Hear | None = None) -> Reply | Failure:
        """Ask; the reply, or why there is none. With `on_text` the reply is streamed to it piece by piece, as raw
        text that nothing has been checked of."""
        usage, failure = Usage(), Failure(kind="deadline")
        modes = list(self.model.modes())
        while True:
            if stopped := self._may_not(call):
                return failure if usage.calls and stopped == "spent" else Failure(kind=stopped, usage=usage)
            if self.calls >= CALLS:
                return failure
            heard, usage = self._call(call, modes[0], usage, on_text)
            value = None if heard.kind else read_reply(heard.text, call.reply)
            kind = heard.kind or ("shape" if value is None else None)
            if value is not None and kind is None:
                self.model.learned(modes[0])
                if accept(value):
                    by = f"{self.model.endpoint.model}, prompt {call.prompt} {call.version}"
                    return Reply(value=value, worded_by=by, mode=modes[0], usage=usage)
                kind = "unsupported"
            failure = Failure(kind=kind or "garbled", partial=heard.text if kind in _BROKEN else "", usage=usage)
            if not self._again(heard, failure.kind, modes, bool(on_text)):
                return failure

    def _may_not(self, call: Call) -> FailureKind | None:
        """Why no call may go out now, or None."""
        endpoint = self.model.endpoint
        if self.until <= time.monotonic():
            return "deadline"
        try:
            if call.free and not endpoint.loopback and self.records.agreement(endpoint.host) is None:
                return "agreement"
        except StorageTrouble:
            return "storage"
        return None

    def _call(self, call: Call, mode: Mode, usage: Usage, on_text: Hear | None) -> tuple[Heard, Usage]:
        """One upstream call, booked; where it may not go out, what was heard says so."""
        endpoint, breaker = self.model.endpoint, self.model.breaker
        system = asked_in(call, mode)
        guess = (len(system) + len(call.data)) // _CHARACTERS
        held = endpoint.usd(guess, call.most_tokens)
        try:
            day = self.records.hold(endpoint, held)
        except StorageTrouble:
            return Heard(kind="storage"), usage
        if not day:
            return Heard(kind="spent"), usage
        if not breaker.lets_through():
            self._settle(day, held, Heard(kind="resting"), guess, calls=0)
            return Heard(kind="resting"), usage
        self.calls += 1
        heard = Heard()  # where the page itself is left meanwhile, the host did no wrong
        try:
            heard = hear(self.model.client, endpoint, call, mode, system, self.until, on_text)
        finally:
            (breaker.failed if heard.kind in _HOSTS_FAULT else breaker.worked)()
            cost = self._settle(day, held, heard, guess)
        return heard, usage.model_copy(
            update={
                "tokens_in": usage.tokens_in + heard.tokens_in,
                "tokens_out": usage.tokens_out + heard.tokens_out,
                "counted": heard.counted,
                "seconds": round(time.monotonic() - self._began, 4),
                "first_words": heard.first_words,
                "calls": self.calls,
                "usd": usage.usd + cost,
            }
        )

    def _settle(self, day: str, held: Decimal, heard: Heard, guess: int, calls: int = 1) -> Decimal:
        """Book what a call took: what the endpoint counted, else our estimate; nothing where it did no work."""
        if heard.kind in _NOT_BILLED or heard.kind == "resting":
            heard.tokens_in = heard.tokens_out = 0
        elif not heard.counted:
            heard.tokens_in, heard.tokens_out = guess, len(heard.text) // _CHARACTERS
        cost = self.model.endpoint.usd(heard.tokens_in, heard.tokens_out)
        try:
            took = Spending(day=day, usd=cost, tokens_in=heard.tokens_in, tokens_out=heard.tokens_out, calls=calls)
            self.records.settle(held, took)
        except StorageTrouble:
            return held  # stays booked in full: the cap errs to the safe side
        return cost

    def _again(self, heard: Heard, kind: FailureKind, modes: list[Mode], streamed: bool) -> bool:
        """Whether another call makes sense, after the wait it needs; drops a mode that the endpoint does not take."""
        if self.calls >= CALLS or (streamed and heard.text):
            return False  # what has been shown is not begun anew under the reader's eyes
        looser = kind in _LOOSER or (kind == "trouble" and heard.status == 500 and not self.model.proven)
        if looser and len(modes) > 1:
            modes.pop(0)
            return True
        if kind not in _AGAIN and kind != "shape":
            return False
        wait = heard.wait or self.model.first_wait * 2 ** (self.calls - 1) * random.uniform(0.75, 1.25)
        if time.monotonic() + wait >= self.until:
            return False
        time.sleep(wait)
        return True


_BROKEN: frozenset[FailureKind] = frozenset({"deadline", "interrupted", "garbled", "unreachable", "cut", "trouble"})
