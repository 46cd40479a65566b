"""Every outcome declared once: unit, family and a sentence; `Trace` hands them out as tidy tables.

Families: RE-AIM (Glasgow, Vogt & Boles 1999) and the four dimensions of scale (Coburn 2003) are named where an outcome is one of theirs.
Shares are 0..1. A mean over none is 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from .tables import Row, columns

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Outcome:
    """What an outcome is, and which way is better; every outcome is a float64 column."""

    unit: str
    family: str
    sentence: str
    less_is_better: bool = False
    dtype: str = field(default="float64", init=False)
    cell: tuple[int, ...] = field(default=(), init=False)


def burden(unit: str, family: str, sentence: str) -> Outcome:
    """Return an outcome of which less is better: what programmes cost, ask or lose."""
    return Outcome(unit, family, sentence, less_is_better=True)


def spread(what: str, over: str) -> Outcome:
    """Return a quantile of a state over people or schools; the name says which."""
    return Outcome("share", "spread", f"Quantile of {what} over {over}.")


class DistrictOutcomes(Row):
    """What is known of each district and of the whole system every month."""

    reach_ever: Annotated[float, Outcome("share", "reach", "Schools that ever joined the programme.")]
    reach_schools: Annotated[
        float, Outcome("share", "RE-AIM adoption", "Schools on the programme's list: joined and not left.")
    ]
    reach_in_use: Annotated[
        float, Outcome("share", "RE-AIM maintenance", "Schools where at least half of the staff use it.")
    ]
    schools_ever: Annotated[
        float, Outcome("schools", "reach", "Schools that ever joined the programme, as a number.")
    ]
    schools_enrolled: Annotated[
        float, Outcome("schools", "reach", "Schools on the programme's list, as a number.")
    ]
    schools_in_use: Annotated[
        float, Outcome("schools", "reach", "Schools where at least half of the staff use it, as a number.")
    ]
    adoption: Annotated[float, Outcome("share", "Coburn spread", "Teachers who use it.")]
    fidelity: Annotated[float, Outcome("share", "RE-AIM implementation", "Mean true fidelity of users.")]
    reported_fidelity: Annotated[
        float, Outcome("share", "implementation", "Mean fidelity of users as reported.")
    ]
    effective_coverage: Annotated[
        float, Outcome("share", "implementation", "Use x fidelity over all teachers.")
    ]
    dosage: Annotated[float, Outcome("share", "implementation", "Share of sessions that users deliver.")]
    skill: Annotated[float, Outcome("share", "implementation", "Mean skill of all teachers.")]
    core_drift: Annotated[float, burden("share", "implementation", "Mean loss of the core among users.")]
    depth: Annotated[float, Outcome("share", "Coburn depth", "Fidelity of users x core kept.")]
    habit: Annotated[float, Outcome("share", "Coburn sustainability", "Mean habit of users.")]
    commitment: Annotated[float, Outcome("share", "Coburn depth", "Mean will of teachers to do it well.")]
    strain: Annotated[float, burden("share", "burden", "Mean emotional exhaustion of teachers.")]
    workload_hours: Annotated[float, burden("h/week", "burden", "Mean working week.")]
    learning_sd: Annotated[
        float, Outcome("SD/year", "RE-AIM effectiveness", "Learning gain, mean over all pupils.")
    ]
    learning_leavers: Annotated[
        float,
        Outcome(
            "SD",
            "RE-AIM effectiveness",
            "What pupils of the last grade have gained so far, in all grades; they leave in the last month of a school year (the 12th, the 24th ...).",
        ),
    ]
    pupils_reached: Annotated[float, Outcome("pupils", "RE-AIM reach", "Pupils of teachers who use it.")]
    community_support: Annotated[
        float, Outcome("share", "support", "Community actors at work, mean over schools.")
    ]
    helper_instruction: Annotated[
        float, Outcome("share", "support", "Instruction that community helpers give well, mean over schools.")
    ]
    leadership: Annotated[float, Outcome("share", "support", "Principals' support, mean over schools.")]
    coaching: Annotated[float, Outcome("share", "support", "Coaching of enrolled schools, of full coaching.")]
    capacity: Annotated[float, Outcome("share", "support", "Quality of training and coaching delivered.")]
    ownership: Annotated[
        float, Outcome("share", "Coburn shift of ownership", "Staff who call it theirs, mean over schools.")
    ]
    institutionalisation: Annotated[
        float, Outcome("share", "Coburn sustainability", "Built into rules, posts and budgets.")
    ]
    data_quality: Annotated[
        float, Outcome("share", "evidence", "How well practice and learning are measured.")
    ]
    schools_left: Annotated[
        float, burden("share", "RE-AIM maintenance", "Schools that formally left the programme.")
    ]
    delivering: Annotated[
        float, Outcome("share", "loss funnel", "Teachers who deliver with enough fidelity.")
    ]
    lost_not_reached: Annotated[
        float, burden("share", "loss funnel", "Teachers whose school was never reached.")
    ]
    lost_unaware: Annotated[float, burden("share", "loss funnel", "Teachers who have not heard of it.")]
    lost_untrained: Annotated[
        float, burden("share", "loss funnel", "Teachers who have heard but had no course.")
    ]
    lost_overloaded: Annotated[
        float, burden("share", "loss funnel", "Teachers who had a course or stopped, whose week is too full.")
    ]
    lost_not_convinced: Annotated[
        float, burden("share", "loss funnel", "Trained teachers who did not begin.")
    ]
    lost_lapsed: Annotated[
        float, burden("share", "loss funnel", "Teachers who stopped, and whose week is not too full.")
    ]
    lost_left: Annotated[float, burden("share", "loss funnel", "Posts whose trained teacher left.")]
    lost_low_fidelity: Annotated[
        float, burden("share", "loss funnel", "Users far from the core or the dose.")
    ]


class SystemOutcomes(Row):
    """What is known of the whole system only: leadership and money."""

    reach_districts: Annotated[float, Outcome("share", "reach", "Districts that joined.")]
    champions: Annotated[float, Outcome("share", "leadership", "Champions' seats that are filled.")]
    political_capital: Annotated[float, Outcome("share", "leadership", "Political capital at the top.")]
    evidence: Annotated[float, Outcome("share", "evidence", "Evidence that funders and districts can see.")]
    income: Annotated[float, Outcome("USD", "money", "Paid in by funders this month.")]
    spending: Annotated[float, burden("USD", "money", "Spent this month.")]
    spending_fixed: Annotated[float, burden("USD", "money", "Spent on management this month.")]
    spending_training: Annotated[float, burden("USD", "money", "Spent on courses this month.")]
    spending_coaching: Annotated[float, burden("USD", "money", "Spent on coaches this month.")]
    spending_materials: Annotated[float, burden("USD", "money", "Spent on materials this month.")]
    spending_community: Annotated[
        float, burden("USD", "money", "Spent on organising communities this month.")
    ]
    spending_data: Annotated[float, burden("USD", "money", "Spent on data this month.")]
    balance: Annotated[float, Outcome("USD", "money", "Left in all funders' accounts.")]
    government_share: Annotated[
        float, Outcome("share", "Coburn shift of ownership", "Government money in spending.")
    ]
    funding_gap: Annotated[float, burden("share", "money", "Running need that was not met.")]
    cost_per_pupil: Annotated[
        float, burden("USD/year", "money", "This month's spending x 12 per pupil reached.")
    ]
    reach_gap: Annotated[
        float,
        burden(
            "share difference",
            "equity",
            "Schools that use it, least disadvantaged fifth less the most disadvantaged.",
        ),
    ]
    equity_gap: Annotated[
        float,
        burden("SD/year", "equity", "Learning gain, least disadvantaged fifth less the most disadvantaged."),
    ]
    lays_per_100usd: Annotated[
        float,
        Outcome(
            "LAYS",
            "money",
            "Learning-adjusted years per US$100, since the start; 0 until a dollar is spent.",
        ),
    ]


# Three reaches that are easily taken for each other, by their plain names: as a share, and as a number of schools.
REACHES = {
    "ever joined": ("reach_ever", "schools_ever"),
    "on the list": ("reach_schools", "schools_enrolled"),
    "in use": ("reach_in_use", "schools_in_use"),
}


class QuintileOutcomes(Row):
    """Who gets it: every month, for each fifth of the schools by disadvantage, the least disadvantaged first."""

    reach_schools: Annotated[float, Outcome("share", "equity", "Schools on the programme's list.")]
    reach_in_use: Annotated[
        float, Outcome("share", "equity", "Schools where at least half of the staff use it.")
    ]
    adoption: Annotated[float, Outcome("share", "equity", "Teachers who use it.")]
    fidelity: Annotated[float, Outcome("share", "equity", "Mean true fidelity of users.")]
    learning_sd: Annotated[float, Outcome("SD/year", "equity", "Learning gain, mean over pupils.")]
    cost_per_pupil: Annotated[
        float,
        burden(
            "USD/year", "equity", "Spending x 12 per pupil reached, shared by teachers of enrolled schools."
        ),
    ]


class SpreadOutcomes(Row):
    """How people and schools differ, every month: quantiles to the nearest hundredth.

    Over all teachers (of more than `kernels.spread.SAMPLE`, over an evenly spaced sample of rows), and over all schools' means. Fidelity and
    dosage are over users, and over schools that have some.
    """

    teacher_fidelity_p10: Annotated[float, spread("fidelity", "users")]
    teacher_fidelity_p50: Annotated[float, spread("fidelity", "users")]
    teacher_fidelity_p90: Annotated[float, spread("fidelity", "users")]
    teacher_dosage_p10: Annotated[float, spread("dosage", "users")]
    teacher_dosage_p50: Annotated[float, spread("dosage", "users")]
    teacher_dosage_p90: Annotated[float, spread("dosage", "users")]
    teacher_strain_p10: Annotated[float, spread("strain", "teachers")]
    teacher_strain_p50: Annotated[float, spread("strain", "teachers")]
    teacher_strain_p90: Annotated[float, spread("strain", "teachers")]
    teacher_commitment_p10: Annotated[float, spread("commitment", "teachers")]
    teacher_commitment_p50: Annotated[float, spread("commitment", "teachers")]
    teacher_commitment_p90: Annotated[float, spread("commitment", "teachers")]
    school_fidelity_p10: Annotated[float, spread("fidelity", "schools' users")]
    school_fidelity_p50: Annotated[float, spread("fidelity", "schools' users")]
    school_fidelity_p90: Annotated[float, spread("fidelity", "schools' users")]
    school_dosage_p10: Annotated[float, spread("dosage", "schools' users")]
    school_dosage_p50: Annotated[float, spread("dosage", "schools' users")]
    school_dosage_p90: Annotated[float, spread("dosage", "schools' users")]
    school_strain_p10: Annotated[float, spread("strain", "schools' staff")]
    school_strain_p50: Annotated[float, spread("strain", "schools' staff")]
    school_strain_p90: Annotated[float, spread("strain", "schools' staff")]
    school_commitment_p10: Annotated[float, spread("commitment", "schools' staff")]
    school_commitment_p50: Annotated[float, spread("commitment", "schools' staff")]
    school_commitment_p90: Annotated[float, spread("commitment", "schools' staff")]


class LedgerOutcomes(Row):
    """The account of each funder every month; paid_in = spent + balance, always."""

    paid_in: Annotated[float, Outcome("USD", "money", "All that the funder has paid in, less what lapsed.")]
    spent: Annotated[float, Outcome("USD", "money", "All that was spent of it.")]
    spent_now: Annotated[float, Outcome("USD", "money", "Spent of it this month.")]
    balance: Annotated[float, Outcome("USD", "money", "What is left of it.")]
    grants: Annotated[float, Outcome("grants", "money", "Grants given so far.")]


def describe() -> dict[str, Outcome]:
    """Return every outcome by name, those of districts first."""
    return {**columns(DistrictOutcomes), **columns(SystemOutcomes)}


def lost() -> list[str]:
    """Return the names of the loss funnel, in the order in which barriers are met."""
    return [name for name in columns(DistrictOutcomes) if name.startswith("lost_")]


@dataclass(frozen=True)
class Trace:
    """What happened in one run or in a batch, as tables; rows are the ends of months 0, 1, ...

    `system` has one column an outcome, one row a month, with a `seed` index level for a batch;
    `districts` is month x district; `funders` is the ledger, month x funder. `quintiles` is month x fifth of the schools by
    disadvantage (1 the least), `spread` has quantiles over teachers and over schools, one row a month.
    """

    system: pd.DataFrame
    districts: pd.DataFrame | None = None
    funders: pd.DataFrame | None = None
    quintiles: pd.DataFrame | None = None
    spread: pd.DataFrame | None = None
    events: tuple[tuple[int, str], ...] = ()

    def at(self, month: int) -> Any:
        """Return the outcomes at one month: a Series, or a table by seed for a batch."""
        if self.system.index.nlevels == 2:
            return self.system.xs(month, level="month")
        return self.system.loc[month]


def interval(table: pd.DataFrame, outcome: str, mass: float = 0.9) -> pd.DataFrame:
    """Return low, median and high of an outcome by month over the seeds of a batch."""
    by_month = table[outcome].groupby(level="month")
    tail = (1 - mass) / 2
    low, median, high = by_month.quantile(tail), by_month.median(), by_month.quantile(1 - tail)
    return low.to_frame("low").assign(median=median, high=high)
