"""Limits of an assessment: how far its answers can be trusted, and what would be most worth knowing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import listed, lower, percent, points
from ...parameters import SECTIONS, declarations, find
from ...system.smaller import large_and_real

if TYPE_CHECKING:
    from ..found import Assessed


def marks(a: Assessed) -> dict[str, int]:
    """Return how many of the scenario's numbers rest on what: a source seen in its text (A), a secondary one (B), memory (C), assumption (D)."""
    found = dict.fromkeys("ABCD", 0)
    for about in declarations().values():
        if about.section in SECTIONS:
            found[about.mark] += 1
    return found


def what_was_simulated(a: Assessed) -> str:
    """Return what part of a large system was simulated in its place, or that a large one was simulated whole; nothing for a small one."""
    part, whole = a.simulated.setting, a.scenario.setting
    if a.simulated is a.scenario:
        large = large_and_real(a.scenario, a.size.teachers)
        return (
            f"All {whole.schools:,} schools were simulated: a list of real schools is never scaled down."
            if large
            else ""
        )
    return (
        f"To take less time, a smaller system was simulated: {part.schools:,} schools in {part.districts:,} districts for {whole.schools:,} in {whole.districts:,}, "
        "with pilot, trainers, fixed costs and money in proportion. Shares are those of the smaller system; counts of people and money are scaled up to "
        "the whole one. Option --whole simulates all of it (docs/assess.md has the differences)."
    )


def from_the_fit(a: Assessed) -> str:
    """Return what is drawn from a posterior, together as it was fitted."""
    names = [*a.ensemble.fitted, *(["all budgets"] if a.ensemble.budgets_fitted else [])]
    return (
        f"{len(names)} numbers are drawn together from a calibrated posterior ({listed(names)}; the page of the fit says which of them its "
        "data inform, and which are as uncertain as before)"
    )


def left_out(a: Assessed) -> list[str]:
    """Return that a posterior left events out, where it did."""
    says = "The posterior takes the place of the events that change trainers, recruitment and targets: what the scenario plans there is not simulated."
    return [says] if a.ensemble.events_left_out else []


def honest(a: Assessed) -> list[str]:
    """Return what the answers rest on, and what they leave out."""
    found = marks(a)
    known, total = found["A"] + found["B"], sum(found.values())
    n, fitted = len(a.ensemble.names), len(a.ensemble.fitted)
    behaviour = sum(
        name.startswith("behaviour.") and name not in a.ensemble.fitted for name in a.ensemble.names
    )
    how = (
        f"{behaviour} numbers of how people behave are drawn together, as trials leave them possible (evidence and assumption: docs/evidence.md); "
        f"{n - fitted - behaviour} others, each by itself, as widely around the scenario's values as the evidence table or the convention says"
    )
    if a.ensemble.source == "posterior":
        how = f"{from_the_fit(a)}; the other {how}"
    part = [sentence] if (sentence := what_was_simulated(a)) else []
    return [
        f"Of {total} numbers of the model, {known} have a source that was seen, itself or second hand; {total - known} are from memory, derived or assumed.",
        f"The odds hold over {len(a.ensemble)} futures: {how}. Each future has its own random seed. Independent draws overstate the spread where parameters are in fact correlated.",
        *left_out(a),
        *part,
        "Not in the odds: that the model itself may be wrong, wars, pandemics, and politics beyond the shocks above. The scenario's own choices are taken as they are.",
        "Not identified: counts of schools inform the pace of a rollout, and next to nothing about how teachers respond (docs/calibration.md).",
    ]


def described(name: str) -> str:
    """Return what a number is, with its name."""
    about = find(name)
    assert about is not None
    return f"{lower(about.sentence.rstrip('.'))} ({about.dotted})"


def knowing(a: Assessed) -> list[str]:
    """Return what would be most worth knowing."""
    table = a.tables["information"]
    shown = table[table["shown"].astype(bool)]
    said = []
    if len(shown):
        said.append(
            "What would narrow the answer most: "
            + listed(
                f"{described(r.parameter)}, {percent(r.share)} of the spread"
                for r in shown.head(4).itertuples()
            )
            + ". All else that was drawn cannot be distinguished from chance with so few futures."
        )
    else:
        said.append(
            f"No single number explains more of the spread than chance would ({percent(float(table['chance'].iloc[0]))}): many matter a little."
        )
    choice = a.tables["choice"]
    if len(choice):
        worth = points(a.worth_of_knowing_all)
        all_known = f"Knowing everything before choosing a step would add {'next to nothing' if worth == '0 points' else f'{worth} of coverage in an average year'}."
        found = choice[choice["shown"].astype(bool)]
        if len(found):
            said.append(
                f"{all_known} What could change the choice: {listed(map(described, found['parameter'].head(3)))}."
            )
        else:
            said.append(f"{all_known} No single number is shown to change the choice.")
    return said
