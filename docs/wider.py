"""Bands of the presets if the ranges of all that is assumed were wider: a section of docs/evidence.md, made with the rest of it (`make evidence`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from docs.generate import table
from ml_abm import Scenario
from ml_abm.calibration.priors import Prior
from ml_abm.calibration.uncertain import draw_of, drawn, priors_of_place
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.foundation.threads import cores
from ml_abm.inference.points import asked
from ml_abm.outcomes import Trace
from ml_abm.parameters import find
from ml_abm.runs.small_enough import ends_of, small_enough
from ml_abm.scenario import preset_names
from ml_abm.simulation import simulate_each
from ml_abm.system.smaller import part_of

ASSUMED_MARK = "D"  # of numbers that are derived or assumed
WIDER = 1.5
DRAWS, TEACHERS = 60, 8000
OUTCOME = "effective_coverage"
BAND = (5, 95)
LOGARITHMIC = ("loguniform", "lognormal", "gamma")

Futures = Callable[[Scenario], list[Scenario]]


def stretched(prior: Prior, value: float) -> float:
    """Return a value `WIDER` times as far from the prior's median as it is, within the declared range; on the prior's own scale."""
    middle = float(prior.values(np.array([0.5]))[0])
    if prior.distribution in LOGARITHMIC:
        moved = middle * (value / middle) ** WIDER
    else:
        moved = middle + WIDER * (value - middle)
    return float(np.clip(moved, *prior.bounds))


def wider(scenario: Scenario, number: int) -> Scenario:
    """Return a scenario with one draw of all that is uncertain in it, where what is assumed is drawn wider."""
    of_behaviour = (one.prior for one in asked().unknowns if one.kind == "behaviour")
    priors = {prior.name: prior for prior in (*of_behaviour, *priors_of_place(scenario))}
    values = draw_of(scenario, number)
    for name, value in values.items():
        about = find(name)
        if about is not None and about.mark == ASSUMED_MARK:
            values[name] = stretched(priors[name], value)
    return drawn(scenario, values)


USUAL = "evidence and assumption"
KINDS: dict[str, Futures] = {
    "chance only": lambda scenario: [scenario] * DRAWS,
    USUAL: lambda scenario: [drawn(scenario, draw_of(scenario, number)) for number in range(DRAWS)],
    f"assumed ranges {WIDER:g} times as wide": lambda scenario: [
        wider(scenario, number) for number in range(DRAWS)
    ],
}


def bands(scenario: Scenario) -> list[tuple[float, float]]:
    """Return the band of coverage at the end for each kind of futures."""

    def simulate(scenarios: list[Scenario]) -> Trace:
        return simulate_each(scenarios, scenario.months, list(range(DRAWS)), workers=cores())

    usual = KINDS[USUAL](scenario)
    share = small_enough(
        scenario, lambda share: ends_of(simulate([part_of(one, share) for one in usual])), TEACHERS
    ).share
    found = []
    for futures in KINDS.values():
        trace = simulate([part_of(one, share) for one in futures(scenario)])
        low, high = np.percentile(trace.system[OUTCOME].unstack("seed").iloc[-1], BAND)
        found.append((float(low), float(high)))
    return found


def section(names: Iterable[str] = ()) -> str:
    """Return the section: bands of coverage of each preset, three kinds side by side."""
    found = {name: bands(Scenario.preset(name)) for name in (tuple(names) or preset_names())}
    rows = [
        [f"`{name}`", *(f"{percent(low)} to {percent(high)}" for low, high in of_kinds)]
        for name, of_kinds in found.items()
    ]
    widths = np.array([[high - low for low, high in of_kinds] for of_kinds in found.values()]).mean(axis=0)
    chance, usual, wide = (f"{100 * width:.0f}" for width in widths)
    return (
        f"Effective coverage at the end of each preset, 90% of {DRAWS} runs; large systems are simulated as small as changes nothing that is shown, of {TEACHERS:,} teachers at most, in proportion. On average a band is {chance} points wide "
        f"by chance alone, {usual} with what trials and ranges leave open, and {wide} if the range of every number that is derived or assumed (mark D) were {WIDER:g} times as wide.\n\n"
        + table(["preset", *KINDS], rows)
    )
