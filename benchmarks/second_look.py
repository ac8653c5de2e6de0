"""What a language model finds in messy answers beyond Parley's own reader: `python benchmarks/second_look.py`.

The 90 labelled answers of tests/evals/reading/messy.yaml are read without a model, then once more with the one that
PARLEY_MODEL and OPENAI_BASE_URL name, if any. A text is right when it contains what is labelled or is contained in it.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from workflows.adapters.store import CaseStore
from workflows.casework import Desk
from workflows.catalog import catalog
from workflows.domain.answers import Proposal

MESSY = Path(__file__).parents[1] / "tests/evals/reading/messy.yaml"


def same(kind: str, got: Any, wanted: Any) -> bool:
    """Whether a value read is the one labelled."""
    if kind == "text":
        one, other = str(got).lower().strip(" .,"), str(wanted).lower().strip(" .,")
        return one in other or other in one
    if kind == "choices":
        return set(got) == set(wanted if isinstance(wanted, list) else str(wanted).split(","))
    return str(got) == str(wanted)


def weighed(proposed: Mapping[str, Proposal], answer: Mapping[str, Any], kinds: Mapping[str, str]) -> Counter[str]:
    """Counts of what was labelled, read rightly, read wrongly, and taken although it must not be."""
    expected, never = answer.get("expect") or {}, answer.get("never") or []
    found = Counter(labelled=len(expected))
    for field, p in proposed.items():
        if field in expected:
            found["right" if same(kinds[field], p.value, expected[field]) else "wrong"] += 1
        elif field in never:
            found["taken wrongly"] += 1
    return found


def main() -> None:
    """Read all answers and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=90, help="how many answers")
    most = parser.parse_args().most
    answers = yaml.safe_load(MESSY.read_text(encoding="utf-8"))[:most]
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(CaseStore.open(f"sqlite:///{folder}/cases.db"), catalog())
        kinds = {f"{s.id}.{q.id}": q.kind for s in desk.catalog.every_step for q in s.questions}
        case = desk.start_case("second look")
        alone: Counter[str] = Counter()
        together: Counter[str] = Counter()
        for answer in answers:
            step, words = answer["step"], answer["words"]
            plain = {p.field: p for p in desk.propose(step, words, case_id=case.id).proposed}
            alone += weighed(plain, answer, kinds)
            if desk.models.ready():
                more, _ = desk.second_look.read(step, words, case_id=case.id)
                together += weighed({p.field: p for p in more.proposed} | plain, answer, kinds)
    print("own reader:", dict(alone))
    print("with the model:", dict(together) if together else "no model is set up")


if __name__ == "__main__":
    main()
