"""The years that are not counted by commune: estimated along cohorts, each age summing to its region to the unit.

Never a truth to score against: every row these functions make is to be flagged ``estimated``. Method and checks:
``docs/population.md``.
"""

from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.apportion import whole_counts
from finder.capacity.cohorts import cohort_ratio, transitions
from finder.capacity.nowcast import TOTAL_AGES, Counts, Shrinkage, expected_ages

METHOD_VERSION: Final = "population series 1"
OLDEST_AGE: Final = 100


def estimate_year(
    ages: pd.DataFrame,
    places: pd.DataFrame,
    region_counts: pd.DataFrame,
    year: int,
    *,
    newborns: "pd.Series[float] | None" = None,
    weight: float = 400.0,
) -> pd.DataFrame:
    """Return the people of each commune by single age on 1 January of a year whose regions are counted.

    Each age of a region is shared among its communes. Between two counted years: by the commune's share of the same
    cohort in both, weighed by time; born since the earlier count, by the share in the later. After the last counted
    year: by the cohort's count times the commune's cohort ratios, shrunk as in :mod:`finder.capacity.cohorts`; born
    since, by ``newborns``, or by the last count of the same age. The open class of 100 and over goes by its own shares.

    Parameters
    ----------
    ages
        Counts by commune, columns ``(year, age)``, ages 0 to 100; ``year`` itself is not used.
    places
        ``arrondissement`` and ``region`` of each commune, same index.
    region_counts
        Counts of ``year`` by age (index) and region (columns), whole numbers.
    year
        Year to estimate, after the first counted one.
    newborns
        Weights of age 0 when no later year is counted, same index; for example births of the year before.
    weight
        Children the arrondissement's cohort ratio weighs for.

    Returns
    -------
    DataFrame
        Index of ``ages``, columns 0 to 100, whole numbers; each age sums to its region exactly.
    """
    years = sorted({int(counted) for counted in ages.columns.get_level_values(0)} - {year})
    before = max(counted for counted in years if counted < year)
    after = min((counted for counted in years if counted > year), default=None)
    result = {}
    for age in range(OLDEST_AGE + 1):
        if after is not None:
            shares = _between(ages, places, age, before, year, after)
        else:
            shares = _share(_forward(ages, places, age, before, year, newborns, weight), places)
        counted = pd.Series(0, index=ages.index)
        for region in places["region"].unique():
            communes = places.index[places["region"] == region]
            total = int(region_counts[region][age])
            counted[communes] = whole_counts(shares[communes].to_numpy() * total, total)
        result[age] = counted
    return pd.DataFrame(result)


def estimate_children(counts: Counts, year: int, shrinkage: Shrinkage) -> pd.DataFrame:
    """Return the children of 0-5 of a year between the last count by age and a newer count of the 0-4.

    The expected children (:func:`finder.capacity.nowcast.expected_ages`) times (observed / expected 0-4 of the newer
    count) to the power of the time passed between both counts: what the ratios missed is taken to have grown evenly.

    Parameters
    ----------
    counts
        With the newer count in ``children_0_4``.
    year
        After the last count by age, not after the newer count.
    shrinkage
        Weights of the nowcast.

    Returns
    -------
    DataFrame
        Index as in ``counts``, columns 0 to 5, whole numbers.
    """
    last = max(counted for counted in counts.years if counted < year)
    newer = min(counted for counted in map(int, counts.children_0_4.columns) if counted >= year)
    expected = expected_ages(counts, newer, shrinkage, ages=TOTAL_AGES).sum(axis=1)
    missed = counts.children_0_4[newer].astype(float) / expected
    children = expected_ages(counts, year, shrinkage).mul(missed ** ((year - last) / (newer - last)), axis=0)
    return children.round().astype("int64")


def _share(weights: "pd.Series[float]", places: pd.DataFrame) -> "pd.Series[float]":
    sums = weights.groupby(places["region"]).transform("sum")
    people = pd.Series(1.0, index=weights.index)
    # An age nobody has in a region: any shares of nothing will do, and equal ones are defined.
    return (weights / sums).where(sums > 0, people / people.groupby(places["region"]).transform("sum"))


def _between(
    ages: pd.DataFrame, places: pd.DataFrame, age: int, before: int, year: int, after: int
) -> "pd.Series[float]":
    younger, older = age - (year - before), age + (after - year)
    if age == OLDEST_AGE:
        younger = older = OLDEST_AGE
    elif older >= OLDEST_AGE:
        return _share(ages[(before, younger)].astype(float), places)
    later = _share(ages[(after, older)].astype(float), places)
    if younger < 0:
        return later
    time = (year - before) / (after - before)
    return (1 - time) * _share(ages[(before, younger)].astype(float), places) + time * later


def _forward(
    ages: pd.DataFrame,
    places: pd.DataFrame,
    age: int,
    before: int,
    year: int,
    newborns: "pd.Series[float] | None",
    weight: float,
) -> "pd.Series[float]":
    ahead = year - before
    if age == OLDEST_AGE:
        return ages[(before, OLDEST_AGE)].astype(float)
    if age < ahead:
        last = ages[(before, age)].astype(float)
        return newborns.fillna(last) if newborns is not None and age == 0 else last
    years = [int(counted) for counted in np.unique(ages.columns.get_level_values(0)) if counted <= before]
    steps = transitions(years, known_to=before)
    people = ages[(before, age - ahead)].astype(float)
    for step in range(ahead):
        people = people * cohort_ratio(ages, age - ahead + step, places, years=steps, weight=weight)
    return people
