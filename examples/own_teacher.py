"""Own behaviour in plain Python: skilled teachers mentor a colleague, which the kernels know nothing of.

Run it with `python examples/own_teacher.py`. The kernels live each month; then `step` is called for every teacher of
the subclass, and what it writes is what the kernels find next month.
"""

from ml_abm import Scenario, SchoolSystemModel
from ml_abm.agents import Teacher


class Mentor(Teacher):
    """A teacher who, once skilled, shows the least skilled colleague how it is done."""

    def step(self) -> None:
        """Raise the skill of the least skilled colleague by a twentieth of the gap."""
        if not self.using or self.skill < 0.4:
            return
        weakest = min(self.colleagues, key=lambda colleague: colleague.skill, default=None)
        if weakest is not None and weakest.skill < self.skill:
            weakest.skill += 0.05 * (self.skill - weakest.skill)


def effect_of_mentors(months: int = 36) -> tuple[float, float]:
    """Return mean skill without and with mentors, under the same random seeds."""
    scenario = Scenario().replace(
        {
            "districts": 2,
            "schools": 30,
            "pilot_schools": 30,
            "pilot_districts": 2,
            "coaches_per_100_schools": 10,
        }
    )
    ordinary = SchoolSystemModel(scenario, rng=1)
    mentored = SchoolSystemModel(scenario, rng=1, agent_classes=[Mentor])
    for model in (ordinary, mentored):
        model.run_for(months)
    return ordinary.agents_by_type[Teacher].agg("skill"), mentored.agents_by_type[Teacher].agg("skill")


if __name__ == "__main__":
    without, with_mentors = effect_of_mentors()
    print(f"mean skill after 36 months: {without:.3f} without mentors, {with_mentors:.3f} with")
