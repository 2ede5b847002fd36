"""Names for streets known by an id only: the name of the road that their houses stand along, where that is certain."""

from typing import Final

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

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
    """Return the named edges that may come within :data:`ROAD_WITHIN_M` of a house."""
    named = np.flatnonzero(network.name_id > 0)
    ends = network.edge_from[named]
    starts = np.column_stack([network.node_x_m[ends], network.node_y_m[ends]])
    # No point of an edge is farther from its beginning than the edge is long; a metre for rounding.
    reach_m = network.length_m[named] + ROAD_WITHIN_M + 1.0
    corner, far_corner = houses[["x", "y"]].min().to_numpy(), houses[["x", "y"]].max().to_numpy()
    is_near = ((starts >= corner - reach_m[:, None]) & (starts <= far_corner + reach_m[:, None])).all(axis=1)
    named, starts, reach_m = named[is_near], starts[is_near], reach_m[is_near]
    off_m = cKDTree(houses[["x", "y"]].to_numpy()).query(starts)[0]
    return np.asarray(named[off_m <= reach_m], dtype=np.int64)


def _lines(network: RoadNetwork, edges: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> "list[shapely.LineString]":
    return [shapely.LineString(network.line(edge)) for edge in edges.tolist()]
