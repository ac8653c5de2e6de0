"""Scripts of steps, played on the real store and on plain lists, and what can be seen of each afterwards."""

import random
from dataclasses import dataclass

from tests.store_fixtures.plain import Notes, PlainStore, a_case
from workflows.adapters.store import CaseStore
from workflows.domain.errors import NotFound


@dataclass(frozen=True)
class Step:
    """One thing a user does: the verb, the case, and for a save its new notes."""

    verb: str
    case_id: str = ""
    notes: Notes | None = None


SCRIPT = (  # every verb, on a fresh and on a used case, an undo after an undo and after a save
    Step("open"),
    Step("create", "a", {}),
    Step("save", "a", {"step": "one"}),
    Step("save", "a", {"step": "two " * 900}),  # more than a page, so that overflow pages are written
    Step("undo", "a"),
    Step("save", "a", {"step": "three"}),
    Step("create", "b", {"step": "four"}),
    Step("undo", "a"),
    Step("undo", "a"),
    Step("delete", "a"),
    Step("save", "b", {"step": "five"}),
    Step("restore", "a"),
    Step("undo", "b"),
    Step("delete", "b"),
)


def a_script(chance: random.Random, length: int) -> tuple[Step, ...]:
    """A random script that the rules allow, beginning with opening the store and making a case."""
    plain, steps = PlainStore(), [Step("open"), Step("create", "c0", {})]
    play_plainly(plain, steps[1])
    while len(steps) < length:
        case_id = chance.choice(sorted(plain.cases))
        case = plain.cases[case_id]
        verbs = ["restore"] if case.deleted else ["save"] * 4 + ["delete"] + ["undo"] * 3 * plain.can_undo(case_id)
        verb = chance.choice([*verbs, "create"])
        notes = {"n": str(len(steps)), "text": "x" * chance.choice((0, 10, 5000))}
        step = Step(verb, f"c{len(plain.cases)}" if verb == "create" else case_id, notes)
        play_plainly(plain, step)
        steps.append(step)
    return tuple(steps)


def play_plainly(plain: PlainStore, step: Step) -> None:
    """What a step should do."""
    if step.verb in ("create", "save"):
        getattr(plain, step.verb)(step.case_id, step.notes or {}, _what(step))
    elif step.verb != "open":
        getattr(plain, step.verb)(step.case_id)


def play(store: CaseStore, step: Step) -> None:
    """What a step does."""
    if step.verb == "create":
        store.create(a_case(step.case_id, step.notes), _what(step))
    elif step.verb == "save":
        case = store.read(step.case_id)
        store.save(case.model_copy(update={"notes": step.notes}), _what(step))
    elif step.verb != "open":
        getattr(store, step.verb)(step.case_id)


def _what(step: Step) -> str:
    return f"{step.verb} {(step.notes or {}).get('step', '')[:12]}"


def seen_in(store: CaseStore, case_ids: list[str]) -> dict[str, object]:
    """Everything a user can see of these cases, in the shape of PlainStore.seen."""
    seen: dict[str, object] = {}
    for case_id in case_ids:
        try:
            case = store.read(case_id)
        except NotFound as refusal:
            if "deleted" in refusal.what:
                seen[case_id] = "deleted"
            continue
        log = [(version, what) for version, what, _ in store.history(case_id)]
        seen[case_id] = (case.title, case.version, case.notes, log, store.can_undo(case_id))
    return seen


def unsound(store: CaseStore) -> list[str]:
    """What the database itself says is wrong, and documents that do not agree with their row."""
    with store._database.reading("check") as link:
        problems: list[str] = []
        if link.dialect.name == "sqlite":
            said = [row[0] for row in link.exec_driver_sql("PRAGMA integrity_check")]
            problems += [] if said == ["ok"] else said
            problems += [str(row) for row in link.exec_driver_sql("PRAGMA foreign_key_check")]
        for row in link.exec_driver_sql("SELECT id, version, body FROM cases").all():
            case_id, version, body = str(row[0]), int(row[1]), str(row[2])
            kept = link.exec_driver_sql(
                "SELECT version, body FROM case_versions WHERE case_id = "
                + ("?" if link.dialect.name == "sqlite" else "%s")
                + " ORDER BY version",
                (case_id,),
            ).all()
            numbers = [int(entry[0]) for entry in kept]
            if f'"version":{version},' not in body or kept[-1][1] != body:
                problems.append(f"{case_id}: row, document and history differ")
            if numbers != list(range(numbers[0], version + 1)):
                problems.append(f"{case_id}: the history has a gap: {numbers}")
    return problems
