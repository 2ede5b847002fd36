"""Stops of mobile units: circles as large as the children followed, in the colour and with the letter of their unit.

Thin broken lines show which stops a unit serves on one day; a chosen day is drawn along its roads.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np

from finder.geo.network import Float64
from finder.geo.projection import to_wgs84
from finder.maps.elements import ScriptLayer

LatLon = tuple[float, float]

UNIT_COLOURS: Final = ("#1f5fa8", "#d55e00", "#6b3fa0", "#e0b000", "#0b7d6e", "#b02a5b")
"""Told apart by colour-blind people in this order; the letter says the same."""

DARK_INK: Final = frozenset({"#d55e00", "#e0b000"})
"""Colours on which dark letters read better than white ones."""

PX_PER_ROOT_CHILD: Final = 4.2
"""Diameter of a circle by the square root of its children: the area is what grows with children."""


@dataclass(frozen=True)
class StopMark:
    """A stop on the map; every text is shown as it is, never read as HTML.

    Attributes
    ----------
    lat, lon
        WGS84 degrees.
    children
        Followed there; the area of the circle.
    unit
        Which unit, from 0: its colour; from the seventh on the colours come again, with squares.
    letter
        Of the unit.
    title, lines, notes
        Pop-up: name, facts, then what is less sure in small.
    number
        Place in the order of the chosen day, shown instead of the letter; 0: not on that day.
    is_quiet
        Another unit is chosen: it steps back.
    """

    lat: float
    lon: float
    children: float
    unit: int
    letter: str
    title: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    number: int = 0
    is_quiet: bool = False


@dataclass(frozen=True)
class DepotMark:
    """A depot: where it is (WGS84 degrees), its name, and facts for its pop-up."""

    lat: float
    lon: float
    title: str
    lines: tuple[str, ...] = ()


def unit_look(unit: int) -> tuple[str, str]:
    """Return the colour and the shape of a unit, from 0."""
    shapes = ("circle", "square")
    return UNIT_COLOURS[unit % len(UNIT_COLOURS)], shapes[unit // len(UNIT_COLOURS) % len(shapes)]


def stop_layer(stops: Sequence[StopMark], depots: Sequence[DepotMark]) -> ScriptLayer:
    """Return the stops, the largest below, and the depots above them."""
    drawn = []
    for stop in sorted(stops, key=lambda one: -one.children):
        colour, shape = unit_look(stop.unit)
        size = round(PX_PER_ROOT_CHILD * math.sqrt(max(stop.children, 0.0)), 1)
        drawn.append(asdict(stop) | {"colour": colour, "shape": shape, "size": size})
    return ScriptLayer("stops", {"stops": drawn, "depots": [asdict(depot) for depot in depots]})


def rounds_layer(
    days: Sequence[Sequence[LatLon]], *, chosen: Sequence[LatLon] = (), roads_xy_m: Sequence[Float64] = ()
) -> ScriptLayer:
    """Return the days of a unit as thin broken lines, and the chosen day as a bold one.

    Parameters
    ----------
    days
        Latitude and longitude (WGS84 degrees) of the stops in order, one list per day.
    chosen
        The same of the chosen day, from depot to depot; drawn straight where a leg has no line.
    roads_xy_m
        One line per leg of the chosen day along its roads, shape (n, 2), EPSG:3812; may be empty.
    """
    legs = []
    for number, (start, end) in enumerate(itertools.pairwise(chosen)):
        xy = roads_xy_m[number] if number < len(roads_xy_m) else np.empty((0, 2))
        lon, lat = to_wgs84(xy[:, 0], xy[:, 1])
        line = np.column_stack([lat, lon]).round(5).tolist()
        legs.append([list(start), *line, list(end)])
    return ScriptLayer("rounds", {"days": [[list(point) for point in day] for day in days], "legs": legs})
