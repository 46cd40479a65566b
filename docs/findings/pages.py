"""How is a finding written? A page with its picture, its sentences and its table, and a line of the index."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from docs.generate import table
from ml_abm.calibration.uncertain import HOLDS
from ml_abm.experiments import Experiment
from ml_abm.experiments.plan import in_words

from .finding import Finding

DPI = 200
GENERATED = "Written by `make findings` from the runs of a study; do not edit it by hand."
BEGIN = f"""# Findings

What the nine ready studies show, each a question of the report *Millions Learning* (Robinson & Winthrop 2016) put to the model. {GENERATED}

These are answers of a model whose parameters are joined from many countries, and partly assumed: they say what follows if schools work
like this, not what will happen in a named country. [What is known and what is assumed](../evidence.md).

"""


def page(finding: Finding, experiment: Experiment) -> str:
    """Return a finding as Markdown."""
    study = experiment.study
    return "\n".join(
        [
            f"# {study.title}\n",
            f"**{study.question}**\n",
            f"![{finding.title}]({study.name}.png)\n",
            *(f"- {sentence}" for sentence in finding.sentences),
            "\n## What the report says, and what the model says to it\n",
            table(["claim", "model"], [list(pair) for pair in finding.claims]),
            f"{finding.caution} An interval holds {HOLDS}: see [what trials say](../evidence.md).\n",
            "## The numbers\n",
            table(list(finding.heading), [list(row) for row in finding.rows]),
            f"Means after {study.months} months, with intervals that hold 95% of {study.replicates} replicates. Each replicate meets the same random seeds and the same draw of all that is uncertain everywhere. "
            f"{in_words(study)}. Scenarios, factors and ranges, with reasons: "
            f"[`{study.name}.toml`](../../src/ml_abm/experiments/studies/{study.name}.toml).\n",
            "## Repeat it\n",
            f"```\nml-abm experiment run {study.name}\nmake findings\n```\n",
            f"[All findings](README.md). {GENERATED}\n",
        ]
    )


def index(findings: Mapping[str, tuple[str, str]]) -> str:
    """Return the index: for each study its question and its finding."""
    lines = [f"- **{question}** [{title}.]({name}.md)" for name, (question, title) in findings.items()]
    return BEGIN + "\n".join(lines) + "\n"


def write(folder: Path, finding: Finding, experiment: Experiment) -> None:
    """Write a finding's page and picture."""
    name = experiment.study.name
    (folder / f"{name}.md").write_text(page(finding, experiment), encoding="utf-8")
    finding.draw().savefig(folder / f"{name}.png", dpi=DPI)
