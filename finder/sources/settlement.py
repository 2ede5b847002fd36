"""Where people live inside a commune: address points of sectors, sectors of Brussels, localities.

Three kinds of evidence, the best first:

- ``addresses``: median address of a statistical sector and its number of addresses (BeST), part of Wallonia;
- ``sectors``: a point inside each statistical sector of Brussels (denser where people are);
- ``localities``: the point of a municipal section (NGI). Where both exist it is 172 m (median) from the mean of the
  addresses of its cell, the cell's centre 313 m: it marks the village.
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

from finder.sources.cells import MOLLWEIDE
from finder.sources.inputs import read_crosswalk, read_source_csv, read_source_layer
from finder.units import WGS84

ADDRESSES: Final = "addresses"
SECTORS: Final = "sectors"
LOCALITIES: Final = "localities"
RANK: Final = {ADDRESSES: 0, SECTORS: 1, LOCALITIES: 2}
FEWEST_ADDRESSES_PER_PERSON: Final = 0.2
"""Below it (four communes; the others have 0.27 and more) the address points of a commune are only a stray few."""


def read_evidence(source_dir: Path, localities: gpd.GeoDataFrame, population: "pd.Series[float]") -> gpd.GeoDataFrame:
    """Return every point that shows where people live.

    Parameters
    ----------
    source_dir
        Folder of the source data.
    localities
        ``nis`` and points.
    population
        People per commune, index ``nis``; tells whether a commune's address points are complete.

    Returns
    -------
    GeoDataFrame
        ``nis`` (2025), ``kind`` (a key of :data:`RANK`), ``count`` (addresses, or 1), points in
        :data:`~finder.sources.cells.MOLLWEIDE`.
    """
    parts = [_read_addresses(source_dir, population), _read_sectors(source_dir), _from_localities(localities)]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=MOLLWEIDE)


def _read_addresses(source_dir: Path, population: "pd.Series[float]") -> gpd.GeoDataFrame:
    relative = "admin/sector_address_points_wallonia_partial.csv"
    numbers = ["n_addr", "lon", "lat"]
    raw = read_source_csv(source_dir, relative, ["cd_sector", *numbers], numbers=numbers)
    # Sector codes begin with the commune's code of 2018; a few belong to Flemish communes, which are not ours.
    nis = raw["cd_sector"].str[:5].map(read_crosswalk(source_dir, "2018"))
    raw = raw.assign(nis=nis, kind=ADDRESSES, count=raw["n_addr"]).dropna(subset=["nis"])
    per_person = raw.groupby("nis")["count"].sum() / population
    covered = per_person.index[per_person >= FEWEST_ADDRESSES_PER_PERSON]
    raw = raw[raw["nis"].isin(covered)]
    points = gpd.points_from_xy(raw["lon"], raw["lat"], crs=WGS84).to_crs(MOLLWEIDE)
    return gpd.GeoDataFrame(raw[["nis", "kind", "count"]], geometry=points)


def _read_sectors(source_dir: Path) -> gpd.GeoDataFrame:
    raw = read_source_layer(source_dir, "admin/sectors_brussels_2022.gpkg", "cd_munty_refnis")
    points = raw.geometry.representative_point().to_crs(MOLLWEIDE)
    data = {"nis": raw["cd_munty_refnis"].astype(str), "kind": SECTORS, "count": 1}
    return gpd.GeoDataFrame(data, geometry=points)


def _from_localities(localities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    data = {"nis": localities["nis"], "kind": LOCALITIES, "count": 1}
    return gpd.GeoDataFrame(data, geometry=localities.geometry.to_crs(MOLLWEIDE))
