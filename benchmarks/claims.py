"""How long a claims file takes against pyarrow's own bare scan of it, and how much memory, from 10,000 to 5,000,000 lines.

    uv run python benchmarks/claims.py

The files are made up in a temporary folder: 8 payers, 400 codes of which few are most of the lines, 13 months. The bare
scan reads the same file with pyarrow's streaming reader at its defaults and looks at nothing. Both run in turns in this
run, each in a fresh process, imports not counted, the best of three (of one from a million lines on, with --once).
Beside the seconds on the clock stand those of the processor, over all threads: they depend less on what else runs.
Memory is the peak of the whole process.
"""

import random
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
BARE = """
import resource, sys, time
import pyarrow.csv
begun, worked, rows = time.perf_counter(), time.process_time(), 0
for batch in pyarrow.csv.open_csv(sys.argv[1]):
    rows += batch.num_rows
print(rows, 0, time.perf_counter() - begun, time.process_time() - worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
OURS = """
import resource, sys, time
from pathlib import Path
from workflows.adapters.read_claims import claims_head, read_claims
from workflows.rates.claim_cells import Cells
from workflows.rates.claim_columns import recognize_claims
begun, worked, path = time.perf_counter(), time.process_time(), Path(sys.argv[1])
head = claims_head(path)
found = read_claims(path, head, recognize_claims(head.sheet), Cells())
print(found.lines, len(found.groups), time.perf_counter() - begun, time.process_time() - worked,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def make(path: Path, lines: int) -> None:
    """Write a claims file, the same one each time."""
    chance = random.Random(lines)
    codes = (
        [f"{99_200 + i}" for i in range(100)]
        + [f"{70_010 + 61 * i}" for i in range(250)]
        + [f"J{i}" for i in range(1000, 1050)]
    )
    chance.shuffle(codes)
    often = [1 / (i + 1) for i in range(len(codes))]
    payers = [
        "Acme Health Plan",
        "Second Mutual",
        "Third Union",
        "Medicare",
        "Fourth Blue",
        "State Medicaid",
        "Fifth Care",
        "Sixth",
    ]
    days = [(date(2025, 10, 1) + timedelta(i)).isoformat() for i in range(395)]
    with path.open("w") as file:
        file.write("Code,Modifier,Units,Allowed,Paid,Service Date,Payer\n")
        for code in (c for _ in range(0, lines, 10_000) for c in chance.choices(codes, often, k=10_000)):
            cents = chance.randrange(800, 60_000)
            paid = cents * 4 // 5 if chance.random() < 0.95 else 0
            modifier = chance.choice(("", "", "", "25", "59"))
            file.write(f"{code},{modifier},{chance.choice((1, 1, 1, 2, 4))},{cents / 100:.2f},{paid / 100:.2f},{chance.choice(days)},{chance.choice(payers)}\n")  # fmt: skip


class Run(NamedTuple):
    """One fresh process: seconds on the clock and of the processor, peak megabytes."""

    lines: int
    sums: int
    clock: float
    worked: float
    peak: int


def measured(code: str, path: Path) -> Run:
    """Run `code` on the file in a fresh process."""
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, cwd=ROOT, check=True)
    lines, sums, clock, worked, peak = run.stdout.split()
    return Run(int(lines), int(sums), float(clock), float(worked), int(peak))


def main() -> None:
    """Print the table."""
    heads = ("bare s", "ours s", "ratio", "bare cpu", "ours cpu", "ratio", "bare MB", "ours MB")
    print(f"{'lines':>10}{'MB':>7}{'sums':>8}" + "".join(f"{head:>10}" for head in heads))
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "claims.csv"
            make(path, size)
            rounds = 1 if "--once" in sys.argv and size >= 1_000_000 else 3
            both = [(measured(BARE, path), measured(OURS, path)) for _ in range(rounds)]
            megabytes = path.stat().st_size / 1e6
        bare, ours = zip(*both, strict=True)
        assert {run.lines for run in (*bare, *ours)} == {size}
        cells = [f"{size:>10,}{megabytes:>7.1f}{ours[0].sums:>8,}"]
        for kind in ("clock", "worked"):
            one, other = (min(getattr(run, kind) for run in runs) for runs in (bare, ours))
            cells.append(f"{one:>10.3f}{other:>10.3f}{other / one:>10.2f}")
        cells.append(f"{bare[0].peak:>10}{ours[0].peak:>10}")
        print("".join(cells), flush=True)


if __name__ == "__main__":
    main()
