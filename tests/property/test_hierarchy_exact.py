"""Tables by way of a contraction hierarchy are those of the plain search, to the bit."""

from dataclasses import replace

import numpy as np
import pytest
from engine_cases import MINUTE_MS, Case, Edge, Point, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.errors import NetworkError
from finder.geo.hierarchy import Hierarchy, build_hierarchy
from finder.geo.hierarchy_query import LANES
from finder.geo.travel_time import TravelTimes, travel_times


def table(case: Case, cutoff_min: float, hierarchy: Hierarchy | None) -> TravelTimes:
    origins, destinations = case.snaps(case.origins), case.snaps(case.destinations)
    return travel_times(
        case.graph,
        origins,
        destinations,
        np.arange(len(case.origins)),
        np.arange(len(case.destinations)),
        cutoff_min=cutoff_min,
        hierarchy=hierarchy,
    )


def assert_same(a: TravelTimes, b: TravelTimes) -> None:
    np.testing.assert_array_equal(a.indptr, b.indptr)
    np.testing.assert_array_equal(a.indices, b.indices)
    np.testing.assert_array_equal(a.minutes, b.minutes)


def grid_case(*, side: int, n_points: int, seed: int) -> Case:
    """A town of streets: a grid with one-ways, missing pieces and a few fast roads, larger than hypothesis draws."""
    rng = np.random.default_rng(seed)
    edges = []
    for node in range(side * side):
        for other in ([node + 1] if (node + 1) % side else []) + ([node + side] if node + side < side * side else []):
            draw = rng.random()
            if draw < 0.1:
                continue
            ms = 4 * int(rng.integers(200, 12_000))
            edges.append(Edge(node, other, ms if draw > 0.2 else -1, ms if draw > 0.3 or draw <= 0.2 else -1))
    ends = rng.integers(0, side * side, (side, 2)).tolist()
    edges += [Edge(tail, head, 4 * int(rng.integers(10, 5_000)), -1) for tail, head in ends]
    points = [
        Point(int(rng.integers(-1, len(edges))), int(rng.integers(0, 5)), int(rng.integers(0, 30_000)))
        for _ in range(n_points)
    ]
    return Case(side * side, edges, points[: 2 * LANES + 3], points)


@settings(max_examples=150, deadline=None)
@given(cases(max_nodes=25), st.sampled_from([0.0, 0.01, 0.5, 3.0, 10_000.0]))
def test_hierarchy_equals_search_on_random_graphs(case: Case, cutoff_min: float) -> None:
    hierarchy = build_hierarchy(case.graph)
    assert_same(table(case, cutoff_min, hierarchy), table(case, cutoff_min, None))
    # Every way is up, then down: places only know later ones.
    below = np.repeat(np.arange(case.n_nodes), np.diff(hierarchy.ptr))
    assert (hierarchy.higher > below).all()


@pytest.mark.parametrize("seed", range(4))
def test_hierarchy_equals_search_on_a_town(seed: int) -> None:
    case = grid_case(side=45, n_points=300, seed=seed)
    calls: list[tuple[int, int]] = []
    hierarchy = build_hierarchy(case.graph, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (45 * 45, 45 * 45)
    for cutoff_min in (2.0, 7.5, 10_000.0):
        assert_same(table(case, cutoff_min, hierarchy), table(case, cutoff_min, None))


def test_table_on_a_town_equals_networkx() -> None:
    case = grid_case(side=20, n_points=80, seed=11)
    oracle = (case.oracle_ms() / MINUTE_MS).astype(np.float32)
    times = table(case, 10_000.0, build_hierarchy(case.graph))
    full = np.full(times.shape, np.inf, dtype=np.float32)
    full[np.repeat(np.arange(times.shape[0]), np.diff(times.indptr)), times.indices] = times.minutes
    np.testing.assert_array_equal(full, oracle)
    assert np.isinf(oracle).any()
    assert np.isfinite(oracle).any()


def test_stored_hierarchy_is_the_same_and_broken_ones_are_refused() -> None:
    case = grid_case(side=8, n_points=10, seed=3)
    arrays = build_hierarchy(case.graph).as_arrays()
    assert_same(table(case, 5.0, Hierarchy.from_arrays(arrays)), table(case, 5.0, None))
    with pytest.raises(NetworkError, match="lacks up_ms"):
        Hierarchy.from_arrays({k: v for k, v in arrays.items() if k != "up_ms"})
    with pytest.raises(NetworkError, match="do not fit"):
        Hierarchy.from_arrays({**arrays, "higher": arrays["higher"][:-1]})
    with pytest.raises(NetworkError, match="do not fit"):
        Hierarchy.from_arrays({**arrays, "higher": arrays["higher"] + 1})
    slower = [replace(e, along_ms=e.along_ms + 4) if e.along_ms > 0 else e for e in case.edges]
    for other in (grid_case(side=7, n_points=10, seed=3), replace(case, edges=slower)):
        with pytest.raises(ValueError, match="another graph"):
            table(other, 5.0, Hierarchy.from_arrays(arrays))
