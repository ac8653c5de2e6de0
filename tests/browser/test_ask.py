"""Questions and articles in a real browser, on a desk and on a phone: citations open, a reload keeps, attacks stay text."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_the_whole_way import heading, page, press, settled, sound  # noqa: F401  (page: a fixture)

ULTIMATUM = "They sent a take-it-or-leave-it offer and we have ten days. What now?"
FIRST = 120_000  # milliseconds: a busy machine opens the index for the first time


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """A server on loopback, which the browser may reach, and what was asked of it."""
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Canary) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def type_and_send(page: Page, words: str) -> None:  # noqa: F811
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(words)
    box.press("Enter")


def to_ask(page: Page, server: str) -> None:  # noqa: F811
    """The Ask page with the worked example open."""
    page.goto(server)
    heading(page, "Parley")
    press(page, "Open the worked example")
    heading(page, "Your practice")
    press(page, "Ask")
    heading(page, "Ask")


def answered(page: Page, count: int) -> None:  # noqa: F811
    expect(page.locator(".cited")).to_have_count(count, timeout=FIRST)
    settled(page)


def test_a_citation_opens_the_passage_with_the_quoted_words_marked(page: Page, server: str) -> None:  # noqa: F811
    to_ask(page, server)
    sound(page)
    press(page, ULTIMATUM)
    answered(page, 1)
    expect(page.get_by_text(ULTIMATUM).first).to_be_in_viewport()  # one begins to read at the beginning
    sound(page)
    mark = page.get_by_role("button", name="Citation 1:").first
    mark.focus()
    mark.press("Enter")
    note = page.get_by_role("region", name="Citation 1:")
    expect(note.locator("mark")).to_be_visible()
    quoted = note.locator("mark").inner_text()
    assert quoted in page.locator(".said").first.inner_text()
    sound(page)
    page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(mark).to_be_focused()
    assert page.locator(".cited a").count() == 0


def test_a_reload_keeps_the_conversation_and_own_answers_lead_back_to_their_question(page: Page, server: str) -> None:  # noqa: F811
    to_ask(page, server)
    type_and_send(page, ULTIMATUM)
    answered(page, 1)
    before = page.locator(".cited section").all_inner_texts()
    type_and_send(page, "and if they refuse?")
    answered(page, 2)
    page.get_by_role("radio", name="Thumbs up").last.click()
    page.get_by_label("What was right or wrong about it").wait_for()
    page.reload()
    answered(page, 2)
    assert page.locator(".cited").first.locator("section").all_inner_texts() == before
    expect(page.get_by_label("What was right or wrong about it")).to_be_visible()
    own = page.locator("section", has=page.get_by_role("heading", name="From your own answers")).first
    own.locator(".mark").first.click()
    page.get_by_role("button", name="Go to that question").click()
    page.get_by_text("Interview · step").wait_for()


def test_patient_detail_stays_in_the_box_and_nowhere_else(page: Page, server: str) -> None:  # noqa: F811
    to_ask(page, server)
    words = "Our patient John Smith, born 3/4/1961, MRN 445566, was denied. What now?"
    type_and_send(page, words)
    page.get_by_text("looks like detail of a patient").wait_for(timeout=FIRST)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value(words)
    assert page.get_by_test_id("stMarkdown").filter(has_text="445566").count() == 0


def attack(canary: str) -> str:
    return (
        f"![x]({canary}/image) <img src={canary}/html> [a]({canary}/link) <script>fetch('{canary}/script')</script> ?"
    )


def test_an_attack_stays_text_and_asks_nothing_of_anybody(
    page: Page,  # noqa: F811
    server: str,
    canary: tuple[str, list[str]],
) -> None:
    address, asked = canary
    to_ask(page, server)
    type_and_send(page, f"{ULTIMATUM} {attack(address)}")
    answered(page, 1)
    expect(page.get_by_text(f"<img src={address}/html>").first).to_be_visible()
    assert page.get_by_test_id("stMain").locator("img, script, iframe, a[href]").count() == 0
    page.reload()
    answered(page, 1)
    assert asked == []


def test_the_canary_hears_the_same_attack_where_it_is_not_made_inert(
    page: Page,  # noqa: F811
    canary: tuple[str, list[str]],
) -> None:
    address, asked = canary
    page.set_content(attack(address))
    page.wait_for_load_state("networkidle")
    assert "/html" in asked


def test_an_article_is_found_read_and_shared_by_its_address(page: Page, server: str) -> None:  # noqa: F811
    page.goto(f"{server}/articles")
    heading(page, "Guidance")
    page.locator(".go").first.wait_for()
    sound(page)
    find = page.get_by_label("Search all articles")
    find.fill("how long do we have to send a claim")
    find.press("Enter")
    page.get_by_role("heading", name="Nearest to your words").wait_for(timeout=FIRST)
    page.get_by_role("button", name="Timely filing").click()
    heading(page, "Timely filing")
    assert "article=clause-timely-filing" in page.url
    page.reload()
    heading(page, "Timely filing")
    page.get_by_role("heading", name="Sources", exact=True).wait_for()
    sound(page)
    page.get_by_role("button", name="Citation 1:").first.click()
    expect(page.get_by_role("region", name="Citation 1:")).to_be_visible()
    press(page, "Ask about this")
    heading(page, "Ask")
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value(re.compile("^Timely filing"))
