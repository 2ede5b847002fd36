"""Where a modelled service may stand: localities, and more points where one locality stands for many children."""

from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from finder.errors import NoSiteError, first_ids

METHOD_VERSION: Final = "site universe 1"

CELL_APART_M: Final = 600.0
"""A demand point farther than this from every site of its commune may become a site (straight line)."""

CELL_CHILDREN: Final = 100.0
"""Fewest children aged 0 to 5 of a demand point that becomes a site."""

PEOPLE_WITHIN_M: Final = 1_500.0
"""A locality without any demand point of its commune this near is not a site: nobody lives at its name."""

CHILDREN: Final = ("children_0_2_5", "children_0_5")


def choose_sites(localities: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return the sites of every commune of ``points``.

    Every locality with people near it is a site. Then the demand points of the commune are taken by falling number of
    children aged 0 to 5: one with at least :data:`CELL_CHILDREN`, more than :data:`CELL_APART_M` from every site so
    far, becomes a site too. A commune without any site gets its demand point with most children.

    Parameters
    ----------
    localities
        ``locality_id``, ``nis``, ``name``, ``x_m``, ``y_m`` (EPSG:3812).
    points
        Index ``point_id``; ``nis``, ``x_m``, ``y_m``, ``children_0_2_5``, ``children_0_5``.

    Returns
    -------
    DataFrame
        ``site_id``, ``nis``, ``name``, ``x_m``, ``y_m``, ``basis`` ("locality" or "cell"), and the children of the
        demand points of the commune that have the site as their nearest; sorted by ``nis``, ``site_id``; RangeIndex.
        The children of a commune's sites sum to those of its points.
    """
    by_commune = dict(tuple(localities.groupby("nis")))
    none = localities.iloc[:0]
    parts = [_commune(by_commune.get(nis, none), group, str(nis)) for nis, group in points.groupby("nis")]
    return pd.concat(parts).sort_values(["nis", "site_id"], ignore_index=True)


def nearest_site(sites: pd.DataFrame, places: pd.DataFrame) -> "pd.Series[str]":
    """Return, for each row of ``places``, the id of the nearest site of its commune, same index.

    Parameters
    ----------
    sites
        ``site_id``, ``nis``, ``x_m``, ``y_m``.
    places
        ``nis``, ``x_m``, ``y_m``.

    Raises
    ------
    NoSiteError
        If a commune of ``places`` has no site.
    """
    lost = sorted(set(places["nis"]) - set(sites["nis"]))
    if lost:
        raise NoSiteError(f"No modelled site in the communes {first_ids(lost)}; build the sites again.")
    found = pd.Series("", index=places.index, dtype="object")
    for nis, group in places.groupby("nis"):
        own = sites[sites["nis"] == nis]
        rows = cKDTree(own[["x_m", "y_m"]].to_numpy()).query(group[["x_m", "y_m"]].to_numpy())[1]
        found.loc[group.index] = own["site_id"].to_numpy()[rows]
    return found


def _commune(localities: pd.DataFrame, points: pd.DataFrame, nis: str) -> pd.DataFrame:
    homes = points[["x_m", "y_m"]].to_numpy()
    spots = localities[["x_m", "y_m"]].to_numpy(dtype=float).reshape(-1, 2)
    inhabited = cKDTree(homes).query(spots)[0] <= PEOPLE_WITHIN_M if len(spots) else np.zeros(0, dtype=bool)
    kept = localities[inhabited]
    places = zip(kept["locality_id"], kept["name"], kept["x_m"], kept["y_m"], strict=True)
    rows: list[tuple[str, str, float, float, str]] = [
        (f"site-{key}", str(name), float(x), float(y), "locality") for key, name, x, y in places
    ]
    ranked = points.assign(point=points.index).sort_values(["children_0_5", "point"], ascending=[False, True])
    cells = zip(ranked["point"], ranked["children_0_5"], ranked["x_m"], ranked["y_m"], strict=True)
    for point, children, x, y in cells:
        if rows and (children < CELL_CHILDREN or _nearest_m(rows, x, y) <= CELL_APART_M):
            continue
        rows.append((f"site-{point}", _name(localities, x, y, nis), float(x), float(y), "cell"))
    sites = pd.DataFrame(rows, columns=["site_id", "name", "x_m", "y_m", "basis"]).assign(nis=nis)
    number = sites.groupby("name").cumcount() + 1
    sites["name"] = sites["name"].where(number == 1, sites["name"] + " " + number.astype(str))
    nearest = nearest_site(sites, points)
    near = points.groupby(nearest)[list(CHILDREN)].sum().reindex(sites["site_id"]).fillna(0.0)
    for column in CHILDREN:
        sites[column] = near[column].to_numpy()
    return sites[["site_id", "nis", "name", "x_m", "y_m", "basis", *CHILDREN]]


def _nearest_m(rows: list[tuple[str, str, float, float, str]], x_m: float, y_m: float) -> float:
    return min(float(np.hypot(x_m - x, y_m - y)) for _, _, x, y, _ in rows)


def _name(localities: pd.DataFrame, x_m: float, y_m: float, nis: str) -> str:
    if localities.empty:
        return nis
    away = np.hypot(localities["x_m"].to_numpy() - x_m, localities["y_m"].to_numpy() - y_m)
    return str(localities["name"].iloc[int(away.argmin())])
