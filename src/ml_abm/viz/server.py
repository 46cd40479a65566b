"""What answers the browser? Solara's application with our page in it, warm before the first visitor comes."""

from __future__ import annotations

import os
from typing import Any

from .serving import ask_nobody, serving

APP = "ml_abm.viz.app"


def application() -> Any:
    """Return the application. The page is imported, and lives a first month, before anybody asks for it."""
    limits = serving()
    os.environ["SOLARA_APP"] = APP
    ask_nobody(limits)
    from solara.server.starlette import app

    warm()
    return app


def warm() -> None:
    """Make the first frame of the first scenario, so that whatever is read or compiled once is there."""
    from .door import offers
    from .frame import Frames
    from .plan import Plan
    from .player import Player
    from .texts import Words

    player = Player(Plan(offers().first))
    player.step()
    for _ in Frames(Words().table("stage")).messages(player, lambda life: {}):
        pass
    player.close()
