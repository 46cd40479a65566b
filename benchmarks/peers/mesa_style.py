"""Workload W as Mesa's examples teach it: agents in a network's cells (Virus on a Network), two stages (Game of Life)."""

from inspect import signature
from math import exp

import mesa
from mesa.discrete_space import FixedAgent, Network

from . import workload as w

NAME = "Mesa"
NEEDS = ("mesa", "networkx")


def logistic(x):
    return 1 / (1 + exp(-x))


class Teacher(FixedAgent):
    def __init__(self, model, cell, adopted, fidelity, burden):
        super().__init__(model)
        self.cell = cell
        self.adopted = adopted
        self.fidelity = fidelity
        self.burden = burden

    @property
    def shown(self):
        return self.adopted * self.fidelity

    def chance_of_change(self):
        if self.adopted:
            return logistic(w.DROP + w.DROP_BURDEN * self.burden)
        return logistic(w.ADOPT + w.ADOPT_PEERS * self.peer_share + w.ADOPT_BURDEN * self.burden)

    def step(self):
        """Decide, with everybody still as last month."""
        peers = self.cell.neighborhood
        self.peer_share = sum(peer.shown for peer in peers.agents) / len(peers)
        changes = self.random.random() < self.chance_of_change()
        self.next_adopted = self.adopted != changes

    def advance(self):
        """Become what was decided."""
        self.adopted = self.next_adopted
        if self.adopted:
            self.fidelity += w.FIDELITY_PACE * (1 - self.fidelity)
        target = w.BURDEN_WITH if self.adopted else w.BURDEN_WITHOUT
        self.burden += w.BURDEN_PACE * (target - self.burden)


class SchoolSystem(mesa.Model):
    def __init__(self, workload, rng=None):
        super().__init__(rng=rng)
        self.network = Network(w.looks_to(workload), capacity=1, random=self.random, **no_layout())
        state = [column.tolist() for column in (workload.adopted, workload.fidelity, workload.burden)]
        Teacher.create_agents(self, len(workload.adopted), self.network.all_cells.cells, *state)

    def share_adopted(self):
        return sum(self.agents.get("adopted")) / len(self.agents)

    def step(self):
        self.agents.do("step")
        self.agents.do("advance")


def no_layout():
    """Newer Mesa draws a spring layout by itself, which would take minutes for ten thousand nodes."""
    return {"layout": None} if "layout" in signature(Network).parameters else {}


def prepare(workload, seed):
    model = SchoolSystem(workload, rng=seed)

    def live(months):
        for _ in range(months):
            model.step()
        return model.share_adopted()

    return live
