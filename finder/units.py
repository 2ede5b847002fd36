"""Units, coordinate systems and travel modes decided once for the whole project."""

from typing import Final, Literal, get_args

from finder.errors import UnknownModeError

WGS84: Final = "EPSG:4326"
"""Longitude and latitude: at the doors and on the web map."""

LAMBERT_2008: Final = "EPSG:3812"
"""Belgian Lambert 2008, metres: every planar operation inside."""

Mode = Literal["car", "bike", "walk", "pram"]
MODES: Final[tuple[Mode, ...]] = get_args(Mode)

MS_PER_MIN: Final = 60_000
"""Travel costs are whole milliseconds inside the engine (exact sums), minutes outside."""

SPEED_WALK_KPH: Final = 4.5
SPEED_PRAM_KPH: Final = 3.6
SPEED_BIKE_KPH: Final = 14.0


def as_mode(text: str) -> Mode:
    """Return ``text`` as a travel mode.

    Raises
    ------
    UnknownModeError
        If ``text`` is none of :data:`MODES`.
    """
    for mode in MODES:
        if text == mode:
            return mode
    raise UnknownModeError(f"Unknown travel mode {text!r}: choose one of {', '.join(MODES)}.")
