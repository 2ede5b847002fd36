"""Random rounds problems, and the rules of a day written a second time."""

import itertools
from functools import cache

import numpy as np
from hypothesis import strategies as st

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.frequency import FREQUENCIES
from finder.capacity.mobile.plan import REASONS
from finder.capacity.mobile.round_problem import NO_WAY_MIN, RoundProblem, RoundSolution


def day_end(stops: tuple[int, ...], problem: RoundProblem) -> tuple[int, int]:
    """Return when a unit is back and what it has driven, stop by stop."""
    duty, now, driven, place = problem.duty, problem.duty.start_min, 0, 0
    for count, stop in enumerate(stops, start=1):
        leg = int(problem.drive_min[place, stop + 1])
        driven += leg
        now += leg + duty.setup_min
        while now % duty.step_min:
            now += 1
        now += duty.session_min + duty.packing_min
        if count == duty.break_after_stops and count < len(stops):
            now += duty.break_min
        place = stop + 1
    home = int(problem.drive_min[place, 0])
    return now + home, driven + home


def day_fits(stops: tuple[int, ...], problem: RoundProblem) -> bool:
    """Return whether one order of a day keeps the rules."""
    duty = problem.duty
    allowed = duty.shift_min + (duty.break_min if len(stops) > duty.break_after_stops else 0)
    return len(stops) <= duty.most_stops_per_day and day_end(stops, problem)[0] - duty.start_min <= allowed


def shortest_by_hand(stops: frozenset[int], problem: RoundProblem) -> int | None:
    """Return the fewest minutes of a day over all orders; None if none fits."""
    orders = itertools.permutations(sorted(stops))
    return min((day_end(order, problem)[1] for order in orders if day_fits(order, problem)), default=None)


def violations(problem: RoundProblem, solution: RoundSolution) -> list[str]:
    """Return every rule that a solution breaks."""
    broken = []
    visits: dict[int, list[tuple[int, int, int]]] = {}
    days = set()
    driven = 0
    for day in solution.rounds:
        key = day.unit, day.week, day.weekday
        if key in days:
            broken.append(f"two days at {key}")
        days.add(key)
        if not 1 <= day.unit <= problem.units or not 0 <= day.week < 8 or day.weekday not in problem.duty.weekdays:
            broken.append(f"no such day: {key}")
        if not day.stops or len(set(day.stops)) != len(day.stops):
            broken.append(f"empty or a stop twice at {key}")
        if not day_fits(day.stops, problem):
            broken.append(f"too long or too many at {key}")
        if day_end(day.stops, problem)[1] >= NO_WAY_MIN:
            broken.append(f"no road at {key}")
        driven += day_end(day.stops, problem)[1]
        for stop in day.stops:
            visits.setdefault(stop, []).append(key)
    unplaced = dict(solution.unplaced)
    for stop in range(problem.n_stops):
        if stop in unplaced:
            if stop in visits or solution.unit[stop] != 0 or solution.weekday[stop] != -1 or solution.weeks[stop]:
                broken.append(f"{stop} is both served and not")
            continue
        served = visits.get(stop, [])
        weeks = sorted(week for _, week, _ in served)
        if len({(unit, weekday) for unit, _, weekday in served}) != 1:
            broken.append(f"{stop} has not one unit and weekday")
        elif served[0][::2] != (solution.unit[stop], solution.weekday[stop]):
            broken.append(f"{stop} is told another unit or weekday")
        if len(weeks) != problem.sessions[stop] or tuple(weeks) != solution.weeks[stop]:
            broken.append(f"{stop} has other weeks")
        if weeks and any((there - here) % 8 != 8 // len(weeks) for here, there in itertools.pairwise(weeks)):
            broken.append(f"{stop} is not evenly spaced")
    if driven != solution.drive_min:
        broken.append("the drive adds up to something else")
    if [(day.unit, day.week, day.weekday) for day in solution.rounds] != sorted(days):
        broken.append("rounds are not sorted")
    if not set(unplaced.values()) <= set(REASONS) or len(unplaced) != len(solution.unplaced):
        broken.append("reasons")
    if solution.bound_min > solution.drive_min or solution.baseline_min < solution.bound_min:
        broken.append("bound")
    return broken


def best_by_hand(problem: RoundProblem) -> tuple[float, int]:
    """Return the most worth that can be served, and the fewest minutes for it, over everything there is to choose."""

    @cache
    def shortest(stops: frozenset[int]) -> int | None:
        return shortest_by_hand(stops, problem) if stops else 0

    n_columns = problem.units * len(problem.duty.weekdays)
    choices = []
    for sessions in problem.sessions.tolist():
        step = 8 // sessions
        patterns = [tuple(range(first, 8, step)) for first in range(step)]
        choices.append([None, *itertools.product(range(n_columns), patterns)])
    best = (-1.0, 0)
    for chosen in itertools.product(*choices):
        worth = float(sum(problem.worth[stop] for stop, choice in enumerate(chosen) if choice is not None))
        if worth < best[0] - 1e-9:
            continue
        days: dict[tuple[int, int], set[int]] = {}
        for stop, choice in enumerate(chosen):
            if choice is not None:
                for week in choice[1]:
                    days.setdefault((choice[0], week), set()).add(stop)
        drives = [shortest(frozenset(day)) for day in days.values()]
        if None in drives:
            continue
        drive = sum(drive for drive in drives if drive is not None)
        if worth > best[0] + 1e-9 or drive < best[1]:
            best = (worth, drive)
    return best


@st.composite
def duties(draw: st.DrawFn, *, weekdays: tuple[tuple[int, ...], ...] = ((0, 1, 2, 3, 4), (0, 3), (2,))) -> Duty:
    """Working days of all kinds."""
    return Duty(
        start_min=draw(st.sampled_from([480, 507])),
        shift_min=draw(st.sampled_from([240, 400, 456])),
        break_min=draw(st.sampled_from([0, 30])),
        break_after_stops=draw(st.integers(1, 3)),
        setup_min=draw(st.sampled_from([0, 10])),
        session_min=draw(st.sampled_from([45, 75])),
        packing_min=5,
        most_stops_per_day=draw(st.integers(1, 5)),
        weekdays=draw(st.sampled_from(weekdays)),
        step_min=draw(st.sampled_from([1, 5, 15])),
    )


@st.composite
def problems(
    draw: st.DrawFn,
    *,
    most_stops: int,
    sessions: tuple[int, ...] = tuple(FREQUENCIES.values()),
    units: tuple[int, ...] = (0, 1, 2),
    weekdays: tuple[tuple[int, ...], ...] = ((0, 1, 2, 3, 4), (0, 3), (2,)),
    is_wild: bool = False,
) -> RoundProblem:
    """Stops on a plane with one-way detours; wild: any drives, some without a road."""
    n = draw(st.integers(1, most_stops))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if is_wild:
        drive = rng.integers(0, 150, (n + 1, n + 1))
        drive[rng.random(drive.shape) < 0.1] = NO_WAY_MIN
    else:
        xy = rng.normal(0, draw(st.sampled_from([15, 40])), (n + 1, 2))
        apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
        drive = np.ceil(apart * (1 + 0.1 * rng.random(apart.shape)) + 3).astype(np.int64)
    np.fill_diagonal(drive, 0)
    return RoundProblem(
        stop_ids=np.array([f"s{row}" for row in range(n)]),
        sessions=rng.choice(np.array(sessions), n).astype(np.int64),
        worth=rng.integers(0, 20, n).astype(np.float64),
        drive_min=drive.astype(np.int64),
        units=draw(st.sampled_from(units)),
        duty=draw(duties(weekdays=weekdays)),
    )
