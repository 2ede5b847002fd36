import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder.capacity.conformal import binomial_share, bounds, half_width, scores_of


def test_the_half_width_is_the_rank_the_book_says():
    # Nine scores, level 80 %: rank ceil(10 x 0.8) = 8.
    assert half_width(np.arange(1.0, 10.0), 0.8) == 8.0
    # Too few for 95 %: rank 10 of 9, so the widest miss.
    assert half_width(np.arange(1.0, 10.0), 0.95) == 9.0
    with pytest.raises(ValueError, match="at least one"):
        half_width([], 0.8)


def test_new_cases_are_held_as_often_as_promised():
    rng = np.random.default_rng(3)
    forecast = rng.uniform(20, 2000, size=4000)
    # Heavier tails than the normal: a formula of normal theory would fail here.
    observed = forecast * np.exp(rng.standard_t(3, size=4000) * 0.05)
    width = half_width(scores_of(observed[:2000], forecast[:2000]), 0.8)
    low, high = bounds(forecast[2000:], width)
    held = binomial_share((low <= observed[2000:]) & (observed[2000:] <= high))
    # Three standard errors of a share calibrated on and judged by 2,000 cases each.
    assert abs(held.share - 0.8) < 0.038
    assert held.count == 2000


@given(st.floats(0, 1e5), st.floats(0, 5), st.floats(0, 5))
def test_bounds_enclose_the_forecast_and_grow_with_the_width(forecast, width, more):
    low, high = bounds(forecast, width)
    wider_low, wider_high = bounds(forecast, width + more)
    assert 0 <= wider_low <= low + 1e-9
    assert low <= forecast + 1e-6
    assert forecast <= high + 1e-6
    assert high <= wider_high + 1e-9


@given(st.floats(1, 1e4), st.floats(1, 1e4))
def test_a_case_is_inside_the_interval_as_wide_as_its_own_score(forecast, observed):
    low, high = bounds(forecast, scores_of(observed, forecast))
    assert low - 1e-6 <= observed <= high * (1 + 1e-9) + 1e-6


def test_the_binomial_interval_is_that_of_wilson():
    # 80 of 100: 0.7112 to 0.8666 (Newcombe 1998, method 3).
    share = binomial_share([True] * 80 + [False] * 20)
    assert share.share == 0.8
    assert share.low == pytest.approx(0.7112, abs=1e-4)
    assert share.high == pytest.approx(0.8666, abs=1e-4)
    assert np.isnan(binomial_share([]).share)
