"""Rounds keep every rule, and small ones are the best there are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from round_cases import best_by_hand, day_end, day_fits, problems, shortest_by_hand, violations

from finder.capacity.mobile.day_tour import best_day, clock_of, end_of
from finder.capacity.mobile.hours import announce
from finder.capacity.mobile.round_bound import lower_bound
from finder.capacity.mobile.round_problem import RoundProblem
from finder.capacity.mobile.rounds import plan_rounds

CALM = settings(max_examples=15, deadline=None)


def _worth_served(problem: RoundProblem, unplaced: tuple[tuple[int, str], ...]) -> float:
    return float(problem.worth.sum() - sum(problem.worth[row] for row, _ in unplaced))


@given(problem=problems(most_stops=7, is_wild=True))
@settings(max_examples=60, deadline=None)
def test_the_shortest_day_is_the_shortest_of_all_orders(problem: RoundProblem) -> None:
    stops = tuple(range(problem.n_stops))
    found = best_day(stops, problem.drive_min, problem.duty)
    by_hand = shortest_by_hand(frozenset(stops), problem) if len(stops) <= problem.duty.most_stops_per_day else None
    assert (None if found is None else found[1]) == by_hand
    if found is not None:
        assert day_end(found[0], problem)[1] == found[1]
        assert day_fits(found[0], problem)
        rows = np.array(found[0]) + 1
        assert end_of(rows, len(rows), problem.drive_min, clock_of(problem.duty)) == day_end(found[0], problem)[0]


@pytest.mark.parametrize("is_wild", [False, True])
@given(data=st.data())
@CALM
def test_every_rule_is_kept(data: st.DataObject, is_wild: bool) -> None:
    problem = data.draw(problems(most_stops=14, is_wild=is_wild))
    solution = plan_rounds(problem, time_limit_s=60, rng=np.random.default_rng(1))
    assert violations(problem, solution) == []


@given(problem=problems(most_stops=3, units=(1, 2), weekdays=((0,),)))
@CALM
def test_small_rounds_are_the_best_there_are_with_units(problem: RoundProblem) -> None:
    _is_best(problem)


@given(problem=problems(most_stops=4, sessions=(2, 4), units=(1,), weekdays=((0, 3),)))
@CALM
def test_small_rounds_are_the_best_there_are_with_weekdays(problem: RoundProblem) -> None:
    _is_best(problem)


def _is_best(problem: RoundProblem) -> None:
    solution = plan_rounds(problem, time_limit_s=60, rng=np.random.default_rng(3), spare_min=0)
    worth, drive = best_by_hand(problem)
    assert _worth_served(problem, solution.unplaced) == pytest.approx(worth)
    # Stops without worth are served where there is room, and then the drive is not that of the worthy ones alone.
    if all(problem.worth > 0):
        assert solution.drive_min == drive
        assert solution.bound_min <= drive


@given(problem=problems(most_stops=10, units=(2,), weekdays=((0, 1, 2, 3, 4),)))
@CALM
def test_a_bound_stopped_early_is_lower_and_still_a_bound(problem: RoundProblem) -> None:
    solution = plan_rounds(problem, time_limit_s=60, rng=np.random.default_rng(2))
    if solution.unplaced:
        return
    early = lower_bound(problem, solution.rounds, time_limit_s=0.0)
    full = lower_bound(problem, solution.rounds, time_limit_s=60.0)
    assert early <= full <= solution.drive_min
    assert full >= 0.5 * solution.drive_min


@given(problem=problems(most_stops=14, units=(1, 2)))
@CALM
def test_announced_hours_are_kept_by_every_day(problem: RoundProblem) -> None:
    solution = plan_rounds(problem, time_limit_s=60, rng=np.random.default_rng(5))
    hours = announce(solution.rounds, problem.drive_min, problem.duty)
    duty = problem.duty
    told: dict[int, set[int]] = {}
    for day, starts, end in zip(solution.rounds, hours.starts_min, hours.end_min, strict=True):
        now, place = duty.start_min, 0
        for count, (stop, start) in enumerate(zip(day.stops, starts, strict=True), start=1):
            assert start % duty.step_min == 0
            assert start >= now + problem.drive_min[place, stop + 1] + duty.setup_min
            now = start + duty.session_min + duty.packing_min
            now += duty.break_min if count == duty.break_after_stops and count < len(day.stops) else 0
            place = stop + 1
            told.setdefault(stop, set()).add(start)
        assert end == now + problem.drive_min[place, 0]
        allowed = duty.shift_min + (duty.break_min if len(day.stops) > duty.break_after_stops else 0)
        assert end - duty.start_min <= allowed
    assert {stop for stop, starts in told.items() if len(starts) > 1} == set(hours.several)
