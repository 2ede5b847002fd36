"""Published optima of the location models: OR-Library pmed1-10 (Beasley 1985) and San Francisco (spopt's tutorial)."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse.csgraph import floyd_warshall

from finder.capacity.location.lscp import solve_lscp
from finder.capacity.location.mclp import solve_budget_coverage, solve_mclp
from finder.capacity.location.p_center import solve_p_center
from finder.capacity.location.p_median import solve_p_median
from finder.capacity.location.problem import LocationProblem, make_problem

pytestmark = pytest.mark.shared
PMED = dict(enumerate((5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255), start=1))
MCLP_5_KM = (448255, 671938, 791499, 875247, 927402, 941462, 950428, 955113)
P_MEDIAN = {2: 4009098972.13, 3: 3385565397.53, 4: 2848268129.71, 5: 2554123350.19}
P_CENTER = {2: 9130.7587, 3: 7529.98595, 4: 7403.06381, 5: 5985.50007}


@pytest.fixture(scope="module")
def tracts(shared_dir) -> LocationProblem:
    name = "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    rows = pd.read_csv(shared_dir / "anchors" / "spopt_sf" / name)
    metres = rows.pivot_table(index="DestinationName", columns="name", values="distance")
    people = rows.groupby("DestinationName")["demand"].first().reindex(metres.index)
    assert metres.shape == (205, 16)
    assert people.sum() == 955_113
    return make_problem(metres.to_numpy(), people, point_ids=metres.index, site_ids=metres.columns)


def pmed(shared_dir, number: int) -> tuple[LocationProblem, int]:
    path = shared_dir / "anchors" / "orlib_pmed" / f"pmed{number}.txt"
    n, _, p = np.loadtxt(path, max_rows=1, dtype=int)
    costs = np.full((n, n), np.inf)
    np.fill_diagonal(costs, 0)
    # An edge that is listed twice: the last counts.
    for a, b, cost in np.loadtxt(path, skiprows=1, dtype=int):
        costs[a - 1, b - 1] = costs[b - 1, a - 1] = cost
    return make_problem(floyd_warshall(costs), np.ones(n)), int(p)


@pytest.mark.parametrize("number", list(PMED))
def test_pmed_is_solved_and_proven(shared_dir, number):
    problem, p = pmed(shared_dir, number)
    found = solve_p_median(problem, p=p)
    assert found.objective == PMED[number]
    assert found.bound == PMED[number]
    assert found.status == "optimal"
    assert len(found.site_ids) == p
    assert found.minutes.sum() == PMED[number]


@pytest.mark.parametrize("p", range(1, 9))
def test_most_people_within_five_kilometres(tracts, p):
    found = solve_mclp(tracts, limit_min=5_000, p=p)
    assert (found.status, found.objective) == ("optimal", MCLP_5_KM[p - 1])
    budget = solve_budget_coverage(tracts, limit_min=5_000, site_cost=np.ones(16), budget=p)
    assert (budget.status, budget.objective) == ("optimal", MCLP_5_KM[p - 1])


@pytest.mark.parametrize(("limit", "count"), [(5_000, 8), (8_000, 3)])
def test_fewest_sites(tracts, limit, count):
    found = solve_lscp(tracts, limit_min=limit)
    assert (found.status, found.objective) == ("optimal", count)
    assert found.minutes.max() <= limit


@pytest.mark.parametrize("p", P_MEDIAN)
def test_p_median_and_p_center(tracts, p):
    median, center = solve_p_median(tracts, p=p), solve_p_center(tracts, p=p)
    assert (median.status, center.status) == ("optimal", "optimal")
    assert median.objective == pytest.approx(P_MEDIAN[p], abs=0.01)
    assert center.objective == pytest.approx(P_CENTER[p], abs=1e-4)
    assert center.minutes.max() == pytest.approx(P_CENTER[p], abs=1e-4)
