import csv
import math
from importlib.resources import files

import pandas as pd
import pytest

from ml_abm.calibration.case import Case, all_cases, case_names, load_case
from ml_abm.calibration.networks import NETWORKS, load_network
from ml_abm.errors import CaseError


def message(call, *arguments, **named) -> str:
    """Return what a person reads: one line."""
    with pytest.raises(CaseError) as caught:
        call(*arguments, **named)
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize("name", case_names())
def test_every_case_loads_with_numbers_and_sources(name):
    case = load_case(name, marks="ABC")
    assert case.name == name
    assert case.programme
    assert case.country
    assert case.points.value.map(math.isfinite).all()
    assert case.points.year.between(1800, 2030).all()
    assert (case.points.source.str.len() > 0).all()
    assert set(case.points.confidence) <= set("ABC")
    first, last = case.years
    assert first <= last


@pytest.mark.parametrize("spelling", ["zambia_catchup", "zambia-catchup"])
def test_a_hyphen_and_an_underscore_mean_the_same_case(spelling):
    assert load_case(spelling).programme == load_case("zambia_catchup").programme


def test_a_case_has_the_promised_columns():
    case = load_case("zambia_catchup")
    columns = ["year", "metric", "value", "denominator", "source", "note", "confidence"]
    assert list(case.points.columns) == columns
    assert list(case.fidelity.columns) == columns
    assert list(case.design.columns) == ["attribute", "score", "reason", "confidence"]


def test_points_from_memory_are_left_out_unless_asked_for():
    table = all_cases().groupby("case")[["A", "B", "C"]].sum()
    name = table[(table.C > 0) & (table.A > 0)].index[0]
    assert "C" not in set(load_case(name).points.confidence)
    assert "C" in set(load_case(name, marks="ABC").points.confidence)
    assert len(load_case(name, marks="ABC").points) == table.loc[name].sum()


def test_a_case_known_only_from_memory_says_how_to_get_it():
    table = all_cases().groupby("case")[["A", "B", "C"]].sum()
    for name in table[(table.A == 0) & (table.B == 0)].index:
        assert "marks='ABC'" in message(load_case, name)


def test_a_series_is_one_metric_in_the_order_of_years():
    for name in case_names():
        case = load_case(name, marks="ABC")
        assert sum(len(case.series(metric)) for metric in case.metrics) == len(case.points)
        for metric in case.metrics:
            assert case.series(metric).year.is_monotonic_increasing
            assert set(case.series(metric).metric) == {metric}


def test_a_series_may_ask_for_fewer_marks_than_were_loaded():
    overview = all_cases()
    case, metric = overview[(overview.A > 0) & (overview.C > 0)].iloc[0][["case", "metric"]]
    loaded = load_case(case, marks="ABC")
    assert set(loaded.series(metric, marks="A").confidence) == {"A"}
    assert "C" in set(loaded.series(metric).confidence)
    assert "A, B and C" in message(loaded.series, metric, marks="D")


def test_a_case_has_one_value_of_a_metric_at_a_time():
    assert rows_of("cases", "case_id", "metric", "year").is_unique


def test_a_design_attribute_is_scored_once():
    assert rows_of("design_scores", "case_id", "attribute").is_unique


def test_arms_of_one_study_are_told_apart():
    # a trial reports several effects in one year: arm by arm, in the name of the programme or the note
    assert rows_of("fidelity", "case_id", "metric", "year", "programme", "quote_or_note").is_unique


def rows_of(table: str, *keys: str):
    """Return the keys of a table's rows as an index."""
    with (files("ml_abm") / "calibration" / "cases" / f"{table}.csv").open(encoding="utf-8") as text:
        return pd.MultiIndex.from_frame(pd.read_csv(text)[list(keys)])


def test_a_misspelt_case_is_met_with_a_suggestion():
    assert "Did you mean 'zambia_catchup'?" in message(load_case, "zambia-cathcup")


def test_a_misspelt_metric_is_met_with_those_that_were_counted():
    text = message(load_case("zambia_catchup").series, "scholls")
    assert "Did you mean 'schools'?" in text
    assert "zambia_catchup" in text


@pytest.mark.parametrize("marks", ["", "D", "ab", "A,B"])
def test_unknown_marks_are_refused(marks):
    assert "A, B and C" in message(load_case, "zambia_catchup", marks=marks)


def test_a_misspelt_network_is_met_with_a_suggestion():
    assert "Did you mean 'galesburg'?" in message(load_network, "galesberg")


def test_the_overview_counts_every_point_once():
    overview = all_cases()
    with (files("ml_abm") / "calibration" / "cases" / "cases.csv").open(encoding="utf-8") as text:
        points = list(csv.DictReader(text))
    assert overview[["A", "B", "C"]].sum().sum() == len(points)
    assert set(overview.case) == set(case_names())
    assert (overview["from"] <= overview["to"]).all()


# people, ties and how many adopted, as their sources state them
SIZES = {
    "modmath": (38, 61),
    "modmath_directed": (38, 76),
    "galesburg": (31, 160),
    "korea_two_villages": (78, 153),
    "brfarmers": (692, 2860),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_has_the_size_its_source_states(name):
    network = load_network(name)
    assert (len(network.nodes), len(network.edges)) == SIZES[name]


@pytest.mark.parametrize("name", NETWORKS)
def test_ties_join_people_of_the_network(name):
    network = load_network(name)
    edges, nodes = network.edges, network.nodes
    start, end = ("from", "to") if "from" in edges else ("a", "b")
    if name == "korea_two_villages":
        people = set(zip(nodes.village, nodes.id, strict=True))
        joined = {
            (v, i) for end_of in (start, end) for v, i in zip(edges.village, edges[end_of], strict=True)
        }
    else:
        people, joined = set(nodes.id), set(edges[start]) | set(edges[end])
    assert joined <= people


def test_new_mathematics_spread_as_carlson_counted_it():
    superintendents = load_network("modmath").nodes
    assert superintendents.adoption_year.value_counts().sort_index().to_list() == [1, 4, 10, 12, 8, 3]


def test_seventeen_of_the_galesburg_physicians_adopted():
    physicians = load_network("galesburg").nodes
    assert physicians.adopted.sum() == 17


def test_who_changes_what_was_loaded_changes_no_one_elses():
    case = load_case("zambia_catchup")
    case.points["value"] = -1
    edges = load_network("modmath").edges
    edges["a"] = -1
    assert (load_case("zambia_catchup").points.value > 0).all()
    assert (load_network("modmath").edges.a > 0).all()


def test_a_case_cannot_be_renamed():
    case = load_case("zambia_catchup")
    assert isinstance(case, Case)
    with pytest.raises(AttributeError):
        case.name = "other"
