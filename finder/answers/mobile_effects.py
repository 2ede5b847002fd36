"""What a plan changes: who is followed and who is not and why, commune by commune, and the gaps before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.answers.children import by_commune, children_at_points
from finder.answers.consultation_reach import per_commune
from finder.answers.gaps import MOST, nearest_locality
from finder.answers.mobile_demand import MobileDemand, beyond_limit, measured_gap, nearest_planned
from finder.answers.mobile_question import MobileQuestion
from finder.answers.mobile_rounds import Followed
from finder.answers.site_times import LONGEST_MIN, POINTS_YEAR
from finder.answers.siting import communes_of
from finder.capacity.consultations_model import MOBILE_UNITS
from finder.capacity.definitions import BEYOND_SHARE
from finder.capacity.gap_areas import gap_areas
from finder.capacity.mobile.frequency import CYCLES_PER_YEAR
from finder.capacity.mobile.plan import Plan
from finder.geo.network import Bool, Int64
from finder.sources import store
from finder.units import Mode

FAR_OF_ALL: Final = "out_of_reach"
"""No locality a unit may stop at is within the catchment."""
DEPOT_FAR: Final = "depot_far"
"""A unit could stop near them, but farther from every depot than the question allows."""
NOT_CHOSEN: Final = "not_chosen"
"""A stop could reach them, but none is planned: too few children, or unit time serves more elsewhere."""
NOT_PLACED: Final = "not_placed"
"""A stop was chosen for them, but no round had room for it."""
FULL: Final = "full"
"""A planned stop is in reach, but its sessions are full."""
WHY_NOT: Final = (FAR_OF_ALL, DEPOT_FAR, NOT_CHOSEN, NOT_PLACED, FULL)

OTHER_LIMITS: Final[tuple[tuple[Mode, float], ...]] = (("walk", 20.0), ("car", 15.0))
"""Limits of the definitions of underserved that the pages agree on, told beside the question's own."""


def unserved(
    demand: MobileDemand, question: MobileQuestion, has_road: Bool, is_near: Bool, chosen: Int64, followed: Followed
) -> pd.DataFrame:
    """Return who would come but is not followed, and why.

    Parameters
    ----------
    demand, question
        What was asked.
    has_road
        Shape (n_stops,): candidates that some depot can drive to and back.
    is_near
        Shape (n_stops,): those near enough to some depot.
    chosen
        Rows of the chosen candidates, with or without a round.
    followed
        Whom the planned stops follow.

    Returns
    -------
    DataFrame
        Index ``point_id`` (points with somebody left), columns ``nis``, ``children`` and ``reason`` of
        :data:`WHY_NOT`.
    """
    n = len(demand.points)
    is_allowed = has_road & ~demand.stops["nis"].isin(question.excluded_nis).to_numpy(dtype=bool)
    reason = np.full(n, FAR_OF_ALL, dtype=object)
    for stops, name in (
        (np.flatnonzero(is_allowed), DEPOT_FAR),
        (np.flatnonzero(is_allowed & is_near), NOT_CHOSEN),
        (np.asarray(chosen, dtype=np.int64), NOT_PLACED),
        (followed.stops, FULL),
    ):
        for stop in stops.tolist():
            reason[demand.row(stop)] = name
    left = demand.points["coming"].to_numpy(dtype=np.float64) - followed.at_point
    table = pd.DataFrame({"nis": demand.points["nis"], "children": left, "reason": reason}, index=demand.points.index)
    return table[table["children"] > 1e-6]


def commune_table(
    atlas: Atlas, question: MobileQuestion, demand: MobileDemand, plan: Plan, followed: Followed, missed: pd.DataFrame
) -> pd.DataFrame:
    """Return what the plan does for every commune with children in gaps, or with a stop.

    Returns
    -------
    DataFrame
        Index ``nis``: ``name``, ``province``, ``children`` (aged 0 to 5, all), ``gap_children`` (expected),
        ``coming``, ``followed``, one column per reason of :data:`WHY_NOT`, ``stops``, ``sessions_per_month``, and
        ``beyond_before_share``, ``beyond_after_share`` (of all children, expected; on the days of a session only).
    """
    reach = measured_gap(atlas, question.mode)
    children = children_at_points(atlas, question.year, "children_0_5")
    people = by_commune(children, atlas)
    points = demand.points.assign(followed=followed.at_point)
    sums = points.groupby("nis")[["gap_children", "coming", "followed"]].sum()
    why = missed.pivot_table(index="nis", columns="reason", values="children", aggfunc="sum", observed=False)
    cycles = CYCLES_PER_YEAR[plan.calendar] / 12
    stops = pd.DataFrame(
        {"nis": [stop.nis for stop in plan.stops], "sessions": [len(stop.weeks) * cycles for stop in plan.stops]}
    ).astype({"nis": "object", "sessions": "float64"})
    per_stop = stops.groupby("nis")["sessions"]
    table = pd.DataFrame(index=atlas.communes.index)
    table["name"], table["province"] = atlas.communes["name_fr"], atlas.communes["province"]
    table["children"] = people
    table = table.join(sums).join(why.reindex(columns=list(WHY_NOT)))
    table["stops"], table["sessions_per_month"] = per_stop.size(), per_stop.sum()
    table = table.fillna({name: 0.0 for name in table.columns if name not in ("name", "province")})
    before = beyond_limit(reach, question.limit_min)
    after = before & ~_within(atlas, plan, question.mode, question.limit_min)[:, None]
    for name, beyond in (("beyond_before_share", before), ("beyond_after_share", after)):
        amounts = (beyond.mean(axis=1) * children.to_numpy())[:, None]
        table[name] = per_commune(atlas, amounts, people).iloc[:, 0]
    return table[(table["gap_children"] > 0) | (table["stops"] > 0)].astype({"stops": "int64"})


def _within(atlas: Atlas, plan: Plan, mode: Mode, limit_min: float) -> "np.ndarray":
    ids = pd.Index([stop.stop_id for stop in plan.stops])
    minutes = nearest_planned(atlas, mode, limit_min, ids)
    return np.asarray(minutes <= np.float32(limit_min))


def before_and_after(atlas: Atlas, question: MobileQuestion, plan: Plan) -> pd.DataFrame:
    """Return how far children are from a consultation without and with the stops of a plan, by several limits.

    With them holds on the days of a session only: a stop counts as a consultation however rare its sessions are. What
    is counted is the question's area without the German-speaking communes.

    Returns
    -------
    DataFrame
        One row per limit, the question's own first: ``mode``, ``limit_min``, ``children_before``, ``children_after``
        (expected over the draws), ``communes_before``, ``communes_after`` (where at least half of the children are
        expected to be beyond), ``areas_before``, ``areas_after``, ``areas_closed`` (gap areas none of whose points is
        left; points count that are gaps in at least half of the draws).
    """
    own = (question.mode, float(question.limit_min))
    rows = [_before_and_after(atlas, question, plan, *limit) for limit in dict.fromkeys((own, *OTHER_LIMITS))]
    return pd.DataFrame(rows)


def _before_and_after(
    atlas: Atlas, question: MobileQuestion, plan: Plan, mode: Mode, limit_min: float
) -> dict[str, object]:
    reach = measured_gap(atlas, mode)
    is_inside = atlas.demand(POINTS_YEAR)["nis"].isin(communes_of(atlas, question.area))
    children = children_at_points(atlas, question.year, "children_0_5").where(is_inside, 0.0)
    people = by_commune(children, atlas)
    before = beyond_limit(reach, limit_min).mean(axis=1)
    after = np.where(_within(atlas, plan, mode, limit_min), 0.0, before)
    row: dict[str, object] = {"mode": mode, "limit_min": limit_min}
    for name, share in (("before", before), ("after", after)):
        row[f"children_{name}"] = float(children.to_numpy() @ share)
        of_commune = per_commune(atlas, (share * children.to_numpy())[:, None], people).iloc[:, 0]
        row[f"communes_{name}"] = int((of_commune >= BEYOND_SHARE).sum())
    areas = _areas(atlas, question, mode, children, before)
    is_left = pd.Series((after >= MOST) & (children.to_numpy() > 0), index=children.index)
    closed = sum(not is_left[list(ids)].any() for ids in areas["point_ids"])
    left = _areas(atlas, question, mode, children, after)
    return row | {"areas_before": len(areas), "areas_after": len(left), "areas_closed": closed}


def _areas(
    atlas: Atlas, question: MobileQuestion, mode: Mode, children: "pd.Series[float]", share: "np.ndarray"
) -> pd.DataFrame:
    points = atlas.demand(POINTS_YEAR)[["nis", "lon", "lat", "population"]].assign(
        children_0_5=children, children_0_2_5=children_at_points(atlas, question.year, "children_0_2_5")
    )
    is_gap = pd.Series((share >= MOST) & (children.to_numpy() > 0), index=points.index)
    far = pd.Series(LONGEST_MIN[mode], index=points.index)
    return gap_areas(points, is_gap, nearest_locality(atlas), minutes=far)


@dataclass(frozen=True)
class BesideToday:
    """One published fact of today's mobile units, and what the plan has.

    Attributes
    ----------
    key
        ``stops_per_month``, ``communes``, ``children`` or ``units_<province>``.
    published, year, source
        The fact; year None where none is printed.
    planned
        Of the plan.
    is_comparable
        Whether the two count the same thing.
    """

    key: str
    published: float
    year: int | None
    source: str
    planned: float
    is_comparable: bool


def beside_today(
    atlas: Atlas, plan: Plan, figures: Mapping[str, float], by_commune_table: pd.DataFrame, *, area: str | None = None
) -> tuple[BesideToday, ...]:
    """Return what is published of today's six units beside the plan; of an area only its units are published.

    Children are not comparable: the published ones were seen at least once in 2015, ours are followed all year. Nor are
    communes: the published ones are served, whether or not the stop stands in them.
    """
    facts = store.load_one_network_facts(atlas.data_dir).set_index("fact")
    served = int((by_commune_table["followed"] >= 1).sum()) if len(by_commune_table) else 0
    asked = {
        "stops_per_month": ("cars: stops a month", figures["sessions_per_month"], True),
        "communes": ("cars: communes served", float(served), False),
        "children": ("cars: children seen", figures["children_followed"], False),
    }
    source = str(facts.loc["cars sanitaires", "source"])
    rows = []
    for key, (fact, planned, is_comparable) in asked.items() if area is None else ():
        year = facts.loc[fact, "year"]
        known = int(str(year)[:4]) if isinstance(year, str) else None
        rows.append(BesideToday(key, float(str(facts.loc[fact, "value"])), known, source, planned, is_comparable))
    inside = set(atlas.communes.loc[communes_of(atlas, area), "province"])
    of_depot: dict[str, int] = {}
    province_of = _provinces_of_depots(atlas, plan)
    for depot in plan.depots:
        name = province_of[depot.depot_id]
        of_depot[name] = of_depot.get(name, 0) + depot.units
    for name in sorted({*(inside & set(MOBILE_UNITS)), *of_depot}):
        published, planned = float(MOBILE_UNITS.get(name, 0)), float(of_depot.get(name, 0))
        rows.append(BesideToday(f"units_{name}", published, None, source, planned, True))
    return tuple(rows)


def _provinces_of_depots(atlas: Atlas, plan: Plan) -> dict[str, str]:
    from shapely import STRtree, points

    from finder.geo.projection import to_lambert

    communes = atlas.communes
    tree = STRtree(communes.geometry.to_numpy())
    x, y = to_lambert([depot.lon for depot in plan.depots], [depot.lat for depot in plan.depots])
    nearest = tree.nearest(points(x, y))
    return {
        depot.depot_id: str(communes["province"].iloc[int(row)])
        for depot, row in zip(plan.depots, np.atleast_1d(nearest), strict=True)
    }
