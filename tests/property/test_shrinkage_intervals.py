"""Shrunk rates on simulated zones: nearer the truth than raw rates, and intervals that hold what they promise."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.shrinkage import shrink_rates


def simulate(seed, n=400):
    rng = np.random.default_rng(seed)
    exposure = pd.Series(rng.lognormal(4, 1, n).round() + 1)
    truth = rng.gamma(9.0, 0.3 / 9.0, n)
    return truth, pd.Series(rng.poisson(truth * exposure)), exposure


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_shrunk_rates_are_nearer_the_truth_and_80_of_100_intervals_hold_it(seed):
    truth, events, exposure = simulate(seed)
    rates = shrink_rates(events, exposure).rates
    assert ((rates["shrunk"] - truth) ** 2).mean() < ((rates["raw"] - truth) ** 2).mean()
    inside = ((rates["low"] <= truth) & (truth <= rates["high"])).mean()
    # 400 zones: four standard errors of a share of 0.8 are 0.08; the estimated prior costs a little more.
    assert 0.70 < inside < 0.90


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 50))
def test_rates_do_not_depend_on_order_and_scale_with_the_unit_of_exposure(seed, factor):
    _, events, exposure = simulate(seed, n=30)
    result = shrink_rates(events, exposure).rates
    turned = shrink_rates(events[::-1], exposure[::-1]).rates.loc[result.index]
    pd.testing.assert_frame_equal(turned, result)
    scaled = shrink_rates(events, exposure * factor).rates
    np.testing.assert_allclose(scaled["shrunk"] * factor, result["shrunk"], rtol=1e-9)
