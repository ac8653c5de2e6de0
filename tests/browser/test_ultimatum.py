"""From the ultimatum to the letter that answers it, in a real browser, on a desk and on a phone."""

from playwright.sync_api import Page, expect

from tests.browser.test_the_whole_way import download, heading, page, press, read_docx, sound  # noqa: F401


def test_from_the_ultimatum_to_the_exported_letter(page: Page, server: str) -> None:  # noqa: F811
    page.goto(server)
    heading(page, "Parley")
    press(page, "Open the worked example")
    heading(page, "Your practice")
    press(page, "Ultimatum")
    heading(page, "Take it or leave it?")
    sound(page)
    expect(page.get_by_text("The offer is below your floor")).to_have_count(0)
    page.get_by_text("Show what is private").click()
    expect(page.get_by_text("The offer is below your floor")).to_be_visible()
    page.get_by_role("radio", name="Documents").or_(page.get_by_role("button", name="Documents")).first.click()
    assert b"BEGIN:VCALENDAR" in download(page, "Calendar (.ics)")
    press(page, "Answer letter")
    heading(page, "Letters")
    expect(page.locator(".paper")).to_contain_text("What we ask of you")
    sound(page)
    letter = read_docx(download(page, "Word (DOCX)"))
    assert "103%" not in letter
    assert "walk" not in letter.lower()
    assert "Dana Reyes" in letter
