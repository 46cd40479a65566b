"""The SIS model on W's network as NDlib's documentation teaches it; less work than W: no fidelity, burden or logistic.

Its beta is a chance per adopted neighbour and month, its lambda the chance to drop out.
"""

from . import workload as w

NAME = "NDlib SIS (less work)"
NEEDS = ("ndlib", "six", "networkx")  # NDlib imports six without asking for it

BETA, LAMBDA = 0.02, 0.03


def prepare(workload, seed):
    from ndlib.models.epidemics import SISModel
    from ndlib.models.ModelConfig import Configuration

    model = SISModel(w.looks_to(workload).reverse(), seed=seed)  # NDlib's arrows point to whom they influence
    config = Configuration()
    config.add_model_parameter("beta", BETA)
    config.add_model_parameter("lambda", LAMBDA)
    config.add_model_initial_configuration("Infected", workload.adopted.nonzero()[0].tolist())
    model.set_initial_status(config)
    model.iteration(node_status=False)  # NDlib's first iteration only reports the start

    def live(months):
        for _ in range(months):
            model.iteration(node_status=False)
        return sum(model.status.values()) / len(model.status)

    return live
