"""Fees in a real browser, on a desk and on a phone: a file in, a column mapped, the comparison seen, the export read back."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_the_whole_way import download, heading, page, press, settled, sound  # noqa: F401  (page: a fixture)

FEES = b"""Acme Health Plan,,,
Professional fees,,,
CPT Code,Mod,Alw 27,Effective Date
99213,,$70.23,3/1/2019
99214 Office visit,,$112.71,3/1/2019
93000,,$13.95,3/1/2019
"=2+2",,$9.00,3/1/2019
"""
UNITS = b"Code,Units\n99213,1000\n99214,500\n93000,200\n"


def choose(page: Page, label: str, option: str) -> None:  # noqa: F811
    settled(page)
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.press_sequentially(option)  # the list shows only part of itself until it is narrowed
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def upload(page: Page, name: str, content: bytes) -> None:  # noqa: F811
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_text("What each column means").wait_for()
    settled(page)


def kept(page: Page, button: str) -> None:  # noqa: F811
    press(page, button)
    page.get_by_text("What each column means").wait_for(state="detached")
    settled(page)


def test_a_file_with_titles_is_mapped_kept_compared_and_exported(page: Page, server: str) -> None:  # noqa: F811
    page.goto(server)
    heading(page, "Parley")
    press(page, "Start a case")
    heading(page, "Your practice")
    page.get_by_label("Payer", exact=True).fill("Acme Health Plan")
    page.get_by_label("ZIP code of the main site", exact=True).fill("36602")
    press(page, "Rates")
    heading(page, "Rates")
    sound(page)
    upload(page, "acme fees.csv", FEES)
    page.get_by_text("no row with a code and a price").wait_for()
    choose(page, "Column C", "Fee")
    page.get_by_text("Would be kept: 3 fees, the first 99213 at $70.23").wait_for()
    page.get_by_text("Row 7:").wait_for()
    sound(page)
    kept(page, "Keep these fees")
    page.get_by_text("of Medicare (2026 Medicare").wait_for()
    page.get_by_text("Add a file").click()
    choose(page, "What is it?", "How often we bill each code (units)")
    upload(page, "units.csv", UNITS)
    page.get_by_text("Would be kept: units of 3 codes").wait_for()
    kept(page, "Keep these units")
    # 1000 x 70.23 + 500 x 112.71 + 200 x 13.95 = 129,375 of 87,790 + 62,615 + 2,790 = 153,195 in Alabama: 84.5%
    page.get_by_text("Acme Health Plan pays 84.5% of Medicare").wait_for()
    expect(
        page.get_by_role("figure", name="Percent of Medicare by code")
        .or_(page.get_by_label("Percent of Medicare by code"))
        .first
    ).to_be_visible()
    sound(page)
    rows = list(csv.DictReader(io.StringIO(download(page, "Export CSV (private)").decode("utf-8-sig"))))
    assert [(r["Code"], r["Fee"], r["Medicare"], r["Percent of Medicare"]) for r in rows] == [
        ("99213", "70.23", "87.79", "80.0"),
        ("99214", "112.71", "125.23", "90.0"),
        ("93000", "13.95", "13.95", "100.0"),
    ]
    page.reload()
    page.get_by_text("Acme Health Plan pays 84.5% of Medicare").wait_for()


def test_the_worked_example_shows_payers_side_by_side_and_hides_the_walk_away(page: Page, server: str) -> None:  # noqa: F811
    page.goto(f"{server}/rates")
    heading(page, "Rates")
    page.goto(server)
    heading(page, "Parley")
    press(page, "Open the worked example")
    heading(page, "Your practice")
    press(page, "Rates")
    heading(page, "Rates")
    page.get_by_text("Buckeye Valley Health Plan pays 91.6% of Medicare").wait_for()
    page.get_by_role("button", name="Export CSV (private)").wait_for()
    settled(page)
    sound(page)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("$71,402")).to_have_count(0)
    main.get_by_text("Show what is private (walk-away, target, leaving)").click()
    expect(main.get_by_text("$71,402").first).to_be_visible()
    sound(page)


@pytest.mark.parametrize("name", ["fees.pdf", "fees.xls"])
def test_a_file_that_is_no_table_is_refused_in_one_sentence(page: Page, server: str, name: str) -> None:  # noqa: F811
    page.goto(server)
    heading(page, "Parley")
    press(page, "Start a case")
    heading(page, "Your practice")
    press(page, "Rates")
    heading(page, "Rates")
    page.get_by_role("textbox", name="Whose fees are these?").fill("Acme")
    start = b"%PDF-1.7 ..." if name.endswith("pdf") else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ..."
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "x/y", "buffer": start})
    page.get_by_role("alert").filter(has_text=name).wait_for()
    expect(page.get_by_role("button", name="Keep these fees")).to_have_count(0)
