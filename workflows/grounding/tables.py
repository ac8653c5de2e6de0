"""Tables are letters too: each cell shows its own fact, in the column of its role, and the totals add up."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from workflows.domain.draft import Cell, Objection, Sentence, Table
from workflows.domain.language import figures
from workflows.grounding.characters import readable
from workflows.grounding.roles import role_of, roles_in
from workflows.grounding.sentences import objections
from workflows.grounding.wording import Check, Known, Wording, as_figures

_HEADS = (("%|percent", "percent"), (r"\bcode", "code"), (r"\bunits?\b|\bvolume", "count"))


def check_table(
    place: str,
    table: Table,
    known: Known,
    checks: Sequence[Check],
) -> Iterator[Objection]:
    """What is wrong with a table: a cell without its evidence, a figure in the wrong column, a total that is off."""
    rows = (*table.rows, *((table.total,) if table.total else ()))
    for number, row in enumerate(rows, 1):
        slot = f"{place}: row {number}" if number <= len(table.rows) else f"{place}: total"
        for head, cell in zip(table.header, row, strict=False):
            if cell.evidence and cell.evidence not in known.ledger:
                yield Objection(
                    slot=slot, words=cell.text, says="this cell names evidence that the draft does not hold"
                )
            yield from objections(_as_wording(slot, cell, known), checks)
            yield from _column(slot, head, cell, known)
        yield from _one_row(slot, row, known)
    yield from _units(place, table)
    yield from _totals(place, table)


def _as_wording(slot: str, cell: Cell, known: Known) -> Wording:
    kind, evidence = ("assertion", (cell.evidence,)) if cell.evidence else ("courtesy", ())
    sentence = Sentence.model_validate({"slot": slot, "kind": kind, "text": cell.text, "evidence": evidence})
    return Wording(sentence, cell.text, lends="", known=known)


def _column(slot: str, head: str, cell: Cell, known: Known) -> Iterator[Objection]:
    """A present fee in the column of the offer, and the like."""
    fact = known.ledger.get(cell.evidence or "")
    expected = roles_in(head)
    if not fact or len(expected) != 1:
        return
    for found in figures(readable(cell.text)):
        held = [f for f in fact.figures if any(f.unit == g.unit and f.amount == g.amount for g in as_figures(found))]
        roles = {role_of(f) for f in held}
        if held and "" not in roles and not roles & expected:
            yield Objection(slot=slot, words=cell.text, says=f"this figure stands in the wrong column (“{head}”)")


def _one_row(slot: str, row: Sequence[Cell], known: Known) -> Iterator[Objection]:
    """A cell about another line than the one its row begins with: not its fact, and not worked out from it."""
    own = row[0].evidence if row else None
    for cell in row[1:]:
        fact = known.ledger.get(cell.evidence or "")
        if own and fact and fact.id != own and own not in getattr(fact.source, "inputs", ()):
            yield Objection(slot=slot, words=cell.text, says="this cell tells of another line than its row")


def _units(place: str, table: Table) -> Iterator[Objection]:
    """A cell whose unit is not that of its column, as its head ("Code", "% of Medicare") or the other cells have it."""
    for column, head in enumerate(table.header):
        shown = [(cell, _unit(cell)) for row in table.rows if column < len(row) for cell in [row[column]]]
        usual = Counter(unit for _, unit in shown if unit).most_common(1)
        expected = next((unit for word, unit in _HEADS if re.search(word, head, re.I)), usual[0][0] if usual else "")
        for cell, unit in shown:
            if unit and unit != expected:
                yield Objection(
                    slot=f"{place}: column", words=cell.text, says=f"this is no figure for the column “{head}”"
                )


def _unit(cell: Cell) -> str:
    text = readable(cell.text).strip()
    units = {f.unit for f in figures(text)}
    if re.fullmatch(r"[A-Z0-9]{5}(?:-[A-Z0-9]{2})?", text):
        return "code"
    return units.pop() if len(units) == 1 else ""


def _totals(place: str, table: Table) -> Iterator[Objection]:
    """Columns of money and of counts whose shown figures do not add up to the total shown."""
    for column, cell in enumerate(table.total or ()):
        total = _amount(cell)
        if total is None:
            continue
        shown = [a for row in table.rows if column < len(row) for a in [_amount(row[column])] if a is not None]
        if sum(shown, Decimal(0)) != total:
            yield Objection(
                slot=f"{place}: total",
                words=cell.text,
                says=f"the column “{table.header[column]}” does not add up to this total",
            )


def _amount(cell: Cell) -> Decimal | None:
    """The sum of money or count a cell shows, when it shows that and nothing else."""
    text = readable(cell.text).strip()
    found = figures(text)
    if len(found) != 1 or found[0].unit not in ("usd", "count", "code", "year"):
        return None
    bare = re.sub(r"[\s+()]", "", text.replace(found[0].words, ""))
    return found[0].amount if not bare else None
