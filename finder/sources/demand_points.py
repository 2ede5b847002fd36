"""Demand points: where the people of each commune are, at one point per populated kilometre cell and commune.

Method (``docs/data.md`` says it at length): people of a cell are shared among the communes it touches; each commune's
pieces are scaled to its official counts; a piece under half a person joins the nearest piece of its commune; the point
stands where the evidence says that people live.
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from finder.errors import SourceFileError, first_ids
from finder.sources.catalog import Dataset
from finder.sources.cells import MOLLWEIDE, cut_cells, read_grid
from finder.sources.communes import read_outlines
from finder.sources.estimates import COUNTED_YEAR, ESTIMATED_YEAR, round_to_sum
from finder.sources.licences import DEMAND_POINTS
from finder.sources.settlement import LOCALITIES, RANK, read_evidence
from finder.sources.writers import write_parquet
from finder.tables import DEMAND_POINTS as SCHEMA
from finder.tables import validate
from finder.units import WGS84

COUNTS: Final = ("population", "children_0_2_5", "children_0_5", "women_15_49", "women_20_44")
FEWEST_PEOPLE: Final = 0.5
QUANTUM: Final = 1 / 1024
"""Counts of a point are multiples of it: sums of binary fractions are exact, in any order."""


def path_of(year: int) -> str:
    """Return the path of the demand points of ``year`` below the data folder."""
    return f"tables/demand_points_{year}.parquet"


def build_demand_points(
    source_dir: Path, out_dir: Path, *, localities: gpd.GeoDataFrame, figures: pd.DataFrame
) -> list[Dataset]:
    """Write the demand points of 2020 (counted) and 2024 (estimated) below ``out_dir``.

    Parameters
    ----------
    localities
        ``nis`` and points, any CRS.
    figures
        Commune figures: ``nis``, ``figure``, ``year``, ``value``.
    """
    totals = {year: _totals(figures, year) for year in (COUNTED_YEAR, ESTIMATED_YEAR)}
    people = totals[COUNTED_YEAR]["population"]
    pieces = cut_cells(read_grid(source_dir), read_outlines(source_dir))
    evidence = join_evidence(pieces, read_evidence(source_dir, localities, people))
    pieces["people"] = scale(share_people(pieces, evidence), pieces["nis"], people)
    pieces = merge_small(place(pieces, evidence))
    notes = {
        COUNTED_YEAR: "each commune sums to its official counts; women are estimated; ages are spread like people",
        ESTIMATED_YEAR: "points and shares of 2020, communes' totals of 2024 (people observed, the rest estimated)",
    }
    return [
        _write(out_dir, pieces, totals[year], year=year, basis=basis, note=notes[year])
        for year, basis in ((COUNTED_YEAR, "observed"), (ESTIMATED_YEAR, "estimated"))
    ]


def join_evidence(pieces: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the points of ``evidence`` that lie in a piece of their own commune.

    Returns
    -------
    DataFrame
        ``piece`` (position in ``pieces``), ``kind``, ``count``, ``x``, ``y``; per piece only the best kind.
    """
    joined = gpd.sjoin(evidence, pieces[["nis", "geometry"]], predicate="within", lsuffix="point", rsuffix="piece")
    joined = joined[joined["nis_point"] == joined["nis_piece"]]
    frame = pd.DataFrame(
        {
            "piece": joined["index_piece"].astype("int64"),
            "kind": joined["kind"],
            "rank": joined["kind"].map(RANK),
            "count": joined["count"].astype(float),
            "x": joined.geometry.x,
            "y": joined.geometry.y,
        }
    )
    best = frame.groupby("piece")["rank"].transform("min")
    return frame[frame["rank"] == best].sort_values(["piece", "x", "y"], ignore_index=True)


def share_people(pieces: gpd.GeoDataFrame, evidence: pd.DataFrame) -> "pd.Series[float]":
    """Share the people of each cell among the communes it touches.

    The part of a cell outside all communes takes its share of area. Inside, where every commune of the cell has the
    same kind of evidence (addresses, or sectors of Brussels), the weight of a piece = its points + its area x the mean
    density of such points: scattered houses far from a sector's median are not forgotten. Elsewhere: by area.

    Returns
    -------
    Series
        People per piece before scaling, index of ``pieces``.
    """
    cell = pieces.groupby(["row", "col"]).ngroup()
    weight = pieces["area_km2"].copy()
    counts = evidence.groupby(["piece", "kind"])["count"].sum()
    for kind in RANK:
        if kind == LOCALITIES:
            continue  # one point per village says where, not how many
        found = counts.xs(kind, level="kind") if kind in counts.index.get_level_values("kind") else counts.iloc[:0]
        points = pieces.index.to_series().map(found).fillna(0.0)
        known = pieces["nis"].isin(pieces.loc[points > 0, "nis"])
        density = points.sum() / max(pieces.loc[known, "area_km2"].sum(), 1.0)
        everywhere = known.groupby(cell).transform("all")
        weight = weight.mask(everywhere, points + density * pieces["area_km2"])
    inside = pieces.groupby(cell)["area_km2"].transform("sum").clip(upper=1.0)
    people: pd.Series[float] = pieces["cell_people"] * inside * weight / weight.groupby(cell).transform("sum")
    return people


def scale(people: "pd.Series[float]", nis: "pd.Series[str]", totals: "pd.Series[float]") -> "pd.Series[float]":
    """Return ``people`` scaled so that each commune sums to its total, same index.

    Raises
    ------
    SourceFileError
        If a commune of ``totals`` has no populated piece.
    """
    lost = sorted(set(totals.index[totals > 0]) - set(nis[people > 0]))
    if lost:
        raise SourceFileError(f"The population grid has nobody in the communes {first_ids(lost)}; correct the grid.")
    return people * nis.map(totals) / people.groupby(nis).transform("sum")


def place(pieces: gpd.GeoDataFrame, evidence: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return ``pieces`` with the columns ``x`` and ``y`` of a point inside each piece, in the CRS of the pieces.

    The mean of the evidence (weighted by addresses) where it lies in the piece; else the evidence point nearest to that
    mean; else, without evidence, a point inside the piece.
    """
    inner = shapely.point_on_surface(pieces.geometry.to_numpy())
    x, y = shapely.get_x(inner), shapely.get_y(inner)
    weighted = evidence.assign(wx=evidence["x"] * evidence["count"], wy=evidence["y"] * evidence["count"])
    sums = weighted.groupby("piece")[["wx", "wy", "count"]].sum()
    mean_x, mean_y = sums["wx"] / sums["count"], sums["wy"] / sums["count"]
    index = sums.index.to_numpy()
    centred = shapely.contains_xy(pieces.geometry.to_numpy()[index], mean_x.to_numpy(), mean_y.to_numpy())
    off_x, off_y = evidence["x"] - evidence["piece"].map(mean_x), evidence["y"] - evidence["piece"].map(mean_y)
    distance = off_x**2 + off_y**2
    nearest = evidence.loc[distance.groupby(evidence["piece"]).idxmin()].set_index("piece").loc[index]
    x[index] = np.where(centred, mean_x, nearest["x"])
    y[index] = np.where(centred, mean_y, nearest["y"])
    return pieces.assign(x=x, y=y)


def merge_small(pieces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Let every piece under half a person join the nearest piece of its commune, the smallest first.

    Parameters
    ----------
    pieces
        ``nis``, ``row``, ``col``, ``people``, ``x``, ``y``.

    Returns
    -------
    DataFrame
        The pieces that remain, sorted by ``nis``, ``row``, ``col``; each keeps its point and id. Nobody is lost.
    """
    frame = pd.DataFrame(pieces[["nis", "row", "col", "people", "x", "y"]])
    kept = [_merge_commune(group) for _, group in frame.groupby("nis", sort=True)]
    return pd.concat(kept).sort_values(["nis", "row", "col"], ignore_index=True)


def _merge_commune(group: pd.DataFrame) -> pd.DataFrame:
    people = group["people"].to_numpy(dtype=float, copy=True)
    x, y = group["x"].to_numpy(dtype=float), group["y"].to_numpy(dtype=float)
    alive = np.ones(len(group), dtype=bool)
    while alive.sum() > 1:
        smallest = int(np.argmin(np.where(alive, people, np.inf)))
        if people[smallest] >= FEWEST_PEOPLE:
            break
        alive[smallest] = False
        distance = np.where(alive, np.hypot(x - x[smallest], y - y[smallest]), np.inf)
        people[int(np.argmin(distance))] += people[smallest]
    return group.assign(people=people)[alive]


def _totals(figures: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = figures[(figures["year"] == year) & figures["figure"].isin(COUNTS)]
    return rows.pivot_table(index="nis", columns="figure", values="value")[list(COUNTS)]


def _write(out_dir: Path, pieces: pd.DataFrame, totals: pd.DataFrame, *, year: int, basis: str, note: str) -> Dataset:
    share = pieces["people"] / pieces.groupby("nis")["people"].transform("sum")
    points = _to_lon_lat(pieces)
    for figure in COUNTS:
        exact = share * pieces["nis"].map(totals[figure])
        points[figure] = exact.groupby(pieces["nis"]).transform(_round_group)
    points = points.assign(year=np.int16(year), basis=basis, women_basis="estimated")
    points = validate(points[list(SCHEMA.columns)], SCHEMA)
    write_parquet(points, out_dir / path_of(year))
    version = f"{year}-01-01" if basis == "observed" else f"{year}-01-01 (estimated)"
    source = "GHS-POP 1 km 2020 (JRC), outlines and counts of Statbel, BeST address points, sectors of Brussels, NGI"
    return Dataset(f"demand_points_{year}", path_of(year), version, len(points), *DEMAND_POINTS, source, note)


def _round_group(values: "pd.Series[float]") -> np.ndarray:
    return round_to_sum(values.to_numpy(), quantum=QUANTUM)


def _to_lon_lat(pieces: pd.DataFrame) -> pd.DataFrame:
    points = gpd.GeoSeries(gpd.points_from_xy(pieces["x"], pieces["y"]), crs=MOLLWEIDE).to_crs(WGS84)
    cell = pieces["col"].astype(str).str.zfill(3) + pieces["row"].astype(str).str.zfill(3)
    return pd.DataFrame(
        {
            "point_id": pieces["nis"] + "-" + cell,
            "nis": pieces["nis"],
            "lon": points.x.round(6).to_numpy(),
            "lat": points.y.round(6).to_numpy(),
        }
    )
