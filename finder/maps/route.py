"""The line of one trip."""

import numpy as np

from finder.geo.network import Float64
from finder.geo.projection import to_wgs84
from finder.maps.elements import ScriptLayer

LatLon = tuple[float, float]


def route_layer(xy_m: Float64, *, origin: LatLon, destination: LatLon) -> ScriptLayer:
    """Return a trip: a solid line along the roads, dotted legs between the roads and both doors.

    Parameters
    ----------
    xy_m
        Shape (n, 2): the line along the roads in EPSG:3812; may be empty.
    origin, destination
        Latitude and longitude of both ends, WGS84 degrees.
    """
    lon, lat = to_wgs84(xy_m[:, 0], xy_m[:, 1])
    points = np.column_stack([lat, lon]).round(5).tolist()
    if not points:
        return ScriptLayer("route", {"path": [], "legs": [[list(origin), list(destination)]]})
    legs = [[list(origin), points[0]], [points[-1], list(destination)]]
    return ScriptLayer("route", {"path": points, "legs": legs})
