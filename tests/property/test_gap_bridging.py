"""Bridging gaps, on random broken roads: nothing old changes, once is enough, and each bridge obeys its rules."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.geo.access_rules import CLASS_CODE, CLASS_NAME, access_mask
from finder.geo.gaps import DETOUR, LIMIT_M, find_bridges, with_gaps_bridged
from finder.geo.network import RoadNetwork
from finder.geo.network_parts import take_edges
from finder.geo.road_ends import road_ends

CLASSES = ("motorway", "motorway_link", "trunk", "primary", "residential")
HUB = {"highway": "residential"}

pieces = st.lists(
    st.tuples(
        st.integers(0, 12_000),
        st.integers(-40, 40),
        st.integers(100, 2_000),
        st.sampled_from((*CLASSES, "motorway", "motorway", "motorway")),
        st.sampled_from(("yes", "yes", "yes", "-1", "no")),
        st.integers(0, 1),
        st.booleans(),
    ),
    min_size=3,
    max_size=8,
)


def broken_roads(drawn):
    """Return roads along one line, from west to east, each held to node 0 by a street at one of its ends."""
    xy, edges = [(0, -50_000)], []
    for x, y, length, name, oneway, source, is_held_west in drawn:
        west = len(xy)
        xy += [(x, y), (x + length, y)]
        edges.append((0, west if is_held_west else west + 1, access_mask(HUB), "residential", 0))
        edges.append((west, west + 1, access_mask({"highway": name, "oneway": oneway}), name, source))
    a, b, access, names, source = zip(*sorted(edges), strict=True)
    points, count = np.array(xy, dtype=np.int32), len(edges)
    a, b = np.array(a, dtype=np.int32), np.array(b, dtype=np.int32)
    return RoadNetwork(
        node_x_m=points[:, 0],
        node_y_m=points[:, 1],
        node_area=np.ones(len(points), dtype=np.uint8),
        edge_from=a,
        edge_to=b,
        length_m=np.hypot(*(points[b] - points[a]).T).astype(np.float32),
        road_class=np.array([CLASS_CODE[name] for name in names], dtype=np.uint8),
        access=np.array(access, dtype=np.uint8),
        zone=np.zeros(count, dtype=np.uint8),
        maxspeed_kph=np.zeros(count, dtype=np.uint8),
        source_code=np.array(source, dtype=np.uint8),
        is_tunnel=np.zeros(count, dtype=bool),
        name_id=np.zeros(count, dtype=np.int32),
        shape_ptr=np.zeros(count + 1, dtype=np.int32),
        shape_x_m=np.zeros(0, dtype=np.int32),
        shape_y_m=np.zeros(0, dtype=np.int32),
        names=np.array([""], dtype=object),
        source_names=("itinero2017", "osm2008"),
        car_kph={},
    )


@given(pieces)
@settings(max_examples=150, deadline=None)
def test_once_is_enough_and_no_end_is_used_twice(drawn):
    network = broken_roads(drawn)
    found = find_bridges(network)
    nodes = np.concatenate([found.from_node, found.to_node])
    assert len(np.unique(nodes)) == len(nodes)
    assert np.isin(nodes, road_ends(network).node).all()
    bridged = with_gaps_bridged(network)
    assert bridged.n_edges == network.n_edges + len(found.from_node)
    assert with_gaps_bridged(bridged) is bridged


@given(pieces)
@settings(max_examples=150, deadline=None)
def test_bridges_obey_limits_and_lead_on(drawn):
    network = broken_roads(drawn)
    found = find_bridges(network)
    ends = road_ends(network)
    at = {node: row for row, node in enumerate(ends.node.tolist())}
    for i in range(len(found.from_node)):
        first, second = at[int(found.from_node[i])], at[int(found.to_node[i])]
        # Cars come out of the first road and are taken on by the second, and back only where both allow it.
        assert ends.access[first] & 1
        assert ends.access[second] & 2
        assert bool(found.access[i] & 2) == bool(ends.access[first] & 2) == bool(ends.access[second] & 1)
        if found.is_synthetic[i]:
            a, b = (CLASS_NAME[network.road_class[ends.edge[row]]] for row in (first, second))
            assert found.straight_m[i] <= min(LIMIT_M[a], LIMIT_M[b])
            assert a.removesuffix("_link") == b.removesuffix("_link")


@given(pieces)
@settings(max_examples=100, deadline=None)
def test_old_edges_and_their_order_stay(drawn):
    network = broken_roads(drawn)
    bridged = with_gaps_bridged(network)
    found = find_bridges(network)
    key = bridged.edge_from.astype(np.int64) * bridged.n_nodes + bridged.edge_to
    assert (np.diff(key) >= 0).all()
    new = np.isin(
        key,
        np.minimum(found.from_node, found.to_node) * bridged.n_nodes + np.maximum(found.from_node, found.to_node),
    )
    assert new.sum() == len(found.from_node)
    old = take_edges(bridged, ~new)
    for field in ("edge_from", "edge_to", "length_m", "road_class", "access", "source_code"):
        assert (getattr(old, field) == getattr(network, field)).all(), field
    expected = np.sort(found.straight_m * np.where(found.is_synthetic, DETOUR, 1.0))
    assert np.allclose(np.sort(bridged.length_m[new]), np.maximum(expected, 0.1), atol=0.06)
