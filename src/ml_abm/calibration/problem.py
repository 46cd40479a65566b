"""Problem of a fit: one case or several, each with its scenario and observations, and the parameters that are not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import FitError, PriorError, suggestion
from ..parameters import find
from ..scenario import Scenario, preset_names
from ..system import settled
from ..system.countries import with_budgets
from .case import load_case
from .priors import Prior, prior_of
from .rollout import (
    BUDGETS,
    MOST_TEACHERS,
    MOST_TEACHERS_SURVEYED,
    REPORTING_ERROR,
    SHARE_ERROR,
    TRAINERS,
    for_fitting,
    local_priors,
)
from .series import FEWEST, Series, check, series_of
from .surveys import Survey, surveys_of

# What a case counts -> the outcome that counts it. A library is counted when it opens, and no count was seen to fall.
COUNTED_AS = {
    "schools": "schools_enrolled",
    "schools_ever": "schools_ever",
    "schools_in_use": "schools_in_use",
    "libraries": "schools_ever",
    "communities": "schools_enrolled",
    "districts": "reach_districts",
}
OF_SCHOOLS = ("schools_ever", "schools_enrolled", "schools_in_use")
# Behaviour that moves reach: why schools and districts join, what money adds to trainers, and why schools leave.
BEHAVIOUR = ("joining_of_peers", "joining_of_openness", "trainers_bought", "school_exit_base")
# Behaviour that moves mean fidelity most, within its prior: of five presets that were tried the first in all, the second in four; the third
# has a range from studies.
OF_FIDELITY = ("skill_of_practice", "will_for_full_dose", "skill_decay")
LONGEST = 1200  # months that a fit runs; those after a scenario's own have no events


@dataclass(frozen=True)
class Target:
    """A case as it is fitted: the scenario that is run, its points (not the pilot, which is given) and their months.

    `whole` is the real system, `smaller` by how much the one that is run has fewer schools; `factor` turns its outcome into the case's unit.
    """

    whole: Scenario
    scenario: Scenario
    smaller: float
    series: Series
    months: np.ndarray
    outcome: str
    factor: float
    surveys: tuple[Survey, ...] = ()

    @property
    def last_month(self) -> int:
        """The last month of a run."""
        return int(max(self.months[-1], *self.survey_months)) if self.surveys else int(self.months[-1])

    @property
    def most(self) -> float:
        """How many there are of what is counted: a report is never above that."""
        setting = self.whole.setting
        known = setting.districts if self.outcome == "reach_districts" else setting.schools
        return min(float(known), self.series.ceiling)

    @cached_property
    def survey_months(self) -> np.ndarray:
        """The months of the surveys."""
        years = np.array([survey.year for survey in self.surveys])
        return np.round((years - self.scenario.setting.start_year) * 12).astype(int)

    @cached_property
    def asked(self) -> np.ndarray:
        """How many schools each survey asked."""
        return np.array([survey.of for survey in self.surveys])

    @cached_property
    def survey_units(self) -> np.ndarray:
        """The step that each survey's share was rounded to."""
        return np.array([survey.unit for survey in self.surveys])

    @cached_property
    def survey_values(self) -> np.ndarray:
        """What each survey found."""
        return np.array([survey.value for survey in self.surveys])

    def years(self) -> np.ndarray:
        """Return the calendar year of each simulated month."""
        return self.scenario.setting.start_year + np.arange(self.last_month + 1) / 12


@dataclass(frozen=True)
class Unknown:
    """A parameter to be fitted. `target` is the place of its case, None for one that all cases share."""

    name: str
    key: str
    target: int | None
    prior: Prior


@dataclass(frozen=True)
class Problem:
    """Targets and unknowns. Draws are (draws, unknowns), in the order of `unknowns`."""

    targets: tuple[Target, ...]
    unknowns: tuple[Unknown, ...]

    @cached_property
    def names(self) -> list[str]:
        """Names of the unknowns; with several cases those of one case begin with it."""
        return [unknown.name for unknown in self.unknowns]

    def values(self, z: np.ndarray) -> np.ndarray:
        """Return parameters from their prior's normal scores: 0 is the median, 1 a standard deviation."""
        from scipy.special import ndtr

        columns = [unknown.prior.values(ndtr(z[:, k])) for k, unknown in enumerate(self.unknowns)]
        return np.column_stack(columns)

    def scenario(self, target: int, values: np.ndarray) -> Scenario:
        """Return the scenario of a case with one draw of the parameters."""
        base = self.targets[target]
        changes: dict[str, Any] = {}
        for unknown, value in zip(self.unknowns, values, strict=True):
            if unknown.target not in (None, target) or unknown.key in (REPORTING_ERROR, SHARE_ERROR):
                continue
            if unknown.key == BUDGETS:
                changes["funders"] = with_budgets(base.scenario, float(value))
            else:
                changes[unknown.key] = float(value) * (base.smaller if unknown.key == TRAINERS else 1.0)
        return base.scenario.replace(changes)

    def errors_of_reports(self, values: np.ndarray, target: int) -> np.ndarray:
        """Return the error of a case's reports in each draw: (draws,)."""
        return self._of_case(REPORTING_ERROR, values, target)

    def errors_of_shares(self, values: np.ndarray, target: int) -> np.ndarray:
        """Return the error of what surveys of a case found in each draw: (draws,)."""
        return self._of_case(SHARE_ERROR, values, target)

    def _of_case(self, key: str, values: np.ndarray, target: int) -> np.ndarray:
        for k, unknown in enumerate(self.unknowns):
            if unknown.key == key and unknown.target == target:
                return values[:, k]
        raise FitError(f"{self.targets[target].series.name}: {key} is not among the unknowns")


def data_of(scenario: Scenario, marks: str = "AB") -> tuple[Series, tuple[Survey, ...]]:
    """Return the points and the surveys of a scenario's case. Raises FitError or CaseError in one line."""
    if not scenario.case:
        raise FitError(f"{scenario.name} has no case to fit: give it case and case_metric")
    case = load_case(scenario.case, marks)
    surveys = surveys_of(case)
    return series_of(case, scenario.case_metric, fewest_points(surveys)), surveys


def fewest_points(surveys: Sequence[Survey]) -> int:
    """Return how many points a series has to have beside so many surveys."""
    return FEWEST - 1 if surveys else FEWEST


def target_of(scenario: Scenario, series: Series | None = None, surveys: Sequence[Survey] = ()) -> Target:
    """Return a scenario with its case, or with a series and surveys of one's own, as a target. Raises FitError or CaseError in one line."""
    if series is None:
        series, surveys = data_of(scenario)
    scenario = settled(scenario)
    if series.metric not in COUNTED_AS:
        raise FitError(
            f"{series.name}: the model does not count {series.metric}: it counts {', '.join(COUNTED_AS)}"
        )
    months = np.round((series.years - scenario.setting.start_year) * 12).astype(int)
    chosen = (months >= 1) & (months < scenario.months)
    if chosen.sum() < FEWEST - 1:
        raise FitError(
            f"{series.name}: {chosen.sum()} points after the start of {scenario.name}: a fit needs {FEWEST - 1} or more"
        )
    check(series, fewest_points(surveys))
    kept = slice(int(np.flatnonzero(chosen)[0]), int(np.flatnonzero(chosen)[-1]) + 1)
    outcome = series.outcome or COUNTED_AS[series.metric]
    check_surveys(scenario, surveys)
    fitted, smaller = for_fitting(scenario, MOST_TEACHERS_SURVEYED if surveys else MOST_TEACHERS)
    factor = float(scenario.setting.districts) if outcome == "reach_districts" else 1 / smaller
    largest = series.values.max()
    if outcome in OF_SCHOOLS and largest > scenario.setting.schools:
        raise FitError(
            f"{series.name}: {largest:,g} is more than the {scenario.setting.schools:,} schools of {scenario.name}"
        )
    return Target(
        scenario,
        fitted,
        smaller,
        series.part(kept.start, kept.stop),
        months[kept],
        outcome,
        factor,
        tuple(surveys),
    )


def check_surveys(scenario: Scenario, surveys: Sequence[Survey]) -> None:
    """Raise FitError for a survey of a month that a run does not have, or before any school was followed for long enough."""
    start = scenario.setting.start_year
    for survey in surveys:
        first = start + survey.within + (scenario.programme.start_month + 1) / 12
        last = start + (LONGEST - 1) / 12
        if not first <= survey.year <= last:
            raise FitError(
                f"{survey.case}: {survey.metric} in {survey.year:g}: {scenario.name} begins in {start:g}: allowed is {first:.1f} to {last:.1f}"
            )


def problem_of(
    targets: Sequence[Target],
    behaviour: Sequence[str] | None = None,
    overrides: Mapping[str, Prior] | None = None,
    leave_out: Sequence[str] = (),
) -> Problem:
    """Return the problem of fitting targets: `behaviour` is shared by all, the rollout is each case's own.

    Parameters
    ----------
    targets : one case or several.
    behaviour : parameters shared by all cases, short or dotted names; by default those that move reach, and fidelity where a survey found it.
    overrides : priors by dotted name that stand in place of the usual ones.
    leave_out : local parameters that stay as they are in the scenario.
    """
    given = dict(overrides or {})
    unknowns = []
    for name in usual_behaviour(targets) if behaviour is None else behaviour:
        about = find(name)
        if about is None:
            raise PriorError(f"there is no parameter {name!r} to fit")
        dotted = about.dotted
        unknowns.append(Unknown(dotted, dotted, None, given.get(dotted) or prior_of(dotted)))
    for k, target in enumerate(targets):
        prefix = f"{target.series.case}: " if len(targets) > 1 else ""
        for key, prior in local_priors(target.whole, bool(target.surveys)).items():
            if key not in leave_out:
                unknowns.append(Unknown(f"{prefix}{key}", key, k, given.get(key) or prior))
    known = {unknown.key for unknown in unknowns}
    for name in given:
        if name not in known:
            raise PriorError(f"a prior is given for {name}, which is not fitted.{suggestion(name, known)}")
    return Problem(tuple(targets), tuple(unknowns))


def usual_behaviour(targets: Sequence[Target]) -> tuple[str, ...]:
    """Return the behaviour that is fitted by default."""
    fidelity = any(not survey.within for target in targets for survey in target.surveys)
    return (*BEHAVIOUR, *OF_FIDELITY) if fidelity else BEHAVIOUR


def preset_of(case: str) -> Scenario:
    """Return the preset of a case, by the name of either. Raises FitError where there is none."""
    if case in preset_names():
        return Scenario.preset(case)
    presets = {Scenario.preset(name).case: name for name in preset_names()}
    presets.pop("", None)
    key = case.replace("-", "_")
    if key in presets:
        return Scenario.preset(presets[key])
    raise FitError(
        f"no scenario of the package goes with {case!r}: there are {', '.join(sorted(presets))}; or give a case file (.toml)."
        f"{suggestion(key, presets)}"
    )
