"""Coverage rates of the communes once a scenario has changed the sites of day care."""

from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.capacity.scenario import DAY_CARE
from finder.capacity.scenario_apply import Sites

COVERAGE: Final = ("coverage_pct", "income_related_pct")


def coverage_of(atlas: Atlas, kind: str, sites: Sites, children: "pd.Series[float]") -> dict[str, pd.DataFrame]:
    """Return places on the territory of each commune per 100 of its children, in every draw.

    As :func:`finder.capacity.coverage.coverage_rate`, for all draws at once.

    Parameters
    ----------
    atlas
        The data.
    kind, sites
        Before or after a scenario; empty for kinds other than day care.
    children
        Aged 0 to 2.5, by commune.

    Returns
    -------
    dict
        By measure of :data:`COVERAGE`: index ``nis`` of the communes that ONE serves, one column per draw (0 central).
    """
    if kind != DAY_CARE:
        return {}
    served = atlas.communes.index[~atlas.communes["is_german_community"]]
    divisor = children.reindex(served).to_numpy(dtype=np.float64)[:, None]
    zone = served.get_indexer(pd.Index(_communes_of(atlas, sites)))
    found = {}
    for name, places in zip(COVERAGE, (sites.open_size, sites.open_income_related), strict=True):
        sums = np.zeros((len(served), places.shape[1]))
        np.add.at(sums, zone[zone >= 0], places[zone >= 0])
        rates = np.divide(100 * sums, divisor, out=np.full_like(sums, np.nan), where=divisor > 0)
        found[name] = pd.DataFrame(rates, index=served)
    return found


def _communes_of(atlas: Atlas, sites: Sites) -> "np.ndarray":
    """Return the commune of every site: that of the data, or where a new or moved one stands; None outside."""
    known = atlas.modelled.sites
    row = known.index.get_indexer(sites.table.index)
    zone: np.ndarray = known["nis"].to_numpy(dtype=object)[row]
    places = [frame[["lon", "lat"]].to_numpy(dtype=np.float64) for frame in (known, sites.table)]
    fresh = np.flatnonzero((row < 0) | (places[0][row] != places[1]).any(axis=1))
    if len(fresh):
        zone = zone.copy()
        zone[fresh] = communes_at(atlas, *places[1][fresh].T).to_numpy()
    return zone


def communes_at(atlas: Atlas, lon: "np.ndarray", lat: "np.ndarray") -> "pd.Series[str]":
    """Return the NIS code of the commune at each point (WGS84 degrees), None outside; RangeIndex."""
    import shapely

    from finder.geo.projection import to_lambert

    x, y = to_lambert(lon, lat)
    tree = atlas.keep(("commune_tree",), lambda: shapely.STRtree(atlas.communes.geometry.to_numpy()))
    point, commune = tree.query(shapely.points(x, y), predicate="intersects")
    codes = np.full(len(x), None, dtype=object)
    # A point on a common limit belongs to the first of the two.
    codes[point[::-1]] = atlas.communes.index.to_numpy(dtype=object)[commune[::-1]]
    return pd.Series(codes, dtype="object")
