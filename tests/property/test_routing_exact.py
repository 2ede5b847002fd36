"""Routes against the tables: same times, and a path that holds together."""

from itertools import pairwise

import numpy as np
from engine_cases import MINUTE_MS, Case, cases
from hypothesis import given, settings

from finder.geo.network import RoadNetwork
from finder.geo.routing import routes_to


def drawn(case: Case) -> RoadNetwork:
    """The case's roads as straight lines between corners of a curve, 100 m or more apart."""
    node = np.arange(case.n_nodes)
    m = len(case.edges)
    zeros = np.zeros(m, dtype=np.uint8)
    x, y = (100 * node).astype(np.int32), (100 * node**2).astype(np.int32)
    tails = np.array([e.tail for e in case.edges], dtype=np.int32)
    heads = np.array([e.head for e in case.edges], dtype=np.int32)
    return RoadNetwork(
        node_x_m=x,
        node_y_m=y,
        node_area=np.ones(case.n_nodes, dtype=np.uint8),
        edge_from=tails,
        edge_to=heads,
        length_m=np.hypot(x[tails] - x[heads], y[tails] - y[heads]).astype(np.float32),
        road_class=zeros,
        access=zeros,
        zone=zeros,
        maxspeed_kph=zeros,
        source_code=(np.arange(m) % 2).astype(np.uint8),
        is_tunnel=zeros.astype(bool),
        name_id=np.zeros(m, dtype=np.int32),
        shape_ptr=np.zeros(m + 1, dtype=np.int32),
        shape_x_m=np.empty(0, np.int32),
        shape_y_m=np.empty(0, np.int32),
        names=np.array([""], dtype=object),
        source_names=("survey", "synthetic"),
        car_kph={},
    )


@settings(max_examples=150, deadline=None)
@given(cases())
def test_routes_take_the_time_of_the_table_along_a_path_that_holds_together(case: Case) -> None:
    network = drawn(case)
    origins, destinations = case.snaps(case.origins), case.snaps(case.destinations)
    oracle = case.oracle_ms()
    for row in range(len(case.origins)):
        for column, way in enumerate(routes_to(network, case.graph, origins.take([row]), destinations)):
            if not np.isfinite(oracle[row, column]):
                assert not np.isfinite(way.minutes)
                assert len(way.edge_id) == 0
                continue
            assert round(way.minutes * MINUTE_MS) == oracle[row, column]
            assert way.is_on_synthetic == bool((way.edge_id % 2 == 1).any())
            edges = [case.edges[e] for e in way.edge_id]
            ends = [(e.tail, e.head) if f else (e.head, e.tail) for e, f in zip(edges, way.is_forward, strict=True)]
            assert all(a[1] == b[0] for a, b in pairwise(ends))
            costs = [e.along_ms if f else e.against_ms for e, f in zip(edges, way.is_forward, strict=True)]
            assert all(cost >= 0 for cost in costs[1:-1])
            along_m = np.hypot(*np.diff(way.xy_m, axis=0).T).sum()
            legs_m = 2.0
            assert abs(along_m + legs_m - way.km * 1000) < 0.01 + 1e-5 * along_m
