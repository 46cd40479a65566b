"""Captions say what a band or an interval holds: nothing shows chance as if it were all that is not known."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

import ml_abm
from ml_abm import Scenario, simulate
from ml_abm.calibration.uncertain import HOLDS
from ml_abm.experiments.analysis.comparison import comparison
from ml_abm.experiments.analysis.effects import effects
from ml_abm.experiments.analysis.stochastic import over_draws
from ml_abm.report.beside import compared, figure
from ml_abm.report.figures import overview
from tests.analysis.made import made

DOCS = Path(__file__).parents[2] / "docs"
TEXTS = Path(ml_abm.__file__).parent / "viz" / "texts"
SMALL = Scenario().replace({"districts": 2, "schools": 8, "pilot_schools": 2, "pilot_districts": 1})


@pytest.mark.parametrize("page", sorted((DOCS / "findings").glob("*-*.md")), ids=lambda path: path.stem)
def test_every_finding_says_what_its_intervals_hold(page):
    assert f"An interval holds {HOLDS}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "says"), [("en", "evidence and assumption"), ("es", "evidencia y supuestos")]
)
def test_the_live_view_says_what_its_bands_and_intervals_hold(language, says):
    texts = tomllib.loads((TEXTS / f"{language}.toml").read_text(encoding="utf-8"))
    for text in (texts["compare"]["one_about"], texts["compare"]["two_about"], texts["fit"]["chance_about"]):
        assert says in text


def test_pictures_of_runs_say_it():
    trace = simulate(SMALL, 6, seed=[1, 2])
    assert HOLDS in overview(trace, SMALL, HOLDS).get_supxlabel()
    assert HOLDS in figure(trace, trace, SMALL, {"tool_hours": 1.0}, HOLDS).get_supxlabel()


@pytest.fixture
def drawn():
    """Return an experiment whose replicates have draws: two scenarios at two points, 41 replicates."""
    points = [{"innovation.tool_hours": x} for x in (0.0, 3.0)]

    def truth(point, scenario, z):
        gain = (0.1 + 0.05 * z[0]) * (scenario == "more")
        return {"adoption": 0.3 + 0.02 * point["innovation.tool_hours"] + gain}

    noise = np.array([np.random.default_rng([1, r]).standard_normal(64)[0] * 0.05 for r in range(41)])
    return noise, made(truth, points, design="grid", scenarios=("base", "more"), replicates=41, draws=True)


def test_differences_of_a_study_hold_most_of_the_draws(drawn):
    noise, experiment = drawn
    found = comparison(experiment)
    row = found.table.iloc[0]
    # 41 draws: 2.5% of the way is exactly the second
    ordered = np.sort(0.1 + noise)
    assert (row["low"], row["high"]) == pytest.approx((ordered[1], ordered[-2]))
    assert HOLDS in found.sentence
    assert f"replicates, {HOLDS}" in " ".join(found.figure().get_supxlabel().split())
    assert HOLDS in effects(experiment, scenario="more").sentence


def test_the_middle_of_draws_is_where_it_lies():
    mean, low, high = over_draws(np.arange(41.0))
    assert (mean, low, high) == pytest.approx((20, 1, 39))


def test_what_a_change_changes_is_paired_by_run():
    a, b = (simulate(SMALL.replace(change), 12, seed=[3, 4]) for change in ({}, {"tool_hours": 4.0}))
    found = {one.outcome: one for one in compared(a, b)}["adoption"]
    ends = [trace.system.adoption.unstack("seed").iloc[-1].to_numpy() for trace in (a, b)]
    apart = np.sort(ends[1] - ends[0])
    # two pairs: the middle 90% ends a twentieth of the way from each
    width = apart[1] - apart[0]
    assert (found.mean, found.low, found.high) == pytest.approx(
        (apart.mean(), apart[0] + 0.05 * width, apart[1] - 0.05 * width)
    )
    money = {one.outcome: one for one in compared(a, b)}["spending"]
    assert money.as_it_is == pytest.approx(a.system.spending.groupby("seed").sum().mean())
