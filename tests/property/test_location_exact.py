"""Every location model against trying every choice."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from location_cases import best_choice, nearest_minutes, people_minutes, problems

from finder.capacity.location.capacitated import Sizes, solve_capacitated
from finder.capacity.location.dominance import merge_equal_points, needed_points, reduced_cover, useful_sites
from finder.capacity.location.equity import mean_and_deviation, solve_mean_deviation
from finder.capacity.location.exchange import value_of
from finder.capacity.location.lagrangian import bound_and_improve
from finder.capacity.location.lscp import cover, solve_lscp
from finder.capacity.location.mclp import solve_budget_coverage, solve_mclp
from finder.capacity.location.p_center import solve_p_center
from finder.capacity.location.p_median import solve_p_median

FEW = settings(max_examples=40, deadline=None)
LIMIT = st.integers(1, 30)


def some_p(data, problem) -> int:
    return data.draw(st.integers(0, len(problem.candidates)))


def agrees(found, expected: float) -> None:
    if math.isinf(expected):
        assert found.status == "infeasible"
        assert found.unmet
    else:
        assert found.status == "optimal"
        assert found.gap == 0
        assert found.objective == pytest.approx(expected, rel=1e-9, abs=1e-9)


@FEW
@given(problems(with_gaps=True), st.data())
def test_p_median(problem, data):
    p = some_p(data, problem)
    found = solve_p_median(problem, p=p)
    agrees(found, best_choice(problem, p, people_minutes(problem)))
    if found.status == "optimal":
        columns = np.r_[np.flatnonzero(problem.existing), np.flatnonzero(np.isin(problem.site_ids, found.site_ids))]
        assert len(found.site_ids) == p
        assert np.array_equal(found.minutes, nearest_minutes(problem, columns))


@FEW
@given(problems(with_gaps=True), LIMIT, st.data())
def test_mclp(problem, limit_min, data):
    p = some_p(data, problem)

    def uncovered(columns):
        return float(problem.people[nearest_minutes(problem, columns) > limit_min].sum())

    expected = problem.people.sum() - best_choice(problem, p, uncovered)
    agrees(solve_mclp(problem, limit_min=limit_min, p=p), expected)


@FEW
@given(problems(with_gaps=True), LIMIT, st.floats(0, 0.5), st.data())
def test_backup_coverage_within_a_budget(problem, limit_min, weight, data):
    m = problem.n_sites
    cost = np.array(data.draw(st.lists(st.integers(0, 5), min_size=m, max_size=m)), dtype=float)
    budget = data.draw(st.integers(0, 12))

    def worth(columns):
        new = columns[~problem.existing[columns]]
        if cost[new].sum() > budget:
            return math.inf
        times = (problem.minutes[:, columns] <= limit_min).sum(axis=1)
        people = problem.people
        return -float((1 - weight) * people[times >= 1].sum() + weight * people[times >= 2].sum())

    expected = -min(best_choice(problem, p, worth) for p in range(len(problem.candidates) + 1))
    found = solve_budget_coverage(problem, limit_min=limit_min, site_cost=cost, budget=budget, backup_weight=weight)
    agrees(found, expected)


@FEW
@given(problems(with_gaps=True), LIMIT)
def test_lscp(problem, limit_min):
    asked = problem.people > 0

    def misses(columns):
        return float((nearest_minutes(problem, columns)[asked] > limit_min).any())

    counts = [p for p in range(len(problem.candidates) + 1) if best_choice(problem, p, misses) == 0]
    agrees(solve_lscp(problem, limit_min=limit_min), min(counts, default=math.inf))


@FEW
@given(problems(with_gaps=True), LIMIT, st.data())
def test_the_cheapest_cover_is_found_on_the_smaller_problem(problem, limit_min, data):
    m = problem.n_sites
    covers = problem.minutes <= limit_min
    covers = covers[covers.any(axis=1)]
    cost = np.array(data.draw(st.lists(st.integers(1, 5), min_size=m, max_size=m)), dtype=float)
    at_most = data.draw(st.none() | st.integers(0, m))
    allowed = [
        cost[is_open].sum()
        for choice in np.ndindex(*[2] * m)
        if covers[:, (is_open := np.array(choice, dtype=bool))].any(axis=1).all()
        and (at_most is None or is_open.sum() <= at_most)
    ]
    chosen, bound, stopped = cover(covers, cost, time_limit_s=60, at_most=at_most)
    assert not stopped
    if not allowed:
        assert chosen is None
        assert bound == math.inf
        return
    assert covers[:, chosen].any(axis=1).all()
    if at_most is None:
        assert cost[chosen].sum() == bound == min(allowed)
    else:
        assert len(chosen) <= at_most
        assert bound <= min(allowed)
    rows, columns = reduced_cover(covers, cost)
    assert rows.shape[1] == len(columns)
    early, _ = reduced_cover(covers, cost, enough=lambda: True)
    assert early.shape[1] == m


@FEW
@given(problems(with_gaps=True), st.data())
def test_p_center(problem, data):
    p = some_p(data, problem)
    asked = problem.people > 0
    expected = best_choice(problem, p, lambda c: float(nearest_minutes(problem, c)[asked].max(initial=0.0)))
    agrees(solve_p_center(problem, p=p), expected)


@FEW
@given(problems(max_sites=5), st.floats(0, 0.5), st.data())
def test_mean_deviation(problem, weight, data):
    p = data.draw(st.integers(0 if problem.existing.any() else 1, len(problem.candidates)))
    found = solve_mean_deviation(problem, p=p, inequity_weight=weight)
    if problem.people.sum() == 0:
        assert found.status == "infeasible"
        return
    kept = problem.existing
    expected = best_choice(problem, p, lambda c: mean_and_deviation(problem, c[~kept[c]], weight))
    agrees(found, expected)


@settings(max_examples=40, deadline=None)
@given(problems(max_sites=4), LIMIT, st.data())
def test_capacitated(problem, limit_min, data):
    from scipy.optimize import linprog

    p = some_p(data, problem)
    sizes = Sizes(7, data.draw(st.sampled_from([7, 14])), data.draw(st.sampled_from([None, 7, 21])))
    existing_places = np.where(problem.existing, 10.0, np.nan)
    reach = problem.minutes <= limit_min
    i, j = np.nonzero(reach)

    def linear(capacity, *, everybody):
        """People-minutes that serve everybody, or minus the people served: a transport problem for given places."""
        if not len(i):
            return math.inf if everybody and problem.people.any() else 0.0
        a = np.zeros((problem.n_points + problem.n_sites, len(i)))
        a[i, np.arange(len(i))] = a[problem.n_points + j, np.arange(len(i))] = 1
        limits = np.r_[problem.people, capacity]
        served = {"A_eq": a[: problem.n_points], "b_eq": problem.people} if everybody else {}
        cost = problem.minutes[i, j] if everybody else -np.ones(len(i))
        done = linprog(cost, A_ub=a, b_ub=limits, **served)
        return math.inf if done.status == 2 else done.fun

    def best(*, everybody):
        values = []
        places = range(sizes.smallest, sizes.largest + 1, 7)
        for choice in np.ndindex(*[1 + len(places)] * len(problem.candidates)):
            new = np.array([0 if c == 0 else places[c - 1] for c in choice])
            if (new > 0).sum() <= p and (sizes.places_max is None or new.sum() <= sizes.places_max):
                capacity = np.where(problem.existing, 10.0, 0.0)
                capacity[problem.candidates] = new
                values.append(linear(capacity, everybody=everybody))
        return min(values)

    def solved(goal):
        return solve_capacitated(
            problem, p=p, goal=goal, sizes=sizes, existing_places=existing_places, limit_min=limit_min
        )

    served, arranged = solved("served"), solved("minutes")
    assert served.objective == pytest.approx(-best(everybody=False), abs=1e-5)
    expected = best(everybody=True)
    if math.isinf(expected):
        assert arranged.status == "infeasible"
        assert "short by" in arranged.unmet or "farther than" in arranged.unmet
    else:
        assert arranged.status == "optimal"
        assert arranged.objective == pytest.approx(expected, abs=1e-5)
        assert ((arranged.sizes >= sizes.smallest) & (arranged.sizes <= sizes.largest)).all()
        assert (arranged.sizes % 7 == 0).all()


@FEW
@given(problems(max_sites=7), st.integers(1, 5), st.data())
def test_the_bound_holds_however_early_the_climb_ends(problem, steps, data):
    p = some_p(data, problem)
    costs, fallback = problem.by_site, problem.minutes.max(axis=1)
    found = bound_and_improve(costs, problem.people, fallback, p, candidates=problem.candidates, steps=steps)
    free = best_choice(problem, p, lambda c: value_of(costs, problem.people, fallback, c[~problem.existing[c]]))
    assert found.bound <= free + 1e-9
    assert found.value >= free - 1e-9


@FEW
@given(problems(), LIMIT)
def test_left_out_points_and_sites_change_no_cover(problem, limit_min):
    covers = problem.minutes <= limit_min
    rows, people, row = merge_equal_points(covers, problem.people)
    assert np.array_equal(rows[row], covers)
    assert people.sum() == pytest.approx(problem.people.sum())
    kept = rows[needed_points(rows)]
    for choice in np.ndindex(*[2] * problem.n_sites):
        is_open = np.array(choice, dtype=bool)
        assert covers[:, is_open].any(axis=1).all() == kept[:, is_open].any(axis=1).all()
    useful = useful_sites(covers)
    for site in range(problem.n_sites):
        assert (covers[:, useful] >= covers[:, [site]]).all(axis=0).any()
