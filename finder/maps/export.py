"""Tables as files to take away: CSV that a spreadsheet cannot be tricked with, and GeoPackage."""

import io
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so is run as a formula by spreadsheets (OWASP, "CSV injection")."""


def safe_text(text: str) -> str:
    """Return a text that a spreadsheet will not run: one that looks like a formula gets a leading apostrophe."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def safe_cell(value: object) -> object:
    """Return :func:`safe_text` of a text, and anything else as it is."""
    return safe_text(value) if isinstance(value, str) else value


def csv_bytes(frame: pd.DataFrame, *, attribution: Sequence[str]) -> bytes:
    """Return a frame as CSV (UTF-8 with mark, so that spreadsheets read accents), its sources in the last column.

    Parameters
    ----------
    frame
        Rows to write; the index is left out.
    attribution
        One text per source, repeated on every row so that it survives sorting and cutting.
    """
    safe = frame.copy()
    for column in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[column]):
            safe[column] = pd.Series([safe_cell(value) for value in safe[column]], index=safe.index)
    safe["attribution"] = safe_text("; ".join(attribution))
    safe.columns = [safe_text(str(column)) for column in safe.columns]
    return b"\xef\xbb\xbf" + safe.to_csv(index=False, lineterminator="\r\n", float_format="%.4f").encode("utf-8")


def geopackage_bytes(frame: gpd.GeoDataFrame, *, layer: str, attribution: Sequence[str]) -> bytes:
    """Return a frame with geometries as a GeoPackage with one layer, its sources in a column.

    Parameters
    ----------
    frame
        Rows and polygons to write, in any CRS; the index is left out.
    layer
        Name of the layer.
    attribution
        One text per source.
    """
    buffer = io.BytesIO()
    frame.assign(attribution="; ".join(attribution)).to_file(buffer, driver="GPKG", layer=layer, engine="pyogrio")
    return buffer.getvalue()


def geopackage_layers_bytes(layers: Mapping[str, gpd.GeoDataFrame], *, attribution: Sequence[str]) -> bytes:
    """Return several frames with geometries as one GeoPackage, a layer each in the order given.

    Parameters
    ----------
    layers
        Frames by name of their layer, at least one, each in any CRS; their indexes are left out.
    attribution
        One text per source, in a column of every layer.
    """
    # GDAL adds a layer to a file on disk only.
    with tempfile.TemporaryDirectory(prefix="finder-gpkg-") as folder:
        path = Path(folder) / "layers.gpkg"
        for number, (name, frame) in enumerate(layers.items()):
            told = frame.assign(attribution="; ".join(attribution))
            told.to_file(path, driver="GPKG", layer=name, engine="pyogrio", mode="a" if number else "w")
        return path.read_bytes()
