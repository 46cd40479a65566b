"""The school system at month 0: districts > schools > teachers, champions and funders, from a scenario and a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import parameters
from ..draws import Decision, normals, uniforms
from ..errors import ListError
from ..lists.headings import SCHOOL_STATES, TEACHER_STATES
from ..mechanisms.chance import log_monthly_stay
from ..mechanisms.turnover import spread_around
from ..networks.edges import TieReport
from ..networks.graph import SCHOOLS_AT_A_TIME
from ..networks.real_ties import real_ties
from ..networks.ties import tie_districts, tie_teachers, ties_read
from ..scenario import Scenario
from ..tables import (
    NEVER,
    Champion,
    District,
    Funder,
    FunderStage,
    Programme,
    School,
    SchoolSystem,
    Teacher,
    allocate,
)
from .people import N_QUANTILES, normal_quantiles, settle_people
from .settled import settled

if TYPE_CHECKING:
    import pandas as pd

    from ..lists.school_list import SchoolList

# Chance that remoteness is the disadvantage of a school itself and not a draw of its own: remote schools are often poor (assumed).
REMOTE_AND_POOR = 0.5


def build(scenario: Scenario, seed: int, ties: Mapping[str, Any] | None = None) -> SchoolSystem:
    """Return the tables at month 0; the same scenario and seed give the same bits.

    `ties` are graphs or tables of real ties between "teachers", "schools" or "districts", in place of the scenario's; or a `TieSource`
    that says more of one.
    """
    real = real_ties(scenario, ties)
    schools = build_schools(scenario, seed)
    thresholds = beta_quantiles(scenario.behaviour.threshold_mean, scenario.behaviour.threshold_sd).copy()
    districts = build_districts(scenario, seed, schools, thresholds)
    choose_pilot(scenario, seed, schools, districts)
    teachers = build_teachers(scenario, seed, schools, thresholds)
    programme = build_programme(scenario, seed, schools, teachers)
    teacher_ties = tie_teachers(scenario, seed, teachers, schools, districts, real)
    return SchoolSystem(
        teachers=teachers,
        schools=schools,
        districts=districts,
        champions=build_champions(scenario, seed),
        funders=build_funders(scenario),
        programme=programme,
        visible=np.zeros((2, len(teachers)), np.uint8),
        teacher_ties=teacher_ties,
        district_ties=tie_districts(scenario, seed, real),
        thresholds=thresholds,
        traits=normal_quantiles().copy(),
    )


def build_schools(scenario: Scenario, seed: int) -> np.ndarray:
    """Return schools without the programme: those of the list, or generated ones, with what the list does not say drawn."""
    setting = scenario.setting
    n = setting.schools
    schools = allocate(School, n)
    listed = list_of(scenario)
    if listed:
        place_listed(schools, listed, setting.pupils_per_teacher)
    else:
        place_generated(schools, scenario, seed)
    staff = schools["staff"].astype(np.int64)
    schools["first_teacher"] = np.cumsum(staff) - staff
    schools["enrolled_month"] = NEVER
    schools["left_month"] = NEVER
    schools["leadership"] = around(
        seed, Decision.LEADERSHIP, n, setting.principal_support, setting.principal_spread
    )
    schools["mismatch"] = around(seed, Decision.MISMATCH, n, setting.context_mismatch, setting.context_spread)
    schools["community"] = scenario.behaviour.community_base
    disadvantage = around(seed, Decision.DISADVANTAGE, n, 0.5, setting.disadvantage_spread / 2)
    own = around(seed, Decision.REMOTENESS, n, 0.5, setting.disadvantage_spread / 2)
    poor_too = uniforms(seed, Decision.REMOTENESS, n, month=1) < REMOTE_AND_POOR
    schools["disadvantage"] = disadvantage
    schools["remoteness"] = np.where(poor_too, disadvantage, own)
    if listed:
        set_stated(schools, listed.schools, SCHOOL_STATES)
    schools["principal"] = schools["leadership"]
    schools["quintile"] = fifths(schools["disadvantage"])
    return schools


def fifths(disadvantage: np.ndarray) -> np.ndarray:
    """Return the fifth of each school by rank, 1 the least disadvantaged: uint8 (n_schools,). Ties go in row order."""
    rank = np.empty(len(disadvantage), np.int64)
    rank[np.argsort(disadvantage, kind="stable")] = np.arange(len(disadvantage))
    return (1 + rank * 5 // len(disadvantage)).astype(np.uint8)


def list_of(scenario: Scenario) -> SchoolList | None:
    """Return the list of schools of a scenario that has one."""
    if not scenario.system.schools:
        return None
    from ..lists.school_list import school_list

    return school_list(scenario.system)


def place_generated(schools: np.ndarray, scenario: Scenario, seed: int) -> None:
    """Give schools lognormal sizes, and share them out over districts of lognormal sizes."""
    setting = scenario.setting
    sizes = lognormal(seed, Decision.SCHOOL_SIZE, len(schools), setting.school_size_spread)
    schools["staff"] = np.maximum(1, np.rint(setting.teachers_per_school * sizes))
    schools["district"] = np.repeat(np.arange(setting.districts), schools_per_district(scenario, seed))
    schools["pupils"] = schools["staff"] * setting.pupils_per_teacher


def place_listed(schools: np.ndarray, listed: SchoolList, pupils_per_teacher: float) -> None:
    """Give schools the sizes and districts of a list. Raises ListError if it is another list than the scenario was settled with."""
    if len(listed.schools) != len(schools):
        raise ListError("the list of schools has changed since the scenario was settled: begin again")
    schools["staff"] = listed.schools["teachers"]
    schools["district"] = listed.district
    pupils = listed.schools["pupils"].to_numpy()
    schools["pupils"] = np.where(np.isnan(pupils), schools["staff"] * pupils_per_teacher, pupils)


def set_stated(table: np.ndarray, stated: pd.DataFrame, states: Sequence[str]) -> None:
    """Set the states that a list gives; where a cell is blank, what was drawn stays."""
    for name in states:
        if name in stated:
            values = stated[name].to_numpy()
            table[name] = np.where(np.isnan(values), table[name], values)


def schools_per_district(scenario: Scenario, seed: int) -> np.ndarray:
    """Return how many schools each district has, at least one: int64 (n_districts,)."""
    setting = scenario.setting
    weights = lognormal(seed, Decision.DISTRICT_SIZE, setting.districts, setting.school_size_spread)
    rest = setting.schools - setting.districts
    exact = rest * weights / weights.sum()
    counts = 1 + np.floor(exact).astype(np.int64)
    missing = setting.schools - counts.sum()
    counts[np.argsort(np.floor(exact) - exact, kind="stable")[:missing]] += 1
    return counts


def build_districts(scenario: Scenario, seed: int, schools: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return districts with their leaders' openness and their own capacity."""
    setting = scenario.setting
    n = setting.districts
    districts = allocate(District, n)
    districts["schools"] = np.bincount(schools["district"], minlength=n)
    districts["first_school"] = np.cumsum(districts["schools"]) - districts["schools"]
    districts["joined_month"] = NEVER
    draws = uniforms(seed, Decision.DISTRICT_THRESHOLD, n)
    districts["threshold"] = thresholds[(draws * len(thresholds)).astype(np.int64)]
    districts["openness"] = around(
        seed, Decision.OPENNESS, n, setting.policy_openness, setting.openness_spread
    )
    districts["capacity"] = around(
        seed, Decision.DISTRICT_CAPACITY, n, setting.government_capacity, setting.capacity_spread
    )
    districts["leader_months"] = months_in_office(seed, n, setting.district_leader_turnover)
    districts["data_quality"] = scenario.behaviour.data_base
    return districts


def months_in_office(seed: int, n: int, turnover: float) -> np.ndarray:
    """Return months since each leader came, geometric as turnover leaves them: int64 (n,); leaders of 50 years where none ever leaves."""
    longest = 600
    if turnover < 1e-9:  # so few leave that none would be found to have come within them
        return np.full(n, longest)
    stays = np.log1p(-uniforms(seed, Decision.LEADER_TENURE, n)) / log_monthly_stay.py_func(turnover)
    return np.minimum(stays, longest).astype(np.int64)


def choose_pilot(scenario: Scenario, seed: int, schools: np.ndarray, districts: np.ndarray) -> None:
    """Mark the pilot's districts and schools for the start month.

    With a real network the first rows are the pilot (the first adopter is seeded from outside); otherwise chance decides. A programme
    that aims at the disadvantaged, or at the easy to reach, begins in the schools that it seeks.
    """
    plan, begins = scenario.programme, pilot_month(scenario)
    if plan.pilot_schools == 0:
        return
    lots = uniforms(seed, Decision.PILOT_SCHOOL, len(districts))
    order = np.arange(len(lots)) if scenario.network else np.argsort(lots, kind="stable")
    chosen = order[: plan.pilot_districts]
    for extra in order[plan.pilot_districts :]:
        if districts["schools"][chosen].sum() >= plan.pilot_schools:
            break
        chosen = np.append(chosen, extra)
    districts["joined_month"][chosen] = begins
    # one school of each pilot district in turn, until there are enough
    inside = np.concatenate(
        [districts["first_school"][d] + np.arange(districts["schools"][d]) for d in chosen]
    )
    turn = inside - districts["first_school"][schools["district"][inside]]
    if plan.aim_at_disadvantaged != 0:
        turn = -np.sign(plan.aim_at_disadvantaged) * schools["disadvantage"][inside]
    pilot = inside[np.argsort(turn, kind="stable")[: plan.pilot_schools]]
    schools["enrolled_month"][pilot] = begins


def pilot_month(scenario: Scenario) -> int:
    """Return the month in which the pilot begins: after the months of design with teachers that participation takes."""
    design, plan = scenario.innovation, scenario.programme
    return plan.start_month + round(design.design_months * design.participatory_design)


def build_programme(scenario: Scenario, seed: int, schools: np.ndarray, teachers: np.ndarray) -> np.ndarray:
    """Return the programme before it begins; people take their posts, and their exhaustion is what turnover compares with."""
    programme = allocate(Programme, 1)
    programme["pilot_month"] = pilot_month(scenario)
    settle(scenario, seed, schools, teachers)
    strain = teachers["strain"].astype(np.float64)
    programme["strain_mean"], programme["strain_sd"] = strain.mean(), strain.std()
    return programme


def settle(scenario: Scenario, seed: int, schools: np.ndarray, teachers: np.ndarray) -> None:
    """Draw the people of all posts; what a list of teachers states goes before what is drawn."""
    settle_people(teachers, schools, parameters.record(scenario.values()), seed, normal_quantiles())
    listed = list_of(scenario)
    if listed and listed.teachers is not None:
        set_stated(teachers, listed.teachers, TEACHER_STATES)


def build_teachers(scenario: Scenario, seed: int, schools: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Return posts whose teachers have not heard of it, with their weeks and thresholds.

    They are filled in some schools at a time, so that a very large system is not made twice over in columns of draws.
    """
    teachers = allocate(Teacher, int(schools["staff"].sum()))
    listed = list_of(scenario)
    posts = listed.teachers if listed else None
    for first in range(0, len(schools), SCHOOLS_AT_A_TIME):
        some = schools[first : first + SCHOOLS_AT_A_TIME]
        row = int(some["first_teacher"][0])
        theirs = teachers[row : row + int(some["staff"].sum())]
        stated = None if posts is None else posts.iloc[row : row + len(theirs)]
        fill_teachers(theirs, scenario, seed, row, some, thresholds, stated)
    return teachers


def fill_teachers(
    teachers: np.ndarray,
    scenario: Scenario,
    seed: int,
    row: int,
    schools: np.ndarray,
    thresholds: np.ndarray,
    stated: pd.DataFrame | None,
) -> None:
    """Fill in the teachers of some schools, who begin at `row`; what their list states goes before what is drawn."""
    setting, n = scenario.setting, len(teachers)
    draws = uniforms(seed, Decision.THRESHOLD, n, first=row)
    teachers["threshold"] = thresholds[(draws * len(thresholds)).astype(np.int64)]
    draws = uniforms(seed, Decision.WEEKLY_HOURS, n, first=row)
    hours = spread_around.py_func(setting.weekly_hours, setting.weekly_hours_spread, draws)
    if stated is not None and "weekly_hours" in stated:
        hours = np.where(stated["weekly_hours"].isna(), hours, stated["weekly_hours"])
    teachers["weekly_hours"] = np.maximum(hours, 0)


def build_champions(scenario: Scenario, seed: int) -> np.ndarray:
    """Return one seat per champion of the system, at least one, then one per district."""
    leadership = scenario.leadership
    at_top, n_districts = max(1, leadership.system_champions), scenario.setting.districts
    champions = allocate(Champion, at_top + n_districts)
    champions["district"][:at_top] = NEVER
    champions["district"][at_top:] = np.arange(n_districts)
    champions["active"][: leadership.system_champions] = 1
    lots = uniforms(seed, Decision.CHAMPION_AT_START, n_districts)
    champions["active"][at_top:] = lots < leadership.district_champions
    champions["capital"] = champions["active"] * leadership.champion_capital
    return champions


def build_funders(scenario: Scenario) -> np.ndarray:
    """Return the funders of a scenario, all waiting for their first month."""
    funders = allocate(Funder, len(scenario.funders))
    for k, funder in enumerate(scenario.funders):
        funders["stage"][k] = FunderStage[funder.stage.upper()]
        funders["public"][k] = funder.public
        funders["annual_budget"][k] = funder.annual_budget
        funders["first_month"][k] = funder.first_month
        funders["horizon"][k] = funder.horizon_months
        funders["flexible_share"][k] = funder.flexible_share
        funders["evidence_required"][k] = funder.evidence_required
        funders["renewal_odds"][k] = funder.renewal_odds
        funders["carry_over"][k] = funder.carry_over
        funders["by_results"][k] = funder.by_results
    return funders


def tie_reports(
    scenario: Scenario, seed: int = 1, ties: Mapping[str, Any] | None = None
) -> dict[str, TieReport]:
    """Return what was read of real ties and what was left out, by whom they are between; `ties` as in `build`."""
    scenario = settled(scenario)
    return ties_read(scenario, build_schools(scenario, seed), real_ties(scenario, ties))


def around(seed: int, decision: Decision, n: int, mean: float, spread: float, month: int = 0) -> np.ndarray:
    """Return n shares, uniform within mean +- spread and kept within 0..1."""
    return np.clip(spread_around.py_func(mean, spread, uniforms(seed, decision, n, month=month)), 0, 1)


def lognormal(seed: int, decision: Decision, n: int, spread: float) -> np.ndarray:
    """Return n positive numbers of mean 1 and log standard deviation `spread`."""
    return np.exp(spread * normals(seed, decision, n) - spread**2 / 2)


@cache  # the same in every run of a batch
def beta_quantiles(mean: float, sd: float) -> np.ndarray:
    """Return `N_QUANTILES` evenly spaced quantiles of the Beta distribution with this mean and sd: float64.

    By the trapezoid of its density on a fine grid, exact to about 1e-4, which spares the core a dependency on SciPy.
    """
    if sd <= 1e-9 or mean in (0.0, 1.0):
        return np.full(N_QUANTILES, mean)
    size = mean * (1 - mean) / sd**2 - 1
    edges = np.linspace(0, 1, 200_001)
    x = (edges[1:] + edges[:-1]) / 2
    log_density = (mean * size - 1) * np.log(x) + ((1 - mean) * size - 1) * np.log1p(-x)
    density = np.exp(log_density - log_density.max())
    below = np.cumsum(density)
    wanted = (np.arange(N_QUANTILES) + 0.5) / N_QUANTILES
    return np.interp(wanted, below / below[-1], x)
