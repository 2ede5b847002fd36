"""Announced hours: a stop keeps one hour in all its weeks where the days allow it.

The days of a stop differ from week to week, and with them the earliest time a unit can begin there. The latest of
these times is announced for all its weeks; the unit waits in the others, which may make the stops behind it later, and
so on until nothing changes. Times only ever move later and are bounded by the shift, so this ends. Where a day would
become too long, the stop for which that day waits longest keeps several hours, each as early as its own day allows, and
the rest begins again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.round_problem import DayRound, Int64
from finder.errors import MobileError


@dataclass(frozen=True)
class AnnouncedHours:
    """Times of the days of a depot, in the order of the rounds given.

    Attributes
    ----------
    starts_min
        Per round: when the session of each of its stops begins, minutes after midnight.
    end_min
        Per round: when the unit is back.
    several
        Rows of stops that keep more than one hour, ascending.
    """

    starts_min: tuple[tuple[int, ...], ...]
    end_min: tuple[int, ...]
    several: tuple[int, ...]


def announce(rounds: Sequence[DayRound], drive_min: Int64, duty: Duty) -> AnnouncedHours:
    """Give every session its hour.

    Parameters
    ----------
    rounds
        Days of the units of one depot.
    drive_min
        Shape (n_stops + 1, n_stops + 1): as in :class:`finder.capacity.mobile.round_problem.RoundProblem`.
    duty
        A working day.

    Raises
    ------
    MobileError
        If a day is too long even without any waiting.
    """
    free: set[int] = set()
    while True:
        hours: dict[int, int] = {}
        too_long = _settle(rounds, drive_min, duty, free, hours)
        if too_long is None:
            break
        free.add(too_long)
    days = [_day(round_.stops, drive_min, duty, hours) for round_ in rounds]
    seen: dict[int, set[int]] = {}
    for round_, (starts, _) in zip(rounds, days, strict=True):
        for stop, start in zip(round_.stops, starts, strict=True):
            seen.setdefault(stop, set()).add(start)
    return AnnouncedHours(
        starts_min=tuple(starts for starts, _ in days),
        end_min=tuple(end for _, end in days),
        several=tuple(sorted(stop for stop, starts in seen.items() if len(starts) > 1)),
    )


def _settle(
    rounds: Sequence[DayRound], drive_min: Int64, duty: Duty, free: set[int], hours: dict[int, int]
) -> int | None:
    """Raise ``hours`` to their fixed point; or return the stop that must keep several hours."""
    is_changed = True
    while is_changed:
        is_changed = False
        for round_ in rounds:
            starts, end = _day(round_.stops, drive_min, duty, hours)
            if end > _latest(len(round_.stops), duty):
                return _longest_wait(round_, starts, drive_min, duty)
            for stop, start in zip(round_.stops, starts, strict=True):
                if stop not in free and hours.get(stop, -1) < start:
                    hours[stop] = start
                    is_changed = True
    return None


def _day(stops: tuple[int, ...], drive_min: Int64, duty: Duty, hours: dict[int, int]) -> tuple[tuple[int, ...], int]:
    time, here, starts = duty.start_min, 0, []
    for served, stop in enumerate(stops, start=1):
        start = max(_first_start(time, here, stop, drive_min, duty), hours.get(stop, 0))
        starts.append(start)
        time = start + duty.session_min + duty.packing_min
        if served == duty.break_after_stops and served < len(stops):
            time += duty.break_min
        here = stop + 1
    return tuple(starts), time + int(drive_min[here, 0])


def _first_start(time: int, here: int, stop: int, drive_min: Int64, duty: Duty) -> int:
    ready = time + int(drive_min[here, stop + 1]) + duty.setup_min
    return -(-ready // duty.step_min) * duty.step_min


def _latest(n: int, duty: Duty) -> int:
    return duty.start_min + duty.shift_min + (duty.break_min if n > duty.break_after_stops else 0)


def _longest_wait(round_: DayRound, starts: tuple[int, ...], drive_min: Int64, duty: Duty) -> int:
    waits, time, here = [], duty.start_min, 0
    for served, (stop, start) in enumerate(zip(round_.stops, starts, strict=True), start=1):
        waits.append((_first_start(time, here, stop, drive_min, duty) - start, served, stop))
        time = start + duty.session_min + duty.packing_min
        if served == duty.break_after_stops and served < len(round_.stops):
            time += duty.break_min
        here = stop + 1
    wait, _, stop = min(waits)
    if wait == 0:
        raise MobileError(
            f"Unit {round_.unit}, week {round_.week}, weekday {round_.weekday}: the day is too long for its shift even "
            f"without waiting at any of its {len(round_.stops)} stops; plan it again with these drives."
        )
    return stop
