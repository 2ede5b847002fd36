"""The models that compete: each is fitted on a series up to its origin and predicts children from a start.

Every prediction has the shape (horizon, communes, 6): children of each single age 0 to 5 on 1 January.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Protocol

import numpy as np

from finder.capacity.forecast_path import PARENT_AGES, Start, start_at_origin
from finder.capacity.forecast_series import AGES, Floats, Ints, PopulationSeries

METHOD_VERSION: Final = "forecast 1"

CHILD_AGES: Final = 6
RATIO_GRID: Final = (300.0, 1000.0, 4000.0)
"""Candidate weights of the arrondissement, in people observed, for cohort ratios."""
CHILD_RATIO_GRID: Final = (1000.0, 4000.0, 16000.0)
"""The same for children of age 0 per adult of 25-39, in adults observed."""
DEFAULT_WEIGHTS: Final = (1000.0, 4000.0)
"""Middle of the grids: used while nothing observed can be judged yet."""
NESTED_HORIZONS: Final = (1, 2, 3, 4, 5)
POOLED_AGES: Final = 5
TREND_YEARS: Final = 6
TREND_FADING: Final = 0.8


class Fitted(Protocol):
    """A model that has seen a series."""

    def predict(self, start: Start) -> Floats:
        """Return children by year ahead, commune and single age 0-5, shape (horizon, n, 6)."""
        ...


class Model(Protocol):
    """A way to forecast children of communes."""

    @property
    def name(self) -> str:
        """Name in tables and texts."""
        ...

    def fit(self, series: PopulationSeries) -> Fitted:
        """Learn from a series, which ends at the origin."""
        ...


@dataclass(frozen=True, eq=False)
class _FittedLastValue:
    def predict(self, start: Start) -> Floats:
        return np.repeat(start.counts[None, :, :CHILD_AGES], start.horizon, axis=0)


@dataclass(frozen=True)
class LastValue:
    """Every later year is as the origin: what any other model has to beat."""

    name: str = "last value"

    def fit(self, series: PopulationSeries) -> Fitted:  # noqa: ARG002 - nothing to learn
        """Return the rule, which learns nothing."""
        return _FittedLastValue()


@dataclass(frozen=True, eq=False)
class _FittedRegionalShare:
    region: Ints

    def predict(self, start: Start) -> Floats:
        still = np.repeat(start.counts[None, :, :CHILD_AGES], start.horizon, axis=0)
        return to_regions(still, start.regions[:, :, :CHILD_AGES], self.region)


@dataclass(frozen=True)
class RegionalShare:
    """Every commune keeps its share of its region's children, and the region follows its path."""

    name: str = "share of region"

    def fit(self, series: PopulationSeries) -> Fitted:
        """Return the rule for the communes of the series."""
        return _FittedRegionalShare(series.region)


@dataclass(frozen=True, eq=False)
class _FittedTrend:
    growth: Floats

    def predict(self, start: Start) -> Floats:
        faded = np.cumsum(TREND_FADING ** np.arange(1, start.horizon + 1))
        factor = np.exp(faded[:, None] * self.growth)
        grown: Floats = start.counts[None, :, :CHILD_AGES] * factor[:, :, None]
        return grown


@dataclass(frozen=True)
class DampedTrend:
    """The commune's own trend of children 0-2 over at most six years, fading by a fifth a year."""

    name: str = "damped trend"

    def fit(self, series: PopulationSeries) -> Fitted:
        """Return each commune's yearly growth (logarithm); none where only one year is known."""
        recent = [i for i, year in enumerate(series.years) if year > series.origin - TREND_YEARS]
        if len(recent) < 2:
            return _FittedTrend(np.zeros(len(series.nis)))
        x = np.array([series.years[i] for i in recent], dtype=float)
        x -= x.mean()
        # One child more, so that a commune without any still has a logarithm.
        logs = np.log(series.counts[recent, :, :3].sum(axis=2) + 1.0)
        growth: Floats = (x[:, None] * logs).sum(axis=0) / (x**2).sum()
        return _FittedTrend(growth)


@dataclass(frozen=True, eq=False)
class _FittedHamiltonPerry:
    cohort: Floats
    child_adult: Floats
    region: Ints
    is_controlled: bool

    def predict(self, start: Start) -> Floats:
        path = self.project(start)
        children: Floats = path[:, :, :CHILD_AGES]
        return children

    def project(self, start: Start) -> Floats:
        """Return all ages 0-54, shape (horizon, n, 55)."""
        current = start.counts
        path = np.empty((start.horizon, *current.shape))
        for step in range(start.horizon):
            following = np.empty_like(current)
            following[:, 1:] = current[:, :-1] * self.cohort
            following[:, 0] = following[:, PARENT_AGES].sum(axis=1) * self.child_adult
            if self.is_controlled:
                following = to_regions(following[None], start.regions[step][None], self.region)[0]
            path[step] = current = following
        return path


@dataclass(frozen=True)
class HamiltonPerry:
    """Cohort ratios pooled over years and shrunk to the arrondissement; age 0 from a child-adult ratio.

    ``ratio_i = (people observed x own ratio + K x ratio of the arrondissement) / (people observed + K)``, after
    Hamilton and Perry (1962, Social Forces 41:163-170) with the shrinkage of an empirical Bayes mean. From age 5 on,
    numerators and denominators are pooled over five neighbouring ages. Sex is not known by commune, so age 0 hangs on
    adults of both sexes of 25-39. Both weights are chosen on earlier years of the series itself; before two
    consecutive years are observed by commune, the ratios of the region stand in.

    Parameters
    ----------
    is_controlled
        Whether each age is scaled to the regional path in every year.
    weights
        Weights of the arrondissement for cohort ratios and for the child-adult ratio; default: chosen on the series.
    """

    is_controlled: bool = True
    weights: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        """Name in tables and texts."""
        return "cohorts, regional path" if self.is_controlled else "cohorts"

    def fit(self, series: PopulationSeries) -> _FittedHamiltonPerry:
        """Return the ratios of every commune."""
        weights = self.weights or choose_weights(series)
        cohort = _cohort_ratios(series, weights[0])
        return _FittedHamiltonPerry(cohort, _child_adult_ratios(series, weights[1]), series.region, self.is_controlled)


@dataclass(frozen=True, eq=False)
class _FittedMean:
    members: tuple[Fitted, ...]

    def predict(self, start: Start) -> Floats:
        mean: Floats = np.mean([member.predict(start) for member in self.members], axis=0)
        return mean


@dataclass(frozen=True)
class MeanOf:
    """The plain mean of several models: errors that differ cancel (Bates and Granger 1969, OR 20:451-468).

    Parameters
    ----------
    name
        Name in tables and texts.
    members
        The models; each counts alike.
    """

    name: str
    members: tuple[Model, ...]

    def fit(self, series: PopulationSeries) -> Fitted:
        """Fit every member."""
        return _FittedMean(tuple(member.fit(series) for member in self.members))


COMBINATION: Final = MeanOf("cohorts + share, regional path", (HamiltonPerry(), RegionalShare()))
"""The model that stands unless another proves better in nested validation."""
PLAIN_COMBINATION: Final = MeanOf("cohorts + last value", (HamiltonPerry(is_controlled=False), LastValue()))
STRUCTURAL: Final[tuple[Model, ...]] = (
    LastValue(),
    DampedTrend(),
    RegionalShare(),
    HamiltonPerry(is_controlled=False),
    HamiltonPerry(),
    PLAIN_COMBINATION,
    COMBINATION,
)


def to_regions(people: Floats, totals: Floats, region: Ints) -> Floats:
    """Scale people of each year and age so that the communes of a region sum to its total.

    Parameters
    ----------
    people
        Shape (years, n, ages).
    totals
        Shape (years, regions, ages).
    region
        Position of each commune's region, shape (n,).
    """
    scaled = people.copy()
    for position in np.unique(region):
        members = region == position
        sums = people[:, members].sum(axis=1)
        factor = np.divide(totals[:, position], sums, out=np.ones_like(sums), where=sums > 0)
        scaled[:, members] *= factor[:, None, :]
    return scaled


def choose_weights(series: PopulationSeries) -> tuple[float, float]:
    """Return the weights of the arrondissement with the least mean error in the past of a series.

    Judged on children of 0-2, one to five years ahead, origins and targets both within the series; each horizon counts
    alike. :data:`DEFAULT_WEIGHTS` while there is nothing to judge on.
    """
    return _chosen_weights(_SameData(series.data_version, series))


@dataclass(frozen=True)
class _SameData:
    """A series that equals every other one with the same counts: cuts of one series are made anew each time."""

    version: str
    series: PopulationSeries = field(compare=False)


@lru_cache(maxsize=64)
def _chosen_weights(key: _SameData) -> tuple[float, float]:
    return _least_error(key.series)


def _least_error(series: PopulationSeries) -> tuple[float, float]:
    grid = [(cohort, child) for cohort in RATIO_GRID for child in CHILD_RATIO_GRID]
    errors: dict[int, list[list[float]]] = {}
    for base in series.years[:-1]:
        past = series.until(base)
        horizons = [h for h in NESTED_HORIZONS if base + h in series.years]
        if not horizons:
            continue
        start = start_at_origin(past, max(horizons))
        paths = [HamiltonPerry(weights=weights).fit(past).predict(start)[:, :, :3].sum(axis=2) for weights in grid]
        for h in horizons:
            truth = np.maximum(series.at(base + h)[:, :3].sum(axis=1), 1.0)
            errors.setdefault(h, []).append([float(np.mean(np.abs(path[h - 1] / truth - 1.0))) for path in paths])
    if not errors:
        return DEFAULT_WEIGHTS
    mean = np.mean([np.mean(cases, axis=0) / np.mean(cases) for cases in errors.values()], axis=0)
    return grid[int(np.argmin(mean))]


def _cohort_ratios(series: PopulationSeries, weight: float) -> Floats:
    """Return people of age a + 1 per person of age a a year before, shape (n, 54)."""
    pairs = [i for i, year in enumerate(series.years[:-1]) if series.years[i + 1] == year + 1]
    if not pairs:
        later, earlier = series.region_counts[1:], series.region_counts[:-1]
        regional = later[:, :, :, 1:].sum(axis=(0, 2)) / earlier[:, :, :, :-1].sum(axis=(0, 2))
        found: Floats = regional[series.region]
        return found
    after = _pool_ages(series.counts[[i + 1 for i in pairs], :, 1:].sum(axis=0))
    before = _pool_ages(series.counts[pairs, :, :-1].sum(axis=0))
    return _shrunk(after, before, weight, series.arrondissement_of)


def _child_adult_ratios(series: PopulationSeries, weight: float) -> Floats:
    """Return children of age 0 per adult of 25-39, shape (n,), pooled over all observed years."""
    children = series.counts[:, :, 0].sum(axis=0)[:, None]
    adults = series.counts[:, :, PARENT_AGES].sum(axis=(0, 2))[:, None]
    return _shrunk(children, adults, weight, series.arrondissement_of)[:, 0]


def _shrunk(numerator: Floats, denominator: Floats, weight: float, group: Ints) -> Floats:
    """Return the ratios of communes drawn to that of their group as if it were ``weight`` more people."""
    sums = np.zeros((2, int(group.max()) + 1, numerator.shape[1]))
    np.add.at(sums[0], group, numerator)
    np.add.at(sums[1], group, denominator)
    of_group = (sums[0] / np.maximum(sums[1], 1.0))[group]
    ratios: Floats = (numerator + weight * of_group) / (denominator + weight)
    return ratios


def _pool_ages(people: Floats) -> Floats:
    """Sum over five neighbouring ages; the first five ages, whose ratios differ most, stay single."""
    half = POOLED_AGES // 2
    padded = np.pad(people, ((0, 0), (half, half)))
    pooled: Floats = np.stack([padded[:, k : k + AGES - 1] for k in range(POOLED_AGES)]).sum(axis=0)
    pooled[:, :POOLED_AGES] = people[:, :POOLED_AGES]
    return pooled
