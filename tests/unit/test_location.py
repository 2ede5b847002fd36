"""What a planner meets: bad input refused by name, what cannot be met said, stopping early, sites that stay."""

import numpy as np
import pytest

from finder.capacity.location.capacitated import Sizes, solve_capacitated
from finder.capacity.location.equity import solve_mean_deviation
from finder.capacity.location.lagrangian import bound_and_improve
from finder.capacity.location.lscp import solve_lscp
from finder.capacity.location.mclp import solve_budget_coverage, solve_mclp
from finder.capacity.location.p_center import solve_p_center
from finder.capacity.location.p_median import solve_p_median
from finder.capacity.location.problem import make_problem
from finder.errors import LocationError

LINE = np.abs(np.array([0.0, 10.0, 20.0, 30.0])[:, None] - np.array([0.0, 10.0, 20.0, 30.0]))
IDS = ["a", "b", "c", "d"]


def line(people=(1, 1, 1, 1), existing=(False, False, False, False), minutes=LINE):
    return make_problem(minutes, people, point_ids=IDS, site_ids=[f"at {i}" for i in IDS], existing=existing)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"people": (1, -1, 1, 1)}, "points b"),
        ({"people": (1, 1, np.nan, 1)}, "points c"),
        ({"people": (1, 1)}, "2 with people"),
        ({"minutes": np.where(LINE == 30, -1, LINE)}, "sites at a, at d"),
        ({"minutes": np.where(LINE == 30, np.nan, LINE)}, "sites at a, at d"),
        ({"existing": (0, 1, 0, 0)}, "yes or no"),
    ],
)
def test_bad_tables_are_refused_by_name(change, told):
    with pytest.raises(LocationError, match=told):
        line(**change)


def test_doubled_ids_are_refused():
    with pytest.raises(LocationError, match="Doubled ids of sites: x"):
        make_problem(LINE, np.ones(4), site_ids=["x", "x", "y", "z"])


@pytest.mark.parametrize("p", [-1, 5])
def test_more_sites_than_candidates_are_refused(p):
    for solve in (solve_p_median, solve_p_center):
        with pytest.raises(LocationError, match="4 candidates"):
            solve(line(), p=p)


def test_existing_sites_stay_and_serve():
    found = solve_p_median(line(existing=(True, False, False, False)), p=1)
    assert found.site_ids.tolist() in (["at c"], ["at d"])
    assert found.objective == 20
    assert found.assigned[0] == 0
    covered = solve_mclp(line(existing=(True, False, False, False)), limit_min=10, p=1)
    assert covered.objective == 4


def test_limits_are_inclusive():
    assert solve_mclp(line(), limit_min=10, p=1).objective == 3
    assert solve_mclp(line(), limit_min=9.99, p=1).objective == 1


def test_it_is_said_who_is_out_of_reach():
    far = LINE.copy()
    far[3] = np.inf
    problem = line(minutes=far)
    for found in (solve_lscp(problem, limit_min=10), solve_p_median(problem, p=2), solve_p_center(problem, p=2)):
        assert found.status == "infeasible"
        assert found.unmet_ids == ("d",)
        assert "d" in found.unmet
        assert not len(found.site_ids)


def test_it_is_said_when_sites_are_too_few():
    two_islands = np.array([[0, np.inf], [np.inf, 0.0]])
    problem = make_problem(two_islands, np.ones(2))
    for solve in (solve_p_median, solve_p_center):
        found = solve(problem, p=1)
        assert found.status == "infeasible"
        assert "1 sites cannot reach every point" in found.unmet


def test_it_is_said_how_many_places_are_missing():
    problem = line(people=(10, 10, 10, 10), existing=(True, False, False, False))
    kept = np.array([9.0, np.nan, np.nan, np.nan])
    sizes = Sizes(7, 14)
    found = solve_capacitated(problem, p=2, goal="minutes", sizes=sizes, existing_places=kept)
    assert found.unmet.startswith("40.0 places are needed, 9.0 exist and 2 new sites have at most 28: short by 3.0")
    found = solve_capacitated(problem, p=3, goal="minutes", sizes=sizes, existing_places=kept, limit_min=5)
    assert "short by at least 1.0" in found.unmet
    assert found.unmet_ids == ("a",)
    served = solve_capacitated(problem, p=3, goal="served", sizes=sizes, existing_places=kept, limit_min=5)
    assert (served.status, served.objective) == ("optimal", pytest.approx(39))


@pytest.mark.parametrize("sizes", [(0, 7), (14, 7), (6, 12), (7, 20)])
def test_sizes_come_in_sevens(sizes):
    with pytest.raises(LocationError, match="multiples of 7"):
        Sizes(*sizes)


def test_costs_budgets_and_weights_are_checked():
    with pytest.raises(LocationError, match="4 amounts"):
        solve_budget_coverage(line(), limit_min=10, site_cost=np.array([1, 1, 1, -1.0]), budget=2)
    with pytest.raises(LocationError, match="backup weight"):
        solve_budget_coverage(line(), limit_min=10, site_cost=np.ones(4), budget=2, backup_weight=0.6)
    with pytest.raises(LocationError, match=r"0 to 0\.5"):
        solve_mean_deviation(line(), p=1, inequity_weight=0.6)


def test_a_dear_site_is_left_for_two_cheap_ones():
    cost = np.array([1.0, 5.0, 5.0, 1.0])
    found = solve_budget_coverage(line(), limit_min=10, site_cost=cost, budget=2)
    assert found.site_ids.tolist() == ["at a", "at d"]
    assert found.objective == 4


def test_stopping_early_keeps_an_answer_and_an_honest_bound():
    rng = np.random.default_rng(3)
    places = rng.random((150, 2))
    minutes = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    problem = make_problem(minutes, rng.random(150))
    seen: list[tuple[int, float, float]] = []
    stopped = solve_p_median(
        problem, p=7, progress=lambda step, _, value, bound: seen.append((step, value, bound)),
        cancelled=lambda: len(seen) >= 3,
    )  # fmt: skip
    assert len(seen) == 3
    assert stopped.status == "time_limit"
    assert len(stopped.site_ids) == 7
    best = solve_p_median(problem, p=7)
    assert best.status == "optimal"
    assert stopped.bound <= best.objective <= stopped.objective
    assert all(bound <= best.objective <= value for _, value, bound in seen)


def test_the_relaxation_leaves_out_only_sites_of_no_better_answer():
    rng = np.random.default_rng(4)
    places = rng.random((60, 2))
    costs = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    found = bound_and_improve(costs, np.ones(60), costs.max(axis=0), 4, candidates=np.arange(60))
    best = solve_p_median(make_problem(costs, np.ones(60)), p=4)
    assert len(found.active) < 60
    assert set(best.site_ids) <= set(found.active)


def test_the_same_question_has_the_same_answer():
    rng = np.random.default_rng(5)
    problem = make_problem(rng.random((80, 20)) * 30, rng.random(80))
    first, second = solve_mclp(problem, limit_min=4, p=3), solve_mclp(problem, limit_min=4, p=3)
    assert np.array_equal(first.site_ids, second.site_ids)
    assert (first.objective, first.bound) == (second.objective, second.bound)


def test_a_stopped_cover_serves_everybody_and_its_bound_is_not_above_the_best():
    rng = np.random.default_rng(6)
    problem = make_problem(rng.random((300, 80)) * 30, np.ones(300))
    best = solve_lscp(problem, limit_min=5)
    assert best.status == "optimal"
    for stopped in (
        solve_lscp(problem, limit_min=5, time_limit_s=0.0),
        solve_lscp(problem, limit_min=5, cancelled=lambda: True),
    ):
        assert stopped.status == "time_limit"
        assert stopped.minutes.max() <= 5
        assert stopped.bound <= best.objective <= stopped.objective == len(stopped.site_ids)
        assert stopped.gap > 0
