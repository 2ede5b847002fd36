"""Services on the way: how many minutes a stop adds between home and work, in the morning and in the evening."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.nearest import Origin
from finder.answers.supply import supply_on
from finder.geo.backwards import travel_times_to
from finder.geo.network import Float64
from finder.geo.travel_time import travel_times
from finder.units import Mode

METHOD_VERSION: Final = "on my way 1"

Direction = Literal["there", "back", "both"]
LONGEST_MIN: Final = 600.0


@dataclass(frozen=True)
class OnMyWay:
    """Services by the minutes they add to a way.

    Attributes
    ----------
    home, work, mode, day, direction
        The question.
    direct_there_min, direct_back_min
        Home to work and work to home without a stop; inf where there is no way.
    found
        Index ``service_id``; columns of the services and ``rank``, ``home_min`` (home to service),
        ``detour_there_min``, ``detour_back_min``, ``detour_min`` (what the rows are ranked by: one of them, or their
        sum). Equal detours: nearer home first.
    unlocated
        Services whose position is not known well enough to travel to.
    is_complete
        Whether our list of the kind is complete: else these are the best *known*.
    """

    home: Origin
    work: Origin
    mode: Mode
    day: datetime.date
    direction: Direction
    direct_there_min: float
    direct_back_min: float
    found: pd.DataFrame
    unlocated: pd.DataFrame
    is_complete: bool


def services_on_my_way(
    atlas: Atlas,
    home: Origin,
    work: Origin,
    *,
    kind: str,
    mode: Mode,
    day: datetime.date,
    direction: Direction = "both",
    count: int = 10,
) -> OnMyWay:
    """Return the ``count`` known services of ``kind`` that add the fewest minutes.

    Detour there = (home to service) + (service to work) - (home to work); back likewise from work to home. One search
    from each end and one backwards to each: the minutes are those of the same trips asked one by one.

    Raises
    ------
    UnknownKindError
        If the kind is unknown.
    """
    supply = supply_on(atlas, kind, day)
    roads = atlas.roads(mode)
    located = supply.located
    stops = roads.snap(np.append(located["lon"], [home.lon, work.lon]), np.append(located["lat"], [home.lat, work.lat]))
    n_stops = len(located) + 2
    ends = stops.take([n_stops - 2, n_stops - 1])
    ids, end_ids = np.arange(n_stops), np.arange(2)
    away = travel_times(roads.graph, ends, stops, end_ids, ids, cutoff_min=LONGEST_MIN)
    toward = travel_times_to(roads.graph, stops, ends, ids, end_ids, cutoff_min=LONGEST_MIN).transpose()
    from_home, from_work = (_row(away.row(end), n_stops) for end in (0, 1))
    to_home, to_work = (_row(toward.row(end), n_stops) for end in (0, 1))
    direct_there, direct_back = from_home[-1], from_work[-2]
    there = _detours(from_home[:-2], to_work[:-2], direct_there)
    back = _detours(from_work[:-2], to_home[:-2], direct_back)
    measured = located.assign(
        home_min=from_home[:-2],
        detour_there_min=there,
        detour_back_min=back,
        detour_min={"there": there, "back": back, "both": there + back}[direction],
    )
    reached = measured[np.isfinite(measured["detour_min"])]
    found = reached.sort_values(["detour_min", "home_min"], kind="stable").head(count)
    return OnMyWay(
        home,
        work,
        mode,
        day,
        direction,
        float(direct_there),
        float(direct_back),
        found.assign(rank=np.arange(1, len(found) + 1)),
        supply.unlocated,
        atlas.is_complete(kind),
    )


def _row(row: tuple[np.ndarray, np.ndarray], size: int) -> Float64:
    minutes = np.full(size, np.inf)
    minutes[row[0]] = row[1]
    return minutes


def _detours(first: Float64, second: Float64, direct: float) -> Float64:
    """Return the added minutes; inf where a leg or the way itself does not exist."""
    if not np.isfinite(direct):
        return np.full(len(first), np.inf)
    # Minutes are single precision: a stop right on the way may come out a millisecond below 0.
    detour: Float64 = np.maximum(first + second - direct, 0.0)
    return detour
