"""Parts of a scenario: funders, events, files of ties, a school system; and what may change on the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from ..errors import short
from ..parameters import ASSUMED, SECTIONS, Section, Setting, number

# What an event may change of the setting; all the rest of it is built at month 0, and so is `BUILT_ONCE`.
CHANGING_SETTING = {
    "policy_openness",
    "openness_spread",
    "teacher_attrition",
    "principal_turnover",
    "district_leader_turnover",
    "grade_rotation",
    "principal_support",
}
BUILT_ONCE = {
    "start_month",
    "pilot_schools",
    "pilot_districts",
    "system_champions",
    "district_champions",
    "threshold_mean",
    "threshold_sd",
    "design_months",
    "participatory_design",
}
OF_A_FUNDER = ("grant ends", "funder leaves")  # what happens to one of them, who is named
FIXED_AT_START = BUILT_ONCE | (set(Setting.model_fields) - CHANGING_SETTING)

# What grows with a school system, and follows a list of schools where a scenario does not say it.
SIZES = (
    "funders",
    "innovation.cost_fixed",
    "programme.training_capacity",
    "behaviour.dilution_size",
    "programme.pilot_schools",
    "programme.pilot_districts",
)

# What an event may change of a funder, and the column of the funders' table.
CHANGING_FUNDER = {
    "annual_budget": "annual_budget",
    "horizon_months": "horizon",
    "flexible_share": "flexible_share",
    "evidence_required": "evidence_required",
    "renewal_odds": "renewal_odds",
    "carry_over": "carry_over",
    "by_results": "by_results",
}


class Funder(Section):
    """Who pays. A government-stage funder pays as far as the innovation is built into rules; others pay in full.

    Whether a grant begins, and whether there is another one at its end, is decided by the same graded odds (`renewal_odds`, moved by
    evidence, champions and fit with government); one that asks for no evidence begins in its first month. Unspent money lapses when a
    grant ends, or a year of money without an end, but for `carry_over`.
    """

    name: str = Field(min_length=1, max_length=80, description="What it is called; no two alike.")
    stage: Literal["pilot", "middle", "system", "government"] = Field(
        description="The stage of scaling it pays for."
    )
    public: bool = Field(
        default=False, description="It is government money; true by default for the stage 'government'."
    )
    # fmt: off
    annual_budget: float = number(0.0, 0, 1e12, "USD/year", "lever", "D", ASSUMED, "What it pays in a full year.")
    first_month: int = number(0, 0, 1200, "month", "lever", "D", ASSUMED, "When it may begin.")
    horizon_months: int = number(36, 0, 1200, "months", "lever", "C", "donor project cycle 2-5 years", "Length of one grant; 0 has no end.")
    flexible_share: float = number(1.0, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016", "Share that may be spent on any cost line; the rest buys training and materials.")
    evidence_required: float = number(0.0, 0, 1, "share", "uncertainty", "D", ASSUMED, "Evidence that it asks for; 0 is promised money, which begins in its first month.")
    renewal_odds: float = number(0.4, 0, 1, "share", "uncertainty", "C", "none found", "Chance of a grant, the first or another, when evidence just suffices.")
    carry_over: float = number(0.1, 0, 1, "share", "lever", "D", ASSUMED, "Share of unspent money that is kept when a grant, or a year of money without end, is over.")
    by_results: float = number(0.0, 0, 1, "share", "lever", "D", "Millions Learning: financing of scaling", "Share of the payment that follows results as they are reported.")
    # fmt: on

    @model_validator(mode="before")
    @classmethod
    def _government_money_is_public(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and given.get("stage") == "government":
            return {"public": True, **given}
        return given


class Event(Section):
    """Something that happens in a month: parameters or a funder's money change, a champion or all leaders go, a grant ends.

    ``set`` gives parameters a new value from that month on, ``scale`` multiplies them ("coaching cut by 60%"
    is ``scale = {"programme.coaches_per_100_schools" = 0.4}``). With a ``funder`` they change that funder's
    numbers instead ("the donor halves its money" is ``funder = "Donor"``, ``scale = {annual_budget = 0.5}``).
    Events after the last month are ignored.
    """

    month: int = Field(ge=0, le=1200, description="When it happens.", json_schema_extra={"unit": "month"})
    says: str = Field(min_length=1, max_length=200, description="What people read on the time axis.")
    set: dict[str, float] = Field(default={}, description="Parameters and their new values.")
    scale: dict[str, float] = Field(default={}, description="Parameters and what they are multiplied by.")
    happens: Literal["", "champion leaves", "leaders change", "grant ends", "funder leaves"] = Field(
        default="", description="What else happens; a funder who leaves takes back what is not spent."
    )
    level: Literal["system", "district"] = Field(
        default="system", description="Whose champions leave: those at the top, or all of the districts."
    )
    funder: str = Field(
        default="", description="Whose grant ends, who leaves, or whose money is set or scaled."
    )

    @property
    def changes_funder(self) -> bool:
        """Whether it changes a funder's numbers, not parameters."""
        return bool(self.funder) and not self.happens

    def __hash__(self) -> int:
        changes = frozenset(self.set.items()), frozenset(self.scale.items())
        return hash((self.month, self.says, *changes, self.happens, self.level, self.funder))


DEFAULT_FUNDERS = (
    Funder(name="Foundation", stage="pilot", annual_budget=100_000.0, horizon_months=36, renewal_odds=0.5),
    Funder(
        name="Donor",
        stage="middle",
        annual_budget=150_000.0,
        first_month=30,
        horizon_months=60,
        flexible_share=0.6,
        evidence_required=0.05,
        renewal_odds=0.3,
    ),
    Funder(
        name="Development bank",
        stage="system",
        annual_budget=200_000.0,
        first_month=84,
        horizon_months=60,
        flexible_share=0.5,
        evidence_required=0.10,
        renewal_odds=0.3,
    ),
    Funder(
        name="Ministry of education",
        stage="government",
        public=True,
        annual_budget=300_000.0,
        horizon_months=0,
    ),
)


class TieFile(Section):
    """A file of who looks to whom, in place of generated ties of that kind."""

    between: Literal["teachers", "schools", "districts"] = Field(description="Whose ties they are.")
    file: str = Field(min_length=1, max_length=500, description="An edge list (CSV), GraphML or GML.")
    directed: bool | None = Field(
        default=None,
        description="The first looks to the second, and not the reverse; left out, a graph says so itself, and an edge list goes both ways.",
    )
    whole: bool = Field(
        default=False,
        description="These are all ties there are: teachers look to them alone, and no advice ties are generated.",
    )


class System(Section):
    """A real school system in place of a generated one; files are looked for beside the scenario file.

    What a list of schools says (schools, districts, teachers, pupils) then stands in place of the numbers of [setting].
    """

    folder: str = Field(default="", description="Where files are looked for; that of the scenario file.")
    schools: str = Field(
        default="",
        max_length=500,
        description="A list of schools: CSV, Parquet or Excel; empty generates them.",
    )
    teachers: str = Field(
        default="", max_length=500, description="A list of teachers; empty numbers them in each school."
    )
    columns: dict[str, str] = Field(
        default={}, description="Our word for a column, and the heading it has in the list of schools."
    )
    teacher_columns: dict[str, str] = Field(default={}, description="The same for the list of teachers.")
    fill_pupils_per_teacher: float = number(
        0.0,
        0,
        200,
        "pupils",
        "constant",
        "D",
        ASSUMED,
        "Fills in missing numbers of teachers from pupils; 0 leaves none to be missing.",
    )
    in_proportion: tuple[str, ...] | None = Field(
        default=None,
        description="What is for the default's number of schools, and grows with those of the list; left out, all that the scenario does not "
        "say of money, trainers and pilot.",
    )
    network: Literal["hierarchical", "small-world", "homophilous", "preferential"] = Field(
        default="hierarchical", description="How ties between teachers are generated."
    )
    alike: Literal["experience", "subject", "distance"] = Field(
        default="experience", description="What teachers of a homophilous network have in common."
    )

    @field_validator("in_proportion")
    @classmethod
    def _only_sizes(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for name in names or ():
            if name not in SIZES:
                raise ValueError(f"system.in_proportion = {short(name)}: allowed {', '.join(SIZES)}")
        return names

    def path(self, name: str) -> Path:
        """Return where a file of this system is."""
        return Path(self.folder) / name

    def __hash__(self) -> int:
        return hash((self.folder, self.schools, self.teachers, self.network, self.alike))


class Endgame(Section):
    """Where the programme wants to end up, and by when: what `ml-abm assess` asks the odds of. It changes no run."""

    # fmt: off
    schools: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Share of all schools that are on the programme's list.")
    fidelity: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Mean fidelity of those who use it.")
    government_share: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Share of spending that is government money, by that year.")
    by_year: int = number(..., 1800, 2200, "year", "lever", "D", ASSUMED, "Calendar year by which it is to be reached.")
    teachers: float = number(0.5, 0, 1, "share", "lever", "D", ASSUMED, "Share of the teachers of those schools who use it.")
    sustained_years: int = number(2, 0, 20, "years", "lever", "D", ASSUMED, "Years that schools, teachers and fidelity hold once outside money has gone.")
    # fmt: on


LISTS: dict[str, type[Section]] = {"funders": Funder, "timeline": Event, "ties": TieFile}
NOT_IN_FILES = {"folder"}
# The tables of a scenario file; the last may be left out.
TABLES: dict[str, type[Section]] = {"system": System, **SECTIONS, "endgame": Endgame}
