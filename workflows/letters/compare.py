"""Two versions of a letter side by side: what was added, removed or reworded, sentence by sentence."""

from difflib import SequenceMatcher

from workflows.domain.draft import Draft, Section
from workflows.domain.frozen import Frozen


class Difference(Frozen):
    """One changed place: `before` and `after` are wordings; one of them is "" for an addition or a removal."""

    before: str
    after: str


def compare(old: Draft, new: Draft) -> tuple[Difference, ...]:
    """The differences between two drafts in reading order; empty when they read the same."""
    left, right = _wordings(old), _wordings(new)
    found = []
    for tag, a, b, c, d in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        if tag != "equal":
            pairs = max(b - a, d - c)
            for i in range(pairs):
                before = left[a + i] if a + i < b else ""
                after = right[c + i] if c + i < d else ""
                found.append(Difference(before=before, after=after))
    return tuple(found)


def _wordings(draft: Draft) -> list[str]:
    return [text for section in draft.sections for text in _lines(section)]


def _lines(section: Section) -> list[str]:
    lines = [s.wording for s in section.sentences]
    for row in section.table.rows if section.table else ():
        lines.append(" | ".join(cell.text for cell in row))
    if section.table and section.table.total:
        lines.append(" | ".join(cell.text for cell in section.table.total))
    return lines
