"""The application that answers browsers: Solara's with our page in it, behind a gate, warm before the first visitor comes."""

from __future__ import annotations

import mimetypes
import os

from .gate import Application, Gate
from .serving import ask_no_one, serving

APP = "ml_abm.viz.app"


def application() -> Application:
    """Return the application. The page is imported, and simulates a first month, before the first request."""
    mimetypes.add_type(
        "text/javascript", ".js"
    )  # some systems say otherwise, and a script of another type is not run
    limits = serving()
    os.environ["SOLARA_APP"] = APP
    ask_no_one(limits)
    from solara.server.starlette import app

    warm()
    return Gate(app, limits.host, limits.origins.split())


def warm() -> None:
    """Make the first frame of the first scenario, so that whatever is read or compiled once is there."""
    from .admission import offers
    from .frame import Frames
    from .plan import Plan
    from .player import Player
    from .texts import Words

    player = Player(Plan(offers().first))
    player.step()
    for _ in Frames(Words().table("stage")).messages(player, lambda life: {}):
        pass
    player.close()
