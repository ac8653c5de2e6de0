"""How often the practice bills each code with one payer: the units that weigh a comparison, and one code's changed by hand.

Units of a payer are those of the rows that name it, else of the rows that name nobody, else of all payers together.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from workflows.domain.errors import Refused
from workflows.domain.frozen import Frozen
from workflows.domain.rates import Volume
from workflows.rates.yardstick import informs


class Billed(Frozen):
    """Units of a code from one or several rows of the file of units, and the lowest charge among them. `typed` where a
    person wrote them instead."""

    code: str
    modifier: str
    units: Decimal
    charge: Decimal | None
    rows: tuple[int, ...]
    typed: bool = False


Units = Mapping[tuple[str, str], Billed]  # by code and modifier


def billed(volumes: Sequence[Volume], payer: str) -> dict[tuple[str, str], Billed]:
    """Units by code and modifier with this payer; modifiers that only inform add to their code."""
    found: dict[tuple[str, str], Billed] = {}
    for v in _of(volumes, payer) or volumes:
        key = _key(v)
        old = found.get(key)
        charges = [c for c in (v.charge, old.charge if old else None) if c is not None]
        found[key] = Billed(
            code=v.code,
            modifier=key[1],
            units=v.units + (old.units if old else 0),
            charge=min(charges, default=None),
            rows=(*(old.rows if old else ()), *((v.row,) if v.row else ())),
            typed=v.typed,
        )
    return found


def weighing(volumes: Sequence[Volume], payer: str) -> str:
    """What these units are, in words."""
    if any(v.payer and same_payer(v.payer, payer) for v in volumes):
        return "our units with this payer in the last 12 months"
    return "our units with all payers in the last 12 months"


def can_be_typed(volumes: Sequence[Volume], payer: str) -> bool:
    """Whether one code's units can be changed: not where every row is another payer's, since the sum is then nobody's."""
    return not volumes or bool(_of(volumes, payer))


def with_units(volumes: Sequence[Volume], payer: str, changed: Volume) -> tuple[Volume, ...]:
    """The volumes with one code's units with this payer as a person wrote them. Raises Refused where every row is
    another payer's."""
    if not can_be_typed(volumes, payer):
        todo = "Load the units of this payer, or of all payers without naming them."
        raise Refused("the units are those of other payers", where=changed.code, todo=todo)
    mine = _of(volumes, payer)
    gone = [v for v in mine if _key(v) == _key(changed)]
    charges = [v.charge for v in gone if v.charge is not None]
    whose = mine[0].payer if mine else ""
    new = changed.model_copy(update={"payer": whose, "charge": min(charges, default=None), "typed": True})
    kept = tuple(v for v in volumes if v not in gone)
    at = next((n for n, v in enumerate(volumes) if v in gone), len(kept))
    return (*kept[:at], new, *kept[at:])


def same_payer(one: str, other: str) -> bool:
    """Whether two names mean the same payer: one begins with the other's words, case and punctuation apart."""
    a, b = ("".join(c if c.isalnum() else " " for c in name.lower()).split() for name in (one, other))
    return bool(a and b) and (a[: len(b)] == b or b[: len(a)] == a)


def _of(volumes: Sequence[Volume], payer: str) -> list[Volume]:
    mine = [v for v in volumes if v.payer and same_payer(v.payer, payer)]
    return mine or [v for v in volumes if not v.payer]


def _key(v: Volume) -> tuple[str, str]:
    return v.code, "" if informs(v.modifier) else v.modifier
