"""Plans and priority lists against every possible one, on small cases."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.places_allocation import cheapest_places
from finder.capacity.places_allocation_next import missing_places, next_places, next_places_draws
from finder.errors import AllocationError

CASES = settings(max_examples=30, deadline=None)


@st.composite
def covering(draw):
    n_areas, n_sites = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    most = draw(st.lists(st.integers(0, 3), min_size=n_sites, max_size=n_sites))
    sites = pd.DataFrame(
        {
            "places_min": [7 * draw(st.integers(0, 2)) for _ in most],
            "places_max": [7 * n for n in most],
            "cost_fixed": [draw(st.integers(0, 20)) for _ in most],
            "cost_per_place": [draw(st.integers(0, 3)) for _ in most],
        },
        index=[f"s{n}" for n in range(n_sites)],
    )
    cells = draw(st.lists(st.sampled_from([0, 0, 0.5, 1]), min_size=n_areas * n_sites, max_size=n_areas * n_sites))
    lacking = draw(st.lists(st.integers(-5, 25), min_size=n_areas, max_size=n_areas))
    return sites, np.array(cells, dtype=float).reshape(n_areas, n_sites), pd.Series(lacking, dtype=float)


def cheapest_of_all(sites, gains, shortfall):
    """Return the least cost over every plan, or None if none reaches the targets."""
    choices = [
        [0] + [n for n in range(7, most + 1, 7) if n >= least]
        for least, most in zip(sites["places_min"], sites["places_max"], strict=True)
    ]
    costs = [
        float(plan @ sites["cost_per_place"] + (plan > 0) @ sites["cost_fixed"])
        for plan in map(np.array, product(*choices))
        if (gains @ plan >= shortfall.to_numpy() - 1e-9).all()
    ]
    return min(costs, default=None)


@CASES
@given(covering())
def test_no_plan_is_cheaper(case):
    sites, gains, shortfall = case
    best = cheapest_of_all(*case)
    if best is None:
        with pytest.raises(AllocationError, match="cannot reach"):
            cheapest_places(sites, gains, shortfall)
        return
    plan = cheapest_places(sites, gains, shortfall)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best, abs=1e-6)
    assert plan.bound == pytest.approx(best, rel=1e-5, abs=1e-5)
    assert (plan.places % 7 == 0).all()
    assert (gains @ plan.places >= shortfall - 1e-4).all()
    np.testing.assert_allclose(plan.gained, gains @ plan.places)


@CASES
@given(covering())
def test_without_time_there_is_still_a_plan_and_a_true_bound(case):
    sites, gains, shortfall = case
    best = cheapest_of_all(*case)
    if best is None:
        return
    plan = cheapest_places(sites, gains, shortfall, time_limit_s=0)
    assert (gains @ plan.places >= shortfall - 1e-4).all()
    assert plan.bound - 1e-6 <= best <= plan.objective + 1e-6
    assert 0 <= plan.gap <= 1


@CASES
@given(covering(), covering())
def test_two_problems_side_by_side_cost_their_sum(first, second):
    sites = pd.concat([first[0].rename(index="a{}".format), second[0].rename(index="b{}".format)])
    gains = np.block(
        [
            [first[1], np.zeros((len(first[1]), len(second[0])))],
            [np.zeros((len(second[1]), len(first[0]))), second[1]],
        ]
    )
    shortfall = pd.concat([first[2], second[2]], ignore_index=True)
    apart = [cheapest_of_all(*case) for case in (first, second)]
    if None in apart:
        return
    assert cheapest_places(sites, gains, shortfall).objective == pytest.approx(sum(apart), abs=1e-6)


areas = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 150)), min_size=1, max_size=4)


def allocations(count, total):
    return (np.array(plan) for plan in product(range(total + 1), repeat=count) if sum(plan) <= total)


def tables(rows):
    """Return two draws of the places, and the children."""
    index = [f"c{n}" for n in range(len(rows))]
    draws = pd.DataFrame([row[:2] for row in rows], index=index, columns=[1, 2], dtype=float)
    return draws, pd.Series([float(row[2]) for row in rows], index=index)


@CASES
@given(areas, st.integers(0, 5))
def test_no_allocation_brings_more_children_within_the_target(rows, steps):
    draws, children = tables(rows)
    lacking = np.maximum(0.33 * children.to_numpy()[:, None] - draws.to_numpy(), 0)

    def reached(plan):
        return float(np.minimum(7 * plan[:, None], lacking).sum() / 0.33 / 2)

    found = next_places(draws, children, new_places=7 * steps, target_per_100=33, objective="children")
    best = max(map(reached, allocations(len(rows), steps)))
    assert reached(found.places.to_numpy() // 7) == pytest.approx(best)
    assert found.steps["gain"].sum() == pytest.approx(best)


@CASES
@given(areas, st.integers(0, 5))
def test_no_allocation_takes_more_distance(rows, steps):
    draws, children = tables(rows)

    def distance(plan):
        worth = 0.0
        for steps_there, places, people in zip(plan, draws.to_numpy(), children, strict=True):
            for count, before in product(places, range(steps_there)):
                worth += max(0.0, 33 - 100 * (count + 7 * before) / people) / 2 if people else 0.0
        return worth

    found = next_places(draws, children, new_places=7 * steps, target_per_100=33)
    best = max(map(distance, allocations(len(rows), steps)))
    assert distance(found.places.to_numpy() // 7) == pytest.approx(best)
    assert found.steps["gain"].sum() == pytest.approx(best)


@CASES
@given(areas, st.integers(0, 5))
def test_with_one_count_no_allocation_leaves_a_higher_lowest_rate(rows, steps):
    draws, children = tables(rows)
    found = next_places(draws[[1]], children, new_places=7 * steps, target_per_100=33)
    inhabited = children.to_numpy() > 0
    if not inhabited.any():
        assert found.places.sum() == 0
        return

    def lowest(plan):
        rates = 100 * (draws[1].to_numpy() + 7 * plan)[inhabited] / children.to_numpy()[inhabited]
        return min(33.0, rates.min())

    best = max(map(lowest, allocations(len(rows), steps)))
    assert lowest(found.places.to_numpy() // 7) == pytest.approx(best)


@CASES
@given(areas, st.integers(0, 60), st.sampled_from(["furthest", "children"]))
def test_more_places_only_add_to_the_list(rows, new_places, objective):
    draws, children = tables(rows)
    fewer, more = (
        next_places(draws, children, new_places=n, target_per_100=33, objective=objective)
        for n in (new_places, new_places + 7)
    )
    pd.testing.assert_frame_equal(more.steps.iloc[: len(fewer.steps)], fewer.steps)
    assert fewer.places.sum() + fewer.left_places == new_places
    assert (fewer.steps["gain"].diff().dropna() <= 1e-9).all()
    assert (fewer.steps["gain"] > 0).all()


@CASES
@given(areas, st.integers(0, 40))
def test_draws_are_judged_one_by_one(rows, new_places):
    draws, children = tables(rows)
    given = next_places_draws(draws, children, new_places=new_places, target_per_100=33)
    for draw in draws:
        alone = next_places(draws[[draw]], children, new_places=new_places, target_per_100=33)
        pd.testing.assert_series_equal(given[draw], alone.places, check_names=False)
    lacking = missing_places(draws, children, 33)
    assert (given[lacking == 0].fillna(0) == 0).all(axis=None)
    assert (given <= lacking + 7).all(axis=None)
