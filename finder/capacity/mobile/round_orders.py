"""Orders of days that let stops keep one hour in all their weeks.

The days of one weekday of one unit often share stops: driven the other way round in some week, a stop could not keep
its hour. Every order of a day with the same drive (or little more) is as good for the driver, and so the one with which
the fewest stops keep several hours is taken, day by day until nothing improves.
"""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from finder.capacity.mobile.day_tour import day_fits
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.hours import announce
from finder.capacity.mobile.round_problem import DayRound, Int64

MOST_ORDERED: Final = 5
"""Days with more stops keep the order they have: there are too many others."""


def steady_orders(
    rounds: Sequence[DayRound], drive_min: Int64, duty: Duty, *, spare_min: int = 0
) -> tuple[DayRound, ...]:
    """Return the rounds in orders that let the most stops keep one hour.

    Parameters
    ----------
    rounds
        Days of the units of one depot, each in its shortest order.
    drive_min
        As in :class:`finder.capacity.mobile.round_problem.RoundProblem`.
    duty
        A working day.
    spare_min
        How many more minutes than the shortest order a day may drive, at least 0.
    """
    columns: dict[tuple[int, int], list[int]] = {}
    for row, day in enumerate(rounds):
        columns.setdefault((day.unit, day.weekday), []).append(row)
    found = list(rounds)
    for rows in columns.values():
        days = [found[row] for row in rows]
        fewest = _cost(days, drive_min, duty)
        others = [_orders(day, drive_min, duty, spare_min) for day in days]
        is_better = fewest[0] > 0
        while is_better:
            is_better = False
            for place, orders in enumerate(others):
                for order in orders:
                    trial = [*days[:place], replace(days[place], stops=order), *days[place + 1 :]]
                    cost = _cost(trial, drive_min, duty)
                    if cost < fewest:
                        days, fewest, is_better = trial, cost, True
        for row, day in zip(rows, days, strict=True):
            found[row] = day
    return tuple(found)


def _cost(days: Sequence[DayRound], drive_min: Int64, duty: Duty) -> tuple[int, int, int]:
    """Return how many stops keep several hours, the minutes driven, and how late the days end, added up."""
    hours = announce(days, drive_min, duty)
    drive = sum(driven(day.stops, drive_min) for day in days)
    return len(hours.several), drive, sum(hours.end_min)


def _orders(day: DayRound, drive_min: Int64, duty: Duty, spare_min: int) -> list[tuple[int, ...]]:
    """Return the orders of a day that fit its shift and drive hardly more than the present one."""
    if not 2 <= len(day.stops) <= MOST_ORDERED:
        return []
    limit = driven(day.stops, drive_min) + spare_min
    return [
        order
        for order in itertools.permutations(sorted(day.stops))
        if driven(order, drive_min) <= limit and day_fits(order, drive_min, duty)
    ]


def driven(stops: Sequence[int], drive_min: Int64) -> int:
    """Return the minutes of a day that visits stops in this order; rows of a problem, from 0."""
    rows = [0, *(stop + 1 for stop in stops), 0]
    return sum(int(drive_min[here, there]) for here, there in itertools.pairwise(rows))
