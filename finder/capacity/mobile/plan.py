"""A plan of mobile consultations: stops with their days and hours, and the rounds that serve them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from finder.capacity.mobile.duty import Depot, Duty
from finder.capacity.mobile.frequency import Calendar

PLAN_VERSION: Final = 1
NO_ROOM: Final = "no_room"
"""No day of any unit of its depot has room for it."""
NO_ROAD: Final = "no_road"
"""No road leads from its depot to it and back."""
TOO_FAR: Final = "too_far"
"""Even alone on a day it does not fit into the shift."""
REASONS: Final = (NO_ROOM, NO_ROAD, TOO_FAR)


@dataclass(frozen=True)
class PlannedStop:
    """A stop with its recurring sessions.

    Attributes
    ----------
    stop_id
        Unique; the id of a locality.
    name, nis
        Of the locality and its commune.
    lon, lat
        WGS84 degrees of the locality, not of a parking place: where the unit can stand is not known.
    depot_id, unit
        Who serves it: the depot and the number of its unit, from 1.
    weekday
        Monday = 0.
    weeks
        Weeks of the cycle, ascending; see :mod:`finder.capacity.mobile.frequency`.
    starts_min
        When the session begins in each of these weeks, minutes after midnight; mostly all the same.
    children
        Children in gaps followed here (expected over the draws).
    need_share
        Share of the draws of the modelled network in which the stop is needed; None where nothing is modelled.
    """

    stop_id: str
    name: str
    nis: str
    lon: float
    lat: float
    depot_id: str
    unit: int
    weekday: int
    weeks: tuple[int, ...]
    starts_min: tuple[int, ...]
    children: float
    need_share: float | None = None


@dataclass(frozen=True)
class Round:
    """One day of one unit.

    Attributes
    ----------
    depot_id, unit
        Which unit.
    week, weekday
        Which day of the cycle.
    stop_ids
        In the order of the day, at least one.
    drive_min
        Whole minutes, rounded up: to the first stop, between stops, back to the depot; one more than stops.
    starts_min
        When each session begins, minutes after midnight.
    end_min
        When the unit is back, minutes after midnight.
    km
        Driven; None if not measured.
    """

    depot_id: str
    unit: int
    week: int
    weekday: int
    stop_ids: tuple[str, ...]
    drive_min: tuple[int, ...]
    starts_min: tuple[int, ...]
    end_min: int
    km: float | None = None


@dataclass(frozen=True)
class Unplaced:
    """A chosen stop that no round serves, and why: one of :data:`REASONS`."""

    stop_id: str
    name: str
    nis: str
    sessions: int
    children: float
    reason: str


@dataclass(frozen=True)
class Plan:
    """A whole plan.

    Attributes
    ----------
    calendar, duty, depots
        What it keeps to.
    stops
        Served stops.
    rounds
        Sorted by depot, unit, week, weekday; a day without stops has none.
    unplaced
        Chosen stops that no round serves.
    question
        What was asked, as plain JSON values; not read by the checker.
    figures
        What the plan tells of itself: counts, bounds and gaps by name; the checker adds up those it knows again.
    """

    calendar: Calendar
    duty: Duty
    depots: tuple[Depot, ...]
    stops: tuple[PlannedStop, ...]
    rounds: tuple[Round, ...]
    unplaced: tuple[Unplaced, ...] = ()
    question: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
