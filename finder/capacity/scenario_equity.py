"""Inequality measures of many draws at once: the formulas of :mod:`finder.capacity.equity`, column by column."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.equity import BOTTOM_SHARE, QUINTILES, TOP_SHARE

Floats = npt.NDArray[np.float64]

MEASURES: Final = ("mean", "gini", "concentration", "palma", "theil")


def inequality_of_draws(values: Floats, weights: Floats, income: Floats) -> pd.DataFrame:
    """Return every measure of every draw.

    The weights and the ranking by income are the same in all draws, so that all measures but Gini and Theil are one
    product with fixed coefficients. Agrees with :func:`finder.capacity.equity.measure_equity` but for rounding.

    Parameters
    ----------
    values
        Shape (n_zones, n_draws), finite and not negative.
    weights, income
        Shape (n_zones,): people, larger than 0, and the income their zone is ranked by.

    Returns
    -------
    DataFrame
        One row per draw (0, 1, ...): :data:`MEASURES` and ``quintile_1`` (poorest) to ``quintile_5``, the means of
        fifths of the people. nan where a measure is not defined.
    """
    share = weights / weights.sum()
    mean = share @ values
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = values / mean
        spread = np.where(relative > 0, relative * np.log(np.where(relative > 0, relative, 1.0)), 0.0)
        order = np.argsort(values, axis=0, kind="stable")
        sizes = share[order]
        middle = np.cumsum(sizes, axis=0) - sizes / 2
        ranked = np.take_along_axis(values, order, axis=0)
        top = _part(share, income, 1.0 - TOP_SHARE, 1.0) @ values / TOP_SHARE
        bottom = _part(share, income, 0.0, BOTTOM_SHARE) @ values / BOTTOM_SHARE
        columns = {
            "mean": mean,
            "gini": 2 * (sizes * ranked * middle).sum(axis=0) / mean - 1,
            "concentration": 2 * (share * _rank(share, income)) @ values / mean - 1,
            "palma": np.where(bottom > 0, top / bottom, np.nan),
            "theil": np.where(mean > 0, share @ spread, np.nan),
        }
    return pd.DataFrame(columns).join(means_by_fifth(values, weights, income))


def means_by_fifth(values: Floats, weights: Floats, income: Floats) -> pd.DataFrame:
    """Return the mean of each fifth of the people, ranked by income, in every draw.

    Parameters
    ----------
    values
        Shape (n_zones, n_draws), finite; changes may be negative.
    weights, income
        As :func:`inequality_of_draws`.

    Returns
    -------
    DataFrame
        One row per draw; ``quintile_1`` (poorest) to ``quintile_5``; zones on a limit are split.
    """
    share = weights / weights.sum()
    fifths = range(1, QUINTILES + 1)
    parts = [_part(share, income, (k - 1) / QUINTILES, k / QUINTILES) for k in fifths]
    return pd.DataFrame({f"quintile_{k}": QUINTILES * (part @ values) for k, part in zip(fifths, parts, strict=True)})


def _groups(share: Floats, income: Floats) -> tuple[npt.NDArray[np.intp], Floats, Floats]:
    """Return the rank group of each zone, the share of people below each group and that of the group itself."""
    distinct, group = np.unique(income, return_inverse=True)
    size: Floats = np.bincount(group, weights=share, minlength=len(distinct)).astype(np.float64)
    return group, np.cumsum(size) - size, size


def _rank(share: Floats, income: Floats) -> Floats:
    group, below, size = _groups(share, income)
    middle: Floats = (below + size / 2)[group]
    return middle


def _part(share: Floats, income: Floats, low: float, high: float) -> Floats:
    """Return the share of all people that each zone has between two ranks; a zone on a limit is split."""
    group, below, size = _groups(share, income)
    inside = np.clip(np.minimum(below + size, high) - np.maximum(below, low), 0.0, None) / size
    part: Floats = share * inside[group]
    return part
