"""Streets for close views of the base map: small files of one cell each, fetched only where somebody looks.

All streets in one file would weigh more than every other file of the map together; nobody needs them but in the few
cells on the screen.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from finder.geo.access_rules import CLASS_CODE
from finder.geo.network import RoadNetwork
from finder.geo.projection import to_wgs84

FOLDER: Final = "streets"
CELL_LON_DEG: Final = 0.04
CELL_LAT_DEG: Final = 0.025
"""A cell is about 2.8 km wide and high; a phone shows one or two, a desktop about a dozen."""

SCALE: Final = 100_000
"""Coordinates are whole hundred-thousandths of a degree (about 1 m), the first of a line absolute, then differences."""

STREET_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "trunk": ("motorway", "motorway_link", "trunk", "trunk_link"),
    "primary": ("primary", "primary_link"),
    "main": ("secondary", "secondary_link", "tertiary", "tertiary_link"),
    "street": ("unclassified", "residential", "living_street", "road", "pedestrian"),
    "lane": ("service", "track", "footway", "path", "cycleway", "bridleway", "steps"),
}
"""Kinds drawn alike, the widest first; the names are those of the colours and widths in ``finder_map.js``."""


def tile_scheme() -> dict[str, Any]:
    """Return what the map's script needs to find the cells: their size and the scale of the coordinates."""
    return {"folder": FOLDER, "lon": CELL_LON_DEG, "lat": CELL_LAT_DEG, "scale": SCALE, "kinds": list(STREET_KINDS)}


def write_street_tiles(folder: Path, network: RoadNetwork) -> int:
    """Write the streets of Wallonia and Brussels cell by cell below ``folder``, links that are not mapped left out.

    Parameters
    ----------
    folder
        The served folder; cell ``i, j`` becomes ``streets/i_j.json`` with ``i = floor(lon / CELL_LON_DEG)`` and
        ``j = floor(lat / CELL_LAT_DEG)``. An edge belongs to every cell that its box touches.
    network
        Road network.

    Returns
    -------
    int
        Number of cells written.
    """
    kind_of_class = np.full(len(CLASS_CODE), -1)
    for kind, classes in enumerate(STREET_KINDS.values()):
        kind_of_class[[CLASS_CODE[name] for name in classes]] = kind
    kinds = kind_of_class[network.road_class]
    inside = (network.node_area[network.edge_from] > 0) | (network.node_area[network.edge_to] > 0)
    ptr, x, y = network.lines()
    lon, lat = to_wgs84(x, y)
    starts = ptr[:-1]
    columns = _cells(lon, starts, CELL_LON_DEG)
    rows = _cells(lat, starts, CELL_LAT_DEG)
    flat = np.column_stack([np.rint(lat * SCALE), np.rint(lon * SCALE)]).astype(np.int64)
    steps = np.diff(flat, axis=0, prepend=0)
    steps[starts] = flat[starts]

    tiles: dict[tuple[int, int], list[list[list[int]]]] = {}
    for edge in np.flatnonzero(inside & (kinds >= 0) & ~network.is_synthetic).tolist():
        line = steps[ptr[edge] : ptr[edge + 1]].ravel().tolist()
        for column in range(columns[0][edge], columns[1][edge] + 1):
            for row in range(rows[0][edge], rows[1][edge] + 1):
                tile = tiles.setdefault((column, row), [[] for _ in STREET_KINDS])
                tile[kinds[edge]].append(line)
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for (column, row), tile in tiles.items():
        # Written beside and renamed: a browser may ask while we write.
        fresh = target / f"{column}_{row}.json.new"
        fresh.write_text(json.dumps(tile, separators=(",", ":")), encoding="utf-8")
        fresh.replace(target / f"{column}_{row}.json")
    return len(tiles)


def _cells(degrees: np.ndarray, starts: np.ndarray, size_deg: float) -> tuple[list[int], list[int]]:
    low = np.floor(np.minimum.reduceat(degrees, starts) / size_deg).astype(int)
    high = np.floor(np.maximum.reduceat(degrees, starts) / size_deg).astype(int)
    return low.tolist(), high.tolist()
