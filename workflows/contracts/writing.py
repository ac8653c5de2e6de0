"""A review as the command line gives it: the JSON of docs/commands.md, and plain text, the worst first."""

from textwrap import fill
from typing import Any

from workflows.domain.contract import LEVELS, Clock, ContractFinding, ContractReview

NOT_ADVICE = "This is no legal advice; state law often overrides a contract, and not in the same way for self-funded plans, Medicare Advantage or Medicaid."


def as_json(review: ContractReview) -> dict[str, Any]:
    """The fields of docs/commands.md."""
    return {
        "findings": [_finding(f) for f in ranked(review)],
        "absent": [a.model_dump() for a in review.absent],
        "facts": review.facts,
        "clocks": [c.model_dump(mode="json") for c in review.clocks],
        "unreadable_pages": list(review.image_pages),
        "unreadable": list(review.unreadable_pages),
        "documents": list(review.documents),
        "warnings": list(review.warnings),
        "note": NOT_ADVICE,
    }


def _finding(f: ContractFinding) -> dict[str, Any]:
    return {**f.model_dump(exclude={"pages", "also"}), "pages": list(f.pages), "also": list(f.also)}


def ranked(review: ContractReview) -> tuple[ContractFinding, ...]:
    """Findings by risk, the worst first; within a level in the order of the contract."""
    order = {document: i for i, document in enumerate(review.documents)}
    return tuple(sorted(review.findings, key=lambda f: (-LEVELS.index(f.risk), order.get(f.document, 0), f.page)))


def as_text(review: ContractReview) -> str:
    """The review for a terminal."""
    parts = [f"Reviewed: {', '.join(review.documents)}", *(f"! {w}" for w in review.warnings), ""]
    for level in reversed(LEVELS):
        found = [f for f in ranked(review) if f.risk == level]
        if found:
            parts.append(f"{level.upper()} ({len(found)})")
            parts += [_shown(f) for f in found]
    if review.absent:
        parts.append("NOT FOUND")
        parts += [f"- {a.title} ({a.risk}): {a.means}" for a in review.absent]
        parts.append("")
    if review.clocks:
        parts.append("DATES")
        parts += [_clock(c) for c in review.clocks]
        parts.append("")
    return "\n".join([*parts, NOT_ADVICE])


def _shown(f: ContractFinding) -> str:
    pages = f"p. {f.page}" if len(f.pages) < 2 else f"pp. {f.pages[0]}-{f.pages[-1]}"
    where = ", ".join(x for x in (f.document, pages, f.section) if x)
    lines = [f"- {f.title}{f' [{f.product}]' if f.product else ''} ({where})", _indented(f'"{f.quote}"')]
    if f.values:
        lines.append(_indented("; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in f.values.items())))
    if f.replaces:
        lines.append(_indented(f"Replaces {f.replaces}."))
    if f.replaced_by:
        lines.append(_indented(f"Replaced: {f.replaced_by}."))
    if f.risk in ("high", "medium"):
        lines += [_indented(f"Why: {f.why}"), _indented(f"Ask: {f.ask}")]
    else:
        lines.append(_indented(f.ask if f.risk == "favorable" else f"If reopened: {f.ask}"))
    return "\n".join([*lines, ""])


def _indented(text: str) -> str:
    return fill(text, 110, initial_indent="    ", subsequent_indent="    ")


def _clock(c: Clock) -> str:
    day = c.day.isoformat() if c.day else "open"
    return f"- {day}{' (passed)' if c.passed else ''}: {c.what} ({c.shown}{f'; p. {c.page}' if c.page else ''})"
