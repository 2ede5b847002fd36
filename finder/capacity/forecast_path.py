"""The regional path: how many children of each age a region will have, and what scenarios change.

Women and children of each region are moved on by the cohort ratios of the last four years; births follow from women
aged 25-39 and a child-woman ratio. Its logarithm keeps a fading momentum and returns to its long-run mean,
``d(h) = rho d(h-1) + s phi^h``, as in forecasts of fertility bound to an ultimate level (Lee 1993, International
Journal of Forecasting 9:187-202; damped trends: Gardner and McKenzie 1985, Management Science 31:1237-1246). The
long-run mean comes from the age pyramid itself, by reverse survival (United Nations 1983, Manual X, chapter VIII):
children of age k over the women who were 25-39 when they were born.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np

from finder.capacity.forecast_series import AGES, Floats, PopulationSeries
from finder.errors import SeriesError

Scenario = Literal["central", "falling", "stable", "rebound"]
SCENARIOS: Final[tuple[Scenario, ...]] = get_args(Scenario)

PARENT_AGES: Final = slice(25, 40)
BACK_YEARS: Final = 15
"""Years before the first regional table that reverse survival reaches: those of children under 15."""
RATIO_YEARS: Final = 4
GIRLS_SHARE: Final = 0.488
"""About 105 boys are born for 100 girls; it only matters for women born after the origin."""
TFR_2008, TFR_2022 = 1.86, 1.52
"""Published total fertility rates of Belgium (Statbel)."""
FALL_PER_YEAR: Final = float(np.log(TFR_2022 / TFR_2008) / 12)
"""Fall since 2010, when the rate stood as in 2008: logarithm per year."""
REBOUND_YEARS: Final = 10
JUDGED_HORIZONS: Final = (1, 3, 5)
_SHORTEST: Final = 6
"""Years of rates before the first one that the choice of parameters is judged from."""


@dataclass(frozen=True)
class PathParameters:
    """How the logarithm of a region's child-woman ratio moves.

    Parameters
    ----------
    rho
        Share of the distance to the long-run mean that stays after a year.
    phi
        Share of the yearly momentum that stays after a year.
    slope_years
        Years over which the momentum is measured.
    """

    rho: float
    phi: float
    slope_years: int


GRID: Final = tuple(
    PathParameters(rho, phi, years)
    for rho in (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
    for phi in (0.0, 0.6, 0.8, 0.9, 0.95)
    for years in (2, 3, 4)
)


def child_woman_ratios(series: PopulationSeries) -> Floats:
    """Return logarithms of children of age 0 per woman of 25-39, shape (15 + region years, 3), the origin's last."""
    first = series.region_counts[0]
    early = []
    for age in range(BACK_YEARS, 0, -1):
        mothers = first[:, 1, PARENT_AGES.start + age : PARENT_AGES.stop + age].sum(axis=1)
        early.append(first[:, :, age].sum(axis=1) / mothers)
    counts = series.region_counts
    observed = counts[:, :, :, 0].sum(axis=2) / counts[:, :, 1, PARENT_AGES].sum(axis=2)
    ratios: Floats = np.log(np.vstack([np.array(early), observed]))
    return ratios


def extrapolate(ratios: Floats, horizon: int, parameters: PathParameters) -> Floats:
    """Return the logarithms of the next ``horizon`` years, shape (horizon, regions), given those up to the origin.

    The level at the origin is half the last value, half the end of the line through the last years.
    """
    return _paths(ratios, horizon, np.array([parameters.rho]), np.array([parameters.phi]), parameters.slope_years)[:, 0]


def _paths(ratios: Floats, horizon: int, rho: Floats, phi: Floats, slope_years: int) -> Floats:
    """Return the path under several pairs of ``rho`` and ``phi``, shape (horizon, pairs, regions)."""
    x = np.arange(slope_years + 1) - slope_years / 2
    trend = (x[:, None] * ratios[-slope_years - 1 :]).sum(axis=0) / (x**2).sum()
    line_end = ratios[-slope_years - 1 :].mean(axis=0) + trend * slope_years / 2
    mean = ratios.mean(axis=0)
    slope = np.repeat(trend[None], len(rho), axis=0)
    deviation = np.repeat(((ratios[-1] + line_end) / 2 - mean)[None], len(rho), axis=0)
    path = np.empty((horizon, *deviation.shape))
    for step in range(horizon):
        slope = slope * phi[:, None]
        deviation = deviation * rho[:, None] + slope
        path[step] = mean + deviation
    return path


def choose_parameters(ratios: Floats) -> PathParameters:
    """Return the parameters with the least squared error in the past, each horizon weighing the same.

    Every origin up to the last is forecast from the years before it; the three regions count alike, each while it is
    counted.
    """
    longest = max(JUDGED_HORIZONS)
    errors = np.zeros((len(GRID), len(JUDGED_HORIZONS)))
    for years in sorted({parameters.slope_years for parameters in GRID}):
        rows = [row for row, parameters in enumerate(GRID) if parameters.slope_years == years]
        rho, phi = np.array([GRID[row].rho for row in rows]), np.array([GRID[row].phi for row in rows])
        for end in range(_SHORTEST, len(ratios)):
            paths = _paths(ratios[:end], min(longest, len(ratios) - end), rho, phi, years)
            for column, horizon in enumerate(JUDGED_HORIZONS):
                if horizon <= len(paths):
                    missed = paths[horizon - 1] - ratios[end + horizon - 1]
                    errors[rows, column] += np.nansum(missed**2, axis=1)
    scaled = errors / errors.mean(axis=0)
    return GRID[int(np.argmin(scaled.sum(axis=1)))]


@lru_cache(maxsize=64)
def fitted_parameters(series: PopulationSeries) -> PathParameters:
    """Return the parameters chosen on this series; kept, for every model asks for them."""
    return choose_parameters(child_woman_ratios(series))


def scenario_ratios(ratios: Floats, horizon: int, scenario: Scenario, parameters: PathParameters) -> Floats:
    """Return the logarithms of the child-woman ratio under a scenario, shape (horizon, regions).

    ``central`` is the tested path. ``falling`` goes on falling as the Belgian total fertility rate did from 1.86 to
    1.52, ``stable`` keeps the mean of the last two years, ``rebound`` regains in ten years half of that fall and stays.

    Raises
    ------
    SeriesError
        If the scenario is unknown.
    """
    if scenario == "central":
        return extrapolate(ratios, horizon, parameters)
    steps = np.arange(1, horizon + 1, dtype=np.float64)[:, None]
    half_of_the_fall = float(np.log(TFR_2008 / TFR_2022)) / 2
    changes = {
        "falling": FALL_PER_YEAR * steps,
        "stable": 0.0 * steps,
        "rebound": half_of_the_fall * np.minimum(steps / REBOUND_YEARS, 1.0),
    }
    if scenario in changes:
        level: Floats = ratios[-2:].mean(axis=0)
        ahead: Floats = level + changes[scenario]
        return ahead
    raise SeriesError(f"Unknown scenario {scenario!r}: choose one of {', '.join(SCENARIOS)}.")


def regional_path(series: PopulationSeries, horizon: int, *, scenario: Scenario = "central") -> Floats:
    """Return the people of each region by single age after the last regional year.

    Returns
    -------
    ndarray
        Shape (horizon, 3, 55); both sexes; row h is h + 1 years after the last year of ``series.region_years``.
    """
    ratios = child_woman_ratios(series)
    ahead = np.exp(scenario_ratios(ratios, horizon, scenario, fitted_parameters(series)))
    counts = series.region_counts[-RATIO_YEARS - 1 :]
    cohort = counts[1:, :, :, 1:].sum(axis=0) / np.maximum(counts[:-1, :, :, :-1].sum(axis=0), 1.0)
    return project_regions(counts[-1], cohort, ahead)


def project_regions(start: Floats, cohort: Floats, child_woman: Floats) -> Floats:
    """Return people by region and age for each year of ``child_woman``.

    Parameters
    ----------
    start
        People by region, sex and age at the start, shape (3, 2, 55).
    cohort
        Ratio of people of age a + 1 a year later to those of age a, shape (3, 2, 54).
    child_woman
        Children of age 0 per woman of 25-39, shape (years, 3).
    """
    shares = np.array([1.0 - GIRLS_SHARE, GIRLS_SHARE])
    current = start
    path = np.empty((len(child_woman), start.shape[0], AGES))
    for step, ratio in enumerate(child_woman):
        following = np.empty_like(current)
        following[:, :, 1:] = current[:, :, :-1] * cohort
        newborn = following[:, 1, PARENT_AGES].sum(axis=1) * ratio
        following[:, :, 0] = newborn[:, None] * shares
        current = following
        path[step] = current.sum(axis=1)
    return path


@dataclass(frozen=True, eq=False)
class Start:
    """Where a forecast starts: the communes at the origin and the way their regions go from there.

    Attributes
    ----------
    year
        The origin, 1 January.
    counts
        People by commune and single age 0-54, shape (n, 55).
    regions
        People by region and single age in the following years, shape (horizon, 3, 55).
    """

    year: int
    counts: Floats
    regions: Floats

    @property
    def horizon(self) -> int:
        """Number of years ahead."""
        return len(self.regions)


def start_at_origin(series: PopulationSeries, horizon: int, *, scenario: Scenario = "central") -> Start:
    """Return the start at the last observed year of a series cut there.

    Raises
    ------
    SeriesError
        If the region's table does not end in the same year: the origin would not be one day.
    """
    if series.region_years[-1] != series.origin:
        raise SeriesError(f"Communes end in {series.origin}, regions in {series.region_years[-1]}: cut with until().")
    return Start(series.origin, series.counts[-1], regional_path(series, horizon, scenario=scenario))
