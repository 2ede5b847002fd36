"""Snapping: nearest usable edge, right costs at both ends, limits."""

import numpy as np
import pytest
import shapely

from finder.geo.access_rules import CLASS_CODE
from finder.geo.mode_graph import build_mode_graph
from finder.geo.network import RoadNetwork
from finder.geo.snapping import ACCESS_KPH, build_snap_index, snap_points

BOTH = 0b11111111
CAR_FORWARD_ONLY = 0b11111101


def small_network(nodes, edges):
    """Return a network of straight edges: (from, to, class, access) or with inner points as a fifth item."""
    nodes = np.array(nodes, dtype=np.int32)
    shapes = [edge[4] if len(edge) > 4 else [] for edge in edges]
    lines = [np.array([nodes[e[0]], *s, nodes[e[1]]], dtype=float) for e, s in zip(edges, shapes, strict=True)]
    points = np.array([p for s in shapes for p in s], dtype=np.int32).reshape(-1, 2)
    n = len(edges)
    kph = np.full((len(CLASS_CODE), 4), 36.0)
    return RoadNetwork(
        node_x_m=nodes[:, 0],
        node_y_m=nodes[:, 1],
        node_area=np.ones(len(nodes), dtype=np.uint8),
        edge_from=np.array([e[0] for e in edges], dtype=np.int32),
        edge_to=np.array([e[1] for e in edges], dtype=np.int32),
        length_m=np.array([np.hypot(*np.diff(line, axis=0).T).sum() for line in lines], dtype=np.float32),
        road_class=np.array([CLASS_CODE[e[2]] for e in edges], dtype=np.uint8),
        access=np.array([e[3] for e in edges], dtype=np.uint8),
        zone=np.zeros(n, dtype=np.uint8),
        maxspeed_kph=np.zeros(n, dtype=np.uint8),
        source_code=np.zeros(n, dtype=np.uint8),
        is_tunnel=np.zeros(n, dtype=bool),
        name_id=np.zeros(n, dtype=np.int32),
        shape_ptr=np.concatenate([[0], np.cumsum([len(s) for s in shapes])]).astype(np.int32),
        shape_x_m=points[:, 0],
        shape_y_m=points[:, 1],
        names=np.array([""], dtype=object),
        source_names=("osm",),
        car_kph={"2014": kph, "current": kph},
    )


SQUARE = [(0, 0), (1000, 0), (1000, 1000), (0, 1000)]


def test_costs_hold_the_access_leg_and_the_part_of_the_edge():
    network = small_network(SQUARE, [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)])
    graph = build_mode_graph(network, "car")
    snaps = snap_points(network, graph, np.array([250.0]), np.array([-50.0]))
    access = 50 * 3600 / ACCESS_KPH["car"]
    assert snaps.edge_id.tolist() == [0]
    assert snaps.fraction[0] == pytest.approx(0.25)
    assert snaps.distance_m[0] == pytest.approx(50)
    assert snaps.access_ms[0] == access
    # 36 km/h is 10 m/s.
    assert snaps.out_node.tolist() == [[0, 1]]
    assert snaps.out_ms.tolist() == [[access + 25_000, access + 75_000]]
    assert snaps.in_ms.tolist() == [[access + 25_000, access + 75_000]]
    assert (snaps.along_ms[0], snaps.against_ms[0]) == (100_000, 100_000)


def test_a_one_way_edge_is_left_at_its_end_and_entered_at_its_start():
    network = small_network(SQUARE, [(i, (i + 1) % 4, "residential", CAR_FORWARD_ONLY) for i in range(4)])
    graph = build_mode_graph(network, "car")
    snaps = snap_points(network, graph, np.array([250.0]), np.array([0.0]))
    assert snaps.out_node.tolist() == [[-1, 1]]
    assert snaps.in_node.tolist() == [[0, -1]]
    assert snaps.out_ms[0, 1] == 1 + 75_000
    assert snaps.in_ms[0, 0] == 1 + 25_000
    assert (snaps.along_ms[0], snaps.against_ms[0]) == (100_000, -1)


def test_the_limit_is_inclusive_and_beyond_it_nothing_is_snapped():
    network = small_network(SQUARE, [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)])
    graph = build_mode_graph(network, "walk")
    y = np.array([-100.0, -100.1, -5000.0])
    snaps = snap_points(network, graph, np.full(3, 500.0), y, limit_m=100.0)
    assert snaps.is_snapped.tolist() == [True, False, False]
    assert snaps.distance_m.tolist() == [100.0, np.inf, np.inf]
    assert snaps.out_node[1:].tolist() == [[-1, -1], [-1, -1]]


def test_cars_are_not_snapped_to_motorways_tunnels_or_what_they_cannot_use():
    nodes = [*SQUARE, (0, 100), (1000, 100)]
    square = [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)]
    near = [(0, 4, "residential", BOTH), (1, 5, "residential", BOTH), (4, 5, "motorway", 3)]
    network = small_network(nodes, square + near)
    graph = build_mode_graph(network, "car")
    assert graph.n_nodes == 6
    snaps = snap_points(network, graph, np.array([500.0]), np.array([90.0]))
    assert snaps.edge_id.tolist() == [0]


def test_dead_ends_outside_the_component_are_not_snapped_to():
    nodes = [*SQUARE, (500, 200), (700, 200)]
    network = small_network(
        nodes, [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)] + [(4, 5, "residential", BOTH)]
    )
    snaps = snap_points(network, build_mode_graph(network, "walk"), np.array([600.0]), np.array([190.0]))
    assert snaps.edge_id.tolist() == [0]


def test_a_point_without_coordinates_and_a_network_without_doors_snap_nothing():
    network = small_network(SQUARE, [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)])
    snaps = snap_points(network, build_mode_graph(network, "walk"), np.array([np.nan, 5.0]), np.array([5.0, np.inf]))
    assert not snaps.is_snapped.any()
    motorway = small_network(SQUARE, [(i, (i + 1) % 4, "motorway", 3) for i in range(4)])
    snaps = snap_points(motorway, build_mode_graph(motorway, "car"), np.array([5.0]), np.array([5.0]))
    assert not snaps.is_snapped.any()


def test_no_point_and_no_index_are_fine():
    network = small_network(SQUARE, [(i, (i + 1) % 4, "residential", BOTH) for i in range(4)])
    snaps = snap_points(network, build_mode_graph(network, "walk"), np.array([]), np.array([]))
    assert len(snaps.edge_id) == 0
    assert snaps.out_node.shape == (0, 2)


def test_the_nearest_edge_is_the_one_a_search_tree_finds():
    rng = np.random.default_rng(7)
    n = 300
    nodes = rng.integers(0, 6000, (n, 2))
    edges = [
        (i, i + 1, "residential", BOTH, rng.integers(0, 6000, (int(rng.integers(0, 4)), 2)).tolist())
        for i in range(n - 1)
    ]
    network = small_network(nodes, edges)
    graph = build_mode_graph(network, "walk")
    points = rng.uniform(-1500, 7500, (500, 2))
    snaps = snap_points(network, graph, points[:, 0], points[:, 1], index=build_snap_index(network, graph))
    lines = np.array([shapely.LineString(network.line(i)) for i in range(network.n_edges)])
    distance = shapely.distance(shapely.points(points)[:, None], lines[None, :])
    nearest = distance.min(axis=1)
    inside = nearest <= 1000.0
    assert (snaps.is_snapped == inside).all()
    np.testing.assert_allclose(snaps.distance_m[inside], nearest[inside], atol=1e-6)
    where = shapely.line_interpolate_point(lines[snaps.edge_id[inside]], snaps.fraction[inside], normalized=True)
    np.testing.assert_allclose(shapely.distance(where, shapely.points(points[inside])), nearest[inside], atol=1e-6)
