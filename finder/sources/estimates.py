"""The two estimates of the commune figures: women by age, and the ages of the children of 2024.

Both are flagged ``estimated`` wherever they go. Pure functions on frames; the reading is done elsewhere.
"""

from typing import Final

import numpy as np
import pandas as pd

WOMEN_AGES: Final = {"women_15_49": (15, 49), "women_20_44": (20, 44)}
COUNTED_YEAR: Final = 2020
ESTIMATED_YEAR: Final = 2024


def estimate_women(
    by_age: pd.DataFrame, regions: pd.DataFrame, region_of: "pd.Series[str]", *, lowest: int, highest: int
) -> pd.DataFrame:
    """Estimate the women of an age band in each commune and year.

    Statbel's open table by commune has no sex. Women of age a in commune c = people of age a in c x (women of age a /
    people of age a) of the region of c, in the same year; summed over the band. Estimates are rounded to whole persons
    by largest remainders, so that the communes of a region sum to the region's observed count.

    Parameters
    ----------
    by_age
        ``nis``, ``year``, ``age``, ``count``.
    regions
        ``region``, ``sex``, ``age``, ``year``, ``count``.
    region_of
        Region of each commune, index ``nis``.
    lowest, highest
        Ages of the band, both included, in completed years.

    Returns
    -------
    DataFrame
        ``nis``, ``year``, ``value``.
    """
    sexes = regions.pivot_table(index=["region", "year", "age"], columns="sex", values="count", aggfunc="sum")
    share = (sexes["women"] / (sexes["women"] + sexes["men"])).rename("female_share").reset_index()
    band = by_age[by_age["age"].between(lowest, highest)]
    band = band.assign(region=band["nis"].map(region_of)).merge(
        share, on=["region", "year", "age"], validate="many_to_one"
    )
    estimate = band.assign(value=band["count"] * band["female_share"])
    communes = estimate.groupby(["region", "year", "nis"], as_index=False)["value"].sum()
    rounded = communes.groupby(["region", "year"])["value"].transform(lambda values: round_to_sum(values.to_numpy()))
    return pd.DataFrame({"nis": communes["nis"], "year": communes["year"], "value": rounded})


def estimate_children_2024(
    by_age: pd.DataFrame, births: pd.DataFrame, children_0_4: "pd.Series[float]", region_of: "pd.Series[str]"
) -> pd.DataFrame:
    """Estimate the children of 0-2.5 and 0-5 on 1 January 2024; see :func:`estimate_ages_2024`.

    Children 0-2.5 = age0 + age1 + age2/2; results are rounded to halves and to whole children.

    Returns
    -------
    DataFrame
        Index ``nis``; columns ``children_0_2_5`` and ``children_0_5``.
    """
    ages = estimate_ages_2024(by_age, births, children_0_4, region_of)
    return pd.DataFrame(
        {
            "children_0_2_5": np.round(2 * (ages[0] + ages[1]) + ages[2]) / 2,
            "children_0_5": np.round(children_0_4 + ages[5]),
        }
    )


def estimate_ages_2024(
    by_age: pd.DataFrame, births: pd.DataFrame, children_0_4: "pd.Series[float]", region_of: "pd.Series[str]"
) -> pd.DataFrame:
    """Estimate the children by age on 1 January 2024 from the observed total of 0-4 and the births.

    The observed 0-4 of each commune is shared among its ages in proportion to the births that each age comes from
    (age a: births of 2023 - a) times r_a, the ratio of children aged a in 2020 to the births of 2019 - a over the
    communes of the region where both are known (a = 0, 1, 2; ages 3 and 4 take r_2: births before 2017 are not in the
    table). Age 5 = the commune's age 1 in 2020 x (age 5 in 2019 / age 1 in 2015, in the region).

    Parameters
    ----------
    by_age
        ``nis``, ``year``, ``age``, ``count``; years 2015, 2019 and 2020 are used.
    births
        ``nis``, ``year``, ``births`` (may be missing before 2019).
    children_0_4
        Observed children of 0-4 on 1 January 2024, index ``nis``.
    region_of
        Region of each commune, index ``nis``.

    Returns
    -------
    DataFrame
        Index ``nis``; columns 0 to 5, not rounded; the ages 0 to 4 sum to ``children_0_4``.
    """
    communes = children_0_4.index
    region = region_of.reindex(communes)
    counted = by_age.pivot_table(index="nis", columns=["year", "age"], values="count").reindex(communes)
    born = births.pivot_table(index="nis", columns="year", values="births").reindex(communes)
    ratios = [_ratio(counted[(COUNTED_YEAR, age)], born[COUNTED_YEAR - 1 - age], region) for age in (0, 1, 2)]
    ratios += [ratios[2], ratios[2]]
    expected = np.column_stack([born[ESTIMATED_YEAR - 1 - age] * ratio for age, ratio in enumerate(ratios)])
    ages = expected * (children_0_4.to_numpy(dtype=float) / expected.sum(axis=1))[:, None]
    result = pd.DataFrame(ages, index=communes)
    result[5] = counted[(COUNTED_YEAR, 1)] * _ratio(counted[(2019, 5)], counted[(2015, 1)], region)
    return result


def round_to_sum(values: np.ndarray, *, quantum: float = 1.0) -> np.ndarray:
    """Return ``values`` rounded to multiples of ``quantum``, keeping their (rounded) sum, by largest remainders.

    Parameters
    ----------
    values
        Numbers >= 0, shape (n,).
    quantum
        Step of the result.

    Returns
    -------
    ndarray
        Shape (n,); each within one quantum of its value. Equal remainders are served in the order of the array.
    """
    steps = np.asarray(values, dtype=float) / quantum
    floor = np.floor(steps + 1e-9)
    lacking = round(float(steps.sum() - floor.sum()))
    first = np.argsort(-(steps - floor), kind="stable")[:lacking]
    floor[first] += 1
    return floor * quantum


def _ratio(after: "pd.Series[float]", before: "pd.Series[float]", region: "pd.Series[str]") -> "pd.Series[float]":
    """Return, for each commune, the ratio of sums over the communes of its region where both counts are known."""
    both = after.notna() & before.notna()
    return after.where(both).groupby(region).transform("sum") / before.where(both).groupby(region).transform("sum")
