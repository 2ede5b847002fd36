"""How unequally places are within reach of children, and whether it follows income.

Every measure is weighted by children: a zone counts for as many children as live in it, each with the zone's value.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from finder.capacity.definitions import numbers
from finder.errors import MeasureError, first_ids
from finder.geo.network import Float64

METHOD_VERSION: Final = "equity-1"
TOP_SHARE: Final = 0.10
BOTTOM_SHARE: Final = 0.40
QUINTILES: Final = 5


@dataclass(frozen=True)
class Equity:
    """Inequality of one measure over one area.

    Attributes
    ----------
    mean
        Mean over children, in the measure's unit.
    gini, theil
        0 when every child has the same; Gini below 1, Theil below the logarithm of the number of children.
    concentration
        Between -1 (all for the children of the poorest places) and 1 (all for the richest).
    palma
        Mean of the richest tenth of children / mean of the poorest four tenths, by the income of the place.
    children, unknown_children, unknown_zones_count
        Children counted, and what was left out because the measure or the income is unknown.

    Every measure is nan when there are no children or every value is 0; ``palma`` also when the poorest have 0.
    """

    mean: float
    gini: float
    theil: float
    concentration: float
    palma: float
    children: float
    unknown_children: float
    unknown_zones_count: int


def measure_equity(table: pd.DataFrame, *, measure: str, weight: str, income: str) -> Equity:
    """Measure the inequality of a column over the rows where it and the income are known.

    Parameters
    ----------
    table
        Zones, with the three columns.
    measure
        Column of an amount per child, not negative (places per 100 children).
    weight
        Column of the children.
    income
        Column that ranks zones from poor to rich.

    Raises
    ------
    MeasureError
        If a column is missing or not numbers, or a known value is negative or infinite.
    """
    values, weights, ranks = (numbers(table, column) for column in (measure, weight, income))
    known = ~np.isnan(values) & ~np.isnan(ranks)
    checked = _checked(values[known], weights[known], table.index[known])
    rest, total = _checked(np.zeros(int((~known).sum())), weights[~known], table.index[~known]), checked[1].sum()
    return Equity(
        mean=float(checked[0] @ checked[1] / total) if total > 0 else float("nan"),
        gini=gini(*checked),
        theil=theil(*checked),
        concentration=concentration_index(*checked, ranks[known]),
        palma=palma_ratio(*checked, ranks[known]),
        children=float(total),
        unknown_children=float(rest[1].sum()),
        unknown_zones_count=int((~known).sum()),
    )


def gini(values: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Return the Gini coefficient of values, weighted (Gini 1912; covariance form of Lerman & Yitzhaki 1989).

    Parameters
    ----------
    values, weights
        Shape (n,), finite and not negative. Where the weight is 0 the value may be missing.

    Returns
    -------
    float
        Mean absolute difference between two children / twice the mean: 0 when all have the same. nan when the weights
        or all the values sum to 0.

    Raises
    ------
    MeasureError
        If a value or a weight is negative, missing or infinite, or the shapes differ.
    """
    return concentration_index(values, weights, values)


def concentration_index(values: npt.ArrayLike, weights: npt.ArrayLike, rank_by: npt.ArrayLike) -> float:
    """Return the concentration index of values along another ranking, weighted.

    After Kakwani, Wagstaff & van Doorslaer (1997, Journal of Econometrics 77, 87-103):
    ``2 / mean * sum(share * value * rank) - 1``, where the rank of a child is the share of children placed lower plus
    half of those placed equally.

    Parameters
    ----------
    values, weights
        Shape (n,), finite and not negative.
    rank_by
        Shape (n,): income of the zone, finite where the weight is not 0; zones with the same income share one rank.

    Returns
    -------
    float
        Negative when children of poor zones have more, positive when those of rich zones have more; nan when the
        weights or all the values sum to 0.

    Raises
    ------
    MeasureError
        As :func:`gini`, or if a rank is missing.
    """
    amount, size = _ranked(values, weights, rank_by)
    if not amount.sum() > 0:
        return float("nan")
    share = size / size.sum()
    middle = np.cumsum(share) - share / 2.0
    return float(2.0 * amount @ middle / amount.sum() - 1.0)


def theil(values: npt.ArrayLike, weights: npt.ArrayLike) -> float:
    """Return the Theil T index of values, weighted (Theil 1967): mean of ``v/m ln(v/m)``; a value of 0 adds 0.

    Returns
    -------
    float
        0 when all have the same; nan when the weights or all the values sum to 0.

    Raises
    ------
    MeasureError
        As :func:`gini`.
    """
    value, weight = _checked(values, weights)
    total, amount = weight.sum(), float(value @ weight)
    if not (total > 0 and amount > 0):
        return float("nan")
    ratio = value * (total / amount)
    terms = ratio * np.log(np.where(ratio > 0, ratio, 1.0))
    return max(0.0, float(terms @ weight / total))


def theil_between(values: npt.ArrayLike, weights: npt.ArrayLike, groups: "pd.Series[str]") -> float:
    """Return the part of the Theil index that lies between groups, in the index's own unit.

    It is the index after every child is given the mean of their group; the rest, :func:`theil` minus this, lies within
    groups. nan as :func:`theil`.

    Raises
    ------
    MeasureError
        As :func:`gini`, or if a group is missing.
    """
    value, weight = _checked(values, weights)
    if len(groups) != len(value) or groups.isna().any():
        raise MeasureError(f"{len(value)} values need {len(value)} known groups, not {groups.notna().sum()}.")
    code, names = pd.factorize(groups)
    size = np.bincount(code, weight, len(names))
    amount = np.bincount(code, weight * value, len(names))
    return theil(np.divide(amount, size, out=np.zeros(len(size)), where=size > 0), size)


def palma_ratio(values: npt.ArrayLike, weights: npt.ArrayLike, income: npt.ArrayLike) -> float:
    """Return the mean of the richest tenth of children / the mean of the poorest four tenths.

    After Palma (2011, Development and Change 42, 87-153), with places in reach instead of income. A zone that straddles
    a limit is split: exactly 10 % and 40 % of the children count. Zones of the same income are mixed first, so
    that their order does not matter.

    Parameters
    ----------
    values, weights
        Shape (n,), finite and not negative.
    income
        Shape (n,): mean income of the zone, finite where the weight is not 0.

    Returns
    -------
    float
        1 when both have the same; nan when the weights sum to 0 or the poorest have 0.

    Raises
    ------
    MeasureError
        As :func:`gini`, or if an income is missing.
    """
    amount, size = _ranked(values, weights, income)
    if not size.sum() > 0:
        return float("nan")
    poorest = _between(amount, size, 0.0, BOTTOM_SHARE) / BOTTOM_SHARE
    richest = _between(amount, size, 1.0 - TOP_SHARE, 1.0) / TOP_SHARE
    return richest / poorest if poorest > 0 else float("nan")


def lorenz_curve(values: npt.ArrayLike, weights: npt.ArrayLike) -> pd.DataFrame:
    """Return the Lorenz curve (Lorenz 1905): what share of all places the least served children have.

    Returns
    -------
    DataFrame
        ``children_share`` and ``value_share``, both from 0 to 1, least served first, one row per distinct value plus
        the origin. ``value_share`` is nan when the weights or all the values sum to 0.

    Raises
    ------
    MeasureError
        As :func:`gini`.
    """
    amount, size = _ranked(values, weights, values)
    children = np.concatenate([[0.0], np.cumsum(size)])
    value = np.concatenate([[0.0], np.cumsum(amount)])
    known = children[-1] > 0 and value[-1] > 0
    return pd.DataFrame(
        {
            "children_share": children / children[-1] if children[-1] > 0 else np.full(len(children), np.nan),
            "value_share": value / value[-1] if known else np.full(len(value), np.nan),
        }
    )


def by_income_quintile(values: npt.ArrayLike, weights: npt.ArrayLike, income: npt.ArrayLike) -> pd.DataFrame:
    """Return what each fifth of the children has, from the poorest places to the richest.

    Returns
    -------
    DataFrame
        Indexed by ``quintile`` 1 (poorest) to 5: ``children`` (equal by construction: zones on a limit are split),
        ``mean`` in the unit of the values and ``value_share`` of the whole. ``mean`` is nan without children,
        ``value_share`` also when all values are 0.

    Raises
    ------
    MeasureError
        As :func:`palma_ratio`.
    """
    amount, size = _ranked(values, weights, income)
    total = size.sum()
    rows = []
    for k in range(QUINTILES):
        part = _between(amount, size, k / QUINTILES, (k + 1) / QUINTILES) if total > 0 else float("nan")
        rows.append(
            {
                "children": total / QUINTILES,
                "mean": part * QUINTILES,
                "value_share": part * total / amount.sum() if amount.sum() > 0 else float("nan"),
            }
        )
    return pd.DataFrame(rows, index=pd.RangeIndex(1, QUINTILES + 1, name="quintile"))


def _ranked(values: npt.ArrayLike, weights: npt.ArrayLike, rank_by: npt.ArrayLike) -> tuple[Float64, Float64]:
    """Return amount and children of each distinct rank that has children, ascending."""
    value, weight = _checked(values, weights)
    rank = np.asarray(rank_by, dtype=np.float64)
    lived = weight > 0
    if rank.shape != value.shape or not np.isfinite(rank[lived]).all():
        raise MeasureError(f"The ranking needs {len(value)} finite numbers: leave out the zones where it is unknown.")
    distinct, group = np.unique(rank[lived], return_inverse=True)
    amount, size = np.zeros(len(distinct)), np.zeros(len(distinct))
    np.add.at(amount, group, (value * weight)[lived])
    np.add.at(size, group, weight[lived])
    return amount, size


def _between(amount: Float64, size: Float64, low: float, high: float) -> float:
    """Return the amount of the children ranked between two shares, divided by all children."""
    total = size.sum()
    people = np.concatenate([[0.0], np.cumsum(size)]) / total
    cumulated = np.concatenate([[0.0], np.cumsum(amount)]) / total
    return float(np.interp(high, people, cumulated) - np.interp(low, people, cumulated))


def _checked(values: npt.ArrayLike, weights: npt.ArrayLike, ids: pd.Index | None = None) -> tuple[Float64, Float64]:
    """Return both as floats; a value where nobody lives may be missing and becomes 0."""
    value, weight = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if value.shape != weight.shape or value.ndim != 1:
        raise MeasureError(f"Values {value.shape} and weights {weight.shape} must be two lists of one length.")
    value = np.where(np.isnan(value) & (weight == 0), 0.0, value)
    for name, amounts in (("values", value), ("weights", weight)):
        wrong = ~(np.isfinite(amounts) & (amounts >= 0))
        if wrong.any():
            where = np.flatnonzero(wrong) if ids is None else ids[wrong]
            raise MeasureError(
                f"{int(wrong.sum())} {name} are negative, missing or infinite, at {first_ids(list(where))}:"
                " leave out what is unknown, and say so."
            )
    return value, weight
