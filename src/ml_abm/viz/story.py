"""Story of a run: a few sentences from the month's outcomes; a cause is named only where the loss funnel or the accounts show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..draws import Decision, uniforms
from ..foundation.numbers_in_words import capital
from ..outcomes import lost
from ..tables import NEVER, Enrolment, FunderStage
from .running_plan import Life
from .texts import Words

YEAR = 12
MOVES = 0.015  # a share that changes by less in a year stands still
FIDELITY_MOVES = 0.03
REPORTS_TOO_MUCH = 0.10
BARRIER_GROWS = 0.01
LEAVING = 0.02
JOINING = 0.005
UNPAID = 0.05
RECENT = 24  # months that the end of a grant or the loss of a champion is news

# Up to which share of teachers people say it how.
SHARES = (
    (0.0, "none"),
    (0.02, "hardly"),
    (0.15, "few"),
    (0.225, "fifth"),
    (0.29, "quarter"),
    (0.37, "third"),
    (0.45, "two_fifths"),
    (0.56, "half"),
    (0.63, "three_fifths"),
    (0.71, "two_thirds"),
    (0.79, "three_quarters"),
    (0.92, "most"),
    (1.0, "all"),
)


@dataclass(frozen=True)
class Facts:
    """What the sentences rest on. Changes are over the last year, or since the start where that is later, beyond what is so without the programme.

    Attributes
    ----------
    whole_year : whether there is a year to compare with.
    barrier, barrier_share : the largest barrier of the loss funnel now.
    growing, growing_by, growing_share : the one that grew most.
    grant_ended : name of the outside funder that stopped last, and months since; None if none did lately.
    stalled : where schools are what is missing and stand still, what the programme lacks for more: "aim", "trainers", "districts", "money"
        (no willing schools in those that joined), "unwilling" (none anywhere) or "nothing"; None where it is not so.
    aim : share of schools that the programme aims for.
    champion_left : months since a champion at the top left lately, whose seat is still empty; None otherwise.
    no_champion : no one fills a seat at the top, though there are some.
    """

    adoption: float
    adoption_by: float
    fidelity: float
    fidelity_by: float
    reported: float
    whole_year: bool
    barrier: str
    barrier_share: float
    growing: str
    growing_by: float
    growing_share: float
    stalled: str | None
    aim: float
    left: float
    left_by: float
    unpaid: float
    grant_ended: tuple[str, int] | None
    champion_left: int | None
    no_champion: bool

    @property
    def trend(self) -> str:
        """Return "growing", "losing" or "steady"."""
        if abs(self.adoption_by) < MOVES:
            return "steady"
        return "growing" if self.adoption_by > 0 else "losing"


def facts(life: Life) -> Facts:
    """Return what the sentences rest on; at least one month must have been simulated."""
    now = {
        name: float(life.curve(name)[-1])
        for name in ("adoption", "fidelity", "reported_fidelity", "schools_left")
    }
    funnel = {name: float(life.curve(name)[-1]) for name in lost()}
    grown = {name: _by(life, name) for name in funnel}
    barrier, growing = max(funnel, key=funnel.__getitem__), max(grown, key=grown.__getitem__)
    empty = life.top_seats().size > 0 and not life.top_seats().any()
    left = [month for month, kind, _ in life.noticed if kind == "champion left"]
    ago = life.month - 1 - left[-1] if left and empty else None
    stands = barrier == "lost_not_reached" and life.month > YEAR and abs(_by(life, "reach_schools")) < JOINING
    return Facts(
        adoption=now["adoption"],
        adoption_by=_by(life, "adoption"),
        fidelity=now["fidelity"],
        fidelity_by=_by(life, "fidelity"),
        reported=now["reported_fidelity"],
        whole_year=life.month > YEAR,
        barrier=barrier,
        barrier_share=funnel[barrier],
        growing=growing,
        growing_by=grown[growing],
        growing_share=funnel[growing],
        stalled=_lacking(life) if stands else None,
        aim=float(life.model.simulation.parameters["target_share"][0]),
        left=now["schools_left"],
        left_by=_by(life, "schools_left"),
        unpaid=float(life.curve("funding_gap")[-1]),
        grant_ended=_grant_ended(life),
        champion_left=ago if ago is not None and ago <= RECENT else None,
        no_champion=bool(empty),
    )


def _by(life: Life, outcome: str) -> float:
    """Return what the programme has changed of an outcome in a year, or since the start: what moves without it is not its doing."""
    added = life.added(outcome)
    return float(added[-1] - added[max(0, len(added) - 1 - YEAR)])


def _lacking(life: Life) -> str:
    """Return what the programme lacks to take on more schools: the first of what `places_this_month` asks for, or "nothing"."""
    system, p = life.model.system, life.model.simulation.parameters[0]
    programme, funders, schools = system.programme[0], system.funders, system.schools
    wanted = p["target_share"] * len(schools) - programme["enrolled"]
    if wanted < 1:
        return "aim"
    if p["training_capacity"] + p["capacity_growth"] * programme["enrolled"] + p["cascade"] * wanted < 1:
        return "trainers"
    joined = system.districts["joined_month"] != NEVER
    asked = joined[schools["district"]] & (schools["enrolment"] != Enrolment.ENROLLED)
    if not (asked & _may_join(life)).any():
        return "unwilling" if joined.all() else "districts"
    flexible, earmarked = funders["balance_flexible"].sum(), funders["balance_earmarked"].sum()
    room = programme["income"] + flexible / p["reserve_months"] - programme["need"]
    return "nothing" if room > 0 and flexible + earmarked > 0 else "money"


def _may_join(life: Life) -> np.ndarray:
    """Return which schools may join at all, as the model draws those that never do: bool (schools,)."""
    simulation = life.model.simulation
    p = simulation.parameters[0]
    u = uniforms(simulation.seed, Decision.NEVER_JOINS, len(life.model.system.schools))
    return u >= p["never_join"] * (1.0 - p["mandate"])


def _grant_ended(life: Life) -> tuple[str, int] | None:
    """Return the outside funder that stopped last and has not come back, and months since, if that was lately."""
    stages = life.model.system.funders["stage"]
    ended = [(month, row) for month, kind, row in life.noticed if kind == "grant ended"]
    outside = [(month, row) for month, row in ended if stages[row] != FunderStage.GOVERNMENT]
    if not outside or life.month - 1 - outside[-1][0] > RECENT:
        return None
    month, row = outside[-1]
    return life.plan.scenario.funders[row].name, life.month - 1 - month


def story(life: Life, words: Words) -> str:
    """Return what is happening and why, in words."""
    if not life.month:
        return _before(life, words)
    date = capital(words.date(life.plan.scenario.setting.start_year, life.month - 1))
    return " ".join(sentences(facts(life), words, date))


def sentences(now: Facts, words: Words, date: str) -> list[str]:
    """Return the sentences for some facts: use and its trend, how well, what holds people back, money or leaders."""
    said = [
        _use(now, words, date),
        _how_well(now, words),
        _why(now, words),
        _standstill(now, words),
        _cause(now, words),
    ]
    return [sentence for sentence in said if sentence]


def _before(life: Life, words: Words) -> str:
    plan, schools = life.plan.at_start().programme, len(life.model.system.schools)
    if not plan.pilot_schools:
        return words("story.before_no_pilot")
    return words.plural("story.before", plan.pilot_schools, all=words.number(schools))


def _use(now: Facts, words: Words, date: str) -> str:
    since = "" if now.whole_year else "_start"
    trend = words(f"story.{now.trend}{since}", points=words.points(abs(now.adoption_by)))
    share = words(f"share_of.{next(key for top, key in SHARES if now.adoption <= top + 1e-9)}")
    return words("story.use", date=date, share=share, percent=words.percent(now.adoption), trend=trend)


def _how_well(now: Facts, words: Words) -> str:
    if not now.adoption:
        return ""
    too_much = now.reported - now.fidelity >= REPORTS_TOO_MUCH
    if now.whole_year and abs(now.fidelity_by) >= FIDELITY_MOVES:
        worse = "thinning" if now.trend == "growing" else "weakening"
        key = worse if now.fidelity_by < 0 else "improving"
    elif too_much:
        key = "fidelity"
    else:
        return ""
    reports = words("story.reports", reported=words.percent(now.reported)) if too_much else ""
    return words(f"story.{key}", fidelity=words.percent(now.fidelity), reports=reports)


def _why(now: Facts, words: Words) -> str:
    """Return what grew when ground is lost, otherwise what holds most people back."""
    if now.trend == "losing" and now.growing_by >= BARRIER_GROWS:
        return words(
            "story.barrier_growing",
            barrier=words(f"barrier.{now.growing}"),
            points=words.points(now.growing_by),
            percent=words.percent(now.growing_share),
        )
    if now.barrier_share < BARRIER_GROWS:
        return ""
    barrier = words(f"barrier.{now.barrier}")
    return words("story.barrier", barrier=barrier, percent=words.percent(now.barrier_share))


def _standstill(now: Facts, words: Words) -> str:
    """Return that no schools join though schools are what is missing, and what the programme lacks for more."""
    if now.stalled is None:
        return ""
    return words(f"story.stalled_{now.stalled}", aim=words.percent(now.aim))


def _cause(now: Facts, words: Words) -> str:
    """Return the one thing about money, schools or leaders that matters most."""

    def ago(months: int) -> str:
        return words.plural("ago", months) if months else words("ago.now")

    unpaid = words("story.unpaid", percent=words.percent(now.unpaid)) if now.unpaid >= UNPAID else ""
    if now.grant_ended:
        name, months = now.grant_ended
        ended = words("story.grant_ended", name=words.said(name), when=ago(months))
        return f"{ended} {unpaid}".strip()
    choices: tuple[tuple[bool, Callable[[], str]], ...] = (
        (bool(unpaid), lambda: unpaid),
        (now.left_by >= LEAVING, lambda: words("story.leaving", percent=words.percent(now.left), points=words.points(now.left_by))),
        (now.champion_left is not None, lambda: words("story.champion_left", when=ago(now.champion_left or 0))),
        (now.no_champion, lambda: words("story.no_champion")),
    )  # fmt: skip
    return next((say() for true, say in choices if true), "")
