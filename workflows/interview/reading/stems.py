"""Letters a cue cannot do without: a cheap test that spares most of the expressions on most of the words.

"\\bdenials?\\b|\\bdenied\\b" needs "denial" or "denied". Without this, every clause would be searched for
every cue of a
hundred questions, and a long paste would take minutes.
"""

import re
from functools import cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

_LITERAL, _BRANCH, _GROUP = _constants.LITERAL, _constants.BRANCH, _constants.SUBPATTERN
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


@cache
def stems(expression: re.Pattern[str]) -> frozenset[str] | None:
    """Lower-case pieces one of which every match holds; None where the expression has no such piece."""
    found = _needed(_parser.parse(expression.pattern, expression.flags))
    return frozenset(found) if found else None


def _needed(parsed: Any) -> set[str] | None:
    best: set[str] | None = None
    run = ""
    for kind, value in [*parsed, (None, None)]:
        if kind is _LITERAL and chr(value).isascii():
            run += chr(value).lower()
            continue
        best, run = _better(best, {run} if len(run.strip()) >= 2 else None), ""
        if kind is _GROUP:
            best = _better(best, _needed(value[3]))
        elif kind is _BRANCH:
            parts = [_needed(p) for p in value[1]]
            best = _better(best, None if any(p is None for p in parts) else set().union(*(p for p in parts if p)))
        elif kind in _REPEATS and value[0] >= 1:
            best = _better(best, _needed(value[2]))
    return best


def _better(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    """The choice whose shortest piece is longest: it is found by accident least often."""
    if not one or not other:
        return one or other
    return max(one, other, key=lambda s: (min(len(p) for p in s), -len(s)))
