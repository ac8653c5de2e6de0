"""What the samples of clauses teach: it is what ships, it finds wordings that no sign knows, look-alikes keep it out."""

import re
import shutil
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import wrap

import numpy as np
import pytest

from tests.contract_scores import DAY, RISKY, overlap
from workflows.adapters.learn_clauses import learn
from workflows.catalog.clauses import clauses, load_clauses
from workflows.contracts import review
from workflows.contracts.likeness import AKIN, NONE, NOTHING, SAMPLE_PARTIES, features, leaning, samples_of, shares
from workflows.contracts.tagging import Tagged
from workflows.contracts.vocabulary import Vocabulary
from workflows.domain.clauses import ClauseShelf
from workflows.domain.contract import ContractFile, ContractFinding, ContractPage, Run
from workflows.domain.errors import KnowledgeFault

UNSEEN = Path(__file__).parent / "contracts/unseen.txt"


@cache
def words() -> Vocabulary:
    return Vocabulary(clauses().words, SAMPLE_PARTIES)


def told(text: str) -> dict[str, float]:
    likeness = clauses().likeness
    assert likeness is not None
    return shares([leaning(features(Tagged(text, words())), likeness)], likeness)


@cache
def unseen() -> tuple[ContractFile, tuple[tuple[str, str, str], ...]]:
    """The agreement nothing was learned from, drawn on pages, with its labels: type, level, words."""
    pages: list[list[Run]] = [[]]
    labels: list[tuple[str, str, str]] = []
    held: list[list[str]] = []
    y = 740.0
    for text in filter(None, UNSEEN.read_text().splitlines()):
        if text.startswith("@"):
            held.append(text[1:].split("|"))
            continue
        labels += [(kind, level, text) for kind, level, *_ in held]
        held.clear()
        y -= 8
        for line in wrap(text, 92):
            if y < 60:
                pages.append([])
                y = 740.0
            pages[-1].append(Run(72.0, y, 10.0, line))
            y -= 13
    drawn = tuple(ContractPage(i, tuple(runs), "text", 612.0) for i, runs in enumerate(pages, 1))
    return ContractFile("unseen.pdf", "0" * 64, drawn), tuple(labels)


def scores(shelf: ClauseShelf) -> Counter[str]:
    file, labels = unseen()
    found = review([file], shelf, DAY).findings
    count = Counter(found=len(found), labels=len(labels))
    for kind, level, text in labels:
        best: ContractFinding | None = max(
            (f for f in found if f.type == kind), key=lambda f: overlap(f.quote, text), default=None
        )
        if best and overlap(best.quote, text) >= 0.5:
            count.update(hit=1, side=(best.risk in RISKY) == (level in RISKY))
    return count


def test_an_agreement_nothing_was_learned_from_is_found_by_meaning() -> None:
    count = scores(clauses())
    assert count["hit"] >= 0.8 * count["labels"], count
    assert count["hit"] >= 0.85 * count["found"], count
    assert count["side"] >= 0.85 * count["hit"], count


def test_without_what_was_learned_much_of_it_is_missed() -> None:
    assert scores(clauses().model_copy(update={"likeness": None}))["hit"] < scores(clauses())["hit"] - 4


def test_its_words_are_in_no_sample() -> None:
    def letters(text: str) -> str:
        return re.sub(r"[^a-z]", "", text.lower())

    taught = {letters(text) for _, text in clauses().samples}
    assert not [text for _, _, text in unseen()[1] if letters(text) in taught]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Physician shall look only to HMO for payment and shall not bill Members, even if HMO fails to pay.", "indemnification"),
        ("Plan shall amend this Agreement as necessary to comply with a change in state law.", "unilateral_amendment"),
        ("You are free to sign up with any other insurer.", "exclusivity_nonsolicit"),
        ("Each practitioner is recredentialed every three years.", "credentialing_loading"),
    ],
)  # fmt: skip
def test_a_look_alike_is_no_finding_however_like_it_is(text: str, kind: str) -> None:
    file = ContractFile("a.pdf", "0" * 64, (ContractPage(1, _page(text), "text", 612.0),))
    assert [f.type for f in review([file], clauses(), DAY).findings if f.type == kind] == []


def test_the_words_that_tell_a_look_alike_are_what_keeps_it_out() -> None:
    """Without them the member's protection passes for an indemnity, so the test above can fail."""
    shelf = clauses()
    bare = tuple(k.model_copy(update={"never": (), "signs": _open(k.signs)}) for k in shelf.types)
    text = "Physician shall indemnify and hold harmless each Member and shall look only to HMO for payment."
    file = ContractFile("a.pdf", "0" * 64, (ContractPage(1, _page(text), "text", 612.0),))
    without = review([file], shelf.model_copy(update={"types": bare}), DAY)
    assert "indemnification" in {f.type for f in without.findings}
    assert "indemnification" not in {f.type for f in review([file], shelf, DAY).findings}


def _open(signs: tuple) -> tuple:  # type: ignore[type-arg]
    return tuple(s.model_copy(update={"never": ()}) for s in signs)


def _page(text: str) -> tuple[Run, ...]:
    lines = [
        "PARTICIPATING PROVIDER AGREEMENT",
        'This Agreement is between Acme HMO, Inc. ("HMO") and Elm Family Medicine, P.C. ("Physician").',
        "4.1 " + text,
        "4.2 The fee schedule stands in the exhibit, and claims are submitted within ninety (90) days of the date of service.",
    ]
    return tuple(Run(72.0, 760.0 - 14 * i, 11.0, line) for i, line in enumerate(lines))


def test_what_ships_was_learned_from_the_samples_that_ship() -> None:
    shelf = load_clauses()
    assert shelf.likeness is not None
    assert shelf.likeness.digest == shelf.lesson
    assert set(shelf.likeness.types) == {NONE, *(k.id for k in shelf.types)}


def test_the_shares_of_all_types_are_one_and_words_unknown_say_nothing() -> None:
    assert sum(told("Payment of clean claims follows in thirty days.").values()) == pytest.approx(1)
    assert max(told("Zebras."), key=told("Zebras.").__getitem__) == NONE


ROWS = [
    ("a", frozenset({"x", "y", "~sea"})),
    ("a", frozenset({"x", "~sea"})),
    ("b", frozenset({"z", "~sky"})),
    ("b", frozenset({"z", "y", "~sky"})),
]
MEANINGS = {"sea": np.array([1.0, 0.0]), "ocean": np.array([0.9, 0.1]), "sky": np.array([0.0, 1.0])}


def test_learning_tells_types_apart_and_is_the_same_each_time() -> None:
    learned = learn(ROWS, MEANINGS, AKIN, NOTHING)
    assert learned.types == ("a", "b")
    assert learned == learn(ROWS, MEANINGS, AKIN, NOTHING)
    told = learned.weights
    assert float(told["x"].split()[0].split(":")[1]) > 0 > float(told["z"].split()[0].split(":")[1])


def test_a_word_no_sample_has_is_taken_for_what_it_is_akin_to() -> None:
    akin = learn(ROWS, MEANINGS, AKIN, NOTHING).akin
    assert akin[AKIN + "ocean"][0] > NOTHING > akin[AKIN + "sky"][0]


@pytest.mark.parametrize(
    ("word", "kind"), [("takeover", "assignment_change_of_control"), ("censorship", "confidentiality_gag")]
)
def test_a_word_that_stands_in_no_sample_says_what_its_meaning_says(word: str, kind: str) -> None:
    likeness = clauses().likeness
    assert likeness is not None
    assert not [text for _, text in samples_of(clauses()) if word in text.lower()]
    found = shares([leaning({AKIN + word}, likeness)], likeness)
    bare = replace(likeness, akin={})
    assert max((x, name) for name, x in found.items() if name != NONE)[1] == kind
    assert found[kind] > 2 * shares([leaning({AKIN + word}, bare)], bare)[kind]


def test_files_that_were_not_learned_together_are_told(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "knowledge/contracts", tmp_path / "contracts")
    akin = tmp_path / "contracts/akin.tsv"
    assert load_clauses(tmp_path).likeness.digest == load_clauses().lesson  # type: ignore[union-attr]
    akin.write_text("another\n" + akin.read_text().partition("\n")[2])
    assert load_clauses(tmp_path).likeness.digest == ""  # type: ignore[union-attr]


def test_a_sample_of_an_unknown_type_is_told_with_its_line(tmp_path: Path) -> None:
    source = Path(__file__).parents[1] / "knowledge/contracts"
    target = tmp_path / "contracts"
    (target / "vocabulary").mkdir(parents=True)
    for path in (*source.glob("*.yaml"), source / "vocabulary/words.yaml"):
        (target / path.relative_to(source)).write_text(path.read_text())
    (target / "samples.tsv").write_text("none\tA sentence.\nbad_type\tAnother.\n")
    with pytest.raises(KnowledgeFault, match=r"contracts/samples.tsv:2"):
        load_clauses(tmp_path)
