"""Advice networks inside schools, generated to the statistics of 15 real ones (Pitts & Spillane 2009).

In a school of up to `EVERYBODY` teachers everyone asks everybody. In a larger one each teacher has a number of colleagues to ask: at least one,
and geometric, so that some ask one and some ask ten; its mean is `advice_ties`, whatever the size of the school. Teachers take turns and choose one
colleague at a time, as long as they have any left to choose:

- with chance `TRIADIC`, where they ask someone already, someone whom a colleague of theirs asks (triadic closure), else anyone, advice leaders
  (one post in twenty) `LEADER` times as readily;
- a candidate is chosen in proportion to the odds of a tie, times `SHARPER`: more often if of the same grade, the same attitude to innovation (the third of
  the scale in which the threshold lies) or the same years in the school;
- the one who is chosen asks back with chance `ASKS_BACK`, times those same odds, while there is room among the colleagues that this teacher asks.

Sources. The odds of a tie, the mean number and the shares of alike pairs (a fifth, a third, a fifth) are those of the study: 433 teachers of 15
schools, mean staff 28.9 (Pitts & Spillane 2009, International Journal of Research & Method in Education 32: 185-207; data in the R package HLSM,
Sweet, Thomas & Junker 2013). `TRIADIC`, `LEADERS`, `LEADER`, `ASKS_BACK` and `SHARPER` were set so that schools of 29 teachers have the reciprocity
(0.33), Gini coefficient of being asked (0.44), transitivity (0.39), share of ties to the three most asked (0.36), share asked by no one (0.08) and odds
of a tie of the study, about. Turns begin with any teacher, so the order of rows does not
matter for who is asked.

Each teacher has a stream of draws, so a school's network depends on its own rows alone. The work is O(1) a tie in a school of any size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..draws import Decision, key, uniform
from ..foundation.compiled import entry_point, inlined, kernel
from .generators import MOST
from .graph import EVERYBODY, SCHOOLS_AT_A_TIME, next_number

# Pitts & Spillane 2009: odds ratios of a tie, within schools (Mantel & Haenszel 1959, JNCI 22: 719-748)
SAME_GRADE = 2.9
SAME_ATTITUDE = 1.47
SAME_YEARS = 1.5
# and groups of a size that gives the shares of alike pairs: 0.20, 0.36, 0.21
GRADES = 5
ATTITUDES = 3
YEARS = 5

# Set to the statistics of the same networks
TRIADIC = 0.7
LEADERS = 0.05  # share of posts
LEADER = 19.0  # times as readily asked
ASKS_BACK = 0.18
SHARPER = 1.1  # times the odds of a tie are those of a choice, as ties that come from other ties have less to do with likeness

CHOICE_GRADE, CHOICE_ATTITUDE, CHOICE_YEARS = (SHARPER * o for o in (SAME_GRADE, SAME_ATTITUDE, SAME_YEARS))
MOST_ALIKE = CHOICE_GRADE * CHOICE_ATTITUDE * CHOICE_YEARS
TRIES = 12  # to find a colleague; after that the next one not asked yet
HALVINGS = 60
LOTS = 3  # of a school


class Staff(NamedTuple):
    """Workspace for the teachers of one school.

    `alike` has the grade, the third of attitudes and the group of years of each, int64 (n, 3). Ties of teacher i are `start[i]` to `filled[i]` so far
    and to `end[i]` in the end, int64 (n,). `stream` is the key of each teacher's draws, uint64 (n,), and `drawn` how many are used, int64 (n, 1).
    """

    alike: np.ndarray
    start: np.ndarray
    filled: np.ndarray
    end: np.ndarray
    stream: np.ndarray
    drawn: np.ndarray


def advice_counts(mean: float, begin: np.ndarray, seed: int) -> np.ndarray:
    """Return how many colleagues of the own school each teacher asks: uint16 (n,).

    Parameters
    ----------
    mean : mean number of colleagues asked in a school of more than `EVERYBODY` teachers (fewer where there are not so many); 0 is none anywhere.
    begin : int64 (n_schools + 1,), the row at which each school's teachers begin.
    """
    counts = np.zeros(int(begin[-1]), np.uint16)
    if mean > 0:
        largest = int(np.diff(begin).max())
        _count_advice(counts, begin, float(mean), np.full(largest + 1, -1.0), np.uint64(seed))
    return counts


def with_advice(
    advice: np.ndarray,
    across: np.ndarray,
    goes_across: np.ndarray,
    begin: np.ndarray,
    threshold: np.ndarray,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Return all ties of teachers, those inside the school before those to other schools: uint16 (n,) and int32 (n_ties,).

    Parameters
    ----------
    advice : uint16 (n,), how many colleagues of the own school each teacher asks.
    across, goes_across : ties that there are already, how many each teacher has and where they go, row by row.
    begin : as in `advice_counts`.
    threshold : float32 (n,), the use around a teacher that tips adoption; it stands for the attitude to innovation.
    """
    advice = np.minimum(advice, MOST - across)
    counts = advice + across
    goes_to = np.empty(counts.sum(dtype=np.int64), np.int32)
    if len(goes_across):
        _move_across(goes_to, advice, across, goes_across)
    tie = 0
    for first in range(0, len(begin) - 1, SCHOOLS_AT_A_TIME):
        some = begin[first : first + SCHOOLS_AT_A_TIME + 1]
        rows = slice(some[0], some[-1])
        ties = int(counts[rows].sum(dtype=np.int64))
        _ask(
            goes_to[tie : tie + ties],
            some,
            advice[rows],
            across[rows],
            np.ascontiguousarray(threshold[rows]),
            _workspace(int(np.diff(some).max())),
            np.uint64(seed),
        )
        tie += ties
    return counts, goes_to


def _workspace(most: int) -> Staff:
    start, filled, end = (np.empty(most, np.int64) for _ in range(3))
    return Staff(
        alike=np.empty((most, 3), np.int64),
        start=start,
        filled=filled,
        end=end,
        stream=np.empty(most, np.uint64),
        drawn=np.empty((most, 1), np.int64),
    )


@entry_point
def _count_advice(counts, begin, mean, ratios, seed):
    """Write how many colleagues each teacher asks; `ratios` by the size of a school are filled in as they are needed."""
    k = key(seed, Decision.ADVICE_COUNT, 0)
    for s in range(len(begin) - 1):
        others = begin[s + 1] - begin[s] - 1
        if ratios[others] < 0.0:
            ratios[others] = _ratio(mean, others) if others >= EVERYBODY else 1.0
        first = min(1.0, mean) if others >= EVERYBODY else 1.0
        for i in range(begin[s], begin[s + 1]):
            u, chance, count = uniform(k, i), first, 0
            while count < min(others, MOST) and u < chance:
                count += 1
                chance *= ratios[others]
            counts[i] = count


@kernel
def _ratio(mean, most):
    """Return the chance to ask one colleague more for which 1 + q + q^2 + ..., `most` terms, is the mean number asked."""
    if mean >= most:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        q = 0.5 * (low + high)
        asked = 0.0
        for _ in range(most):
            asked = 1.0 + q * asked
        if asked < mean:
            low = q
        else:
            high = q
    return low


@entry_point
def _move_across(goes_to, advice, across, goes_across):
    """Write each teacher's ties to other schools behind the room for those inside."""
    tie = given = 0
    for i in range(len(advice)):
        tie += advice[i]
        for _ in range(across[i]):
            goes_to[tie] = goes_across[given]
            tie += 1
            given += 1


@entry_point
def _ask(goes_to, begin, advice, across, threshold, staff, seed):
    """Write whom the teachers of some schools ask, a school at a time; `begin` are rows of the whole system, other arrays begin with these schools."""
    lots = key(seed, Decision.ADVICE_SCHOOL, 0)
    tie = 0
    for s in range(len(begin) - 1):
        row, n = begin[s], begin[s + 1] - begin[s]
        tie = _meet(staff, row, n, row - begin[0], tie, advice, across, threshold, seed)
        if n <= EVERYBODY:
            _ask_everybody(goes_to, staff, n)
        else:
            _ask_in_turn(goes_to, staff, n, lots, row)
        for i in range(n):
            for at in range(staff.start[i], staff.end[i]):
                goes_to[at] += row


@kernel
def _meet(staff, row, n, local, tie, advice, across, threshold, seed):
    """Take the n teachers of a school to the workspace; return where the ties of the next school begin."""
    years = key(seed, Decision.ADVICE_YEARS, 0)
    for i in range(n):
        third = np.int64(np.float64(threshold[local + i]) * ATTITUDES)
        staff.alike[i, 0] = i % GRADES
        staff.alike[i, 1] = min(third, ATTITUDES - 1)
        staff.alike[i, 2] = np.int64(uniform(years, row + i) * YEARS)
        staff.start[i] = staff.filled[i] = tie
        staff.end[i] = tie + advice[local + i]
        staff.stream[i] = key(seed, Decision.ADVICE_TIE, row + i)
        staff.drawn[i, 0] = 0
        tie = staff.end[i] + across[local + i]
    return tie


@kernel
def _ask_everybody(goes_to, staff, n):
    """Let each ask all others, or as many as each may."""
    for i in range(n):
        for tie in range(staff.start[i], staff.end[i]):
            goes_to[tie] = (i + 1 + tie - staff.start[i]) % n


@kernel
def _ask_in_turn(goes_to, staff, n, lots, row):
    """Let teachers choose one colleague at a time, in turn, until none has one left to choose; lots say who leads and who begins."""
    start, filled, end = staff.start, staff.filled, staff.end
    leaders = np.int64(LEADERS * n + uniform(lots, LOTS * row))
    first = np.int64(uniform(lots, LOTS * row + 1) * n)
    begins = np.int64(uniform(lots, LOTS * row + 2) * n)
    choosing = True
    while choosing:
        choosing = False
        for turn in range(begins, begins + n):
            i = turn if turn < n else turn - n
            if filled[i] < end[i]:
                choosing = True
                chance = (staff.stream[i], staff.drawn[i])
                j = np.int64(-1)
                if filled[i] > start[i] and next_number(chance) < TRIADIC:
                    j = _colleague_of_colleague(goes_to, staff, i, chance)
                if j < 0:
                    j = _anybody(goes_to, staff, i, n, leaders, first, chance)
                goes_to[filled[i]] = j
                filled[i] += 1
                asks_back = next_number(chance) < ASKS_BACK * _odds(staff.alike, i, j)
                if asks_back and filled[j] < end[j] and _is_new(goes_to, start[j], filled[j], i):
                    goes_to[filled[j]] = i
                    filled[j] += 1


@inlined
def _colleague_of_colleague(goes_to, staff, i, chance):
    """Return a teacher whom a colleague of teacher i asks, and i does not yet; -1 where none is found."""
    first, asked = staff.start[i], staff.filled[i] - staff.start[i]
    for _ in range(TRIES):
        friend = goes_to[first + np.int64(next_number(chance) * asked)]
        theirs = staff.filled[friend] - staff.start[friend]
        if theirs > 0:
            j = np.int64(goes_to[staff.start[friend] + np.int64(next_number(chance) * theirs)])
            accepted = next_number(chance) * MOST_ALIKE < _odds(staff.alike, i, j)
            if accepted and j != i and _is_new(goes_to, first, first + asked, j):
                return j
    return np.int64(-1)


@inlined
def _anybody(goes_to, staff, i, n, leaders, first_leader, chance):
    """Return a teacher of the school whom teacher i does not ask yet; leaders, some posts from the first on round the staff, come up more readily."""
    first, last = staff.start[i], staff.filled[i]
    for _ in range(TRIES):
        drawn = next_number(chance) * (LEADER * leaders + (n - leaders))
        post = np.int64(drawn / LEADER)
        if post >= leaders:
            post = min(n - 1, leaders + np.int64(drawn - LEADER * leaders))
        j = first_leader + post
        if j >= n:
            j -= n
        accepted = next_number(chance) * MOST_ALIKE < _odds(staff.alike, i, j)
        if accepted and j != i and _is_new(goes_to, first, last, j):
            return j
    j = np.int64(next_number(chance) * n)
    while j == i or not _is_new(goes_to, first, last, j):
        j = j + 1 if j + 1 < n else 0
    return j


@inlined
def _odds(alike, i, j):
    """Return how many times as likely the choice of a teacher by another is for what they have in common."""
    odds = 1.0
    if alike[i, 0] == alike[j, 0]:
        odds *= CHOICE_GRADE
    if alike[i, 1] == alike[j, 1]:
        odds *= CHOICE_ATTITUDE
    if alike[i, 2] == alike[j, 2]:
        odds *= CHOICE_YEARS
    return odds


@inlined
def _is_new(goes_to, first, last, j):
    """Return whether a teacher is in none of these places."""
    is_new = True
    for tie in range(first, last):
        is_new &= goes_to[tie] != j
    return is_new
