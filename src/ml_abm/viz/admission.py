"""Admission of visitors: a session while there is a place, a line for others, and a way back after a long break."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import solara
from solara.server.kernel_context import PageStatus, get_current_context, has_current_context

from ..errors import LinkError
from .components import Outside
from .link import link_of
from .offers import Offers
from .places import Place, Places
from .serving import serving
from .session import Visit
from .texts import Words


@cache
def offers() -> Offers:
    """Return what this server offers."""
    limits = serving()
    return Offers(limits.scenario, limits.folder, limits.max_teachers, limits.fitted())


@cache
def places() -> Places:
    """Return the places of this server."""
    limits = serving()
    return Places(limits.max_sessions, 60.0 * limits.idle)


def reached() -> Callable[[], bool]:
    """Return a way to ask whether the window is connected. One that is closed says goodbye; one that is killed only falls silent."""
    if not has_current_context():  # no browser: a test
        return lambda: True
    kernel = get_current_context()
    return lambda: PageStatus.CONNECTED in list(kernel.page_status.values())


class Stay:
    """One browser's stay: here with a visit, away with a link to where it was, or neither because all places are taken."""

    def __init__(self, language: str, link: str) -> None:
        self.language, self.link = language, link
        self.turn = solara.reactive(0)  # grows with every coming and going
        self.visit: Visit | None = None
        self.away = False
        self._place: Place | None = None
        self.come()

    def come(self) -> None:
        """Come in if there is a place."""
        self._place = places().take()
        if self._place is None:
            return
        try:
            self.visit, self.away = Visit(offers(), self.language, self.link), False
        except BaseException:
            self.leave()
            raise
        visit = self.visit
        for changing in (
            visit.tick,
            visit.where,
            visit.language,
            visit.busy,
            visit.page,
            visit.assessing.progress,
        ):
            changing.subscribe(self._touched)
        self._place.watch(self._go, reached())
        self.turn.set(self.turn.peek() + 1)

    def leave(self) -> None:
        """Leave for good."""
        place, visit = self._place, self.visit
        self._place = self.visit = None
        if place is not None:
            place.leave()
        if visit is not None:
            visit.close()

    def _touched(self, _: Any) -> None:
        if self._place is not None:
            self._place.touch()

    def _go(self) -> None:
        """Leave after a long time without activity, but remember where it was."""
        if self.visit is None:
            return
        player = self.visit.player
        self.language = self.visit.language.peek()
        try:
            with player.locked():
                self.link = link_of(tuple(life.plan for life in player.lives), player.month)
        except LinkError:  # too long for a link: begin at the beginning
            self.link = ""
        self.away = True
        self.leave()
        self.turn.set(self.turn.peek() + 1)


@solara.component
def Door(language: str, link: str, inside: Callable[[Visit], Any]) -> None:
    """Show what is inside to visitors who have a place."""
    stay = solara.use_memo(lambda: Stay(language, link), [])
    solara.use_effect(lambda: stay.leave, [])
    stay.turn.value  # noqa: B018 - shown anew when it changes
    if stay.visit is not None:
        inside(stay.visit).key(f"visit {stay.turn.value}")
        return
    words = Words(stay.language)
    solara.Title(words("bar.title"))
    Outside(
        title=words("bar.title"),
        text=words("door.away") if stay.away else words("door.full", people=places().most),
        label=words("door.on" if stay.away else "door.again"),
        language=words.language,
        event_come=lambda _: stay.come(),
    )
