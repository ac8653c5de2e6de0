"""A new case from the first question to the files that are sent, as a person does it, on a desk and on a phone."""

import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import docx
import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

STEPS = [
    "practice",
    "diagnoses",
    "er_avoidance",
    "access",
    "quality",
    "market",
    "rates",
    "friction",
    "walk_away",
    "ask",
]
WORDS = "We hold 36 same-day slots a week and took 1,240 after-hours calls in the last year."


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page that may reach loopback alone; what it asks of anybody else is refused and counted."""
    context = browser.new_context(viewport={"width": request.param, "height": 900}, accept_downloads=True)
    strangers: list[str] = []

    def only_here(route: object) -> None:
        url = route.request.url  # type: ignore[attr-defined]
        if url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            route.continue_()  # type: ignore[attr-defined]
        else:
            strangers.append(url)
            route.abort()  # type: ignore[attr-defined]

    context.route("**/*", only_here)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert strangers == []


def settled(page: Page) -> None:
    """The script has run to its end and the connection is up. Wait for what is new on the page first."""
    done = "[data-testid='stApp'][data-test-script-state='notRunning'][data-test-connection-state='CONNECTED']"
    page.locator(done).wait_for(state="attached")


def heading(page: Page, name: str) -> None:
    page.get_by_role("heading", level=1, name=name).wait_for()
    settled(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill(page: Page, **answers: str) -> None:
    for label, value in answers.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)


def first_row(page: Page, values: list[str]) -> None:
    """Fills the first row of the first table. Cells are drawn on a canvas: Enter opens one, Tab goes on."""
    grid = page.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    settled(page)
    grid.locator("canvas").first.click(position={"x": 90, "y": 53}, force=True)
    for value in values:
        page.keyboard.press("Enter")
        box = page.locator(".gdg-input")
        box.fill(value)
        box.press("Tab")
        box.wait_for(state="detached")


def sound(page: Page) -> None:
    """One first heading, no level left out on the way down, and a name for everything that can be operated."""
    levels = [
        int(tag[1]) for tag in page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("all => all.map(e => e.tagName)")
    ]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels)), levels
    nameless = page.locator("button:visible, input:visible, textarea:visible, [role=button]:visible").evaluate_all(
        """all => all.filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.title
             || e.getAttribute('aria-labelledby') || (e.labels && [...e.labels].some(l => l.textContent.trim()))))
           .map(e => e.outerHTML.slice(0, 200))"""
    )
    assert nameless == []
    spoken = page.locator("[aria-label]").evaluate_all("all => all.map(e => e.getAttribute('aria-label'))")
    assert [name for name in spoken if "\\" in name or ":material" in name] == []
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]


def sentence(page: Page, words: str) -> Locator:
    return page.locator("[data-slot]").filter(has_text=words).first


def download(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=name).first.click()
    return Path(started.value.path()).read_bytes()


def read_docx(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    headers = [p.text for s in document.sections for p in s.header.paragraphs]
    return " ".join([*headers, *(p.text for p in document.paragraphs), *cells])


def read_pdf(content: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(content)).pages).split())


def test_a_new_case_from_the_first_question_to_files_that_can_be_sent(page: Page, server: str) -> None:
    page.goto(server)
    heading(page, "Parley")
    sound(page)
    fill(page, Practice_and_payer="Lakeview")
    press(page, "Start a case")
    _practice(page)
    _diagnoses(page)
    _own_words(page)
    case = page.url.split("case=")[1].split("&")[0]
    _money(page, f"{server}/interview?case={case}&step=")
    _review(page, f"{server}/interview?case={case}&step=review")
    _letter(page, f"{server}/letters?case={case}&document=counteroffer")


def _practice(page: Page) -> None:
    heading(page, "Your practice")
    sound(page)
    fill(page, Practice_name="Lakeview Family Medicine", Physicians="4000", Payer="Buckeye Valley Health Plan")
    fill(page, Contract_or_network_manager="Dana Reyes, Network Contract Manager", Agreement_effective_date="2017-03")
    fill(page, Our_contact="Ruth Okafor, MD, President", Contact_telephone="(513) 555-0142")
    page.get_by_label("Specialty", exact=True).press_sequentially("family medicine")
    page.get_by_role("option", name="family medicine", exact=True).click()
    press(page, "Save and continue")
    page.get_by_text("4000 is outside 0 to 2,000").wait_for()  # nothing is lost, and nothing is saved
    expect(page.get_by_label("Practice name", exact=True)).to_have_value("Lakeview Family Medicine")
    fill(page, Physicians="4")
    press(page, "Save and continue")


def _diagnoses(page: Page) -> None:
    heading(page, "What you treat")
    settled(page)
    find = page.get_by_label("Look up an ICD-10-CM code")
    find.fill("E11.9")
    find.press("Enter")
    page.get_by_role("button", name="Add E11.9").click()
    page.get_by_text("Added E11.9").first.wait_for()
    settled(page)
    press(page, "Save and continue")


def _own_words(page: Page) -> None:
    heading(page, "Keeping members out of the emergency room")
    page.get_by_label("Or tell me in your own words").fill(WORDS)
    page.get_by_label("Or tell me in your own words").press("Enter")
    page.get_by_text("This is what I understood").wait_for()
    settled(page)
    press(page, "Confirm ticked")
    page.get_by_text("from your words").first.wait_for(state="detached")
    settled(page)
    expect(page.get_by_label("Same-day and next-day visits held open", exact=True)).to_have_value("36")
    fill(page, Emergency_visits_avoided="412")
    fill(page, **{"Emergency visits avoided: in which period": "2025"})
    page.get_by_role("button", name="Letters", exact=True).click()  # leaving by the pages saves as well
    heading(page, "Letters")
    page.get_by_role("button", name="Interview", exact=True).click()
    heading(page, "Keeping members out")
    expect(page.get_by_label("Emergency visits avoided", exact=True)).to_have_value("412")


def _money(page: Page, step: str) -> None:
    page.goto(f"{step}rates")
    heading(page, "What you are paid")
    page.get_by_test_id("stDataFrame").first.wait_for()
    first_row(page, ["99213", "office visits", "2,450", "84.10"])
    fill(page, Period_of_the_volumes="the 12 months to September 2026")
    press(page, "Save")
    page.get_by_text("Saved.").first.wait_for()
    page.goto(f"{step}ask")
    heading(page, "What you ask for")
    fill(
        page, **{"Target (percent of Medicare)": "118", "Target (percent of Medicare): of which Medicare year": "2026"}
    )
    press(page, "Save and continue")


def _review(page: Page, address: str) -> None:
    heading(page, "Review your answers")
    page.goto(address)  # and the address alone brings one back
    heading(page, "Review your answers")
    for said in ("Lakeview Family Medicine", "4 physicians", "E11.9", "412", "99213", "$84.10", "118%"):
        expect(page.get_by_text(said).first).to_be_visible()
    sound(page)


def _letter(page: Page, address: str) -> None:
    page.goto(address)
    heading(page, "Letters")
    chosen = sentence(page, "4 physicians")
    chosen.focus()
    chosen.press("Enter")
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Your answer: Specialty").first).to_be_visible()
    wording = page.get_by_label("Wording", exact=True)
    plain = wording.input_value()
    _typed_wording_is_kept(page, chosen, wording, plain)
    wording.fill(plain.replace("4 physicians", "44 physicians"))
    press(page, "Keep this wording")
    page.get_by_text("no fact behind this sentence").first.wait_for()
    page.get_by_text("Plain wording, for comparison").wait_for()
    settled(page)
    stamped = read_docx(download(page, "Word (DOCX)"))
    assert "not approved" in stamped
    page.get_by_label("Your name").fill("Ruth Okafor, MD")
    press(page, "Approve this version")
    page.get_by_text("the guard objects").wait_for()
    settled(page)
    press(page, "Restore plain wording")
    page.get_by_text("Plain wording, for comparison").wait_for(state="detached")
    settled(page)
    sound(page)
    press(page, "Approve this version")
    page.get_by_text("approved by Ruth Okafor, MD").wait_for()
    settled(page)
    _files(page)


def _typed_wording_is_kept(page: Page, chosen: Locator, wording: Locator, plain: str) -> None:
    """Typed, and then another sentence chosen without keeping it."""
    wording.fill(f"{plain} We like it here.")
    sentence(page, "Ruth Okafor").click()
    page.get_by_text("Your wording is kept.").first.wait_for()
    settled(page)
    chosen.click()
    page.get_by_text("Plain wording, for comparison").wait_for()
    settled(page)
    expect(wording).to_have_value(f"{plain} We like it here.")
    press(page, "Restore plain wording")
    page.get_by_text("Plain wording, for comparison").wait_for(state="detached")
    settled(page)
    expect(wording).to_have_value(plain)


def _files(page: Page) -> None:
    versions = page.locator("[class*='st-key-version_1']")
    for name, read in (("Word (DOCX)", read_docx), ("PDF", read_pdf)):
        with page.expect_download() as started:
            versions.get_by_role("button", name=name).click()
        said = read(Path(started.value.path()).read_bytes())
        for words in ("Lakeview Family Medicine", "4 physicians", "99213", "118%", "Ruth Okafor"):
            assert words in said, words
        assert "44 physicians" not in said
        assert "not approved" not in said


@pytest.mark.parametrize("step", [*STEPS, "review"])
def test_every_step_of_the_example_is_sound(page: Page, server: str, step: str) -> None:
    page.goto(server)
    heading(page, "Parley")
    page.get_by_role("button", name="Open the worked example").click()
    heading(page, "Your practice")
    page.goto(page.url.replace("step=practice", f"step={step}"))
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    sound(page)


def test_a_step_chosen_in_the_sidebar_shows_the_page_on_a_phone_too(page: Page, server: str) -> None:
    page.goto(server)
    heading(page, "Parley")
    page.get_by_role("button", name="Open the worked example").click()
    heading(page, "Your practice")
    phone = page.evaluate("innerWidth < 768")
    sidebar = page.get_by_test_id("stSidebar")
    for chosen in ("Quality you can show", "What you treat"):
        if phone:
            page.get_by_test_id("stExpandSidebarButton").click()
        sidebar.get_by_text(chosen).click()
        heading(page, chosen)
        expect(sidebar).to_have_attribute("data-collapsed", "true" if phone else "false")


def test_the_line_under_a_field_opens_by_keyboard(page: Page, server: str) -> None:
    page.goto(server)
    heading(page, "Parley")
    page.get_by_role("button", name="Open the worked example").click()
    heading(page, "Your practice")
    said = page.get_by_text("Your provider roster.").first
    expect(said).not_to_be_visible()
    line = page.locator("summary").filter(has_text="Which specialty do you practice?")
    line.focus()
    line.press("Enter")
    expect(said).to_be_visible()


def test_hostile_text_stays_text(page: Page, server: str) -> None:
    hostile = (
        "![x](http://127.0.0.1:9/x.png) <img src=x> [a](http://evil.example) $x^2$ :red[hi] :smile: me@evil.example"
    )
    page.goto(server)
    heading(page, "Parley")
    fill(page, Practice_and_payer=hostile)
    press(page, "Start a case")
    heading(page, "Your practice")
    fill(page, Agreement=hostile, Practice_name=hostile)
    press(page, "Save")
    page.get_by_text("Saved.").first.wait_for()
    settled(page)
    case = page.url.split("case=")[1].split("&")[0]
    for address in ("interview?step=review&", "letters?document=counteroffer&", "leverage?", "?"):
        page.goto(f"{server}/{address}case={case}")
        page.get_by_role("heading", level=1).wait_for()
        settled(page)
        assert page.get_by_test_id("stMain").locator("img, .katex, a[href*=evil]").count() == 0
        assert page.get_by_text(":red[hi]").count() or page.get_by_text("red[hi]").count() or address == "leverage?"
