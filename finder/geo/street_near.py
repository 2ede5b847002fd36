"""The street a point lies along, by the lines of the road network: a long street is near all along its way."""

import re
from bisect import bisect_left
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from finder.geo.folding import fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.network import RoadNetwork
from finder.geo.place import Place, street_place
from finder.geo.place_query import STREET_ENDINGS
from finder.geo.projection import to_lambert

METHOD_VERSION: Final = "near street 2"
NEAR_STREET_M: Final = 150.0
"""A kept point is itself rounded to about 100 m: a street farther off is not "near"."""

_NAMES: Final = re.compile(r" - | / |\s*;\s*")


def nearest_street(
    gazetteer: Gazetteer, lon: float, lat: float, *, nis: str, network: RoadNetwork | None = None
) -> Place | None:
    """Return the street of a commune nearest to a point, within :data:`NEAR_STREET_M`; ``None`` if there is none.

    Of a street with names in two languages the French one comes first.

    Parameters
    ----------
    gazetteer
        Names of streets.
    lon, lat
        WGS84 degrees.
    nis
        The commune that the point lies in; streets of others are not answered.
    network
        Roads, whose lines tell how near a street comes. Without it, and where no named road is near, the middle of the
        street decides.
    """
    x, y = (float(value[0]) for value in to_lambert([lon], [lat]))
    if not (np.isfinite(x) and np.isfinite(y)) or not gazetteer.streets.name:
        return None
    off_m: dict[int, float] = {}
    side: dict[int, int] = {}
    points = gazetteer.street_tree.data
    for name, distance_m in [] if network is None else named_roads(network, x, y, within_m=NEAR_STREET_M):
        sides = [(i, row) for i, part in enumerate(_NAMES.split(name)) for row in _rows_called(gazetteer, part, nis)]
        for i, row in sides:
            if distance_m < off_m.get(row, np.inf):
                off_m[row], side[row] = distance_m, i
    if not off_m:
        near = gazetteer.street_tree.query_ball_point((x, y), NEAR_STREET_M)
        off_m = {
            row: float(np.hypot(points[row, 0] - x, points[row, 1] - y))
            for row in near
            if gazetteer.streets.nis[row] == nis
        }

    def order(row: int) -> tuple[float, bool, int, float, str]:
        name = gazetteer.streets.name[row]
        # Two streets of one name in a commune share the name's distance: the nearer middle decides.
        middle_m = float(np.hypot(points[row, 0] - x, points[row, 1] - y))
        return round(off_m[row]), fold(name).endswith(STREET_ENDINGS), side.get(row, 0), round(middle_m), name

    return street_place(gazetteer, min(off_m, key=order), 1.0) if off_m else None


def named_roads(network: RoadNetwork, x_m: float, y_m: float, *, within_m: float) -> list[tuple[str, float]]:
    """Return the names of the roads that come within a distance of a point, with how near they come in metres.

    Parameters
    ----------
    network
        Road network with names.
    x_m, y_m
        EPSG:3812.
    within_m
        Inclusive.
    """
    # No point of a road is farther from its end than the road is long; the longest leaves few to measure.
    off_x, off_y = np.abs(network.node_x_m - x_m), np.abs(network.node_y_m - y_m)
    off_m: npt.NDArray[np.float64] = np.maximum(off_x, off_y)[network.edge_from]
    edges = np.flatnonzero((network.name_id > 0) & (off_m <= network.length_m + within_m + 1.0))
    if not len(edges):
        return []
    lines = [shapely.LineString(network.line(edge)) for edge in edges.tolist()]
    distances = shapely.distance(shapely.Point(x_m, y_m), np.array(lines, dtype=object))
    nearest: dict[str, float] = {}
    for edge, distance_m in zip(edges.tolist(), distances.tolist(), strict=True):
        name = str(network.names[network.name_id[edge]])
        if distance_m <= within_m and distance_m < nearest.get(name, np.inf):
            nearest[name] = distance_m
    return sorted(nearest.items(), key=lambda pair: (pair[1], pair[0]))


def _rows_called(gazetteer: Gazetteer, name: str, nis: str) -> list[int]:
    folded = fold(name)
    names = gazetteer.street_index.names
    position = bisect_left(names, folded)
    if position == len(names) or names[position] != folded:
        return []
    return [row for row in gazetteer.street_rows[position] if gazetteer.streets.nis[row] == nis]
