"""The clock of one working day, and the shortest order of its few stops that keeps to it.

A day has at most eight stops, mostly four, so that every order is looked at (depth first, dropping what is already too
late or too long): the answer is exact. Sessions begin at round times; therefore the shortest order and the earliest
one may differ, and only the clock tells whether a day fits.
"""

from collections.abc import Sequence
from typing import Final

import numba
import numpy as np

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.round_problem import Int64

DOES_NOT_FIT: Final = 1_000_000_000
"""Stands for the drive or the end of a day that does not fit into its shift."""

START, SHIFT, BREAK, BREAK_AFTER, SETUP, AT_STOP, MOST, STEP = range(8)


def clock_of(duty: Duty) -> Int64:
    """Return a working day as whole numbers for compiled code, shape (8,): see the constants of this module."""
    return np.array(
        [
            duty.start_min,
            duty.shift_min,
            duty.break_min,
            duty.break_after_stops,
            duty.setup_min,
            duty.session_min + duty.packing_min,
            duty.most_stops_per_day,
            duty.step_min,
        ],
        dtype=np.int64,
    )


@numba.njit(cache=True, nogil=True)
def latest_end(n: int, clock: Int64) -> int:
    """Return when a unit must be back from a day with ``n`` stops."""
    return int(clock[START] + clock[SHIFT] + (clock[BREAK] if n > clock[BREAK_AFTER] else 0))


@numba.njit(cache=True, nogil=True)
def after_stop(time: int, drive: int, served: int, n: int, clock: Int64) -> int:
    """Return when a unit that leaves at ``time`` for its next stop, ``drive`` away, leaves that stop again.

    ``served`` stops of the day's ``n`` lie behind it, the break (if it was due) too.
    """
    ready = time + drive + clock[SETUP]
    left = -(-ready // clock[STEP]) * clock[STEP] + clock[AT_STOP]
    if served + 1 == clock[BREAK_AFTER] and served + 1 < n:
        left += clock[BREAK]
    return int(left)


@numba.njit(cache=True, nogil=True)
def end_of(order: Int64, n: int, drive_min: Int64, clock: Int64) -> int:
    """Return when a unit is back that visits ``order[:n]`` (rows of ``drive_min``, 0 is the depot)."""
    time, here = clock[START], 0
    for served in range(n):
        time = after_stop(time, drive_min[here, order[served]], served, n, clock)
        here = order[served]
    return int(time + drive_min[here, 0]) if n else int(time)


@numba.njit(cache=True, nogil=True)
def shortest_order(stops: Int64, n: int, drive_min: Int64, clock: Int64, order: Int64) -> int:
    """Write the order of ``stops[:n]`` with the least drive that fits the shift; return that drive.

    Parameters
    ----------
    stops
        Rows of ``drive_min``, 1 and above; not written to.
    n
        How many of them count.
    drive_min, clock
        See :class:`finder.capacity.mobile.round_problem.RoundProblem` and :func:`clock_of`.
    order
        Receives the answer in its first ``n`` places; unchanged if no order fits.

    Returns
    -------
    int
        Minutes driven, or :data:`DOES_NOT_FIT`. Among equals the first in the order of ``stops`` wins.
    """
    if n == 0:
        return 0
    best = DOES_NOT_FIT
    if n > clock[MOST]:
        return best
    limit = latest_end(n, clock)
    chosen = np.empty(8, dtype=np.int64)
    tried = np.zeros(9, dtype=np.int64)
    time = np.empty(9, dtype=np.int64)
    driven = np.empty(9, dtype=np.int64)
    time[0], driven[0] = clock[START], 0
    used, depth = 0, 0
    while depth >= 0:
        if tried[depth] == n:
            tried[depth] = 0
            depth -= 1
            if depth >= 0:
                used ^= 1 << chosen[depth]
            continue
        k = tried[depth]
        tried[depth] += 1
        if used >> k & 1:
            continue
        here = stops[chosen[depth - 1]] if depth else 0
        leg = drive_min[here, stops[k]]
        left = after_stop(time[depth], leg, depth, n, clock)
        if left > limit or driven[depth] + leg >= best:
            continue
        chosen[depth] = k
        if depth + 1 < n:
            used |= 1 << k
            time[depth + 1], driven[depth + 1] = left, driven[depth] + leg
            depth += 1
            continue
        back = drive_min[stops[k], 0]
        if left + back <= limit and driven[depth] + leg + back < best:
            best = driven[depth] + leg + back
            for place in range(n):
                order[place] = stops[chosen[place]]
    return best


def best_day(stops: Sequence[int], drive_min: Int64, duty: Duty) -> tuple[tuple[int, ...], int] | None:
    """Return the order of some stops with the least drive and its minutes; None if they do not fit into one day.

    Parameters
    ----------
    stops
        Rows of a :class:`finder.capacity.mobile.round_problem.RoundProblem`, from 0.
    drive_min
        Its drives, whose row 0 is the depot.
    duty
        A working day.
    """
    rows = np.array(sorted(stops), dtype=np.int64) + 1
    order = rows.copy()
    if len(rows) > duty.most_stops_per_day:
        return None
    drive = int(shortest_order(rows, len(rows), drive_min, clock_of(duty), order))
    if drive >= DOES_NOT_FIT:
        return None
    return tuple(int(row) - 1 for row in order), drive


def day_fits(stops: Sequence[int], drive_min: Int64, duty: Duty) -> bool:
    """Return whether stops in this order fit into one day; parameters as for :func:`best_day`."""
    n, clock = len(stops), clock_of(duty)
    return n <= duty.most_stops_per_day and (
        end_of(np.array(stops, dtype=np.int64) + 1, n, drive_min, clock) <= latest_end(n, clock)
    )
