"""A compiled formula's plain Python, all the way down: nothing that Numba made runs in the reference."""

from collections.abc import Iterable
from dis import get_instructions
from functools import cache
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np
from numba.core.dispatcher import Dispatcher

from ml_abm import mechanisms
from ml_abm.mechanisms import (
    adaptation,
    adoption,
    capacity,
    champions,
    chance,
    commitment,
    community,
    cost,
    evidence,
    exposure,
    funding,
    funnel,
    institutionalisation,
    leadership,
    learning,
    practice,
    skill,
    strain,
    turnover,
    workload,
)

MODULES = [
    adaptation, adoption, capacity, champions, chance, commitment, community, cost, evidence, exposure, funding,
    funnel, institutionalisation, leadership, learning, practice, skill, strain, turnover, workload,
]  # fmt: skip


@cache
def plain(formula: Any) -> Any:
    """Return the Python text of a formula, in which the formulas that it calls are plain too."""
    text = formula.py_func
    names = dict(text.__globals__)
    called = {i.argval for i in get_instructions(text) if i.opname == "LOAD_GLOBAL"}
    for name in called:
        if isinstance(names.get(name), Dispatcher):
            names[name] = plain(names[name])
    return FunctionType(text.__code__, names, text.__name__, text.__defaults__, text.__closure__)


def formulas() -> SimpleNamespace:
    """Return every formula of the mechanisms by its name, in plain Python."""
    found: dict[str, Any] = {}
    for module in MODULES:
        for name, value in vars(module).items():
            if isinstance(value, Dispatcher) and value.py_func.__module__ == module.__name__:
                assert name not in found, f"two formulas of {mechanisms.__name__} are called {name}"
                found[name] = plain(value)
    return SimpleNamespace(**found)


def f32(x: float) -> float:
    """Return what is left of a number in a float32 column."""
    return float(np.float32(x))


def add_up(numbers: Iterable[float], start: float = 0.0) -> float:
    """Return the sum in the order given; Python's own `sum` compensates for rounding from 3.12 on."""
    total = start
    for number in numbers:
        total += number
    return total
