"""The guidance shelf is sound, says only what it marks, and a mistake in it is told with its file and line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workflows.catalog import KNOWLEDGE, Catalog
from workflows.catalog.shelf import load_shelf
from workflows.domain.errors import KnowledgeFault
from workflows.domain.guidance import CORE, Shelf

MOST = 350  # words of an answer, so of what an article answers with
# Every kind of clause a payer's agreement can hold, and what else an article must be there for.
WANTED = [
    "unilateral-amendment",
    "termination-without-cause",
    "termination-for-cause",
    "term-and-renewal",
    "timely-filing",
    "recoupment-and-offset",
    "most-favored-nation",
    "all-products",
    "indemnification",
    "fee-schedule-basis",
    "lesser-of",
    "medical-necessity-prior-auth",
    "retrospective-denial",
    "rental-network-silent-ppo",
    "assignment-change-of-control",
    "confidentiality-gag",
    "exclusivity-nonsolicit",
    "dispute-resolution",
    "prompt-payment",
    "credentialing-loading",
    "audit-extrapolation",
    "policy-manual",
    "tiering-steerage-carveouts",
    "continuity-of-care",
    "claim-edits-downcoding",
]


def test_there_are_at_least_seventy_articles_and_one_for_every_kind_of_clause(guidance_shelf: Shelf) -> None:
    assert len(guidance_shelf.articles) >= 70
    assert not [w for w in WANTED if f"clause-{w}" not in guidance_shelf.articles]
    assert {"take-it-or-leave-it", "rate-escalators", "antitrust-act-alone"} <= guidance_shelf.articles.keys()


def test_every_statement_names_its_sources_or_is_marked_general_and_then_holds_no_figure(guidance_shelf: Shelf) -> None:
    said = [(p.article, s) for a in guidance_shelf.articles.values() for p in a.passages for s in p.statements]
    assert len(said) > 2000
    assert not [(a, s.text) for a, s in said if not s.sources and re.search(r"\d", s.text)]
    assert sum(bool(s.sources) for _, s in said) > len(said) / 3


def test_what_an_article_answers_with_fits_into_an_answer(guidance_shelf: Shelf) -> None:
    for article in guidance_shelf.articles.values():
        words = sum(len(p.text.split()) for p in article.passages if p.core)
        assert 150 <= words <= MOST, (article.id, words)
        assert len(article.questions) >= 6, article.id


def test_every_dispute_shows_two_sides_and_every_article_that_takes_one_says_so(guidance_shelf: Shelf) -> None:
    assert len(guidance_shelf.disputes) >= 26
    for article in guidance_shelf.articles.values():
        if article.disputes:
            assert article.passage("Where sources disagree") is not None, article.id


def test_no_statement_carries_a_descriptor_of_a_procedure_code_or_a_link(guidance_shelf: Shelf) -> None:
    for article in guidance_shelf.articles.values():
        for passage in article.passages:
            assert not re.search(r"https?://|www\.|\b\d{5}\s*[(:]\s*[a-z]{3}", passage.text), (
                article.id,
                passage.heading,
            )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.replace("sources: [", "sources: [S999, ", 1), "sources and marks differ: S999"),
        (lambda t: re.sub(r" \[[^\]]+\]\.(\n\n## )", r".\1", t, count=1), "says something without a mark"),
        (lambda t: t.replace("[GK]", "[GK, S01]", 1), "GK beside a source"),
        (lambda t: t.replace("## Steps", "## Stepps", 1), "the first headings are not Short answer, Steps"),
        (lambda t: t.replace("\n## Steps", " word" * 60 + " [GK].\n\n## Steps", 1), "words under one mark"),
        (lambda t: t.replace("related: [", "related: [no-such-article, ", 1), "is related to no-such-article"),
        (
            lambda t: t.replace("## Steps\n1. ", "## Steps\n1. See ![x](http://example.org/y) ", 1),
            "holds bold type, a link",
        ),
        (lambda t: t.replace("title:", "titel:", 1), "title: Field required"),
        (lambda t: t.replace("reviewed: 2026-11-22", "reviewed: soon", 1), "reviewed"),
        (lambda t: "no front matter", "begins without front matter"),
        (lambda t: t.replace("walk_away.notice_days", "walk_away.nothing"), "hangs on the unknown field"),
    ],
)
def test_a_mistake_in_an_article_is_told_with_its_file(
    tmp_path: Path, shelf: Catalog, change: Callable[[str], str], told: str
) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE / "guidance", root / "guidance")
    file = root / "guidance/take-it-or-leave-it.md"
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, "the change must change something"
    file.write_text(after, encoding="utf-8")
    with pytest.raises(KnowledgeFault) as fault:
        load_shelf(shelf, root)
    assert any(told in line and "take-it-or-leave-it.md:" in line for line in fault.value.problems), (
        fault.value.problems
    )


def test_an_article_that_nobody_can_reach_is_told(tmp_path: Path, shelf: Catalog) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE / "guidance", root / "guidance")
    alone = (root / "guidance/take-it-or-leave-it.md").read_text(encoding="utf-8")
    renamed = re.sub(r"^- .+\?$", lambda m: m[0] + " again", alone, flags=re.MULTILINE)
    (root / "guidance/alone.md").write_text(renamed, encoding="utf-8")
    with pytest.raises(KnowledgeFault) as fault:
        load_shelf(shelf, root)
    assert any("alone.md:2: no other article leads here" in line for line in fault.value.problems)


def test_headings_begin_with_the_five_that_answer(guidance_shelf: Shelf) -> None:
    for article in guidance_shelf.articles.values():
        assert tuple(p.heading for p in article.passages[:5]) == CORE
