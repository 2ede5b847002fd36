"""The sites of a kind as the scenario leaves them: for the map, the lists and the clicks."""

import datetime
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.scenario import SIZE_UNIT, Close, Move, Open, Resize, Scenario
from finder.pages import scenarios_kept
from finder.pages.state import Point

NEAR_DEGREES: Final = 1e-4
"""A click on a marker is given as the marker's own place, but for rounding."""


def sites_now(scenario: Scenario, kind: str, day: datetime.date) -> pd.DataFrame:
    """Return every site of a kind with what the scenario does to it.

    Returns
    -------
    DataFrame
        Index ``site_id``: ``name``, ``lon``, ``lat``, ``is_open``, ``size``, ``nis``, ``did`` (``open``, ``close``,
        ``move``, ``resize`` or empty).
    """
    sites = scenarios_kept.base_sites(kind, day)[["name", "lon", "lat", "is_open", "size", "nis"]].assign(did="")
    rows = sites.to_dict("index")
    for _, action in scenario.of_kind(kind):
        row = rows.get(action.site_id)
        if isinstance(action, Open):
            made = row or {"name": action.name or action.site_id, "lon": action.lon, "lat": action.lat, "nis": None}
            size = action.places or action.sessions_per_month or made.get("size", 1.0)
            rows[action.site_id] = {**made, "is_open": True, "size": size, "did": "open"}
        elif row is None:
            continue
        elif isinstance(action, Close):
            row |= {"is_open": False, "did": "close"}
        elif isinstance(action, Move):
            row |= {"lon": action.lon, "lat": action.lat, "did": "move"}
        elif isinstance(action, Resize):
            row |= {"size": action.places or action.sessions_per_month or row["size"], "did": row["did"] or "resize"}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("site_id")


def site_at(sites: pd.DataFrame, point: Point) -> str | None:
    """Return the site whose marker stands at a point (latitude, longitude), None where there is none."""
    if sites.empty:
        return None
    away = np.hypot(sites["lat"].to_numpy(float) - point[0], sites["lon"].to_numpy(float) - point[1])
    nearest = int(away.argmin())
    return str(sites.index[nearest]) if away[nearest] <= NEAR_DEGREES else None


def verbs_of(kind: str, sites: pd.DataFrame) -> list[str]:
    """Return what can be done to sites of a kind."""
    has_closed = bool((~sites["is_open"].astype(bool) & (sites["did"] == "")).any())
    sized = ["resize"] if SIZE_UNIT[kind] else []
    return ["open", *(["reopen"] if has_closed else []), "close", *sized, "move"]
