"""The presets hold to the real programmes that they reconstruct: their case, the form of their file, their reach.

What every scenario file must keep is tested in `test_scenario.py`. The table of reach in docs/presets.md is renewed
with ``python -m tests.unit.test_presets``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ml_abm.parameters import SECTIONS
from ml_abm.scenario import Funder, Scenario, preset_names, preset_text
from ml_abm.simulation import simulate

if TYPE_CHECKING:
    import pandas as pd

REAL = sorted(set(preset_names()) - {"base"})
QUICK = ["bridge-kenya", "liberia-egra", "read-india", "sat-honduras"]  # a run takes a fraction of a second
PAGE = Path(__file__).parents[2] / "docs" / "presets.md"
ABOVE, BELOW = "<!-- the table of reach -->\n", "\n## The presets\n"
SEEDS = range(10)


# --- the form of a file -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_survives_being_written_and_read(name: str) -> None:
    scenario = Scenario.preset(name)
    assert Scenario.from_values(tomllib.loads(scenario.to_toml())) == scenario
    assert (scenario.name, scenario.sentence != "", scenario.title != "") == (name, True, True)
    assert scenario.sourced
    assert scenario.assumed


def test_the_base_is_the_default() -> None:
    words = {"sourced", "assumed", "endgame"}  # an endgame changes no run
    assert Scenario.preset("base").model_dump(exclude=words) == Scenario().model_dump(exclude=words)


@pytest.mark.parametrize("name", REAL)
def test_a_preset_writes_only_what_differs_from_the_defaults(name: str) -> None:
    written, defaults = tomllib.loads(preset_text(name)), Scenario()
    for section in SECTIONS:
        for key, value in written.get(section, {}).items():
            assert value != getattr(getattr(defaults, section), key), f"{section}.{key}"
    for funder in written["funders"]:
        for key, value in funder.items():
            assert key in ("name", "stage") or value != Funder.model_fields[key].default, (
                f"{funder['name']}.{key}"
            )


@pytest.mark.parametrize("name", REAL)
def test_every_number_of_a_preset_has_a_comment(name: str) -> None:
    bare = [line for line in preset_text(name).partition("\n[setting]")[2].splitlines() if is_bare(line)]
    assert bare == []


def is_bare(line: str) -> bool:
    key, equals, value = line.partition(" = ")
    return bool(equals) and "#" not in value and key not in ("name", "stage", "public", "says", "month")


# --- what is shared by all, and what is told of each ------------------------------------------------------------------


@pytest.mark.parametrize("name", REAL)
def test_no_preset_changes_how_people_respond(name: str) -> None:
    scenario = Scenario.preset(name)
    assert scenario.behaviour == Scenario().behaviour
    changed = {key.split(".")[0] for event in scenario.timeline for key in (*event.set, *event.scale)}
    assert changed <= {"programme", "setting"}


@pytest.mark.parametrize("name", REAL)
def test_a_preset_says_that_its_reach_was_fitted(name: str) -> None:
    assert any("a reconstruction, not a prediction" in says for says in Scenario.preset(name).assumed)


@pytest.mark.parametrize("name", REAL)
def test_a_preset_names_a_case_that_the_model_can_be_compared_with(name: str) -> None:
    pytest.importorskip("pandas")
    from ml_abm.report.observed import COUNTED_AS, observed

    scenario = Scenario.preset(name)
    points = observed(scenario)
    assert points is not None
    assert len(points) >= 1
    assert scenario.case_metric in COUNTED_AS
    seen = points[points.confidence == "A"]
    assert seen.value.max() <= largest(scenario)


def largest(scenario: Scenario) -> float:
    """Return how much of what its case counts a scenario can reach, with a little over."""
    if scenario.case_metric == "districts":
        return scenario.setting.districts
    targets = [event.set.get("programme.target_share", 0) for event in scenario.timeline]
    return 1.05 * max(scenario.programme.target_share, *targets, 0) * scenario.setting.schools


# --- reach ------------------------------------------------------------------------------------------------------------


@cache
def reach(name: str, seeds: int) -> pd.DataFrame:
    """Return the case's points (marks A and B) with the model's median and its 10th and 90th percentile."""
    from ml_abm.report.observed import counted, observed

    scenario = Scenario.preset(name)
    points = observed(scenario)
    assert points is not None
    runs = counted(scenario, simulate(scenario, seed=range(seeds), workers=2).system).unstack("seed")
    there = runs.loc[points.month.to_numpy()]
    return points.assign(
        model=there.median(axis=1).to_numpy(),
        low=there.quantile(0.1, axis=1).to_numpy(),
        high=there.quantile(0.9, axis=1).to_numpy(),
    )


def off(points: pd.DataFrame) -> list[float]:
    """Return how far the model's median is off, as shares, where there was something to count."""
    some = points[points.value > 0]
    return list((some.model / some.value - 1).abs())


def test_catch_up_passes_through_its_counts() -> None:
    pytest.importorskip("pandas")
    points = reach("catch-up-zambia", 6)
    assert list(points.value) == [80, 1800, 4894]
    assert max(off(points)) < 0.25


@pytest.mark.parametrize("name", QUICK)
def test_a_quick_preset_passes_through_its_counts(name: str) -> None:
    pytest.importorskip("pandas")
    assert max(off(reach(name, 6))) < 0.25


def test_new_mathematics_spreads_between_superintendents_as_it_did() -> None:
    pytest.importorskip("pandas")
    points = reach("new-math-allegheny", 20)
    assert list(points.value) == [1, 5, 15, 27, 35, 38]
    assert max((points.model - points.value).abs()) <= 5  # districts


def test_the_superintendents_network_matters_in_new_mathematics() -> None:
    scenario = Scenario.preset("new-math-allegheny")
    alone = scenario.replace({"joining_of_peers": 0})
    after = [
        simulate(s, 48, range(10)).system.reach_districts.xs(47, level="month").mean()
        for s in (alone, scenario)
    ]
    assert after[1] > after[0] + 0.1


# --- the table of reach in docs/presets.md ----------------------------------------------------------------------------


def test_the_page_compares_reach_for_every_preset() -> None:
    table = PAGE.read_text(encoding="utf-8").partition(ABOVE)[2].partition(BELOW)[0]
    assert [name for name in REAL if f"| `{name}` |" not in table] == []


def table_of_reach() -> str:
    rows = [
        "| preset | year | counted | model | 80% of runs | off |",
        "|---|---|---|---|---|---|",
    ]
    for name in REAL:
        for point in reach(name, len(SEEDS)).itertuples():
            share = f"{point.model / point.value - 1:+.0%}" if point.value else ""
            rows.append(
                f"| `{name}` | {point.year:.1f} | {point.value:,.0f} ({point.confidence}) | {point.model:,.0f} | "
                f"{point.low:,.0f} to {point.high:,.0f} | {share} |"
            )
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    above, rest = text.partition(ABOVE)[0], text.partition(BELOW)[2]
    PAGE.write_text(above + ABOVE + "\n" + table_of_reach() + BELOW + rest, encoding="utf-8")
