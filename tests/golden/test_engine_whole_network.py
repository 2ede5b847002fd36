"""The engine on the shipped road network: the same answers as SciPy, and by way of a hierarchy."""

from dataclasses import fields, replace

import numpy as np
import pytest
import scipy.sparse
from scipy.sparse.csgraph import dijkstra

from finder.geo.hierarchy import build_hierarchy
from finder.geo.mode_graph import build_mode_graph
from finder.geo.nearest import nearest_services
from finder.geo.network import ModeGraph, RoadNetwork
from finder.geo.point_access import snaps_at_nodes
from finder.geo.routing import routes_to
from finder.geo.snapping import Snaps, snap_points
from finder.geo.travel_time import TravelTimes, travel_times
from finder.sources.store import load_network

SEED = 7


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return load_network()


@pytest.fixture(scope="module")
def graph(network: RoadNetwork) -> ModeGraph:
    return build_mode_graph(network, "car")


def random_points(network: RoadNetwork, graph: ModeGraph, n: int, seed: int) -> Snaps:
    """Points up to some 300 m from junctions drawn at random."""
    rng = np.random.default_rng(seed)
    node = graph.node_id[rng.integers(0, graph.n_nodes, n)]
    shift = rng.normal(0, 150, (n, 2))
    return snap_points(network, graph, network.node_x_m[node] + shift[:, 0], network.node_y_m[node] + shift[:, 1])


def assert_same(a: TravelTimes, b: TravelTimes) -> None:
    np.testing.assert_array_equal(a.indptr, b.indptr)
    np.testing.assert_array_equal(a.indices, b.indices)
    np.testing.assert_array_equal(a.minutes, b.minutes)


def compare(network: RoadNetwork, graph: ModeGraph, *, n_origins: int, cutoffs_min: tuple[float, ...]) -> None:
    origins = random_points(network, graph, n_origins, SEED)
    destinations = random_points(network, graph, 3_000, SEED + 1)
    ids = np.arange(n_origins), np.arange(3_000)
    hierarchy = build_hierarchy(graph)
    for cutoff_min in cutoffs_min:
        plain = travel_times(graph, origins, destinations, *ids, cutoff_min=cutoff_min)
        assert len(plain.minutes) > n_origins
        assert_same(travel_times(graph, origins, destinations, *ids, cutoff_min=cutoff_min, hierarchy=hierarchy), plain)


def test_nearest_equals_scipy_at_every_junction(graph: ModeGraph) -> None:
    sites = np.unique(np.random.default_rng(SEED).integers(0, graph.n_nodes, 45)).astype(np.int32)
    everywhere = snaps_at_nodes(np.arange(graph.n_nodes, dtype=np.int32))
    at_sites = snaps_at_nodes(sites)
    tails = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    order = np.lexsort((graph.cost_ms, graph.heads, tails))
    _, fastest = np.unique(tails[order] * graph.n_nodes + graph.heads[order].astype(np.int64), return_index=True)
    arc = order[fastest]  # of parallel roads the faster; a matrix has one cell for both
    shape = (graph.n_nodes, graph.n_nodes)
    matrix = scipy.sparse.csr_array((graph.cost_ms[arc].astype(float), (tails[arc], graph.heads[arc])), shape=shape)
    for toward, given in (("service", matrix.T.tocsr()), ("point", matrix)):
        expected = dijkstra(given, indices=sites, min_only=True)
        minutes, service = nearest_services(graph, everywhere, at_sites, k=1, toward=toward)
        np.testing.assert_array_equal(minutes[:, 0], (expected / 60_000).astype(np.float32))
        assert (service >= 0).all()


def test_route_takes_as_long_as_the_table_says(network: RoadNetwork, graph: ModeGraph) -> None:
    points = random_points(network, graph, 12, SEED)
    times = travel_times(graph, points, points, range(12), range(12), cutoff_min=1_000)
    for origin in range(3):
        start = Snaps(**{f.name: getattr(points, f.name)[[origin]] for f in fields(Snaps)})
        columns, minutes = times.row(origin)
        assert len(columns) == points.is_snapped.sum()
        for column, way in enumerate(routes_to(network, graph, start, points)):
            assert (way is not None) == points.is_snapped[column]
            if way is not None:
                assert way.minutes == minutes[columns == column][0]
                assert column == origin or 0 < way.km < 400


def test_hierarchy_equals_search_in_the_middle(network: RoadNetwork) -> None:
    middle = np.median(network.node_x_m), np.median(network.node_y_m)
    away = np.maximum(np.abs(network.node_x_m - middle[0]), np.abs(network.node_y_m - middle[1]))
    inside = away <= np.quantile(away, 0.1)
    access = np.where(inside[network.edge_from] & inside[network.edge_to], network.access, 0).astype(np.uint8)
    middle_network = replace(network, access=access)
    for mode in ("car", "bike"):
        graph = build_mode_graph(middle_network, mode)
        compare(middle_network, graph, n_origins=70, cutoffs_min=(3.0, 15.0, 1_000.0))


@pytest.mark.slow
def test_hierarchy_equals_search_on_the_whole_network(network: RoadNetwork, graph: ModeGraph) -> None:
    compare(network, graph, n_origins=300, cutoffs_min=(20.0, 45.0, 1_000.0))
