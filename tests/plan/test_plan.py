"""A plan for one tiny real system: the front of brute force, the same bits after a kill, files that run, and bad input in one line."""

import itertools
import json

import numpy as np
import pytest

from ml_abm.cli import main
from ml_abm.errors import PlanError, ScenarioError
from ml_abm.plan import plan, planned
from ml_abm.plan.asked import asked
from ml_abm.plan.measures import OBJECTIVES, measured, to_minimise
from ml_abm.plan.planned import Size
from ml_abm.plan.runs import simulators
from ml_abm.report.plan_page import page, write
from ml_abm.scenario import Scenario

pytest.importorskip("pymoo")

FEW = ["more coaches", "ask less", "tools that save time"]
SIZE = Size(runs=400)


def small():
    year = int(Scenario.preset("base").setting.start_year) + 3
    goal = {
        "schools": 0.2,
        "fidelity": 0.3,
        "government_share": 0.0,
        "by_year": year,
        "sustained_years": 0,
        "teachers": 0.3,
    }
    return Scenario.preset("base").replace(
        {"schools": 30, "districts": 3, "pilot_schools": 6, "pilot_districts": 2, "endgame": goal}
    )


@pytest.fixture(scope="module")
def found():
    return plan(small(), levers=FEW, size=SIZE)


def test_the_front_of_a_real_system_is_that_of_brute_force():
    """Every package of two levers at three months, in all draws, against the front of the search, where racing leaves all in."""
    what = asked(small(), levers=FEW[:2])
    with simulators(what, 1) as sized:
        simulator = sized(1000)
        packages = [what.choices.package(g) for g in itertools.product(range(4), repeat=2)]
        draws = planned.FEW[-1]
        means = {}
        for package in packages:
            values = measured(what, package, simulator.of([(package, d) for d in range(draws)]))
            means[package] = to_minimise(values, OBJECTIVES).mean(axis=0)
        best = {
            p for p, m in means.items()
            if not any((o <= m).all() and (o < m).any() for o in means.values())
        }  # fmt: skip
        search = planned.searched(what, simulator, Size(runs=1_000), 1, lambda *of: None)
    raced_out = {p for p in packages if len(search.tried[p]) < draws}
    assert set(search.front()) == best - raced_out
    assert all(
        any((means[o] <= means[p] + 1e-9).all() for o in search.front()) or p in best for p in raced_out
    )


def test_no_more_runs_are_made_than_allowed(found):
    """Each of the 10 finalists at most takes 8 draws; 7 packages of 5 levers take 49 variants in 4 draws; 400 - 80 - 196 are left to search."""
    assert (SIZE.final_draws, SIZE.added(5), SIZE.searched(5)) == (8, 196, 124)
    assert found.sizes.runs <= 400


def test_tables_agree_with_the_measures(found):
    rows = found.packages.set_index("name")
    for name, values in found.measured.items():
        assert rows.loc[name, "cost"] == pytest.approx(values["cost"].mean())
        assert rows.loc[name, "odds"] == values["odds"].mean()
        paid = found.tables["payers"].query("name == @name")["usd"].sum()
        assert paid == pytest.approx(values["cost"].mean())
        assert found.tables["years"].query("name == @name")["cost"].sum() == pytest.approx(
            values["cost"].mean()
        )


def test_a_stopped_search_goes_on_to_the_same_bits(found, tmp_path):
    class EnoughError(Exception):
        pass

    def stop(finished, most):
        if finished >= 100:
            raise EnoughError

    with pytest.raises(EnoughError):
        plan(small(), levers=FEW, size=SIZE, keep=tmp_path / "kept", on_progress=stop)
    assert list((tmp_path / "kept").glob("**/part-*.parquet"))
    again = plan(small(), levers=FEW, size=SIZE, keep=tmp_path / "kept")
    assert again.finalists == found.finalists
    for name, values in found.measured.items():
        assert all(np.array_equal(again.measured[name][key], v) for key, v in values.items())
    assert all(again.tables[name].equals(rows) for name, rows in found.tables.items())


def test_the_folder_has_a_page_and_scenarios_that_are_what_was_judged(found, tmp_path):
    write(found, tmp_path / "out")
    for name, package in found.finalists.items():
        made = Scenario.load(tmp_path / "out" / f"{name.replace(' ', '-')}.toml")
        assert made == found.scenario(name)
        assert bool(package) == (made.replace({"title": small().title}) != asked(small()).scenario)
    text = (tmp_path / "out" / "plan.html").read_text(encoding="utf-8")
    assert text == page(found)
    assert "http" not in text.replace("http://www.w3.org", "")
    assert json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))["best"] == found.best()


def test_the_command_prints_the_table_and_may_be_run_again(tmp_path, capsys):
    scenario = tmp_path / "small.toml"
    scenario.write_text(small().to_toml(), encoding="utf-8")
    words = [
        "plan",
        str(scenario),
        "--levers",
        ",".join(FEW),
        "--runs",
        "400",
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(words) == 0
    first = (tmp_path / "out" / "packages.csv").read_bytes()
    assert main(words) == 0
    assert (tmp_path / "out" / "packages.csv").read_bytes() == first
    assert "as it is" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({"levers": ["more coach"]}, "there is no lever 'more coach': allowed are .*Did you mean 'more coaches'"),
        ({"budget": 1.0}, "budget = 1 USD: the pilot alone costs about .* in its first year"),
        ({"budget": -5.0}, "budget = -5: allowed above 0"),
        ({"goal": {"school": 0.5}}, "goal school: allowed are schools, .*Did you mean 'schools'"),
        ({"goal": {"schools": 0.99}}, "the goal asks for 99% of schools, and only 95% would ever join"),
        ({"goal": {"schools": 1.5}}, "schools = 1.5"),
        ({"by": 1990}, "by_year = 1990"),
        ({"apart": [("more coaches", "more tea")]}, "there is no lever 'more tea'"),
        ({"size": Size(runs=10)}, "runs = 10: allowed 400 to"),
        ({"most_levers": 0}, "most_levers = 0: allowed 1 to 10"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(wishes, words):
    with pytest.raises((PlanError, ScenarioError), match=words) as raised:
        plan(small(), **{"size": SIZE, **wishes})
    assert "\n" not in str(raised.value)


def test_a_goal_above_the_aim_and_a_government_that_pays_nothing_are_said():
    low = small().replace({"target_share": 0.2})
    with pytest.raises(PlanError, match="the programme aims for 20% at most with these levers"):
        asked(low, levers=["more coaches"], goal={"schools": 0.5})
    alone = small().replace({"funders": [f.model_dump() for f in small().funders if not f.public]})
    with pytest.raises(PlanError, match=r"no payer of .* is public"):
        asked(alone, goal={"government_share": 0.2})


def test_an_infeasible_budget_is_said_after_the_search():
    with pytest.raises(PlanError, match="is within the budget: the nearest is"):
        plan(small(), levers=FEW, size=SIZE, budget_a_year=5.0)
