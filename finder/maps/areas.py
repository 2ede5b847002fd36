"""Areas found by a measure, such as gaps: an outline round their points, a rank, and what is known when pointed at."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.geo.projection import to_lambert
from finder.maps.elements import ScriptLayer
from finder.units import LAMBERT_2008, WGS84

REACH_M: Final = 850.0
"""Round each point: a little more than half of the farthest neighbours of an area (1.6 km), so that they join."""

ROUNDING_M: Final = 500.0
TOLERANCE_M: Final = 60.0
DECIMALS: Final = 4
"""Of degrees: about 10 m."""


def area_outlines(points: pd.DataFrame, areas: "pd.Series[str]") -> gpd.GeoDataFrame:
    """Return one outline per area, drawn closely round its points.

    Parameters
    ----------
    points
        Index ``point_id``; columns ``lon``, ``lat`` (WGS84, degrees).
    areas
        Area of each point that is in one, index ``point_id``.

    Returns
    -------
    GeoDataFrame
        Index ``area_id``, sorted; polygons or multipolygons in EPSG:3812.

    Raises
    ------
    KeyError
        If a point of ``areas`` is not in ``points``.
    """
    chosen = points.loc[areas.index]
    x, y = to_lambert(chosen["lon"].to_numpy(dtype=np.float64), chosen["lat"].to_numpy(dtype=np.float64))
    discs = pd.Series(shapely.buffer(shapely.points(x, y), REACH_M, quad_segs=6), index=areas.to_numpy(dtype=object))
    ids = sorted(set(discs.index))
    joined = [shapely.union_all(discs.loc[[area]].to_numpy()) for area in ids]
    # Closing (out and back in) fills the notches between discs.
    closed = shapely.buffer(shapely.buffer(joined, ROUNDING_M, quad_segs=6), -ROUNDING_M, quad_segs=6)
    index = pd.Index(ids, name="area_id", dtype=object)
    return gpd.GeoDataFrame(geometry=shapely.simplify(closed, TOLERANCE_M), index=index, crs=LAMBERT_2008)


def area_layer(
    outlines: gpd.GeoDataFrame,
    *,
    ranks: "pd.Series[int]",
    tooltips: Mapping[str, str],
    uncertain: Collection[str] = (),
) -> ScriptLayer:
    """Return the layer of outlines, each with its rank; where ranks would cover each other the first ones stay.

    Parameters
    ----------
    outlines
        Polygons by ``area_id``, any CRS.
    ranks
        Rank by ``area_id``, 1 first; an area without one has an outline only.
    tooltips
        Text by ``area_id`` (name, children ...), lines separated by a line break; shown when the area is pointed at or
        its rank has the focus. Shown as text, never read as HTML.
    uncertain
        Areas whose outline is dashed.
    """
    degrees = outlines.geometry.to_crs(WGS84)
    inside = outlines.geometry.representative_point().to_crs(WGS84)
    areas = [
        {
            "shape": [_rings(part) for part in shapely.get_parts(degrees[area])],
            "lat": round(float(inside[area].y), DECIMALS),
            "lon": round(float(inside[area].x), DECIMALS),
            "rank": int(ranks[area]) if area in ranks.index else None,
            "text": tooltips.get(str(area), ""),
            "is_uncertain": area in uncertain,
        }
        for area in outlines.index
    ]
    areas.sort(key=lambda area: (area["rank"] is None, area["rank"] or 0))
    return ScriptLayer("areas", {"areas": areas})


def _rings(polygon: Any) -> list[list[list[float]]]:  # noqa: ANN401 - shapely carries no types here
    """Outer ring and holes as latitude and longitude, the order Leaflet wants."""
    rings = [polygon.exterior, *polygon.interiors]
    return [np.round(np.asarray(ring.coords)[:, 1::-1], DECIMALS).tolist() for ring in rings]
