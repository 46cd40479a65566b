"""Every analysis draws a figure of one page's width that can be saved, also at the edges: one scenario, one factor, few replicates."""

from io import BytesIO

import pytest

from ml_abm.experiments.analysis import OPTIONS, VERBS, analyse
from ml_abm.look import WIDTH
from tests.analysis.made import Factor, grid, made, scattered

ROLES = {"programme.mandate": "lever", "innovation.tool_hours": "lever"}


def world(point, scenario, z):
    good = 0.2 + 0.3 * point.get("programme.mandate", 0.5) - 0.2 * point.get("setting.grade_rotation", 0.5)
    good += 0.1 * (scenario == "more") + 0.03 * z[0] + 0.01 * z[1 + (scenario == "more")]
    return {"adoption": good, "learning_sd": good / 5, "spending": 1e5 * (1 + good), "strain": 0.4 - good / 2}


LEVERS = made(
    world,
    grid(
        **{
            "programme.mandate": [0, 0.5, 1],
            "innovation.tool_hours": [0, 2],
            "setting.grade_rotation": [0, 0.5],
        }
    ),
    design="grid",
    roles=ROLES,
    scenarios=("base", "more"),
)
FUTURES = made(
    world,
    scattered(70, ["programme.mandate", "setting.grade_rotation"]),
    design="latin-hypercube",
    factors={"programme.mandate": Factor(), "setting.grade_rotation": Factor()},
    scenarios=("base", "more"),
)
ONE = made(world, grid(**{"programme.mandate": [0.0, 1.0]}), roles=ROLES, replicates=3)
ASKED = [
    ("effects", LEVERS, {}),
    ("effects", FUTURES, {"outcome": "learning_sd"}),
    ("effects", ONE, {}),
    ("sensitivity", FUTURES, {}),
    ("comparison", FUTURES, {}),
    ("comparison", LEVERS, {"outcome": "learning_sd"}),
    ("discovery", FUTURES, {"thresholds": {"adoption": 0.25}}),
    ("discovery", FUTURES, {"thresholds": {"adoption": 0.25, "strain": 0.3}, "depth": 1}),
    ("robustness", LEVERS, {"thresholds": {"adoption": 0.3}}),
    ("robustness", FUTURES, {}),
    ("robustness", ONE, {}),
    ("frontier", LEVERS, {}),
    ("frontier", ONE, {"outcome": "learning_sd"}),
    ("convergence", FUTURES, {}),
    ("convergence", ONE, {"outcome": "learning_sd"}),
]


@pytest.mark.parametrize(("verb", "experiment", "options"), ASKED)
def test_every_analysis_has_a_title_a_sentence_a_table_and_a_figure(verb, experiment, options):
    analysis = analyse(experiment, verb, options)
    assert "\n" not in analysis.title
    assert analysis.sentence.endswith(".")
    assert len(analysis.table)
    figure = analysis.figure()
    assert figure.get_size_inches()[0] == WIDTH
    figure.savefig(BytesIO(), format="png", dpi=40)


def test_every_verb_is_drawn_here_and_every_option_is_declared():
    assert {verb for verb, _, _ in ASKED} == set(VERBS)
    assert {name for verb in VERBS.values() for name in verb.options} == set(OPTIONS)
