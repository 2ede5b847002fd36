"""Build the road network once from a file, keep it in ``data/network``, and read it back in about a second."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from finder.geo.gaps import with_gaps_bridged
from finder.geo.network import AREAS, Float64, RoadNetwork, UInt8
from finder.geo.network_build import build_road_network
from finder.geo.network_parts import without_foreign_islands
from finder.geo.projection import to_lambert
from finder.geo.ways import RawWays
from finder.geo.zones import with_surroundings
from finder.sources.atomic import publish, staging_folder
from finder.sources.car_speeds import read_car_speeds
from finder.sources.catalog import Dataset, register
from finder.sources.network_files import (
    EDGES,
    FOLDER,
    NAMES,
    NODES,
    SHAPES,
    STREETS_FILE,
    read_network_files,
    write_network_files,
)
from finder.sources.osm import read_osm_file
from finder.sources.streets import build_streets
from finder.sources.writers import write_parquet

LICENCE: Final = "ODbL 1.0"
ATTRIBUTION: Final = "© OpenStreetMap contributors"
README: Final = """# Road network

Derived from OpenStreetMap: **© OpenStreetMap contributors**, available under the
[Open Database License (ODbL) 1.0](https://opendatacommons.org/licenses/odbl/1-0/). The files in this folder are a
derived database and stay under the ODbL, apart from the licence of the program: whoever passes them on must keep this
notice and offer them under the same licence.

- `nodes.parquet`: junctions, dead ends, places where a road changes. `x_m`, `y_m` (EPSG:3812, whole metres),
  `area` (0 outside, 1 Wallonia, 2 Brussels).
- `edges.parquet`: roads between nodes. `from_node`; `step` (to minus from); `length_dm` (true length, decimetres);
  `road_class`; `access` (bits); `zone`; `maxspeed_kph` (0 unknown); `source`; `is_tunnel`; `name_id`; `shape_points`.
- `shapes.parquet`: points between the ends of the edges, in the order of the edges. `x_m`, `y_m`.
- `names.parquet`: street names; row 0 is the empty name.
- `streets.parquet`: street names by commune, for the address search; `STREETS` in `finder/tables.py`.

Codes: `road_class` and `access` in `finder/geo/access_rules.py`, `zone` in `finder/geo/speeds.py`; names of `source`
and the facts of the build are in the metadata of `edges.parquet`. Built with `finder network build FILE`; method and
limits in `docs/network.md`.
"""


def build_network(
    source_file: Path,
    data_dir: Path,
    *,
    communes: gpd.GeoDataFrame,
    as_of: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RoadNetwork:
    """Build the road network of a road file and publish it in ``data_dir/network``, all files or none.

    Parameters
    ----------
    source_file
        ``.osm.pbf`` or ``.osm``.
    data_dir
        Data folder; ``tables/car_speeds.csv`` must be there.
    communes
        Schema :data:`finder.tables.COMMUNES`, EPSG:3812; index ``nis``.
    as_of
        Date of the roads for people to read, for example ``"2017 (Brussels 2013)"``; unknown by default.
    progress
        Called with (ways read, 0) while reading.

    Raises
    ------
    SourceFileError
        If the file cannot be used.
    NetworkError
        If no way is open to any mode.
    """
    raw = read_osm_file(source_file, progress=progress)
    facts = {"file": source_file.name, "file sha256": _sha256(source_file)}
    return publish_network(raw, data_dir, communes=communes, facts=facts, as_of=as_of)


def publish_network(
    raw: RawWays,
    data_dir: Path,
    *,
    communes: gpd.GeoDataFrame,
    facts: Mapping[str, str],
    as_of: str | None = None,
) -> RoadNetwork:
    """Build the network of raw ways, however they were read, and publish it like :func:`build_network`.

    ``facts`` say where the ways come from.
    """
    origin = {"as of": as_of or "unknown", **facts, "ways": str(raw.n_ways)}
    network = network_from_ways(raw, communes=communes, car_kph=read_car_speeds(data_dir), facts=origin)
    streets = build_streets(network, communes)
    with staging_folder(data_dir) as staging:
        write_network_files(network, staging)
        write_parquet(streets, staging / STREETS_FILE)
        (staging / FOLDER / "README.md").write_text(README, encoding="utf-8")
        publish(staging, data_dir)
    register(data_dir, _datasets(network, len(streets)))
    return network


def network_from_ways(
    raw: RawWays,
    *,
    communes: gpd.GeoDataFrame,
    car_kph: Mapping[str, Float64],
    facts: Mapping[str, str] | None = None,
) -> RoadNetwork:
    """Return the finished network of raw ways, however they were read: contracted, zoned, gaps bridged."""
    x_m, y_m = to_lambert(raw.lon_deg, raw.lat_deg)
    network = build_road_network(raw, x_m, y_m, car_kph=car_kph, facts=facts)
    network = with_surroundings(network, _node_areas(network, communes))
    # Bridges first: a carriageway that leads nowhere is an island of its own.
    return without_foreign_islands(with_gaps_bridged(network))


def read_network(data_dir: Path) -> RoadNetwork:
    """Return the road network kept in ``data_dir``, with the car speeds of ``tables/car_speeds.csv``.

    Raises
    ------
    DatasetNotFoundError
        If a file is missing.
    NetworkError
        If the files do not belong together.
    """
    return read_network_files(data_dir, read_car_speeds(data_dir))


def _node_areas(network: RoadNetwork, communes: gpd.GeoDataFrame) -> UInt8:
    area = np.zeros(network.n_nodes, dtype=np.uint8)
    for code, region in enumerate(AREAS[1:], start=1):
        outlines = communes.loc[communes["region"] == region, "geometry"]
        if outlines.empty:
            continue
        outline = shapely.union_all(outlines.to_numpy())
        shapely.prepare(outline)
        area[shapely.intersects_xy(outline, network.node_x_m, network.node_y_m)] = code
    return area


def _datasets(network: RoadNetwork, street_count: int) -> list[Dataset]:
    rows = {
        NODES: network.n_nodes,
        EDGES: network.n_edges,
        SHAPES: len(network.shape_x_m),
        NAMES: len(network.names),
        STREETS_FILE: street_count,
    }
    return [
        Dataset(
            id="streets" if path == STREETS_FILE else f"network_{Path(path).stem}",
            path=path,
            version=network.facts["as of"],
            rows=count,
            licence=LICENCE,
            attribution=ATTRIBUTION,
            source=f"OpenStreetMap extract {network.facts['file']}",
            note="derived database under the ODbL; method and limits in docs/network.md",
        )
        for path, count in rows.items()
    ]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
