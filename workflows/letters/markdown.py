"""A draft as Markdown: what golden letters, the command line and a copy button show."""

from workflows.domain.draft import Draft, Section, Table


def markdown(draft: Draft) -> str:
    """The document as Markdown text, ending in a newline."""
    return "\n\n".join(block for section in draft.sections for block in _blocks(section)) + "\n"


def _blocks(section: Section) -> list[str]:
    blocks = [f"## {section.title}"] if section.title else []
    wordings = [_escaped(s.wording) for s in section.sentences]
    if wordings:
        match section.style:
            case "list":
                blocks.append("\n".join(f"- {w}" for w in wordings))
            case "lines":
                blocks.append("\\\n".join(wordings))
            case _:
                blocks.append(" ".join(wordings))
    if section.table:
        blocks.append(_table(section.table))
    return blocks


def _table(table: Table) -> str:
    rows = [*table.rows, *([table.total] if table.total else [])]
    rule = "|".join("---:" if a == "r" else "---" for a in table.aligned)
    head = " | ".join(table.header)
    return "\n".join(
        (
            f"| {head} |",
            f"|{rule}|",
            *(f"| {' | '.join(_escaped(c.text).replace('|', '∣') for c in row)} |" for row in rows),
        )
    )


def _escaped(text: str) -> str:
    """User text shown, never interpreted: characters that would make markup, links or images are escaped."""
    for mark in ("\\", "`", "*", "_", "<", "!["):
        text = text.replace(mark, "\\" + mark if mark != "![" else "!\\[")
    return text.replace("](", "]\\(")
