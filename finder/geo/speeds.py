"""How fast each mode travels on each edge: effective speeds by road class and surroundings.

Car speeds are effective ones, junctions and slowing down included, without traffic jams; they come from
``data/tables/car_speeds.csv``, fitted as docs/car_speeds.md says. Bikes, walkers and prams have one speed each,
lower where the surface is likely to be rough.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from finder.errors import NetworkError
from finder.geo.access_rules import CLASS_CODE, CLASS_RULES
from finder.geo.network import Bool, Float64, RoadNetwork
from finder.units import SPEED_BIKE_KPH, SPEED_PRAM_KPH, SPEED_WALK_KPH, Mode

ZONES: Final = ("rural", "built_up", "dense", "brussels")
VINTAGES: Final = ("2014", "current")
DEFAULT_VINTAGE: Final = "current"

CLASS_GROUPS: Final[Mapping[str, str]] = {
    "motorway": "motorway",
    "motorway_link": "link",
    "trunk": "trunk",
    "trunk_link": "link",
    "primary": "primary",
    "primary_link": "primary",
    "secondary": "secondary",
    "secondary_link": "secondary",
    "tertiary": "tertiary",
    "tertiary_link": "tertiary",
    "unclassified": "unclassified",
    "residential": "residential",
}
"""Classes that share one fitted car speed."""

GROUPS: Final = tuple(dict.fromkeys(CLASS_GROUPS.values()))
ZONELESS_GROUPS: Final = frozenset({"motorway", "link", "trunk"})
"""Groups whose speed does not depend on the surroundings."""

FIXED_KPH: Final[Mapping[str, float]] = {"living_street": 15.0, "service": 18.0, "road": 25.0}
"""Classes too rare on the trips of the fit to be fitted: set by hand, living streets under their limit of 20 km/h."""

CITY_30_CLASSES: Final = frozenset({"unclassified", "residential", "service", "road"})
CITY_30_KPH: Final = 22.5
"""Brussels-Capital Region, 30 km/h by default since 1 January 2021 ("City 30"): local streets have at most three
quarters of that limit as effective speed, an assumption."""

SLOWEST_LIMIT_KPH: Final = 5.0

ROUGH_KPH: Final[Mapping[Mode, Mapping[str, float]]] = {
    "bike": {"track": 10.0, "path": 10.0, "footway": 8.0, "pedestrian": 8.0, "bridleway": 8.0},
    "walk": {},
    "pram": {"track": 2.7, "path": 2.7},
}
"""Lower speeds, km/h, where the way is likely to be rough or shared with walkers. Own choice: no surface is mapped."""

BASE_KPH: Final[Mapping[Mode, float]] = {"bike": SPEED_BIKE_KPH, "walk": SPEED_WALK_KPH, "pram": SPEED_PRAM_KPH}


def car_table(group_kph: Mapping[str, float], zone_factor: Mapping[str, float]) -> Float64:
    """Return car speeds in km/h by class and zone, shape (n_classes, n_zones); 1 for classes closed to cars.

    Parameters
    ----------
    group_kph
        Speed of each of :data:`GROUPS` in open country.
    zone_factor
        What the speed is multiplied by in each of :data:`ZONES`, except for :data:`ZONELESS_GROUPS`.
    """
    factors = np.array([zone_factor[zone] for zone in ZONES])
    table = np.ones((len(CLASS_RULES), len(ZONES)))
    for name, group in CLASS_GROUPS.items():
        table[CLASS_CODE[name]] = group_kph[group] * (1.0 if group in ZONELESS_GROUPS else factors)
    for name, kph in FIXED_KPH.items():
        table[CLASS_CODE[name]] = kph
    return table


def with_city_30(table: Float64) -> Float64:
    """Return car speeds of today from those of 2014: Brussels' local streets slowed down, all else the same."""
    today = table.copy()
    rows = [CLASS_CODE[name] for name in sorted(CITY_30_CLASSES)]
    column = ZONES.index("brussels")
    today[rows, column] = np.minimum(today[rows, column], CITY_30_KPH)
    return today


def edge_kph(network: RoadNetwork, mode: Mode, *, vintage: str = DEFAULT_VINTAGE) -> Float64:
    """Return the speed of a mode on every edge, km/h, shape (n_edges,), whether or not the mode may use it.

    A car has the effective speed of the table, and never more than the posted limit where one is mapped.

    Raises
    ------
    NetworkError
        If the network has no car speeds of that vintage.
    """
    if mode == "car":
        if vintage not in network.car_kph:
            raise NetworkError(f"No car speeds of {vintage!r}: choose one of {', '.join(sorted(network.car_kph))}.")
        kph = network.car_kph[vintage][network.road_class, network.zone]
        limit = np.where(network.maxspeed_kph > 0, np.maximum(network.maxspeed_kph, SLOWEST_LIMIT_KPH), np.inf)
        capped: Float64 = np.minimum(kph, limit)
        return capped
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
