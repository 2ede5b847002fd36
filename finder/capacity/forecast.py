"""Children to come, by commune and summed, with intervals: the forecast of the product.

The models of each size class and years ahead are those the backtest chose, the intervals as wide as it found
(:mod:`finder.capacity.backtest`). Sums over communes are sums of the communes' forecasts, so levels always add up;
their intervals are calibrated on sums. The error of an estimated present is added in squares.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from finder.capacity.backtest import LONGEST_TESTED, MODELS, POOLED, province_of
from finder.capacity.conformal import HALF, spread
from finder.capacity.forecast_models import COMBINATION, Fitted, Model
from finder.capacity.forecast_path import Scenario
from finder.capacity.forecast_present import Present
from finder.capacity.forecast_selection import SIZE_CLASSES, apply_selection, size_class
from finder.capacity.forecast_series import REGIONS, Floats, Ints, PopulationSeries
from finder.errors import SeriesError, first_ids

FIGURES: Final = {"children_0_2_5": (1.0, 1.0, 0.5, 0.0, 0.0, 0.0), "children_0_5": (1.0,) * 6}
"""Weight of each single age 0-5; 0-2.5 counts half of the two-year-olds, as IWEPS's coverage rate does."""
LEVELS: Final = ("commune", "arrondissement", "province", "region", "whole")
BASES: Final = ("observed", "estimated", "forecast", "extrapolated, not tested")
WHOLE: Final = "Wallonia and Brussels"


@dataclass(frozen=True)
class Calibration:
    """How wide intervals are.

    Attributes
    ----------
    widths
        ``level`` (commune, arrondissement, larger), ``size_class``, ``horizon`` (0 for today, sums only),
        ``confidence_pct``, ``width`` in scores.
    selection
        ``size_class``, ``horizon``, ``method``.
    present_reach
        Logarithm within which 80 % of estimates of today lay, by commune in the order of the series.
    """

    widths: pd.DataFrame
    selection: pd.DataFrame
    present_reach: Floats


@dataclass(frozen=True, eq=False)
class Forecaster:
    """The fitted models of the product.

    Attributes
    ----------
    series
        What they were fitted on.
    present
        Where they start.
    calibration
        Widths and chosen models.
    """

    series: PopulationSeries
    present: Present
    calibration: Calibration

    def children(self, *, to: int, scenario: Scenario = "central") -> Floats:
        """Return children of each single age 0-5 in the years after the present, shape (years, n, 6).

        Raises
        ------
        SeriesError
            If ``to`` is not after the present.
        """
        horizon = to - self.present.year
        if horizon < 1:
            raise SeriesError(f"A forecast begins after {self.present.year}: {to} is not ahead.")
        start = self.present.start(horizon, scenario=scenario)
        chosen = self._chosen(horizon)
        predictions = {name: fitted.predict(start) for name, fitted in self._fitted.items()}
        return apply_selection(chosen, predictions, self._classes())

    def table(self, *, to: int, scenario: Scenario = "central", figure: str = "children_0_2_5") -> pd.DataFrame:
        """Return children by level, area and year, observed, estimated and forecast.

        Returns
        -------
        DataFrame
            ``level`` (:data:`LEVELS`), ``area`` (code), ``year`` (1 January), ``scenario``, ``figure``, ``children``,
            ``low_80``, ``high_80``, ``low_95``, ``high_95`` (missing where observed), ``basis`` (:data:`BASES`).

        Raises
        ------
        SeriesError
            If ``to`` is not after the present or the figure is unknown.
        """
        if figure not in FIGURES:
            raise SeriesError(f"Unknown figure {figure!r}: choose one of {', '.join(FIGURES)}.")
        weights = np.array(FIGURES[figure])
        years = {year: self.series.at(year)[:, :6] @ weights for year in self.series.years}
        years |= {year: ages @ weights for year, ages in self.present.children.items()}
        path = self.children(to=to, scenario=scenario) @ weights
        years |= {self.present.year + step + 1: row for step, row in enumerate(path)}
        grid = pd.DataFrame(years, index=list(self.series.nis))
        areas = _areas(self.series)
        parts = [self._with_bounds(grid.groupby(areas[level].to_numpy()).sum(), level) for level in LEVELS]
        table = pd.concat(parts, ignore_index=True)
        order = ["level", "area", "year", "scenario", "figure", "children"]
        table = table.assign(scenario=scenario, figure=figure)
        return table[order + [name for name in table.columns if name not in order]]

    def reach(self, children: Floats, level: str, year: int, confidence_pct: int) -> Floats:
        """Return the logarithm within which the truth lies, for areas of a level in the order of the series.

        Parameters
        ----------
        children
            The forecast of each area.
        level
            One of :data:`LEVELS`.
        year
            1 January.
        confidence_pct
            80 or 95.
        """
        if year in self.series.years:
            return np.zeros_like(children)
        kind = level if level in ("commune", "arrondissement") else "larger"
        horizon = year - self.present.year
        now = self._reach_of_today(children, kind, confidence_pct)
        if horizon < 1:
            return now
        # Beyond the tested horizons the interval grows like a random walk.
        width = self._width(kind, min(horizon, LONGEST_TESTED), confidence_pct)
        ahead = width * spread(children) * np.sqrt(max(horizon / LONGEST_TESTED, 1.0))
        reach: Floats = np.hypot(ahead, now)
        return reach

    def _with_bounds(self, grid: pd.DataFrame, level: str) -> pd.DataFrame:
        parts = []
        for year in map(int, grid.columns):
            children = grid[year].to_numpy()
            part = pd.DataFrame({"level": level, "area": grid.index, "year": year, "children": children})
            for pct in (80, 95):
                reach = np.exp(self.reach(children, level, year, pct))
                part[f"low_{pct}"] = np.maximum((children + HALF) / reach - HALF, 0.0)
                part[f"high_{pct}"] = (children + HALF) * reach - HALF
            part["basis"] = self._basis(year)
            if year in self.series.years:
                part[["low_80", "high_80", "low_95", "high_95"]] = np.nan
            parts.append(part)
        return pd.concat(parts, ignore_index=True)

    def _basis(self, year: int) -> str:
        if year in self.series.years:
            return BASES[0]
        if year <= self.present.year:
            return BASES[1]
        return BASES[2] if year - self.present.year <= LONGEST_TESTED else BASES[3]

    def _classes(self) -> Ints:
        return size_class(self.series.population[-1])

    def _chosen(self, horizon: int) -> dict[tuple[int, int], str]:
        table = self.calibration.selection
        found = {
            (SIZE_CLASSES.index(size), int(years)): str(method)
            for size, years, method in zip(table["size_class"], table["horizon"], table["method"], strict=True)
        }
        return {key: method for key, method in found.items() if key[1] <= horizon}

    def _reach_of_today(self, children: Floats, kind: str, confidence_pct: int) -> Floats:
        if self.present.year == self.series.origin:
            return np.zeros_like(children)
        # Only 80 % is published by commune, and sums of today are too few for 95 %: as much wider as a year ahead.
        wider = self._width(kind, 1, confidence_pct) / self._width(kind, 1, 80)
        if kind == "commune":
            return self.calibration.present_reach * wider
        width = np.maximum(self._width(kind, 0, confidence_pct), self._width(kind, 0, 80) * wider)
        return width * spread(children)

    def _width(self, kind: str, horizon: int, confidence_pct: int) -> Floats:
        if kind != "commune":
            return np.array([self._widths[kind, POOLED, horizon, confidence_pct]])
        by_class = np.array([self._widths[kind, size, horizon, confidence_pct] for size in SIZE_CLASSES])
        widths: Floats = by_class[self._classes()]
        return widths

    @cached_property
    def _widths(self) -> dict[tuple[str, str, int, int], float]:
        table = self.calibration.widths
        keys = zip(table["level"], table["size_class"], table["horizon"], table["confidence_pct"], strict=True)
        return {
            (str(level), str(size), int(years), int(pct)): float(width)
            for (level, size, years, pct), width in zip(keys, table["width"], strict=True)
        }

    @cached_property
    def _fitted(self) -> dict[str, Fitted]:
        return {model.name: model.fit(self.series) for model in _models(set(self.calibration.selection["method"]))}


def probability_above(threshold: Floats, children: Floats, reach_80: Floats, reach_95: Floats) -> Floats:
    """Return the probability that the true number of children is above a threshold.

    The two calibrated half-widths fix four points of the distribution of the logarithm and its median is the forecast;
    between them, and beyond at the outer slope, normal scores are interpolated in straight lines.
    """
    from scipy.stats import norm

    z_80, z_95 = norm.ppf(0.9), norm.ppf(0.975)
    distance = np.log((np.maximum(threshold, 0.0) + HALF) / (children + HALF))
    inner = np.maximum(reach_80, 1e-9)
    outer = np.maximum(reach_95 - reach_80, 1e-9)
    size = np.abs(distance)
    score = np.where(size <= inner, size / inner * z_80, z_80 + (size - inner) / outer * (z_95 - z_80))
    probability: Floats = norm.cdf(-np.sign(distance) * score)
    return probability


def _models(names: set[str]) -> list[Model]:
    known = {model.name: model for model in MODELS}
    unknown = sorted(names - set(known))
    if unknown:
        raise SeriesError(f"Chosen models that this version lacks: {first_ids(unknown)}. Run: finder backtest --write")
    return [known[name] for name in sorted(names | {COMBINATION.name})]


def _areas(series: PopulationSeries) -> pd.DataFrame:
    """Return the code of each commune's area at every level; rows in the order of the series."""
    arrondissement = pd.Series(series.arrondissement, dtype="str")
    return pd.DataFrame(
        {
            "commune": series.nis,
            "arrondissement": arrondissement,
            "province": province_of(arrondissement).map(PROVINCES),
            "region": np.array(REGIONS)[series.region],
            "whole": WHOLE,
        }
    )


PROVINCES: Final = {
    "21": "Brussels",
    "25": "Walloon Brabant",
    "5": "Hainaut",
    "6": "Liège",
    "8": "Luxembourg",
    "9": "Namur",
}
"""Province by the first digits of its arrondissements; Brussels stands in for one."""
