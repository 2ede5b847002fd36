"""What a page shows, as the address bar writes it: the address is the share link.

Everything read from an address is checked: it may come from anyone. Points are rounded to a thousandth of a degree
(about 100 m), so that a shared link does not give a door away.
"""

import datetime
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

TEXT_LENGTH_MAX: Final = 80
POINT_DECIMALS: Final = 3
_BOX: Final = (2.5, 49.4, 6.5, 50.95)
"""West, south, east, north of the area with a margin; degrees."""

_POINT: Final = re.compile(r"(\d{1,2}(?:\.\d{1,8})?),(\d{1,2}(?:\.\d{1,8})?)")

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""


def rounded_point(lat: float, lon: float) -> Point:
    """Return the point as it may be kept and shared: to about 100 m."""
    return round(lat, POINT_DECIMALS), round(lon, POINT_DECIMALS)


def read_point(text: str | None) -> Point | None:
    """Return the point of ``"50.467,4.868"``, rounded; ``None`` if it is not one near Wallonia and Brussels."""
    match = _POINT.fullmatch(text or "")
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    west, south, east, north = _BOX
    if not (math.isfinite(lat) and south <= lat <= north and west <= lon <= east):
        return None
    return rounded_point(lat, lon)


def write_point(point: Point) -> str:
    """Return a point as an address writes it."""
    return f"{point[0]:.{POINT_DECIMALS}f},{point[1]:.{POINT_DECIMALS}f}"


def read_text(text: str | None) -> str:
    """Return ``text`` without control characters and cut to :data:`TEXT_LENGTH_MAX`."""
    return "".join(c for c in text or "" if c.isprintable())[:TEXT_LENGTH_MAX].strip()


def read_choice(text: str | None, choices: Sequence[str], default: str) -> str:
    """Return ``text`` if it is one of ``choices``, else ``default``."""
    return text if text is not None and text in choices else default


def read_day(text: str | None, *, first: datetime.date, last: datetime.date) -> datetime.date:
    """Return the day ``text`` writes (ISO) within limits; ``last`` if it writes none."""
    try:
        day = datetime.date.fromisoformat(text or "")
    except ValueError:
        return last
    return min(max(day, first), last)


def without_defaults(values: Mapping[str, str | None], defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters worth writing: those that are set and not what a page starts with."""
    return {key: value for key, value in values.items() if value and value != defaults.get(key)}
