"""The street near a point: by its lines where roads are given, by its middle without."""

import numpy as np
import pytest

from finder.errors import DatasetNotFoundError, PlaceNotFoundError
from finder.geo.gazetteer import build_gazetteer
from finder.geo.geocode import nearest_place
from finder.geo.projection import to_lambert, to_wgs84
from finder.geo.street_near import NEAR_STREET_M, named_roads, nearest_street
from finder.sources import store

LON, LAT, IXELLES = 4.38, 50.82, "21009"
"""On the Boulevard Général Jacques, hundreds of metres from its middle."""


@pytest.fixture(scope="module")
def network():
    return store.load_network()


@pytest.fixture(scope="module")
def gazetteer():
    try:
        streets = store.load_streets()
    except DatasetNotFoundError:
        pytest.skip("street names are not built yet: finder network build")
    return build_gazetteer(store.load_communes(), store.load_localities(), store.load_postcodes(), streets)


def test_a_long_street_is_near_far_from_its_middle(gazetteer, network):
    found = nearest_street(gazetteer, LON, LAT, nis=IXELLES, network=network)
    assert found.name == "Boulevard Général Jacques"
    assert nearest_street(gazetteer, LON, LAT, nis=IXELLES) is None, "no middle of a street is near"


def test_of_two_languages_french_comes_first(gazetteer, network):
    found = nearest_street(gazetteer, 4.3561, 50.8376, nis="21004", network=network)
    assert found.name == "Passage Marguerite Yourcenar"


def test_a_point_far_from_any_road_has_no_street(gazetteer, network):
    nis = nearest_place(gazetteer, 4.6, 50.1).nis
    assert nearest_street(gazetteer, 4.6, 50.1, nis=nis, network=network) is None


def test_points_on_named_roads_are_nearly_always_told_by_them(gazetteer, network):
    rng = np.random.default_rng(1)
    edges = rng.integers(0, network.n_edges, 120)
    met = 0
    # The network reaches beyond the outer limit of Wallonia and Brussels.
    known = set(gazetteer.communes)
    named = [edge for edge in edges.tolist() if network.name_id[edge] > 0]
    edges = [edge for edge in named if _commune(gazetteer, network, edge) in known]
    assert len(edges) >= 30
    for edge in edges:
        line = network.line(edge)
        x, y = line[len(line) // 2]
        names = dict(named_roads(network, float(x), float(y), within_m=NEAR_STREET_M))
        own = str(network.names[network.name_id[edge]])
        assert names[own] <= 1e-6
        lon, lat = (float(value[0]) for value in to_wgs84([x], [y]))
        found = nearest_street(gazetteer, lon, lat, nis=_commune(gazetteer, network, edge), network=network)
        met += found is not None and any(found.name in name for name, off_m in names.items() if off_m <= 1.0)
    assert met >= 0.9 * len(edges)


def _commune(gazetteer, network, edge):
    line = network.line(edge)
    lon, lat = (float(value[0]) for value in to_wgs84(*line[len(line) // 2][:, None]))
    try:
        return nearest_place(gazetteer, lon, lat).nis
    except PlaceNotFoundError:
        return None


def test_the_roads_named_are_all_those_within_the_distance(network):
    """Against every named road measured one by one."""
    import shapely

    x, y = (float(value[0]) for value in to_lambert([LON], [LAT]))
    box = (np.hypot(network.node_x_m - x, network.node_y_m - y) < 3_000)[network.edge_from]
    expected = set()
    for edge in np.flatnonzero(box & (network.name_id > 0)).tolist():
        if shapely.distance(shapely.Point(x, y), shapely.LineString(network.line(edge))) <= 100:
            expected.add(str(network.names[network.name_id[edge]]))
    assert {name for name, _ in named_roads(network, x, y, within_m=100)} == expected
