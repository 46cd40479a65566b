"""A fit as a folder: posterior, tables, figures, a page in plain words, and what it takes to repeat it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..calibration import network_case
from ..calibration.diagnostics import (
    Checks,
    Predictive,
    compare,
    follows_in_words,
    in_words,
    posterior_table,
    predictive_table,
    prior_pull,
    surveys_in_words,
    without_surveys,
)
from ..calibration.fit import Posterior
from ..calibration.inference_data import inference_data, write_netcdf
from ..calibration.posterior import DRAWS_FILE, in_manifest
from ..calibration.priors import prior_table
from ..calibration.scores import LEVELS
from ..foundation.numbers_in_words import percent
from .assess_page import STYLE as ASSESS_STYLE
from .exposure_figure import exposure_figure
from .files import MANIFEST
from .fit_figures import pairs_figure, parameters_figure, ranks_figure, reach_figure, surveys_figure
from .html import bullets, document, paragraph, said, table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STYLE = ASSESS_STYLE + (
    "main{max-width:60rem}h1{overflow-wrap:anywhere}img{max-width:100%;height:auto;background:#fff;border-radius:.3rem}"
)


# What the folder of a fit may hold.
OURS = (MANIFEST, DRAWS_FILE, "posterior.nc", "summary.html", "scenario*.toml", "*.csv", "*.png")


@dataclass(frozen=True)
class Results:
    """All that a fit gave."""

    posterior: Posterior
    checks: Checks
    prior: Predictive
    after: Predictive

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by the name of its file."""
        import pandas as pd

        problem = self.posterior.problem
        found = {
            "posterior": posterior_table(self.posterior),
            "priors": prior_table([unknown.prior for unknown in problem.unknowns]).assign(
                parameter=problem.names
            ),
            "points": predictive_table(self.posterior, self.prior, self.after),
            "checks": self.checks.table(),
            "pull_of_the_prior": prior_pull(self.posterior),
            "second_method": compare(self.posterior),
        }
        if any(target.surveys for target in problem.targets):
            learnt, without = without_surveys(self.posterior)
            columns = {"parameter": problem.names, "with": learnt, "without": without}
            found["surveys"] = pd.DataFrame(columns)
        return found


def write_fit(folder: Path, results: Results) -> None:
    """Write everything into a folder that is there."""
    posterior = results.posterior
    tables = results.tables()
    for name, values in tables.items():
        values.to_csv(folder / f"{name}.csv", index=False)
    posterior.table().to_parquet(folder / DRAWS_FILE, index=False)
    write_netcdf(inference_data(posterior, results.after), folder / "posterior.nc")
    figures = {
        "reach": reach_figure(posterior, results.prior, results.after),
        "parameters": parameters_figure(posterior),
        "pairs": pairs_figure(posterior),
        "ranks": ranks_figure(results.checks),
    }
    if "surveys" in tables:
        figures["surveys"] = surveys_figure(results.prior, results.after, posterior.problem.targets)
    network = network_part(posterior)
    if network:
        figures["exposure"] = network[1]
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=130)
    for k, target in enumerate(posterior.problem.targets):
        name = "scenario.toml" if len(posterior.problem.targets) == 1 else f"scenario-{k + 1}.toml"
        (folder / name).write_text(target.scenario.to_toml(), encoding="utf-8")
    (folder / "summary.html").write_text(
        page(results, tables, network[0] if network else ""), encoding="utf-8"
    )
    said = json.dumps(manifest(results), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(said + "\n", encoding="utf-8")


def manifest(results: Results) -> dict[str, Any]:
    """Return what it takes to repeat a fit."""
    posterior = results.posterior
    return {
        **in_manifest(posterior.problem),
        "ml_abm": __version__,
        "cases": [target.series.name for target in posterior.problem.targets],
        "surveys": [
            f"{survey.case}: {survey.name}"
            for target in posterior.problem.targets
            for survey in target.surveys
        ],
        "seed": posterior.seed,
        "runs": len(posterior.prior_runs),
        "zoom": len(posterior.all_runs) - len(posterior.prior_runs),
        "effective_runs" if posterior.weighed.power else "effective_draws": round(
            posterior.weighed.effective
        ),
        "power_of_runs": round(posterior.weighed.power, 3),
        "effective_draws_of_emcee": round(posterior.emulated.effective),
        "synthetic_truths": len(results.checks.ranks),
    }


def network_part(posterior: Posterior) -> tuple[str, Figure] | None:
    """Return what real ties say of the order of adoption, as part of the page and as a figure; None where no case has them."""
    own = network_case.fitted_runs(posterior)
    if own is None:
        return None
    tests = network_case.real_tests(posterior.seed)
    lines = [
        *network_case.in_words(tests, ()),
        network_case.of_fit(tests[own.view, False], own),
    ]
    part = (
        "<h2>Does who looks to whom explain who adopts when?</h2>"
        + bullets(lines)
        + picture("exposure", "Exposure of adopters beside chance and beside the model")
        + paragraph(
            "Friends who are alike adopt alike without influence; no test on one network tells these apart."
        )
    )
    return part, exposure_figure(tests, [own])


def page(results: Results, tables: dict[str, pd.DataFrame], network: str = "") -> str:
    """Return one page for people: what was fitted, what is known, whether to trust it; `network` is a part of its own."""
    names = ", ".join(target.series.name for target in results.posterior.problem.targets)
    verdict, *each = follows(results)
    parts = [
        f"<h1>What the points of {escape(names)} say</h1>",
        paragraph(_what(results)),
        picture("reach", "Reach before and after the fit, over the real points"),
        f"<p><strong>{said(verdict)}</strong></p>",
        bullets(each),
        paragraph(prior_check(tables["points"])),
        surveys_part(results, tables),
        "<h2>What is known, and what is not</h2>",
        bullets(in_words(results.posterior)),
        picture("parameters", "Intervals of each parameter"),
        as_table("Each parameter after the fit, and its prior", tables["posterior"]),
        picture("pairs", "Parameters against each other"),
        network,
        "<h2>Can it be trusted?</h2>",
        paragraph(trust(results)),
        picture("ranks", "Ranks of synthetic truths"),
        as_table("Fits to synthetic truths", tables["checks"]),
        "<h2>Each point, and what the model would report</h2>",
        as_table("Points and surveys beside the middle 90% of reports", tables["points"]),
        "<h2>How far the answer is the prior's</h2>",
        paragraph(
            "follows: by how much a parameter's mean shifts when its prior does, 0 the data speak, 1 the prior does."
        ),
        as_table("The pull of the prior", tables["pull_of_the_prior"]),
        as_table("Priors", tables["priors"]),
        "<h2>Other methods</h2>",
        as_table("Means and spreads in prior standard deviations", tables["second_method"]),
    ]
    return document(names, STYLE, f"<main>{''.join(parts)}</main>")


def surveys_part(results: Results, tables: dict[str, pd.DataFrame]) -> str:
    """Return what surveys found beside what the model gives; nothing where there are none."""
    if "surveys" not in tables:
        return ""
    return (
        "<h2>Who stayed, and how well it is done</h2>"
        + bullets(surveys_in_words(results.posterior, results.prior, results.after))
        + picture("surveys", "What surveys found over what the model would report")
        + as_table("Contraction with and without surveys, from the same runs of the prior", tables["surveys"])
    )


def picture(name: str, says: str) -> str:
    """Return a figure of the folder; a touch shows it alone, where it can be made larger."""
    return f'<figure><a href="{name}.png"><img src="{name}.png" alt="{escape(says)}"></a></figure>'


def as_table(caption: str, values: pd.DataFrame) -> str:
    """Return a table of the folder for people: three digits are enough."""
    names = [str(name) for name in values.columns]
    numeric = [k for k, kind in enumerate(values.dtypes) if kind.kind in "fi"]
    rows = [
        [cell(name, value) for name, value in zip(names, row, strict=True)]
        for row in values.itertuples(index=False)
    ]
    return table(caption, names, rows, numeric)


def cell(name: str, value: object) -> str:
    """Return one cell: text, a year, a large number as a whole one, any other in three digits."""
    if not isinstance(value, float):
        return said(str(value))
    if isnan(value):
        return ""
    if name == "year":
        return f"{value:g}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _what(results: Results) -> str:
    posterior = results.posterior
    runs = len(posterior.all_runs)
    return (
        f"{runs:,} runs of the model, seed {posterior.seed}, {runs - len(posterior.prior_runs):,} of them around the case; of those from the priors the nearest is within a factor of {posterior.nearest:.2f} of every point. Unknown were "
        f"{len(posterior.problem.names)} parameters; all others stay at their defaults, so what they leave open is not in these intervals. "
        "A fit shows what goes with the points. It is no proof that the model is right, and no forecast."
    )


def prior_check(points: pd.DataFrame) -> str:
    """Return in words whether the priors alone could have given the points."""
    inside = int(points["reported"].between(points["prior 5%"], points["prior 95%"]).sum())
    few = (
        " Priors that leave points out should be looked at before the fit is believed."
        if inside < len(points)
        else ""
    )
    return (
        f"Prior predictive check: of {len(points)} points {inside} lie within the middle 90% of what the priors alone would report "
        f"(grey; numbers below).{few}"
    )


def follows(results: Results) -> list[str]:
    """Return in words whether the fitted model follows the points, and how far each case is off."""
    return follows_in_words(results.posterior, results.after)


def trust(results: Results) -> str:
    """Return in words whether the method holds what it says on synthetic truths, and whether a second one agrees."""
    checks = results.checks
    of_parameters, of_points = (", ".join(percent(share) for share in held) for held in checks.held())
    asked = ", ".join(percent(level) for level in LEVELS)
    said = (
        f"For {len(checks.ranks)} synthetic truths around the case, each weighed anew from the same runs, intervals of {asked} held {of_parameters} of the time, over all parameters, and {of_points} "
        "over what is expected of each point, which the data speak of most. "
    )
    uneven = checks.uneven()
    said += f"Ranks are uneven for {', '.join(uneven)}. " if uneven else "No ranks are clearly uneven. "
    return said + second_method(results.posterior)


def second_method(posterior: Posterior) -> str:
    """Return in words how much of the answer is the runs' own, and how far from it two other methods would be."""
    table = compare(posterior)
    emulated, abc = (table.loc[table[f"{name} apart"].idxmax()] for name in ("emulated", "ABC"))
    wide = table.loc[table["emulated wider"].idxmax()]
    return (
        f"{_whose(posterior)} A chain of emcee by the emulator alone ({posterior.emulated.effective:,.0f} of its draws count) would put means at most "
        f"{emulated['emulated apart']:.2f} prior standard deviations apart ({emulated['parameter']}; one standard error is {emulated['by chance']:.2f}), "
        f"and a spread from {wide['sd']:.2f} to {wide['emulated sd']:.2f} at most ({wide['parameter']}). "
        f"A coarser method without likelihood or emulator, ABC on the prior's runs alone, puts them at most {abc['ABC apart']:.2f} apart ({abc['parameter']}), where its own standard "
        f"deviation is {abc['ABC sd']:.2f}."
    )


def _whose(posterior: Posterior) -> str:
    """Return in words whose likelihood it is: the runs' own, or an emulator's."""
    weighed, more = posterior.weighed, "more runs, --sims, leave less to it"
    if weighed.power == 0:
        return f"Too few runs make the reports likely, so the likelihood is an emulator's alone ({more}); {weighed.effective:,.0f} of its draws count in effect."
    if weighed.power == 1:
        return f"Runs are weighed by how likely they make the reports; {weighed.effective:.0f} of them count in effect."
    return (
        f"Runs are weighed by how likely they make the reports, to the power {weighed.power:.2g}, so that {weighed.effective:.0f} of them count in effect; "
        f"what this leaves out is an emulator's ({more})."
    )
