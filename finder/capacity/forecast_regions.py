"""Regions in the years between two counts: along their cohorts, so that the regional path has no gap.

Statbel publishes regions by sex and age every year, but here they end in 2021; an imported year by commune adds its own
year only. A cohort counted before and after goes from one count to the other in equal steps of its logarithm. Children
born since the earlier count come from the later one by reverse survival (United Nations 1983, Manual X, chapter VIII),
with the cohort ratios of the four years up to the earlier count.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from finder.capacity.forecast_path import RATIO_YEARS
from finder.capacity.forecast_series import Floats
from finder.errors import SeriesError


def between_counts(counts: Mapping[int, Floats], *, age_count: int) -> dict[int, Floats]:
    """Return people by sex and age in the years that lack between counted ones.

    Parameters
    ----------
    counts
        People by sex and single age of one region, by year, each of shape (2, ages).
    age_count
        Ages wanted, from 0; the counts must have as many more as the longest gap has years.

    Returns
    -------
    dict
        By year, shape (2, ``age_count``), not rounded; empty where no year lacks.

    Raises
    ------
    SeriesError
        If the counts have too few ages, or no two years in a row come before a gap.
    """
    found: dict[int, Floats] = {}
    for before, after in pairwise(sorted(counts)):
        if after - before == 1:
            continue
        if counts[after].shape[1] < age_count + after - before:
            raise SeriesError(
                f"Regions between {before} and {after} need counts up to age {age_count + after - before}."
            )
        ratio = _ratios_until(counts, before)
        for year in range(before + 1, after):
            found[year] = _along_cohorts(counts[before], counts[after], year - before, after - year, ratio, age_count)
    return found


def _along_cohorts(early: Floats, late: Floats, since: int, left: int, ratio: Floats, age_count: int) -> Floats:
    people = np.empty((early.shape[0], age_count))
    for age in range(age_count):
        later = late[:, age + left]
        if age >= since:
            # One person more, so that an age nobody has still has a logarithm.
            share = since / (since + left)
            logs = (1 - share) * np.log(early[:, age - since] + 1.0) + share * np.log(later + 1.0)
            people[:, age] = np.exp(logs) - 1.0
        else:
            people[:, age] = later / ratio[:, age : age + left].prod(axis=1)
    return people


def _ratios_until(counts: Mapping[int, Floats], year: int) -> Floats:
    """Return people of age a + 1 per person of age a a year before, over the last pairs of years."""
    pairs = [later for later in sorted(counts) if later <= year and later - 1 in counts][-RATIO_YEARS:]
    if not pairs:
        raise SeriesError(
            f"No two years in a row are counted by region up to {year}: the years after it cannot be told."
        )
    after = sum(counts[later][:, 1:] for later in pairs)
    before = sum(counts[later - 1][:, :-1] for later in pairs)
    ratios: Floats = np.asarray(after, dtype=np.float64) / np.maximum(before, 1.0)
    return ratios
