"""Which model forecasts which commune: chosen by size class and horizon, on years before the origin only."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from finder.capacity.forecast_models import COMBINATION
from finder.capacity.forecast_series import Floats, Ints, PopulationSeries

SIZE_LIMITS: Final = (5_000, 10_000, 20_000)
SIZE_CLASSES: Final = ("under 5,000", "5,000-9,999", "10,000-19,999", "20,000 and over")
"""Population at the origin."""
STANDARD_ERRORS: Final = 2.0
"""A challenger must beat the combination by more than this many standard errors."""

Paths = Mapping[tuple[str, int], Floats]
"""Predictions by model name and origin, each of shape (horizon, n, 6)."""


def size_class(population: Floats) -> Ints:
    """Return the position of each commune's class in :data:`SIZE_CLASSES`."""
    classes: Ints = np.digitize(population, SIZE_LIMITS).astype(np.int64)
    return classes


def select_models(
    series: PopulationSeries, paths: Paths, *, origin: int, names: Sequence[str], longest: int
) -> dict[tuple[int, int], str]:
    """Return the model of every size class and horizon for an origin, judged on targets up to that origin.

    The combination stands unless another model has, over the earlier origins with a target observed by ``origin``, a
    lower MAPE by more than two standard errors over communes. Errors of overlapping periods are one piece of evidence,
    so at least two periods that do not overlap must have been judged.

    Parameters
    ----------
    series
        The counts; years after ``origin`` are not looked at.
    paths
        Predictions of every model from every earlier origin.
    origin
        The origin that is chosen for.
    names
        Models that compete.
    longest
        Last horizon to choose for.

    Returns
    -------
    dict
        From (size class, horizon) to the model's name.
    """
    known = [year for year in series.years if year <= origin]
    chosen: dict[tuple[int, int], str] = {}
    for horizon in range(1, longest + 1):
        bases = [base for base in known if base + horizon in known]
        is_enough = bool(bases) and bases[-1] - bases[0] >= horizon
        errors = {name: _errors(series, paths, name, bases, horizon) for name in names} if is_enough else {}
        for position in range(len(SIZE_CLASSES)):
            chosen[position, horizon] = _best(errors, position) if errors else COMBINATION.name
    return chosen


def apply_selection(chosen: Mapping[tuple[int, int], str], predictions: Mapping[str, Floats], classes: Ints) -> Floats:
    """Return the prediction of each commune's chosen model, shape (horizon, n, 6)."""
    path = predictions[COMBINATION.name].copy()
    for (position, horizon), name in chosen.items():
        members = classes == position
        if horizon <= len(path):
            path[horizon - 1, members] = predictions[name][horizon - 1, members]
    return path


def _errors(series: PopulationSeries, paths: Paths, name: str, bases: Sequence[int], horizon: int) -> Floats:
    """Return percentage errors, shape (size classes, n, bases); missing where a commune was of another class."""
    errors = np.full((len(SIZE_CLASSES), len(series.nis), len(bases)), np.nan)
    for column, base in enumerate(bases):
        truth = np.maximum(series.at(base + horizon)[:, :3].sum(axis=1), 1.0)
        error = 100 * np.abs(paths[name, base][horizon - 1, :, :3].sum(axis=1) / truth - 1.0)
        classes = size_class(series.population[series.years.index(base)])
        errors[classes, np.arange(len(truth)), column] = error
    return errors


def _best(errors: Mapping[str, Floats], position: int) -> str:
    mean = {name: _mean_by_commune(error[position]) for name, error in errors.items()}
    standing = mean[COMBINATION.name]
    best, best_gain = COMBINATION.name, 0.0
    for name, values in mean.items():
        gain = standing - values
        proven = gain.mean() > STANDARD_ERRORS * gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else False
        if proven and gain.mean() > best_gain:
            best, best_gain = name, float(gain.mean())
    return best


def _mean_by_commune(errors: Floats) -> Floats:
    judged = errors[~np.isnan(errors).all(axis=1)]
    mean: Floats = np.nanmean(judged, axis=1)
    return mean
