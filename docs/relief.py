"""Writes docs/relief.md: the effect of relief and of community helpers, split by how it comes about, before trials and after them (`make relief`)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from math import factorial
from pathlib import Path

import numpy as np

from docs.posterior import ASSUMED
from ml_abm import Scenario
from ml_abm.calibration.uncertain import drawn
from ml_abm.evidence.posterior import behaviour, posterior
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.inference.points import asked
from ml_abm.inference.unknowns import values_of
from ml_abm.simulation import simulate_each

PAGE = Path(__file__).parent / "relief.md"
DRAWS = 60  # of the prior and of the posterior, each with its own random seed
MONTHS = 60
# A trial in which reach and money play no part: 60 schools that are all enrolled, weeks that are full.
TRIAL = {
    "schools": 60, "districts": 3, "pilot_schools": 60, "pilot_districts": 3, "design_months": 0, "weekly_hours": 45, "coaches_per_100_schools": 6,
    "funders": [{"name": "Trial", "stage": "system", "annual_budget": 1e9, "horizon_months": 0}],
}  # fmt: skip
# How a channel is closed: the numbers by which relief acts through it, set to what lets nothing through.
CLOSED = {
    "time": {"found_hours": 20},
    "energy": {"strain_of_load": 0, "dosage_lost_to_strain": 0, "lapse_of_strain": 0},
    "will": {"commitment_lost_to_strain": 0, "support_of_community": 0},
    "beginning": {"adoption_lost_to_overload": 0},
    "instruction": {"helper_teaching": 0},
}
SAYS = {
    "time": "hours found for it, of the hours it asks",
    "energy": "less exhaustion: a larger dose, and fewer who stop",
    "will": "more commitment, from less exhaustion and from a community that helps",
    "beginning": "fewer who do not begin because of the week they expect",
    "instruction": "what helpers teach themselves",
}
ASKS = (3, 6)  # hours a week that the programme adds
LEVERS = {
    "Tools that give back 4 hours a week": ({"tool_hours": 0}, {"tool_hours": 4}),
    "Helpers, fully organised": ({"community_mobilisation": 0}, {"community_mobilisation": 1}),
}


Draws = list[dict[str, float]]


def from_prior() -> Draws:
    """Return draws of behaviour as it was thought of before any trial was looked at."""
    unknowns = asked().unknowns
    scores = np.random.default_rng(DRAWS).standard_normal((DRAWS, len(unknowns)))
    names = [about.name for about in behaviour()]
    values = values_of(unknowns, scores)[:, : len(names)]
    return [dict(zip(names, row, strict=True)) for row in values.tolist()]


def from_trials() -> Draws:
    """Return draws of behaviour as trials leave it."""
    return [posterior().draw(number) for number in range(DRAWS)]


def effect(draws: Draws, lever: tuple[dict, dict], hours: float, open_channels: Iterable[str]) -> np.ndarray:
    """Return what a lever changes with only some channels open, draw by draw: learning in the last year, SD (n_draws,)."""
    shut = {k: v for name in CLOSED if name not in open_channels for k, v in CLOSED[name].items()}
    without, with_it = (learning(draws, {**TRIAL, "added_hours": hours, **side}, shut) for side in lever)
    return with_it - without


def learning(draws: Draws, values: dict, shut: dict) -> np.ndarray:
    """Return the mean learning of the last year by draw (n_draws,)."""
    base = Scenario().replace(values)
    scenarios = [drawn(base, {**draw, **shut}) for draw in draws]
    table = simulate_each(scenarios, MONTHS, list(range(len(draws))), workers=2).system
    return table.learning_sd.unstack("seed").iloc[-12:].mean().to_numpy()


def shapley(draws: Draws, lever: tuple[dict, dict], hours: float) -> dict[str, np.ndarray]:
    """Return the mean contribution of each channel over all orders in which channels can be opened, draw by draw."""
    names = list(CLOSED)
    worth = {
        frozenset(some): effect(draws, lever, hours, some)
        for size in range(len(names) + 1)
        for some in combinations(names, size)
    }
    shares = {name: shapley_value(name, names, worth) for name in names}
    return {**shares, "none of these": worth[frozenset()]}


def shapley_value(name: str, names: list[str], worth: dict) -> np.ndarray:
    """Return the Shapley value of one channel: sum over sets S without it of |S|! (n - |S| - 1)! / n! (v(S + it) - v(S))."""
    n = len(names)
    others = [other for other in names if other != name]
    total = 0.0
    for size in range(n):
        weight = factorial(size) * factorial(n - size - 1) / factorial(n)
        for some in combinations(others, size):
            total = total + weight * (worth[frozenset({*some, name})] - worth[frozenset(some)])
    return np.asarray(total)


def page() -> str:
    """Return the page."""
    rows, draws = [], {"prior": from_prior(), "trials": from_trials()}
    for (title, lever), hours in product(LEVERS.items(), ASKS):
        found = {kind: shapley(some, lever, hours) for kind, some in draws.items()}
        whole = {kind: np.sum(list(shares.values()), axis=0) for kind, shares in found.items()}
        for name in ("all", *CLOSED, "none of these"):
            cells = [said(whole[kind] if name == "all" else found[kind][name]) for kind in draws]
            part = found["trials"].get(name, whole["trials"]).mean() / whole["trials"].mean()
            rows.append(
                f"| {f'{title}, {hours} hours asked' if name == 'all' else ''} | {name} | {SAYS.get(name, '')} | {cells[0]} | {cells[1]} | {percent(float(part))} | {known(name)} |"
            )
    return HEAD + "\n".join(rows) + "\n" + FOOT


def said(values: np.ndarray) -> str:
    """Return a mean with what holds 90% of the draws."""
    low, high = np.quantile(values, [0.05, 0.95])
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f})"


def known(channel: str) -> str:
    """Return which numbers of a channel trials narrowed, and which are as assumed as before: a fifth of the prior's variance is the limit."""
    if channel not in CLOSED:
        return ""
    shares = posterior().said["contraction"]
    names = [name for name in CLOSED[channel] if name in shares]
    told = [
        f"`{name}` {max(shares[name], 0):.0%}{' (assumed)' if shares[name] < ASSUMED else ''}"
        for name in names
    ]
    return ", ".join(told) or "a lever of the design"


HEAD = f"""# How relief acts: through time, energy, will, beginning and instruction

Generated by `make relief`; never edited by hand. Relief from tools and help from the community raise what pupils learn. This page splits that effect by how it comes about, as it was thought of before any trial was looked at, and as
[trials](evidence.md) leave it.

Each channel is closed by setting the numbers by which relief acts through it to what lets nothing through. The effect is worked out with every set of channels open, and a channel's part is its mean contribution over all orders in which channels can
be opened (its Shapley value), so that parts add up. The experiment is a trial of 60 schools with weeks of 45 hours, a programme that asks 3 or 6 hours more, and money without end, {MONTHS} months, the last year's learning. Prior and trials have {DRAWS} draws
each, every one with its own random seed; intervals hold 90% of them, chance and what is not known together. The last column says by how much trials narrowed the numbers of a channel: below {ASSUMED:.0%} they are as assumed as before.

| lever | through | that is | prior, SD a year | with trials, SD a year | share | numbers, and how far trials narrowed them |
|---|---|---|---|---|---|---|
"""
FOOT = """
*None of these* is what is left with all channels closed. A closed channel also moves the level from which the lever starts, which is why parts are averaged over orders and not read from one. No trial measured time, energy and will on the same teachers
beside relief, so how the effect is split among them is mostly assumed, whatever its size.
"""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
