"""A batch of Mesa's and a study give the same numbers to the last bit, at the end and in every month, on any Mesa."""

import pandas as pd
import pytest
from mesa.batchrunner import batch_run

from ml_abm import Scenario, SchoolSystemModel
from ml_abm.experiments import Study, run

MONTHS, TOOLS, SEEDS = 18, [0.0, 3.0], range(4, 7)
OUTCOMES = ("adoption", "fidelity", "strain", "spending", "institutionalisation")


@pytest.fixture(scope="module")
def mesas():
    """Every month of every run, as Mesa gives it, in the order of a study."""
    rows = batch_run(
        SchoolSystemModel,
        {"scenario": "base", "schools": 40, "months": MONTHS, "tool_hours": TOOLS, "rng": SEEDS},
        max_steps=MONTHS,
        data_collection_period=1,
        display_progress=False,
    )
    return pd.DataFrame(rows).sort_values(["tool_hours", "rng", "Step"], ignore_index=True)


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    study = Study(
        scenario=Scenario.preset("base").replace({"schools": 40}),
        factors={"tool_hours": {"values": TOOLS}},
        outcomes=OUTCOMES,
        months=MONTHS,
        replicates=len(SEEDS),
        seed=SEEDS[0],
        uncertainty="chance",
    )
    return run(study, tmp_path_factory.mktemp("batch") / "out")


def test_every_month_of_a_batch_is_that_of_the_study(mesas, ours):
    assert len(mesas) == len(ours.months) == len(TOOLS) * len(SEEDS) * MONTHS
    for name in OUTCOMES:
        assert (mesas[name].to_numpy() == ours.months[name].to_numpy()).all(), name


def test_the_end_of_a_batch_is_that_of_the_study(mesas, ours):
    last = mesas.groupby(["tool_hours", "rng"]).tail(1)
    assert last["tool_hours"].to_list() == ours.runs["innovation.tool_hours"].to_list()
    assert last["rng"].to_list() == ours.runs["seed"].to_list()
    assert (last[list(OUTCOMES)].to_numpy() == ours.runs[list(OUTCOMES)].to_numpy()).all()


def test_steps_of_mesa_are_months_of_a_study_counted_from_the_first(mesas, ours):
    counted = mesas["Step"] - mesas["Step"].min()
    assert (counted.to_numpy() == ours.months["month"].to_numpy()).all()
