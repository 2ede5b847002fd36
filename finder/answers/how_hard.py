"""How hard it is to find day care around a place: places within reach per 100 children, or why we cannot say."""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from finder.answers.atlas import Atlas
from finder.answers.children import TODAY_YEAR, children_at_points
from finder.answers.nearest import Origin
from finder.answers.site_times import LONGEST_MIN, POINTS_YEAR
from finder.answers.supply import supply_of_kinds
from finder.capacity.impedance import Gaussian
from finder.errors import ThresholdError
from finder.geo.backwards import travel_times_to
from finder.geo.geocode import nearest_place
from finder.geo.nearest import nearest_services
from finder.geo.travel_time import travel_times
from finder.sources import store
from finder.units import Mode

METHOD_VERSION: Final = "how hard here 1"
DAY_CARE: Final = ("creche", "childminder")

Reason = Literal["unreachable", "list", "capacity", "border", "outside_one"]


@dataclass(frozen=True)
class HowHard:
    """Places within reach of a place per 100 children who compete for them, or why they are not known.

    Attributes
    ----------
    origin, mode, limit_min
        The question.
    places_per_100
        None where any of ``reasons`` holds. Never from modelled places.
    reasons
        ``"unreachable"``: no road near; ``"outside_one"``: a commune that ONE does not serve is within reach;
        ``"list"``: our list of day care is a sample in ``communes_without_list``; ``"capacity"``: the size of some
        known places is not known; ``"border"``: what lies beyond the limit of the area is within reach.
    known_count
        Known creches and childminders within reach.
    with_capacity_count
        Those of them whose number of places is known.
    known_places
        Sum of these places.
    children
        Children aged 0 to 2.5 within reach (1 January 2026, estimated).
    communes_without_list
        NIS codes within reach without a complete list.
    """

    origin: Origin
    mode: Mode
    limit_min: float
    places_per_100: float | None
    reasons: tuple[Reason, ...]
    known_count: int
    with_capacity_count: int
    known_places: int
    children: float
    communes_without_list: tuple[str, ...]


def how_hard(atlas: Atlas, origin: Origin, *, mode: Mode, limit_min: float, day: datetime.date) -> HowHard:
    """Return the places that one child living here could hope for, per 100 (E2SFCA, Gaussian), where they are known.

    R_j = S_j / sum_i W_ij P_i over all demand points i; the answer is 100 sum_j W_oj R_j at the origin o, with the
    weights of :func:`finder.answers.places_reach.measure_places` (Luo & Qi 2009). See ``docs/on_my_way.md``.

    Raises
    ------
    ThresholdError
        If the limit is not above 0 or beyond :data:`finder.answers.site_times.LONGEST_MIN`.
    """
    if not 0 < limit_min <= LONGEST_MIN[mode]:
        raise ThresholdError(
            f"A limit above 0 and up to {LONGEST_MIN[mode]:g} min by {mode} is needed, not {limit_min}."
        )
    roads = atlas.roads(mode)
    start = roads.snap(origin.lon, origin.lat)
    supply = supply_of_kinds(atlas, DAY_CARE, day)
    located = supply.located
    sites = roads.snap(located["lon"], located["lat"])
    points = atlas.demand_snaps(mode, POINTS_YEAR)
    children = children_at_points(atlas, TODAY_YEAR, "children_0_2_5")
    near, _ = travel_times(roads.graph, start, points, [0], children.index, cutoff_min=limit_min).row(0)
    rows, minutes = travel_times(roads.graph, start, sites, [0], located.index, cutoff_min=limit_min).row(0)
    known = located.iloc[rows]
    nis = atlas.demand(POINTS_YEAR)["nis"].iloc[near]
    communes = sorted({*nis, nearest_place(atlas.gazetteer, origin.lon, origin.lat).nis})
    unlisted = _without_list(atlas, communes)
    border, _ = nearest_services(roads.graph, start, roads.border, k=1, cutoff_min=limit_min)
    competing = travel_times_to(
        roads.graph, points, sites.take(rows), children.index, known.index, cutoff_min=limit_min
    ).transpose()
    # Children from beyond the limit of the area compete for the places of a site that they can reach.
    from_border, _ = nearest_services(
        roads.graph, sites.take(rows), roads.border, k=1, cutoff_min=limit_min, toward="point"
    )
    has_unplaced = bool(supply.unlocated["nis"].isin(communes).any())
    is_border = bool(np.isfinite(border[0, 0])) or bool(np.isfinite(from_border).any())
    holds: dict[Reason, bool] = {
        "unreachable": not start.is_snapped[0],
        "outside_one": bool(atlas.communes.loc[communes, "is_german_community"].any()),
        "list": bool(unlisted) or has_unplaced,
        "capacity": bool(known["capacity_places"].isna().any()),
        "border": is_border,
    }
    reasons = tuple(reason for reason, is_so in holds.items() if is_so)
    value = None
    if not reasons:
        impedance = Gaussian.falling_to(limit_min=limit_min)
        demand = np.array([impedance(m) @ children.to_numpy()[i] for i, m in map(competing.row, range(len(known)))])
        has_demand = demand > 0
        places = known["capacity_places"].to_numpy(dtype=float)[has_demand]
        value = float(100 * (impedance(minutes)[has_demand] * places / demand[has_demand]).sum())
    return HowHard(
        origin=origin,
        mode=mode,
        limit_min=limit_min,
        places_per_100=value,
        reasons=reasons,
        known_count=len(known),
        with_capacity_count=int(known["capacity_places"].notna().sum()),
        known_places=int(known["capacity_places"].sum()),
        children=float(children.iloc[near].sum()),
        communes_without_list=tuple(unlisted),
    )


def _without_list(atlas: Atlas, communes: list[str]) -> list[str]:
    """Return the communes where the list of a kind of day care is neither complete nor an official one."""
    official = store.load_official_lists(atlas.data_dir)
    listed = [set(communes if atlas.is_complete(k) else official.loc[official["kind"] == k, "nis"]) for k in DAY_CARE]
    return [nis for nis in communes if not all(nis in each for each in listed)]
