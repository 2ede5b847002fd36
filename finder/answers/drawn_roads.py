"""Roads as lines to draw: the main ones of the whole area, or those of a window for a local map."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from finder.geo.access_rules import CLASS_CODE
from finder.geo.network import Bool, RoadNetwork
from finder.units import LAMBERT_2008

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in EPSG:3812."""

_BY_WIDTH_M: Final = (
    (4_000.0, tuple(CLASS_CODE)),
    (12_000.0, ("motorway", "trunk", "primary", "secondary", "tertiary")),
    (40_000.0, ("motorway", "trunk", "primary", "secondary")),
    (np.inf, ("motorway", "trunk", "primary")),
)
"""Which classes a local map has room for, up to a width of the window."""


def main_roads(network: RoadNetwork, classes: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the roads of ``classes`` in Wallonia and Brussels; those of the rim would end nowhere.

    Links that are not mapped roads carry trips, but are not drawn.
    """
    return _lines(network, classes, np.ones(len(network.road_class), dtype=np.bool_))


def roads_in_window(network: RoadNetwork, window: Box) -> gpd.GeoDataFrame:
    """Return the roads with an end in a window, the smaller ones only where the window is small."""
    left, bottom, right, top = window
    # The frame is wider or higher than the window, whichever way the points lie.
    margin = 0.4 * (right - left) + 0.8 * (top - bottom)
    x, y = network.node_x_m, network.node_y_m
    inside = (x > left - margin) & (x < right + margin) & (y > bottom - margin) & (y < top + margin)
    classes = next(names for width, names in _BY_WIDTH_M if right - left + top - bottom <= width)
    return _lines(network, classes, inside[network.edge_from] | inside[network.edge_to])


def _lines(network: RoadNetwork, classes: Sequence[str], chosen: Bool) -> gpd.GeoDataFrame:
    name = {CLASS_CODE[road_class]: road_class for road_class in classes}
    is_inside = (network.node_area[network.edge_from] > 0) | (network.node_area[network.edge_to] > 0)
    edges = np.flatnonzero(np.isin(network.road_class, list(name)) & is_inside & chosen & ~network.is_synthetic)
    lines = [shapely.linestrings(network.line(int(edge)).astype(np.float64)) for edge in edges]
    found = [name[int(network.road_class[edge])] for edge in edges]
    return gpd.GeoDataFrame({"road_class": found}, geometry=lines, crs=LAMBERT_2008)
