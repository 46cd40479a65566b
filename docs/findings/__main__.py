"""Run the ready studies and write docs/findings/: `make findings`. What is in the folder `findings` already is not run again."""

from __future__ import annotations

from pathlib import Path

from ml_abm import experiments
from ml_abm.experiments.study import Study

from . import pages
from .stories import STORIES

HERE = Path(__file__).parent
RUNS = Path("findings")


def main() -> None:
    """Write all pages and the index."""
    findings = {}
    for name, story in STORIES.items():
        experiment = experiments.run(Study.preset(name), RUNS / name)
        finding = story(experiment)
        pages.write(HERE, finding, experiment)
        findings[name] = (experiment.study.question, finding.title)
        print(f"{name}: {finding.title}", flush=True)
    (HERE / "README.md").write_text(pages.index(findings), encoding="utf-8")


if __name__ == "__main__":
    main()
