"""Is it as fast as the last release? Ratios to rivals that do their work in turn with ours, beside those kept of the last release.

python -m benchmarks.release            measures, and fails where a ratio has fallen by more than `TOLERANCE`
python -m benchmarks.release --keep     keeps what it measures: once, when a release is made
Only ratios are compared: seconds belong to a machine.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mesa.batchrunner import batch_run

from ml_abm import __version__, simulate

from .peers import networks, numba_plain, workload
from .racing import Runner, race
from .test_batch import MONTHS, SMALL, SameModel
from .test_generation import hierarchical
from .test_sweep import settled

KEPT = Path(__file__).with_name("last_release.json")
TOLERANCE = 0.3  # of a ratio: what medians of a shared machine move by
TEACHERS, PEOPLE, RUNS = 10_000, 100_000, 200
ROUNDS = 7


class Rounds:
    """What a race asks of pytest-benchmark."""

    def __init__(self) -> None:
        self.extra_info: dict[str, float] = {}

    def pedantic(
        self, call: Callable[[], Any], setup: Callable[[], Any], rounds: int, warmup_rounds: int
    ) -> None:
        """Do the rivals' work, then ours, in every round."""
        for _ in range(rounds + warmup_rounds):
            setup()
            call()


def ratios() -> dict[str, float]:
    """Return how many times as long as ours each rival takes."""

    def mesas() -> None:
        batch_run(SameModel, {}, number_processes=1, iterations=1, max_steps=MONTHS, display_progress=False, data_collection_period=-1)  # fmt: skip

    run = settled(TEACHERS)
    loop = numba_plain.prepare(workload.make(TEACHERS, seed=1), 1)
    loop(1)
    races = {
        "a batch of small runs, mesa.batch_run over ours": (
            Runner("ours", lambda: simulate(SMALL, MONTHS, range(RUNS), workers=1), RUNS),
            Runner("mesa", mesas, 1),
        ),
        "a teacher's month, a plain Numba loop of a far lighter model over ours": (
            Runner("ours", lambda: run.run_for(24), len(run.system.teachers) * 24),
            Runner("numba", lambda: loop(240), TEACHERS * 240),
        ),
        "a network, igraph over ours": (
            Runner("ours", partial(hierarchical, PEOPLE), PEOPLE),
            Runner("igraph", partial(networks.igraph, PEOPLE), PEOPLE),
        ),
    }
    found = {}
    for name, (ours, rival) in races.items():
        began = time.monotonic()
        own, other = race(Rounds(), ours, [rival], rounds=ROUNDS)
        found[name] = other.times(own)
        print(f"  {found[name]:8,.2f}  {name} ({time.monotonic() - began:.0f} s)", flush=True)
    return found


def slower(now: dict[str, float], before: dict[str, float]) -> list[str]:
    """Return a line for each ratio that has fallen further than the tolerance, or that is measured no more."""
    return [
        f"{name}: {now.get(name, 0):,.3g}, and {ratio:,.3g} in the last release"
        for name, ratio in before.items()
        if now.get(name, 0) < (1 - TOLERANCE) * ratio
    ]


def main() -> int:
    """Measure; keep or compare."""
    now = ratios()
    if "--keep" in sys.argv:
        KEPT.write_text(
            json.dumps({"version": __version__, "ratios": now}, indent=2) + "\n", encoding="utf-8"
        )
        print(f"kept as those of {__version__} in {KEPT.name}")
        return 0
    before = json.loads(KEPT.read_text(encoding="utf-8"))
    fallen = slower(now, before["ratios"])
    for line in fallen:
        print(f"  slower than {before['version']}: {line}")
    return bool(fallen)


if __name__ == "__main__":
    sys.exit(main())
