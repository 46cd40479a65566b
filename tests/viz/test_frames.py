"""What the browser gets: a setup once a run, then only the months it lacks; and a map that stands still."""

import json

import numpy as np
import pytest

from ml_abm.agents.model import SchoolSystemModel
from ml_abm.scenario import Scenario
from ml_abm.viz import frame
from ml_abm.viz.frame import BARRIERS, Frames, links, names_of_schools
from ml_abm.viz.geometry import GOLDEN_ANGLE, geometry, matched, spectral
from ml_abm.viz.plan import Plan
from ml_abm.viz.player import Player
from ml_abm.viz.running_plan import COLUMNS

SMALL = {"schools": 60, "districts": 12, "months": 24}


@pytest.fixture
def player():
    return Player(Plan(Scenario.preset("base").replace(SMALL)))


def words(life):
    return {"story": f"month {life.month}", "cards": [], "marks": []}


def test_a_run_begins_with_a_setup_and_each_frame_has_the_months_not_sent_yet(player):
    frames = Frames({"source": "run {seed}"}, "en")
    setup, first = frames.messages(player, words)
    assert setup[0]["kind"] == "setup"
    assert setup[0]["source"] == "run 1"
    assert first[0]["plans"][0]["rows"] == 0
    player.step(3)
    ((header, buffers),) = frames.messages(player, words)
    assert (header["month"], header["plans"][0]["first"], header["plans"][0]["rows"]) == (3, 0, 3)
    player.step(2)
    ((header, buffers),) = frames.messages(player, words)
    assert (header["plans"][0]["first"], header["plans"][0]["rows"]) == (3, 2)
    curves = np.frombuffer(buffers[0], np.float32).reshape(2, -1)
    adoption = curves[:, setup[0]["columns"].index("adoption")]
    assert np.array_equal(adoption, player.lives[0].curve("adoption")[3:])
    json.dumps([setup[0], header])  # nothing that a browser cannot read


def test_a_browser_that_begins_anew_gets_everything_again(player):
    frames = Frames({})
    list(frames.messages(player, words))
    player.step(4)
    list(frames.messages(player, words))
    frames.forget()
    setup, (header, _) = frames.messages(player, words)
    assert setup[0]["kind"] == "setup"
    assert header["plans"][0]["rows"] == 4
    player.restart()
    setup, (header, _) = frames.messages(player, words)
    assert setup[0]["run"] == header["run"] == 1
    assert header["plans"][0]["rows"] == 0


def test_districts_and_schools_are_coloured_by_the_same_numbers_as_the_curves(player):
    player.step(20)
    life, system = player.lives[0], player.lives[0].model.system
    _, (_, buffers) = Frames({}).messages(player, words)
    districts = np.frombuffer(buffers[1], np.float32).reshape(-1, 3)
    schools = np.frombuffer(buffers[2], np.uint8).reshape(-1, 3) / 255
    teachers = np.add.reduceat(system.schools["staff"], system.districts["first_school"])
    latest = life.model.latest
    assert np.average(districts[:, 0], weights=teachers) == pytest.approx(latest["adoption"], abs=1e-6)
    assert np.average(districts[:, 2], weights=teachers) == pytest.approx(latest["strain"], abs=1e-6)
    users = districts[:, 0] * teachers
    assert np.average(districts[:, 1], weights=users) == pytest.approx(latest["fidelity"], abs=1e-6)
    assert np.average(schools[:, 0], weights=system.schools["staff"]) == pytest.approx(
        latest["adoption"], abs=1 / 255
    )


def test_payers_spend_what_the_programme_spends_and_the_funnel_adds_up_to_everybody(player):
    player.step(20)
    curves = player.lives[0].curves()
    n = len(player.plan.scenario.funders)
    paid = curves[:, len(COLUMNS) : len(COLUMNS) + n].sum(axis=1)
    assert paid == pytest.approx(player.lives[0].curve("spending"), rel=1e-5)
    assert (curves[:, -1] >= -1e-3).all()
    assert sum(player.lives[0].curve(name) for name in BARRIERS) == pytest.approx(1, abs=1e-5)


def test_schools_of_a_very_large_run_come_in_some_frames_only_while_it_plays(player, monkeypatch):
    monkeypatch.setattr(frame, "SCHOOLS_A_FRAME", 20)  # 60 schools: every third frame
    player.playing = True
    for _ in range(3):
        for life in player.lives:
            life.step()
        *_, (header, buffers) = Frames({}).messages(player, words)
        assert len(buffers[2]) == (180 if header["month"] == 3 else 0)
    player.playing = False
    player.step(1)
    *_, (_, buffers) = Frames({}).messages(player, words)
    assert len(buffers[2]) == 180


def test_links_are_there_once_and_schools_have_their_names(player):
    life = player.lives[0]
    pairs = links(life.model.system.district_ties)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    names = names_of_schools(life, 3)
    first = int(life.model.system.districts["first_school"][3])
    assert names["first"] == first
    assert names["names"][0] == life.model.ids("schools")[first]


def test_a_generated_map_is_the_same_for_every_run_and_its_discs_hardly_overlap():
    scenario = Scenario.preset("base").replace({"schools": 900, "districts": 80})
    one, other = (geometry(SchoolSystemModel(scenario, rng=5)) for _ in range(2))
    assert one is other
    assert not one.real
    x, y, r = one.districts.T
    apart = np.hypot(x[:, None] - x, y[:, None] - y) / (r[:, None] + r)
    assert apart[~np.eye(80, dtype=bool)].min() > 1  # no bubble hides another
    assert one.schools.min() >= 0
    assert one.schools.max() <= 1


def test_schools_are_around_their_bubble():
    model = SchoolSystemModel(Scenario.preset("base").replace(SMALL), rng=1)
    places, district = geometry(model), model.system.schools["district"]
    x, y, r = places.districts[district].T
    far = np.hypot(places.schools[:, 0] - x, places.schools[:, 1] - y) / r
    assert far.min() > 1
    assert far.max() < 2


def test_districts_that_look_to_each_other_are_near():
    n = 144  # a ring: on a good map neighbours are near
    start, neighbour = np.arange(n + 1), (np.arange(n) + 1) % n
    k = np.arange(n)
    r = np.sqrt((k + 0.5) / n)
    places = np.column_stack([r * np.cos(k * GOLDEN_ANGLE), r * np.sin(k * GOLDEN_ANGLE)])
    place = matched(spectral(start, neighbour), places)
    assert np.unique(place, axis=0).shape == (n, 2)
    tied = np.hypot(*(place - place[neighbour]).T).mean()
    anybody = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)).mean()
    assert tied < anybody / 2


def test_a_list_with_coordinates_is_a_real_map(tmp_path):
    rows = ["id,district,teachers,pupils,latitude,longitude"]
    rows += [
        f"s{k},d{k % 3},4,100,{-10 - k / 10},{179.5 + k / 10 if k < 5 else -180 + (k - 5) / 10}"
        for k in range(9)
    ]
    (tmp_path / "schools.csv").write_text("\n".join([*rows, "s9,d0,4,100,,"]))
    scenario = Scenario.preset("base").replace(
        {"system": {"schools": str(tmp_path / "schools.csv")}, "pilot_schools": 2}
    )
    model = SchoolSystemModel(scenario, rng=1)
    places = geometry(model)
    assert places.real
    ids = list(model.ids("schools"))
    order = [ids.index(f"s{k}") for k in range(9)]
    x, y = places.schools[order].T
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()
    assert np.ptp(x) < 1
    assert np.isfinite(places.schools).all()
