"""A fit as a folder: posterior, tables, figures, a page in plain words, and what it takes to repeat it."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
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
)
from ..calibration.fit import Posterior
from ..calibration.inference_data import inference_data, write_netcdf
from ..calibration.posterior import DRAWS_FILE, in_manifest
from ..calibration.priors import prior_table
from ..calibration.scores import LEVELS
from .exposure_figure import exposure_figure
from .files import MANIFEST
from .fit_figures import pairs_figure, parameters_figure, ranks_figure, reach_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;font-size:13px;display:block;overflow-x:auto}"
    "td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px solid #ddd}"
    "h1{overflow-wrap:anywhere}td:first-child,th:first-child{text-align:left}img{max-width:100%}"
)


@dataclass(frozen=True)
class Results:
    """All that a fit gave."""

    posterior: Posterior
    checks: Checks
    prior: Predictive
    after: Predictive

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return every table by the name of its file."""
        problem = self.posterior.problem
        return {
            "posterior": posterior_table(self.posterior),
            "priors": prior_table([unknown.prior for unknown in problem.unknowns]).assign(
                parameter=problem.names
            ),
            "points": predictive_table(self.posterior, self.prior, self.after),
            "checks": self.checks.table(),
            "pull_of_the_prior": prior_pull(self.posterior),
            "second_method": compare(self.posterior),
        }


def write_fit(folder: Path, results: Results) -> None:
    """Write everything into a folder that is there."""
    posterior = results.posterior
    tables = results.tables()
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    posterior.table().to_parquet(folder / DRAWS_FILE, index=False)
    write_netcdf(inference_data(posterior, results.after), folder / "posterior.nc")
    figures = {
        "reach": reach_figure(posterior, results.prior, results.after),
        "parameters": parameters_figure(posterior),
        "pairs": pairs_figure(posterior),
        "ranks": ranks_figure(results.checks),
    }
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
        "seed": posterior.seed,
        "runs": len(posterior.prior_runs),
        "zoom": len(posterior.all_runs) - len(posterior.prior_runs),
        "effective_runs": round(posterior.weighed.effective),
        "power_of_runs": round(posterior.weighed.power, 3),
        "synthetic_truths": len(results.checks.ranks),
    }


def network_part(posterior: Posterior) -> tuple[str, Figure] | None:
    """Return what real ties say of the order of adoption, as part of the page and as a figure; None where no case has them."""
    own = network_case.fitted_runs(posterior)
    if own is None:
        return None
    tests = network_case.real_tests(posterior.seed)
    said = [
        *network_case.in_words(tests, ()),
        network_case.of_fit(tests[own.view, False], own),
    ]
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in said)
    part = (
        f"<h2>Does who looks to whom explain who adopts when?</h2><ul>{lines}</ul>"
        '<img src="exposure.png" alt="Exposure of adopters beside chance and beside the model">'
        "<p>Friends who are alike adopt alike without influence; no test on one network tells these apart.</p>"
    )
    return part, exposure_figure(tests, [own])


def page(results: Results, tables: dict[str, pd.DataFrame], network: str = "") -> str:
    """Return one page for people: what was fitted, what is known, whether to trust it; `network` is a part of its own."""
    names = ", ".join(target.series.name for target in results.posterior.problem.targets)
    said = "".join(f"<li>{html.escape(line)}</li>" for line in in_words(results.posterior))
    parts = [
        f"<h1>What the points of {html.escape(names)} say</h1>",
        f"<p>{html.escape(_what(results))}</p>",
        '<img src="reach.png" alt="Reach before and after the fit, over the real points">',
        f"<p><strong>{html.escape(follows(results))}</strong></p>",
        f"<p>{html.escape(prior_check(tables['points']))}</p>",
        f"<h2>What is known, and what is not</h2><ul>{said}</ul>",
        '<img src="parameters.png" alt="Intervals of each parameter">',
        _table(tables["posterior"]),
        '<img src="pairs.png" alt="Parameters against each other">',
        network,
        f"<h2>Can it be trusted?</h2><p>{html.escape(trust(results))}</p>",
        '<img src="ranks.png" alt="Ranks of synthetic truths">',
        _table(tables["checks"]),
        "<h2>Each point, and what the model would report</h2>",
        _table(tables["points"]),
        "<h2>How far the answer is the prior's</h2>",
        "<p>follows: by how much a parameter's mean shifts when its prior does, 0 the data speak, 1 the prior does.</p>",
        _table(tables["pull_of_the_prior"]),
        _table(tables["priors"]),
        "<h2>What the emulator alone would say</h2>",
        _table(tables["second_method"]),
    ]
    return f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{html.escape(names)}</title><style>{STYLE}</style>{"".join(parts)}\n'


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
    inside = int(points["reported"].between(points["prior 5 %"], points["prior 95 %"]).sum())
    few = (
        " Priors that leave points out should be looked at before the fit is believed."
        if inside < len(points)
        else ""
    )
    return (
        f"Prior predictive check: of {len(points)} points {inside} lie within the middle 90 % of what the priors alone would report "
        f"(grey; numbers below).{few}"
    )


def follows(results: Results) -> str:
    """Return in words whether the fitted model follows the points."""
    return follows_in_words(results.posterior, results.after)


def trust(results: Results) -> str:
    """Return in words whether the method holds what it says on synthetic truths, and whether a second one agrees."""
    table, n = results.checks.table(), len(results.checks.ranks)
    held = ", ".join(f"{table[f'in{round(100 * level)}'].mean():.0%}" for level in LEVELS)
    asked = ", ".join(f"{level:.0%}" for level in LEVELS)
    said = f"In {n} fits to synthetic truths around the case, intervals of {asked} held {held} of the time, over all parameters. "
    uneven = table.loc[table["even ranks p"] < 0.01 / len(table), "parameter"]
    said += f"Ranks are uneven for {', '.join(uneven)}. " if len(uneven) else "All ranks are even. "
    return said + second_method(results.posterior)


def second_method(posterior: Posterior) -> str:
    """Return in words how much of the answer is the runs' own, and how far from it the emulator alone would be."""
    table, power = compare(posterior), posterior.weighed.power
    worst = table.loc[table["apart"].idxmax()]
    said = (
        f"Runs are weighed by how likely they make the reports; {posterior.weighed.effective:.0f} count in effect. The emulator alone would put the means at most "
        f"{worst['apart']:.2f} prior standard deviations apart ({worst['parameter']}; {worst['by chance']:.2f} is chance)."
    )
    if power == 1:
        return f"{said} It is a second method: nothing of it is in the answer but where runs were made."
    return (
        f"{said} The runs were too few to carry the whole likelihood: {power:.0%} of its logarithm is theirs and the rest the emulator's, so that it is no "
        "independent second method here; more runs (--sims) leave less to it."
    )


def _table(table: pd.DataFrame) -> str:
    return table.to_html(index=False, border=0, float_format=lambda x: f"{x:,.3g}", na_rep="")
