"""From raw ways to a network, its files, its graphs and its streets: one small town, end to end."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from finder.errors import DatasetNotFoundError, NetworkError, SchemaError, SourceFileError
from finder.geo.access_rules import CLASS_CODE, MODE_BIT
from finder.geo.mode_graph import build_mode_graph, component_report
from finder.geo.network_build import is_tunnel, maxspeed_kph
from finder.geo.network_info import describe_network
from finder.geo.paths_mapped import path_cover
from finder.geo.projection import to_wgs84
from finder.geo.speeds import ZONES, car_table, edge_kph, with_city_30
from finder.sources.calibration import write_car_speeds
from finder.sources.catalog import check
from finder.sources.network_store import build_network, network_from_ways, read_network
from finder.sources.way_collector import WayCollector
from finder.units import LAMBERT_2008

X0, Y0 = 650_000, 665_000
GROUP_KPH = {
    "motorway": 100.0, "link": 60.0, "trunk": 90.0, "primary": 70.0, "secondary": 60.0, "tertiary": 50.0,
    "unclassified": 40.0, "residential": 30.0,
}  # fmt: skip
FACTORS = {"rural": 1.0, "built_up": 0.9, "dense": 0.8, "brussels": 0.8}
TABLE = car_table(GROUP_KPH, FACTORS)
CAR_KPH = {"2014": TABLE, "current": with_city_30(TABLE)}

# Metres from the corner of the town; a grid of nodes 0-8, then a bend, an island and the far end of a long road.
POINTS = {
    0: (0, 0), 1: (400, 0), 2: (800, 0), 3: (0, 400), 4: (400, 400), 5: (800, 400), 6: (0, 800), 7: (400, 800),
    8: (800, 800), 20: (200, 50), 21: (200, 51), 30: (3000, 3000), 31: (3300, 3000), 40: (9000, 0), 50: (-60_000, 0),
    51: (-60_500, 0),
}  # fmt: skip
WAYS = [
    ([0, 20, 21, 1, 2], {"highway": "residential", "name": "Rue Haute - Hoogstraat", "maxspeed": "20"}),
    ([3, 4, 5], {"highway": "secondary", "name": "Chaussée"}),
    ([6, 7, 8], {"highway": "residential", "oneway": "yes", "name": "Rue Neuve"}),
    ([0, 3, 6], {"highway": "residential", "name": "Rue de l'Est"}),
    ([1, 4, 7], {"highway": "residential", "name": "Rue du Parc"}),
    ([2, 5, 8], {"highway": "residential", "name": "Rue de l'Ouest;Voie Verte"}),
    ([4, 8], {"highway": "footway"}),
    ([4, 6], {"highway": "steps"}),
    ([30, 31], {"highway": "residential", "name": "Rue Perdue"}),
    ([5, 40], {"highway": "tertiary", "source": "synthetic"}),
    ([50, 51], {"highway": "residential", "name": "Rue Lointaine"}),
    ([0, 8], {"highway": "construction"}),
]


def town():
    collector = WayCollector()
    for i, (refs, tags) in enumerate(WAYS):
        collector.add(100 + i, refs, list(tags.items()))
    xy = np.array([POINTS[node] for node in sorted(POINTS)], dtype=float)
    lon, lat = to_wgs84(xy[:, 0] + X0, xy[:, 1] + Y0)
    return collector.finish(np.array(sorted(POINTS)), lon, lat)


def communes(region="Brussels"):
    geometry = [shapely.box(X0 - 500, Y0 - 500, X0 + 4000, Y0 + 4000)]
    index = pd.Index(["21004"], name="nis")
    return gpd.GeoDataFrame({"region": [region]}, geometry=geometry, index=index, crs=LAMBERT_2008)


@pytest.fixture(scope="module")
def network():
    return network_from_ways(town(), communes=communes(), car_kph=CAR_KPH, facts={"as of": "today"})


def edges_named(network, name):
    return np.flatnonzero(network.names[network.name_id] == name)


def test_junctions_stay_bends_go_and_lengths_are_true(network):
    edges = edges_named(network, "Rue Haute - Hoogstraat")
    # The street is cut at its junction; the bend is no node, and its two points are one after simplification.
    expected = 2 * np.hypot(200, 50) + 400
    assert len(edges) == 2
    assert network.length_m[edges].sum() == pytest.approx(expected, abs=2.0)
    assert np.diff(network.shape_ptr)[edges].sum() == 1
    lines = [network.line(int(edge)) for edge in edges]
    assert {tuple(p) for line in lines for p in line.tolist()} >= {(X0, Y0), (X0 + 400, Y0), (X0 + 800, Y0)}


def test_the_line_of_every_edge_joins_its_nodes_both_ways_round(network):
    ptr, x, y = network.lines()
    for edge in range(network.n_edges):
        whole = np.column_stack([x, y])[ptr[edge] : ptr[edge + 1]]
        assert (network.line(edge) == whole).all()
        assert (network.line(edge, is_forward=False) == whole[::-1]).all()


def test_nodes_know_their_area_and_border(network):
    inside = network.node_x_m < X0 + 5000
    assert set(network.node_area[inside]) == {2}
    border = network.border_nodes
    assert network.node_x_m[border].tolist() == [X0 + 800]
    assert network.node_y_m[border].tolist() == [Y0 + 400]


def test_islands_abroad_are_dropped_and_counted_islands_inside_stay(network):
    assert len(edges_named(network, "Rue Perdue")) == 1
    assert len(edges_named(network, "Rue Lointaine")) == 0
    assert network.facts["dropped: edges outside the area, not connected to it"] == "1"
    assert network.facts["reading: ways of a class not used"] == "1"
    report = component_report(network, "walk")
    assert report.outside_edge_count == 1
    assert report.outside_km == pytest.approx(0.3, abs=0.01)
    assert report.component_count == 1
    assert report.largest_outside[0][1:] == (X0 + 3000, Y0 + 3000)


def test_car_graph_obeys_one_ways_and_leaves_paths_out(network):
    graph = build_mode_graph(network, "car")
    used = set(graph.edge_id.tolist())
    assert not used & set(np.flatnonzero(network.road_class == CLASS_CODE["footway"]).tolist())
    tails = np.repeat(np.arange(graph.n_nodes), np.diff(graph.indptr))
    x = network.node_x_m[graph.node_id]
    one_way = np.isin(graph.edge_id, edges_named(network, "Rue Neuve"))
    assert (x[graph.heads[one_way]] > x[tails[one_way]]).all()
    assert (graph.cost_ms >= 1).all()
    # Brussels, current: residential 22.5 km/h, but the mapped 20 km/h wins on the first street.
    kph = edge_kph(network, "car")
    assert set(kph[edges_named(network, "Rue Neuve")]) == {22.5}
    assert set(kph[edges_named(network, "Rue Haute - Hoogstraat")]) == {20.0}
    assert set(edge_kph(network, "car", vintage="2014")[edges_named(network, "Rue Neuve")]) == {24.0}
    arc = int(np.flatnonzero(one_way)[0])
    edge = graph.edge_id[arc]
    assert graph.cost_ms[arc] == round(network.length_m[edge] * 3600 / 22.5)


def test_walkers_use_steps_and_prams_do_not(network):
    steps = network.road_class == CLASS_CODE["steps"]
    assert np.isin(np.flatnonzero(steps), build_mode_graph(network, "walk").edge_id).all()
    assert not np.isin(np.flatnonzero(steps), build_mode_graph(network, "pram").edge_id).any()


def test_a_mode_without_any_road_is_an_error_and_an_unknown_vintage_too(network):
    walkers_only = network.access & np.uint8(3 * MODE_BIT["walk"])
    with pytest.raises(NetworkError, match="mode car"):
        build_mode_graph(_with(network, access=walkers_only), "car")
    with pytest.raises(NetworkError, match="2013"):
        build_mode_graph(network, "car", vintage="2013")


def _with(network, **changes):
    from dataclasses import replace

    return replace(network, **changes)


def test_synthetic_edges_are_flagged(network):
    assert network.is_synthetic.sum() == 1
    assert network.road_class[network.is_synthetic].tolist() == [CLASS_CODE["tertiary"]]


def test_info_adds_up(network):
    info = describe_network(network)
    assert sum(info.km_by_class.values()) == pytest.approx(info.km)
    assert sum(info.km_by_source.values()) == pytest.approx(info.km)
    assert info.synthetic_share == pytest.approx(8.2 / info.km, rel=0.01)
    assert info.border_node_count == 1
    assert set(info.components) == {"car", "bike", "walk", "pram"}


def test_paths_are_mapped_where_there_are_enough(network):
    cover = path_cover(network)
    assert cover.at(np.array([X0 + 100.0, X0 + 9000.0, 0.0]), np.array([Y0 + 100.0, Y0, 0.0])).tolist() == [
        True,
        False,
        False,
    ]


def test_build_writes_everything_once_and_reads_it_back(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    write_car_speeds(data_dir, CAR_KPH)
    source = _write_osm(tmp_path / "town.osm")
    built = build_network(source, data_dir, communes=communes(), as_of="2017")
    assert check(data_dir) == []
    back = read_network(data_dir)
    for name in built.__dataclass_fields__:
        first, second = getattr(built, name), getattr(back, name)
        if isinstance(first, np.ndarray):
            assert first.dtype == second.dtype, name
            np.testing.assert_array_equal(first, second, err_msg=name)
    assert back.facts == built.facts
    assert back.facts["as of"] == "2017"
    assert "Open Database License" in (data_dir / "network" / "README.md").read_text()
    first = {path.name: path.read_bytes() for path in (data_dir / "network").iterdir()}
    build_network(source, data_dir, communes=communes(), as_of="2017")
    assert {path.name: path.read_bytes() for path in (data_dir / "network").iterdir()} == first

    streets = pd.read_parquet(data_dir / "network" / "streets.parquet")
    assert set(streets["name"]) == {
        "Rue Haute", "Hoogstraat", "Chaussée", "Rue Neuve", "Rue de l'Est", "Rue du Parc", "Rue de l'Ouest",
        "Voie Verte", "Rue Perdue",
    }  # fmt: skip
    street = streets.set_index("name").loc["Rue Neuve"]
    assert street["length_m"] == pytest.approx(800, abs=1)
    assert street["nis"] == "21004"


def test_a_broken_file_changes_nothing(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    write_car_speeds(data_dir, CAR_KPH)
    build_network(_write_osm(tmp_path / "town.osm"), data_dir, communes=communes())
    before = {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()}
    broken = tmp_path / "broken.osm"
    broken.write_bytes((tmp_path / "town.osm").read_bytes()[:1500])
    with pytest.raises(SourceFileError):
        build_network(broken, data_dir, communes=communes())
    closed = _write_osm(tmp_path / "closed.osm", access="private")
    with pytest.raises(NetworkError, match="open to any mode"):
        build_network(closed, data_dir, communes=communes())
    assert {path: path.read_bytes() for path in data_dir.rglob("*") if path.is_file()} == before


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    with pytest.raises(DatasetNotFoundError, match="car speeds"):
        read_network(data_dir)
    write_car_speeds(data_dir, CAR_KPH)
    with pytest.raises(DatasetNotFoundError, match="road network"):
        read_network(data_dir)
    build_network(_write_osm(tmp_path / "town.osm"), data_dir, communes=communes())
    shapes = pd.read_parquet(data_dir / "network" / "shapes.parquet")
    shapes.iloc[:-1].to_parquet(data_dir / "network" / "shapes.parquet")
    with pytest.raises(NetworkError, match="do not belong together"):
        read_network(data_dir)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.iloc[1:], "motorway"),
        (lambda frame: frame.assign(kph_current=0.0), "between 1 and 130"),
        (lambda frame: frame.drop(columns="zone"), "lacks the columns zone"),
    ],
)
def test_a_wrong_speed_table_is_refused(tmp_path, change, message):
    write_car_speeds(tmp_path, CAR_KPH)
    path = tmp_path / "tables" / "car_speeds.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)
    with pytest.raises(SchemaError, match=message):
        read_network(tmp_path)


def test_streets_of_one_name_far_apart_are_two(tmp_path):
    from finder.sources.streets import build_streets

    collector = WayCollector()
    collector.add(1, [1, 2], [("highway", "residential"), ("name", "Rue de l'Église")])
    collector.add(2, [3, 4], [("highway", "residential"), ("name", "Rue de l'Église")])
    collector.add(3, [2, 3], [("highway", "residential")])
    xy = np.array([(0, 0), (200, 0), (3900, 0), (4000, 0)], dtype=float)
    raw = collector.finish(np.array([1, 2, 3, 4]), *to_wgs84(xy[:, 0] + X0, xy[:, 1] + Y0))
    wide = communes("Wallonia")
    wide["geometry"] = [shapely.box(X0 - 100, Y0 - 100, X0 + 5000, Y0 + 100)]
    streets = build_streets(network_from_ways(raw, communes=wide, car_kph=CAR_KPH), wide)
    assert streets["street_id"].tolist() == ["21004/Rue de l'Église", "21004/Rue de l'Église/2"]
    assert sorted(streets["length_m"]) == [100.0, 200.0]
    assert sorted(streets["extent_m"]) == [50.0, 100.0]


@pytest.mark.parametrize(
    ("text", "kph"), [("50", 50), ("", 0), ("10 mph", 16), ("none", 0), ("BE:urban", 0), ("999", 255), ("-5", 0)]
)
def test_posted_limits(text, kph):
    assert maxspeed_kph(text) == kph


def test_only_real_tunnels_count():
    assert is_tunnel({"tunnel": "yes"})
    assert not any(is_tunnel(tags) for tags in ({}, {"tunnel": "no"}, {"tunnel": "building_passage"}))


def test_the_2014_table_is_slowed_only_on_local_streets_of_brussels():
    changed = np.argwhere(with_city_30(TABLE) != TABLE)
    assert set(changed[:, 1]) == {ZONES.index("brussels")}
    assert set(changed[:, 0]) <= {CLASS_CODE[name] for name in ("unclassified", "residential", "service", "road")}
    assert (with_city_30(TABLE) <= TABLE).all()


def _write_osm(path, **extra_tags):
    numbers = {node: i + 1 for i, node in enumerate(sorted(POINTS))}
    rows = ['<osm version="0.6">']
    for node, i in numbers.items():
        lon, lat = to_wgs84(POINTS[node][0] + X0, POINTS[node][1] + Y0)
        rows.append(f'<node id="{i}" version="1" lat="{float(lat):.7f}" lon="{float(lon):.7f}"/>')
    for i, (refs, tags) in enumerate(WAYS, start=1):
        rows.append(f'<way id="{i}" version="1">')
        rows += [f'<nd ref="{numbers[node]}"/>' for node in refs]
        rows += [
            f"<tag k={json.dumps(k)} v={json.dumps(v, ensure_ascii=False)}/>" for k, v in (tags | extra_tags).items()
        ]
        rows.append("</way>")
    path.write_text("\n".join([*rows, "</osm>"]), encoding="utf-8")
    return path
