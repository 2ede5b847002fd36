"""The engine against NetworkX, and against itself."""

from dataclasses import fields, replace

import numpy as np
import pytest
from engine_cases import MINUTE_MS, Case, Edge, Point, cases
from hypothesis import given, settings
from hypothesis import strategies as st

import finder.geo.nearest as nearest_module
from finder.geo.nearest import nearest_services
from finder.geo.snapping import Snaps
from finder.geo.travel_time import TravelTimes, travel_times

NO_LIMIT_MIN = 10_000.0


def table(case: Case, *, cutoff_min: float = NO_LIMIT_MIN) -> TravelTimes:
    origins, destinations = case.snaps(case.origins), case.snaps(case.destinations)
    ids = np.arange(len(case.origins)), np.arange(len(case.destinations))
    return travel_times(case.graph, origins, destinations, *ids, cutoff_min=cutoff_min)


def dense(times: TravelTimes) -> np.ndarray:
    full = np.full(times.shape, np.inf, dtype=np.float32)
    for row in range(times.shape[0]):
        columns, minutes = times.row(row)
        full[row, columns] = minutes
    return full


def minutes(ms: np.ndarray) -> np.ndarray:
    return (ms / MINUTE_MS).astype(np.float32)


def take(snaps: Snaps, rows: np.ndarray) -> Snaps:
    return Snaps(**{f.name: getattr(snaps, f.name)[rows] for f in fields(Snaps)})


@settings(max_examples=150, deadline=None)
@given(cases())
def test_table_equals_networkx(case: Case) -> None:
    times = table(case)
    np.testing.assert_array_equal(dense(times), minutes(case.oracle_ms()))
    assert times.minutes.dtype == np.float32
    for row in range(len(case.origins)):
        columns, _ = times.row(row)
        assert (np.diff(columns) > 0).all()


@settings(max_examples=100, deadline=None)
@given(cases(), st.data())
def test_cutoff_is_inclusive_and_drops_the_rest(case: Case, data: st.DataObject) -> None:
    oracle = case.oracle_ms()
    finite = np.unique(oracle[np.isfinite(oracle)])
    if not len(finite):
        return
    limit_ms = data.draw(st.sampled_from(finite.tolist()))
    expected = minutes(np.where(oracle <= limit_ms, oracle, np.inf))
    np.testing.assert_array_equal(dense(table(case, cutoff_min=limit_ms / MINUTE_MS)), expected)


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 1000))
def test_rows_and_columns_follow_their_points(case: Case, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(case.origins)), rng.permutation(len(case.destinations))
    shuffled = Case(case.n_nodes, case.edges, [case.origins[i] for i in rows], [case.destinations[i] for i in columns])
    np.testing.assert_array_equal(dense(table(shuffled)), dense(table(case))[np.ix_(rows, columns)])


@settings(max_examples=100, deadline=None)
@given(cases(symmetric=True))
def test_symmetric_roads_give_symmetric_times(case: Case) -> None:
    there = dense(table(replace(case, destinations=case.origins)))
    np.testing.assert_array_equal(there, there.T)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_no_detour_is_shorter_than_the_table(case: Case) -> None:
    # Milliseconds: single minutes are rounded, so the sum of two may be under the third by their precision.
    times = dense(table(replace(case, destinations=case.origins))).astype(float)
    by_way_of = times[:, :, None] + times[None, :, :]
    assert (times[:, None, :] <= by_way_of * (1 + 1e-6)).all()


@settings(max_examples=100, deadline=None)
@given(cases())
def test_transpose_keeps_every_pair(case: Case) -> None:
    times = table(case)
    np.testing.assert_array_equal(dense(times.transpose()), dense(times).T)


def expected_nearest(ms: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k best of each row by (ms, index), from a full table."""
    n = len(ms)
    best, index = np.full((n, k), np.inf), np.full((n, k), -1)
    for row in range(n):
        order = [c for c in np.lexsort((np.arange(ms.shape[1]), ms[row])) if np.isfinite(ms[row, c])][:k]
        best[row, : len(order)] = ms[row, order]
        index[row, : len(order)] = order
    return minutes(best), index


@pytest.mark.parametrize("few_points", [0, 10**6], ids=["from services", "from points"])
@settings(max_examples=100, deadline=None)
@given(case=cases(), k=st.integers(1, 10))
def test_nearest_equals_networkx_both_ways_round(few_points: int, case: Case, k: int) -> None:
    origins, destinations = case.snaps(case.origins), case.snaps(case.destinations)
    oracle = case.oracle_ms()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest_module, "_FEW_POINTS", few_points)
        found = nearest_services(case.graph, origins, destinations, k=k)
        np.testing.assert_array_equal(found, expected_nearest(oracle, k))
        # The mobile unit drives from its base (the origin) to the family (the destination).
        found = nearest_services(case.graph, destinations, origins, k=k, toward="point")
        np.testing.assert_array_equal(found, expected_nearest(oracle.T, k))


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(1, 3), st.data())
def test_nearest_within_a_cutoff(case: Case, k: int, data: st.DataObject) -> None:
    oracle = case.oracle_ms()
    finite = np.unique(oracle[np.isfinite(oracle)])
    if not len(finite):
        return
    limit_ms = data.draw(st.sampled_from(finite.tolist()))
    origins, destinations = case.snaps(case.origins), case.snaps(case.destinations)
    found = nearest_services(case.graph, origins, destinations, k=k, cutoff_min=limit_ms / MINUTE_MS)
    np.testing.assert_array_equal(found, expected_nearest(np.where(oracle <= limit_ms, oracle, np.inf), k))


@settings(max_examples=50, deadline=None)
@given(cases())
def test_arguments_are_left_as_they_were(case: Case) -> None:
    graph, origins, destinations = case.graph, case.snaps(case.origins), case.snaps(case.destinations)
    before = [getattr(s, f.name).copy() for s in (origins, destinations) for f in fields(Snaps)]
    travel_times(graph, origins, destinations, case.origins, case.destinations, cutoff_min=NO_LIMIT_MIN)
    nearest_services(graph, origins, destinations, k=2)
    after = [getattr(s, f.name) for s in (origins, destinations) for f in fields(Snaps)]
    for a, b in zip(before, after, strict=True):
        np.testing.assert_array_equal(a, b)


def test_wrong_arguments_are_refused() -> None:
    case = Case(2, [Edge(0, 1, 4, 4)], [], [])
    graph = case.graph
    none = take(case.snaps([Point(0, 1, 0)]), np.array([], dtype=int))
    with pytest.raises(ValueError, match="k must be at least 1"):
        nearest_services(graph, none, none, k=0)
    with pytest.raises(ValueError, match="cutoff"):
        travel_times(graph, none, none, [], [], cutoff_min=float("nan"))
    with pytest.raises(ValueError, match="1 origin ids for 0 points"):
        travel_times(graph, none, none, ["a"], [], cutoff_min=1)
    assert travel_times(graph, none, none, [], [], cutoff_min=1).shape == (0, 0)
