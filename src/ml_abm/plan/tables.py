"""Tables of a plan: packages, what each lever adds, who pays, years, criteria, and the cheapest for stated odds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..assess.estimates import mean_over, paired
from ..assess.runs import PAYER
from ..experiments.analysis.stochastic import share_interval
from .asked import Asked
from .found import LEVELS, PACKAGE, PROGRAMME
from .measures import LESS_IS_BETTER, OBJECTIVES, Measured, over_budget, regret, worst_tenth
from .packages import Package, Step, in_words
from .search import Search

if TYPE_CHECKING:
    import pandas as pd

UNPAID = "no payer yet"  # what levers cost beside the model's own lines
MET = "met "


def frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a table that has its columns also when it is empty."""
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))


def without_one(package: Package) -> list[Package]:
    """Return a package without each of its steps in turn."""
    return [tuple(step for step in package if step != one) for one in package]


def at_once(package: Package) -> Package:
    """Return a package whose steps are all taken from the start."""
    return tuple(sorted(Step(0, step.lever) for step in package))


def packages(what: Asked, finalists: Mapping[str, Package], found: Mapping[str, Measured]) -> pd.DataFrame:
    """Return what each finalist does and costs: means, 95% intervals (Student's; Wilson's for odds), and gains over the programme as it is in the same draws."""
    regrets = regret(np.array([values["coverage"] for values in found.values()]))
    before = found[PROGRAMME]
    rows = []
    for (name, values), missed_out in zip(found.items(), regrets, strict=True):
        cost, more = mean_over(values["cost"]), paired(values["cost"], before["cost"])
        gain, learning = (paired(values[m], before[m]) for m in ("coverage", "learning"))
        gap = paired(values["gap"], before["gap"])
        odds = share_interval(float(values["odds"].mean()), len(values["odds"]))
        rows.append(
            {
                "name": name,
                "role": PACKAGE if name.startswith("plan-") else name,
                "levers": in_words(finalists[name]),
                "cost": cost.mean, "cost_low": cost.low, "cost_high": cost.high,
                "extra_cost": more.mean, "extra_low": more.low, "extra_high": more.high,
                "odds": float(odds.mean), "odds_low": float(odds.low), "odds_high": float(odds.high),
                "shortfall": float(values["shortfall"].mean()),
                "coverage": float(values["coverage"].mean()),
                "gain": gain.mean, "gain_low": gain.low, "gain_high": gain.high,
                "learning": float(values["learning"].mean()),
                "learning_gain": learning.mean, "learning_low": learning.low, "learning_high": learning.high,
                "gap": float(values["gap"].mean()),
                "gap_change": gap.mean, "gap_low": gap.low, "gap_high": gap.high,
                "worst_tenth": worst_tenth(values["coverage"]),
                "regret": float(missed_out),
                "within_budget": bool((over_budget(what, values).mean(axis=0) <= 0).all()),
            }
        )  # fmt: skip
    return frame(rows, list(rows[0]))


def levels(rows: pd.DataFrame, draws: int) -> pd.DataFrame:
    """Return for each level of odds the cheapest finalist within the budget that has it in the fresh draws; an empty name where none has."""
    allowed = rows[rows["within_budget"]].sort_values("cost")
    found = []
    for level in LEVELS:
        enough = allowed[allowed["odds"] >= level]
        first = enough.iloc[0] if len(enough) else None
        found.append(
            {
                "level": level,
                "name": "" if first is None else first["name"],
                "odds": np.nan if first is None else first["odds"],
                "odds_low": np.nan if first is None else first["odds_low"],
                "odds_high": np.nan if first is None else first["odds_high"],
                "cost": np.nan if first is None else first["cost"],
                "draws": draws,
            }
        )
    return frame(found, list(found[0]))


def steps(what: Asked, finalists: Mapping[str, Package], adds: Mapping[Package, Measured]) -> pd.DataFrame:
    """Return each step of each package: when, what it is, and what the package loses without it; a last row is what its months gain over all at once."""
    rows = []
    for name, package in finalists.items():
        if package not in adds or not name.startswith("plan-"):
            continue
        whole = adds[package]
        for step, rest in zip(package, without_one(package), strict=True):
            lever = what.choices.called[step.lever]
            rows.append(
                {
                    "name": name, "month": step.month, "year": what.clock.called(step.month // 12), "lever": step.lever,
                    "does": lever.does, "group": lever.group, "basis": lever.basis, **added(whole, adds[rest]),
                }
            )  # fmt: skip
        if package != at_once(package):
            rows.append(
                {
                    "name": name, "month": -1, "year": "", "lever": "its months",
                    "does": "These months, not all from the start", "group": "", "basis": "",
                    **added(whole, adds[at_once(package)]),
                }
            )  # fmt: skip
    columns = "name month year lever does group basis draws adds adds_low adds_high adds_odds adds_cost adds_cost_low adds_cost_high"
    return frame(rows, columns.split())


def added(whole: Measured, rest: Measured) -> dict[str, float]:
    """Return what a package has more than another one in the same draws."""
    gain, cost = paired(whole["coverage"], rest["coverage"]), paired(whole["cost"], rest["cost"])
    return {
        "draws": len(whole["odds"]),
        "adds": gain.mean, "adds_low": gain.low, "adds_high": gain.high,
        "adds_odds": float((whole["odds"] - rest["odds"]).mean()),
        "adds_cost": cost.mean, "adds_cost_low": cost.low, "adds_cost_high": cost.high,
    }  # fmt: skip


def payers(what: Asked, found: Mapping[str, Measured]) -> pd.DataFrame:
    """Return what each payer pays of each finalist over all years in USD, mean over draws, and what has no payer yet."""
    public = {funder.name: funder.public for funder in what.scenario.funders}
    rows = []
    for name, values in found.items():
        total = float(values["cost"].mean())
        paid = {
            key.removeprefix(PAYER): float(v.mean()) for key, v in values.items() if key.startswith(PAYER)
        }
        paid[UNPAID] = max(0.0, total - sum(paid.values()))
        rows += [
            {
                "name": name,
                "payer": payer,
                "public": public.get(payer, False),
                "usd": usd,
                "share": usd / total if total else 0.0,
            }
            for payer, usd in paid.items()
        ]
    return frame(rows, ("name", "payer", "public", "usd", "share"))


def years(what: Asked, found: Mapping[str, Measured]) -> pd.DataFrame:
    """Return the cost of each finalist year by year: mean over draws in USD."""
    rows = [
        {"name": name, "year": what.clock.called(k), "cost": float(usd)}
        for name, values in found.items()
        for k, usd in enumerate(values["cost by year"].mean(axis=0))
    ]
    return frame(rows, ("name", "year", "cost"))


def criteria_met(found: Mapping[str, Measured]) -> pd.DataFrame:
    """Return in what share of draws each finalist meets each criterion of the goal."""
    rows = [
        {"name": name, "criterion": key.removeprefix(MET), "odds": float(met.mean())}
        for name, values in found.items()
        for key, met in values.items()
        if key.startswith(MET)
    ]
    return frame(rows, ("name", "criterion", "odds"))


def front_table(search: Search) -> pd.DataFrame:
    """Return the front of the search: packages that no other one dominates, with their objectives in its own draws."""
    rows = []
    for package in search.front():
        means = search.mean(package)
        values = {
            name: float(mean if LESS_IS_BETTER[name] else -mean)
            for name, mean in zip(OBJECTIVES, means, strict=True)
        }
        rows.append({"levers": in_words(package), **values})
    return frame(rows, ("levers", *OBJECTIVES))
