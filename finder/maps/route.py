"""The line of one trip."""

from collections.abc import Sequence

from finder.maps.elements import ScriptLayer

LatLon = tuple[float, float]


def route_layer(path: Sequence[LatLon], *, origin: LatLon, destination: LatLon) -> ScriptLayer:
    """Return a trip: a solid line along the roads, dotted legs between the roads and both doors.

    Parameters
    ----------
    path
        Latitude and longitude along the roads (WGS84); may be empty when both ends share a piece of road.
    origin, destination
        Latitude and longitude of both ends.
    """
    points = [[round(lat, 5), round(lon, 5)] for lat, lon in path]
    if not points:
        return ScriptLayer("route", {"path": [], "legs": [[list(origin), list(destination)]]})
    legs = [[list(origin), points[0]], [points[-1], list(destination)]]
    return ScriptLayer("route", {"path": points, "legs": legs})
