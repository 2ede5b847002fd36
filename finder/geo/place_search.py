"""All places one reading of a text may mean, with their scores: every cut into street and area is tried."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from finder.geo.folding import ARTICLES, LINK_WORDS, STREET_TYPES, fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.place import Place, area_place, postcode_place, street_place
from finder.geo.place_query import Reading, names_a_street

Words = tuple[str, ...]
Key = tuple[str, int | str]
"""What makes two answers the same: the kind of row and the row."""

AreaScores = dict[str, tuple[float, int | None]]
"""For each commune looked in: how well the text names it, and the locality meant, if it is one."""

LOWEST_SCORE: Final = 0.74
LOWEST_AREA_SCORE: Final = 0.78
SURE_AREA_SCORE: Final = 0.9
LOWEST_LIKENESS: Final = 0.78
LOWEST_UNTYPED_LIKENESS: Final = 0.85
SWALLOWING_LIKENESS: Final = 0.9
"""Lowest likeness of a street to words that also name an area: Drève du Parc, Bruxelles is no Rue de Bruxelles."""

STREET_WEIGHT: Final = 0.7
"""Share of the street in the score of "street, area"."""

STREET_ALONE_LOSS: Final = 0.02
BARE_STREET_LOSS: Final = 0.07
LOWEST_BARE_SCORE: Final = 0.84
"""Of a street found by its name alone, without type, commune or postcode: more would be guessing."""

OTHER_LOCALITY_LOSS: Final = 0.03
OTHER_POSTCODE_LOSS: Final = 0.02
STREET_POSTCODE_LOSS: Final = 0.01
REGION_LOSS: Final = 0.02
NEIGHBOUR_LOSS: Final = 0.05
AREAS_TRIED_COUNT: Final = 8
AREA_WORDS_COUNT: Final = 6
BRUSSELS: Final = "Brussels"
BRUSSELS_NIS: Final = "21004"


class PlaceSearch:
    """The answers to one reading of a text; remembers the areas it looked up, since the same words recur.

    Parameters
    ----------
    gazetteer
        Names to search.
    reading
        Words and postcode.
    """

    def __init__(self, gazetteer: Gazetteer, reading: Reading) -> None:
        self._gazetteer = gazetteer
        self._words = reading.words
        self._postcode = reading.postcode
        self._loss = reading.loss
        self._drops_postcode = reading.drops_postcode
        self._within = reading.within
        self._allowed = self._communes_allowed()
        self._area_cache: dict[Words, list[tuple[int, float]]] = {}
        self._names_both = self._names_street_and_area()

    def places(self) -> Iterator[tuple[Key, Place]]:
        """Yield every answer scored at least :data:`LOWEST_SCORE`; one may come several times."""
        if not self._words:
            yield from self._postcode_places()
            return
        count = len(self._words)
        if not self._drops_postcode:
            yield from self._as_area()
            yield from self._as_area_in_area()
        if self._within is not None and self._within.homonyms:
            return  # "Rue Neuve, Namur" is in the commune: no other streets of the province
        if not self._drops_postcode:
            least = SWALLOWING_LIKENESS if self._names_both else LOWEST_LIKENESS
            yield from self._as_street(
                self._words, self._postcode_scores(), least=least, loss=STREET_ALONE_LOSS, is_alone=True
            )
        for cut in range(max(1, count - AREA_WORDS_COUNT), count):
            yield from self._as_street_in_area(self._words[:cut], self._words[cut:])
        for cut in range(1, min(count, AREA_WORDS_COUNT + 1)):
            yield from self._as_street_in_area(self._words[cut:], self._words[:cut])

    def areas_within(self) -> Iterator[tuple[Key, Place]]:
        """Yield the areas that some words at either end name exactly, else the postcode.

        Where the name of a commune was taken off as that of a region, a name after a link word is no area:
        "Rue de Ciney, Namur" is in Namur.
        """
        is_homonym = self._within is not None and bool(self._within.homonyms)
        for size in range(min(len(self._words) - 1, AREA_WORDS_COUNT), 0, -1):
            ends = [self._words[-size:], self._words[:size]]
            if is_homonym and (self._words[-size - 1] in LINK_WORDS or self._words[-size] in LINK_WORDS - ARTICLES):
                ends = ends[1:]
            exact = dict.fromkeys(row for words in ends for row, score in self._areas_like(words) if score == 1)
            if exact:
                for row in exact:
                    yield ("area", row), area_place(self._gazetteer, self._gazetteer.areas[row], 1.0)
                return
        yield from self._postcode_places()

    def _communes_allowed(self) -> frozenset[str] | None:
        """Return the communes that the postcode and the qualifiers leave; ``None`` for all."""
        own = None if self._postcode is None else frozenset(self._gazetteer.postcodes[self._postcode])
        if self._within is None or not self._within.areas:
            return own
        return frozenset(filter(self._within.holds, self._gazetteer.communes if own is None else own))

    def _postcode_places(self) -> Iterator[tuple[Key, Place]]:
        for nis in sorted(self._allowed or ()) if self._postcode is not None else ():
            if nis in self._gazetteer.communes:
                yield ("postcode", nis), postcode_place(self._gazetteer, str(self._postcode), nis, 1.0 - self._loss)

    def _as_area(self) -> Iterator[tuple[Key, Place]]:
        for row, score in self._areas_like(self._words):
            area = self._gazetteer.areas[row]
            is_other = self._postcode is not None and area.postcode not in (None, self._postcode)
            other = OTHER_POSTCODE_LOSS if is_other else 0.0
            if not self._is_in_homonyms(area.nis):
                other += REGION_LOSS
            yield ("area", row), area_place(self._gazetteer, area, score - self._loss - other)

    def _as_area_in_area(self) -> Iterator[tuple[Key, Place]]:
        """Yield the localities of texts that name the locality and its commune, and are not the name of one area."""
        if any(names_a_street(word) for word in self._words) or any(
            score >= SURE_AREA_SCORE for _, score in self._areas_like(self._words)
        ):
            return
        for row, score in self._areas_of_two_levels(self._words[-2 * AREA_WORDS_COUNT :]):
            yield ("area", row), area_place(self._gazetteer, self._gazetteer.areas[row], score - self._loss)

    def _is_in_homonyms(self, nis: str) -> bool:
        """Return whether a commune bears the names typed that are commune and region: Jambes, Namur is in Namur."""
        names = self._within.homonyms if self._within is not None else ()
        commune = self._gazetteer.communes[nis]
        own = {fold(name) for name in (commune.name_fr, commune.name_nl, commune.name_de)}
        return own.issuperset(names)

    def _areas_like(self, words: Words) -> list[tuple[int, float]]:
        """Return areas like ``words`` that the postcode allows, with their scores, best first."""
        if words not in self._area_cache:
            gazetteer = self._gazetteer
            matched = gazetteer.area_index.match(" ".join(words), cutoff=LOWEST_AREA_SCORE)
            pairs = [(row, score) for name, score in matched for row in gazetteer.area_rows[name]]
            self._area_cache[words] = [
                (row, score)
                for row, score in pairs
                if self._allowed is None or gazetteer.areas[row].nis in self._allowed
            ]
        return self._area_cache[words]

    def _areas_of_two_levels(self, words: Words) -> list[tuple[int, float]]:
        """Return the localities of texts that name both locality and commune: "Jambes, Namur" or "Liège (Sclessin)"."""
        areas, found = self._gazetteer.areas, []
        for cut in range(1, len(words)):
            sides = self._areas_like(words[:cut]), self._areas_like(words[cut:])
            for one, other in (sides, sides[::-1]):
                communes = {areas[row].nis for row, score in other if score >= SURE_AREA_SCORE}
                found += [
                    (row, score)
                    for row, score in one
                    if score >= SURE_AREA_SCORE and areas[row].kind == "locality" and areas[row].nis in communes
                ]
        return found

    def _names_street_and_area(self) -> bool:
        """Return whether the words begin or end with the exact name of an area and name a street besides."""
        for size in range(1, min(len(self._words) - 1, AREA_WORDS_COUNT) + 1):
            for area, rest in ((self._words[-size:], self._words[:-size]), (self._words[:size], self._words[size:])):
                is_more = len(set(rest) - LINK_WORDS) >= 2
                if is_more and any(score == 1 for _, score in self._areas_like(area)):
                    return True
        return False

    def _postcode_scores(self) -> AreaScores | None:
        if self._allowed is None:
            return None
        return self._with_brussels(dict.fromkeys(self._allowed, (1.0, None)), NEIGHBOUR_LOSS)

    def _with_brussels(self, scores: AreaScores, loss: float) -> AreaScores:
        """Return ``scores`` with all of Brussels if one of its communes is there: its streets cross their borders."""
        communes = self._gazetteer.communes
        own = [scores[nis][0] for nis in scores if nis in communes and communes[nis].region == BRUSSELS]
        if not own:
            return scores
        wider = max(own) - loss / (1 - STREET_WEIGHT)
        region = {nis: (wider, None) for nis, commune in communes.items() if commune.region == BRUSSELS}
        return region | {nis: pair for nis, pair in scores.items() if pair[0] >= wider or nis not in region}

    def _as_street_in_area(self, street: Words, area: Words) -> Iterator[tuple[Key, Place]]:
        areas = self._areas_like(area)[:AREAS_TRIED_COUNT]
        if len(area) > 1 and (not areas or areas[0][1] < SURE_AREA_SCORE):
            areas = [*self._areas_of_two_levels(area)[:AREAS_TRIED_COUNT], *areas]
        scores: AreaScores = {}
        for row, score in areas:
            found = self._gazetteer.areas[row]
            if score > scores.get(found.nis, (0.0, None))[0]:
                scores[found.nis] = (score, row if found.kind == "locality" else None)
        if not scores:
            return
        # People write Brussels for any of its nineteen communes.
        is_region = BRUSSELS_NIS in scores and scores[BRUSSELS_NIS][1] is None
        scores = self._with_brussels(scores, REGION_LOSS if is_region else NEIGHBOUR_LOSS)
        is_guess = self._names_both and max(score for score, _ in scores.values()) < 1
        is_typed = any(names_a_street(word) for word in street)
        least = SWALLOWING_LIKENESS if is_guess else LOWEST_LIKENESS if is_typed else LOWEST_UNTYPED_LIKENESS
        typed = {row for row, _ in areas}
        yield from self._as_street(street, scores, least=least, loss=0.0, is_alone=False, typed_areas=typed)

    def _as_street(
        self,
        words: Words,
        scores: AreaScores | None,
        *,
        least: float,
        loss: float,
        is_alone: bool,
        typed_areas: Collection[int] = (),
    ) -> Iterator[tuple[Key, Place]]:
        """Yield the streets like ``words`` in the communes of ``scores``, or anywhere.

        ``is_alone`` says that the words are the whole text, so that an area may be among them; ``typed_areas`` are
        the areas that the rest of the text names.
        """
        gazetteer, streets = self._gazetteer, self._gazetteer.streets
        is_bare = (scores is None or (is_alone and self._postcode is None)) and not any(
            names_a_street(word) for word in words
        )
        loss += self._loss + (BARE_STREET_LOSS if is_bare else 0.0)
        lowest = LOWEST_BARE_SCORE if is_bare else LOWEST_SCORE
        among = None if scores is None else _names_in(gazetteer, scores)
        text = " ".join(words)
        if not any(len(word) > 2 for word in set(words) - STREET_TYPES - LINK_WORDS):
            least = 1.0  # "rue de la" begins thousands of names: only the whole name will do
        matched = gazetteer.street_index.match(text, among=among, cutoff=least, may_say_more=not is_alone)
        types = STREET_TYPES.intersection(words)
        for name, likeness in matched:
            found_types = STREET_TYPES.intersection(gazetteer.street_index.names[name].split())
            is_other_type = bool(types and found_types) and not types <= found_types
            for row in gazetteer.street_rows[name]:
                nis = streets.nis[row]
                if scores is not None and nis not in scores:
                    continue
                area_score, meant = (1.0, None) if scores is None else scores[nis]
                near = gazetteer.areas[streets.area[row]]
                score = STREET_WEIGHT * likeness + (1 - STREET_WEIGHT) * area_score - loss
                if meant is not None and near is not gazetteer.areas[meant]:
                    score -= OTHER_LOCALITY_LOSS
                if self._postcode is not None and near.postcode not in (None, self._postcode):
                    score -= STREET_POSTCODE_LOSS
                if score >= lowest:
                    is_doubtful = is_other_type and self._is_elsewhere(streets.area[row], typed_areas)
                    yield ("street", row), replace(street_place(gazetteer, row, score), is_doubtful=is_doubtful)

    def _is_elsewhere(self, near: int, typed_areas: Collection[int]) -> bool:
        """Return whether a street near that area is not where the text says; a text without a place says nothing."""
        postcode = self._gazetteer.areas[near].postcode
        if typed_areas:
            return near not in typed_areas
        return self._postcode is not None and postcode not in (None, self._postcode)


def _names_in(gazetteer: Gazetteer, communes: Iterable[str]) -> npt.NDArray[np.int64]:
    positions = [gazetteer.street_names_of[nis] for nis in sorted(communes) if nis in gazetteer.street_names_of]
    return np.unique(np.concatenate(positions)) if positions else np.empty(0, np.int64)
