"""An isochrone holds what is reached, leaves out what is not, and nests."""

import numpy as np
import pytest
import shapely
from engine_cases import Case, Edge, Point, make_network

from finder.geo.isochrones import isochrone
from finder.geo.network import RoadNetwork
from finder.geo.travel_time import travel_times

ORIGIN_M = 650_000


def straight(nodes_m: list[tuple[int, int]], edges: list[Edge], synthetic: tuple[int, ...] = ()) -> RoadNetwork:
    """Roads without bends between nodes at the given metres."""
    x, y = (ORIGIN_M + np.array(nodes_m).T).astype(np.int32)
    none = np.array([], dtype=np.int32)
    codes = np.zeros(len(edges), dtype=np.uint8)
    return make_network(edges, x, y, np.zeros(len(edges) + 1), none, none, codes, synthetic)


def corner(*, back_ms: int = 600_000) -> tuple[Case, RoadNetwork]:
    """Two roads of 10 km at 60 km/h that meet at a right angle; the point is where they meet."""
    edges = [Edge(0, 1, 600_000, back_ms), Edge(1, 2, 600_000, 600_000)]
    case = Case(3, edges, [Point(1, 0, 0)], [])
    return case, straight([(0, 0), (10_000, 0), (10_000, 10_000)], edges, synthetic=(1,))


def test_edges_are_followed_as_far_as_the_limit_allows() -> None:
    case, network = corner()
    areas = isochrone(network, case.graph, case.snaps(case.origins), limits_min=[7.5, 5.0])
    assert areas.crs.to_epsg() == 3812
    assert areas.limit_min.tolist() == [5.0, 7.5]
    for limit_min, area in zip(areas.limit_min, areas.geometry, strict=True):
        assert area.is_valid
        west, _, _, north = np.array(area.bounds) - ORIGIN_M
        assert west == pytest.approx(10_000 - 1_000 * limit_min, abs=150)
        assert north == pytest.approx(1_000 * limit_min, abs=150)
        # Two strips of twice 100 m and no more: a hull would be a triangle of many square kilometres.
        assert area.area < 2 * 1_000 * limit_min * 350
        assert area.area > 2 * 1_000 * limit_min * 100
    assert areas.geometry.iloc[0].within(areas.geometry.iloc[1])
    assert areas.is_on_synthetic.all()


def test_one_way_roads_are_followed_the_right_way_round() -> None:
    case, network = corner(back_ms=-1)
    point = case.snaps(case.origins)
    leaving = isochrone(network, case.graph, point, limits_min=[5.0]).geometry.iloc[0]
    arriving = isochrone(network, case.graph, point, limits_min=[5.0], direction="to").geometry.iloc[0]
    west = shapely.Point(ORIGIN_M + 7_000, ORIGIN_M)
    north = shapely.Point(ORIGIN_M + 10_000, ORIGIN_M + 3_000)
    assert not leaving.contains(west)
    assert arriving.contains(west)
    assert leaving.contains(north)
    assert arriving.contains(north)


def test_point_in_the_middle_of_an_edge_reaches_both_ways() -> None:
    edges = [Edge(0, 1, 1_200_000, -1)]
    case = Case(2, edges, [Point(0, 2, 60_000)], [])
    network = straight([(0, 0), (20_000, 0)], edges)
    point = case.snaps(case.origins)
    leaving = isochrone(network, case.graph, point, limits_min=[6]).geometry.iloc[0]
    assert np.array(leaving.bounds)[[0, 2]] - ORIGIN_M == pytest.approx([10_000, 15_000], abs=150)
    arriving = isochrone(network, case.graph, point, limits_min=[6], direction="to").geometry.iloc[0]
    assert np.array(arriving.bounds)[[0, 2]] - ORIGIN_M == pytest.approx([5_000, 10_000], abs=150)


def test_nothing_within_the_limit_is_an_empty_area() -> None:
    case, network = corner()
    far_off = case.snaps([Point(0, 1, 600_000)])
    areas = isochrone(network, case.graph, far_off, limits_min=[5, 11])
    assert areas.geometry.iloc[0].is_empty
    assert not areas.geometry.iloc[1].is_empty
    assert areas.is_on_synthetic.tolist() == [False, False]
    lost = isochrone(network, case.graph, case.snaps([Point(-1, 0, 0)]), limits_min=[5])
    assert lost.geometry.iloc[0].is_empty
    with pytest.raises(ValueError, match="at least one limit"):
        isochrone(network, case.graph, far_off, limits_min=[])


def test_towns_are_covered_and_areas_nest() -> None:
    rng = np.random.default_rng(5)
    side, block_m = 40, 300
    nodes_m = [(block_m * (i % side), block_m * (i // side)) for i in range(side * side)]
    edges = []
    for node in range(side * side):
        for other in ([node + 1] if (node + 1) % side else []) + ([node + side] if node + side < side * side else []):
            ms = 4 * int(rng.integers(4_000, 16_000))
            edges.append(Edge(node, other, ms, ms if rng.random() > 0.2 else -1))
    case = Case(
        side * side, edges, [Point(len(edges) // 2 + 10, 1, 5_000)], [Point(e, 0, 0) for e in range(len(edges))]
    )
    network = straight(nodes_m, edges)
    point = case.snaps(case.origins)
    limits = [1.0, 3.0, 5.0, 8.0]
    areas = isochrone(network, case.graph, point, limits_min=limits)
    assert areas.geometry.is_valid.all()
    for inner, outer in zip(areas.geometry[:-1], areas.geometry[1:], strict=True):
        assert inner.difference(outer).area == 0
    times = travel_times(case.graph, point, case.snaps(case.destinations), [0], range(len(edges)), cutoff_min=100)
    minutes = np.full(len(edges), np.inf)
    minutes[times.indices] = times.minutes
    tails = np.array([e.tail for e in edges])
    places = shapely.points(network.node_x_m[tails], network.node_y_m[tails])
    slack_min = 0.25  # a cell of 50 m or less at the speed of an access leg, 10 km/h
    for limit, area in zip(limits, areas.geometry, strict=True):
        within = shapely.contains_xy(area, network.node_x_m[tails], network.node_y_m[tails])
        assert within[minutes <= limit - slack_min].all()
        near = shapely.distance(shapely.multipoints(places[minutes <= limit]), places)
        assert not within[near > block_m + 200].any()
        assert within.any()
