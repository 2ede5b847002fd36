"""Exchange of stops between days: take some out, put them back where they cost least, keep what is good.

Ruin and recreate (Schrimpf et al. 2000, doi:10.1006/jcph.1999.6413) in the lean form of Christiaens & Vanden Berghe
(2020, doi:10.1287/trsc.2019.0914): stops around a random one, or all of a random day, are taken out; in an order drawn
by lot they go back to their cheapest place, a small share of places being overlooked; the result replaces the present
one by the rule of simulated annealing. What goes back is a whole *pattern*: one unit, one weekday, one even choice of
weeks, so that every state keeps the rules. Days are driven in their shortest order that fits the shift.

Units are alike and so are weekdays: a *column* is one weekday of one unit, with its eight weeks.
"""

from dataclasses import dataclass
from typing import Final

import numba
import numpy as np

from finder.capacity.mobile.day_tour import DOES_NOT_FIT, MOST, clock_of, shortest_order
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.round_problem import Float64, Int64, RoundProblem

Arrays = tuple[Int64, Int64, Int64, Int64, Int64]
"""Those of :class:`RoundState`."""
Memory = tuple[Int64, Int64]
"""Marks of sets of stops, and the shortest drives of days with these stops."""

WARMEST_MIN: Final = 15.0
COLDEST_MIN: Final = 0.5
"""Temperatures of the annealing, in minutes of driving: a plan so much worse is still taken with a chance of 1/e."""
OVERLOOKED_SHARE: Final = 0.01
"""Of places, at each look."""
MOST_TAKEN: Final = 14
"""Stops taken out at once, at most (or one whole week of a column, if more)."""
REMEMBERED: Final = 2**18
"""Days whose drive is remembered; a power of 2."""
UNSERVED_MIN: Final = 10_000.0
"""What a stop of mean worth that is not served costs the walk, in minutes; the best is kept by worth, then by drive."""


@dataclass(frozen=True, eq=False)
class RoundState:
    """Who is served where.

    Attributes
    ----------
    column, phase
        Shape (n_stops,): column and first week of each stop; -1 where it is not served.
    count
        Shape (n_columns, 8): stops of each day.
    order
        Shape (n_columns, 8, 8): rows of ``drive_min`` of each day's stops, in driving order.
    day_min
        Shape (n_columns, 8): minutes driven.
    """

    column: Int64
    phase: Int64
    count: Int64
    order: Int64
    day_min: Int64

    @classmethod
    def empty(cls, n_stops: int, n_columns: int) -> "RoundState":
        """Return days without stops."""
        return cls(
            column=np.full(n_stops, -1, dtype=np.int64),
            phase=np.full(n_stops, -1, dtype=np.int64),
            count=np.zeros((n_columns, WEEKS), dtype=np.int64),
            order=np.zeros((n_columns, WEEKS, 8), dtype=np.int64),
            day_min=np.zeros((n_columns, WEEKS), dtype=np.int64),
        )

    def copy(self) -> "RoundState":
        """Return a copy that shares nothing."""
        return RoundState(
            self.column.copy(), self.phase.copy(), self.count.copy(), self.order.copy(), self.day_min.copy()
        )

    @property
    def arrays(self) -> Arrays:
        """The arrays, as compiled code takes them."""
        return self.column, self.phase, self.count, self.order, self.day_min


class Exchange:
    """A search that can be stopped after any number of steps.

    Parameters
    ----------
    problem
        Stops that each fit into a day of their own.
    n_columns
        Units x weekdays, at least 1.
    rng
        The only source of chance.
    start
        Where to begin; empty days if None. Stops it does not serve are put in first.
    """

    def __init__(
        self, problem: RoundProblem, *, n_columns: int, rng: np.random.Generator, start: RoundState | None = None
    ) -> None:
        n = problem.n_stops
        self._drive_min = np.ascontiguousarray(problem.drive_min, dtype=np.int64)
        self._step = (WEEKS // problem.sessions).astype(np.int64)
        mean = float(problem.worth.mean())
        share = problem.worth / mean if mean > 0 else np.ones(n)
        # A stop that nobody needs is served all the same where there is room.
        self._worth = share + 1e-6
        self._penalty = UNSERVED_MIN * share + problem.sessions * float(problem.duty.shift_min)
        self._clock = clock_of(problem.duty)
        self._near = _neighbours(self._drive_min)
        # The mark of a day is the exclusive or of those of its stops; 62 random bits keep two days from sharing one.
        self._marks = np.random.default_rng(0).integers(1, 2**62, n + 1)
        self._memory = np.zeros(REMEMBERED, dtype=np.int64), np.zeros(REMEMBERED, dtype=np.int64)
        self._rng = rng
        self._now = start.copy() if start is not None else RoundState.empty(n, n_columns)
        _fill(self._now.arrays, self._drive_min, self._clock, self._marks, self._memory, self._step, self._worth, rng)
        self.best = self._now.copy()

    def run(self, first_step: int, n_steps: int, of: int) -> None:
        """Walk ``n_steps`` steps of a walk of ``of`` steps, from ``first_step`` on; :attr:`best` follows."""
        _walk(
            self._now.arrays,
            self.best.arrays,
            self._drive_min,
            self._clock,
            self._marks,
            self._memory,
            self._step,
            self._worth,
            self._penalty,
            self._near,
            self._rng,
            first_step,
            n_steps,
            of,
        )


def _neighbours(drive_min: Int64) -> Int64:
    """Return all stops by the mean drive to and fro, for each stop, itself first; shape (n, n), rows from 0."""
    both = (drive_min + drive_min.T)[1:, 1:].astype(np.float64)
    np.fill_diagonal(both, -1.0)
    near: Int64 = np.argsort(both, axis=1, kind="stable")
    return near


@numba.njit(cache=True, nogil=True)
def _known_drive(
    rows: Int64, n: int, drive_min: Int64, clock: Int64, marks: Int64, memory: Memory, found: Int64
) -> int:
    """Return the shortest drive of a day, from memory if the same stops were asked for before."""
    mark = 0
    for place in range(n):
        mark ^= marks[rows[place]]
    asked, answers = memory
    slot = mark & (len(asked) - 1)
    if asked[slot] != mark:
        asked[slot] = mark
        answers[slot] = shortest_order(rows, n, drive_min, clock, found)
    return int(answers[slot])


@numba.njit(cache=True, nogil=True)
def _extra_min(
    stop: int, column: int, phase: int, step: int, state: Arrays, drive_min: Int64, clock: Int64, marks: Int64,
    memory: Memory, rows: Int64, found: Int64,
) -> int:  # fmt: skip
    """Return the minutes that a stop adds to the days of a pattern, or DOES_NOT_FIT."""
    _, _, count, order, day_min = state
    for week in range(phase, WEEKS, step):
        if count[column, week] >= clock[MOST]:
            return DOES_NOT_FIT
    extra = 0
    for week in range(phase, WEEKS, step):
        n = count[column, week]
        for place in range(n):
            rows[place] = order[column, week, place]
        rows[n] = stop + 1
        drive = _known_drive(rows, n + 1, drive_min, clock, marks, memory, found)
        if drive >= DOES_NOT_FIT:
            return DOES_NOT_FIT
        extra += drive - day_min[column, week]
    return int(extra)


@numba.njit(cache=True, nogil=True)
def _put(
    stop: int, column: int, phase: int, step: int, state: Arrays, drive_min: Int64, clock: Int64, rows: Int64
) -> None:
    """Serve a stop in a pattern that fits."""
    at, first, count, order, day_min = state
    at[stop], first[stop] = column, phase
    for week in range(phase, WEEKS, step):
        n = count[column, week]
        for place in range(n):
            rows[place] = order[column, week, place]
        rows[n] = stop + 1
        count[column, week] = n + 1
        day_min[column, week] = shortest_order(rows, n + 1, drive_min, clock, order[column, week])


@numba.njit(cache=True, nogil=True)
def _take(
    stop: int, step: Int64, state: Arrays, drive_min: Int64, clock: Int64, rows: Int64, taken: Int64, n_taken: int
) -> int:
    """Serve a stop no longer, nor those whose day does not fit without it; return how many are taken out by now."""
    at, first, count, order, day_min = state
    taken[n_taken] = stop
    done = n_taken
    n_taken += 1
    column = at[stop]
    at[stop] = -1
    while done < n_taken:
        out = taken[done]
        done += 1
        for week in range(first[out], WEEKS, step[out]):
            kept = 0
            for place in range(count[column, week]):
                row = order[column, week, place]
                if row != out + 1:
                    rows[kept] = row
                    kept += 1
            drive = shortest_order(rows, kept, drive_min, clock, order[column, week])
            if drive >= DOES_NOT_FIT:
                # A detour by the stop was shorter than the direct road: the others go too.
                for place in range(kept):
                    order[column, week, place] = rows[place]
                    other = rows[place] - 1
                    if at[other] >= 0:
                        at[other] = -1
                        taken[n_taken] = other
                        n_taken += 1
                drive = 0
            count[column, week] = kept
            day_min[column, week] = drive
        first[out] = -1
    return n_taken


@numba.njit(cache=True, nogil=True)
def _put_back(
    who: Int64,
    n: int,
    state: Arrays,
    drive_min: Int64,
    clock: Int64,
    marks: Int64,
    memory: Memory,
    step: Int64,
    overlooked: float,
    rng: np.random.Generator,
    rows: Int64,
    found: Int64,
) -> None:
    """Serve ``who[:n]``, one after the other, each where it costs least, if there is room."""
    count = state[2]
    n_columns = count.shape[0]
    for turn in range(n):
        stop = who[turn]
        best, best_column, best_phase = DOES_NOT_FIT, -1, -1
        is_empty_seen = False
        for column in range(n_columns):
            is_empty = True
            for week in range(WEEKS):
                if count[column, week] > 0:
                    is_empty = False
                    break
            if is_empty and is_empty_seen:
                continue
            is_empty_seen |= is_empty
            for phase in range(1 if is_empty else step[stop]):
                if overlooked > 0 and rng.random() < overlooked:
                    continue
                extra = _extra_min(stop, column, phase, step[stop], state, drive_min, clock, marks, memory, rows, found)
                if extra < best:
                    best, best_column, best_phase = extra, column, phase
        if best < DOES_NOT_FIT:
            _put(stop, best_column, best_phase, step[stop], state, drive_min, clock, rows)


@numba.njit(cache=True, nogil=True)
def _fill(
    state: Arrays,
    drive_min: Int64,
    clock: Int64,
    marks: Int64,
    memory: Memory,
    step: Int64,
    worth: Float64,
    rng: np.random.Generator,
) -> None:
    """Serve whom nobody serves, the most worth per session first."""
    at = state[0]
    rows, found = np.empty(9, dtype=np.int64), np.empty(9, dtype=np.int64)
    by_worth = np.argsort(-worth * step, kind="mergesort")
    who = np.empty(len(at), dtype=np.int64)
    n = 0
    for stop in by_worth:
        if at[stop] < 0:
            who[n] = stop
            n += 1
    _put_back(who, n, state, drive_min, clock, marks, memory, step, 0.0, rng, rows, found)


@numba.njit(cache=True, nogil=True)
def _copy(source: Arrays, target: Arrays) -> None:
    target[0][:] = source[0]
    target[1][:] = source[1]
    target[2][:] = source[2]
    target[3][:] = source[3]
    target[4][:] = source[4]


@numba.njit(cache=True, nogil=True)
def _lost(at: Int64, weights: Float64) -> float:
    """Return the sum of the weights of stops that are not served."""
    total = 0.0
    for stop in range(len(at)):
        if at[stop] < 0:
            total += weights[stop]
    return total


@numba.njit(cache=True, nogil=True)
def _walk(
    now: Arrays,
    best: Arrays,
    drive_min: Int64,
    clock: Int64,
    marks: Int64,
    memory: Memory,
    step: Int64,
    worth: Float64,
    penalty: Float64,
    near: Int64,
    rng: np.random.Generator,
    first_step: int,
    n_steps: int,
    of: int,
) -> None:
    n = len(now[0])
    rows, found = np.empty(9, dtype=np.int64), np.empty(9, dtype=np.int64)
    taken = np.empty(n, dtype=np.int64)
    key = np.empty(n)
    trial = (now[0].copy(), now[1].copy(), now[2].copy(), now[3].copy(), now[4].copy())
    now_cost = now[4].sum() + _lost(now[0], penalty)
    best_lost, best_min = _lost(best[0], worth), best[4].sum()
    for walked in range(first_step, first_step + n_steps):
        # From the number of the step alone, so that stopping in between changes nothing.
        heat = WARMEST_MIN * (COLDEST_MIN / WARMEST_MIN) ** (walked / of)
        n_taken = 0
        centre = int(rng.random() * n)
        if rng.random() < 0.25 and trial[0][centre] >= 0:
            column, week = trial[0][centre], trial[1][centre]
            many = trial[2][column, week]
            for place in range(many):
                rows[place] = trial[3][column, week, place]
            together = rows[:many].copy()
            for row in together:
                if trial[0][row - 1] >= 0:
                    n_taken = _take(row - 1, step, trial, drive_min, clock, rows, taken, n_taken)
        wanted = min(1 + int(rng.random() * MOST_TAKEN), n)
        for other in near[centre]:
            if n_taken >= wanted:
                break
            if trial[0][other] >= 0 and rng.random() < 0.75:
                n_taken = _take(other, step, trial, drive_min, clock, rows, taken, n_taken)
        for stop in range(n):
            if trial[0][stop] < 0 and now[0][stop] < 0:
                taken[n_taken] = stop
                n_taken += 1
        way = rng.random()
        for turn in range(n_taken):
            stop = taken[turn]
            if way < 0.3:
                key[turn] = rng.random()
            elif way < 0.5:
                key[turn] = step[stop] + 0.9 * rng.random()
            elif way < 0.7:
                key[turn] = -worth[stop] * step[stop] * (0.8 + 0.4 * rng.random())
            elif way < 0.9:
                key[turn] = -float(drive_min[0, stop + 1])
            else:
                key[turn] = float(drive_min[0, stop + 1])
        who = taken[:n_taken][np.argsort(key[:n_taken], kind="mergesort")]
        _put_back(who, n_taken, trial, drive_min, clock, marks, memory, step, OVERLOOKED_SHARE, rng, rows, found)
        lost, drive = _lost(trial[0], worth), trial[4].sum()
        cost = drive + _lost(trial[0], penalty)
        if cost < now_cost - heat * np.log(1.0 - rng.random()):
            _copy(trial, now)
            now_cost = cost
            if lost < best_lost - 1e-9 or (lost < best_lost + 1e-9 and drive < best_min):
                _copy(trial, best)
                best_lost, best_min = lost, drive
        else:
            _copy(now, trial)
