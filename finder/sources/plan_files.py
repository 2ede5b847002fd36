"""One's own plans for places needed, from CSV files: openings and closings, and housing projects. Read and checked."""

from pathlib import Path
from typing import Final

import pandas as pd

from finder.errors import SourceFileError, first_ids

CHANGE_COLUMNS: Final = ("nis", "year", "places")
HOUSING_COLUMNS: Final = ("nis", "year", "dwellings")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def read_changes(path: Path, communes: set[str]) -> pd.DataFrame:
    """Return the openings and closings of a CSV with the columns ``nis,year,places``.

    Parameters
    ----------
    path
        File in UTF-8; ``year`` is the first 1 January on which the places count, closings are below zero.
    communes
        Codes of 2025.

    Raises
    ------
    SourceFileError
        If the file is no such CSV or has no rows, a commune is unknown, or a year or a number is not a whole one.
    """
    return _read(path, communes, CHANGE_COLUMNS, r"-?\d{1,6}", "whole numbers, below zero for closings")


def read_housing(path: Path, communes: set[str]) -> pd.DataFrame:
    """Return the housing projects of a CSV with the columns ``nis,year,dwellings``.

    ``year`` is the first 1 January on which the dwellings are lived in. See :func:`read_changes` for the parameters and
    errors; dwellings below zero are refused.
    """
    return _read(path, communes, HOUSING_COLUMNS, r"\d{1,6}", "whole numbers of 0 or more")


def _read(path: Path, communes: set[str], columns: tuple[str, ...], number: str, meant: str) -> pd.DataFrame:
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise SourceFileError(f"{path.name} is not a readable CSV in UTF-8: {error}") from error
    if tuple(raw.columns) != columns:
        found = ",".join(map(str, raw.columns))
        raise SourceFileError(f"{path.name} must have the columns {','.join(columns)}; it has {found}.")
    if raw.empty:
        raise SourceFileError(f"{path.name} has no rows below its columns.")
    text = pd.DataFrame({name: raw[name].str.strip() for name in columns})
    unknown = sorted(set(text["nis"]) - communes)
    if unknown:
        raise SourceFileError(f"{path.name}: {first_ids(unknown)} are no codes of 2025 of Wallonia or Brussels.")
    amount = columns[-1]
    wrong = text.loc[~text[amount].str.fullmatch(number), amount]
    if len(wrong):
        raise SourceFileError(f"{path.name}: {amount} must hold {meant}; found {first_ids(wrong.unique().tolist())}.")
    years = pd.to_numeric(text["year"].where(text["year"].str.fullmatch(r"\d{4}")))
    odd = text.loc[~years.between(FIRST_YEAR, LAST_YEAR), "year"].unique().tolist()
    if odd:
        raise SourceFileError(f"{path.name}: year must lie in {FIRST_YEAR}-{LAST_YEAR}; found {first_ids(odd)}.")
    text["year"], text[amount] = years.astype("int64"), text[amount].astype("int64")
    return text
