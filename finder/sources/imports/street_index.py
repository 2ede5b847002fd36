"""Streets by their exact names, so that a list of 20,000 addresses is placed in seconds; the search for the rest."""

import re
from collections import defaultdict
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from finder.geo.folding import fold, readings
from finder.geo.gazetteer import Gazetteer
from finder.geo.place import Place, street_place
from finder.sources.services.childminders import street_alone
from finder.sources.services.places import SAME_STREET_M, find_street

WORTH_A_SEARCH_PCT: Final = 75
"""A name less like every street of the commune is not looked for by the slower search, which would not find it."""

_BRACKETS: Final = re.compile(r"\([^)]*\)?")
_SIDES: Final = re.compile(r"\s+[-–/|]\s+")


class StreetIndex:
    """The streets of a gazetteer by commune and folded name; answers are kept.

    Parameters
    ----------
    gazetteer
        Where the streets are.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._kept: dict[tuple[str, str, str], Place | None] = {}
        for row, (name, nis) in enumerate(zip(gazetteer.streets.name, gazetteer.streets.nis, strict=True)):
            for folded in {fold(side) for side in (name, *_SIDES.split(name))}:
                self._rows[(nis, folded)].append(row)
                self._names[nis].append(folded)

    def find(self, address: str, *, nis: str, locality: str | None) -> Place | None:
        """Return the street of an address in a commune, ``None`` if it is not there or there in several places."""
        street = _BRACKETS.sub("", street_alone(address.split(",")[0]) or "").strip()
        key = (nis, fold(street), fold(locality or ""))
        if not key[1]:
            return None
        if key not in self._kept:
            self._kept[key] = self._look(street, nis, locality)
        return self._kept[key]

    def _look(self, street: str, nis: str, locality: str | None) -> Place | None:
        words = tuple(fold(street).split())
        forms = [" ".join(words), *(" ".join(form) for form in readings(words))]
        forms += [fold(side) for side in _SIDES.split(street)]
        for form in dict.fromkeys(forms):
            if rows := self._rows.get((nis, form)):
                return self._one_of(rows, locality)
        if len(street) > 120 or not self._is_like_one(forms, nis):
            return None
        return find_street(self.gazetteer, street, nis=nis, locality=locality)

    def _is_like_one(self, forms: list[str], nis: str) -> bool:
        names = self._names.get(nis, [])
        return any(
            process.extractOne(form, names, scorer=fuzz.token_sort_ratio, score_cutoff=WORTH_A_SEARCH_PCT)
            for form in forms[:2]
        )

    def _one_of(self, rows: list[int], locality: str | None) -> Place | None:
        streets = self.gazetteer.streets
        if len(rows) > 1 and locality:
            wanted = fold(locality)
            rows = [row for row in rows if fold(self.gazetteer.areas[streets.area[row]].name) == wanted] or rows
        places = [street_place(self.gazetteer, row, 1.0) for row in rows]
        if len(places) > 1:
            from finder.geo.projection import to_lambert

            x, y = to_lambert([place.lon for place in places], [place.lat for place in places])
            if float(np.hypot(x - x[0], y - y[0]).max()) > SAME_STREET_M:
                return None
        return places[0]
