"""Whole numbers that follow weights, keep limits and add up exactly."""

import numpy as np
import numpy.typing as npt

from finder.errors import ApportionError

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

_BISECTIONS = 200


def expected_counts(weights: npt.ArrayLike, total: int, *, low: npt.ArrayLike = 0, high: npt.ArrayLike) -> Float64:
    """Return the counts proportional to ``weights`` that keep the limits and sum to ``total``.

    The common factor ``k`` of ``clip(k * weight, low, high)`` is found by bisection; what is at a limit stays there and
    the others share the rest in proportion.

    Parameters
    ----------
    weights
        Numbers >= 0, shape (n,). A weight of 0 gets its lower limit.
    total
        Sum of the result.
    low, high
        Limits, whole numbers, one or shape (n,).

    Raises
    ------
    ApportionError
        If a weight is negative or not a number, a limit is not a whole number, or the limits and weights leave no room
        for ``total``.
    """
    weight = np.asarray(weights, dtype=np.float64)
    lower = np.broadcast_to(np.asarray(low, np.float64), weight.shape)
    upper = np.broadcast_to(np.asarray(high, np.float64), weight.shape)
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ApportionError("Weights must be numbers of 0 or more; correct the table they come from.")
    if (lower != np.floor(lower)).any() or (upper != np.floor(upper)).any() or (lower > upper).any():
        raise ApportionError("Limits must be whole numbers, the lower not above the upper.")
    most = np.where(weight > 0, upper, lower).sum()
    if not lower.sum() <= total <= most:
        raise ApportionError(
            f"No counts between the limits sum to {total}: they reach from {lower.sum():g} to {most:g}."
        )
    few, many = 0.0, 1.0
    while np.clip(many * weight, lower, upper).sum() < total:
        many *= 2
    for _ in range(_BISECTIONS):
        middle = (few + many) / 2
        few, many = (middle, many) if np.clip(middle * weight, lower, upper).sum() < total else (few, middle)
    return np.asarray(np.clip(many * weight, lower, upper))


def whole_counts(expected: npt.ArrayLike, total: int, *, rng: np.random.Generator | None = None) -> Int64:
    """Return whole numbers, each the floor or the ceiling of its expectation, that sum to ``total``.

    Parameters
    ----------
    expected
        Numbers >= 0, shape (n,), summing to ``total`` within rounding errors.
    total
        Sum of the result.
    rng
        With it, systematic sampling in random order (Madow 1949): the chance of the ceiling is the fractional part.
        Without it, largest remainders; equal remainders are served in the order of the array.

    Raises
    ------
    ApportionError
        If ``expected`` does not sum to ``total``.
    """
    values = np.asarray(expected, dtype=np.float64)
    if abs(values.sum() - total) > 1e-6 * max(1, total):
        raise ApportionError(f"Expected counts sum to {values.sum():g}, not to {total}.")
    floor = np.floor(values + 1e-9)
    rest = np.clip(values - floor, 0.0, 1.0)
    lacking = int(total - floor.sum())
    counts = floor.astype(np.int64)
    if lacking == 0:
        return counts
    if rng is None:
        chosen = np.argsort(-rest, kind="stable")[:lacking]
    else:
        order = rng.permutation(len(values))
        steps = np.cumsum(rest[order]) * (lacking / rest.sum())
        chosen = order[np.searchsorted(steps, np.arange(lacking) + rng.uniform(1e-9, 1 - 1e-9), side="left")]
    counts[chosen] += 1
    return counts
