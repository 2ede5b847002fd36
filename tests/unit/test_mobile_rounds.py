"""Rounds of one depot: small cases that one can check by hand."""

import math

import numpy as np
import pytest

from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.hours import announce
from finder.capacity.mobile.plan import NO_ROAD, NO_ROOM, TOO_FAR
from finder.capacity.mobile.round_baseline import nearest_neighbour
from finder.capacity.mobile.round_bound import lower_bound
from finder.capacity.mobile.round_orders import driven, steady_orders
from finder.capacity.mobile.round_problem import NO_WAY_MIN, DayRound, RoundProblem, RoundSolution
from finder.capacity.mobile.rounds import plan_rounds
from finder.errors import MobileError


def problem_of(drive_min, sessions, *, units=1, worth=None, duty=None) -> RoundProblem:
    drive = np.array(drive_min, dtype=np.int64)
    n = len(drive) - 1
    return RoundProblem(
        stop_ids=np.array([f"s{row}" for row in range(n)]),
        sessions=np.array(sessions, dtype=np.int64),
        worth=np.array([1.0] * n if worth is None else worth),
        drive_min=drive,
        units=units,
        duty=Duty() if duty is None else duty,
    )


def ring(n: int, minutes: int = 10) -> np.ndarray:
    """Drives around a one-way street: from 0 to 1 to 2 ... and back to 0."""
    places = np.arange(n + 1)
    return (places[None, :] - places[:, None]) % (n + 1) * minutes


def solve(problem: RoundProblem, seed: int = 0, **options) -> RoundSolution:
    return plan_rounds(problem, time_limit_s=60, rng=np.random.default_rng(seed), **options)


def test_a_one_way_street_is_driven_in_its_direction() -> None:
    solution = solve(problem_of(ring(3), [1, 1, 1]))
    assert [day.stops for day in solution.rounds] == [(0, 1, 2)]
    assert solution.drive_min == 40
    # Against it, every leg would take 30 minutes.
    back = solve(problem_of(ring(3).T, [1, 1, 1]))
    assert [day.stops for day in back.rounds] == [(2, 1, 0)]


def test_the_same_chance_gives_the_same_rounds() -> None:
    rng = np.random.default_rng(0)
    problem = problem_of(rng.integers(5, 60, (13, 13)), rng.choice([1, 2, 4], 12), units=2)
    first, second = solve(problem, 7), solve(problem, 7)
    assert [vars(day) for day in first.rounds] == [vars(day) for day in second.rounds]
    assert first.unit.tolist() == second.unit.tolist()


def test_more_units_than_work_leave_days_empty() -> None:
    solution = solve(problem_of(ring(2), [1, 2], units=5))
    assert solution.unplaced == ()
    assert len(solution.rounds) == 2
    assert solution.drive_min == 2 * 30


def test_all_are_served_where_there_is_ample_room() -> None:
    rng = np.random.default_rng(3)
    sessions = rng.choice([1, 2, 4, 8], 30)
    solution = solve(problem_of(rng.integers(5, 30, (31, 31)), sessions, units=4))
    assert solution.unplaced == ()
    assert [len(weeks) for weeks in solution.weeks] == sessions.tolist()
    assert solution.bound_min <= solution.drive_min <= solution.baseline_min


def test_stops_without_a_road_and_stops_too_far_are_told() -> None:
    drive = np.full((5, 5), 10)
    drive[0, 1] = NO_WAY_MIN
    drive[2, 0] = NO_WAY_MIN
    drive[0, 3] = drive[3, 0] = 190
    solution = solve(problem_of(drive, [1, 1, 1, 1]))
    assert solution.unplaced == ((0, NO_ROAD), (1, NO_ROAD), (2, TOO_FAR))
    assert solution.weeks[3]
    assert solution.weekday[:3].tolist() == [-1, -1, -1]


def test_without_units_nothing_has_room() -> None:
    solution = solve(problem_of(ring(2), [1, 1], units=0))
    assert solution.unplaced == ((0, NO_ROOM), (1, NO_ROOM))
    assert (solution.rounds, solution.drive_min, solution.bound_min) == ((), 0, 0.0)


def test_without_stops_there_are_no_rounds() -> None:
    solution = solve(problem_of([[0]], []))
    assert (solution.rounds, solution.unplaced, solution.drive_min) == ((), (), 0)


def test_who_is_worth_least_stays_out() -> None:
    duty = Duty(weekdays=(0,), most_stops_per_day=1)
    solution = solve(problem_of(ring(4), [4, 4, 4, 8], worth=[5.0, 1.0, 6.0, 10.0], duty=duty))
    assert solution.unplaced == ((1, NO_ROOM), (3, NO_ROOM))


def test_worth_comes_before_minutes() -> None:
    drive = np.array([[0, 150, 5, 5], [150, 0, 150, 150], [5, 150, 0, 5], [5, 150, 5, 0]])
    duty = Duty(weekdays=(0,))
    solution = solve(problem_of(drive, [8, 8, 8], worth=[2.1, 1.0, 1.0], duty=duty))
    assert [row for row, _ in solution.unplaced] == [1, 2]


def test_a_stop_nobody_needs_is_served_where_there_is_room() -> None:
    assert solve(problem_of(ring(2), [1, 1], worth=[0.0, 5.0])).unplaced == ()
    assert solve(problem_of(ring(2), [1, 1], worth=[0.0, 0.0])).unplaced == ()


def test_a_direct_road_worse_than_a_detour_is_no_trap() -> None:
    # Stop 1 is left only over stop 0: a day of both fits, and so does each alone.
    drive = np.array([[0, 10, 10, 10], [10, 0, 10, 10], [10, 10, 0, 300], [10, 10, 300, 0]])
    solution = solve(problem_of(drive, [8, 8, 8], duty=Duty(weekdays=(0,))))
    assert solution.unplaced == ()
    assert {day.stops for day in solution.rounds} <= {(1, 0, 2), (2, 0, 1)}
    assert solution.drive_min == 8 * 40


def test_progress_comes_often_and_cancelling_keeps_a_valid_answer() -> None:
    rng = np.random.default_rng(1)
    problem = problem_of(rng.integers(5, 60, (21, 21)), [1] * 20)
    told: list[tuple[int, int, float, float]] = []
    solve(problem, progress=lambda *where: told.append(where))
    steps = [step for step, of, *_ in told if of > 1]
    assert steps == sorted(steps)
    assert steps[-1] == told[0][1]
    assert not math.isnan(told[-1][3])
    stopped = solve(problem, cancelled=lambda: True)
    assert sum(len(day.stops) for day in stopped.rounds) == 20 - len(stopped.unplaced)
    assert stopped.bound_min <= stopped.drive_min


def test_nearest_neighbour_goes_to_the_nearest() -> None:
    # Depot at 0 of a line, stops at -4, 5 and 6 (tens of minutes): nearest first goes left first.
    at = np.array([0, -40, 50, 60])
    problem = problem_of(np.abs(at[:, None] - at[None, :]), [1, 1, 1], duty=Duty(session_min=30))
    assert nearest_neighbour(problem) == (40 + 90 + 10 + 60, 0)


def test_nearest_neighbour_tells_whom_it_leaves_out() -> None:
    duty = Duty(weekdays=(0,), most_stops_per_day=1)
    assert nearest_neighbour(problem_of(ring(2), [8, 8], duty=duty)) == (8 * 30, 1)


def test_the_bound_of_lonely_stops_is_their_drive() -> None:
    # One stop a day: the bound has nothing to leave out.
    problem = problem_of(ring(3), [1, 2, 4], duty=Duty(most_stops_per_day=1))
    solution = solve(problem)
    assert solution.bound_min == solution.drive_min == 7 * 40


def test_the_bound_needs_rounds_that_serve_all() -> None:
    problem = problem_of(ring(2), [2, 2])
    with pytest.raises(MobileError, match="serve every stop"):
        lower_bound(problem, (DayRound(unit=1, week=0, weekday=0, stops=(0,)),), time_limit_s=10)


def day(week: int, *stops: int) -> DayRound:
    return DayRound(unit=1, week=week, weekday=0, stops=stops)


def test_a_stop_keeps_the_later_of_its_hours() -> None:
    drive = np.full((4, 4), 10)
    rounds = [day(0, 0, 1), day(4, 2, 1), day(1, 1)]
    hours = announce(rounds, drive, Duty())
    # 8:30 + 10 + 10 = 8:50; then 80 minutes there, 20 to the next session.
    assert hours.starts_min == ((530, 630), (530, 630), (630,))
    assert hours.end_min == (720, 720, 720)
    assert hours.several == ()


def test_an_hour_that_would_make_a_day_too_long_is_not_kept() -> None:
    drive = np.full((7, 7), 20)
    rounds = [day(0, 0, 1, 2, 3), day(4, 3, 4, 5, 0)]
    hours = announce(rounds, drive, Duty(shift_min=470, break_min=0))
    assert hours.several == (0, 3)
    assert max(hours.end_min) <= 510 + 470


def test_a_day_is_driven_the_other_way_round_so_that_a_stop_keeps_its_hour() -> None:
    # Week 4 is 2 minutes shorter with stop 0 last; week 0 has it first.
    drive = np.full((5, 5), 60)
    drive[4, 1] = drive[1, 4] = 57
    drive[0, 1] = 62
    drive[1, 2] = 50
    rounds = (day(0, 0, 1), day(4, 3, 0))
    duty = Duty(shift_min=400, break_min=0)
    assert announce(rounds, drive, duty).several == (0,)
    steady = steady_orders(rounds, drive, duty, spare_min=5)
    assert [of_day.stops for of_day in steady] == [(0, 1), (0, 3)]
    assert announce(steady, drive, duty).several == ()
    assert driven((3, 0), drive) == 177
    assert driven((0, 3), drive) == 179


def test_a_day_too_long_by_itself_is_refused() -> None:
    with pytest.raises(MobileError, match="too long"):
        announce([day(0, 0)], np.full((2, 2), 300), Duty())
