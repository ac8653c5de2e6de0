"""The table of a counteroffer: at most eight codes (or families), each cell with its evidence, a total that adds up."""

from collections.abc import Mapping, Sequence

from workflows.domain.draft import Cell, CodeLine, Table
from workflows.domain.evidence import Evidence
from workflows.domain.language import number, usd

DASH = Cell(text="–")


def rate_table(lines: Sequence[CodeLine], known: Mapping[str, Evidence]) -> Table | None:
    """The table over `lines` (already cut to those shown); falls back to one row of all services, or to families."""
    if any(line.current is not None or line.proposed is not None for line in lines):
        return _codes(lines, known)
    if "worth.ask" in known and "practice.revenue" in known:
        return _services(known)
    families = [row for key, row in known.items() if key.startswith("ask.families[")]
    return _families(families) if families else None


def _codes(lines: Sequence[CodeLine], known: Mapping[str, Evidence]) -> Table:
    offered = any(line.offered is not None for line in lines)
    medicare = any(line.medicare for line in lines)
    header = [
        "Code",
        "Units",
        "Now",
        *(["Offered"] if offered else []),
        "Proposed",
        *(["Now, % of Medicare", "Proposed, % of Medicare"] if medicare else []),
        "Annual change",
    ]
    rows = []
    for i, line in enumerate(lines):
        own = line.evidence or None
        cells = [
            Cell(text=line.code, evidence=own),
            Cell(text=number(line.volume), evidence=own) if line.volume is not None else DASH,
            Cell(text=usd(line.current, cents=True), evidence=own) if line.current is not None else DASH,
        ]
        if offered:
            cells.append(_cell(known, f"worth.line[{i}].offered"))
        cells.append(_cell(known, f"worth.line[{i}].proposed"))
        if medicare:
            cells += [_cell(known, f"worth.line[{i}].percent_now"), _cell(known, f"worth.line[{i}].percent_proposed")]
        cells.append(_cell(known, f"worth.line[{i}].annual"))
        rows.append(tuple(cells))
    total = None
    if "worth.ask" in known and len(rows) > 1:
        blanks = [Cell(text="")] * (len(header) - 2)
        if medicare and "worth.level_current" in known and "worth.level_proposed" in known:
            blanks[-2:] = [_cell(known, "worth.level_current"), _cell(known, "worth.level_proposed")]
        total = (
            Cell(text="Total of these codes"),
            *blanks,
            _cell(known, "worth.total" if "worth.total" in known else "worth.ask"),
        )
    return Table(header=tuple(header), aligned="l" + "r" * (len(header) - 1), rows=tuple(rows), total=total)


def _cell(known: Mapping[str, Evidence], key: str) -> Cell:
    fact = known.get(key)
    return Cell(text=fact.value, evidence=fact.id) if fact else DASH


def _services(known: Mapping[str, Evidence]) -> Table:
    header = ["Services", "Now a year"]
    cells = [Cell(text="All services under the agreement"), _cell(known, "worth.current")]
    if "worth.offer" in known:
        header.append("Change offered")
        cells.append(_cell(known, "rates.offer_increase"))
    header += ["Change proposed", "Annual change"]
    cells += [_cell(known, "ask.increase"), _cell(known, "worth.ask")]
    return Table(header=tuple(header), aligned="l" + "r" * (len(header) - 1), rows=(tuple(cells),))


def _families(rows: Sequence[Evidence]) -> Table:
    body = tuple(
        (
            Cell(text=row.parts["family"], evidence=row.id),
            Cell(
                text=f"{row.parts['percent_of_medicare']} of Medicare"
                if "percent_of_medicare" in row.parts
                else f"+{row.parts['increase']}"
                if "increase" in row.parts
                else "–",
                evidence=row.id,
            ),
        )
        for row in rows[:8]
    )
    return Table(header=("Family", "Proposed"), aligned="lr", rows=body)
