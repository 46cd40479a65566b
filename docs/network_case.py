"""The section of docs/calibration.md on the network case: `python -m docs.network_case` writes it anew and leaves the rest of the page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from docs.generate import table
from ml_abm.calibration import network_case as case
from ml_abm.calibration.exposure import PERMUTATIONS
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.report.exposure_figure import exposure_figure

PAGE = Path(__file__).with_name("calibration.md")
PICTURE = "pictures/new-math-exposure.png"
HEADING = "## Does who looks to whom explain who adopts when?"
BEFORE = "## A case of your own"
RUNS, SEED, LATE = 400, 1, 1961


def section(pictures: Path = PAGE.parent) -> str:
    """Return the section; the picture is written beside it."""
    tests = case.real_tests(SEED)
    runs = [one for view in (case.FRIENDS, case.NAMED) for one in case.model_runs(view, RUNS, seed=SEED)]
    figure = exposure_figure(tests, runs)
    figure.savefig(pictures / PICTURE, dpi=150, metadata={"Software": None})
    real, chance, p = case.apart_in_years(SEED)
    lines = "\n".join(f"- {line}" for line in case.in_words(tests, runs))
    careless = ", ".join(
        f"{case.careless_test(name, SEED).p:.3f} after {name}" for name in (case.FRIENDS, case.NAMED)
    )
    alone = case.strata() == 0
    late = int((case.real_years()[alone] >= LATE).sum())
    rows = tests[case.FRIENDS, False].hazard.person_periods
    return f"""{HEADING}

Carlson's 38 superintendents of Allegheny County named their friends among themselves, and the year in which each took up new mathematics is known (1958 to 1963). Exposure is the share
of those in view who had adopted in earlier years. A hazard model with a free level for each year asks whether those adopt who are more exposed, and a test lets people change places in the
network {PERMUTATIONS:,} times (seed {SEED}): the graph and the curve stay, who is where does not (to permute the years over people is the same). The eight without ties have no exposure and stay out;
{rows} person-years can say anything.

![The real scores beside chance and beside the model]({PICTURE})

{lines}
- Friends adopted {real:.2f} years apart on average; {chance:.2f} would be chance (p = {p:.2f}).
- With the eight without ties in the test, p would be {careless}: an artefact. The source says that those whom no one chose were left out of the
  published choices, and {late} of the eight adopted in {LATE} or later: without ties and late go together by the making of the data.

The model's histories run on the same ties, with recruitment set so that as many have adopted, over the years, as really had, and with influence along friends (as the preset has it) or along those
who were named; {RUNS} for each influence (`joining_of_peers`; the preset has {case.PRESET_LEVEL:g}). Effect is b, for all against none of those in view.

{model_table(tests, runs)}
{strongest(runs)}

What this cannot say: superintendents told of friends after the fact, and friends who are alike adopt alike without any influence; no test on one network tells these apart. The data hold
adopters only, and nothing on the status of superintendents or the money of their districts. No one should read a proof of influence, or of none, out of 38 people.

The same for a network of one's own: `ml_abm.calibration.exposure.permutation_test(ties, times, strata=...)`; of this case: `ml_abm.calibration.network_case`.

"""


def strongest(runs: list[case.ModelRuns]) -> str:
    """Return in a sentence whether twice the preset's influence is easier to find."""
    power = {one.influence: one.power for one in runs if one.view == case.FRIENDS}
    most, usual = power[max(power)], power[case.PRESET_LEVEL]
    if most > usual + 0.05:
        return f"Influence of {max(power):g} is easier to find than the preset's."
    return (
        f"Influence of {max(power):g} is not easier to find than the preset's. Years are all that was recorded, and friends who follow each other within a year look like "
        "friends who adopt at once."
    )


def model_table(tests: dict, runs: list[case.ModelRuns]) -> str:
    rows = []
    for one in runs:
        q, b = (np.quantile(values, [0.05, 0.5, 0.95]) for values in (one.statistics, one.effects))
        test = tests[one.view, False]
        rows.append(
            [
                one.view,
                f"{one.influence:g}",
                percent(one.power),
                f"{q[1]:.2f} ({q[0]:.2f} to {q[2]:.2f})",
                f"{test.statistic:.2f}",
                percent((one.statistics >= test.statistic).mean()),
                f"{b[1]:.1f} ({b[0]:.1f} to {b[2]:.1f})",
                f"{test.hazard.effect:.1f}",
            ]
        )
    heading = [
        "influence along",
        "influence",
        "found at 5%",
        "score, median (90%)",
        "real score",
        "as large or larger",
        "effect, median (90%)",
        "real effect",
    ]
    return table(heading, rows)


def put_in(page: str, new: str) -> str:
    """Return a page with the section in its place."""
    old = re.compile(rf"{re.escape(HEADING)}\n.*?(?={re.escape(BEFORE)}\n)", re.DOTALL)
    if old.search(page):
        return old.sub(lambda _: new, page)
    return page.replace(f"{BEFORE}\n", f"{new}{BEFORE}\n", 1)


def main() -> None:
    PAGE.write_text(put_in(PAGE.read_text(encoding="utf-8"), section()), encoding="utf-8")
    print(f"wrote {HEADING.removeprefix('## ')!r} in {PAGE.name}")


if __name__ == "__main__":
    main()
