"""The index is a cache of the shelf: built, shared, rebuilt when it is broken, and honest when it goes by words alone."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from workflows import guidance
from workflows.adapters import embeddings, passages
from workflows.adapters.embeddings import Embedder
from workflows.adapters.leaning import KINDS, read_taught, taught_problem
from workflows.adapters.meaning import Exact, Stored
from workflows.adapters.passages import PassageIndex
from workflows.adapters.shipped import read_shipped, ship
from workflows.domain.errors import Refused
from workflows.domain.guidance import Entry, Shelf

ASKED = "they gave us a take it or leave it offer, what now"


def found(index: PassageIndex, question: str = ASKED) -> list[tuple[str, float]]:
    hits = sorted(index.search(question), key=lambda h: -h.meaning - 0.2 * h.words)
    return [(h.entry.text, round(h.meaning, 3)) for h in hits[:5]]


@pytest.fixture(scope="module")
def few(guidance_shelf: Shelf) -> Shelf:
    """A shelf of some of the texts, under a digest of its own."""
    return guidance_shelf.model_copy(update={"entries": guidance_shelf.entries[::20], "digest": "few"})


def test_the_shipped_vectors_are_those_of_the_texts(guidance_shelf: Shelf) -> None:
    shipped = read_shipped()
    assert shipped.problem(guidance_shelf) == ""
    some = [entry for entry in guidance_shelf.entries if entry.id in shipped.vectors][::150]
    assert some
    for entry, vector in zip(some, Embedder.open()([e.text for e in some]), strict=True):
        assert float(vector @ shipped.vectors[entry.id]) > 0.995, entry.text


def test_vectors_kept_as_bytes_are_as_near_to_each_other_as_before(guidance_shelf: Shelf, tmp_path: Path) -> None:
    some = guidance_shelf.model_copy(update={"entries": guidance_shelf.entries[:48], "digest": "some"})
    exact = Embedder.open()([e.text for e in some.entries])
    ship(some, tmp_path / "vectors.npz")
    known = read_shipped(tmp_path / "vectors.npz").vectors
    kept = np.array([known[e.id] for e in some.entries])
    assert np.abs(kept @ kept.T - exact @ exact.T).max() < 0.01
    with np.load(tmp_path / "vectors.npz") as held:
        assert held["vectors"].dtype == np.int8


def test_a_deleted_or_broken_index_is_built_anew_with_the_same_answers(few: Shelf, tmp_path: Path) -> None:
    def opened() -> list[tuple[str, float]]:
        index = PassageIndex.open(few, tmp_path)
        index.settle()
        return found(index)

    first = opened()
    kept = sorted(tmp_path.iterdir())
    (folder,) = (p for p in kept if (p / "words.db").exists())
    assert opened() == first
    (folder / "words.db").write_bytes(b"this is no database" * 100)
    assert opened() == first
    shutil.rmtree(folder)
    assert opened() == first
    assert sorted(tmp_path.iterdir()) == kept, "nothing half built is left"


def test_a_broken_chroma_is_built_anew(few: Shelf, tmp_path: Path) -> None:
    PassageIndex.open(few, tmp_path).settle()
    kept = sorted(tmp_path.iterdir())
    (chroma,) = (p for p in kept if (p / "chroma.sqlite3").exists())
    shutil.rmtree(chroma)
    chroma.mkdir()
    (chroma / "chroma.sqlite3").write_bytes(b"this is no database" * 100)
    index = PassageIndex.open(few, tmp_path)
    index.settle()
    assert index.stored
    assert sorted(tmp_path.iterdir()) == kept


def test_a_changed_shelf_has_an_index_of_its_own(few: Shelf, tmp_path: Path) -> None:
    PassageIndex.open(few, tmp_path).settle()
    more = Entry(kind="question", owner="take-it-or-leave-it", heading="Short answer", text="purple elephants at noon")
    changed = few.model_copy(update={"entries": (*few.entries, more), "digest": "0" * 16})
    index = PassageIndex.open(changed, tmp_path)
    for _ in ("at once", "from Chroma"):
        assert found(index, "purple elephants at noon")[0] == (more.text, 1.0)
        index.settle()
    assert len(list(tmp_path.iterdir())) == 4, "either has two folders, one of them Chroma's"


def test_an_edited_article_needs_no_new_teaching_but_another_sample_does(guidance_shelf: Shelf) -> None:
    def problem(at: int, text: str) -> str:
        edited = Entry.model_validate(guidance_shelf.entries[at].model_dump() | {"text": text})
        entries = (*guidance_shelf.entries[:at], edited, *guidance_shelf.entries[at + 1 :])
        return taught_problem(guidance_shelf.model_copy(update={"entries": entries}))

    assert problem(0, "an article that was edited") == ""
    sample = next(at for at, entry in enumerate(guidance_shelf.entries) if entry.kind == "sample")
    assert "other samples" in problem(sample, "a sample that was edited")


def test_what_was_taught_for_another_embedding_is_not_used_and_word_lists_decide(
    guidance_shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joint = "draft an email to the other practices in town so that we all refuse to sign together"
    reply = guidance.answer(joint, guidance_shelf, PassageIndex.open(guidance_shelf, tmp_path, kinds=tmp_path / "none"))
    assert reply.kind == "declined"
    broken = tmp_path / "kinds.npz"
    content = bytearray(KINDS.read_bytes())
    content[len(content) // 2] ^= 1
    broken.write_bytes(content)
    assert read_taught() is not None
    assert read_taught(broken) is None, "one bit is wrong"
    assert "broken" in taught_problem(guidance_shelf, broken)
    monkeypatch.setattr("workflows.adapters.leaning.MODEL_SHA256", "0" * 64)
    assert read_taught() is None


def test_an_answer_before_chroma_is_open_is_the_answer_after(
    guidance_shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [e.text for e in guidance_shelf.entries if e.kind == "question"][::90]

    def told(index: PassageIndex) -> list[object]:
        return [guidance.answer(q, guidance_shelf, index) for q in (ASKED, *questions)]

    after = PassageIndex.open(guidance_shelf, tmp_path)
    after.settle()
    with monkeypatch.context() as patch:
        patch.setattr(Stored, "open", lambda *_: 1 / 0)
        before = PassageIndex.open(guidance_shelf, tmp_path)
        before.settle()
    assert (before.stored, after.stored) == (False, True)
    assert told(before) == told(after)
    with monkeypatch.context() as patch:
        near = Exact.near
        patch.setattr(Exact, "near", lambda self, vector, most: near(self, -vector, most))
        assert told(before) != told(after), "the search in memory is what was asked"


def test_a_folder_that_cannot_be_written_is_no_obstacle(guidance_shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert found(PassageIndex.open(guidance_shelf, tmp_path / "file"))


def test_threads_may_search_at_the_same_time(guidance_shelf: Shelf, tmp_path: Path) -> None:
    index = PassageIndex.open(guidance_shelf, tmp_path)
    asked = [e.text for e in guidance_shelf.entries if e.kind == "question"][:24]
    alone = [found(index, q) for q in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda q: found(index, q), asked)) == alone


def test_a_model_that_is_not_the_one_chosen_is_not_used_and_said(
    guidance_shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "_MODEL", (*embeddings._MODEL[:2], "0" * 64))
    with pytest.raises(Refused, match="not the file that was chosen"):
        Embedder.open()
    index = PassageIndex.open(guidance_shelf, tmp_path)
    assert "not the file that was chosen" in index.trouble
    hits = index.search(ASKED)
    assert hits
    assert all(h.meaning == 0.0 for h in hits)
    assert "take-it-or-leave-it" in {h.entry.owner for h in sorted(hits, key=lambda h: -h.words)[:5]}


def test_vectors_of_another_embedding_are_not_taken(tmp_path: Path, guidance_shelf: Shelf) -> None:
    file = tmp_path / "vectors.npz"
    some = guidance_shelf.model_copy(update={"entries": guidance_shelf.entries[:3], "digest": "some"})
    assert ship(some, file) == 3
    assert read_shipped(file).problem(some) == ""
    assert ship(some, file) == 0, "nothing is embedded twice"
    fewer = some.model_copy(update={"entries": some.entries[:2], "digest": "fewer"})
    assert read_shipped(file).problem(fewer) == "1 vectors have no text"
    with np.load(file) as held:
        np.savez(file, **{**held, "form": np.array("another model")})
    assert read_shipped(file).problem(some) == "3 texts have no vector"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("recoupmnt clause", "recoupment clause"),
        ("3 pts w an amendmnt", "3 patients with an amendment"),
        ("the weather tomorrow", "the weather tomorrow"),
        ("PTS and MA", "patients and MA"),
        ("Xyzzyq 99214 R49", "Xyzzyq 99214 R49"),
    ],
)
def test_slips_are_mended_and_unknown_words_are_left(
    guidance_shelf: Shelf, tmp_path: Path, typed: str, meant: str
) -> None:
    spelling = passages.Spelling((e.text for e in guidance_shelf.entries), guidance_shelf.words)
    assert spelling.mend(typed) == meant
