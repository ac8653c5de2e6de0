"""What the case store should do, written as plainly as possible: lists in memory, an undo stack, no database."""

from dataclasses import dataclass, field

from workflows.domain.case import Case

Notes = dict[str, str]


@dataclass
class PlainCase:
    """One case: its content, its log (number and what was done), and what an undo would go back to."""

    title: str
    notes: Notes
    log: list[tuple[int, str]]
    earlier: list[tuple[int, Notes, str]] = field(default_factory=list)
    deleted: bool = False

    @property
    def version(self) -> int:
        return self.log[-1][0]


class PlainStore:
    """The same words as CaseStore; `kept` is how many versions of a case are remembered."""

    def __init__(self, kept: int = 100) -> None:
        self.kept = kept
        self.cases: dict[str, PlainCase] = {}

    def create(self, case_id: str, notes: Notes, what: str) -> None:
        self.cases[case_id] = PlainCase(f"Case {case_id}", dict(notes), [(1, what)])

    def save(self, case_id: str, notes: Notes, what: str) -> None:
        case = self.cases[case_id]
        case.earlier.append((case.version, case.notes, what))
        case.notes = dict(notes)
        case.log.append((case.version + 1, what))

    def can_undo(self, case_id: str) -> bool:
        case = self.cases[case_id]
        return bool(case.earlier) and case.earlier[-1][0] > case.version - self.kept

    def undo(self, case_id: str) -> None:
        case = self.cases[case_id]
        _, case.notes, what = case.earlier.pop()
        case.log.append((case.version + 1, f"Undone: {what}"))

    def delete(self, case_id: str) -> None:
        self.cases[case_id].deleted = True

    def restore(self, case_id: str) -> None:
        self.cases[case_id].deleted = False

    def seen(self) -> dict[str, object]:
        """Everything a user can see of every case, to be compared with `seen_in` of a real store."""
        return {
            case_id: "deleted"
            if case.deleted
            else (case.title, case.version, case.notes, case.log[-self.kept :][::-1], self.can_undo(case_id))
            for case_id, case in self.cases.items()
        }


def a_case(case_id: str, notes: Notes | None = None) -> Case:
    """A small case to store."""
    return Case(id=case_id, title=f"Case {case_id}", notes=notes or {})
