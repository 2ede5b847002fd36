"""From typed text to places, offline: see docs/geocoding.md for the rules and what they find and miss."""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final, Literal, get_args

import numpy as np
from shapely import Point

from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.folding import fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.place import KIND_ORDER, Place, area_place, house_place
from finder.geo.place_query import (
    Reading,
    is_readable,
    names_a_street,
    read_query,
    typed_number,
)
from finder.geo.place_search import LOWEST_SCORE, Key, PlaceSearch
from finder.geo.projection import to_lambert
from finder.geo.qualifiers import qualified

__all__ = ["Place", "nearest_place", "resolve_place", "search_places", "why_not_found"]

WORST_BEHIND_BEST: Final = 0.12
"""Answers further below the best one are not shown."""

PARTIAL_SCORE: Final = 0.5
GOOD_ENOUGH: Final = 0.97
QUALIFIED_SCORE: Final = 0.9
"""An answer this good with its region or country taken off the text: the text as a whole is not read any more."""

SURE_SCORE: Final = 0.86
"""A street scored lower is a guess: :func:`resolve_place` does not take it for the answer."""

SAME_SCORE: Final = 0.01
SAME_PLACE_M: Final = 500.0
_POSTCODE: Final = re.compile(r"^[1-9]\d{3}$")
QUOTED_LETTERS: Final = 60
Refusal = Literal["signs", "postcode", "number", "unknown"]
REFUSALS: Final[tuple[Refusal, ...]] = get_args(Refusal)


def search_places(gazetteer: Gazetteer, text: str, *, limit: int = 8) -> list[Place]:
    """Return the places ``text`` may mean, the likeliest first; none if nothing is like it.

    Parameters
    ----------
    gazetteer
        Names to search.
    text
        Street, number, postcode, locality and commune in any order and language. A number is answered by its point
        where an official list holds it, else by the nearest number of the street, else by the middle of the street.
        Anything else, of any length, is answered by an empty list.
    limit
        Most answers to return.

    Returns
    -------
    list of Place
        By score; equal scores by kind (commune, postcode, locality, street), then population, then name.
    """
    readings = read_query(text, postcodes=gazetteer.postcodes, words=gazetteer.words)
    shorter = _without_qualifiers(gazetteer, readings)
    best = _best_of(gazetteer, shorter)
    if max((place.score for place in best.values()), default=0.0) < QUALIFIED_SCORE:
        for key, place in _best_of(gazetteer, readings).items():
            if key not in best or best[key].score < place.score:
                best[key] = place
    if not best:
        best = dict(_partial_places(gazetteer, shorter + readings[:1]))
    ranked = sorted(best.values(), key=partial(_rank, gazetteer))
    close = [place for place in ranked if place.score >= ranked[0].score - WORST_BEHIND_BEST]
    if close and close[0].is_doubtful:
        # The place typed is a choice too: its street may be missing from our network.
        close = [
            *close[: max(limit - 1, 1)],
            *(place for _, place in _partial_places(gazetteer, shorter + readings[:1])),
        ]
    return [_at_number(gazetteer, text, place) for place in _without_repeats(close, limit)]


def resolve_place(gazetteer: Gazetteer, text: str) -> Place:
    """Return the one place ``text`` means.

    Raises
    ------
    PlaceNotFoundError
        If nothing in Wallonia and Brussels is like ``text``.
    AmbiguousPlaceError
        If several places that lie apart answer equally well, or the street found has another type and another
        locality than the text; the message names the first.
    """
    found = search_places(gazetteer, text, limit=50)
    quoted = text.strip()[:QUOTED_LETTERS] + ("..." if len(text.strip()) > QUOTED_LETTERS else "")
    if not found:
        raise PlaceNotFoundError(
            f"Nothing in Wallonia or Brussels is like {quoted!r}. "
            "Type a street and its commune, a locality, or a postcode."
        )
    first = found[0]
    if first.is_partial:
        raise PlaceNotFoundError(
            f"The street of {quoted!r} is not in our road network; only {first.label} is known. "
            "Check the spelling, or type the commune alone."
        )
    if first.kind == "street" and first.score < SURE_SCORE:
        raise PlaceNotFoundError(
            f"Nothing in Wallonia or Brussels is called {quoted!r}. Nearest: {first.label}. Type it so if you mean it."
        )
    if first.is_doubtful:
        named = "; ".join(place.label for place in found[:5])
        raise AmbiguousPlaceError(f"{quoted!r} is not in our road network by that name. Type what you mean: {named}.")
    equals = [p for p in found[1:] if p.score >= first.score - SAME_SCORE and p.kind == first.kind and _apart(first, p)]
    if equals:
        named = "; ".join(place.label for place in [first, *equals][:5])
        raise AmbiguousPlaceError(
            f"{quoted!r} may be any of {len(equals) + 1} places: {named}. Add the commune or the postcode."
        )
    return first


def nearest_place(gazetteer: Gazetteer, lon: float, lat: float) -> Place:
    """Return the locality (or commune) nearest to a point, among those of the commune the point lies in.

    Parameters
    ----------
    gazetteer
        Names to search.
    lon, lat
        WGS84 degrees.

    Raises
    ------
    PlaceNotFoundError
        If the point is outside Wallonia and Brussels.
    """
    x, y = (float(value[0]) for value in to_lambert([lon], [lat]))
    inside = _outlines_at(gazetteer, lon, lat)
    if not inside:
        turned = (
            " The other way round it is inside: type the latitude first." if _outlines_at(gazetteer, lat, lon) else ""
        )
        raise PlaceNotFoundError(f"The point {lat:.5f}, {lon:.5f} is outside Wallonia and Brussels.{turned}")
    nis = gazetteer.outline_nis[inside[0]]
    own = [i for i, area in enumerate(gazetteer.areas) if area.nis == nis]
    points = gazetteer.area_tree.data[own]
    nearest = own[int(np.argmin(np.hypot(points[:, 0] - x, points[:, 1] - y)))]
    return area_place(gazetteer, gazetteer.areas[nearest], 1.0)


def why_not_found(gazetteer: Gazetteer, text: str) -> Refusal:
    """Return why :func:`search_places` found nothing for ``text``.

    Returns
    -------
    str
        ``"signs"``: no letter or figure that names of places have, or signs that none has (code, another script);
        ``"postcode"``: a Belgian postcode outside Wallonia and Brussels; ``"number"``: figures alone; ``"unknown"``.
    """
    words = fold(text).split()
    if not words or not is_readable(text):
        return "signs"
    if any(_POSTCODE.match(word) and word not in gazetteer.postcodes for word in words) and not any(
        names_a_street(word) for word in words
    ):
        return "postcode"
    return "number" if all(word.isdigit() for word in words) else "unknown"


def _best_of(gazetteer: Gazetteer, readings: list[Reading]) -> dict[Key, Place]:
    """Return the best answer of each place; readings that cost something are left where a plain one is good enough."""
    best: dict[Key, Place] = {}
    for reading in readings:
        if reading.loss and best and max(place.score for place in best.values()) >= GOOD_ENOUGH:
            break
        for key, place in PlaceSearch(gazetteer, reading).places():
            if place.score >= LOWEST_SCORE and (key not in best or best[key].score < place.score):
                best[key] = place
    return best


def _without_qualifiers(gazetteer: Gazetteer, readings: list[Reading]) -> list[Reading]:
    """Return the plain readings without the words that say in which region or country the place lies."""
    names = gazetteer.area_names
    found = [
        replace(reading, words=inner.words, within=inner)
        for reading in readings
        if not reading.drops_postcode and not _is_area_alone(gazetteer, reading)
        for inner in reversed(qualified(reading.words, names))
        if inner.words or reading.postcode is not None
    ]
    return sorted(found, key=lambda reading: reading.loss)


def _is_area_alone(gazetteer: Gazetteer, reading: Reading) -> bool:
    """Return whether the whole text is the name of an area, at its own postcode: "1000 Bruxelles", "Luxembourg"."""
    name = " ".join(reading.words)
    rows = gazetteer.area_rows[gazetteer.area_names[name]] if name in gazetteer.area_names else ()
    codes = {gazetteer.areas[row].postcode for row in rows}
    return bool(rows) and (reading.postcode is None or reading.postcode in codes)


def _at_number(gazetteer: Gazetteer, text: str, place: Place) -> Place:
    if place.kind != "street" or place.is_partial or not len(gazetteer.houses):
        return place
    own = {code for code, communes in gazetteer.postcodes.items() if place.nis in communes}
    typed = typed_number(text, name=place.name, postcodes=own)
    if typed is None:
        return place
    code = next((word for word in fold(text).split() if word in own), None)
    house = gazetteer.houses.find(
        place.nis, place.name, *typed, near=(place.lon, place.lat), within_m=place.uncertainty_m, postcode=code
    )
    return place if house is None else house_place(place, house)


def _outlines_at(gazetteer: Gazetteer, lon: float, lat: float) -> list[int]:
    x, y = (float(value[0]) for value in to_lambert([lon], [lat]))
    if not (np.isfinite(x) and np.isfinite(y)):
        return []
    found: list[int] = gazetteer.outlines.query(Point(x, y), predicate="intersects").tolist()
    return found


def _rank(gazetteer: Gazetteer, place: Place) -> tuple[float, int, float, str]:
    people = gazetteer.communes[place.nis].population
    return -round(place.score, 2), KIND_ORDER.index(place.kind), -people, place.label


def _without_repeats(places: list[Place], limit: int) -> list[Place]:
    """Return the first ``limit`` places, a street written in two ways in one spot counted once."""
    kept: list[Place] = []
    for place in places:
        if len(kept) == limit:
            break
        if not any(_is_same(place, other) for other in kept):
            kept.append(place)
    return kept


def _is_same(a: Place, b: Place) -> bool:
    return (a.kind, a.nis) == (b.kind, b.nis) and fold(a.name) == fold(b.name) and not _apart(a, b)


def _partial_places(gazetteer: Gazetteer, readings: list[Reading]) -> Iterable[tuple[Key, Place]]:
    """Yield the communes, localities and postcodes of a text whose street is unknown."""
    found = [list(PlaceSearch(gazetteer, reading).areas_within()) for reading in readings]
    named = [places for places in found if any(kind == "area" for (kind, _), _ in places)]
    for key, place in (named or found[-1:] or [[]])[0]:
        yield key, replace(place, score=PARTIAL_SCORE, is_partial=True)


def _apart(a: Place, b: Place) -> bool:
    x, y = to_lambert([a.lon, b.lon], [a.lat, b.lat])
    return bool(np.hypot(x[1] - x[0], y[1] - y[0]) > max(SAME_PLACE_M, a.uncertainty_m, b.uncertainty_m))
