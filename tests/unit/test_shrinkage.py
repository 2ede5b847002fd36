"""Shrunk rates: closed cases, edges, and values computed with another package."""

import numpy as np
import pandas as pd
import pytest

from finder.capacity.shrinkage import shrink_rates
from finder.errors import MeasureError, ThresholdError

EVENTS = [0, 3, 7, 12, 0, 45, 9, 2, 130, 28, 5, 61]
EXPOSURE = [12, 18, 20, 55, 9, 140, 41, 30, 300, 77, 38, 110]
# Computed once with esda 2.9.0 (BSD-3-Clause), Empirical_Bayes, from the two lists above.
ESDA = [
    *(0.24333419, 0.27826988, 0.35299637, 0.26228601, 0.26414333, 0.32674672),
    *(0.27230383, 0.20089519, 0.42709154, 0.36152566, 0.22263083, 0.51635754),
]


def shrink(events, exposure, **options):
    index = [f"z{i}" for i in range(len(events))]
    return shrink_rates(pd.Series(events, index=index), pd.Series(exposure, index=index), **options)


def test_shrunk_rates_are_those_of_marshall_as_another_package_computes_them():
    np.testing.assert_allclose(shrink(EVENTS, EXPOSURE).rates["shrunk"], ESDA, atol=5e-9)


def test_small_zones_move_more_than_large_ones_and_towards_the_common_rate():
    result = shrink(EVENTS, EXPOSURE)
    rates = result.rates
    assert result.common_rate == pytest.approx(sum(EVENTS) / sum(EXPOSURE))
    between = (rates["shrunk"] - rates["raw"]) * (result.common_rate - rates["raw"])
    assert (between >= 0).all()
    by_size = rates["trust_share"].to_numpy()[np.argsort(EXPOSURE)]
    assert (np.diff(by_size) > 0).all()
    assert ((rates["low"] < rates["shrunk"]) & (rates["shrunk"] < rates["high"])).all()


def test_when_chance_explains_everything_all_rates_are_the_common_one():
    result = shrink([3, 3, 3, 3, 3, 3], [10, 11, 9, 10, 10, 10])
    assert result.between_variance == 0
    assert (result.rates["shrunk"] == 0.3).all()
    assert (result.rates["trust_share"] == 0).all()
    assert (result.rates["low"] == result.rates["low"].iloc[0]).all()
    # Gamma with shape 18: its 10 % and 90 % points, from tables of chi-squared with 36 degrees of freedom.
    assert result.rates["low"].iloc[0] == pytest.approx(25.643 / 2 / 60, abs=1e-4)
    assert result.rates["high"].iloc[0] == pytest.approx(47.212 / 2 / 60, abs=1e-4)


def test_a_zone_without_children_gets_no_rate_and_takes_no_part():
    with_zone, without = shrink([4, 20, 5], [10, 200, 0]), shrink([4, 20], [10, 200])
    assert with_zone.rates.iloc[2].isna().all()
    assert with_zone.common_rate == without.common_rate
    np.testing.assert_allclose(with_zone.rates.iloc[:2], without.rates)


def test_no_event_at_all_and_no_exposure_at_all_are_stated():
    nothing = shrink([0, 0], [10, 20])
    assert (nothing.rates[["raw", "shrunk", "low", "high"]] == 0).all(axis=None)
    nobody = shrink([0, 5], [0, 0])
    assert nobody.rates.isna().all(axis=None)
    assert np.isnan(nobody.common_rate)
    assert shrink([], []).rates.empty


def test_places_that_come_in_blocks_are_trusted_less():
    single, block = shrink(EVENTS, EXPOSURE), shrink(EVENTS, EXPOSURE, block=7)
    assert block.common_rate == pytest.approx(single.common_rate)
    np.testing.assert_allclose(block.rates["raw"], single.rates["raw"])
    assert (block.rates["trust_share"] < single.rates["trust_share"]).all()


@pytest.mark.parametrize(
    ("events", "exposure", "message"),
    [
        ([-1, 2], [5, 5], "events"),
        ([1, 2], [np.nan, 5], "exposure"),
        ([1, "two"], [5, 5], "z1"),
        ([1, 2], [np.inf, 5], "z0"),
    ],
)
def test_impossible_counts_are_named(events, exposure, message):
    with pytest.raises(MeasureError, match=message):
        shrink(events, exposure)


def test_ids_that_differ_and_options_out_of_range_are_refused():
    with pytest.raises(MeasureError, match="align"):
        shrink_rates(pd.Series([1], index=["a"]), pd.Series([1], index=["b"]))
    for options in ({"block": 0}, {"interval": 1.0}, {"block": np.nan}):
        with pytest.raises(ThresholdError):
            shrink([1], [2], **options)
