"""The answers of the gazetteer: what a place is called, where it is, and how exactly."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from finder.geo.gazetteer import Area, Gazetteer
from finder.geo.house_numbers import House
from finder.geo.projection import to_lambert

PlaceKind = Literal["commune", "locality", "postcode", "street"]
KIND_ORDER: Final[tuple[PlaceKind, ...]] = ("commune", "postcode", "locality", "street")
"""Kinds as they rank between equally good answers."""

NEIGHBOUR_POSTCODE_LOSS: Final = 0.02


@dataclass(frozen=True)
class Place:
    """An answer of the gazetteer.

    Parameters
    ----------
    label
        Text to show, with the French name of the commune.
    kind
        What was found; also how exact the position is.
    name
        The street, locality, commune or postcode alone.
    nis, commune_fr, commune_nl, commune_de
        The commune.
    locality
        The locality itself, or the one nearest to the street; empty for a commune.
    lon, lat
        WGS84 degrees.
    precision
        ``"number"``, ``"near_number"`` (the typed number is not in the list: the nearest one), ``"street"``,
        ``"locality"``, ``"postcode"`` or ``"commune"``.
    uncertainty_m
        The place typed is within about this many metres of the point.
    score
        1 for the text exactly; lower for other spellings.
    is_partial
        Whether only the commune, locality or postcode of the text was found and its street was not.
    is_doubtful
        Whether a street differs from the text both in its type and in its locality: to be confirmed, not taken.
    house_number
        The number of the point, where ``precision`` is ``"number"`` or ``"near_number"``; else empty.
    """

    label: str
    kind: PlaceKind
    name: str
    nis: str
    commune_fr: str
    commune_nl: str
    commune_de: str
    locality: str
    lon: float
    lat: float
    precision: str
    uncertainty_m: float
    score: float
    is_partial: bool = False
    is_doubtful: bool = False
    house_number: str = ""


def area_place(gazetteer: Gazetteer, area: Area, score: float) -> Place:
    """Return a commune or a locality as an answer."""
    commune = gazetteer.communes[area.nis]
    is_commune = area.kind == "commune"
    return Place(
        label=area.name if is_commune else f"{area.name} ({commune.name_fr})",
        kind=area.kind,
        name=area.name,
        nis=area.nis,
        commune_fr=commune.name_fr,
        commune_nl=commune.name_nl,
        commune_de=commune.name_de,
        locality="" if is_commune else area.name,
        lon=area.lon,
        lat=area.lat,
        precision=area.kind,
        uncertainty_m=area.uncertainty_m,
        score=min(round(score, 4), 1.0),
    )


def postcode_place(gazetteer: Gazetteer, postcode: str, nis: str, score: float) -> Place:
    """Return the middle of the postcode's localities in the commune, or the commune's point if none bears it."""
    areas = [area for area in gazetteer.areas if area.nis == nis]
    own = [area for area in areas if area.postcode == postcode]
    if not own:
        # The postcode of a neighbour that reaches into this commune: 1040 is first of all Etterbeek.
        own, score = areas[:1], score - NEIGHBOUR_POSTCODE_LOSS
    commune = area_place(gazetteer, areas[0], score)
    lon, lat = float(np.mean([area.lon for area in own])), float(np.mean([area.lat for area in own]))
    x, y = to_lambert([lon, *(area.lon for area in own)], [lat, *(area.lat for area in own)])
    reach_m = float(np.hypot(x[1:] - x[0], y[1:] - y[0]).max()) + max(area.uncertainty_m for area in own)
    return replace(
        commune,
        label=f"{postcode} {own[0].name if len(own) == 1 else commune.commune_fr}",
        kind="postcode",
        name=postcode,
        locality=own[0].name if len(own) == 1 and own[0].kind == "locality" else "",
        lon=round(lon, 6),
        lat=round(lat, 6),
        precision="postcode",
        uncertainty_m=float(round(reach_m)),
    )


def street_place(gazetteer: Gazetteer, row: int, score: float) -> Place:
    """Return a street as an answer, with the locality nearest to it."""
    streets = gazetteer.streets
    commune = gazetteer.communes[streets.nis[row]]
    near = gazetteer.areas[streets.area[row]]
    is_locality = near.kind == "locality"
    where = f"{near.name} ({commune.name_fr})" if is_locality else commune.name_fr
    return Place(
        label=f"{streets.name[row]}, {where}",
        kind="street",
        name=streets.name[row],
        nis=commune.nis,
        commune_fr=commune.name_fr,
        commune_nl=commune.name_nl,
        commune_de=commune.name_de,
        locality=near.name if is_locality else "",
        lon=float(streets.lon[row]),
        lat=float(streets.lat[row]),
        precision="street",
        uncertainty_m=float(round(streets.extent_m[row])),
        score=min(round(score, 4), 1.0),
    )


def house_place(street: Place, house: House) -> Place:
    """Return a street's answer at one of its house numbers."""
    return replace(
        street,
        label=street.label.replace(street.name, f"{street.name} {house.number}", 1),
        lon=house.lon,
        lat=house.lat,
        precision="number" if house.is_exact else "near_number",
        uncertainty_m=house.uncertainty_m,
        house_number=house.number,
    )
