"""knowledge/ is sound, and a mistake in it is told with its file and line before anybody meets it in a letter."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workflows import interview
from workflows.catalog import KNOWLEDGE, WORKED_OUT, Catalog
from workflows.domain.errors import KnowledgeFault, Refused
from workflows.domain.knowledge import PLACEHOLDER, Question, Step, placeholders
from workflows.domain.language import figures

# --- the shelves as shipped -----------------------------------------------------------------------------------------

# Figures that stand in wording on purpose: their words -> the benchmark the same sentence gives, and the reason.
ON_PURPOSE = {
    "June 2025": ("operating_cost_2025", "the month of the MGMA poll whose percentage the sentence gives"),
    "2019": ("ed_primary_care_treatable", "the year of UnitedHealth Group's two figures"),
    "2008": ("", "NBER's study period (S103), in the gain of independence; no amount is drawn from it"),
    "2016": ("", "NBER's study period (S103), in the gain of independence; no amount is drawn from it"),
    "two": ("", 'an idiom of two mechanisms ("a day or two", "the two things"), not a figure of this practice'),
}


def every_question(shelf: Catalog) -> list[tuple[Step, Question]]:
    return [(step, q) for step in shelf.steps for q in step.questions]


def test_the_shelves_as_shipped_are_sound(shelf: Catalog) -> None:
    assert Catalog.load() == shelf
    assert len(shelf.steps) == 10
    assert [s.order for s in shelf.steps] == list(range(1, 11))


def test_every_question_says_why_the_payer_cares_from_which_source_what_is_strong_and_where_to_find_it(
    shelf: Catalog,
) -> None:
    for step, q in every_question(shelf):
        where = f"{step.id}.{q.id}"
        assert q.label.strip(), where
        assert q.ask.strip().endswith(("?", ".")), where
        assert len(q.why) > 20, where
        assert q.sources, where
        assert q.where.strip(), where
        assert q.strong.strip(), where


def test_a_question_s_own_strong_example_is_accepted(shelf: Catalog) -> None:
    for step, q in every_question(shelf):
        if q.kind != "table":
            field = f"{step.id}.{q.id}"
            raw = [p.strip() for p in q.strong.split(",")] if q.kind == "choices" else q.strong
            try:
                assert interview.canonical(field, q, raw)
            except Refused as refusal:
                pytest.fail(f"{field}: {refusal}")


def test_every_lack_is_shown_as_a_gap_until_its_field_is_answered(shelf: Catalog, example) -> None:  # type: ignore[no-untyped-def]
    lacking = {f"{step.id}.{q.id}" for step, q in every_question(shelf) if q.lack}
    assert lacking
    assert {gap.field for gap in interview.gaps(shelf.steps, {})} == lacking
    assert not {g.field for g in interview.gaps(shelf.steps, example.answers)} & set(example.answers)


def test_a_gap_names_the_report_that_would_fill_it(shelf: Catalog) -> None:
    for gap in interview.gaps(shelf.steps, {}):
        assert gap.what.endswith(".")
        assert gap.why
        assert gap.where


def test_wording_outside_its_keys_holds_no_figure_but_those_of_a_published_source(shelf: Catalog) -> None:
    texts = [t for o in shelf.outlines for s in o.sections for w in s.sentences for t in w.any]
    texts += [s.title for o in shelf.outlines for s in o.sections]
    texts += [t.gain for t in shelf.topics] + [m.says for t in shelf.topics for m in t.mechanisms]
    seen = set()
    for text in texts:
        for found in figures(PLACEHOLDER.sub("", text)):
            assert found.words in ON_PURPOSE, f"{found.words!r} in {text!r}"
            seen.add(found.words)
            benchmark = ON_PURPOSE[found.words][0]
            assert not benchmark or f"{{benchmark.{benchmark}}}" in text, text
    assert seen == set(ON_PURPOSE), "an exception that is no longer needed"


def test_every_key_of_the_outlines_is_an_answer_or_is_worked_out(shelf: Catalog) -> None:
    visible = shelf.visibility()
    for outline in shelf.outlines:
        for wording in (w for s in outline.sections for w in s.sentences):
            for key in [k for t in wording.any for k, _ in placeholders(t)] + [*wording.when, *wording.unless]:
                field = key.removesuffix(":bare").split("[")[0]
                assert visible.get(field) == "sendable" or field.startswith(WORKED_OUT), key


def test_every_benchmark_key_of_the_outlines_is_a_benchmark_on_the_shelf(shelf: Catalog) -> None:
    used = {
        k.removeprefix("benchmark.")
        for o in shelf.outlines
        for s in o.sections
        for w in s.sentences
        for t in w.any
        for k, _ in placeholders(t)
        if k.startswith("benchmark.")
    }
    assert used
    assert used <= {b.id for b in shelf.benchmarks}


def test_the_register_names_each_source_once_with_a_whole_link(shelf: Catalog) -> None:
    text = (KNOWLEDGE / "guidance/sources.yaml").read_text()
    ids = re.findall(r"^- id: (\S+)$", text, re.M)
    assert len(ids) == len(set(ids)) == len(shelf.sources)
    for entry in shelf.sources.values():
        assert re.fullmatch(r"S\d{2,3}", entry.id)
        assert entry.title.strip()
        assert not entry.url or re.fullmatch(r"https?://[a-z0-9.-]+\.[a-z]{2,}(?:/\S*)?", entry.url, re.I), entry.url
        assert not entry.year or re.fullmatch(r"(?:19|20)\d\d", entry.year), entry.id


def test_every_benchmark_carries_year_population_publisher_and_link(shelf: Catalog) -> None:
    for benchmark in shelf.benchmarks:
        assert benchmark.source in shelf.sources
        assert benchmark.url.startswith("https://")
        assert benchmark.year in benchmark.says
        assert benchmark.population
        assert benchmark.publisher.split()[0] in benchmark.says
        assert any(f.amount == benchmark.amount for f in figures(benchmark.says))


def test_no_shelf_holds_the_ama_s_descriptors_of_codes() -> None:
    # CPT descriptors are the AMA's; numbers alone are not. These phrases open most descriptors of the visit codes.
    descriptors = re.compile(
        r"office or other outpatient visit|evaluation and management of an? |medically appropriate history"
        r"|minutes must be met or exceeded|electrocardiogram, routine ecg with at least",
        re.I,
    )
    for path in KNOWLEDGE.rglob("*"):
        if path.suffix in (".yaml", ".csv", ".md"):
            assert not descriptors.search(path.read_text(encoding="utf-8")), path
    import gzip

    for path in (KNOWLEDGE / "rates/medicare").glob("rvu_*.csv.gz"):
        head, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
        assert "descr" not in head.lower()
        assert not any(re.search(r"[a-z]{4,}", row) for row in rows), path


# --- a mistake is told where it stands ------------------------------------------------------------------------------


@pytest.fixture
def spoil(tmp_path: Path) -> Callable[[str, str, str], KnowledgeFault]:
    """Replace words of one file on a copy of the shelves and give the complaint."""

    def make(file: str, old: str, new: str) -> KnowledgeFault:
        root = tmp_path / "knowledge"
        shutil.copytree(KNOWLEDGE, root, ignore=shutil.ignore_patterns("*.gz", "medicare", "example"))
        text = (root / file).read_text(encoding="utf-8")
        assert old in text, "the words to spoil are gone"
        (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(KnowledgeFault) as caught:
            Catalog.load(root)
        return caught.value

    return make


def line_of(file: str, words: str) -> int:
    return next(i for i, line in enumerate((KNOWLEDGE / file).read_text().splitlines(), 1) if words in line)


NAME = "    label: Practice name\n"
MISTAKES = {
    "broken YAML": ("interview/practice.yaml", NAME, "    label: [Practice name\n", NAME.strip(), r"", 2),
    "an unknown key": ("interview/practice.yaml", NAME, NAME + "    colour: red\n", NAME.strip(), r"colour", 1),
    "a key given twice": ("interview/practice.yaml", NAME, NAME + NAME, NAME.strip(), r"label is given twice", 1),
    "an unknown kind": ("interview/practice.yaml", "    kind: text\n", "    kind: prose\n", "kind: text", r"kind", 0),
    "a table without columns": (
        "interview/practice.yaml",
        "    kind: text\n",
        "    kind: table\n",
        "- id: name",
        r"a table needs columns",
        0,
    ),
    "an unknown source": (
        "interview/access.yaml",
        "sources: [S47, S82]",
        "sources: [S999]",
        "- id: weekly_hours",
        r"cites S999",
        0,
    ),
    "no source": (
        "interview/access.yaml",
        "sources: [S47, S82]",
        "sources: []",
        "- id: weekly_hours",
        r"without a source",
        0,
    ),
    "an unknown topic": (
        "interview/access.yaml",
        "topic: access",
        "topic: acces",
        "- id: weekly_hours",
        r"unknown topic acces",
        0,
    ),
    "a private field in a question's wording": (
        "interview/access.yaml",
        "We are open {value} a week.",
        "We stop at {walk_away.lowest_increase}.",
        "- id: weekly_hours",
        r"would send the private \{walk_away.lowest_increase\}",
        0,
    ),
    "an unknown field in a question's wording": (
        "interview/access.yaml",
        "We are open {value} a week.",
        "We are open {access.hours} a week.",
        "- id: weekly_hours",
        r"unknown key \{access.hours\}",
        0,
    ),
    "a key that cannot be read": (
        "interview/access.yaml",
        "We are open {value} a week.",
        "We are open {Value} a week.",
        "- id: weekly_hours",
        r"key that cannot be read",
        0,
    ),
    "a private field in a letter": (
        "letters/value_proposition.yaml",
        "{letter.method}.",
        "{market.offers_to_join}.",
        "- id: method",
        r"would send the private \{market.offers_to_join\}",
        0,
    ),
    "an unknown field in a letter": (
        "letters/value_proposition.yaml",
        "{letter.method}.",
        "{practice.colour}.",
        "- id: method",
        r"unknown key \{practice.colour\}",
        0,
    ),
    "an unknown source of a topic": (
        "leverage/topics.yaml",
        "sources: [S82, S05]",
        "sources: [S000]",
        "- id: access",
        r"the unknown S000",
        0,
    ),
    "a private field among a topic's facts": (
        "leverage/topics.yaml",
        "market.independence: independence",
        "market.offers_to_join: independence",
        "- id: independence",
        r"market.offers_to_join, not sendable",
        0,
    ),
    "an unknown source of a quick win": (
        "leverage/quick_wins.yaml",
        "sources: [S07]",
        "sources: [S000]",
        "- id: amendment",
        r"unknown S000",
        0,
    ),
    "an unknown source of a benchmark": (
        "rates/benchmarks.yaml",
        "source: S45",
        "source: S000",
        "- id: operating_cost_2025",
        r"unknown S000",
        0,
    ),
    "a source that stands twice": (
        "guidance/sources.yaml",
        "- id: S02\n",
        "- id: S01\n",
        "- id: S01",
        r"source S01 stands twice",
        0,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_file_and_line(
    mistake: str, spoil: Callable[[str, str, str], KnowledgeFault]
) -> None:
    file, old, new, near, says, below = MISTAKES[mistake]
    fault = spoil(file, old, new)
    told = [p for p in fault.problems if re.search(says, p)]
    assert told, fault.problems
    found = re.match(rf"{re.escape(file)}:(\d+): ", told[0])
    assert found, told[0]
    expected = line_of(file, near)
    assert expected <= int(found.group(1)) <= expected + below, told[0]


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, root, ignore=shutil.ignore_patterns("*.gz", "medicare", "example"))
    for name in ("access", "ask"):
        path = root / f"interview/{name}.yaml"
        path.write_text(path.read_text().replace("visibility: sendable", "visibility: public", 1))
    with pytest.raises(KnowledgeFault) as caught:
        Catalog.load(root)
    assert {p.split(":")[0] for p in caught.value.problems} == {"interview/access.yaml", "interview/ask.yaml"}


def test_the_digest_changes_with_any_file_of_the_shelves(tmp_path: Path, shelf: Catalog) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(KNOWLEDGE, root)
    assert Catalog.load(root).digest == shelf.digest
    (root / "interview/SOURCE.md").write_text("changed")
    assert Catalog.load(root).digest != shelf.digest
