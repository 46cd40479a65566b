"""Diagnostics of a posterior: recovery of synthetic truths, and parameters that these data cannot separate.

Ranks and coverage come from synthetic truths (simulation-based calibration, Talts et al. 2018). Those of `check_method` lie around the case, where a
fit is made, and cost no run. `check_fits` makes whole fits, rounds around each truth with them, to truths from the prior; that costs as many fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..errors import FitError
from ..foundation.numbers_in_words import between, listed, percent
from ..runs import Engine
from .emulator import SEARCH, Emulator, Walk, columns_of_runs, emulator, error_columns
from .fit import DRAWS, Posterior, answer, drawn_around, joined, prior_runs, zoomed
from .reporting import in_logits, in_logs, reported, surveyed
from .scores import LEVELS
from .simulations import Progress, Simulations, simulate_all
from .summaries import number_of_points, observed_summaries, raw_summaries
from .weighed import LEAST_EFFECTIVE, Weighed, Weigher, density_of_runs

if TYPE_CHECKING:
    import pandas as pd

    from .problem import Problem

TRUTHS = 100
UNEVEN = 0.01
DRAWS_OF_POINTS = 1000
MISFIT = 0.05  # posterior predictive p below which the model does not follow the points
TOO_WIDE = 10.0  # times from 5 to 95% of reports, from which on that the points lie inside says little
CLEAR, SOME = 0.5, 0.15  # contraction from which on a parameter counts as learned, and as learned a little
SURE = 3.0  # standard errors of a contraction that it has to be above, too
TIED = 0.4  # correlation from which on two parameters cannot be distinguished
WIDER_PRIOR = 1.5
END, HEAPED = (
    0.05,
    0.5,
)  # of a prior, and the share of draws there from which on a posterior is heaped at its end
MOSTLY = 0.35  # share of a direction from which on a parameter is named with it


@dataclass(frozen=True)
class Checks:
    """What synthetic truths say of the method: `ranks` 0..1 and posterior means `found` beside `true`, all (truths, parameters and points).

    Of a point it is what is expected of its report, in logarithms: what the data speak of most. `power` is the mean share that the runs' own likelihood had.
    """

    names: list[str]
    ranks: np.ndarray
    found: np.ndarray
    true: np.ndarray
    parameters: int
    power: float

    def table(self) -> pd.DataFrame:
        """Return for each parameter, and for what is expected of each point, the coverage of its intervals, whether ranks are even (Kolmogorov-Smirnov), and its recovery.

        `recovery` is the correlation of posterior mean and truth.
        """
        import pandas as pd
        from scipy.stats import kstest

        away = np.abs(self.ranks - 0.5)
        columns = {
            "parameter": self.names,
            **{f"in{round(100 * level)}": (away <= level / 2).mean(axis=0) for level in LEVELS},
            "even ranks p": [kstest(u, "uniform").pvalue for u in self.ranks.T],
            "recovery": [
                float(np.corrcoef(a, b)[0, 1]) for a, b in zip(self.found.T, self.true.T, strict=True)
            ],
        }
        return pd.DataFrame(columns)

    def held(self) -> tuple[list[float], list[float]]:
        """Return how often intervals of each level held truths: over all parameters, and over what is expected of points."""
        table = self.table()
        columns = [f"in{round(100 * level)}" for level in LEVELS]
        of = table[columns].iloc[: self.parameters], table[columns].iloc[self.parameters :]
        return of[0].mean().tolist(), of[1].mean().tolist()

    def uneven(self) -> list[str]:
        """Return what has ranks that are not even: p below 0.01 divided by how many there are."""
        table = self.table()
        return table.loc[table["even ranks p"] < UNEVEN / len(table), "parameter"].tolist()


def check_method(
    posterior: Posterior,
    truths: int = TRUTHS,
    seed: int = 1,
    *,
    least: float = LEAST_EFFECTIVE,
    progress: Progress = lambda truths: None,
) -> Checks:
    """Return what the weighing gives for synthetic truths around the case: each is a run of the last round, drawn around the case.

    What the last round was drawn around is the prior here (errors of reports keep their own, for truths too), and all other runs are weighed for each
    truth's reports, with an emulator that has seen no run of the last round. `least` is how many runs are to count in effect; `progress` is called with how many more truths are done. Raises FitError for a fit without a round around its case.
    """
    if not posterior.rounds:
        raise FitError("a fit with a zoom of 0 cannot be checked: it has no runs around its case")
    problem, last, every = posterior.problem, posterior.rounds[-1], posterior.all_runs
    rng = np.random.default_rng([seed, 5])
    chosen = np.sort(rng.choice(last.drawn, min(truths, last.drawn), replace=False))
    z, errors = last.runs.z.copy(), error_columns(problem)
    z[:, errors] = rng.standard_normal((len(z), len(errors)))
    reports = raw_summaries(problem, replace(last.runs, z=z), seed + len(posterior.rounds))
    made = density_of_runs(problem, every.z, len(posterior.prior_runs), posterior.rounds)
    prior = partial(last.around.log_density, columns=columns_of_runs(problem))
    weigher = Weigher(problem, every, made, prior, last.before, last.around, seed)
    before = len(every) - len(last.runs)
    fits = []
    for row in chosen:
        fits.append((weigher.weighed(reports[row], least, before + row), last.before))
        progress(1)
    return _checked(problem, fits, z[chosen], seed)


def check_fits(
    problem: Problem,
    truths: int,
    seed: int = 1,
    *,
    runs: int,
    zoom: int,
    search: Walk = SEARCH,
    progress: Progress = lambda truths: None,
) -> Checks:
    """Return what whole fits, zoom and all, give to synthetic truths drawn from the prior; they share the prior's runs.

    `search` is how long emcee looks where to make runs; `progress` is called with how many more truths are done.
    """
    first = prior_runs(problem, seed, runs)
    z = np.random.default_rng([seed, 8]).standard_normal((truths, len(problem.unknowns)))
    reports = raw_summaries(problem, simulate_all(problem, z, seed + 4_000_003), seed + 1)
    fits = []
    for k in range(truths):
        one = reporting(problem, reports[k])
        rounds = zoomed(one, first, seed + 5_000 + k, zoom, search=search)
        last = emulator(one, joined(first, rounds), drawn_around(first, rounds), seed + k)
        fits.append((answer(one, first, rounds, last, reports[k], seed + k), last))
        progress(1)
    return _checked(problem, fits, z, seed)


def _checked(
    problem: Problem, fits: Sequence[tuple[Weighed, Emulator]], true: np.ndarray, seed: int
) -> Checks:
    """Return where truths lie in their fits; what is expected of points is said by the emulator of each fit, of the truth and of draws alike."""
    rng, rows = np.random.default_rng([seed, 9]), []
    for (fitted, emulated), z in zip(fits, true, strict=True):
        draws = emulated.expected(fitted.draws(DRAWS_OF_POINTS, rng))
        expected = emulated.expected(z[None])[0]
        rows.append(
            (
                np.append(fitted.below(z), (draws < expected).mean(axis=0)),
                np.append(fitted.mean(), draws.mean(axis=0)),
                np.append(z, expected),
            )
        )
    ranks, found, truths = (np.array(each) for each in zip(*rows, strict=True))
    power = float(np.mean([fitted.power for fitted, _ in fits]))
    names = [*problem.names, *names_of_summaries(problem)]
    return Checks(names, ranks, found, truths, len(problem.names), power)


def names_of_summaries(problem: Problem) -> list[str]:
    """Return a name for each point, and then for each survey."""
    points = [
        f"{target.series.name} {year:.1f}" for target in problem.targets for year in target.series.years
    ]
    return points + [f"{one.case}: {one.name}" for target in problem.targets for one in target.surveys]


def reporting(problem: Problem, reports: np.ndarray) -> Problem:
    """Return a problem with other reports, given as raw summaries, in place of the real points and surveys."""
    from scipy.special import expit

    points, found = iter(reports[: number_of_points(problem)]), iter(reports[number_of_points(problem) :])
    targets = []
    for target in problem.targets:
        units = target.series.units
        counts = np.round(np.exp([next(points) for _ in units]) / units) * units
        surveys = tuple(
            replace(survey, value=float(np.round(expit(next(found)) / survey.unit) * survey.unit))
            for survey in target.surveys
        )
        targets.append(replace(target, series=replace(target.series, values=counts), surveys=surveys))
    return replace(problem, targets=tuple(targets))


def without_surveys(posterior: Posterior) -> tuple[np.ndarray, np.ndarray]:
    """Return each parameter's contraction with surveys and without them: both from the prior's runs alone, so that nothing else differs."""
    learnt, without = (
        np.maximum(0.0, 1.0 - np.diag(kept.covariance())) for kept in (posterior.abc, posterior.abc_of_counts)
    )
    return learnt, without


def posterior_table(posterior: Posterior) -> pd.DataFrame:
    """Return for each parameter median, 50 and 90% intervals, the prior's 90%, and contraction.

    Contraction is 1 - variance / prior variance of normal scores: 0 where the data say nothing, 1 where they say all.
    """
    import pandas as pd

    q = np.quantile(posterior.values, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    priors = [unknown.prior for unknown in posterior.problem.unknowns]
    ends = np.array([prior.values(np.array([0.05, 0.95])) for prior in priors])
    columns = {
        "parameter": posterior.problem.names,
        "median": q[2],
        "5%": q[0],
        "25%": q[1],
        "75%": q[3],
        "95%": q[4],
        "prior 5%": ends[:, 0],
        "prior 95%": ends[:, 1],
        "contraction": contraction(posterior.z),
    }
    return pd.DataFrame(columns)


def contraction(z: np.ndarray) -> np.ndarray:
    """Return 1 - variance of normal scores, not below 0."""
    return np.maximum(0.0, 1.0 - z.var(axis=0))


def by_chance(posterior: Posterior) -> float:
    """Return the standard error of a contraction where the data say nothing: of a variance, from as many draws as count in effect."""
    return float(np.sqrt(2 / min(posterior.weighed.effective, DRAWS)))


def ties_between(z: np.ndarray) -> list[tuple[int, int, float]]:
    """Return pairs of parameters that the posterior ties together, with their correlation, strongest first."""
    r = np.corrcoef(z.T)
    pairs = [
        (i, j, float(r[i, j])) for i in range(len(r)) for j in range(i + 1, len(r)) if abs(r[i, j]) >= TIED
    ]
    return sorted(pairs, key=lambda pair: -abs(pair[2]))


def directions(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the variances of the posterior's own directions in prior units, smallest first, and the directions as columns."""
    return np.linalg.eigh(np.cov(z.T))


def in_words(posterior: Posterior) -> list[str]:
    """Return what is identified and what is not, in sentences."""
    names = [plain(name) for name in posterior.problem.names]
    learnt, some = contraction(posterior.z), max(SOME, SURE * by_chance(posterior))
    groups = [
        ("Well identified", learnt >= CLEAR),
        ("Identified a little", (learnt >= some) & (learnt < CLEAR)),
        ("Not identified, the answer is the prior's", learnt < some),
    ]
    said = [
        f"{words}: {', '.join(f'{names[k]} ({percent(learnt[k])})' for k in np.flatnonzero(which))}."
        for words, which in groups
        if which.any()
    ]
    for i, j, r in ties_between(posterior.z):
        more = "more" if r > 0 else "less"
        said.append(
            f"These data cannot separate {names[i]} from {names[j]}: more of the one with {more} of the other fits as well (correlation {r:.2f})."
        )
    return [*said, *_at_the_ends(posterior, names), _best_known(posterior, names)]


def _at_the_ends(posterior: Posterior, names: list[str]) -> list[str]:
    """Return which parameters are heaped at an end of what the prior allows; no sentence where none is."""
    from scipy.special import ndtr

    quantiles = ndtr(posterior.z)
    ends = {"low": (quantiles < END).mean(axis=0), "high": (quantiles > 1 - END).mean(axis=0)}
    heaped = [
        f"{name} ({percent(share[k])} of draws in the {side} {percent(END)} of its prior)"
        for side, share in ends.items()
        for k, name in enumerate(names)
        if share[k] >= HEAPED
    ]
    if not heaped:
        return []
    return [f"Heaped at the end of the prior, which may be too narrow: {listed(heaped)}."]


def _best_known(posterior: Posterior, names: list[str]) -> str:
    """Return which combination of parameters the data know best."""
    variance, vectors = directions(posterior.z)
    first = vectors[:, 0] * np.sign(vectors[np.abs(vectors[:, 0]).argmax(), 0])
    parts = [
        f"{'+' if first[k] > 0 else '-'} {names[k]}"
        for k in np.argsort(-np.abs(first))
        if abs(first[k]) >= MOSTLY
    ]
    known = int((variance < 1 - CLEAR).sum())
    return (
        f"Of {len(names)} directions {known} {'is' if known == 1 else 'are'} known better than by half of the prior's variance; "
        f"best known is {' '.join(parts).removeprefix('+ ')} (in prior standard deviations), of whose variance {percent(max(variance[0], 0))} is left."
    )


def surveys_in_words(posterior: Posterior, prior: Predictive, after: Predictive) -> list[str]:
    """Return what each survey found beside what the model would report, and what surveys added; nothing where there are none."""
    said = []
    for t, target in enumerate(posterior.problem.targets):
        for k, survey in enumerate(target.surveys):
            middle = (np.percentile(each.found[t][:, k], [5, 95]) for each in (prior, after))
            before, later = (between(low, high, percent) for low, high in middle)
            said.append(
                f"{survey.case}: {survey.in_words}. The model would report {before} before the fit and "
                f"{later} after it (middle 90%)."
            )
    if not said:
        return []
    learnt, without = without_surveys(posterior)
    gained = [
        f"{plain(name)} {percent(a)}, without {percent(b)}"
        for name, a, b in zip(posterior.problem.names, learnt, without, strict=True)
        if a - b >= SOME
    ]
    more = (
        f"Contraction with surveys, from the same runs of the prior: {'; '.join(gained)}." if gained else ""
    )
    return [*said, more or "Surveys made no parameter known better by 15 points of contraction."]


def plain(name: str) -> str:
    """Return a parameter's name without its section; a point has none."""
    case, colon, key = name.rpartition(": ")
    return name if " " in key else f"{case}{colon}{key.rpartition('.')[2]}"


def prior_pull(posterior: Posterior) -> pd.DataFrame:
    """Return how each parameter would follow another prior of its own, by weighing the draws anew.

    `follows` is the shift of its mean when the prior is shifted by one standard deviation (0: the data speak, 1: the prior does);
    `wider` is the shift of its mean, and `wider sd` its spread, both in standard deviations of its posterior, when the prior is
    1.5 times as wide.
    """
    import pandas as pd

    rows = []
    for name, z in zip(posterior.problem.names, posterior.z.T, strict=True):
        up, down = (_weighted_mean(z, np.exp(shift * z)) for shift in (0.5, -0.5))
        weights = np.exp(0.5 * np.square(z) * (1 - 1 / WIDER_PRIOR**2))
        mean = _weighted_mean(z, weights)
        sd = np.sqrt(_weighted_mean(np.square(z - mean), weights))
        rows.append([name, up - down, (mean - z.mean()) / z.std(), sd / z.std()])
    return pd.DataFrame(rows, columns=["parameter", "follows", "wider", "wider sd"])


def _weighted_mean(z: np.ndarray, weights: np.ndarray) -> float:
    return float(weights @ z / weights.sum())


@dataclass(frozen=True)
class Predictive:
    """Runs with parameters from a posterior or prior: true counts by month, reports at the points and what surveys would find; a table for each target."""

    runs: Simulations
    reports: tuple[np.ndarray, ...]
    found: tuple[np.ndarray, ...]


def posterior_predictive(
    posterior: Posterior,
    n: int = 200,
    *,
    workers: int | None = None,
    progress: Progress = lambda runs: None,
    engine: Engine | None = None,
) -> Predictive:
    """Return new runs with draws of the posterior, with other random seeds than those it was fitted with."""
    problem, rng = posterior.problem, np.random.default_rng([posterior.seed, 6])
    z = posterior.z[rng.choice(len(posterior.z), n, replace=False)]
    seed = posterior.seed * 2 + 2_000_003
    runs = simulate_all(problem, z, seed, workers=workers, progress=progress, engine=engine)
    return _with_reports(posterior, runs, posterior.seed)


def prior_predictive(posterior: Posterior) -> Predictive:
    """Return the prior's runs with reports."""
    return _with_reports(posterior, posterior.prior_runs, posterior.seed + 1)


def _with_reports(posterior: Posterior, runs: Simulations, seed: int) -> Predictive:
    problem, rng = posterior.problem, np.random.default_rng([seed, 7])
    values = problem.values(runs.z)
    parts, found = [], [np.empty((len(runs), 0)) for _ in problem.targets]
    for t, target in enumerate(problem.targets):
        sigma = problem.errors_of_reports(values, t)
        expected = runs.counts[t][:, target.months]
        parts.append(reported(rng, expected, sigma, target.series.units, most=target.most))
    for t, target in enumerate(problem.targets):
        if target.surveys:
            error = problem.errors_of_shares(values, t)
            found[t] = surveyed(rng, runs.shares[t], error, target.asked, target.survey_units)
    return Predictive(runs, tuple(parts), tuple(found))


def predictive_table(posterior: Posterior, prior: Predictive, after: Predictive) -> pd.DataFrame:
    """Return each real point and survey beside the middle 90% of reports before and after the fit, and its rank among the latter."""
    import pandas as pd

    tables = []
    for t, target in enumerate(posterior.problem.targets):
        before = np.concatenate([prior.reports[t], prior.found[t]], axis=1)
        later = np.concatenate([after.reports[t], after.found[t]], axis=1)
        real = np.append(target.series.values, target.survey_values)
        below = (later < real).mean(axis=0) + (later == real).mean(axis=0) / 2
        columns = {
            "case": target.series.case,
            "metric": [target.series.metric] * len(target.series)
            + [survey.metric for survey in target.surveys],
            "year": np.append(target.series.years, [survey.year for survey in target.surveys]),
            "reported": real,
            **{f"prior {q}%": np.percentile(before, q, axis=0) for q in (5, 50, 95)},
            **{f"posterior {q}%": np.percentile(later, q, axis=0) for q in (5, 50, 95)},
            "rank": below,
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def distance(posterior: Posterior, after: Predictive) -> float:
    """Return the posterior predictive p of all points and surveys together: the share of simulated histories that lie as far from the middle as the real one.

    Far is the sum of squared distances of logarithms, and of logits of what surveys found, each in standard deviations of what the fitted model would report. Near 0 the model
    does not follow the points. The points were fitted, and few of them leave their own error wide, so that it is usually above 0.5: it finds a gross misfit, not a small one.
    """
    targets = posterior.problem.targets
    real = observed_summaries(posterior.problem)[None]
    counts = [in_logs(after.reports[t], target.series.units) for t, target in enumerate(targets)]
    shares = [in_logits(after.found[t], target.survey_units) for t, target in enumerate(targets)]
    simulated = np.concatenate([*counts, *shares], axis=1)
    middle, spread = simulated.mean(axis=0), simulated.std(axis=0) + 1e-9
    far, away = (np.square((x - middle) / spread).sum(axis=1) for x in (real, simulated))
    return float((away >= far).mean())


def follows_in_words(posterior: Posterior, after: Predictive) -> list[str]:
    """Return whether the fitted model follows the points, with a number, and then a line for each case with its worst point."""
    p, widest = distance(posterior, after), _widest(after)
    if p < MISFIT:
        verdict = "The model does NOT follow these points: do not read its parameters as if it did."
    elif widest > TOO_WIDE:
        verdict = f"The points lie inside what the fitted model would report, but that is so wide (up to a factor of {widest:,.0f} from 5 to 95%) that it says little."
    else:
        verdict = "The fitted model follows the points, within what the fit leaves open."
    said = [
        f"{verdict} Posterior predictive p = {p:.2f} (below {MISFIT} is misfit; above 0.5 is usual, since the same points were fitted)."
    ]
    for target, reports in zip(posterior.problem.targets, after.reports, strict=True):
        low, middle, high = np.percentile(reports, [5, 50, 95], axis=0)
        series = target.series
        outside = (series.values < low) | (series.values > high)
        off = in_logs(middle, series.units) - in_logs(series.values, series.units)
        k = int(np.abs(off).argmax())
        said.append(
            f"{series.name}: {int(outside.sum())} of {len(series)} points outside the middle 90%; the worst median is {np.exp(off[k]):.2f} times the report "
            f"({middle[k]:,.0f}, 90% {low[k]:,.0f} to {high[k]:,.0f}, where {series.values[k]:,g} was reported in {series.years[k]:.1f})."
        )
    return said


def _widest(after: Predictive) -> float:
    """Return how many times as large the upper end of the middle 90% of reports is as the lower, at the point where it is widest."""
    ends = [np.percentile(reports, [5, 95], axis=0) for reports in after.reports]
    return max(float((high / np.maximum(low, 1.0)).max()) for low, high in ends)


def compare(posterior: Posterior) -> pd.DataFrame:
    """Return mean and spread of each parameter in prior standard deviations, what the emulator alone would say, and what ABC does.

    `emulated wider` is how many times as wide the one or the other is. ABC has no likelihood, no emulator and none of the runs around the case, so it is another method, and coarse. `by chance` is how far means may be apart since so few runs count, in two of three cases.
    """
    import pandas as pd

    sd = posterior.z.std(axis=0)
    table = pd.DataFrame(
        {
            "parameter": posterior.problem.names,
            "mean": posterior.z.mean(axis=0),
            "sd": sd,
            "emulated mean": posterior.emulated.z.mean(axis=0),
            "emulated sd": posterior.emulated.z.std(axis=0),
            "ABC mean": posterior.abc.mean(),
            "ABC sd": np.sqrt(np.diag(posterior.abc.covariance())),
        }
    )
    narrower = table["emulated sd"] / table["sd"]
    return table.assign(
        **{
            "emulated wider": np.maximum(narrower, 1 / narrower),
            "emulated apart": (table["mean"] - table["emulated mean"]).abs(),
            "ABC apart": (table["mean"] - table["ABC mean"]).abs(),
            "by chance": sd / np.sqrt(posterior.weighed.effective),
        }
    )
