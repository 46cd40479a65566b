"""The parts of the page around the picture: each a Vue template beside this file, which shows what it is given and sends wishes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

Wish = Callable[[Any], None]


@solara.component_vue("bar.vue")
def Bar(
    texts: dict[str, str],
    language: str,
    languages: list[dict[str, str]],
    state: dict[str, Any],
    dark: Any,
    takes: list[dict[str, str]],
    link: dict[str, str],
    download: dict[str, Any],
    event_do: Wish,
    event_speed: Wish,
    event_speak: Wish,
    event_theme: Wish,
    event_take: Wish,
    event_share: Wish,
) -> None:
    """Show the top bar: play, date, speed, compare, data, share, language, theme."""


@solara.component_vue("offers.vue")
def Offered(
    texts: dict[str, str],
    offers: dict[str, Any],
    longest: int,
    event_choose: Wish,
    event_open: Wish,
    event_fault: Wish,
) -> None:
    """Show which programmes there are, and what the present one is."""


@solara.component_vue("levers.vue")
def Levers(
    texts: dict[str, str],
    numbers: dict[str, Any],
    levers: dict[str, Any],
    standing: dict[str, Any],
    changes: list[dict[str, Any]],
    state: dict[str, Any],
    event_move: Wish,
    event_reset: Wish,
    event_reseed: Wish,
) -> None:
    """Show the levers, and what was changed."""


@solara.component_vue("people.vue")
def Who(
    texts: dict[str, str],
    stages: dict[str, str],
    who: dict[str, Any],
    where: dict[str, Any],
    event_look: Wish,
) -> None:
    """Show districts, schools, teachers, champions and funders in words."""


@solara.component_vue("note.vue")
def Note(text: str, kind: str, label: str, event_close: Wish) -> None:
    """Show one line about what just happened or cannot be."""


@solara.component_vue("chance.vue")
def Chance(
    texts: dict[str, str], state: dict[str, Any], found: dict[str, Any], event_weigh: Wish, event_keep: Wish
) -> None:
    """Show two plans compared under many random seeds, or how far one run is down to chance."""


@solara.component_vue("pages.vue")
def Tabs(texts: dict[str, str], pages: list[str], page: str, event_turn: Wish) -> None:
    """Show which pages there are, and lead from one to the other."""


@solara.component_vue("assess.vue")
def Assessed(
    texts: dict[str, str],
    language: str,
    state: dict[str, Any],
    html: str,
    name: str,
    palette: dict[str, str],
    event_assess: Wish,
) -> None:
    """Show how a plan is assessed, and the report when it is there."""


@solara.component_vue("door.vue")
def Outside(title: str, text: str, label: str, language: str, event_come: Wish) -> None:
    """Show why nothing is to be seen yet, and a way in."""
