"""Minutes from every demand point to every possible site of the modelled network, and to the border."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from finder.answers.atlas import Atlas
from finder.geo.backwards import travel_times_to
from finder.geo.nearest import nearest_services
from finder.geo.network import Float64
from finder.geo.travel_time import TravelTimes
from finder.units import Mode

POINTS_YEAR: Final = 2020
"""Demand points of all years are at the same places."""

LONGEST_MIN: Final[Mapping[Mode, float]] = {"walk": 90.0, "pram": 90.0, "bike": 60.0, "car": 30.0}
"""Longer trips are only known to be longer. Hardly anybody has a site of the network farther than that by car."""


def site_times(atlas: Atlas, mode: Mode) -> TravelTimes:
    """Return the minutes from all demand points (rows) to all sites of ``atlas.modelled`` (columns), kept by the atlas.

    Trips up to :data:`LONGEST_MIN`.
    """

    def measure() -> TravelTimes:
        roads = atlas.roads(mode)
        sites = atlas.modelled.sites
        return travel_times_to(
            roads.graph,
            atlas.demand_snaps(mode, POINTS_YEAR),
            roads.snap(sites["lon"], sites["lat"]),
            atlas.demand(POINTS_YEAR).index,
            sites.index,
            cutoff_min=LONGEST_MIN[mode],
        )

    return atlas.keep(("site_times", mode), measure)


def border_minutes(atlas: Atlas, mode: Mode) -> Float64:
    """Return the minutes from every demand point to the outer limit of the area, inf beyond :data:`LONGEST_MIN`.

    What lies behind it is not known: neither services nor the children who compete for ours.
    """

    def measure() -> Float64:
        roads = atlas.roads(mode)
        demand = atlas.demand_snaps(mode, POINTS_YEAR)
        minutes, _ = nearest_services(roads.graph, demand, roads.border, k=1, cutoff_min=LONGEST_MIN[mode])
        return minutes[:, 0].astype(np.float64)

    return atlas.keep(("border_minutes", mode), measure)
