"""Rounds of the units of one depot: who stops where, on which day, in which order.

A periodic vehicle routing problem on a cycle of eight weeks: every stop has one unit, one weekday and one even choice
of weeks, the same in the whole cycle; every day keeps to the clock of :class:`finder.capacity.mobile.duty.Duty`. As
much worth as possible is served, and then as few minutes as possible are driven. The rounds come from
:mod:`finder.capacity.mobile.round_exchange`, a bound from :mod:`finder.capacity.mobile.round_bound`, what they are
compared with from :mod:`finder.capacity.mobile.round_baseline`.
"""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from finder.capacity.location.solution import Cancelled
from finder.capacity.mobile.day_tour import best_day
from finder.capacity.mobile.plan import NO_ROAD, NO_ROOM, TOO_FAR
from finder.capacity.mobile.round_baseline import nearest_neighbour
from finder.capacity.mobile.round_bound import lower_bound
from finder.capacity.mobile.round_exchange import Exchange, RoundState
from finder.capacity.mobile.round_orders import driven, steady_orders
from finder.capacity.mobile.round_problem import NO_WAY_MIN, DayRound, Int64, RoundProblem, RoundSolution

RoundProgress = Callable[[int, int, float, float], None]
"""Told: step, of, fewest minutes so far (nan: not all is known yet), bound (nan while there is none)."""

STEPS_PER_STOP: Final = 300
FEWEST_STEPS: Final = 2_000
MOST_STEPS: Final = 80_000
TOLD_EVERY_S: Final = 0.5
SPARE_MIN: Final = 5
SEARCH_SHARE: Final = 0.8
"""Of the time limit; the rest is the bound's."""


def plan_rounds(
    problem: RoundProblem,
    *,
    time_limit_s: float,
    rng: np.random.Generator,
    spare_min: int = SPARE_MIN,
    progress: RoundProgress | None = None,
    cancelled: Cancelled | None = None,
) -> RoundSolution:
    """Plan the rounds of one depot.

    The length of the search follows from the number of stops alone, so that the same ``rng`` gives the same rounds on
    any machine, as long as the time limit does not end it early.

    Parameters
    ----------
    problem
        Stops, drives and units.
    time_limit_s
        Seconds, > 0: the search ends after four fifths of them, the bound at the end, if they are not done before.
    rng
        The only source of chance.
    spare_min
        How many more minutes than its shortest order a day may drive so that a stop keeps its hour in all its weeks.
    progress
        Told where the work stands, at least every second.
    cancelled
        Asked as often; the best rounds so far are returned.
    """
    begin = time.monotonic()
    reasons = _hopeless(problem)
    rows = np.array([row for row in range(problem.n_stops) if row not in reasons], dtype=np.int64)
    tell = progress if progress is not None else _tell_nobody
    n_columns = problem.units * len(problem.duty.weekdays)
    if n_columns and len(rows):
        state = _search(_part(problem, rows), n_columns, begin, time_limit_s, rng, tell, cancelled)
    else:
        state = RoundState.empty(len(rows), n_columns)
    reasons |= {int(row): NO_ROOM for row in rows[state.column < 0]}
    served = rows[state.column >= 0]
    rounds = steady_orders(_rounds(problem, rows, state), problem.drive_min, problem.duty, spare_min=spare_min)
    drive_min = sum(driven(day.stops, problem.drive_min) for day in rounds)
    kept = _part(problem, served)
    number = {int(row): place for place, row in enumerate(served)}

    def tell_bound(bound_min: float) -> None:
        tell(1, 1, float(drive_min), bound_min)

    bound_min = lower_bound(
        kept,
        tuple(replace(day, stops=tuple(number[stop] for stop in day.stops)) for day in rounds),
        time_limit_s=time_limit_s - (time.monotonic() - begin),
        progress=tell_bound,
        cancelled=cancelled,
    )
    baseline_min, left_out = nearest_neighbour(kept)
    weeks: list[tuple[int, ...]] = [()] * problem.n_stops
    unit = np.zeros(problem.n_stops, dtype=np.int64)
    weekday = np.full(problem.n_stops, -1, dtype=np.int64)
    for day in rounds:
        for stop in day.stops:
            weeks[stop] += (day.week,)
            unit[stop], weekday[stop] = day.unit, day.weekday
    return RoundSolution(
        rounds=rounds,
        unit=unit,
        weekday=weekday,
        weeks=tuple(tuple(sorted(of_stop)) for of_stop in weeks),
        unplaced=tuple(sorted(reasons.items())),
        drive_min=drive_min,
        bound_min=min(bound_min, float(drive_min)),
        baseline_min=math.nan if left_out else float(baseline_min),
        seconds=time.monotonic() - begin,
    )


def _tell_nobody(step: int, of: int, best_min: float, bound_min: float) -> None:
    """Ignore where the work stands."""


def _hopeless(problem: RoundProblem) -> dict[int, str]:
    """Return the rows of stops that no day can serve, with the reason."""
    found = {}
    for row in range(problem.n_stops):
        if max(problem.drive_min[0, row + 1], problem.drive_min[row + 1, 0]) >= NO_WAY_MIN:
            found[row] = NO_ROAD
        elif best_day((row,), problem.drive_min, problem.duty) is None:
            found[row] = TOO_FAR
    return found


def _part(problem: RoundProblem, rows: Int64) -> RoundProblem:
    """Return the problem of some of the stops."""
    kept = np.concatenate([[0], rows + 1])
    return replace(
        problem,
        stop_ids=problem.stop_ids[rows],
        sessions=problem.sessions[rows],
        worth=problem.worth[rows],
        drive_min=problem.drive_min[np.ix_(kept, kept)],
    )


def _search(
    problem: RoundProblem,
    n_columns: int,
    begin: float,
    time_limit_s: float,
    rng: np.random.Generator,
    tell: RoundProgress,
    cancelled: Cancelled | None,
) -> RoundState:
    exchange = Exchange(problem, n_columns=n_columns, rng=rng)
    of = min(max(STEPS_PER_STOP * problem.n_stops, FEWEST_STEPS), MOST_STEPS)
    step, chunk = 0, 20
    while step < of:
        tell(step, of, float(exchange.best.day_min.sum()), math.nan)
        if time.monotonic() - begin > SEARCH_SHARE * time_limit_s or (cancelled is not None and cancelled()):
            break
        chunk = min(chunk, of - step)
        before = time.monotonic()
        exchange.run(step, chunk, of)
        step += chunk
        took = max(time.monotonic() - before, 1e-4)
        chunk = max(1, min(int(chunk * TOLD_EVERY_S / took), 4 * chunk))
    tell(step, of, float(exchange.best.day_min.sum()), math.nan)
    return exchange.best


def _rounds(problem: RoundProblem, rows: Int64, state: RoundState) -> tuple[DayRound, ...]:
    weekdays = problem.duty.weekdays
    found = []
    for column, week in np.argwhere(state.count > 0).tolist():
        order = state.order[column, week, : state.count[column, week]] - 1
        found.append(
            DayRound(
                unit=column // len(weekdays) + 1,
                week=week,
                weekday=weekdays[column % len(weekdays)],
                stops=tuple(int(row) for row in rows[order]),
            )
        )
    return tuple(sorted(found, key=lambda day: (day.unit, day.week, day.weekday)))
