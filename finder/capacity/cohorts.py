"""Ratios by which cohorts grow: children of a commune one year later for each child now, shrunk where counts are small.

The cohort-change ratio is that of Hamilton & Perry (1962, "A short method for projecting population by age from one
decennial census to another", Social Forces 41). A ratio of small counts is mostly chance, so it is drawn towards the
ratio of the arrondissement, as a mean in which the arrondissement weighs as much as ``weight`` children.

Tables of counts here have the communes as index and ``(year, age)`` as columns: people on 1 January of the year, age in
completed years.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def shrunk_ratio(
    after: "pd.Series[float]", before: "pd.Series[float]", places: pd.DataFrame, *, weight: float
) -> "pd.Series[float]":
    """Return (after + weight x ratio of the arrondissement) / (before + weight).

    Parameters
    ----------
    after, before
        Counts, same index; a commune where either is missing counts as nothing and gets the arrondissement's ratio.
    places
        Columns ``arrondissement`` and ``region``, same index. One without counts takes its region's ratio.
    weight
        Children that the arrondissement's ratio weighs for, > 0.

    Returns
    -------
    Series
        Same index, no unit.
    """
    both = (after.notna() & before.notna()).to_numpy()
    above, below = (np.where(both, counts.to_numpy(dtype=float), 0.0) for counts in (after, before))
    near = _ratio_of_groups(above, below, places["arrondissement"])
    wide = _ratio_of_groups(above, below, places["region"])
    ratio = (above + weight * np.where(np.isnan(near), wide, near)) / (below + weight)
    return pd.Series(ratio, index=after.index)


def _ratio_of_groups(above: np.ndarray, below: np.ndarray, groups: "pd.Series[str]") -> np.ndarray:
    codes, _ = pd.factorize(groups)
    sums_above, sums_below = np.bincount(codes, weights=above), np.bincount(codes, weights=below)
    ratio = np.divide(sums_above, sums_below, out=np.full(len(sums_below), np.nan), where=sums_below > 0)
    return np.asarray(ratio[codes])


def transitions(years: Sequence[int], *, known_to: int) -> list[int]:
    """Return the years up to ``known_to`` of which the year before is counted too, in order."""
    counted = set(years)
    return sorted(year for year in counted if year <= known_to and year - 1 in counted)


def cohort_ratio(
    ages: pd.DataFrame, age: int, places: pd.DataFrame, *, years: Sequence[int], weight: float
) -> "pd.Series[float]":
    """Return the children aged ``age + 1`` for each child aged ``age`` a year before, pooled over ``years``.

    Parameters
    ----------
    ages
        Counts by commune, columns ``(year, age)``.
    age
        Age before, in completed years.
    places
        ``arrondissement`` and ``region`` of each commune.
    years
        Years of the later counts; the years before must be counted too.
    weight
        See :func:`shrunk_ratio`.
    """
    nobody = pd.Series(0.0, index=ages.index)
    # Column by column: a list of columns is looked up a hundred times slower.
    after = sum((ages[(year, age + 1)] for year in years), start=nobody)
    before = sum((ages[(year - 1, age)] for year in years), start=nobody)
    return shrunk_ratio(after, before, places, weight=weight)


def cohort_growth(
    ages: pd.DataFrame, age: int, places: pd.DataFrame, *, steps: int, years: Sequence[int], weight: float
) -> "pd.Series[float]":
    """Return the children left, ``steps`` years later, of each child aged ``age``: the product of the yearly ratios."""
    growth = pd.Series(1.0, index=ages.index)
    for step in range(steps):
        growth = growth * cohort_ratio(ages, age + step, places, years=years, weight=weight)
    return growth
