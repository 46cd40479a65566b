"""Cross-field validation of a scenario; each error names both keys."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..errors import ScenarioError, clipped, printable, short, suggestion
from ..parameters import SECTIONS, bounds_of, find
from .parts import CHANGING_FUNDER, FIXED_AT_START, OF_A_FUNDER, Event, Funder
from .words import kind, nearest

SUPERINTENDENTS = 38


def impossible(scenario: Any) -> Iterable[str]:
    """Yield each combination that cannot be, naming both keys."""
    setting, plan, behaviour = scenario.setting, scenario.programme, scenario.behaviour
    if setting.schools < setting.districts:
        yield f"setting.schools = {setting.schools} is fewer than setting.districts = {setting.districts}"
    if plan.pilot_districts > setting.districts:
        yield f"programme.pilot_districts = {plan.pilot_districts} is more than setting.districts = {setting.districts}"
    if plan.pilot_schools > 0 and not 0 < plan.pilot_districts <= plan.pilot_schools:
        yield f"programme.pilot_districts = {plan.pilot_districts}: allowed 1 to programme.pilot_schools = {plan.pilot_schools}"
    if plan.pilot_schools > setting.schools:
        yield f"programme.pilot_schools = {plan.pilot_schools} is more than setting.schools = {setting.schools}"
    elif plan.pilot_schools > plan.target_share * setting.schools + 1e-9:
        yield (
            f"programme.pilot_schools = {plan.pilot_schools} is more than programme.target_share = "
            f"{plan.target_share:g} of setting.schools = {setting.schools}"
        )
    if scenario.network == "modmath" and setting.districts != SUPERINTENDENTS:
        yield f"setting.districts = {setting.districts}: network = 'modmath' has {SUPERINTENDENTS} superintendents"
    mean, sd = behaviour.threshold_mean, behaviour.threshold_sd
    if sd > 0 and sd * sd >= mean * (1 - mean):
        yield f"behaviour.threshold_sd = {sd:g} is too wide for behaviour.threshold_mean = {mean:g} (a Beta distribution)"
    called = Counter(funder.name for funder in scenario.funders)
    for name in sorted(name for name, n in called.items() if n > 1):
        yield f"funders: two are called {name!r}"


def wrong_events(scenario: Any) -> Iterable[str]:
    """Yield what cannot happen: unknown or fixed parameters, values out of range, funders that are not there."""
    now = scenario.values()
    known = [funder.name for funder in scenario.funders]
    money = {
        funder.name: {key: float(getattr(funder, key)) for key in CHANGING_FUNDER}
        for funder in scenario.funders
    }
    for event in scenario.timeline:
        where = f"timeline, month {event.month} ({short(event.says)})"
        if not event.set and not event.scale and not event.happens:
            yield f"{where}: give one of set, scale, happens"
        if event.changes_funder:
            yield from wrong_money(event, where, money.get(event.funder, {}))
        else:
            yield from wrong_changes(event, where, now, type(scenario).model_fields)
        if (event.funder or event.happens in OF_A_FUNDER) and event.funder not in known:
            yield f"{where}: there is no funder {short(event.funder)}.{suggestion(event.funder[:80], known)}"
        if event.funder and event.happens not in ("", *OF_A_FUNDER):
            yield f"{where}: funder = {short(event.funder)} goes with happens = 'grant ends' or 'funder leaves', or with set or scale alone"
        if event.level == "district" and event.happens != "champion leaves":
            yield f"{where}: level = 'district' goes with happens = 'champion leaves'"


def wrong_changes(event: Event, where: str, now: dict[str, float], fields: Iterable[str]) -> Iterable[str]:
    """Yield each change of a parameter that cannot be; keep the others in `now`, the values in force."""
    changes = [("set", name, value) for name, value in event.set.items()]
    changes += [("scale", name, value) for name, value in event.scale.items()]
    changed: set[str] = set()
    for how, name, value in changes:
        about = find(name)
        if about is None:
            yield f"{where}: {clipped(name)} is not known.{nearest(name, fields)}"
        elif about.name in FIXED_AT_START:
            yield f"{where}: {about.dotted} is fixed at the start and no event can change it"
        elif about.name in changed:
            yield f"{where}: {about.dotted} is changed twice"
        else:
            changed.add(about.name)
            result = now[about.name] * value if how == "scale" else value
            if about.low <= result <= about.high and (not about.whole or float(result).is_integer()):
                now[about.name] = result
            else:
                given = f" {now[about.name]:g} x {value:g} =" if how == "scale" else ""
                info = SECTIONS[about.section].model_fields[about.name]
                yield f"{where}: {how} {about.dotted} ={given} {result:g}: allowed {kind(info)}. {about.sentence}"


def wrong_money(event: Event, where: str, now: dict[str, float]) -> Iterable[str]:
    """Yield each change of a funder that cannot be; keep the others in `now`."""
    changes = [("set", name, value) for name, value in event.set.items()]
    changes += [("scale", name, value) for name, value in event.scale.items()]
    for how, name, value in changes:
        if name not in CHANGING_FUNDER:
            yield f"{where}: {clipped(name)} of a funder cannot be changed: allowed {', '.join(CHANGING_FUNDER)}"
        elif name in now:
            info = Funder.model_fields[name]
            low, high = bounds_of(info)
            result = now[name] * value if how == "scale" else value
            whole = info.annotation is not int or float(result).is_integer()
            if low <= result <= high and whole:
                now[name] = result
            else:
                yield f"{where}: {how} {name} of {short(event.funder)} = {result:g}: allowed {kind(info)}. {info.description}"


def check_inside(scenario: Any, path: Path) -> None:
    """Raise ScenarioError for a file outside the folder of the scenario file that names it."""
    folder = path.parent.resolve()
    for key, file in scenario.files().items():
        try:
            inside = (folder / file).resolve().is_relative_to(folder)
        except (OSError, ValueError, RuntimeError):  # a zero byte; links in a circle, on Python 3.11 and 3.12
            raise ScenarioError(
                printable(f"{path.name}: {key} = {short(str(file))} cannot be a file")
            ) from None
        if not inside:
            raise ScenarioError(
                f"{path.name}: {key} = {short(str(file))} is outside the folder of the scenario: put the file there, or allow "
                "it with --allow-outside"
            )


def fingerprint(path: Path) -> dict[str, Any]:
    """Return name, bytes and sha256 of a file. Raises ScenarioError for one that cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest}
    except (OSError, ValueError) as error:
        fault = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise ScenarioError(printable(fault)) from None
