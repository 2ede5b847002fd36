"""Which commune a service is in, and where its street lies: from the gazetteer alone, never invented."""

import re
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
from shapely import Point

from finder.geo.folding import fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.geocode import Place, search_places
from finder.geo.projection import to_lambert
from finder.sources.services.record import LONG_STREET, Service

SURE_SCORE: Final = 0.955
"""Lowest score of a street name that is taken for the address without anyone looking."""

SAME_STREET_M: Final = 300.0
LONG_STREET_M: Final = 1000.0
_BRACKETS: Final = re.compile(r"\s*\([^)]*\)")


@dataclass(frozen=True)
class Spot:
    """Fields of a service that say where it is."""

    nis: str | None
    lon: float | None
    lat: float | None
    position_precision: str
    position_source: str | None
    position_flag: str | None


def distance_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Return the straight distance in metres between two points in WGS84 degrees (in EPSG:3812)."""
    x, y = to_lambert([lon_a, lon_b], [lat_a, lat_b])
    return float(np.hypot(x[1] - x[0], y[1] - y[0]))


def commune_at(gazetteer: Gazetteer, lon: float, lat: float) -> str | None:
    """Return the commune a point lies in, ``None`` outside Wallonia and Brussels."""
    x, y = (float(value) for value in np.ravel(to_lambert(lon, lat)))
    hits = gazetteer.outlines.query(Point(x, y), predicate="intersects").tolist()
    return gazetteer.outline_nis[hits[0]] if hits else None


def commune_named(gazetteer: Gazetteer, name: str | None) -> str | None:
    """Return the commune of that French, Dutch or German name, ``None`` if no commune or several bear it."""
    if not name:
        return None
    wanted = fold(name)
    found = {
        commune.nis
        for commune in gazetteer.communes.values()
        if wanted in (fold(commune.name_fr), fold(commune.name_nl), fold(commune.name_de))
    }
    return found.pop() if len(found) == 1 else None


def commune_of_address(
    gazetteer: Gazetteer, *, postcode: str | None, lon: float, lat: float, stated: str | None
) -> tuple[str | None, bool]:
    """Return the commune of an address with a point, and whether point and postcode contradict each other.

    The postcode decides where it belongs to one commune, else the point, else the source's own code.
    """
    by_point = commune_at(gazetteer, lon, lat)
    by_postcode = gazetteer.postcodes.get(postcode or "", ())
    contradicts = bool(by_postcode) and by_point is not None and by_point not in by_postcode
    if len(by_postcode) == 1:
        return by_postcode[0], contradicts
    return by_point or stated, contradicts


def find_street(gazetteer: Gazetteer, street: str, *, nis: str, locality: str | None = None) -> Place | None:
    """Return the street of that name in a commune; ``None`` if it is not there, or there in several places.

    Parameters
    ----------
    gazetteer
        Names to search.
    street
        Street, with or without a house number.
    nis
        Commune of 2025.
    locality
        Part of the commune, if the source names it.
    """
    commune, street = gazetteer.communes[nis].name_fr, _BRACKETS.sub("", street)
    for area in dict.fromkeys([f"{locality}" if locality else commune, commune]):
        places = [
            place
            for place in search_places(gazetteer, f"{street}, {area}", limit=20)
            if place.kind == "street" and place.nis == nis and place.score >= SURE_SCORE
        ]
        best = [place for place in places if place.score >= places[0].score - 0.005]
        if best and all(_near(best[0], other) for other in best):
            return best[0]
        if best:
            return None
    return None


def street_spot(gazetteer: Gazetteer, street: str | None, *, nis: str | None, locality: str | None = None) -> Spot:
    """Return where an address without coordinates is: its street's middle, or no point at all."""
    if nis is None:
        return Spot(None, None, None, "none", None, None)
    place = find_street(gazetteer, street, nis=nis, locality=locality) if street else None
    if place is None:
        return Spot(nis, None, None, "locality", None, None)
    flag = LONG_STREET if place.uncertainty_m > LONG_STREET_M / 2 else None
    source = f"geocoded: middle of {place.name} in our road network, within {place.uncertainty_m:.0f} m"
    return Spot(nis, place.lon, place.lat, "street", source, flag)


def at_spot(service: Service, spot: Spot) -> Service:
    """Return ``service`` with the fields of ``spot``."""
    return replace(service, **asdict(spot))


def _near(a: Place, b: Place) -> bool:
    return distance_m(a.lon, a.lat, b.lon, b.lat) <= SAME_STREET_M
