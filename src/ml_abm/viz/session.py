"""Session of one visitor: a player, a language and a place on the map; every request from the browser is checked here.

Wishes arrive as plain values from an untrusted page, so names, numbers and sizes are looked at before they act.
Long work (a link's month, a second plan) is done in a thread of its own, and its progress is shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import solara

from ..errors import InputError
from .assessing import Assessing
from .cards import cards
from .frame import Frames, names_of_schools
from .lever_words import value_said
from .levers import levers, range_of
from .link import Linked, linked
from .offers import Offers
from .plan import Plan
from .player import SPEEDS, Player
from .running_plan import Life
from .stage import Stage
from .story import story
from .texts import LANGUAGES, Words
from .uncertainty import Chance

SECONDS_BETWEEN = 0.45  # of updates of the panels while it plays; the picture has its own pace
SECONDS_OF_CLOCK = 0.2  # of the date in the bar
MOST_SEEDS = 1_000_000
PAGES = ("watch", "assess")


@dataclass(frozen=True)
class Where:
    """What of the system is looked at: an overview, a district, a school, a teacher in it; `order` and `page` are of the table."""

    kind: str = ""
    district: int | None = None
    school: int | None = None
    teacher: int | None = None
    order: str = ""
    page: int = 0


class Visit:
    """One browser's visit.

    Attributes
    ----------
    tick, clock : grow when the panels, and the date, have something new to show.
    language, where, page, message, busy : what else the page depends on; a page is one of `PAGES`, a message is its kind ("said" or "fault") and
        words, busy is months done and to do.
    """

    def __init__(self, offers: Offers, language: str, query: str = "") -> None:
        self.offers = offers
        self.language = solara.reactive(language)
        self.tick = solara.reactive(0)
        self.clock = solara.reactive(0)
        fitted = offers.fitted
        self.chance = Chance(self._tell, fitted.drawn) if fitted else Chance(self._tell)
        self.assessing = Assessing(fitted.drawn_around) if fitted else Assessing()
        self.where = solara.reactive(Where())
        self.page = solara.reactive(PAGES[0])
        self.message: solara.Reactive[tuple[str, str] | None] = solara.reactive(None)
        self.busy: solara.Reactive[tuple[int, int] | None] = solara.reactive(None)
        self._frames = Frames(self.words.table("stage"), language)
        self._stage: Stage | None = None
        self._sending = threading.Lock()
        self._last_tick = self._last_clock = 0.0
        found = self._linked(query) if query else None
        plans = found.plans if found else (Plan(offers.first),)
        self.player = Player(plans[0], self._show, *plans[1:])
        if found:
            self._work(found.month, lambda progress: self._arrive(found, progress))

    @property
    def words(self) -> Words:
        """The words of the language that is chosen."""
        return Words(self.language.value)

    @property
    def life(self) -> Life:
        """The life that is looked at: plan B's where there are two."""
        return self.player.lives[-1]

    # ---- the picture

    def connect(self, stage: Stage) -> None:
        """Let the picture be drawn by a stage."""
        self._stage = stage
        stage.on_msg(self._hear)

    def close(self) -> None:
        """Stop and let go of everything."""
        self.chance.drop()
        self.assessing.stop()
        self.player.close()
        if self._stage is not None:
            self._stage.on_msg(self._hear, remove=True)
        self._stage = None

    def _show(self, player: Player) -> None:
        """Send what is new, and let the panels know now and then. Called from the player's thread, or from the thread that changed something."""
        self._send()
        self.chance.keep(tuple(life.plan for life in player.lives), player.run)
        now = time.monotonic()
        if not player.playing or now - self._last_clock >= SECONDS_OF_CLOCK:
            self._last_clock = now
            self.clock.set(self.clock.peek() + 1)
        if not player.playing or now - self._last_tick >= SECONDS_BETWEEN:
            self._last_tick = now
            self.tick.set(self.tick.peek() + 1)

    def _send(self) -> None:
        with self._sending:
            if self._stage is None:
                return
            for header, buffers in self._frames.messages(self.player, self._said):
                if header["kind"] == "setup":
                    header["title"] = self.words.said(header["title"])
                    header["funders"] = [
                        {**each, "name": self.words.said(each["name"])} for each in header["funders"]
                    ]
                self._stage.send(header, buffers)

    def _said(self, life: Life) -> dict[str, Any]:
        words = self.words
        return {"story": story(life, words), "cards": cards(life, words), "marks": marks(life, words)}

    def _hear(self, _: Any, message: Any, buffers: Any) -> None:
        kind = message.get("kind") if isinstance(message, dict) else None
        if kind == "ready":
            self._frames.forget()
            self._send()
            self.chance.send()
        elif kind == "drawn":
            self.player.drawn()
        elif kind == "pick":
            self.look(message)

    # ---- what people do

    def do(self, what: str) -> None:
        """Play, pause, go on a month, restart, or begin and end a comparison."""
        player = self.player
        if self.busy.peek():
            return
        if what == "play":
            player.play()
        elif what == "pause":
            player.pause()
        elif what == "step" and not player.over:
            player.step()
        elif what == "restart":
            self._work(0, lambda progress: player.restart())
        elif what == "pin" and not player.pinned:
            self._work(player.month, player.pin)
        elif what in ("keep_a", "keep_b") and player.pinned:
            player.unpin(0 if what == "keep_a" else 1)
        self.tick.set(self.tick.peek() + 1)

    def speed(self, speed: Any) -> None:
        """Play at another speed."""
        if isinstance(speed, str) and speed in SPEEDS:
            self.player.speed = speed
            self.tick.set(self.tick.peek() + 1)

    def speak(self, language: Any) -> None:
        """Go on in another language."""
        if language in LANGUAGES:
            self.language.set(language)
            self._frames.texts, self._frames.lang = self.words.table("stage"), language
            self._frames.forget()
            self._send()
            self.chance.send()

    def turn(self, page: Any) -> None:
        """Go to another page."""
        if page in PAGES:
            self.page.set(page)

    def assess(self, begin: Any) -> None:
        """Begin to assess the plan that is played, or stop."""
        if begin is True:
            self.assessing.begin(self.player.plan)
        else:
            self.assessing.stop()

    def weigh(self, begin: Any) -> None:
        """Begin to run the plans under many random seeds in the background, or stop."""
        player = self.player
        if begin is True:
            self.chance.begin(tuple(life.plan for life in player.lives), player.run)
        else:
            self.chance.drop()

    def move(self, lever: Any, value: Any) -> None:
        """Move a lever of the plan that is played."""
        known = levers().get(lever) if isinstance(lever, str) else None
        if known is None or type(value) not in (int, float) or not -inf < value < inf:
            return
        if known.from_start and self.player.month:
            return
        if self.busy.peek():
            return
        low, high, _ = range_of(known, self.player.plan.scenario)
        self._try(lambda: self.player.move(known.name, min(max(value, low), high)), "error.lever")

    def reset(self, lever: Any) -> None:
        """Set one lever back, or all."""
        if not self.busy.peek() and (lever is None or (isinstance(lever, str) and lever in levers())):
            self._try(lambda: self.player.reset(lever), "error.lever")

    def reseed(self, seed: Any) -> None:
        """Begin again with another random seed."""
        if type(seed) is int and 0 <= seed <= MOST_SEEDS:
            month = self.player.month
            self._begin(*(replace(life.plan.from_the_start(month), seed=seed) for life in self.player.lives))

    def choose(self, name: Any) -> None:
        """Begin with one of the scenarios offered."""
        scenario = self.offers.by_name().get(name) if isinstance(name, str) else None
        if scenario is not None:
            self._begin(Plan(scenario))

    def open(self, name: Any, text: Any) -> None:
        """Begin with a scenario file that a user hands over."""
        if isinstance(name, str) and isinstance(text, str):
            self._try(lambda: self._begin(Plan(self.offers.opened(name, text))), "error.file")

    def _linked(self, text: str) -> Linked | None:
        """Return where a link leads; what cannot be opened is said in a line."""
        try:
            found = linked(text, self.offers.by_name())
            self.offers.checked(found.plans[0].scenario)
        except InputError as error:
            self.message.set(("fault", self.words("error.link", why=str(error))))
            return None
        return found

    def _arrive(self, found: Linked, progress: Callable[[int], None]) -> None:
        """Run to the month of a link."""
        self.player.go_on(found.month, progress)
        self.message.set(
            ("said", self.words("take.other_version" if found.other_version else "take.restored"))
        )

    def look(self, wish: Mapping[str, Any]) -> None:
        """Look at a district, a school, a teacher, a list, or at the whole again."""
        system = self.life.model.system
        sizes = {
            "district": len(system.districts),
            "school": len(system.schools),
            "teacher": len(system.teachers),
        }
        rows = {key: wish.get(key) for key in sizes}
        if any(
            row is not None and (type(row) is not int or not 0 <= row < sizes[key])
            for key, row in rows.items()
        ):
            return
        if rows["school"] is not None:
            rows["district"] = int(system.schools["district"][rows["school"]])
        kind = wish.get("list") if wish.get("list") in ("districts", "champions", "funders") else ""
        order, page = wish.get("order", ""), wish.get("page", 0)
        if not isinstance(order, str) or type(page) is not int or page < 0:
            return
        before, now = self.where.peek(), Where(str(kind), **rows, order=order[:20], page=page)
        self.where.set(now)
        if (before.district, before.school) != (now.district, now.school):
            self._tell({"kind": "picked", "district": now.district, "school": now.school})
            if now.district is not None:
                with self.player.locked():
                    self._tell(names_of_schools(self.life, now.district))

    def _tell(self, message: Mapping[str, Any]) -> None:
        if self._stage is not None:
            self._stage.send(dict(message), [])

    def _begin(self, *plans: Plan, month: int = 0) -> None:
        if plans[0].scenario != self.player.plan.scenario:
            self.where.set(Where())
            self.assessing.stop()
        self._work(month, lambda progress: self.player.begin(*plans, month=month, progress=progress))

    def _work(self, months: int, work: Callable[[Callable[[int], None]], None]) -> None:
        """Do long work beside the page, one at a time."""
        if self.busy.peek():
            return
        self.message.set(None)
        self.busy.set((0, months))
        if months:
            threading.Thread(target=self._worked, args=(months, work), name="worker", daemon=True).start()
        else:
            self._worked(months, work)

    def _worked(self, months: int, work: Callable[[Callable[[int], None]], None]) -> None:
        last = time.monotonic()

        def progress(month: int) -> None:
            nonlocal last
            if time.monotonic() - last >= SECONDS_BETWEEN:
                last = time.monotonic()
                self.busy.set((month, months))

        try:
            self._try(lambda: work(progress), "error.lever")
        finally:
            self.busy.set(None)

    def _try(self, act: Callable[[], None], says: str) -> None:
        """Act; what cannot be is said in a line on the page."""
        try:
            self.message.set(None)
            act()
        except InputError as error:
            self.message.set(("fault", self.words(says, why=str(error))))


def marks(life: Life, words: Words) -> list[dict[str, Any]]:
    """Return what stands on the time axis, in words."""
    return [
        {"month": month, "kind": kind, "says": _mark(life, kind, about, words)}
        for month, kind, about in life.marks()
    ]


def _mark(life: Life, kind: str, about: Any, words: Words) -> str:
    if kind == "event":
        return words.said(about)
    if kind == "lever":
        name = words(f"lever.{about.lever}.name")
        return words("mark_on_axis.lever", name=name, value=value_said(about.lever, about.value, words))
    funder = words.said(life.plan.scenario.funders[about].name) if kind.startswith("grant") else ""
    return words(f"mark_on_axis.{kind.replace(' ', '_')}", name=funder)
