"""How much a trip of some minutes still counts: weights in [0, 1] that never grow with the minutes.

Every impedance ends at ``limit_min``, inclusive, and weighs 0 beyond it: one knows how far a travel-time table must go.
Limits are compared in the precision of the minutes given: a trip stored as the 32-bit number 20.1 lies within 20.1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from finder.errors import ThresholdError

Minutes = npt.NDArray[np.floating]
Weights = npt.NDArray[np.float64]


class Impedance(Protocol):
    """Weight of a trip; frozen and hashable."""

    @property
    def limit_min(self) -> float:
        """Longest trip that counts, inclusive; beyond it the weight is 0."""

    def __call__(self, minutes: Minutes) -> Weights:
        """Return the weight of each trip.

        Parameters
        ----------
        minutes
            Any shape, >= 0; ``inf`` is a trip that is not possible and weighs 0.

        Returns
        -------
        numpy.ndarray
            Same shape, float64, in [0, 1], non-increasing in the minutes.
        """


@dataclass(frozen=True)
class Binary:
    """1 up to the limit, 0 beyond: the catchment of 2SFCA (Luo & Wang 2003) and of cumulative opportunities.

    Attributes
    ----------
    limit_min
        Inclusive limit, > 0.

    Raises
    ------
    ThresholdError
        If the limit is 0, negative or not a number.
    """

    limit_min: float

    def __post_init__(self) -> None:
        _require_positive(self, "limit_min")

    def __call__(self, minutes: Minutes) -> Weights:
        """Return 1 within the limit, else 0."""
        minutes = _as_minutes(minutes)
        return (_is_possible(minutes) & (minutes <= self.limit_min)).astype(np.float64)


@dataclass(frozen=True)
class Stepped:
    """One weight per ring of minutes, as in E2SFCA (Luo & Qi 2009).

    Attributes
    ----------
    limits_min
        Inclusive upper limits of the rings, ascending, > 0.
    weights
        Weight of each ring, in [0, 1], non-increasing; the first is > 0.

    Raises
    ------
    ThresholdError
        If limits and weights differ in number, there is none, or they break the rules above.
    """

    limits_min: tuple[float, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        # A list would make the value unhashable.
        object.__setattr__(self, "limits_min", tuple(float(limit) for limit in self.limits_min))
        object.__setattr__(self, "weights", tuple(float(weight) for weight in self.weights))
        limits, weights = np.array(self.limits_min), np.array(self.weights)
        if len(limits) == 0 or len(limits) != len(weights):
            raise ThresholdError(f"Stepped: {len(limits)} limits for {len(weights)} weights: one weight per limit.")
        if not (limits > 0).all() or not (np.diff(limits) > 0).all():
            raise ThresholdError(f"Stepped: limits {self.limits_min} min must be above 0 and ascend.")
        is_falling = (np.diff(weights) <= 0).all()
        if not (is_falling and 0 < weights[0] <= 1 and weights[-1] >= 0):
            raise ThresholdError(f"Stepped: weights {self.weights} must lie in [0, 1], start above 0 and never grow.")

    @property
    def limit_min(self) -> float:
        """Outer limit of the last ring."""
        return self.limits_min[-1]

    def __call__(self, minutes: Minutes) -> Weights:
        """Return the weight of the first ring that holds the trip, 0 beyond the last."""
        minutes = _as_minutes(minutes)
        limits = np.asarray(self.limits_min, dtype=minutes.dtype)
        weight_of_ring = np.array([*self.weights, 0.0])
        weights = weight_of_ring[np.searchsorted(limits, minutes, side="left")]
        return np.where(_is_possible(minutes), weights, 0.0)


@dataclass(frozen=True)
class Gaussian:
    """``exp(-t^2 / (2 scale^2))`` up to the limit: the continuous form of E2SFCA (Luo & Qi 2009).

    Attributes
    ----------
    limit_min
        Inclusive limit, > 0.
    scale_min
        Standard deviation of the curve, > 0 and finite: the weight is 0.61 there and 0.14 at twice as many minutes.

    Raises
    ------
    ThresholdError
        If a number is 0, negative or not a number, or the scale infinite.
    """

    limit_min: float
    scale_min: float

    def __post_init__(self) -> None:
        _require_positive(self, "limit_min")
        _require_positive(self, "scale_min", is_finite=True)

    @classmethod
    def falling_to(cls, *, limit_min: float, weight_at_limit: float = 0.01) -> "Gaussian":
        """Return the Gaussian that weighs ``weight_at_limit`` (in ]0, 1[) at its limit.

        ``scale = limit / sqrt(-2 ln(weight_at_limit))``; 0.01 says that hardly anybody goes that far.
        """
        if not 0 < weight_at_limit < 1:
            raise ThresholdError(f"Gaussian: the weight at the limit is {weight_at_limit}: give one between 0 and 1.")
        return cls(limit_min=limit_min, scale_min=limit_min / math.sqrt(-2 * math.log(weight_at_limit)))

    def __call__(self, minutes: Minutes) -> Weights:
        """Return the weight of each trip."""
        return _within(minutes, self.limit_min, lambda t: np.exp(-0.5 * np.square(t / self.scale_min)))


@dataclass(frozen=True)
class ExponentialDecay:
    """``exp(-rate t)`` up to the limit: negative exponential gravity (Hansen 1959; Wilson 1971).

    Attributes
    ----------
    limit_min
        Inclusive limit, > 0.
    rate_per_min
        Share lost per minute, > 0 and finite; the weight halves every ``ln 2 / rate`` minutes.

    Raises
    ------
    ThresholdError
        If a number is 0, negative or not a number, or the rate infinite.
    """

    limit_min: float
    rate_per_min: float

    def __post_init__(self) -> None:
        _require_positive(self, "limit_min")
        _require_positive(self, "rate_per_min", is_finite=True)

    def __call__(self, minutes: Minutes) -> Weights:
        """Return the weight of each trip."""
        return _within(minutes, self.limit_min, lambda t: np.exp(-self.rate_per_min * t))


@dataclass(frozen=True)
class PowerDecay:
    """``(max(t, floor) / floor) ** -exponent`` up to the limit: inverse power gravity (Hansen 1959).

    A bare ``t ** -exponent`` is infinite at 0 minutes and above 1 below one: shorter trips count as ``floor_min``.
    With a floor of 1 minute and an exponent of 1 the weight is ``1 / t`` from one minute on.

    Attributes
    ----------
    limit_min
        Inclusive limit, > 0.
    exponent
        > 0 and finite.
    floor_min
        Minutes up to which the weight is 1, > 0 and finite.

    Raises
    ------
    ThresholdError
        If a number is 0, negative or not a number, or exponent or floor infinite.
    """

    limit_min: float
    exponent: float = 1.0
    floor_min: float = 1.0

    def __post_init__(self) -> None:
        _require_positive(self, "limit_min")
        _require_positive(self, "exponent", is_finite=True)
        _require_positive(self, "floor_min", is_finite=True)

    def __call__(self, minutes: Minutes) -> Weights:
        """Return the weight of each trip."""
        return _within(
            minutes, self.limit_min, lambda t: (np.maximum(t, self.floor_min) / self.floor_min) ** -self.exponent
        )


def _require_positive(impedance: object, name: str, *, is_finite: bool = False) -> None:
    value = getattr(impedance, name)
    if not value > 0 or (is_finite and math.isinf(value)):
        allowed = "above 0 and finite" if is_finite else "above 0"
        raise ThresholdError(f"{type(impedance).__name__}: {name} is {value}: give a number {allowed}.")


def _as_minutes(minutes: Minutes) -> Minutes:
    minutes = np.asarray(minutes)
    return minutes if np.issubdtype(minutes.dtype, np.floating) else minutes.astype(np.float64)


def _is_possible(minutes: Minutes) -> npt.NDArray[np.bool_]:
    return np.asarray(np.isfinite(minutes))


def _within(minutes: Minutes, limit_min: float, weigh: Callable[[Weights], Weights]) -> Weights:
    minutes = _as_minutes(minutes)
    is_within = _is_possible(minutes) & (minutes <= limit_min)
    return np.where(is_within, weigh(minutes.astype(np.float64)), 0.0)
