"""Leaves a failing host alone: after some failures in a short time no call goes out for a while, then one tries."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

from workflows.domain.model import BreakerState


class Breaker:
    """`failures` within `within` seconds stop all calls for `rest` seconds; then one call is let through, and what
    becomes of it decides. Shared by the threads of a process."""

    def __init__(
        self,
        failures: int = 5,
        within: float = 60,
        rest: float = 30,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._within, self._rest, self._clock = failures, within, rest, clock
        self._failed: deque[float] = deque(maxlen=failures)
        self._rests_until = 0.0
        self._open = self._trying = False
        self._lock = Lock()

    def lets_through(self) -> bool:
        """Whether a call may go out now. After a rest only one may: it must end in `worked` or `failed`."""
        with self._lock:
            if not self._open:
                return True
            if self._trying or self._clock() < self._rests_until:
                return False
            self._trying = True
            return True

    def worked(self) -> None:
        """A call was answered."""
        with self._lock:
            self._open = self._trying = False
            self._failed.clear()

    def failed(self) -> None:
        """A call came to nothing through the host's fault."""
        with self._lock:
            now = self._clock()
            self._failed.append(now)
            often = len(self._failed) == self._most and now - self._failed[0] <= self._within
            if self._trying or often:
                self._open, self._rests_until = True, now + self._rest
                self._failed.clear()
            self._trying = False

    @property
    def state(self) -> BreakerState:
        """What holds now."""
        with self._lock:
            left = self._rests_until - self._clock() if self._open else 0.0
            return BreakerState(resting=left > 0, seconds=max(0.0, round(left, 1)))
