"""The nearest known services of a place: minutes, kilometres, and what each minute rests on."""

import datetime
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.notes import history_note, service_notes, traffic_note
from finder.answers.supply import supply_on
from finder.geo.geocode import nearest_place, resolve_place
from finder.geo.nearest import nearest_services
from finder.geo.paths_mapped import MODES_CONCERNED
from finder.geo.routing import Route, route, routes_to
from finder.units import Mode

_COORDINATES: Final = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")

LONG_WAY_MIN: Final = 90
UNSURE_OF_A_POINT_M: Final = 100.0
"""Coordinates typed by a person are not surer than this."""

RECORD_COLUMNS: Final = (
    "name", "kind", "minutes", "km", "provenance", "source", "as_of", "status", "address", "postcode", "locality",
    "lon", "lat", "position_precision", "position_flag", "status_flag", "note", "is_on_synthetic", "paths_mapped",
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where a trip starts: WGS84 degrees, a name for it, and how exact it is."""

    lon: float
    lat: float
    label: str
    precision: str = "point"
    uncertainty_m: float = 0.0


@dataclass(frozen=True)
class NearestAnswer:
    """The nearest known services of an origin.

    Attributes
    ----------
    origin, kind, mode, day
        The question.
    found
        Services, nearest first; index ``service_id``; columns of the services and ``rank``, ``minutes``, ``km``,
        ``is_on_synthetic`` (the way uses links that are not mapped roads), ``paths_mapped`` (both ends lie where
        footpaths are mapped; always true by car).
    unlocated
        Services of the kind that could not be measured because their position is not known.
    is_reachable
        Whether the origin is near enough to the network of the mode.
    is_complete
        Whether our list of the kind is complete: else the page must say "nearest known".
    """

    origin: Origin
    kind: str
    mode: Mode
    day: datetime.date
    found: pd.DataFrame
    unlocated: pd.DataFrame
    is_reachable: bool
    is_complete: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the figures, in plain English (the pages say it in the visitor's language)."""
        return _notes(self)

    def as_record(self) -> dict[str, Any]:
        """Return the answer as plain JSON values; unknown is None."""
        rows = self.found[list(RECORD_COLUMNS)].astype(object).where(self.found[list(RECORD_COLUMNS)].notna(), None)
        results = [{"service_id": service_id, **row} for service_id, row in rows.to_dict("index").items()]
        for row in results:
            row["minutes"], row["km"] = round(float(row["minutes"]), 1), round(float(row["km"]), 2)
        return {
            "origin": {
                "label": self.origin.label,
                "lon": self.origin.lon,
                "lat": self.origin.lat,
                "precision": self.origin.precision,
                "uncertainty_m": self.origin.uncertainty_m,
            },
            "kind": self.kind,
            "mode": self.mode,
            "on": self.day.isoformat(),
            "is_complete": self.is_complete,
            "results": results,
            "unlocated_count": len(self.unlocated),
            "notes": list(self.notes),
        }


def locate(atlas: Atlas, text: str) -> Origin:
    """Return the place that ``text`` names: ``"latitude,longitude"`` or anything the gazetteer knows.

    Raises
    ------
    PlaceNotFoundError
        If nothing is found, or the point lies outside Wallonia and Brussels.
    AmbiguousPlaceError
        If several places answer equally well.
    """
    match = _COORDINATES.fullmatch(text)
    if match:
        lat, lon = float(match[1]), float(match[2])
        near = nearest_place(atlas.gazetteer, lon, lat)
        return Origin(lon, lat, f"near {near.label}", uncertainty_m=UNSURE_OF_A_POINT_M)
    place = resolve_place(atlas.gazetteer, text)
    return Origin(place.lon, place.lat, place.label, place.precision, place.uncertainty_m)


def nearest_answer(
    atlas: Atlas, origin: Origin, *, kind: str, mode: Mode, day: datetime.date, count: int = 5
) -> NearestAnswer:
    """Return the ``count`` nearest known services of ``kind``, open on ``day``, from ``origin`` by ``mode``.

    Raises
    ------
    UnknownKindError
        If the kind is unknown.
    """
    supply = supply_on(atlas, kind, day)
    roads = atlas.roads(mode)
    start = roads.snap(origin.lon, origin.lat)
    ends = roads.snap(supply.located["lon"], supply.located["lat"])
    minutes, rows = nearest_services(roads.graph, start, ends, k=count)
    reached = rows[0] >= 0
    chosen = rows[0][reached]
    ways = routes_to(roads.network, roads.graph, start, ends.take(chosen))
    found = supply.located.iloc[chosen]
    start_has_paths = atlas.paths_mapped(origin.lon, origin.lat)
    found = found.assign(
        rank=np.arange(1, len(chosen) + 1),
        minutes=minutes[0][reached],
        km=[way.km if way else np.inf for way in ways],
        is_on_synthetic=[way is not None and way.is_on_synthetic for way in ways],
        paths_mapped=(mode not in MODES_CONCERNED) | (atlas.paths_mapped(found["lon"], found["lat"]) & start_has_paths),
    )
    return NearestAnswer(
        origin=origin,
        kind=kind,
        mode=mode,
        day=day,
        found=found,
        unlocated=supply.unlocated,
        is_reachable=bool(start.is_snapped[0]),
        is_complete=atlas.is_complete(kind),
    )


def trip(atlas: Atlas, origin: Origin, service: "pd.Series[Any]", *, mode: Mode) -> Route | None:
    """Return the fastest way from ``origin`` to one service, for drawing; None where there is none."""
    roads = atlas.roads(mode)
    return route(
        roads.network,
        roads.graph,
        roads.snap(origin.lon, origin.lat),
        roads.snap(service["lon"], service["lat"]),
    )


def _notes(answer: "NearestAnswer") -> tuple[str, ...]:
    notes = []
    if not answer.is_reachable:
        notes.append(f"This place is too far from any road open to mode {answer.mode}: no minutes can be computed.")
    notes += traffic_note(answer.mode)
    if not answer.found["paths_mapped"].all():
        notes.append("Footpaths are mapped in Brussels only: paths not mapped elsewhere, real ways may be shorter.")
    if answer.found["is_on_synthetic"].any():
        notes.append("A way marked is_on_synthetic uses links that are not mapped roads.")
    notes += service_notes(answer.found, answer.day)
    notes += history_note(answer.kind, answer.found, answer.day)
    if answer.mode != "car" and (answer.found["minutes"] > LONG_WAY_MIN).any():
        notes.append(f"Some of these are more than {LONG_WAY_MIN} min away: another mode may serve better.")
    if not answer.is_complete:
        notes.append("The list of this kind is not complete: these are the nearest known.")
    return tuple(notes)
