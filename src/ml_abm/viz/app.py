"""The page: what `solara run ml_abm.viz.app` and `ml-abm view` show."""

from __future__ import annotations

import solara

from ..scenario import Scenario
from .frame import Frames
from .plan import Plan
from .player import Player
from .stage import Stage


@solara.component
def Page() -> None:
    """Show the spike."""
    player = solara.use_memo(lambda: Player(Plan(Scenario.preset("catch-up-zambia"))), [])
    stage = Stage.element()
    solara.Button("play", on_click=player.play)
    solara.Button("pause", on_click=player.pause)
    solara.Button("restart", on_click=player.restart)

    def connect():
        widget = solara.get_widget(stage)
        frames = Frames({})

        def show(player):
            for header, buffers in frames.messages(
                player, lambda life: {"story": "", "cards": [], "marks": []}
            ):
                widget.send(header, buffers)

        def hear(_, message, buffers):
            if message["kind"] == "ready":
                frames.forget()
                show(player)
            elif message["kind"] == "drawn":
                player.drawn()

        widget.on_msg(hear)
        player.show = show
        return player.close

    solara.use_effect(connect, [])
