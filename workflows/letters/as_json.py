"""A draft as the JSON of the command line: the public contract of `parley draft --json`."""

from typing import Any

from workflows.domain.draft import Draft, Table
from workflows.domain.evidence import Evidence


def as_json(draft: Draft) -> dict[str, Any]:
    """Plain mappings and lists; amounts as text, so that no digit is lost."""
    return {
        "document": draft.document,
        "title": draft.title,
        "status": draft.status,
        "sections": [
            {
                "id": s.id,
                "title": s.title,
                "sentences": [
                    {
                        "text": x.wording,
                        "kind": x.kind,
                        "evidence": list(x.evidence),
                        "slot": x.slot,
                        **({"plain": x.text} if x.edited else {}),
                    }
                    for x in s.sentences
                ],
                **({"table": _table(s.table)} if s.table else {}),
            }
            for s in draft.sections
        ],
        "ledger": {i: evidence_json(e) for i, e in draft.ledger.items()},
        "gaps": [{"what": g.what, "why": g.why, "where": g.where, "field": g.field} for g in draft.gaps],
        "notes": list(draft.notes),
        "provenance": draft.provenance.model_dump(mode="json"),
    }


def evidence_json(e: Evidence) -> dict[str, Any]:
    """One ledger entry: what it says, its figures, its source and grade."""
    return {
        "says": e.says,
        "grade": e.grade,
        "key": e.key,
        "figures": [{"amount": format(f.amount, "f"), "unit": f.unit, "role": f.role} for f in e.figures],
        "source": e.source.model_dump(mode="json"),
    }


def _table(table: Table) -> dict[str, Any]:
    def row(cells: Any) -> list[dict[str, Any]]:
        return [{"text": c.text, **({"evidence": c.evidence} if c.evidence else {})} for c in cells]

    return {
        "header": list(table.header),
        "rows": [row(r) for r in table.rows],
        **({"total": row(table.total)} if table.total else {}),
    }
