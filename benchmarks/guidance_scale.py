"""What an answer costs as the corpus grows: `uv run python benchmarks/guidance_scale.py [--most 100000]`.

The shelf is multiplied to 1,000, 10,000 and 100,000 entries: texts put together from statements drawn at random, their
vectors made from the real ones with noise (embedding so many anew would take half an hour and say nothing of search).
Printed for each size: time to build and to open the index, its size on disk, time of a search, and of a search on the
shelf itself in the same run as the ratio.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.evals.questions import questions
from workflows.adapters.embeddings import NAME
from workflows.adapters.passages import PassageIndex
from workflows.adapters.shipped import read_shipped
from workflows.catalog.shelf import shelf
from workflows.domain.guidance import Entry, Shelf

ASKED = 60


def main(most: int) -> None:
    """Build, open and search at each size."""
    asked = [q.ask for q in questions("tuning")][:ASKED]
    with tempfile.TemporaryDirectory() as folder:
        own = PassageIndex.open(shelf(), Path(folder) / "own")
        own.settle()
        base = _searched(own, asked)[0]
        print(f"the shelf: {len(shelf().entries)} entries, a search p50 {base:.1f} ms")
        for size in (1_000, 10_000, 100_000):
            if size > most:
                continue
            grown, vectors = _grown(size, Path(folder))
            begun = time.perf_counter()
            PassageIndex.open(grown, Path(folder) / str(size), vectors).settle()
            built = time.perf_counter() - begun
            begun = time.perf_counter()
            index = PassageIndex.open(grown, Path(folder) / str(size), vectors)
            index.settle()
            opened = time.perf_counter() - begun
            p50, p95 = _searched(index, asked)
            disk = sum(f.stat().st_size for f in (Path(folder) / str(size)).rglob("*") if f.is_file()) / 1e6
            print(
                f"{size:>7} entries: built {built:.1f} s, opened {opened:.2f} s, {disk:.0f} MB, "
                f"a search p50 {p50:.1f} ms ({p50 / base:.1f} of the shelf's), p95 {p95:.1f} ms"
            )


def _searched(index: PassageIndex, asked: list[str]) -> tuple[float, float]:
    index.search(asked[0])
    taken = []
    for question in asked:
        begun = time.perf_counter()
        index.search(index.spelled(question))
        taken.append(1000 * (time.perf_counter() - begun))
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.95)]


def _grown(size: int, folder: Path) -> tuple[Shelf, Path]:
    chance = random.Random(size)
    statements = [s.text for a in shelf().articles.values() for p in a.passages for s in p.statements]
    owners = list(shelf().articles)
    entries = tuple(
        Entry(
            kind="passage",
            owner=chance.choice(owners),
            heading=str(number),
            text=f"{number}. {' '.join(chance.choices(statements, k=4))}",
        )
        for number in range(size)
    )
    real = np.array(list(read_shipped().vectors.values()))
    dice = np.random.default_rng(size)
    vectors = real[dice.integers(0, len(real), size)] + dice.normal(0, 0.03, (size, real.shape[1]))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    file = folder / f"{size}.npz"
    np.savez(
        file,
        form=np.array(NAME),
        ids=np.array([int(e.id, 16) for e in entries], np.uint64),
        vectors=vectors.astype(np.float16),
    )
    return shelf().model_copy(update={"entries": entries, "digest": f"grown-{size}"}), file


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=100_000)
    main(parser.parse_args().most)
