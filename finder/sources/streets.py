"""Street names by commune, taken from the road network: what the offline address search looks up."""

import re
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from finder.geo.network import RoadNetwork
from finder.geo.projection import to_wgs84
from finder.tables import STREETS, validate
from finder.units import LAMBERT_2008

CLUSTER_GAP_M: Final = 3_000.0
"""Edges of one name in one commune farther apart than this are two streets (merged villages share names)."""

LANGUAGE_SEPARATORS: Final = r" - | / "
NAME_SEPARATOR: Final = r"\s*;\s*"


def build_streets(network: RoadNetwork, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row per street name and commune, schema :data:`finder.tables.STREETS`.

    The point is the middle of the street's edge nearest to the mean of its edges (by length): always on the street.
    Bilingual names of Brussels ("Rue Haute - Hoogstraat") give one row per language, several names of one road
    ("A;B") one row each.

    Parameters
    ----------
    network
        Road network with names.
    communes
        Schema :data:`finder.tables.COMMUNES`, EPSG:3812; index ``nis``.
    """
    edges = _named_edges(network, communes)
    edges = _split_languages(edges, set(communes.index[communes["region"] == "Brussels"]))
    edges["cluster"] = 0
    by_street = edges.groupby(["nis", "name"], sort=False)[["x", "y"]]
    is_wide = (by_street.transform("max") - by_street.transform("min")).max(axis=1) > CLUSTER_GAP_M
    for _, rows in edges[is_wide].groupby(["nis", "name"], sort=False):
        labels = fcluster(linkage(rows[["x", "y"]].to_numpy(), "single"), CLUSTER_GAP_M, "distance")
        edges.loc[rows.index, "cluster"] = labels - 1
    streets = _summarise(edges)
    streets["lon"], streets["lat"] = to_wgs84(streets["x"], streets["y"])
    streets[["lon", "lat"]] = streets[["lon", "lat"]].round(6)
    suffix = np.where(streets["cluster"] > 0, "/" + (streets["cluster"] + 1).astype(str), "")
    streets["street_id"] = streets["nis"] + "/" + streets["name"] + suffix
    table: pd.DataFrame = streets[list(STREETS.columns)].sort_values("street_id", ignore_index=True)
    checked: pd.DataFrame = validate(table, STREETS)
    return checked


def _named_edges(network: RoadNetwork, communes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return edges with a name inside a commune: middle of the line, ends, length."""
    rows = np.flatnonzero(network.name_id > 0)
    ptr, x, y = network.lines()
    # The middle point of the line, or the middle between its two middle points.
    low, high = (ptr[:-1] + (np.diff(ptr) - 1) // 2)[rows], (ptr[:-1] + np.diff(ptr) // 2)[rows]
    edges = pd.DataFrame(
        {
            "name": network.names[network.name_id[rows]],
            "x": (x[low] + x[high]) / 2.0,
            "y": (y[low] + y[high]) / 2.0,
            "length_m": network.length_m[rows].astype(float),
            "x0": network.node_x_m[network.edge_from[rows]],
            "y0": network.node_y_m[network.edge_from[rows]],
            "x1": network.node_x_m[network.edge_to[rows]],
            "y1": network.node_y_m[network.edge_to[rows]],
        }
    )
    points = gpd.GeoDataFrame(edges, geometry=gpd.points_from_xy(edges["x"], edges["y"]), crs=LAMBERT_2008)
    joined = points.sjoin(communes.rename_axis("nis")[["geometry"]].reset_index(), how="inner", predicate="within")
    joined = joined[~joined.index.duplicated()].sort_index()
    return pd.DataFrame(joined.drop(columns=["geometry", "index_right"]))


def _split_languages(edges: pd.DataFrame, bilingual: set[str]) -> pd.DataFrame:
    is_bilingual = edges["nis"].isin(bilingual)
    separator = np.where(is_bilingual, f"{LANGUAGE_SEPARATORS}|{NAME_SEPARATOR}", NAME_SEPARATOR)
    names = [re.split(pattern, name) for pattern, name in zip(separator, edges["name"], strict=True)]
    edges = edges.assign(name=pd.Series(names, index=edges.index)).explode("name", ignore_index=True)
    edges["name"] = edges["name"].str.strip()
    # A name that is the same in both languages must not count its edges twice.
    named: pd.DataFrame = edges[edges["name"] != ""].drop_duplicates(ignore_index=True)
    return named


def _summarise(edges: pd.DataFrame) -> pd.DataFrame:
    keys = ["nis", "name", "cluster"]
    weight = edges["length_m"].clip(lower=1.0)
    sums = edges.assign(w=weight, wx=edges["x"] * weight, wy=edges["y"] * weight).groupby(keys)
    total = sums[["w", "wx", "wy"]].transform("sum")
    edges = edges.assign(
        off=np.hypot(edges["x"] - total["wx"] / total["w"], edges["y"] - total["wy"] / total["w"])
    ).sort_values([*keys, "off", "x", "y"], ignore_index=True)
    streets = edges.groupby(keys, sort=True).agg(x=("x", "first"), y=("y", "first"), length_m=("length_m", "sum"))
    centre = edges[keys].merge(streets[["x", "y"]], left_on=keys, right_index=True)[["x", "y"]]
    edges["reach"] = np.maximum(
        np.hypot(edges["x0"] - centre["x"], edges["y0"] - centre["y"]),
        np.hypot(edges["x1"] - centre["x"], edges["y1"] - centre["y"]),
    )
    streets["extent_m"] = edges.groupby(keys)["reach"].max().round(0)
    streets["length_m"] = streets["length_m"].round(0)
    return streets.reset_index()
