"""Findings as Evidence: what the contract says, word for word, with its page, for letters and plans to name."""

from collections import Counter
from collections.abc import Iterator, Sequence

from workflows.domain import language
from workflows.domain.contract import ContractFinding
from workflows.domain.evidence import Evidence, Figure, FromContract

_LONGEST = 300  # characters of a clause repeated in a sentence; the whole stands in the source


def contract_evidence(findings: Sequence[ContractFinding]) -> tuple[Evidence, ...]:
    """One fact a finding, keyed `contract.<type>`, or `contract.<type>[n]` where a type is found more than once. What
    another clause replaces stays out: it no longer holds."""
    return tuple(_facts([f for f in findings if not f.replaced_by or f.product]))


def _facts(findings: Sequence[ContractFinding]) -> Iterator[Evidence]:
    many = Counter(f.type for f in findings)
    seen: Counter[str] = Counter()
    for f in findings:
        key = f"contract.{f.type}" if many[f.type] == 1 else f"contract.{f.type}[{seen[f.type]}]"
        seen[f.type] += 1
        place = place_of(f)
        quote = f.quote if len(f.quote) <= _LONGEST else f.quote[:_LONGEST].rsplit(" ", 1)[0] + " ..."
        says = f'Your contract ({place}) says: "{quote}"'
        yield Evidence(
            key=key,
            says=says,
            value=place,
            figures=tuple(Figure(amount=x.amount, unit=x.unit, role=key) for x in language.figures(says)),
            source=FromContract(document=f.document, page=f.page, section=f.section, quote=f.quote),
            grade="measured",
        )


def place_of(f: ContractFinding) -> str:
    """Where a clause stands, as a letter names it: "contract.pdf, page 3, Section 3.1"."""
    section = f.section.split(" / ")[-1]
    number = (
        f", Section {section}" if section[:1].isdigit() else f", {section}" if section and len(section) < 40 else ""
    )
    return f"{f.document}, page {f.page}{number}"
