"""PDFs that are hard or hostile: each ends in a plain sentence or in its findings, within time and memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ContentStream, NameObject

from tests.contract_scores import DAY, reviewed
from workflows.adapters import open_pdf
from workflows.adapters.contract_folder import contract_paths
from workflows.adapters.read_pdf import SECONDS, read_pdf
from workflows.catalog.clauses import clauses
from workflows.contracts import review
from workflows.contracts.layout import lines_of
from workflows.contracts.sections import provisions_of
from workflows.domain.errors import Refused

HERE = Path(__file__).parent
GIVEN = HERE / "contracts_given"
HOSTILE = Path(os.environ.get("PARLEY_HOSTILE_FILES", HERE.parents[1] / "shared/data/hostile")) / "pdf"


def test_a_scan_is_named_as_a_scan_and_never_cleared() -> None:
    with pytest.raises(
        Refused, match="is a scan: its 3 pages hold only pictures, so no clause was read and nothing is cleared"
    ):
        read_pdf((GIVEN / "robustness/scanned_all.pdf").read_bytes(), "scan.pdf")


def test_a_copy_locked_against_editing_reads_like_the_open_one() -> None:
    locked = reviewed(GIVEN / "robustness/locked_owner_password.pdf").findings
    assert [(f.type, f.risk, f.page, f.quote) for f in locked] == [
        (f.type, f.risk, f.page, f.quote) for f in reviewed(GIVEN / "dev2.pdf").findings
    ]


def test_words_nobody_can_see_change_nothing_and_are_told() -> None:
    found = reviewed(GIVEN / "robustness/hidden_instructions.pdf")
    assert [(f.type, f.risk, f.quote) for f in found.findings] == [
        (f.type, f.risk, f.quote) for f in reviewed(GIVEN / "dev1.pdf").findings
    ]
    assert any("nobody can see" in w and "page 3" in w for w in found.warnings)


def test_a_page_that_is_a_picture_is_named() -> None:
    found = reviewed(GIVEN / "dev1.pdf")
    assert found.image_pages == (10,)
    assert any("page 10 cannot be read" in w for w in found.warnings)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 word", "is a zip, Word or Excel file"),
        (b"hello", "is not a PDF"),
        (b"%PDF-1.4\n1 0 obj\n<<", "breaks off before its end"),
        (b"%PDF-1.4\nnothing here\n%%EOF", "is damaged"),
    ],
)
def test_a_file_that_is_no_whole_pdf_is_told_apart(content: bytes, what: str) -> None:
    with pytest.raises(Refused, match=what):
        read_pdf(content, "contract.pdf")


def test_a_file_with_a_password_is_told_as_locked() -> None:
    writer, held = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(held)
    with pytest.raises(Refused, match="needs a password"):
        read_pdf(held.getvalue(), "locked.pdf")


def test_a_blank_pdf_and_one_of_too_many_pages_are_told() -> None:
    for pages, what in ((2, "is blank: its 2 pages hold no text"), (201, "has 201 pages; at most 200 are read")):
        writer, held = PdfWriter(), BytesIO()
        for _ in range(pages):
            writer.add_blank_page(200, 200)
        writer.write(held)
        with pytest.raises(Refused, match=what):
            read_pdf(held.getvalue(), "blank.pdf")


@pytest.mark.skipif(not HOSTILE.exists(), reason="the shared hostile files are not on this machine")
def test_every_hostile_pdf_ends_in_a_sentence_or_a_review_within_its_limits() -> None:
    files = sorted(HOSTILE.glob("*.pdf"))
    assert len(files) > 60
    told: dict[str, Refused] = {}
    for path in files:
        begun = time.monotonic()
        try:
            review([read_pdf(path.read_bytes(), path.name)], clauses(), DAY)
        except Refused as refused:
            told[path.name] = refused
        assert time.monotonic() - begun <= SECONDS + 1, path.name
    assert len(told) > 40
    assert all(str(r).startswith(name) and r.todo and "Traceback" not in str(r) for name, r in told.items())


def test_the_child_limits_its_own_memory_and_time() -> None:
    source = Path(open_pdf.__file__)
    program = (
        f"import sys; sys.path.insert(0, {str(source.parent)!r}); import open_pdf, resource; open_pdf._limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(1 << 30), "17", "refused"]


PARTS = (
    b"1  0  -3  +4  .5  -.25  12.  7.125  BT  ET  Tj  TJ  T*  q  f  '  \"  d0  [  ]  (a)  (a(b)c)  (\\(x\\))  (\\\\)  (\\q)  (\\8)"
    b"  (\\101\\7\\400\\0001)  (\\53)  (\xff)  ((  )  <4142>  <4>  < 41>  /F1  /F#41  /A.B-c  /  <<  >>  <</MCID 0>>"
    b"  <</A/B/C 1.5/D(x)/E[1]>>  %c  BI  EI  R  true  null  --1  1-2  1e5  .  \\"
).split(b"  ")
SPACES = (b" ", b" ", b"\n", b"\r", b"\t", b"\0", b"")


def as_read(operations: Iterable[tuple[Any, bytes]]) -> list[Any]:
    """Operators with their operands, told apart by kind as the reader of text does; entries of marked content left out."""

    def kind(value: Any) -> Any:
        if isinstance(value, (dict, list)):
            return [kind(one) for one in value] if isinstance(value, list) else {}
        kinds = (NameObject, str, bytes, float, int)
        return next(k.__name__ for k in kinds if isinstance(value, k)), value

    return [([kind(one) for one in operands], operator) for operands, operator in operations]


def by_pypdf(drawn: bytes) -> list[Any]:
    stream = ContentStream(None, None, "bytes")
    stream.set_data(drawn)
    return as_read(stream.operations)


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(SPACES)), min_size=1, max_size=8))
@settings(max_examples=250, deadline=None)
def test_the_operators_of_a_page_are_cut_as_pypdf_cuts_them_or_left_to_it(parts: list[tuple[bytes, bytes]]) -> None:
    drawn = b"".join(part + space for part, space in parts)
    operators = open_pdf.operators_of(drawn)
    assert operators is None or as_read(operators) == by_pypdf(drawn)


@pytest.mark.parametrize("name", ["contracts/legal1.pdf", "contracts_given/dev1.pdf", "contracts_given/dev2.pdf"])
def test_no_page_of_an_agreement_has_to_be_left_to_pypdf(name: str) -> None:
    for page in PdfReader(HERE / name).pages:
        drawn = page.get_contents().get_data()  # type: ignore[union-attr]
        operators = open_pdf.operators_of(drawn)
        assert operators is not None
        assert as_read(operators) == by_pypdf(drawn)


@pytest.mark.parametrize("drawn", [b"(never closed Tj", b"<< /MCID 0 BDC", b"[(a) 3", b"BI /W 1 ID x EI", b"% told\nq"])
def test_what_is_no_plain_page_is_left_to_pypdf(drawn: bytes) -> None:
    assert open_pdf.operators_of(drawn) is None


def test_two_columns_are_read_one_after_the_other_and_words_made_whole() -> None:
    file = read_pdf((GIVEN / "dev2.pdf").read_bytes(), "dev2.pdf")
    text = " ".join(s.text for p in provisions_of(lines_of(file), "dev2.pdf") for s in p.sentences)
    assert "The time is extended when the delay was caused by coordination of benefits, incorrect information" in text
    assert "Page 2" not in text


def test_numbering_that_starts_again_in_an_exhibit_keeps_its_part() -> None:
    file = read_pdf((GIVEN / "dev1.pdf").read_bytes(), "dev1.pdf")
    found = {(p.part.kind, p.section) for p in provisions_of(lines_of(file), "dev1.pdf")}
    assert ("body", "ARTICLE III - CLAIMS AND PAYMENT / 3.1") in found
    assert ("exhibit", "EXHIBIT B - COMPENSATION (SAMPLE) / 2") in found


def test_a_case_folder_gives_its_contracts_in_order(tmp_path: Path) -> None:
    for name in ("contract10.pdf", "contract2.pdf", "contract.pdf", "contract-amendment.pdf", "other.pdf"):
        (tmp_path / name).write_bytes(b"")
    names = [p.name for p in contract_paths(tmp_path)]
    assert names[0] == "contract.pdf"
    assert names.index("contract2.pdf") < names.index("contract10.pdf")
    assert "other.pdf" not in names


def parley(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "workflows.cli", *args], capture_output=True, text=True, check=False)


def test_the_command_prints_one_json_object_and_writes_the_calendar(tmp_path: Path) -> None:
    out = tmp_path / "dates.ics"
    done = parley("review", str(GIVEN / "dev1.pdf"), "--json", "--ics", str(out), "--today", "2026-11-22")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert {"findings", "absent", "facts", "unreadable_pages", "warnings"} <= told.keys()
    assert told["facts"]["nonrenewal_deadline"] == "2027-09-02"
    assert "DTSTART;VALUE=DATE:20270902" in out.read_text()


def test_the_command_refuses_in_one_sentence() -> None:
    done = parley("review", str(GIVEN / "robustness/scanned_all.pdf"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "is a scan" in done.stderr
