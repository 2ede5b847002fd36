"""The populated cells of the 1 km population grid, cut along the borders of communes.

The grid (GHS-POP 2020) is in Mollweide (ESRI:54009), an equal-area projection: cells are cut there, areas are true.
"""

from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from finder.errors import SourceFileError
from finder.sources.inputs import source_path

MOLLWEIDE: Final = "ESRI:54009"
GRID: Final = "admin/ghs_pop_1km_2020_mollweide.tif"
SMALLEST_PIECE_KM2: Final = 1e-5
"""Ten square metres: what a rounding of coordinates leaves of a touching border is not a place to live."""


class Grid:
    """A population grid: people per cell, and where each cell lies.

    Parameters
    ----------
    people
        People per cell, shape (rows, columns); not a number where unknown.
    left_m, top_m, step_m
        Upper left corner and side of the cells, in metres of :data:`MOLLWEIDE`.
    """

    def __init__(self, people: np.ndarray, *, left_m: float, top_m: float, step_m: float) -> None:
        self.people = people
        self.left_m = left_m
        self.top_m = top_m
        self.step_m = step_m

    def box(self, row: np.ndarray, col: np.ndarray) -> np.ndarray:
        """Return the squares of cells as shapely polygons, shape (n,)."""
        left = self.left_m + col * self.step_m
        top = self.top_m - row * self.step_m
        squares: np.ndarray = shapely.box(left, top - self.step_m, left + self.step_m, top)
        return squares


def read_grid(source_dir: Path) -> Grid:
    """Return the population grid.

    Raises
    ------
    SourceFileError
        If the file is missing, is no raster, or is not in Mollweide with square cells.
    """
    import rasterio
    from rasterio.errors import RasterioIOError

    path = source_path(source_dir, GRID)
    try:
        with rasterio.open(path) as raster:
            people, step, crs = raster.read(1), raster.transform, raster.crs
    except RasterioIOError as error:
        raise SourceFileError(f"{GRID} is not a readable raster: {error}") from error
    if "Mollweide" not in crs.to_wkt() or step.a != -step.e or step.b or step.d:
        raise SourceFileError(f"{GRID} must be in Mollweide ({MOLLWEIDE}) with square cells; it is in {crs}.")
    return Grid(people, left_m=step.c, top_m=step.f, step_m=step.a)


def cut_cells(grid: Grid, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the pieces of populated cells, one row per commune and cell, sorted by ``nis``, ``row``, ``col``.

    Parameters
    ----------
    grid
        Population grid.
    outlines
        ``nis`` and full outlines, in any CRS.

    Returns
    -------
    GeoDataFrame
        ``nis``, ``row``, ``col``, ``cell_people`` (of the whole cell), ``area_km2`` (of the piece), geometry in
        :data:`MOLLWEIDE`.
    """
    communes = outlines.to_crs(MOLLWEIDE)
    row, col = np.nonzero(grid.people > 0)
    squares = grid.box(row, col)
    shapes = communes.geometry.to_numpy()
    shapely.prepare(shapes)
    commune, cell = shapely.STRtree(squares).query(shapes, predicate="intersects")
    pieces = squares[cell]
    cut = ~shapely.contains_properly(shapes[commune], pieces)
    pieces[cut] = shapely.intersection(shapes[commune[cut]], pieces[cut])
    area_km2 = shapely.area(pieces) / 1e6
    frame = gpd.GeoDataFrame(
        {
            "nis": communes["nis"].to_numpy()[commune],
            "row": row[cell],
            "col": col[cell],
            "cell_people": grid.people[row, col][cell],
            "area_km2": area_km2,
        },
        geometry=pieces,
        crs=MOLLWEIDE,
    )
    real = frame[frame["area_km2"] >= SMALLEST_PIECE_KM2]
    return real.sort_values(["nis", "row", "col"], ignore_index=True)
