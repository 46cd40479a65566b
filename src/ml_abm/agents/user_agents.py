"""Agents of a user's own classes: no row of a table, numbered after all rows, in the order of their registration."""

from __future__ import annotations

import mesa
import numpy as np

from .base import Window

USER_AGENTS = "user agents"  # what a set of agents calls them, in the place of a table's name


class UserAgents:
    """The agents of a model that a user made, by their number, which no other agent of the model ever has."""

    def __init__(self) -> None:
        self.by_number: dict[int, mesa.Agent] = {}

    def has_number(self, agent: object) -> bool:
        """Return whether an agent is registered under its `unique_id`."""
        number = getattr(agent, "unique_id", None)
        return isinstance(number, int) and self.by_number.get(number) is agent

    def number(self, agent: object) -> int | None:
        """Return an agent's number, also if its `unique_id` was overwritten; None if it is not registered."""
        if self.has_number(agent):
            return agent.unique_id  # type: ignore[attr-defined]
        return next((number for number, known in self.by_number.items() if known is agent), None)

    def numbers(self, kind: type = mesa.Agent) -> np.ndarray:
        """Return the numbers of all agents, or of those of just this class."""
        found = (n for n, agent in self.by_number.items() if kind in (mesa.Agent, type(agent)))
        return np.fromiter(found, np.int64)

    def present(self, numbers: np.ndarray) -> np.ndarray:
        """Return those of some numbers whose agents have not been removed."""
        return numbers[np.fromiter((number in self.by_number for number in numbers.tolist()), bool)]

    def instances(self, numbers: np.ndarray, kind: type) -> np.ndarray:
        """Return those of some numbers whose agents are of a class or of its subclasses."""
        each = (isinstance(self.by_number[number], kind) for number in numbers.tolist())
        return numbers[np.fromiter(each, bool)]


def refuse_window(agent: object) -> None:
    """Raise NotImplementedError for the agent of a row: it can neither come nor go."""
    if isinstance(agent, Window):
        raise NotImplementedError("rows of a school system are fixed: change the agent's state instead")
