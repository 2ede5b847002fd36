"""A route is a way through the network that takes as long as it says, and as short as the table says."""

import numpy as np
import pytest
from engine_cases import MINUTE_MS, Case, Edge, Point, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.network import RoadNetwork
from finder.geo.routing import Route, route, routes_to


def place(network: RoadNetwork, edge: int, fraction: float) -> np.ndarray:
    """Point at a share of an edge's line, by walking along it."""
    line = network.line(edge).astype(float)
    sizes = np.hypot(*np.diff(line, axis=0).T)
    left = fraction * sizes.sum()
    for start, stop, size in zip(line[:-1], line[1:], sizes, strict=True):
        if left <= size:
            return start + (stop - start) * (left / size if size else 0.0)
        left -= size
    return line[-1]


def check_route(case: Case, network: RoadNetwork, found: Route, o: Point, d: Point, ms: float) -> None:
    assert found.minutes == np.float32(ms / MINUTE_MS)
    pieces = list(zip(found.edge_id, found.from_fraction, found.to_fraction, found.is_forward, strict=True))
    spent, length_m, at = float(o.access_ms + d.access_ms), 0.0, None
    for number, (edge_id, start, stop, is_forward) in enumerate(pieces):
        edge = case.edges[edge_id]
        assert is_forward == (stop >= start)
        if stop != start:
            cost = edge.along_ms if is_forward else edge.against_ms
            assert cost >= 0
            spent += cost * abs(stop - start)
        length_m += float(network.length_m[edge_id]) * abs(stop - start)
        if number > 0:
            assert start in (0.0, 1.0)
            assert at == (edge.tail if start == 0 else edge.head)
        if number < len(pieces) - 1:
            assert stop in (0.0, 1.0)
        at = edge.tail if stop == 0 else edge.head
    assert spent == ms
    assert (pieces[0][0], pieces[0][1]) == (o.edge, o.quarter / 4)
    assert (pieces[-1][0], pieces[-1][2]) == (d.edge, d.quarter / 4)
    assert found.km == pytest.approx(length_m / 1000 + 0.002, rel=1e-5)
    line = found.coordinates
    np.testing.assert_allclose(line[0], place(network, o.edge, o.quarter / 4), atol=1e-6)
    np.testing.assert_allclose(line[-1], place(network, d.edge, d.quarter / 4), atol=1e-6)
    drawn_m = np.hypot(*np.diff(line, axis=0).T).sum()
    assert drawn_m == pytest.approx(length_m, rel=1e-5, abs=1e-3)


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 100))
def test_routes_are_the_ways_networkx_finds(case: Case, seed: int) -> None:
    network, graph, oracle = case.network(seed=seed), case.graph, case.oracle_ms()
    destinations = case.snaps(case.destinations)
    for row, origin in enumerate(case.origins):
        found = routes_to(network, graph, case.snaps([origin]), destinations)
        for column, destination in enumerate(case.destinations):
            way = found[column]
            assert (way is None) == np.isinf(oracle[row, column])
            if way is not None:
                check_route(case, network, way, origin, destination, oracle[row, column])


def test_route_over_a_made_up_link_says_so() -> None:
    case = Case(
        3,
        [Edge(0, 1, 4_000, 4_000), Edge(1, 2, 4_000, 4_000), Edge(0, 2, 40_000, 40_000)],
        [Point(0, 2, 0)],
        [Point(1, 2, 0)],
    )
    ends = case.snaps(case.origins), case.snaps(case.destinations)
    assert route(case.network(synthetic=(1,)), case.graph, *ends).is_on_synthetic
    assert not route(case.network(synthetic=(2,)), case.graph, *ends).is_on_synthetic
    with pytest.raises(ValueError, match="one origin, not 2"):
        routes_to(case.network(), case.graph, case.snaps(case.origins * 2), ends[1])
