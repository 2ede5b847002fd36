"""Minutes from every demand point to every possible site of the modelled network."""

from collections.abc import Callable

from finder.answers.atlas import Atlas
from finder.geo.backwards import travel_times_to
from finder.geo.travel_time import TravelTimes
from finder.units import Mode

POINTS_YEAR = 2020
"""Demand points of all years are at the same places."""


def site_times(
    atlas: Atlas, mode: Mode, *, cutoff_min: float, progress: Callable[[int, int], None] | None = None
) -> TravelTimes:
    """Return the minutes from all demand points (rows) to all sites of ``atlas.modelled`` (columns).

    Parameters
    ----------
    atlas
        The data.
    mode
        Travel mode.
    cutoff_min
        Inclusive limit in minutes.
    progress
        Called with (sites done, sites in all).
    """
    roads = atlas.roads(mode)
    sites = atlas.modelled.sites
    return travel_times_to(
        roads.graph,
        atlas.demand_snaps(mode, POINTS_YEAR),
        roads.snap(sites["lon"], sites["lat"]),
        atlas.demand(POINTS_YEAR).index,
        sites.index,
        cutoff_min=cutoff_min,
        progress=progress,
    )
