"""How fast each mode travels on each edge: effective speeds by road class and surroundings.

Car speeds are effective ones, junctions and slowing down included, without traffic jams; they come from
``data/tables/car_speeds.csv``, fitted as docs/car_speeds.md says. Bikes, walkers and prams have one speed each,
lower where the surface is likely to be rough.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from finder.geo.access_rules import CLASS_CODE
from finder.geo.network import Bool, Float64, RoadNetwork
from finder.units import SPEED_BIKE_KPH, SPEED_PRAM_KPH, SPEED_WALK_KPH, Mode

ZONES: Final = ("rural", "built_up", "dense", "brussels")
VINTAGES: Final = ("2014", "current")
DEFAULT_VINTAGE: Final = "current"

MAXSPEED_SHARE: Final = 0.9
"""A car is never faster than this share of the posted limit, where one is mapped."""

ROUGH_KPH: Final[Mapping[Mode, Mapping[str, float]]] = {
    "bike": {"track": 10.0, "path": 10.0, "footway": 8.0, "pedestrian": 8.0, "bridleway": 8.0},
    "walk": {},
    "pram": {"track": 2.7, "path": 2.7},
}
"""Lower speeds, km/h, where the way is likely to be rough or shared with walkers. Own choice: no surface is mapped."""

BASE_KPH: Final[Mapping[Mode, float]] = {"bike": SPEED_BIKE_KPH, "walk": SPEED_WALK_KPH, "pram": SPEED_PRAM_KPH}


def edge_kph(network: RoadNetwork, mode: Mode, *, vintage: str = DEFAULT_VINTAGE) -> Float64:
    """Return the speed of a mode on every edge, km/h, shape (n_edges,), whether or not the mode may use it."""
    if mode == "car":
        kph = network.car_kph[vintage][network.road_class, network.zone]
        limit = network.maxspeed_kph
        return np.where(limit > 0, np.minimum(kph, np.maximum(limit, 5) * MAXSPEED_SHARE), kph)
    by_class = np.full(len(CLASS_CODE), BASE_KPH[mode])
    for name, value in ROUGH_KPH[mode].items():
        by_class[CLASS_CODE[name]] = value
    return by_class[network.road_class]


def edge_cost_ms(network: RoadNetwork, mode: Mode, *, vintage: str = DEFAULT_VINTAGE) -> Float64:
    """Return the travel time of every whole edge in milliseconds, shape (n_edges,), not yet rounded."""
    return network.length_m.astype(np.float64) * 3600.0 / edge_kph(network, mode, vintage=vintage)


def is_usable(network: RoadNetwork, mode_bit: int) -> tuple[Bool, Bool]:
    """Return whether a mode (its forward bit) may use each edge forward and backward."""
    return (network.access & mode_bit) > 0, (network.access & (2 * mode_bit)) > 0
