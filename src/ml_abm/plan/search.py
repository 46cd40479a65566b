"""Search: NSGA-II over packages, whose candidates race; pymoo keeps the population, and chance comes from one seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from ..errors import PlanError
from .packages import AS_IT_IS, Choices, Package, Step
from .race import RUNGS, Judge, Scores, front, over, race

POPULATION = 32
STILL = 10  # generations without a change of the front, after which it is taken as found
NEXT_BEST = 4  # single levers that are paired among themselves at the beginning
WITH_FIRST = 8  # single levers that are paired with the best one
TRIES = 20  # for a package that was not tried yet


@dataclass
class Search:
    """What was tried: scores by package, in as many draws as each was worth.

    Attributes
    ----------
    judge : gives scores of packages in the first so many draws.
    most_runs : packages times draws.
    """

    choices: Choices
    judge: Judge
    most_runs: int
    seed: int = 1
    rungs: tuple[int, ...] = RUNGS
    on_front: Callable[[int, int, list[Package]], None] = lambda generation, runs, found: None
    tried: dict[Package, Scores] = field(default_factory=dict)

    @property
    def runs(self) -> int:
        """Packages times draws so far."""
        return sum(map(len, self.tried.values()))

    @property
    def finished(self) -> list[Package]:
        """Packages that raced to the end and are within all limits."""
        most = max(map(len, self.tried.values()), default=0)
        return [p for p, scores in self.tried.items() if len(scores) == most and not over(scores)]

    def front(self) -> list[Package]:
        """Return the packages that no other one dominates, of those that raced to the end, in the order of their first objective."""
        done = self.finished
        means = np.array([self.mean(package) for package in done])
        return sorted((done[k] for k in front(means)), key=lambda p: (self.mean(p)[0], p))

    def mean(self, package: Package) -> np.ndarray:
        """Return mean objectives of a package, as what it changes in its own draws beside what is without it in all of them."""
        base, own = self.tried[AS_IT_IS].objectives, self.tried[package].objectives
        n = min(len(base), len(own))
        return base.mean(axis=0) + (own[:n] - base[:n]).mean(axis=0)

    def run(self) -> list[Package]:
        """Search, and return the front. Raises PlanError where no package that was tried is within the budget."""
        self.tried[AS_IT_IS] = self.judge([AS_IT_IS], self.rungs[-1])[0]
        self.try_out(self.singles())
        self.try_out(self.pairs())
        self.try_out(self.stacks())
        self.evolve()
        if not self.finished:
            raise PlanError(self.none_allowed())
        return self.front()

    def none_allowed(self) -> str:
        """Return in one line that nothing is within the budget, and how far from it the nearest is."""
        least = min(float(scores.limits.mean(axis=0).max()) for scores in self.tried.values())
        return (
            f"none of {len(self.tried)} packages, the programme as it is among them, is within the budget: the nearest is "
            f"{least:,.0f} USD above it; raise the budget by that much, or plan for fewer years"
        )

    def try_out(self, packages: Iterable[Package]) -> None:
        """Let packages race that were not tried yet, against each other and the front so far."""
        new = [package for package in dict.fromkeys(packages) if package not in self.tried]
        rivals = [self.tried[package] for package in self.front()]
        self.tried |= race(
            new, self.judge, rivals, lambda more: self.runs + more <= self.most_runs, self.rungs
        )

    def singles(self) -> list[Package]:
        """Return every lever by itself, from the start."""
        return [(Step(0, lever.name),) for lever in self.choices.levers]

    def pairs(self) -> list[Package]:
        """Return pairs of levers from the start: the best one with the next ones, and the next best among themselves, as in assessments."""
        if self.choices.most < 2:
            return []
        ranked = self.ranked(-1)
        two = [(first, other) for first in ranked[:1] for other in ranked[1 : 1 + WITH_FIRST]]
        two += list(combinations(ranked[1 : 1 + NEXT_BEST], 2))
        return [pair for a, b in two if self.together(pair := tuple(sorted(a + b)))]

    def stacks(self) -> list[Package]:
        """Return the best levers on top of each other, three and more, by each objective but the first, which is cost."""
        found: list[Package] = []
        for objective in range(1, len(self.mean(AS_IT_IS))):
            package: Package = ()
            for single in self.ranked(objective):
                if len(package) < self.choices.most and self.together(package + single):
                    package = tuple(sorted(package + single))
                    found.append(package)
        return [package for package in found if len(package) > 2]

    def ranked(self, objective: int) -> list[Package]:
        """Return single levers that were tried, the best in one objective first."""
        known = [package for package in self.singles() if package in self.tried]
        return sorted(known, key=lambda package: (self.mean(package)[objective], package))

    def together(self, package: Package) -> bool:
        """Return whether levers may be together."""
        return not any(
            frozenset((a.lever, b.lever)) in self.choices.apart for a, b in combinations(package, 2)
        )

    def evolve(self) -> None:
        """Try generation after generation, until the runs are spent, the front stands still, or nothing is left to be tried."""
        from pymoo.core.evaluator import Evaluator
        from pymoo.problems.static import StaticProblem

        algorithm, evaluate = self.nsga(), Evaluator().eval
        before, still, generation = self.front(), 0, 0
        while still < STILL and self.runs + self.rungs[0] <= self.most_runs:
            asked = algorithm.ask()
            if asked is None or not len(asked):
                return
            packages = [self.choices.package(genes) for genes in asked.get("X")]
            self.try_out(packages)
            told = [package for package in packages if package in self.tried]
            if len(told) < len(packages):  # the runs are spent
                return
            means = np.array([self.mean(package) for package in packages])
            passed = np.array([self.tried[package].limits.mean(axis=0) for package in packages])
            evaluate(StaticProblem(algorithm.problem, F=means, G=passed), asked)
            algorithm.tell(infills=asked)
            now, generation = self.front(), generation + 1
            still = still + 1 if now == before else 0
            before = now
            self.on_front(generation, self.runs, now)

    def nsga(self) -> Any:
        """Return pymoo's NSGA-II over the genes of packages, begun with what was tried so far and drawn ones."""
        from pymoo.algorithms.moo.nsga2 import NSGA2
        from pymoo.core.problem import Problem
        from pymoo.operators.crossover.ux import UniformCrossover

        base = self.tried[AS_IT_IS]
        problem = Problem(
            n_var=len(self.choices.levers),
            n_obj=base.objectives.shape[1],
            n_ieq_constr=base.limits.shape[1],
            xl=0,
            xu=self.choices.highest,
            vtype=int,
        )
        algorithm = NSGA2(
            pop_size=POPULATION,
            sampling=self.first(),
            crossover=UniformCrossover(),
            mutation=mutation(self.choices),
            repair=repair(self.choices),
        )
        algorithm.setup(problem, termination=("n_gen", 10**6), seed=self.seed, verbose=False)
        return algorithm

    def first(self) -> np.ndarray:
        """Return the first generation: the best of what was tried, and packages that are drawn."""
        known = sorted(self.tried, key=lambda p: (-len(self.tried[p]), self.mean(p)[-1], p))
        rows = [self.choices.genes(package) for package in known[: POPULATION // 2]]
        rng = np.random.default_rng(self.seed)
        seen = {tuple(row) for row in rows}
        for _ in range(TRIES * POPULATION):
            chosen = rng.random(len(self.choices.levers)) < self.choices.most / len(self.choices.levers)
            row = self.choices.repaired(chosen * rng.integers(1, self.choices.highest + 1), rng)
            if tuple(row) not in seen and len(rows) < POPULATION:
                seen.add(tuple(row))
                rows.append(row)
        return np.array(rows)


def mutation(choices: Choices) -> Any:
    """Return pymoo's mutation: a lever more, one less, or another month; about one change a package."""
    from pymoo.core.mutation import Mutation

    class OneStep(Mutation):  # type: ignore[misc]
        def _do(self, problem: Any, X: np.ndarray, *args: Any, random_state: Any = None, **more: Any) -> Any:
            moved = X.copy()
            for row in moved:
                on, off = np.flatnonzero(row), np.flatnonzero(row == 0)
                add = len(off) and (not len(on) or random_state.random() < 0.5)
                k = int(random_state.choice(off if add else on))
                row[k] = random_state.integers(1 if add else 0, choices.highest[k] + 1)
            return moved

    return OneStep(prob=0.9)


def repair(choices: Choices) -> Any:
    """Return pymoo's repair: levers that are too many, or cannot be together, are taken out."""
    from pymoo.core.repair import Repair

    class Allowed(Repair):  # type: ignore[misc]
        def _do(self, problem: Any, X: np.ndarray, random_state: Any = None, **more: Any) -> Any:
            return np.array([choices.repaired(row, random_state) for row in X], dtype=int)

    return Allowed()
