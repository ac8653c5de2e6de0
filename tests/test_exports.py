"""The letters as files: the same words in Word and in PDF, nothing lost, nothing parsed, nothing private inside."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from pypdf import PdfReader
from pypdf.generic import StreamObject

from workflows.adapters.write_docx import write_docx
from workflows.adapters.write_pdf import BASIS_HEADER, BASIS_TITLE, literal, write_pdf
from workflows.domain.draft import BasisRow, Cell, Draft, Gap, Provenance, Section, Sentence, Table
from workflows.domain.evidence import Evidence, FromAnswer

DAY = date(2026, 3, 16)


def says(text: str, edited: str = "") -> Sentence:
    return Sentence(slot="s", kind="assertion", text=text, evidence=("e1",), edited=edited)


def table(header: str, aligned: str, rows: str | Iterable[Iterable[str]], total: str = "", note: str = "") -> Table:
    lines = [line.split("|") for line in rows.strip().split("\n")] if isinstance(rows, str) else rows
    return Table(
        header=tuple(header.split("|")),
        aligned=aligned,
        rows=tuple(tuple(Cell(text=text, evidence="e1") for text in line) for line in lines),
        total=tuple(Cell(text=text) for text in total.split("|")) if total else None,
        note=says(note) if note else None,
    )


def sections(text: str, grid: Table | None = None) -> tuple[Section, ...]:
    """A letter written plainly: "#style title" opens a section, each line is a sentence, "TABLE" adds the table."""
    found = []
    for part in re.split(r"(?m)^#", text.strip())[1:]:
        head, *lines = part.strip().split("\n")
        style, _, title = head.partition(" ")
        found.append(Section.model_validate({
            "id": f"s{len(found)}", "title": title, "style": style,
            "sentences": tuple(says(line) for line in lines if line != "TABLE"),
            "table": grid if "TABLE" in lines else None,
        }))  # fmt: skip
    return tuple(found)


def draft(*parts: Section, title: str = "Letter", **more: object) -> Draft:
    provenance = Provenance(knowledge="k" * 12, parley="0.1.0", day=DAY)
    return Draft.model_validate({
        "document": "counteroffer", "title": title, "status": "ready", "sections": parts, "ledger": {},
        "provenance": provenance, **more,
    })  # fmt: skip


CODES = table(
    "CPT code|Service|Units|Current|Your offer|We propose|2026 Medicare|Annual change",
    "llrrrrrr",
    """
99213|Office visit, established, low|2,140|$78.20|$80.55|$98.40|$94.62|$43,228
99214|Office visit, established, moderate|3,310|$112.75|$116.13|$139.00|$133.65|$86,888
99215|Office visit, established, high|410|$158.10|$162.84|$194.30|$186.83|$14,842
99203|Office visit, new, low|320|$94.90|$97.75|$118.10|$113.56|$7,424
99204|Office visit, new, moderate|280|$142.30|$146.57|$176.20|$169.42|$9,492
94010|Spirometry|190|$24.10|$24.82|$28.90|$27.79|$912
36415|Blood draw|1,950|—|$3.10|$8.83|$8.83|[current fee for 36415: to be completed]
90471|Immunization administration|870|$17.40|$17.92|$21.20|$20.38|$3,306
""",
    total="|Total of codes with a current fee|7,520|||||$166,092",
    note="Medicare amounts are the 2026 physician fee schedule, nonfacility, for our locality; units are the twelve "
    "months to December 2025. Annual change is the proposed fee less the current fee, times units.",
)

COUNTEROFFER = draft(*sections("""
#lines
March 16, 2026
#lines
[name of the contract manager: to be completed]
Provider Contracting
Summit Health Plan
400 Market Street, Suite 1200
Harrisburg, PA 17101
#lines
RE: Counteroffer to your proposal of February 27, 2026
Agreement effective March 1, 2017; tax ID ending 4471; NPI [practice NPI: to be completed]
#prose
Dear Contract Manager:
#prose
Thank you for your proposal of February 27, 2026, which offers 3% on all codes from July 1, 2026.
We would like to stay in your network and answer here with a proposal that keeps our fees in step with Medicare, and \
with two other ways to reach agreement.
#prose Who we are to your members
Cedar Ridge Family Medicine is a primary care practice with four physicians and two nurse practitioners at two sites \
in Perry County.
In the twelve months to December 2025 we cared for 2,860 of your members in 7,710 visits, 31% of our visits.
We have been in your network since March 2017.
#prose Our place in your network
The next family practice that accepts your new members is 19 miles from our Newport site.
We are open 58 hours a week, including two evenings and Saturday morning, and our median wait for a new patient is \
6 days.
Four of our clinicians see patients in Spanish or Vietnamese.
#list What sets us apart
Same-day access: we hold 36 same-day visits open every week. By our estimate (one in eight replaces an emergency \
visit, 48 weeks) that is about 216 emergency department visits your plan did not pay for in 2025.
Diabetes control: 78% of our 412 adult patients with diabetes had an HbA1c below 8% in 2025, from our registry; your \
2025 network report shows 64%.
Readmissions: every hospital discharge we are told of gets a call within two business days; we reached 91% of 143 \
discharges in 2025.
#prose Why the present rate cannot hold
Our fee schedule has not changed since March 2017.
Across the codes below it pays 83% of 2026 Medicare, and your offer brings that to 86%.
In those nine years our staff cost per visit rose 34%, from our own accounts.
#prose What we propose
We propose 104% of the 2026 Medicare physician fee schedule for all codes, effective July 1, 2026.
For the codes that make up most of our work with you it looks like this:
TABLE
#list Other ways to agree
If 104% for all codes is out of reach this year, then 108% for office visits (99202 to 99215), your offer for all \
other codes, and a yearly adjustment by the Medicare Economic Index.
If the increase must be phased, then 96% of 2026 Medicare from July 1, 2026 and 104% from July 1, 2027, with a \
quality bonus of 4% when diabetes control stays above 75%.
#list Two terms beside the rate
Amendments (section 9.2): by written agreement of both parties, in place of 30 days’ notice.
Timely filing (section 5.4): 180 days in place of 90.
#prose Next step
Please let us have your answer by April 6, 2026, and offer a time in the week before for a call with someone who can \
decide.
You can reach our practice manager, Thị Hồng Nguyễn, at (717) 555-0142.
#lines
Sincerely,
Élise Muñoz, MD
Managing physician, Cedar Ridge Family Medicine
#lines
Attachments: value proposition (one page); code table with volumes
""", CODES), title="Counteroffer to Summit Health Plan")  # fmt: skip

VALUE = draft(*sections("""
#prose Cedar Ridge Family Medicine and Summit Health Plan: what our place in your network is worth
We hold 36 same-day visits open every week, and your 2,860 members who see us use them instead of the emergency \
department 11 miles away.
#lines At a glance
Family medicine, four physicians and two nurse practitioners, two sites in Perry County
2,860 of your members and 7,710 visits in the twelve months to December 2025
In your network since March 2017; tax ID [tax ID: to be completed]
#list Three things your members gain
Fewer emergency visits. 36 same-day visits a week over 48 weeks are 1,728 visits; if one in eight replaces an \
emergency visit, that is about 216 a year. At the published average of $1,150 a visit, your plan avoids about \
$248,400 (estimated).
Better control of diabetes. 78% of our 412 adult patients with diabetes had an HbA1c below 8% in 2025, from our \
registry; your 2025 network report shows 64%. Each point counts toward your quality rating.
Shorter hospital care. We call every patient within two business days of discharge and reached 91% of 143 discharges \
in 2025, which is where readmissions are prevented.
#prose Our place in your network
The next family practice that accepts your new members is 19 miles from our Newport site.
We are open 58 hours a week, including two evenings and Saturday morning.
The median wait for a new patient is 6 days, counted in January 2026.
Four of our clinicians see patients in Spanish or Vietnamese, and we are the only practice in the county that offers \
spirometry and point-of-care INR on the same visit.
#prose What a fair rate would let us do
With fees in step with Medicare we would keep Saturday morning open and add a third nurse practitioner, which is \
about 2,400 more visits a year.
Our proposal is in the letter that goes with this page.
#prose How these figures were made
Members, visits and discharges are counted from our practice management system, January to December 2025; diabetes \
control is from our registry with your members and others together.
The share of same-day visits that replace an emergency visit is an estimate, not a count; we do not know your own \
emergency department figures and would welcome them, month by month, for the members who name us as their practice.
"""), title="Value proposition for Summit Health Plan", document="value_proposition")  # fmt: skip

BASIS = tuple(
    BasisRow(
        number=number,
        sentence=sentence.wording,
        basis=(
            (f"Fact {number}: 36 same-day visits a week.", "Your answer “Same-day visits held”, March 2", "measured"),
            ("One in eight replaces an emergency visit.", "Calculation: 36 × 48 ÷ 8 = 216", "estimated"),
        ),
    )
    for number, sentence in enumerate(VALUE.sentences(), 1)
)
# Every string must come out as it is written here, wherever a user may have put it.
HOSTILE = (
    "{{7*7}} {% for x in y %} {# c #} ${7*7} <%= 7*7 %>",
    "<w:p>&lt;/w:p> & &amp; <script>alert(1)</script> ]]> <!-- x -->",
    "#x $x$ *b* _u_ @ref `raw` <label> #eval(\"1\") ~ -- ---",
    "// not a comment /* nor this */ \\ \\n \\u{41} C:\\dir",
    "= Not a heading",
    "- not a bullet + nor a number",
    "#set page(width: 1pt) #read(\"/etc/passwd\") #import \"@preview/x:0.1.0\"",
    "[not: a gap] [x] [] ]] [[",
    "' OR 1=1 -- \"quoted\" %s %d {0} $(touch x)",
    "=1+1 +1 -1 @SUM(A1)",
)  # fmt: skip


EVERYDAY = "Thị Hồng, Đặng Ước, Muñoz, Élise, Łukasz, Šimić, Øst, Γιώργος, Ольга — “ok” ‘so’ ≥ ≤ ½ ¼ × § € £ ™ • … → ✓"


def word(file: bytes) -> "docx.document.Document":
    return docx.Document(io.BytesIO(file))


def word_lines(file: bytes) -> list[str]:
    """Every paragraph and cell of a Word file in reading order."""
    lines: list[str] = []
    for block in word(file).iter_inner_content():
        if isinstance(block, WordTable):
            lines += [cell.text for row in block.rows for cell in dict.fromkeys(row.cells)]
        else:
            lines.append(block.text)
    return [line for line in lines if line]


def pdf_pages(file: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(file)).pages]


def squeeze(text: str) -> str:
    """Without white space: lines break elsewhere in every format."""
    return re.sub(r"\s", "", text)


def words_of(given: Draft) -> Iterator[str]:
    """What a draft says, in the order a reader meets it."""
    for section in given.sections:
        yield section.title
        yield from (s.wording for s in section.sentences)
        if grid := section.table:
            yield from grid.header
            yield from (cell.text for row in (*grid.rows, grid.total or ()) for cell in row)
            yield grid.note.wording if grid.note else ""


def parts_of(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def inside_pdf(file: bytes) -> bytes:
    """A PDF with every stream unpacked, metadata included."""
    reader = PdfReader(io.BytesIO(file))
    found = [file, repr(reader.metadata).encode()]
    for number in range(1, reader.trailer["/Size"]):
        held = reader.get_object(number)
        found.append(held.get_data() if isinstance(held, StreamObject) else repr(held).encode())
    return b"\n".join(found)


@pytest.mark.parametrize("given", [COUNTEROFFER, VALUE], ids=["counteroffer", "value_proposition"])
def test_word_and_pdf_hold_exactly_the_words_of_the_draft_in_order(given: Draft) -> None:
    expected = squeeze("".join(words_of(given)))
    assert squeeze("".join(word_lines(write_docx(given)))) == expected
    pages = (re.sub(r"Page \d+ of \d+\s*$", "", page) for page in pdf_pages(write_pdf(given)))
    assert squeeze("".join(pages)).replace("•", "") == expected


def test_a_persons_wording_replaces_the_plain_one_and_keeps_its_paragraphs() -> None:
    given = draft(Section(id="a", title="", sentences=(says("Plain.", "First part.\n\nSecond part."), says("Third."))))
    assert word_lines(write_docx(given)) == ["First part.", "Second part. Third."]
    assert pdf_pages(write_pdf(given))[0].split("\n")[:2] == ["First part.", "Second part. Third."]


def test_a_value_proposition_is_one_page_and_a_counteroffer_two() -> None:
    assert 300 < len(" ".join(s.wording for s in VALUE.sentences()).split()) < 400
    assert len(pdf_pages(write_pdf(VALUE))) == 1
    assert len(pdf_pages(write_pdf(COUNTEROFFER))) == 2


def test_pages_are_numbered_and_stamped() -> None:
    pages = pdf_pages(write_pdf(COUNTEROFFER, stamp="Draft - not approved"))
    assert [f"Page {i} of 2" in page for i, page in enumerate(pages, 1)] == [True, True]
    assert all(page.startswith("Draft - not approved") for page in pages)
    section = word(write_docx(COUNTEROFFER, stamp="Draft - not approved")).sections[0]
    assert section.header.paragraphs[0].text == "Draft - not approved"
    fields = [node.text.strip() for node in section.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert section.footer.paragraphs[0].text == "Page 1 of 1"  # the numbers Word replaces as it opens the file
    assert "Draft" not in pdf_pages(write_pdf(COUNTEROFFER))[0]
    assert word(write_docx(COUNTEROFFER)).sections[0].header.paragraphs[0].text == ""


def test_word_uses_built_in_styles_and_a_real_table() -> None:
    document = word(write_docx(COUNTEROFFER))
    styles = {p.text: p.style.name for p in document.paragraphs}
    assert styles["What we propose"] == "Heading 2"
    assert styles["Timely filing (section 5.4): 180 days in place of 90."] == "List Bullet"
    assert styles["Dear Contract Manager:"] == "Normal"
    assert styles["Provider Contracting"] == "No Spacing"
    assert word(write_docx(VALUE)).paragraphs[0].style.name == "Heading 1"
    grid = document.tables[0]
    assert grid.style.name == "Letter Table"
    assert [len(row._tr.xpath("w:trPr/w:tblHeader")) for row in grid.rows] == [1, *[0] * 9]
    right = [c.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for c in grid.rows[3].cells]
    assert right == [False] * 2 + [True] * 6
    assert [all(r.bold for c in row.cells for r in c.paragraphs[0].runs) for row in grid.rows] == [
        True, *[False] * 8, True,
    ]  # fmt: skip


def test_a_long_table_repeats_its_header_and_a_short_one_stays_whole() -> None:
    rows = [(f"{99000 + i}", f"Service {i}", f"${i}.00") for i in range(90)]
    given = draft(Section(id="t", title="All codes", table=table("Code|Service|Fee", "llr", rows)))
    pages = pdf_pages(write_pdf(given))
    assert len(pages) > 1
    assert all("Code Service Fee" in " ".join(page.split()) for page in pages)
    filler = tuple(says(f"Sentence {i} fills the page up to where the table would begin.") for i in range(95))
    above = Section(id="f", title="", style="list", sentences=filler)
    pages = pdf_pages(write_pdf(draft(above, COUNTEROFFER.sections[9])))
    assert [("99213" in page, "90471" in page) for page in pages if "99213" in page] == [(True, True)]


def test_blanks_are_marked_and_nothing_else_is() -> None:
    marked = [
        run.text
        for part in (word(write_docx(COUNTEROFFER)),)
        for p in [*part.paragraphs, *(c.paragraphs[0] for row in part.tables[0].rows for c in row.cells)]
        for run in p.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]
    assert marked == [
        "[name of the contract manager: to be completed]", "[practice NPI: to be completed]",
        "[current fee for 36415: to be completed]",
    ]  # fmt: skip
    yellow = rb"1 0?\.937\d* 0?\.6\d* (rg|scn)"
    assert re.search(yellow, inside_pdf(write_pdf(COUNTEROFFER)))
    assert not re.search(yellow, inside_pdf(write_pdf(draft(*sections("#prose\nNo blank [here]: to be completed")))))


def test_the_basis_sheet_starts_its_own_page_and_says_it_is_private() -> None:
    pages = pdf_pages(write_pdf(VALUE, BASIS))
    assert "Page 1 of 1" in pages[0]
    assert BASIS_TITLE not in pages[0]
    assert pages[1].startswith(BASIS_TITLE)
    assert all("Private: do not send" in page for page in pages[1:])
    lines = word_lines(write_docx(VALUE, BASIS))
    sheet = lines[lines.index(BASIS_TITLE) :]
    expected = [BASIS_TITLE, *BASIS_HEADER]
    for row in BASIS:
        expected += [f"{row.number}. {row.sentence}", *(text for line in row.basis for text in line)]
    assert sheet == expected
    assert all(squeeze(text) in squeeze("".join(pages[1:])) for text in expected)
    assert "Private" not in "".join(word_lines(write_docx(VALUE)) + pdf_pages(write_pdf(VALUE)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_come_out_as_written_everywhere(text: str) -> None:
    parts = [
        Section(id="a", title=text, sentences=(says(text), says("Next."))),
        Section(id="b", title="", style="list", sentences=(says(text),)),
        Section(id="c", title="", style="lines", sentences=(says(text),)),
        Section(id="d", title="", table=Table(
            header=(text, "B"), aligned="lr", rows=((Cell(text=text), Cell(text="1")),),
            total=(Cell(text=text), Cell(text="1")), note=says(text),
        )),
    ]  # fmt: skip
    given = draft(*parts, title=text)
    basis = [BasisRow(number=1, sentence=text, basis=((text, text, text),))]
    file = write_docx(given, basis, stamp=text)
    assert word_lines(file).count(text) == 10
    assert word(file).core_properties.title == text
    assert word(file).sections[0].header.paragraphs[0].text == text
    pdf = write_pdf(given, basis, stamp=text)
    assert squeeze("".join(pdf_pages(pdf))).count(squeeze(text)) == 14
    assert PdfReader(io.BytesIO(pdf)).metadata.title == text


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("a\x00b\x01c\x1bd\x7fe\x9ff", "abcdef"),
        ("\u202egnirts\u202c \u200fx\u200b\u2066y\u2069\ufeff", "gnirts xy"),
        ("pay\U000e0069\U000e0067\U000e006e us\u00ad fair\u2060ly\ufe0f", "pay us fairly"),
        ("tab\there  and\u2028there", "tab here and\nthere"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        (EVERYDAY, EVERYDAY),
        ("\ud800lone \ufffe\uffffend", "lone end"),
    ],
)  # fmt: skip
def test_what_no_file_can_hold_or_no_eye_can_see_is_dropped(given: str, seen: str) -> None:
    assert literal(given) == seen
    if "\ud800" not in given:  # no draft can be made of half a character
        letter = draft(Section(id="a", title="", style="lines", sentences=(says(given),)))
        assert word_lines(write_docx(letter)) == seen.split("\n")
        assert squeeze(pdf_pages(write_pdf(letter))[0]) == squeeze(seen) + "Page1of1"


def test_a_separate_accent_does_not_spread_to_the_same_plain_letter() -> None:
    letter = draft(*sections("#lines\nA\u0303 g\u0303\nA plain g and gg"))
    assert word_lines(write_docx(letter)) == ["Ã g\u0303", "A plain g and gg"]
    assert pdf_pages(write_pdf(letter))[0].split("\n")[1] == "A plain g and gg"


def test_a_word_longer_than_the_line_stays_on_the_page() -> None:
    given = draft(
        Section(id="a", title="", sentences=(says("x" * 400),), table=table("A|B", "lr", f"{'y' * 150}|{'9' * 80}"))
    )
    lines = pdf_pages(write_pdf(given))[0].split("\n")
    assert max(map(len, lines)) < 120
    assert [squeeze("".join(lines)).count(text) for text in ("x" * 400, "y" * 20)] == [1, 7]


def test_naughty_strings_survive_both_formats() -> None:
    folder = os.environ.get("PARLEY_HOSTILE_STRINGS")
    if not folder:
        pytest.skip("PARLEY_HOSTILE_STRINGS names no folder with blns.json")
    strings = [s for s in json.loads((Path(folder) / "blns.json").read_text("utf-8")) if literal(s)]
    given = draft(Section(id="a", title="", style="lines", sentences=tuple(says(s) for s in strings)))
    assert word_lines(write_docx(given)) == [line for s in strings for line in literal(s).split("\n")]
    text = squeeze("".join(re.sub(r"Page \d+ of \d+", "", page) for page in pdf_pages(write_pdf(given))))
    plain = [s for s in strings if s.isascii() and s.isprintable()]
    assert len(plain) > 50
    assert [s for s in plain if squeeze(s) not in text] == []


def test_the_same_draft_gives_the_same_bytes_on_any_day_and_in_any_process() -> None:
    code = (
        "import sys, hashlib; from workflows.adapters.write_docx import write_docx;"
        "from workflows.adapters.write_pdf import write_pdf; from workflows.domain.draft import Draft;"
        "loaded = {'docx', 'lxml', 'typst'} & set(sys.modules); assert not loaded, loaded;"
        "d = Draft.model_validate_json(sys.stdin.read());"
        "print(*(hashlib.sha256(w(d)).hexdigest() for w in (write_docx, write_pdf)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=COUNTEROFFER.model_dump_json(), capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    files = write_docx(COUNTEROFFER), write_pdf(COUNTEROFFER)
    assert done.stdout.split() == [hashlib.sha256(file).hexdigest() for file in files]
    with zipfile.ZipFile(io.BytesIO(files[0])) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2026, 3, 16, 0, 0, 0)}
    about = word(files[0]).core_properties
    assert (about.created.date(), about.modified.date()) == (DAY, DAY)
    made = PdfReader(io.BytesIO(files[1])).metadata
    assert made.creation_date.date() == DAY
    assert made.modification_date is None or made.modification_date.date() == DAY


def test_the_files_hold_the_letter_and_nothing_from_behind_it() -> None:
    canary = "CANARY-61"
    source = FromAnswer(field=canary, given_on=DAY, quote=canary)
    fact = Evidence(key=canary, says=canary, value=canary, source=source, grade="measured")
    given = COUNTEROFFER.model_copy(update={
        "ledger": {"e1": fact}, "notes": (canary,), "gaps": (Gap(field=canary, what=canary, why=canary, where=canary),),
    })  # fmt: skip
    file, pdf = write_docx(given), write_pdf(given)
    parts = parts_of(file)
    assert canary.encode() not in b"".join(parts.values()) + inside_pdf(pdf)
    assert b"Summit Health Plan" in parts["word/document.xml"]
    assert not [name for name in parts if re.search("thumbnail|customXml|comments|app.xml", name)]
    assert b"External" not in b"".join(data for name, data in parts.items() if name.endswith(".rels"))
    about = word(file).core_properties
    assert (about.title, about.language) == ("Counteroffer to Summit Health Plan", "en-US")
    assert not any((about.author, about.last_modified_by, about.comments, about.keywords, about.subject))
    made = PdfReader(io.BytesIO(pdf)).metadata
    assert (made.title, made.author, made.subject) == ("Counteroffer to Summit Health Plan", None, None)


def test_a_canary_in_the_letter_would_be_found_by_the_check_above() -> None:
    given = draft(*sections("#prose\nCANARY-61"), title="CANARY-61")
    assert b"CANARY-61" in parts_of(write_docx(given))["docProps/core.xml"]
    assert b"CANARY-61" in inside_pdf(write_pdf(given))


def test_a_very_long_title_and_an_empty_letter_are_written() -> None:
    given = draft(title="t" * 400)
    assert len(word(write_docx(given)).core_properties.title) == 255
    assert pdf_pages(write_pdf(given))[0].strip() == "Page 1 of 1"
