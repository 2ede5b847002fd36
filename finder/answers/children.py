"""Children at the demand points on the days a planner can ask for."""

from typing import Final

import numpy as np
import pandas as pd

from finder.answers.atlas import Atlas
from finder.errors import DatasetNotFoundError, first_ids

COUNTED_YEAR: Final = 2020
SUPPLY_YEAR: Final = 2023
"""1 January after the base date of the modelled network, 31 December 2022."""

TODAY_YEAR: Final = 2026
DEMAND_YEARS: Final = (SUPPLY_YEAR, TODAY_YEAR, COUNTED_YEAR)
"""1 January of each; the first is the default. Only 2020 is counted, the others are estimated."""

_LATEST_POINTS: Final = 2024


def children_at_points(atlas: Atlas, year: int, column: str) -> "pd.Series[float]":
    """Return the children at every demand point of the communes served by ONE; 0 in the German-speaking ones.

    Counted in 2020; in 2023 three quarters of the way from the points of 2020 to those estimated for 2024; in 2026
    those of 2024 scaled to the number each commune is estimated to have from its births.

    Parameters
    ----------
    atlas
        The data.
    year
        One of :data:`DEMAND_YEARS`.
    column
        ``children_0_2_5`` or ``children_0_5``.

    Returns
    -------
    Series
        Index ``point_id``.

    Raises
    ------
    DatasetNotFoundError
        If the year is none we have, or the estimate is of another year or lacks a commune.
    """
    if year not in DEMAND_YEARS:
        raise DatasetNotFoundError(f"No children of {year}: choose one of {', '.join(map(str, sorted(DEMAND_YEARS)))}.")
    counted = atlas.demand(COUNTED_YEAR)
    children = counted[column].astype("float64")
    if year != COUNTED_YEAR:
        latest = atlas.demand(_LATEST_POINTS)[column].reindex(counted.index).astype("float64")
        if year == SUPPLY_YEAR:
            passed = (SUPPLY_YEAR - COUNTED_YEAR) / (_LATEST_POINTS - COUNTED_YEAR)
            children = children + passed * (latest - children)
        else:
            estimate = atlas.children_nowcast
            if (estimate["year"] != year).any():
                raise DatasetNotFoundError(
                    f"No children of {year}: the estimate of today's children is of {estimate['year'].max()}."
                )
            wanted = counted["nis"].map(estimate[column])
            lacking = sorted(set(counted["nis"][wanted.isna()]))
            if lacking:
                raise DatasetNotFoundError(
                    f"No children of {year} for {first_ids(lacking)}: build the step nowcast again."
                )
            held = latest.groupby(counted["nis"]).transform("sum")
            children = (latest * wanted / held.where(held > 0)).fillna(0.0)
    is_outside = counted["nis"].map(atlas.communes["is_german_community"]).to_numpy(dtype=bool)
    out: pd.Series[float] = children.mask(is_outside, 0.0)
    return out.rename(column)


def by_commune(values: "pd.Series[float]", atlas: Atlas) -> "pd.Series[float]":
    """Return the sum of a figure of the demand points by commune; index ``nis``, in the order of ``atlas.communes``."""
    sums: pd.Series[float] = values.groupby(atlas.demand(COUNTED_YEAR)["nis"]).sum()
    return sums.reindex(atlas.communes.index, fill_value=np.float64(0))
