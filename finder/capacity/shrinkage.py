"""Rates of small places, drawn towards the common rate as far as chance alone could explain them.

A commune of 40 children with no place and one of 4,000 with few are not equally sure. The gamma-Poisson model of
Clayton & Kaldor (1987, Biometrics 43, 671-681) says by how much each rate can be trusted; its two numbers are
estimated by moments as Marshall (1991, Applied Statistics 40, 283-294) does.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import gamma

from finder.errors import MeasureError, ThresholdError, first_ids
from finder.geo.network import Float64

METHOD_VERSION: Final = "shrinkage-1"
INTERVAL: Final = 0.80


@dataclass(frozen=True)
class ShrunkRates:
    """Rates after shrinkage, and what they were drawn to.

    Attributes
    ----------
    rates
        Index of the input: ``raw``, ``shrunk``, ``low``, ``high`` (events per unit of exposure) and ``trust_share``,
        the weight of a zone's own rate (1 - weight goes to the common rate). All nan where the exposure is 0.
    common_rate
        All events / all exposure of the zones that have exposure; nan when there are none.
    between_variance
        Variance of the true rates among zones, 0 when chance explains all differences.
    interval
        Share of probability between ``low`` and ``high``.
    """

    rates: pd.DataFrame
    common_rate: float
    between_variance: float
    interval: float


def shrink_rates(
    events: "pd.Series[float]",
    exposure: "pd.Series[float]",
    *,
    block: float = 1.0,
    interval: float = INTERVAL,
) -> ShrunkRates:
    """Draw the rates of small zones towards the common rate.

    With ``y`` events in ``n`` exposure, ``m`` the common rate and ``A`` the variance of true rates, the true rate has a
    gamma prior of mean ``m`` and variance ``A``; given ``y`` it is gamma with shape ``m²/A + y`` and rate ``m/A + n``,
    whose mean is ``m + A / (A + m/n) (y/n - m)``. ``A`` = sum of ``n (y/n - m)²`` / sum of ``n`` - ``m`` / mean of
    ``n``, not below 0.

    Parameters
    ----------
    events
        Counts by zone (places, consultations), not negative.
    exposure
        Same index: children, not negative. A zone without any gets nan and takes no part.
    block
        Events that come together. Places do not open one by one: with ``block=7`` blocks of seven places are
        taken as the independent events, so that intervals are wider.
    interval
        Share of probability of the interval, between 0 and 1.

    Returns
    -------
    ShrunkRates
        With ``between_variance`` 0 every rate equals the common one, and the interval is that of the common rate
        itself, from the total count (gamma with the total as shape, so 0 to 0 when there is no event at all).

    Raises
    ------
    MeasureError
        If the indexes differ, or a value is negative, missing or not finite.
    ThresholdError
        If ``block`` or ``interval`` is out of range.
    """
    if not (np.isfinite(block) and block > 0 and 0 < interval < 1):
        raise ThresholdError(f"Block {block} must be larger than 0, interval {interval} between 0 and 1.")
    count = _amounts(events, "events", exposure.index) / block
    size = _amounts(exposure, "exposure", exposure.index)
    exposed = size > 0
    y, n = count[exposed], size[exposed]
    common = float(y.sum() / n.sum()) if exposed.any() else float("nan")
    variance = _between_variance(y, n, common) if exposed.any() else float("nan")
    raw = y / n
    trust = variance / (variance + common / n) if variance > 0 else np.zeros(len(n))
    if variance > 0:
        shape, scale = common**2 / variance + y, 1.0 / (common / variance + n)
    else:
        shape, scale = np.full(len(n), y.sum()), np.full(len(n), 1.0 / n.sum() if exposed.any() else np.nan)
    tail = (1.0 - interval) / 2.0
    result = np.full((len(size), 5), np.nan)
    result[exposed] = np.column_stack(
        [
            raw * block,
            (common + trust * (raw - common)) * block,
            _gamma_quantile(tail, shape, scale) * block,
            _gamma_quantile(1.0 - tail, shape, scale) * block,
            trust,
        ]
    )
    rates = pd.DataFrame(result, index=exposure.index, columns=["raw", "shrunk", "low", "high", "trust_share"])
    return ShrunkRates(rates, common * block, variance * block**2, interval)


def _between_variance(count: Float64, size: Float64, common: float) -> float:
    observed = float(size @ (count / size - common) ** 2 / size.sum())
    return max(0.0, observed - common / float(size.mean()))


def _gamma_quantile(share: float, shape: Float64, scale: Float64) -> Float64:
    quantile: Float64 = np.where(shape > 0, gamma.ppf(share, np.where(shape > 0, shape, 1.0), scale=scale), 0.0)
    return quantile


def _amounts(values: "pd.Series[float]", name: str, index: pd.Index) -> npt.NDArray[np.float64]:
    if not values.index.equals(index):
        raise MeasureError("Events and exposure have different ids, or another order: align them first.")
    number = pd.to_numeric(values, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = ~(np.isfinite(number) & (number >= 0))
    if wrong.any():
        raise MeasureError(
            f"{int(wrong.sum())} values of {name} are negative or missing, at {first_ids(list(index[wrong]))}:"
            " leave out the zones where it is unknown."
        )
    return number
