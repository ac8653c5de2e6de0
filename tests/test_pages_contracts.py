"""The contract a case keeps, its page, the redline sheet, and what the contract adds to answers and letters."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from tests.conftest import DAY
from tests.store_fixtures.plain import a_case
from tests.store_fixtures.uses import run_sql
from tests.test_pages import app, click, desk, opened, run, texts, to  # noqa: F401  (app, desk: fixtures)
from workflows.adapters import contract_files
from workflows.adapters.contract_files import ContractFiles, hash_of, packed, unpacked
from workflows.adapters.read_pdf import read_pdf
from workflows.adapters.store import CaseStore
from workflows.casework import Desk, kept_reviews
from workflows.casework.agreement import EXAMPLE
from workflows.casework.contract_bounds import MOST_FILES
from workflows.catalog import Catalog
from workflows.catalog.clauses import clauses
from workflows.catalog.redline import load_redline, redline_words
from workflows.cli import app as cli
from workflows.domain.case import Case
from workflows.domain.contract import ContractFile, ContractFinding, ContractPage, ContractReview, PageText, Run
from workflows.domain.errors import KnowledgeFault, NotFound, ParleyError, PrivacyRefused, Refused, StorageTrouble
from workflows.domain.evidence import FromContract, Ledger

pytest_plugins = ("tests.store_fixtures.places",)
ROOT = Path(__file__).parents[1]
HOSTILE = "Plan may amend this Agreement by notice <script>alert(1)</script> ![x](http://127.0.0.1:9/x.png) :red[hi]."


def written(name: str, *paragraphs: str, sha256: str = "") -> ContractFile:
    """A contract file with these paragraphs on one page, as the reader of PDFs would give it."""
    lines = [text[at : at + 90] for text in paragraphs for at in range(0, len(text), 90)]
    runs = tuple(Run(72.0, 720.0 - 14 * n, 11.0, text) for n, text in enumerate(lines))
    return ContractFile(name, sha256 or hash_of(name) * 2, (ContractPage(1, runs, "text", 612.0),))


def agreement(name: str = "agreement.pdf", filing: str = "ninety (90)") -> ContractFile:
    return written(
        name,
        'This Provider Agreement is made between Acme Health Plan ("Plan") and Coastal Family Medicine ("Provider").',
        "1.1 This Agreement takes effect on January 1, 2024.",
        f"4.3 Provider shall submit each claim within {filing} days after the date of service.",
        "7.2 Provider may terminate this Agreement without cause on one hundred twenty (120) days' written notice.",
        f"8.1 {HOSTILE}",
        sha256=hash_of(name + filing) * 2,
    )


@pytest.fixture(scope="module")
def base() -> ContractFile:
    return unpacked((EXAMPLE / "contract.words").read_text(encoding="ascii").strip(), "contract.pdf")


@pytest.fixture(scope="module")
def amendment() -> ContractFile:
    return unpacked((EXAMPLE / "contract_amendment_1.words").read_text(encoding="ascii").strip(), "amendment.pdf")


@pytest.fixture
def case(desk: Desk, base: ContractFile, amendment: ContractFile) -> Case:  # noqa: F811
    started = desk.start_case("Lakeview")
    return desk.agreement.add(started.id, [amendment, base])


def review(desk: Desk, case: Case) -> ContractReview:  # noqa: F811
    found = desk.agreement.review(case)
    assert found
    return found


def finding(desk: Desk, case: Case, kind: str) -> ContractFinding:  # noqa: F811
    return next(f for f in desk.agreement.ranked(review(desk, case)) if f.type == kind and not f.replaced_by)


def contract_page(at: AppTest) -> str:
    """What the components of the page were given, as text."""
    return json.dumps([json.loads(found.proto.json) for found in at.get("bidi_component")])


# What a case keeps


def test_amendments_come_after_the_agreement_and_the_order_can_be_changed(desk: Desk, case: Case) -> None:  # noqa: F811
    assert [k.name for k in case.contract.files] == ["contract.pdf", "amendment.pdf"]
    changed = desk.agreement.move(case.id, case.contract.files[1].words, -1)
    assert [k.name for k in changed.contract.files] == ["amendment.pdf", "contract.pdf"]
    recoup = [f for f in review(desk, desk.case(case.id)).findings if f.type == "recoupment_offset"]
    assert {f.document: bool(f.replaces) for f in recoup} == {"contract.pdf": False, "amendment.pdf": False}
    assert [k.name for k in desk.undo(case.id).contract.files] == ["contract.pdf", "amendment.pdf"]


def test_a_later_amendment_rules_and_both_say_so(desk: Desk, case: Case) -> None:  # noqa: F811
    recoup = {f.document: f for f in review(desk, case).findings if f.type == "recoupment_offset"}
    assert "lookback months 24" in recoup["contract.pdf"].replaced_by
    assert "lookback months 12" in recoup["amendment.pdf"].replaces


def test_taking_a_file_out_can_be_undone_with_all_that_was_found_in_it(desk: Desk, case: Case) -> None:  # noqa: F811
    before = review(desk, case)
    gone = desk.agreement.remove(case.id, case.contract.files[0].words)
    assert [k.name for k in gone.contract.files] == ["amendment.pdf"]
    assert review(desk, desk.undo(case.id)) == before


def test_the_same_pdf_again_is_kept_once_and_another_of_its_name_gets_a_number(
    desk: Desk,  # noqa: F811
    case: Case,
    base: ContractFile,
) -> None:
    again = desk.agreement.add(case.id, [base])
    assert [k.name for k in again.contract.files] == ["contract.pdf", "amendment.pdf"]
    other = desk.agreement.add(case.id, [agreement("contract.pdf")])
    assert [k.name for k in other.contract.files] == ["contract.pdf", "amendment.pdf", "contract (2).pdf"]
    assert {f.document for f in review(desk, other).findings} >= {"contract.pdf", "contract (2).pdf"}


def test_a_file_that_is_no_contract_is_named_and_nothing_is_kept(desk: Desk, case: Case) -> None:  # noqa: F811
    with pytest.raises(Refused, match=r"recipe.pdf: does not read like an agreement"):
        desk.agreement.add(case.id, [agreement(), written("recipe.pdf", "Take two eggs and a cup of flour.")])
    assert desk.case(case.id).contract == case.contract


def test_more_files_than_a_case_keeps_are_refused(desk: Desk) -> None:  # noqa: F811
    started = desk.start_case("Many")
    many = [agreement(f"agreement {n}.pdf") for n in range(MOST_FILES + 1)]
    with pytest.raises(Refused, match=r"more than 20 files"):
        desk.agreement.add(started.id, many)
    assert desk.case(started.id).contract.files == ()


def test_the_words_lie_apart_from_the_document_and_come_back_whole(
    desk: Desk,  # noqa: F811
    case: Case,
    base: ContractFile,
    tmp_path: Path,
) -> None:
    (document,) = run_sql(tmp_path / "cases.db", f"SELECT body FROM cases WHERE id = '{case.id}'")[0]
    assert "Covered Services" not in document
    words, body = packed(base)
    assert unpacked(body, "contract.pdf") == base
    assert desk.store.contract_files.read(case.id, words) == body


def test_damaged_words_are_told_and_the_file_can_be_added_again(
    desk: Desk,  # noqa: F811
    case: Case,
    base: ContractFile,
    tmp_path: Path,
) -> None:
    words = case.contract.files[0].words
    run_sql(tmp_path / "cases.db", f"UPDATE contract_files SET body = 'eJw' || body WHERE words = '{words}'")
    with pytest.raises(StorageTrouble, match=r"damaged .*add it again"):
        desk.store.contract_files.read(case.id, words)
    run_sql(tmp_path / "cases.db", f"DELETE FROM contract_files WHERE words = '{words}'")
    with pytest.raises(NotFound, match=r"Add it again"):
        desk.store.contract_files.read(case.id, words)
    desk.agreement.add(case.id, [base])
    assert desk.store.contract_files.read(case.id, words) == packed(base)[1]


def test_words_no_version_names_are_removed_a_day_later_and_no_others(
    desk: Desk,  # noqa: F811
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    orphan = packed(agreement("orphan.pdf"))
    desk.store.contract_files.put(case.id, dict([orphan]))  # as a crash before the save of the case would leave it
    desk.agreement.remove(case.id, case.contract.files[0].words)
    monkeypatch.setattr(contract_files, "_KEPT", timedelta(days=-1))
    desk.agreement.add(case.id, [agreement()])
    kept = {row[0] for row in run_sql(tmp_path / "cases.db", "SELECT words FROM contract_files")}
    assert orphan[0] not in kept
    assert {k.words for k in case.contract.files} <= kept, "an undo may still want them"


def test_a_kept_review_is_used_by_the_same_program_alone(
    desk: Desk,  # noqa: F811
    case: Case,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = [(k.name, k.words) for k in case.contract.files]
    made = kept_reviews.load(desk.store, case.id, kept)
    assert made
    assert made.findings == review(desk, case).findings
    assert kept_reviews.load(desk.store, case.id, kept[::-1]) is None
    monkeypatch.setattr(kept_reviews, "_program", lambda: "a newer one")
    assert kept_reviews.load(desk.store, case.id, kept) is None


def test_a_deleted_case_takes_its_words_along_when_the_trash_is_emptied(
    desk: Desk,  # noqa: F811
    case: Case,
    tmp_path: Path,
) -> None:
    desk.delete_case(case.id)
    assert review(desk, desk.restore_case(case.id)).findings
    desk.delete_case(case.id)
    run_sql(tmp_path / "cases.db", "UPDATE cases SET deleted = '2020-01-01T00:00:00+00:00'")
    CaseStore.open(f"sqlite:///{tmp_path / 'cases.db'}").close()
    assert run_sql(tmp_path / "cases.db", "SELECT count(*) FROM contract_files") == [(0,)]


def test_the_words_are_kept_and_cleared_away_on_postgresql_too(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = CaseStore.open(postgres_url)
    case, (words, body) = a_case("lakeview"), packed(agreement())
    store.create(case, "Case opened", {words: body})
    assert store.contract_files.read(case.id, words) == body
    monkeypatch.setattr(contract_files, "_KEPT", timedelta(days=-1))
    store.contract_files.put(case.id, {})
    with pytest.raises(NotFound):
        store.contract_files.read(case.id, words)
    store.close()


def test_an_exported_case_brings_its_contract_and_decisions_along(desk: Desk, case: Case) -> None:  # noqa: F811
    chosen = finding(desk, case, "timely_filing")
    desk.agreement.decide(case.id, chosen.key, "accepted", "claims from secondary payers come late")
    again = desk.import_case(desk.export_case(case.id), "case.json")
    assert again.contract == desk.case(case.id).contract
    assert review(desk, again) == review(desk, case)


def test_an_export_whose_words_were_changed_is_refused(desk: Desk, case: Case) -> None:  # noqa: F811
    whole = json.loads(desk.export_case(case.id))
    words = case.contract.files[0].words
    whole["contract_words"][words] = packed(agreement())[1]
    with pytest.raises(Refused, match=r"case.json: lacks the words of contract.pdf"):
        desk.import_case(json.dumps(whole).encode(), "case.json")


@pytest.mark.parametrize("body", ["", "no", "eJw=", "eJyrVkpUslJQKi5JLElV0lFQSkmtBQA7SAYE"])
def test_a_packed_file_that_is_none_is_refused_however_it_is_built(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(body, "x.pdf")


def test_a_case_written_before_there_were_contracts_opens_without_one() -> None:
    assert Case.model_validate({"id": "a", "title": "Old"}).contract.files == ()


def test_the_example_s_words_are_those_of_its_pdfs() -> None:
    for path in sorted(EXAMPLE.glob("contract*.pdf")):
        shipped = path.with_suffix(".words").read_text(encoding="ascii").strip()
        again = read_pdf(path.read_bytes(), path.name)
        assert unpacked(shipped, path.name) == again, "pack it anew: workflows.adapters.contract_files.packed"


# Decisions and the sheet


def test_a_decision_is_kept_shown_and_can_be_taken_back(desk: Desk, case: Case) -> None:  # noqa: F811
    chosen = finding(desk, case, "indemnification")
    kept = desk.agreement.decide(case.id, chosen.key, "dismissed", "our insurer  covers it\u200b")
    (decision,) = kept.contract.decisions
    assert (decision.choice, decision.because) == ("dismissed", "our insurer covers it")
    assert desk.agreement.redlines.of(kept).rows == ()
    assert desk.agreement.decide(case.id, chosen.key, None).contract.decisions == ()
    assert desk.undo(case.id).contract.decisions == (decision,)


def test_a_reason_with_patient_detail_is_refused(desk: Desk, case: Case) -> None:  # noqa: F811
    with pytest.raises(PrivacyRefused):
        desk.agreement.decide(case.id, "x", "accepted", "patient John Smith, DOB 3/4/1961, was denied")


def test_the_sheet_holds_clause_place_words_ask_and_reason_of_accepted_findings(desk: Desk, case: Case) -> None:  # noqa: F811
    filing, recoup = finding(desk, case, "timely_filing"), finding(desk, case, "recoupment_offset")
    desk.agreement.decide(case.id, filing.key, "accepted", "primary payers often answer after that time")
    desk.agreement.decide(case.id, recoup.key, "accepted")
    desk.agreement.decide(case.id, finding(desk, case, "lesser_of").key, "dismissed", "private: we checked our charges")
    case = desk.case(case.id)
    content = desk.agreement.redlines.export(desk.agreement.redlines.of(case), desk.standing(case).ledger)
    document = docx.Document(io.BytesIO(content))
    header, *rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert header == ["Clause", "Where", "Now", "Ask", "Reason"]
    assert [r[:2] for r in rows] == [
        ["Timely filing", "section 4.3, page 2 of the agreement"],
        ["Overpayments and offset", "section 2, page 1 of the First Amendment"],
    ]
    assert rows[0][2] == f"“{filing.quote}”"
    assert rows[0][3] == redline_words().clauses["timely_filing"].ask
    assert rows[0][4] == "primary payers often answer after that time"
    assert rows[1][4] == redline_words().clauses["recoupment_offset"].reason
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        everything = b"".join(file.read(name) for name in file.namelist()).decode("utf-8", "replace")
    assert "charges" not in "".join(r[4] for r in rows)
    assert "contract.pdf" not in everything
    assert "high" not in everything.lower().replace("highlight", "").replace("higher", "")


PRIVATE = {
    "walk_away.lowest_percent_of_medicare": "104",
    "ask.percent_of_medicare": "112",
    "ask.medicare_year": "2026",
    "practice.members": "2300",
}


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("we cannot go below 104% of Medicare", "private"),
        ("otherwise we will terminate the agreement", "never a notice"),
        ("see https://evil.example", "link"),
        ("we wrote off 61,500 claims over this", "61,500"),
    ],
)
def test_a_reason_that_must_not_be_sent_keeps_the_sheet_back(
    desk: Desk,  # noqa: F811
    case: Case,
    reason: str,
    why: str,
) -> None:
    desk.record(case.id, PRIVATE)
    kept = desk.agreement.decide(case.id, finding(desk, case, "timely_filing").key, "accepted", reason)
    sheets, ledger = desk.agreement.redlines, desk.standing(kept).ledger
    (objection,) = sheets.objections(sheets.of(kept), ledger)
    assert why in objection.says
    with pytest.raises(Refused, match="Timely filing"):
        sheets.export(sheets.of(kept), ledger)


def test_without_the_private_ledger_the_walk_away_point_would_go_out(desk: Desk, case: Case) -> None:  # noqa: F811
    """The twin of the test before: the ledger is what stops the figure, and nothing else does."""
    desk.record(case.id, PRIVATE | {"ask.percent_of_medicare": "104"})
    reason = "2026 Medicare times 104% is what this work costs"
    kept = desk.agreement.decide(case.id, finding(desk, case, "timely_filing").key, "accepted", reason)
    sheets, ledger = desk.agreement.redlines, desk.standing(kept).ledger
    assert sheets.objections(sheets.of(kept), ledger)
    blind = Ledger(sendable=ledger.sendable)
    assert reason in docx_text(sheets.export(sheets.of(kept), blind))


def docx_text(content: bytes) -> str:
    tables = docx.Document(io.BytesIO(content)).tables
    return "\n".join(cell.text for table in tables for row in table.rows for cell in row.cells)


def test_a_figure_of_the_case_may_stand_in_a_reason(desk: Desk, case: Case) -> None:  # noqa: F811
    desk.record(case.id, PRIVATE)
    kept = desk.agreement.decide(case.id, finding(desk, case, "timely_filing").key, "accepted", "we see 2,300 members")
    assert desk.agreement.redlines.objections(desk.agreement.redlines.of(kept), desk.standing(kept).ledger) == ()


def test_the_command_writes_the_sheet_of_what_hurts_and_still_holds(tmp_path: Path) -> None:
    out = tmp_path / "ask.docx"
    done = CliRunner().invoke(cli, ["review", str(EXAMPLE), "--redline", str(out), "--today", "2026-11-22"])
    assert done.exit_code == 0
    said = docx_text(out.read_bytes())
    assert "Timely filing" in said
    assert "within twenty-four (24) months" in said
    assert "within twelve (12) months of the payment" not in said, "the amendment has replaced it"


def test_every_type_of_clause_has_words_for_the_payer_and_none_of_them_is_advice_to_the_practice() -> None:
    told = redline_words().clauses
    assert set(told) == {kind.id for kind in clauses().types}
    for kind in clauses().types:
        words = " ".join((told[kind.id].ask, told[kind.id].reason, told[kind.id].short)).lower()
        assert not {"fallback", "strike it", "meanwhile.", "uploaded", "best payer"} & set(words.split(", ")), kind.id
        for secret in ("keep every charge", "as a fallback", "stronger hand", "leverage"):
            assert secret not in words, kind.id


def test_a_type_without_words_is_named(tmp_path: Path) -> None:
    for folder in ("contracts", "redline"):
        (tmp_path / folder).mkdir()
    (tmp_path / "contracts/new_type.yaml").write_text("id: new_type\n")
    (tmp_path / "redline/words.yaml").write_bytes((ROOT / "knowledge/redline/words.yaml").read_bytes())
    with pytest.raises(KnowledgeFault, match="new_type has no wording"):
        load_redline(tmp_path)


# Into the rest


def test_the_letter_names_the_clause_a_request_is_about(desk: Desk, case: Case) -> None:  # noqa: F811
    example = desk.open_example()
    draft = desk.letters.draft(example, "counteroffer")
    (asked,) = [s for s in draft.sentences() if "180 days instead of 90 days" in s.text]
    assert "Timely filing (section 4.3): 180 days instead of 90 days. See page 2 of the agreement." in asked.text
    sources = [draft.ledger[i].source for i in asked.evidence]
    assert any(isinstance(s, FromContract) and s.page == 2 and "ninety (90) days" in s.quote for s in sources)
    assert desk.letters.objections(example, draft) == ()
    gone = desk.agreement.remove(example.id, example.contract.files[0].words)
    assert (
        "of the agreement."
        not in desk.letters.export(desk.letters.draft(gone, "counteroffer"), "md").decode().split("Enclosures")[0]
    )


def test_an_answer_the_contract_does_not_bear_out_is_said_and_left_out(desk: Desk, case: Case) -> None:  # noqa: F811
    told = desk.record(case.id, {"walk_away.notice_days": "60", "practice.effective_date": "2014-03-01"})
    said = [c.says for c in desk.derive(told).contradictions]
    assert said == [
        "You say the notice you must give to leave is 60 days; your contract says 90 days (contract.pdf, page 2, Section 7.2).",
        "You say the day the agreement took effect is March 1, 2014; your contract says March 1, 2015 (contract.pdf, page 1).",
    ]
    ledger = desk.standing(told).ledger
    assert "practice.effective_date" not in ledger.sendable
    right = desk.record(case.id, {"walk_away.notice_days": "90", "practice.effective_date": "March 2015"})
    assert desk.derive(right).contradictions == ()


def test_what_the_contract_says_of_a_private_answer_does_not_unmake_the_proposal(desk: Desk) -> None:  # noqa: F811
    example = desk.open_example()
    wrong = desk.record(example.id, {"walk_away.notice_days": "30"})
    assert len(desk.derive(wrong).contradictions) == 1
    draft = desk.letters.draft(wrong, "counteroffer")
    assert draft.status != "first_letter"
    assert "notice you must give" not in desk.letters.export(draft, "json").decode()


def test_a_request_whose_present_term_is_another_is_said(desk: Desk, case: Case) -> None:  # noqa: F811
    rows = [{"clause": "Timely filing (section 4.5)", "now": "120 days", "wanted": "180 days"}]
    told = desk.record(case.id, {"ask.others": rows})
    (found,) = desk.derive(told).contradictions
    assert "you say it is 120 days now; your contract says days 90 (contract.pdf, page 2, Section 4.3)" in found.says
    rows = [{"clause": "Timely filing (section 4.5)", "now": "90 days", "wanted": "180 days"}]
    (found,) = desk.derive(desk.record(case.id, {"ask.others": rows})).contradictions
    assert "your contract has this in section 4.3" in found.says


def test_silent_answers_are_proposed_and_taken_only_when_confirmed(desk: Desk, case: Case) -> None:  # noqa: F811
    kept = desk.agreement.decide(case.id, finding(desk, case, "timely_filing").key, "accepted")
    found = {p.field: p for p in desk.agreement.proposals(kept)}
    assert found["walk_away.notice_days"].value == "90"
    assert found["walk_away.notice_source"].value == "section 7.2"
    assert found["practice.effective_date"].value == "2015-03-01"
    assert found["ask.others"].value == (
        {"clause": "Timely filing (section 4.3)", "now": "90 days", "wanted": "180 days to file"},
    )
    assert desk.case(case.id).answers == {}
    told = desk.accept(case.id, list(found.values()))
    assert (
        "within" in told.answers["walk_away.notice_days"].quote
        or "ninety" in told.answers["walk_away.notice_days"].quote
    )
    assert desk.agreement.proposals(told) == ()
    assert desk.derive(told).contradictions == ()


def test_the_clauses_are_evidence_with_page_and_words_for_whoever_asks(desk: Desk, case: Case) -> None:  # noqa: F811
    facts = {e.key: e for e in desk.agreement.evidence(case.id)}
    filing = facts["contract.timely_filing"]
    assert isinstance(filing.source, FromContract)
    assert (filing.source.document, filing.source.page) == ("contract.pdf", 2)
    assert "ninety (90) days after the date of service" in filing.says
    assert desk.agreement.evidence(desk.start_case("Empty").id) == ()


def test_a_folder_s_scan_is_told_and_its_letters_are_drafted_without_it(shelf: Catalog, tmp_path: Path) -> None:
    (tmp_path / "answers.yaml").write_bytes((EXAMPLE / "answers.yaml").read_bytes())
    scan = ROOT / "tests/contracts_given/robustness/scanned_all.pdf"
    (tmp_path / "contract.pdf").write_bytes(scan.read_bytes())
    reading = Desk(None, shelf)
    case = reading.load_folder(tmp_path, today=DAY)
    assert any("contract.pdf: is a scan" in said for said in reading.standing(case, DAY).advice)
    assert reading.letters.draft(case, "counteroffer", today=DAY).sentences()


# The page


def test_without_a_contract_the_page_teaches_and_offers_the_example(app: AppTest, desk: Desk) -> None:  # noqa: F811
    opened(app, desk.start_case("New"), "contracts")
    said = texts(app)
    assert "No contract yet" in said
    assert "the last day to give notice" in said
    click(app, "example")
    said = texts(app)
    assert "High risk:" in said
    assert "Order of precedence" in said
    assert "contract.pdf → contract" in said


def test_the_page_shows_findings_dates_absences_and_the_marked_words(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    chosen = finding(desk, case, "timely_filing")
    app.session_state["finding"] = chosen.key
    opened(app, case, "contracts")
    said, drawn = texts(app), contract_page(app)
    assert "Time to submit a claim" in said
    assert "contract.pdf, page 2, section 4.3" in said
    assert '["Provider shall submit each claim within ninety (90) days after the date of service.' in drawn
    assert "Last day to give notice of non-renewal (February 28, 2027 - 120 days = October 31, 2026" in said
    assert "Yearly rise of the rates" in said
    assert "your contract can answer" in said.lower()


def test_a_decision_on_the_page_stands_on_the_sheet_and_undo_takes_it_back(
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    case: Case,
) -> None:
    app.session_state["finding"] = finding(desk, case, "lesser_of").key
    opened(app, case, "contracts")
    click(app, "accept")
    assert "Lesser of rate and charge (section 4.2, page 1 of the agreement)" in texts(app).replace("**", "")
    assert "Take this back" in texts(app)
    click(app, "undo")
    assert desk.case(case.id).contract.decisions == ()


def test_a_reason_that_cannot_be_sent_is_told_on_the_page_and_there_is_no_file(
    app: AppTest,  # noqa: F811
    desk: Desk,  # noqa: F811
    case: Case,
) -> None:
    desk.record(case.id, PRIVATE)
    key = finding(desk, case, "timely_filing").key
    opened(app, desk.agreement.decide(case.id, key, "accepted", "we cannot go below 104% of Medicare"), "contracts")
    assert "your reason cannot be sent" in texts(app)
    assert not [b for b in app.get("download_button") if "Export the sheet" in b.proto.label]
    opened(app, desk.agreement.decide(case.id, key, "accepted", "primary payers answer late"), "contracts")
    assert "your reason cannot be sent" not in texts(app)
    assert [b for b in app.get("download_button") if "Export the sheet" in b.proto.label]


def test_filters_leave_only_what_fits(app: AppTest, desk: Desk, case: Case) -> None:  # noqa: F811
    opened(app, case, "contracts")
    app.selectbox(key="filter_file").select("amendment.pdf")
    run(app)
    drawn = contract_page(app)
    assert "Taking back overpayments" in drawn
    assert "Time to submit a claim" not in drawn


def test_nothing_in_a_contract_acts_as_markup_on_the_page(app: AppTest, desk: Desk) -> None:  # noqa: F811
    case = desk.agreement.add(desk.start_case("Hostile").id, [agreement("a ![x](http://127.0.0.1:9/y.png).pdf")])
    app.session_state["finding"] = finding(desk, case, "unilateral_amendment").key
    opened(app, case, "contracts")
    shown = [str(e.value) for kind in ("markdown", "caption", "warning", "info") for e in getattr(app, kind)]
    assert not [text for text in shown if "<script" in text or "![x](" in text or " :red[" in text]
    assert "<script>" in contract_page(app), "the words themselves are shown, as text"


def test_pages_nobody_could_read_stay_in_sight(app: AppTest, desk: Desk) -> None:  # noqa: F811
    file = agreement()
    scanned = file._replace(pages=(*file.pages, ContractPage(2, (), "image", 612.0)))
    case = desk.agreement.add(desk.start_case("Scan").id, [scanned])
    opened(app, case, "contracts")
    assert any("page 2 cannot be read" in w.value.replace("\\", "") for w in app.warning)
    assert "not readable: page 2" in texts(app)


# Marking words on a page


def test_a_quotation_is_marked_across_paragraphs_and_pages(desk: Desk) -> None:  # noqa: F811
    marked = desk.agreement.marked
    page = PageText(document="a", number=1, lines=("1.1 Plan may amend", "this Agreement by no-", "tice. Other words."))
    parts = marked(page, "Plan may amend this Agreement by notice.")
    assert parts == (
        (("1.1 ", False), ("Plan may amend", True)),
        (("this Agreement by no-", True),),
        (("tice.", True), (" Other words.", False)),
    )
    begun = PageText(document="a", number=1, lines=("Some words. Provider shall submit each",))
    assert marked(begun, "Provider shall submit each claim within ninety days.")[0][1] == (
        "Provider shall submit each",
        True,
    )
    ended = PageText(document="a", number=2, lines=("claim within ninety days. More.",))
    assert marked(ended, "Provider shall submit each claim within ninety days.")[0][0] == (
        "claim within ninety days.",
        True,
    )
    assert marked(ended, "Nothing of this stands here at all.") == ((("claim within ninety days. More.", False),),)


def test_the_files_of_another_case_are_not_to_be_had(desk: Desk, case: Case) -> None:  # noqa: F811
    other = desk.start_case("Other")
    store: ContractFiles = desk.store.contract_files
    with pytest.raises(ParleyError):
        store.read(other.id, case.contract.files[0].words)
