"""Writes how small each preset may be simulated, and what that changes, into docs/performance.md (`make small-enough`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from docs.generate import table
from ml_abm import Scenario
from ml_abm.calibration.uncertain import with_draw
from ml_abm.foundation.numbers_in_words import percent, points
from ml_abm.outcomes import Trace
from ml_abm.runs.small_enough import SHOWN, ends_of, small_enough
from ml_abm.scenario import preset_names
from ml_abm.simulation import simulate_each
from ml_abm.system.memory import expected_teachers
from ml_abm.system.smaller import part_of, real

PAGE = Path(__file__).with_name("performance.md")
BEGIN, END = "<!-- small enough -->\n", "<!-- end of small enough -->\n"
DRAWS = 20  # as many as a band has by default
AGAIN = 60  # in which part and whole are compared, with other random seeds
MOST = 61_000  # teachers of a system that is simulated whole for comparison


def main() -> None:
    """Measure every preset and write the section."""
    text = PAGE.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text(before + BEGIN + section() + END + after, encoding="utf-8")
    print(f"Written: {PAGE}")


def section() -> str:
    """Return the table of all presets with generated systems."""
    rows = [row(name) for name in preset_names() if not real(Scenario.preset(name))]
    heading = ["preset", "teachers", "simulated", "chance added", "band of 20, s", "off against the whole"]
    return table(heading, rows) + "\n"


def row(name: str) -> list[str]:
    """Return a preset's row."""
    scenario = Scenario.preset(name)
    teachers = expected_teachers(scenario)
    begin = time.process_time()
    draws = [with_draw(scenario, number) for number in range(DRAWS)]
    run = simulated(scenario, range(DRAWS))
    found = small_enough(scenario, lambda share: ends_of(run([part_of(one, share) for one in draws])))
    took = time.process_time() - begin
    print(name, f"{found.share:.3f} {took:.1f} s", flush=True)
    return [
        f"`{name}`",
        f"{teachers:,.0f}",
        percent(found.share),
        points(found.added),
        f"{took:.1f}",
        "whole" if found.share == 1 else off(scenario, found.share) if teachers <= MOST else "not run",
    ]


def simulated(scenario: Scenario, seeds: range) -> Callable[[list[Scenario]], Trace]:
    """Return a function that simulates scenarios on one thread."""
    return lambda some: simulate_each(some, scenario.months, list(seeds), workers=1)


def off(scenario: Scenario, share: float) -> str:
    """Return by how much a part is off against the whole in the same draws, of the outcome that is off most, with its standard error."""
    seeds = range(1000, 1000 + AGAIN)
    draws = [with_draw(scenario, number) for number in seeds]
    run = simulated(scenario, seeds)
    apart = ends_of(run([part_of(one, share) for one in draws])) - ends_of(run(draws))
    mean, error = apart.mean(axis=1), apart.std(axis=1, ddof=1) / np.sqrt(AGAIN)
    worst = int(np.abs(mean).argmax())
    return (
        f"{SHOWN[worst].replace('_', ' ')} {points(float(mean[worst]), sign=True)} ± {100 * error[worst]:.1f}"
    )


if __name__ == "__main__":
    main()
