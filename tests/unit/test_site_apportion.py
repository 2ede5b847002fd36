import numpy as np
import pytest

from finder.capacity.apportion import expected_counts, whole_counts
from finder.errors import ApportionError


def test_counts_follow_weights_between_their_limits():
    assert expected_counts([1.0, 2.0, 5.0], 16, high=100).tolist() == pytest.approx([2, 4, 10])
    # The largest stops at its limit; the others share what is left 1 to 2.
    assert expected_counts([1.0, 2.0, 5.0], 16, high=[100, 100, 4]).tolist() == pytest.approx([4, 8, 4])
    # The smallest is lifted to its limit.
    assert expected_counts([0.0, 2.0, 2.0], 9, low=[1, 0, 0], high=100).tolist() == pytest.approx([1, 4, 4])


def test_largest_remainders_win_and_ties_go_in_order():
    assert whole_counts([1.2, 2.7, 0.1], 4).tolist() == [1, 3, 0]
    assert whole_counts([0.5, 0.5, 0.5, 0.5], 2).tolist() == [1, 1, 0, 0]
    assert whole_counts([2.0, 3.0], 5, rng=np.random.default_rng(0)).tolist() == [2, 3]


@pytest.mark.parametrize(
    ("weights", "total", "low", "high", "message"),
    [
        ([-1.0, 1.0], 1, 0, 5, "Weights must be numbers of 0 or more"),
        ([np.nan, 1.0], 1, 0, 5, "Weights must be numbers of 0 or more"),
        ([1.0, 1.0], 1, 0, 1.5, "Limits must be whole numbers"),
        ([1.0, 1.0], 3, 2, 1, "Limits must be whole numbers"),
        ([1.0, 0.0], 7, 0, 5, "sum to 7: they reach from 0 to 5"),
        ([1.0, 1.0], 1, 1, 5, "sum to 1: they reach from 2 to 10"),
    ],
)
def test_impossible_counts_are_named(weights, total, low, high, message):
    with pytest.raises(ApportionError, match=message):
        expected_counts(weights, total, low=low, high=high)


def test_expectations_that_miss_their_total_are_named():
    with pytest.raises(ApportionError, match="sum to 3, not to 4"):
        whole_counts([1.5, 1.5], 4)
