"""From typed text to places, offline: see docs/geocoding.md for the rules and what they find and miss."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from shapely import Point

from finder.errors import AmbiguousPlaceError, PlaceNotFoundError
from finder.geo.folding import LINK_WORDS, STREET_TYPES, fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.place import KIND_ORDER, Place, area_place, postcode_place, street_place
from finder.geo.place_query import Reading, names_a_street, read_query
from finder.geo.projection import to_lambert

__all__ = ["Place", "nearest_place", "resolve_place", "search_places"]

LOWEST_SCORE: Final = 0.74
LOWEST_AREA_SCORE: Final = 0.78
WORST_BEHIND_BEST: Final = 0.12
"""Answers further below the best one are not shown."""

STREET_WEIGHT: Final = 0.7
"""Share of the street in the score of "street, area"."""

STREET_ALONE_LOSS: Final = 0.02
BARE_STREET_LOSS: Final = 0.07
LOWEST_BARE_SCORE: Final = 0.84
"""Of a street found by its name alone, without type, commune or postcode: more would be guessing."""

PARTIAL_SCORE: Final = 0.5
OTHER_LOCALITY_LOSS: Final = 0.03
OTHER_POSTCODE_LOSS: Final = 0.02
REGION_LOSS: Final = 0.02
AREAS_TRIED_COUNT: Final = 8
AREA_WORDS_COUNT: Final = 6
GOOD_ENOUGH: Final = 0.97
SAME_SCORE: Final = 0.01
SAME_PLACE_M: Final = 500.0
BRUSSELS_NIS: Final = "21004"
QUOTED_LETTERS: Final = 60


def search_places(gazetteer: Gazetteer, text: str, *, limit: int = 8) -> list[Place]:
    """Return the places ``text`` may mean, the likeliest first; none if nothing is like it.

    Parameters
    ----------
    gazetteer
        Names to search.
    text
        Street, number, postcode, locality and commune in any order and language; a number is read and left aside.
        Anything else, of any length, is answered by an empty list.
    limit
        Most answers to return.

    Returns
    -------
    list of Place
        By score; equal scores by kind (commune, postcode, locality, street), then population, then name.
    """
    best: dict[tuple[str, int | str], Place] = {}
    readings = read_query(text, postcodes=gazetteer.postcodes, words=gazetteer.words)
    for reading in readings:
        if reading.loss and best and max(place.score for place in best.values()) >= GOOD_ENOUGH:
            break
        for key, place in _Search(gazetteer, reading).places():
            if place.score >= LOWEST_SCORE and (key not in best or best[key].score < place.score):
                best[key] = place
    if not best:
        best = dict(_partial_places(gazetteer, readings))
    ranked = sorted(best.values(), key=partial(_rank, gazetteer))
    close = [place for place in ranked if place.score >= ranked[0].score - WORST_BEHIND_BEST]
    return _without_repeats(close, limit)


def resolve_place(gazetteer: Gazetteer, text: str) -> Place:
    """Return the one place ``text`` means.

    Raises
    ------
    PlaceNotFoundError
        If nothing in Wallonia and Brussels is like ``text``.
    AmbiguousPlaceError
        If several places that lie apart answer equally well; the message names the first.
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
    is_somewhere = bool(np.isfinite(x) and np.isfinite(y))
    inside = gazetteer.outlines.query(Point(x, y), predicate="intersects").tolist() if is_somewhere else []
    if not inside:
        raise PlaceNotFoundError(f"The point {lat:.5f}, {lon:.5f} is outside Wallonia and Brussels.")
    nis = gazetteer.outline_nis[inside[0]]
    own = [i for i, area in enumerate(gazetteer.areas) if area.nis == nis]
    points = gazetteer.area_tree.data[own]
    nearest = own[int(np.argmin(np.hypot(points[:, 0] - x, points[:, 1] - y)))]
    return area_place(gazetteer, gazetteer.areas[nearest], 1.0)


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


def _partial_places(gazetteer: Gazetteer, readings: list[Reading]) -> Iterable[tuple[tuple[str, int | str], Place]]:
    """Yield the communes, localities and postcodes of a text whose street is unknown."""
    for reading in readings[:1]:
        for key, place in _Search(gazetteer, reading).areas_within():
            yield key, replace(place, score=PARTIAL_SCORE, is_partial=True)


def _apart(a: Place, b: Place) -> bool:
    x, y = to_lambert([a.lon, b.lon], [a.lat, b.lat])
    return bool(np.hypot(x[1] - x[0], y[1] - y[0]) > max(SAME_PLACE_M, a.uncertainty_m, b.uncertainty_m))


class _Search:
    """All answers to one reading of a text; remembers what it looked up, since the same words recur."""

    def __init__(self, gazetteer: Gazetteer, reading: Reading) -> None:
        self.gazetteer = gazetteer
        self.words = reading.words
        self.postcode = reading.postcode
        self.loss = reading.loss
        self.allowed = frozenset(gazetteer.postcodes[reading.postcode]) if reading.postcode else None

    def places(self) -> Iterable[tuple[tuple[str, int | str], Place]]:
        if not self.words:
            yield from self._postcode_places()
            return
        count = len(self.words)
        yield from self._as_area()
        yield from self._as_street(self.words, self._postcode_scores(), STREET_ALONE_LOSS)
        for cut in range(max(1, count - AREA_WORDS_COUNT), count):
            yield from self._as_street_in_area(self.words[:cut], self.words[cut:])
        for cut in range(1, min(count, AREA_WORDS_COUNT + 1)):
            yield from self._as_street_in_area(self.words[cut:], self.words[:cut])

    def _postcode_places(self) -> Iterable[tuple[tuple[str, int | str], Place]]:
        for nis in sorted(self.allowed or ()):
            if nis in self.gazetteer.communes:
                yield ("postcode", nis), postcode_place(self.gazetteer, str(self.postcode), nis, 1.0 - self.loss)

    def areas_within(self) -> Iterable[tuple[tuple[str, int | str], Place]]:
        """Yield the areas that some words at either end name, else the postcode."""
        for size in range(min(len(self.words) - 1, AREA_WORDS_COUNT), 0, -1):
            ends = (self.words[-size:], self.words[:size])
            exact = dict.fromkeys(row for words in ends for row, score in self._area_matches(words) if score == 1)
            if exact:
                for row in exact:
                    yield ("area", row), area_place(self.gazetteer, self.gazetteer.areas[row], 1.0)
                return
        yield from self._postcode_places()

    def _area_matches(self, words: tuple[str, ...]) -> list[tuple[int, float]]:
        """Return areas like ``words`` that the postcode allows, with their scores."""
        matched = self.gazetteer.area_index.match(" ".join(words), cutoff=LOWEST_AREA_SCORE)
        pairs = [(row, score) for name, score in matched for row in self.gazetteer.area_rows[name]]
        return [(row, s) for row, s in pairs if self.allowed is None or self.gazetteer.areas[row].nis in self.allowed]

    def _as_area(self) -> Iterable[tuple[tuple[str, int | str], Place]]:
        for row, score in self._area_matches(self.words):
            area = self.gazetteer.areas[row]
            is_other = self.postcode is not None and area.postcode not in (None, self.postcode)
            other = OTHER_POSTCODE_LOSS if is_other else 0.0
            yield ("area", row), area_place(self.gazetteer, area, score - self.loss - other)

    def _postcode_scores(self) -> dict[str, tuple[float, int | None]] | None:
        return None if self.allowed is None else dict.fromkeys(self.allowed, (1.0, None))

    def _as_street_in_area(
        self, street: tuple[str, ...], area: tuple[str, ...]
    ) -> Iterable[tuple[tuple[str, int | str], Place]]:
        if not set(street) - STREET_TYPES - LINK_WORDS and len(street) < 2:
            return
        scores: dict[str, tuple[float, int | None]] = {}
        for row, score in self._area_matches(area)[:AREAS_TRIED_COUNT]:
            found = self.gazetteer.areas[row]
            if score > scores.get(found.nis, (0.0, None))[0]:
                scores[found.nis] = (score, row if found.kind == "locality" else None)
            if found.nis == BRUSSELS_NIS and found.kind == "commune":
                # People write Brussels for any of its nineteen communes.
                for nis, commune in self.gazetteer.communes.items():
                    if commune.region == "Brussels" and (self.allowed is None or nis in self.allowed):
                        scores.setdefault(nis, (score - REGION_LOSS / (1 - STREET_WEIGHT), None))
        if scores:
            yield from self._as_street(street, scores, 0.0)

    def _as_street(
        self, words: tuple[str, ...], scores: dict[str, tuple[float, int | None]] | None, loss: float
    ) -> Iterable[tuple[tuple[str, int | str], Place]]:
        """Yield the streets like ``words`` in the communes of ``scores`` (commune: score, locality meant)."""
        gazetteer, streets = self.gazetteer, self.gazetteer.streets
        is_bare = scores is None and not any(names_a_street(word) for word in words)
        loss += BARE_STREET_LOSS if is_bare else 0.0
        lowest = LOWEST_BARE_SCORE if is_bare else LOWEST_SCORE
        among = None if scores is None else _names_in(gazetteer, scores)
        for name, likeness in gazetteer.street_index.match(" ".join(words), among=among):
            for row in gazetteer.street_rows[name]:
                nis = streets.nis[row]
                if scores is not None and nis not in scores:
                    continue
                area_score, meant = (1.0, None) if scores is None else scores[nis]
                near = gazetteer.areas[streets.area[row]]
                score = STREET_WEIGHT * likeness + (1 - STREET_WEIGHT) * area_score - loss - self.loss
                if meant is not None and near is not gazetteer.areas[meant]:
                    score -= OTHER_LOCALITY_LOSS
                if self.postcode is not None and near.postcode not in (None, self.postcode):
                    score -= OTHER_POSTCODE_LOSS / 2
                if score >= lowest:
                    yield ("street", row), street_place(gazetteer, row, score)


def _names_in(gazetteer: Gazetteer, communes: Iterable[str]) -> npt.NDArray[np.int64]:
    positions = [gazetteer.street_names_of[nis] for nis in sorted(communes) if nis in gazetteer.street_names_of]
    return np.unique(np.concatenate(positions)) if positions else np.empty(0, np.int64)
