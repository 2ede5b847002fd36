"""Reading road files: whole, clipped, broken, empty."""

import numpy as np
import osmium
import pytest

from finder.errors import SourceFileError
from finder.sources.osm import read_osm_file

NODES = [(1, 4.60, 50.71), (2, 4.61, 50.71), (3, 4.62, 50.71), (4, 4.63, 50.72), (5, 4.64, 50.72), (6, 4.65, 50.72)]
WAYS = [
    (10, [1, 2, 3], {"highway": "residential", "name": "Rue Haute ", "source": "survey", "surface": "asphalt"}),
    (11, [3, 4], {"highway": "residential", "name": "Rue Basse"}),
    (12, [1, 4], {"building": "yes"}),
    (13, [1, 6], {"route": "ferry"}),
]


def write(path, nodes=NODES, ways=WAYS):
    writer = osmium.SimpleWriter(str(path))
    for node_id, lon, lat in nodes:
        writer.add_node(osmium.osm.mutable.Node(id=node_id, location=(lon, lat)))
    for way_id, refs, tags in ways:
        writer.add_way(osmium.osm.mutable.Way(id=way_id, nodes=refs, tags=tags))
    writer.close()
    return path


@pytest.mark.parametrize("name", ["roads.osm.pbf", "roads.osm", "roads.osm.gz"])
def test_roads_and_their_nodes_are_read_alike_from_every_format(tmp_path, name):
    raw = read_osm_file(write(tmp_path / name))
    assert raw.way_id.tolist() == [10, 11]
    assert raw.way_ptr.tolist() == [0, 3, 5]
    lon = raw.lon_deg[raw.way_nodes]
    assert lon.tolist() == pytest.approx([4.60, 4.61, 4.62, 4.62, 4.63])
    assert [raw.names[i] for i in raw.way_name] == ["Rue Haute", "Rue Basse"]
    assert raw.tag_sets[raw.way_tag_set[0]] == {"highway": "residential", "source": "survey"}
    assert raw.warnings == {"ferries (no highway tag; not used by any mode)": 1}


def test_an_editors_file_with_ids_below_zero_is_read(tmp_path):
    nodes = [(-node_id, lon, lat) for node_id, lon, lat in NODES]
    raw = read_osm_file(write(tmp_path / "edited.osm", nodes, [(-10, [-1, -2, -3], {"highway": "residential"})]))
    assert raw.lon_deg[raw.way_nodes].tolist() == pytest.approx([4.60, 4.61, 4.62])
    assert raw.way_id.tolist() == [-10]


def test_a_clipped_file_is_cut_at_missing_nodes_and_counted(tmp_path):
    way = (10, [1, 2, 99, 3, 4, 98, 5], {"highway": "residential"})
    lost = (11, [97, 5], {"highway": "residential"})
    raw = read_osm_file(write(tmp_path / "clipped.osm.pbf", ways=[way, lost]))
    pieces = np.split(raw.way_nodes, raw.way_ptr[1:-1])
    parts = [raw.lon_deg[piece].round(2).tolist() for piece in pieces]
    assert parts == [[4.60, 4.61], [4.62, 4.63]]
    assert raw.way_id.tolist() == [10, 10]
    assert raw.warnings == {"node references missing (clipped file)": 3, "ways cut or lost at missing nodes": 2}


def test_a_file_without_roads_says_so(tmp_path):
    with pytest.raises(SourceFileError, match="no way tagged highway"):
        read_osm_file(write(tmp_path / "houses.osm.pbf", ways=WAYS[2:]))


def test_a_file_without_any_of_its_nodes_says_so(tmp_path):
    with pytest.raises(SourceFileError, match="none of their nodes"):
        read_osm_file(write(tmp_path / "ways.osm.pbf", nodes=[]))


def test_a_truncated_file_gives_nothing(tmp_path):
    rng = np.random.default_rng(0)
    nodes = [(i, float(lon), 50.7) for i, lon in enumerate(rng.uniform(4, 5, 30_000), start=1)]
    ways = [(i, [i, i + 1], {"highway": "residential"}) for i in range(1, 20_000)]
    whole = write(tmp_path / "whole.osm.pbf", nodes, ways)
    assert read_osm_file(whole).n_ways == len(ways)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    with pytest.raises(SourceFileError, match="cut short"):
        read_osm_file(cut)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.osm.pbf", b"", "empty"),
        ("page.osm.pbf", b"<html><body>404 Not Found</body></html>" * 50, "another format"),
        ("page.osm", b"not xml at all", "another format"),
        ("half.osm", b"<osm version='0.6'><node id='1' lat='50.7' lon='4.6'/>", "cut short"),
        ("roads.geojson", b"{}", "not a road file"),
    ],
)
def test_what_is_not_a_road_file_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceFileError, match=message):
        read_osm_file(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceFileError, match=r"nowhere\.osm\.pbf"):
        read_osm_file(tmp_path / "nowhere.osm.pbf")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "way_count", "missing"), [("mons", 3269, 1323), ("wavre", 1361, 889), ("brussels_region_2013", 20233, 0)]
)
def test_the_samples_are_read_with_their_losses_counted(shared_dir, name, way_count, missing):
    raw = read_osm_file(shared_dir / "data" / "network" / "samples" / f"{name}.osm.pbf")
    assert raw.n_ways == way_count
    assert raw.warnings.get("node references missing (clipped file)", 0) == missing
