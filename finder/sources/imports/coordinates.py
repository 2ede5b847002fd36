"""Coordinates of unknown make: degrees, degrees the wrong way round, Belgian Lambert 1972 or 2008, Web Mercator."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pyproj import Transformer

from finder.sources.imports.cells import CellError, number_of
from finder.units import WGS84

LON_RANGE: Final = (2.3, 6.6)
LAT_RANGE: Final = (49.3, 51.6)
"""Belgium and a little more, in degrees."""

GRIDS: Final = (
    ("EPSG:31370", "Belgian Lambert 1972", (20_000.0, 300_000.0), (20_000.0, 250_000.0)),
    ("EPSG:3812", "Belgian Lambert 2008", (520_000.0, 800_000.0), (520_000.0, 750_000.0)),
    ("EPSG:3857", "Web Mercator", (255_000.0, 736_000.0), (6_330_000.0, 6_730_000.0)),
)
"""CRS, its name, and where x and y of Belgium lie in it; the ranges of the grids do not meet."""

_PAIR: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMMA_PAIR: Final = re.compile(r"[+-]?\d+(?:,\d+)?")


@dataclass(frozen=True)
class Position:
    """A point in WGS84 degrees, and what was done to read it (``None``: nothing)."""

    lon: float
    lat: float
    told: str | None = None


def position_of(lon_text: str, lat_text: str) -> Position:
    """Return the point of two cells.

    Raises
    ------
    CellError
        If they are no numbers, both 0, or lie outside Belgium in every system.
    """
    return read_pair(number_of(lon_text), number_of(lat_text))


def point_of(text: str) -> Position:
    """Return the point of one cell: ``50.8, 4.3``, ``POINT (4.3 50.8)``, ``{"lon": 4.3, "lat": 50.8}`` and the like.

    Either order is understood.

    Raises
    ------
    CellError
        If it does not hold two numbers, or they are no point in Belgium.
    """
    if len(text) > 300 or not text.isascii():
        raise CellError("is no point")
    found = _PAIR.findall(text)
    if len(found) == 4 and ";" in text:
        found = _COMMA_PAIR.findall(text)
    if len(found) != 2:
        raise CellError("is no point")
    first, second = (number_of(part) for part in found)
    try:
        return read_pair(first, second)
    except CellError:
        return read_pair(second, first)


def read_pair(x: float, y: float) -> Position:
    """Return the point of longitude and latitude, or of x and y in metres.

    Raises
    ------
    CellError
        If they are both 0, or lie outside Belgium in every system.
    """
    if x == 0 and y == 0:
        raise CellError("is 0, 0: no point")
    if _within(x, LON_RANGE) and _within(y, LAT_RANGE):
        return Position(x, y)
    if _within(y, LON_RANGE) and _within(x, LAT_RANGE):
        return Position(y, x, "latitude and longitude were exchanged")
    for crs, name, xs, ys in GRIDS:
        if _within(x, xs) and _within(y, ys):
            return _converted(crs, x, y, f"read as {name} metres")
    for crs, name, xs, ys in GRIDS:
        if _within(y, xs) and _within(x, ys):
            return _converted(crs, y, x, f"read as {name} metres, x and y exchanged")
    raise CellError("is no point in Belgium")


def _converted(crs: str, x: float, y: float, told: str) -> Position:
    lon, lat = _to_degrees(crs).transform(x, y)
    return Position(round(float(lon), 6), round(float(lat), 6), told)


@lru_cache(maxsize=4)
def _to_degrees(crs: str) -> Transformer:
    return Transformer.from_crs(crs, WGS84, always_xy=True)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
