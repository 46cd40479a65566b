"""The school system as tables: one row per teacher, school, district, champion, funder, in plain NumPy arrays.

Every column is declared once, with its type, unit and a sentence; the declaration feeds memory, Mesa agents
and the docs. A table is one structured array: `teachers["skill"]` is a column, `teachers[i].skill` in a kernel is a
cell. A teacher's row is about one cache line and a month touches it once; and kernels that take six tables instead of
a hundred columns compile several times faster (`ARCHITECTURE.md` has the figures).

Teachers are stored sorted by school and schools by district, so that a school's teachers are one slice of
rows, `first_teacher : first_teacher + staff`, and a district's schools another, `first_school : first_school + schools`.
Money is in USD, shares are 0..1, months count from 0 and -1 means never.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Annotated, Any, NamedTuple, get_type_hints

import numpy as np

NEVER = -1
GRADES = 6  # years of primary school in most countries (UNESCO Institute for Statistics: 6 is the mode)


class Stage(IntEnum):
    """How far a teacher is with the innovation."""

    UNAWARE = 0
    AWARE = 1
    TRAINED = 2
    USING = 3
    LAPSED = 4


class Enrolment(IntEnum):
    """Where a school stands with the programme."""

    NEVER = 0
    ENROLLED = 1
    LEFT = 2


class FunderStage(IntEnum):
    """The stage of scaling that a funder pays for; a government's money follows institutionalisation."""

    PILOT = 0
    MIDDLE = 1
    SYSTEM = 2
    GOVERNMENT = 3


class GrantStatus(IntEnum):
    """Whether a funder's money flows."""

    WAITING = 0
    PAYING = 1
    ENDED = 2


class Barrier(IntEnum):
    """The loss funnel: the first barrier that keeps a teacher from delivering (DELIVERING: none does)."""

    NOT_REACHED = 0
    UNAWARE = 1
    UNTRAINED = 2
    OVERLOADED = 3
    NOT_CONVINCED = 4
    LAPSED = 5
    LEFT = 6
    LOW_FIDELITY = 7
    DELIVERING = 8


class CostLine(IntEnum):
    """What money is spent on. Training and materials are inputs: earmarked money may buy them, and only them."""

    FIXED = 0
    TRAINING = 1
    COACHING = 2
    MATERIALS = 3
    COMMUNITY = 4
    DATA = 5


@dataclass(frozen=True)
class Column:
    """What a column holds: NumPy type, unit, one sentence, and how many numbers there are in a cell."""

    dtype: str
    unit: str
    sentence: str
    cell: tuple[int, ...] = ()


class Row:
    """The declaration of one table's row."""


class Teacher(Row):
    """One teaching post. A teacher who leaves keeps the row for the newcomer."""

    stage: Annotated[float, Column("uint8", "stage", "How far the teacher is with the innovation.")]
    replaced: Annotated[float, Column("uint8", "yes/no", "A newcomer took the post of a trained teacher.")]
    ties: Annotated[
        float,
        Column(
            "uint16",
            "ties",
            "How many teachers the teacher asks for advice, of the own school first, then of others.",
        ),
    ]
    strain: Annotated[float, Column("float32", "share", "Emotional exhaustion.")]
    commitment: Annotated[float, Column("float32", "share", "Will to do it well.")]
    skill: Annotated[float, Column("float32", "share", "How well the teacher can practise it.")]
    drift: Annotated[float, Column("float32", "share", "How much of the core has been changed away.")]
    adaptation: Annotated[float, Column("float32", "share", "How far the rest fits the local context.")]
    fidelity: Annotated[float, Column("float32", "share", "Dosage x skill x core kept; 0 while not using.")]
    dosage: Annotated[float, Column("float32", "share", "Share of the sessions that take place.")]
    threshold: Annotated[float, Column("float32", "share", "Use around the teacher that tips adoption.")]
    weekly_hours: Annotated[
        float, Column("float32", "h/week", "Workload of the post without the innovation.")
    ]
    resilience: Annotated[
        float,
        Column("float32", "sd", "Lasting trait of the person: less exhausted; newcomers' mean 0, sd 1."),
    ]
    willingness: Annotated[
        float,
        Column("float32", "sd", "Lasting trait of the person: more committed; newcomers' mean 0, sd 1."),
    ]
    habit: Annotated[float, Column("float32", "share", "How far practice has become a habit.")]


class School(Row):
    """One school."""

    first_teacher: Annotated[float, Column("int64", "row", "Where its teachers begin.")]
    first_tie: Annotated[float, Column("int64", "tie", "Where the ties of its teachers begin.")]
    staff: Annotated[float, Column("int32", "teachers", "Teachers in the school.")]
    district: Annotated[float, Column("int32", "row", "The district it belongs to.")]
    pupils: Annotated[float, Column("float32", "pupils", "Pupils taught.")]
    disadvantage: Annotated[
        float, Column("float32", "share", "Disadvantage of its pupils, 0 to 1; 0.5 is average.")
    ]
    remoteness: Annotated[float, Column("float32", "share", "How far away it is, 0 to 1; 0.5 is average.")]
    quintile: Annotated[
        float, Column("uint8", "fifth", "Fifth of the schools by disadvantage: 1 the least, 5 the most.")
    ]
    enrolment: Annotated[float, Column("uint8", "state", "Never, enrolled, or left the programme.")]
    enrolled_month: Annotated[float, Column("int32", "month", "When it enrolled last.")]
    left_month: Annotated[float, Column("int32", "month", "When it left formally.")]
    principal: Annotated[float, Column("float32", "share", "The principal's own support on arrival.")]
    leadership: Annotated[float, Column("float32", "share", "The principal's support.")]
    community: Annotated[float, Column("float32", "share", "Community actors at work in the school.")]
    helper_skill: Annotated[float, Column("float32", "share", "How well community helpers teach.")]
    materials: Annotated[float, Column("float32", "share", "Materials and tools in place.")]
    mismatch: Annotated[float, Column("float32", "share", "How badly the design fits this context.")]
    observed_benefit: Annotated[float, Column("float32", "share", "Benefit that the staff believe they see.")]
    ownership: Annotated[float, Column("float32", "share", "Whether the staff call it theirs.")]
    coaching: Annotated[float, Column("float32", "share", "Coaching this month, of full coaching.")]
    on_course: Annotated[float, Column("uint8", "yes/no", "The whole staff is trained this month.")]
    # what the last sweep over its teachers found
    users: Annotated[float, Column("int32", "teachers", "Teachers who use it.")]
    skill_sum: Annotated[float, Column("float32", "share", "Sum of skill.")]
    skill_top: Annotated[float, Column("float32", "share", "Skill of the strongest teacher.")]
    fidelity_sum: Annotated[float, Column("float32", "share", "Sum of fidelity.")]
    dosage_sum: Annotated[float, Column("float32", "share", "Sum of dosage.")]
    strain_sum: Annotated[float, Column("float32", "share", "Sum of strain.")]
    strain_squares: Annotated[float, Column("float32", "share", "Sum of squared strain.")]
    commitment_sum: Annotated[float, Column("float32", "share", "Sum of commitment.")]
    habit_sum: Annotated[float, Column("float32", "share", "Sum of habit of users.")]
    hours_sum: Annotated[float, Column("float32", "h/week", "Sum of weekly hours.")]
    drift_sum: Annotated[float, Column("float32", "share", "Sum of core drift of users.")]
    adaptation_sum: Annotated[float, Column("float32", "share", "Sum of adaptation of users.")]
    learning: Annotated[float, Column("float32", "SD/year", "What its pupils gain.")]
    gains: Annotated[
        float, Column("float32", "SD", "What pupils of each grade have gained so far.", cell=(GRADES,))
    ]
    barriers: Annotated[
        float, Column("int32", "teachers", "Teachers by the first barrier they meet.", cell=(9,))
    ]


class District(Row):
    """One district."""

    first_school: Annotated[float, Column("int64", "row", "Where its schools begin.")]
    schools: Annotated[float, Column("int32", "schools", "Schools in the district.")]
    joined_month: Annotated[float, Column("int32", "month", "When it joined the programme.")]
    threshold: Annotated[float, Column("float32", "share", "Share of peers joined that tips it.")]
    openness: Annotated[float, Column("float32", "share", "Openness of its leader to new ideas.")]
    leader_months: Annotated[float, Column("int32", "months", "Months since its leader changed.")]
    coaches: Annotated[float, Column("float32", "coaches", "Coaches at work.")]
    capacity: Annotated[float, Column("float32", "share", "What its own staff can deliver.")]
    quality: Annotated[float, Column("float32", "share", "Quality of training and coaching delivered.")]
    institutionalisation: Annotated[float, Column("float32", "share", "Built into rules, posts and budgets.")]
    data_quality: Annotated[float, Column("float32", "share", "How well practice and learning are measured.")]
    push: Annotated[float, Column("float32", "share", "Political capital behind the innovation here.")]
    # what the last census of its schools found
    enrolled: Annotated[float, Column("int32", "schools", "Schools enrolled.")]
    users: Annotated[float, Column("int64", "teachers", "Teachers who use it.")]
    staff: Annotated[float, Column("int64", "teachers", "Teachers of enrolled schools.")]
    use: Annotated[float, Column("float64", "share", "Teachers who use it, of all teachers.")]
    fidelity: Annotated[float, Column("float64", "share", "Mean true fidelity of users.")]
    reported_fidelity: Annotated[float, Column("float64", "share", "Mean fidelity as reported.")]
    coverage: Annotated[float, Column("float64", "share", "Reported use x fidelity over all teachers.")]
    benefit: Annotated[float, Column("float64", "share", "Mean observed benefit of enrolled schools.")]


class Champion(Row):
    """One champion's seat: those of the system come first, then one per district."""

    district: Annotated[float, Column("int32", "row", "The district, or -1 for the whole system.")]
    active: Annotated[float, Column("uint8", "yes/no", "Whether the seat is filled.")]
    capital: Annotated[float, Column("float32", "share", "Political capital.")]
    since_month: Annotated[float, Column("int32", "month", "When the champion took it up.")]


class Funder(Row):
    """One funder. paid_in = spent + balance_flexible + balance_earmarked, every month."""

    stage: Annotated[float, Column("uint8", "stage", "The stage of scaling it pays for.")]
    public: Annotated[float, Column("uint8", "yes/no", "It is government money.")]
    annual_budget: Annotated[float, Column("float64", "USD/year", "What it pays in a full year.")]
    first_month: Annotated[float, Column("int32", "month", "When it may begin.")]
    horizon: Annotated[float, Column("int32", "months", "Length of one grant; 0 has no end.")]
    flexible_share: Annotated[float, Column("float64", "share", "Free for any cost line.")]
    evidence_required: Annotated[float, Column("float64", "share", "Evidence that it asks for.")]
    renewal_odds: Annotated[
        float, Column("float64", "share", "Chance of a grant when evidence just suffices.")
    ]
    carry_over: Annotated[
        float, Column("float64", "share", "Unspent money kept at a grant's end, or a year's end without one.")
    ]
    by_results: Annotated[
        float, Column("float64", "share", "Share of the payment that follows reported results.")
    ]
    status: Annotated[float, Column("uint8", "status", "Waiting, paying, or ended.")]
    since_month: Annotated[float, Column("int32", "month", "When the present grant began.")]
    grants: Annotated[float, Column("int32", "grants", "Grants given so far.")]
    paid_in: Annotated[float, Column("float64", "USD", "All it has paid in, less what lapsed.")]
    spent: Annotated[float, Column("float64", "USD", "All that was spent of it.")]
    spent_now: Annotated[float, Column("float64", "USD", "Spent of it this month.")]
    balance_flexible: Annotated[float, Column("float64", "USD", "Left, for any line.")]
    balance_earmarked: Annotated[float, Column("float64", "USD", "Left, for training and materials.")]


class Programme(Row):
    """The programme (one row): what its management knows and decides in a month."""

    pilot_month: Annotated[
        float, Column("int64", "month", "When the pilot begins, design with teachers done.")
    ]
    enrolled: Annotated[float, Column("int64", "schools", "Schools enrolled.")]
    staff: Annotated[float, Column("int64", "teachers", "Teachers of enrolled schools.")]
    places: Annotated[float, Column("float64", "schools", "Enrolment places not yet used.")]
    course_quality: Annotated[
        float, Column("float64", "share", "Quality of first courses this month, of what own trainers give.")
    ]
    revision: Annotated[
        float, Column("float64", "share", "How far rounds of revision have made the design fit.")
    ]
    cut: Annotated[float, Column("float64", "share", "Share of the expensive components that is out.")]
    results: Annotated[
        float, Column("float64", "share", "Reported use x fidelity of the enrolled schools' teachers.")
    ]
    income: Annotated[float, Column("float64", "USD", "Paid in this month.")]
    committed: Annotated[
        float, Column("float64", "USD", "What grants are committed to pay in the next `reserve_months`.")
    ]
    need: Annotated[float, Column("float64", "USD", "Running need this month.")]
    met: Annotated[float, Column("float64", "USD", "Running need met this month.")]
    pay_ratio: Annotated[float, Column("float64", "share", "Share of other running need met.")]
    input_ratio: Annotated[float, Column("float64", "share", "Share of training and materials need met.")]
    line: Annotated[float, Column("float64", "USD", "Spent this month by cost line.", cell=(6,))]
    spending_so_far: Annotated[float, Column("float64", "USD", "Spent since the beginning.")]
    lays_so_far: Annotated[
        float, Column("float64", "LAYS", "Learning-adjusted school years since the beginning.")
    ]
    evidence: Annotated[float, Column("float64", "share", "Evidence that funders and districts can see.")]
    coverage: Annotated[float, Column("float64", "share", "Reported use x fidelity over all teachers.")]
    institutionalisation: Annotated[
        float, Column("float64", "share", "Mean over joined districts, by teachers.")
    ]
    capital: Annotated[float, Column("float64", "share", "Political capital at the top.")]
    strain_mean: Annotated[float, Column("float64", "share", "Mean strain of all teachers.")]
    strain_sd: Annotated[float, Column("float64", "share", "Its standard deviation.")]
    joined: Annotated[float, Column("int64", "districts", "Districts joined.")]
    users: Annotated[float, Column("int64", "teachers", "Teachers who use it.")]


class Count(Row):
    """What a census adds up over some schools (one row)."""

    schools: Annotated[float, Column("int64", "schools", "Schools counted.")]
    enrolled: Annotated[float, Column("int64", "schools", "Schools enrolled.")]
    left: Annotated[float, Column("int64", "schools", "Schools that left formally.")]
    in_use: Annotated[float, Column("int64", "schools", "Schools where enough of the staff use it.")]
    teachers: Annotated[float, Column("int64", "teachers", "Teachers counted.")]
    staff: Annotated[float, Column("int64", "teachers", "Teachers of enrolled schools.")]
    users: Annotated[float, Column("int64", "teachers", "Teachers who use it.")]
    barriers: Annotated[
        float, Column("int64", "teachers", "Teachers by the first barrier they meet.", cell=(9,))
    ]
    fidelity: Annotated[float, Column("float64", "share", "Sum over users.")]
    reported: Annotated[float, Column("float64", "share", "Sum over users of fidelity as reported.")]
    users_listed: Annotated[float, Column("int64", "teachers", "Teachers of enrolled schools who use it.")]
    reported_listed: Annotated[
        float, Column("float64", "share", "Sum over users of enrolled schools of fidelity as reported.")
    ]
    dosage: Annotated[float, Column("float64", "share", "Sum over users.")]
    drift: Annotated[float, Column("float64", "share", "Sum over users.")]
    depth: Annotated[float, Column("float64", "share", "Sum over users of fidelity x core kept.")]
    skill: Annotated[float, Column("float64", "share", "Sum over teachers.")]
    strain: Annotated[float, Column("float64", "share", "Sum over teachers.")]
    strain_squares: Annotated[float, Column("float64", "share", "Sum over teachers.")]
    commitment: Annotated[float, Column("float64", "share", "Sum over teachers.")]
    habit: Annotated[float, Column("float64", "share", "Sum over users.")]
    hours: Annotated[float, Column("float64", "h/week", "Sum over teachers.")]
    pupils: Annotated[float, Column("float64", "pupils", "Pupils of all schools.")]
    pupils_reached: Annotated[float, Column("float64", "pupils", "Pupils of users.")]
    learning: Annotated[float, Column("float64", "SD/year", "Sum over pupils.")]
    leavers: Annotated[
        float, Column("float64", "SD", "Sum over pupils of the gain of those in the last grade.")
    ]
    helpers: Annotated[float, Column("float64", "share", "Sum over schools of helpers' instruction.")]
    community: Annotated[float, Column("float64", "share", "Sum over schools.")]
    leadership: Annotated[float, Column("float64", "share", "Sum over schools.")]
    ownership: Annotated[float, Column("float64", "share", "Sum over schools.")]
    quality: Annotated[float, Column("float64", "share", "Sum over schools of their district's.")]
    coaching: Annotated[float, Column("float64", "share", "Sum over enrolled schools.")]
    benefit: Annotated[float, Column("float64", "share", "Sum over enrolled schools, of observed benefit.")]
    data: Annotated[float, Column("float64", "share", "Sum over teachers of their district's data quality.")]
    rules: Annotated[
        float, Column("float64", "share", "Sum over teachers of joined districts, of institutionalisation.")
    ]
    joined: Annotated[float, Column("int64", "districts", "Districts that joined.")]
    joined_teachers: Annotated[float, Column("int64", "teachers", "Teachers of districts that joined.")]


class Ties(NamedTuple):
    """Who looks to whom, in compressed rows: row i looks to neighbour[start[i] : start[i + 1]]."""

    start: np.ndarray
    neighbour: np.ndarray


class SchoolSystem(NamedTuple):
    """All tables of one school system.

    `teacher_ties` are the rows that teachers look to, in the order of teachers: a school's begin at its `first_tie`, and
    `ties` of a teacher are one's own. That is 4 bytes a tie and 2 bytes a teacher, and a month reads them in a stream.
    `visible` is what those who ask a teacher see: use in bit 0, skill in steps of 1/127 above it; its shape is (2, n_teachers)
    and its sides are written in turn, so that all look at last month. `thresholds` and `traits` are the quantiles of the distributions
    that newcomers draw theirs from.
    """

    teachers: np.ndarray
    schools: np.ndarray
    districts: np.ndarray
    champions: np.ndarray
    funders: np.ndarray
    programme: np.ndarray
    visible: np.ndarray
    teacher_ties: np.ndarray
    district_ties: Ties
    thresholds: np.ndarray
    traits: np.ndarray


def ties_of(system: SchoolSystem, teacher: int) -> np.ndarray:
    """Return the rows of the teachers that one teacher looks to."""
    school = np.searchsorted(system.schools["first_teacher"], teacher, side="right") - 1
    before = system.teachers["ties"][system.schools["first_teacher"][school] : teacher]
    first = int(system.schools["first_tie"][school] + before.sum())
    return system.teacher_ties[first : first + int(system.teachers["ties"][teacher])]


TABLES: dict[str, type[Row]] = {
    "teachers": Teacher,
    "schools": School,
    "districts": District,
    "champions": Champion,
    "funders": Funder,
    "programme": Programme,
}


@cache
def columns(row: type) -> dict[str, Any]:
    """Return the declared columns of a table, in order."""
    hints = get_type_hints(row, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


@cache
def row_type(row: type) -> np.dtype:
    """Return the NumPy type of one row."""
    return np.dtype([(name, c.dtype, c.cell) for name, c in columns(row).items()], align=True)


def narrow(row: type) -> np.dtype:
    """Return the NumPy type of one row with its floats in single precision, for records of which there are many."""
    of_row = row_type(row)
    assert of_row.names is not None
    single = {name: np.float32 if of_row[name] == np.float64 else of_row[name] for name in of_row.names}
    return np.dtype(list(single.items()))


def allocate(row: type, n: int) -> np.ndarray:
    """Return a table of n rows, all zero."""
    return np.zeros(n, row_type(row))
