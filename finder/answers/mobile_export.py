"""A plan of mobile consultations as frames to take away: stops, days with their drives, gaps, lines and points."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.capacity.mobile.check import place_points
from finder.capacity.mobile.frequency import FREQUENCIES, frequency_name
from finder.capacity.mobile.plan import Plan
from finder.geo.projection import to_lambert
from finder.units import LAMBERT_2008

METHOD_VERSION: Final = "mobile export 1"
PROVENANCE: Final = "planned"


def clock_text(minutes: int) -> str:
    """Return minutes after midnight as ``HH:MM``, which every spreadsheet and GIS reads."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def stops_frame(plan: Plan, communes: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per stop.

    Parameters
    ----------
    plan
        The plan.
    communes
        Names by ``nis``.

    Returns
    -------
    DataFrame
        ``stop_id``, ``name``, ``nis``, ``commune``, ``lon``, ``lat`` (WGS84 degrees of the locality), ``depot``,
        ``unit``, ``weekday`` (Monday = 1), ``weeks`` (of the cycle, from 1, with spaces), ``frequency``, ``starts``
        (one hour, or one per week in the same order), ``session_min``, ``children`` (expected), ``need_share``,
        ``calendar``, ``provenance`` and ``place`` (always ``locality``: the exact place is to be agreed).
    """
    names = {depot.depot_id: depot.name for depot in plan.depots}
    rows = [
        {
            "stop_id": stop.stop_id,
            "name": stop.name,
            "nis": stop.nis,
            "commune": communes.get(stop.nis, ""),
            "lon": stop.lon,
            "lat": stop.lat,
            "depot": names.get(stop.depot_id, stop.depot_id),
            "unit": stop.unit,
            "weekday": stop.weekday + 1,
            "weeks": " ".join(str(week + 1) for week in stop.weeks),
            "frequency": _frequency(len(stop.weeks)),
            "starts": " ".join(map(clock_text, dict.fromkeys(stop.starts_min)))
            if len(set(stop.starts_min)) == 1
            else " ".join(map(clock_text, stop.starts_min)),
            "session_min": plan.duty.session_min,
            "children": stop.children,
            "need_share": np.nan if stop.need_share is None else stop.need_share,
            "calendar": plan.calendar,
            "provenance": PROVENANCE,
            "place": "locality",
        }
        for stop in plan.stops
    ]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["stop_id", "name", "nis", "lon", "lat"])


def _frequency(sessions: int) -> str:
    return frequency_name(sessions) if sessions in FREQUENCIES.values() else "irregular"


def rounds_frame(plan: Plan) -> pd.DataFrame:
    """Return one row per leg of every day of the cycle: to each stop in order, and back to the depot.

    Returns
    -------
    DataFrame
        ``depot``, ``unit``, ``week`` (from 1), ``weekday`` (Monday = 1), ``leg`` (from 1), ``from_name``, ``to_name``,
        ``to_stop_id`` (missing on the way back), ``drive_min``, ``arrives``, ``session_starts``, ``session_ends``
        (clock), ``day_starts``, ``day_ends``, ``day_km``, ``day_drive_min``.
    """
    names = {depot.depot_id: depot.name for depot in plan.depots} | {stop.stop_id: stop.name for stop in plan.stops}
    duty, rows = plan.duty, []
    for one in plan.rounds:
        now = duty.start_min
        for leg, (start, end) in enumerate(pairwise([one.depot_id, *one.stop_ids, one.depot_id])):
            is_back = leg == len(one.stop_ids)
            begins = None if is_back else one.starts_min[leg]
            arrives = one.end_min if is_back else now + one.drive_min[leg]
            rows.append(
                {
                    "depot": names.get(one.depot_id, one.depot_id),
                    "unit": one.unit,
                    "week": one.week + 1,
                    "weekday": one.weekday + 1,
                    "leg": leg + 1,
                    "from_name": names.get(start, start),
                    "to_name": names.get(end, end),
                    "to_stop_id": None if is_back else end,
                    "drive_min": one.drive_min[leg],
                    "arrives": clock_text(arrives),
                    "session_starts": None if begins is None else clock_text(begins),
                    "session_ends": None if begins is None else clock_text(begins + duty.session_min),
                    "day_starts": clock_text(duty.start_min),
                    "day_ends": clock_text(one.end_min),
                    "day_km": np.nan if one.km is None else one.km,
                    "day_drive_min": sum(one.drive_min),
                }
            )
            if begins is not None:
                now = begins + duty.session_min + duty.packing_min
                if leg + 1 == duty.break_after_stops and leg + 1 < len(one.stop_ids):
                    now += duty.break_min
    return pd.DataFrame(rows)


def plan_layers(plan: Plan, communes: Mapping[str, str], gaps: gpd.GeoDataFrame | None) -> dict[str, gpd.GeoDataFrame]:
    """Return a plan as layers in EPSG:3812.

    Lines of rounds go straight from place to place; minutes and kilometres are those by road.

    Parameters
    ----------
    plan, communes
        As for :func:`stops_frame`.
    gaps
        Points with children in gaps, EPSG:3812; None leaves the layer out (a plan that was read from a file).

    Returns
    -------
    dict of str to GeoDataFrame
        ``stops`` (points), ``rounds`` (one line per unit and day), ``depots`` (points), ``gaps`` (points). A layer
        without rows is left out.
    """
    stops = stops_frame(plan, communes)
    depots = pd.DataFrame(
        [
            {"depot_id": each.depot_id, "name": each.name, "units": each.units, "lon": each.lon, "lat": each.lat}
            for each in plan.depots
        ]
    )
    layers = {"stops": _points(stops), "rounds": _lines(plan), "depots": _points(depots)}
    if gaps is not None:
        layers["gaps"] = gaps
    return {name: layer for name, layer in layers.items() if len(layer)}


def gap_points(points: pd.DataFrame, positions: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the points of a demand with their place, EPSG:3812.

    Parameters
    ----------
    points
        Of :class:`finder.answers.mobile_demand.MobileDemand`.
    positions
        ``lon`` and ``lat`` of demand points (WGS84 degrees), same index.
    """
    frame = points.join(positions[["lon", "lat"]]).rename_axis("point_id").reset_index()
    return _points(frame)


def _points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    if frame.empty:
        return gpd.GeoDataFrame(frame, geometry=[], crs=LAMBERT_2008)
    x, y = to_lambert(frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float))
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(x, y), crs=LAMBERT_2008)


def _lines(plan: Plan) -> gpd.GeoDataFrame:
    at = place_points(plan)
    names = {depot.depot_id: depot.name for depot in plan.depots} | {stop.stop_id: stop.name for stop in plan.stops}
    rows, lines = [], []
    for one in plan.rounds:
        way = np.array([at[place] for place in (one.depot_id, *one.stop_ids, one.depot_id)])
        lines.append(shapely.linestrings(np.column_stack(to_lambert(way[:, 0], way[:, 1]))))
        rows.append(
            {
                "depot": names[one.depot_id],
                "unit": one.unit,
                "week": one.week + 1,
                "weekday": one.weekday + 1,
                "stops": " > ".join(names[stop_id] for stop_id in one.stop_ids),
                "stops_count": len(one.stop_ids),
                "drive_min": sum(one.drive_min),
                "km": np.nan if one.km is None else one.km,
                "day_starts": clock_text(plan.duty.start_min),
                "day_ends": clock_text(one.end_min),
                "line": "straight",
            }
        )
    return gpd.GeoDataFrame(rows, geometry=lines, crs=LAMBERT_2008)
