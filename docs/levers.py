"""Move every lever over its range on every preset; write docs/levers.md, its table and its picture: `make levers`.

Runs are kept in build/levers/, so that an interrupted call goes on where it was.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from docs.lever_effects import CLIFF, LEAST, steepest, whole_range
from docs.lever_ranges import CLIFFS, LEVERS, MONEY, VALUES, Lever, allowed
from ml_abm.foundation.atomic_write import write_whole
from ml_abm.foundation.compiled import model_stamp
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.foundation.threads import cores
from ml_abm.look import GREY, foot, page
from ml_abm.scenario import Scenario
from ml_abm.scenario.presets import preset_names
from ml_abm.simulation import Simulation, warm_up
from ml_abm.system.smaller import part_of, share_simulated

DOCS = Path(__file__).parent
PAGE, TABLE, PICTURE = DOCS / "levers.md", DOCS / "levers.csv", DOCS / "pictures" / "levers.png"
KEPT = DOCS.parent / "build" / "levers"
TEACHERS, SEEDS = 400, 30
OUTCOMES = sorted({name for lever in LEVERS for name in lever.moves})


@dataclass(frozen=True)
class Sweep:
    """A lever on a preset: its values, and each outcome that it should move, (values, seeds)."""

    lever: Lever
    preset: str
    values: np.ndarray
    runs: dict[str, np.ndarray]
    refused: list[str]


def in_proportion(preset: str, teachers: int = TEACHERS) -> Scenario:
    """Return a preset as a system of about so many teachers."""
    scenario = Scenario.preset(preset)
    return part_of(scenario, share_simulated(scenario, teachers))


def mean_outcomes(scenario: Scenario, seed: int) -> np.ndarray:
    """Return every outcome of `OUTCOMES`, its mean over the months of a run."""
    outcomes = Simulation(scenario, seed).run_for(scenario.months).outcomes()
    return np.array([outcomes[name].mean() for name in OUTCOMES])


def run_all(scenarios: Sequence[Scenario], seeds: int, workers: int | None = None) -> np.ndarray:
    """Return the outcomes of scenarios with the same seeds 1, 2, ...: (scenarios, seeds, outcomes)."""
    pairs = [(scenario, seed) for scenario in scenarios for seed in range(1, seeds + 1)]
    with ThreadPoolExecutor(workers or cores()) as pool:
        runs = list(pool.map(lambda pair: mean_outcomes(*pair), pairs))
    return np.array(runs).reshape(len(scenarios), seeds, len(OUTCOMES))


def save(runs: np.ndarray, part: Path) -> None:
    """Write an array to a file of exactly this name: NumPy would add an ending to a path."""
    with part.open("wb") as file:
        np.save(file, runs)


def move(lever: Lever, scenario: Scenario, seeds: int = SEEDS, n: int = VALUES, keep: bool = True) -> Sweep:
    """Return what a lever does on a preset, from what is kept if the same was run before."""
    able, refused = allowed(lever, scenario, n)
    scenarios = list(able.values())
    file = KEPT / scenario.name / f"{lever.name}-{stamp(scenarios, seeds)}.npy"
    if keep and file.exists():
        runs = np.load(file)
    else:
        runs = run_all(scenarios, seeds)
        if keep:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, partial(save, runs))
    return Sweep(lever, scenario.name, np.array(list(able)), by_outcome(lever, runs), refused)


def by_outcome(lever: Lever, runs: np.ndarray) -> dict[str, np.ndarray]:
    """Return the outcomes that a lever should move; money relative to its mean over all values."""
    found = {}
    for name in lever.moves:
        of = runs[:, :, OUTCOMES.index(name)]
        size = of.mean() if name in MONEY and of.size and of.mean() > 0 else 1.0
        found[name] = of / size
    return found


def stamp(scenarios: Iterable[Scenario], seeds: int) -> str:
    """Return a short hash of all that runs depend on."""
    digest = hashlib.blake2b(f"{model_stamp()} {seeds} {OUTCOMES}".encode(), digest_size=8)
    for scenario in scenarios:
        digest.update(scenario.to_toml().encode())
    return digest.hexdigest()


def rows_of(sweep: Sweep) -> list[dict[str, object]]:
    """Return a row of the table for each outcome that a lever should move on a preset."""
    rows = []
    for outcome, runs in sweep.runs.items():
        effect, _ = whole_range(runs)
        step = steepest(sweep.values, runs)
        row: dict[str, object] = {
            "lever": sweep.lever.name, "preset": sweep.preset, "outcome": outcome, "seeds": runs.shape[1],
            "effect": effect.mean, "low": effect.low, "high": effect.high,
            "steepest_from": step.start, "steepest_to": step.end, "steepest_share": step.share, "cliff": int(step.cliff),
        }  # fmt: skip
        row |= {f"value_{k}": value for k, value in enumerate(sweep.values)}
        row |= {f"mean_{k}": of.mean() for k, of in enumerate(runs)}
        row |= {f"error_{k}": of.std(ddof=1) / np.sqrt(len(of)) for k, of in enumerate(runs)}
        rows.append(row)
    return rows


def table_of(sweeps: Iterable[Sweep]) -> pd.DataFrame:
    """Return all that was found: a row for each lever, preset and outcome, with value, mean and standard error of its values."""
    kinds = ("value", "mean", "error")
    numbers = [f"{kind}_{k}" for kind in kinds for k in range(VALUES)]
    table = pd.DataFrame([row for sweep in sweeps if len(sweep.values) > 1 for row in rows_of(sweep)])
    first = [name for name in table.columns if name.partition("_")[0] not in kinds]
    return judged(table[first].join(table.reindex(columns=numbers)))


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with two columns more: whether an effect is seen, and whether it is surely nothing."""
    return table.assign(
        seen=(table["low"] > LEAST) | (table["high"] < -LEAST),
        nothing=(table["low"] > -LEAST) & (table["high"] < LEAST),
    )


def read_table() -> pd.DataFrame:
    """Return what docs/levers.csv says."""
    return judged(pd.read_csv(TABLE))


def verdict(rows: pd.DataFrame) -> str:
    """Return what is known of a lever from its rows: moves, dead or open."""
    if rows["seen"].any():
        return "moves"
    return "dead" if rows["nothing"].all() else "open"


def most(rows: pd.DataFrame) -> pd.Series:
    """Return the row in which a lever moves most; money, which is relative, only where it moves nothing else."""
    rank = rows["effect"].abs() + 10.0 * rows["seen"] - 5.0 * rows["outcome"].isin(MONEY)
    return rows.loc[rank.idxmax()]


def in_words(row: pd.Series) -> str:
    """Return an effect with its interval."""
    return f"{row['effect']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})"


HEAD = """# Levers: what each does over its whole range

Generated by `make levers`; never edited by hand. Every lever is moved over its range at {values} evenly spaced values (fewer where it is a count that has fewer)
on {presets}, with the same {seeds} random seeds at each value. {whole}Presets are run as systems of about {teachers} teachers,
with trainers, fixed costs, pilot and money in proportion. A lever holds its value from the first month to the last: events of a preset that set it are left out, and
multiplied where the range is a factor.

- An *outcome* is its mean over the months of a run. Shares and SD are told as they are, so that 0.01 is a point; money is told relative to its own size.
- The *whole-range effect* is the last value less the first, or, where a lever turns on its way, the larger of the two halves of the range; with its 95% interval over paired
  seeds. A lever is *dead* if that interval lies inside +-{least:g} for every outcome that it should move on every preset, and *moves* if it lies outside for one;
  in between it is *open*: more seeds would tell.
- The *steepest tenth* is the tenth of the range in which the outcome changes most, and its share of the whole effect. More than {cliff}, beyond chance, is a *cliff*:
  allowed where a mechanism makes it, which is then named.

All numbers, with a mean and a standard error for each value, are in [levers.csv](levers.csv).

![How far each lever moves what it should move, on each preset](pictures/levers.png)

"""


def page_of(table: pd.DataFrame, refused: Sequence[str], presets: Sequence[str], seeds: int) -> str:
    """Return the page."""
    is_whole = sorted(presets) == preset_names() and seeds >= SEEDS
    of_presets = (
        "every preset" if sorted(presets) == preset_names() else " and ".join(f"`{name}`" for name in presets)
    )
    text = HEAD.format(
        values=VALUES, presets=of_presets, seeds=seeds, teachers=TEACHERS, least=LEAST, cliff=percent(CLIFF),
        whole="" if is_whole else f"**This is a part: the whole page has all presets and {SEEDS} seeds.** ",
    )  # fmt: skip
    groups = {lever.name: table[table["lever"] == lever.name] for lever in LEVERS}
    verdicts = {name: verdict(rows) for name, rows in groups.items()}
    counts = {word: [name for name, v in verdicts.items() if v == word] for word in ("moves", "dead", "open")}
    text += f"**{len(counts['moves'])} of {len(LEVERS)} levers move something that they should move"
    for word in ("dead", "open"):
        text += f"; {word}: {', '.join(f'`{name}`' for name in counts[word]) or 'none'}"
    text += ".**\n\n| lever | range | moves most | whole-range effect | on | on `base` | steepest tenth | cliff |\n|---|---|---|---|---|---|---|---|\n"
    text += "".join(line_of(lever, groups[lever.name], verdicts[lever.name]) for lever in LEVERS)
    if refused:
        text += "\n## Values that a scenario refuses\n\nThey are left out.\n\n"
        text += "".join(f"- {line}\n" for line in refused)
    return text


def line_of(lever: Lever, rows: pd.DataFrame, verdict: str) -> str:
    """Return the line of a lever in the page's table."""
    top = most(rows)
    base = rows[(rows["preset"] == "base") & (rows["outcome"] == top["outcome"])]
    steep = f"{top['steepest_from']:g} to {top['steepest_to']:g}: {percent(top['steepest_share'])}"
    on = rows[rows["cliff"] == 1]["preset"].nunique()
    function, why = CLIFFS.get(lever.name, ("no mechanism is named", ""))
    cliff = f"**on {on} of {rows['preset'].nunique()} presets**: `{function}`, {why}" if on else ""
    name = f"`{lever.name}`" + ("" if verdict == "moves" else f" (**{verdict}**)")
    cells = [
        name, lever.range, f"`{top['outcome']}`", in_words(top), f"`{top['preset']}`",
        in_words(base.iloc[0]) if len(base) else "", steep, cliff,
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |\n"


def picture_of(table: pd.DataFrame, presets: Sequence[str]) -> Figure:
    """Return a heat table: how far each lever moves the outcome that it moves most on each preset."""
    moves = sum(verdict(rows) == "moves" for _, rows in table.groupby("lever"))
    figure = page(f"{moves} of {len(LEVERS)} levers move something that they should move", 11.0)
    axes = figure.subplots()
    heat = np.full((len(LEVERS), len(presets)), np.nan)
    for y, lever in enumerate(LEVERS):
        for x, preset in enumerate(presets):
            rows = table[(table["lever"] == lever.name) & (table["preset"] == preset)]
            if rows.empty:
                continue
            heat[y, x] = abs(most(rows)["effect"])
            mark = "\u2022" if (rows["cliff"] == 1).any() else "\u00d7" if rows["nothing"].all() else ""
            axes.text(
                x,
                y,
                mark,
                ha="center",
                va="center",
                fontsize=9,
                color="white" if heat[y, x] > 0.25 else "black",
            )
    shown = axes.imshow(heat, cmap="viridis_r", vmin=0.0, vmax=0.5, aspect="auto")
    axes.set_xticks(range(len(presets)), presets, rotation=90, fontsize=8)
    axes.set_yticks(range(len(LEVERS)), [lever.short for lever in LEVERS], fontsize=8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, colors=GREY)
    figure.colorbar(shown, ax=axes, shrink=0.4, label="whole-range effect, of the outcome that it moves most")
    foot(
        figure,
        "\u2022 a cliff: more than 40% of it within a tenth of the range\n\u00d7 nothing: the 95% interval lies inside +-0.01 for each outcome\nWhite: the preset leaves the lever no range.",
    )
    return figure


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m docs.levers", description=__doc__)
    ask.add_argument("--presets", nargs="+", default=preset_names(), choices=preset_names(), metavar="PRESET")
    ask.add_argument("--seeds", type=int, default=SEEDS, help="random seeds at each value, 2 or more")
    asked = ask.parse_args()
    if asked.seeds < 2:
        ask.error(f"--seeds {asked.seeds}: allowed 2 or more")
    warm_up()
    sweeps, start = [], monotonic()
    for preset in asked.presets:
        scenario = in_proportion(preset)
        for k, lever in enumerate(LEVERS):
            sweeps.append(move(lever, scenario, asked.seeds))
            said = f"\r{preset}: {k + 1} of {len(LEVERS)} levers, {monotonic() - start:.0f} s"
            print(said, end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    table = table_of(sweeps)
    refused = [line for sweep in sweeps for line in sweep.refused]
    table.drop(columns=["seen", "nothing"]).to_csv(
        TABLE, index=False, float_format="%.4g", lineterminator="\n"
    )
    PAGE.write_text(page_of(table, refused, asked.presets, asked.seeds), encoding="utf-8")
    picture_of(table, asked.presets).savefig(PICTURE, dpi=150)
    print(f"wrote {PAGE.name}, {TABLE.name} and {PICTURE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
