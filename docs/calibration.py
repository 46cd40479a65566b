"""Write docs/calibration.md: forecasts of real cases scored, and fits with all that says how far to trust them: `make calibration-report`.

Runs are kept in a folder where one is given (--keep), so that an interrupted report goes on where it stopped.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from docs import network_case
from docs.generate import table
from ml_abm.calibration import diagnostics, fit, forecast
from ml_abm.calibration.baselines import GROWTH, METHODS
from ml_abm.calibration.data import data_file
from ml_abm.calibration.predict import model_forecast
from ml_abm.calibration.problem import COUNTED_AS, Problem, data_of, preset_of, problem_of, target_of
from ml_abm.calibration.rollout import MOST_TEACHERS, MOST_TEACHERS_SURVEYED, for_fitting, local_priors
from ml_abm.calibration.scores import LEVELS
from ml_abm.calibration.series import LONG, Series, long_series
from ml_abm.calibration.surveys import MEASURES, USED, follow_schools, share_left, why_not
from ml_abm.calibration.weighed import LEAST_EFFECTIVE
from ml_abm.errors import InputError
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.scenario import Scenario, preset_names
from ml_abm.simulation import Simulation

PAGE = Path(__file__).with_name("calibration.md")
SEED, RUNS, REPEATS, JOINT = 1, 1500, 8, ("accelerated_schools", "bridge_intl", "pltw")
MODEL, TOLD = "ml_abm", ", with the market"
# Whole fits to synthetic truths of one case whose runs are short: so many truths, and runs around each.
RECOVERED, TRUTHS, AROUND_EACH = "bridge_intl", 60, 300


@dataclass(frozen=True)
class Fitted:
    case: str
    posterior: fit.Posterior
    checks: diagnostics.Checks
    second: pd.DataFrame
    points: pd.DataFrame
    p: float
    follows: str


def fitted_cases() -> list[str]:
    """Return the cases that have a preset and points enough to fit."""
    found = []
    for name in preset_names():
        scenario = Scenario.preset(name)
        try:
            target_of(scenario)
        except InputError:
            continue
        found.append(scenario.case)
    return found


def fit_case(cases: tuple[str, ...], runs: int, keep: Path | None) -> Fitted:
    problem = problem_of([target_of(preset_of(case)) for case in cases])
    folder = keep / "-".join(cases) if keep else None
    posterior = fit.fit(problem, SEED, runs=runs, zoom=runs // 2, folder=folder)
    after = diagnostics.posterior_predictive(posterior, 200)
    return Fitted(
        " + ".join(cases),
        posterior,
        diagnostics.check_method(posterior, seed=SEED),
        diagnostics.compare(posterior),
        diagnostics.predictive_table(posterior, diagnostics.prior_predictive(posterior), after),
        diagnostics.distance(posterior, after),
        " ".join(diagnostics.follows_in_words(posterior, after)),
    )


def recovery(truths: int, runs: int) -> diagnostics.Checks:
    """Return what whole fits to synthetic truths from the prior of one case give."""
    problem = problem_of([target_of(preset_of(RECOVERED))])
    around = min(AROUND_EACH, runs // 2)
    return diagnostics.check_fits(problem, truths, SEED, runs=runs, zoom=around)


def forecasts(fits: list[Fitted], repeats: int = REPEATS) -> pd.DataFrame:
    """Return the scores, for so many seeds of the noise, of the curves on every long series; and of the model, and of curves with its ceiling, where it was fitted."""
    scores = [forecast.score_all(long_series(), seed=SEED, repeats=repeats)]
    for one in fits:
        problem = one.posterior.problem
        series = whole_series(problem)
        if len(problem.targets) > 1 or len(series) < LONG:
            continue
        model = model_forecast(problem, one.posterior.prior_runs)
        scores.append(forecast.score(series, MODEL, model, SEED, repeats))
        told = replace(series, ceiling=everyone(problem))
        scores += [forecast.score(told, f"{name}{TOLD}", METHODS[name], SEED, repeats) for name in GROWTH]
    return pd.concat(scores, ignore_index=True)


def whole_series(problem: Problem) -> Series:
    return data_of(problem.targets[0].whole)[0]


def everyone(problem: Problem) -> float:
    """Return the size of the market that the model was given."""
    target = problem.targets[0]
    setting = target.whole.setting
    return float(setting.districts if target.outcome == "reach_districts" else setting.schools)


# --- the page ---


def forecast_tables(scores: pd.DataFrame) -> str:
    """Return the tables of forecasts: all series with curves, and those with the model among the rivals."""
    told = scores["method"].str.endswith(TOLD)
    plain, every = scores[~told], forecast.by_series(scores[~told])
    with_model = list(every.index[every[MODEL].notna()])
    curves = plain[plain["method"] != MODEL]
    among = plain[plain["series"].isin(with_model)]
    fair = scores[told | (scores["method"] == MODEL)]
    return (
        f"### Curves on all {len(every)} series\n\n"
        + summary_table(curves)
        + f"\n### The model and the curves on the {len(with_model)} series that it was fitted to\n\n"
        + verdict(among)
        + "\n\n"
        + summary_table(among)
        + "\nThe same curves when they know the market that the preset has:\n\n"
        + verdict(fair)
        + "\n\n"
        + summary_table(fair)
        + "\n### Every series\n\nMean CRPS of logarithms over the points predicted and over seeds of the noise, with its Monte-Carlo standard error in brackets; in bold what is ahead of\nevery other method by more than two standard errors of their difference, so that a row may have none.\n\n"
        + series_table(plain)
    )


def summary_table(scores: pd.DataFrame) -> str:
    rows = [
        [
            method,
            f"{row['mean CRPS']:.3f}",
            f"{row['median CRPS']:.3f}",
            int(row["best"]),
            *(percent(row[f"in{round(100 * level)}"]) for level in LEVELS),
        ]
        for method, row in forecast.summary(scores).sort_values("mean CRPS").iterrows()
    ]
    heading = ["method", "mean CRPS", "median CRPS", "lowest on"]
    return table([*heading, *(f"{percent(level)} interval holds" for level in LEVELS)], rows)


def verdict(scores: pd.DataFrame) -> str:
    """Return in words how the model did against each rival."""
    every = forecast.by_series(scores)
    said = []
    for method in every.columns.drop(MODEL):
        wins = int((every[MODEL] < every[method]).sum())
        said.append(f"{method} {wins} to {len(every) - wins}")
    mean = every.mean()
    rank = int((mean < mean[MODEL]).sum()) + 1
    return (
        f"Series won and lost by the model: against {', '.join(said)}. By mean CRPS it is number {rank} of {len(mean)} "
        f"({mean[MODEL]:.3f}; best {mean.idxmin()}, {mean.min():.3f})."
    )


def series_table(scores: pd.DataFrame) -> str:
    every, errors = forecast.by_series(scores), forecast.monte_carlo_error(scores)
    best = forecast.clearly_best(scores)
    sizes = {s.name: (len(s), len(forecast.split(s)[0])) for s in long_series()}
    rows = []
    for name, row in every.iterrows():
        cells = [
            "" if np.isnan(x) else cell(x, errors.loc[name, method], best.get(str(name)) == method)
            for method, x in row.items()
        ]
        n, known = sizes[str(name)]
        rows.append([name, f"{known} of {n}", *cells])
    return table(["series", "points known", *every.columns], rows)


def cell(value: float, error: float, best: bool) -> str:
    """Return a score with the standard error of its noise, bold for what is clearly best."""
    said = f"**{value:.3f}**" if best else f"{value:.3f}"
    return said if np.isnan(error) else f"{said} ({error:.3f})"


def following_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        outside = int((~one.points["rank"].between(0.05, 0.95)).sum())
        rows.append(
            [
                one.case,
                len(one.points),
                f"{one.posterior.nearest:.2f}",
                f"{one.p:.2f}",
                f"{outside} of {len(one.points)}",
            ]
        )
    return table(
        [
            "case",
            "points and surveys",
            "nearest run of the prior: factor",
            "predictive p",
            "points outside the middle 90%",
        ],
        rows,
    )


def coverage_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        of_parameters, of_points = (
            " ".join(f"{100 * share:.0f}" for share in held) for held in one.checks.held()
        )
        found = one.checks.table()
        least, recovery = found["even ranks p"], found["recovery"].iloc[one.checks.parameters :]
        rows.append(
            [
                one.case,
                of_parameters,
                of_points,
                f"{recovery.mean():.2f}",
                f"{least.min():.3f} of {len(least)}",
                ", ".join(diagnostics.plain(name) for name in one.checks.uneven()) or "none",
            ]
        )
    levels = " ".join(f"{100 * level:.0f}" for level in LEVELS)
    return table(
        [
            "case",
            f"parameters: {levels}% hold",
            f"points: {levels}% hold",
            "recovery of points",
            "least p of even ranks",
            "uneven",
        ],
        rows,
    )


def pooled(fits: list[Fitted]) -> str:
    """Return in words how often what is expected of points was held over all single cases, with its standard error."""
    shares = np.array([one.checks.held()[1] for one in fits if len(one.posterior.problem.targets) == 1])
    said = [
        f"{100 * mean:.0f} (+-{100 * error:.0f})"
        for mean, error in zip(
            shares.mean(axis=0), shares.std(axis=0, ddof=1) / np.sqrt(len(shares)), strict=True
        )
    ]
    return f"Over the {len(shares)} single cases points were held {', '.join(said)}% of the time; the standard error is of the cases."


def own_say(fits: list[Fitted]) -> str:
    """Return in words in how many fits the runs' own likelihood has a say."""
    said = [one.case for one in fits if one.posterior.weighed.power > 0]
    of = f"In {len(said)} of these {len(fits)} fits runs have a say of their own"
    return f"{of} ({', '.join(said) or 'none'}); the others are the emulator's."


def errors_of_contraction(fits: list[Fitted]) -> str:
    """Return in words how far a contraction may be from 0 by chance alone."""
    errors = [100 * diagnostics.by_chance(one.posterior) for one in fits]
    return (
        f"Where data say nothing its standard error is {min(errors):.0f} to {max(errors):.0f} points, by how many draws count; *a little* is {100 * diagnostics.SOME:.0f} points or more, "
        f"and {diagnostics.SURE:.0f} of its standard errors."
    )


def weights_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        weighed = one.posterior.weighed
        count = f"{weighed.effective:,.0f} {'runs' if weighed.power else 'draws'}"
        rows.append([one.case, f"{weighed.power:.2g}", count, f"{one.checks.power:.2g}"])
    heading = ["case", "power of the runs' own likelihood", "count in effect", "power in the checks"]
    return table(heading, rows)


def methods_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        emulated, abc = (one.second.loc[one.second[f"{name} apart"].idxmax()] for name in ("emulated", "ABC"))
        wide = one.second.loc[one.second["emulated wider"].idxmax()]
        rows.append(
            [
                one.case,
                f"{emulated['emulated apart']:.2f} ({diagnostics.plain(emulated['parameter'])})",
                f"{wide['sd']:.2f}, {wide['emulated sd']:.2f} ({diagnostics.plain(wide['parameter'])})",
                f"{one.posterior.emulated.effective:,.0f}",
                f"{abc['ABC apart']:.2f} ({diagnostics.plain(abc['parameter'])}; {abc['ABC sd']:.2f})",
            ]
        )
    heading = [
        "case",
        "emcee, emulator alone: at most apart",
        "spreads that differ most: of the fit, of emcee",
    ]
    heading += ["draws of emcee that count", "ABC at most apart (its sd)"]
    return table(heading, rows)


def recovery_section(checks: diagnostics.Checks, runs: int) -> str:
    """Return what whole fits to synthetic truths gave, with the tolerances."""
    truths = len(checks.ranks)
    rows = [
        [
            f"`{diagnostics.plain(row['parameter'])}`",
            *(percent(row[f"in{round(100 * level)}"]) for level in LEVELS),
            f"{row['even ranks p']:.3f}",
            f"{row['recovery']:.2f}",
        ]
        for row in checks.table().to_dict("records")
    ]
    allowed = [3 * np.sqrt(level * (1 - level) / truths) for level in LEVELS]
    held = all(
        abs(share - level) <= most
        for shares in checks.held()
        for share, level, most in zip(shares, LEVELS, allowed, strict=True)
    )
    of_parameters, of_points = (", ".join(percent(share) for share in shares) for shares in checks.held())
    return (
        f"Whole fits, rounds around each truth with them, to {truths} truths drawn from the prior of {RECOVERED} ({runs:,} runs from the prior, which they share, and "
        f"{min(AROUND_EACH, runs // 2)} around each; seed {SEED}). Intervals of {', '.join(percent(level) for level in LEVELS)} held {of_parameters} over all parameters, and {of_points} over "
        f"what was expected of each point; three standard errors of so many truths are {', '.join(f'{100 * most:.0f}' for most in allowed)} points, so "
        f"coverage is {'within' if held else 'OUTSIDE'} tolerance. Ranks are {'UNEVEN for ' + ', '.join(checks.uneven()) if checks.uneven() else 'even'} (uneven is a p below 0.01 divided by "
        f"how many there are). {_narrow(checks)}Recovery is the correlation of posterior mean and truth. A reduced form of this is run with every change (`tests/recovery`).\n\n"
        + table(
            ["parameter", *(f"{percent(level)} holds" for level in LEVELS), "p of even ranks", "recovery"],
            rows,
        )
    )


def _narrow(checks: diagnostics.Checks) -> str:
    """Return in words that intervals of reach are narrow, where they hold clearly less than they say."""
    share, level = checks.held()[1][-1], LEVELS[-1]
    if share > level - 0.015:
        return ""
    return f"What was expected of a point was held {percent(share)} where {percent(level)} was asked: read intervals of reach as a little narrow. "


def contraction_table(fits: list[Fitted]) -> str:
    single = [one for one in fits if len(one.posterior.problem.targets) == 1]
    columns = {
        one.case: pd.Series(diagnostics.contraction(one.posterior.z), one.posterior.problem.names)
        for one in single
    }
    found = pd.DataFrame(columns)
    order = found.mean(axis=1).sort_values(ascending=False).index
    rows = [
        [f"`{diagnostics.plain(name)}`", *("" if np.isnan(x) else percent(x) for x in found.loc[name])]
        for name in order
    ]
    return table(["parameter", *found.columns], rows)


def following(fits: list[Fitted]) -> str:
    return "".join(f"- **{one.case}**: {one.follows}\n" for one in fits)


def words(fits: list[Fitted]) -> str:
    page = ""
    for one in fits:
        lines = "\n".join(f"- {line}" for line in diagnostics.in_words(one.posterior))
        page += f"\n**{one.case}**\n\n{lines}\n"
    return page


def surveys_section(fits: list[Fitted]) -> str:
    """Return what surveys are fitted, what each added, and why the other figures are not used."""
    with_surveys = [one for one in fits if any(target.surveys for target in one.posterior.problem.targets)]
    meant = "\n".join(f"- `{use.metric}` of {use.case}, as `{use.measures}`: {use.why}" for use in USED)
    return f"""## Who stayed, and how well it is done

A count says who signed on. Two figures of `fidelity.csv` say more of a case that has a scenario, and are fitted with its points (mark C only if asked for, as everywhere):

{meant}

A printed share comes from the model's by an error on the logit scale (`share_error`, unknown: 0.3, 90% between 0.1 and 1), the chance of whom one asked, and rounding. Where fidelity was found,
the three parameters that move it most are unknown too; leaving is spoken of by `school_exit_base` alone. The model's own chance, of its 1,500 schools at most, widens what is learned.

{found_table(with_surveys)}
What surveys added, as contraction with them and without, from the same runs of the prior before the zoom (up to 15 points are chance):

{added_table(with_surveys)}
{added_in_words(with_surveys)}

### Figures that are not used

{not_used_table()}
"""


def found_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        names = [survey.metric for target in one.posterior.problem.targets for survey in target.surveys]
        for row in one.points[one.points["metric"].isin(names)].to_dict("records"):
            middles = [
                f"{percent(row[f'{when} 50%'])} ({percent(row[f'{when} 5%'])} to {percent(row[f'{when} 95%'])})"
                for when in ("prior", "posterior")
            ]
            rows.append(
                [row["case"], f"`{row['metric']}`", f"{row['year']:g}", percent(row["reported"]), *middles]
            )
    return table(["case", "asked", "year", "found", "the model before the fit (90%)", "after it"], rows)


def added_table(fits: list[Fitted]) -> str:
    rows = []
    for one in fits:
        names = one.posterior.problem.names
        for name, learnt, silent in zip(names, *diagnostics.without_surveys(one.posterior), strict=True):
            if name.startswith("behaviour."):
                rows.append([one.case, f"`{diagnostics.plain(name)}`", percent(learnt), percent(silent)])
    return table(["case", "behaviour", "with surveys", "without"], rows)


def added_in_words(fits: list[Fitted]) -> str:
    """Return which behaviour each case's survey made known, and which it did not."""
    said = []
    for one in fits:
        names = np.array([diagnostics.plain(name) for name in one.posterior.problem.names])
        learnt, silent = diagnostics.without_surveys(one.posterior)
        gained = [name for name in names[learnt - silent >= diagnostics.SOME] if name not in local_names()]
        said.append(f"In {one.case} surveys made known: {', '.join(gained) or 'no single parameter'}.")
    return " ".join(said)


def local_names() -> set[str]:
    return {diagnostics.plain(name) for name in local_priors(Scenario(), surveyed=True)}


def not_used_table() -> str:
    reasons: dict[str, list[str]] = {}
    for case, metric in data_file("fidelity")[["case_id", "metric"]].itertuples(index=False):
        reasons.setdefault(why_not(case, metric), []).append(f"{case} `{metric}`")
    reasons.pop("")
    rows = [
        [reason, len(names), ", ".join(dict.fromkeys(names))]
        for reason, names in sorted(reasons.items(), key=lambda pair: -len(pair[1]))
    ]
    return table(["why", "figures", "which"], rows)


def surveyed_table() -> str:
    """Return what fewer teachers do to leaving and fidelity, with the presets' rollout taken out alike; ten seeds."""
    rows = []
    for case in ("pbis_us", "bridge_intl", "success_for_all", "accelerated_schools"):
        scenario = preset_of(case)
        month = max(96, scenario.months // 2)
        cells = [
            surveyed(for_fitting(scenario, teachers)[0], month)
            for teachers in (MOST_TEACHERS, MOST_TEACHERS_SURVEYED, scenario.setting.teachers_per_school)
        ]
        left, fidelity = zip(*cells, strict=True)
        rows.append([case, f"{scenario.setting.teachers_per_school:g}", *left, *fidelity])
    few = f"{MOST_TEACHERS:g} teachers", f"{MOST_TEACHERS_SURVEYED:g} at most", "all"
    heading = [*(f"left in 5 years, {n}" for n in few), *(f"fidelity, {n}" for n in few)]
    return table(["case", "teachers a school", *heading], rows)


def surveyed(scenario: Scenario, month: int) -> tuple[str, str]:
    """Return the shares that left within five years, and mean fidelity, each with its standard error."""
    found = []
    for seed in range(10):
        run = Simulation(scenario, seed)
        joined, left = follow_schools(run, month + 1)
        found.append([share_left(joined, left, month, 60), run.latest()["fidelity"]])
    means, errors = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(10)
    left, fidelity = (
        f"{percent(mean)} (+-{100 * error:.1f})" for mean, error in zip(means, errors, strict=True)
    )
    return left, fidelity


def thinning_table() -> str:
    """Return what fewer teachers and schools do to reach, with the presets' rollout taken out alike; halfway, ten seeds."""
    rows = []
    for case in ("bridge_intl", "accelerated_schools", "success_for_all", "lesson_study_zambia"):
        plain = preset_of(case).replace({"timeline": []})
        thin, factor = for_fitting(plain)
        halfway = [
            [
                Simulation(scenario, seed).run_for(plain.months // 2).latest()["schools_enrolled"] / size
                for seed in range(10)
            ]
            for scenario, size in ((plain, 1.0), (thin, factor))
        ]
        (whole, small), (chance, more) = np.mean(halfway, axis=1), np.std(halfway, axis=1)
        rows.append(
            [
                case,
                f"{whole:,.0f}",
                f"{small:,.0f}",
                percent(small / whole - 1),
                f"{chance:,.0f}",
                f"{more:,.0f}",
            ]
        )
    heading = ["case", "schools halfway, whole", "as fitted", "difference", "chance (sd), whole", "as fitted"]
    return table(heading, rows)


def page(fits: list[Fitted], scores: pd.DataFrame, recovered: str, runs: int) -> str:
    curves = ", ".join(COUNTED_AS)
    local = ", ".join(local_priors(Scenario(), surveyed=True))
    asked = "\n".join(f"- `{name}`: {what}." for name, what in MEASURES.items())
    return f"""# Calibration: what real cases tell, and what they cannot

Generated by `make calibration-report` with seed {SEED}, {runs:,} runs from the priors and {runs // 2:,} around each case; never edited by hand. Points have the marks A and B.
How it is done stands in `src/ml_abm/calibration/`: `fit.py` is the page to read first. Forecasts come from the prior's runs alone, by regression-adjusted ABC (`predict.py`).

## Forecasts

Each series of {LONG} points or more was cut: methods saw the first 60% of its points (at least 3) and predicted the rest. Bass, logistic and Gompertz are fitted by their likelihood,
with an error of reports, the chance of small numbers and rounding, and a posterior each; *last value* and *last growth* hold what was last seen. CRPS is of logarithms: 0.10 is
about as bad as a single number that is 10% off, and smaller is better. The rows of one case are not independent, and a few cases decide a mean.

The model had its presets' setting and design, with the rollout (trainers, recruitment, target, budgets) and its events taken out and unknown. The size of its market is the preset's and was
chosen by people who knew the outcome; curves know a ceiling only where a source states a denominator. That favours the model, so the curves are also tried with its market as their
ceiling. Its equations, too, were written and tuned by people who knew these programmes. Six cases are few: no difference of this size between the best methods should be believed.

{forecast_tables(scores)}
## Fits

Each case with a preset, and at least two points of what the model counts ({curves}) after its start (three with the pilot, or a survey). Unknown are {len(fits[0].posterior.problem.names)} parameters, and
1 to 4 more where there are surveys; all others stay at their defaults, so what they leave open is not in any interval here. A point at the start is the pilot: given, not fitted.

### Can the method be trusted?

A fit draws runs from the priors, then in three rounds around the case, and learns an emulator of what is expected of each report. Runs are weighed by how likely they make the
reports; where fewer than {LEAST_EFFECTIVE} would count in effect, to a power below 1, and the rest is the emulator's: own^power x emulated / what the emulator expects of own^power, so that each report is heard once.
With power 0 the emulator is alone: many draws without runs are weighed, or, where too few of them count, emcee goes on from them, and the chain beside it is then the same method once more.
{own_say(fits)} Checks have a prior of their own, so that the runs' power in them may be another.

{weights_table(fits)}
Why not regression-adjusted ABC on learned summaries, which is cheaper, needs no emulator and was found as good on a toy of this model with wide posteriors? It was the method here first. Where a case's
posterior is narrow beside the prior, too few runs of the prior are near it and the regression has to reach far: for Success for All the fitted model reported 840 schools where sources have 1,500. It stays as the second method,
which shares no likelihood, no emulator and none of the runs around the case, and for forecasts, where a posterior for each of many first parts is wanted. Where the data are narrow its answer is not to be preferred.

Does the method hold what it says? For {diagnostics.TRUTHS} synthetic truths around each case, where the fit was made, all runs are weighed anew with an emulator that has not seen the truth; intervals should hold 50, 80 and 95%. Over all parameters that is weak, since of
most the data say little and the answer is the prior's; so the same is asked of what is expected of each point, of which they say much. p is of Kolmogorov-Smirnov tests that ranks are even, the least of so
many (below 0.01 divided by their number is clearly uneven). Recovery is the correlation of means and truths, over points: what is drawn around the case would hold truths without having learned of them.

{coverage_table(fits)}
{pooled(fits)} Three standard errors of {diagnostics.TRUTHS} truths are {", ".join(f"{300 * np.sqrt(level * (1 - level) / diagnostics.TRUTHS):.0f}" for level in LEVELS)} points for one parameter; parameters of one fit go together, so that a mean over them is hardly surer.

What do other methods say? Beside each fit stand a chain of emcee by the emulator alone, which tells the weighing apart from the emulator, and ABC; with the most that any mean is apart, in prior standard
deviations. Where spreads differ much it is mostly how much weight a few draws far off have, of which neither method is sure: few of the draws that are weighed lie there, and a walker goes there rarely, so that few draws of the chain
count, as ArviZ counts them over walkers.

{methods_table(fits)}
### Does each fit follow its points?

Predictive p is the share of histories simulated from the fit that lie as far from their middle as the real one. The points were fitted, and few of them leave their own error wide, so that it is
usually above 0.5: below {diagnostics.MISFIT} is a gross misfit, and a small one would not be found.

{following_table(fits)}
{following(fits)}
### Are truths found again, the rounds around them included?

{recovered}
### How much is learned

Contraction: 1 - posterior variance / prior variance, in normal scores of the prior. 0% means that the answer is the prior's. {errors_of_contraction(fits)}

{contraction_table(fits)}
### What can be separated, in words
{words(fits)}
{surveys_section(fits)}
{network_case.section()}## A case of your own

```toml
# my-district.toml, beside points.csv and the scenario; then: ml-abm calibrate my-district.toml --out fit
case = "my-district"
scenario = "my-scenario.toml"  # or a preset's name
points = "points.csv"          # columns year, metric, value; also denominator, source, confidence (A, B or C)
metric = "schools"             # what of it is fitted: {curves}
counts = "cumulative"          # schools that ever joined, which never fall; or "current": on the list; or "in use"
```

Surveys are rows among the points, with their value as a share and the number of schools as denominator:

{asked}

Priors of your own go into another file (`--priors FILE`); low and high hold the middle 90%, or are the ends for uniform, loguniform and triangular:

```toml
[priors.behaviour.joining_of_peers]
distribution = "lognormal"
low = 1.5
high = 6

[priors.budgets]  # what is local to the case: {local}
distribution = "lognormal"
low = 0.8
high = 1.25
```

## A fit in other runs

`ml-abm run SCENARIO --posterior fit --runs 50` gives each run a draw of the fit, that of its seed, so that the spread is of chance and of what the points leave open. Shared behaviour goes into
any scenario. The rollout (trainers, recruitment, target, budgets) goes into the fitted case's own scenario alone, with the events that change the rollout taken out; `--scale` puts trainers in
proportion, and with `--country` behaviour alone is drawn. What is left out is said. `--set` goes before a draw. `ml-abm view SCENARIO --posterior fit` plays with it ([how](serving.md#numbers-of-a-fit)). From Python:
`ml_abm.calibration.posterior.load_posterior("fit").scenarios(scenario, 50, seed=1)`.

## What is run to fit

Systems are scaled down to {MOST_TEACHERS:g} teachers a school ({MOST_TEACHERS_SURVEYED:g} where there are surveys) and 1,500 schools at most, with money in proportion. What 2 teachers do to reach, beside the whole preset without its events:

{thinning_table()}
Fewer schools have more chance, which widens posteriors and forecasts.

In small schools use and strain differ more from school to school, so more of them leave. That is why surveyed cases keep their teachers; standard errors of ten seeds in brackets:

{surveyed_table()}

## What this does not say

- Counts of schools that signed on are not use. But for the two surveys nothing here identifies fidelity, burden or learning: parameters of those stand at their defaults and were not fitted.
- A survey is one number: it moves the parameters that are free along one line, and says nothing of those that were held. One province or three states stand for a country.
- Priors of the rollout are assumed and wide. One rate of training for a whole history is a simplification: programmes changed their pace, and the model may not.
- Synthetic truths are the model's own: they check the method, not the model.
- Intervals from {runs:,} runs are approximate. Chance is taken for normal and alike around the case; where a plateau has none and growth has much, that is rough.
"""


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument(
        "--cases", nargs="+", choices=fitted_cases(), help="fit these alone; recovery is left out: a trial"
    )
    options.add_argument("--repeats", type=int, default=REPEATS, help="seeds of the noise of forecasts")
    options.add_argument("--truths", type=int, default=TRUTHS)
    options.add_argument("--keep", type=Path)
    options.add_argument("--out", type=Path, default=PAGE)
    given = options.parse_args()
    fits = []
    chosen = (
        [(case,) for case in given.cases] if given.cases else [*((case,) for case in fitted_cases()), JOINT]
    )
    for cases in chosen:
        fits.append(fit_case(cases, given.runs, given.keep))
        print(f"fitted {fits[-1].case}", flush=True)
    scores = forecasts(fits, given.repeats)
    recovered = (
        "Left out in a trial."
        if given.cases
        else recovery_section(recovery(given.truths, given.runs), given.runs)
    )
    given.out.write_text(page(fits, scores, recovered, given.runs), encoding="utf-8")
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
