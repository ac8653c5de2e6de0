"""A contract in a real browser, on a desk and on a phone: files in, clauses beside their page, a change asked for, files out."""

import io
import re
from pathlib import Path

import docx
from playwright.sync_api import Page, expect

from tests.browser.test_the_whole_way import download, heading, page, press, settled, sound  # noqa: F401  (page: a fixture)

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "knowledge/example"
SCAN = ROOT / "tests/contracts_given/robustness/scanned_all.pdf"
HIDDEN = ROOT / "tests/contracts_given/robustness/hidden_instructions.pdf"


def begin(page: Page, server: str) -> None:  # noqa: F811
    page.goto(server)
    heading(page, "Parley")
    press(page, "Start a case")
    heading(page, "Your practice")
    press(page, "Contract")
    heading(page, "Contract")


def upload(page: Page, *files: Path) -> None:  # noqa: F811
    page.locator("input[type=file]").set_input_files(list(files))


def test_files_are_read_a_clause_is_chosen_and_its_change_asked_for(page: Page, server: str) -> None:  # noqa: F811
    begin(page, server)
    sound(page)
    upload(page, EXAMPLE / "contract_amendment_1.pdf", EXAMPLE / "contract.pdf", SCAN)
    page.get_by_role("alert").filter(has_text="is a scan").wait_for()
    page.get_by_text("High risk:").first.wait_for()
    settled(page)
    sound(page)
    expect(page.get_by_text("contract.pdf → contract_amendment_1.pdf")).to_be_visible()
    press_finding(page, "Time to submit a claim")
    marked = page.locator("mark")
    expect(marked.first).to_contain_text("Provider shall submit each claim within ninety (90) days")
    expect(marked.first).to_be_in_viewport()
    page.get_by_role("textbox", name="Reason (may stay empty)").fill("primary payers often answer later")
    press(page, "Ask for the change")
    page.get_by_text("Change asked for").first.wait_for()
    settled(page)
    sheet = docx.Document(io.BytesIO(download(page, "Export the sheet")))
    (_, row) = sheet.tables[0].rows
    assert [c.text for c in row.cells][0::4] == ["Timely filing", "primary payers often answer later"]
    calendar = download(page, "Put them in a calendar").decode()
    assert "DTSTART;VALUE=DATE:20150301" in calendar
    page.reload()
    page.get_by_text("High risk:").first.wait_for()
    sound(page)


def press_finding(page: Page, name: str) -> None:  # noqa: F811
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()
    page.get_by_role("heading", level=3, name=name).wait_for()
    settled(page)


def test_a_finding_is_chosen_by_keyboard(page: Page, server: str) -> None:  # noqa: F811
    begin(page, server)
    press(page, "See it on an example agreement")
    page.get_by_text("High risk:").first.wait_for()
    settled(page)
    page.get_by_role("button", name=re.compile("^How disputes are settled")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=3, name="How disputes are settled").wait_for()
    settled(page)
    expect(page.locator("mark").first).to_contain_text("binding arbitration in Columbus, Ohio")
    sound(page)


def test_what_a_contract_hides_is_told_and_not_obeyed(page: Page, server: str) -> None:  # noqa: F811
    begin(page, server)
    upload(page, HIDDEN)
    page.get_by_text("High risk:").first.wait_for()
    settled(page)
    expect(page.get_by_role("alert").filter(has_text="hidden_instructions.pdf").first).to_be_visible()
    sound(page)
