"""The letters of the invented practices: what they must and must never say, worked by hand beside each case.

Golden letters stand in tests/cases/<name>/expected; `pytest --remake tests/test_letters.py` writes them anew, and the
change is then read as a diff.
"""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pypdf import PdfReader

from workflows.casework import Desk
from workflows.domain.case import Case
from workflows.domain.draft import Draft

CASES = sorted(p for p in (Path(__file__).parent / "cases").iterdir() if p.is_dir())
DOCUMENTS = ("counteroffer", "value_proposition", "data_request")
TO_THE_PAYER = ("counteroffer", "value_proposition")
PAGES = {"counteroffer": 2, "value_proposition": 1}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk.for_folders()


@pytest.fixture(scope="module", params=CASES, ids=lambda p: p.name)
def told(request: pytest.FixtureRequest, desk: Desk) -> "Told":
    return Told(desk, request.param)


class Told:
    """A case folder with its drafts and what case.yaml says of them."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.says: dict[str, Any] = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
        self.today: date = self.says["today"]
        self.case: Case = desk.load_folder(folder, today=self.today)
        self.drafts: dict[str, Draft] = {d: desk.letters.draft(self.case, d, today=self.today) for d in DOCUMENTS}

    @property
    def expects(self) -> dict[str, Any]:
        return self.says["expects"]

    def text(self, document: str) -> str:
        return self.desk.letters.export(self.drafts[document], "md").decode()


def test_each_document_has_the_status_its_facts_deserve(told: Told) -> None:
    for document, allowed in told.expects["status"].items():
        assert told.drafts[document].status in ([allowed] if isinstance(allowed, str) else allowed), document


def test_what_the_inputs_say_stands_in_the_letters(told: Told) -> None:
    for document, wanted in told.expects.get("must", {}).items():
        text = told.text(document)
        assert [w for w in wanted if str(w) not in text] == [], document
    if told.drafts["counteroffer"].status != "first_letter":
        text = told.text("counteroffer")
        assert [w for w in told.expects.get("must_if_full", ()) if str(w) not in text] == []


def test_what_must_stay_inside_stands_in_no_letter(told: Told) -> None:
    for document in TO_THE_PAYER:
        draft = told.drafts[document]
        pages = PdfReader(io.BytesIO(told.desk.letters.export(draft, "pdf"))).pages
        printed = " ".join(" ".join(page.extract_text() for page in pages).split())
        for text in (told.text(document), printed):
            assert [w for w in told.expects.get("never", ()) if str(w) in text] == [], document


def test_what_must_be_nowhere_is_nowhere(told: Told) -> None:
    everything = [told.case.model_dump_json()]
    everything += [told.desk.letters.export(d, "json").decode() for d in told.drafts.values()]
    everything += [
        json.dumps([row.model_dump(mode="json") for row in told.desk.letters.basis(d)]) for d in told.drafts.values()
    ]
    for canary in told.expects.get("never_anywhere", ()):
        assert not any(str(canary) in text for text in everything), canary


def test_contradictions_and_quick_wins_are_as_worked_by_hand(told: Told) -> None:
    standing = told.desk.standing(told.case, told.today)
    if "contradictions" in told.says:
        assert len(standing.contradictions) == told.says["contradictions"]
    if told.says.get("quick_wins"):
        assert standing.quick_wins


def test_the_guard_has_nothing_hard_against_a_clean_letter(told: Told) -> None:
    for document, draft in told.drafts.items():
        assert [o for o in told.desk.letters.objections(told.case, draft) if o.hard] == [], document


def test_letters_keep_to_their_pages(told: Told) -> None:
    for document, most in PAGES.items():
        content = told.desk.letters.export(told.drafts[document], "pdf", stamp="Draft: not approved")
        assert len(PdfReader(io.BytesIO(content)).pages) <= most, document


def test_letters_read_as_their_golden_copies(told: Told, request: pytest.FixtureRequest) -> None:
    for document in DOCUMENTS:
        golden = told.folder / "expected" / f"{document}.md"
        text = told.text(document)
        if request.config.getoption("--remake"):
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8"), golden


def test_the_same_facts_make_the_same_letter(told: Told) -> None:
    again = told.desk.letters.draft(
        told.desk.load_folder(told.folder, today=told.today), "counteroffer", today=told.today
    )
    assert again == told.drafts["counteroffer"]
