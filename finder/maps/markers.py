"""Points on the map: a shape and a letter per kind, so that colour is never needed to tell them apart."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from finder.maps.elements import ScriptLayer
from finder.maps.palettes import KIND_COLOURS

CLUSTER_FROM_COUNT: Final = 40
SHAPES: Final[Mapping[str, tuple[str, str]]] = {
    "maternity": ("circle", "M"),
    "hospital": ("cross", "H"),
    "birth_centre": ("hexagon", "N"),
    "birth_lodge": ("hexagon", "G"),
    "prenatal_consultation": ("pentagon", "P"),
    "child_consultation": ("diamond", "C"),
    "creche": ("square", "C"),
    "childminder": ("square", "A"),
    "drop_in_care": ("square", "H"),
    "kindergarten_osm": ("triangle", "E"),
    "technical_platform": ("circle", "T"),
    "emergency": ("cross", "!"),
    "home_birth": ("hexagon", "D"),
    "midwife": ("pentagon", "S"),
    "general_practitioner": ("pentagon", "D"),
    "gynaecologist": ("pentagon", "G"),
    "perinatal_physiotherapist": ("pentagon", "K"),
    "paediatrician": ("pentagon", "E"),
    "medical_house": ("pentagon", "M"),
    "family_planning": ("pentagon", "F"),
    "home_visit": ("diamond", "V"),
    "kind_en_gezin": ("diamond", "K"),
    "huis_van_het_kind": ("diamond", "H"),
    "school_health": ("diamond", "S"),
    "saspe": ("square", "S"),
    "sick_child_care": ("square", "M"),
    "crisis_care": ("square", "!"),
    "perinatal_support": ("circle", "P"),
    "community_perinatal": ("circle", "C"),
    "kraamzorg": ("circle", "K"),
    "family_volunteers": ("circle", "V"),
    "parent_child_meeting": ("circle", "R"),
    "single_parents": ("circle", "S"),
    "lending_place": ("circle", "L"),
    "donation_place": ("circle", "D"),
    "after_school": ("square", "E"),
    "homework_support": ("square", "D"),
    "holiday_care": ("square", "V"),
    "mental_health": ("hexagon", "M"),
    "parents_baby_unit": ("hexagon", "P"),
    "perinatal_mobile_team": ("hexagon", "E"),
    "sheltered_housing": ("hexagon", "H"),
    "addiction_support": ("hexagon", "A"),
    "bereavement": ("hexagon", "B"),
    "caw": ("triangle", "W"),
    "family_allowance": ("triangle", "A"),
    "sos_enfants": ("triangle", "S"),
    "adoption": ("triangle", "D"),
    "foster_care": ("triangle", "F"),
    "one_administration": ("triangle", "O"),
    "admin_steps": ("triangle", "I"),
}
"""Shape and letter of each kind; no two kinds share both."""


@dataclass(frozen=True)
class Pin:
    """A service on the map; every text is shown as it is, never read as HTML.

    Attributes
    ----------
    lat, lon
        WGS84 degrees.
    kind
        Kind of service, see :data:`finder.tables.KINDS`.
    title, lines, notes
        Pop-up: name, facts, then source and date in small.
    rank
        Number in the list beside the map, shown instead of the kind's letter; 0 shows the letter.
    is_chosen
        Drawn larger, above the others.
    is_uncertain
        Drawn with a broken outline: the point is not the door.
    is_small
        Drawn small, for maps whose subject is the ground.
    """

    lat: float
    lon: float
    kind: str
    title: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rank: int = 0
    is_chosen: bool = False
    is_uncertain: bool = False
    is_small: bool = False


def service_layer(pins: Sequence[Pin]) -> ScriptLayer:
    """Return the markers of services, clustered at low zoom when they are many."""
    drawn = []
    for pin in pins:
        shape, letter = SHAPES[pin.kind]
        look = {"shape": shape, "letter": str(pin.rank) if pin.rank else letter, "colour": KIND_COLOURS[pin.kind]}
        drawn.append(asdict(pin) | look | {"z": -pin.rank})
    is_clustered = sum(not pin.is_small for pin in pins) >= CLUSTER_FROM_COUNT
    return ScriptLayer("markers", {"pins": drawn, "is_clustered": is_clustered})


def origin_layer(lat: float, lon: float, *, title: str, letter: str = "") -> ScriptLayer:
    """Return the marker of the place travelled from: the only drop-shaped one, in a colour of its own.

    Where a map has two, a ``letter`` tells them apart.
    """
    return ScriptLayer("origin", {"lat": lat, "lon": lon, "title": title, "letter": letter})
