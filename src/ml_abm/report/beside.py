"""A run beside the same run with some changes: differences at the end, paired by random seed and draw, and a picture of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..foundation.numbers_in_words import between, difference, quantity
from ..look import BLUE, GREY, as_share, quiet
from ..outcomes import Trace, describe
from ..scenario import Scenario
from .figures import MASS, band, by_seed, years

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# What is set side by side: outcome, and how it is called. Money is summed up over all months, all else is that of the last.
COMPARED = {
    "reach_in_use": "schools where it is in use",
    "adoption": "teachers who use it",
    "fidelity": "fidelity of users",
    "effective_coverage": "effective coverage (use x fidelity)",
    "strain": "strain (exhaustion) of teachers",
    "learning_sd": "learning, over all pupils",
    "spending": "money spent, in all",
}
SHARES = ("reach_in_use", "adoption", "fidelity", "effective_coverage", "strain", "reach_gap")
DRAWN = ("adoption", "fidelity", "effective_coverage", "strain")


class Compared(NamedTuple):
    """One outcome of both, and how much more there is of it with the changes: a mean and the middle 90% of pairs (nan of a single pair)."""

    outcome: str
    as_it_is: float
    changed: float
    mean: float
    low: float
    high: float

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What is compared, both values and the difference, in words."""
        unit = "share" if self.outcome in SHARES else describe()[self.outcome].unit.split("/")[0]
        sure = "" if np.isnan(self.low) else f" ({between(self.low, self.high, lambda x: change(x, unit))})"
        values = (quantity(value, unit) for value in (self.as_it_is, self.changed))
        return (COMPARED[self.outcome], *values, change(self.mean, unit) + sure)  # type: ignore[return-value]


def change(value: float, unit: str) -> str:
    """Return a difference in words."""
    return difference(round(value, 3) if unit == "SD" else value, unit, sign=True)


def compared(as_it_is: Trace, changed: Trace) -> list[Compared]:
    """Return every outcome at the end; runs are paired by their seed."""
    return [_one(outcome, _ends(as_it_is, outcome), _ends(changed, outcome)) for outcome in COMPARED]


def _ends(trace: Trace, outcome: str) -> np.ndarray:
    """Return an outcome at the end of each run: (runs,)."""
    table = by_seed(trace.system)[outcome].unstack("seed")
    return (table.sum() if outcome == "spending" else table.iloc[-1]).to_numpy(float)


def _one(outcome: str, a: np.ndarray, b: np.ndarray) -> Compared:
    tail = (1 - MASS) / 2
    low, high = np.quantile(b - a, [tail, 1 - tail]) if len(a) > 1 else (np.nan, np.nan)
    return Compared(outcome, *(float(x) for x in (a.mean(), b.mean(), (b - a).mean(), low, high)))


def figure(
    as_it_is: Trace, changed: Trace, scenario: Scenario, changes: Mapping[str, Any], spread_of: str
) -> Figure:
    """Return four panels with both: who uses it, how well, both together, and the burden."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    found = Figure(figsize=(12, 8.2), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12))
    ends = {one.outcome: one for one in compared(as_it_is, changed)}
    pair = (
        (by_seed(as_it_is.system), GREY, "--", "as it is"),
        (by_seed(changed.system), BLUE, "-", "with the change"),
    )
    for axes, outcome in zip(found.subplots(2, 2).flat, DRAWN, strict=True):
        for system, colour, style, label in pair:
            band(axes, system[outcome], scenario, colour, label, style)
        name, _, _, said = ends[outcome].said
        axes.set_title(f"{name[0].upper()}{name[1:]}\nat the end {said}", loc="left", fontsize=11)
        as_share(axes)
        quiet(axes)
        axes.set_xlim(years(scenario, [0])[0], None)
        axes.xaxis.get_major_locator().set_params(integer=True)
    found.axes[0].legend(loc="upper left", frameon=False)
    runs = by_seed(as_it_is.system).index.get_level_values("seed").nunique()
    holds = "One run of each."
    if runs > 1:
        holds = f"Bands and intervals hold 90% of {runs} pairs of runs, which differ by {spread_of}."
    now = scenario.values()
    named = [
        f"{name} = {value} (as it is {now.get(name.rpartition('.')[2])})" for name, value in changes.items()
    ]
    below = f"The change: {', '.join(named)}.\n{holds}"
    found.supxlabel(below, x=0.01, ha="left", fontsize=9, color=GREY, parse_math=False)
    title = f"{scenario.title}: what a change would change"
    found.suptitle(title, x=0.01, ha="left", fontsize=14, weight="bold", parse_math=False)
    return found
