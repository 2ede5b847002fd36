"""Writers whose bytes depend on the content alone: no date of the day, no order of a dictionary, one line ending."""

from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd

FIXED_DBF_DATE: Final = "2025-01-01"
"""A .dbf carries a date of last update; the day of the build would change the bytes of unchanged data."""

SIGNIFICANT_DIGITS: Final = "%.10g"


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` without its index as UTF-8 CSV; missing values are empty, numbers have ten digits at most."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, lineterminator="\n", float_format=SIGNIFICANT_DIGITS, encoding="utf-8")


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write ``frame`` without its index as Parquet, compressed with Zstandard."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False, compression="zstd", compression_level=15)


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, *, fields: dict[str, str]) -> None:
    """Write ``frame`` as a shapefile in UTF-8 whose fields are renamed to at most ten characters.

    Parameters
    ----------
    frame
        Features; its CRS goes into the .prj.
    path
        The .shp file; the other parts are written beside it.
    fields
        From column name to field name; only these columns are written, in this order.
    """
    import pyogrio

    path.parent.mkdir(parents=True, exist_ok=True)
    renamed = frame[[*fields, frame.geometry.name]].rename(columns=fields)
    pyogrio.write_dataframe(
        renamed,
        path,
        driver="ESRI Shapefile",
        layer_options={"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": FIXED_DBF_DATE},
    )


def field_dictionary(title: str, note: str, fields: dict[str, str], meanings: dict[str, str]) -> str:
    """Return the text of the README.md beside a shapefile: what each short field name means.

    Parameters
    ----------
    title, note
        Heading and one paragraph.
    fields
        From column name to field name.
    meanings
        From column name to its meaning, with the unit.
    """
    rows = [f"| `{short}` | `{column}` | {meanings[column]} |" for column, short in fields.items()]
    return "\n".join(
        [f"# {title}", "", note, "", "| field | name in Finder | meaning |", "|---|---|---|", *rows, ""],
    )
