"""Downloads: curves as CSV, and the plan as a scenario that the command line runs to the same bits."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .plan import Plan
from .running_plan import Life

PLANS = "AB"


def csv_of(lives: Sequence[Life]) -> str:
    """Return every outcome and what each funder spent, a row per month and plan, with every digit."""
    return pd.concat([_table(life, PLANS[k]) for k, life in enumerate(lives)]).to_csv(
        index=False, lineterminator="\n"
    )


def _table(life: Life, plan: str) -> pd.DataFrame:
    if not life.month:
        return pd.DataFrame(columns=["plan", "month", "year"])
    trace = life.model.trace()
    table = trace.system.reset_index()
    years = life.plan.scenario.setting.start_year + table["month"] / 12
    table.insert(0, "plan", plan)
    table.insert(2, "year", years.round(3))
    if trace.funders is not None:
        spent = trace.funders["spent_now"].unstack("funder")
        for funder in life.plan.scenario.funders:
            table[f"spent by {funder.name}"] = spent[funder.name].to_numpy()
    return table


def toml_of(plan: Plan, month: int, name: str) -> str:
    """Return the plan as a scenario file of that name, headed by the command that gives the same run."""
    scenario = plan.as_scenario()
    head = [
        f"# {scenario.title}, with the levers as they were moved in the live view up to month {month}.",
        f"# The same run: ml-abm run {name} --seed {plan.seed}",
    ]
    head += [f"# Put {file.name} beside this file." for file in scenario.files().values()]
    return "\n".join([*(line.replace("\n", " ") for line in head), "", scenario.to_toml()])


def file_name(plan: Plan, kind: str, letter: str = "") -> str:
    """Return what a file is called."""
    return f"{plan.scenario.name}{'-' + letter.lower() if letter else ''}.{kind}"
