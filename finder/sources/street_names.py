"""Names for streets known by an id only: the name of the road that their houses stand along, where that is certain."""

from typing import Final

import numpy as np
import pandas as pd
import shapely

from finder.geo.network import RoadNetwork

ROAD_WITHIN_M: Final = 60.0
"""A house farther from any named road says nothing."""

LEAST_HOUSES: Final = 4
LEAST_SHARE: Final = 0.8
"""Of the houses of a street that must stand along roads of one name: corner houses may lie nearer to the other road."""

LEAST_LEAD: Final = 4.0
"""Of two streets that claim one name in one postcode, one must have so many times the houses of the other."""


def name_streets(addresses: pd.DataFrame, network: RoadNetwork) -> "pd.Series[str]":
    """Return the name of each street that the roads name with certainty.

    Parameters
    ----------
    addresses
        ``street_id``, ``postcode``, ``x``, ``y`` (EPSG:3812, metres).
    network
        Road network with names.

    Returns
    -------
    Series
        Name as the road has it, by ``street_id``; streets without a certain name are absent.
    """
    houses = addresses.drop_duplicates(["street_id", "x", "y"]).reset_index(drop=True)
    if not len(houses):
        return pd.Series(dtype=str)
    edges = _named_edges(network, houses)
    points = shapely.points(houses["x"], houses["y"])
    house, edge = shapely.STRtree(_lines(network, edges)).query_nearest(
        points, max_distance=ROAD_WITHIN_M, all_matches=False
    )
    houses = houses.iloc[house].assign(name=network.names[network.name_id[edges[edge]]])
    votes = houses.groupby(["street_id", "name"]).agg(count=("x", "size"), postcode=("postcode", "first"))
    votes["all"] = votes.groupby("street_id")["count"].transform("sum")
    sure = votes[(votes["count"] >= LEAST_HOUSES) & (votes["count"] >= LEAST_SHARE * votes["all"])].reset_index()
    sure = sure.sort_values(["postcode", "name", "count"], ascending=[True, True, False])
    second = sure.groupby(["postcode", "name"])["count"].shift(-1).fillna(0)
    is_first = ~sure.duplicated(["postcode", "name"])
    named = sure[is_first & (sure["count"] >= LEAST_LEAD * second)]
    names: pd.Series[str] = named.set_index("street_id")["name"].sort_index()
    return names


def _named_edges(network: RoadNetwork, houses: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return the named edges that begin in the box of the houses, with a margin as wide as long edges."""
    margin_m = 2_000.0
    x, y = network.node_x_m[network.edge_from], network.node_y_m[network.edge_from]
    is_near = (x >= houses["x"].min() - margin_m) & (x <= houses["x"].max() + margin_m)
    is_near &= (y >= houses["y"].min() - margin_m) & (y <= houses["y"].max() + margin_m)
    return np.flatnonzero(is_near & (network.name_id > 0))


def _lines(network: RoadNetwork, edges: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "list[shapely.LineString]":
    ptr, x, y = network.lines()
    return [
        shapely.LineString(np.column_stack([x[ptr[i] : ptr[i + 1]], y[ptr[i] : ptr[i + 1]]])) for i in edges.tolist()
    ]
