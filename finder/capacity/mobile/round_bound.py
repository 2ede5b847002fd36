"""A bound below the minutes that any rounds over given stops drive: column generation over days.

Let ``r`` be a possible day, ``c_r`` its minutes and ``a_ir`` how often it visits stop ``i``. Rounds choose days::

    minimise  sum_r c_r x_r
    subject to  sum_r a_ir x_r >= sessions_i   for every stop
                sum_r x_r <= units * weekdays * 8

Three things are left out, so that the answer is a bound: ``x`` may be fractional, a stop may be served in any weeks
(patterns), and a day may come back to a stop after at least two others (q-routes without 2-cycles, Christofides,
Mingozzi & Toth 1981, doi:10.1007/BF01589353). The clock of a day is kept exactly: sessions begin at multiples of the
step, so that the time after a stop is one of few values.

Days are priced by dynamic programming over (stops so far, time, last stop). For any prices ``p_i >= 0`` of sessions,
with ``z`` the least ``c_r - sum_i a_ir p_i`` of a day, Lagrange's bound

    sum_i sessions_i p_i + units * weekdays * 8 * min(0, z)

holds, so that the best one seen is valid even when the search is stopped early. Minutes are whole, and so the bound is
rounded up.
"""

import math
import time
from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np

from finder.capacity.location.solution import Cancelled
from finder.capacity.mobile.day_tour import (
    AT_STOP,
    BREAK,
    BREAK_AFTER,
    MOST,
    SETUP,
    SHIFT,
    START,
    STEP,
    clock_of,
)
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.round_problem import DayRound, Float64, Int64, RoundProblem
from finder.errors import MobileError

TOLERANCE_MIN: Final = 1e-6
SMOOTHING: Final = 0.6
"""Share of the best prices so far in those that days are priced with (Wentges 1997, doi:10.1111/1475-3995.00001)."""
ENOUGH_SHARE: Final = 0.001
"""The search ends when bound and relaxation differ by less."""


def lower_bound(
    problem: RoundProblem,
    rounds: tuple[DayRound, ...],
    *,
    time_limit_s: float,
    progress: Callable[[float], None] | None = None,
    cancelled: Cancelled | None = None,
) -> float:
    """Return minutes below which no rounds that serve all stops of the problem can drive.

    Parameters
    ----------
    problem
        Stops that are all to be served.
    rounds
        Some rounds that serve them all, as the first columns.
    time_limit_s
        Stop after so many seconds; the bound is valid, only weaker.
    progress
        Told the bound after every pricing.
    cancelled
        Asked before every pricing.

    Raises
    ------
    MobileError
        If the rounds given serve a stop less often than asked, or the linear program fails.
    """
    if problem.n_stops == 0:
        return 0.0
    end = time.monotonic() + time_limit_s
    clock = clock_of(problem.duty)
    drive_min = np.ascontiguousarray(problem.drive_min, dtype=np.int64)
    demand = problem.sessions.astype(np.float64)
    days = float(problem.units * len(problem.duty.weekdays) * WEEKS)
    master = _Master(demand, days, drive_min)
    master.add(sorted({tuple(stop + 1 for stop in round_.stops) for round_ in rounds}))
    best, best_prices = 0.0, np.zeros(problem.n_stops)
    while True:
        value, prices, day_price = master.solve()
        added = 0
        for smoothing in (SMOOTHING, 0.0):
            asked = smoothing * best_prices + (1 - smoothing) * prices
            least, routes = _price(drive_min, clock, asked)
            bound = float(demand @ asked) + days * min(0.0, least)
            if bound > best:
                best, best_prices = bound, asked
            added = master.add(_better(routes, drive_min, prices, day_price))
            if added:
                break
        if progress is not None:
            progress(_whole(best))
        is_over = time.monotonic() > end or (cancelled is not None and cancelled())
        if not added or is_over or value - best <= ENOUGH_SHARE * value:
            return _whole(best)


def _whole(bound: float) -> float:
    return float(math.ceil(bound - TOLERANCE_MIN * max(1.0, bound)))


def _cost(route: tuple[int, ...], drive_min: Int64) -> int:
    legs = zip((0, *route), (*route, 0), strict=True)
    return sum(int(drive_min[here, there]) for here, there in legs)


def _better(routes: Int64, drive_min: Int64, prices: Float64, day_price: float) -> list[tuple[int, ...]]:
    """Return those days that the linear program would use at its prices."""
    found = []
    for row in routes:
        route = tuple(int(stop) for stop in row[row > 0])
        worth = sum(prices[stop - 1] for stop in route) + day_price
        if route and _cost(route, drive_min) - worth < -TOLERANCE_MIN:
            found.append(route)
    return found


class _Master:
    """The linear program over the days known so far."""

    def __init__(self, demand: Float64, days: float, drive_min: Int64) -> None:
        import highspy

        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        nothing = np.array([], dtype=np.int32), np.array([], dtype=np.float64)
        for sessions in demand:
            self._highs.addRow(float(sessions), highspy.kHighsInf, 0, *nothing)
        self._highs.addRow(-highspy.kHighsInf, days, 0, *nothing)
        self._infinite = highspy.kHighsInf
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._drive_min = drive_min
        self._n = len(demand)
        self._known: set[tuple[int, ...]] = set()

    def add(self, routes: list[tuple[int, ...]]) -> int:
        """Add days that are not known yet; return how many."""
        new = [route for route in dict.fromkeys(routes) if route not in self._known]
        if not new:
            return 0
        self._known.update(new)
        starts: list[int] = []
        rows: list[int] = []
        values: list[float] = []
        for route in new:
            starts.append(len(rows))
            for stop in sorted(set(route)):
                rows.append(stop - 1)
                values.append(float(route.count(stop)))
            rows.append(self._n)
            values.append(1.0)
        self._highs.addCols(
            len(new),
            np.array([_cost(route, self._drive_min) for route in new], dtype=np.float64),
            np.zeros(len(new)),
            np.full(len(new), self._infinite),
            len(rows),
            np.array(starts, dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.array(values),
        )
        return len(new)

    def solve(self) -> tuple[float, Float64, float]:
        """Return the minutes, the prices of sessions (>= 0) and the price of a day (<= 0)."""
        self._highs.run()
        state = self._highs.getModelStatus()
        if state != self._optimal:
            raise MobileError(
                f"The linear program of the bound ended as {self._highs.modelStatusToString(state)!r}: the rounds it "
                "starts from must serve every stop often enough with the units there are."
            )
        duals = np.array(self._highs.getSolution().row_dual)
        value = float(self._highs.getInfo().objective_function_value)
        return value, np.maximum(duals[: self._n], 0.0), min(float(duals[self._n]), 0.0)


@numba.njit(cache=True, nogil=True)
def _price(drive_min: Int64, clock: Int64, prices: Float64) -> tuple[float, Int64]:
    """Return the least ``c - sum of prices`` of a day, and the best day that ends at each stop.

    Labels are (stops so far, slot of the session, last stop), each with the best two costs whose stops before the last
    differ, so that no day goes a-b-a. A later label that is no cheaper than earlier ones is not followed: leaving
    earlier never makes a day end later.

    Returns
    -------
    tuple
        The least cost, and the days, shape (n_stops, most stops): rows of ``drive_min``, padded with 0.
    """
    n, most, step = len(prices), clock[MOST], clock[STEP]
    first_slot = clock[START] // step
    n_slots = (clock[START] + clock[SHIFT] + clock[BREAK]) // step - first_slot + 2
    cost = np.full((most + 1, n_slots, n + 1, 2), np.inf)
    before = np.zeros((most + 1, n_slots, n + 1, 2), dtype=np.int64)
    origin = np.zeros((most + 1, n_slots, n + 1, 2), dtype=np.int64)
    end_cost = np.full(n + 1, np.inf)
    end_label = np.zeros((n + 1, 3), dtype=np.int64)
    last_end = clock[START] + clock[SHIFT] + (clock[BREAK] if most > clock[BREAK_AFTER] else 0)
    for stop in range(1, n + 1):
        slot = -(-(clock[START] + drive_min[0, stop] + clock[SETUP]) // step) - first_slot
        if slot < n_slots:
            cost[1, slot, stop, 0] = drive_min[0, stop] - prices[stop - 1]
    for k in range(1, most + 1):
        limit = clock[START] + clock[SHIFT] + (clock[BREAK] if k > clock[BREAK_AFTER] else 0)
        pause = clock[BREAK] if k == clock[BREAK_AFTER] else 0
        for here in range(1, n + 1):
            least, least_before, second = np.inf, -1, np.inf
            for slot in range(n_slots):
                left = (first_slot + slot) * step + clock[AT_STOP]
                for rank in range(2):
                    value, previous = cost[k, slot, here, rank], before[k, slot, here, rank]
                    if value == np.inf:
                        break
                    if value >= least and (previous == least_before or value >= second):
                        continue
                    if value < least:
                        if previous != least_before:
                            second = least
                        least, least_before = value, previous
                    else:
                        second = value
                    if left + drive_min[here, 0] <= limit and value + drive_min[here, 0] < end_cost[here]:
                        end_cost[here] = value + drive_min[here, 0]
                        end_label[here, 0], end_label[here, 1], end_label[here, 2] = k, slot, rank
                    if k == most:
                        continue
                    other = before[k, slot, here, 0]
                    for there in range(1, n + 1):
                        if there in (here, previous) or (rank == 1 and there != other):
                            continue
                        ready = left + pause + drive_min[here, there] + clock[SETUP]
                        to = -(-ready // step) - first_slot
                        if (first_slot + to) * step + clock[AT_STOP] + drive_min[there, 0] > last_end:
                            continue
                        new = value + drive_min[here, there] - prices[there - 1]
                        if new < cost[k + 1, to, there, 0]:
                            if before[k + 1, to, there, 0] != here:
                                cost[k + 1, to, there, 1] = cost[k + 1, to, there, 0]
                                before[k + 1, to, there, 1] = before[k + 1, to, there, 0]
                                origin[k + 1, to, there, 1] = origin[k + 1, to, there, 0]
                            cost[k + 1, to, there, 0] = new
                            before[k + 1, to, there, 0] = here
                            origin[k + 1, to, there, 0] = 2 * slot + rank
                        elif new < cost[k + 1, to, there, 1] and before[k + 1, to, there, 0] != here:
                            cost[k + 1, to, there, 1] = new
                            before[k + 1, to, there, 1] = here
                            origin[k + 1, to, there, 1] = 2 * slot + rank
    routes = np.zeros((n, most), dtype=np.int64)
    for last in range(1, n + 1):
        if end_cost[last] == np.inf:
            continue
        k, slot, rank = end_label[last, 0], end_label[last, 1], end_label[last, 2]
        stop = last
        while k > 0:
            routes[last - 1, k - 1] = stop
            label = origin[k, slot, stop, rank]
            stop = before[k, slot, stop, rank]
            slot, rank = label // 2, label % 2
            k -= 1
    return end_cost.min(), routes
