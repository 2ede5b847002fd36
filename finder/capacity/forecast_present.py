"""From the last full count to today: adults by cohorts, children by births.

Ages are counted by commune up to an origin some years ago; births are known to last year. Children of 0-5 of the years
between come from births (:mod:`finder.capacity.nowcast`); everyone older is moved on by cohort ratios. All of it is
estimated, and forecasts start from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from finder.capacity.forecast_models import CHILD_AGES, HamiltonPerry, to_regions
from finder.capacity.forecast_path import (
    GIRLS_SHARE,
    PARENT_AGES,
    RATIO_YEARS,
    Scenario,
    Start,
    child_woman_ratios,
    extrapolate,
    fitted_parameters,
    regional_path,
)
from finder.capacity.forecast_series import Floats, PopulationSeries
from finder.errors import SeriesError


@dataclass(frozen=True, eq=False)
class Present:
    """The communes today.

    Attributes
    ----------
    year
        1 January of this year.
    counts
        People by commune and single age 0-54, shape (n, 55): estimated unless ``year`` is observed.
    children
        Children of 0-5 of the estimated years, by year, each of shape (n, 6).
    regions
        The series with its regions carried to ``year``.
    """

    year: int
    counts: Floats
    children: Mapping[int, Floats]
    regions: PopulationSeries

    def start(self, horizon: int, *, scenario: Scenario = "central") -> Start:
        """Return where a forecast under a scenario starts."""
        return Start(self.year, self.counts, regional_path(self.regions, horizon, scenario=scenario))


def bring_to_present(series: PopulationSeries, children: Mapping[int, Floats]) -> Present:
    """Carry a series on to the last year of ``children``.

    Parameters
    ----------
    series
        Observed counts.
    children
        Children of each age 0-5 by commune, shape (n, 6), for every year after the origin; empty: today is the origin.

    Raises
    ------
    SeriesError
        If a year between is missing.
    """
    origin = series.origin
    years = sorted(year for year in children if year > origin)
    if years != list(range(origin + 1, origin + 1 + len(years))):
        raise SeriesError(f"Children must be given for every year after {origin}; found {', '.join(map(str, years))}.")
    if not years:
        return Present(origin, series.counts[-1], {}, series.until(origin))
    regions = _regions_to(series, {year: children[year] for year in years})
    fitted = HamiltonPerry().fit(series)
    current = series.counts[-1]
    controlled = {}
    for year in years:
        following = np.empty_like(current)
        following[:, 1:] = current[:, :-1] * fitted.cohort
        following[:, :CHILD_AGES] = children[year]
        totals = regions.region_at(year).sum(axis=1)
        current = to_regions(following[None], totals[None], series.region)[0]
        controlled[year] = current[:, :CHILD_AGES]
    return Present(years[-1], current, controlled, regions)


def _regions_to(series: PopulationSeries, children: Mapping[int, Floats]) -> PopulationSeries:
    """Return the series with its regional table continued: observed while it lasts, then cohorts and births."""
    counts = series.region_counts
    cohort = counts[-RATIO_YEARS:, :, :, 1:].sum(axis=0) / counts[-RATIO_YEARS - 1 : -1, :, :, :-1].sum(axis=0)
    last = series.region_years[-1]
    ahead = [year for year in children if year > last]
    # Births of a region without communes here (Flanders) follow its own path.
    ratio = np.exp(extrapolate(child_woman_ratios(series), max(len(ahead), 1), fitted_parameters(series)))
    shares = np.array([1.0 - GIRLS_SHARE, GIRLS_SHARE])
    table = [*counts]
    for step, year in enumerate(ahead):
        following = np.empty_like(table[-1])
        following[:, :, 1:] = table[-1][:, :, :-1] * cohort
        newborn = following[:, 1, PARENT_AGES].sum(axis=1) * ratio[step]
        following[:, :, 0] = newborn[:, None] * shares
        for position in np.unique(series.region):
            sums = children[year][series.region == position].sum(axis=0)
            both = following[position, :, :CHILD_AGES].sum(axis=0)
            following[position, :, :CHILD_AGES] *= sums / np.maximum(both, 1.0)
        table.append(following)
    kept = sum(year <= max(children) for year in series.region_years)
    years = (*series.region_years[:kept], *ahead)
    return replace(series, region_years=years, region_counts=np.stack([*table[:kept], *table[len(counts) :]]))
