"""Where each row of a list is: by its point, else by its street, else by its commune; how sure, and why not."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from finder.geo.folding import fold
from finder.geo.gazetteer import Gazetteer
from finder.geo.house_numbers import House
from finder.geo.place import Place
from finder.geo.place_query import typed_number
from finder.geo.projection import to_lambert
from finder.sources.imports.problems import Problems
from finder.sources.imports.street_index import StreetIndex
from finder.sources.services.childminders import street_alone
from finder.sources.services.city_childcare import ROUNDING_DIGITS
from finder.sources.services.places import LONG_STREET_M
from finder.sources.services.record import LONG_STREET, OTHER_COMMUNE, ROUNDED, join_notes

POINT_CONFIDENCE: Final = 1.0
NUMBER_CONFIDENCE: Final = 0.97
NEAR_NUMBER_CONFIDENCE: Final = 0.93
STREET_CONFIDENCE: Final = 0.9
COMMUNE_CONFIDENCE: Final = 0.3
TOLD_EVERY_ROWS: Final = 200
OUTSIDE: Final = "lies outside Wallonia and Brussels"
_TAIL: Final = re.compile(r"[\s,;-]*\b(?:B-?\s?)?([1-9]\d{3})\s+([^\d,;]{2,60})\s*$", re.IGNORECASE)
_DISTRICT: Final = re.compile(r"[\s-]+-?\d+$")
_BRACKETS: Final = re.compile(r"\([^)]*\)")
_CITY: Final = frozenset({"bruxelles", "brussel", "brussels", "bruxelles capitale"})
"""What lists write for any of the nineteen communes of Brussels."""


class Placer:
    """Places rows with the names of a gazetteer.

    Parameters
    ----------
    gazetteer
        Names to search.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.streets = StreetIndex(gazetteer)
        self._named: dict[str, set[str]] = defaultdict(set)
        for commune in gazetteer.communes.values():
            for name in (commune.name_fr, commune.name_nl, commune.name_de):
                self._named[fold(name)].add(commune.nis)
        communes = dict(self._named)
        for area in gazetteer.areas:
            if fold(area.name) not in communes:
                self._named[fold(area.name)].add(area.nis)

    def place(
        self, rows: pd.DataFrame, problems: Problems, *, told: Callable[[float], None] | None = None
    ) -> pd.DataFrame:
        """Return ``rows`` with ``nis``, point, ``position_*`` and ``confidence`` (0 to 1), same index.

        Rows outside the area, or that nothing places, get a fatal problem and are left out.

        Parameters
        ----------
        rows
            Result of :func:`finder.sources.imports.judge.judge_rows`.
        problems
            Grows.
        told
            Called now and then with the share of the rows that are placed, 0 to 1.
        """
        inside = self._communes_of_points(rows)
        placed = {}
        for done, (number, row) in enumerate(zip(rows.index.tolist(), rows.to_dict("records"), strict=True)):
            if told is not None and done % TOLD_EVERY_ROWS == 0:
                told(done / len(rows))
            spot = self._spot(number, row, inside.get(number), problems)
            if spot is not None:
                placed[number] = row | spot
        columns = list(dict.fromkeys(name for row in placed.values() for name in row)) or list(rows.columns)
        frame = pd.DataFrame(list(placed.values()), columns=columns, dtype="object")
        frame.index = pd.Index(list(placed), name="row", dtype="int64")
        return frame

    def _communes_of_points(self, rows: pd.DataFrame) -> dict[int, str]:
        """Return the commune around each point inside the area, by row."""
        if "lon" not in rows.columns or rows.empty:
            return {}
        there = rows[rows["lon"].notna()]
        x, y = to_lambert(there["lon"].astype("float64"), there["lat"].astype("float64"))
        if not len(there):
            return {}
        points, outlines = self.gazetteer.outlines.query(shapely.points(x, y), predicate="intersects")
        numbers = there.index.to_numpy()
        return {
            int(numbers[point]): self.gazetteer.outline_nis[outline]
            for point, outline in zip(points[::-1].tolist(), outlines[::-1].tolist(), strict=True)
        }

    def _spot(self, number: int, row: dict[Any, Any], inside: str | None, problems: Problems) -> dict[str, Any] | None:
        address, postcode, locality = row.get("address"), row.get("postcode"), row.get("locality")
        if address and not postcode and (tail := _TAIL.search(address)):
            postcode, locality = tail[1], locality or tail[2].strip()
            address = address[: tail.start()] or None
        if postcode and postcode not in self.gazetteer.postcodes:
            problems.add(number, "postcode", postcode, "is no postcode of Wallonia or Brussels")
            if inside is None:
                problems.add(number, "postcode", postcode, OUTSIDE, fatal=True)
                return None
            postcode = None
        base = {"address": address, "postcode": postcode, "locality": locality}
        if inside is not None:
            return base | self._at_point(row, inside, address, postcode)
        if row.get("lon") is not None:
            point = f"{row['lat']:.5f}, {row['lon']:.5f}"
            if not (postcode or locality):
                problems.add(number, "point", point, OUTSIDE, fatal=True)
                return None
            problems.add(number, "point", point, f"{OUTSIDE}: left out; the address is used")
        is_home = row["kind"] == "childminder"
        found = self._by_address(number, address, postcode, locality, row.get("nis"), problems, is_home=is_home)
        return None if found is None else base | _private(row, found, address)

    def _at_point(self, row: dict[str, Any], inside: str, address: str | None, postcode: str | None) -> dict[str, Any]:
        of_postcode = self.gazetteer.postcodes.get(postcode or "", ())
        spot = {
            "nis": of_postcode[0] if len(of_postcode) == 1 else inside,
            "lon": float(row["lon"]),
            "lat": float(row["lat"]),
            "position_precision": "number" if address and any(c.isdigit() for c in address) else "point",
            "position_source": "the list",
            "position_flag": OTHER_COMMUNE if of_postcode and inside not in of_postcode else None,
            "confidence": POINT_CONFIDENCE,
        }
        return _private(row, spot, address)

    def _by_address(
        self, number: int, address: str | None, postcode: str | None, locality: str | None, nis: str | None,
        problems: Problems, *, is_home: bool,
    ) -> dict[str, Any] | None:  # fmt: skip
        candidates = self._communes(number, postcode, locality, nis, problems)
        if candidates is None:
            return None
        part = _BRACKETS.sub("", locality or "").strip() or None
        found = [(code, self.streets.find(address, nis=code, locality=part)) for code in candidates] if address else []
        hits = [(code, place) for code, place in found if place is not None]
        if len(hits) == 1:
            code, place = hits[0]
            if not is_home and address and (house := self._house(address, postcode, place)) is not None:
                return {"nis": code, **_at_house(house, place)}
            return {
                "nis": code,
                "lon": place.lon,
                "lat": place.lat,
                "position_precision": "street",
                "position_source": f"geocoded: middle of {place.name} in our road network, "
                f"within {place.uncertainty_m:.0f} m",
                "position_flag": LONG_STREET if place.uncertainty_m > LONG_STREET_M / 2 else None,
                "confidence": round(STREET_CONFIDENCE * place.score, 2),
            }
        code_or_none = candidates[0] if len(candidates) == 1 else None
        if address:
            why = "may be in several communes" if len(hits) > 1 else "is not in our road network by that name"
            problems.add(number, "address", address, f"{why}: no point, only the commune is known")
        if code_or_none is None:
            problems.add(number, "locality", locality or postcode or "", f"may be any of {', '.join(candidates[:5])}")
        return {
            "nis": code_or_none,
            "lon": None,
            "lat": None,
            "position_precision": "locality" if code_or_none else "none",
            "position_source": None,
            "position_flag": None,
            "confidence": COMMUNE_CONFIDENCE if code_or_none else 0.0,
        }

    def _house(self, address: str, postcode: str | None, place: Place) -> House | None:
        """Return the house of an address on its street, or the nearest to it, where an address list is there."""
        if not len(self.gazetteer.houses):
            return None
        typed = typed_number(address, name=place.name, postcodes={postcode} if postcode else set())
        if typed is None:
            return None
        return self.gazetteer.houses.find(
            place.nis, place.name, *typed, near=(place.lon, place.lat), within_m=place.uncertainty_m, postcode=postcode
        )

    def _communes(
        self, number: int, postcode: str | None, locality: str | None, nis: str | None, problems: Problems
    ) -> list[str] | None:
        """Return the communes a row may be in; ``None`` with a fatal problem if there is none."""
        by_postcode = set(self.gazetteer.postcodes.get(postcode or "", ()))
        name = fold(_DISTRICT.sub("", _BRACKETS.sub("", locality or "")))
        by_name = set(self._named.get(name, set()))
        if by_postcode and name in _CITY and all(code.startswith("21") for code in by_postcode):
            by_name = set()
        if nis is not None and nis in self.gazetteer.communes and not by_postcode and not by_name:
            return [nis]
        if by_postcode and by_name and not by_postcode & by_name:
            problems.add(number, "locality", locality or "", f"does not go with postcode {postcode}: that is taken")
        found = by_postcode & by_name or by_postcode or by_name
        if nis in found:
            return [str(nis)]
        if found:
            return sorted(found)
        said = locality or postcode or nis
        reason = f"is no place of Wallonia or Brussels: {OUTSIDE}" if said else "nothing says where it is"
        problems.add(number, "locality", str(said or ""), reason, fatal=True)
        return None


def _at_house(house: House, place: Place) -> dict[str, Any]:
    """Return the point of a house number; where it is another than the list's, only the street is sure."""
    sure = NUMBER_CONFIDENCE if house.is_exact else NEAR_NUMBER_CONFIDENCE
    which = f"number {house.number}" + ("" if house.is_exact else ", the nearest to it,")
    return {
        "lon": house.lon,
        "lat": house.lat,
        "position_precision": "number" if house.is_exact else "street",
        "position_source": f"geocoded: {which} of {place.name} in the official addresses, "
        f"within {house.uncertainty_m:.0f} m",
        "position_flag": None,
        "confidence": round(sure * place.score, 2),
    }


def _private(row: dict[str, Any], spot: dict[str, Any], address: str | None) -> dict[str, Any]:
    """Return ``spot`` as it may be kept: of a childminder, who works at home, no house number, telephone or door."""
    if row["kind"] != "childminder":
        return spot
    has_point = spot["lon"] is not None and spot["position_precision"] != "street"
    return spot | {
        "address": street_alone(address),
        "phone": None,
        "lon": None if spot["lon"] is None else float(np.round(spot["lon"], ROUNDING_DIGITS)),
        "lat": None if spot["lat"] is None else float(np.round(spot["lat"], ROUNDING_DIGITS)),
        "position_precision": "street" if has_point else spot["position_precision"],
        "position_flag": join_notes(spot["position_flag"], ROUNDED if has_point else None),
    }
