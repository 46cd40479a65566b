"""Links to a run: scenario, random seed, month and moved levers, compact, checked word by word when opened.

A link is data from a stranger: it is read as JSON of bounded size, and every name, month and value in it must be one that the page
itself could have made. The form is `1.` and base64 of deflated JSON:

{"n": scenario's name, "d": digest of its file, "x": its values where they differ from the defaults (only if small, and only
 for scenarios that do not come with the package), "s": seed, "m": month, "p": plans, each [[month, lever, value], ...]}
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import LinkError, ScenarioError, printable
from ..scenario import Scenario, preset_names
from .levers import levers, range_of
from .plan import Move, Plan

VERSION = "1."
LONGEST = 6_000  # characters
LONGEST_JSON = 60_000
MOST_MOVES = 500


@dataclass(frozen=True)
class Linked:
    """What a link restores; `other_version` says that the scenario has changed since it was made."""

    plans: tuple[Plan, ...]
    month: int
    other_version: bool = False


def digest(scenario: Scenario) -> str:
    """Return what identifies a scenario from another of the same name."""
    return hashlib.sha256(scenario.to_toml().encode()).hexdigest()[:8]


def link_of(plans: tuple[Plan, ...], month: int) -> str:
    """Return a link's text. Raises LinkError, saying why, for a run that does not fit in one."""
    scenario = plans[0].scenario
    fields: dict[str, Any] = {"n": scenario.name, "d": digest(scenario), "s": plans[0].seed, "m": month}
    fields["p"] = [[[move.month, move.lever, move.value] for move in plan.moves] for plan in plans]
    if not is_preset(scenario) and not scenario.files():
        fields["x"] = scenario.model_dump(mode="json", exclude_defaults=True)
    text = encoded(fields)
    if len(text) > LONGEST or max(len(plan.moves) for plan in plans) > MOST_MOVES:
        raise LinkError("this run is too long for a link: take the scenario away as a file")
    return text


def is_preset(scenario: Scenario) -> bool:
    """Return whether a scenario is one of the package, as it is."""
    return scenario.name in preset_names() and scenario == Scenario.preset(scenario.name)


def linked(text: str, offered: Mapping[str, Scenario]) -> Linked:
    """Return what a link restores, where `offered` are the scenarios that this page has by name. Raises LinkError in one line."""
    fields = decoded(text)
    scenario, other_version = _scenario(fields, offered)
    seed, month = fields.get("s"), fields.get("m")
    if type(seed) is not int or not 0 <= seed < 2**63:
        raise LinkError("its random seed is not a whole number 0 to 2^63 - 1")
    if type(month) is not int or not 0 <= month <= scenario.months:
        raise LinkError(f"its month is not a whole number 0 to {scenario.months}")
    plans = fields.get("p")
    if not isinstance(plans, list) or not 1 <= len(plans) <= 2:
        raise LinkError("it has not one plan or two")
    return Linked(tuple(_plan(scenario, seed, month, moves) for moves in plans), month, other_version)


def _scenario(fields: Mapping[str, Any], offered: Mapping[str, Scenario]) -> tuple[Scenario, bool]:
    name, made_of = fields.get("n"), fields.get("d")
    known = offered.get(name) if isinstance(name, str) else None
    if known is not None and (digest(known) == made_of or "x" not in fields):
        return known, digest(known) != made_of
    if not isinstance(fields.get("x"), dict):
        raise LinkError(printable(f"the scenario {str(name)[:60]!r} is not on this page"))
    try:
        scenario = Scenario.from_values(fields["x"], "scenario in the link")
    except ScenarioError as error:
        raise LinkError(str(error)) from None
    if scenario.files() or scenario.system.folder:
        raise LinkError("its scenario names files, which no link can bring")
    return scenario, False


def _plan(scenario: Scenario, seed: int, month: int, moves: Any) -> Plan:
    if not isinstance(moves, list) or len(moves) > MOST_MOVES:
        raise LinkError(f"it has no list of at most {MOST_MOVES} moves")
    plan = Plan(scenario, seed, tuple(_move(scenario, month, move) for move in moves))
    if len({(move.month, move.lever) for move in plan.moves}) < len(moves):
        raise LinkError("a lever is moved twice in a month")
    try:
        plan.as_scenario()
    except ScenarioError as error:
        raise LinkError(str(error)) from None
    return plan


def _move(scenario: Scenario, last: int, move: Any) -> Move:
    if not isinstance(move, list) or len(move) != 3:
        raise LinkError("a move is not month, lever and value")
    month, name, value = move
    lever = levers().get(name) if isinstance(name, str) else None
    if lever is None:
        raise LinkError(printable(f"there is no lever {str(name)[:60]!r}"))
    if type(month) is not int or not 0 <= month <= last or (lever.from_start and month):
        raise LinkError(f"{name} cannot be moved in month {str(month)[:20]}")
    low, high, _ = range_of(lever, scenario)
    # no number, and a whole one too large for a float, are not between the bounds either
    if type(value) not in (int, float) or not low - 1e-9 <= value <= high + 1e-9:
        raise LinkError(f"{name} = {str(value)[:20]}: allowed {low:g} to {high:g} {lever.unit}")
    if lever.whole and value != int(value):
        raise LinkError(f"{name} = {value}: allowed whole numbers")
    return Move(month, name, float(value))


def encoded(fields: Mapping[str, Any]) -> str:
    """Return JSON as text for a link."""
    raw = json.dumps(fields, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()
    return VERSION + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")


def decoded(text: str) -> dict[str, Any]:
    """Return the JSON of a link, of bounded size. Raises LinkError."""
    if len(text) > LONGEST:
        raise LinkError(f"it is longer than {LONGEST:,} characters")
    if not text.startswith(VERSION):
        raise LinkError("it is not a link of this version")
    body = text.removeprefix(VERSION)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj()
        raw = opener.decompress(packed, LONGEST_JSON)
        if opener.unconsumed_tail or not opener.eof:
            raise LinkError("it is damaged, or too long")
        fields = json.loads(raw)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as error:
        if isinstance(error, LinkError):
            raise
        raise LinkError("it is damaged: copy it whole") from None
    if not isinstance(fields, dict):
        raise LinkError("it is damaged: copy it whole")
    return fields
