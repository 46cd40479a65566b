"""Fits in the live view: the middle of a fit goes into what is seen, and its draws into the runs of a batch.

The scenarios that a page offers get all of a fit that goes into them. A file or a link of a user says itself how the programme
is rolled out, so only how people respond is taken from the fit; what the page itself gave away comes back as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..calibration.posterior import FittedCase, SavedPosterior
from ..calibration.uncertain import drawn, uncertain, with_draw
from ..scenario import Scenario, preset_names
from .plan import Plan
from .texts import Words


class Fitted:
    """A fit's posterior, and the scenarios that it went into."""

    def __init__(self, posterior: SavedPosterior) -> None:
        self.posterior = posterior
        self.titles = [_title(one) for one in posterior.cases]
        self._offered: dict[str, tuple[Scenario, Scenario]] = {}  # before and after, by name

    def offered(self, scenario: Scenario) -> Scenario:
        """Return a scenario of the page with the middle of the fit."""
        middle = self.posterior.middle(scenario)
        self._offered[scenario.name] = scenario, middle
        return middle

    def opened(self, scenario: Scenario) -> Scenario:
        """Return a user's own scenario with the middle of how people respond."""
        return self.posterior.middle(scenario, local=False)

    def drawn(self, plan: Plan, seed: int) -> Plan:
        """Return a plan with the draw of a seed, all else that is uncertain drawn too; levers that were moved stay where they were put."""
        base, local = self._before(plan.scenario)
        return replace(
            plan, scenario=self.posterior.scenarios(with_draw(base, seed), 1, seed, local=local)[0]
        )

    def drawn_around(self, plan: Plan) -> DrawnPlan:
        """Return a posterior of one plan, for an assessment."""
        return DrawnPlan(self, plan)

    def fits(self, scenario: Scenario) -> set[str]:
        """Return the names of the parameters that the fit puts into a scenario."""
        base, local = self._before(scenario)
        return {name.rpartition(": ")[2] for name in self.posterior.applied(base, local)}

    def said(self, scenario: Scenario, words: Words) -> str:
        """Return in a line what is fitted to what."""
        cases = ", ".join(words.said(title) for title in self.titles)
        _, local = self._before(scenario)
        own = local and any(one.is_of(scenario) for one in self.posterior.cases)
        return words("fit.own" if own else "fit.other", cases=cases)

    def _before(self, scenario: Scenario) -> tuple[Scenario, bool]:
        """Return what a fit is put into, and whether with the rollout."""
        before, after = self._offered.get(scenario.name, (None, None))
        return (before, True) if before is not None and after == scenario else (scenario, False)


def _title(one: FittedCase) -> str:
    """Return what the programme of a case is called."""
    return Scenario.preset(one.scenario).title if one.scenario in preset_names() else one.case


@dataclass(frozen=True)
class DrawnPlan:
    """A posterior of one plan: each draw is the plan with it, and with what `base` has of all else that is uncertain."""

    fitted: Fitted
    plan: Plan

    def scenarios(self, base: Scenario, n: int, seed: int = 1) -> list[Scenario]:
        """Return the plan with n draws; `base` is the plan with numbers drawn from the priors, which stay where nothing is fitted."""
        fits, values = self.fitted.fits(self.plan.scenario), base.values()
        others = {
            one.name: values[one.name.rpartition(".")[2]] for one in uncertain(base) if one.name not in fits
        }
        plans = (self.fitted.drawn(self.plan, seed + k) for k in range(n))
        return [drawn(plan.as_scenario(), others) for plan in plans]
