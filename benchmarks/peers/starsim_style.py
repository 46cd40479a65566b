"""The SIS model on W's network as Starsim's documentation teaches it; less work than W: no fidelity, burden or logistic."""

import os

from . import workload as w

NAME = "Starsim SIS (less work)"
NEEDS = ("starsim", "networkx")

BETA, MONTHS_IN_USE = 0.02, 30
LONGEST = 600  # Starsim wants to know the end of time when it starts


def prepare(workload, seed):
    os.environ.setdefault(
        "STARSIM_INSTALL_FONTS", "0"
    )  # or the first import installs fonts and says so at length
    import starsim as ss

    sis = ss.SIS(
        beta={"staticnet": [ss.permonth(BETA), 0]},  # along the arrow only
        init_prev=ss.bernoulli(p=w.PIONEERS),
        dur_inf=ss.lognorm_ex(mean=ss.months(MONTHS_IN_USE)),
        imm_boost=0,  # who dropped out can adopt again, as in W
    )
    sim = ss.Sim(
        n_agents=len(workload.adopted),
        diseases=sis,
        networks=ss.StaticNet(graph=w.looks_to(workload).reverse()),
        dt=ss.month,
        dur=ss.months(LONGEST),
        rand_seed=seed,
        verbose=0,
    )
    sim.init()

    def live(months):
        for _ in range(months):
            sim.run_one_step()
        return float(sim.diseases.sis.infected.mean())

    return live
