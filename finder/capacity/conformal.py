"""Intervals by split conformal prediction: as wide as the misses of held-out origins say, not as a formula says.

The score of a case is the absolute logarithm of observed over forecast, divided by ``sqrt(1 / forecast + 0.08^2)``:
counting noise, which rules in small communes, plus 8 %. The half-width at a level is the ceil((n + 1) level)-th
smallest score of its size class and horizon (Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World;
by class: Mondrian conformal prediction, same book).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from finder.capacity.forecast_series import Floats

LEVELS: Final = (0.80, 0.95)
NOISE_FLOOR: Final = 0.08
"""Part of the spread that does not shrink with size."""
HALF: Final = 0.5
"""Half a child on both sides of the ratio, so that a commune without any has a logarithm."""


def log_error(observed: npt.ArrayLike, forecast: npt.ArrayLike) -> Floats:
    """Return the logarithm of observed over forecast children, half a child added to both."""
    ratio: Floats = np.log((np.asarray(observed, dtype=float) + HALF) / (np.asarray(forecast, dtype=float) + HALF))
    return ratio


def spread(forecast: npt.ArrayLike) -> Floats:
    """Return what a score is divided by: ``sqrt(1 / forecast + 0.08^2)``; forecasts below one child count as one."""
    scale: Floats = np.sqrt(1.0 / np.maximum(np.asarray(forecast, dtype=float), 1.0) + NOISE_FLOOR**2)
    return scale


def scores_of(observed: npt.ArrayLike, forecast: npt.ArrayLike) -> Floats:
    """Return the score of each case, same shape."""
    scores: Floats = np.abs(log_error(observed, forecast)) / spread(forecast)
    return scores


def half_width(scores: npt.ArrayLike, level: float) -> float:
    """Return the score that a new case stays below with probability ``level``.

    The largest score where there are too few for the level: the interval is then the widest miss ever seen.

    Raises
    ------
    ValueError
        If there is no score.
    """
    ordered = np.sort(np.asarray(scores, dtype=float))
    if len(ordered) == 0:
        raise ValueError("A half-width needs at least one score.")
    rank = min(math.ceil((len(ordered) + 1) * level), len(ordered))
    return float(ordered[rank - 1])


def bounds(forecast: npt.ArrayLike, width: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the lower and upper bound of children, never below zero.

    Parameters
    ----------
    forecast
        Children.
    width
        Half-width in scores, broadcast against ``forecast``.
    """
    centre = np.asarray(forecast, dtype=float)
    reach = np.exp(np.asarray(width, dtype=float) * spread(centre))
    lower: Floats = np.maximum((centre + HALF) / reach - HALF, 0.0)
    upper: Floats = (centre + HALF) * reach - HALF
    return lower, upper


@dataclass(frozen=True)
class Share:
    """How often an interval held, with the 95 % interval of Wilson (1927, JASA 22:209-212).

    Attributes
    ----------
    share, low, high
        Between 0 and 1; missing (nan) without a case.
    count
        Number of cases.
    """

    share: float
    low: float
    high: float
    count: int


def binomial_share(hits: npt.ArrayLike) -> Share:
    """Return the share of true values with its binomial interval; cases are taken as independent, which flatters it."""
    values = np.asarray(hits, dtype=bool)
    n = len(values)
    if n == 0:
        return Share(math.nan, math.nan, math.nan, 0)
    z = 1.959964
    share = float(values.mean())
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Share(share, max(centre - reach, 0.0), min(centre + reach, 1.0), n)
