"""Words of levers: name, value and range, and what is known about them."""

from __future__ import annotations

from typing import Any

from ..parameters import ASSUMED, TUNED
from .levers import FIRST, GROUPS, Lever, history, levers, range_of
from .plan import Plan
from .texts import Words

NEUTRAL = {"money.amount": 1.0, "money.years": 0.0}  # where a lever of money leaves all as planned


def value_said(name: str, value: float, words: Words) -> str:
    """Return a lever's value in words, such as "6 per 100 schools"."""
    if abs(value - NEUTRAL.get(name, float("nan"))) < 1e-9:
        return words("value.as_planned")
    return words(f"lever.{name}.value", n=_n(name, value, words))


def _n(name: str, value: float, words: Words) -> str:
    if is_share(levers()[name]):
        return words.percent(value)
    plus = "+" if name == "money.years" and value > 0 else ""
    return plus + words.number(value, 2 if abs(value) < 10 else 1)


def is_share(lever: Lever) -> bool:
    """Return whether a lever is said in per cent."""
    return lever.high <= 1 and lever.unit in ("share", "per year")


def shown(plan: Plan, words: Words) -> dict[str, Any]:
    """Return what the panel of levers shows whatever the month: the first ones, then the rest by group."""
    first = [_shown(levers()[name], plan, words) for name in FIRST]
    rest = {group: [name for name in names if name not in FIRST] for group, names in GROUPS.items()}
    groups = [
        {
            "key": group,
            "label": words(f"group.{group}"),
            "levers": [_shown(levers()[name], plan, words) for name in names],
        }
        for group, names in rest.items()
        if names
    ]
    return {"first": first, "groups": groups}


def _shown(lever: Lever, plan: Plan, words: Words) -> dict[str, Any]:
    low, high, step = range_of(lever, plan.scenario)
    text = words.table(f"lever.{lever.name}")
    own = plan.own_value(lever.name)
    source = lever.source if lever.source not in (ASSUMED, TUNED, "") else ""
    return {
        "key": lever.name,
        "name": text["name"],
        "about": text["about"],
        "template": text["value"],
        "neutral": NEUTRAL.get(lever.name),
        "share": is_share(lever),
        "plus": lever.name == "money.years",
        "low": low,
        "high": high,
        "step": step,
        "low_said": text["low"].format(n=_n(lever.name, low, words)),
        "high_said": text["high"].format(n=_n(lever.name, high, words)),
        "default": words("levers.default", value=value_said(lever.name, own, words)),
        "mark": words("levers.mark", mark=lever.mark, meaning=words(f"mark.{lever.mark}")),
        "source": words("levers.source", source=source) if source else words("levers.no_source"),
        "from_start": lever.from_start,
    }


def standing(plan: Plan, month: int, words: Words, other: Plan | None = None) -> dict[str, dict[str, Any]]:
    """Return where every lever stands: value, the scenario's own, whether it can be moved, and notes. `other` is the plan that was kept."""
    found: dict[str, dict[str, Any]] = {}
    for name, lever in levers().items():
        value, own = plan.value(name, month), plan.own_value(name, month)
        found[name] = {
            "now": value,
            "own": own,
            "moved": abs(value - own) > 1e-12,
            "off": lever.from_start and month > 0,
            "notes": _notes(lever, plan, month, words),
        }
        if other is not None:
            kept = other.value(name, month)
            found[name] |= {
                "kept": kept,
                "kept_said": words("levers.plan_a", value=value_said(name, kept, words)),
            }
    return found


def _notes(lever: Lever, plan: Plan, month: int, words: Words) -> list[str]:
    scenario = plan.scenario
    coming = [step for step in history(scenario, lever.name) if month <= step[0] < scenario.months]
    notes = [words("levers.from_start")] if lever.from_start and month else []
    for then, how, value, _ in coming:
        date = words.date(scenario.setting.start_year, then)
        if how == "scale":
            notes.append(words("levers.history_scale", value=words.number(value, 2), date=date))
        else:
            notes.append(words("levers.history", value=value_said(lever.name, value, words), date=date))
    return notes


def changes(plan: Plan, month: int, words: Words) -> list[dict[str, Any]]:
    """Return what was changed, the latest first: when, and from what to what; `lever` and `undo` set it back."""
    found = []
    for k, move in reversed(list(enumerate(plan.moves))):
        earlier = Plan(plan.scenario, plan.seed, plan.moves[:k])
        before = earlier.value(move.lever, move.month)
        says = words(
            "levers.change",
            name=words(f"lever.{move.lever}.name"),
            before=value_said(move.lever, before, words),
            after=value_said(move.lever, move.value, words),
        )
        when = (
            words.date(plan.scenario.setting.start_year, move.month)
            if move.month
            else words("levers.from_the_start")
        )
        last = all(m.lever != move.lever for m in plan.moves[k + 1 :])
        off = levers()[move.lever].from_start and month > 0
        found.append(
            {"when": when, "says": says, "lever": move.lever, "undo": before if last and not off else None}
        )
    return found
