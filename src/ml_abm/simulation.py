"""The waist: a scenario and a seed in, a trace out. Experiments, calibration and the Mesa model all stand on this.

Between two events of the timeline a run is one compiled call that does not hold Python's lock, so runs share a
process as threads. One run of a very large system can share its schools over threads instead; the bits are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from . import parameters, tables
from .draws import Decision
from .foundation.threads import cores, worthwhile
from .kernels.census import QUINTILES
from .kernels.run import close_month, decide_month, simulate_months, simulate_schools
from .mechanisms.champions import capital_left_behind
from .outcomes import (
    DistrictOutcomes,
    LedgerOutcomes,
    QuintileOutcomes,
    SpreadOutcomes,
    SystemOutcomes,
    Trace,
)
from .scenario import CHANGING_FUNDER, OF_A_FUNDER, Event, Scenario
from .system import build, settled
from .system.memory import check_size, expected_teachers
from .system.month_zero import around
from .tables import GrantStatus, SchoolSystem

if TYPE_CHECKING:
    import pandas as pd

# What is recorded every month, a table each; the last has a row per district where that was asked for.
RECORDS = {
    "record.practice": DistrictOutcomes,
    "record.money": SystemOutcomes,
    "record.ledger": LedgerOutcomes,
    "record.quintiles": QuintileOutcomes,
    "record.spread": SpreadOutcomes,
    "record.districts": DistrictOutcomes,
}
# Their types; districts are kept in single precision, as there may be millions of rows.
RECORD_TYPES = {name: tables.row_type(row) for name, row in RECORDS.items()} | {
    "record.districts": tables.narrow(DistrictOutcomes)
}
# The kernels that a run calls: on one thread, and on several.
ENTRY_POINTS = {False: (simulate_months,), True: (decide_month, simulate_schools, close_month)}
# A compiled call is never longer (some tenths of a second), so that Ctrl-C and progress bars are served. Small systems run
# from event to event in one call.
TEACHER_MONTHS_A_CALL = 2_000_000
# Nor are more rows of districts recorded in one call, which hold twice the memory of those that are kept.
DISTRICT_MONTHS_A_CALL = 100_000


class Simulation:
    """One school system simulated through one scenario.

    Parameters
    ----------
    scenario : what is simulated.
    seed : the chance, 0 .. 2^63 - 1; the same scenario and seed give the same bits.
    threads : threads that share the schools of this one run (for systems of a million teachers and more).
    districts : whether outcomes are also kept for each district.
    ties : graphs, matrices or tables of real ties between "teachers", "schools" or "districts", by that word.
    system : tables to begin with; by default they are built from the scenario and the seed.

    Attributes
    ----------
    scenario : what is simulated, with the numbers of its list of schools where it has one.
    system : the tables as they are at the end of the last month simulated.
    month : months simulated so far.
    parameters : record array (1,) that the kernels read; events change it.
    files : what identifies the files that it was built from, where that was asked for (`Scenario.fingerprints`).
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int = 1,
        *,
        threads: int = 1,
        districts: bool = False,
        ties: Mapping[str, Any] | None = None,
        system: SchoolSystem | None = None,
    ) -> None:
        if not 0 <= seed < 2**63 or seed != int(seed):
            raise ValueError(f"seed = {seed}: allowed whole numbers 0 to 2^63 - 1")
        if system is None:
            scenario = settled(scenario)
            check_size(scenario)
            system = build(scenario, int(seed), ties)
        self.scenario = scenario
        self.seed = int(seed)
        self.threads = threads
        self.keep_districts = districts
        self.month = 0
        self.system = system
        self.parameters = parameters.record(scenario.values())
        self.happened: list[tuple[int, str]] = []
        self.files: dict[str, Any] = {}
        self._records: list[tuple[Any, ...]] = []

    def run_for(self, months: int, progress: Callable[[int], None] = lambda months: None) -> Simulation:
        """Simulate some months more; `progress` is called after every compiled call with how many it was."""
        if months < 0 or months != int(months):
            raise ValueError(f"run_for({months}): allowed whole months")
        end = self.month + int(months)
        while self.month < end:
            self._let_events_happen()
            stretch = min(self._months_a_call(), end - self.month, self._months_to_next_event())
            self._simulate(stretch)
            self.month += stretch
            progress(stretch)
        return self

    def trace(self) -> Trace:
        """Return what happened so far as tables."""
        return tabulated(self.scenario, self.month, [self.records()], self.happened)

    def records(self) -> dict[str, np.ndarray]:
        """Return what was recorded so far, a table each (`RECORDS`)."""
        if len(self._records) != 1:
            empty = tuple(np.empty(0, kind) for kind in RECORD_TYPES.values())
            # the pieces are let go of, as those of many districts are large
            self._records = [
                tuple(np.concatenate(pieces) for pieces in zip(empty, *self._records, strict=True))
            ]
        return dict(zip(RECORDS, self._records[0], strict=True))

    def go_on_from(
        self, month: int, values: np.ndarray, happened: list[tuple[int, str]], records: tuple[Any, ...]
    ) -> None:
        """Go on from a month already simulated: its parameters, events and records; the tables are those of its end."""
        self.month, self.parameters, self.happened = month, values, happened
        self._records = [records]

    def outcomes(self) -> dict[str, np.ndarray]:
        """Return every outcome of the whole system by name: float64 (months simulated,)."""
        records = self.records()
        return columns_of(records["record.practice"]) | columns_of(records["record.money"])

    def latest(self) -> dict[str, float]:
        """Return the outcomes of the last month simulated; raises ValueError before the first."""
        if not self._records:
            raise ValueError("no month has been simulated yet: call run_for first")
        practice, money = self._records[-1][:2]
        return {name: float(part[name][-1]) for part in (practice, money) for name in part.dtype.names}

    def _simulate(self, n_months: int) -> None:
        """Simulate some months without an event and keep their record."""
        n_districts = len(self.system.districts) if self.keep_districts else 0
        whole = (
            tables.allocate(DistrictOutcomes, n_months),
            tables.allocate(SystemOutcomes, n_months),
            tables.allocate(LedgerOutcomes, n_months * len(self.scenario.funders)),
            tables.allocate(QuintileOutcomes, n_months * QUINTILES),
            tables.allocate(SpreadOutcomes, n_months),
        )
        districts = tables.allocate(DistrictOutcomes, n_months * n_districts)
        seed = np.uint64(self.seed)
        if self.threads <= 1:
            simulate_months(self.system, self.parameters, seed, self.month, n_months, whole, districts)
        else:
            shares = self._shares()
            with ThreadPoolExecutor(self.threads - 1) as pool:
                for row in range(n_months):
                    self._simulate_month_in_threads(
                        pool, shares, seed, self.month + row, row, whole, districts
                    )
        self._records.append((*whole, districts.astype(RECORD_TYPES["record.districts"])))

    def _shares(self) -> list[tuple[int, int]]:
        """Return a stretch of schools for each thread, first and after the last, of about as many teachers."""
        first_teacher = np.ascontiguousarray(self.system.schools["first_teacher"])
        shares = np.linspace(0, len(self.system.teachers), self.threads + 1).astype(np.int64)
        cuts = np.searchsorted(first_teacher, shares).tolist()
        return [(a, b) for a, b in pairwise(cuts) if a < b]

    def _simulate_month_in_threads(
        self,
        pool: ThreadPoolExecutor,
        shares: list[tuple[int, int]],
        seed: np.uint64,
        month: int,
        row: int,
        whole: Any,
        districts: Any,
    ) -> None:
        """Simulate one month with the schools shared out; this thread does its share, as what it decided on is in its cache."""
        world: tuple[Any, ...] = (self.system, self.parameters, seed, month)
        decide_month(*world)
        others = [pool.submit(simulate_schools, *world, *share) for share in shares[1:]]
        simulate_schools(*world, *shares[0])
        for other in others:
            other.result()
        close_month(self.system, self.parameters, month, row, whole, districts)

    def _months_to_next_event(self) -> int:
        """Return the months until the next event, at least 1 (those of this month have happened)."""
        later = [event.month - self.month for event in self.scenario.timeline if event.month > self.month]
        return min(later, default=self._months_a_call())

    def _months_a_call(self) -> int:
        rows = len(self.system.districts) if self.keep_districts else 1
        return max(1, min(TEACHER_MONTHS_A_CALL // len(self.system.teachers), DISTRICT_MONTHS_A_CALL // rows))

    def _let_events_happen(self) -> None:
        """Apply this month's events to parameters and tables."""
        for event in self.scenario.timeline:
            if event.month == self.month:
                self.apply(event)

    def apply(self, event: Event) -> None:
        """Let one event happen now; it is also noted for the time axis."""
        if event.changes_funder:
            self._change_funder(event)
        else:
            self._change_parameters(event)
        if event.happens == "champion leaves":
            self._champions_leave(event.level)
        elif event.happens == "leaders change":
            self._leaders_change()
        elif event.happens in OF_A_FUNDER:
            names = [funder.name for funder in self.scenario.funders]
            self._grant_ends(names.index(event.funder), event.happens == "funder leaves")
        self.happened.append((self.month, event.says))

    def _change_parameters(self, event: Event) -> None:
        changed = dict(event.set)
        for name, factor in event.scale.items():
            changed[name] = float(self.parameters[name.rpartition(".")[2]][0]) * factor
        if changed:
            self.change(changed)

    def _change_funder(self, event: Event) -> None:
        row = [funder.name for funder in self.scenario.funders].index(event.funder)
        funder = self.system.funders[row]
        for name, value in event.set.items():
            funder[CHANGING_FUNDER[name]] = value
        for name, factor in event.scale.items():
            funder[CHANGING_FUNDER[name]] = funder[CHANGING_FUNDER[name]] * factor

    def change(self, values: dict[str, float]) -> None:
        """Change parameters from the next month on; short or dotted names."""
        short = {name.rpartition(".")[2]: float(value) for name, value in values.items()}
        now = {name: float(self.parameters[name][0]) for name in parameters.declarations()}
        self.parameters[:] = parameters.record({**now, **short})

    def _grant_ends(self, k: int, goes_back: bool) -> None:
        """End one funder's grant; what is left of it may go back, so that paid in is what was spent."""
        funder = self.system.funders[k]
        funder["status"] = GrantStatus.ENDED
        if goes_back:
            funder["balance_flexible"] = funder["balance_earmarked"] = 0.0
            funder["paid_in"] = funder["spent"]

    def _champions_leave(self, level: str) -> None:
        champions = self.system.champions
        at_top = champions["district"] == tables.NEVER
        for seat in np.flatnonzero((at_top == (level == "system")) & (champions["active"] == 1)):
            self.empty_seat(int(seat))

    def empty_seat(self, seat: int) -> None:
        """Let the champion of one seat leave; what was built into rules stays."""
        champion, d = self.system.champions[seat], int(self.system.champions["district"][seat])
        if d == tables.NEVER:
            rules = self.system.programme["institutionalisation"][0]
        else:
            rules = float(self.system.districts["institutionalisation"][d])
        p = self.parameters.view(np.recarray)[0]
        kept = capital_left_behind.py_func(float(champion["capital"]), float(rules), p)
        champion["active"], champion["capital"] = 0, kept

    def _leaders_change(self) -> None:
        districts, p = self.system.districts, self.parameters[0]
        mean, spread = p["policy_openness"], p["openness_spread"]
        districts["leader_months"] = 0
        districts["openness"] = around(
            self.seed, Decision.OPENNESS, len(districts), mean, spread, self.month + 1
        )


def simulate(
    scenario: Scenario,
    months: int | None = None,
    seed: int | Iterable[int] = 1,
    *,
    workers: int | None = 1,
    districts: bool = False,
    ties: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] = lambda months: None,
) -> Trace:
    """Run a scenario and return its trace.

    Parameters
    ----------
    scenario : what is simulated.
    months : months to simulate; the scenario's own number by default.
    seed : one seed, or several for a batch; a batch has `seed` as the outer index level of every table.
    workers : threads, None for all that this process may use; they share out the runs of a batch, or the schools of a single
        run if it is large enough, never both.
    districts : whether outcomes are also kept for each district.
    ties : real ties, as of `Simulation`.
    progress : called after each compiled call with how many months were simulated.
    """
    scenario = settled(scenario)
    n_months = scenario.months if months is None else months
    if n_months < 1:
        raise ValueError(f"months = {n_months}: allowed 1 or more")
    if isinstance(seed, int | np.integer):
        threads = worthwhile(workers or cores(), expected_teachers(scenario))
        run = Simulation(scenario, int(seed), threads=threads, districts=districts, ties=ties)
        return run.run_for(n_months, progress).trace()

    seeds = [int(s) for s in seed]
    return simulate_each([scenario] * len(seeds), n_months, seeds, workers, districts, ties, progress)


def simulate_each(
    scenarios: Sequence[Scenario],
    months: int,
    seeds: Sequence[int],
    workers: int | None = 1,
    districts: bool = False,
    ties: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] = lambda months: None,
) -> Trace:
    """Run a scenario for each seed, of the same funders and events, and return one trace as of a batch. Words as in `simulate`."""
    if not seeds:
        raise ValueError("seed is an empty list: give at least one")

    def one(scenario: Scenario, s: int) -> tuple[dict[str, np.ndarray], list[tuple[int, str]]]:
        run = Simulation(scenario, s, districts=districts, ties=ties).run_for(months, progress)
        return run.records(), run.happened

    pool = ThreadPoolExecutor(max(1, workers or cores()))
    try:
        records, happened = zip(*pool.map(one, scenarios, seeds), strict=True)
        return tabulated(scenarios[0], months, records, happened[0], seeds)
    finally:  # after Ctrl-C there is no wait for runs that have not begun
        pool.shutdown(wait=False, cancel_futures=True)


def warm_up(threads: int = 1) -> None:
    """Compile what runs on so many threads need, by simulating a month of the smallest system, which needs all that a real one does."""
    smallest = {"districts": 1, "schools": 1, "pilot_schools": 0, "pilot_districts": 0}
    Simulation(Scenario().replace(smallest), seed=0, threads=threads).run_for(1)


def tabulated(
    scenario: Scenario,
    months: int,
    runs: Sequence[dict[str, np.ndarray]],
    happened: Sequence[tuple[int, str]],
    seeds: Sequence[int] = (),
) -> Trace:
    """Return the records of one run, or of a batch with its seeds as outer index level, as a trace: one table made once for all runs."""
    import pandas as pd

    def table(names: tuple[str, ...], inner: dict[str, Iterable[Any]]) -> pd.DataFrame:
        levels = (
            {"seed": seeds, "month": range(months), **inner} if seeds else {"month": range(months), **inner}
        )
        index = pd.MultiIndex.from_product(levels.values(), names=list(levels))
        if len(levels) == 1:
            index = pd.RangeIndex(months, name="month")
        columns: dict[str, np.ndarray] = {}
        for name in names:
            records = [run[name] for run in runs]
            columns |= columns_of(records[0] if len(records) == 1 else np.concatenate(records))
        return pd.DataFrame(columns, index=index)

    n_districts = len(runs[0]["record.districts"]) // max(1, months)
    # those of a list are known by their ids, made-up ones by their numbers
    districts: Sequence[Any] = range(n_districts)
    if scenario.system.schools and n_districts:
        from .system import district_ids

        districts = district_ids(scenario)
    return Trace(
        system=table(("record.practice", "record.money"), {}),
        districts=table(("record.districts",), {"district": districts}) if n_districts else None,
        funders=table(("record.ledger",), {"funder": [funder.name for funder in scenario.funders]}),
        quintiles=table(("record.quintiles",), {"quintile": range(1, QUINTILES + 1)}),
        spread=table(("record.spread",), {}),
        events=tuple(happened),
    )


def columns_of(table: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a table by name."""
    return {name: table[name] for name in table.dtype.names or ()}
