"""Raking: move estimates as little as possible until they meet published totals.

The exponential form with a weight per unit and limits is the calibration of Deville & Särndal (1992), "Calibration
Estimators in Survey Sampling", JASA 87(418), 376-382 (their q_k is our elasticity); shares use its logit form.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from finder.errors import InfeasibleTotalError

Float64 = npt.NDArray[np.float64]
TOLERANCE = 1e-9
_WIDEST = 60.0


def rake_to_total(
    seed: Float64,
    total: float,
    *,
    elasticity: Float64 | None = None,
    lower: Float64 | None = None,
    upper: Float64 | None = None,
) -> Float64:
    """Return ``clip(seed * exp(elasticity * x), lower, upper)`` with the one x that makes the sum ``total``.

    Parameters
    ----------
    seed
        Estimates >= 0, shape (n,). A 0 stays 0 unless its lower limit is above.
    total
        The sum to meet, >= 0.
    elasticity
        How far each estimate may move, >= 0, shape (n,): 1 everywhere is proportional scaling (the default), 0 does
        not move. The variance of each estimate's logarithm lets what is well known stay.
    lower, upper
        Inclusive limits, shape (n,); default 0 and none.

    Returns
    -------
    ndarray
        Shape (n,); sums to ``total`` within 1e-6.

    Raises
    ------
    InfeasibleTotalError
        If a seed or elasticity is negative or not a number, or no x meets the total within the limits.
    """
    freedom = np.ones_like(seed) if elasticity is None else elasticity
    floor = np.zeros_like(seed) if lower is None else lower
    ceiling = np.full_like(seed, np.inf) if upper is None else upper
    for name, values in (("seed", seed), ("elasticity", freedom)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise InfeasibleTotalError(f"Raking: every {name} must be a number >= 0; correct the estimates first.")
    widest = _WIDEST / max(float(freedom.max(initial=0.0)), TOLERANCE)

    def moved(x: float) -> Float64:
        return np.clip(seed * np.exp(freedom * x), floor, ceiling)

    def gap(x: float) -> float:
        return float(moved(x).sum()) - total

    if not gap(-widest) <= TOLERANCE * max(total, 1) or not gap(widest) >= -TOLERANCE * max(total, 1):
        raise InfeasibleTotalError(
            f"Raking: the total {total:g} cannot be met; within their limits the estimates sum to "
            f"{moved(-widest).sum():g} at least and {moved(widest).sum():g} at most. Correct the total or the limits."
        )
    return moved(_root(gap, widest))


def rake_shares(shares: Float64, sizes: Float64, total: float, *, elasticity: Float64 | None = None) -> Float64:
    """Return shares moved on the logit scale until ``sum(shares * sizes)`` is ``total``.

    Parameters
    ----------
    shares
        In (0, 1), shape (n,).
    sizes
        >= 0, shape (n,).
    total
        Between 0 and the sum of ``sizes``.
    elasticity
        As in :func:`rake_to_total`; default 1 everywhere.

    Raises
    ------
    InfeasibleTotalError
        If a share is not inside (0, 1), or the total is outside its limits.
    """
    if not ((shares > 0) & (shares < 1)).all():
        raise InfeasibleTotalError("Raking: every share must be above 0 and below 1; correct the shares first.")
    if not 0 < total < sizes.sum():
        raise InfeasibleTotalError(f"Raking: the total {total:g} must be above 0 and below {sizes.sum():g}.")
    freedom = np.ones_like(shares) if elasticity is None else elasticity
    logits = np.log(shares / (1 - shares))

    def moved(x: float) -> Float64:
        result: Float64 = 1 / (1 + np.exp(-(logits + freedom * x)))
        return result

    widest = _WIDEST / float(freedom.max())
    return moved(_root(lambda x: float((moved(x) * sizes).sum()) - total, widest))


def _root(gap: Callable[[float], float], widest: float) -> float:
    for x in (-widest, widest):
        if abs(gap(x)) <= TOLERANCE:
            return x
    return float(brentq(gap, -widest, widest, xtol=1e-13))
