"""Figures and files of trials: what a study found beside the model, one figure per trial and one of all, and a portfolio's fates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

import numpy as np

from ..foundation.compiled import model_stamp
from ..foundation.numbers_in_words import percent
from ..foundation.provenance import made_with
from ..look import BLUE, FOOT_LETTERS, GREEN, GREY, ORANGE, PALE, foot, key, page, quiet
from ..trials import Compared, Portfolio, Result, as_table
from ..trials.fates import FATES, shares_of
from ..trials.result import FAR
from .files import write_folder

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# All files of a folder that may be replaced; figures of trials are named after them.
OURS = (
    "manifest.json",
    "trials.csv",
    "trials.json",
    "portfolio.csv",
    "portfolio.json",
    "programmes.csv",
    "*.png",
)
FARTHEST = 8.0  # standard errors that the figure of all has room for
PALER = "#B9C3CE"


def write_trials(folder: Path, results: Sequence[Result]) -> None:
    """Write the table (CSV and JSON), a figure per trial and one of all. Raises OutputError, and the folder is as it was."""
    table = as_table(results)

    def fill(place: Path) -> None:
        _write_manifest(place, "trials")
        table.to_csv(place / "trials.csv", index=False)
        (place / "trials.json").write_text(as_json(table), encoding="utf-8")
        for result in results:
            trial_figure(result).savefig(place / f"{result.trial.id}.png", dpi=150)
        if len(results) > 1:
            all_figure(results).savefig(place / "all.png", dpi=150)

    write_folder(folder, fill)


def write_portfolio(folder: Path, portfolio: Portfolio, table: pd.DataFrame) -> None:
    """Write a row per programme, the shares (CSV and JSON) and their figure. Raises OutputError, and the folder is as it was."""
    shares = shares_of(table)

    def fill(place: Path) -> None:
        _write_manifest(place, "portfolio")
        table.to_csv(place / "programmes.csv", index=False)
        shares.to_csv(place / "portfolio.csv", index=False)
        (place / "portfolio.json").write_text(as_json(shares), encoding="utf-8")
        portfolio_figure(portfolio, table).savefig(place / "portfolio.png", dpi=150)

    write_folder(folder, fill)


def _write_manifest(folder: Path, kind: str) -> None:
    said = {"kind": kind, "schema": 1, "model": model_stamp(), **made_with(("numba", "numpy", "pandas"))}
    (folder / "manifest.json").write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def as_json(table: pd.DataFrame) -> str:
    """Return a table as JSON, an object per row; what is not known is null."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in table.to_dict("records")]
    return json.dumps(rows, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and isnan(value) else value


def trial_figure(result: Result) -> Figure:
    """Return what the study found and what the model gives, a panel per finding, on the finding's own scale."""
    trial = result.trial
    figure = page(trial.question, 1.15 * len(result.compared) + 1.5)
    panels = figure.subplots(len(result.compared), 1, squeeze=False)[:, 0]
    for axes, it in zip(panels, result.compared, strict=True):
        _draw_finding(axes, it)
    foot(
        figure,
        f"{trial.id}: {trial.study}, {trial.country}. Study: value and interval as published; chance of the model: two standard errors over {trial.seeds} "
        "seeds; dotted: the threshold of the study's direction.",
    )
    return figure


def _draw_finding(axes: Any, it: Compared) -> None:
    found = it.found
    if found.value is not None:
        axes.plot([found.low, found.high], [1, 1], color=ORANGE, lw=3, solid_capstyle="butt")
        axes.plot([found.value], [1], "o", color=ORANGE, ms=7)
    if not isnan(it.model):
        around = 0.0 if isnan(it.chance) else 2 * it.chance
        axes.plot([it.model - around, it.model + around], [0, 0], color=BLUE, lw=3, solid_capstyle="butt")
        axes.plot([it.model], [0], "o", color=BLUE, ms=7)
    if found.direction:
        axes.axvline(found.threshold, color=GREY, lw=1, ls=":")
    axes.set_yticks([1, 0], ["study" if found.value is not None else f"study: {found.direction}", "model"])
    axes.set_ylim(-0.6, 1.6)
    axes.set_title(fill(f"{found.what}: {verdict(it)}", FOOT_LETTERS - 20), parse_math=False)
    axes.set_xlabel(found.unit, fontsize=9)
    axes.tick_params(labelsize=9)
    quiet(axes)
    axes.title.set_fontsize(9.5)


def verdict(it: Compared) -> str:
    """Return in a word whether the model shows what was found."""
    if it.fault:
        return "cannot be worked out"
    return "missed" if it.missed else "holds"


def all_figure(results: Sequence[Result]) -> Figure:
    """Return all findings of several trials, as distances in the standard errors of their studies."""
    rows = [(_named(result, k), it) for result in results for k, it in enumerate(result.compared, 1)]
    missed = sum(it.missed for _, it in rows)
    figure = page(
        f"The model shows {len(rows) - missed} of {len(rows)} findings of {len(results)} trials",
        0.19 * len(rows) + 1.7,
    )
    axes = figure.subplots()
    axes.axvspan(-FAR, FAR, color=PALE, alpha=0.5, lw=0)
    axes.axvline(0, color=GREY, lw=1)
    for y, (_, it) in enumerate(rows):
        colour = ORANGE if it.missed else BLUE
        if it.distance is not None:
            x = float(np.clip(it.distance, -FARTHEST, FARTHEST))
            marker = "o" if abs(it.distance) <= FARTHEST else (">" if it.distance > 0 else "<")
            axes.plot([x], [y], marker, color=colour, ms=5)
        else:
            axes.text(
                0,
                y,
                f" direction {'missed' if it.missed else 'holds'}",
                color=colour,
                fontsize=7.5,
                va="center",
            )
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], parse_math=False)
    axes.tick_params(axis="y", labelsize=7, length=0)
    axes.tick_params(axis="x", labelsize=9)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-FARTHEST - 0.4, FARTHEST + 0.4)
    axes.set_xlabel("model less study, in standard errors of the study", fontsize=9)
    quiet(axes)
    foot(
        figure,
        f"Grey: within {FAR:g} standard errors. Orange: missed. Arrows: farther than {FARTHEST:g}. A study used for its direction alone is not held to its value, nor one whose "
        "interval holds the model's value. A finding without a value has its direction in words.",
    )
    return figure


def _named(result: Result, number: int) -> str:
    trial = result.trial
    many = f".{number}" if len(trial.found) > 1 else ""
    return f"{trial.id}{many} {shorten(trial.study, 30, placeholder=' ...')}"


def portfolio_figure(portfolio: Portfolio, table: pd.DataFrame) -> Figure:
    """Return the shares of each fate, among all programmes and by effect."""
    shares = shares_of(table)
    scaled = shares.loc[0, FATES[0]]
    figure = page(
        f"{percent(scaled, digits=0)} of {len(table)} programmes scale; {percent(shares.loc[1, FATES[0]], digits=0)} of those without effect do",
        2.9,
    )
    axes = figure.subplots()
    left = np.zeros(len(shares))
    for fate, colour in zip(FATES, (GREEN, PALER, GREY), strict=True):
        widths = shares[fate].to_numpy(dtype=float)
        axes.barh(range(len(shares)), widths, left=left, color=colour, label=fate, height=0.6)
        for y, (start, width) in enumerate(zip(left, widths, strict=True)):
            if width >= 0.07:
                axes.text(
                    start + width / 2, y, percent(width, digits=0), ha="center", va="center", fontsize=9
                )
        left += widths
    axes.set_yticks(range(len(shares)), [f"{row.programmes}\n({row.n})" for row in shares.itertuples()])
    axes.set_ylim(len(shares) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda x, _: percent(x, digits=0))
    axes.tick_params(labelsize=9)
    quiet(axes)
    key(axes, columns=2)
    foot(
        figure,
        f"{portfolio.title}. Scaled: {portfolio.scale.statement}. Without effect: less than {portfolio.scale.no_effect_below:g} SD a year at full practice. "
        "Each programme is simulated once, with default behaviour.",
    )
    return figure
