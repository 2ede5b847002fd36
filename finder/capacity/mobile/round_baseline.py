"""Rounds as one would draw them by hand: always to the nearest stop that is still due.

What better rounds are compared with. The most frequent stops are given their days first, because they can be nowhere
else later; within one frequency the days of the cycle are filled one after the other, each with the stop nearest to
where the unit stands, as long as every day of its pattern still fits when it is driven nearest first.
"""

import numpy as np

from finder.capacity.mobile.day_tour import clock_of, end_of, latest_end
from finder.capacity.mobile.frequency import WEEKS
from finder.capacity.mobile.round_problem import Int64, RoundProblem


def nearest_neighbour(problem: RoundProblem) -> tuple[int, int]:
    """Return the minutes driven in a cycle by nearest-neighbour rounds, and how many stops they leave out.

    The same days, patterns and clock as in :func:`finder.capacity.mobile.rounds.plan_rounds`.
    """
    drive_min, most = problem.drive_min, problem.duty.most_stops_per_day
    clock = clock_of(problem.duty)
    n_columns = problem.units * len(problem.duty.weekdays)
    days: list[list[set[int]]] = [[set() for _ in range(WEEKS)] for _ in range(n_columns)]

    def fits(stops: set[int]) -> bool:
        if len(stops) > most:
            return False
        order = np.array(_nearest_first(stops, drive_min), dtype=np.int64)
        return end_of(order, len(order), drive_min, clock) <= latest_end(len(order), clock)

    due = set(range(1, problem.n_stops + 1))
    for sessions in sorted(set(problem.sessions.tolist()), reverse=True):
        step = WEEKS // sessions
        asked = {stop for stop in due if problem.sessions[stop - 1] == sessions}
        for week in range(step):
            for column in range(n_columns):
                pattern = [days[column][later] for later in range(week, WEEKS, step)]
                is_full = False
                while not is_full:
                    today = _nearest_first(pattern[0], drive_min)
                    here = today[-1] if today else 0
                    by_drive = sorted(asked, key=lambda stop: (int(drive_min[here, stop]), stop))
                    new = next((stop for stop in by_drive if all(fits(day | {stop}) for day in pattern)), None)
                    is_full = new is None
                    if new is not None:
                        asked.remove(new)
                        due.remove(new)
                        for day in pattern:
                            day.add(new)
    driven = sum(_driven(_nearest_first(day, drive_min), drive_min) for column in days for day in column)
    return driven, len(due)


def _nearest_first(stops: set[int], drive_min: Int64) -> list[int]:
    left, order, here = set(stops), [], 0
    while left:
        here = min(left, key=lambda stop: (int(drive_min[here, stop]), stop))
        left.remove(here)
        order.append(here)
    return order


def _driven(order: list[int], drive_min: Int64) -> int:
    return sum(int(drive_min[here, there]) for here, there in zip((0, *order), (*order, 0), strict=True))
