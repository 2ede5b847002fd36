"""The nearest known services of every kind a family looks for, by one search from where it lives."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.agenda import BRUSSELS, SchoolCalendar, next_dates
from finder.answers.atlas import Atlas
from finder.answers.nearest import Origin
from finder.answers.search_filters import sessions_of
from finder.answers.supply import supply_of_kinds
from finder.geo.nearest import nearest_services
from finder.geo.paths_mapped import MODES_CONCERNED
from finder.geo.trips import trips_from
from finder.units import Mode

METHOD_VERSION: Final = "shortlist 1"
BORDER_LOOK_MIN: Final = 60.0
"""Farther than this from the outer limit of the area, the border is not spoken of."""


@dataclass(frozen=True)
class KindGroup:
    """Services of one kind, nearest first.

    Attributes
    ----------
    kind
        The kind.
    found
        Index ``service_id``; columns of the services and ``rank``, ``minutes``, ``km``, ``is_on_synthetic``,
        ``paths_mapped``, ``why_key`` (``"nearest"``, or ``"nearest_known"`` where our list is not complete),
        ``next_day`` (ISO date of the next session, None where it is not known), ``next_is_holiday``.
    unlocated
        Services of the kind whose position is not known well enough to travel to.
    reached_count
        Services that can be reached at all.
    is_complete
        Whether our list of the kind is complete.
    border_is_nearer
        Whether the outer limit of the area is no farther than the last service shown: unknown ones may be nearer.
    """

    kind: str
    found: pd.DataFrame
    unlocated: pd.DataFrame
    reached_count: int
    is_complete: bool
    border_is_nearer: bool


@dataclass(frozen=True)
class BorderNote:
    """What is known across the outer limit of Wallonia and Brussels, for an origin near it.

    Attributes
    ----------
    minutes
        To the nearest crossing of the limit; inf beyond :data:`BORDER_LOOK_MIN`.
    known_kinds
        Kinds asked for of which Flemish services are in our list.
    unknown_kinds
        Kinds asked for of which nothing is known on the other side, be it Flanders or another country.
    """

    minutes: float
    known_kinds: tuple[str, ...]
    unknown_kinds: tuple[str, ...]

    @property
    def is_near(self) -> bool:
        """Whether the border is near enough to be spoken of."""
        return bool(np.isfinite(self.minutes))


@dataclass(frozen=True)
class Shortlist:
    """Groups of an origin, in the order of the kinds asked."""

    origin: Origin
    mode: Mode
    day: datetime.date
    groups: Mapping[str, KindGroup]
    is_reachable: bool
    border: BorderNote


def nearest_by_kind(
    atlas: Atlas,
    origin: Origin,
    *,
    kinds: Sequence[str],
    mode: Mode,
    day: datetime.date,
    count: int = 10,
    school: SchoolCalendar | None = None,
    planned: pd.DataFrame | None = None,
) -> Shortlist:
    """Return the ``count`` nearest known services of each kind, open on ``day``, by one search for all of them.

    ``planned`` adds published mobile consultations, see :func:`finder.answers.supply.supply_of_kinds`.

    Raises
    ------
    UnknownKindError
        If a kind is unknown.
    """
    supply = supply_of_kinds(atlas, kinds, day, planned=planned)
    roads = atlas.roads(mode)
    start = roads.snap(origin.lon, origin.lat)
    border = border_note(atlas, origin, kinds=kinds, mode=mode)
    ends = roads.snap(supply.located["lon"], supply.located["lat"])
    trips = trips_from(roads.network, roads.graph, start, ends)
    by_minutes = np.argsort(trips.minutes, kind="stable")
    by_minutes = by_minutes[np.isfinite(trips.minutes[by_minutes])]
    kind_of = supply.located["kind"].to_numpy(dtype=object)[by_minutes]
    reached = {kind: by_minutes[kind_of == kind] for kind in kinds}
    first = {kind: rows[:count] for kind, rows in reached.items()}
    rows = np.concatenate([*first.values(), np.empty(0, dtype=np.int64)]).astype(np.int64)
    found = supply.located.iloc[rows].assign(
        rank=np.concatenate([np.arange(1, len(each) + 1) for each in first.values()]) if first else [],
        minutes=trips.minutes[rows],
        km=trips.km[rows],
        is_on_synthetic=trips.is_on_synthetic[rows],
    )
    told = _told(atlas, origin, found, mode=mode, day=day, school=school)
    groups: dict[str, KindGroup] = {}
    at = 0
    for kind, chosen in first.items():
        last_min = float(trips.minutes[chosen[-1]]) if len(chosen) == count else np.inf
        groups[kind] = KindGroup(
            kind,
            told.iloc[at : at + len(chosen)],
            supply.unlocated[supply.unlocated["kind"] == kind],
            len(reached[kind]),
            atlas.is_complete(kind),
            border.is_near and border.minutes <= last_min,
        )
        at += len(chosen)
    return Shortlist(origin, mode, day, groups, bool(start.is_snapped[0]), border)


def border_note(atlas: Atlas, origin: Origin, *, kinds: Sequence[str], mode: Mode) -> BorderNote:
    """Return how far the outer limit of the area is, and of which kinds something is known beyond it."""
    roads = atlas.roads(mode)
    start = roads.snap(origin.lon, origin.lat)
    minutes, _ = nearest_services(roads.graph, start, roads.border, k=1, cutoff_min=BORDER_LOOK_MIN)
    flemish = set(atlas.completeness.loc[atlas.completeness["area"] == "Flanders", "kind"])
    return BorderNote(
        float(minutes[0, 0]),
        tuple(kind for kind in kinds if kind in flemish),
        tuple(kind for kind in kinds if kind not in flemish),
    )


def _told(
    atlas: Atlas,
    origin: Origin,
    found: pd.DataFrame,
    *,
    mode: Mode,
    day: datetime.date,
    school: SchoolCalendar | None,
) -> pd.DataFrame:
    """Return the rows with why they are here, and their next session."""
    if mode in MODES_CONCERNED:
        mapped = atlas.paths_mapped(found["lon"], found["lat"]) & atlas.paths_mapped(origin.lon, origin.lat)
    else:
        mapped = np.ones(len(found), dtype=bool)
    coming = [_next_day(text, day, school) for text in found["sessions"]]
    complete = [kind for kind in found["kind"].unique() if atlas.is_complete(kind)]
    return found.assign(
        paths_mapped=mapped,
        why_key=np.where(found["kind"].isin(complete), "nearest", "nearest_known"),
        next_day=pd.Series([date for date, _ in coming], index=found.index, dtype="object"),
        next_is_holiday=[is_holiday for _, is_holiday in coming],
    )


def _next_day(text: object, day: datetime.date, school: SchoolCalendar | None) -> tuple[str | None, bool]:
    sessions = (sessions_of(text) if isinstance(text, str) else None) or ()
    midnight = datetime.datetime.combine(day, datetime.time(), tzinfo=BRUSSELS)
    dates = [next_dates(session, after=midnight, count=1, school=school).occurrences for session in sessions]
    first = min((each[0] for each in dates if each), key=lambda each: each.day, default=None)
    return (None, False) if first is None else (first.day.isoformat(), first.holiday is not None)
