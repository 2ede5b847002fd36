"""What a planner meets: rules that cannot be kept are named, empty problems are answered, units may stay idle."""

from dataclasses import replace

import numpy as np
import pytest

from finder.capacity.mobile import stop_milp
from finder.capacity.mobile.duty import Duty
from finder.capacity.mobile.stop_curve import reach_curve
from finder.capacity.mobile.stop_milp import choose_stops
from finder.capacity.mobile.stop_options import fits_alone, make_options, session_minutes
from finder.capacity.mobile.stop_problem import StopProblem, StopRules
from finder.capacity.mobile.stop_program import pool_depots
from finder.errors import MobileError

LONG_ROADS = Duty(weekdays=(0,), most_stops_per_day=2, shift_min=300)
ONE_A_DAY = Duty(weekdays=(0,), most_stops_per_day=1)
RULES = StopRules(
    duty=ONE_A_DAY, units_low=(0,), units_high=(4,), units=1, children_per_session=5.0, visits_per_child_year=3.0
)
"""One unit has 8 sessions in a cycle; a session follows 10 children."""


def villages(children=(20.0, 12.0, 35.0), drive=(30.0, 30.0, 30.0), nis=("25001", "62001", "92001")):
    """Villages with a stop each that nobody else reaches."""
    n = len(children)
    return StopProblem(
        point_ids=np.array([f"p{i}" for i in range(n)]), point_nis=np.array(nis, dtype=str),
        children=np.array(children, dtype=float), stop_ids=np.array([f"s{i}" for i in range(n)]),
        stop_nis=np.array(nis, dtype=str), indptr=np.arange(n + 1), indices=np.arange(n), depot_ids=("d",),
        out_min=np.array([drive], dtype=float), back_min=np.array([drive], dtype=float), hop_min=np.full(n, 10.0),
    )  # fmt: skip


def test_sessions_follow_what_is_there():
    choice = choose_stops(villages(), RULES, gap=0.0)
    # 8 sessions: 4 at the village of 35, 2 at that of 20, 2 at that of 12.
    assert choice.status == "optimal"
    assert dict(zip(choice.stops.tolist(), choice.sessions.tolist(), strict=True)) == {0: 2, 1: 2, 2: 4}
    assert choice.objective == choice.bound == pytest.approx(67.0)
    assert choice.served.tolist() == pytest.approx([20.0, 12.0, 35.0])


def test_children_between_two_stops_count_once():
    both = replace(villages(), indptr=np.array([0, 3, 6, 9]), indices=np.tile(np.arange(3), 3))
    choice = choose_stops(both, replace(RULES, units=4), gap=0.0)
    assert choice.objective == pytest.approx(67.0)
    assert choice.served_at.sum() == pytest.approx(67.0)


@pytest.mark.parametrize("problem", [villages((), (), ()), villages(drive=(np.inf, np.inf, np.inf))])
def test_nothing_to_serve_is_answered_with_no_stops(problem):
    choice = choose_stops(problem, RULES)
    assert choice.status == "optimal"
    assert len(choice.stops) == 0
    assert choice.objective == choice.bound == 0.0
    assert choice.units.tolist() == [1]


def test_more_units_than_work_stay_idle():
    choice = choose_stops(villages(), replace(RULES, units=4), gap=0.0)
    assert choice.units.tolist() == [4]
    assert choice.sessions.sum() == 8


def test_a_day_alone_counts_whole_minutes_and_the_step_of_the_clock():
    # 8:30 + 171 + 10 = 11:31, begins 11:35, ends 12:55, back 15:46: 436 min; with 182 out and back 458.
    duty = replace(ONE_A_DAY, shift_min=436)
    problem = villages(drive=(170.2, 171.0 + 1e-9, 171.001))
    assert fits_alone(problem, duty).tolist() == [[True, True, False]]
    assert session_minutes(problem, Duty())[0, 0] == pytest.approx(90 + 10 * 3 / 4 + 2 * 170.2 / 4)


def test_options_that_cannot_matter_are_left_out():
    options = make_options(villages((9.0, 25.0, 300.0)), RULES)
    pairs = list(zip(options.option_stop.tolist(), options.option_sessions.tolist(), strict=True))
    assert pairs == [(0, 1), (1, 1), (1, 2), (1, 4), (2, 1), (2, 2), (2, 4), (2, 8)]
    assert options.option_room.tolist() == pytest.approx([9, 10, 20, 25, 10, 20, 40, 80])


@pytest.mark.parametrize(
    ("problem", "change", "told"),
    [
        (villages(), {"target_children": 68.0}, "target of 68 children cannot be met.*reach 67.0"),
        (villages(), {"target_children": 36.0, "frequencies": (8,)}, "without the target. .*1 unit at most 35 of 36"),
        (villages((100.0,) * 3), {"target_children": 81.0}, "without the target. .*1 unit at most 80 of 81 children"),
        (villages(), {"required_nis": ("93001",)}, "93001 have no candidate"),
        (villages(drive=(30, np.inf, 30)), {"required_nis": ("62001",)}, "No road leads.*62001"),
        (villages(drive=(30, 400, 30)), {"required_nis": ("62001",)}, "62001 are too far"),
        (villages(), {"required_nis": ("62001",), "least_children": 15.0}, "62001 reaches and can follow 15 children"),
        (villages((100.0,) * 3), {"least_commune_share": 0.3}, "least share of every commune.*At most 2[0-9] %"),
        (villages(), {"required_nis": ("25001", "62001", "92001"), "frequencies": (4,)},
         "would work without the required communes. Required: 25001, 62001, 92001"),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_named(problem, change, told):
    with pytest.raises(MobileError, match=told):
        choose_stops(problem, replace(RULES, **change), gap=0.0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"children": np.array([1.0, 0.0, 2.0])}, "points p1"),
        ({"stop_ids": np.array(["a", "a", "b"])}, "Doubled ids of stops: a"),
        ({"hop_min": np.array([1.0, np.nan, 2.0])}, "stops s1"),
        ({"out_min": np.zeros((2, 3))}, "out_min is of another size"),
        ({"indices": np.array([0, 1, 3])}, "beyond the 3"),
    ],
)
def test_tables_that_do_not_fit_are_refused(change, told):
    with pytest.raises(MobileError, match=told):
        choose_stops(replace(villages(), **change), RULES)


def test_depots_of_rules_and_problem_must_be_as_many():
    with pytest.raises(MobileError, match="1 depots, but ranges of units for 2"):
        choose_stops(villages(), replace(RULES, units_low=(0, 0), units_high=(1, 1)))


def test_a_stopped_search_answers_with_the_greedy_choice_and_a_bound():
    rng = np.random.default_rng(7)
    reach = rng.random((60, 200)) < 0.1
    problem = StopProblem(
        point_ids=np.arange(200), point_nis=np.full(200, "25001"), children=rng.uniform(0.1, 5, 200),
        stop_ids=np.arange(60), stop_nis=np.full(60, "25001"), indptr=np.r_[0, np.cumsum(reach.sum(axis=1))],
        indices=np.nonzero(reach)[1], depot_ids=("d", "e"), out_min=rng.uniform(50, 100, (2, 60)),
        back_min=rng.uniform(50, 100, (2, 60)), hop_min=rng.uniform(5, 30, 60),
    )  # fmt: skip
    rules = replace(RULES, units_low=(0, 0), units_high=(2, 2), units=2, duty=LONG_ROADS)
    choice = choose_stops(problem, rules, gap=0.0, cancelled=lambda: True)
    assert choice.status == "time_limit"
    assert choice.method == "greedy"
    assert 0 < choice.objective <= choice.bound
    told = []
    better = choose_stops(problem, rules, gap=0.01, time_limit_s=20, progress=lambda *step: told.append(step))
    assert choice.objective - 1e-6 <= better.objective <= better.bound
    assert told
    assert all(objective <= better.bound + 1e-6 and bound >= better.objective - 1e-6 for _, _, objective, bound in told)


def test_units_of_all_depots_together_bound_those_of_each(monkeypatch):
    problem = villages((100.0, 100.0, 100.0), drive=(30.0, 60.0, 90.0))
    two = replace(
        problem, depot_ids=("d", "e"), out_min=np.vstack([problem.out_min, problem.out_min[:, ::-1]]),
        back_min=np.vstack([problem.back_min, problem.back_min[:, ::-1]]),
    )  # fmt: skip
    rules = replace(RULES, units_low=(1, 1), units_high=(1, 1), units=2)
    options = make_options(two, rules)
    pooled, fewer = pool_depots(options, rules)
    assert pooled.option_depot.tolist() == [0] * 12
    assert pooled.option_min.reshape(3, 4)[:, 0].tolist() == pytest.approx([90 + 60, 90 + 120, 90 + 60])
    assert (fewer.units_low, fewer.units_high, fewer.units) == ((2,), (2,), 2)
    plain = choose_stops(two, rules, gap=0.0)
    monkeypatch.setattr(stop_milp, "LARGE_PAIRS", 0)
    large = choose_stops(two, rules, gap=0.0)
    assert plain.objective == pytest.approx(large.objective)
    assert large.bound >= large.objective


def test_the_curve_tells_units_that_depots_cannot_have():
    with pytest.raises(MobileError, match="within the sums of the depots"):
        reach_curve(villages(), RULES, [3, 5])
    with pytest.raises(MobileError, match="at least one"):
        reach_curve(villages(), RULES, [])


def test_the_curve_counts_sessions_of_a_month():
    curve = reach_curve(villages((100.0, 100.0, 100.0)), RULES, [1, 2, 4], gap=0.0)
    assert curve["children"].tolist() == pytest.approx([80.0, 160.0, 240.0])
    assert curve["sessions_per_month"].tolist()[:2] == [4.0, 8.0]
    assert curve["units_d"].tolist() == [1, 2, 4]
