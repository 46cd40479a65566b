"""What trials are asked about: numbers of behaviour, effect sizes of interventions and nuisance numbers, each with its prior.

No study counts twice. A number that was tuned to trials, or whose range comes from a study that is a trial, has as prior what it can plausibly be
(`evidence/plausible.toml`), which no trial and no default informs. All others have the prior of the evidence table, or of the convention in
`calibration/priors.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..calibration.priors import Prior, prior_of
from ..evidence import plausible_ranges, table
from ..parameters import About, declarations
from ..trials.trial import Trial

Kind = Literal["behaviour", "effect", "nuisance"]
LEARNT_FROM = ("fit", "sign")  # uses of trials whose findings weigh points
NOT_A_STUDY = ("tuned", "calibrate")  # words of sources whose numbers were set to show what trials found


@dataclass(frozen=True)
class Unknown:
    """One number that trials are asked about."""

    kind: Kind
    name: str
    prior: Prior


@dataclass(frozen=True)
class Point:
    """Values of all unknowns, as `run_trials` takes them."""

    drawn: dict[str, float]
    effects: dict[str, float]
    nuisance: dict[str, float]


def unknowns(trials: Sequence[Trial]) -> tuple[Unknown, ...]:
    """Return what trials are asked about: behaviour, then effect sizes, then nuisance numbers, each in the order of declaration."""
    known = studies(trials)
    found = [
        Unknown("behaviour", about.name, prior_without(about, known))
        for about in declarations().values()
        if about.section == "behaviour" and about.role == "uncertainty"
    ]
    effects: dict[str, Prior] = {}
    nuisance: dict[str, Prior] = {}
    for trial in trials:
        if trial.intervention and trial.intervention.low < trial.intervention.high:
            it = trial.intervention
            effects.setdefault(it.name, _between(it.name, it.low, it.effect_size, it.high, it.source))
        for name, number in trial.nuisance.items():
            nuisance.setdefault(name, _between(name, number.low, number.value, number.high, number.says))
    found += [Unknown("effect", name, prior) for name, prior in effects.items()]
    return (*found, *(Unknown("nuisance", name, prior) for name, prior in nuisance.items()))


def _between(name: str, low: float, value: float, high: float, source: str) -> Prior:
    return Prior(name, "uniform", low, value, high, (low, high), source)


def studies(trials: Iterable[Trial]) -> set[tuple[str, str]]:
    """Return first author and year of the studies whose findings weigh points."""
    return {
        found
        for trial in trials
        if trial.use in LEARNT_FROM
        for study in trial.study.split(";")
        for found in named_studies(study)
    }


def named_studies(text: str) -> set[tuple[str, str]]:
    """Return first author and year of each study that a text names, such as 'Beg, Fitzpatrick & Lucas 2024' or 'Beg et al. 2024'."""
    return {
        (authors.split(",")[0].split("&")[0].split()[0], year)
        for authors, year in re.findall(r"([A-Z][^\d;:()]*?)\s+((?:19|20)\d\d)", text)
    }


def prior_without(about: About, known: set[tuple[str, str]]) -> Prior:
    """Return the prior of a number of behaviour without what trials say of it."""
    row = table().loc[about.evidence] if about.evidence else {"source": ""}
    texts = (about.source, str(row["source"]))
    if any(word in text for word in NOT_A_STUDY for text in texts):
        return plausible(about, "its value was set to what trials found")
    if any(named_studies(text) & known for text in texts):
        return plausible(about, "its study is a trial")
    return prior_of(about.dotted)


def plausible(about: About, why: str) -> Prior:
    """Return what a number can plausibly be as its prior, within the declared range; `why` no study says it."""
    ranges = plausible_ranges()
    said = ranges["numbers"].get(about.name) or ranges["units"][about.unit]
    low, high = max(said["low"], about.low), min(said["high"], about.high)
    middle = (low * high) ** 0.5 if said["shape"] == "loguniform" else (low + high) / 2
    source = f"what is plausible ({said['why']}), as {why}"
    return Prior(about.dotted, said["shape"], low, middle, high, (about.low, about.high), source)


def values_of(unknown: Sequence[Unknown], scores: np.ndarray) -> np.ndarray:
    """Return the values at normal scores of the priors: (points, unknowns) of both."""
    from scipy.special import ndtr

    cube = np.clip(ndtr(scores), 1e-9, 1 - 1e-9)
    return np.column_stack([one.prior.values(cube[:, k]) for k, one in enumerate(unknown)])


def default_values(unknown: Sequence[Unknown], trials: Sequence[Trial]) -> np.ndarray:
    """Return the default of each unknown: (unknowns,)."""
    found: dict[tuple[Kind, str], float] = {}
    for trial in trials:
        if trial.intervention:
            found["effect", trial.intervention.name] = trial.intervention.effect_size
        found |= {("nuisance", name): number.value for name, number in trial.nuisance.items()}
    return np.array(
        [
            declarations()[one.name].default if one.kind == "behaviour" else found[one.kind, one.name]
            for one in unknown
        ]
    )


def point_of(unknown: Sequence[Unknown], values: Sequence[float]) -> Point:
    """Return one point from its values."""
    named: Mapping[Kind, dict[str, float]] = {"behaviour": {}, "effect": {}, "nuisance": {}}
    for one, value in zip(unknown, values, strict=True):
        named[one.kind][one.name] = float(value)
    return Point(named["behaviour"], named["effect"], named["nuisance"])
