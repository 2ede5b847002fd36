"""Reading the published files that the derived data are made from: strict columns, text codes, clear errors."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from finder.errors import SourceFileError, first_ids


def source_path(source_dir: Path, relative: str) -> Path:
    """Return the path of a source file.

    Raises
    ------
    SourceFileError
        If it is not there.
    """
    path = source_dir / relative
    if not path.is_file():
        raise SourceFileError(
            f"Source file {relative} is not in {source_dir}. Give --from the folder of the source data."
        )
    return path


def read_source_csv(
    source_dir: Path, relative: str, columns: Sequence[str], *, numbers: Sequence[str] = ()
) -> pd.DataFrame:
    """Return ``columns`` of a source CSV as text (empty is missing), those named in ``numbers`` as numbers.

    Raises
    ------
    SourceFileError
        If the file is missing, is not a CSV in UTF-8, lacks a column, or has text where a number should be.
    """
    path = source_path(source_dir, relative)
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise SourceFileError(f"{relative} is not a readable CSV in UTF-8: {error}") from error
    lacking = [column for column in columns if column not in frame.columns]
    if lacking:
        raise SourceFileError(f"{relative} lacks the columns {', '.join(lacking)}; it has {', '.join(frame.columns)}.")
    frame = frame[list(columns)]
    for column in numbers:
        parsed = pd.to_numeric(frame[column], errors="coerce")
        wrong = frame.loc[parsed.isna() & frame[column].notna(), column].tolist()
        if wrong:
            raise SourceFileError(f"{relative}: column {column} must hold numbers, found {first_ids(wrong)}.")
        frame = frame.assign(**{column: parsed})
    return frame


def read_source_layer(source_dir: Path, relative: str, column: str) -> gpd.GeoDataFrame:
    """Return one column and the geometry of a source file of geometries, in the CRS of the file.

    Raises
    ------
    SourceFileError
        If the file is missing, broken, lacks the column, or says nothing of its CRS.
    """
    from pyogrio.errors import DataSourceError

    path = source_path(source_dir, relative)
    try:
        layer: gpd.GeoDataFrame = gpd.read_file(path, columns=[column])
    except DataSourceError as error:
        raise SourceFileError(f"{relative} is not a readable file of geometries: {error}") from error
    if not isinstance(layer, gpd.GeoDataFrame) or column not in layer.columns or layer.crs is None:
        raise SourceFileError(f"{relative} must hold geometries in a known CRS and the column {column}.")
    return layer


def read_crosswalk(source_dir: Path, vintage: str) -> dict[str, str]:
    """Return the 2025 NIS code of each commune code of ``vintage`` (``"2018"`` or ``"2019"``).

    Eleven communes of Hainaut changed code in 2019; Bastogne and Bertogne became 82039 in 2025.
    """
    relative = "admin/nis_recode_2018_2019_2025.csv"
    frame = read_source_csv(source_dir, relative, [f"nis_{vintage}", "nis_2025"])
    return dict(zip(frame[f"nis_{vintage}"], frame["nis_2025"], strict=True))


def to_2025(codes: "pd.Series[str]", crosswalk: Mapping[str, str], *, what: str) -> "pd.Series[str]":
    """Return ``codes`` translated to the codes of 2025, same index.

    Parameters
    ----------
    codes
        NIS codes of the vintage of ``crosswalk``.
    crosswalk
        From :func:`read_crosswalk`.
    what
        Name of the file, for the message.

    Raises
    ------
    SourceFileError
        If a code is unknown.
    """
    translated = codes.map(dict(crosswalk))
    unknown = codes[translated.isna()].unique().tolist()
    if unknown:
        raise SourceFileError(f"{what}: commune codes {first_ids(unknown)} are not in the crosswalk; correct the file.")
    return translated
