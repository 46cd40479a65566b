"""A small study for every test, and one that lasts long enough to be killed."""

import pytest

from ml_abm import Scenario
from ml_abm.experiments import Study, run

TINY = Scenario().replace(
    {
        "name": "tiny",
        "districts": 2,
        "schools": 8,
        "pilot_schools": 2,
        "pilot_districts": 1,
        "design_months": 0,
        "months": 12,
    }
)


@pytest.fixture(scope="session")
def small() -> Study:
    """24 runs of a tiny system: 4 points, 2 scenarios, 3 replicates."""
    return Study(
        name="small",
        scenario=TINY,
        factors={"tool_hours": {"values": [0, 3]}, "setting.schools": {"values": [8, 10]}},
        scenarios=[{"name": "now"}, {"name": "helped", "set": {"community_mobilisation": 1.0}}],
        outcomes=["adoption", "fidelity", "spending"],
        replicates=3,
        seed=5,
    )


@pytest.fixture(scope="session")
def long() -> Study:
    """400 runs that take some seconds in all."""
    return Study(
        name="long",
        scenario=Scenario().replace({"schools": 250}),
        months=60,
        factors={"tool_hours": {"low": 0.0, "high": 3.0}, "added_hours": {"low": 1.0, "high": 6.0}},
        design="latin-hypercube",
        size=100,
        replicates=4,
    )


@pytest.fixture(scope="session")
def uninterrupted(long, tmp_path_factory):
    """The results of the long study when nothing happens."""
    return run(long, tmp_path_factory.mktemp("uninterrupted") / "long")


def same(one, other):
    """Say whether two experiments have the same tables, to the last bit."""
    return one.runs.equals(other.runs) and one.months.equals(other.months) and one.points.equals(other.points)
