"""Children of a commune on 1 January of a year that is not counted yet, from its births: an estimate with an interval.

Expected children aged a = births of the year in which they were born x infants of the commune per birth x the cohort
ratios of the ages from 0 to a; a cohort that was counted starts from its count instead. Ratios of a commune are shrunk
to its arrondissement (:mod:`finder.capacity.cohorts`); how much is chosen on earlier years only. When a count of all
children of 0-4 is newer than the last count by single age, the ages are scaled by observed / expected of that year,
shrunk to the region.

Intervals come from the errors that this method made in a year that has been counted since: see :func:`fit_spread`.
Method, checks and limits: ``docs/population.md``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.cohorts import cohort_growth, cohort_ratio, shrunk_ratio, transitions
from finder.errors import SchemaError

METHOD_VERSION: Final = "nowcast 1"
WEIGHTS: Final = (50.0, 100.0, 200.0, 400.0, 800.0, 1600.0)
"""Weights of the arrondissement, in children, among which the nested choice is made."""
INFANT_YEARS: Final = 2
"""Counted years that give the infants per birth: older ones say little of today."""
CHILD_AGES: Final = tuple(range(6))
TOTAL_AGES: Final = tuple(range(5))
INTERVAL_SHARE: Final = 0.8


@dataclass(frozen=True)
class Counts:
    """What is counted, all with the same index of communes.

    Parameters
    ----------
    ages
        Children on 1 January, columns ``(year, age)`` with at least the ages 0 to 5.
    births
        Live births, one column per calendar year; missing where not published.
    children_0_4
        Children of 0-4 on 1 January, one column per year; may reach further than ``ages``.
    places
        Columns ``arrondissement`` and ``region``.
    """

    ages: pd.DataFrame
    births: pd.DataFrame
    children_0_4: pd.DataFrame
    places: pd.DataFrame

    @property
    def years(self) -> list[int]:
        """Years counted by single age, in order."""
        return sorted({int(year) for year in self.ages.columns.get_level_values(0)})

    def before(self, year: int) -> "Counts":
        """Return what had been counted before 1 January of ``year``: what an estimate of that day may use."""
        return Counts(
            self.ages.loc[:, [int(counted) < year for counted in self.ages.columns.get_level_values(0)]],
            self.births.loc[:, [int(counted) < year for counted in self.births.columns]],
            self.children_0_4.loc[:, [int(counted) < year for counted in self.children_0_4.columns]],
            self.places,
        )


@dataclass(frozen=True)
class Shrinkage:
    """Children that the wider ratio weighs for: infants per birth, cohort ratios, and the level of the last total."""

    infants: float
    cohorts: float
    level: float


@dataclass(frozen=True)
class Spread:
    """How far the truth lies from the estimate: log error ~ ``multiple`` x sqrt(``common`` + ``chance`` / children)."""

    common: float
    chance: float
    multiple: float

    def bounds(self, children: "pd.Series[float]") -> pd.DataFrame:
        """Return ``low`` and ``high`` of the interval of :data:`INTERVAL_SHARE` around ``children`` (> 0)."""
        reach = self.multiple * np.sqrt(self.common + self.chance / children)
        return pd.DataFrame({"low": children * np.exp(-reach), "high": children * np.exp(reach)})


def expected_ages(counts: Counts, year: int, shrinkage: Shrinkage, *, ages: Sequence[int] = CHILD_AGES) -> pd.DataFrame:
    """Return the children expected on 1 January of ``year``; index as in ``counts``, one column per age.

    Parameters
    ----------
    counts
        Only what is dated before that day is used.
    year
        Year of the estimate.
    shrinkage
        From :func:`choose_shrinkage`.
    ages
        Ages wanted, in completed years.

    Raises
    ------
    SchemaError
        If the births of a year are not in ``counts`` and the cohort has not been counted either.
    """
    known = counts.before(year)
    plain = _plain_ages(known, year, shrinkage, ages)
    level_year = max((int(column) for column in known.children_0_4.columns), default=0)
    if level_year <= known.years[-1]:
        return plain
    before = _plain_ages(known.before(level_year), level_year, shrinkage, TOTAL_AGES).sum(axis=1)
    level = shrunk_ratio(known.children_0_4[level_year], before, _by_region(known), weight=shrinkage.level)
    return plain.mul(level, axis=0)


def choose_shrinkage(counts: Counts) -> Shrinkage:
    """Choose the weights that would have served best in the years that ``counts`` holds by single age.

    Three separate choices, each the least mean absolute percentage error over communes and years: infants per birth of
    the last counted year from the years before; cohorts two to five years on, from the ratios before their base; the
    children of 1-4 two years on, scaled by a total that is two years newer than the ratios. Pass
    ``counts.before(year)`` of a year that is to be judged: then nothing later enters.
    """
    cohorts = _best(lambda weight: _cohort_error(counts, weight))
    return Shrinkage(
        infants=_best(lambda weight: _infant_error(counts, weight)),
        cohorts=cohorts,
        level=_best(lambda weight: _level_error(counts, weight, cohorts)),
    )


def fit_spread(expected: "pd.Series[float]", observed: "pd.Series[float]") -> Spread:
    """Fit how far the truth lies from the estimate on a year that has been counted since.

    The variance of log(observed / expected) has a part that all communes share and a part that falls as 1 / children
    (chance), both by least squares on the squared errors, each commune weighed by the inverse of its fitted variance.
    The multiple is the conformal quantile of the absolute errors so scaled (Vovk, Gammerman & Shafer 2005; Lei et al.
    2018, "Distribution-free predictive inference for regression"): of n errors the one of rank ceil((n + 1) x share).

    Parameters
    ----------
    expected, observed
        Children of the same communes, > 0.
    """
    from scipy.optimize import nnls

    squared = np.log((observed / expected).to_numpy(dtype=float)) ** 2
    design = np.column_stack([np.ones(len(squared)), 1 / expected.to_numpy(dtype=float)])
    variance = np.full(len(squared), squared.mean())
    for _ in range(20):
        parts, _ = nnls(design / variance[:, None], squared / variance)
        variance = np.maximum(design @ parts, 1e-6)
    scaled = np.sort(np.sqrt(squared / variance))
    rank = min(int(np.ceil((len(scaled) + 1) * INTERVAL_SHARE)), len(scaled))
    return Spread(float(parts[0]), float(parts[1]), float(scaled[rank - 1]))


@dataclass(frozen=True)
class Judged:
    """A past estimate beside what was counted later, both by commune, and the weights it was made with."""

    year: int
    expected: "pd.Series[float]"
    observed: "pd.Series[float]"
    shrinkage: Shrinkage


def judge(counts: Counts, year: int) -> Judged:
    """Estimate the children of 0-4 of ``year`` from what was known before it, weights included, beside the count."""
    shrinkage = choose_shrinkage(counts.before(year))
    expected = expected_ages(counts, year, shrinkage, ages=TOTAL_AGES).sum(axis=1)
    return Judged(year, expected, counts.children_0_4[year].astype(float), shrinkage)


def fill_births(births: pd.DataFrame) -> pd.DataFrame:
    """Return ``births`` with the years a commune lacks filled by the mean of the nearest years known on either side."""
    ordered = births.sort_index(axis=1)
    return (
        (ordered.ffill(axis=1) + ordered.bfill(axis=1))
        .div(2)
        .fillna(ordered.ffill(axis=1))
        .fillna(ordered.bfill(axis=1))
    )


def mean_error_pct(expected: "pd.Series[float]", observed: "pd.Series[float]") -> float:
    """Return the mean absolute percentage error over communes where both are known."""
    return float((expected / observed - 1).abs().mean() * 100)


def _by_region(counts: Counts) -> pd.DataFrame:
    return counts.places.assign(arrondissement=counts.places["region"])


def _plain_ages(known: Counts, year: int, shrinkage: Shrinkage, ages: Sequence[int]) -> pd.DataFrame:
    last = known.years[-1]
    steps = transitions(known.years, known_to=last)
    births = fill_births(known.births)
    infants = _infants_per_birth(known, known.years[-INFANT_YEARS:], shrinkage.infants)
    columns = {}
    for age in ages:
        ahead = min(age, year - last)
        if age >= year - last:
            start = known.ages[(last, age - ahead)].astype(float)
        elif year - 1 - age in births.columns:
            start, ahead = births[year - 1 - age] * infants, age
        else:
            raise SchemaError(f"Children aged {age} on 1 January {year} need the births of {year - 1 - age}: add them.")
        columns[age] = start * cohort_growth(
            known.ages, age - ahead, known.places, steps=ahead, years=steps, weight=shrinkage.cohorts
        )
    return pd.DataFrame(columns)


def _infants_per_birth(known: Counts, years: Sequence[int], weight: float) -> "pd.Series[float]":
    usable = [year for year in years if year - 1 in known.births.columns]
    born = known.births[[year - 1 for year in usable]].set_axis(usable, axis=1)
    infants = known.ages[[(year, 0) for year in usable]].set_axis(usable, axis=1)
    return shrunk_ratio(
        infants.where(born.notna()).sum(axis=1, min_count=1), born.sum(axis=1, min_count=1), known.places, weight=weight
    )


def _best(error: Callable[[float], float]) -> float:
    errors = [error(weight) for weight in WEIGHTS]
    return WEIGHTS[int(np.argmin(errors))]


def _infant_error(counts: Counts, weight: float) -> float:
    last = counts.years[-1]
    earlier = [year for year in counts.years if year < last][-INFANT_YEARS:]
    ratio = _infants_per_birth(counts, earlier, weight)
    return mean_error_pct(counts.births[last - 1] * ratio, counts.ages[(last, 0)])


def _cohort_error(counts: Counts, weight: float) -> float:
    errors = []
    for base in counts.years:
        steps = transitions(counts.years, known_to=base)
        targets = [year for year in counts.years if 2 <= year - base <= CHILD_AGES[-1]]
        if len(steps) < 2 or not targets:
            continue
        ratios = [
            cohort_ratio(counts.ages, age, counts.places, years=steps, weight=weight).to_numpy()
            for age in CHILD_AGES[:-1]
        ]
        for target in targets:
            ahead = target - base
            starts = [age - ahead for age in CHILD_AGES if age >= ahead]
            expected = pd.DataFrame(
                {age: counts.ages[(base, age)] * np.prod(ratios[age : age + ahead], axis=0) for age in starts}
            ).sum(axis=1)
            observed = counts.ages[[(target, age + ahead) for age in starts]].sum(axis=1)
            errors.append(mean_error_pct(expected, observed))
    return float(np.mean(errors))


def _level_error(counts: Counts, weight: float, cohorts: float) -> float:
    errors = []
    older = TOTAL_AGES[1:]
    for target in counts.years:
        seen = target - 2
        steps = transitions(counts.years, known_to=seen - 2)
        needed = {seen - age for age in older} | {target - age for age in older} | {seen}
        if not steps or not needed <= set(counts.years):
            continue
        growth = {
            age: cohort_growth(counts.ages, 0, counts.places, steps=age, years=steps, weight=cohorts) for age in older
        }
        expected = {
            year: pd.DataFrame({age: counts.ages[(year - age, 0)] * growth[age] for age in older}).sum(axis=1)
            for year in (seen, target)
        }
        observed = {year: counts.ages[[(year, age) for age in older]].sum(axis=1) for year in (seen, target)}
        level = shrunk_ratio(observed[seen], expected[seen], _by_region(counts), weight=weight)
        errors.append(mean_error_pct(expected[target] * level, observed[target]))
    return float(np.mean(errors))
