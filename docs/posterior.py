"""Writes the draws of behaviour that travel in the package, and the second half of docs/evidence.md (`make evidence`).

`ml_abm.inference` says what trials leave possible; this makes it anew and tells people. What is in `build/evidence/` is not run again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from docs import wider
from docs.generate import table
from ml_abm.calibration.priors import Prior
from ml_abm.evidence.posterior import PATH, write_posterior
from ml_abm.foundation.threads import cores
from ml_abm.inference import checks
from ml_abm.inference.emulator import emulator
from ml_abm.inference.figures import CLASSES, SCALES, Figure
from ml_abm.inference.identity import runs_of_trials
from ml_abm.inference.points import asked, run_values
from ml_abm.inference.rounds import LEAST, PRIOR, ROUNDS, SEED, Inferred, Refit, infer, refit
from ml_abm.inference.unknowns import default_values, values_of
from ml_abm.inference.weights import effective

PAGE = Path(__file__).with_name("evidence.md")
MARK = "<!-- What follows is written by `make evidence`; do not edit it by hand. -->\n"
BUILD = Path("build") / "evidence"
DRAWS = 400
REDUCED: dict[str, Any] = {"prior": 60, "rounds": (40, 60)}  # shows in minutes that all of it runs
WHOLE: dict[str, Any] = {"prior": PRIOR, "rounds": ROUNDS}
UNSEEN = 100  # points of the prior on which simulation-based calibration is made
ASSUMED = 0.2  # contraction below which a number is as assumed as before
SHOWN = 30  # numbers that trials narrow most
QUANTILES = (0.05, 0.5, 0.95)


def main() -> None:
    """Infer, write the draws and the page; in the reduced form write nothing and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reduced", action="store_true", help="few points, in minutes; nothing is written")
    parser.add_argument("--folder", type=Path, default=BUILD)
    options = parser.parse_args()
    how = REDUCED if options.reduced else WHOLE
    folder = options.folder / "reduced" if options.reduced else options.folder
    with ProcessPoolExecutor(cores()) as pool:
        found = infer(folder, **how, engine=pool, workers=cores(), progress=said)
        refits = {
            cluster: refit(found, cluster, folder, engine=pool, workers=cores(), progress=said)
            for cluster in checks.unreliable(found)
        }
        point = default_values(asked().unknowns, asked().trials)
        defaults, _ = run_values(point[None], keep=folder, engine=pool, workers=cores())
    print(
        f"\n{len(found.scores):,} points; power {found.power:.3f}; effective size {effective(found.weights):.0f}"
    )
    if options.reduced:
        return
    rows = checks.draws(found.weights, DRAWS, SEED)
    write(found, rows)
    by_hand = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(by_hand + MARK + page(found, defaults[0], refits), encoding="utf-8")
    print(f"Written: {PATH}, {PAGE}")


def said(what: str, done: int, of: int) -> None:
    """Say how far it is."""
    print(f"\r{what}: {done} of {of} points   ", end="", file=sys.stderr, flush=True)


def write(found: Inferred, rows: np.ndarray) -> None:
    """Write the draws that travel in the package."""
    unknowns = asked().unknowns
    behaviour = [k for k, one in enumerate(unknowns) if one.kind == "behaviour"]
    values = values_of(unknowns, found.drawn[rows])[:, behaviour]
    figures = {one.name: found.drawn_values[rows, k] for k, one in enumerate(asked().figures)}
    narrowed = checks.contraction(found.drawn, found.weights)
    said = {
        "effective": round(effective(found.weights)),
        "power": found.power,
        "points": len(found.scores),
        "runs": runs_of_trials(),
        "contraction": {unknowns[k].name: round(float(narrowed[k]), 3) for k in behaviour},
    }
    write_posterior(PATH, values, figures, said)


def page(found: Inferred, defaults: np.ndarray, refits: Mapping[str, Refit]) -> str:
    """Return the page: each study with and without itself, what was narrowed, what was not, and whether it can be trusted."""
    results = checks.scores(found, defaults, refits)
    return "\n".join(
        [
            BEGIN.format(
                points=f"{len(found.scores):,}",
                rounds=len(found.counts) - 1,
                last=found.counts[-1],
                draws=DRAWS,
                effective=f"{effective(found.weights):.0f}",
                unknowns=len(asked().unknowns),
                figures=len(asked().figures),
                groups=len(found.likelihood.groups),
                power=weight_of_runs(found.power),
            ),
            "### Each study, with and without itself\n",
            STUDIES,
            table(HEADING, studies(found, refits)),
            "### Does it foretell a study that it has not seen?\n",
            foretold(results, refits),
            "### Is the inference right where the truth is known?\n",
            calibrated(found),
            "### How far the model itself is off\n",
            discrepancies(found),
            "### What trials narrowed\n",
            narrowed(found),
            "### What stays assumed\n",
            assumed(found),
            "### If what is assumed were wider\n",
            wider.section(),
            END,
        ]
    )


def weight_of_runs(power: float) -> str:
    """Return in words how much of a say the runs have."""
    if power == 1:
        return "Networks only proposed points: the weights are those of the runs' own likelihood."
    return (
        f"The runs' own likelihood counts with the power {power:.2f}, the highest at which {LEAST} draws of equal weight would say as much; for the rest the networks' does, whose error is then part of the error "
        "of each finding. What is left possible is therefore wider than these studies allow. More runs make networks better, the power higher and bands narrower."
    )


HEADING = ["figure", "what", "unit", "found", "prior", "posterior", "without its study"]
BEGIN = """
## What trials say, and what is not known

{figures} findings of {groups} groups of studies ([trials](patterns.md)) were put to the model at once. {unknowns} numbers are unknown: how people behave, the effect size of each
intervention, and numbers of measurement that studies leave open. All trials were run at {points} points: from the prior, then in {rounds} rounds where networks that had learnt from all runs before expected what was found. The {last}
points of the last round are weighed by their own runs. {effective} draws of equal weight would say as much; {draws} travel in the package.

{power}

- **No study counts twice.** The prior of a number that was set to show what trials found, or whose study is a trial, is what it can plausibly be
  ([`plausible.toml`](../src/ml_abm/evidence/plausible.toml)). These ranges are judgements. The declared ranges of scenario files were tried first: hundreds of
  points from them came nowhere near what was found, as in almost all of them nothing happens or everything does.
- **Errors.** A finding has its study's standard error, the chance of simulated runs, and a discrepancy: how far the model is off, one scale for each class of
  findings, half-Cauchy with a median of half a standard error. A half-normal one cannot say that a model is off by several standard errors, and this one is.
  Findings of one group are correlated, 0.3 where the studies say nothing. Studies used for a direction weigh by it alone, and one in twenty may be wrong.
- **Not in it.** Trials are run in settings that their designs give; what is uncertain about those places is not drawn. Studies of checks and costs weigh nothing.
- **Used everywhere.** `ml-abm run --runs`, studies, findings, assessments and the live view take a draw a run. The defaults are
  the hand-set numbers, which were set with a look at all these studies; they are no draw.
"""
STUDIES = """Found: value and 68% interval of the study. All else: median and 90% of what the model gives, chance and discrepancy left out. A direction shows the share of draws in which it holds.
"""
END = """
### Make it anew

```
make evidence                  # hours on two cores, resumable
make evidence ARGS=--reduced   # minutes; shows that all of it runs, and writes nothing
```
"""


def studies(found: Inferred, refits: Mapping[str, Refit]) -> list[list[str]]:
    """Return a row for each figure."""
    likelihood, rows = found.likelihood, []
    prior = np.full(len(found.prior_values), 1 / len(found.prior_values))
    for cluster, members in likelihood.groups.items():
        without = checks.left_out(found, cluster, refits)
        for k in np.flatnonzero(members):
            figure, values = likelihood.figures[k], found.drawn_values[:, k]
            rows.append(
                [
                    f"{figure.name} ({figure.trial.study})",
                    figure.found.what,
                    figure.found.unit,
                    was_found(figure),
                    given(figure, found.prior_values[:, k], prior),
                    given(figure, values, found.weights),
                    given(figure, without.values[:, k], without.weights),
                ]
            )
    return rows


def was_found(figure: Figure) -> str:
    """Return what the study found."""
    one = figure.found
    if figure.is_direction:
        return one.direction
    assert one.value is not None
    middle, error = one.scaled(one.value), one.error or 0.0
    low, high = (unscaled(figure, middle + side * error) for side in (-1, 1))
    return f"{one.value:.3g} ({low:.2g} to {high:.2g})"


def given(figure: Figure, values: np.ndarray, weights: np.ndarray) -> str:
    """Return what the model gives: median and 90%, or how often a direction holds."""
    known = np.isfinite(values)
    weights = weights[known] / weights[known].sum()
    if figure.is_direction:
        holds = np.array([bool(figure.found.holds(value)) for value in values[known]])
        return f"{weights @ holds:.0%}"
    low, middle, high = (unscaled(figure, x) for x in quantiles(values[known], weights))
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"


def quantiles(values: np.ndarray, weights: np.ndarray, at: Sequence[float] = QUANTILES) -> np.ndarray:
    """Return weighted quantiles."""
    order = np.argsort(values)
    below = np.cumsum(weights[order]) - weights[order] / 2
    return np.interp(at, below, values[order])


def unscaled(figure: Figure, value: float) -> float:
    """Return a value of the scale of comparison in its own unit."""
    scale = figure.found.scale
    if scale == "log":
        return float(np.exp(value))
    return float(1 / (1 + np.exp(-value))) if scale == "logit" else float(value)


def foretold(results: list[checks.Score], refits: Mapping[str, Refit]) -> str:
    """Return the scores of studies left out, with their sums."""
    left_out, prior, defaults = (
        np.array([getattr(one, name) for one in results]) for name in ("left_out", "prior", "defaults")
    )
    rows = [
        [one.cluster, *(f"{x:.1f}" for x in (one.left_out, one.prior, one.defaults)), f"{one.k:.2f}"]
        for one in results
    ]
    doubtful = [one.cluster for one in results if one.k > checks.RELIABLE]
    lines = [
        "The logarithm of the density of what a study found, given all others. More is better; a difference of 1 is a factor of 2.7. The defaults were set with a look at "
        "every study, so they are not left-out forecasts: that they lose or win says how well a single point does that was tuned to the answer.\n",
        table(["group", "left out", "prior", "defaults (saw it)", "Pareto k"], rows),
        compared("the prior", left_out, prior),
        compared("the defaults", left_out, defaults),
    ]
    if refits:
        lines.append(
            f"\nWhere weights without a group would have rested on too few points, new ones were drawn and run without it: {', '.join(refits)}."
        )
    if doubtful:
        lines.append(
            f"\nWeights without a group rest on few points where k is above {checks.RELIABLE}: {', '.join(doubtful)}. Those scores are rough."
        )
    return "\n".join(lines) + "\n"


def compared(what: str, left_out: np.ndarray, other: np.ndarray) -> str:
    """Return in a sentence how much better studies are foretold than by something else."""
    mean, low, high = checks.difference(left_out, other)
    word = (
        "better than" if low > 0 else "worse than" if high < 0 else "not distinguishably better or worse than"
    )
    return f"- Left-out forecasts are **{word} {what}**: {mean:+.1f} in all (95% interval {low:+.1f} to {high:+.1f})."


def calibrated(found: Inferred) -> str:
    """Return whether made-up studies lead back to the point that they were made from."""
    n = min(UNSEEN, len(found.prior_values) // 2)
    far = found.likelihood.far(found.values)
    seen = np.arange(len(far)) >= n
    proposal = emulator(found.scores[seen], far[seen], found.likelihood, SEED)
    directions = checks.seen_directions(found.scores[seen], far[seen])
    ranks = checks.ranks(
        proposal, found.scores[: min(UNSEEN, n)], found.values[: min(UNSEEN, n)], directions, SEED
    )
    chances = np.sort(checks.evenness(ranks))
    least = float(chances[0] * len(chances))
    verdict = "as even as they should be" if least > 0.05 else "**not** as even as they should be"
    inside = float(((ranks >= 1) & (ranks <= checks.CHAINS - 1)).mean())
    return (
        f"Simulation-based calibration, in the {directions.shape[1]} directions that trials see best: {len(ranks)} points of the prior that the networks had not seen stood for the truth, "
        f"made-up studies found what the model gives there with all their errors, and {checks.CHAINS} draws were made from each. Ranks of the truth among the draws are {verdict} "
        f"(the smallest of {len(chances)} chi-square probabilities, times their number: {min(least, 1):.2f}). {inside:.0%} of truths lie inside the range of the draws, where "
        f"{(checks.CHAINS - 1) / (checks.CHAINS + 1):.0%} should. This tests networks, errors and priors together; the weights of real runs come on top.\n"
    )


def discrepancies(found: Inferred) -> str:
    """Return the posterior of the discrepancies."""
    rows = []
    for kind, words in CLASSES.items():
        weights = found.likelihood.discrepancy(found.drawn_values, found.weights, kind)
        rows.append([words, f"{weights @ np.array(SCALES):.1f}", *(f"{share:.0%}" for share in weights)])
    heading = ["class", "mean, standard errors", *(f"{scale:.2g}" for scale in SCALES)]
    return table(heading, rows)


def narrowed(found: Inferred) -> str:
    """Return the numbers that trials narrowed most."""
    unknowns, shares = asked().unknowns, checks.contraction(found.drawn, found.weights)
    values = values_of(unknowns, found.drawn)
    rows = []
    for k in np.argsort(-shares)[:SHOWN]:
        low, middle, high = quantiles(values[:, k], found.weights)
        prior: Prior = unknowns[k].prior
        ends = prior.values(np.array(QUANTILES))
        rows.append(
            [
                unknowns[k].name,
                unknowns[k].kind,
                *(f"{b:.2g} ({a:.2g} to {c:.2g})" for a, b, c in (ends, (low, middle, high))),
                f"{shares[k]:.0%}",
            ]
        )
    return (
        "Contraction is the share of the prior's variance that is gone, of normal scores. Median and 90%.\n\n"
        + table(["number", "kind", "prior", "posterior", "contraction"], rows)
    )


def assumed(found: Inferred) -> str:
    """Return the numbers that trials leave as they were."""
    unknowns, shares = asked().unknowns, checks.contraction(found.drawn, found.weights)
    names = sorted(one.name for one, share in zip(unknowns, shares, strict=True) if share < ASSUMED)
    return (
        f"Of {len(unknowns)} numbers {len(names)} were narrowed by less than {ASSUMED:.0%}. Whatever an answer owes to them is assumed: {', '.join(names)}.\n\n"
        "T07 (coaching dilutes with size) and T14 (delivery on system routines does not) pull against each other; the model can show both only by `routine_bonus` and "
        "`designed_for_scale`, on which nothing else bears. It is not known how energy, will and time share the effect of relief: no trial measured all three.\n"
    )


if __name__ == "__main__":
    main()
