"""Served to many: limits that reach the page, places that come back, one line for what cannot be, and no one outside asked."""

import socket
import threading

import pytest

from ml_abm.cli import main
from ml_abm.commands import view
from ml_abm.errors import InputError
from ml_abm.viz.places import Places
from ml_abm.viz.serving import NOWHERE, Serving, ask_no_one, serving


@pytest.fixture
def taken():
    """A port that someone else has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_limits_reach_the_page_through_the_environment(monkeypatch, tmp_path):
    limits = Serving("tusome-kenya", str(tmp_path), 1000, 3, 7, "fit")
    for name, value in limits.environment().items():
        monkeypatch.setenv(name, value)
    assert serving() == limits
    assert serving().folder == tmp_path


def test_a_wrong_limit_in_the_environment_is_said_in_one_line(monkeypatch):
    monkeypatch.setenv("ML_ABM_VIEW_IDLE", "soon")
    with pytest.raises(InputError, match=r"ML_ABM_VIEW_IDLE = soon: allowed whole numbers 1 to"):
        serving()


def test_no_address_outside_is_left_in_the_page():
    import solara.server.settings as server
    import solara.settings

    ask_no_one(Serving(idle=7))
    assert not server.telemetry.mixpanel_enable
    assert solara.settings.assets.cdn == NOWHERE
    assert server.main.mode == "production"
    assert server.kernel.cull_timeout == "7m"


def test_there_are_as_many_places_as_were_said_and_they_come_back():
    places = Places(2, idle=60)
    first, second = places.take(), places.take()
    assert places.take() is None
    first.leave()
    first.leave()  # once is enough
    third = places.take()
    assert third is not None
    assert len(places) == 2
    second.leave()
    third.leave()
    assert len(places) == 0


def test_a_place_that_no_one_touches_is_given_back_and_a_touched_one_is_not():
    places, gone = Places(2, idle=0.15), threading.Event()
    idle, busy = places.take(), places.take()
    left = []
    idle.watch(gone.set)
    busy.watch(lambda: left.append(1))
    for _ in range(100):
        busy.touch()
        if gone.wait(0.02):
            break
    busy.leave()
    assert gone.is_set()
    assert left == []
    assert len(places) == 0


def test_a_place_whose_window_was_killed_is_given_back_though_no_one_else_would_wait_as_long():
    places, gone, left = Places(2, idle=3600, gone=0.1), threading.Event(), []
    killed, quiet = places.take(), places.take()
    quiet.watch(lambda: left.append(1), reached=lambda: True)
    killed.watch(gone.set, reached=lambda: False)
    assert gone.wait(30)
    assert left == []
    assert len(places) == 1
    quiet.leave()


def test_who_leaves_sees_the_watcher_go_first():
    """Solara's closing of a window fails where a thread of the window ends meanwhile."""
    place = Places(1, idle=3600).take()
    place.watch(lambda: None)
    watcher = next(thread for thread in threading.enumerate() if thread.name == "place")
    place.leave()
    assert not watcher.is_alive()


def test_a_taken_port_gives_the_next_free_one(taken):
    with view.bound("127.0.0.1", taken) as door:
        assert taken < door.getsockname()[1] < taken + view.PORTS_TRIED
        assert view.address(door, "0.0.0.0") == f"http://127.0.0.1:{door.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "no.such.host.invalid"], "--host no.such.host.invalid: there is no such address"),
        (["--port", "70000"], "--port 70000: allowed 0 to 65535"),
        (["--max-sessions", "0"], "--max-sessions 0: allowed 1 to 10000"),
        (["--idle", "0"], "--idle 0: allowed 1 to 10080"),
        (["--scenarios", "nowhere"], "--scenarios nowhere: there is no such folder"),
        (["--posterior", "nowhere"], "nowhere is no folder"),
        (["zambia"], "there is no scenario 'zambia'"),
        (["catch-up-zambia", "--max-teachers", "1000"], "--max-teachers 80000"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(arguments, says, capsys):
    assert main(["view", "--no-open", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_missing_extra_is_named_with_the_command_that_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(view, "NEEDED", ("no_such_package",))
    assert main(["view"]) == 2
    assert "pip install 'ml-abm[viz]'" in capsys.readouterr().err


def test_a_player_that_is_closed_while_it_plays_stops_within_a_month():
    from ml_abm.scenario import Scenario
    from ml_abm.viz.plan import Plan
    from ml_abm.viz.player import Player

    shown = threading.Event()
    player = Player(
        Plan(Scenario().replace({"schools": 20, "districts": 2, "months": 1200})), lambda _: shown.set()
    )
    player.speed = "fast"
    player.play()
    assert shown.wait(30)
    thread = player._thread
    player.close()
    thread.join(timeout=30)
    assert not thread.is_alive()
    assert not player.over
