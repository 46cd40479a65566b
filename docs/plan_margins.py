"""How much do found packages gain beside the best single lever and the best pair? Prints the table of docs/plan.md.

python -m docs.plan_margins --runs 600 --keep build/plans tusome-kenya escuela-nueva catch-up-zambia
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ml_abm.assess.estimates import paired
from ml_abm.foundation.numbers_in_words import between, money, percent, points
from ml_abm.plan import Plan, plan
from ml_abm.plan.found import LEVER, PAIR, PROGRAMME
from ml_abm.plan.planned import Size

HEADINGS = ("preset", "package of most coverage in the search", "odds (as it is)", "more cost", "beside the programme", "beside the best lever", "beside the best pair")  # fmt: skip


def main() -> None:
    """Search a plan for each preset and print a row for it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("presets", nargs="+")
    options.add_argument("--runs", type=int, default=8_000)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}", flush=True)
    for preset in given.presets:
        found = plan(preset, size=Size(runs=given.runs), keep=given.keep)
        print(f"| {' | '.join(row(preset, found))} |", flush=True)


def row(preset: str, found: Plan) -> list[str]:
    """Return one preset's row: paired differences in coverage over all years, in the fresh draws."""
    front = found.tables["front"].sort_values("coverage", ascending=False)["levers"]
    names = {found.said(name): name for name in found.finalists if name.startswith("plan-")}
    name = next(names[levers] for levers in front if levers in names)
    own, before = found.measured[name], found.measured[PROGRAMME]
    cells = [preset, found.said(name), f"{percent(own['odds'].mean())} ({percent(before['odds'].mean())})"]
    cells.append(money(paired(own["cost"], before["cost"]).mean, sign=True))
    for rival in (PROGRAMME, LEVER, PAIR):
        gain = paired(own["coverage"], found.measured[rival]["coverage"])
        of = "" if rival == PROGRAMME else f"; {found.said(rival)}"
        cells.append(f"{points(gain.mean)} ({between(gain.low, gain.high)}{of})")
    return cells


if __name__ == "__main__":
    main()
