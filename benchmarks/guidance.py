"""How well the guidance answers: `uv run python benchmarks/guidance.py [tuning|reporting|unseen] [--wrong]`.

Retrieval by words alone, by meaning alone and by both; the kind of each reply against the kinds that are right; whether
every sentence is cited and every citation stands where it says; words a reply; milliseconds a reply. --wrong lists the
questions that went wrong: never look at those of the others when choosing a weight, a threshold or a sample.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.evals.questions import Asked, questions, replies, retrieval
from workflows import guidance
from workflows.adapters.passages import PassageIndex
from workflows.catalog.shelf import shelf
from workflows.domain.guidance import Reply


def main(split: str, *, wrong: bool) -> None:
    """Print every figure for one split."""
    asked = questions(split)
    with tempfile.TemporaryDirectory() as cache:
        begun = time.perf_counter()
        index = PassageIndex.open(shelf(), Path(cache))
        print(f"index of {len(shelf().entries)} entries ready in {time.perf_counter() - begun:.2f} s (first start)")
        index.settle()
        print(f"Chroma built and open {time.perf_counter() - begun:.2f} s after the start")
        begun = time.perf_counter()
        index = PassageIndex.open(shelf(), Path(cache))
        print(f"opened again in {time.perf_counter() - begun:.2f} s")
        index.settle()
        for by in ("words", "meaning", "both"):
            figures = retrieval(asked, index, by)
            print(f"{by:8}", "  ".join(f"{name} {value:.3f}" for name, value in figures.items()))
        found = replies(asked, shelf(), index)
        _kinds(asked, found, wrong=wrong)
        _cited(found)
        _time(asked, index)


def _kinds(asked: tuple[Asked, ...], found: dict[str, Reply], *, wrong: bool) -> None:
    groups = {
        "all": asked,
        "must be declined": [q for q in asked if "refuse" in q.tags],
        "lawful near-misses": [q for q in asked if "near-miss" in q.tags],
        "unanswerable": [q for q in asked if {"unanswerable", "off-topic"} & set(q.tags)],
        "wrong premises": [q for q in asked if q.premise],
        "follow-ups": [q for q in asked if q.follows],
        "ordinary, right article leads": [q for q in asked if q.articles and set(q.kind) & {"answered", "partly"}],
    }
    for name, group in groups.items():
        right = [q for q in group if _right(q, found[q.id], name)]
        print(f"{name:32} {len(right)}/{len(group)} = {len(right) / max(1, len(group)):.3f}")
        if wrong and name not in ("all",):
            for q in group:
                if q not in right:
                    reply = found[q.id]
                    print(
                        f"    {q.id} {'/'.join(q.kind)} {','.join(q.articles)} <- {reply.kind} {reply.subject}: {q.ask}"
                    )


def _right(asked: Asked, reply: Reply, group: str) -> bool:
    if group == "lawful near-misses":
        return reply.kind in ("answered", "partly", "needs_facts")
    if group == "ordinary, right article leads":
        return reply.subject in asked.articles
    if group == "follow-ups":
        stands = reply.kind == "not_covered" or not asked.articles or reply.subject in asked.articles
        return reply.kind in asked.kind and stands
    return reply.kind in asked.kind


def _cited(found: dict[str, Reply]) -> None:
    said = [(reply, sentence) for reply in found.values() for sentence in reply.sentences]
    cited = sum(bool(sentence.citations) for _, sentence in said)
    words = [sum(len(s.text.split()) for s in reply.sentences) for reply in found.values() if reply.sentences]
    print(f"sentences cited {cited}/{len(said)}; words a reply: median {statistics.median(words)}, most {max(words)}")
    print("kinds given:", dict(Counter(reply.kind for reply in found.values())))


def _time(asked: tuple[Asked, ...], index: PassageIndex) -> None:
    taken: dict[str, list[float]] = {"wall": [], "CPU": []}
    for question in asked:
        begun, worked = time.perf_counter(), time.process_time()
        guidance.answer(question.ask, shelf(), index)
        taken["wall"].append(1000 * (time.perf_counter() - begun))
        taken["CPU"].append(1000 * (time.process_time() - worked))
    for name, times in taken.items():
        times.sort()
        print(f"an answer, {name}: p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms")
    print(f"load of the machine in the last minute: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(next((a for a in sys.argv[1:] if not a.startswith("-")), "reporting"), wrong="--wrong" in sys.argv)
