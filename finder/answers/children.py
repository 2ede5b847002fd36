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

    Counted in 2020. In 2023 a commune has the number of the population series, in 2026 that of the nowcast, both
    estimated from its births; its points share it as three quarters of the way from 2020 to 2024, or as in 2024.

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
        If the year is none we have, or the estimate is of another year, lacks a commune or gives children to one
        without children at its points.
    """
    if year not in DEMAND_YEARS:
        raise DatasetNotFoundError(f"No children of {year}: choose one of {', '.join(map(str, sorted(DEMAND_YEARS)))}.")
    counted = atlas.demand(COUNTED_YEAR)
    children = counted[column].astype("float64")
    if year != COUNTED_YEAR:
        latest = atlas.demand(_LATEST_POINTS)[column].reindex(counted.index).astype("float64")
        passed = min(1.0, (year - COUNTED_YEAR) / (_LATEST_POINTS - COUNTED_YEAR))
        pattern = children + passed * (latest - children)
        children = _scaled(pattern, counted["nis"], _estimated(atlas, year, column), year)
    is_outside = counted["nis"].map(atlas.communes["is_german_community"]).to_numpy(dtype=bool)
    out: pd.Series[float] = children.mask(is_outside, 0.0)
    return out.rename(column)


def _estimated(atlas: Atlas, year: int, column: str) -> "pd.Series[float]":
    """Return the children of each commune in a year that the points are not made for; index ``nis``."""
    if year == SUPPLY_YEAR:
        found: pd.Series[float] = atlas.children_series.xs(year, level="year")[column]
        return found
    estimate = atlas.children_nowcast
    if (estimate["year"] != year).any():
        raise DatasetNotFoundError(
            f"No children of {year}: the estimate of today's children is of {estimate['year'].max()}."
        )
    return estimate[column]


def _scaled(
    pattern: "pd.Series[float]", nis: "pd.Series[str]", totals: "pd.Series[float]", year: int
) -> "pd.Series[float]":
    """Return ``pattern`` times one factor per commune, so that its points sum to the commune's total."""
    held = pattern.groupby(nis).sum()
    wanted = totals.reindex(held.index)
    lacking = held.index[wanted.isna()].tolist()
    if lacking:
        raise DatasetNotFoundError(
            f"No children of {year} for {first_ids(lacking)}: build the steps population_series and nowcast again."
        )
    homeless = held.index[(held == 0) & (wanted > 0)].tolist()
    if homeless:
        raise DatasetNotFoundError(
            f"The children of {year} of {first_ids(homeless)} have no demand point: build the step demand_points again."
        )
    return pattern * nis.map(wanted / held.where(held > 0, 1.0))


def by_commune(values: "pd.Series[float]", atlas: Atlas) -> "pd.Series[float]":
    """Return the sum of a figure of the demand points by commune; index ``nis``, in the order of ``atlas.communes``."""
    sums: pd.Series[float] = values.groupby(atlas.demand(COUNTED_YEAR)["nis"]).sum()
    return sums.reindex(atlas.communes.index, fill_value=np.float64(0))
