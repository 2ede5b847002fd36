import math

import numpy as np
import pytest

from finder.capacity.impedance import Binary, ExponentialDecay, Gaussian, PowerDecay, Stepped
from finder.errors import FinderError, ThresholdError

RINGS = Stepped(limits_min=(10, 20, 30), weights=(1, 0.68, 0.22))


def test_limits_are_inclusive() -> None:
    minutes = np.array([0.0, 10.0, 10.000001, 20.0, 30.0, 30.000001, np.inf])
    assert Binary(20)(minutes).tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert RINGS(minutes).tolist() == [1, 1, 0.68, 0.68, 0.22, 0, 0]
    for decay in (Gaussian(30, 10), ExponentialDecay(30, 0.1), PowerDecay(30)):
        assert (decay(minutes)[:5] > 0).all()
        assert (decay(minutes)[5:] == 0).all()


@pytest.mark.parametrize("limit", [20.1, 12.3, 0.7])
def test_a_32_bit_trip_of_exactly_the_limit_is_within(limit: float) -> None:
    trip = np.array([limit], dtype=np.float32)
    for impedance in (Binary(limit), Stepped((limit,), (0.5,)), Gaussian(limit, 5), PowerDecay(limit)):
        assert impedance(trip)[0] > 0


def test_curves_at_known_points() -> None:
    assert Gaussian(60, 20)(np.array([20.0, 40.0])) == pytest.approx([math.exp(-0.5), math.exp(-2)])
    assert ExponentialDecay(60, math.log(2) / 10)(np.array([0.0, 10.0, 20.0])) == pytest.approx([1, 0.5, 0.25])
    assert PowerDecay(60)(np.array([0.0, 0.5, 1.0, 4.0])) == pytest.approx([1, 1, 1, 0.25])
    assert PowerDecay(60, exponent=2, floor_min=5)(np.array([5.0, 10.0])) == pytest.approx([1, 0.25])


@pytest.mark.parametrize("weight", [0.01, 0.5])
def test_a_gaussian_falls_to_the_weight_asked_for_at_its_limit(weight: float) -> None:
    gaussian = Gaussian.falling_to(limit_min=30, weight_at_limit=weight)
    assert gaussian(np.array([30.0])) == pytest.approx([weight])


def test_an_infinite_limit_still_leaves_out_impossible_trips() -> None:
    assert Binary(math.inf)(np.array([1e6, np.inf])).tolist() == [1, 0]
    assert Stepped((10, math.inf), (1, 0.5))(np.array([11.0, np.inf, np.nan])).tolist() == [0.5, 0, 0]


@pytest.mark.parametrize("bad", [0, -1, math.nan])
def test_thresholds_that_make_no_sense(bad: float) -> None:
    for make in (
        lambda: Binary(bad),
        lambda: Stepped((bad, 20), (1, 0.5)),
        lambda: Gaussian(bad, 10),
        lambda: Gaussian(30, bad),
        lambda: Gaussian.falling_to(limit_min=30, weight_at_limit=bad),
        lambda: Gaussian.falling_to(limit_min=bad),
        lambda: ExponentialDecay(bad, 0.1),
        lambda: ExponentialDecay(30, bad),
        lambda: PowerDecay(bad),
        lambda: PowerDecay(30, exponent=bad),
        lambda: PowerDecay(30, floor_min=bad),
    ):
        with pytest.raises(ThresholdError):
            make()
    assert issubclass(ThresholdError, FinderError)
    assert issubclass(ThresholdError, ValueError)


@pytest.mark.parametrize(
    ("limits", "weights"),
    [
        ((), ()),
        ((10,), (1, 0.5)),
        ((20, 10), (1, 0.5)),
        ((10, 10), (1, 0.5)),
        ((10, 20), (0.5, 1)),
        ((10,), (1.5,)),
        ((10, 20), (1, -0.1)),
        ((10,), (0,)),
        ((10,), (math.nan,)),
    ],
)
def test_steps_that_make_no_sense(limits: tuple[float, ...], weights: tuple[float, ...]) -> None:
    with pytest.raises(ThresholdError, match="Stepped"):
        Stepped(limits, weights)


def test_the_message_says_which_number() -> None:
    with pytest.raises(ThresholdError, match="Binary: limit_min is -3"):
        Binary(-3)
