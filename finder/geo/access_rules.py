"""Who may use a way, in which direction: rules as data, from OpenStreetMap tags.

The defaults by road class are a table (:data:`CLASS_RULES`); explicit access tags open or close on top of it, the
most specific one winning; one-way rules come last. Decisions that OpenStreetMap leaves open:

- motorways, trunk roads and their links are never open to bikes, walkers or prams, whatever the tags say;
- tracks are never open to cars; bikes and prams use them at a reduced speed (:mod:`finder.geo.speeds`);
- steps are open to walkers only;
- one-way streets bind cars and bikes; bikes may go against where ``oneway:bicycle=no`` or ``cycleway=opposite*``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from finder.units import Mode

CAR, BIKE, WALK, PRAM = 1, 4, 16, 64
"""Forward bit of each mode in an edge's access mask; the backward bit is the next one (twice the value)."""

MODE_BIT: Final[Mapping[Mode, int]] = {"car": CAR, "bike": BIKE, "walk": WALK, "pram": PRAM}


@dataclass(frozen=True)
class ClassRule:
    """What one road class allows before any access tag.

    Parameters
    ----------
    code
        Number stored with each edge.
    name
        Class name.
    car, bike, walk, pram
        Whether the mode may use it by default.
    """

    code: int
    name: str
    car: bool
    bike: bool
    walk: bool
    pram: bool


#                     code  name            car    bike   walk   pram
CLASS_RULES: Final = (
    ClassRule(0, "motorway", True, False, False, False),
    ClassRule(1, "motorway_link", True, False, False, False),
    ClassRule(2, "trunk", True, False, False, False),
    ClassRule(3, "trunk_link", True, False, False, False),
    ClassRule(4, "primary", True, True, True, True),
    ClassRule(5, "primary_link", True, True, True, True),
    ClassRule(6, "secondary", True, True, True, True),
    ClassRule(7, "secondary_link", True, True, True, True),
    ClassRule(8, "tertiary", True, True, True, True),
    ClassRule(9, "tertiary_link", True, True, True, True),
    ClassRule(10, "unclassified", True, True, True, True),
    ClassRule(11, "residential", True, True, True, True),
    ClassRule(12, "living_street", True, True, True, True),
    ClassRule(13, "service", True, True, True, True),
    ClassRule(14, "road", True, True, True, True),
    ClassRule(15, "track", False, True, True, True),
    ClassRule(16, "pedestrian", False, False, True, True),
    ClassRule(17, "footway", False, False, True, True),
    ClassRule(18, "path", False, True, True, True),
    ClassRule(19, "cycleway", False, True, True, True),
    ClassRule(20, "bridleway", False, False, True, False),
    ClassRule(21, "steps", False, False, True, False),
)
CLASS_CODE: Final[Mapping[str, int]] = {rule.name: rule.code for rule in CLASS_RULES}
CLASS_NAME: Final[tuple[str, ...]] = tuple(rule.name for rule in CLASS_RULES)

HIGHWAY_ALIASES: Final[Mapping[str, str]] = {
    "services": "service",
    "rest_area": "service",
    "minor": "unclassified",
    "residential_link": "residential",
    "unsurfaced": "track",
    "byway": "track",
}
"""Old or rare values of ``highway`` read as a class above. Any other value is counted and left out."""

FAST_CLASSES: Final = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
"""Never open to bikes, walkers and prams, and no point is snapped onto them."""

PATH_CLASSES: Final = frozenset({"pedestrian", "footway", "path", "cycleway", "steps"})
"""Ways that only exist for people without a car: where these are not mapped, walking results say so."""

NEVER: Final[Mapping[Mode, frozenset[str]]] = {
    "car": frozenset({"track", "pedestrian", "footway", "path", "cycleway", "bridleway", "steps"}),
    "bike": FAST_CLASSES | {"steps"},
    "walk": FAST_CLASSES,
    "pram": FAST_CLASSES | {"steps"},
}
"""Classes that no access tag can open to a mode."""

ACCESS_KEYS: Final[Mapping[Mode, tuple[str, ...]]] = {
    "car": ("motorcar", "motor_vehicle", "vehicle", "access"),
    "bike": ("bicycle", "vehicle", "access"),
    "walk": ("foot", "access"),
    "pram": ("foot", "access"),
}
"""Access tags by mode, the most specific first: the first one with a known value decides."""

OPEN_VALUES: Final = frozenset({"yes", "permissive", "designated", "official", "destination", "customers", "public"})
CLOSED_VALUES: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "agricultural;forestry", "delivery", "psv", "bus", "taxi", "military",
     "emergency", "dismount", "restricted"}
)  # fmt: skip

ONEWAY_FORWARD: Final = frozenset({"yes", "true", "1"})
ONEWAY_BACKWARD: Final = frozenset({"-1", "reverse"})
ONEWAY_NONE: Final = frozenset({"no", "false", "0"})
IMPLIED_ONEWAY_CLASSES: Final = frozenset({"motorway", "motorway_link"})
IMPLIED_ONEWAY_JUNCTIONS: Final = frozenset({"roundabout", "circular"})


def road_class(tags: Mapping[str, str]) -> str | None:
    """Return the class of a way from its ``highway`` tag, or None where Finder has no use for it."""
    value = tags.get("highway", "")
    value = HIGHWAY_ALIASES.get(value, value)
    return value if value in CLASS_CODE else None


def access_mask(tags: Mapping[str, str]) -> int:
    """Return who may use a way, as bits: forward and backward for car, bike, walk and pram.

    Parameters
    ----------
    tags
        Tags of the way.

    Returns
    -------
    int
        0 to 255; 0 where nobody Finder serves may use it.
    """
    name = road_class(tags)
    if name is None:
        return 0
    rule = CLASS_RULES[CLASS_CODE[name]]
    defaults = {"car": rule.car, "bike": rule.bike, "walk": rule.walk, "pram": rule.pram}
    forward, backward = car_directions(tags, name)
    mask = 0
    for mode, bit in MODE_BIT.items():
        if name in NEVER[mode] or not _is_open(tags, mode, default=defaults[mode]):
            continue
        if mode == "car":
            directions = (forward, backward)
        elif mode == "bike":
            directions = _bike_directions(tags, (forward, backward))
        else:
            directions = (True, True)
        mask |= bit * directions[0] + 2 * bit * directions[1]
    return mask


def car_directions(tags: Mapping[str, str], name: str) -> tuple[bool, bool]:
    """Return whether a vehicle may drive a way of class ``name`` forward and backward."""
    oneway = tags.get("oneway", "")
    if oneway in ONEWAY_FORWARD:
        return True, False
    if oneway in ONEWAY_BACKWARD:
        return False, True
    if oneway in ONEWAY_NONE:
        return True, True
    implied = name in IMPLIED_ONEWAY_CLASSES or tags.get("junction", "") in IMPLIED_ONEWAY_JUNCTIONS
    return True, not implied


def _bike_directions(tags: Mapping[str, str], as_vehicle: tuple[bool, bool]) -> tuple[bool, bool]:
    own = tags.get("oneway:bicycle", "")
    if own in ONEWAY_NONE or tags.get("cycleway", "").startswith("opposite"):
        return True, True
    if own in ONEWAY_FORWARD:
        return True, False
    if own in ONEWAY_BACKWARD:
        return False, True
    return as_vehicle


def _is_open(tags: Mapping[str, str], mode: Mode, *, default: bool) -> bool:
    for key in ACCESS_KEYS[mode]:
        value = tags.get(key, "")
        if value in CLOSED_VALUES:
            return False
        if value in OPEN_VALUES:
            # A general `access=yes` says nothing new; only a tag of the mode itself opens what its class closes.
            return default or key == ACCESS_KEYS[mode][0]
    return default
