"""The pilot's schools are taken from as many districts as the scenario says, one of each in turn."""

from collections import Counter

import numpy as np
import pytest

from ml_abm.scenario import Scenario
from ml_abm.system import build
from ml_abm.tables import NEVER

SEEDS = range(1, 6)


def pilot_of(seed, **changes):
    """Return a system at month 0, how many of its pilot's schools are in each district, and the districts that joined."""
    system = build(Scenario().replace({"schools": 120, "districts": 6, **changes}), seed)
    enrolled = system.schools["enrolled_month"] != NEVER
    inside = Counter(system.schools["district"][enrolled].tolist())
    joined = set(np.flatnonzero(system.districts["joined_month"] != NEVER).tolist())
    return system, inside, joined


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("districts", [1, 2, 3, 6])
def test_each_pilot_district_has_as_many_schools_as_the_others(seed, districts):
    """Six schools for each of some districts, of 20 schools each."""
    system, inside, joined = pilot_of(
        seed, pilot_schools=6 * districts, pilot_districts=districts, school_size_spread=0.0
    )
    assert system.districts["schools"].tolist() == [20] * 6
    assert set(inside) == joined
    assert sorted(inside.values()) == [6] * districts


@pytest.mark.parametrize("seed", SEEDS)
def test_schools_that_do_not_share_out_evenly_differ_by_one(seed):
    _, inside, _ = pilot_of(seed, pilot_schools=8, pilot_districts=3, school_size_spread=0.0)
    assert sorted(inside.values()) == [2, 3, 3]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_district_that_has_no_more_schools_leaves_its_turn_to_the_others(seed):
    """All but one school of 12 in 3 districts: it is one of the largest district that is left out."""
    system, inside, joined = pilot_of(seed, schools=12, districts=3, pilot_schools=11, pilot_districts=3)
    sizes = system.districts["schools"]
    left_out = {d: int(sizes[d]) - inside[d] for d in joined}
    assert sum(left_out.values()) == 1
    assert all(sizes[d] == sizes.max() for d in joined if left_out[d])


@pytest.mark.parametrize("seed", SEEDS)
def test_more_districts_join_only_where_the_pilots_own_have_too_few_schools(seed):
    system, inside, joined = pilot_of(seed, pilot_schools=60, pilot_districts=1)
    sizes = system.districts["schools"]
    assert inside.total() == 60
    assert sizes[sorted(joined)].sum() >= 60
    assert len(joined) > 1
    # without the last one to join they would be too few
    assert sizes[sorted(joined)].sum() - sizes[sorted(joined)].max() < 60


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("aim", "sign"), [(2.0, 1), (-2.0, -1)])
def test_a_programme_that_aims_at_some_schools_begins_in_those_of_its_districts(seed, aim, sign):
    system, _, joined = pilot_of(seed, pilot_schools=10, pilot_districts=3, aim_at_disadvantaged=aim)
    schools = system.schools
    there = np.isin(schools["district"], sorted(joined))
    chosen = schools["enrolled_month"] != NEVER
    sought = sign * schools["disadvantage"]
    assert len(joined) == 3
    assert sought[chosen].min() >= sought[there & ~chosen].max()


def test_chance_decides_which_districts_the_pilot_is_in():
    found = {tuple(sorted(pilot_of(seed, pilot_schools=6, pilot_districts=2)[2])) for seed in range(12)}
    assert len(found) > 3


def test_with_real_ties_between_districts_the_first_of_them_are_the_pilot():
    for seed in SEEDS:
        _, inside, joined = pilot_of(
            seed, network="modmath", schools=190, districts=38, pilot_schools=6, pilot_districts=3
        )
        assert joined == {0, 1, 2}
        assert all(inside[d] >= 1 for d in joined)


def test_without_a_pilot_nobody_joins_at_the_start():
    _, inside, joined = pilot_of(1, pilot_schools=0, pilot_districts=0)
    assert not inside
    assert not joined
