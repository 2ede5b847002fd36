"""Holes in major roads: what is bridged, in which direction, and what is left alone."""

from dataclasses import replace

import numpy as np
import pytest

from finder.geo.access_rules import CLASS_CODE, access_mask
from finder.geo.gaps import DETOUR, find_bridges, with_gaps_bridged
from finder.geo.mode_graph import build_mode_graph
from finder.geo.network import RoadNetwork
from finder.geo.network_info import describe_network
from finder.geo.network_parts import take_edges
from finder.geo.road_ends import major_dead_ends, road_ends
from finder.geo.speeds import VINTAGES, ZONES

X0, Y0 = 650_000, 665_000


def roads(points, edges, *, sources=("itinero2017", "osm2008")):
    """Return a network of straight edges (from, to, tags); ``source`` and ``name`` are read from the tags."""
    xy = np.array(points, dtype=np.int32)
    names = ["", *sorted({tags["name"] for _, _, tags in edges if "name" in tags})]
    a, b = (np.array([edge[i] for edge in edges], dtype=np.int32) for i in (0, 1))
    assert (np.diff(a.astype(np.int64) * len(xy) + b) >= 0).all(), "edges must be in order"
    count = len(edges)
    return RoadNetwork(
        node_x_m=X0 + xy[:, 0],
        node_y_m=Y0 + xy[:, 1],
        node_area=np.ones(len(xy), dtype=np.uint8),
        edge_from=a,
        edge_to=b,
        length_m=np.hypot(*(xy[b] - xy[a]).T).astype(np.float32),
        road_class=np.array([CLASS_CODE[tags["highway"]] for _, _, tags in edges], dtype=np.uint8),
        access=np.array([access_mask(tags) for _, _, tags in edges], dtype=np.uint8),
        zone=np.zeros(count, dtype=np.uint8),
        maxspeed_kph=np.zeros(count, dtype=np.uint8),
        source_code=np.array([sources.index(t.get("source", sources[0])) for _, _, t in edges], dtype=np.uint8),
        is_tunnel=np.zeros(count, dtype=bool),
        name_id=np.array([names.index(tags.get("name", "")) for _, _, tags in edges], dtype=np.int32),
        shape_ptr=np.zeros(count + 1, dtype=np.int32),
        shape_x_m=np.zeros(0, dtype=np.int32),
        shape_y_m=np.zeros(0, dtype=np.int32),
        names=np.array(names, dtype=object),
        source_names=sources,
        car_kph={vintage: np.full((22, len(ZONES)), 60.0) for vintage in VINTAGES},
    )


def broken(first, second, *, gap=(5000, 0), beyond=None):
    """Return two roads with a gap between: 0-1 from west to east, then 2-3, joined far round by a street 0-4-3."""
    start = np.array([1000, 0])
    end = start + np.array(gap)
    last = end + np.array(beyond or (1000, 0))
    street = {"highway": "residential"}
    points = [(0, 0), start, end, last, (3000, -9000)]
    return roads(points, [(0, 1, first), (0, 4, street), (2, 3, second), (3, 4, street)])


MOTORWAY = {"highway": "motorway"}
BACKWARDS = {"highway": "motorway", "oneway": "-1"}
PRIMARY = {"highway": "primary"}


def pairs(network):
    found = find_bridges(network)
    return list(zip(found.from_node.tolist(), found.to_node.tolist(), strict=True))


def test_a_carriageway_that_stops_is_led_to_the_one_that_begins():
    network = broken(MOTORWAY, MOTORWAY)
    assert pairs(network) == [(1, 2)]
    bridged = with_gaps_bridged(network)
    row = np.flatnonzero(bridged.is_synthetic)
    assert len(row) == 1
    assert (bridged.edge_from[row], bridged.edge_to[row]) == (1, 2)
    assert bridged.access[row] & 3 == 1
    assert bridged.length_m[row] == pytest.approx(5000 * DETOUR)
    assert bridged.road_class[row] == CLASS_CODE["motorway"]
    assert bridged.names[bridged.name_id[row]] == ""
    # Every node is now in the graph: the motorway leads on, the street back.
    assert build_mode_graph(bridged, "car").n_nodes == 5
    assert build_mode_graph(network, "car").n_nodes < 5
    bridges = {name: text for name, text in bridged.facts.items() if name.startswith("bridged")}
    assert len(bridges) == 1
    assert "bridged 01: motorway" in bridges
    assert bridges["bridged 01: motorway"].endswith("5.2 km")
    assert describe_network(bridged).dead_ends == {}
    assert set(describe_network(network).dead_ends.values()) == {"stops", "begins"}


def test_the_other_carriageway_is_led_the_other_way():
    network = broken(BACKWARDS, BACKWARDS)
    assert pairs(network) == [(2, 1)]
    bridged = with_gaps_bridged(network)
    assert bridged.access[bridged.is_synthetic] & 3 == 2


def test_old_edges_are_unchanged():
    network = broken(MOTORWAY, MOTORWAY)
    bridged = with_gaps_bridged(network)
    again = take_edges(bridged, ~bridged.is_synthetic)
    for field in ("edge_from", "edge_to", "length_m", "road_class", "access", "source_code", "shape_ptr", "name_id"):
        assert (getattr(again, field) == getattr(network, field)).all(), field


@pytest.mark.parametrize(
    "network",
    [
        broken(MOTORWAY, BACKWARDS),
        broken(MOTORWAY, MOTORWAY, gap=(9_100, 0)),
        broken(MOTORWAY, {"highway": "trunk", "oneway": "yes"}),
        broken(MOTORWAY, {"highway": "residential", "oneway": "yes"}, gap=(100, 0)),
        broken(MOTORWAY, MOTORWAY, gap=(3000, 3000)),
        broken(MOTORWAY, MOTORWAY, beyond=(0, 1000)),
        broken(MOTORWAY, MOTORWAY, gap=(-4000, 0)),
        broken(PRIMARY, PRIMARY, gap=(1_600, 0)),
        broken(PRIMARY, {"highway": "primary", "oneway": "yes"}, gap=(300, 0)),
        broken({**PRIMARY, "name": "Rue A"}, {**PRIMARY, "name": "Rue B"}, gap=(300, 0)),
        broken({"highway": "residential"}, {"highway": "residential"}, gap=(10, 0)),
        broken({"highway": "residential"}, {"highway": "residential", "source": "osm2008"}, gap=(20, 0)),
    ],
    ids=[
        "both stop", "too far", "another family", "a street", "bridge turns", "road beyond turns", "behind",
        "primary too far", "one-way meets two-way", "names differ", "dead ends of one extract", "streets too far",
    ],
)  # fmt: skip
def test_what_does_not_fit_is_left_alone(network):
    assert pairs(network) == []
    assert with_gaps_bridged(network) is network


def test_dead_ends_of_a_primary_road_are_joined_both_ways():
    network = broken({**PRIMARY, "name": "N4"}, {**PRIMARY, "name": "N4"}, gap=(1_400, 0))
    bridged = with_gaps_bridged(network)
    assert (bridged.access[bridged.is_synthetic] == access_mask(PRIMARY)).all()
    assert bridged.is_synthetic.sum() == 1


@pytest.mark.parametrize(("gap_m", "is_synthetic"), [(60, False), (61, True)])
def test_up_to_sixty_metres_it_is_one_road(gap_m, is_synthetic):
    bridged = with_gaps_bridged(broken(MOTORWAY, MOTORWAY, gap=(gap_m, 0)))
    assert bridged.n_edges == 5
    assert bridged.is_synthetic.any() == is_synthetic


@pytest.mark.parametrize(("gap_m", "is_synthetic"), [(150, False), (151, True)])
def test_between_extracts_it_is_one_road_up_to_150_metres(gap_m, is_synthetic):
    bridged = with_gaps_bridged(broken(MOTORWAY, {**MOTORWAY, "source": "osm2008"}, gap=(gap_m, 0)))
    assert bridged.n_edges == 5
    assert bridged.is_synthetic.any() == is_synthetic


def test_streets_of_two_extracts_are_sewn_within_fifteen_metres():
    street = {"highway": "residential"}
    bridged = with_gaps_bridged(broken(street, {**street, "source": "osm2008"}, gap=(15, 0)))
    assert bridged.n_edges == 5
    assert not bridged.is_synthetic.any()
    assert bridged.facts == {"joined, two drawings of one road: residential": "1"}


def test_overlapping_drawings_of_a_carriageway_are_joined():
    other = {**MOTORWAY, "source": "osm2008"}
    network = broken({**MOTORWAY}, other, gap=(-800, 20), beyond=(2000, 0))
    assert pairs(network) == [(1, 2)]
    assert not with_gaps_bridged(network).is_synthetic.any()
    assert pairs(broken({**MOTORWAY}, other, gap=(-800, 40), beyond=(2000, 0))) == []


def test_the_nearest_fitting_end_is_taken_and_each_once():
    # Carriageways stop at 1 and, behind it, at 5; one begins at 2.
    street = {"highway": "residential"}
    points = [(0, 0), (1000, 0), (4000, 0), (5000, 0), (3000, -9000), (500, 100), (0, 100)]
    edges = [(0, 1, MOTORWAY), (0, 4, street), (2, 3, MOTORWAY), (3, 4, street), (4, 6, street), (5, 6, BACKWARDS)]
    assert pairs(roads(points, edges)) == [(1, 2)]


def test_a_road_abroad_that_touches_ours_nowhere_stays_apart():
    network = broken(MOTORWAY, MOTORWAY)
    cut = replace(network, access=np.where(network.edge_from == 3, 0, network.access).astype(np.uint8))
    assert pairs(cut) == []


def test_a_footpath_beyond_a_dead_end_does_not_make_it_go_on_for_cars():
    footway = {"highway": "footway"}
    points = [(0, 0), (100, 0), (200, 0)]
    network = roads(points, [(0, 1, PRIMARY), (1, 2, footway)])
    assert road_ends(network).node.tolist() == [0]


def test_ends_near_roads_outside_are_not_listed():
    network = broken(MOTORWAY, MOTORWAY)
    assert [end.what for end in major_dead_ends(network)] == ["stops", "begins"]
    area = network.node_area.copy()
    area[3] = 0
    assert [end.what for end in major_dead_ends(replace(network, node_area=area))] == ["stops", "begins"]
    area[2] = 0
    assert [end.what for end in major_dead_ends(replace(network, node_area=area))] == ["stops"]
