"""Races: several ways to do the same work, timed in turn in one process, so that a change of the machine's speed hits all of them.

A race is one pytest-benchmark test. Ours is what pytest-benchmark times; before each of its rounds every rival does its work once. A ratio
is the median over rounds of (rival's seconds per unit of work) / (ours), both of the same round.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

ROUNDS = 5


@dataclass(frozen=True)
class Runner:
    """One way to do the work: what it is called, a call, how many units of work a call does, and a word on it."""

    name: str
    call: Callable[[], Any]
    work: float
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """What a runner took: seconds of each round, per unit of work."""

    name: str
    seconds: tuple[float, ...]
    remark: str = ""

    @property
    def median(self) -> float:
        """The median over rounds, in seconds per unit of work."""
        return median(self.seconds)

    def times(self, other: Result) -> float:
        """Return how many times as long as another it took: the median of the rounds' ratios."""
        return median(a / b for a, b in zip(self.seconds, other.seconds, strict=True))


@dataclass
class Section:
    """A table of docs/benchmarks.md: a question, how it was measured, rows, and what was asked for."""

    title: str
    how: str
    heading: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def bar(
        self, what: str, value: float, at_least: float | None = None, at_most: float | None = None
    ) -> None:
        """Say whether what was asked for is met, and by how much it is missed."""
        limit = at_least if at_least is not None else at_most
        assert limit is not None
        met = value >= limit if at_least is not None else value <= limit
        word = "at least" if at_least is not None else "at most"
        verdict = "met" if met else f"**missed** ({value / limit:.2f} of the bar)"
        self.verdicts.append(f"{what}: {value:,.3g}, asked for {word} {limit:,g}: {verdict}.")


def race(
    benchmark: Any,
    ours: Runner,
    rivals: Sequence[Runner] = (),
    rounds: int = ROUNDS,
    clock: Callable[[], float] = time.process_time,
) -> list[Result]:
    """Let all do their work in turn, `rounds` times after one that does not count; return results, ours first.

    The clock is processor time, which others on the machine disturb least; give `time.perf_counter` where threads share the work.
    """
    runners = (ours, *rivals)
    seconds: list[list[float]] = [[] for _ in runners]

    def timed(k: int) -> None:
        began = clock()
        runners[k].call()
        seconds[k].append((clock() - began) / runners[k].work)

    def the_others() -> None:
        gc.collect()
        for k in range(1, len(runners)):
            timed(k)

    benchmark.pedantic(lambda: timed(0), setup=the_others, rounds=rounds, warmup_rounds=1)
    for runner, values in zip(runners, seconds, strict=True):
        del values[0]  # the warm-up
        benchmark.extra_info[runner.name] = median(values)
    return [Result(r.name, tuple(values), r.remark) for r, values in zip(runners, seconds, strict=True)]


def nanoseconds(results: Sequence[Result]) -> list[Sequence[str]]:
    """Return a row for each result: nanoseconds per unit of work, how many times ours, and a word."""
    ours = results[0]
    return [
        (r.name, f"{1e9 * r.median:,.3g}", "1" if r is ours else f"{r.times(ours):,.3g}", r.remark)
        for r in results
    ]
