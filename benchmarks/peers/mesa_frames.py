"""Workload W as mesa-frames' documentation teaches it: an agent set on a Polars table, a month as joins and expressions."""

from . import workload as w

NAME = "mesa-frames (Polars)"
NEEDS = ("mesa_frames", "polars")


def ties(workload):
    """Return the network as mesa-frames would hold it: one row a tie."""
    import polars as pl

    teachers = len(workload.neighbours)
    return (
        pl.DataFrame({"unique_id": range(teachers), "peer": workload.neighbours})
        .explode("peer")
        .cast(pl.Int64)
    )


def make_model(workload, seed):
    """Return a model with its one agent set; the classes are here because their bases may not be installed."""
    import polars as pl
    from mesa_frames import AgentSetPolars, ModelDF

    adopted, fidelity, burden = pl.col("adopted"), pl.col("fidelity"), pl.col("burden")
    drop = w.DROP + w.DROP_BURDEN * burden
    adopt = w.ADOPT + w.ADOPT_PEERS * pl.col("peer_share") + w.ADOPT_BURDEN * burden
    chance_of_change = 1 / (1 + (-pl.when(adopted).then(drop).otherwise(adopt)).exp())
    target = pl.when(adopted).then(w.BURDEN_WITH).otherwise(w.BURDEN_WITHOUT)

    class Teachers(AgentSetPolars):
        def __init__(self, model):
            super().__init__(model)
            self.ties = ties(workload)
            columns = {name: getattr(workload, name) for name in ("adopted", "fidelity", "burden")}
            self += pl.DataFrame({"unique_id": range(len(workload.adopted))} | columns)

        def peer_share(self):
            shown = self.agents.select("unique_id", shown=adopted * fidelity)
            seen = self.ties.join(shown, left_on="peer", right_on="unique_id")
            return seen.group_by("unique_id").agg(peer_share=pl.col("shown").mean())

        def step(self):
            luck = pl.Series(self.random.random(len(self)))
            teachers = self.agents.drop("peer_share", strict=False)
            seen = teachers.join(self.peer_share(), on="unique_id", how="left", maintain_order="left")
            decided = seen.with_columns(adopted=adopted != (luck < chance_of_change))
            self.agents = decided.with_columns(
                fidelity=pl.when(adopted)
                .then(fidelity + w.FIDELITY_PACE * (1 - fidelity))
                .otherwise(fidelity),
                burden=burden + w.BURDEN_PACE * (target - burden),
            )

    class SchoolSystem(ModelDF):
        def __init__(self):
            super().__init__(seed)
            self.teachers = Teachers(self)
            self.agents += self.teachers

        def step(self):
            self.agents.do("step")

    return SchoolSystem()


def prepare(workload, seed):
    model = make_model(workload, seed)

    def live(months):
        for _ in range(months):
            model.step()
        return model.teachers.agents["adopted"].mean()

    return live
