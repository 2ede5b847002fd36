"""What every inequality measure must keep: scale, copies, splits, order, transfers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finder.capacity.equity import (
    by_income_quintile,
    concentration_index,
    gini,
    lorenz_curve,
    palma_ratio,
    theil,
    theil_between,
)


@st.composite
def zones(draw):
    n = draw(st.integers(2, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = np.where(rng.random(n) < 0.2, 0.0, rng.uniform(1, 90, n))
    weights = np.where(rng.random(n) < 0.2, 0.0, rng.uniform(1, 900, n))
    values[0], weights[0] = 7.0, 50.0
    return values, weights, rng.integers(10, 14, n).astype(float)


def everything(values, weights, income):
    return np.array(
        [
            gini(values, weights),
            theil(values, weights),
            concentration_index(values, weights, income),
            palma_ratio(values, weights, income),
        ]
    )


@settings(max_examples=80, deadline=None)
@given(zones(), st.floats(0.01, 100), st.integers(0, 1000))
def test_scale_copies_splits_and_order_change_nothing(zone, factor, seed):
    values, weights, income = zone
    expected = everything(values, weights, income)
    same = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(everything(values * factor, weights, income), expected, **same)
    np.testing.assert_allclose(everything(values, weights * factor, income), expected, **same)
    twice = [np.tile(part, 2) for part in zone]
    np.testing.assert_allclose(everything(*twice), expected, **same)
    split = everything(twice[0], np.concatenate([weights * 0.3, weights * 0.7]), twice[2])
    np.testing.assert_allclose(split, expected, **same)
    order = np.random.default_rng(seed).permutation(len(values))
    np.testing.assert_allclose(everything(values[order], weights[order], income[order]), expected, **same)


@settings(max_examples=80, deadline=None)
@given(zones())
def test_measures_stay_in_their_ranges_and_concentration_never_exceeds_gini(zone):
    values, weights, income = zone
    inequality, along_income = gini(values, weights), concentration_index(values, weights, income)
    assert -1e-12 <= inequality < 1
    assert abs(along_income) <= inequality + 1e-12
    assert theil(values, weights) >= 0
    groups = pd.Series(income.astype(str))
    assert theil_between(values, weights, groups) <= theil(values, weights) + 1e-12


@settings(max_examples=60, deadline=None)
@given(zones())
def test_gini_is_twice_the_area_between_the_lorenz_curve_and_equality(zone):
    values, weights, _ = zone
    curve = lorenz_curve(values, weights)
    assert (curve["value_share"] <= curve["children_share"] + 1e-12).all()
    area = np.trapezoid(curve["value_share"], curve["children_share"])
    assert gini(values, weights) == pytest.approx(1 - 2 * area, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(zones())
def test_quintiles_add_up_to_the_whole(zone):
    values, weights, income = zone
    fifths = by_income_quintile(values, weights, income)
    assert (fifths["mean"] * fifths["children"]).sum() == pytest.approx(values @ weights)
    assert fifths["value_share"].sum() == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 40), st.floats(50, 90), st.floats(0.1, 4))
def test_giving_from_a_well_served_to_a_badly_served_zone_lowers_gini_and_theil(low, high, moved):
    before, after = [low, 45.0, high], [low + moved, 45.0, high - moved]
    assert gini(after, [1, 1, 1]) < gini(before, [1, 1, 1])
    assert theil(after, [1, 1, 1]) < theil(before, [1, 1, 1])
