"""The contract a case keeps: files put in, ordered and taken out, findings decided on, and what follows for the rest.

The case document names the files and holds the decisions; the words of the pages lie in a table of their own. The
review is worked out from them, once for each set of files; what is kept of it beside the words is a cache.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from workflows import contracts, grounding
from workflows.casework import kept_reviews
from workflows.casework.contract_bounds import MOST_DECISIONS, REASON, check_size, kept_of, tidy
from workflows.casework.redlines import RedlineDesk
from workflows.contracts import against
from workflows.contracts.clocks import clocks_of
from workflows.contracts.pages import Parts, marked, pages_of
from workflows.contracts.writing import ranked
from workflows.domain.answers import Contradiction, Proposal
from workflows.domain.clauses import ClauseShelf
from workflows.domain.contract import (
    Choice,
    ContractFile,
    ContractFinding,
    ContractInput,
    ContractReview,
    FindingDecision,
    KeptContract,
    PageText,
    RedlineWords,
)
from workflows.domain.errors import NotFound, ParleyError, Refused
from workflows.domain.evidence import Evidence

if TYPE_CHECKING:
    from workflows.casework.desk import Desk
    from workflows.domain.case import Case

_ANY_DAY = date(2000, 1, 1)  # findings do not hang on the day; the clocks are worked out anew for it
EXAMPLE = Path(__file__).resolve().parents[2] / "knowledge/example"
_LATER = ("amend", "addend", "exhibit", "schedule", "attach", "appendix")


class ContractFacts(NamedTuple):
    """What the contract adds to what follows from a case."""

    evidence: tuple[Evidence, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    advice: tuple[str, ...] = ()


class AgreementDesk:
    """What a user can do with the contract of a case."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    @property
    def redlines(self) -> RedlineDesk:
        """What is asked of the payer, as a sheet."""
        return RedlineDesk(self._desk)

    @property
    def words(self) -> RedlineWords:
        """The wording of the redline sheet."""
        from workflows.catalog.redline import redline_words

        return redline_words()

    # What a case keeps

    def add(self, case_id: str, files: Sequence[ContractFile]) -> "Case":
        """Keep files as the last of the contract, amendments after agreements. The same PDF again takes the place of
        the one before; another of the same name gets a number. Raises Refused where one is no contract, naming it."""
        from workflows.adapters.contract_files import LARGEST, packed

        packs = {f: packed(f) for f in files}
        for f, (_, body) in packs.items():
            grounding.refuse_patient_detail(f.name, "the name of the file")
            if len(body) > LARGEST:
                raise Refused("holds far more text than a contract", where=f.name, todo="Choose the contract alone.")
        self._together([(f, packs[f][0]) for f in files])
        self._desk.store.contract_files.put(case_id, dict(packs.values()))

        def change(case: "Case") -> "Case":
            kept = list(case.contract.files)
            for f in sorted(files, key=lambda f: any(word in f.name.lower() for word in _LATER)):
                new = _kept(f, packs[f][0], [k.name for k in kept if k.sha256 != f.sha256])
                at = next((n for n, k in enumerate(kept) if k.sha256 == f.sha256), len(kept))
                kept[at : at + 1] = [new]
            return _with(case, files=tuple(kept))

        return self._read_anew(self._desk.change(case_id, change, f"added {', '.join(f.name for f in files)}"[:200]))

    def remove(self, case_id: str, words: str) -> "Case":
        """Take a file out again; an undo brings it back."""
        changed = self._desk.change(
            case_id,
            lambda case: _with(case, files=tuple(k for k in case.contract.files if k.words != words)),
            "took a file out of the contract",
        )
        return self._read_anew(changed)

    def move(self, case_id: str, words: str, by: Literal[-1, 1]) -> "Case":
        """Put a file one place earlier or later: what comes later rules over what comes before."""

        def change(case: "Case") -> "Case":
            files = list(case.contract.files)
            at = next((n for n, k in enumerate(files) if k.words == words), None)
            if at is None:
                raise NotFound("that file is no longer here", where="The contract", todo="Look at the list anew.")
            to = min(max(at + by, 0), len(files) - 1)
            files.insert(to, files.pop(at))
            return _with(case, files=tuple(files))

        return self._read_anew(self._desk.change(case_id, change, "changed the order of the contract"))

    def decide(self, case_id: str, finding: str, choice: Choice | None, because: str = "") -> "Case":
        """Accept a finding (its change is asked for), dismiss it, or take the decision back (None). The reason of an
        accepted one goes to the payer. Raises PrivacyRefused on patient detail."""
        because = " ".join(grounding.strip_invisible(because).split())[:REASON]
        grounding.refuse_patient_detail(because, "your reason")

        def change(case: "Case") -> "Case":
            others = tuple(d for d in case.contract.decisions if d.finding != finding)
            new = (FindingDecision(finding=finding, choice=choice, because=because),) if choice else ()
            return _with(case, decisions=(*others, *new)[-MOST_DECISIONS:])

        what = {"accepted": "accepted a finding", "dismissed": "dismissed a finding", None: "took a decision back"}
        return self._desk.change(case_id, change, what[choice])

    def folder(self, folder: Path) -> ContractInput:
        """The contract of a case folder, its words with it; a file that cannot be read is told, never passed over."""
        from workflows.adapters.contract_files import packed
        from workflows.adapters.contract_folder import contract_paths

        read: list[tuple[ContractFile, str]] = []
        refused: list[str] = []
        for path in contract_paths(folder):
            try:
                file = _read(path, folder)
                read.append((file, packed(file)[0]))
            except Refused as error:
                refused.append(f"{error} Letters go without it.")
        while read:
            try:
                self._together(read)
                break
            except Refused as error:
                refused.append(f"{error} Letters go without it.")
                read = [(file, words) for file, words in read if file.name != error.where]
        return _input(read, refused)

    def example(self) -> ContractInput:
        """The contract of the worked example, its words as they were read when it was made."""
        from workflows.adapters.contract_files import hash_of, unpacked

        read = []
        for path in sorted(EXAMPLE.glob("contract*.words")):
            body = path.read_text(encoding="ascii").strip()
            read.append((unpacked(body, f"{path.stem}.pdf"), hash_of(body)))
        return _input(read, [])

    def warm(self) -> None:
        """Load what a review needs and work out those of the cases that were open last, before somebody waits."""
        if self._desk.contracts.shelf and self.words:
            self._together([(file, words) for words, file in self.example().texts.items()])
            for card in self._desk.cases()[:3]:
                self._read_anew(self._desk.case(card.id))

    def packed(self, case: "Case") -> dict[str, str]:
        """The words of a case's contract as they are stored, by their hash: for an export, or to store a folder's."""
        from workflows.adapters.contract_files import packed

        if case.contract.texts:
            return dict(packed(file) for file in case.contract.texts.values())
        return (
            self._desk.store.contract_files.all(case.id, {k.words for k in case.contract.files})
            if case.contract.files
            else {}
        )

    # What follows

    def review(self, case: "Case", today: date | None = None) -> ContractReview | None:
        """The review of a case's contract, or None where it has none. Cheap but for the first time."""
        if not case.contract.files:
            return None
        found = _reviewed(self._asked(case))
        return found.model_copy(update={"clocks": clocks_of(found.findings, today or self._desk.day())})

    def ranked(self, review: ContractReview) -> tuple[ContractFinding, ...]:
        """The findings, the worst first."""
        return ranked(review)

    def pages(self, case: "Case", document: str) -> tuple[PageText, ...]:
        """The pages of one file as a person reads them."""
        kept = next((k for k in case.contract.files if k.name == document), None)
        if kept is None:
            raise NotFound("that file is no longer here", where=document, todo="Look at the list anew.")
        return _pages(_Text(kept.words, kept.name, lambda: self._text(case, kept)))

    def marked(self, page: PageText, quote: str) -> tuple[Parts, ...]:
        """The paragraphs of a page, the quoted words marked."""
        return marked(page, quote)

    def evidence(self, case_id: str) -> tuple[Evidence, ...]:
        """What the contract of a stored case says, clause by clause, as facts with their page and words; none where it
        has no contract."""
        return self.evidence_of(self._desk.case(case_id))

    def evidence_of(self, case: "Case") -> tuple[Evidence, ...]:
        """The same for a case at hand, stored or from a folder."""
        review = self.review(case)
        return self._desk.contracts.evidence(review) if review else ()

    def facts(self, case: "Case", today: date) -> ContractFacts:
        """What the contract adds to the ledger, which answers it contradicts, and what was not read."""
        review = self.review(case, today)
        if review is None:
            return ContractFacts(advice=case.contract.refused)
        return ContractFacts(
            evidence=(*self._desk.contracts.evidence(review), *against.places(case.answers, review, self.words)),
            contradictions=against.contradictions(case.answers, review, self.words),
            advice=(*case.contract.refused, *review.warnings),
        )

    def proposals(self, case: "Case") -> tuple[Proposal, ...]:
        """What the contract can answer where the interview is silent, to be confirmed by the user."""
        review = self.review(case)
        if review is None:
            return ()
        return against.proposals(case.answers, review, self.accepted(case, review), self.words)

    def in_sentence(self, p: Proposal) -> str:
        """A proposal as a person reads it: the question's label and the value."""
        return f"{self._desk.question(p.field)[1].label}: {self._desk.in_words(p.field, p.value)}"

    def calendar(self, review: ContractReview) -> bytes:
        """The dates as an .ics file."""
        return self._desk.contracts.calendar(review)

    def accepted(self, case: "Case", review: ContractReview) -> tuple[ContractFinding, ...]:
        """The findings whose change is asked for, the worst first."""
        chosen = {d.finding for d in case.contract.decisions if d.choice == "accepted"}
        return tuple(f for f in ranked(review) if f.key in chosen)

    def _asked(self, case: "Case") -> "_Asked":
        stored = bool(case.contract.files) and not case.contract.texts
        kept = tuple((k.name, k.words) for k in case.contract.files)
        return _Asked(
            kept,
            lambda: [self._text(case, k) for k in case.contract.files],
            lambda: self._desk.contracts.shelf,
            lambda: kept_reviews.load(self._desk.store, case.id, kept) if stored else None,
        )

    def _read_anew(self, case: "Case") -> "Case":
        """The case, once the review of its files is kept for a program that starts later."""
        asked = self._asked(case)
        with suppress(ParleyError):  # the page that shows the review tells what is wrong
            if asked.kept and asked.known() is None:
                kept_reviews.save(self._desk.store, case.id, asked.kept, _reviewed(asked))
        return case

    def _together(self, read: Sequence[tuple[ContractFile, str]]) -> ContractReview:
        """The review of files as they were read. Raises Refused, naming the first that is no contract."""
        kept = tuple((file.name, words) for file, words in read)
        return _reviewed(_Asked(kept, lambda: [file for file, _ in read], lambda: self._desk.contracts.shelf))

    def _text(self, case: "Case", kept: KeptContract) -> ContractFile:
        if held := case.contract.texts.get(kept.words):
            return held._replace(name=kept.name)
        from workflows.adapters.contract_files import unpacked

        return unpacked(self._desk.store.contract_files.read(case.id, kept.words), kept.name)


def _input(read: Sequence[tuple[ContractFile, str]], refused: Sequence[str]) -> ContractInput:
    return ContractInput(
        files=tuple(_kept(file, words, []) for file, words in read),
        texts={words: file for file, words in read},
        refused=tuple(refused),
    )


def _kept(file: ContractFile, words: str, taken: Sequence[str]) -> KeptContract:
    """What a case keeps of a file, under a name of its own: the same name again gets a number."""
    name = free = tidy(file.name)
    number = 2
    while free in taken:
        stem, dot, ending = name.rpartition(".")
        free = f"{stem or ending} ({number}){dot}{ending if stem else ''}"
        number += 1
    return kept_of(file, words, free)


def _with(case: "Case", **parts: Any) -> "Case":
    changed = case.contract.model_copy(update=parts)
    check_size(changed)
    return case.model_copy(update={"contract": changed})


@dataclass(frozen=True)
class _Asked:
    """A set of files by name and words; how to come by them does not tell one set from another."""

    kept: tuple[tuple[str, str], ...]
    files: Callable[[], list[ContractFile]] = field(compare=False)
    shelf: Callable[[], ClauseShelf] = field(compare=False)
    known: Callable[[], ContractReview | None] = field(compare=False, default=lambda: None)


@lru_cache(maxsize=16)
def _reviewed(asked: _Asked) -> ContractReview:
    return asked.known() or contracts.review(asked.files(), asked.shelf(), _ANY_DAY)


@dataclass(frozen=True)
class _Text:
    words: str
    name: str
    file: Callable[[], ContractFile] = field(compare=False)


@lru_cache(maxsize=24)
def _pages(asked: _Text) -> tuple[PageText, ...]:
    return pages_of(asked.file())


def _read(path: Path, folder: Path) -> ContractFile:
    try:
        now = path.stat()
    except OSError as error:
        raise Refused(f"cannot be read ({error.strerror})", where=path.name, todo="Check its permissions.") from error
    return _read_at(path, folder, (now.st_mtime_ns, now.st_size))


@lru_cache(maxsize=8)
def _read_at(path: Path, folder: Path, state: tuple[int, int]) -> ContractFile:
    """A file as it was at one moment; a batch, or an example opened again, reads it once."""
    from workflows.adapters.contract_folder import read_contract

    return read_contract(path, inside=folder)
